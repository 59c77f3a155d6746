//! Of two that cannot both be right, the side that fewer outlets carry of their own stands against the other; of as many, the later.
//!
//! Who has it from another that carries it adds no weight, nor does an outlet of the same publisher: a crowd of copies would outvote
//! whoever counted for himself.

use std::{cmp::Ordering, collections::BTreeSet};

use super::{Case, Rule, Traits, copied, origins, precedes, reuse, syndication, upstream};
use crate::{domain::ClaimId, engine::clustering::Member};

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
    let voices = |carries: &dyn Fn(&Member<'_>, &Traits) -> bool| {
        let all = case.others.iter().zip(case.traits).zip(case.voices());
        let carrying = all.filter(|((member, traits), _)| !member.article.withdrawn && carries(member, traits));
        let carrying: Vec<(ClaimId, &Voice)> = carrying.map(|((member, _), voice)| (member.claim, voice)).collect();
        let claims: BTreeSet<ClaimId> = carrying.iter().map(|(claim, _)| *claim).collect();
        let own = carrying.iter().filter(|(_, voice)| voice.repeats.is_none_or(|other| !claims.contains(&other)));
        own.map(|(_, voice)| voice.whose.as_str()).collect::<BTreeSet<_>>().len()
    };
    match voices(&own).cmp(&voices(&against)) {
        Ordering::Less => true,
        Ordering::Equal => precedes(other, case.member),
        Ordering::Greater => false,
    }
}

/// Whose word a claim is.
pub(crate) struct Voice {
    /// The outlet that it was had from, as far as that is told, or else the publisher.
    whose: String,
    /// The claim that it was copied from.
    repeats: Option<ClaimId>,
}

/// How a claim may have come from another outlet, whatever it asserts.
const COMES_FROM_OUTLET: [Rule; 5] =
    [syndication::is_syndicated, copied::is_copied, upstream::names_upstream, copied::stands_in_copy, reuse::shares_wording];

impl Voice {
    pub(super) fn of(case: &Case<'_>) -> Self {
        let outlet = &case.member.article.outlet;
        let rules = COMES_FROM_OUTLET.iter().filter(|_| !case.member.reading.attribution.own_access);
        let had = rules.filter_map(|rule| rule(case)).next();
        let repeats = had.iter().flat_map(|ruling| &ruling.evidence).find_map(origins::copied_from);
        let from = had.and_then(|ruling| ruling.echo_of);
        Self { whose: origins::bare(from.as_ref().or(outlet.family.as_ref()).unwrap_or(&outlet.name)), repeats }
    }
}
