//! A sentence to how much there is to check in it: 0 (nothing) to 1 (a fact the public would want checked), with reasons.
//!
//! After Hassan et al. (2017, ClaimBuster): numbers, records and comparisons speak for a claim; opinions, wishes, questions and
//! talk about talk against it. A logistic regression over readable signs: kinds of words (`lexicon/en/worthiness.tsv`), who
//! does what in which tense, the shape of the sentence, and single words. `examples/worthiness.rs` fits the weights.

mod known;
mod predicates;
mod signs;

pub use self::signs::{Sign, listed_signs, prior, signs};
use self::{known::WEIGHTS, signs::NOT_TOLD};
use crate::{
    domain::WorthinessReason,
    engine::text::{Lexicon, Token, tokenize},
};

/// Below this a sentence is not stored as a claim.
///
/// Low, because an editor would keep nearly every plain statement of the news, however dull.
pub const LEAST: f32 = 0.02;
/// The same where somebody is named as saying it: that he did is a fact as well.
pub const LEAST_ATTRIBUTED: f32 = 0.005;
/// From this on a sentence is worth a check: the best mark where such sentences are about as many as others.
pub const CLAIM: f32 = 0.4;
/// Reasons that are told.
const MOST_REASONS: usize = 4;
/// Log odds that decide nothing.
const SMALL: f32 = 0.1;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Worthiness {
    pub score: f32,
    /// Strongest first.
    pub reasons: Vec<WorthinessReason>,
}

/// Reads a whole text as one sentence.
#[must_use]
pub fn of_text(text: &str) -> Worthiness {
    let tokens = tokenize(text, 0, Lexicon::english());
    assess(&tokens.iter().collect::<Vec<_>>(), false)
}

/// `question` tells that the sentence asks, where its question mark is not among the tokens.
#[must_use]
pub fn assess(tokens: &[&Token<'_>], question: bool) -> Worthiness {
    let weights = &*WEIGHTS;
    let words = known::words(tokens);
    let mut sum = weights.bias;
    // Weight, sign and token.
    let mut strongest: [(f32, &'static str, Option<usize>); MOST_REASONS] = [(0.0, "", None); MOST_REASONS];
    signs::visit(tokens, &words, question, |sign, value, at| {
        // Sums over other signs and words like "the" are no reason that a reader would understand.
        let (name, weight, told) = match (sign, at) {
            (Sign::Listed(sign), _) => (listed_signs()[sign], weights.listed[sign], !NOT_TOLD.contains(&sign)),
            (Sign::Word(_), Some(at)) => {
                let Some(weight) = words[at].whole.weight else { return };
                ("word", weight, !words[at].whole.is_stopword)
            }
            (Sign::Word(_), None) => return,
        };
        let weight = weight * value;
        sum += weight;
        if weight.abs() < SMALL || !told {
            return;
        }
        if let Some(place) = strongest.iter().position(|(known, ..)| known.abs() < weight.abs()) {
            for weaker in (place + 1..MOST_REASONS).rev() {
                strongest[weaker] = strongest[weaker - 1];
            }
            strongest[place] = (weight, name, at);
        }
    });
    let reasons = strongest
        .into_iter()
        .filter(|(weight, ..)| *weight != 0.0)
        .map(|(weight, sign, at)| WorthinessReason {
            sign: sign.to_owned(),
            weight: f64::from((weight * 100.0).round()) / 100.0,
            text: at.map(|at| tokens[at].text.to_owned()),
        })
        .collect();
    Worthiness { score: 1.0 / (1.0 + (-sum).exp()), reasons }
}

/// What the table of weights calls the constant, and how it marks a single word.
pub const BIAS: &str = "bias";
pub const WORD: &str = "word ";

/// Lines of a table, in columns: comments and blank lines left out.
fn rows(file: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    file.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| line.split('\t').collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(text: &str) -> f32 {
        of_text(text).score
    }

    #[test]
    fn facts_outrank_talk() {
        let facts = [
            "The harbour board raised its fees by 12 percent last year.",
            "Councillor Ashby voted against the ferry bill three times.",
            "It was the worst flood in the history of Marlow.",
        ];
        let talk = [
            "I think that we should all work together for a better harbour.",
            "Why would anybody raise the fees again?",
            "Thank you, and let me say how happy I am to be in Marlow.",
        ];
        for fact in facts {
            assert!(score(fact) >= CLAIM, "{fact}");
            assert!(talk.iter().all(|other| score(other) < CLAIM), "{talk:?}");
        }
    }

    #[test]
    fn a_plain_statement_is_stored_and_a_courtesy_is_not() {
        for text in ["the lock gate is unsafe", "Corvane will buy the shipyard", "the captain fled"] {
            assert!(score(text) >= LEAST, "{text}");
        }
        for text in ["Thank you very much.", "He asked not to be named.", "What do you think?"] {
            assert!(score(text) < LEAST, "{text}");
        }
    }

    #[test]
    fn reasons_name_their_words_and_the_strongest_comes_first() {
        let read = of_text("I hope that unemployment fell by 3 percent.");
        let told: Vec<(&str, Option<&str>)> = read.reasons.iter().map(|r| (r.sign.as_str(), r.text.as_deref())).collect();
        assert!(told.contains(&("percent", Some("percent"))), "{told:?}");
        assert!(read.reasons.len() <= MOST_REASONS);
        assert!(read.reasons.is_sorted_by(|a, b| a.weight.abs() >= b.weight.abs()), "{:?}", read.reasons);
    }

    #[test]
    fn the_subject_and_the_tense_are_seen() {
        let seen = |text: &str| {
            let tokens = tokenize(text, 0, Lexicon::english());
            let mut seen = Vec::new();
            signs(&tokens.iter().collect::<Vec<_>>(), false, |sign, _, _| match sign {
                Sign::Listed(at) => seen.push(listed_signs()[at]),
                Sign::Word(_) => {}
            });
            seen
        };
        for (text, group) in [
            ("We will build it.", "first we future"),
            ("We're going to build it.", "first we future"),
            ("She has not voted.", "first he perfect"),
            ("The mayor closed it.", "first name past"),
            ("I'd close it.", "first I would"),
            ("They have to go.", "first they should"),
        ] {
            assert!(seen(text).contains(&group), "{text} {:?}", seen(text));
        }
    }

    #[test]
    fn a_sheet_has_room_for_every_sign() {
        assert!(listed_signs().len() <= signs::MOST_SIGNS);
    }

    #[test]
    fn every_weight_belongs_to_a_sign() {
        for row in rows(include_str!("../text/lexicon/en/worthiness-weights.tsv")) {
            let known = row[0] == BIAS || row[0].starts_with(WORD) || listed_signs().contains(&row[0]);
            assert!(known && row[1].parse::<f32>().is_ok(), "{row:?}");
        }
    }
}
