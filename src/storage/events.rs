//! The event table: every change, once, in the order of commits.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Page, StorageError, Store, each};
use crate::domain::{ArticleId, ClusterId, WorkspaceId};

/// Every kind of event there is; the schema admits no other.
pub const EVENT_KINDS: [&str; 9] = [
    "cluster.created",
    "cluster.changed",
    "cluster.merged",
    "article.linked",
    "article.withdrawn",
    "article.restored",
    "watch.triggered",
    "decision.made",
    "decision.undone",
];

/// A line of a cluster's history.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryLine {
    /// Number of the event in its workspace.
    pub sequence: i64,
    pub kind: String,
    pub at: DateTime<Utc>,
    /// Who did it: a person, or the linker.
    pub actor: String,
    pub payload: Value,
}

/// A line of the history. Its JSON is what webhooks are told, and the same as the API's view.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StoredEvent {
    /// 1, 2, 3, … per workspace, without gaps.
    #[serde(rename = "id")]
    pub sequence: i64,
    pub kind: String,
    pub cluster_id: Option<ClusterId>,
    pub article_id: Option<ArticleId>,
    pub at: DateTime<Utc>,
    pub actor: String,
    pub payload: Value,
}

impl Store {
    /// When each of the clusters changed last; and when the workspace was made.
    pub async fn last_changes(
        &self,
        workspace: WorkspaceId,
        ids: &[ClusterId],
    ) -> Result<(HashMap<ClusterId, DateTime<Utc>>, DateTime<Utc>), StorageError> {
        let mut connection = self.within(workspace).await?;
        let changes = sqlx::query!(
            r#"select cluster_id as "cluster_id!", max(at) as "at!" from event
            where workspace_id = $1 and cluster_id = any($2)
            group by cluster_id"#,
            workspace.0,
            &each(ids, |id| id.0),
        )
        .fetch_all(&mut *connection)
        .await?;
        let made = sqlx::query_scalar!("select created_at from workspace where workspace_id = $1", workspace.0)
            .fetch_one(&mut *connection)
            .await?;
        Ok((changes.into_iter().map(|row| (ClusterId(row.cluster_id), row.at)).collect(), made))
    }

    /// The events after the one numbered `after`, in order.
    pub async fn events_after(&self, workspace: WorkspaceId, after: i64, limit: i64) -> Result<Vec<StoredEvent>, StorageError> {
        let rows = sqlx::query!(
            "select sequence, kind, cluster_id, article_id, at, actor, payload
            from event
            where workspace_id = $1 and sequence > $2
            order by sequence
            limit $3",
            workspace.0,
            after,
            limit,
        )
        .fetch_all(&mut *self.within(workspace).await?)
        .await?;
        let events = rows.into_iter().map(|row| StoredEvent {
            sequence: row.sequence,
            kind: row.kind,
            cluster_id: row.cluster_id.map(ClusterId),
            article_id: row.article_id.map(ArticleId),
            at: row.at,
            actor: row.actor,
            payload: row.payload,
        });
        Ok(events.collect())
    }

    /// The number of the newest event of each workspace.
    pub async fn newest_events(&self) -> Result<HashMap<WorkspaceId, i64>, StorageError> {
        let rows =
            sqlx::query!("select workspace_id, last_event from workspace").fetch_all(&mut *self.connection().await?).await?;
        Ok(rows.into_iter().map(|row| (WorkspaceId(row.workspace_id), row.last_event)).collect())
    }

    /// The same of some workspaces.
    pub async fn newest_events_of(&self, workspaces: &[WorkspaceId]) -> Result<HashMap<WorkspaceId, i64>, StorageError> {
        let rows = sqlx::query!(
            "select workspace_id, last_event from workspace where workspace_id = any($1)",
            &each(workspaces, |workspace| workspace.0),
        )
        .fetch_all(&mut *self.connection().await?)
        .await?;
        Ok(rows.into_iter().map(|row| (WorkspaceId(row.workspace_id), row.last_event)).collect())
    }

    /// What happened to a cluster, newest first.
    pub async fn cluster_history(
        &self,
        workspace: WorkspaceId,
        id: ClusterId,
        page: &Page<i64>,
    ) -> Result<Vec<HistoryLine>, StorageError> {
        let lines = sqlx::query_as!(
            HistoryLine,
            "select sequence, kind, at, actor, payload from event
            where workspace_id = $1 and cluster_id = $2 and ($3::bigint is null or sequence < $3)
            order by sequence desc
            limit $4",
            workspace.0,
            id.0,
            page.after,
            page.limit,
        )
        .fetch_all(&mut *self.within(workspace).await?)
        .await?;
        Ok(lines)
    }
}

/// A line of the history, without its number.
pub(super) struct Event {
    pub kind: &'static str,
    pub cluster: Option<ClusterId>,
    pub article: Option<ArticleId>,
    pub payload: Value,
}

impl Event {
    pub fn of_article(kind: &'static str, id: ArticleId, payload: Value) -> Self {
        Self { kind, cluster: None, article: Some(id), payload }
    }

    pub fn of_cluster(kind: &'static str, id: ClusterId, payload: Value) -> Self {
        Self { kind, cluster: Some(id), article: None, payload }
    }
}

/// Appends events, last of all in a transaction: the workspace's row is locked until the commit, and readers of events see numbers
/// in the order of commits. Returns the number of the last one.
pub(super) async fn append(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    actor: &str,
    events: &[Event],
) -> Result<i64, sqlx::Error> {
    let count = i64::try_from(events.len()).expect("fewer than nine quintillion");
    let last = sqlx::query_scalar!(
        "update workspace set last_event = last_event + $2 where workspace_id = $1 returning last_event",
        workspace.0,
        count,
    )
    .fetch_one(&mut *connection)
    .await?;
    sqlx::query!(
        "insert into event (workspace_id, sequence, kind, cluster_id, article_id, payload, actor)
        select $1, $2 + entry.number, entry.kind, entry.cluster_id, entry.article_id, entry.payload, $3
        from unnest($4::text[], $5::uuid[], $6::uuid[], $7::jsonb[]) with ordinality
            as entry (kind, cluster_id, article_id, payload, number)",
        workspace.0,
        last - count,
        actor,
        &each(events, |event| event.kind.to_owned()),
        &each(events, |event| event.cluster.map(|id| id.0)) as &[Option<Uuid>],
        &each(events, |event| event.article.map(|id| id.0)) as &[Option<Uuid>],
        &each(events, |event| event.payload.clone()) as &[Value],
    )
    .execute(&mut *connection)
    .await?;
    Ok(last)
}
