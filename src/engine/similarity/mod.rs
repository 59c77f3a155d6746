//! How alike two claims are, and why.

use crate::domain::ClusterId;

/// Two claims compared: the score, every reading behind it, and every guard that forbids the link.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// 0–1, computed from the readings.
    pub similarity: f64,
    pub readings: Vec<Reading>,
    pub guards: Vec<GuardHit>,
    pub decision: Decision,
}

/// One signal's value; `None` when the signal has nothing to go by (which is not 0).
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    pub signal: &'static str,
    pub value: Option<f64>,
    pub weight: f64,
}

/// A reason not to link, whatever the score.
#[derive(Clone, Debug, PartialEq)]
pub struct GuardHit {
    pub guard: &'static str,
    /// What differs, in words: "12th / 13th".
    pub detail: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Link,
    Suggest,
    Apart,
}

/// A cluster that answers a text, by its nearest claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    pub cluster_id: ClusterId,
    /// The claim in it that is nearest to the text.
    pub claim_id: crate::domain::ClaimId,
    pub comparison: Comparison,
}
