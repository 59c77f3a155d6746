//! What editors wait for: whether it holds is asked in the transaction that changes clusters, so that nothing comes to hold unseen.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use sqlx::{Connection, PgConnection, types::Json};
use uuid::Uuid;

use super::{Page, StorageError, Store, events::Event};
use crate::domain::{ClusterId, WatchId, WorkspaceId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Watched {
    Cluster(ClusterId),
    /// Each cluster whose representative wording has these words.
    Query(String),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Watch {
    pub id: WatchId,
    pub watched: Watched,
    /// `disputed`, `second_origin`, `new_outlet`.
    pub conditions: Vec<String>,
    pub note: Option<String>,
    /// What has come to hold since it was made, oldest first.
    pub triggered: Vec<Triggered>,
    pub made_by: String,
    pub made_at: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Triggered {
    pub cluster_id: ClusterId,
    pub condition: String,
    pub at: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum MadeWatch {
    Made(Watch),
    /// There is no such cluster, or it is dissolved.
    UnknownCluster,
    /// The workspace has as many as it may have.
    TooMany,
}

/// `select_watches!("where …", arguments…)`
macro_rules! select_watches {
    ($rest:tt, $($argument:expr),* $(,)?) => {
        sqlx::query_as!(
            WatchRow,
            r#"select watch_id, cluster_id, query, conditions, note, made_by, made_at,
                coalesce((
                    select jsonb_agg(
                        jsonb_build_object('cluster_id', hit.cluster_id, 'condition', condition, 'at', at)
                        order by at, hit.cluster_id, condition
                    )
                    from watch_trigger as hit
                    where hit.workspace_id = watch.workspace_id and hit.watch_id = watch.watch_id and told
                ), '[]') as "triggered!: Json<Vec<Triggered>>"
            from watch
            "# + $rest,
            $($argument),*
        )
    };
}

impl Store {
    /// What holds at this moment is taken note of and not told.
    #[allow(clippy::too_many_arguments)]
    pub async fn make_watch(
        &self,
        workspace: WorkspaceId,
        watched: &Watched,
        conditions: &[String],
        note: Option<&str>,
        actor: &str,
        most: i64,
    ) -> Result<MadeWatch, StorageError> {
        let (cluster, query) = match watched {
            Watched::Cluster(id) => (Some(id.0), None),
            Watched::Query(words) => (None, Some(words.as_str())),
        };
        let id = WatchId::new();
        let mut connection = self.to_list(workspace, query).await?;
        let mut transaction = connection.begin().await?;
        // The linker writes events last of all and looks for watches after that: it has either finished, or will see this one.
        sqlx::query!("select from workspace where workspace_id = $1 for no key update", workspace.0)
            .fetch_optional(&mut *transaction)
            .await?;
        let count = sqlx::query_scalar!(r#"select count(*) as "count!" from watch where workspace_id = $1"#, workspace.0)
            .fetch_one(&mut *transaction)
            .await?;
        if count >= most {
            return Ok(MadeWatch::TooMany);
        }
        let made = sqlx::query!(
            "insert into watch (workspace_id, watch_id, cluster_id, query, conditions, note, made_by, outlets)
            select $1, $2, $3, $4, $5, $6, $7, array(
                select distinct outlet_id
                from cluster join outlet_relation using (workspace_id, cluster_id)
                where cluster.workspace_id = $1 and cluster.dissolved_at is null
                    and ($3::uuid is null or cluster.cluster_id = $3)
                    and ($4::text is null or cluster.search @@ search_query($4))
            )
            where $3::uuid is null or exists (
                select from cluster where workspace_id = $1 and cluster_id = $3 and dissolved_at is null
            )",
            workspace.0,
            id.0,
            cluster,
            query,
            conditions,
            note,
            actor,
        )
        .execute(&mut *transaction)
        .await?;
        if made.rows_affected() == 0 {
            return Ok(MadeWatch::UnknownCluster);
        }
        note_what_holds(&mut transaction, workspace, Some(id), None).await?;
        transaction.commit().await?;
        drop(connection);
        let made = self.watch(workspace, id).await?;
        Ok(made.map_or(MadeWatch::UnknownCluster, MadeWatch::Made))
    }

    pub async fn watch(&self, workspace: WorkspaceId, id: WatchId) -> Result<Option<Watch>, StorageError> {
        let row = select_watches!("where workspace_id = $1 and watch_id = $2", workspace.0, id.0)
            .fetch_optional(&mut *self.within(workspace).await?)
            .await?;
        Ok(row.map(Watch::from))
    }

    /// Newest first.
    pub async fn list_watches(&self, workspace: WorkspaceId, page: &Page<Uuid>) -> Result<Vec<Watch>, StorageError> {
        let rows = select_watches!(
            "where workspace_id = $1 and ($2::uuid is null or watch_id < $2) order by watch_id desc limit $3",
            workspace.0,
            page.after,
            page.limit,
        )
        .fetch_all(&mut *self.within(workspace).await?)
        .await?;
        Ok(rows.into_iter().map(Watch::from).collect())
    }

    /// Whether there was one.
    pub async fn delete_watch(&self, workspace: WorkspaceId, id: WatchId) -> Result<bool, StorageError> {
        let deleted = sqlx::query!("delete from watch where workspace_id = $1 and watch_id = $2", workspace.0, id.0)
            .execute(&mut *self.within(workspace).await?)
            .await?;
        Ok(deleted.rows_affected() > 0)
    }
}

/// A watch on a cluster that was merged goes on with the one that took over, with what has been told.
pub(super) async fn follow_merges(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    dissolved: &[(ClusterId, Option<ClusterId>)],
) -> Result<(), sqlx::Error> {
    let (gone, survivors): (Vec<Uuid>, Vec<Uuid>) =
        dissolved.iter().filter_map(|(gone, survivor)| Some((gone.0, (*survivor)?.0))).unzip();
    if gone.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "with merged as (select * from unnest($2::uuid[], $3::uuid[]) as merged (cluster_id, survivor)),
        moved as (
            update watch set cluster_id = survivor from merged
            where watch.workspace_id = $1 and watch.cluster_id = merged.cluster_id
            returning watch_id, merged.cluster_id as cluster_before, survivor
        )
        insert into watch_trigger (workspace_id, watch_id, cluster_id, condition, at, told)
        select workspace_id, watch_id, survivor, condition, at, false
        from watch_trigger as hit join moved using (watch_id)
        where hit.workspace_id = $1 and hit.cluster_id = cluster_before
        on conflict do nothing",
        workspace.0,
        &gone,
        &survivors,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What newly holds of these clusters, as events.
pub(super) async fn triggered(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    changed: &[Uuid],
) -> Result<Vec<Event>, sqlx::Error> {
    let hits = note_what_holds(connection, workspace, None, Some(changed)).await?;
    let event = |Hit { watch_id, cluster_id, condition, note }| {
        let payload = json!({ "watch_id": watch_id, "condition": condition, "note": note });
        Event::of_cluster("watch.triggered", ClusterId(cluster_id), payload)
    };
    Ok(hits.into_iter().map(event).collect())
}

struct Hit {
    watch_id: Uuid,
    cluster_id: Uuid,
    condition: String,
    note: Option<String>,
}

/// Of one watch or all, and some clusters or all. To be told where it is of all watches.
async fn note_what_holds(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    watch: Option<WatchId>,
    clusters: Option<&[Uuid]>,
) -> Result<Vec<Hit>, sqlx::Error> {
    sqlx::query_as!(
        Hit,
        r#"with wanted as materialized (
            select *, search_query(query) as words from watch where workspace_id = $1 and ($2::uuid is null or watch_id = $2)
        ),
        hit as (
            insert into watch_trigger (workspace_id, watch_id, cluster_id, condition, told)
            select wanted.workspace_id, watch_id, cluster.cluster_id, condition, $2::uuid is null
            from wanted
            join cluster on cluster.workspace_id = $1 and cluster.dissolved_at is null
                and (cluster.cluster_id = wanted.cluster_id or cluster.search @@ wanted.words)
                and ($3::uuid[] is null or cluster.cluster_id = any ($3))
            cross join unnest(conditions) as condition
            where case condition
                when 'disputed' then cluster.disputes > 0
                when 'second_origin' then cluster.origins_low > 1
                else exists (
                    select from outlet_relation as held
                    where held.workspace_id = $1 and held.cluster_id = cluster.cluster_id
                        and held.outlet_id <> all (wanted.outlets)
                )
            end
            on conflict do nothing
            returning watch_id, cluster_id, condition
        )
        select watch_id as "watch_id!", hit.cluster_id as "cluster_id!", condition as "condition!", note
        from hit join wanted using (watch_id)
        order by watch_id, hit.cluster_id, condition"#,
        workspace.0,
        watch.map(|id| id.0),
        clusters,
    )
    .fetch_all(connection)
    .await
}

struct WatchRow {
    watch_id: Uuid,
    cluster_id: Option<Uuid>,
    query: Option<String>,
    conditions: Vec<String>,
    note: Option<String>,
    made_by: String,
    made_at: DateTime<Utc>,
    triggered: Json<Vec<Triggered>>,
}

impl From<WatchRow> for Watch {
    fn from(row: WatchRow) -> Self {
        Self {
            id: WatchId(row.watch_id),
            watched: match row.cluster_id {
                Some(id) => Watched::Cluster(ClusterId(id)),
                None => Watched::Query(row.query.unwrap_or_default()),
            },
            conditions: row.conditions,
            note: row.note,
            triggered: row.triggered.0,
            made_by: row.made_by,
            made_at: row.made_at,
        }
    }
}
