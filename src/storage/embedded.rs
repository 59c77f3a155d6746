//! A private Postgres cluster, run from the server binaries found on the machine: a directory in, connect options out.
//!
//! The server listens on a Unix socket only, in a directory that nobody else may enter, and lives exactly as long as this
//! process: a thread of its own starts it, watches it, starts it again after a crash, and stops it at the end. Whatever
//! was killed last time, service or server or both, the next start recovers from it. Nothing is downloaded.

mod account;
mod binaries;
mod directory;
mod error;
mod server;

use std::{
    path::{Path, PathBuf},
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread::{self, JoinHandle},
    time::Duration,
};

use sqlx::postgres::{PgConnectOptions, PgSslMode};

use self::{account::Account, binaries::Binaries, directory::Directory, server::Server};
pub use error::EmbeddedError;

#[derive(Clone, Debug)]
pub struct Settings {
    /// Everything lies below it: the database, its socket, its log. Created where it is missing.
    pub data_dir: PathBuf,
    /// Where `postgres` and `initdb` are; `None` looks in the usual places.
    pub bin_dir: Option<PathBuf>,
    /// For tests: fast, and of no use after a power cut.
    pub throwaway: bool,
}

/// Where the database lies unless the user says otherwise: `/var/lib/crossclaim` for root, whose home the server's own
/// account could not enter, else `crossclaim` under the user's data directory.
#[must_use]
pub fn default_data_dir() -> PathBuf {
    if nix::unistd::geteuid().is_root() {
        return PathBuf::from("/var/lib/crossclaim");
    }
    let directory = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    directory("XDG_DATA_HOME")
        // The specification has relative paths ignored.
        .filter(|path| path.is_absolute())
        .or_else(|| directory("HOME").map(|home| home.join(".local/share")))
        .unwrap_or_else(std::env::temp_dir)
        .join("crossclaim")
}

/// The server that another process runs in this directory, for as long as that one does.
pub fn running_in(data_dir: &Path) -> Result<PgConnectOptions, EmbeddedError> {
    Ok(options(&directory::socket_dir(data_dir, &Account::of_server()?)?))
}

/// Where a program such as `pg_dump` is, for a server of this major version; its bare name if it can only be on the PATH.
pub(super) fn client_program(bin_dir: Option<&Path>, name: &str, major: u32) -> PathBuf {
    binaries::client(bin_dir, name, major)
}

/// Without the user's PGHOST, ~/.pgpass and the like, which speak of other servers.
fn options(socket_dir: &Path) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .socket(socket_dir)
        .port(server::PORT)
        .username(server::SUPERUSER)
        .database("postgres")
        .ssl_mode(PgSslMode::Disable)
}

/// A running server. Stops it when dropped.
#[derive(Debug)]
pub struct Embedded {
    options: PgConnectOptions,
    /// Dropping it tells the supervisor to stop.
    running: Option<Sender<()>>,
    supervisor: Option<JoinHandle<()>>,
}

impl Embedded {
    /// Returns once the server accepts connections. Blocks: about a second the first time, a tenth of one later.
    pub fn start(settings: &Settings) -> Result<Self, EmbeddedError> {
        let (running, stop) = mpsc::channel();
        let (report, started) = mpsc::channel();
        let settings = settings.clone();
        // The server is told to stop when the thread that started it ends (`server::launch`), so that thread must live as
        // long as the service does: it is the supervisor itself.
        let supervisor = thread::Builder::new()
            .name("postgres".into())
            .spawn(move || match Supervisor::start(&settings) {
                Ok(supervisor) => {
                    let socket_dir = supervisor.directory.socket_dir().to_owned();
                    if report.send(Ok(socket_dir)).is_ok() {
                        supervisor.watch(&stop);
                    }
                }
                Err(error) => {
                    let _ = report.send(Err(error));
                }
            })
            .map_err(|source| EmbeddedError::io("start a thread for", "postgres", source))?;
        let socket_dir = started.recv().expect("the supervisor reports before it ends")?;
        Ok(Self { options: options(&socket_dir), running: Some(running), supervisor: Some(supervisor) })
    }

    #[must_use]
    pub fn options(&self) -> PgConnectOptions {
        self.options.clone()
    }

    /// Returns once the server has shut down cleanly and its directory is free. Close the pools first: their statements
    /// are cut off.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        self.running.take();
        if let Some(supervisor) = self.supervisor.take() {
            // A panic of the supervisor has been printed already, and ends the server as well.
            let _ = supervisor.join();
        }
    }
}

struct Supervisor {
    account: Account,
    binaries: Binaries,
    directory: Directory,
    throwaway: bool,
    server: Server,
}

impl Supervisor {
    /// How often the server is looked after, and how soon a stop is noticed.
    const TICK: Duration = Duration::from_millis(50);
    /// At most this long between attempts to bring a crashed server back.
    const LONGEST_PAUSE: Duration = Duration::from_secs(5);

    fn start(settings: &Settings) -> Result<Self, EmbeddedError> {
        let account = Account::of_server()?;
        let directory = Directory::open(&settings.data_dir, &account)?;
        let binaries = Binaries::find(settings.bin_dir.as_deref(), directory.major_version()?, &account)?;
        directory.check_reachable(&account, &binaries)?;
        directory.initialise(&account, &binaries, settings.throwaway)?;
        directory.clear_stale_locks()?;
        directory.start_log()?;
        let server = Server::launch(&account, &binaries, &directory, settings.throwaway)?;
        tracing::info!(socket = %directory.socket_dir().display(), pid = server.pid(), "embedded Postgres is ready");
        Ok(Self { account, binaries, directory, throwaway: settings.throwaway, server })
    }

    /// Until told to stop: looks after the server, and brings it back when it has ended by itself.
    fn watch(mut self, stop: &Receiver<()>) {
        let mut pause = Self::TICK;
        while stop.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
            let Some(status) = self.server.exit_status() else { continue };
            tracing::error!(%status, log = %self.directory.end_of_log(), "embedded Postgres ended unexpectedly; starting it again");
            match self.restart() {
                Ok(server) => {
                    tracing::info!(pid = server.pid(), "embedded Postgres has recovered");
                    self.server = server;
                    pause = Self::TICK;
                }
                // Typically processes of the dead server that still hold its memory, or a full disk.
                Err(error) => {
                    pause = (pause * 2).min(Self::LONGEST_PAUSE);
                    tracing::error!(%error, ?pause, "embedded Postgres does not start; trying again");
                }
            }
        }
        self.server.stop();
    }

    fn restart(&self) -> Result<Server, EmbeddedError> {
        self.directory.clear_stale_locks()?;
        Server::launch(&self.account, &self.binaries, &self.directory, self.throwaway)
    }
}
