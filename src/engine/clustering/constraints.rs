//! What editors said of pairs of claims: these two belong together, these two do not.

use rustc_hash::FxHashMap;

use super::partition::{APART, Millionths, ONE};
use crate::domain::{ClaimId, Constraint, ConstraintKind};

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Constraints {
    of: FxHashMap<ClaimId, Vec<Constraint>>,
}

impl Constraints {
    pub fn make(&mut self, constraint: Constraint) {
        for claim in constraint.claims {
            let known = self.of.entry(claim).or_default();
            if !known.contains(&constraint) {
                known.push(constraint);
            }
        }
    }

    pub fn lift(&mut self, constraint: &Constraint) {
        for claim in constraint.claims {
            if let Some(known) = self.of.get_mut(&claim) {
                known.retain(|other| other.id != constraint.id);
                if known.is_empty() {
                    self.of.remove(&claim);
                }
            }
        }
    }

    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// Whether the claim is held apart from some other, so that not even the same words join them.
    pub fn stands_alone(&self, claim: ClaimId) -> bool {
        self.of.get(&claim).is_some_and(|known| known.iter().any(|constraint| constraint.kind == ConstraintKind::Apart))
    }

    /// The other claims, each with what counts instead of its likeness.
    pub fn of(&self, claim: ClaimId) -> impl Iterator<Item = (ClaimId, Millionths)> {
        self.of.get(&claim).into_iter().flatten().map(move |constraint| {
            let [a, b] = constraint.claims;
            (if a == claim { b } else { a }, weight(constraint.kind))
        })
    }
}

/// "Together" is so much that no average over the pairs of two groups outweighs it, and so little that words about each pair of the largest
/// component can be added up.
fn weight(kind: ConstraintKind) -> Millionths {
    const MOST_PAIRS: Millionths = 10_000_000;
    match kind {
        ConstraintKind::Together => ONE * MOST_PAIRS,
        ConstraintKind::Apart => APART,
    }
}
