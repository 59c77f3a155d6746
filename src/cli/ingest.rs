//! `ingest PATH…`: files to articles. A failure is one line and the rest goes on; the exit status says whether there was one.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use clap::Args;
use futures_util::{StreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Map, Value, json};

use super::{
    CliError,
    client::{Client, problem},
};
use crate::{config::Serve, telemetry};

#[derive(Args)]
pub(super) struct Ingest {
    /// Files, or directories to look in
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Address of a running service; without it the one at the configured address, or one of our own
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// For .txt and .html: the address of the article
    #[arg(long)]
    url: Option<String>,
    #[arg(long)]
    title: Option<String>,
    /// RFC 3339, such as 2019-02-08T18:38:00Z
    #[arg(long)]
    published_at: Option<String>,
    #[arg(long)]
    language: Option<String>,
    /// Name of the outlet
    #[arg(long)]
    outlet: Option<String>,
    #[arg(long)]
    outlet_domain: Option<String>,
    #[arg(long)]
    outlet_kind: Option<String>,
    #[command(flatten)]
    service: Serve,
}

/// Requests under way at once: enough to keep the service busy while one waits for its commit.
const AT_ONCE: usize = 8;
const LINKING_PATIENCE: Duration = Duration::from_secs(600);

/// An article as it goes over the wire, or why it cannot; with where it stands.
type Found = (String, Result<Value, String>);

impl Ingest {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        telemetry::log(super::serve::QUIET, false)?;
        super::serve::in_runtime(async {
            let files = self.files()?;
            let client = Client::open(self.server.as_deref(), &self.service).await?;
            let tally = self.send(&client, files).await;
            if client.is_own() {
                wait_for_linking(&client).await?;
            }
            client.close().await?;
            let Tally { stored, known, failed } = tally?;
            writeln!(std::io::stdout(), "{stored} stored, {known} known already, {failed} failed")?;
            Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        })
    }

    async fn send(&self, client: &Client, files: Vec<PathBuf>) -> Result<Tally, CliError> {
        let bar = ProgressBar::no_length().with_style(
            ProgressStyle::with_template("{spinner} {pos} articles, {per_sec}, {elapsed}")
                .unwrap_or_else(|_| ProgressStyle::default_spinner()),
        );
        bar.enable_steady_tick(Duration::from_millis(200));
        let mut tally = Tally::default();
        // Read lazily: a file of any length is sent line by line.
        let articles = files.iter().flat_map(|file| self.articles(file));
        let mut answers = stream::iter(articles)
            .map(|(place, article)| async move {
                let answer = match article {
                    Ok(article) => client.post("/v1/articles", &article, true).await,
                    Err(why) => Err(CliError::Refused(why)),
                };
                (place, answer)
            })
            .buffer_unordered(AT_ONCE);
        while let Some((place, answer)) = answers.next().await {
            bar.inc(1);
            match answer {
                Ok((201, _)) => tally.stored += 1,
                Ok((200, _)) => tally.known += 1,
                Ok((_, answer)) => {
                    tally.failed += 1;
                    bar.suspend(|| eprintln!("{place}: {}", problem(&answer)));
                }
                // Without a service nothing that follows can succeed.
                Err(CliError::Http(error)) if error.is_connect() => return Err(CliError::Http(error)),
                Err(error) => {
                    tally.failed += 1;
                    bar.suspend(|| eprintln!("{place}: {error}"));
                }
            }
        }
        bar.finish_and_clear();
        Ok(tally)
    }

    /// Every file named, and those in the directories named, in order; a .json that describes a .txt or .html beside it is no
    /// article itself.
    fn files(&self) -> Result<Vec<PathBuf>, CliError> {
        let mut files = Vec::new();
        for path in &self.paths {
            if path.is_dir() {
                walk(path, &mut files)?;
            } else if path.exists() {
                files.push(path.clone());
            } else {
                return Err(CliError::File { path: path.display().to_string(), source: std::io::ErrorKind::NotFound.into() });
            }
        }
        Ok(files)
    }

    fn articles(&self, path: &Path) -> Box<dyn Iterator<Item = Found> + '_> {
        let place = path.display().to_string();
        let one = |result: Result<Value, String>| -> Box<dyn Iterator<Item = Found>> {
            Box::new(std::iter::once((place.clone(), result)))
        };
        match extension(path).as_str() {
            "json" => {
                match read(path).and_then(|text| serde_json::from_str(&text).map_err(|error| format!("is not JSON: {error}"))) {
                    Ok(Value::Array(articles)) => Box::new(
                        articles.into_iter().enumerate().map(move |(at, article)| (format!("{place}[{at}]"), Ok(article))),
                    ),
                    other => one(other),
                }
            }
            "ndjson" | "jsonl" => match fs::File::open(path) {
                Ok(file) => Box::new(lines(place, BufReader::new(file))),
                Err(error) => one(Err(error.to_string())),
            },
            "txt" => one(self.described(path, "text")),
            "html" | "htm" => one(self.described(path, "html")),
            _ => one(Err("is neither .json, .ndjson, .txt nor .html".to_owned())),
        }
    }

    /// A .txt or .html with what the .json beside it and the flags say of it; flags win.
    fn described(&self, path: &Path, field: &str) -> Result<Value, String> {
        let mut article = match fs::read_to_string(path.with_extension("json")) {
            Ok(sidecar) => match serde_json::from_str(&sidecar) {
                Ok(Value::Object(fields)) => fields,
                Ok(_) => return Err("the .json beside it is no object".to_owned()),
                Err(error) => return Err(format!("the .json beside it is not JSON: {error}")),
            },
            Err(_) => Map::new(),
        };
        let flags =
            [("url", &self.url), ("title", &self.title), ("published_at", &self.published_at), ("language", &self.language)];
        for (name, value) in flags {
            if let Some(value) = value {
                article.insert(name.to_owned(), json!(value));
            }
        }
        if let Some(name) = &self.outlet {
            let mut outlet = json!({ "name": name });
            if let Some(domain) = &self.outlet_domain {
                outlet["domain"] = json!(domain);
            }
            if let Some(kind) = &self.outlet_kind {
                outlet["kind"] = json!(kind);
            }
            article.insert("outlet".to_owned(), outlet);
        }
        for (name, flag) in [("url", "--url"), ("outlet", "--outlet")] {
            if !article.contains_key(name) {
                return Err(format!("nothing says its {name}: give {flag}, or a .json beside it"));
            }
        }
        article.insert(field.to_owned(), Value::String(read(path)?));
        Ok(Value::Object(article))
    }
}

