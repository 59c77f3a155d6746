//! Makes `src/engine/text/lexicon/en/worthiness-weights.tsv` from labelled sentences, `label<TAB>sentence`, on standard input.
//!
//! `cargo run --release --example worthiness < data/worthiness/corpus.tsv > weights.tsv`, and `weights.tsv` takes the place
//! of the file; how well it does on sentences it has not seen goes to standard error.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::BufRead,
};

use crossclaim::engine::{
    extraction::worthiness::{self, BIAS, Sign, WORD},
    text::{Lexicon, tokenize},
};

/// Words in fewer sentences teach nothing.
const LEAST: usize = 3;
/// How strongly a weight is held at what it was before the corpus: a listed sign, a single word.
const HOLD_LISTED: f64 = 2.0;
const HOLD_WORD: f64 = 4.0;
/// Descent has come to rest long before.
const STEPS: usize = 400;
const FOLDS: usize = 5;
/// Smaller weights decide nothing.
const SMALL: f64 = 0.01;

pub struct Example {
    pub positive: bool,
    pub signs: Vec<(String, f64)>,
}

impl Example {
    #[must_use]
    pub fn new(positive: bool, text: &str) -> Self {
        let tokens = tokenize(text, 0, Lexicon::english());
        let mut signs = vec![(BIAS.to_owned(), 1.0)];
        worthiness::signs(&tokens.iter().collect::<Vec<_>>(), false, |sign, value, _| {
            let name = match sign {
                Sign::Listed(at) => worthiness::listed_signs()[at].to_owned(),
                Sign::Word(word) => format!("{WORD}{word}"),
            };
            signs.push((name, f64::from(value)));
        });
        Self { positive, signs }
    }
}

/// Lines without a label are headings and comments.
pub fn parse(line: &str) -> Option<Example> {
    match line.split_once('\t')? {
        ("1", text) => Some(Example::new(true, text)),
        ("0", text) => Some(Example::new(false, text)),
        _ => None,
    }
}

/// Sign → its weight, and how many sentences have it.
pub struct Weights(pub BTreeMap<String, (f64, usize)>);

impl Weights {
    #[must_use]
    pub fn score(&self, example: &Example) -> f64 {
        logistic(example.signs.iter().filter_map(|(name, value)| Some(self.0.get(name)?.0 * value)).sum())
    }
}

/// A sentence of the fit: what it should give, how much it counts, and its signs by their place among the weights.
struct Row {
    label: f64,
    share: f64,
    signs: Vec<(usize, f64)>,
}

fn logistic(sum: f64) -> f64 {
    1.0 / (1.0 + (-sum).exp())
}

/// Logistic regression, both labels of equal weight, each sign held at its prior (L2), by accelerated gradient descent.
#[must_use]
pub fn fit(examples: &[&Example]) -> Weights {
    let mut seen: BTreeMap<&str, usize> = worthiness::listed_signs().iter().map(|name| (*name, 0)).collect();
    for example in examples {
        for name in example.signs.iter().map(|(name, _)| name.as_str()).collect::<BTreeSet<_>>() {
            *seen.entry(name).or_default() += 1;
        }
    }
    seen.retain(|name, count| !name.starts_with(WORD) || *count >= LEAST);
    let index: BTreeMap<&str, usize> = seen.keys().enumerate().map(|(at, name)| (*name, at)).collect();
    let prior: Vec<f64> = seen.keys().map(|name| f64::from(worthiness::prior(name))).collect();
    let hold: Vec<f64> = seen
        .keys()
        .map(|name| match *name {
            BIAS => 0.0,
            name if name.starts_with(WORD) => HOLD_WORD,
            _ => HOLD_LISTED,
        })
        .collect();
    let positives = examples.iter().filter(|example| example.positive).count() as f64;
    let all = examples.len() as f64;
    let rows: Vec<Row> = examples
        .iter()
        .map(|example| {
            let (label, alike) = if example.positive { (1.0, positives) } else { (0.0, all - positives) };
            let signs = example.signs.iter().filter_map(|(name, value)| Some((*index.get(name.as_str())?, *value))).collect();
            Row { label, share: all / 2.0 / alike, signs }
        })
        .collect();
    // No step is longer than the curvature of the loss allows.
    let mut curvature = hold.clone();
    for Row { share, signs, .. } in &rows {
        let size: f64 = signs.iter().map(|(_, value)| value.abs()).sum();
        for (at, value) in signs {
            curvature[*at] += 0.25 * share * value.abs() * size;
        }
    }
    let mut weights = prior.clone();
    let mut previous = prior.clone();
    for step in 0..STEPS {
        let momentum = step as f64 / (step as f64 + 3.0);
        let ahead: Vec<f64> = weights.iter().zip(&previous).map(|(now, before)| now + momentum * (now - before)).collect();
        let mut slope: Vec<f64> = (0..ahead.len()).map(|at| hold[at] * (ahead[at] - prior[at])).collect();
        for Row { label, share, signs } in &rows {
            let error = share * (logistic(signs.iter().map(|(at, value)| ahead[*at] * value).sum()) - label);
            for (at, value) in signs {
                slope[*at] += error * value;
            }
        }
        previous = weights;
        weights = (0..ahead.len()).map(|at| ahead[at] - slope[at] / curvature[at].max(1e-9)).collect();
    }
    Weights(seen.iter().zip(weights).map(|((name, count), weight)| ((*name).to_owned(), (weight, *count))).collect())
}

/// F1 at one half and average precision, each sentence scored by weights that were fitted without it.
fn cross_validate(examples: &[Example]) -> (f64, f64) {
    let mut scored: Vec<(f64, bool)> = Vec::new();
    for fold in 0..FOLDS {
        let (held, rest): (Vec<_>, Vec<_>) = examples.iter().enumerate().partition(|(at, _)| at % FOLDS == fold);
        let weights = fit(&rest.into_iter().map(|(_, example)| example).collect::<Vec<_>>());
        scored.extend(held.into_iter().map(|(_, example)| (weights.score(example), example.positive)));
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let positives = scored.iter().filter(|(_, positive)| *positive).count() as f64;
    let (mut hits, mut precision) = (0.0, 0.0);
    for (at, _) in scored.iter().enumerate().filter(|(_, (_, positive))| *positive) {
        hits += 1.0;
        precision += hits / (at + 1) as f64;
    }
    let told = scored.iter().filter(|(score, _)| *score >= 0.5);
    let right = told.clone().filter(|(_, positive)| *positive).count() as f64;
    (2.0 * right / (told.count() as f64 + positives), precision / positives)
}

fn main() -> std::io::Result<()> {
    let lines: Vec<String> = std::io::stdin().lock().lines().collect::<Result<_, _>>()?;
    let examples: Vec<Example> = lines.iter().filter_map(|line| parse(line)).collect();
    println!("# How much each sign speaks for a check, in log odds: sign, weight, sentences of the corpus that have it.");
    println!(
        "# Made by: cargo run --release --example worthiness, from data/worthiness/corpus.tsv and the priors in worthiness.tsv."
    );
    for (name, (weight, count)) in fit(&examples.iter().collect::<Vec<_>>()).0 {
        if weight.abs() >= SMALL {
            println!("{name}\t{weight:.2}\t{count}");
        }
    }
    let (f1, precision) = cross_validate(&examples);
    eprintln!("{} sentences; in {FOLDS}-fold cross-validation F1 {f1:.3}, average precision {precision:.3}", examples.len());
    Ok(())
}
