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

/// Parts with their weights, sorted, equal ones summed.
struct Parts {
    parts: [(u32, f32); MOST],
    used: usize,
}

impl Parts {
    fn of(features: &Features) -> Self {
        let mut found = Self { parts: [(0, 0.0); MOST], used: 0 };
        for term in features.terms() {
            found.take(features.word(*term), term.idf());
        }
        found.sum_equal();
        found
    }

    fn take(&mut self, word: &str, idf: f32) {
        // A word counts once, however long: its parts share its weight.
        let weight = idf / (parts(word).count().max(1) as f32).sqrt();
        for part in parts(word) {
            let Some(place) = self.parts.get_mut(self.used) else { return };
            *place = (part, weight);
            self.used += 1;
        }
    }

    fn sum_equal(&mut self) {
        let parts = &mut self.parts[..self.used];
        parts.sort_unstable_by_key(|(part, _)| *part);
        let mut kept = 0;
        for at in 0..parts.len() {
            if kept > 0 && parts[kept - 1].0 == parts[at].0 {
                parts[kept - 1].1 += parts[at].1;
            } else {
                parts[kept] = parts[at];
                kept += 1;
            }
        }
        self.used = kept;
    }

    fn dot(&self, other: &Self) -> f32 {
        let (x, y) = (&self.parts[..self.used], &other.parts[..other.used]);
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
pub fn cosine(a: &Features, b: &Features) -> Option<f64> {
    let (x, y) = (Parts::of(a), Parts::of(b));
    let norms = (x.dot(&x) * y.dot(&y)).sqrt();
    (norms > 0.0).then(|| f64::from((x.dot(&y) / norms).clamp(0.0, 1.0)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::similarity::search::whole;

    fn check(a: &str, b: &str, expected: std::ops::RangeInclusive<f64>) {
        let found = cosine(&whole(a), &whole(b)).expect("both have words");
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
        assert_eq!(cosine(&whole("…"), &whole("The ship sank")), None);
    }

    proptest! {
        #[test]
        fn it_is_symmetric_bounded_and_whole_with_itself(a in "\\PC{0,80}", b in "\\PC{0,80}") {
            let (a, b) = (whole(&a), whole(&b));
            prop_assert_eq!(cosine(&a, &b), cosine(&b, &a));
            prop_assert!(cosine(&a, &b).is_none_or(|found| (0.0..=1.0).contains(&found)));
            prop_assert!(cosine(&a, &a).is_none_or(|found| found > 0.999));
        }
    }
}
