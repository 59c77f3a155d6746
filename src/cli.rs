//! The command line: one subcommand per use. Parses, dispatches, and turns an error into one line and an exit status.

mod audit;
mod backup;
mod check;
mod client;
mod eval;
mod explain;
mod filters;
mod fsck;
mod ingest;
mod keys;
mod samples;
mod secret_key;
mod serve;
mod transfer;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::{
    config::{ConfigError, Serve},
    pipeline::sandbox,
};

/// Cross-references the claims of news articles: who corroborates, who disputes, who only echoes, from how many origins.
#[derive(Parser)]
#[command(version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the service, with a private Postgres unless DATABASE_URL names one
    Serve(Serve),
    /// Run the service, load the sample articles if the database is empty, and show where to look
    Demo(Serve),
    /// Store articles from files or directories: .json, .ndjson, .txt and .html (with a .json beside them, or flags)
    Ingest(ingest::Ingest),
    /// Check a draft: its claims, and what is known of each. Stores nothing
    Check(check::Check),
    /// Explain a cluster: what each outlet does with the claim, from where it has it, and the words that show it
    Explain(explain::Explain),
    /// Measure reading, linking, relations and origins against hand-annotated articles and stories
    Eval(eval::Eval),
    /// Write a whole workspace into one file: articles with their texts, claims, clusters, decisions, history, watches and feeds
    Export(transfer::Export),
    /// Read a workspace from such a file into an empty workspace
    Import(transfer::Import),
    /// Make and list workspaces, each a newsroom's own
    #[command(subcommand)]
    Workspaces(keys::Workspaces),
    /// Make, list and revoke the keys of a workspace
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Recount everything stored and tell what contradicts itself. Changes nothing. Exits with 3 if anything is found
    Fsck(fsck::Fsck),
    /// Write everything stored into one file, beside a service or without one. Refuses if `fsck` finds anything
    Backup(backup::Backup),
    /// Read such a file into an empty database, bring it up to date and recount it
    Restore(backup::Restore),
    /// Read and verify the log of decisions, constraints, keys and withdrawals
    #[command(subcommand)]
    Audit(audit::Audit),
    /// For the service itself: parses documents from its standard input
    #[command(hide = true)]
    Parse,
    /// Print the API's description (OpenAPI 3.1)
    Openapi,
    /// List every setting with its current value
    Settings(Serve),
    /// Exit with 0 if the service is ready, with 1 if it is not
    Health(Serve),
    /// Filter: NDJSON {id, text, …} → the same with `cluster`, over all lines together
    Link,
    /// Filter: NDJSON {id, text} → {id, ranked: [ids of the corpus]}; with --explain why two texts are alike
    Match {
        /// NDJSON {id, text, title?}: what to look in
        #[arg(long, value_name = "FILE", required_unless_present = "explain")]
        corpus: Option<PathBuf>,
        /// Instead: NDJSON {id, a, b} → {id, similarity, decision, guards, readings}, where the readings add up to the log odds
        #[arg(long, conflicts_with = "corpus")]
        explain: bool,
        /// Ids in an answer at most
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// Filter: NDJSON {id, claim, headline or text} → {id, stance: corroborates | disputes | echoes | unclear}
    Stance,
    /// Filter: NDJSON {id, text} → {id, attributed, quotes: [{text, span in code points, speaker or null}]}
    Attribution,
    /// Filter: NDJSON {id, text} → {id, score: 0 to 1, claim: whether it is worth a check, reasons}
    Checkworthy,
}

/// What ends a command. Printed as one line, with what to do where we know it.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Telemetry(#[from] crate::telemetry::TelemetryError),
    #[error("cannot count what happens: {0}")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
    #[error("cannot listen on {address}: {source}")]
    Listen { address: std::net::SocketAddr, source: std::io::Error },
    #[error(transparent)]
    Embedder(#[from] crate::embedder::EmbedderError),
    #[error(transparent)]
    Embedded(#[from] crate::storage::embedded::EmbeddedError),
    #[error("DATABASE_URL cannot be read: {0}")]
    DatabaseUrl(sqlx::Error),
    #[error("cannot use the database: {}", with_cause(.0))]
    Storage(#[from] crate::storage::StorageError),
    #[error(transparent)]
    Pipeline(#[from] crate::pipeline::PipelineError),
    #[error(transparent)]
    Archive(#[from] crate::storage::ArchiveError),
    #[error("{path}: {source}")]
    File { path: String, source: std::io::Error },
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("the service does not answer: {0}")]
    Http(#[from] reqwest::Error),
    #[error("{0}")]
    Refused(String),
}

fn with_cause(error: &crate::storage::StorageError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error} ({source})"),
        None => error.to_string(),
    }
}

#[must_use]
pub fn main() -> ExitCode {
    if let Some(program) = sandbox::this_program() {
        sandbox::parse_with(program);
    }
    let result = match Cli::parse().command {
        Command::Serve(config) => serve::serve(&config),
        Command::Demo(config) => serve::demo(&config),
        Command::Ingest(ingest) => ingest.run(),
        Command::Check(check) => check.run(),
        Command::Explain(explain) => explain.run(),
        Command::Eval(eval) => eval.run(),
        Command::Export(export) => export.run(),
        Command::Import(import) => import.run(),
        Command::Workspaces(command) => command.run(),
        Command::Keys(command) => command.run(),
        Command::Fsck(fsck) => fsck.run(),
        Command::Backup(backup) => backup.run(),
        Command::Restore(restore) => restore.run(),
        Command::Audit(command) => command.run(),
        Command::Parse => sandbox::work().map(|()| ExitCode::SUCCESS).map_err(CliError::Io),
        Command::Openapi => openapi(),
        Command::Settings(config) => settings(&config),
        Command::Health(config) => client::health(&config),
        Command::Link => filters::link(),
        Command::Match { corpus: Some(corpus), limit, .. } => filters::retrieve(&corpus, limit),
        Command::Match { corpus: None, .. } => filters::explain(),
        Command::Stance => filters::stance(),
        Command::Attribution => filters::attribution(),
        Command::Checkworthy => filters::checkworthy(),
    };
    match result {
        Ok(code) => code,
        // The reader of our output has gone: nothing is wrong on our side.
        Err(CliError::Io(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("crossclaim: {error}");
            ExitCode::FAILURE
        }
    }
}

fn openapi() -> Result<ExitCode, CliError> {
    use std::io::Write;
    let document = crate::http::openapi().to_pretty_json().map_err(|error| CliError::Refused(error.to_string()))?;
    writeln!(std::io::stdout(), "{document}")?;
    Ok(ExitCode::SUCCESS)
}

fn settings(config: &Serve) -> Result<ExitCode, CliError> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    for setting in config.settings() {
        let value = setting.current.as_deref().unwrap_or("(not set)");
        let default = setting.default.map(|default| format!(" [default: {default}]")).unwrap_or_default();
        writeln!(out, "{}={value}\n    {}{default}", setting.name, setting.meaning)?;
    }
    config.check()?;
    Ok(ExitCode::SUCCESS)
}
