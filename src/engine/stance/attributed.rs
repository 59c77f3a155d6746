//! Said by a person, a body or a document and passed on; or the same quotation as in another article.

use super::{Case, Ruling, cue, origins::person_key, precedes, quotation::fidelity, quote};
use crate::domain::{Evidence, Fidelity, Source, SourceKind, Voice};

pub(super) fn is_attributed(case: &Case<'_>) -> Option<Ruling> {
    let member = case.member;
    let attribution = &member.reading.attribution;
    let source = attribution.source.clone().filter(|_| attribution.voice == Voice::Attributed)?;
    Some(Ruling::echo(Some(source.name.clone()), Evidence::Attributed { quote: quote(member), cue: cue(member), source }))
}

/// Evidence, not a label: an earlier article of another outlet quotes the same person on it, where this one tells it in its own words.
pub(super) fn paraphrases(case: &Case<'_>) -> Option<Evidence> {
    let member = case.member;
    let attribution = &member.reading.attribution;
    let speaker =
        attribution.source.as_ref().filter(|source| source.kind == SourceKind::Person && attribution.quote.is_none())?;
    let other = case.others.iter().find(|other| {
        let quoted = &other.reading.attribution;
        let earlier = other.article.outlet.id != member.article.outlet.id && precedes(other, member);
        let same = |source: &Source| person_key(&source.name) == person_key(&speaker.name);
        earlier && other.features.quotation().is_some() && quoted.source.as_ref().is_some_and(same)
    })?;
    let fidelity = Fidelity::Paraphrased;
    Some(Evidence::SharedQuotation { quote: quote(member), other: quote(other), other_claim: other.claim, fidelity })
}

/// A quotation without a speaker that stands in an earlier article of another outlet.
pub(super) fn shares_quotation(case: &Case<'_>) -> Option<Ruling> {
    let member = case.member;
    let quotation = member.features.quotation()?;
    let (other, fidelity) = case.others.iter().find_map(|other| {
        let earlier = other.article.outlet.id != member.article.outlet.id && precedes(other, member);
        Some((other, fidelity(quotation, other.features.quotation().filter(|_| earlier)?)?))
    })?;
    let evidence = Evidence::SharedQuotation { quote: quote(member), other: quote(other), other_claim: other.claim, fidelity };
    Some(Ruling::echo(Some(other.article.outlet.name.clone()), evidence))
}
