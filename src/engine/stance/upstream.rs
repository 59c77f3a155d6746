//! The chain names another outlet or agency: "told Reuters", "according to the AP".

use super::{Case, Ruling, cue, quote};
use crate::domain::{Evidence, SourceKind};

pub(super) fn names_upstream(case: &Case<'_>) -> Option<Ruling> {
    let member = case.member;
    let upstream = member.reading.attribution.chain.iter().find(|link| link.kind == SourceKind::Outlet)?.clone();
    Some(Ruling::echo(Some(upstream.name.clone()), Evidence::NamedUpstream { quote: quote(member), cue: cue(member), upstream }))
}
