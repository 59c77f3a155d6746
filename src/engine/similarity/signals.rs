//! The signals of likeness, one function each. A signal that has nothing to go by abstains (`None`), which is not 0.

use super::{Features, Reading, bigrams::dice, overlap::Overlap};
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
        reading("dice", Some(dice(a.folded(), b.folded())), linking.dice_weight),
    ]
}

fn same_words(a: &Features, b: &Features) -> Option<f64> {
    (!a.folded().is_empty()).then(|| f64::from(u8::from(a.folded() == b.folded())))
}

/// The same words between quotation marks, or one quotation inside the other.
fn same_quotation(a: &Features, b: &Features) -> Option<f64> {
    let (x, y) = (a.quotation()?, b.quotation()?);
    let (short, long) = if x.len() <= y.len() { (x, y) } else { (y, x) };
    let inside = short == long || (short.split(' ').count() >= 6 && long.contains(short));
    Some(f64::from(u8::from(inside)))
}
