//! What one text does with a claim, without any other article: rules only, on cue words and polarity.

use crate::{
    domain::{Certainty, Polarity, Relation, Voice},
    engine::{
        extraction::read_claim,
        settings::Linking,
        similarity::{Features, compare},
    },
};

/// Likeness below which a text is not about the claim.
const UNRELATED: f64 = 0.05;

/// Stance of `said` (a headline or a short text) towards `claim`.
#[must_use]
pub fn between(claim: &str, said: &str) -> Relation {
    let (claim, said) = (read_claim(claim, None), read_claim(said, None));
    let comparison = compare(&Features::of(&claim), &Features::of(&said), &Linking::default());
    let denies = said.polarity != claim.polarity || said.attribution.denial.is_some() || says_false(&said.text);
    if denies && said.polarity == claim.polarity && claim.polarity == Polarity::Denied {
        return Relation::Corroborates;
    }
    if denies {
        return Relation::Disputes;
    }
    if said.attribution.voice == Voice::Attributed || said.certainty == Certainty::Hedged || said.text.trim_end().ends_with('?') {
        return Relation::Echoes;
    }
    if comparison.similarity < UNRELATED { Relation::Unclear } else { Relation::Corroborates }
}

/// Words of a debunk that stand outside any frame: "Hoax: …", "No, X did not …".
fn says_false(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "hoax",
        "fake",
        "debunked",
        "debunks",
        "false",
        "untrue",
        "bogus",
        "myth",
        "fabricated",
        "satire",
        "prank",
        "denies",
        "denied",
        "deny",
        "refutes",
        "not",
    ];
    crate::engine::similarity::features::folded_words(text).iter().any(|word| WORDS.contains(&word.as_str()))
        || text.trim_start().to_ascii_lowercase().starts_with("no, ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cue_words_tell_the_stance() {
        for (claim, said, expected) in [
            ("The bridge is unsafe", "Engineers find the bridge is unsafe", Relation::Corroborates),
            ("The bridge is unsafe", "Mayor denies that the bridge is unsafe", Relation::Disputes),
            ("The bridge is unsafe", "No, the bridge is not unsafe", Relation::Disputes),
            ("The bridge is unsafe", "The bridge is reportedly unsafe", Relation::Echoes),
            ("The bridge is unsafe", "Report: the bridge is unsafe, says an engineer", Relation::Echoes),
        ] {
            assert_eq!(between(claim, said), expected, "{said}");
        }
    }
}
