//! `ingest PATH…`: files to articles, in one bulk request. A failure is one line and the rest goes on; the exit status says
//! whether there was one.
//!
//! An import that was cut off is taken up by running it again: what is stored already is told by the service from its address
//! and content, and costs no more than that look.

use std::{
    cell::Cell,
    fs::{self, File},
    io::{self, BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use clap::Args;
use flate2::read::MultiGzDecoder;
use futures_util::{StreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};
use serde::de::IgnoredAny;
use serde_json::{Map, Value, json};
use tokio::sync::mpsc;

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

/// Articles read from files before the service has taken those before them.
const READ_AHEAD: usize = 64;
const LINKING_PATIENCE: Duration = Duration::from_secs(600);

/// An article as a line to be sent, or why it cannot be; with where it stands.
type Found = (String, Result<Vec<u8>, String>);

/// What is remembered of a [`Found`] until it is answered.
struct Sent {
    place: String,
    /// Why it was not sent.
    fault: Option<String>,
    /// Bytes of all files, read up to here.
    read: u64,
}

impl Ingest {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        telemetry::log(super::serve::QUIET, false, None)?;
        super::serve::in_runtime(async {
            let files = self.files()?;
            let client = Client::open(self.server.as_deref(), &self.service).await?;
            let tally = Arc::new(self).send(&client, files).await;
            if client.is_own() {
                wait_for_linking(&client).await?;
            }
            client.close().await?;
            let Tally { stored, known, failed } = tally?;
            writeln!(io::stdout(), "{stored} stored, {known} known already, {failed} failed")?;
            Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        })
    }

    async fn send(self: Arc<Self>, client: &Client, files: Vec<PathBuf>) -> Result<Tally, CliError> {
        let total = files.iter().filter_map(|file| fs::metadata(file).ok()).map(|metadata| metadata.len()).sum();
        let bar = ProgressBar::new(total).with_style(
            ProgressStyle::with_template("{wide_bar} {percent} %, {msg}, {eta} left")
                .unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        bar.enable_steady_tick(Duration::from_millis(200));
        let (found, to_send) = mpsc::channel(READ_AHEAD);
        tokio::task::spawn_blocking(move || self.read_into(&found, &files));
        // What was sent, in order, and `None` after the last.
        let (sent, mut awaiting) = mpsc::unbounded_channel();
        let lines = stream::unfold((to_send, sent), async |(mut to_send, sent)| {
            loop {
                let Some(((place, article), read)): Option<(Found, u64)> = to_send.recv().await else {
                    let _ = sent.send(None);
                    return None;
                };
                let (line, fault) = article.map_or_else(|fault| (None, Some(fault)), |line| (Some(line), None));
                // The other half goes only when nobody waits for answers any more.
                sent.send(Some(Sent { place, fault, read })).ok()?;
                if let Some(line) = line {
                    return Some((line, (to_send, sent)));
                }
            }
        });

        let mut tally = Tally::default();
        let mut report = |sent: Sent, result: Option<&Value>| {
            let fault = sent
                .fault
                .or_else(|| result.filter(|result| result["status"] == "failed").map(|result| problem(&result["problem"])));
            match fault {
                Some(why) => {
                    tally.failed += 1;
                    bar.suspend(|| eprintln!("{}: {why}", sent.place));
                }
                None if result.is_some_and(|result| result["status"] == "known") => tally.known += 1,
                None => tally.stored += 1,
            }
            bar.set_position(sent.read);
            let done = tally.stored + tally.known + tally.failed;
            bar.set_message(format!("{done} articles, {:.0}/s", done as f64 / bar.elapsed().as_secs_f64().max(0.1)));
        };
        let mut results = Box::pin(client.import("/v1/articles/bulk", lines).await?);
        let mut broken = None;
        while let Some(result) = results.next().await {
            match result {
                Ok(result) => {
                    // Those before it that could not be sent have no result.
                    while let Some(Some(sent)) = awaiting.recv().await {
                        let was_sent = sent.fault.is_none();
                        report(sent, Some(&result));
                        if was_sent {
                            break;
                        }
                    }
                }
                Err(error) => broken = Some(error),
            }
        }
        drop(results);
        let (mut all_sent, mut all_answered) = (false, true);
        while let Some(sent) = awaiting.recv().await {
            match sent {
                Some(sent) if sent.fault.is_some() => report(sent, None),
                Some(_) => all_answered = false,
                None => all_sent = true,
            }
        }
        bar.finish_and_clear();
        if let Some(error) = broken {
            eprintln!("the service went away: {error}");
        }
        if all_sent && all_answered {
            return Ok(tally);
        }
        Err(CliError::Refused(format!(
            "the import was cut off after {} articles: run the same command again to go on from there",
            tally.stored + tally.known
        )))
    }

    /// Reads all files, as fast as they are taken, each article with the number of bytes read until then.
    fn read_into(&self, to_send: &mpsc::Sender<(Found, u64)>, files: &[PathBuf]) {
        let mut before = 0;
        for file in files {
            let read = Rc::new(Cell::new(0));
            for found in self.articles(file, &read) {
                if to_send.blocking_send((found, before + read.get())).is_err() {
                    return;
                }
            }
            before += fs::metadata(file).map_or(0, |metadata| metadata.len());
        }
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
                return Err(CliError::File { path: path.display().to_string(), source: io::ErrorKind::NotFound.into() });
            }
        }
        Ok(files)
    }

    /// The articles of a file; `read` counts its bytes as they are read.
    fn articles(&self, path: &Path, read: &Rc<Cell<u64>>) -> Box<dyn Iterator<Item = Found> + '_> {
        let place = path.display().to_string();
        let one = |result: Result<Value, String>| -> Box<dyn Iterator<Item = Found>> {
            Box::new(std::iter::once((place.clone(), result.map(line))))
        };
        match extension(path).as_str() {
            "json" => {
                match text(path).and_then(|text| serde_json::from_str(&text).map_err(|error| format!("is not JSON: {error}"))) {
                    Ok(Value::Array(articles)) => Box::new(
                        articles.into_iter().enumerate().map(move |(at, article)| (format!("{place}[{at}]"), Ok(line(article)))),
                    ),
                    other => one(other),
                }
            }
            "ndjson" | "jsonl" => match File::open(path) {
                Ok(file) => {
                    let file = Counted { file, read: read.clone() };
                    let plain: Box<dyn Read> =
                        if is_compressed(path) { Box::new(MultiGzDecoder::new(BufReader::new(file))) } else { Box::new(file) };
                    Box::new(lines(place, BufReader::with_capacity(1 << 16, plain)))
                }
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
        article.insert(field.to_owned(), Value::String(text(path)?));
        Ok(Value::Object(article))
    }
}

#[derive(Default)]
struct Tally {
    stored: u64,
    known: u64,
    failed: u64,
}

/// An article on a line of its own.
fn line(article: Value) -> Vec<u8> {
    format!("{article}\n").into_bytes()
}

/// The lines that are not blank. What is no JSON is told here, with its place; all else the service checks.
fn lines(place: String, mut reader: impl BufRead) -> impl Iterator<Item = Found> {
    let mut number = 0;
    let mut broken = false;
    std::iter::from_fn(move || {
        while !broken {
            let mut line = Vec::new();
            number += 1;
            match reader.read_until(b'\n', &mut line) {
                Ok(0) => return None,
                Ok(_) => {}
                Err(error) => {
                    broken = true;
                    return Some((format!("{place}:{number}"), Err(error.to_string())));
                }
            }
            if number == 1 && line.starts_with(b"\xef\xbb\xbf") {
                line.drain(..3);
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            if !line.ends_with(b"\n") {
                line.push(b'\n');
            }
            let is_json = serde_json::from_slice::<IgnoredAny>(&line).map_err(|error| format!("is not JSON: {error}"));
            return Some((format!("{place}:{number}"), is_json.map(|_| line)));
        }
        None
    })
}

/// A file that counts what is read of it.
struct Counted {
    file: File,
    read: Rc<Cell<u64>>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.read.set(self.read.get() + read as u64);
        Ok(read)
    }
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

/// In small letters; of `news.ndjson.gz` it is `ndjson`.
fn extension(path: &Path) -> String {
    let path = if is_compressed(path) { path.with_extension("") } else { path.to_owned() };
    path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}

fn is_compressed(path: &Path) -> bool {
    let is_gz = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
    let inner = path.with_extension("");
    is_gz && inner.extension().is_some_and(|inner| ["ndjson", "jsonl"].iter().any(|known| inner.eq_ignore_ascii_case(known)))
}

fn text(path: &Path) -> Result<String, String> {
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
