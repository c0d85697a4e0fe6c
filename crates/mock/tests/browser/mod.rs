//! A real browser, driven over the pipe of the Chrome DevTools Protocol: messages in JSON, each ended by a zero byte.
#![allow(dead_code, reason = "every test uses a part of it")]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use serde_json::{Value, json};

/// The names that browsers of this protocol go by.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// No message takes so long unless the browser hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs before the scripts of a page: timers wait until a test lets them go off, and are counted where a change is seen.
const TIMERS: &str = "
    const timers = new Map();
    const count = () => { if (document.documentElement) document.documentElement.dataset.timers = timers.size; };
    let latest = 0;
    window.setTimeout = (callback) => { timers.set(++latest, callback); count(); return latest; };
    window.clearTimeout = (id) => { timers.delete(id); count(); };
    window.tick = () => { const due = [...timers.values()]; timers.clear(); count(); due.forEach((callback) => callback()); };
";

/// A browser with one page.
pub(crate) struct Browser {
    child: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    session: Option<String>,
    sent: u64,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Opens a page. Without a browser there is none: a test says that it did not run, and fails in CI.
    pub(crate) fn open(url: &str) -> Option<Self> {
        let Some(name) = NAMES.iter().find(|name| Command::new(name).arg("--version").output().is_ok()) else {
            let message = "there is no browser, see .ci/chromium";
            assert!(std::env::var_os("CI").is_none(), "{message}");
            // Straight to the terminal: what a test prints is only shown when it fails.
            _ = writeln!(std::io::stderr(), "not run: {message}");
            return None;
        };
        let profile = tempfile::tempdir().unwrap();
        let mut child = Command::new("sh")
            // The protocol's pipes are the descriptors 3 and 4.
            .args(["-c", "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null", "sh", name])
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            // It makes a folder of its own for temporary files, which nobody removes when it is killed.
            .env("TMPDIR", profile.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (sender, messages) = mpsc::channel();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            let mut message = Vec::new();
            while output.read_until(0, &mut message).is_ok_and(|length| length > 0) {
                let message = std::mem::take(&mut message);
                let Ok(message) = serde_json::from_slice(message.strip_suffix(b"\0").unwrap_or(&message)) else {
                    return;
                };
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let input = child.stdin.take().unwrap();
        let mut browser = Self { child, input, messages, session: None, sent: 0, _profile: profile };
        let page = browser.call("Target.createTarget", json!({ "url": "about:blank" }))["targetId"].clone();
        let session = browser.call("Target.attachToTarget", json!({ "targetId": page, "flatten": true }));
        browser.session = session["sessionId"].as_str().map(str::to_owned);
        browser.call("Page.enable", json!({}));
        browser.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": TIMERS }));
        browser.call("Page.navigate", json!({ "url": url }));
        browser.until("document.readyState === 'complete'");
        // The page has read the journal once, and waits before it does so again.
        browser.until("document.documentElement.dataset.timers === '1'");
        Some(browser)
    }

    /// Calls a method of the protocol.
    #[track_caller]
    pub(crate) fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.sent += 1;
        let mut message = json!({ "id": self.sent, "method": method, "params": parameters });
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        self.input.write_all(format!("{message}\0").as_bytes()).expect("the browser runs");
        loop {
            let mut message = self.messages.recv_timeout(PATIENCE).expect("the browser responds");
            if message["id"] == self.sent {
                assert!(message["error"].is_null(), "{method}: {message}");
                return message["result"].take();
            }
        }
    }

    /// The value of an expression, awaited where it is a promise.
    #[track_caller]
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        let parameters = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let mut result = self.call("Runtime.evaluate", parameters);
        assert!(result["exceptionDetails"].is_null(), "{expression}: {result}");
        result["result"]["value"].take()
    }

    /// The text of what a selector finds.
    #[track_caller]
    pub(crate) fn text(&mut self, selector: &str) -> String {
        let text = self.value(&format!("document.querySelector({}).textContent", json!(selector)));
        text.as_str().unwrap().to_owned()
    }

    /// Waits until a condition holds, which is looked at whenever the page changes.
    #[track_caller]
    pub(crate) fn until(&mut self, condition: &str) {
        self.value(&format!(
            "new Promise((resolve) => {{
                const look = () => {{ if ({condition}) {{ observer.disconnect(); resolve(true); }} }};
                const observer = new MutationObserver(look);
                observer.observe(document, {{ subtree: true, childList: true, attributes: true, characterData: true }});
                document.addEventListener('readystatechange', look);
                look();
            }})"
        ));
    }

    /// Lets the page's timers go off, and waits until it has set the next one.
    #[track_caller]
    pub(crate) fn tick(&mut self) {
        self.value("tick()");
        self.until("document.documentElement.dataset.timers === '1'");
    }

    /// Presses a key.
    #[track_caller]
    pub(crate) fn press(&mut self, key: &str) {
        let text = if key == "Enter" { "\r" } else { "" };
        let kind = if text.is_empty() { "rawKeyDown" } else { "keyDown" };
        self.call("Input.dispatchKeyEvent", json!({ "type": kind, "key": key, "code": key, "text": text }));
        self.call("Input.dispatchKeyEvent", json!({ "type": "keyUp", "key": key, "code": key }));
    }

    /// Chooses an option.
    #[track_caller]
    pub(crate) fn choose(&mut self, name: &str, value: &str) {
        let (name, value) = (json!(name), json!(value));
        self.value(&format!(
            "{{ const field = document.getElementsByName({name})[0]; field.value = {value};
                field.dispatchEvent(new Event('change', {{ bubbles: true }})); }}"
        ));
        self.until("document.documentElement.dataset.timers === '1'");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
