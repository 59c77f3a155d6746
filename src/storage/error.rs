//! What can go wrong in storage, as far as a caller can act on it: Postgres's error codes in, five causes out.

#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    #[error("the database cannot be reached")]
    Unavailable(#[source] sqlx::Error),
    #[error("no database connection became free in time")]
    Overloaded(#[source] sqlx::Error),
    #[error("the database has no space left")]
    StorageFull(#[source] sqlx::Error),
    /// Serialisation failure, deadlock, lock or statement timeout: trying again may help.
    #[error("the transaction lost a race")]
    Contended(#[source] sqlx::Error),
    #[error(transparent)]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A defect of ours: the statement or a stored value is wrong.
    #[error("unexpected database error")]
    Internal(#[source] sqlx::Error),
}

impl StorageError {
    /// The database did not answer in time.
    #[must_use]
    pub fn silent() -> Self {
        Self::Unavailable(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()))
    }

    /// Whether the fault lies with the database's state and not with what was asked of it: later, the same may succeed.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Overloaded(_) | Self::StorageFull(_) | Self::Contended(_))
    }
}

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut => Self::Overloaded(error),
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                Self::Unavailable(error)
            }
            sqlx::Error::Database(answer) => match answer.code().as_deref() {
                // admin_shutdown, crash_shutdown, cannot_connect_now, and lost connections
                Some(code) if code.starts_with("08") || code.starts_with("57P0") => Self::Unavailable(error),
                // too_many_connections, idle_in_transaction_session_timeout
                Some("53300" | "25P03") => Self::Overloaded(error),
                // disk_full
                Some("53100") => Self::StorageFull(error),
                // serialization_failure, deadlock_detected, lock_not_available, query_canceled
                Some("40001" | "40P01" | "55P03" | "57014") => Self::Contended(error),
                _ => Self::Internal(error),
            },
            _ => Self::Internal(error),
        }
    }
}
