//! What words mean, as far as their company tells: vectors that let "talks" stand beside "negotiations" and "fled" beside "left".
//!
//! The vectors are those of GloVe (Pennington, Socher and Manning 2014), one a stem, without their mean and their two strongest
//! directions, which all words share and which tell none apart (Mu and Viswanath 2018). `examples/vectors.rs` makes the file.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::{
    overlap::Overlap,
    words::{Term, TermKind},
};

/// Numbers in a vector.
pub const WIDTH: usize = 100;
/// Steps in 1: eight bits reach to 0.33, and few of the numbers of a unit vector lie beyond.
pub const STEPS: f32 = 384.0;

/// Likeness of two words that means nothing.
const CHANCE: f32 = 0.3;
/// Sum of related rarity that reads as one half.
const HALF: f32 = 8.0;
/// Words of a claim that are compared.
const MOST: usize = 32;

/// Signed steps, as they stand in the file.
type Vector = [u8; WIDTH];

/// The file: count of stems, their ids, and their vectors in that order; numbers of 32 bits, little end first.
static FILE: &[u8] = include_bytes!("vectors.bin");

/// Vector of a stem by its id.
fn vector(id: u32) -> Option<&'static Vector> {
    static VECTORS: LazyLock<FxHashMap<u32, &'static Vector>> = LazyLock::new(|| {
        let (count, rest) = FILE.split_first_chunk().expect("the file begins with a number");
        let (ids, vectors) = rest.split_at(4 * u32::from_le_bytes(*count) as usize);
        let ids = ids.as_chunks().0.iter().map(|id| u32::from_le_bytes(*id));
        ids.zip(vectors.as_chunks().0).collect()
    });
    VECTORS.get(&id).copied()
}

/// Cosine of two vectors, about −1 to 1.
fn cosine(a: &Vector, b: &Vector) -> f32 {
    let dot: i32 = a.iter().zip(b).map(|(x, y)| i32::from(x.cast_signed()) * i32::from(y.cast_signed())).sum();
    dot as f32 / (STEPS * STEPS)
}

/// A word that has a vector; names have none, for those of one kind stand in the same company.
struct Meaning {
    rarity: f32,
    vector: &'static Vector,
}

fn meanings(terms: impl Iterator<Item = Term>) -> Vec<Meaning> {
    let words = terms.filter(|term| term.kind() == TermKind::Word && !term.in_name());
    words.filter_map(|term| Some(Meaning { rarity: term.idf(), vector: vector(term.id)? })).take(MOST).collect()
}

/// How much, by rarity, two claims say in different words that are related: each word stands with the nearest of the other claim
/// that is not in both. 0–1.
pub(super) fn related(overlap: &Overlap<'_>) -> f64 {
    let a = meanings(overlap.own_a());
    if a.is_empty() {
        return 0.0;
    }
    let b = meanings(overlap.own_b());
    let mut best_b = [0.0_f32; MOST];
    let mut sum = 0.0;
    for x in &a {
        let mut best = 0.0_f32;
        for (y, best_y) in b.iter().zip(&mut best_b) {
            let near = (cosine(x.vector, y.vector) - CHANCE).max(0.0) / (1.0 - CHANCE) * x.rarity.min(y.rarity);
            best = best.max(near);
            *best_y = best_y.max(near);
        }
        sum += best;
    }
    let both = f32::midpoint(sum, best_b.iter().sum());
    f64::from(both / (both + HALF))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{
        similarity::{search::whole, words::id_of},
        text::Lexicon,
    };

    fn likeness(a: &str, b: &str) -> f32 {
        let vector = |word: &str| vector(id_of(&Lexicon::english().stem(word))).unwrap_or_else(|| panic!("{word}"));
        cosine(vector(a), vector(b))
    }

    #[test]
    fn related_words_lie_near_one_another() {
        for (near, far) in [
            (("flee", "escape"), ("flee", "tax")),
            (("roof", "ceiling"), ("roof", "judge")),
            (("bank", "lender"), ("bank", "goal")),
        ] {
            let (x, y) = (likeness(near.0, near.1), likeness(far.0, far.1));
            assert!(x > 0.4 && x > y + 0.3, "{near:?} {x}, {far:?} {y}");
        }
        assert!((likeness("ship", "ship") - 1.0).abs() < 0.05, "unit vectors");
    }

    #[test]
    fn a_word_without_a_vector_has_none() {
        assert!(vector(id_of("qqqqzzzz")).is_none());
        assert!(vector(0).is_none() && vector(u32::MAX).is_none());
    }

    #[test]
    fn other_words_for_the_same_are_related() {
        let related = |a: &str, b: &str| {
            let (a, b) = (whole(a), whole(b));
            let (forth, back) = (related(&Overlap::of(&a, &b, 0.92)), related(&Overlap::of(&b, &a, 0.92)));
            assert!((forth - back).abs() < 1e-6);
            forth
        };
        let said = "the vessel overturned near the harbour";
        assert!(related(said, "a ship capsized outside the port") > 0.3);
        assert!(related(said, "the judge raised the tax on wine") < 0.2);
        assert!(related(said, said) < 1e-6, "what is shared is counted elsewhere");
        assert!(related("", said) < 1e-6);
    }
}
