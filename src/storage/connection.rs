//! A connection for one use case, and a second chance for a transaction that lost a race.

use std::{
    hash::{BuildHasher, RandomState},
    ops::{Deref, DerefMut},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use sqlx::{PgConnection, PgPool, Postgres, pool::PoolConnection};

use super::StorageError;

/// A pooled connection that is counted while it is in use.
///
/// The pool reports a time-out both when all connections are busy and when none can be opened. The count tells the two
/// apart: an outage during which nothing is held is `Unavailable`, and only a full house is `Overloaded`.
pub(super) struct Connection {
    /// There until it is dropped.
    inner: Option<PoolConnection<Postgres>>,
    in_use: Arc<AtomicU32>,
}

/// Connections of one role.
#[derive(Clone, Debug)]
pub(super) struct Connections {
    pub pool: PgPool,
    in_use: Arc<AtomicU32>,
}

impl Connections {
    pub fn of(pool: PgPool) -> Self {
        Self { pool, in_use: Arc::default() }
    }

    pub async fn one(&self) -> Result<Connection, StorageError> {
        match self.pool.acquire().await {
            Ok(inner) => {
                self.in_use.fetch_add(1, Ordering::Relaxed);
                Ok(Connection { inner: Some(inner), in_use: Arc::clone(&self.in_use) })
            }
            Err(error @ sqlx::Error::PoolTimedOut)
                if self.in_use.load(Ordering::Relaxed) < self.pool.options().get_max_connections() =>
            {
                Err(StorageError::Unavailable(error))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// In use, and idle.
    pub fn count(&self) -> (u32, u32) {
        let idle = u32::try_from(self.pool.num_idle()).unwrap_or(u32::MAX);
        (self.pool.size().saturating_sub(idle), idle)
    }
}

impl Connection {
    /// Closes it: nobody gets it again.
    pub fn discard(mut self) {
        drop(self.inner.take().map(PoolConnection::detach));
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.in_use.fetch_sub(1, Ordering::Relaxed);
        // The pool tests what it is given back in a task of its own, and panics where no runtime is left to run it: when the process ends
        // over a request that hangs.
        if tokio::runtime::Handle::try_current().is_err() {
            drop(self.inner.take().map(PoolConnection::detach));
        }
    }
}

impl Deref for Connection {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.inner.as_ref().expect("it is not dropped yet")
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.inner.as_mut().expect("it is not dropped yet")
    }
}

/// How long work that nobody waits for gives the database. A statement may take five seconds; who has heard nothing for much longer speaks to
/// a peer that has gone without a word, which a connection notices by itself after a quarter of an hour.
pub const SILENCE: Duration = Duration::from_secs(30);

/// The answer of the database, or that it cannot be reached if it says nothing for `patience`.
pub async fn answered<T>(patience: Duration, asking: impl Future<Output = Result<T, StorageError>>) -> Result<T, StorageError> {
    tokio::time::timeout(patience, asking).await.unwrap_or_else(|_| Err(StorageError::silent()))
}

/// Attempts of one transaction: `while attempts.again(&error).await` tries again after a lost race, five times at most.
#[derive(Default)]
pub(super) struct Attempts {
    retried: u32,
}

impl Attempts {
    const MOST_RETRIES: u32 = 5;

    /// True after a pause if the transaction is worth another try.
    pub(super) async fn again(&mut self, error: &StorageError) -> bool {
        let StorageError::Contended(cause) = error else { return false };
        if self.retried == Self::MOST_RETRIES {
            return false;
        }
        // Full jitter: those who met once must not meet again in step.
        let ceiling = 10_u64 << self.retried;
        let pause = Duration::from_millis(RandomState::new().hash_one(self.retried) % ceiling);
        self.retried += 1;
        tracing::debug!(retry = self.retried, ?pause, %cause, "transaction lost a race");
        tokio::time::sleep(pause).await;
        true
    }
}
