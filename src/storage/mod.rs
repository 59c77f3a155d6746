//! All SQL. Plain functions on [`Store`], one statement per use case where one will do; rows become domain types here.
//!
//! Depends on `domain` only.

mod articles;
mod claims;
mod clusters;
pub mod embedded;
mod error;
mod linking;
mod outlets;

use sqlx::PgPool;

pub use articles::{ArticleFilter, Inserted};
pub use claims::ClaimFilter;
pub use clusters::{ClusterFilter, ClusterLookup, ClusterSort, StoredCluster};
pub use error::StorageError;
pub use linking::LinkerLock;
pub use outlets::OutletProfile;

/// A pool of connections to a migrated database.
#[derive(Clone, Debug)]
pub struct Store {
    pool: PgPool,
}

impl Store {
    /// Connects (settings per connection: statement, lock and idle timeouts, `synchronous_commit = on`) and applies migrations.
    pub async fn connect(options: sqlx::postgres::PgConnectOptions) -> Result<Self, StorageError> {
        let _ = options;
        unimplemented!()
    }

    /// For tests that make their own pool.
    #[must_use]
    pub fn from_pool(pool: PgPool) -> Self {
        Self { pool }
    }

    #[must_use]
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// One round trip.
    pub async fn ping(&self) -> Result<(), StorageError> {
        unimplemented!()
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// One page of a list: rows after `after` (the sort key and id of the last row seen), at most `limit`.
#[derive(Clone, Debug)]
pub struct Page<K> {
    pub after: Option<K>,
    pub limit: i64,
}
