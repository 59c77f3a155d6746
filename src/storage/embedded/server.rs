//! The server process: started so that it cannot outlive us, watched, and stopped.

use std::{
    fs,
    process::{Child, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{self, Signal},
    unistd::Pid,
};

use super::{
    account::Account,
    binaries::Binaries,
    directory::Directory,
    error::{AtPath, EmbeddedError},
};

/// Only a part of the socket's name: the server listens on no network.
pub(super) const PORT: u16 = 5432;
pub(super) const SUPERUSER: &str = "crossclaim";
/// Sorts by code point, and knows upper and lower case of all scripts.
pub(super) const LOCALE: &str = if cfg!(target_os = "macos") { "en_US.UTF-8" } else { "C.UTF-8" };

const TICK: Duration = Duration::from_millis(10);
/// Crash recovery replays what was written since the last checkpoint, five minutes' worth at most.
const START_PATIENCE: Duration = Duration::from_secs(300);

#[derive(Debug)]
pub(super) struct Server {
    child: Child,
}

impl Server {
    /// Returns once it accepts connections. The calling thread must live as long as the server is wanted.
    pub(super) fn launch(
        account: &Account,
        binaries: &Binaries,
        directory: &Directory,
        throwaway: bool,
    ) -> Result<Self, EmbeddedError> {
        let log = directory.append_to_log()?;
        let mut command = account.command(&binaries.postgres(), &directory.cluster());
        command.arg("-D").arg(directory.cluster()).arg("-k").arg(directory.socket_dir());
        let mut set = |setting: &str| {
            command.args(["-c", setting]);
        };
        set("listen_addresses=");
        set("unix_socket_permissions=0700");
        set("logging_collector=off");
        set("log_checkpoints=off");
        if cfg!(target_os = "linux") {
            // Recovery after a crash takes 0.2 s instead of 3 s: one call instead of one for each file.
            set("recovery_init_sync_method=syncfs");
        }
        if throwaway {
            set("fsync=off");
            set("full_page_writes=off");
            // Many tests at a time, each with a pool of its own.
            set("max_connections=300");
        }
        command.stdin(Stdio::null()).stdout(log.try_clone().at("share", &directory.cluster())?).stderr(log);
        let child = command.spawn().at("run", &binaries.postgres())?;
        let mut server = Self { child };
        match server.await_ready(directory) {
            Ok(()) => Ok(server),
            Err(error) => {
                server.stop();
                Err(error)
            }
        }
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `None` while it runs.
    pub(super) fn exit_status(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Cuts connections off and shuts down cleanly; by force if that takes too long, from which the next start recovers.
    pub(super) fn stop(&mut self) {
        const MEANS: [(Signal, Duration); 3] = [
            (Signal::SIGINT, Duration::from_secs(30)),
            (Signal::SIGQUIT, Duration::from_secs(5)),
            (Signal::SIGKILL, Duration::from_secs(5)),
        ];
        for (signal, patience) in MEANS {
            if self.exit_status().is_some() {
                return;
            }
            // Its number cannot belong to another process yet: nobody has waited for it.
            let _ = signal::kill(Pid::from_raw(self.child.id().cast_signed()), signal);
            let asked = Instant::now();
            while asked.elapsed() < patience {
                if let Some(status) = self.exit_status() {
                    tracing::info!(%status, ?signal, "embedded Postgres has stopped");
                    return;
                }
                thread::sleep(TICK);
            }
        }
    }

    /// Its pid file says so itself, in the line after seven others, so that no connection has to be tried.
    fn await_ready(&mut self, directory: &Directory) -> Result<(), EmbeddedError> {
        let pid_file = directory.cluster().join("postmaster.pid");
        let pid = self.pid().to_string();
        let launched = Instant::now();
        while launched.elapsed() < START_PATIENCE {
            if let Some(status) = self.exit_status() {
                return Err(EmbeddedError::Exited { status, log: directory.end_of_log() });
            }
            let text = fs::read_to_string(&pid_file).unwrap_or_default();
            let mut lines = text.lines().map(str::trim);
            if lines.next() == Some(&pid) && lines.nth(6) == Some("ready") {
                return Ok(());
            }
            thread::sleep(TICK);
        }
        Err(EmbeddedError::NotReady { seconds: START_PATIENCE.as_secs(), log: directory.end_of_log() })
    }
}
