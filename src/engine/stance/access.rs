//! The outlet gathered it itself: somebody told this very outlet.

use super::{Case, Ruling, cue, quote};
use crate::domain::{Evidence, Independence};

pub(super) fn has_own_access(case: &Case<'_>) -> Option<Ruling> {
    let attribution = &case.member.reading.attribution;
    attribution.own_access.then(|| {
        Ruling::corroborates(
            Independence::Confirmed,
            Evidence::OwnAccess { quote: quote(case.member), cue: cue(case.member), root: attribution.source.clone() },
        )
    })
}
