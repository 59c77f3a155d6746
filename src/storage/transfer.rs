//! A whole workspace, row by row: read as of one moment, and written into an empty workspace as one transaction.
//!
//! Rows are JSON as Postgres writes it, which gives back every value exactly. What Postgres works out by itself is left out, and so
//! is what opens doors: keys and webhooks.

use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};
use sqlx::{Connection, PgConnection, raw_sql};

use super::{LinkerLock, StorageError, Store};
use crate::domain::WorkspaceId;

/// A workspace that is being read.
#[derive(Debug)]
pub struct Dump {
    connection: PgConnection,
    workspace: WorkspaceId,
}

/// A workspace that is being written. Nothing of it is there until [`Load::commit`].
#[derive(Debug)]
pub struct Load {
    connection: PgConnection,
    workspace: WorkspaceId,
    /// No linker may look at half a workspace.
    _lock: LinkerLock,
}

/// Whether a workspace can be written.
#[derive(Debug)]
pub enum Loading {
    Ready(Load),
    /// A service links for it.
    InUse,
    NotEmpty,
}

/// `tables! { "table" "columns" "order"; … }`
macro_rules! tables {
    ($($table:tt $columns:tt $order:tt;)+) => {
        /// The tables of a workspace with the columns that are kept, in an order in which each row finds those it refers to.
        pub const KEPT: &[(&str, &str)] = &[$(($table, $columns)),+];

        /// The rows of a table; none where there is no such table.
        fn read<'c>(
            connection: &'c mut PgConnection,
            workspace: WorkspaceId,
            table: &str,
        ) -> BoxStream<'c, Result<String, sqlx::Error>> {
            match table {
                $($table => sqlx::query_scalar!(
                    r#"select row_to_json(kept)::text as "row!" from (select "# + $columns + " from " + $table
                        + " where workspace_id = $1 order by " + $order + ") as kept",
                    workspace.0,
                )
                .fetch(connection)
                .boxed(),)+
                _ => futures_util::stream::empty().boxed(),
            }
        }

        /// Writes a JSON array of rows; false where there is no such table.
        async fn write(
            connection: &mut PgConnection,
            workspace: WorkspaceId,
            table: &str,
            rows: &str,
        ) -> Result<bool, sqlx::Error> {
            match table {
                $($table => sqlx::query!(
                    "insert into " + $table + " (workspace_id, " + $columns + ") select $1, " + $columns
                        + " from json_populate_recordset(null::" + $table + ", $2::text::json)",
                    workspace.0,
                    rows,
                )
                .execute(connection)
                .await?,)+
                _ => return Ok(false),
            };
            Ok(true)
        }
    };
}

tables! {
    "outlet" "outlet_id, name, domain, kind, family, created_at" "outlet_id";
    "article" "article_id, outlet_id, url, canonical_url, url_hash, content_hash, title, byline, text, language, published_at, received_at, revision, current, retiring, status, provenance, sketch, withdrawn_at, withdrawn_by, withdrawal_reason, rejudge" "article_id";
    "article_reuse" "article_id, source_article_id, share, words, passages, against_dates" "article_id, source_article_id";
    "cluster" "cluster_id, claim, articles, outlets, corroborates, disputes, echoes, unclear, origins_low, origins_high, origins, contested, first_seen_at, last_seen_at, dissolved_at, merged_into, trend" "cluster_id";
    "claim" "claim_id, article_id, outlet_id, text, span_start, span_end, headline, proposition, polarity, certainty, attribution, quantities, entities, event_date, event_from, event_to, check_worthiness, check_worthiness_reasons, engine_version, presupposes, embedding, cluster_id, relation, stance, access, independence, judgement" "claim_id";
    "outlet_relation" "cluster_id, outlet_id, relation, position" "cluster_id, outlet_id";
    "decision" "decision_id, kind, cluster_id, other_cluster_id, claims, relation, note, reason, made_by, made_at, undone_by, undone_at, undo_reason" "decision_id";
    "relabel" "decision_id, claim_id, relation" "claim_id, decision_id";
    "link_constraint" "constraint_id, claim_a, claim_b, kind, reason, made_by, made_at, lifted_by, lifted_at, noticed, decision_id" "constraint_id";
    "claim_review" "review_id, review_hash, url, claim, review, imported_by, imported_at" "review_id";
    "claim_appearance" "article_id, sentence, review_id" "article_id, sentence, review_id";
    "watch" "watch_id, cluster_id, query, conditions, outlets, note, made_by, made_at" "watch_id";
    "watch_trigger" "watch_id, cluster_id, condition, at, told" "watch_id, cluster_id, condition";
    "feed" "feed_id, url, outlet, interval_seconds, active, etag, last_modified, next_fetch_at, last_fetched_at, last_status, last_error, failures, items_seen, made_by, made_at" "feed_id";
    "feed_item" "feed_id, item_hash, url, published_at, status, attempts, next_attempt_at, error, seen_at" "feed_id, item_hash";
    "event" "sequence, kind, cluster_id, article_id, payload, actor, at" "sequence";
}

impl Store {
    /// Begins to read a workspace, as it is at this moment.
    pub async fn dump(&self, workspace: WorkspaceId) -> Result<Dump, StorageError> {
        let mut connection = self.long_connection(workspace).await?;
        raw_sql("begin isolation level repeatable read read only").execute(&mut connection).await?;
        Ok(Dump { connection, workspace })
    }

    /// Begins to write a workspace.
    pub async fn load(&self, workspace: WorkspaceId) -> Result<Loading, StorageError> {
        let Some(lock) = self.try_linker_lock(workspace).await? else { return Ok(Loading::InUse) };
        let mut connection = self.long_connection(workspace).await?;
        raw_sql("begin; set constraints cluster_merged_into_fkey deferred").execute(&mut connection).await?;
        for (table, _) in KEPT {
            if read(&mut connection, workspace, table).next().await.transpose()?.is_some() {
                return Ok(Loading::NotEmpty);
            }
        }
        Ok(Loading::Ready(Load { connection, workspace, _lock: lock }))
    }
}

impl Dump {
    /// The rows of one of the tables of [`KEPT`], as JSON objects.
    pub fn rows(&mut self, table: &str) -> BoxStream<'_, Result<String, StorageError>> {
        read(&mut self.connection, self.workspace, table).err_into().boxed()
    }
}

impl Load {
    /// Writes rows, each a JSON object, into one of the tables of [`KEPT`]; false where it is none of them.
    pub async fn rows(&mut self, table: &str, rows: &[String]) -> Result<bool, StorageError> {
        Ok(write(&mut self.connection, self.workspace, table, &format!("[{}]", rows.join(","))).await?)
    }

    /// Makes it one workspace again.
    pub async fn commit(mut self) -> Result<(), StorageError> {
        sqlx::query!(
            "update workspace
            set last_event = coalesce((select max(sequence) from event where event.workspace_id = $1), 0)
            where workspace_id = $1",
            self.workspace.0,
        )
        .execute(&mut self.connection)
        .await?;
        raw_sql("commit").execute(&mut self.connection).await?;
        self.connection.close().await?;
        Ok(())
    }
}
