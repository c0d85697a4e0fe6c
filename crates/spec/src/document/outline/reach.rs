//! Which parts of a document a correction may look at, or change: they are read at first as well.

/// A way from the top of a document down to something that a correction is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PathPattern {
    /// The names on the way, of which some may be any.
    pub(crate) steps: Vec<Option<String>>,
    /// Whether all that is below the end of the way matters as well.
    pub(crate) is_deep: bool,
}

impl PathPattern {
    /// Whether the way is to all of the document.
    #[cfg(feature = "pipeline")]
    pub(crate) fn is_everything(&self) -> bool {
        self.is_deep && self.steps.is_empty()
    }
}

/// What is left of ways from one place of a document on.
#[derive(Clone, Debug, Default)]
pub(super) struct Remaining<'w>(Vec<(&'w [Option<String>], bool)>);

impl<'w> Remaining<'w> {
    /// What is left of ways at the top of a document.
    pub(super) fn of(ways: &'w [PathPattern]) -> Self {
        Self(ways.iter().map(|way| (way.steps.as_slice(), way.is_deep)).collect())
    }

    /// What is left of them below the property of a name.
    pub(super) fn below(&self, name: &str) -> Self {
        let below = |(steps, is_deep): &(&'w [Option<String>], bool)| match steps.split_first() {
            Some((step, rest)) => step.as_deref().is_none_or(|step| step == name).then_some((rest, *is_deep)),
            None => is_deep.then_some((*steps, true)),
        };
        Self(self.0.iter().filter_map(below).collect())
    }

    /// Whether a way leads to the place, or further.
    pub(super) fn is_reached(&self) -> bool {
        !self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_reaches_what_is_on_it_and_if_it_is_deep_what_is_below() {
        let way = |steps: &[&str], is_deep| PathPattern {
            steps: steps.iter().map(|step| (*step != "*").then(|| (*step).to_owned())).collect(),
            is_deep,
        };
        let ways = [way(&["paths", "*", "get", "responses"], true), way(&["components"], false)];
        for (place, expected) in [
            ("", true),
            ("/paths", true),
            ("/paths/a", true),
            ("/paths/a/get/responses/200/content", true),
            ("/paths/a/put", false),
            ("/paths/a/get/parameters", false),
            ("/components", true),
            ("/components/schemas", false),
            ("/info", false),
        ] {
            let ahead = place.split('/').skip(1).fold(Remaining::of(&ways), |ahead, name| ahead.below(name));
            assert_eq!(ahead.is_reached(), expected, "{place}");
        }
        assert!(!Remaining::of(&[]).is_reached());
    }
}
