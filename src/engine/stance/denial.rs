//! A denial, in so many words or by plain negation of what others affirm, disputes.

use super::{Case, Ruling, Traits, opposite, quote};
use crate::{
    domain::{Evidence, Polarity, Relation, Voice},
    engine::clustering::Member,
};

pub(super) fn denies(case: &Case<'_>) -> Option<Ruling> {
    let reading = &case.member.reading;
    if reading.polarity == case.asserted || reading.polarity == Polarity::Affirmed {
        return None;
    }
    let attribution = &reading.attribution;
    if attribution.denial.is_none() && !negates_another(case) {
        // It stands among claims that affirm something near, not the very thing it negates.
        return Some(Ruling {
            relation: Relation::Unclear,
            independence: None,
            echo_of: None,
            disputed_by: None,
            evidence: vec![Evidence::Undecided { quote: quote(case.member) }],
        });
    }
    // The outlet itself denies when the frame has no speaker.
    let denier = attribution.source.clone().filter(|_| attribution.voice == Voice::Attributed);
    let cue = attribution.denial.clone().unwrap_or_else(|| "not".to_owned());
    let evidence =
        Evidence::Denial { quote: quote(case.member), cue, denier: denier.clone(), asserted_by: attribution.asserted_by.clone() };
    Some(Ruling::disputes(denier, evidence))
}

/// Somebody else affirms what it negates: in another article, or in this one under another name.
fn negates_another(case: &Case<'_>) -> bool {
    let speaker = |member: &Member<'_>| member.reading.attribution.source.as_ref().map(|source| source.name.clone());
    let elsewhere = |other: &Member<'_>| {
        other.article.id != case.member.article.id || speaker(case.member).is_some() && speaker(other) != speaker(case.member)
    };
    // "did not rise" is what "fell" says.
    let agrees = |traits: &Traits| opposite::opposed(case.own, traits).is_some();
    let mut affirming = case.counting().filter(|(other, _)| other.reading.polarity == Polarity::Affirmed);
    affirming.any(|(other, traits)| elsewhere(other) && !agrees(traits))
}
