//! Whether two quotations are one, and how faithfully the later repeats the earlier: word for word, cut, or changed.
//!
//! By the longest common subsequence of their words (Hirschberg 1977), which a cut at either end or in the middle leaves whole.

use crate::domain::Fidelity;

/// Shorter quotations are phrases that anybody may use.
const LEAST_WORDS: usize = 5;
/// Part of the shorter quotation that must stand in the other, in order, for it to be the same one, changed.
const ALTERED: f32 = 0.75;
/// Longer quotations are compared by their beginning.
const MOST_WORDS: usize = 120;

/// How `own` repeats `other`; `None` when they are two. Both folded, words parted by spaces.
#[must_use]
pub(super) fn fidelity(own: &str, other: &str) -> Option<Fidelity> {
    if own == other {
        return Some(Fidelity::Verbatim);
    }
    let words = |text: &str| -> Vec<String> { text.split(' ').take(MOST_WORDS).map(str::to_owned).collect() };
    let (own, other) = (words(own), words(other));
    let shorter = own.len().min(other.len());
    if shorter < LEAST_WORDS {
        return None;
    }
    let common = common(&own, &other);
    if common == shorter {
        return Some(Fidelity::Trimmed);
    }
    (common as f32 >= ALTERED * shorter as f32).then_some(Fidelity::Altered)
}

/// Length of the longest common subsequence.
fn common(a: &[String], b: &[String]) -> usize {
    let mut row = vec![0; b.len() + 1];
    for x in a {
        let mut diagonal = 0;
        for (j, y) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = if x == y { diagonal + 1 } else { above.max(row[j]) };
            diagonal = above;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_is_told_from_its_cut_and_its_change() {
        let whole = "the dam will not break this year nor in the next";
        for (own, expected) in [
            (whole, Some(Fidelity::Verbatim)),
            ("the dam will not break this year", Some(Fidelity::Trimmed)),
            ("the dam will not break nor in the next", Some(Fidelity::Trimmed)),
            ("the dam is not going to break this year nor in the next", Some(Fidelity::Altered)),
            ("this dam cannot break in any year i know of", None),
            ("the dam will", None),
            ("", None),
        ] {
            assert_eq!(fidelity(own, whole), expected, "{own}");
            assert_eq!(fidelity(whole, own), expected, "{own}, the other way round");
        }
    }
}
