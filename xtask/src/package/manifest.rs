//! The manifests of what is published.
//!
//! They are those of the workspace, without what only the workspace has: build scripts that generate, tests, and packages
//! that nobody depends on.

use std::path::PathBuf;

use toml::{Table, Value};

use crate::input::{Failure, refused};
use crate::workspace::{Platform, root};

/// A package that is published.
pub(super) struct Member {
    /// Its name, by which its folder is called, too.
    pub(super) name: String,
    /// Where it is in the workspace.
    pub(super) folder: PathBuf,
    /// Its manifest.
    pub(super) manifest: String,
    /// The crates that it names, of the workspace or not.
    dependencies: Vec<String>,
}

/// The packages of a platform and those of the workspace that they depend on, each after what it depends on.
pub(super) fn members(platform: &Platform) -> Result<Vec<Member>, Failure> {
    let workspace = Manifest::read("Cargo.toml".into())?;
    let mut names = Vec::new();
    for name in platform.published() {
        add(&name, &workspace, &mut names)?;
    }
    names.iter().map(|name| Member::of(name, &workspace, &names)).collect()
}

/// Adds a package after those that it depends on.
fn add(name: &str, workspace: &Manifest, names: &mut Vec<String>) -> Result<(), Failure> {
    let Some(folder) = workspace.folder_of(name).filter(|_| !names.iter().any(|known| known == name)) else {
        return Ok(());
    };
    let manifest = Manifest::read(folder.join("Cargo.toml"))?;
    for dependency in manifest.table("dependencies").into_iter().flatten() {
        add(dependency.0, workspace, names)?;
    }
    names.push(name.to_owned());
    Ok(())
}

impl Member {
    fn of(name: &str, workspace: &Manifest, published: &[String]) -> Result<Self, Failure> {
        let folder = workspace.folder_of(name).unwrap_or_default();
        let Manifest { mut table, .. } = Manifest::read(folder.join("Cargo.toml"))?;
        // Whether a package is published is decided in the workspace; cargo does not find those that are not.
        // What the build script makes in the workspace is in the package.
        if let Some(package) = table.get_mut("package").and_then(Value::as_table_mut) {
            for key in ["publish", "build", "links"] {
                package.remove(key);
            }
        }
        for key in ["build-dependencies", "test", "bench", "example"] {
            table.remove(key);
        }
        // Some are for one kind of system alone.
        let targets = table.get("target").and_then(Value::as_table).into_iter().flatten();
        let targets = targets.filter_map(|(_, target)| target.as_table());
        let lists =
            [&table].into_iter().chain(targets).flat_map(|of| [of.get("dependencies"), of.get("dev-dependencies")]);
        let named = lists.flatten().filter_map(Value::as_table).flatten();
        let dependencies = named.map(|(name, _)| name.clone()).collect();
        if let Some(tests) = table.get_mut("dev-dependencies").and_then(Value::as_table_mut) {
            tests.retain(|name, _| workspace.folder_of(name).is_none() || published.iter().any(|known| known == name));
            tests.iter_mut().for_each(|(name, needed)| by_path_alone(name, needed, workspace));
        }
        Ok(Self { name: name.to_owned(), folder, manifest: text(&table)?, dependencies })
    }

    fn depends_on(&self, name: &str) -> bool {
        self.dependencies.iter().any(|dependency| dependency == name)
    }
}

/// Names a package of the workspace without a version, so that cargo leaves it out of what is published: packages that
/// test each other could not be published one after the other.
fn by_path_alone(name: &str, needed: &mut Value, workspace: &Manifest) {
    if workspace.folder_of(name).is_none() {
        return;
    }
    let Some(needed) = needed.as_table_mut() else { return };
    if needed.remove("workspace").is_some() {
        let general = workspace.dependency(name).and_then(Value::as_table).cloned().unwrap_or_default();
        general.into_iter().for_each(|(key, value)| _ = needed.entry(key).or_insert(value));
        needed.insert("path".to_owned(), Value::String(format!("../{name}")));
    }
}

/// The manifest of the workspace of those packages.
pub(super) fn of_workspace(members: &[Member]) -> Result<String, Failure> {
    let Manifest { mut table, .. } = Manifest::read("Cargo.toml".into())?;
    table.retain(|key, _| key == "workspace");
    let workspace = table.get_mut("workspace").and_then(Value::as_table_mut);
    let workspace = workspace.ok_or_else(|| refused("Cargo.toml has no `workspace`"))?;
    let names: Vec<Value> = members.iter().map(|member| Value::String(member.name.clone())).collect();
    workspace.insert("members".to_owned(), Value::Array(names));
    let package = workspace.get_mut("package").and_then(Value::as_table_mut);
    let package = package.ok_or_else(|| refused("Cargo.toml has no `workspace.package`"))?;
    package.remove("publish");
    let version = package.get("version").and_then(Value::as_str).unwrap_or_default().to_owned();
    if let Some(dependencies) = workspace.get_mut("dependencies").and_then(Value::as_table_mut) {
        dependencies.retain(|name, _| members.iter().any(|member| member.depends_on(name)));
        for (name, dependency) in dependencies.iter_mut() {
            if let Some(dependency) = dependency.as_table_mut().filter(|table| table.contains_key("path")) {
                dependency.insert("path".to_owned(), Value::String(name.clone()));
                // Generated code calls what is no public interface of the others, so that versions do not mix.
                dependency.insert("version".to_owned(), Value::String(format!("={version}")));
            }
        }
    }
    text(&table)
}

/// A manifest of this workspace.
struct Manifest {
    table: Table,
}

impl Manifest {
    /// Reads the manifest with that path in the workspace.
    fn read(inside: PathBuf) -> Result<Self, Failure> {
        let table = std::fs::read_to_string(root().join(&inside))?
            .parse()
            .map_err(|error: toml::de::Error| refused(format!("{}: {error}", inside.display())))?;
        Ok(Self { table })
    }

    fn table(&self, key: &str) -> Option<&Table> {
        self.table.get(key).and_then(Value::as_table)
    }

    /// What the workspace says of a crate.
    fn dependency(&self, name: &str) -> Option<&Value> {
        self.table("workspace")?.get("dependencies")?.get(name)
    }

    /// The folder of a package that the workspace has itself: as it names it as a dependency, or, of a program, which
    /// nobody depends on, where all of them are.
    fn folder_of(&self, name: &str) -> Option<PathBuf> {
        let dependency = self.dependency(name).and_then(|dependency| dependency.get("path")?.as_str());
        let program = || Some(PathBuf::from("crates").join(name.strip_prefix("keyapi-")?));
        let is_there = |folder: &PathBuf| root().join(folder).join("Cargo.toml").exists();
        dependency.map(PathBuf::from).or_else(|| program().filter(is_there))
    }
}

fn text(table: &Table) -> Result<String, Failure> {
    let text = toml::to_string(table).map_err(|error| refused(format!("a manifest cannot be written: {error}")))?;
    Ok(format!("# @generated by `cargo xtask package`.\n\n{text}"))
}
