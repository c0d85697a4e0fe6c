//! The order of tags from several lists of them.

use std::collections::BTreeSet;

/// The order of all tags: that of a list which has them all, else by name.
///
/// The result is the same whichever lists are joined first. That is why a list in the order of names counts as one
/// without an order: it may be the result of an earlier join.
pub(super) fn order(lists: &[Vec<String>]) -> Vec<String> {
    let all: BTreeSet<&String> = lists.iter().flatten().collect();
    let sorted: Vec<String> = all.into_iter().cloned().collect();
    let whole = lists.iter().filter(|list| list.len() == sorted.len() && **list != sorted);
    whole.min().cloned().unwrap_or(sorted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(lists: &[&str]) -> Vec<Vec<String>> {
        lists.iter().map(|list| list.chars().map(String::from).collect()).collect()
    }

    #[track_caller]
    fn check(given: &[&str], expected: &str) {
        assert_eq!(order(&lists(given)).concat(), expected, "{given:?}");
    }

    #[test]
    fn a_list_with_all_tags_gives_the_order() {
        check(&[], "");
        check(&["cab"], "cab");
        check(&["cab", "ab", "c"], "cab");
        check(&["ca", "ab"], "abc");
        check(&["cba", "bca", "abc"], "bca");
    }

    #[test]
    fn the_order_of_joining_does_not_matter() {
        for [a, b, c] in [["yx", "z", "zyx"], ["ca", "ab", "bca"], ["ba", "cb", "ac"], ["ab", "c", "cab"]] {
            let all = order(&lists(&[a, b, c]));
            for [first, second, third] in [[a, b, c], [a, c, b], [b, c, a]] {
                let joined = order(&lists(&[first, second])).concat();
                assert_eq!(order(&lists(&[&joined, third])), all, "{first} {second} {third}");
            }
        }
    }
}
