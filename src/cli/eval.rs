//! `eval`: the reader measured against hand-annotated articles, then linking and judging against labelled stories, those of the
//! binary or those of a directory.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use rust_embed::RustEmbed;
use serde_json::{Map, Value, json};

use super::CliError;
use crate::engine::{
    evaluation::{
        self, Evaluation, Field, GoldArticle, Miss, Score,
        stories::{self, Story, StoryScore, Tally},
    },
    extraction,
};

#[derive(RustEmbed)]
#[folder = "samples/gold/"]
struct Gold;

#[derive(RustEmbed)]
#[folder = "samples/stories/"]
struct Stories;

#[derive(Args)]
pub(super) struct Eval {
    /// Annotated articles (.json) to measure against, instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    gold: Option<PathBuf>,
    /// Labelled stories (.json) to measure linking, relations and origins against, instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    stories: Option<PathBuf>,
    /// Print the figures as JSON
    #[arg(long)]
    json: bool,
    /// List every miss: article, field, what was expected, what was read
    #[arg(long)]
    verbose: bool,
}

impl Eval {
    pub(super) fn run(&self) -> Result<ExitCode, CliError> {
        let files = match &self.gold {
            Some(directory) => files_of(directory)?,
            None => built_in::<Gold>(),
        };
        let mut total = Evaluation::default();
        let mut misses: Vec<(String, Miss)> = Vec::new();
        for (name, data) in &files {
            let refused = |error: &dyn std::fmt::Display| CliError::Refused(format!("{name}: {error}"));
            let gold: GoldArticle = serde_json::from_slice(data).map_err(|error| refused(&error))?;
            let found = evaluation::evaluate(&gold, &extraction::read(&gold.draft())).map_err(|error| refused(&error))?;
            total.add(&found);
            misses.extend(found.misses.into_iter().map(|miss| (name.clone(), miss)));
        }
        let misses = if self.verbose { misses } else { Vec::new() };
        let stories = match &self.stories {
            Some(directory) => files_of(directory)?,
            None => built_in::<Stories>(),
        };
        let mut told = StoryScore::default();
        for (name, data) in &stories {
            let story: Story = serde_json::from_slice(data).map_err(|error| CliError::Refused(format!("{name}: {error}")))?;
            told.add(&stories::evaluate(&story));
        }
        if !self.verbose {
            told.misses.clear();
        }
        let mut out = std::io::stdout().lock();
        if self.json {
            let mut report = as_json(files.len(), &total, &misses);
            report["stories"] = stories_as_json(stories.len(), &told);
            writeln!(out, "{report:#}")?;
        } else {
            told.misses.iter().try_for_each(|miss| writeln!(out, "{miss}"))?;
            print(&mut out, files.len(), &total, &misses)?;
            print_stories(&mut out, stories.len(), &told)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Name and content of each annotated article, in the order of their names.
type Files = Vec<(String, Vec<u8>)>;

fn built_in<F: RustEmbed>() -> Files {
    let mut names: Vec<_> = F::iter().filter(|name| name.ends_with(".json")).collect();
    names.sort();
    names.iter().filter_map(|name| Some((name.to_string(), F::get(name)?.data.into_owned()))).collect()
}

fn files_of(directory: &Path) -> Result<Files, CliError> {
    let named = |path: &Path, source| CliError::File { path: path.display().to_string(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(|error| named(directory, error))? {
        let path = entry.map_err(|error| named(directory, error))?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let data = fs::read(&path).map_err(|error| named(&path, error))?;
            files.push((path.file_name().unwrap_or_default().to_string_lossy().into_owned(), data));
        }
    }
    if files.is_empty() {
        return Err(CliError::Refused(format!("{}: no annotated article (.json) is here", directory.display())));
    }
    files.sort();
    Ok(files)
}

fn print(out: &mut impl Write, articles: usize, total: &Evaluation, misses: &[(String, Miss)]) -> std::io::Result<()> {
    for (file, Miss { field, passage, expected, got }) in misses {
        writeln!(out, "{file}: {} {expected} / {got}\n    {passage}", field.as_str())?;
    }
    writeln!(out, "{articles} articles, {} claims\n", total.score(Field::Claims).expected)?;
    writeln!(out, "{:<12} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}", "", "precision", "recall", "F1", "expected", "read", "right")?;
    for (field, score) in &total.scores {
        let Score { matched, expected, extracted } = *score;
        let percent = |share: f64| format!("{:.1} %", share * 100.0);
        let (precision, f1) = match field.is_set() {
            true => (percent(score.precision()), percent(score.f1())),
            false => (String::new(), String::new()),
        };
        let (name, recall) = (field.as_str(), percent(score.recall()));
        writeln!(out, "{name:<12} {precision:>9} {recall:>9} {f1:>9} {expected:>9} {extracted:>9} {matched:>9}")?;
    }
    writeln!(out, "\nAll but the first two lines are over the claims that were found.")
}

fn print_stories(out: &mut impl Write, files: usize, told: &StoryScore) -> std::io::Result<()> {
    let share = |Tally { right, of }: Tally| format!("{:>8.1} % {right:>6} of {of}", 100.0 * right as f64 / of.max(1) as f64);
    writeln!(out, "\n{files} stories, {} labelled clauses\n", told.read.of)?;
    writeln!(out, "read as a claim                     {}", share(told.read))?;
    writeln!(out, "pairs of one question together      {}", share(told.together))?;
    writeln!(out, "look-alikes apart                   {}", share(told.apart))?;
    writeln!(out, "relations of outlets                {}", share(told.relations))?;
    writeln!(out, "\nin the labelled clusters:")?;
    for (relation, tally) in &told.judged {
        let precise = Tally { right: tally.right, of: told.told.get(relation).copied().unwrap_or_default() };
        writeln!(out, "{:<12} precision {}, recall {}", relation.as_str(), share(precise), share(*tally))?;
    }
    let (low, high) = (told.origins.mean(told.origins.low), told.origins.mean(told.origins.high));
    writeln!(out, "origins of {} clusters: mean error {low:.2} of low, {high:.2} of high", told.origins.clusters)
}

fn stories_as_json(files: usize, told: &StoryScore) -> Value {
    let tally = |Tally { right, of }: &Tally| json!({ "right": right, "of": of });
    let judged: Map<String, Value> = told.judged.iter().map(|(of, score)| (of.as_str().to_owned(), tally(score))).collect();
    let counts: Map<String, Value> = told.told.iter().map(|(of, count)| (of.as_str().to_owned(), json!(count))).collect();
    let origins = &told.origins;
    let mut report = json!({
        "files": files, "read": tally(&told.read), "together": tally(&told.together), "apart": tally(&told.apart),
        "relations": tally(&told.relations), "judged": judged, "told": counts,
        "origins": { "clusters": origins.clusters, "low_error": origins.mean(origins.low), "high_error": origins.mean(origins.high) },
    });
    if !told.misses.is_empty() {
        report["misses"] = json!(told.misses);
    }
    report
}

fn as_json(articles: usize, total: &Evaluation, misses: &[(String, Miss)]) -> Value {
    let score = |score: &Score| {
        let Score { matched, expected, extracted } = *score;
        let (precision, recall, f1) = (score.precision(), score.recall(), score.f1());
        json!({
            "matched": matched, "expected": expected, "extracted": extracted,
            "precision": precision, "recall": recall, "f1": f1,
        })
    };
    let miss = |(file, miss): &(String, Miss)| {
        let Miss { field, passage, expected, got } = miss;
        json!({ "article": file, "field": field.as_str(), "passage": passage, "expected": expected, "got": got })
    };
    let scores: Map<String, Value> = total.scores.iter().map(|(field, of)| (field.as_str().to_owned(), score(of))).collect();
    let mut report = json!({ "articles": articles, "scores": scores });
    if !misses.is_empty() {
        report["misses"] = misses.iter().map(miss).collect();
    }
    report
}