#[derive(Default)]
struct Tally {
    stored: u64,
    known: u64,
    failed: u64,
}

fn lines(place: String, reader: impl BufRead) -> impl Iterator<Item = Found> {
    reader.lines().enumerate().filter(|(_, line)| line.as_ref().map_or(true, |line| !line.trim().is_empty())).map(
        move |(at, line)| {
            let article = line
                .map_err(|error| error.to_string())
                .and_then(|line| serde_json::from_str(&line).map_err(|error| format!("is not JSON: {error}")));
            (format!("{place}:{}", at + 1), article)
        },
    )
}

fn walk(directory: &Path, files: &mut Vec<PathBuf>) -> Result<(), CliError> {
    let listed = |source| CliError::File { path: directory.display().to_string(), source };
    let mut entries: Vec<PathBuf> = fs::read_dir(directory)
        .map_err(listed)?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<Result<_, _>>()
        .map_err(listed)?;
    entries.sort();
    for path in &entries {
        if path.is_dir() {
            walk(path, files)?;
            continue;
        }
        let describes_another =
            extension(path) == "json" && ["txt", "html", "htm"].iter().any(|other| entries.contains(&path.with_extension(other)));
        if ["json", "ndjson", "jsonl", "txt", "html", "htm"].contains(&extension(path).as_str()) && !describes_another {
            files.push(path.clone());
        }
    }
    Ok(())
}

fn extension(path: &Path) -> String {
    path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| error.to_string())
}

async fn wait_for_linking(client: &Client) -> Result<(), CliError> {
    let linked = async {
        while client.get("/v1/articles?status=pending&limit=1").await?.1["items"]
            .as_array()
            .is_some_and(|items| !items.is_empty())
        {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    };
    // What is not linked by then is linked by the next service that starts: nothing is lost.
    tokio::time::timeout(LINKING_PATIENCE, linked).await.unwrap_or(Ok(()))
}
