//! Likeness of two claims by the four-letter parts of their words, each weighed by the rarity of its word (after McNamee and
//! Mayfield 2004): it sees what stems miss, "beheading" and "beheaded", "smartwatch" and "watch", "Banksy's" and "Banksyland".

use super::{
    Features, Spelled,
    table::{MOST, Table},
};

const LETTERS: usize = 4;
/// Bytes of a word that are cut into parts.
const LONGEST: usize = 32;

/// The four-letter parts of "_word_", each as one number: its beginning and end are told from its middle.
pub fn parts(word: &str) -> impl Iterator<Item = u32> {
    let marked = move |at: usize| if at == 0 { b'_' } else { word.as_bytes().get(at - 1).copied().unwrap_or(b'_') };
    let count = if word.is_empty() { 0 } else { (word.len().min(LONGEST) + 2).saturating_sub(LETTERS - 1) };
    (0..count).map(move |at| u32::from_le_bytes([marked(at), marked(at + 1), marked(at + 2), marked(at + 3)]))
}

/// Steps of a weight in 1. Whole numbers, so that a sum does not depend on the order in which it is taken.
const STEPS: f32 = 4096.0;

/// The parts of a claim's words, each with its weight: a word counts its rarity, however long it is, so its parts share it. Of
/// longer claims those of their beginning.
fn weighted(features: &Features) -> impl Iterator<Item = (u32, u32)> {
    let words = features.terms().iter().map(|term| (features.word(*term), term.idf()));
    let of_word = |(word, rarity): (_, f32)| {
        let weight = (rarity / (parts(word).count().max(1) as f32).sqrt() * STEPS) as u32;
        parts(word).map(move |part| (part, weight))
    };
    words.flat_map(of_word).take(MOST)
}

/// The parts of a claim in a table, so that one of another claim's is a look-up.
#[derive(Default)]
pub(super) struct Parts {
    weights: Box<Table<u32>>,
    /// Sum of the squares of all weights.
    square: u64,
}

impl Parts {
    pub(super) fn of(features: &Features) -> Self {
        let mut parts = Self::default();
        for (part, weight) in weighted(features).filter(|(_, weight)| *weight > 0) {
            // A part that is in two words counts for both.
            parts.weights.set(part, parts.weights.get(part) + weight);
            parts.square += u64::from(weight).pow(2);
        }
        parts
    }
}

/// 0 (no part in common) to 1; `None` when either claim has no word of any length. What it costs is the table of one claim, which is
/// made once, and a look-up for each part of the other; it does not matter which is which.
#[must_use]
pub(super) fn cosine(x: &Spelled<'_>, y: &Spelled<'_>) -> Option<f64> {
    let (known, other) = if y.has_parts() { (y, x) } else { (x, y) };
    let table = known.parts();
    let (mut dot, mut square) = (0u64, 0u64);
    for (part, weight) in weighted(other.features) {
        dot += u64::from(table.weights.get(part)) * u64::from(weight);
        square += u64::from(weight).pow(2);
    }
    let norms = (table.square as f64 * square as f64).sqrt();
    (norms > 0.0).then(|| (dot as f64 / norms).min(1.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::similarity::search::whole;

    fn check(a: &str, b: &str, expected: std::ops::RangeInclusive<f64>) {
        let (x, y) = (whole(a), whole(b));
        let found = cosine(&Spelled::of(&x), &Spelled::of(&y)).expect("both have words");
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
        let (nothing, something) = (whole("…"), whole("The ship sank"));
        assert_eq!(cosine(&Spelled::of(&nothing), &Spelled::of(&something)), None);
        assert_eq!(cosine(&Spelled::of(&something), &Spelled::of(&nothing)), None);
    }

    proptest! {
        #[test]
        fn it_is_symmetric_bounded_and_whole_with_itself(a in "\\PC{0,80}", b in "\\PC{0,80}") {
            let (a, b) = (whole(&a), whole(&b));
            let found = cosine(&Spelled::of(&a), &Spelled::of(&b));
            prop_assert_eq!(cosine(&Spelled::of(&b), &Spelled::of(&a)), found);
            prop_assert!(found.is_none_or(|found| (0.0..=1.0).contains(&found)));
            // Whichever of the two has its table already.
            let (x, y) = (Spelled::of(&a), Spelled::of(&b));
            y.parts();
            prop_assert_eq!(cosine(&x, &y), found);
            prop_assert!(cosine(&x, &Spelled::of(&a)).is_none_or(|found| found > 0.999));
        }
    }
}
