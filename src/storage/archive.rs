//! A whole database as one file, and back: a header line of ours, and behind it what `pg_dump` writes.
//!
//! The header says from where it is and what the rest has to hash to, so that a file that was cut short, or is of a later version, is
//! refused before anything is written. `tail -n +2` gives the dump itself, for `pg_restore`.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::{
    ConnectOptions, Connection,
    postgres::{PgConnectOptions, PgSslMode},
};

use super::{MIGRATIONS, embedded};
use crate::domain::clock;

const MAGIC: &str = "crossclaim-backup";
/// A header longer than this is none.
const LONGEST_HEADER: u64 = 4_096;

/// The first line of a backup, after its magic word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Version of the program.
    pub program: String,
    /// Number of the last migration.
    pub schema: i64,
    /// Major version of Postgres.
    pub postgres: u32,
    pub made_at: DateTime<Utc>,
    /// Of the bytes behind this line, in hexadecimal.
    pub sha256: String,
}

#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    #[error("{path}: {source}")]
    File { path: PathBuf, source: io::Error },
    #[error("cannot run {program}: {source}; set CROSSCLAIM_PG_BIN to the directory it is in")]
    NoProgram { program: PathBuf, source: io::Error },
    #[error("{program} failed ({status}): {said}")]
    Failed { program: PathBuf, status: ExitStatus, said: String },
    #[error("{0} exists already")]
    Exists(PathBuf),
    #[error("{0} is no backup of Crossclaim")]
    NoBackup(PathBuf),
    #[error("{0} is damaged: it was cut short or changed since it was made")]
    Damaged(PathBuf),
    #[error("the backup was made by version {program} with schema {theirs}; this program knows schemas up to {ours}")]
    Newer { program: String, theirs: i64, ours: i64 },
    #[error("the database is not empty, and nothing is overwritten: restore into an empty one")]
    NotEmpty,
    #[error("cannot use the database: {0}")]
    Database(#[from] sqlx::Error),
}

/// A database to dump or to restore into, and where its programs are.
pub struct Archive {
    pub options: PgConnectOptions,
    pub password: Option<String>,
    pub bin_dir: Option<PathBuf>,
}

impl Archive {
    /// Writes the database into a new file, which only its owner may read. What is written meanwhile is in it whole or not at all.
    pub async fn dump(&self, file: &Path) -> Result<Header, ArchiveError> {
        if file.exists() {
            return Err(ArchiveError::Exists(file.to_owned()));
        }
        let mut connection = self.options.connect().await?;
        let schema =
            sqlx::query_scalar("select max(version) from _sqlx_migrations where success").fetch_one(&mut connection).await?;
        let postgres = major_version(&mut connection).await?;
        connection.close().await?;
        let zeros = "0".repeat(64);
        let program = env!("CARGO_PKG_VERSION").to_owned();
        let mut header = Header { program, schema, postgres, made_at: clock::now(), sha256: zeros };

        // Under another name until it is whole.
        let unfinished = file.with_added_extension("unfinished");
        let at = |source| ArchiveError::File { path: unfinished.clone(), source };
        let mut out = private_file(&unfinished).map_err(at)?;
        let written = (|| {
            out.write_all(&header.line()).map_err(at)?;
            let mut command = self.command("pg_dump", postgres);
            let command = command.args(["--format=custom", "--no-owner", "--no-privileges"]);
            header.sha256 = run(command, |child| {
                let mut hashed = Hashed::new(&mut out);
                io::copy(child.stdout.as_mut().expect("it is piped"), &mut hashed)?;
                Ok(hashed.hex())
            })?;
            // Of the same length: only the digest changes.
            out.seek(SeekFrom::Start(0)).map_err(at)?;
            out.write_all(&header.line()).map_err(at)?;
            out.sync_all().map_err(at)?;
            fs::rename(&unfinished, file).map_err(at)
        })();
        if written.is_err() {
            let _ = fs::remove_file(&unfinished);
        }
        written.map(|()| header)
    }

    /// Reads a file into an empty database, all of it or nothing.
    pub async fn restore(&self, file: &Path) -> Result<Header, ArchiveError> {
        let header = check(file)?;
        let ours = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default();
        if header.schema > ours {
            return Err(ArchiveError::Newer { program: header.program, theirs: header.schema, ours });
        }
        let mut connection = self.options.connect().await?;
        let empty: bool =
            sqlx::query_scalar("select not exists (select from pg_class where relnamespace = 'public'::regnamespace)")
                .fetch_one(&mut connection)
                .await?;
        if !empty {
            return Err(ArchiveError::NotEmpty);
        }
        let postgres = major_version(&mut connection).await?;
        connection.close().await?;

        let at = |source| ArchiveError::File { path: file.to_owned(), source };
        let (_, mut dump) = open(file).map_err(at)?.ok_or_else(|| ArchiveError::NoBackup(file.to_owned()))?;
        let database = self.options.get_database().unwrap_or(self.options.get_username());
        let mut command = self.command("pg_restore", postgres);
        let command = command
            .args(["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"])
            .arg(format!("--dbname={database}"))
            .stdin(Stdio::piped());
        run(command, |child| {
            let mut input = child.stdin.take().expect("it is piped");
            io::copy(&mut dump, &mut input).map(drop)
        })?;
        // A dump holds no statistics, and the first start reads everything.
        let mut connection = self.options.connect().await?;
        sqlx::raw_sql("analyze").execute(&mut connection).await?;
        connection.close().await?;
        Ok(header)
    }

