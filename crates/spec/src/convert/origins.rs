//! Where the parts of a converted document come from.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::Diagnostic;

/// The places in the published document of what a conversion moved. All else is where it was, beside what moved.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origins {
    /// JSON pointers into the published document by those into the converted one.
    moved: BTreeMap<String, String>,
}

impl Origins {
    /// Notes that what is now at `place` is at `origin` in the published document.
    pub(crate) fn note(&mut self, place: String, origin: String) {
        self.moved.insert(place, origin);
    }

    /// Notes that what was at a place of the converted document until now is at another one, with all that was noted in it.
    pub(crate) fn relocate(&mut self, from: &str, to: &str) {
        let origin = self.of(from).into_owned();
        // The character after the slash is the end of all that begins with it.
        let inside: Vec<String> =
            self.moved.range(format!("{from}/")..format!("{from}0")).map(|(place, _)| place.clone()).collect();
        for place in inside {
            if let Some(origin) = self.moved.remove(&place) {
                self.moved.insert(format!("{to}{}", &place[from.len()..]), origin);
            }
        }
        self.moved.remove(from);
        self.note(to.to_owned(), origin);
    }

    /// The place in the published document of what a pointer into the converted one leads to.
    pub(crate) fn of<'a>(&self, pointer: &'a str) -> Cow<'a, str> {
        if self.moved.is_empty() {
            return Cow::Borrowed(pointer);
        }
        let ends = std::iter::once(pointer.len()).chain(pointer.rmatch_indices('/').map(|(at, _)| at));
        let mut above = ends.map(|end| pointer.split_at(end));
        let moved = above.find_map(|(above, rest)| Some(format!("{}{rest}", self.moved.get(above)?)));
        moved.map_or(Cow::Borrowed(pointer), Cow::Owned)
    }

    /// A diagnostic about the converted document as one about the published document.
    pub(crate) fn place(&self, mut found: Diagnostic) -> Diagnostic {
        // What has a line has its place already, perhaps in another file.
        if found.line == 0 && found.file.is_empty() {
            found.pointer = self.of(&found.pointer).into_owned();
        }
        found
    }

    /// Where the values at pointers into the published document are in the converted one.
    pub(crate) fn places<'a>(&self, published: &'a BTreeSet<String>) -> Cow<'a, BTreeSet<String>> {
        if self.moved.is_empty() || published.is_empty() {
            return Cow::Borrowed(published);
        }
        let mut places: HashMap<&str, Vec<&str>> = HashMap::new();
        for (place, origin) in &self.moved {
            places.entry(origin).or_default().push(place);
        }
        let mut all = published.clone();
        for pointer in published {
            let ends = pointer.match_indices('/').map(|(at, _)| at).chain([pointer.len()]);
            for (above, rest) in ends.map(|end| pointer.split_at(end)) {
                all.extend(places.get(above).into_iter().flatten().map(|place| format!("{place}{rest}")));
            }
        }
        Cow::Owned(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_move_counts() {
        let mut origins = Origins::default();
        origins.note("/a/allOf/0".to_owned(), "/a".to_owned());
        origins.note("/a/allOf/0/x".to_owned(), "/b".to_owned());
        for (pointer, expected) in [
            ("/a/allOf/0/$ref", "/a/$ref"),
            ("/a/allOf/0/x/y", "/b/y"),
            ("/a/allOf/01", "/a/allOf/01"),
            ("/a", "/a"),
            ("", ""),
        ] {
            assert_eq!(origins.of(pointer), expected, "{pointer}");
        }
        origins.relocate("/a/allOf", "/a/anyOf");
        assert_eq!(origins.of("/a/anyOf/0/x/y"), "/b/y");
        assert_eq!(origins.of("/a/anyOf/1"), "/a/allOf/1");
        origins.relocate("/a/anyOf", "/a/allOf");
        let published = BTreeSet::from(["/b/1".to_owned(), "/a/2".to_owned()]);
        let expected = ["/a/2", "/a/allOf/0/2", "/a/allOf/0/x/1", "/b/1"].map(str::to_owned);
        assert_eq!(*origins.places(&published), BTreeSet::from(expected));
    }
}
