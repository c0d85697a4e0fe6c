//! How many pages have come, for a person who does not see them.

use std::io::{self, IsTerminal, Write};

use crate::output::Screen;

/// A line at the terminal that tells of pages. Where they go to the terminal themselves, or nobody looks, there is none.
pub(crate) struct Progress {
    most: u32,
    come: u32,
    is_shown: bool,
}

impl Progress {
    /// Pages that go to `screen`.
    pub(crate) fn new(most: u32, screen: Screen) -> Self {
        Self { most, come: 0, is_shown: screen == Screen::File && io::stderr().is_terminal() }
    }

    /// Another page has come.
    pub(crate) fn page(&mut self) {
        self.come += 1;
        if self.is_shown {
            // Whether or not somebody sees it, the pages go on.
            _ = write!(io::stderr(), "\r{} of at most {} pages", self.come, self.most);
        }
    }
}

/// What comes next, such as an error, gets a line of its own.
impl Drop for Progress {
    fn drop(&mut self) {
        if self.is_shown && self.come > 0 {
            _ = writeln!(io::stderr());
        }
    }
}
