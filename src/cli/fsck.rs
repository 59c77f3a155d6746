//! `fsck`: the rules of `storage` over a whole database, a line a finding. Reads alone, beside a service or without one.

use std::{io::Write, process::ExitCode};

use clap::Args;
use sqlx::postgres::PgConnectOptions;

use super::{CliError, serve};
use crate::{
    config::Database,
    storage::{Finding, Store},
};

/// Unlike the 1 of a command that failed: it worked, and what it looked at is damaged.
pub(super) const DAMAGED: u8 = 3;

#[derive(Args)]
pub(super) struct Fsck {
    /// Print each finding as a JSON object: rule, workspace, subject, found
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Database,
}

impl Fsck {
    pub(super) fn run(&self) -> Result<ExitCode, CliError> {
        serve::with_database(&self.database, async |options| {
            let findings = recount(options, |_| true, |finding| print(finding, self.json)).await?;
            Ok(if findings == 0 { ExitCode::SUCCESS } else { DAMAGED.into() })
        })
    }
}

pub(super) fn print(finding: &Finding, json: bool) -> std::io::Result<()> {
    let Finding { rule, subject, found, workspace_id } = finding;
    let mut out = std::io::stdout().lock();
    match json {
        true => writeln!(out, "{}", serde_json::to_string(finding)?),
        false => writeln!(out, "{rule}: {subject}: {found} (workspace {workspace_id})"),
    }
}

/// The number of findings, each of which is printed. Tells on standard error what was looked at.
pub(super) async fn recount(
    options: PgConnectOptions,
    wanted: impl Fn(&str) -> bool,
    mut print: impl FnMut(&Finding) -> std::io::Result<()>,
) -> Result<usize, CliError> {
    let store = open(options).await?;
    let (mut findings, mut printed) = (0, Ok(()));
    let rules = store
        .fsck(wanted, |finding| {
            findings += 1;
            if printed.is_ok() {
                printed = print(&finding);
            }
        })
        .await?;
    store.close().await;
    printed?;
    match findings {
        0 => writeln!(std::io::stderr(), "{rules} rules hold")?,
        _ => writeln!(std::io::stderr(), "{findings} findings by {rules} rules")?,
    }
    Ok(findings)
}

/// The database as it is, without migrating it.
pub(super) async fn open(options: PgConnectOptions) -> Result<Store, CliError> {
    Store::open_as_it_is(options).await?.ok_or_else(|| {
        CliError::Refused(
            "the database is of another version than this program, or empty: `crossclaim serve` brings it up to date".to_owned(),
        )
    })
}
