//! `/v1/clusters`: what the outlets say about one question.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, get, http::header::LOCATION, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::choice;
use crate::{
    domain::{Claim, ClusterId, WorkspaceId},
    http::{
        State,
        auth::{Caller, Reader},
        cache,
        error::{Code, Faults, Problem},
        extract::{Id, Params, Under},
        openapi::{LineageProblems, ListProblems, ReadProblems},
        pagination::{MAX_LIMIT, PageRequest},
        text::Flaw,
        views::{ClusterPage, ClusterPartView, ClusterSortView, ClusterView, HistoryPage, MatrixView},
    },
    storage::{ClusterFilter, ClusterLookup, StoredCluster},
};

/// A query with the filters of clusters, and what else it may hold.
macro_rules! cluster_query {
    ($(#[$about:meta])* $name:ident { $($(#[$own:meta])* $field:ident),* $(,)? }) => {
        $(#[$about])*
        #[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
        #[serde(deny_unknown_fields)]
        #[into_params(parameter_in = Query)]
        pub struct $name {
            /// Words that all occur in one of the claims; "quotes" and -minus work as in a search engine. What only excludes words
            /// excludes them from the cluster's representative claim.
            #[param(nullable = false)]
            q: Option<String>,
            /// Id of an outlet that is in the cluster.
            #[param(nullable = false, format = Uuid)]
            outlet: Option<String>,
            /// At least one outlet does this; with `outlet`, that outlet does.
            #[param(nullable = false, value_type = Option<$crate::http::views::RelationView>)]
            relation: Option<String>,
            /// True: somebody disputes what others have. False: nobody does.
            #[param(nullable = false, value_type = Option<bool>)]
            contested: Option<String>,
            /// At least so many outlets.
            #[param(nullable = false, value_type = Option<i32>, minimum = 0, maximum = 1_000_000)]
            min_outlets: Option<String>,
            /// At most so many origins (`origins.high`).
            #[param(nullable = false, value_type = Option<i32>, minimum = 0, maximum = 1_000_000)]
            max_origins: Option<String>,
            /// Last seen at this time or later.
            #[param(nullable = false, format = DateTime)]
            since: Option<String>,
            /// First seen before this time.
            #[param(nullable = false, format = DateTime)]
            until: Option<String>,
            $($(#[$own])* $field: Option<String>,)*
        }

        impl $name {
            /// All of it but the order.
            fn filter(&self, faults: &mut $crate::http::error::Faults) -> $crate::storage::ClusterFilter {
                use $crate::http::{text, v1::{choice, count, id, yes_or_no}, views::RelationView};
                $crate::storage::ClusterFilter {
                    q: faults.maybe("/q", self.q.as_deref(), |raw| text::clean(raw, text::SEARCH)),
                    outlet: faults.given("/outlet", self.outlet.as_deref(), id),
                    relation: faults.given("/relation", self.relation.as_deref(), choice::<RelationView>).map(Into::into),
                    contested: faults.given("/contested", self.contested.as_deref(), yes_or_no),
                    min_outlets: faults.given("/min_outlets", self.min_outlets.as_deref(), count),
                    max_origins: faults.given("/max_origins", self.max_origins.as_deref(), count),
                    since: faults.given("/since", self.since.as_deref(), text::time),
                    until: faults.given("/until", self.until.as_deref(), text::time),
                    ..Default::default()
                }
            }
        }
    };
}
pub(super) use cluster_query;

cluster_query! {
    MatrixQuery {
        #[param(nullable = false, value_type = Option<ClusterSortView>)]
        sort,
        /// Rows a page.
        #[param(nullable = false, value_type = Option<i32>, minimum = 1, maximum = 100, default = 25)]
        limit,
        /// `next_cursor` of the page before, with the same `sort`.
        #[param(nullable = false)]
        cursor,
    }
}

cluster_query! {
    ClusterQuery {
        #[param(nullable = false, value_type = Option<ClusterSortView>)]
        sort,
        /// Parts that a list leaves out, to have them all the same; separated by commas.
        #[param(nullable = false, style = Form, explode = false, value_type = Option<Vec<ClusterPartView>>)]
        expand,
        /// Rows a page; at most 25 with `expand`.
        #[param(nullable = false, value_type = Option<i32>, minimum = 1, maximum = 100, default = 25)]
        limit,
        /// `next_cursor` of the page before, with the same `sort`.
        #[param(nullable = false)]
        cursor,
    }
}

/// Rows a page when each may hold hundreds of claims.
const MOST_EXPANDED: usize = 25;

fn parts(faults: &mut Faults, query: &ClusterQuery) -> Vec<ClusterPartView> {
    let listed = |raw: &str| raw.split(',').map(choice).collect::<Result<Vec<ClusterPartView>, _>>();
    let parts = faults.maybe("/expand", query.expand.as_deref(), listed).unwrap_or_default();
    // What is no limit at all is told by the page.
    if !parts.is_empty()
        && query
            .limit
            .as_deref()
            .is_some_and(|raw| raw.parse().is_ok_and(|limit: usize| limit > MOST_EXPANDED && limit <= MAX_LIMIT))
    {
        faults.add("/limit", Flaw::new("out-of-range", format!("must be at most {MOST_EXPANDED} with expand")));
    }
    parts
}

/// List clusters
///
/// With the position of each outlet, without claims, numbers and evidence unless `expand` asks for them. All filters must hold.
#[utoipa::path(
    operation_id = "listClusters",
    tag = "clusters",
    security(("bearer" = ["reader"])),
    params(ClusterQuery),
    responses((status = 200, description = "A page of clusters.", body = ClusterPage), ListProblems)
)]
#[get("/v1/clusters")]
pub async fn list_clusters(
    caller: Caller<Reader>,
    state: web::Data<State>,
    request: HttpRequest,
    Params(query): Params<ClusterQuery>,
) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let parts = parts(&mut faults, &query);
    let filter = query.filter(&mut faults);
    let order = Order { sort: query.sort.as_deref(), limit: query.limit.as_deref(), cursor: query.cursor.as_deref() };
    let wanted = Wanted::read(faults, filter, order)?;
    let event = state.service.newest_event(caller.workspace).await;
    // How much the workspace holds may be counted later than the event is told.
    let coverage = state.service.coverage(caller.workspace, event).await?;
    let asked = format!("clusters?{}", request.query_string());
    let page = cache::answer_as_of(&state, caller.workspace, asked, event.map(|event| (event, Some(coverage))), async {
        let (rows, next_cursor) = wanted.list(&state, caller.workspace).await?;
        let claims = claims_for(&state, caller.workspace, &rows, &parts).await?;
        let view =
            |stored: &StoredCluster| ClusterView::with(stored, claims.get(&stored.cluster.id).map_or(&[], Vec::as_slice), &parts);
        cache::json(&ClusterPage { items: rows.iter().map(view).collect(), coverage: coverage.into(), next_cursor })
    });
    Ok(page.await?.into())
}

/// The claims of each cluster, which all parts are made of.
async fn claims_for(
    state: &State,
    workspace: WorkspaceId,
    rows: &[StoredCluster],
    parts: &[ClusterPartView],
) -> Result<HashMap<ClusterId, Vec<Claim>>, Problem> {
    let mut of_cluster: HashMap<ClusterId, Vec<Claim>> = HashMap::new();
    if !parts.is_empty() {
        let ids: Vec<ClusterId> = rows.iter().map(|row| row.cluster.id).collect();
        for claim in state.service.store().claims_of_clusters(workspace, &ids).await? {
            if let Some(id) = claim.cluster_id {
                of_cluster.entry(id).or_default().push(claim);
            }
        }
    }
    Ok(of_cluster)
}

/// Which page, in which order.
struct Order<'a> {
    sort: Option<&'a str>,
    limit: Option<&'a str>,
    cursor: Option<&'a str>,
}

