//! How much there is to check in a claim: 0 (nothing) to 1 (a fact with numbers and names).
//!
//! After Hassan et al. (2017, ClaimBuster): numbers, names and verbs in the past speak for a fact; questions, wishes and
//! first-person talk against it. Additive and readable; a fitted model may replace it behind the same function.

use crate::{
    domain::{Certainty, Entity, Quantity},
    engine::text::{Class, Lexicon, Token},
};

/// Below this a sentence is not stored as a claim.
pub const LEAST: f32 = 0.3;

#[must_use]
pub fn check_worthiness(
    tokens: &[&Token<'_>],
    has_verb: bool,
    quantities: &[Quantity],
    entities: &[Entity],
    certainty: Certainty,
    question: bool,
) -> f32 {
    let lexicon = Lexicon::english();
    let content = tokens.iter().filter(|t| t.is_word() && !lexicon.is(t.norm(), Class::Stopword)).count();
    let first_person =
        tokens.iter().filter(|t| matches!(t.norm(), "i" | "we" | "you" | "i'm" | "we're" | "let" | "please")).count();
    let wish = tokens.iter().any(|t| matches!(t.norm(), "should" | "must" | "ought" | "let's" | "hope" | "wish"));
    // "who spoke on condition of anonymity" is about the source, not about the world.
    if tokens.iter().any(|t| t.is("anonymity")) {
        return 0.0;
    }
    let mut score: f32 = 0.25;
    score += if has_verb { 0.15 } else { -0.1 };
    score += 0.15 * (entities.len().min(2) as f32) / 2.0 + if entities.is_empty() { 0.0 } else { 0.1 };
    score += if quantities.is_empty() { 0.0 } else { 0.2 };
    score += match content {
        0 | 1 => -0.4,
        2 => -0.1,
        3 | 4 => 0.05,
        _ => 0.15,
    };
    score -= 0.05 * first_person.min(2) as f32;
    score -= if wish { 0.1 } else { 0.0 };
    score -= if question { 0.5 } else { 0.0 };
    score -= match certainty {
        Certainty::Asserted | Certainty::Hedged | Certainty::Predicted => 0.0,
        Certainty::Conditional => 0.05,
    };
    score.clamp(0.0, 1.0)
}
