//! Whether a proposition is affirmed or denied, and how surely.

use crate::{
    domain::{Certainty, Polarity},
    engine::text::{Class, Lexicon, Token},
};

/// Negation at the main verb, by parity: "did not" denies, "refused to rule out" does not.
#[must_use]
pub fn polarity(tokens: &[&Token<'_>]) -> Polarity {
    let lexicon = Lexicon::english();
    let norm = |i: usize| tokens.get(i).map_or("", |t| t.norm());
    // Only the main verb's own negation counts: "those found not guilty", "diplomats who no longer serve" deny something smaller.
    let relative =
        (0..tokens.len()).find(|&i| i > 0 && matches!(norm(i), "who" | "which" | "that" | "whether")).unwrap_or(tokens.len());
    let main_verb = (0..relative).find(|&i| {
        lexicon.verb(norm(i)).is_some_and(|verb| verb.form.past || verb.form.third_person || verb.form.base)
            || is_auxiliary(norm(i))
    });
    let window = main_verb.map_or(relative, |verb| (verb + VERB_GROUP).min(relative));
    let mut negations = 0;
    for i in 0..window {
        let word = norm(i);
        let rules_out = matches!(word, "rule" | "ruled" | "ruling" | "rules") && norm(i + 1) == "out";
        // "not only", "no doubt", "no later than" and "without" negate something smaller than the sentence.
        let verbal = match word {
            "not" => !matches!(norm(i + 1), "only" | "just" | "long" | "least" | "far" | "yet"),
            "never" => true,
            // As the subject: "neither side paid"; behind the verb they belong to something else.
            "neither" | "nobody" | "none" => main_verb.is_none_or(|verb| i <= verb),
            "no" => matches!(norm(i + 1), "longer" | "one" | "evidence" | "sign" | "signs" | "indication") || i <= 1,
            word => word.ends_with("n't") || word == "cannot",
        };
        let refuses = matches!(word, "refuse" | "refused" | "refuses" | "refusing" | "declined" | "declines")
            && (i + 1..(i + 4).min(tokens.len())).any(|j| matches!(norm(j), "rule"));
        negations += usize::from(rules_out) + usize::from(verbal && lexicon.is(word, Class::Negation)) + usize::from(refuses);
    }
    if negations % 2 == 1 { Polarity::Denied } else { Polarity::Affirmed }
}

/// Tokens from the first verb on in which its negation stands: "has repeatedly and flatly refused to rule out".
const VERB_GROUP: usize = 8;

fn is_auxiliary(word: &str) -> bool {
    matches!(word, "will" | "would" | "can" | "could" | "may" | "might" | "must" | "shall" | "should" | "cannot")
        || word.ends_with("n't")
}

#[must_use]
pub fn certainty(tokens: &[&Token<'_>], reported_as_hearsay: bool) -> Certainty {
    let lexicon = Lexicon::english();
    let norms = || tokens.iter().map(|t| t.norm());
    if norms().any(|word| matches!(word, "if" | "unless")) {
        return Certainty::Conditional;
    }
    if reported_as_hearsay || tokens.iter().any(|t| lexicon.is(t.norm(), Class::Hedge) && !t.is_capitalized()) {
        return Certainty::Hedged;
    }
    if norms().any(|word| matches!(word, "will" | "won't" | "shall")) {
        return Certainty::Predicted;
    }
    Certainty::Asserted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::text::tokenize;

    #[test]
    fn negation_counts_by_parity() {
        use Polarity::*;
        for (text, expected) in [
            ("The company did not pay", Denied),
            ("The company paid", Affirmed),
            ("She has not ruled out a strike", Affirmed),
            ("He refused to rule out the possibility", Affirmed),
            ("He ruled out a strike", Denied),
            ("It isn't closed", Denied),
            ("It will never close", Denied),
            ("It is not only late", Affirmed),
            ("No one was hurt", Denied),
            ("They were left without food", Affirmed),
            ("The board pardoned all those who were found not guilty", Affirmed),
            ("He met diplomats who no longer serve the state", Affirmed),
        ] {
            let tokens = tokenize(text, 0, Lexicon::english());
            assert_eq!(polarity(&tokens.iter().collect::<Vec<_>>()), expected, "{text}");
        }
    }

    #[test]
    fn certainty_is_read_from_the_words() {
        for (text, expected) in [
            ("the firm reportedly paid", Certainty::Hedged),
            ("the firm will pay in May", Certainty::Predicted),
            ("the firm would pay if asked", Certainty::Conditional),
            ("the firm paid", Certainty::Asserted),
        ] {
            let tokens = tokenize(text, 0, Lexicon::english());
            assert_eq!(certainty(&tokens.iter().collect::<Vec<_>>(), false), expected, "{text}");
        }
    }
}
