//! Whether a proposition is affirmed or denied, how surely, and whether it lies ahead.
//!
//! All three are read at the proposition's own verb group: a negation or hedge further down speaks of something smaller.

mod predicate;

use std::ops::Range;

use self::predicate::Predicate;
use super::time::Outlook;
use crate::{
    domain::{Certainty, Polarity},
    engine::text::{Class, Lexicon, Tag, Token, lexicon::Modality},
};

/// Whether the proposition is denied, and how surely it is put; `hearsay` where its source is reported with distance
/// ("claimed").
#[must_use]
pub fn read(tokens: &[&Token<'_>], hearsay: bool, lexicon: &Lexicon) -> (Polarity, Certainty) {
    match Predicate::find(tokens, lexicon) {
        Some(predicate) => (polarity(&predicate, lexicon), certainty(&predicate, hearsay)),
        None => (Polarity::Affirmed, if hearsay { Certainty::Hedged } else { Certainty::Asserted }),
    }
}

/// By parity: "did not pay" denies, "refused to rule out a strike" does not.
fn polarity(predicate: &Predicate<'_, '_>, lexicon: &Lexicon) -> Polarity {
    let mut negations = predicate.negated_subject() + predicate.negated_group();
    // "no pagó ningún impuesto": where a negation stands before the verb already, the object's agrees with it.
    if !(lexicon.grammar.negative_concord && predicate.is_negated_before()) {
        negations += predicate.negated_object();
    }
    if negations % 2 == 1 { Polarity::Denied } else { Polarity::Affirmed }
}

fn certainty(predicate: &Predicate<'_, '_>, hearsay: bool) -> Certainty {
    match () {
        () if predicate.is_conditional() => Certainty::Conditional,
        () if hearsay || predicate.is_hedged() => Certainty::Hedged,
        () if predicate.lies_ahead() => Certainty::Predicted,
        () => Certainty::Asserted,
    }
}

/// Whether a condition stands right before or behind a clause of a sentence: "If it rains, | the match will …".
#[must_use]
pub fn depends(sentence: &[Token<'_>], clause: &Range<usize>, lexicon: &Lexicon) -> bool {
    let opens = |at: usize| {
        let words = |i: usize| sentence.get(at + i).map(Token::norm);
        sentence.get(at).is_some_and(|token| token.word.opens_modality)
            && lexicon.modality(words).is_some_and(|(kind, _)| kind == Modality::Condition)
    };
    let comma = |at: usize| sentence.get(at).is_some_and(|token| token.is_mark(','));
    let first_comma = sentence[..clause.start.min(sentence.len())].iter().position(|token| token.is_mark(','));
    let before = opens(0) && first_comma.is_some_and(|at| at + 1 == clause.start || at == clause.start);
    before || opens(clause.end) || comma(clause.end) && opens(clause.end + 1)
}

/// Where the proposition lies, by tense and mood.
#[must_use]
pub fn outlook(tokens: &[&Token<'_>], lexicon: &Lexicon) -> Outlook {
    match Predicate::find(tokens, lexicon) {
        Some(predicate) if predicate.lies_ahead() || predicate.is_present() => Outlook::Future,
        Some(predicate) if predicate.is_past() => Outlook::Past,
        _ => Outlook::Unknown,
    }
}

#[cfg(test)]
mod tests;
