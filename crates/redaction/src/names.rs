//! What the name of a property tells of its values.

/// Names whose values are credentials, in lower case and without what separates their words.
pub const CREDENTIALS: [&str; 21] = [
    "accesskey",
    "accesstoken",
    "apikey",
    "authorization",
    "clientsecret",
    "cookie",
    "cookies",
    "credential",
    "credentials",
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
];

/// Words of property names whose values reach a person.
const CONTACT_WORDS: [&str; 6] = ["email", "fax", "mail", "phone", "telephone", "whatsapp"];

/// What the values of a property are by its name, of which one word, or two in a row, are enough to tell.
pub fn named(name: &str) -> Option<&'static str> {
    let words = words(name);
    let is_credential = |word: &str| CREDENTIALS.contains(&word);
    if words.iter().any(|word| is_credential(word)) || words.windows(2).any(|pair| is_credential(&pair.concat())) {
        return Some("a secret");
    }
    let is_mobile = words.last().is_some_and(|last| ["mobile", "tel"].contains(&last.as_str()));
    let reaches = words.iter().any(|word| CONTACT_WORDS.contains(&word.as_str())) || is_mobile;
    reaches.then_some("a person's contact")
}

/// The words of a name, in lower case: `userEmail` and `user_email` have the same.
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
    words.retain(|word| !word.is_empty());
    words
}
