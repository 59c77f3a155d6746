//! Measures how much copied text is found: `cargo run --release --example reuse -- <dir>`.
//!
//! `<dir>` holds `bodies.jsonl` (`id`, `topic`, `text`) and `reuse_pairs.jsonl` (`a`, `b`, `containment`: every pair with at least
//! a tenth of the shorter text's word 5-grams in the other, found by comparing all with all). Candidates come from the sketches, as
//! in the service, and are verified exactly; the containment given decides what is right. The last table says how many words
//! two texts on different stories share in one passage: chance, boilerplate and stock phrases.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    error::Error,
    fs,
    path::Path,
    time::Instant,
};

use crossclaim::engine::{
    reuse::{Print, containment, passages},
    settings::REUSE_SOURCES,
};
use serde::{Deserialize, de::DeserializeOwned};

#[derive(Deserialize)]
struct Body {
    id: u32,
    topic: u32,
    text: String,
}

#[derive(Deserialize)]
struct Pair {
    a: u32,
    b: u32,
    containment: f32,
}

fn main() -> Result<(), Box<dyn Error>> {
    let dir = std::env::args().nth(1).ok_or("usage: reuse <dir>")?;
    let bodies: Vec<Body> = lines(&Path::new(&dir).join("bodies.jsonl"))?;
    let gold: Vec<Pair> = lines(&Path::new(&dir).join("reuse_pairs.jsonl"))?;
    let known: BTreeSet<u32> = bodies.iter().map(|body| body.id).collect();
    let gold: BTreeMap<(u32, u32), f32> = gold
        .into_iter()
        .filter(|pair| known.contains(&pair.a) && known.contains(&pair.b))
        .map(|pair| ((pair.a.min(pair.b), pair.a.max(pair.b)), pair.containment))
        .collect();

    let begun = Instant::now();
    let prints: Vec<Print<'_>> = bodies.iter().map(|body| Print::of(&body.text)).collect();
    let sketches: Vec<Vec<u64>> = prints.iter().map(Print::sketch).collect();
    let candidates = candidates(&sketches);
    let found: BTreeMap<(u32, u32), (f32, usize)> = candidates
        .iter()
        .map(|&(a, b)| {
            let (one, two) = (&prints[a], &prints[b]);
            let longest = passages(one, two).iter().map(|passage| passage.words as usize).max().unwrap_or(0);
            let ids = (bodies[a].id.min(bodies[b].id), bodies[a].id.max(bodies[b].id));
            (ids, (containment(one, two), longest))
        })
        .collect();
    let hashes: usize = sketches.iter().map(Vec::len).sum();
    let words: usize = prints.iter().map(Print::words).sum();
    println!(
        "{} texts, {words} words, {:.1} hashes a text; {} candidates compared; {:.2} s in all",
        bodies.len(),
        hashes as f64 / bodies.len() as f64,
        candidates.len(),
        begun.elapsed().as_secs_f64(),
    );
    println!("containment    pairs   recall   precision");
    for threshold in [0.5, 0.3, 0.1] {
        let wanted: BTreeSet<_> = gold.iter().filter(|(_, share)| **share >= threshold).map(|(pair, _)| *pair).collect();
        // What is given has four digits.
        let said: BTreeSet<_> =
            found.iter().filter(|(_, (share, _))| *share >= threshold - 5e-5).map(|(pair, _)| *pair).collect();
        let right = wanted.intersection(&said).count() as f64;
        println!(
            ">= {threshold}      {:7}   {:.4}   {:.4}",
            wanted.len(),
            right / wanted.len().max(1) as f64,
            right / said.len().max(1) as f64
        );
        for pair in said.difference(&wanted) {
            println!("    {pair:?}: {:.4} here, {:.4} given", found[pair].0, gold.get(pair).copied().unwrap_or_default());
        }
    }

    let topics: HashMap<u32, u32> = bodies.iter().map(|body| (body.id, body.topic)).collect();
    println!("longest passage of a candidate    same story   different stories");
    for (least, most) in [(15, 19), (20, 39), (40, usize::MAX)] {
        let of = |same: bool| {
            let pairs = found.iter().filter(|((a, b), _)| (topics[a] == topics[b]) == same);
            pairs.filter(|(_, (_, words))| (least..=most).contains(words)).count()
        };
        println!("{least:3} words or more                 {:10}   {:17}", of(true), of(false));
    }
    Ok(())
}

/// Pairs of places that share a hash; of each text the best.
fn candidates(sketches: &[Vec<u64>]) -> BTreeSet<(usize, usize)> {
    let mut holders: HashMap<u64, Vec<usize>> = HashMap::new();
    for (at, sketch) in sketches.iter().enumerate() {
        for hash in sketch {
            holders.entry(*hash).or_default().push(at);
        }
    }
    let mut pairs = BTreeSet::new();
    for (at, sketch) in sketches.iter().enumerate() {
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for other in sketch.iter().flat_map(|hash| &holders[hash]).filter(|other| **other != at) {
            *shared.entry(*other).or_default() += 1;
        }
        let mut best: Vec<(usize, usize)> = shared.into_iter().collect();
        best.sort_by_key(|&(other, hashes)| (std::cmp::Reverse(hashes), other));
        pairs.extend(best.into_iter().take(REUSE_SOURCES).map(|(other, _)| (at.min(other), at.max(other))));
    }
    pairs
}

fn lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, Box<dyn Error>> {
    Ok(fs::read_to_string(path)?.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}
