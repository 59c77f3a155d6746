//! A denial, in so many words or by plain negation of what others affirm, disputes.

use super::{Case, Ruling, quote};
use crate::domain::{Evidence, Polarity, Voice};

pub(super) fn denies(case: &Case<'_>) -> Option<Ruling> {
    let reading = &case.member.reading;
    if reading.polarity == case.asserted || reading.polarity == Polarity::Affirmed {
        return None;
    }
    let attribution = &reading.attribution;
    // The outlet itself denies when the frame has no speaker.
    let denier = attribution.source.clone().filter(|_| attribution.voice == Voice::Attributed);
    let cue = attribution.denial.clone().unwrap_or_else(|| "not".to_owned());
    let evidence =
        Evidence::Denial { quote: quote(case.member), cue, denier: denier.clone(), asserted_by: attribution.asserted_by.clone() };
    Some(Ruling::disputes(denier, evidence))
}
