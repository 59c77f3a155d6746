//! One position per outlet, that of its strongest claim; all of its claims stay listed.

use std::collections::BTreeMap;

use crate::{
    domain::{ClaimId, ClaimRelation, Independence, OutletPosition, Polarity, Relation},
    engine::clustering::Member,
};

pub(super) fn positions(members: &[&Member<'_>], judged: &[(ClaimId, ClaimRelation)]) -> Vec<OutletPosition> {
    let mut by_outlet: BTreeMap<_, Vec<(&Member<'_>, &ClaimRelation)>> = BTreeMap::new();
    for (member, (_, relation)) in members.iter().zip(judged) {
        by_outlet.entry((member.article.outlet.name.as_str(), member.article.outlet.id)).or_default().push((member, relation));
    }
    by_outlet.into_iter().filter_map(|((_, outlet_id), claims)| position(outlet_id, &claims)).collect()
}

fn position(outlet_id: crate::domain::OutletId, claims: &[(&Member<'_>, &ClaimRelation)]) -> Option<OutletPosition> {
    // The body outranks the headline: a headline may assert what its body hedges.
    let in_body = claims.iter().any(|(member, _)| !member.reading.headline);
    let (member, strongest) =
        claims.iter().filter(|(member, _)| !in_body || !member.reading.headline).min_by_key(|(_, relation)| weight(relation))?;
    let polarity = |wanted: Polarity| claims.iter().any(|(m, r)| m.reading.polarity == wanted && r.relation != Relation::Unclear);
    let disputes = claims.iter().any(|(_, r)| r.relation == Relation::Disputes);
    let mut flags: Vec<_> =
        claims.iter().filter(|(m, _)| !in_body || !m.reading.headline).flat_map(|(_, r)| r.flags.iter().copied()).collect();
    flags.sort_unstable();
    flags.dedup();
    let others = claims.iter().map(|(m, _)| m.claim).filter(|&claim| claim != member.claim);
    Some(OutletPosition {
        outlet_id,
        relation: strongest.relation,
        voice: member.reading.attribution.voice,
        disputed_by: strongest.disputed_by.clone(),
        // Any of its denials may name whose assertion it denies.
        asserted_by: claims.iter().filter(|(_, r)| r.relation == strongest.relation).find_map(|(_, r)| r.asserted_by.clone()),
        echo_of: strongest.echo_of.clone(),
        independence: strongest.independence,
        mixed: disputes && polarity(Polarity::Affirmed) && polarity(Polarity::Denied),
        since: claims.iter().map(|(m, _)| m.article.time()).min()?,
        flags,
        claim_ids: std::iter::once(member.claim).chain(others).collect(),
    })
}

/// A dispute outranks, then confirmed corroboration, presumed, echo.
fn weight(relation: &ClaimRelation) -> u8 {
    match (relation.relation, relation.independence) {
        (Relation::Disputes, _) => 0,
        (Relation::Corroborates, Some(Independence::Confirmed)) => 1,
        (Relation::Corroborates, _) => 2,
        (Relation::Echoes, _) => 3,
        (Relation::Unclear, _) => 4,
    }
}
