//! Wording or a publisher shared with an earlier article: no independent access, whoever copied.
//!
//! Shared wording is the containment of the claim's word 5-grams in the other text (Broder 1997; Lyon, Malcolm and
//! Dickerson 2001): Jaccard likeness would hide a copied sentence inside a longer one.

use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;

use super::{Case, Ruling, precedes, quote};
use crate::{
    domain::{Evidence, Polarity},
    engine::{clustering::Member, similarity::features::folded_words},
};

/// Words of a run that is counted as shared.
const RUN: usize = 5;
/// Part of the claim's runs that must stand in the other text. Half a sentence in the same words is no accident.
const SHARE: f32 = 0.5;
/// Shorter claims share runs by chance; only when all of their words are shared do they count.
const LEAST_WORDS: usize = 9;

pub(super) fn same_family(case: &Case<'_>) -> Option<Ruling> {
    let other = family_mate(case)?;
    let family = other.article.outlet.family.clone()?;
    Some(Ruling::echo(
        Some(other.article.outlet.name.clone()),
        Evidence::SameFamily { quote: quote(case.member), family, other_claim: other.claim },
    ))
}

/// An earlier claim of another outlet of the same publisher.
pub(super) fn family_mate<'a>(case: &Case<'a>) -> Option<&'a Member<'a>> {
    let member = case.member;
    let family = member.article.outlet.family.as_deref()?;
    case.others.iter().copied().find(|other| {
        other.article.outlet.id != member.article.outlet.id
            && other.article.outlet.family.as_deref() == Some(family)
            && precedes(other, member)
    })
}

pub(super) fn shares_wording(case: &Case<'_>) -> Option<Ruling> {
    let member = case.member;
    let least = if case.own.words < LEAST_WORDS { 1.0 } else { SHARE };
    if case.own.runs.is_empty() || member.reading.polarity == Polarity::Denied && case.asserted == Polarity::Affirmed {
        return None;
    }
    let (other, share) = case
        .others
        .iter()
        .zip(case.traits)
        .filter(|(other, _)| other.article.outlet.id != member.article.outlet.id && precedes(other, member))
        // Who asserts what another denies has it from somebody else, whatever the words.
        .filter(|(other, _)| other.reading.polarity == member.reading.polarity)
        .map(|(other, traits)| (*other, containment(&case.own.runs, &traits.runs)))
        .filter(|(_, share)| *share >= least)
        // The first to have it; among equals the fullest.
        .max_by(|a, b| {
            a.1.total_cmp(&b.1)
                .then_with(|| if precedes(a.0, b.0) { std::cmp::Ordering::Greater } else { std::cmp::Ordering::Less })
        })?;
    let evidence = Evidence::SharedWording { quote: quote(member), other: quote(other), other_claim: other.claim, share };
    Some(Ruling::echo(Some(other.article.outlet.name.clone()), evidence))
}

/// The number of words, and the hashes of all runs of [`RUN`] words, sorted.
pub(super) fn runs(text: &str) -> (usize, Vec<u64>) {
    let words = folded_words(text);
    let hash = |run: &[String]| FxBuildHasher.hash_one(run);
    let mut runs: Vec<u64> = words.windows(RUN).map(hash).collect();
    runs.sort_unstable();
    runs.dedup();
    (words.len(), runs)
}

/// Share of `own`'s runs that stand in `other`.
fn containment(own: &[u64], other: &[u64]) -> f32 {
    let shared = own.iter().filter(|run| other.binary_search(run).is_ok()).count();
    if own.is_empty() { 0.0 } else { shared as f32 / own.len() as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copied_half_counts_and_a_shared_phrase_does_not() {
        let share = |a: &str, b: &str| containment(&runs(a).1, &runs(b).1);
        assert_eq!(share("the ferry left the port an hour late", "On Monday the ferry left the port an hour late, again"), 1.0);
        assert_eq!(share("the ferry left the port an hour late", "a train left the town an hour early"), 0.0);
    }
}
