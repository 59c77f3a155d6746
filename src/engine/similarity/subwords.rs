//! Likeness of two claims by the four-letter parts of their words, each weighed by the rarity of its word (after McNamee and
//! Mayfield 2004): it sees what stems miss, "beheading" and "beheaded", "smartwatch" and "watch", "Banksy's" and "Banksyland".

use super::Features;

const LETTERS: usize = 4;
/// Bytes of a word that are cut into parts.
const LONGEST: usize = 32;
/// Parts of a claim that are compared; longer claims by their beginning.
const MOST: usize = 256;

/// The four-letter parts of "_word_", each as one number: its beginning and end are told from its middle.
pub fn parts(word: &str) -> impl Iterator<Item = u32> {
    let marked = move |at: usize| if at == 0 { b'_' } else { word.as_bytes().get(at - 1).copied().unwrap_or(b'_') };
    let count = if word.is_empty() { 0 } else { (word.len().min(LONGEST) + 2).saturating_sub(LETTERS - 1) };
    (0..count).map(move |at| u32::from_le_bytes([marked(at), marked(at + 1), marked(at + 2), marked(at + 3)]))
}

/// The parts of a claim with their weights, sorted, equal ones summed.
pub(super) struct Parts {
    parts: Box<[(u32, f32)]>,
    square: f32,
}

impl Parts {
    pub(super) fn of(features: &Features) -> Self {
        let mut found: Vec<(u32, f32)> = Vec::with_capacity(MOST);
        for term in features.terms() {
            let word = features.word(*term);
            // A word counts once, however long: its parts share its weight.
            let weight = term.idf() / (parts(word).count().max(1) as f32).sqrt();
            found.extend(parts(word).take(MOST - found.len()).map(|part| (part, weight)));
        }
        found.sort_unstable_by_key(|(part, _)| *part);
        found.dedup_by(|next, kept| {
            let equal = next.0 == kept.0;
            kept.1 += if equal { next.1 } else { 0.0 };
            equal
        });
        let square = found.iter().map(|(_, weight)| weight * weight).sum();
        Self { parts: found.into_boxed_slice(), square }
    }

    fn dot(&self, other: &Self) -> f32 {
        let (x, y) = (&self.parts, &other.parts);
        let (mut i, mut j, mut dot) = (0, 0, 0.0);
        while i < x.len() && j < y.len() {
            if x[i].0 == y[j].0 {
                dot += x[i].1 * y[j].1;
            }
            let (forward, back) = (x[i].0 <= y[j].0, y[j].0 <= x[i].0);
            i += usize::from(forward);
            j += usize::from(back);
        }
        dot
    }
}

/// 0 (no part in common) to 1; `None` when either claim has no word of any length.
#[must_use]
pub(super) fn cosine(x: &Parts, y: &Parts) -> Option<f64> {
    let norms = (x.square * y.square).sqrt();
    (norms > 0.0).then(|| f64::from((x.dot(y) / norms).clamp(0.0, 1.0)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::similarity::search::whole;

    fn check(a: &str, b: &str, expected: std::ops::RangeInclusive<f64>) {
        let found = cosine(&Parts::of(&whole(a)), &Parts::of(&whole(b))).expect("both have words");
        assert!(expected.contains(&found), "{a} / {b}: {found}");
    }

    #[test]
    fn compounds_and_inflections_are_seen() {
        check("Smartwatch sold", "Watch selling", 0.15..=0.9);
        check("Beheading shown", "They beheaded", 0.2..=0.9);
        check("The ship sank", "A bridge closed", 0.0..=0.1);
    }

    #[test]
    fn a_text_without_words_abstains() {
        assert_eq!(cosine(&Parts::of(&whole("…")), &Parts::of(&whole("The ship sank"))), None);
    }

    proptest! {
        #[test]
        fn it_is_symmetric_bounded_and_whole_with_itself(a in "\\PC{0,80}", b in "\\PC{0,80}") {
            let (a, b) = (Parts::of(&whole(&a)), Parts::of(&whole(&b)));
            prop_assert_eq!(cosine(&a, &b), cosine(&b, &a));
            prop_assert!(cosine(&a, &b).is_none_or(|found| (0.0..=1.0).contains(&found)));
            prop_assert!(cosine(&a, &a).is_none_or(|found| found > 0.999));
        }
    }
}
