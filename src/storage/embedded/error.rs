//! Why there is no embedded server, in words that say what to do about it.

use std::{
    io,
    path::{Path, PathBuf},
    process::ExitStatus,
};

#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    #[error(
        "found no PostgreSQL server binaries (postgres, initdb) of version {minimum} or newer. Install them (Debian, Ubuntu: \
         apt-get install postgresql; Fedora: dnf install postgresql-server; macOS: brew install postgresql@17), name their \
         directory in CROSSCLAIM_PG_BIN, or set DATABASE_URL to use a database of your own"
    )]
    NoBinaries { minimum: u32 },
    #[error("CROSSCLAIM_PG_BIN: {} holds no PostgreSQL server binaries (postgres, initdb) of version {minimum} or newer", .directory.display())]
    NotBinaries { directory: PathBuf, minimum: u32 },
    #[error(
        "the database was made by PostgreSQL {made_by}, of which no server binaries are found. Install that version, name its \
         directory in CROSSCLAIM_PG_BIN, or move the database on with pg_upgrade"
    )]
    OtherVersion { made_by: u32 },
    #[error(
        "PostgreSQL does not run as root, and there is no account postgres or nobody to run it as. Start crossclaim as an ordinary user"
    )]
    NoAccount,
    #[error(
        "account {account} cannot reach {}: a directory above it is closed to others, as /root is. Choose another one with \
         CROSSCLAIM_DATA_DIR, or start crossclaim as an ordinary user", .directory.display()
    )]
    Unreachable { account: String, directory: PathBuf },
    #[error("{} is in use by another crossclaim. Stop that one, or give this one a directory of its own in CROSSCLAIM_DATA_DIR", .directory.display())]
    InUse { directory: PathBuf },
    #[error(
        "{} belongs to user id {owner}, and the server would run as {account}. Start crossclaim as the user who made it, or \
         choose another directory with CROSSCLAIM_DATA_DIR", .directory.display()
    )]
    OtherOwner { directory: PathBuf, owner: u32, account: String },
    #[error("no path for the database's socket is short enough (107 bytes). Choose a shorter CROSSCLAIM_DATA_DIR")]
    SocketPathTooLong,
    #[error("{} exists already and is not a directory that belongs to account {account} alone. Remove it", .directory.display())]
    ForeignSocketDirectory { directory: PathBuf, account: String },
    #[error("a PostgreSQL server (process {pid}) still runs in {} and does not stop. Stop it and try again", .directory.display())]
    StillRunning { pid: i32, directory: PathBuf },
    #[error("initdb failed: {output}")]
    Initdb { output: String },
    #[error("PostgreSQL did not start ({status}): {log}")]
    Exited { status: ExitStatus, log: String },
    #[error("PostgreSQL was not ready within {seconds} s: {log}")]
    NotReady { seconds: u64, log: String },
    #[error("cannot {action} {subject}: {source}")]
    Io { action: &'static str, subject: String, source: io::Error },
}

impl EmbeddedError {
    pub(super) fn io(action: &'static str, subject: impl Into<String>, source: io::Error) -> Self {
        Self::Io { action, subject: subject.into(), source }
    }
}

/// Says which file could not be had, which `std::io::Error` leaves out.
pub(super) trait AtPath<T> {
    fn at(self, action: &'static str, path: &Path) -> Result<T, EmbeddedError>;
}

impl<T, E: Into<io::Error>> AtPath<T> for Result<T, E> {
    fn at(self, action: &'static str, path: &Path) -> Result<T, EmbeddedError> {
        self.map_err(|source| EmbeddedError::io(action, path.display().to_string(), source.into()))
    }
}
