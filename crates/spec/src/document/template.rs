//! Path templates: which of them stand for the same paths, and the queries that some of them have.

use std::collections::BTreeMap;

use crate::message::form_text;

/// The code of what is said about templates that differ in nothing that a request has.
pub(crate) const IDENTICAL: &str = "identical-paths";

/// A template without the names of its parameters, which is the same for all templates of the same paths.
pub(crate) fn shape(path: &str) -> String {
    let mut shape = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, (_, after))) =
        rest.split_once('{').and_then(|(before, tail)| Some((before, tail.split_once('}')?)))
    {
        shape.extend([before, "{}"]);
        rest = after;
    }
    shape + rest
}

/// The names of a template's parameters, in order.
pub fn parameters(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0)).collect()
}

/// Templates of the same paths, in the order in which they come; those that have no other like them are left out.
pub(crate) fn identical<'a>(paths: impl Iterator<Item = &'a str>) -> Vec<Vec<&'a str>> {
    let mut groups: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    for path in paths {
        let group = groups.entry(requests(path)).or_default();
        if !group.contains(&path) {
            group.push(path);
        }
    }
    groups.into_values().filter(|group| group.len() > 1).collect()
}

/// The fields of a query, each with its value where that is the same in all requests.
pub type QueryFields = Vec<(String, Option<String>)>;

/// What all requests of a template have, which is the same for templates of the same requests: the path, and what is in the
/// query, where the order makes no difference.
pub fn requests(path: &str) -> (String, QueryFields) {
    let (path, query) = split_query(path);
    let fixed = |value| query_parameter(value).is_none().then(|| form_text::decoded(value));
    let fields = query_fields(query).map(|(name, value)| (form_text::decoded(name), fixed(value)));
    let mut fields: Vec<_> = fields.collect();
    fields.sort_unstable();
    (shape(path), fields)
}

/// A template without the query in it, and that query.
///
/// A path has none (OpenAPI 3.0.4, "Paths Object"), yet documents tell operations apart by what is written there.
pub fn split_query(template: &str) -> (&str, &str) {
    let mut in_parameter = false;
    let is_start = |c: char| {
        in_parameter = c == '{' || (in_parameter && c != '}');
        c == '?' && !in_parameter
    };
    template.find(is_start).map_or((template, ""), |at| (&template[..at], &template[at + 1..]))
}

/// The names and values in a query, as they are written there.
pub(crate) fn query_fields(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query.split('&').filter(|field| !field.is_empty()).map(form_text::field)
}

/// The parameter that is all of a value in a query.
pub(crate) fn query_parameter(value: &str) -> Option<&str> {
    value.strip_prefix('{')?.strip_suffix('}').filter(|name| !name.is_empty() && !name.contains(['{', '}']))
}

/// A template without the parameters of its query, which requests have there anyway.
pub fn without_query_parameters(template: &str) -> String {
    let (path, query) = split_query(template);
    let is_fixed = |field: &&str| !query_fields(field).any(|(_, value)| query_parameter(value).is_some());
    let fixed: Vec<&str> = query.split('&').filter(|field| !field.is_empty()).filter(is_fixed).collect();
    [path, if fixed.is_empty() { "" } else { "?" }, &fixed.join("&")].concat()
}

/// How many names a template has in its query; nothing where a query lacks one of them, or has another value.
pub fn asked_of_query(template: &str, query: &str) -> Option<usize> {
    let asked = query_fields(split_query(template).1);
    let has = |(name, value): (&str, &str)| {
        query_fields(query).any(|(known, given)| {
            form_text::decoded(known) == form_text::decoded(name)
                && (query_parameter(value).is_some() || form_text::decoded(given) == form_text::decoded(value))
        })
    };
    asked.map(|field| has(field).then_some(1)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_stands_behind_the_path() {
        for (template, path, query, fixed) in [
            ("/a/{b}", "/a/{b}", "", "/a/{b}"),
            ("/a/{b}?x=1&y={y}&z", "/a/{b}", "x=1&y={y}&z", "/a/{b}?x=1&z"),
            ("/a?x={x}&&y={y}", "/a", "x={x}&&y={y}", "/a"),
            ("/a?x=?", "/a", "x=?", "/a?x=?"),
            ("/a?", "/a", "", "/a"),
            ("/a{?x}", "/a{?x}", "", "/a{?x}"),
        ] {
            assert_eq!(split_query(template), (path, query), "{template}");
            assert_eq!(without_query_parameters(template), fixed, "{template}");
        }
        let (_, fields) = requests("/?a=1&b&&c%20d={d}=+&e={e}");
        let expected = [("a", Some("1")), ("b", Some("")), ("c d", Some("{d}= ")), ("e", None)];
        assert_eq!(fields, expected.map(|(name, value)| (name.to_owned(), value.map(str::to_owned))));
        assert_eq!(["{d}", "{d}=", "{}", "{{d}}", "d"].map(query_parameter), [Some("d"), None, None, None, None]);
    }

    #[test]
    fn a_template_asks_for_what_its_query_has() {
        for (template, query, asked) in [
            ("/a", "x=1", Some(0)),
            ("/a?x=1&y={y}", "y=2&%78=%31", Some(2)),
            ("/a?x=1&y={y}", "x=1", None),
            ("/a?x=1", "x=2", None),
            ("/a?x", "x=&y", Some(1)),
        ] {
            assert_eq!(asked_of_query(template, query), asked, "{template} {query}");
        }
    }

    #[test]
    fn names_of_parameters_make_no_difference() {
        for (one, other, same) in [
            ("/items/{id}", "/items/{item_id}", true),
            ("/a/{x}/b/{y}.{z}", "/a/{y}/b/{z}.{x}", true),
            ("/items/{id}", "/items/{id}/", false),
            ("/items/{id}", "/items/id", false),
            ("/items/{a}{b}", "/items/{a}", false),
            ("/items/{id}.json", "/items/{id}.xml", false),
            ("/Items/{id}", "/items/{id}", false),
            ("/items?a={a}&b=1", "/items?%62=1&&a={c}", true),
            ("/items?", "/items", true),
            ("/items?a={a}", "/items?a=a", false),
            ("/items?a={a}", "/items?a=%7Ba%7D", false),
            ("/items?a=1", "/items?a=1&a=1", false),
            ("/items?a=", "/items", false),
            ("/items", "/items", false),
        ] {
            let groups = identical([one, other, one].into_iter());
            assert_eq!(groups, if same { vec![vec![one, other]] } else { vec![] }, "{one} {other}");
        }
        assert_eq!(shape("/a/{b"), "/a/{b");
        assert_eq!(parameters("/a/{x}/b/{y}.{z}"), ["x", "y", "z"]);
    }
}
