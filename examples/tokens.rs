//! The tokens of every sentence of texts, for `scripts/tag-counts.py`: a JSON text object a line in, a JSON list a line out.
//!
//! `cargo run --release --example tokens < texts.jsonl > sentences.jsonl`, with texts as `{"text": "…"}`.

use std::io::{BufRead, BufWriter, Write};

use crossclaim::engine::text::{Lexicon, sentences, tokenize};

fn main() -> std::io::Result<()> {
    let lexicon = Lexicon::english();
    let mut out = BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let row: serde_json::Value = serde_json::from_str(&line?).map_err(std::io::Error::other)?;
        for paragraph in row["text"].as_str().unwrap_or_default().lines() {
            for range in sentences::sentences(paragraph, 0, lexicon) {
                let words: Vec<&str> = tokenize(&paragraph[range], 0, lexicon).iter().map(|token| token.text).collect();
                writeln!(out, "{}", serde_json::to_string(&words)?)?;
            }
        }
    }
    out.flush()
}