/// The page that a query asks for.
struct Wanted {
    filter: ClusterFilter,
    page: PageRequest<(i64, uuid::Uuid)>,
}

impl Wanted {
    /// Whatever is wrong with the query is told here, before anything is looked up.
    fn read(mut faults: Faults, filter: ClusterFilter, Order { sort, limit, cursor }: Order<'_>) -> Result<Self, Problem> {
        let sort = faults.given("/sort", sort, choice::<ClusterSortView>).map(Into::into).unwrap_or_default();
        // A place in one order means nothing in another.
        let page = PageRequest::read(&mut faults, format!("clusters by {sort:?}"), limit, cursor)?;
        faults.finish()?;
        Ok(Self { filter: ClusterFilter { sort, ..filter }, page })
    }

    async fn list(&self, state: &State, workspace: WorkspaceId) -> Result<(Vec<StoredCluster>, Option<String>), Problem> {
        let rows = state.service.store().list_clusters(workspace, &self.filter, &self.page.page).await?;
        let (rows, next_cursor) = self.page.finish(rows, |(key, last)| (*key, last.cluster.id.0));
        Ok((rows.into_iter().map(|(_, row)| row).collect(), next_cursor))
    }
}

/// Matrix of outlets and clusters
///
/// The clusters of the same list, one row each, and the outlets that hold a position in any of them, one column each, most often first: a
/// cell tells what the outlet does there, or null where it has nothing, which is no dispute.
#[utoipa::path(
    operation_id = "getMatrix",
    tag = "clusters",
    security(("bearer" = ["reader"])),
    params(MatrixQuery),
    responses((status = 200, description = "A page of rows.", body = MatrixView), ListProblems)
)]
#[get("/v1/matrix")]
pub async fn get_matrix(
    caller: Caller<Reader>,
    state: web::Data<State>,
    request: HttpRequest,
    Params(query): Params<MatrixQuery>,
) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let filter = query.filter(&mut faults);
    let order = Order { sort: query.sort.as_deref(), limit: query.limit.as_deref(), cursor: query.cursor.as_deref() };
    let wanted = Wanted::read(faults, filter, order)?;
    let matrix = cache::answer(&state, caller.workspace, format!("matrix?{}", request.query_string()), async {
        let (rows, next_cursor) = wanted.list(&state, caller.workspace).await?;
        cache::json(&MatrixView::new(&rows, next_cursor))
    });
    Ok(matrix.await?.into())
}

