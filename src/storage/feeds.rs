//! Lists of articles that are looked at again and again: when, with what result, and which of their items are known.
//!
//! A look and an item are claimed for a while, so that instances share them and one whose process died is made again.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::{Connection, types::Json};
use uuid::Uuid;

use super::{Page, StorageError, Store, each};
use crate::domain::{FeedId, NewOutlet, WorkspaceId};

/// Longer than a look or the fetch of an item takes.
const CLAIM: Duration = Duration::from_secs(300);

#[derive(Clone, Debug, PartialEq)]
pub struct Feed {
    pub id: FeedId,
    pub url: String,
    /// `None` tells it from each item's address.
    pub outlet: Option<NewOutlet>,
    pub interval: Duration,
    pub active: bool,
    pub next_fetch_at: DateTime<Utc>,
    pub last_fetched_at: Option<DateTime<Utc>>,
    pub last_status: Option<i32>,
    pub last_error: Option<String>,
    /// In a row.
    pub failures: i32,
    pub items_seen: i64,
    pub items_waiting: i64,
    pub items_failed: i64,
    pub made_by: String,
    pub made_at: DateTime<Utc>,
}

/// What a client changes of a feed. `None` leaves what is there.
#[derive(Clone, Debug, Default)]
pub struct FeedChange {
    pub outlet: Option<NewOutlet>,
    pub interval: Option<Duration>,
    pub active: Option<bool>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum MadeFeed {
    Made(Feed),
    /// There is one with this address.
    Known(Feed),
    TooMany,
}

/// A feed to be looked at now.
#[derive(Clone, Debug)]
pub struct DueFeed {
    pub workspace: WorkspaceId,
    pub id: FeedId,
    pub url: String,
    pub outlet: Option<NewOutlet>,
    pub interval: Duration,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    pub failures: i32,
}

/// What came of a look.
#[derive(Clone, Debug, Default)]
pub struct Look {
    pub status: Option<u16>,
    pub error: Option<String>,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// Until the next one.
    pub pause: Duration,
    /// False when the feed is gone for good.
    pub go_on: bool,
}

/// An article that a feed lists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its own id, or its address.
    pub key: String,
    pub url: String,
    pub published_at: Option<DateTime<Utc>>,
}

/// An item to be fetched now.
#[derive(Clone, Debug)]
pub struct DueItem {
    hash: Vec<u8>,
    pub url: String,
    pub published_at: Option<DateTime<Utc>>,
    /// From 1.
    pub attempt: i32,
}

/// `select_feeds!("where …", arguments…)`
macro_rules! select_feeds {
    ($rest:tt, $($argument:expr),* $(,)?) => {
        sqlx::query_as!(
            FeedRow,
            r#"select feed_id, url, outlet as "outlet: Json<NewOutlet>", interval_seconds, active, next_fetch_at, last_fetched_at,
                last_status, last_error, failures, items_seen, made_by, made_at,
                (select count(*) from feed_item as item
                    where item.workspace_id = feed.workspace_id and item.feed_id = feed.feed_id and item.status = 'waiting'
                ) as "items_waiting!",
                (select count(*) from feed_item as item
                    where item.workspace_id = feed.workspace_id and item.feed_id = feed.feed_id and item.status = 'failed'
                ) as "items_failed!"
            from feed
            "# + $rest,
            $($argument),*
        )
    };
}

impl Store {
    pub async fn make_feed(
        &self,
        workspace: WorkspaceId,
        url: &str,
        change: &FeedChange,
        actor: &str,
        most: i64,
    ) -> Result<MadeFeed, StorageError> {
        let id = FeedId::new();
        let interval = change.interval.unwrap_or(Duration::from_secs(900));
        sqlx::query!(
            "insert into feed (workspace_id, feed_id, url, outlet, interval_seconds, active, made_by)
            select $1, $2, $3, $4, $5, $6, $7
            where (select count(*) from feed where workspace_id = $1) < $8
            on conflict (workspace_id, url) do nothing",
            workspace.0,
            id.0,
            url,
            change.outlet.as_ref().map(Json) as Option<Json<&NewOutlet>>,
            seconds(interval),
            change.active.unwrap_or(true),
            actor,
            most,
        )
        .execute(&mut *self.within(workspace).await?)
        .await?;
        let row = select_feeds!("where workspace_id = $1 and url = $2", workspace.0, url)
            .fetch_optional(&mut *self.within(workspace).await?)
            .await?;
        Ok(match row.map(Feed::from) {
            Some(feed) if feed.id == id => MadeFeed::Made(feed),
            Some(feed) => MadeFeed::Known(feed),
            None => MadeFeed::TooMany,
        })
    }

