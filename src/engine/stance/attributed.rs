//! Said by a person, a body or a document and passed on; or the same quotation as in another article.

use super::{Case, Ruling, cue, precedes, quotation::fidelity, quote};
use crate::domain::{Evidence, Voice};

pub(super) fn is_attributed(case: &Case<'_>) -> Option<Ruling> {
    let member = case.member;
    let attribution = &member.reading.attribution;
    let source = attribution.source.clone().filter(|_| attribution.voice == Voice::Attributed)?;
    Some(Ruling::echo(Some(source.name.clone()), Evidence::Attributed { quote: quote(member), cue: cue(member), source }))
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
