//! Likeness of two claims by the four-letter parts of their words, each weighed by the rarity of its word (after McNamee and
//! Mayfield 2004): it sees what stems miss, "beheading" and "beheaded", "smartwatch" and "watch", "Banksy's" and "Banksyland".

use super::Features;

const LETTERS: usize = 4;
/// Parts of a claim that are compared; longer claims by their beginning.
const MOST: usize = 256;

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

    /// Parts of "_word_": its beginning and end are told from its middle.
    fn take(&mut self, word: &str, idf: f32) {
        let mut marked = [b'_'; 34];
        let length = word.len().min(marked.len() - 2);
        marked[1..=length].copy_from_slice(&word.as_bytes()[..length]);
        let marked = &marked[..length + 2];
        let count = marked.len().saturating_sub(LETTERS - 1);
        if length == 0 || count == 0 {
            return;
        }
        // A word counts once, however long: its parts share its weight.
        let weight = idf / (count as f32).sqrt();
        for part in marked.windows(LETTERS) {
            let Some(place) = self.parts.get_mut(self.used) else { return };
            *place = (u32::from_le_bytes([part[0], part[1], part[2], part[3]]), weight);
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
