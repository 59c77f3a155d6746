//! The passage that a claim stands in, or the whole article, was copied from an earlier article of another outlet.
//!
//! Sees what claim-by-claim comparison cannot: a copied sentence that the earlier article has no claim for, or that was read
//! otherwise there. Which article is the earlier is settled where reuse is found.

use super::{Case, Ruling, quote};
use crate::{
    domain::{ClaimReading, Copied, Evidence, Passage, Quote, SourceKind, Span},
    engine::{
        clustering::Member,
        reuse::counterpart,
        settings::{COPIED_ARTICLE, COPIED_CLAIM},
    },
};

/// Most of the article stands in an earlier one: so does the work that went into it.
pub(super) fn is_copied(case: &Case<'_>) -> Option<Ruling> {
    // A passage of the outlet's own reporting inside it stays its own.
    if case.member.reading.attribution.own_access {
        return None;
    }
    let source = of_others(case).find(|source| source.share >= COPIED_ARTICLE)?;
    echo(case, source, passage_of(case.member.reading, source))
}

/// The claim stands in a copied passage of an article that is otherwise the outlet's own.
pub(super) fn stands_in_copy(case: &Case<'_>) -> Option<Ruling> {
    of_others(case).find_map(|source| echo(case, source, Some(passage_of(case.member.reading, source)?)))
}

/// Sources of other outlets, fullest first. What an outlet takes from itself says nothing of its access.
fn of_others<'a>(case: &Case<'a>) -> impl Iterator<Item = &'a Copied> {
    let article = case.member.article;
    article.copied.iter().filter(|source| source.outlet.id != article.outlet.id)
}

/// The passage that holds a claim. A headline stands in none: passages are of the text.
fn passage_of<'a>(reading: &ClaimReading, source: &'a Copied) -> Option<&'a Passage> {
    let covered = |passage: &Passage| {
        let (start, end) = (passage.span.start.max(reading.span.start), passage.span.end.min(reading.span.end));
        end.saturating_sub(start) as f32
    };
    let passages = source.passages.iter().filter(|_| !reading.headline && !reading.span.is_empty());
    passages.into_iter().find(|passage| covered(passage) >= COPIED_CLAIM * reading.span.len() as f32)
}

/// An echo of whom the claim itself names, or else of the outlet it was copied from. `None` when the words say the opposite there:
/// who asserts what another denies has it from somebody else.
fn echo(case: &Case<'_>, source: &Copied, passage: Option<&Passage>) -> Option<Ruling> {
    let reading = case.member.reading;
    let other = original(reading, source, passage);
    let there = || case.others.iter().filter(|claim| claim.article.id == source.source);
    let overlaps = |claim: &&&Member<'_>| claim.reading.span.start < other.span.end && other.span.start < claim.reading.span.end;
    let same_words = there().filter(|claim| !claim.reading.headline).find(overlaps);
    if same_words.is_some_and(|claim| claim.reading.polarity != reading.polarity) {
        return None;
    }
    let other_claim = same_words.or_else(|| there().next()).map(|claim| claim.claim);
    let named = reading.attribution.chain.iter().find(|link| link.kind == SourceKind::Outlet).map(|link| &link.name);
    let of = named.unwrap_or(&source.outlet.name).clone();
    let outlet = source.outlet.name.clone();
    let evidence = Evidence::CopiedPassage { quote: quote(case.member), other, outlet, other_claim, share: source.share };
    Some(Ruling::echo(Some(of), evidence))
}

/// The claim's words where it was copied from; for a claim that has none there, how the longest passage begins.
fn original(reading: &ClaimReading, source: &Copied, passage: Option<&Passage>) -> Quote {
    let passage = passage.or_else(|| source.passages.iter().max_by_key(|passage| passage.words));
    let around = passage.map(|passage| passage.other_span).unwrap_or_default();
    let text = around.slice(&source.text).unwrap_or_default();
    let within = counterpart(&reading.text, text).unwrap_or_else(|| opening(text));
    let span = Span { start: around.start + within.start, end: around.start + within.end };
    Quote { article_id: source.source, text: span.slice(&source.text).unwrap_or_default().to_owned(), span, in_title: false }
}

/// The first sentence or so.
fn opening(text: &str) -> Span {
    const LONGEST: usize = 200;
    let cut = text.chars().take(LONGEST).collect::<Vec<char>>();
    let end = if cut.len() < LONGEST { cut.len() } else { cut.iter().rposition(|ch| ch.is_whitespace()).unwrap_or(LONGEST) };
    Span::new(0, end)
}
