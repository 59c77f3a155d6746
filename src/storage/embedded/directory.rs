//! The data directory: who may use it, what lies in it, and what a killed server leaves behind.
//!
//! ```text
//! <data_dir>/lock           held while a service uses the directory
//! <data_dir>/pg             the database cluster
//! <data_dir>/pg.new-…       a cluster being made; left over if that was interrupted
//! <data_dir>/run            the socket (elsewhere if this path is too long for one)
//! <data_dir>/postgres.log   what the server says, from its last start on
//! ```

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use nix::{
    errno::Errno,
    fcntl::{Flock, FlockArg},
    sys::signal::{self, Signal},
    unistd::Pid,
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    account::Account,
    binaries::Binaries,
    error::{AtPath, EmbeddedError},
    server,
};

const UNFINISHED: &str = "pg.new-";

pub(super) struct Directory {
    root: PathBuf,
    socket_dir: PathBuf,
    _lock: Flock<File>,
}

impl Directory {
    /// How long a server that lost its service may take to shut down.
    const ORPHAN_PATIENCE: Duration = Duration::from_secs(30);

    /// Creates what is missing, and takes the directory for this service alone.
    pub(super) fn open(path: &Path, account: &Account) -> Result<Self, EmbeddedError> {
        fs::create_dir_all(path).at("create", path)?;
        // Running servers are recognised by their working directory, which has no symlinks in it.
        let root = path.canonicalize().at("use", path)?;
        let lock = lock(&root)?;
        let socket_dir = prepare_socket_dir(&root, account)?;
        let directory = Self { root, socket_dir, _lock: lock };
        let cluster = directory.cluster();
        if directory.major_version()?.is_some() {
            let owner = fs::metadata(&cluster).at("look at", &cluster)?.uid();
            if owner != account.uid().as_raw() {
                return Err(EmbeddedError::OtherOwner { directory: cluster, owner, account: account.name() });
            }
        }
        make_private(&cluster, account)?;
        Ok(directory)
    }

    pub(super) fn cluster(&self) -> PathBuf {
        self.root.join("pg")
    }

