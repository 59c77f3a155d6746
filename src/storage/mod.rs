//! All SQL. Plain functions on [`Store`], one statement per use case where one will do; rows become domain types here.
//!
//! Depends on `domain` only. Statements are checked against the schema when compiling; after changing one, or a
//! migration, run `make prepare`.

mod allowance;
mod archive;
mod articles;
mod audit;
mod claim_reviews;
mod claims;
mod clusters;
mod commit;
mod connection;
mod constraints;
mod decisions;
pub mod embedded;
mod error;
mod events;
mod exports;
mod feeds;
mod fsck;
mod idempotency;
mod keys;
mod linking;
mod outlets;
mod reuse;
mod transfer;
mod turns;
mod wall;
mod watches;
mod webhooks;
mod withdrawals;
mod word;
mod workspaces;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::{
    ConnectOptions, Connection, PgConnection, PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::sync::Semaphore;

pub use allowance::Portion;
pub use archive::{Archive, ArchiveError, Header};
pub use articles::{ArticleFilter, Inserted, content_hash};
pub use audit::{AuditEntry, AuditHead};
pub use claim_reviews::Found;
pub use claims::ClaimFilter;
pub use clusters::{ClusterFilter, ClusterLookup, ClusterSort, StoredCluster, WholeCluster};
pub use connection::{SILENCE, answered};
pub use constraints::{JudgedPair, MadeConstraint, PairedClaim, StoredConstraint};
pub use decisions::{Decided, DecisionFilter};
pub use error::StorageError;
pub use events::{EVENT_KINDS, HistoryLine, StoredEvent};
pub use exports::Rows;
pub use feeds::{DueFeed, DueItem, Feed, FeedChange, Item, Look, MadeFeed};
pub use fsck::{AUDIT_CHAIN, AUDIT_SUBJECT, FOREIGN_KEYS, Finding, RULES, Rule};
pub use idempotency::{Begun, Keyed, Remembered};
pub use keys::{NewKey, Revoked, StoredKey};
pub use linking::LinkerLock;
pub use outlets::{OutletProfile, OutletTies};
pub use transfer::{KEPT, Load, Loading};
pub use turns::Turn;
pub use wall::ROLE as NEWSROOM_ROLE;
pub use watches::{MadeWatch, Triggered, Watch, Watched};
pub use webhooks::{Attempt, Delivery, NewWebhook, Outcome, PING, Sealed, Secrets, Webhook, WebhookChange};
pub use withdrawals::Withdrawn;
pub use workspaces::StoredWorkspace;

use connection::Connections;

use crate::domain::clock;

/// The schema, step by step.
pub static MIGRATIONS: Migrator = sqlx::migrate!();

/// Enough for two cores' worth of short statements; more would only queue inside Postgres.
const MOST_CONNECTIONS: u32 = 16;

/// How long a caller waits for a connection before it is told that the database is overloaded or gone.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);

/// Connections to a migrated database.
#[derive(Clone, Debug)]
pub struct Store {
    /// Of whoever owns the tables.
    service: Connections,
    /// Behind the wall; `None` where there is none.
    newsrooms: Option<Connections>,
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
        let walled = wall::build(&mut migrating).await?;
        migrating.close().await?;

        let mut pool = PgPoolOptions::new().max_connections(MOST_CONNECTIONS).acquire_timeout(ACQUIRE_TIMEOUT);
        if options.get_socket().is_none() {
            pool = pool.after_release(|connection, _| Box::pin(answers(connection)));
        }
        let options = with_session_settings(options);
        let mut store = Self::from_pool(pool.connect_with(options).await?);
        if walled {
            store.newsrooms = Some(wall::behind(store.pool()));
        } else {
            tracing::warn!("without row-level security: this login may neither make the role {} nor act in it", wall::ROLE);
        }
        store.tell_time().await?;
        Ok(store)
    }

    /// Sets [`clock`] by the database's. Where that is not done now and then, it drifts as machines do.
    pub async fn tell_time(&self) -> Result<(), StorageError> {
        let mut connection = self.connection().await?;
        let asked = Instant::now();
        let at = sqlx::query_scalar("select clock_timestamp()").fetch_one(&mut *connection).await?;
        // Somewhere between question and answer.
        clock::set(at, asked + asked.elapsed() / 2);
        Ok(())
    }

