//! What the name of a property, a header or a parameter tells of its values.

/// Names whose values are credentials, in lower case and without what separates their words.
pub const CREDENTIALS: [&str; 37] = [
    "accesskey",
    "accesstoken",
    "apikey",
    "authcode",
    "authkey",
    "authorization",
    "authtoken",
    "bearer",
    "clientsecret",
    "cookie",
    "cookies",
    "credential",
    "credentials",
    "creds",
    "csrf",
    "hmac",
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
    "xauth",
    "xsrf",
    "xsrftoken",
];

/// Names that are credentials as a whole, and say something else as a word of a longer one: `auth_type`, `passes`.
const WHOLE: [&str; 5] = ["auth", "cred", "pass", "pin", "pincode"];

/// What a word that is written together with others ends with where it names a credential, such as `csrftoken`.
const CREDENTIAL_ENDS: [&str; 5] = ["apikey", "passwd", "password", "secret", "token"];

/// What the names of parameters and headers end with that let somebody in; properties of a body are called so, too, and
/// hold anything.
const PARAMETER_ENDS: [&str; 7] = ["auth", "key", "pass", "session", "sid", "sig", "ticket"];

/// Words of property names whose values reach a person.
const CONTACT_WORDS: [&str; 10] = [
    "cellnumber",
    "cellphone",
    "email",
    "fax",
    "mail",
    "mobilenumber",
    "phone",
    "phonenumber",
    "telephone",
    "whatsapp",
];

/// What names end with that tell of a credential, or of how to reach a person, and give neither away.
const TELLING: [&str; 10] = ["count", "cover", "length", "limit", "model", "size", "state", "status", "total", "type"];

/// What the values of a property are by its name, of which one word, or two in a row, are enough to tell.
pub fn named(name: &str) -> Option<&'static str> {
    let words = words(name);
    if words.last().is_some_and(|last| TELLING.contains(&one(last))) {
        return None;
    }
    let pairs = words.windows(2).map(|pair| pair.concat());
    let mut parts = words.iter().cloned().chain(pairs);
    let is_whole = matches!(&words[..], [word] if WHOLE.contains(&one(word)));
    if is_whole || parts.clone().any(|part| is_credential(&part)) {
        return Some("a secret");
    }
    let is_mobile = words.last().is_some_and(|last| ["mobile", "tel"].contains(&one(last)));
    (is_mobile || parts.any(|part| is_contact(one(&part)))).then_some("a person's contact")
}

/// Whether the values of a header or a parameter of this name let somebody in.
pub fn lets_in(name: &str) -> bool {
    let ends = |word: &String| PARAMETER_ENDS.contains(&one(word));
    named(name) == Some("a secret") || words(name).last().is_some_and(ends)
}

fn is_credential(word: &str) -> bool {
    let is = |word: &str| CREDENTIALS.contains(&word) || CREDENTIAL_ENDS.iter().any(|end| word.ends_with(end));
    is(word) || is(one(word))
}

fn is_contact(word: &str) -> bool {
    CONTACT_WORDS.contains(&word) || word.ends_with("email")
}

/// The words of a name in lower case: `userEmails`, `user_emails` and `USER-Emails` have the same.
pub(super) fn words(name: &str) -> Vec<String> {
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
    words.retain(|word| !one(word).is_empty());
    words
}

/// A word without the digits and the `s` of many.
pub(super) fn one(word: &str) -> &str {
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
            "auth",
            "authKey",
            "X-Auth",
            "auth_keys",
            "bearer",
            "X-CSRF",
            "hmac",
            "pass",
            "PIN",
            "creds",
        ] {
            assert_eq!(named(name), Some("a secret"), "{name}");
        }
        for name in [
            "phones",
            "phone2",
            "phonenumber",
            "useremail",
            "contact_emails",
            "mobile",
            "Tel",
            "whatsApp",
            "whats_app",
            "mobileNumber",
            "mobile_numbers",
            "cellNumber",
        ] {
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
            "auth_type",
            "token_counts",
            "phone_model",
            "pinned",
            "pass_count",
            "what",
            "app",
            "number",
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
