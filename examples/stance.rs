//! Makes `src/engine/stance/between/weights.tsv` from claims with headlines labelled by what they do with the claim.
//!
//! `cargo run --release --example stance -- <emergent/train.jsonl> > weights.tsv` reads lines of `claim_id`, `fold`, `claim`,
//! `headline` and `stance` (for, against, observing), and `weights.tsv` takes the place of the file. How well the weights do on
//! claims that they were not fitted on goes to standard error. There is no chance in it: the same input gives the same output.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use crossclaim::{
    domain::Relation,
    engine::stance::between::{ASKS, BIAS, FIRST, Pair, STANCES, WORD, strongest},
};

/// A sign seen with fewer claims belongs to a story, not to the language.
const LEAST_CLAIMS: usize = 3;
/// How strongly each weight is held at 0 (L2), in headlines.
const HOLD: f64 = 7.0;
/// Steps of the descent until rest.
const STEPS: usize = 300;
/// Smaller weights decide nothing.
const SMALL: f64 = 0.02;

struct Example {
    claim: String,
    fold: u64,
    /// Place among [`STANCES`].
    stance: usize,
    pair: Pair,
}

type Weights = BTreeMap<String, [f64; 3]>;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: stance <emergent/train.jsonl>")?;
    let file = std::fs::read_to_string(path)?;
    let mut examples = file.lines().map(parse).collect::<Result<Vec<_>, _>>()?;
    leave_names_out(&mut examples, &file);
    let report = cross_validate(&examples);
    eprint!("{report}");
    println!("# What each sign adds, in log odds: sign, corroborates, disputes, echoes.");
    println!(
        "# Made by: cargo run --release --example stance -- <path>, from the training half of Emergent (Ferreira & Vlachos 2016)."
    );
    report.lines().for_each(|line| println!("# {line}"));
    for (sign, weights) in fit(&examples.iter().collect::<Vec<_>>()) {
        if weights.iter().any(|weight| weight.abs() >= SMALL) {
            println!("{sign}\t{:.2}\t{:.2}\t{:.2}", weights[0], weights[1], weights[2]);
        }
    }
    Ok(())
}

fn parse(line: &str) -> Result<Example, Box<dyn std::error::Error>> {
    let row: serde_json::Value = serde_json::from_str(line)?;
    let text = |field: &str| row[field].as_str().ok_or_else(|| format!("a row has no {field}"));
    let stance = match text("stance")? {
        "for" => Relation::Corroborates,
        "against" => Relation::Disputes,
        "observing" => Relation::Echoes,
        other => return Err(format!("no stance is called {other}").into()),
    };
    Ok(Example {
        claim: text("claim_id")?.to_owned(),
        fold: row["fold"].as_u64().ok_or("a row has no fold")?,
        stance: STANCES.iter().position(|known| *known == stance).ok_or("a stance is no column")?,
        pair: Pair::of(text("claim")?, text("headline")?),
    })
}

/// A word that is nowhere written in small letters is a name, and tells the story, not the stance.
fn leave_names_out(examples: &mut [Example], texts: &str) {
    let is_small = |word: &&str| !word.contains(char::is_uppercase);
    let small: BTreeSet<&str> = texts.split(|c: char| !c.is_alphanumeric() && c != '.').filter(is_small).collect();
    let is_name = |name: &str| {
        let word = [WORD, FIRST, ASKS].iter().find_map(|of| name.strip_prefix(of));
        word.is_some_and(|word| word.starts_with(char::is_alphanumeric) && !small.contains(word))
    };
    examples.iter_mut().for_each(|example| example.pair.signs.retain(|sign| !is_name(&sign.name)));
}

