//! The manifests of the scratch workspace, whose packages call today's crates.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::input::Failure;
use crate::workspace::{Platform, display, root};

/// The packages of a platform that an application depends on: the folders that they are in.
pub(super) fn packages(platform: &Platform) -> [String; 2] {
    [format!("crates/{}", platform.name), format!("crates/{}-mock", platform.name)]
}

/// The packages that are checked: those two, and the contract tests.
pub(super) fn callers(platform: &Platform) -> [String; 3] {
    let [sdk, mock] = packages(platform);
    [sdk, mock, "tests".to_owned()]
}

/// What those packages had to be switched on and have not any more, by which no caller can be built.
pub(super) fn gone_features(folder: &Path, platform: &Platform) -> Result<Vec<String>, Failure> {
    let mut gone = Vec::new();
    for package in packages(platform) {
        let today = features(&root().join(&package))?;
        let names = features(&folder.join(&package))?.into_iter().filter(|name| !today.contains(name));
        gone.extend(names.map(|name| {
            format!("error: {package}/Cargo.toml: callers switch the feature `{name}` on, which is gone\n")
        }));
    }
    Ok(gone)
}

fn features(package: &Path) -> Result<Vec<String>, Failure> {
    let manifest = read(&package.join("Cargo.toml"))?;
    let features = manifest.get("features").and_then(Value::as_table);
    Ok(features.map(|features| features.keys().cloned().collect()).unwrap_or_default())
}

/// Makes the workspace one of callers: the crates that they call are those of the checkout `called`.
///
/// Other crates of the workspace, which the contract tests use, are of the revision. The version keeps them apart from
/// those of that checkout, which cargo would take for the same.
pub(super) fn of_workspace(folder: &Path, called: &Path, platform: &Platform) -> Result<(), Failure> {
    let (path, here) = (folder.join("Cargo.toml"), read(&root().join("Cargo.toml"))?);
    let mut manifest = read(&path)?;
    let shared = ["mock", "provider", "runtime"].map(|name| format!("crates/{name}"));
    let crates = [&packages(platform)[..], &shared].concat();
    let members = Value::Array(callers(platform).map(Value::String).into());
    let workspace = table(&mut manifest, "workspace")?;
    // Crates that these use are members, too, and not to be checked for their own sake.
    for key in ["members", "default-members"] {
        workspace.insert(key.to_owned(), members.clone());
    }
    table(workspace, "package")?.insert("version".to_owned(), Value::String("0.0.0-compat".to_owned()));
    for (_, dependency) in table(workspace, "dependencies")?.iter_mut() {
        if let Some(path) = dependency.get_mut("path")
            && let Some(inside) = path.as_str().filter(|path| crates.iter().any(|name| name == path))
        {
            *path = Value::String(called.join(inside).display().to_string());
        }
    }
    // Dependencies are built once for both.
    match here.get("profile") {
        Some(profile) => _ = manifest.insert("profile".to_owned(), profile.clone()),
        None => _ = manifest.remove("profile"),
    }
    write(&path, &manifest)
}

/// Leaves of a package its tests and examples, and has them call the package of the checkout `called`.
pub(super) fn of_package(
    folder: &Path,
    called: &Path,
    inside: &str,
    targets: &[(&str, PathBuf)],
) -> Result<(), Failure> {
    let path = folder.join(inside).join("Cargo.toml");
    let mut manifest = read(&path)?;
    let package = table(&mut manifest, "package")?;
    let name = package.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    package.insert("name".to_owned(), Value::String(format!("{name}-callers")));
    for key in ["links", "build"] {
        package.remove(key);
    }
    for key in ["build", "autolib", "autobins"] {
        package.insert(key.to_owned(), Value::Boolean(false));
    }
    for key in ["lib", "build-dependencies", "lints"] {
        manifest.remove(key);
    }
    // Tests may ask for the path of a program, which has to be there for them to compile.
    for program in manifest.get_mut("bin").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(program) = program.as_table_mut() {
            program.insert("path".to_owned(), Value::String(PROGRAM.to_owned()));
        }
    }
    // All features are on, so that they need not say what they switch on.
    let features = table(&mut manifest, "features")?;
    features.iter_mut().for_each(|(_, switches)| *switches = Value::Array(Vec::new()));
    let features: Vec<Value> = features.keys().cloned().map(Value::String).collect();
    table(&mut manifest, "dev-dependencies")?.remove(&name);
    let dependencies = table(&mut manifest, "dependencies")?;
    for (_, dependency) in dependencies.iter_mut() {
        if let Some(dependency) = dependency.as_table_mut() {
            dependency.remove("optional");
        }
    }
    let called = called.join(inside).display().to_string();
    let itself = [("path".to_owned(), Value::String(called)), ("features".to_owned(), Value::Array(features))];
    dependencies.insert(name, Value::Table(itself.into_iter().collect()));
    let tests = targets.iter().map(|(name, path)| {
        let target = [("name", (*name).to_owned()), ("path", path.display().to_string())];
        Value::Table(target.into_iter().map(|(key, value)| (key.to_owned(), Value::String(value))).collect())
    });
    let tests: Vec<Value> = tests.collect();
    match manifest.get_mut("test").and_then(Value::as_array_mut) {
        Some(there) => there.extend(tests),
        None => _ = manifest.insert("test".to_owned(), Value::Array(tests)),
    }
    write(&path, &manifest)
}

/// The program that stands for each one of a package.
pub(super) const PROGRAM: &str = "program.rs";

/// The table of that name, made where there is none.
fn table<'a>(of: &'a mut Table, name: &str) -> Result<&'a mut Table, Failure> {
    let refused = || Failure::Diagnostics(format!("error: a former Cargo.toml has a `{name}` that is no table"));
    of.entry(name).or_insert_with(|| Value::Table(Table::new())).as_table_mut().ok_or_else(refused)
}

fn read(path: &Path) -> Result<Table, Failure> {
    let refused = |error: toml::de::Error| Failure::Diagnostics(format!("error: {}: {error}", display(path)));
    std::fs::read_to_string(path)?.parse().map_err(refused)
}

fn write(path: &Path, manifest: &Table) -> Result<(), Failure> {
    let refused = |error: toml::ser::Error| Failure::Diagnostics(format!("error: {}: {error}", display(path)));
    Ok(std::fs::write(path, toml::to_string(manifest).map_err(refused)?)?)
}
