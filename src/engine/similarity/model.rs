//! Signals to one probability: a logistic model (Cox 1958) whose weights are data, made by `examples/linking.rs`.
//!
//! The sum of what each signal adds, in log odds, is the decision; so the list of these sums is its explanation.

use std::sync::LazyLock;

use super::signals::{Signal, Values};
use crate::engine::settings::Texts;

const HEADLINES_FILE: &str = include_str!("weights/headlines.tsv");
const ARTICLES_FILE: &str = include_str!("weights/articles.tsv");
/// For pairs with sentence vectors: the other signals have less to tell then.
const SEMANTIC_HEADLINES_FILE: &str = include_str!("weights/headlines-semantic.tsv");
const SEMANTIC_ARTICLES_FILE: &str = include_str!("weights/articles-semantic.tsv");

/// What is added before anything has been read, by its name in the data file.
pub const BASE: &str = "base";

#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Log odds of a pair of which every signal reads 0 or abstains.
    pub base: f64,
    /// Log odds that a signal adds when it reads 1, in the order of [`Signal::ALL`].
    pub weights: [f64; Signal::ALL.len()],
}

impl Model {
    /// The model of the data file for such texts, and for a pair with sentence vectors or without.
    #[must_use]
    pub fn of(texts: Texts, values: &Values) -> &'static Self {
        static HEADLINES: LazyLock<Model> = LazyLock::new(|| Model::parse(HEADLINES_FILE));
        static ARTICLES: LazyLock<Model> = LazyLock::new(|| Model::parse(ARTICLES_FILE));
        static SEMANTIC_HEADLINES: LazyLock<Model> = LazyLock::new(|| Model::parse(SEMANTIC_HEADLINES_FILE));
        static SEMANTIC_ARTICLES: LazyLock<Model> = LazyLock::new(|| Model::parse(SEMANTIC_ARTICLES_FILE));
        match (texts, values.get(Signal::Semantic).is_some()) {
            (Texts::Headlines, false) => &HEADLINES,
            (Texts::Articles, false) => &ARTICLES,
            (Texts::Headlines, true) => &SEMANTIC_HEADLINES,
            (Texts::Articles, true) => &SEMANTIC_ARTICLES,
        }
    }

    /// `name<TAB>weight` a line; a signal that is not listed counts nothing.
    fn parse(file: &str) -> Self {
        let mut model = Self { base: 0.0, weights: [0.0; Signal::ALL.len()] };
        for (name, weight) in file.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t')) {
            let weight: f64 = weight.trim().parse().expect("a weight is a number");
            match Signal::ALL.into_iter().find(|signal| signal.name() == name) {
                Some(signal) => model.weights[signal as usize] = weight,
                None if name == BASE => model.base = weight,
                None => panic!("no signal is called {name}"),
            }
        }
        model
    }

    #[must_use]
    pub fn weight(&self, signal: Signal) -> f64 {
        self.weights[signal as usize]
    }

    /// Sum of all that was read, in log odds.
    #[must_use]
    pub fn log_odds(&self, values: &Values) -> f64 {
        Signal::ALL
            .into_iter()
            .filter_map(|signal| Some(values.get(signal)? * self.weight(signal)))
            .fold(self.base, |sum, x| sum + x)
    }

    /// The most that the signals of words can add to what the others have read.
    #[must_use]
    pub fn most_of_words(&self) -> f64 {
        Signal::OF_WORDS.into_iter().map(|signal| self.weight(signal).max(0.0)).sum()
    }
}

#[must_use]
pub fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

#[must_use]
pub fn log_odds(probability: f64) -> f64 {
    (probability / (1.0 - probability)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_files_weigh_every_signal() {
        for (listed, semantic) in
            [(HEADLINES_FILE, false), (ARTICLES_FILE, false), (SEMANTIC_HEADLINES_FILE, true), (SEMANTIC_ARTICLES_FILE, true)]
        {
            for signal in Signal::ALL.into_iter().filter(|signal| semantic || *signal != Signal::Semantic) {
                assert!(listed.contains(&format!("\n{}\t", signal.name())), "{}", signal.name());
            }
            assert!(Model::parse(listed).base < 0.0, "most pairs are not the same claim");
        }
    }

    #[test]
    fn log_odds_and_probability_are_inverse() {
        for probability in [0.001, 0.2, 0.5, 0.93] {
            assert!((logistic(log_odds(probability)) - probability).abs() < 1e-12);
        }
    }
}
