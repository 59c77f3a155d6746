//! `audit`: the log of what people decided, printed, and verified against the rows that it tells of.

use std::{io::Write, process::ExitCode, str::FromStr};

use clap::Subcommand;

use super::{
    CliError,
    fsck::{self, DAMAGED},
    serve,
};
use crate::{
    config::Database,
    storage::{AUDIT_CHAIN, AUDIT_SUBJECT},
};

const PAGE: i64 = 500;

#[derive(Subcommand)]
pub(super) enum Audit {
    /// Verify the chain, and that what it tells of stands as it tells. Prints the end of each chain; exits with 3 if anything is wrong
    Verify {
        /// The end of a chain, as an earlier run printed it: it must still be an entry. May be given many times
        #[arg(long = "end", value_name = "NUMBER:HASH")]
        ends: Vec<End>,
        #[command(flatten)]
        database: Database,
    },
    /// Print the log of a workspace, a JSON object an entry, oldest first
    Log {
        /// Name of the workspace
        #[arg(long, value_name = "NAME", default_value = "default")]
        workspace: String,
        #[command(flatten)]
        database: Database,
    },
}

/// An entry's number and hash.
#[derive(Clone)]
pub(super) struct End {
    sequence: i64,
    hash: String,
}

impl FromStr for End {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let entry = text.split_once(':').and_then(|(sequence, hash)| Some((sequence.parse().ok()?, hash)));
        match entry {
            Some((sequence, hash)) if hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                Ok(Self { sequence, hash: hash.to_ascii_lowercase() })
            }
            _ => Err("give a number and 64 hexadecimal digits, as `audit verify` prints them"),
        }
    }
}

impl Audit {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        match self {
            Self::Verify { ends, database } => serve::with_database(&database, async |options| {
                let of_the_log = |rule: &str| [AUDIT_CHAIN, AUDIT_SUBJECT].contains(&rule);
                let mut wrong = fsck::recount(options.clone(), of_the_log, |finding| fsck::print(finding, false)).await?;
                let store = fsck::open(options).await?;
                let mut out = std::io::stdout().lock();
                for End { sequence, hash } in &ends {
                    if !store.has_audit_entry(*sequence, hash).await? {
                        wrong += 1;
                        writeln!(out, "{AUDIT_CHAIN}: entry {sequence}: is not the one that was printed as {sequence}:{hash}")?;
                    }
                }
                for head in store.audit_heads().await? {
                    writeln!(out, "{}:{}  {}", head.sequence, head.hash, head.name)?;
                }
                store.close().await;
                Ok(if wrong == 0 { ExitCode::SUCCESS } else { DAMAGED.into() })
            }),
            Self::Log { workspace, database } => serve::with_database(&database, async |options| {
                let store = fsck::open(options).await?;
                let unknown =
                    || CliError::Refused(format!("there is no workspace {workspace:?}; `workspaces list` shows those there are"));
                let id = store.workspace_named(&workspace).await?.ok_or_else(unknown)?;
                let mut out = std::io::stdout().lock();
                let mut after = 0;
                loop {
                    let entries = store.audit_entries(id, after, PAGE).await?;
                    let Some(last) = entries.last() else { break };
                    after = last.sequence;
                    for entry in &entries {
                        writeln!(out, "{}", serde_json::to_string(entry).map_err(std::io::Error::from)?)?;
                    }
                }
                store.close().await;
                Ok(ExitCode::SUCCESS)
            }),
        }
    }
}
