//! Whether a proposition is affirmed or denied, how surely, and whether it lies ahead.
//!
//! All three are read at the proposition's own verb group: a negation or hedge further down speaks of something smaller.

mod predicate;

use self::predicate::Predicate;
use super::time::Outlook;
use crate::{
    domain::{Certainty, Polarity},
    engine::text::{Class, Lexicon, Tag, Token, lexicon::Modality},
};

/// Negation of the proposition, by parity: "did not pay" denies, "refused to rule out a strike" does not.
#[must_use]
pub fn polarity(tokens: &[&Token<'_>], lexicon: &Lexicon) -> Polarity {
    let Some(predicate) = Predicate::find(tokens, lexicon) else { return Polarity::Affirmed };
    let negations = predicate.negated_subject() + predicate.negated_group() + predicate.negated_object();
    if negations % 2 == 1 { Polarity::Denied } else { Polarity::Affirmed }
}

/// How surely the proposition is put; `hearsay` where its source is reported with distance ("claimed").
#[must_use]
pub fn certainty(tokens: &[&Token<'_>], hearsay: bool, lexicon: &Lexicon) -> Certainty {
    match Predicate::find(tokens, lexicon) {
        Some(predicate) if predicate.is_conditional() => Certainty::Conditional,
        Some(predicate) if hearsay || predicate.is_hedged() => Certainty::Hedged,
        None if hearsay => Certainty::Hedged,
        Some(predicate) if predicate.lies_ahead() => Certainty::Predicted,
        _ => Certainty::Asserted,
    }
}

/// Where the proposition lies, by tense and mood.
#[must_use]
pub fn outlook(tokens: &[&Token<'_>], lexicon: &Lexicon) -> Outlook {
    match Predicate::find(tokens, lexicon) {
        Some(predicate) if predicate.lies_ahead() => Outlook::Future,
        Some(predicate) if predicate.is_past() => Outlook::Past,
        _ => Outlook::Unknown,
    }
}

#[cfg(test)]
mod tests;
