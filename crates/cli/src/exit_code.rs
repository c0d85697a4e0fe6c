//! How the program ends: one table for code and help.

use keyapi_runtime::ErrorKind;

/// The result cannot be written, or something is wrong that has no code of its own.
pub(crate) const OUTPUT: u8 = 1;
/// The command line, the key, or a body is wrong, and nothing was sent.
pub(crate) const USAGE: u8 = 2;
/// Ctrl-C.
pub(crate) const INTERRUPTED: u8 = 130;

/// The codes, what they mean, and the kinds of errors that end with them.
pub(crate) static CODES: &[(u8, &str, &[ErrorKind])] = &[
    (0, "success", &[]),
    (OUTPUT, "the result cannot be written, or anything that is not below", &[]),
    (
        USAGE,
        "the command line, the key or a body is wrong; nothing was sent",
        &[ErrorKind::InvalidRequest, ErrorKind::Configuration],
    ),
    (3, "the API takes a parameter for missing or illegal (400)", &[ErrorKind::BadRequest]),
    (
        4,
        "the key is unknown, or may not do this (401, 403)",
        &[ErrorKind::Unauthorized, ErrorKind::Forbidden, ErrorKind::KeyProvider],
    ),
    (5, "too few credits (402)", &[ErrorKind::QuotaExhausted, ErrorKind::CreditBudget]),
    (6, "there is no such thing (404)", &[ErrorKind::NotFound, ErrorKind::NoData]),
    (7, "too many requests (429)", &[ErrorKind::RateLimited]),
    (8, "the API failed (5xx)", &[ErrorKind::Server]),
    (9, "the API says no for another reason", &[ErrorKind::Rejected, ErrorKind::UnexpectedStatus]),
    (10, "no answer in time", &[ErrorKind::Timeout]),
    (
        11,
        "no connection, or a broken one",
        &[ErrorKind::Connect, ErrorKind::Tls, ErrorKind::ProxyAuthentication, ErrorKind::Transport],
    ),
    (
        12,
        "an answer that cannot be used",
        &[ErrorKind::MalformedResponse, ErrorKind::Decode, ErrorKind::BodyTooLarge, ErrorKind::NoProgress],
    ),
    (INTERRUPTED, "Ctrl-C; a request that was sent may have cost credits", &[]),
];

/// The code of a failed call.
pub(crate) fn of(kind: ErrorKind) -> u8 {
    CODES.iter().find(|(_, _, kinds)| kinds.contains(&kind)).map_or(OUTPUT, |(code, ..)| *code)
}

/// The code of a call that failed after another one had succeeded. If what that answered makes no request, it cannot be used.
pub(crate) fn of_later(kind: ErrorKind) -> u8 {
    match of(kind) {
        USAGE => of(ErrorKind::MalformedResponse),
        code => code,
    }
}

/// The table as text.
pub(crate) fn help() -> String {
    let lines = CODES.iter().map(|(code, meaning, _)| format!("{code:>5}  {meaning}"));
    format!("Exit codes:\n{}", lines.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_has_the_table() {
        let folder = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
        let readme = std::fs::read_to_string(format!("{folder}/../../README.md")).unwrap_or_default();
        for (code, meaning, _) in CODES {
            assert!(readme.contains(&format!("\n| {code} | {meaning} |\n")), "{code} | {meaning}");
        }
    }

    #[test]
    fn a_kind_has_one_code() {
        let mut known = std::collections::HashSet::new();
        assert!(CODES.iter().flat_map(|(_, _, kinds)| *kinds).all(|kind| known.insert(*kind)));
        assert_eq!((of(ErrorKind::NotFound), of(ErrorKind::Tls)), (6, 11));
    }

    #[test]
    fn nothing_was_sent_is_said_of_the_first_call_alone() {
        assert_eq!((of(ErrorKind::InvalidRequest), of_later(ErrorKind::InvalidRequest)), (USAGE, 12));
        assert_eq!(of_later(ErrorKind::QuotaExhausted), of(ErrorKind::QuotaExhausted));
    }
}
