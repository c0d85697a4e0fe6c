//! Templates of paths (OpenAPI 3.0.3, "Path Templating").

use std::borrow::Cow;
use std::cmp::Reverse;

/// Whether a path, with the query of a request behind it, may come of a template. A template asks for the query that it has.
pub(crate) fn is_of(target: &str, template: &str) -> bool {
    let ((path, query), (template, asked)) = (parts(target), parts(template));
    let (segments, templates) = (path.split('/'), template.split('/'));
    segments.clone().count() == templates.clone().count()
        && segments.zip(templates).all(|(segment, template)| is_of_segment(segment, template).unwrap_or(false))
        && fields(asked).all(|(name, value)| {
            let is_parameter = value.starts_with('{') && value.ends_with('}');
            fields(query).any(|(known, given)| known == name && (is_parameter || given == value))
        })
}

/// What is preferred of templates that one path may come of is least: a path without parameters (OpenAPI 3.0.3, "Path
/// Templating Matching"), and then one that asks for more in the query.
pub(crate) fn preference(template: &str) -> impl Ord {
    let (path, query) = parts(template);
    (path.matches('{').count(), Reverse(fields(query).count()))
}

fn parts(target: &str) -> (&str, &str) {
    target.split_once('?').unwrap_or((target, ""))
}

fn fields(query: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    form_urlencoded::parse(query.as_bytes())
}

/// The same of one segment, in which no parameter is empty. `None` where what is written in the template is not there.
fn is_of_segment(segment: &str, template: &str) -> Option<bool> {
    let Some((start, rest)) = template.split_once('{') else { return Some(segment == template) };
    let mut left = segment.strip_prefix(start)?;
    // What stands behind each parameter; what is behind the last one ends the segment.
    let mut behind = rest.split('{').filter_map(|part| part.split_once('}')).map(|(_, text)| text).peekable();
    while let Some(text) = behind.next() {
        let value = left.chars().next().map(char::len_utf8)?;
        match behind.peek() {
            Some(_) => left = left.get(value + left.get(value..)?.find(text)? + text.len()..)?,
            None => return Some(left.get(value..)?.ends_with(text)),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{is_of, preference};

    #[test]
    fn a_template_asks_for_the_query_that_it_has() {
        let templates = ["/{a}", "/a", "/a?x=1", "/a?x=1&y={z}"];
        for (target, expected) in [
            ("/a", vec!["/a", "/{a}"]),
            ("/a?y=1&x=2", vec!["/a", "/{a}"]),
            ("/a?y=1&%78=1", vec!["/a?x=1&y={z}", "/a?x=1", "/a", "/{a}"]),
            ("/a?x=1", vec!["/a?x=1", "/a", "/{a}"]),
            ("/b?x=1&y=2", vec!["/{a}"]),
        ] {
            let mut fitting: Vec<&str> = templates.into_iter().filter(|template| is_of(target, template)).collect();
            fitting.sort_by_key(|template| preference(template));
            assert_eq!(fitting, expected, "{target}");
        }
    }

    #[test]
    fn what_is_written_in_a_template_is_in_the_path() {
        #[track_caller]
        fn check(template: &str, path: &str, expected: bool) {
            assert_eq!(is_of(path, template), expected, "{template} {path}");
        }
        check("/a/b", "/a/b", true);
        check("/a/b", "/a/c", false);
        check("/a/{id}", "/a/7", true);
        check("/a/{id}", "/a/", false);
        check("/a/{id}", "/a/7/b", false);
        check("/a/{id}.json", "/a/7.json", true);
        check("/a/{id}.json", "/a/7.json.json", true);
        check("/a/{id}.json", "/a/7.xml", false);
        check("/a/{id}.json", "/a/.json", false);
        check("/a/v{id}", "/a/v7", true);
        check("/a/v{id}", "/a/7", false);
        check("/a/{x}-{y}", "/a/ä-1-2", true);
        check("/a/{x}-{y}", "/a/--1", true);
        check("/a/{x}-{y}", "/a/-1-", false);
        check("/a/{x}-{y}", "/a/1-", false);
        check("/a/{x}{y}", "/a/12", true);
        check("/a/{x}{y}", "/a/1", false);
    }
}
