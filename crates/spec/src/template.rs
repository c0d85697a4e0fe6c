//! Path templates that stand for the same paths.

use std::collections::BTreeMap;

/// The code of what is said about templates that differ in nothing but the names of their parameters.
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
pub(crate) fn parameters(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0)).collect()
}

/// Templates of the same paths, in the order in which they come; those that have no other like them are left out.
pub(crate) fn identical<'a>(paths: impl Iterator<Item = &'a str>) -> Vec<Vec<&'a str>> {
    let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for path in paths.filter(|path| path.contains('{')) {
        let group = groups.entry(shape(path)).or_default();
        if !group.contains(&path) {
            group.push(path);
        }
    }
    groups.into_values().filter(|group| group.len() > 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
        ] {
            let groups = identical([one, other, one].into_iter());
            assert_eq!(groups, if same { vec![vec![one, other]] } else { vec![] }, "{one} {other}");
        }
        assert_eq!(shape("/a/{b"), "/a/{b");
        assert_eq!(parameters("/a/{x}/b/{y}.{z}"), ["x", "y", "z"]);
    }
}
