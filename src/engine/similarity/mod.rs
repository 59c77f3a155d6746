//! How alike two claims are, and why.
//!
//! [`compare`] reads every signal, weighs them into one similarity, and lets the guards dispose. The explanation is the
//! computation: the readings that are shown are the ones that were added.

pub mod bigrams;
pub mod features;
pub mod guards;
pub mod index;
pub mod overlap;
pub mod search;
pub mod signals;
pub mod words;

pub use features::Features;

use super::settings::Linking;
use crate::domain::{ClaimId, ClusterId};

/// Two claims compared: the score, every reading behind it, and every guard that speaks against the link.
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

/// A reason not to link these two by themselves, whatever the score.
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
    pub claim_id: ClaimId,
    pub comparison: Comparison,
}

/// Compares two claims in full, for decisions and for explanations.
#[must_use]
pub fn compare(a: &Features, b: &Features, linking: &Linking) -> Comparison {
    let readings = signals::read(a, b, linking);
    let similarity = weigh(&readings);
    let guards = guards::guards(a, b, linking);
    let decision = match () {
        () if guards.is_empty() && similarity >= linking.link => Decision::Link,
        () if guards.is_empty() && similarity >= linking.suggest => Decision::Suggest,
        () => Decision::Apart,
    };
    Comparison { similarity, readings, guards, decision }
}

/// Weighted mean of the signals that had something to go by; a decisive signal at 1 stands alone.
fn weigh(readings: &[Reading]) -> f64 {
    if readings.iter().any(|r| signals::DECISIVE.contains(&r.signal) && r.value == Some(1.0)) {
        return 1.0;
    }
    let (sum, weight) = readings
        .iter()
        .filter_map(|r| r.value.map(|v| (v * r.weight, r.weight)))
        .fold((0.0, 0.0), |(s, w), (v, k)| (s + v, w + k));
    if weight > 0.0 { (sum / weight).clamp(0.0, 1.0) } else { 0.0 }
}