    pub(super) fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }

    /// Of the PostgreSQL that made the cluster; `None` before there is one.
    pub(super) fn major_version(&self) -> Result<Option<u32>, EmbeddedError> {
        let path = self.cluster().join("PG_VERSION");
        match fs::read_to_string(&path) {
            Ok(version) => Ok(version.trim().parse().ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).at("read", &path),
        }
    }

    /// Finds out before `initdb` does, whose "Permission denied" names neither the account nor the directory.
    pub(super) fn check_reachable(&self, account: &Account, binaries: &Binaries) -> Result<(), EmbeddedError> {
        for directory in [&self.cluster(), &self.socket_dir] {
            match account.command(&binaries.postgres(), directory).arg("--version").output() {
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                    return Err(EmbeddedError::Unreachable { account: account.name(), directory: directory.clone() });
                }
                outcome => outcome.at("run a program in", directory)?,
            };
        }
        Ok(())
    }

    /// Makes the cluster, if there is none. `initdb` works aside and its result is renamed: it writes PG_VERSION first, so
    /// that a directory it was killed in looks ready and is not.
    pub(super) fn initialise(&self, account: &Account, binaries: &Binaries, throwaway: bool) -> Result<(), EmbeddedError> {
        self.remove_unfinished_clusters()?;
        if self.major_version()?.is_some() {
            return Ok(());
        }
        let cluster = self.cluster();
        // A name of its own: an `initdb` whose service was killed empties its directory as it goes, perhaps only now.
        let new = self.root.join(format!("{UNFINISHED}{}", Uuid::now_v7()));
        make_private(&new, account)?;
        let output = account
            .command(&binaries.initdb(), &self.socket_dir)
            .arg("--pgdata")
            .arg(&new)
            .args(["--username", server::SUPERUSER, "--encoding=UTF8", "--locale", server::LOCALE])
            // Nobody but this account (and root) reaches the socket.
            .arg("--auth=trust")
            .args(["--data-checksums", "--no-sync"])
            .output()
            .at("run", &binaries.initdb())?;
        if !output.status.success() {
            let output = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            return Err(EmbeddedError::Initdb { output });
        }
        if !throwaway {
            sync(&new)?;
        }
        fs::remove_dir(&cluster).at("replace", &cluster)?;
        fs::rename(&new, &cluster).at("create", &cluster)?;
        if !throwaway {
            sync(&self.root)?;
        }
        tracing::info!(directory = %cluster.display(), "made a new database");
        Ok(())
    }

    fn remove_unfinished_clusters(&self) -> Result<(), EmbeddedError> {
        for entry in fs::read_dir(&self.root).at("read", &self.root)?.flatten() {
            if entry.file_name().to_string_lossy().starts_with(UNFINISHED)
                && let Err(error) = fs::remove_dir_all(entry.path())
            {
                tracing::warn!(directory = %entry.path().display(), %error, "cannot remove an unfinished database; next time");
            }
        }
        Ok(())
    }

    /// Removes what a server that was killed leaves behind, and waits for one that is still shutting down.
    ///
    /// Postgres itself only asks whether the process of its pid file exists, which a zombie or an unrelated process with
    /// that number answers as well; then it refuses to start. We hold the directory's lock, so that no other service can
    /// be starting a server here.
    pub(super) fn clear_stale_locks(&self) -> Result<(), EmbeddedError> {
        let cluster = self.cluster();
        let pid_file = cluster.join("postmaster.pid");
        let patience = Instant::now();
        while let Some(pid) = first_line(&pid_file).and_then(|line| line.parse().ok()).filter(|&pid| runs_in(pid, &cluster)) {
            if patience.elapsed() > Self::ORPHAN_PATIENCE {
                return Err(EmbeddedError::StillRunning { pid, directory: cluster });
            }
            tracing::warn!(pid, "a server without a service is still running; waiting for it to shut down");
            let _ = signal::kill(Pid::from_raw(pid), Signal::SIGINT);
            thread::sleep(Duration::from_millis(100));
        }
        remove_if_there(&pid_file)?;
        // The socket has a lock file of its own with the same check.
        let socket = self.socket_dir.join(socket_name());
        remove_if_there(&socket.with_added_extension("lock"))?;
        remove_if_there(&socket)
    }

    /// A new log for a new start of the service; restarts after a crash go on in it.
    pub(super) fn start_log(&self) -> Result<(), EmbeddedError> {
        let path = self.log_path();
        File::create(&path).at("create", &path)?;
        Ok(())
    }

    pub(super) fn append_to_log(&self) -> Result<File, EmbeddedError> {
        let path = self.log_path();
        OpenOptions::new().create(true).append(true).open(&path).at("write", &path)
    }

    /// The last lines the server wrote, for an error message.
    pub(super) fn end_of_log(&self) -> String {
        const LINES: usize = 8;
        let log = fs::read(self.log_path()).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(LINES)..].join("\n")
    }

    fn log_path(&self) -> PathBuf {
        self.root.join("postgres.log")
    }
}

/// The kernel frees it when this process ends, however it ends. A child that a killed service had just forked holds it for a
/// moment longer, and a service that is being restarted for as long as it takes to stop: both are worth a short wait.
fn lock(root: &Path) -> Result<Flock<File>, EmbeddedError> {
    const PATIENCE: Duration = Duration::from_secs(2);
    let path = root.join("lock");
    let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).at("open", &path)?;
    let asked = Instant::now();
    loop {
        file = match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(lock) => return Ok(lock),
            Err((file, Errno::EWOULDBLOCK)) if asked.elapsed() < PATIENCE => file,
            Err((_, Errno::EWOULDBLOCK)) => return Err(EmbeddedError::InUse { directory: root.to_owned() }),
            Err((_, other)) => return Err(other).at("lock", &path),
        };
        thread::sleep(Duration::from_millis(50));
    }
}

/// Where the server of a data directory can be talked to.
pub(super) fn socket_dir(path: &Path, account: &Account) -> Result<PathBuf, EmbeddedError> {
    prepare_socket_dir(&path.canonicalize().at("use", path)?, account)
}

