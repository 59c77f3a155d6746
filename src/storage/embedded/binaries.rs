//! The server binaries of this machine.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{account::Account, error::EmbeddedError};

pub(super) struct Binaries {
    directory: PathBuf,
    major: u32,
}

impl Binaries {
    /// The oldest version that knows everything the migrations use.
    const MINIMUM: u32 = 14;

    /// Those of version `wanted`, which made the database; the newest for a database yet to be made.
    pub(super) fn find(explicit: Option<&Path>, wanted: Option<u32>, account: &Account) -> Result<Self, EmbeddedError> {
        let directories = explicit.map_or_else(usual_directories, |directory| vec![directory.to_owned()]);
        let found: Vec<Self> = directories
            .into_iter()
            .filter_map(|directory| Some(Self { major: major_version(&directory, account)?, directory }))
            .filter(|binaries| binaries.major >= Self::MINIMUM)
            .collect();
        if found.is_empty() {
            return Err(match explicit {
                Some(directory) => EmbeddedError::NotBinaries { directory: directory.to_owned(), minimum: Self::MINIMUM },
                None => EmbeddedError::NoBinaries { minimum: Self::MINIMUM },
            });
        }
        found
            .into_iter()
            .filter(|binaries| wanted.is_none_or(|version| binaries.major == version))
            .max_by_key(|binaries| binaries.major)
            .ok_or(EmbeddedError::OtherVersion { made_by: wanted.unwrap_or_default() })
    }

    pub(super) fn postgres(&self) -> PathBuf {
        self.directory.join("postgres")
    }

    pub(super) fn initdb(&self) -> PathBuf {
        self.directory.join("initdb")
    }
}

/// One of the programs that speak to a server, of its own version if that is here: a newer one may write what it cannot read.
pub(super) fn client(explicit: Option<&Path>, name: &str, major: u32) -> PathBuf {
    let mut directories = explicit.map_or_else(usual_directories, |directory| vec![directory.to_owned()]);
    directories.retain(|directory| directory.join(name).is_file());
    let version = |directory: &PathBuf| Account::of_server().ok().and_then(|account| major_version(directory, &account));
    let own = directories.iter().find(|directory| version(directory) == Some(major));
    let newest = || directories.iter().max_by_key(|directory| version(directory));
    own.or_else(newest).map_or_else(|| PathBuf::from(name), |directory| directory.join(name))
}

/// Where packages put them (Debian, Fedora and the PGDG archive, Homebrew), and everything on the PATH.
fn usual_directories() -> Vec<PathBuf> {
    let packaged = [
        ("/usr/lib/postgresql", "", "bin"),
        ("/usr", "pgsql-", "bin"),
        ("/opt/homebrew/opt", "postgresql@", "bin"),
        ("/usr/local/opt", "postgresql@", "bin"),
    ];
    let mut directories: Vec<PathBuf> = packaged
        .into_iter()
        .flat_map(|(parent, prefix, below)| {
            let entries = fs::read_dir(parent).into_iter().flatten().flatten();
            entries
                .filter(move |entry| entry.file_name().to_string_lossy().starts_with(prefix))
                .map(move |entry| entry.path().join(below))
        })
        .collect();
    directories.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    directories.retain(|directory| directory.join("postgres").is_file() && directory.join("initdb").is_file());
    directories
}

/// 15 of "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)".
fn major_version(directory: &Path, account: &Account) -> Option<u32> {
    let output = account.command(&directory.join("postgres"), Path::new("/")).arg("--version").output().ok()?;
    let line = String::from_utf8(output.stdout).ok()?;
    let version = line.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