    pub async fn feed(&self, workspace: WorkspaceId, id: FeedId) -> Result<Option<Feed>, StorageError> {
        let row = select_feeds!("where workspace_id = $1 and feed_id = $2", workspace.0, id.0)
            .fetch_optional(&mut *self.within(workspace).await?)
            .await?;
        Ok(row.map(Feed::from))
    }

    /// Newest first.
    pub async fn list_feeds(&self, workspace: WorkspaceId, page: &Page<Uuid>) -> Result<Vec<Feed>, StorageError> {
        let rows = select_feeds!(
            "where workspace_id = $1 and ($2::uuid is null or feed_id < $2) order by feed_id desc limit $3",
            workspace.0,
            page.after,
            page.limit,
        )
        .fetch_all(&mut *self.within(workspace).await?)
        .await?;
        Ok(rows.into_iter().map(Feed::from).collect())
    }

    /// A feed that is set active is looked at at once.
    pub async fn change_feed(
        &self,
        workspace: WorkspaceId,
        id: FeedId,
        change: &FeedChange,
    ) -> Result<Option<Feed>, StorageError> {
        sqlx::query!(
            "update feed
            set outlet = coalesce($3, outlet), interval_seconds = coalesce($4, interval_seconds), active = coalesce($5, active),
                next_fetch_at = case when $5 then now() else next_fetch_at end,
                failures = case when $5 then 0 else failures end
            where workspace_id = $1 and feed_id = $2",
            workspace.0,
            id.0,
            change.outlet.as_ref().map(Json) as Option<Json<&NewOutlet>>,
            change.interval.map(seconds),
            change.active,
        )
        .execute(&mut *self.within(workspace).await?)
        .await?;
        self.feed(workspace, id).await
    }

    /// With what is known of its items; articles stay. Whether there was one.
    pub async fn delete_feed(&self, workspace: WorkspaceId, id: FeedId) -> Result<bool, StorageError> {
        let deleted = sqlx::query!("delete from feed where workspace_id = $1 and feed_id = $2", workspace.0, id.0)
            .execute(&mut *self.within(workspace).await?)
            .await?;
        Ok(deleted.rows_affected() > 0)
    }

    /// Takes feeds that are due for a look each.
    pub async fn claim_feeds(&self, limit: i64) -> Result<Vec<DueFeed>, StorageError> {
        let rows = sqlx::query!(
            r#"update feed set next_fetch_at = now() + make_interval(secs => $2)
            where (workspace_id, feed_id) in (
                select workspace_id, feed_id from feed
                where active and next_fetch_at <= now()
                order by next_fetch_at limit $1
                for update skip locked
            )
            returning workspace_id, feed_id, url, outlet as "outlet: Json<NewOutlet>", interval_seconds, etag, last_modified,
                failures"#,
            limit,
            CLAIM.as_secs_f64(),
        )
        .fetch_all(&mut *self.connection().await?)
        .await?;
        let due = rows.into_iter().map(|row| DueFeed {
            workspace: WorkspaceId(row.workspace_id),
            id: FeedId(row.feed_id),
            url: row.url,
            outlet: row.outlet.map(|outlet| outlet.0),
            interval: duration(row.interval_seconds),
            etag: row.etag,
            last_modified: row.last_modified,
            failures: row.failures,
        });
        Ok(due.collect())
    }