    /// As it is stored, without applying migrations: for those that look and do not touch. `None` where this program and the
    /// database are not of one version of the schema.
    pub async fn open_as_it_is(options: PgConnectOptions) -> Result<Option<Self>, StorageError> {
        let store =
            Self::from_pool(PgPoolOptions::new().max_connections(1).connect_with(options.application_name("crossclaim")).await?);
        let newest = MIGRATIONS.iter().map(|migration| migration.version).max();
        let applied = sqlx::query_scalar::<_, Option<i64>>("select max(version) from _sqlx_migrations where success")
            .fetch_one(store.pool())
            .await;
        match applied {
            Ok(applied) if applied == newest => Ok(Some(store)),
            // undefined_table: nobody has ever migrated it.
            Err(sqlx::Error::Database(answer)) if answer.code().as_deref() == Some("42P01") => Ok(None),
            Ok(_) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// For callers that make their own pool, with or without the settings of [`with_session_settings`]. Without a wall.
    #[must_use]
    pub fn from_pool(pool: PgPool) -> Self {
        Self { service: Connections::of(pool), newsrooms: None, turns: Arc::new(Semaphore::new(turns::MOST)) }
    }

    /// The same with connections of its own, for another runtime: sockets belong to the one that opened them.
    #[must_use]
    pub fn reopened(&self) -> Self {
        let pool = self.pool();
        let own = Self::from_pool(pool.options().clone().connect_lazy_with((*pool.connect_options()).clone()));
        let newsrooms = self.newsrooms.is_some().then(|| wall::behind(own.pool()));
        Self { newsrooms, ..own }
    }

    /// Connections of whoever owns the tables, to whom everything is shown.
    #[must_use]
    pub fn pool(&self) -> &PgPool {
        &self.service.pool
    }

    /// Connections that are in use, and that are idle, of each pool by its name.
    pub fn connections(&self) -> impl Iterator<Item = (&'static str, (u32, u32))> {
        let pools = [("service", Some(&self.service)), ("newsrooms", self.newsrooms.as_ref())];
        pools.into_iter().filter_map(|(name, pool)| Some((name, pool?.count())))
    }

    /// Settings of the server under which what was acknowledged can be lost in a power cut. (`synchronous_commit` is ours to set.)
    pub async fn unsafe_settings(&self) -> Result<Vec<String>, StorageError> {
        let off = sqlx::query_scalar!(
            r#"select name as "name!" from pg_settings where name in ('fsync', 'full_page_writes') and setting = 'off' order by name"#
        );
        Ok(off.fetch_all(&mut *self.connection().await?).await?)
    }

    /// One round trip.
    pub async fn ping(&self) -> Result<(), StorageError> {
        Ok(self.connection().await?.ping().await?)
    }

    pub async fn close(&self) {
        if let Some(newsrooms) = &self.newsrooms {
            newsrooms.pool.close().await;
        }
        self.service.pool.close().await;
    }
}

/// Of a connection that is given back. One whose network went silent would else be waited for, and keep its place, until the system
/// gives it up after a quarter of an hour.
async fn answers(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    match tokio::time::timeout(ACQUIRE_TIMEOUT, connection.ping()).await {
        Ok(pinged) => pinged.map(|()| true),
        Err(_) => Err(sqlx::Error::PoolTimedOut),
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
        // What a server was told otherwise would double what it costs to read a thing by its id. Lists filter by `$1 is null or …`: of
        // those Postgres sees that a plan for the values at hand, which drops the filters that are null, is the cheaper one.
        ("plan_cache_mode", "auto"),
        ("timezone", "UTC"),
    ])
}

/// One page of a list: rows after `after` (the sort key and id of the last row seen), at most `limit`.
#[derive(Clone, Debug)]
pub struct Page<K> {
    pub after: Option<K>,
    pub limit: i64,
}

impl<K> Page<K> {
    /// From the first row to the last.
    fn everything() -> Self {
        Self { after: None, limit: i64::MAX }
    }
}

/// One column of all rows, as `unnest` takes it.
fn each<'a, R, T>(rows: &'a [R], column: impl FnMut(&'a R) -> T) -> Vec<T> {
    rows.iter().map(column).collect()
}
