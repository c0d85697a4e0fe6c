//! The credentials of security schemes that have one of their own, beside the API key.

use std::sync::Arc;

use crate::error::display_text::DisplayText;
use crate::{CredentialPlace, Error, Platform, Scheme};

/// By the names of the schemes.
pub(crate) type Credentials = Arc<[(String, String)]>;

/// What is shorter is found in what has nothing to do with it.
pub(crate) const SHORTEST: usize = 4;

/// The credential of a scheme that has one of its own.
pub(crate) fn of<'a>(credentials: &'a Credentials, scheme: &str) -> Option<&'a str> {
    credentials.iter().find(|(name, _)| name == scheme).map(|(_, credential)| credential.as_str())
}

/// The variable of the environment that holds the credential of a scheme which has one of its own.
pub(crate) fn variable(of_key: &str, scheme: &str) -> String {
    format!("{of_key}_{}", scheme.replace(|c: char| !c.is_ascii_alphanumeric(), "_"))
}

/// The credentials, with those of the environment for schemes that have none.
pub(crate) fn with_those_of(
    platform: &Platform,
    mut given: Vec<(String, String)>,
    environment: impl Fn(&str) -> Option<String>,
) -> Vec<(String, String)> {
    for scheme in schemes(platform) {
        let is_given = given.iter().any(|(name, _)| name == scheme.name);
        let found = || environment(&variable(platform.key.variable, scheme.name));
        given.extend((!is_given).then(found).flatten().map(|credential| (scheme.name.to_owned(), credential)));
    }
    given
}

/// Checks the form of the credentials beside the key. The messages never repeat them.
pub(crate) fn checked(platform: &Platform, given: Vec<(String, String)>) -> Result<Credentials, Error> {
    for (scheme, credential) in &given {
        let wrong = |what: &str| {
            let message = format!("the credential of the scheme `{scheme}` {what}");
            Err(Error::configuration_text(DisplayText::new(&message, platform.secrets(Some(credential)))))
        };
        let Some(known) = schemes(platform).find(|known| known.name == scheme) else {
            return wrong("is of no use: no operation of the document asks for such a scheme");
        };
        if credential.len() < SHORTEST {
            return wrong("is too short to be kept out of what is shown");
        }
        if known.place == CredentialPlace::Basic {
            // Names and passwords are encoded, and may hold all but control characters (RFC 7617, section 2).
            if credential.chars().any(char::is_control) {
                return wrong("contains a control character: pass it without line breaks");
            }
            if !credential.contains(':') {
                return wrong("has to be a name and a password with a colon between them");
            }
        } else if !credential.chars().all(|character| character.is_ascii_graphic()) {
            return wrong("contains a character that no credential has: pass it without line breaks and spaces");
        }
    }
    Ok(given.into())
}

/// The schemes of which the document tells the names.
fn schemes(platform: &Platform) -> impl Iterator<Item = &'static Scheme> + use<> {
    let all = platform.operations.iter().flat_map(|operation| operation.security).flat_map(|all| *all);
    all.filter(|scheme| !scheme.name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Operation, test_platform};

    #[test]
    fn an_explicit_credential_beats_the_environment() {
        const SCHEMES: &[&[Scheme]] =
            &[&[Scheme::new("a b", CredentialPlace::Basic), Scheme::new("", CredentialPlace::Bearer)]];
        let operations: &'static [Operation] =
            &[const { Operation::new("a", "GET", "https://api.example", "/a").with_security(SCHEMES) }];
        let platform = Platform { operations, ..test_platform::PLATFORM };
        let environment = |name: &str| (name == "EXAMPLE_KEY_a_b").then(|| "me:word".to_owned());
        let pair = |credential: &str| vec![("a b".to_owned(), credential.to_owned())];
        assert_eq!(with_those_of(&platform, Vec::new(), environment), pair("me:word"));
        assert_eq!(with_those_of(&platform, pair("you:word"), environment), pair("you:word"));
        for right in ["me:word", "me:correct horse battery", "m\u{fc}:w\u{f6}rd"] {
            assert_eq!(checked(&platform, pair(right)).unwrap().as_ref(), pair(right));
        }
        for wrong in ["me and a word", "me:word\nand more", "me:word\u{7f}"] {
            assert!(checked(&platform, pair(wrong)).is_err(), "{wrong:?}");
        }
    }
}