fn socket_name() -> String {
    format!(".s.PGSQL.{}", server::PORT)
}

/// `run` in the data directory, or a directory for temporary files where that path is too long for a socket.
fn prepare_socket_dir(root: &Path, account: &Account) -> Result<PathBuf, EmbeddedError> {
    /// `sun_path` of the smaller systems, less its final zero byte: 104 bytes on macOS and the BSDs, 108 on Linux.
    const MOST_BYTES: usize = if cfg!(target_os = "linux") { 107 } else { 103 };
    let fits = |directory: &PathBuf| directory.join(socket_name()).as_os_str().len() <= MOST_BYTES;

    let beside = root.join("run");
    if fits(&beside) {
        make_private(&beside, account)?;
        return Ok(beside);
    }
    // The same data directory gets the same name again, so that a stale socket is found and cleared there too.
    let digest = Sha256::digest(root.as_os_str().as_encoded_bytes());
    let name: String = digest.iter().take(8).fold("crossclaim-".to_owned(), |name, byte| format!("{name}{byte:02x}"));
    let elsewhere = [std::env::temp_dir(), PathBuf::from("/tmp")].map(|parent| parent.join(&name)).into_iter().find(fits);
    let elsewhere = elsewhere.ok_or(EmbeddedError::SocketPathTooLong)?;
    // Anybody may have put something there before us: a link, or a directory of their own.
    match fs::create_dir(&elsewhere) {
        Ok(()) => make_private(&elsewhere, account)?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let found = fs::symlink_metadata(&elsewhere).at("look at", &elsewhere)?;
            if !found.is_dir() || found.uid() != account.uid().as_raw() || found.mode() & 0o077 != 0 {
                return Err(EmbeddedError::ForeignSocketDirectory { directory: elsewhere, account: account.name() });
            }
        }
        Err(error) => return Err(error).at("create", &elsewhere),
    }
    Ok(elsewhere)
}

/// A directory that the server's account owns and nobody else may enter.
fn make_private(path: &Path, account: &Account) -> Result<(), EmbeddedError> {
    fs::create_dir_all(path).at("create", path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700)).at("close", path)?;
    account.own(path)
}

fn remove_if_there(path: &Path) -> Result<(), EmbeddedError> {
    match fs::remove_file(path) {
        Ok(()) => {
            tracing::warn!(file = %path.display(), "removed what a killed server left behind");
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).at("remove", path),
    }
}

fn first_line(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok()?.lines().next().map(|line| line.trim().to_owned())
}

/// True if the process is a server on this cluster: it stands in its directory. Dead and unrelated processes do not.
#[cfg(target_os = "linux")]
fn runs_in(pid: i32, cluster: &Path) -> bool {
    let process = PathBuf::from(format!("/proc/{pid}"));
    match fs::read_link(process.join("cwd")) {
        Ok(directory) => directory == cluster,
        // It is gone or a zombie, whose command line is empty; or it is another account's, and this one may not look (root
        // in a container may not either), but everybody may read how it was called.
        Err(_) => {
            let command = fs::read(process.join("cmdline")).unwrap_or_default();
            command.split(|&byte| byte == 0).any(|argument| argument == cluster.as_os_str().as_encoded_bytes())
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn runs_in(pid: i32, cluster: &Path) -> bool {
    let ps = std::process::Command::new("ps").args(["-o", "command=", "-p", &pid.to_string()]).output();
    ps.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(&*cluster.to_string_lossy()))
}

/// To disk with everything just written: `initdb`'s own way is one `fsync` per file, about a thousand of them.
#[cfg(target_os = "linux")]
fn sync(directory: &Path) -> Result<(), EmbeddedError> {
    let handle = File::open(directory).at("open", directory)?;
    nix::unistd::syncfs(handle).at("sync", directory)
}

#[cfg(not(target_os = "linux"))]
fn sync(_directory: &Path) -> Result<(), EmbeddedError> {
    nix::unistd::sync();
    Ok(())
}
