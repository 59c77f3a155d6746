//! `/v1/watches`: what an editor wants to be told of a cluster, or of all that have certain words.

use actix_web::{HttpResponse, delete, get, http::header::LOCATION, post, web};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::id;
use crate::{
    domain::{WatchId, WorkspaceId},
    http::{
        State,
        auth::{Caller, Editor, Reader},
        conditional::IfMatch,
        error::{Code, Faults, Problem},
        extract::{Id, JsonBody, Params},
        openapi::{EditProblems, ListProblems, ReadProblems},
        pagination::PageRequest,
        text::{self, Flaw},
        views::{WatchConditionView, WatchPage, WatchView},
    },
    storage::{MadeWatch, Watched},
};

const MOST_WATCHES: i64 = 1_000;

/// What to watch for. Give either `cluster_id` or `query`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewWatch, examples(json!(crate::http::examples::new_watch())))]
pub struct WatchRequest {
    /// Id of a cluster. If it is merged, the watch goes on with the cluster that took over.
    #[schema(format = Uuid)]
    cluster_id: Option<String>,
    /// Words as `listClusters` takes them, at most 500 characters: each cluster whose claim has them is watched, also those to come.
    query: Option<String>,
    /// What to tell of, once each.
    #[schema(min_items = 1, max_items = 3)]
    when: Vec<WatchConditionView>,
    /// Comes back with what is told; at most 2,000 characters.
    note: Option<String>,
}

impl WatchRequest {
    fn check(self) -> Result<(Watched, Vec<String>, Option<String>), Problem> {
        let mut faults = Faults::default();
        let watched = match (self.cluster_id.as_deref(), self.query.as_deref()) {
            (Some(cluster), None) => Watched::Cluster(faults.take("/cluster_id", id(cluster))),
            (None, Some(words)) => Watched::Query(faults.take("/query", text::clean(words, text::SEARCH))),
            (None, None) => {
                faults.add("/cluster_id", Flaw::new("required", "either `cluster_id` or `query` is required"));
                Watched::Query(String::new())
            }
            (Some(_), Some(_)) => {
                faults.add("/query", Flaw::new("not-both", "give either `cluster_id` or `query`"));
                Watched::Query(String::new())
            }
        };
        if self.when.is_empty() {
            faults.add("/when", Flaw::new("required", "must name a condition"));
        }
        let mut conditions: Vec<String> = self.when.iter().map(|condition| condition.as_str().to_owned()).collect();
        conditions.sort_unstable();
        conditions.dedup();
        let note = faults.maybe("/note", self.note.as_deref(), |raw| text::clean(raw, text::CLAIM));
        faults.finish()?;
        Ok((watched, conditions, note))
    }
}

/// Watch a cluster, or all that have certain words
///
/// When a condition comes to hold that did not hold when the watch was made, an event `watch.triggered` is written in the same
/// transaction as the change itself, once for each condition and cluster; its payload has `watch_id`, `condition` and `note`. It
/// reaches whoever follows the events, and webhooks.
#[utoipa::path(
    operation_id = "createWatch",
    security(("bearer" = ["editor"])),
    tag = "events",
    request_body(content = WatchRequest, description = "What to watch for."),
    responses(
        (status = 201, description = "It is watched from now on.", body = WatchView, headers(("Location" = String, description = "Address of the watch."))),
        EditProblems,
    )
)]
#[post("/v1/watches")]
pub async fn create_watch(
    caller: Caller<Editor>,
    state: web::Data<State>,
    JsonBody(body): JsonBody<WatchRequest>,
) -> Result<HttpResponse, Problem> {
    let (watched, when, note) = body.check()?;
    let store = state.service.store();
    match store.make_watch(caller.workspace, &watched, &when, note.as_deref(), caller.actor(), MOST_WATCHES).await? {
        MadeWatch::Made(made) => {
            Ok(HttpResponse::Created().insert_header((LOCATION, format!("/v1/watches/{}", made.id))).json(WatchView::from(&made)))
        }
        MadeWatch::UnknownCluster => {
            let mut faults = Faults::default();
            faults.add("/cluster_id", Flaw::new("unknown", "names no cluster that there is"));
            Err(faults.finish().err().unwrap_or_else(Problem::internal))
        }
        MadeWatch::TooMany => {
            Err(Problem::new(Code::Conflict, format!("There are {MOST_WATCHES} watches already. Delete one first.")))
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WatchQuery {
    /// Rows a page.
    #[param(nullable = false, value_type = Option<i32>, minimum = 1, maximum = 100, default = 25)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    #[param(nullable = false)]
    cursor: Option<String>,
}

/// List watches
///
/// Newest first, with what has come to hold.
#[utoipa::path(
    operation_id = "listWatches",
    security(("bearer" = ["reader"])),
    tag = "events",
    params(WatchQuery),
    responses((status = 200, description = "A page of watches.", body = WatchPage), ListProblems)
)]
#[get("/v1/watches")]
pub async fn list_watches(
    caller: Caller<Reader>,
    state: web::Data<State>,
    Params(query): Params<WatchQuery>,
) -> Result<web::Json<WatchPage>, Problem> {
    let mut faults = Faults::default();
    let wanted = PageRequest::read(&mut faults, "watches", query.limit.as_deref(), query.cursor.as_deref())?;
    faults.finish()?;
    let rows = state.service.store().list_watches(caller.workspace, &wanted.page).await?;
    let (rows, next_cursor) = wanted.finish(rows, |last| last.id.0);
    Ok(web::Json(WatchPage { items: rows.iter().map(WatchView::from).collect(), next_cursor }))
}

/// Get one watch
///
/// With what has come to hold.
#[utoipa::path(
    operation_id = "getWatch",
    security(("bearer" = ["reader"])),
    tag = "events",
    params(("id" = Uuid, Path, description = "Id of the watch.")),
    responses((status = 200, description = "The watch.", body = WatchView), ReadProblems)
)]
#[get("/v1/watches/{id}")]
pub async fn get_watch(
    caller: Caller<Reader>,
    state: web::Data<State>,
    Id(id): Id<WatchId>,
) -> Result<web::Json<WatchView>, Problem> {
    Ok(web::Json(shown(&state, caller.workspace, id).await?))
}

async fn shown(state: &State, workspace: WorkspaceId, id: WatchId) -> Result<WatchView, Problem> {
    let found = state.service.store().watch(workspace, id).await?.ok_or_else(Problem::not_found)?;
    Ok((&found).into())
}

/// Delete a watch
///
/// What it has told stays in the history.
#[utoipa::path(
    operation_id = "deleteWatch",
    security(("bearer" = ["editor"])),
    tag = "events",
    params(("id" = Uuid, Path, description = "Id of the watch.")),
    responses((status = 204, description = "It is gone."), ReadProblems)
)]
#[delete("/v1/watches/{id}")]
pub async fn delete_watch(
    caller: Caller<Editor>,
    state: web::Data<State>,
    Id(id): Id<WatchId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let _turn = if_match.turn(&state, caller.workspace, id.0, shown(&state, caller.workspace, id)).await?;
    match state.service.store().delete_watch(caller.workspace, id).await? {
        true => Ok(HttpResponse::NoContent().finish()),
        false => Err(Problem::not_found()),
    }
}
