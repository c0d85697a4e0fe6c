//! Path templates.

use keyapi_spec::document::template::{split_query, without_query_parameters};

/// Stands before and behind what tells a path from others and is not written: no path has it.
pub(crate) const ASIDE: char = '\u{1}';

/// A template as the generator gets it: its parameters renamed, and those of its query kept aside.
pub(super) fn for_generator(template: &str, name: impl Fn(&str) -> String) -> String {
    let (path, query) = split_query(template);
    let sent = without_query_parameters(template);
    let mut made = rename(path, name) + &sent[path.len()..];
    if sent != template {
        made.extend([ASIDE.to_string(), query.replace(['{', '}'], ""), ASIDE.to_string()]);
    }
    made
}

/// A path for the generator, and what is in its query, kept aside: a mock looks for both in other places.
pub(super) fn query_aside(path: &str) -> (&str, String) {
    let (path, query) = path.split_at(path.find(['?', ASIDE]).unwrap_or(path.len()));
    let aside = if query.is_empty() { String::new() } else { format!("{ASIDE}{}{ASIDE}", query.replace(ASIDE, "&")) };
    (path, aside)
}

/// Renames the parameters in a template.
fn rename(template: &str, name: impl Fn(&str) -> String) -> String {
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

/// A regular expression of a path that may stand below the path of a server, from the expression of the path alone.
pub(super) fn below<'a>(servers: impl Iterator<Item = &'a str>, path: &str) -> String {
    let mut servers: Vec<String> = servers.filter_map(|server| server.strip_prefix('/')).map(escape).collect();
    // A parameter in braces would be one of the operation.
    servers.retain(|server| !server.contains(['{', '}']));
    servers.sort();
    servers.dedup();
    match (servers.is_empty(), path.strip_prefix('/')) {
        (false, Some(path)) => format!("/(?:(?:{})/)?{path}", servers.join("|")),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_renamed() {
        assert_eq!(rename("/a/{x}/{y-z}:go", |name| format!("<{name}>")), "/a/{<x>}/{<y-z>}:go");
    }

    #[test]
    fn what_is_in_a_query_is_no_part_of_a_path() {
        for (template, made, path, aside) in [
            ("/a/{b}", "/a/{<b>}", "/a/{<b>}", ""),
            ("/a?b=1&c", "/a?b=1&c", "/a", "\u{1}?b=1&c\u{1}"),
            ("/a/{b}?c={d}&e=1", "/a/{<b>}?e=1\u{1}c=d&e=1\u{1}", "/a/{<b>}", "\u{1}?e=1&c=d&e=1&\u{1}"),
            ("/a?", "/a\u{1}\u{1}", "/a", "\u{1}&&\u{1}"),
        ] {
            assert_eq!(for_generator(template, |name| format!("<{name}>")), made);
            assert_eq!(query_aside(made), (path, aside.to_owned()));
        }
    }

    #[test]
    fn a_path_may_stand_below_those_of_its_servers() {
        assert_eq!(below(["", ""].into_iter(), "/a/{b}"), "/a/{b}");
        assert_eq!(below(["/v1.0", "", "/b/c", "/b/c", "/{x}"].into_iter(), "/a"), "/(?:(?:b/c|v1\\.0)/)?a");
    }

    #[test]
    fn only_what_is_not_a_parameter_is_escaped() {
        assert_eq!(escape("/v1.0/{a.b}/$x"), "/v1\\.0/{a.b}/\\$x");
    }
}
