//! Another holder of what only one can hold: who won the vote, who was made mayor.
//!
//! Which verbs and offices these are is data. Claims that differ in more than the name are about other seats, and no dispute.

use super::{
    Case, Ruling,
    plurality::{SAME_DAYS, days_between, yields},
    quote,
};
use crate::{
    domain::{Evidence, Polarity, Voice},
    engine::{
        clustering::Member,
        settings::Linking,
        similarity::{Features, guards, overlap::Overlap},
    },
};

pub(super) fn excludes(case: &Case<'_>) -> Option<Ruling> {
    let member = case.member;
    let affirmed = |claim: &Member<'_>| claim.reading.polarity == Polarity::Affirmed;
    let (other, [holder, other_holder]) = case.counting().filter(|_| affirmed(member)).find_map(|(other, _)| {
        let apart = other.article.outlet.id != member.article.outlet.id;
        let comparable = apart && affirmed(other) && days_between(member, other) <= SAME_DAYS;
        Some((other, rivals(member.features, other.features).filter(|_| comparable)?))
    })?;
    // Who names the same holder as one of the two names a rival of the other.
    let names_rival_of = |carrier: &Member<'_>, claim: &Member<'_>| rivals(carrier.features, claim.features).is_some();
    if !yields(case, other, |carrier, _| names_rival_of(carrier, other), |carrier, _| names_rival_of(carrier, member)) {
        return None;
    }
    let attribution = &member.reading.attribution;
    let by = attribution.source.clone().filter(|_| attribution.voice == Voice::Attributed);
    let evidence = Evidence::Rival { quote: quote(member), holder, other: quote(other), other_holder, other_claim: other.claim };
    Some(Ruling::disputes(by, evidence))
}

fn rivals(a: &Features, b: &Features) -> Option<[String; 2]> {
    guards::rivals(&Overlap::of(a, b, Linking::default().soft_match))
}
