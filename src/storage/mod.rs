//! All SQL. Plain functions on [`Store`], one statement per use case where one will do; rows become domain types here.
//!
//! Depends on `domain` only. Statements are checked against the schema when compiling; after changing one, or a
//! migration, run `make prepare`.

mod articles;
mod claims;
mod clusters;
mod commit;
mod connection;
mod constraints;
mod decisions;
pub mod embedded;
mod error;
mod events;
mod feeds;
mod idempotency;
mod keys;
mod linking;
mod outlets;
mod reuse;
mod turns;
mod watches;
mod webhooks;
mod withdrawals;
mod word;
mod workspaces;

use std::{
    sync::{Arc, atomic::AtomicU32},
    time::Duration,
};

use sqlx::{
    ConnectOptions, Connection, PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::sync::Semaphore;

pub use articles::{ArticleFilter, Inserted, content_hash};
pub use claims::ClaimFilter;
pub use clusters::{ClusterFilter, ClusterLookup, ClusterSort, StoredCluster};
pub use constraints::{MadeConstraint, StoredConstraint};
pub use decisions::{Decided, DecisionFilter};
pub use error::StorageError;
pub use events::{EVENT_KINDS, HistoryLine, StoredEvent};
pub use feeds::{DueFeed, DueItem, Feed, FeedChange, Item, Look, MadeFeed};
pub use idempotency::{Begun, Keyed, Remembered};
pub use keys::{NewKey, Revoked, StoredKey};
pub use linking::LinkerLock;
pub use outlets::{OutletProfile, OutletTies};
pub use turns::Turn;
pub use watches::{MadeWatch, Triggered, Watch, Watched};
pub use webhooks::{Attempt, Delivery, Outcome, PING, Webhook, WebhookChange};
pub use withdrawals::Withdrawn;
pub use workspaces::StoredWorkspace;

/// The schema, step by step.
pub static MIGRATIONS: Migrator = sqlx::migrate!();

/// Enough for two cores' worth of short statements; more would only queue inside Postgres.
const MOST_CONNECTIONS: u32 = 16;

/// How long a caller waits for a connection before it is told that the database is overloaded or gone.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);

/// A pool of connections to a migrated database.
#[derive(Clone, Debug)]
pub struct Store {
    pool: PgPool,
    in_use: Arc<AtomicU32>,
    /// A permit for each change that takes its turn.
    turns: Arc<Semaphore>,
}

impl Store {
    /// Applies migrations, and connects.
    pub async fn connect(options: PgConnectOptions) -> Result<Self, StorageError> {
        let options = options.application_name("crossclaim");
        // On a connection of their own and without its timeouts: building an index may well take longer than a request may.
        // Instances that start together wait here for the first.
        let mut migrating = options.connect().await?;
        MIGRATIONS.run(&mut migrating).await?;
        migrating.close().await?;

        let pool = PgPoolOptions::new()
            .max_connections(MOST_CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .connect_with(with_session_settings(options))
            .await?;
        Ok(Self::from_pool(pool))
    }

    /// For callers that make their own pool, with or without the settings of [`with_session_settings`].
    #[must_use]
    pub fn from_pool(pool: PgPool) -> Self {
        Self { pool, in_use: Arc::default(), turns: Arc::new(Semaphore::new(turns::MOST)) }
    }

    #[must_use]
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// One round trip.
    pub async fn ping(&self) -> Result<(), StorageError> {
        Ok(self.connection().await?.ping().await?)
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// What holds for every statement of the service, whatever the server's own defaults are.
fn with_session_settings(options: PgConnectOptions) -> PgConnectOptions {
    options.options([
        // What was acknowledged is on disk.
        ("synchronous_commit", "on"),
        // Nothing waits for ever: all three are off in a stock server.
        ("statement_timeout", "5s"),
        ("lock_timeout", "3s"),
        ("idle_in_transaction_session_timeout", "10s"),
        // Lists filter by `$1 is null or …`, and only a plan made for the values at hand can drop the filters that are null
        // and use an index for the others. A generic plan saves 0.1 ms and may cost a scan of the table.
        ("plan_cache_mode", "force_custom_plan"),
        ("timezone", "UTC"),
    ])
}

/// One page of a list: rows after `after` (the sort key and id of the last row seen), at most `limit`.
#[derive(Clone, Debug)]
pub struct Page<K> {
    pub after: Option<K>,
    pub limit: i64,
}

/// One column of all rows, as `unnest` takes it.
fn each<'a, R, T>(rows: &'a [R], column: impl FnMut(&'a R) -> T) -> Vec<T> {
    rows.iter().map(column).collect()
}
