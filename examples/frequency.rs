//! Makes `src/engine/text/lexicon/en/frequency.tsv`: inverse document frequency of stems, one document a line on standard input.
//!
//! `cat sentences.txt | cargo run --release --example frequency > src/engine/text/lexicon/en/frequency.tsv`

use std::{
    collections::{BTreeMap, BTreeSet},
    io::BufRead,
};

use crossclaim::engine::text::{Class, Lexicon, TokenKind, stems, tokenize};

/// Stems seen less often are as rare as an unknown one.
const LEAST: u32 = 4;

fn main() -> std::io::Result<()> {
    let lexicon = Lexicon::english();
    let mut documents = 0_u32;
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let tokens = tokenize(&line, 0, Lexicon::english());
        let mut stems: BTreeSet<String> = BTreeSet::new();
        let mut at = 0;
        while at < tokens.len() {
            let token = &tokens[at];
            if token.is_capitalized()
                && let Some((place, n)) = lexicon.place(|i| tokens.get(at + i).map(|t| t.norm()))
            {
                stems.insert(format!("@{place}"));
                at += n;
                continue;
            }
            if token.kind == TokenKind::Word {
                stems.extend(
                    token
                        .norm()
                        .split('-')
                        .filter(|part| !part.is_empty() && !lexicon.is(part, Class::Stopword))
                        .map(stems::stem),
                );
            }
            at += 1;
        }
        documents += 1;
        for stem in stems {
            *counts.entry(stem).or_default() += 1;
        }
    }
    println!("# Inverse document frequency of stems in news prose (nats), from {documents} sentences and headlines.");
    println!("# Made by: cargo run --release --example frequency. Sources: bodies of the Fake News Challenge training set,");
    println!("# headlines of Emergent (Ferreira & Vlachos 2016) and of SemEval STS 2013-2015, counts only.");
    for (stem, count) in counts {
        if count >= LEAST {
            println!("{stem}\t{:.2}", (f64::from(documents) / f64::from(count)).ln());
        }
    }
    Ok(())
}
