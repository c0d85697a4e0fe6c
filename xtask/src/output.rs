//! Prints for readers who may stop reading.
//!
//! The macros of the standard library panic when nobody reads any more, as after `cargo xtask lint | head`. To print is not
//! what most commands are for, so they go on without a reader and end with the code that they end with anyway. Where
//! the text cannot be written for another reason, as on a full disk, they go on too, and [`finish`] says so at the end. What a
//! command is for is written by [`write`], which says so at once.

use std::io::{self, Stdout, Write};
use std::sync::OnceLock;

/// Why somebody did not get what was printed, where that was so.
static FAILED: OnceLock<String> = OnceLock::new();

/// The standard output, which [`finish`] knows of.
pub(crate) struct Output(Stdout);

/// What is printed by whoever is given a writer.
pub(crate) fn standard() -> Output {
    Output(io::stdout())
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).inspect_err(note)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().inspect_err(note)
    }
}

fn note(error: &io::Error) {
    if !matches!(error.kind(), io::ErrorKind::BrokenPipe | io::ErrorKind::Interrupted) {
        FAILED.get_or_init(|| unwritable(error));
    }
}

/// Says whether all that was printed came to its reader, unless that has read enough.
///
/// # Errors
///
/// The text could not be written, for instance because the disk is full.
pub fn finish() -> io::Result<()> {
    // What is said of the last line is kept like what is said of the others.
    _ = standard().flush();
    FAILED.get().map_or(Ok(()), |why| Err(io::Error::other(why.as_str())))
}

fn unwritable(error: &io::Error) -> String {
    format!("the standard output cannot be written: {error}")
}

/// Writes to the standard output. A reader who stops reading has read enough.
///
/// # Errors
///
/// The text cannot be written, for instance because the disk is full.
pub(crate) fn write(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(io::Error::new(error.kind(), unwritable(&error)))
        }
        _ => Ok(()),
    }
}

/// Prints text.
macro_rules! print {
    ($($text:tt)*) => {{
        _ = std::io::Write::write_fmt(&mut $crate::output::standard(), format_args!($($text)*));
    }};
}

/// Prints a line.
macro_rules! println {
    () => { print!("\n") };
    ($($text:tt)*) => { print!("{}\n", format_args!($($text)*)) };
}

/// Prints text about what is printed.
macro_rules! eprint {
    ($($text:tt)*) => {{
        _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!($($text)*));
    }};
}

/// Prints a line about what is printed.
macro_rules! eprintln {
    ($($text:tt)*) => { eprint!("{}\n", format_args!($($text)*)) };
}

/// How many there are, as one says it.
pub(crate) fn counted(count: usize, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}
