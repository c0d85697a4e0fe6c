//! Ctrl-C.

use std::process;

use futures_util::FutureExt;
use tokio::runtime::Runtime;

use crate::exit_code::INTERRUPTED;

/// Ends the program when Ctrl-C comes, whatever it waits for: an answer, somebody who types a key, or a full pipe.
pub(crate) fn exit_on_ctrl_c(runtime: &Runtime) {
    let terminal = Terminal::now();
    let _context = runtime.enter();
    let mut pressed = Box::pin(tokio::signal::ctrl_c());
    // It listens from its first poll on. Where nobody can listen, the operating system ends the program by itself.
    if (&mut pressed).now_or_never().is_none() {
        runtime.spawn(async move {
            if pressed.await.is_ok() {
                terminal.restore();
                process::exit(INTERRUPTED.into());
            }
        });
    }
}

/// How the terminal was when the program started: while somebody types a key, it does not echo.
#[cfg(unix)]
struct Terminal(Option<rustix::termios::Termios>);

#[cfg(unix)]
impl Terminal {
    fn now() -> Self {
        Self(rustix::termios::tcgetattr(std::io::stdin()).ok())
    }

    fn restore(&self) {
        if let Self(Some(settings)) = self {
            _ = rustix::termios::tcsetattr(std::io::stdin(), rustix::termios::OptionalActions::Now, settings);
        }
    }
}

#[cfg(not(unix))]
struct Terminal;

#[cfg(not(unix))]
impl Terminal {
    fn now() -> Self {
        Self
    }

    fn restore(&self) {}
}
