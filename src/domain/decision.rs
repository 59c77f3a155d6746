//! What an editor decides about claims and clusters, and what follows from it for who belongs together.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{ClaimId, ClusterId, ConstraintKind, DecisionId, Relation};

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Two clusters are about the same question.
    Merge { clusters: [ClusterId; 2] },
    /// These claims are not about the question of the others in their cluster.
    Split { cluster: ClusterId, claims: Vec<ClaimId> },
    /// These claims belong to another cluster.
    Move { claims: Vec<ClaimId>, cluster: ClusterId },
    /// Two claims belong together: what was suggested is right.
    Confirm { claims: [ClaimId; 2] },
    /// Two claims do not belong together.
    Reject { claims: [ClaimId; 2] },
    /// These claims do this to the assertion of their cluster, whatever the rules say.
    Relabel { claims: Vec<ClaimId>, relation: Relation },
    /// A word of the newsroom on a cluster.
    Note { cluster: ClusterId, text: String },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    Merge,
    Split,
    Move,
    Confirm,
    Reject,
    Relabel,
    Note,
}

/// A pair of claims and what is to hold of it.
pub type Pair = (ConstraintKind, ClaimId, ClaimId);

impl Decision {
    #[must_use]
    pub fn kind(&self) -> DecisionKind {
        match self {
            Self::Merge { .. } => DecisionKind::Merge,
            Self::Split { .. } => DecisionKind::Split,
            Self::Move { .. } => DecisionKind::Move,
            Self::Confirm { .. } => DecisionKind::Confirm,
            Self::Reject { .. } => DecisionKind::Reject,
            Self::Relabel { .. } => DecisionKind::Relabel,
            Self::Note { .. } => DecisionKind::Note,
        }
    }

    /// Clusters that it names; there may be others that its claims stand in.
    #[must_use]
    pub fn clusters(&self) -> Vec<ClusterId> {
        match self {
            Self::Merge { clusters } => clusters.to_vec(),
            Self::Split { cluster, .. } | Self::Move { cluster, .. } | Self::Note { cluster, .. } => vec![*cluster],
            Self::Confirm { .. } | Self::Reject { .. } | Self::Relabel { .. } => Vec::new(),
        }
    }

    /// Claims that it names.
    #[must_use]
    pub fn claims(&self) -> &[ClaimId] {
        match self {
            Self::Split { claims, .. } | Self::Move { claims, .. } | Self::Relabel { claims, .. } => claims,
            Self::Confirm { claims } | Self::Reject { claims } => claims,
            Self::Merge { .. } | Self::Note { .. } => &[],
        }
    }

    /// What is to hold of pairs of claims from now on. `members` are the claims of the clusters that it names or that its claims stand
    /// in. One pair joins two whole clusters; to keep claims apart each pair across has to be kept apart, or the nearest of the others
    /// would draw them back.
    #[must_use]
    pub fn pairs(&self, members: &[(ClusterId, ClaimId)]) -> Vec<Pair> {
        let of = |cluster: ClusterId| members.iter().filter(move |(other, _)| *other == cluster).map(|(_, claim)| *claim);
        let mates = |claim: ClaimId| {
            let cluster = members.iter().find(|(_, other)| *other == claim).map(|(cluster, _)| *cluster);
            cluster.into_iter().flat_map(of)
        };
        let apart = |claims: &[ClaimId]| -> Vec<Pair> {
            let others = |claim: ClaimId| mates(claim).filter(|other| !claims.contains(other));
            claims.iter().flat_map(|claim| others(*claim).map(|other| (ConstraintKind::Apart, *claim, other))).collect()
        };
        match self {
            Self::Merge { clusters: [a, b] } => {
                of(*a).min().zip(of(*b).min()).map(|(x, y)| (ConstraintKind::Together, x, y)).into_iter().collect()
            }
            Self::Split { claims, .. } => apart(claims),
            Self::Move { claims, cluster } => {
                let target = of(*cluster).filter(|claim| !claims.contains(claim)).min();
                let together = claims.iter().filter_map(|claim| Some((ConstraintKind::Together, *claim, target?)));
                apart(claims).into_iter().chain(together).collect()
            }
            Self::Confirm { claims: [a, b] } => vec![(ConstraintKind::Together, *a, *b)],
            Self::Reject { claims: [a, b] } => vec![(ConstraintKind::Apart, *a, *b)],
            Self::Relabel { .. } | Self::Note { .. } => Vec::new(),
        }
    }
}

/// A decision with its history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeDecision {
    pub id: DecisionId,
    pub decision: Decision,
    pub reason: String,
    pub made_by: String,
    pub made_at: DateTime<Utc>,
    /// `None` while it holds.
    pub undone: Option<Undone>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    pub by: String,
    pub at: DateTime<Utc>,
    pub reason: String,
}

/// The label that an editor gave to a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relabel {
    pub relation: Relation,
    pub by: String,
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use ConstraintKind::{Apart, Together};

    fn ids<const N: usize>() -> [ClaimId; N] {
        let mut ids = std::array::from_fn(|_| ClaimId::new());
        ids.sort();
        ids
    }

    #[test]
    fn one_pair_joins_two_clusters() {
        let ([a, b], [p, q, r]) = ([ClusterId::new(), ClusterId::new()], ids());
        let members = [(a, q), (a, p), (b, r)];
        assert_eq!(Decision::Merge { clusters: [a, b] }.pairs(&members), [(Together, p, r)]);
        assert_eq!(Decision::Merge { clusters: [a, ClusterId::new()] }.pairs(&members), []);
    }

    #[test]
    fn who_leaves_is_kept_apart_from_everybody_who_stays() {
        let (cluster, [p, q, r, s]) = (ClusterId::new(), ids());
        let members = [p, q, r, s].map(|claim| (cluster, claim));
        let split = Decision::Split { cluster, claims: vec![p, q] };
        assert_eq!(split.pairs(&members), [(Apart, p, r), (Apart, p, s), (Apart, q, r), (Apart, q, s)]);
    }

    #[test]
    fn who_moves_leaves_the_old_mates_and_joins_the_new_ones() {
        let ([from, to], [p, q, r]) = ([ClusterId::new(), ClusterId::new()], ids());
        let moved = Decision::Move { claims: vec![p], cluster: to };
        assert_eq!(moved.pairs(&[(from, p), (from, q), (to, r)]), [(Apart, p, q), (Together, p, r)]);
    }
}
