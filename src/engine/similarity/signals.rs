//! The signals of likeness, one function each. A signal that has nothing to go by abstains (`None`), which is not 0.

use super::{Features, Reading, features::same_term};
use crate::engine::settings::Linking;

/// Signals that settle likeness alone when they read 1.
pub const DECISIVE: [&str; 2] = ["same_words", "same_quotation"];

#[must_use]
pub fn read(a: &Features, b: &Features, linking: &Linking) -> Vec<Reading> {
    let overlap = Overlap::of(a, b, linking.soft_match);
    let reading = |signal, value, weight| Reading { signal, value, weight };
    vec![
        reading("same_words", same_words(a, b), 0.0),
        reading("same_quotation", same_quotation(a, b), 0.0),
        reading("soft_tf_idf", overlap.cosine(a, b), linking.cosine_weight),
        reading("containment", overlap.containment(a, b), linking.containment_weight),
        reading("dice", Some(strsim::sorensen_dice(clip(&a.folded), clip(&b.folded))), linking.dice_weight),
    ]
}

/// Character measures see at most this many bytes: they must stay bounded on any input.
const LONGEST: usize = 400;

fn clip(text: &str) -> &str {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn same_words(a: &Features, b: &Features) -> Option<f64> {
    (!a.folded.is_empty()).then(|| f64::from(u8::from(a.folded == b.folded)))
}

/// The same words between quotation marks, or one quotation inside the other.
fn same_quotation(a: &Features, b: &Features) -> Option<f64> {
    let (x, y) = (a.quotation.as_deref()?, b.quotation.as_deref()?);
    let (short, long) = if x.len() <= y.len() { (x, y) } else { (y, x) };
    let inside = short == long || (short.split(' ').count() >= 6 && long.contains(short));
    Some(f64::from(u8::from(inside)))
}

/// What two term vectors share: exact stems, and the nearest other stem where there is none (Soft TF-IDF; Cohen, Ravikumar
/// and Fienberg 2003), which forgives misspelt words.
struct Overlap {
    dot: f32,
    shared_a: f32,
    shared_b: f32,
}

impl Overlap {
    fn of(a: &Features, b: &Features, soft_match: f64) -> Self {
        let mut overlap = Self { dot: 0.0, shared_a: 0.0, shared_b: 0.0 };
        let mut taken = vec![false; b.terms.len()];
        let mut left = Vec::new();
        for term in &a.terms {
            match b.terms.binary_search_by(|other| other.stem.cmp(&term.stem)) {
                Ok(at) => {
                    taken[at] = true;
                    overlap.add(term.weight, b.terms[at].weight, 1.0);
                }
                Err(_) => left.push(term),
            }
        }
        for term in left {
            let nearest = b
                .terms
                .iter()
                .enumerate()
                .filter(|(at, other)| !taken[*at] && same_term(term, other, soft_match))
                .map(|(at, other)| (at, strsim::jaro_winkler(&term.word, &other.word)))
                .max_by(|x, y| x.1.total_cmp(&y.1));
            if let Some((at, near)) = nearest {
                taken[at] = true;
                overlap.add(term.weight, b.terms[at].weight, near as f32);
            }
        }
        overlap
    }

    fn add(&mut self, a: f32, b: f32, near: f32) {
        self.dot += a * b * near;
        self.shared_a += a * a * near;
        self.shared_b += b * b * near;
    }

    fn cosine(&self, a: &Features, b: &Features) -> Option<f64> {
        let norms = a.norm * b.norm;
        (norms > 0.0).then(|| f64::from((self.dot / norms).clamp(0.0, 1.0)))
    }

    /// How much of the lighter claim stands in the other: a long sentence may hold a short one.
    fn containment(&self, a: &Features, b: &Features) -> Option<f64> {
        let (shared, norm) = if a.norm <= b.norm { (self.shared_a, a.norm) } else { (self.shared_b, b.norm) };
        (norm > 0.0).then(|| f64::from((shared / (norm * norm)).clamp(0.0, 1.0)))
    }
}