    /// What came of a look, and the items it found; those that are known already stay as they are.
    pub async fn settle_feed(&self, feed: &DueFeed, look: &Look, items: &[Item]) -> Result<(), StorageError> {
        let mut connection = self.within(feed.workspace).await?;
        let mut transaction = connection.begin().await?;
        let added = sqlx::query!(
            "insert into feed_item (workspace_id, feed_id, item_hash, url, published_at)
            select feed.workspace_id, feed.feed_id, item.*
            from feed, unnest($3::bytea[], $4::text[], $5::timestamptz[]) as item
            where feed.workspace_id = $1 and feed.feed_id = $2
            on conflict (workspace_id, feed_id, item_hash) do nothing",
            feed.workspace.0,
            feed.id.0,
            &each(items, |item| Sha256::digest(&item.key).to_vec()),
            &each(items, |item| item.url.clone()),
            &each(items, |item| item.published_at) as &[Option<DateTime<Utc>>],
        )
        .execute(&mut *transaction)
        .await?;
        sqlx::query!(
            "update feed
            set last_fetched_at = now(), last_status = $3, last_error = $4, etag = $5, last_modified = $6,
                next_fetch_at = now() + make_interval(secs => $7), active = active and $8,
                failures = case when $4::text is null then 0 else failures + 1 end, items_seen = items_seen + $9
            where workspace_id = $1 and feed_id = $2",
            feed.workspace.0,
            feed.id.0,
            look.status.map(i32::from),
            look.error,
            look.etag,
            look.last_modified,
            look.pause.as_secs_f64(),
            look.go_on,
            i64::try_from(added.rows_affected()).unwrap_or(i64::MAX),
        )
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Takes an item of a feed to be fetched, oldest first.
    pub async fn claim_item(&self, feed: &DueFeed) -> Result<Option<DueItem>, StorageError> {
        let row = sqlx::query!(
            "update feed_item set attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $3)
            where workspace_id = $1 and feed_id = $2 and item_hash = (
                select item_hash from feed_item
                where workspace_id = $1 and feed_id = $2 and status = 'waiting' and next_attempt_at <= now()
                order by next_attempt_at, published_at limit 1
                for update skip locked
            )
            returning item_hash, url, published_at, attempts",
            feed.workspace.0,
            feed.id.0,
            CLAIM.as_secs_f64(),
        )
        .fetch_optional(&mut *self.within(feed.workspace).await?)
        .await?;
        Ok(row.map(|row| DueItem { hash: row.item_hash, url: row.url, published_at: row.published_at, attempt: row.attempts }))
    }

    /// Stored, or not for this reason; worth another try after `retry`.
    pub async fn settle_item(
        &self,
        feed: &DueFeed,
        item: &DueItem,
        error: Option<&str>,
        retry: Option<Duration>,
    ) -> Result<(), StorageError> {
        sqlx::query!(
            "update feed_item
            set status = case when $4::text is null then 'stored' when $5::float8 is null then 'failed' else 'waiting' end,
                error = $4, next_attempt_at = now() + make_interval(secs => coalesce($5, 0))
            where workspace_id = $1 and feed_id = $2 and item_hash = $3",
            feed.workspace.0,
            feed.id.0,
            &item.hash,
            error,
            retry.map(|retry| retry.as_secs_f64()),
        )
        .execute(&mut *self.within(feed.workspace).await?)
        .await?;
        Ok(())
    }
}

fn seconds(interval: Duration) -> i32 {
    i32::try_from(interval.as_secs()).unwrap_or(i32::MAX)
}

fn duration(seconds: i32) -> Duration {
    Duration::from_secs(u64::try_from(seconds).unwrap_or_default())
}

struct FeedRow {
    feed_id: Uuid,
    url: String,
    outlet: Option<Json<NewOutlet>>,
    interval_seconds: i32,
    active: bool,
    next_fetch_at: DateTime<Utc>,
    last_fetched_at: Option<DateTime<Utc>>,
    last_status: Option<i32>,
    last_error: Option<String>,
    failures: i32,
    items_seen: i64,
    items_waiting: i64,
    items_failed: i64,
    made_by: String,
    made_at: DateTime<Utc>,
}

impl From<FeedRow> for Feed {
    fn from(row: FeedRow) -> Self {
        Self {
            id: FeedId(row.feed_id),
            url: row.url,
            outlet: row.outlet.map(|outlet| outlet.0),
            interval: duration(row.interval_seconds),
            active: row.active,
            next_fetch_at: row.next_fetch_at,
            last_fetched_at: row.last_fetched_at,
            last_status: row.last_status,
            last_error: row.last_error,
            failures: row.failures,
            items_seen: row.items_seen,
            items_waiting: row.items_waiting,
            items_failed: row.items_failed,
            made_by: row.made_by,
            made_at: row.made_at,
        }
    }
}
