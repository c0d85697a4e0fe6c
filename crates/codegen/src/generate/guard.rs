//! Keeps a panic of the generator from ending the process.

use std::any::Any;
use std::cell::Cell;
use std::panic;
use std::sync::Once;
use std::thread;

use keyapi_spec::Diagnostic;

/// The generator recurses as deep as types do, and a stack that is not used costs nothing.
const STACK: usize = 512 * 1024 * 1024;

thread_local! {
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Does the work on a thread with a large stack. A panic becomes a diagnostic and prints nothing.
pub(crate) fn guarded<T: Send>(work: impl FnOnce() -> Result<T, Vec<Diagnostic>> + Send) -> Result<T, Vec<Diagnostic>> {
    silence();
    thread::scope(|scope| {
        let work = || {
            IS_GUARDED.set(true);
            work()
        };
        let thread = thread::Builder::new().name("generator".to_owned()).stack_size(STACK);
        match thread.spawn_scoped(scope, work) {
            Ok(running) => running.join().unwrap_or_else(|payload| Err(vec![panicked(&*payload)])),
            Err(error) => Err(vec![
                Diagnostic::error("generator", "", format!("the generator's thread cannot be started: {error}"))
                    .help("free some memory"),
            ]),
        }
    })
}

/// Lets the panic hook pass over guarded threads, whose panics are reported otherwise.
fn silence() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !IS_GUARDED.get() {
                report(info);
            }
        }));
    });
}

fn panicked(payload: &(dyn Any + Send)) -> Diagnostic {
    let text = payload.downcast_ref::<String>().map(String::as_str).or_else(|| payload.downcast_ref::<&str>().copied());
    // The generator prints whole schemas into its messages.
    let message: String = text.unwrap_or("no message").lines().next().unwrap_or_default().chars().take(200).collect();
    Diagnostic::error("generator-panic", "", format!("the generator panics: {message}"))
        .help("report the document: the construct should have a located diagnostic")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_pass() {
        assert_eq!(guarded(|| Ok(1)), Ok(1));
    }

    #[test]
    fn a_panic_is_a_diagnostic() {
        let found = guarded::<()>(|| std::panic::panic_any("nothing here\nand more"));
        let found = found.unwrap_err();
        assert_eq!(
            (found[0].code, found[0].message.as_str()),
            ("generator-panic", "the generator panics: nothing here")
        );
    }
}
