//! `link`, `match`, `stance`, `attribution` and `checkworthy`: the engine as filters over NDJSON, with no database.

use std::{
    fs::File,
    io::{BufRead, BufReader, BufWriter, Write},
    path::Path,
    process::ExitCode,
};

use serde_json::{Value, json};

use super::CliError;
use crate::{
    domain::span::CodePoints,
    engine::{
        clustering,
        extraction::{self, worthiness},
        settings::Linking,
        similarity::{Comparison, Features, Tier, compare, search::Library},
        stance,
    },
};

pub(super) fn link() -> Result<ExitCode, CliError> {
    let mut rows = Rows::default();
    let mut lines: Vec<Value> = rows.read("standard input", std::io::stdin().lock())?;
    let texts: Vec<&str> = lines.iter().map(|line| text(line, "text")).collect();
    let clusters = clustering::link_all(&texts, &Linking::headlines());
    for (line, cluster) in lines.iter_mut().zip(clusters) {
        line["cluster"] = json!(cluster);
    }
    write(lines)?;
    Ok(rows.code())
}

pub(super) fn retrieve(corpus: &Path, limit: usize) -> Result<ExitCode, CliError> {
    let mut rows = Rows::default();
    let name = corpus.display().to_string();
    let file = File::open(corpus).map_err(|source| CliError::File { path: name.clone(), source })?;
    let known = rows.read(&name, BufReader::new(file))?;
    let library = Library::new(known.iter().map(|line| (text(line, "text"), text(line, "title"))));
    let queries = rows.read("standard input", std::io::stdin().lock())?;
    write(queries.iter().map(|query| {
        let ranked: Vec<&Value> = library.rank(text(query, "text"), limit).into_iter().map(|at| &known[at]["id"]).collect();
        json!({ "id": query["id"], "ranked": ranked })
    }))?;
    Ok(rows.code())
}

pub(super) fn explain() -> Result<ExitCode, CliError> {
    let mut rows = Rows::default();
    let lines = rows.read("standard input", std::io::stdin().lock())?;
    write(lines.iter().map(|line| {
        let [a, b] = ["a", "b"].map(|field| Features::of(&extraction::read_claim(text(line, field), None)));
        let Comparison { similarity, readings, guards, decision } = compare(&a, &b, &Linking::headlines());
        let readings: Vec<Value> = readings
            .iter()
            .filter_map(|reading| {
                let value = reading.value?;
                Some(
                    json!({ "signal": reading.signal, "value": value, "weight": reading.weight, "log_odds": reading.log_odds() }),
                )
            })
            .collect();
        let guards: Vec<Value> = guards.iter().map(|hit| json!({ "guard": hit.guard, "detail": hit.detail })).collect();
        let decision = match decision {
            Tier::Link => "link",
            Tier::Suggest => "suggest",
            Tier::Apart => "apart",
        };
        json!({ "id": line["id"], "similarity": similarity, "decision": decision, "guards": guards, "readings": readings })
    }))?;
    Ok(rows.code())
}

pub(super) fn stance() -> Result<ExitCode, CliError> {
    let mut rows = Rows::default();
    let lines = rows.read("standard input", std::io::stdin().lock())?;
    write(lines.iter().map(|line| {
        let said = if line["headline"].is_string() { text(line, "headline") } else { text(line, "text") };
        json!({ "id": line["id"], "stance": stance::between(text(line, "claim"), said).as_str() })
    }))?;
    Ok(rows.code())
}

pub(super) fn attribution() -> Result<ExitCode, CliError> {
    let mut rows = Rows::default();
    let lines = rows.read("standard input", std::io::stdin().lock())?;
    write(lines.iter().map(|line| {
        let text = text(line, "text");
        let ascribed = extraction::ascribed(text);
        let points = CodePoints::of(text);
        let quotes: Vec<Value> = ascribed
            .quotations
            .into_iter()
            .map(|quotation| {
                let span = points.span(text, quotation.inner.start, quotation.inner.end);
                json!({ "text": text[quotation.inner], "span": span, "speaker": quotation.speaker })
            })
            .collect();
        json!({ "id": line["id"], "attributed": ascribed.attributed, "quotes": quotes })
    }))?;
    Ok(rows.code())
}

pub(super) fn checkworthy() -> Result<ExitCode, CliError> {
    let mut rows = Rows::default();
    let lines = rows.read("standard input", std::io::stdin().lock())?;
    write(lines.iter().map(|line| {
        let worthiness = worthiness::of_text(text(line, "text"));
        json!({
            "id": line["id"],
            "score": worthiness.score,
            "claim": worthiness.score >= worthiness::CLAIM,
            "reasons": worthiness.reasons,
        })
    }))?;
    Ok(rows.code())
}

/// A missing field is an empty text: the line still gets an answer.
fn text<'a>(line: &'a Value, field: &str) -> &'a str {
    line[field].as_str().unwrap_or_default()
}

/// Reads objects, one a line. A line that is none is told and left out; a row without an id gets its number, from 0.
#[derive(Default)]
struct Rows {
    failed: bool,
}

impl Rows {
    fn read(&mut self, name: &str, reader: impl BufRead) -> Result<Vec<Value>, CliError> {
        let mut rows = Vec::new();
        for (at, line) in reader.lines().enumerate() {
            let line = match line {
                Ok(line) if line.trim().is_empty() => continue,
                Ok(line) => line,
                // The rest of the line has been read past, so the next one can be.
                Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                    self.fail(name, at, "is not UTF-8");
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            match serde_json::from_str::<Value>(&line) {
                Ok(mut row) if row.is_object() => {
                    if row["id"].is_null() {
                        row["id"] = json!(at.to_string());
                    }
                    rows.push(row);
                }
                Ok(_) => self.fail(name, at, "is no JSON object"),
                Err(error) => self.fail(name, at, &error.to_string()),
            }
        }
        Ok(rows)
    }

    fn fail(&mut self, name: &str, at: usize, why: &str) {
        self.failed = true;
        eprintln!("{name}:{}: {why}", at + 1);
    }

    fn code(&self) -> ExitCode {
        if self.failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }
}

fn write(rows: impl IntoIterator<Item = Value>) -> Result<(), CliError> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    for row in rows {
        writeln!(out, "{row}")?;
    }
    out.flush()?;
    Ok(())
}
