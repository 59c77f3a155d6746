//! The account the server runs as: our own, except that PostgreSQL refuses to run as root.

use std::{os::unix::process::CommandExt, path::Path, process::Command};

use nix::unistd::{self, Uid, User};

use super::error::{AtPath, EmbeddedError};

pub(super) struct Account {
    /// `None`: the one this process runs as.
    other: Option<User>,
}

impl Account {
    pub(super) fn of_server() -> Result<Self, EmbeddedError> {
        if !unistd::geteuid().is_root() {
            return Ok(Self { other: None });
        }
        let other = ["postgres", "nobody"].into_iter().find_map(|name| User::from_name(name).ok().flatten());
        match other {
            Some(user) => Ok(Self { other: Some(user) }),
            None => Err(EmbeddedError::NoAccount),
        }
    }

    pub(super) fn uid(&self) -> Uid {
        self.other.as_ref().map_or_else(unistd::geteuid, |user| user.uid)
    }

    pub(super) fn name(&self) -> String {
        match &self.other {
            Some(user) => user.name.clone(),
            None => User::from_uid(self.uid()).ok().flatten().map_or_else(|| self.uid().to_string(), |user| user.name),
        }
    }

    /// A command that runs as this account, in `directory`, and no longer than the thread that starts it. It sees nothing of
    /// the user's environment: PGDATA, PGPORT and their like speak of other servers.
    pub(super) fn command(&self, program: &Path, directory: &Path) -> Command {
        let mut command = Command::new(program);
        if let Some(user) = &self.other {
            // Drops the supplementary groups as well.
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
        }
        command
            .current_dir(directory)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("LC_ALL", super::server::LOCALE)
            .env("TZ", "UTC");
        tie_to_this_thread(&mut command);
        command
    }

    /// Hands a file or directory over to this account.
    pub(super) fn own(&self, path: &Path) -> Result<(), EmbeddedError> {
        match &self.other {
            Some(user) => unistd::chown(path, Some(user.uid), Some(user.gid)).at("hand over", path),
            None => Ok(()),
        }
    }
}

/// Has a child shut down by itself when the thread that starts it is gone, even if that was killed; and keeps the terminal's
/// Ctrl-C from it, which is for the service: its server must outlive its last request.
fn tie_to_this_thread(command: &mut Command) {
    let parent = unistd::getpid();
    let tie = move || {
        unistd::setsid()?;
        // A change of account would clear it, but `pre_exec` comes after that.
        #[cfg(target_os = "linux")]
        nix::sys::prctl::set_pdeathsig(nix::sys::signal::Signal::SIGINT)?;
        // If the parent died before the line above, no signal will come.
        if unistd::getppid() != parent {
            return Err(nix::errno::Errno::ESRCH.into());
        }
        Ok(())
    };
    // SAFETY: between fork and exec only what is safe in a signal handler is allowed. These are three system calls, without
    // allocation or locks.
    #[allow(unsafe_code)]
    unsafe {
        command.pre_exec(tie);
    }
}
