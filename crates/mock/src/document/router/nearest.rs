//! Suggests the documented path that is most like one that is not.
//!
//! A suggestion costs about as much among thousands of paths, and for long ones, as among a few. Only paths that are near
//! in the alphabet, read from the start or from the end, are compared; and every path is a set of the trigrams in it,
//! kept as a fixed number of bits, so that to compare two takes a few instructions.

use std::cmp::Reverse;

/// What is compared of a path, whose length is the client's choice.
const LONGEST: usize = 128;

/// How many paths are compared on each side of where one would stand in the alphabet.
const REACH: usize = 128;

/// Paths that have less in common, in thousandths, are not alike: a few bits stand for several trigrams.
const LEAST: u32 = 100;

/// The paths of a document.
#[derive(Debug, Default)]
pub(super) struct Paths {
    trigrams: Vec<Trigrams>,
    /// The beginnings of the paths in alphabetical order, with the positions of the paths.
    beginnings: Vec<(Box<[u8]>, usize)>,
    /// The same with their ends, read backwards.
    ends: Vec<(Box<[u8]>, usize)>,
}

/// The trigrams of a path, its ends included: a bit for each, which a few of them share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Trigrams {
    bits: [u128; 2],
    count: u32,
}

impl Paths {
    pub(super) fn new<'p>(paths: impl Iterator<Item = &'p str>) -> Self {
        let mut all = Self::default();
        for (position, path) in paths.enumerate() {
            all.trigrams.push(Trigrams::of(path));
            all.beginnings.push((beginning(path), position));
            all.ends.push((end(path), position));
        }
        all.beginnings.sort_unstable();
        all.ends.sort_unstable();
        all
    }

    /// The position of the path that is most like one; nothing where none is like it.
    pub(super) fn nearest(&self, path: &str) -> Option<usize> {
        let wanted = Trigrams::of(path);
        let found = self.candidates(path).map(|position| (self.trigrams[position].likeness(wanted), Reverse(position)));
        // Of equals the first one in the document counts.
        let (_, Reverse(position)) = found.filter(|(likeness, _)| *likeness > LEAST).max()?;
        Some(position)
    }

    fn candidates(&self, path: &str) -> impl Iterator<Item = usize> {
        around(&self.beginnings, &beginning(path)).chain(around(&self.ends, &end(path)))
    }
}

/// The positions of the paths on both sides of where a text would stand.
fn around<'p>(sorted: &'p [(Box<[u8]>, usize)], text: &[u8]) -> impl Iterator<Item = usize> + use<'p> {
    let (Ok(middle) | Err(middle)) = sorted.binary_search_by(|(known, _)| (**known).cmp(text));
    let near = &sorted[middle.saturating_sub(REACH)..sorted.len().min(middle + REACH)];
    near.iter().map(|(_, position)| *position)
}

fn beginning(path: &str) -> Box<[u8]> {
    path.bytes().take(LONGEST).map(|byte| byte.to_ascii_lowercase()).collect()
}

fn end(path: &str) -> Box<[u8]> {
    path.bytes().rev().take(LONGEST).map(|byte| byte.to_ascii_lowercase()).collect()
}

impl Trigrams {
    fn of(path: &str) -> Self {
        let mut bits = [0; 2];
        let path = path.bytes().take(LONGEST).map(|byte| byte.to_ascii_lowercase());
        let (mut first, mut second) = (0, b'^');
        for third in path.chain([b'$']) {
            let trigram = u32::from_be_bytes([0, first, second, third]);
            // Multiplying by a large odd number spreads similar trigrams (Knuth's multiplicative hashing).
            let [hash, ..] = trigram.wrapping_mul(2_654_435_769).to_be_bytes();
            bits[usize::from(hash / 128)] |= 1_u128 << (hash % 128);
            (first, second) = (second, third);
        }
        Self { bits, count: bits[0].count_ones() + bits[1].count_ones() }
    }

    /// The coefficient of Sørensen and Dice, in thousandths.
    fn likeness(self, other: Self) -> u32 {
        let [left, right] = [self.bits[0] & other.bits[0], self.bits[1] & other.bits[1]];
        2_000 * (left.count_ones() + right.count_ones()) / (self.count + other.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATHS: [&str; 6] = ["/pets", "/pets/{id}", "/pets/{id}/toys", "/people", "/PETS/old", "/orders"];

    #[track_caller]
    fn check(path: &str, expected: Option<&str>) {
        assert_eq!(Paths::new(PATHS.into_iter()).nearest(path).map(|position| PATHS[position]), expected, "{path}");
    }

    #[test]
    fn the_nearest_path_is_found() {
        check("/pet", Some("/pets"));
        check("/Pets", Some("/pets"));
        check("/pets/7/toy", Some("/pets/{id}/toys"));
        check("/v1/people", Some("/people"));
        check("/peolpe", Some("/people"));
        check("/order/", Some("/orders"));
        check("0", None);
    }

    #[test]
    fn of_equals_the_first_in_the_document_is_found() {
        for paths in [["/a/{id}", "/c/{id}"], ["/c/{id}", "/a/{id}"]] {
            let position = Paths::new(paths.into_iter()).nearest("/b/{id}");
            assert_eq!(position, Some(0), "{paths:?}");
        }
    }

    #[test]
    fn paths_are_as_alike_as_the_share_of_their_trigrams_that_both_have() {
        for (one, other, shared, all) in [
            ("/pets", "/pets", 12, 12),
            ("/pets", "/PETS", 12, 12),
            // Only what stands at the start differs, or only what stands at the end.
            ("/pets", "pets", 6, 11),
            ("/pets", "/pet", 8, 11),
            // What is there again counts once.
            ("/aaaaa", "/aaa", 10, 10),
            ("/orders", "/pets", 2, 14),
            // Two of those in the longer path share a bit.
            ("/songs/{id}", "/v1/songs/{id}", 20, 25),
        ] {
            let likeness = Trigrams::of(one).likeness(Trigrams::of(other));
            assert_eq!(likeness, 1_000 * shared / all, "{one} {other}");
        }
    }

    #[test]
    fn paths_with_a_tenth_in_common_are_not_alike_and_those_with_more_are() {
        let paths = Paths::new(std::iter::once("/songs"));
        assert_eq!(paths.nearest("/v1/creators"), None);
        assert_eq!(paths.nearest("/v1/artists"), Some(0));
    }

    #[test]
    fn only_the_beginning_of_a_long_path_is_looked_at() {
        let long = "/a1b2".repeat(2_000);
        assert_eq!(Trigrams::of(&long).bits, Trigrams::of(&long[..LONGEST]).bits);
        check(&format!("/people/{long}"), Some("/people"));
    }

    #[test]
    fn a_suggestion_among_many_paths_costs_no_more() {
        let many: Vec<String> = (0..10_000).map(|number| format!("/v1/area-{number}/orders/{{id}}")).collect();
        let paths = Paths::new(many.iter().map(String::as_str));
        let long = "/v1".repeat(10_000);
        for path in ["/v1/area-1234/order/{id}", "/v2/area-1234/orders/{id}", "/", &long] {
            assert!(paths.candidates(path).count() <= 4 * REACH, "{path}");
        }
        for path in ["/v1/area-1234/order/7", "/v1/areas-1234/orders/{id}", "/V1/area-1234", "/area-1234/orders/{id}"] {
            assert_eq!(paths.nearest(path).map(|position| many[position].as_str()), Some("/v1/area-1234/orders/{id}"));
        }
    }
}
