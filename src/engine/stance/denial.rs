//! A denial, in so many words or by plain negation of what others affirm, disputes.

use super::{Case, Ruling, nearly_the_same, quote};
use crate::domain::{Evidence, Polarity, Relation, Voice};

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

/// Somebody in another article affirms nearly the same words.
fn negates_another(case: &Case<'_>) -> bool {
    case.others
        .iter()
        .filter(|other| other.reading.polarity == Polarity::Affirmed && other.article.id != case.member.article.id)
        .any(|other| nearly_the_same(case.member, other))
}