/// Get one cluster
///
/// With its claims, every number given, and the evidence for each outlet's position. A cluster that was merged into another
/// answers 308 with the address of the one that survived.
#[utoipa::path(
    operation_id = "getCluster",
    tag = "clusters",
    security(("bearer" = ["reader"])),
    params(("id" = Uuid, Path, description = "Id of the cluster.")),
    responses(
        (status = 200, description = "The cluster.", body = ClusterView),
        (status = 308, description = "Merged into another cluster.", headers(("Location" = String, description = "Address of the surviving cluster."))),
        ReadProblems,
    )
)]
#[get("/v1/clusters/{id}")]
pub async fn get_cluster(
    caller: Caller<Reader>,
    state: web::Data<State>,
    Id(id): Id<ClusterId>,
) -> Result<HttpResponse, Problem> {
    let cluster = cache::answer(&state, caller.workspace, format!("cluster {id}"), async {
        let found = state.service.store().cluster(caller.workspace, id).await.map_err(Problem::from)?;
        match found {
            ClusterLookup::Live(whole) => Ok(cache::json(&ClusterView::detailed(&whole))?),
            ClusterLookup::Merged(survivor) => Err(Instead::Merged(survivor)),
            ClusterLookup::Absent => Err(Problem::not_found().into()),
        }
    });
    match cluster.await {
        Ok(answer) => Ok(answer.into()),
        Err(Instead::Merged(survivor)) => {
            Ok(HttpResponse::PermanentRedirect().insert_header((LOCATION, format!("/v1/clusters/{survivor}"))).finish())
        }
        Err(Instead::Problem(problem)) => Err(problem),
    }
}

/// What is answered where there is no cluster to show.
enum Instead {
    Merged(ClusterId),
    Problem(Problem),
}

impl From<Problem> for Instead {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// What the cluster's address shows, if it is there and was not merged.
pub(super) async fn shown(state: &State, workspace: WorkspaceId, id: ClusterId) -> Result<ClusterView, Problem> {
    match state.service.store().cluster(workspace, id).await? {
        ClusterLookup::Live(whole) => Ok(ClusterView::detailed(&whole)),
        ClusterLookup::Merged(_) | ClusterLookup::Absent => {
            Err(Problem::new(Code::PreconditionFailed, "The cluster that If-Match speaks of is not there any more."))
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// Rows a page.
    #[param(nullable = false, value_type = Option<i32>, minimum = 1, maximum = 100, default = 25)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    #[param(nullable = false)]
    cursor: Option<String>,
}

/// List what happened to a cluster
///
/// Newest first: what the linker changed, and what editors decided. Of a cluster that was merged into another, too.
#[utoipa::path(
    operation_id = "listClusterHistory",
    tag = "clusters",
    security(("bearer" = ["reader"])),
    params(("id" = Uuid, Path, description = "Id of the cluster."), HistoryQuery),
    responses((status = 200, description = "A page of its history.", body = HistoryPage), LineageProblems)
)]
#[get("/v1/clusters/{id}/history")]
pub async fn list_cluster_history(
    caller: Caller<Reader>,
    state: web::Data<State>,
    Under(id): Under<ClusterId>,
    Params(query): Params<HistoryQuery>,
) -> Result<web::Json<HistoryPage>, Problem> {
    let mut faults = Faults::default();
    let list = format!("history of {id}");
    let wanted = PageRequest::read(&mut faults, list, query.limit.as_deref(), query.cursor.as_deref())?;
    faults.finish()?;
    let rows = state.service.store().cluster_history(caller.workspace, id, &wanted.page).await?;
    // Every cluster has at least its beginning; a later page may be empty.
    if rows.is_empty() && wanted.page.after.is_none() {
        return Err(Problem::not_found());
    }
    let (rows, next_cursor) = wanted.finish(rows, |last| last.sequence);
    Ok(web::Json(HistoryPage { items: rows.iter().map(Into::into).collect(), next_cursor }))
}
