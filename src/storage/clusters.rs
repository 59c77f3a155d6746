//! Clusters with the position of each outlet.

use chrono::{DateTime, Utc};
use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::{Page, StorageError, Store, claims, decisions};
use crate::domain::{
    Claim, Cluster, ClusterId, Counts, MadeDecision, Origins, Outlet, OutletId, OutletPosition, Relation, Root, WorkspaceId,
};

/// A cluster, and the outlets its positions speak of.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredCluster {
    pub cluster: Cluster,
    pub outlets: Vec<Outlet>,
}

/// A cluster with everything that is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct WholeCluster {
    pub stored: StoredCluster,
    /// Oldest first.
    pub claims: Vec<Claim>,
    /// What the newsroom noted, newest first.
    pub notes: Vec<MadeDecision>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ClusterLookup {
    Live(Box<WholeCluster>),
    /// It was merged; this is the survivor (redirects are followed to the end).
    Merged(ClusterId),
    Absent,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClusterSort {
    /// Last seen first.
    #[default]
    Recent,
    /// Most outlets on the smaller side of the dispute first, min(disputes, corroborates + echoes); among equals, most outlets.
    Contested,
    /// Most echoes first.
    Echoed,
    /// Many outlets, few origins: outlets - high origins, largest first.
    Fragile,
    /// Most outlets lately first: [`Cluster::trend`].
    Trending,
}

#[derive(Clone, Debug, Default)]
pub struct ClusterFilter {
    /// Words that all occur in the representative wording, or all in one of its claims.
    pub q: Option<String>,
    pub outlet: Option<OutletId>,
    /// At least one outlet holds this relation (with `outlet`: that outlet holds it).
    pub relation: Option<Relation>,
    /// `Some(true)`: somebody disputes and somebody supports or echoes, or a dispute stands alone against a named asserter.
    pub contested: Option<bool>,
    pub min_outlets: Option<i32>,
    /// Upper bound on `origins.high`.
    pub max_origins: Option<i32>,
    /// Last seen at or after / first seen before.
    pub since: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
    pub sort: ClusterSort,
}

/// `select_clusters!("sort key", ["where …"], arguments…)`: the clusters that the clause leaves over, each with its positions
/// and their outlets, all as one moment saw them.
macro_rules! select_clusters {
    ($key:tt, [$($rest:tt)*], $($argument:expr),* $(,)?) => {
        sqlx::query_as!(
            ClusterRow,
            "select " + $key + r#" as "key!", cluster.cluster_id, cluster.claim, cluster.articles, cluster.outlets,
                cluster.corroborates, cluster.disputes, cluster.echoes, cluster.unclear, cluster.origins_low,
                cluster.origins_high, cluster.origins as "origins: _", cluster.first_seen_at, cluster.last_seen_at,
                held.positions as "positions!: _", held.outlets as "position_outlets!: _"
            from cluster
            cross join lateral (
                select coalesce(json_agg(outlet_relation.position order by outlet.name collate "C", outlet.outlet_id), '[]') as positions,
                    coalesce(json_agg(json_build_object('id', outlet.outlet_id, 'name', outlet.name, 'domain', outlet.domain,
                        'kind', outlet.kind, 'family', outlet.family) order by outlet.name collate "C", outlet.outlet_id), '[]') as outlets
                from outlet_relation
                join outlet on outlet.workspace_id = outlet_relation.workspace_id
                    and outlet.outlet_id = outlet_relation.outlet_id
                where outlet_relation.workspace_id = cluster.workspace_id
                    and outlet_relation.cluster_id = cluster.cluster_id
            ) as held
            "# + $($rest)*,
            $($argument),*
        )
    };
}

/// One page of live clusters in the order of one sort key. Each order is a statement of its own, because a key that comes in
/// as a parameter cannot use an index.
macro_rules! list_by {
    ($key:tt, $connection:expr, $workspace:expr, $filter:expr, $page:expr) => {{
        let (key, id) = $page.after.unzip();
        select_clusters!(
            $key,
            ["where cluster.workspace_id = $1 and cluster.dissolved_at is null
                and ($2::text is null or cluster.cluster_id in (
                    select worded.cluster_id from cluster as worded
                    where worded.workspace_id = $1 and worded.search @@ search_query($2)
                    union
                    select claim.cluster_id from claim
                    where claim.workspace_id = $1 and claim.search @@ search_query($2) and claim.relation is not null
                        -- What only excludes words would read every claim: then the representative wording tells.
                        and querytree(search_query($2)) not in ('', 'T')
                ))
                and ($3::uuid is null or exists (
                    select from outlet_relation
                    where outlet_relation.workspace_id = $1 and outlet_relation.cluster_id = cluster.cluster_id
                        and outlet_relation.outlet_id = $3 and ($4::text is null or outlet_relation.relation = $4)
                ))
                and ($4 is null or 0 < case $4
                    when 'corroborates' then cluster.corroborates
                    when 'disputes' then cluster.disputes
                    when 'echoes' then cluster.echoes
                    else cluster.unclear
                end)
                and ($5::boolean is null or cluster.contested = $5)
                and ($6::integer is null or cluster.outlets >= $6)
                and ($7::integer is null or cluster.origins_high <= $7)
                and ($8::timestamptz is null or cluster.last_seen_at >= $8)
                and ($9::timestamptz is null or cluster.first_seen_at < $9)
                and ($10::bigint is null or ("
                + $key
                + ", cluster.cluster_id) < ($10, $11))
            order by "
                + $key
                + " desc, cluster.cluster_id desc
            limit $12"],
            $workspace.0,
            $filter.q,
            $filter.outlet.map(|id| id.0),
            $filter.relation.map(Relation::as_str),
            $filter.contested,
            $filter.min_outlets,
            $filter.max_origins,
            $filter.since,
            $filter.until,
            key,
            id,
            $page.limit,
        )
        .fetch($connection)
    }};
}

impl Store {
    pub async fn cluster(&self, workspace: WorkspaceId, id: ClusterId) -> Result<ClusterLookup, StorageError> {
        let mut connection = self.within(workspace).await?;
        let live = select_clusters!(
            "cluster.recency",
            ["where cluster.workspace_id = $1 and cluster.cluster_id = $2 and cluster.dissolved_at is null"],
            workspace.0,
            id.0,
        )
        .fetch_optional(&mut *connection)
        .await?;
        if let Some(live) = live {
            let claims = claims::of_cluster(&mut connection, workspace, id).await?;
            let notes = decisions::notes(&mut connection, workspace, id).await?;
            return Ok(ClusterLookup::Live(Box::new(WholeCluster { stored: live.into(), claims, notes })));
        }
        // `union` without `all` ends even if redirects ever formed a ring.
        let survivor = sqlx::query_scalar!(
            r#"with recursive path as (
                select cluster_id, merged_into, dissolved_at from cluster where workspace_id = $1 and cluster_id = $2
                union
                select next.cluster_id, next.merged_into, next.dissolved_at from path
                join cluster as next on next.workspace_id = $1 and next.cluster_id = path.merged_into
            )
            select cluster_id as "cluster_id!" from path where dissolved_at is null"#,
            workspace.0,
            id.0,
        )
        .fetch_optional(&mut *connection)
        .await?;
        Ok(survivor.map_or(ClusterLookup::Absent, |survivor| ClusterLookup::Merged(ClusterId(survivor))))
    }

    /// Several live clusters, in the order asked for; absent and merged ones are left out.
    pub async fn clusters(&self, workspace: WorkspaceId, ids: &[ClusterId]) -> Result<Vec<StoredCluster>, StorageError> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let rows = select_clusters!(
            "cluster.recency",
            ["where cluster.workspace_id = $1 and cluster.dissolved_at is null and cluster.cluster_id = any($2)
            order by array_position($2, cluster.cluster_id)"],
            workspace.0,
            &ids,
        )
        .fetch_all(&mut *self.within(workspace).await?)
        .await?;
        Ok(rows.into_iter().map(StoredCluster::from).collect())
    }

    /// Sort key (descending) and id (descending) of the last row make the next page's `after`.
    pub async fn list_clusters(
        &self,
        workspace: WorkspaceId,
        filter: &ClusterFilter,
        page: &Page<(i64, Uuid)>,
    ) -> Result<Vec<(i64, StoredCluster)>, StorageError> {
        Ok(listed(&mut *self.to_list(workspace, filter.q.as_deref()).await?, workspace, filter, page).try_collect().await?)
    }
}

/// The list, row by row.
pub(super) fn listed<'c>(
    connection: &'c mut PgConnection,
    workspace: WorkspaceId,
    filter: &ClusterFilter,
    page: &Page<(i64, Uuid)>,
) -> BoxStream<'c, Result<(i64, StoredCluster), sqlx::Error>> {
    let rows = match filter.sort {
        ClusterSort::Recent => list_by!("cluster.recency", connection, workspace, filter, page),
        ClusterSort::Contested => list_by!("cluster.contest", connection, workspace, filter, page),
        ClusterSort::Echoed => list_by!("cluster.echo", connection, workspace, filter, page),
        ClusterSort::Fragile => list_by!("cluster.fragility", connection, workspace, filter, page),
        ClusterSort::Trending => list_by!("cluster.trend", connection, workspace, filter, page),
    };
    rows.map_ok(|row| (row.key, row.into())).boxed()
}

struct ClusterRow {
    key: i64,
    cluster_id: Uuid,
    claim: String,
    articles: i32,
    outlets: i32,
    corroborates: i32,
    disputes: i32,
    echoes: i32,
    unclear: i32,
    origins_low: i32,
    origins_high: i32,
    origins: Json<Vec<Root>>,
    first_seen_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
    positions: Json<Vec<OutletPosition>>,
    position_outlets: Json<Vec<Outlet>>,
}

impl From<ClusterRow> for StoredCluster {
    fn from(row: ClusterRow) -> Self {
        let cluster = Cluster {
            id: ClusterId(row.cluster_id),
            claim: row.claim,
            counts: Counts {
                articles: row.articles,
                outlets: row.outlets,
                corroborates: row.corroborates,
                disputes: row.disputes,
                echoes: row.echoes,
                unclear: row.unclear,
            },
            origins: Origins { low: row.origins_low, high: row.origins_high, roots: row.origins.0 },
            outlets: row.positions.0,
            first_seen_at: row.first_seen_at,
            last_seen_at: row.last_seen_at,
        };
        Self { cluster, outlets: row.position_outlets.0 }
    }
}
