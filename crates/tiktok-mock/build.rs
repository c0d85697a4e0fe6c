//! Passes on where the SDK's build script put the httpmock extension, so that the generator runs once per build.

fn main() {
    println!("cargo::rerun-if-env-changed=DEP_KEYAPI_TIKTOK_GENERATED");
    if let Ok(folder) = std::env::var("DEP_KEYAPI_TIKTOK_GENERATED") {
        println!("cargo::rustc-env=KEYAPI_TIKTOK_GENERATED={folder}");
    }
}