/// Multinomial logistic regression, each weight held at 0 (L2), by accelerated gradient descent (Nesterov 1983).
fn fit(examples: &[&Example]) -> Weights {
    let mut claims: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for example in examples {
        for sign in &example.pair.signs {
            claims.entry(&sign.name).or_default().insert(&example.claim);
        }
    }
    claims.retain(|_, claims| claims.len() >= LEAST_CLAIMS);
    let index: BTreeMap<&str, usize> = claims.keys().enumerate().map(|(at, name)| (*name, at)).collect();
    let hold: Vec<f64> = claims.keys().map(|name| if *name == BIAS { 0.0 } else { HOLD }).collect();
    let rows: Vec<(usize, Vec<(usize, f64)>)> = examples
        .iter()
        .map(|example| {
            let signs = example.pair.signs.iter();
            (example.stance, signs.filter_map(|sign| Some((*index.get(sign.name.as_str())?, f64::from(sign.value)))).collect())
        })
        .collect();
    // No step is longer than the curvature of the loss allows (Böhning 1992: at most one half a class).
    let mut curvature = hold.clone();
    for (_, signs) in &rows {
        let size: f64 = signs.iter().map(|(_, value)| value).sum();
        signs.iter().for_each(|(at, value)| curvature[*at] += 0.5 * value * size);
    }
    let mut weights = vec![[0.0; 3]; hold.len()];
    let mut previous = weights.clone();
    for step in 0..STEPS {
        let momentum = step as f64 / (step as f64 + 3.0);
        let step_ahead =
            |(now, before): (&[f64; 3], &[f64; 3])| std::array::from_fn(|i| now[i] + momentum * (now[i] - before[i]));
        let ahead: Vec<[f64; 3]> = weights.iter().zip(&previous).map(step_ahead).collect();
        let mut slope: Vec<[f64; 3]> =
            ahead.iter().zip(&hold).map(|(weights, hold)| weights.map(|weight| hold * weight)).collect();
        for (stance, signs) in &rows {
            let mut error = probabilities(signs.iter().map(|(at, value)| (ahead[*at], *value)));
            error[*stance] -= 1.0;
            for (at, value) in signs {
                slope[*at].iter_mut().zip(error).for_each(|(slope, error)| *slope += error * value);
            }
        }
        previous = weights;
        let step = |at: usize| std::array::from_fn(|i| ahead[at][i] - slope[at][i] / curvature[at].max(1e-9));
        weights = (0..ahead.len()).map(step).collect();
    }
    claims.keys().map(|name| (*name).to_owned()).zip(weights).collect()
}

fn sums(signs: impl Iterator<Item = ([f64; 3], f64)>) -> [f64; 3] {
    signs.fold([0.0; 3], |sums, (weights, value)| std::array::from_fn(|i| sums[i] + weights[i] * value))
}

fn probabilities(signs: impl Iterator<Item = ([f64; 3], f64)>) -> [f64; 3] {
    let sums = sums(signs);
    let most = sums.iter().copied().fold(f64::MIN, f64::max);
    let shares = sums.map(|sum| (sum - most).exp());
    let all: f64 = shares.iter().sum();
    shares.map(|share| share / all)
}

fn told(weights: &Weights, pair: &Pair) -> Relation {
    let known = pair.signs.iter().filter_map(|sign| Some((*weights.get(&sign.name)?, f64::from(sign.value))));
    if pair.related { strongest(sums(known).map(|sum| sum as f32)) } else { Relation::Unclear }
}

/// Every headline told by weights that were fitted without its claim. Unclear counts as echoes.
fn cross_validate(examples: &[Example]) -> String {
    let folds: BTreeSet<u64> = examples.iter().map(|example| example.fold).collect();
    // Rows are labels, columns what was told.
    let mut table = [[0_u32; 3]; 3];
    let mut unclear = 0;
    for fold in &folds {
        let (held, rest): (Vec<_>, Vec<_>) = examples.iter().partition(|example| example.fold == *fold);
        let weights = fit(&rest);
        for example in held {
            let told = told(&weights, &example.pair);
            unclear += u32::from(told == Relation::Unclear);
            let column = STANCES.iter().position(|stance| *stance == told).unwrap_or(2);
            table[example.stance][column] += 1;
        }
    }
    let right: u32 = (0..3).map(|i| table[i][i]).sum();
    let mut report = String::new();
    let mut f1s = 0.0;
    for (i, stance) in STANCES.iter().enumerate() {
        let share = |all: u32| f64::from(table[i][i]) / f64::from(all.max(1));
        let (precision, recall) = (share((0..3).map(|row| table[row][i]).sum()), share(table[i].iter().sum()));
        let f1 = 2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE);
        f1s += f1 / 3.0;
        let _ = writeln!(report, "{}: precision {precision:.3}, recall {recall:.3}, F1 {f1:.3}", stance.as_str());
    }
    let accuracy = f64::from(right) / examples.len() as f64;
    format!(
        "{} headlines, {} folds by claim: accuracy {accuracy:.3}, macro-F1 {f1s:.3}; {unclear} unclear\n{report}",
        examples.len(),
        folds.len()
    )
}
