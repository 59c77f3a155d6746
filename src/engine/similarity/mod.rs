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
pub mod spelled;
pub mod subwords;
mod table;
pub mod topic;
pub mod vectors;
pub mod words;

pub use features::{Features, Subject};
pub use spelled::Spelled;

use self::{model::Model, overlap::Overlap, signals::Signal};
use super::settings::Linking;
use crate::domain::{ClaimId, ClusterId};

/// Two claims compared: the score, every reading behind it, and every guard that speaks against the link.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Probability that both answer one question, 0–1: the logistic function of the sum of what the readings add.
    pub similarity: f64,
    pub readings: Vec<Reading>,
    pub guards: Vec<GuardHit>,
    pub decision: Tier,
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
pub enum Tier {
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
    let overlap = Overlap::of(a, b, linking.soft_match);
    let values = signals::read(&overlap);
    let model = Model::of(linking.texts, &values);
    let similarity = model::logistic(model.log_odds(&values));
    let read = |signal: Signal| Reading { signal: signal.name(), value: values.get(signal), weight: model.weight(signal) };
    let base = Reading { signal: model::BASE, value: Some(1.0), weight: model.base };
    // Without a model nobody needs to know that there could be one.
    let told = |signal: &Signal| *signal != Signal::Semantic || values.get(*signal).is_some();
    let readings = std::iter::once(base).chain(Signal::ALL.into_iter().filter(told).map(read)).collect();
    let guards = guards::guards(&overlap);
    let decision = match () {
        () if guards.is_empty() && similarity >= linking.link => Tier::Link,
        () if guards.is_empty() && similarity >= linking.suggest => Tier::Suggest,
        () => Tier::Apart,
    };
    Comparison { similarity, readings, guards, decision }
}

/// The similarity with the guards, or `None` when it is surely below `floor`: most candidates share a stem or two and nothing else,
/// and ids tell that without a look at any character.
#[must_use]
pub fn weigh(a: &Spelled<'_>, b: &Spelled<'_>, linking: &Linking, floor: f64) -> Option<(f64, Vec<GuardHit>)> {
    let overlap = Overlap::of(a.features, b.features, linking.soft_match);
    let mut values = signals::of_ids(&overlap);
    let model = Model::of(linking.texts, &values);
    if model::logistic(model.log_odds(&values) + model.most_of_words()) < floor {
        return None;
    }
    signals::of_words(&overlap, a, b, &mut values);
    let similarity = model::logistic(model.log_odds(&values));
    (similarity >= floor).then(|| (similarity, guards::guards(&overlap)))
}

/// The similarity of two claims that are known to stand in one cluster: neither that they stand alone nor that their articles are
/// about something else speaks against them any more.
#[must_use]
pub fn within_cluster(a: &Features, b: &Features, linking: &Linking) -> f64 {
    let mut values = signals::read(&Overlap::of(a, b, linking.soft_match));
    values.in_one_story();
    model::logistic(Model::of(linking.texts, &values).log_odds(&values))
}

/// What a pair says for (above 0) or against standing in one group. A guard takes something from it instead of forbidding it for
/// ever: one misread name must not keep twenty copies of a story apart. Sharing too little to tell says next to nothing.
#[must_use]
pub fn likeness(similarity: f64, guards: &[GuardHit], linking: &Linking) -> f64 {
    match () {
        () if guards.iter().any(|hit| hit.guard != guards::TOO_LITTLE) => similarity - linking.guard_cost,
        () if guards.is_empty() => similarity,
        () => similarity.min(linking.too_little),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::{search::whole, *};
    use crate::domain::Embedding;

    proptest! {
        #[test]
        fn likeness_is_symmetric_bounded_and_explained(a in "[A-Za-z0-9 ,.'-]{0,90}", b in "[A-Za-z0-9 ,.'-]{0,90}") {
            let (a, b, linking) = (whole(&a), whole(&b), Linking::default());
            let (forth, back) = (compare(&a, &b, &linking), compare(&b, &a, &linking));
            prop_assert!((forth.similarity - back.similarity).abs() < 1e-6);
            prop_assert!((0.0..=1.0).contains(&forth.similarity));
            prop_assert!(forth.readings.iter().all(|reading| reading.value.is_none_or(|value| (0.0..=1.0).contains(&value))));
            let sum: f64 = forth.readings.iter().map(Reading::log_odds).sum();
            prop_assert!((model::logistic(sum) - forth.similarity).abs() < 1e-9, "the explanation is the computation");
        }

        #[test]
        fn a_look_at_ids_alone_never_loses_a_pair(a in "[a-d]{1,2}( [a-d]{4,7}){1,6}", b in "[a-d]{1,2}( [a-d]{4,7}){1,6}", floor in 0.01f64..0.9) {
            let (a, b, linking) = (whole(&a), whole(&b), Linking::headlines());
            let full = compare(&a, &b, &linking);
            let expected = Some((full.similarity, full.guards)).filter(|(similarity, _)| *similarity >= floor);
            prop_assert_eq!(weigh(&Spelled::of(&a), &Spelled::of(&b), &linking, floor), expected);
        }
    }

    #[test]
    fn a_sentence_vector_is_one_more_reading_where_both_have_one() {
        let linking = Linking::default();
        let with = |text: &str, vector: &[f32]| search::whole_with(text, Embedding::of(vector).map(Arc::new));
        let (a, b) = ("The ministry shut the plant at Orin", "Officials ordered the Orin factory to close");
        let told = |x: &Features, y: &Features| {
            let compared = compare(x, y, &linking);
            let reading = compared.readings.iter().find(|reading| reading.signal == "semantic").and_then(|reading| reading.value);
            (compared.similarity, reading)
        };
        let without = told(&whole(a), &whole(b));
        assert_eq!(without.1, None);
        assert_eq!(told(&with(a, &[1.0, 0.2]), &whole(b)), without, "one alone tells nothing");
        assert_eq!(told(&with(a, &[1.0, 0.2]), &with(b, &[1.0, 0.2, 0.0])), without, "nor do those of two models");
        let near = told(&with(a, &[1.0, 0.2]), &with(b, &[1.0, 0.1]));
        let far = told(&with(a, &[1.0, 0.2]), &with(b, &[-0.2, 1.0]));
        assert!(near.0 > far.0 && near.1 > far.1, "{near:?} {far:?}");
        assert_ne!(with(a, &[1.0, 0.2]), whole(a), "claims are one wording only if all that is compared is the same");
    }

    #[test]
    fn the_same_words_are_surely_the_same_claim() {
        for text in ["The dam leaks", "Two ferries sank off Port Calder on 3 May 2019", "Roe won"] {
            assert!(compare(&whole(text), &whole(text), &Linking::default()).similarity > 0.8, "{text}");
        }
    }

    #[test]
    fn a_retelling_is_likelier_than_another_story() {
        let likelier = |text: &str, retold: &str, other: &str| {
            let likeness = |with: &str| compare(&whole(text), &whole(with), &Linking::headlines()).similarity;
            assert!(likeness(retold) > likeness(other), "{text}: {retold} {}, {other} {}", likeness(retold), likeness(other));
        };
        likelier(
            "Twelve die as ferry sinks off Port Calder",
            "Ferry sinking near Port Calder kills 12",
            "Ferry line to be sold to port owner",
        );
        likelier("Bank of Marlow raises rates to 4 percent", "Marlow's central bank lifts rates", "Robbers hit a bank in Marlow");
        likelier("Actor Max Doe to play the pilot in a film", "Film casts Max Doe as pilot", "Pilot lands plane on a field");
    }
}
