//! What can go wrong in storage, as far as a caller can act on it.

#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    #[error("the database cannot be reached")]
    Unavailable(#[source] sqlx::Error),
    #[error("no database connection became free in time")]
    Overloaded(#[source] sqlx::Error),
    #[error("the database has no space left")]
    StorageFull(#[source] sqlx::Error),
    /// Serialisation failure, deadlock or lock timeout: trying again may help.
    #[error("the transaction lost a race")]
    Contended(#[source] sqlx::Error),
    #[error(transparent)]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A defect of ours: the statement or a stored value is wrong.
    #[error("unexpected database error")]
    Internal(#[source] sqlx::Error),
}
