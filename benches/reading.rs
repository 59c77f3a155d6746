//! How fast articles are read, beside a bare sentence split of the same text on the same machine: `cargo bench --bench reading`.
//!
//! One core, no database. Then a megabyte each of text that is made to be slow. The ratio is what to compare between machines and versions; the megabytes are only this machine's.

use std::{fs, hint::black_box, path::Path, time::Instant};

use crossclaim::engine::{
    extraction::{Draft, read},
    text::{Lexicon, sentences},
};
use serde_json::Value;

/// Passes over all articles; the best one counts, so that what else the machine does weighs little.
const PASSES: usize = 15;

/// Texts that a careless reader is quadratic in.
const HOSTILE: &[&str] = &[
    "a",
    ".",
    "“",
    "\"",
    "' ",
    "\n",
    "(",
    ", ",
    "; ",
    "— ",
    "and ",
    "that that ",
    "if ",
    "12 ",
    "1,2",
    "said ",
    "said “no” ",
    "U.S. ",
    "Roe ",
    "Roe said.\n",
    "Roe, who said, ",
    "who said, ",
    "The minister said that ",
    "The dam leaks, Roe said; ",
    "more than ",
    "last week ",
    "é",
    "他来了。",
    "\u{0}",
    "\u{202e}",
    "Prices rose by 12 percent on Monday and fell. ",
];

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let articles = articles();
    let bytes: usize = articles.iter().map(|(_, text)| text.len()).sum();
    // The word lists are read once a process: not what is measured.
    let lexicon = Lexicon::english();
    let split = best(|| {
        for (_, text) in &articles {
            for line in text.lines() {
                black_box(sentences::sentences(line, 0, lexicon));
            }
        }
    });
    let mut claims = 0;
    let whole = best(|| {
        claims = 0;
        for (title, text) in &articles {
            let draft = Draft { title: Some(title), text, outlet: "Harbour Courier", language: Some("en"), ..Draft::default() };
            claims += black_box(read(&draft)).claims.len();
        }
    });
    let rate = |seconds: f64| bytes as f64 / 1e6 / seconds;
    println!("{} articles, {bytes} bytes, {claims} claims", articles.len());
    println!("fully read        {:>8.1} MB/s", rate(whole));
    println!("sentences only    {:>8.1} MB/s", rate(split));
    println!("ratio             {:>8.1}", whole / split);
    let (seconds, unit) =
        HOSTILE.iter().map(|unit| (hostile(unit), *unit)).max_by(|a, b| a.0.total_cmp(&b.0)).expect("some text");
    println!("slowest of {} hostile megabytes: {seconds:.2} s, {unit:?} repeated", HOSTILE.len());
}

fn hostile(unit: &str) -> f64 {
    let text = unit.repeat(1_000_000 / unit.len());
    let draft = Draft { text: &text, outlet: "Harbour Courier", language: Some("en"), ..Draft::default() };
    let start = Instant::now();
    black_box(read(&draft));
    start.elapsed().as_secs_f64()
}

fn best(mut pass: impl FnMut()) -> f64 {
    (0..PASSES)
        .map(|_| {
            let start = Instant::now();
            pass();
            start.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min)
}

/// Title and text of the sample and gold articles.
fn articles() -> Vec<(String, String)> {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut files: Vec<_> = ["articles", "gold"]
        .iter()
        .flat_map(|folder| fs::read_dir(samples.join(folder)).expect("the samples are in the repository"))
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    files
        .iter()
        .map(|path| {
            let article: Value = serde_json::from_slice(&fs::read(path).expect("a readable file")).expect("JSON");
            let field = |name: &str| article[name].as_str().unwrap_or_default().to_owned();
            (field("title"), field("text"))
        })
        .collect()
}
