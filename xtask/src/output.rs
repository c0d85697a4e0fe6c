//! Prints for readers who may stop reading.
//!
//! The macros of the standard library panic when nobody reads any more, as after `cargo xtask lint | head`. To print is not
//! what a command is for, so it goes on without a reader and ends with the code that it ends with anyway.

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
