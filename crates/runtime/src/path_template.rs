//! Templates of paths (OpenAPI 3.0.3, "Path Templating").

/// Whether a path may come of a template.
pub(crate) fn is_of(path: &str, template: &str) -> bool {
    let (path, template) = (path.split('/'), template.split('/'));
    path.clone().count() == template.clone().count()
        && path.zip(template).all(|(segment, template)| is_of_segment(segment, template).unwrap_or(false))
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
    use super::is_of;

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
