//! How alike two claims are, and why.
//!
//! [`compare`] reads every signal, adds their log odds up to the probability that the two ask the same question, and lets the
//! guards dispose. The explanation is the computation: the readings that are shown are the ones that were added.

pub mod bigrams;
pub mod features;
pub mod guards;
pub mod index;
pub mod model;
pub mod overlap;
pub mod search;
pub mod signals;
pub mod subwords;
pub mod words;

pub use features::Features;

use self::{model::Model, signals::Signal};
use super::settings::Linking;
use crate::domain::{ClaimId, ClusterId};

/// Two claims compared: the score, every reading behind it, and every guard that speaks against the link.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Probability that both answer one question, 0–1: the logistic function of the sum of what the readings add.
    pub similarity: f64,
    pub readings: Vec<Reading>,
    pub guards: Vec<GuardHit>,
    pub decision: Decision,
}

/// One signal's value; `None` when the signal has nothing to go by (which is not 0).
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    pub signal: &'static str,
    /// 0–1.
    pub value: Option<f64>,
    /// Log odds that it adds at 1.
    pub weight: f64,
}

impl Reading {
    /// Log odds that it adds as it stands.
    #[must_use]
    pub fn log_odds(&self) -> f64 {
        self.value.map_or(0.0, |value| value * self.weight)
    }
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
    let model = Model::shipped();
    let values = signals::read(a, b, linking.soft_match);
    let similarity = model::logistic(model.log_odds(&values));
    let read = |signal: Signal| Reading { signal: signal.name(), value: values.get(signal), weight: model.weight(signal) };
    let base = Reading { signal: model::BASE, value: Some(1.0), weight: model.base };
    let readings = std::iter::once(base).chain(Signal::ALL.into_iter().map(read)).collect();
    let guards = guards::guards(a, b, linking);
    let decision = match () {
        () if guards.is_empty() && similarity >= linking.link => Decision::Link,
        () if guards.is_empty() && similarity >= linking.suggest => Decision::Suggest,
        () => Decision::Apart,
    };
    Comparison { similarity, readings, guards, decision }
}

/// The similarity alone, or `None` when it is surely below `floor`: most candidates share a stem or two and nothing else, and
/// ids tell that without a look at any character.
#[must_use]
pub fn probability(a: &Features, b: &Features, linking: &Linking, floor: f64) -> Option<f64> {
    let model = Model::shipped();
    let mut values = signals::of_ids(a, b, linking.soft_match);
    if model::logistic(model.log_odds(&values) + model.most_of_characters()) < floor {
        return None;
    }
    signals::of_characters(a, b, &mut values);
    Some(model::logistic(model.log_odds(&values))).filter(|probability| *probability >= floor)
}
