//! Path templates.

/// Renames the parameters in a template.
pub(super) fn rename(template: &str, name: impl Fn(&str) -> String) -> String {
    let mut renamed = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (parameter, behind) = after.split_once('}').unwrap_or((after, ""));
        renamed.push_str(before);
        renamed.push('{');
        renamed.push_str(&name(parameter));
        renamed.push('}');
        rest = behind;
    }
    renamed + rest
}

/// The template with what means something in a regular expression escaped.
pub(super) fn escape(template: &str) -> String {
    let mut escaped = String::with_capacity(template.len());
    let mut in_parameter = false;
    for c in template.chars() {
        in_parameter = c == '{' || (in_parameter && c != '}');
        if !in_parameter && ".+*?()|[]^$".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_renamed() {
        assert_eq!(rename("/a/{x}/{y-z}:go", |name| format!("<{name}>")), "/a/{<x>}/{<y-z>}:go");
    }

    #[test]
    fn only_what_is_not_a_parameter_is_escaped() {
        assert_eq!(escape("/v1.0/{a.b}/$x"), "/v1\\.0/{a.b}/\\$x");
    }
}
