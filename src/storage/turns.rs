//! One change at a time of one thing, on whatever instance.

use sha2::{Digest, Sha256};
use sqlx::{Postgres, Transaction};
use tokio::sync::OwnedSemaphorePermit;
use uuid::Uuid;

use super::{StorageError, Store};
use crate::domain::WorkspaceId;

/// Changes of this process that wait or go on at once. Each holds a connection and needs another one: if they could hold all, nobody
/// would get a second one.
pub(super) const MOST: usize = 4;

/// Ends when it is dropped.
#[derive(Debug)]
pub struct Turn {
    /// Rolled back, which frees the advisory lock that it holds.
    _lock: Transaction<'static, Postgres>,
    _permit: OwnedSemaphorePermit,
}

impl Store {
    /// Waits until nobody else has a turn with what the id names.
    pub async fn turn(&self, workspace: WorkspaceId, what: Uuid) -> Result<Turn, StorageError> {
        let permit = self.turns.clone().acquire_owned().await.map_err(|_| StorageError::Unavailable(sqlx::Error::PoolClosed))?;
        let mut lock = self.pool().begin().await?;
        let digest = Sha256::new().chain_update("crossclaim turn").chain_update(workspace.0).chain_update(what).finalize();
        let (key, _) = digest.split_first_chunk().expect("a SHA-256 digest has 32 bytes");
        sqlx::query!("select pg_advisory_xact_lock($1)", i64::from_be_bytes(*key)).execute(&mut *lock).await?;
        Ok(Turn { _lock: lock, _permit: permit })
    }
}
