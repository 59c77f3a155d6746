//! `backup` and `restore`: one file there, one file back, and a recount on both sides, so that what is kept is known to be whole.

use std::{io::Write, path::PathBuf, process::ExitCode};

use clap::Args;
use sqlx::postgres::PgConnectOptions;

use super::{
    CliError,
    fsck::{self, DAMAGED},
    serve,
};
use crate::{
    config::Database,
    storage::{Archive, Header, Store},
};

#[derive(Args)]
pub(super) struct Backup {
    /// The file to write. It holds everything but the key for secrets, and only its owner may read it
    file: PathBuf,
    /// Write it even though what is stored contradicts itself
    #[arg(long)]
    even_damaged: bool,
    #[command(flatten)]
    database: Database,
}

#[derive(Args)]
pub(super) struct Restore {
    /// A file that `backup` wrote, by this version or an earlier one
    file: PathBuf,
    #[command(flatten)]
    database: Database,
}

impl Backup {
    pub(super) fn run(&self) -> Result<ExitCode, CliError> {
        serve::with_database(&self.database, async |options| {
            let findings = fsck::recount(options.clone(), |_| true, |finding| fsck::print(finding, false)).await?;
            if findings > 0 && !self.even_damaged {
                writeln!(std::io::stderr(), "no backup was written; --even-damaged writes one all the same")?;
                return Ok(DAMAGED.into());
            }
            let header = archive(&self.database, options).dump(&self.file).await?;
            told(&self.file, &header)?;
            Ok(ExitCode::SUCCESS)
        })
    }
}

impl Restore {
    pub(super) fn run(&self) -> Result<ExitCode, CliError> {
        serve::with_database(&self.database, async |options| {
            let header = archive(&self.database, options.clone()).restore(&self.file).await?;
            // By an earlier version: brought up to date, as a service would.
            Store::connect(options.clone()).await?.close().await;
            let findings = fsck::recount(options, |_| true, |finding| fsck::print(finding, false)).await?;
            told(&self.file, &header)?;
            Ok(if findings == 0 { ExitCode::SUCCESS } else { DAMAGED.into() })
        })
    }
}

fn archive(config: &Database, options: PgConnectOptions) -> Archive {
    Archive { options, password: config.password(), bin_dir: config.pg_bin.clone() }
}

fn told(file: &std::path::Path, header: &Header) -> Result<(), CliError> {
    let Header { program, schema, postgres, made_at, sha256 } = header;
    Ok(writeln!(
        std::io::stdout(),
        "{}: made {}, version {program}, schema {schema}, Postgres {postgres}, SHA-256 {sha256}",
        file.display(),
        made_at.format("%F %T UTC"),
    )?)
}
