//! A cluster's claims in the order of time, and where a story drifts: a claim grows surer, or a number changes, although nobody
//! has come to it whom the story did not have before.

use std::collections::{BTreeMap, BTreeSet};

use super::quantity;
use crate::domain::{Certainty, Claim, ClaimId, Origins, Quantity, Relation};

/// One claim of the story.
#[derive(Clone, Debug, PartialEq)]
pub struct Step<'a> {
    pub claim: &'a Claim,
    /// Name of the origin that it goes back to; `None` for hearsay and denials.
    pub root: Option<&'a str>,
    /// The first claim that goes back there.
    pub new_origin: bool,
    pub drift: Vec<Drift>,
}

/// What changed although no origin was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drift {
    /// Everybody before hedged, and this one does not.
    CertaintyRises,
    /// Another number of the same thing than the last one that was given.
    NumberChanges,
}

/// The claims of a cluster in the order of time; of one time by outlet and place.
#[must_use]
pub fn timeline<'a>(claims: &'a [Claim], origins: &'a Origins) -> Vec<Step<'a>> {
    let root_of: BTreeMap<ClaimId, (usize, &str)> = origins
        .roots
        .iter()
        .enumerate()
        .flat_map(|(at, root)| root.claim_ids.iter().map(move |claim| (*claim, (at, root.name.as_str()))))
        .collect();
    let mut ordered: Vec<&Claim> = claims.iter().collect();
    ordered.sort_by_key(|claim| (claim.said_at, &claim.outlet.name, claim.reading.headline, claim.reading.span, claim.id));
    let mut known = BTreeSet::new();
    let mut hedged_so_far = None;
    let mut last: BTreeMap<String, &Quantity> = BTreeMap::new();
    let mut steps = Vec::with_capacity(ordered.len());
    for claim in ordered {
        let supports = matches!(claim.label(), Some(Relation::Corroborates | Relation::Echoes));
        let root = root_of.get(&claim.id);
        let new_origin = root.is_some_and(|(at, _)| known.insert(*at));
        let mut drift = Vec::new();
        if supports {
            let hedged = claim.reading.certainty == Certainty::Hedged;
            if !new_origin && !hedged && hedged_so_far == Some(true) {
                drift.push(Drift::CertaintyRises);
            }
            hedged_so_far = Some(hedged && hedged_so_far != Some(false));
            for quantity in claim.reading.quantities.iter().filter(|quantity| !quantity.ordinal && !quantity.vague) {
                let before = last.insert(quantity::unit_key(quantity), quantity);
                if !new_origin && before.is_some_and(|before| quantity::disjoint(before, quantity)) {
                    drift.push(Drift::NumberChanges);
                }
            }
            drift.dedup();
        }
        steps.push(Step { claim, root: root.map(|(_, name)| *name), new_origin, drift });
    }
    steps
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};

    use super::*;
    use crate::{
        domain::{Access, ArticleId, ClaimRelation, OriginKind, Outlet, OutletId, OutletKind, Root, Stance},
        engine::extraction::read_claim,
    };

    /// A supporting claim of a day.
    fn claim(day: i64, text: &str) -> Claim {
        let outlet = OutletKind::Newspaper;
        Claim {
            id: ClaimId::new(),
            article_id: ArticleId::new(),
            outlet: Outlet { id: OutletId::new(), name: format!("Outlet {day}"), domain: None, kind: outlet, family: None },
            said_at: DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(day),
            cluster_id: None,
            reading: read_claim(text, None),
            relation: Some(ClaimRelation {
                relation: Relation::Echoes,
                stance: Stance::Supports,
                access: Access::Derived,
                independence: None,
                echo_of: None,
                disputed_by: None,
                asserted_by: None,
                flags: Vec::new(),
                evidence: Vec::new(),
            }),
        }
    }

    /// Roots by the positions of their claims; checks new origins and drift in the order of time.
    fn check(texts: &[(i64, &str)], roots: &[&[usize]], expected: &[(bool, &[Drift])]) {
        let claims: Vec<Claim> = texts.iter().map(|(day, text)| claim(*day, text)).collect();
        let root = |positions: &&[usize]| Root {
            kind: OriginKind::Person,
            name: "Roe".to_owned(),
            named: true,
            claim_ids: positions.iter().map(|at| claims[*at].id).collect(),
            circular: Vec::new(),
            withdrawn: false,
        };
        let origins = Origins { low: 0, high: 0, roots: roots.iter().map(root).collect() };
        let mut shuffled = claims.clone();
        shuffled.reverse();
        for claims in [&claims, &shuffled] {
            let steps = timeline(claims, &origins);
            let found: Vec<(bool, &[Drift])> = steps.iter().map(|step| (step.new_origin, step.drift.as_slice())).collect();
            assert_eq!(found, expected, "{texts:?}");
        }
    }

    #[test]
    fn a_claim_that_grows_surer_without_a_new_origin_drifts() {
        let texts = [(1, "The dam may have cracked"), (2, "The dam reportedly cracked"), (3, "The dam cracked")];
        check(&texts, &[&[0, 1, 2]], &[(true, &[]), (false, &[]), (false, &[Drift::CertaintyRises])]);
        check(&texts, &[&[0, 1], &[2]], &[(true, &[]), (false, &[]), (true, &[])]);
    }

    #[test]
    fn a_number_that_changes_without_a_new_origin_drifts() {
        let texts = [(1, "The flood killed 12 people"), (2, "The flood killed 19 people"), (3, "The flood killed 19 people")];
        check(&texts, &[&[0, 1, 2]], &[(true, &[]), (false, &[Drift::NumberChanges]), (false, &[])]);
        check(&texts, &[&[0], &[1, 2]], &[(true, &[]), (true, &[]), (false, &[])]);
        check(&[(1, "The flood killed dozens"), (2, "The flood killed 40 people")], &[&[0, 1]], &[(true, &[]), (false, &[])]);
    }
}
