//! The outlet says it in its own name, and nothing points to anybody else.

use super::{Case, Ruling, quote};
use crate::{
    domain::{Certainty, Evidence, Independence, Source, SourceKind, Voice},
    engine::similarity::features::folded_words,
};

/// A headline without a body claim vouches for nothing; hearsay words ("reportedly") echo somebody unnamed.
pub(super) fn asserts(case: &Case<'_>) -> Option<Ruling> {
    let reading = &case.member.reading;
    if reading.attribution.voice != Voice::Outlet || reading.headline {
        return None;
    }
    if reading.certainty == Certainty::Hedged
        && let Some(word) = folded_words(&reading.text).into_iter().find(|word| is_hearsay(word))
    {
        let source = Source { kind: SourceKind::Document, name: "unnamed".to_owned(), role: None };
        return Some(Ruling::echo(None, Evidence::Attributed { quote: quote(case.member), cue: word, source }));
    }
    Some(Ruling::corroborates(Independence::Presumed, Evidence::OutletVoice { quote: quote(case.member) }))
}

fn is_hearsay(word: &str) -> bool {
    matches!(
        word,
        "reportedly"
            | "allegedly"
            | "supposedly"
            | "purportedly"
            | "unconfirmed"
            | "rumor"
            | "rumors"
            | "rumour"
            | "rumours"
            | "rumored"
            | "rumoured"
    )
}
