//! What the name of a property, a header or a parameter tells of its values.

/// Names whose values are credentials, in lower case and without what separates their words.
pub const CREDENTIALS: [&str; 28] = [
    "accesskey",
    "accesstoken",
    "apikey",
    "authcode",
    "authorization",
    "clientsecret",
    "cookie",
    "cookies",
    "credential",
    "credentials",
    "jwt",
    "otp",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "proxyauthorization",
    "pwd",
    "secret",
    "secretkey",
    "sessionid",
    "sessionkey",
    "setcookie",
    "signature",
    "token",
    "totp",
    "verificationcode",
];

/// What a word that is written together with others ends with where it names a credential, such as `csrftoken`.
const CREDENTIAL_ENDS: [&str; 5] = ["apikey", "passwd", "password", "secret", "token"];

/// What the names of parameters and headers end with that let somebody in; properties of a body are called so, too, and
/// hold anything.
const PARAMETER_ENDS: [&str; 7] = ["auth", "key", "pass", "session", "sid", "sig", "ticket"];

/// Words of property names whose values reach a person.
const CONTACT_WORDS: [&str; 9] =
    ["cellphone", "email", "fax", "mail", "mobilenumber", "phone", "phonenumber", "telephone", "whatsapp"];

/// What the values of a property are by its name, of which one word, or two in a row, are enough to tell.
pub fn named(name: &str) -> Option<&'static str> {
    let words = words(name);
    if words.iter().any(|word| is_credential(word)) || words.windows(2).any(|pair| is_credential(&pair.concat())) {
        return Some("a secret");
    }
    let is_mobile = words.last().is_some_and(|last| ["mobile", "tel"].contains(&last.as_str()));
    let is_contact = |word: &String| CONTACT_WORDS.contains(&word.as_str()) || word.ends_with("email");
    (words.iter().any(is_contact) || is_mobile).then_some("a person's contact")
}

/// Whether the values of a header or a parameter of this name let somebody in.
pub fn lets_in(name: &str) -> bool {
    let ends = |word: &String| PARAMETER_ENDS.contains(&word.as_str());
    named(name) == Some("a secret") || words(name).last().is_some_and(ends)
}

fn is_credential(word: &str) -> bool {
    CREDENTIALS.contains(&word) || CREDENTIAL_ENDS.iter().any(|end| word.ends_with(end))
}

/// The words of a name, in lower case, each as if there were one of it: `userEmails`, `user_email` and `user-email2` have
/// the same.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for char in name.chars() {
        if !char.is_alphanumeric() || (char.is_uppercase() && before.is_lowercase()) {
            words.push(String::new());
        }
        if let (true, Some(word)) = (char.is_alphanumeric(), words.last_mut()) {
            word.extend(char.to_lowercase());
        }
        before = char;
    }
    words.iter().map(|word| one(word).to_owned()).filter(|word| !word.is_empty()).collect()
}

/// A word without the digits and the `s` of many.
fn one(word: &str) -> &str {
    let word = word.trim_end_matches(|char: char| char.is_ascii_digit());
    word.strip_suffix('s').filter(|one| !one.ends_with('s')).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_values_are() {
        for name in [
            "accesstoken",
            "access_token",
            "accessTokens",
            "clientsecret",
            "passwords",
            "tokens",
            "otp",
            "otp2",
            "csrftoken",
            "userPassword",
            "API-Key",
            "apikeys",
            "session_id",
            "Set-Cookie",
            "verification_code",
            "JWT",
        ] {
            assert_eq!(named(name), Some("a secret"), "{name}");
        }
        for name in ["phones", "phone2", "phonenumber", "useremail", "contact_emails", "mobile", "Tel"] {
            assert_eq!(named(name), Some("a person's contact"), "{name}");
        }
        for name in [
            "key",
            "keyword",
            "author",
            "iphone",
            "microphone",
            "code",
            "session",
            "tokenized",
            "secretary",
            "mobile_cover",
            "address",
            "passes",
            "s",
            "7",
            "",
        ] {
            assert_eq!(named(name), None, "{name}");
        }
    }

    #[test]
    fn names_of_parameters_tell_more() {
        for name in ["key", "X-Auth", "x-session", "sid", "api_key", "Authorization"] {
            assert!(lets_in(name), "{name}");
        }
        for name in ["keyword", "music_id", "page", "X-Request-Id"] {
            assert!(!lets_in(name), "{name}");
        }
    }
}
