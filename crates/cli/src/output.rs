//! Where results go.

use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};

use crate::failure::Failure;
use crate::invocation::Format;

/// Who looks at what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Screen {
    /// A person.
    Terminal,
    /// A file or a program.
    File,
}

/// Where results go, also from several places in turn.
#[derive(Clone)]
pub(crate) struct Output {
    out: Arc<Mutex<Box<dyn Write + Send>>>,
    screen: Screen,
}

impl Output {
    /// Standard output.
    pub(crate) fn standard() -> Self {
        let screen = if io::stdout().is_terminal() { Screen::Terminal } else { Screen::File };
        Self { out: Arc::new(Mutex::new(Box::new(io::stdout()))), screen }
    }

    /// How a result is written where nobody says it.
    pub(crate) fn preferred(&self) -> Format {
        match self.screen {
            Screen::Terminal => Format::Table,
            Screen::File => Format::Json,
        }
    }

    pub(crate) fn screen(&self) -> Screen {
        self.screen
    }

    /// Writes a text to its end. A terminal gets no orders that are in it.
    pub(crate) fn text(&self, text: &str) -> Result<(), Failure> {
        match self.screen {
            Screen::Terminal => self.write(printable(text).as_bytes()),
            Screen::File => self.write(text.as_bytes()),
        }
    }

    /// Writes bytes to their end, as they are; to a terminal, as text.
    pub(crate) fn bytes(&self, bytes: &[u8]) -> Result<(), Failure> {
        if self.screen == Screen::Terminal {
            let text = String::from_utf8_lossy(bytes);
            let end = if text.ends_with('\n') { "" } else { "\n" };
            return self.text(&format!("{text}{end}"));
        }
        self.write(bytes)
    }

    fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        out.write_all(bytes)?;
        Ok(out.flush()?)
    }
}

/// A text in which characters that a terminal obeys are written as JSON escapes them. Lines and tabs stay.
pub(crate) fn printable(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    for character in text.chars() {
        if is_order(character) && !matches!(character, '\n' | '\t') {
            for unit in character.encode_utf16(&mut [0; 2]) {
                printable.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            printable.push(character);
        }
    }
    printable
}

/// The same in one line.
pub(crate) fn one_line(text: &str) -> String {
    printable(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Whether a terminal obeys a character, or shows what follows it in another order.
fn is_order(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::{one_line, printable};

    #[test]
    fn a_terminal_gets_no_orders() {
        assert_eq!(printable("a\tb\n\u{1b}[31m\u{9b}2J\u{202e}é"), "a\tb\n\\u001b[31m\\u009b2J\\u202eé");
        assert_eq!(one_line(" a\n\n b\u{7}"), "a b\\u0007");
    }
}
