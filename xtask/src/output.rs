//! Prints for readers who may stop reading.
//!
//! The macros of the standard library panic when nobody reads any more, as after `cargo xtask lint | head`. To print is not
//! what most commands are for, so they go on without a reader and end with the code that they end with anyway. What a
//! command is for is written by [`write`], which says so where it cannot be.

use std::io::{self, Write};

/// Writes to the standard output. A reader who stops reading has read enough.
///
/// # Errors
///
/// The text cannot be written, for instance because the disk is full.
pub(crate) fn write(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(io::Error::new(error.kind(), format!("the standard output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// Prints text.
macro_rules! print {
    ($($text:tt)*) => {{
        _ = std::io::Write::write_fmt(&mut std::io::stdout(), format_args!($($text)*));
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
