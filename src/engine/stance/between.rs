//! What one text does with a claim, without any other article: a claim and a headline to corroborates, disputes, echoes, unclear.
//!
//! A multinomial logistic regression (Cox 1958) over readable signs ([`signs`]): cue words and where they stand, what the rules
//! read of both texts, and the words that the text adds to the claim; after Ferreira and Vlachos (2016, Emergent). The weights
//! are data, made by `examples/stance.rs`.

mod contractions;
mod cues;
mod signs;

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

pub use self::signs::{ASKS, FIRST, Pair, Sign, WORD};
use crate::domain::Relation;

/// What a text can do with a claim that it is about, in the order of the columns of the weights.
pub const STANCES: [Relation; 3] = [Relation::Corroborates, Relation::Disputes, Relation::Echoes];
/// What the table of weights calls the constant.
pub const BIAS: &str = "bias";
/// Log odds in favour of echoes: support that is wrongly taken for independent is the costly error.
const LEAN: f32 = 0.15;

/// What each sign adds to each of [`STANCES`], in log odds.
static WEIGHTS: LazyLock<FxHashMap<&str, [f32; 3]>> = LazyLock::new(|| {
    let rows = include_str!("between/weights.tsv").lines().filter(|line| !line.starts_with('#'));
    rows.map(|line| {
        let mut columns = line.split('\t');
        let sign = columns.next().expect("a line begins with a sign");
        (sign, std::array::from_fn(|_| columns.next().and_then(|weight| weight.parse().ok()).expect("a sign has three weights")))
    })
    .collect()
});

/// Stance of `said` (a headline or a short text) towards `claim`; unclear where it is not about the claim.
#[must_use]
pub fn between(claim: &str, said: &str) -> Relation {
    let pair = Pair::of(claim, said);
    if !pair.related {
        return Relation::Unclear;
    }
    let mut sums = [0.0; 3];
    for Sign { name, value } in &pair.signs {
        if let Some(weights) = WEIGHTS.get(name.as_str()) {
            sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += weight * value);
        }
    }
    strongest(sums)
}

/// The stance of the highest sum, with a lean towards echoes.
#[must_use]
pub fn strongest([corroborates, disputes, echoes]: [f32; 3]) -> Relation {
    let sums = [corroborates, disputes, echoes + LEAN];
    let best = (0..STANCES.len()).max_by(|a, b| sums[*a].total_cmp(&sums[*b])).unwrap_or_default();
    STANCES[best]
}

#[cfg(test)]
mod tests;