    /// A client program, told by its environment where to connect: arguments can be read by everybody on the machine.
    fn command(&self, name: &str, major: u32) -> Command {
        let options = &self.options;
        let mut command = Command::new(embedded::client_program(self.bin_dir.as_deref(), name, major));
        for (variable, _) in std::env::vars_os() {
            if variable.to_string_lossy().starts_with("PG") && variable != "PGSSLROOTCERT" {
                command.env_remove(variable);
            }
        }
        let host = options.get_socket().map_or_else(|| options.get_host().into(), |socket| socket.as_os_str().to_owned());
        let ssl_mode = match options.get_ssl_mode() {
            PgSslMode::Disable => "disable",
            PgSslMode::Allow => "allow",
            PgSslMode::Prefer => "prefer",
            PgSslMode::Require => "require",
            PgSslMode::VerifyCa => "verify-ca",
            PgSslMode::VerifyFull => "verify-full",
        };
        command
            .env("PGHOST", host)
            .env("PGPORT", options.get_port().to_string())
            .env("PGUSER", options.get_username())
            .env("PGDATABASE", options.get_database().unwrap_or(options.get_username()))
            .env("PGSSLMODE", ssl_mode)
            .arg("--no-password")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(password) = &self.password {
            command.env("PGPASSWORD", password);
        }
        command
    }
}

impl Header {
    fn line(&self) -> Vec<u8> {
        format!("{MAGIC} {}\n", serde_json::to_string(self).expect("a header is JSON")).into_bytes()
    }
}

async fn major_version(connection: &mut sqlx::PgConnection) -> Result<u32, sqlx::Error> {
    let number: i32 = sqlx::query_scalar("select current_setting('server_version_num')::integer").fetch_one(connection).await?;
    Ok(number.unsigned_abs() / 10_000)
}

/// The header of a file whose dump hashes to what it says.
fn check(file: &Path) -> Result<Header, ArchiveError> {
    let at = |source| ArchiveError::File { path: file.to_owned(), source };
    let (header, mut dump) = open(file).map_err(at)?.ok_or_else(|| ArchiveError::NoBackup(file.to_owned()))?;
    let mut hashed = Hashed::new(io::sink());
    io::copy(&mut dump, &mut hashed).map_err(at)?;
    if hashed.hex() != header.sha256 {
        return Err(ArchiveError::Damaged(file.to_owned()));
    }
    Ok(header)
}

/// The header, and a reader that stands behind it. `None` where there is no header.
fn open(file: &Path) -> io::Result<Option<(Header, BufReader<File>)>> {
    let mut reader = BufReader::new(File::open(file)?);
    let mut line = Vec::new();
    reader.by_ref().take(LONGEST_HEADER).read_until(b'\n', &mut line)?;
    let json = line.strip_prefix(MAGIC.as_bytes());
    Ok(json.and_then(|json| serde_json::from_slice(json).ok()).map(|header| (header, reader)))
}

fn private_file(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    File::options().write(true).create_new(true).mode(0o600).open(path)
}

/// Runs a program while `feed` speaks to it. What it complains of is the error.
fn run<T>(command: &mut Command, feed: impl FnOnce(&mut std::process::Child) -> io::Result<T>) -> Result<T, ArchiveError> {
    let program = PathBuf::from(command.get_program());
    let no_program = |source| ArchiveError::NoProgram { program: program.clone(), source };
    let mut child = command.spawn().map_err(no_program)?;
    let mut complaints = child.stderr.take().expect("it is piped");
    // Read beside, or a program with much to say would wait for us while we wait for it.
    let said = std::thread::spawn(move || {
        let mut said = Vec::new();
        let _ = complaints.read_to_end(&mut said);
        String::from_utf8_lossy(&said).trim().replace('\n', "; ")
    });
    let fed = feed(&mut child);
    let status = child.wait().map_err(no_program)?;
    let said = said.join().unwrap_or_default();
    match fed {
        _ if !status.success() => Err(ArchiveError::Failed { program, status, said }),
        Ok(result) => Ok(result),
        Err(source) => Err(ArchiveError::File { path: program, source }),
    }
}

/// Passes on what is written, and hashes it.
struct Hashed<W> {
    inner: W,
    digest: Sha256,
}

impl<W: Write> Hashed<W> {
    fn new(inner: W) -> Self {
        Self { inner, digest: Sha256::new() }
    }

    fn hex(self) -> String {
        self.digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.digest.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
