//! Of two that cannot both be right, the side that fewer outlets carry stands against the other; of as many, the later.

use std::{cmp::Ordering, collections::BTreeSet};

use super::{Case, Traits, precedes};
use crate::engine::clustering::Member;

/// Articles up to this many days apart speak of one state of things: later, what was open may be closed.
pub(super) const SAME_DAYS: i64 = 2;

pub(super) fn days_between(a: &Member<'_>, b: &Member<'_>) -> i64 {
    (a.article.time() - b.article.time()).num_days().abs()
}

/// Whether the case, and not `other`, stands against what the cluster says.
pub(super) fn yields(
    case: &Case<'_>,
    other: &Member<'_>,
    own: impl Fn(&Member<'_>, &Traits) -> bool,
    against: impl Fn(&Member<'_>, &Traits) -> bool,
) -> bool {
    let outlets = |carries: &dyn Fn(&Member<'_>, &Traits) -> bool| {
        let members = case.counting().filter(|(member, traits)| carries(member, traits));
        members.map(|(member, _)| member.article.outlet.id).collect::<BTreeSet<_>>().len()
    };
    match outlets(&own).cmp(&outlets(&against)) {
        Ordering::Less => true,
        Ordering::Equal => precedes(other, case.member),
        Ordering::Greater => false,
    }
}
