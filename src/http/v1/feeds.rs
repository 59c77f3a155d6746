//! `/v1/feeds`: lists of articles that the service looks at by itself.

use std::time::Duration;

use actix_web::{HttpResponse, delete, get, http::header::LOCATION, patch, post, web};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{articles::OutletRequest, webhooks::check_target};
use crate::{
    domain::{FeedId, WorkspaceId},
    http::{
        State,
        auth::{Caller, Editor, Reader},
        conditional::IfMatch,
        error::{Code, Faults, Problem},
        extract::{Id, JsonBody, Params},
        json::Object,
        openapi::{EditProblems, ListProblems, ReadProblems},
        pagination::PageRequest,
        text::{self, Flaw},
        views::{FeedPage, FeedView},
    },
    storage::{FeedChange, MadeFeed},
};

const MOST_FEEDS: i64 = 1_000;
const SHORTEST_INTERVAL: u64 = 60;
const LONGEST_INTERVAL: u64 = 7 * 24 * 3600;

/// A list of articles to look at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewFeed, examples(json!(crate::http::examples::new_feed())))]
pub struct FeedRequest {
    /// Public address of an RSS, Atom or JSON feed, or of a sitemap; at most 2,048 bytes.
    #[schema(format = "uri")]
    url: String,
    /// Who publishes what it lists; told from each item's address where it is left out.
    #[schema(value_type = Option<OutletRequest>)]
    outlet: Option<Object<OutletRequest>>,
    /// Seconds between looks.
    #[schema(minimum = 60, maximum = 604800, default = 900)]
    interval: Option<u64>,
    /// False to begin later.
    #[schema(default = true)]
    active: Option<bool>,
}

/// What to change of a feed; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FeedChange, examples(json!({"interval": 3600})))]
pub struct FeedChangeRequest {
    /// Who publishes what it will list.
    #[schema(value_type = Option<OutletRequest>)]
    outlet: Option<Object<OutletRequest>>,
    /// Seconds between looks, from the next one on.
    #[schema(minimum = 60, maximum = 604800)]
    interval: Option<u64>,
    /// True looks at it at once.
    active: Option<bool>,
}

fn check(outlet: Option<Object<OutletRequest>>, interval: Option<u64>, active: Option<bool>, faults: &mut Faults) -> FeedChange {
    let outlet = outlet.map(|Object(outlet)| outlet.check(faults));
    if interval.is_some_and(|seconds| !(SHORTEST_INTERVAL..=LONGEST_INTERVAL).contains(&seconds)) {
        let range = format!("must lie from {SHORTEST_INTERVAL} to {LONGEST_INTERVAL} seconds");
        faults.add("/interval", Flaw::new("out-of-range", range));
    }
    FeedChange { outlet, interval: interval.map(Duration::from_secs), active }
}

/// Subscribe to a feed
///
/// Each article that it newly lists is fetched and stored, as `fetchArticle` does; what is known by its id or address is not fetched
/// again. Servers are treated with care: one request at a time to each host, a pause between, robots.txt and `Retry-After` kept to,
/// `ETag` and `Last-Modified` sent back, and longer and longer pauses while a look fails.
#[utoipa::path(
    operation_id = "createFeed",
    security(("bearer" = ["editor"])),
    tag = "feeds",
    request_body(content = FeedRequest, description = "The feed."),
    responses(
        (status = 201, description = "It is looked at from now on.", body = FeedView, headers(("Location" = String, description = "Address of the feed."))),
        EditProblems,
    )
)]
#[post("/v1/feeds")]
pub async fn create_feed(
    caller: Caller<Editor>,
    state: web::Data<State>,
    JsonBody(body): JsonBody<FeedRequest>,
) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let url = faults.take("/url", text::url(&body.url));
    let change = check(body.outlet, body.interval, body.active, &mut faults);
    faults.finish()?;
    check_target(&state, &url)?;
    match state.service.store().make_feed(caller.workspace, &url, &change, caller.actor(), MOST_FEEDS).await? {
        MadeFeed::Made(feed) => {
            let address = format!("/v1/feeds/{}", feed.id);
            Ok(HttpResponse::Created().insert_header((LOCATION, address)).json(FeedView::from(&feed)))
        }
        MadeFeed::Known(feed) => {
            Err(Problem::new(Code::Conflict, format!("There is a feed with this address: /v1/feeds/{}.", feed.id)))
        }
        MadeFeed::TooMany => {
            Err(Problem::new(Code::Conflict, format!("There are {MOST_FEEDS} feeds already. Delete one first.")))
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FeedQuery {
    /// Rows a page.
    #[param(nullable = false, value_type = Option<i32>, minimum = 1, maximum = 100, default = 25)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    #[param(nullable = false)]
    cursor: Option<String>,
}

/// List feeds
///
/// Newest first, each with how its last look went.
#[utoipa::path(
    operation_id = "listFeeds",
    security(("bearer" = ["reader"])),
    tag = "feeds",
    params(FeedQuery),
    responses((status = 200, description = "A page of feeds.", body = FeedPage), ListProblems)
)]
#[get("/v1/feeds")]
pub async fn list_feeds(
    caller: Caller<Reader>,
    state: web::Data<State>,
    Params(query): Params<FeedQuery>,
) -> Result<web::Json<FeedPage>, Problem> {
    let mut faults = Faults::default();
    let wanted = PageRequest::read(&mut faults, "feeds", query.limit.as_deref(), query.cursor.as_deref())?;
    faults.finish()?;
    let rows = state.service.store().list_feeds(caller.workspace, &wanted.page).await?;
    let (rows, next_cursor) = wanted.finish(rows, |last| last.id.0);
    Ok(web::Json(FeedPage { items: rows.iter().map(FeedView::from).collect(), next_cursor }))
}

/// Get one feed
///
/// With how its last look went, and when the next one is.
#[utoipa::path(
    operation_id = "getFeed",
    security(("bearer" = ["reader"])),
    tag = "feeds",
    params(("id" = Uuid, Path, description = "Id of the feed.")),
    responses((status = 200, description = "The feed.", body = FeedView), ReadProblems)
)]
#[get("/v1/feeds/{id}")]
pub async fn get_feed(
    caller: Caller<Reader>,
    state: web::Data<State>,
    Id(id): Id<FeedId>,
) -> Result<web::Json<FeedView>, Problem> {
    Ok(web::Json(shown(&state, caller.workspace, id).await?))
}

async fn shown(state: &State, workspace: WorkspaceId, id: FeedId) -> Result<FeedView, Problem> {
    let found = state.service.store().feed(workspace, id).await?.ok_or_else(Problem::not_found)?;
    Ok((&found).into())
}

/// Change a feed
///
/// Its outlet or interval, or whether it is looked at at all.
#[utoipa::path(
    operation_id = "changeFeed",
    security(("bearer" = ["editor"])),
    tag = "feeds",
    params(("id" = Uuid, Path, description = "Id of the feed.")),
    request_body(content = FeedChangeRequest, description = "What to change."),
    responses((status = 200, description = "The feed as it is now.", body = FeedView), EditProblems)
)]
#[patch("/v1/feeds/{id}")]
pub async fn change_feed(
    caller: Caller<Editor>,
    state: web::Data<State>,
    Id(id): Id<FeedId>,
    if_match: IfMatch,
    JsonBody(body): JsonBody<FeedChangeRequest>,
) -> Result<web::Json<FeedView>, Problem> {
    let mut faults = Faults::default();
    let change = check(body.outlet, body.interval, body.active, &mut faults);
    faults.finish()?;
    shown(&state, caller.workspace, id).await?;
    if_match.require()?;
    let _turn = if_match.turn(&state, caller.workspace, id.0, shown(&state, caller.workspace, id)).await?;
    let changed = state.service.store().change_feed(caller.workspace, id, &change).await?.ok_or_else(Problem::not_found)?;
    Ok(web::Json((&changed).into()))
}

/// Unsubscribe from a feed
///
/// What is known of its items goes with it; articles that were stored stay.
#[utoipa::path(
    operation_id = "deleteFeed",
    security(("bearer" = ["editor"])),
    tag = "feeds",
    params(("id" = Uuid, Path, description = "Id of the feed.")),
    responses((status = 204, description = "It is gone."), ReadProblems)
)]
#[delete("/v1/feeds/{id}")]
pub async fn delete_feed(
    caller: Caller<Editor>,
    state: web::Data<State>,
    Id(id): Id<FeedId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let _turn = if_match.turn(&state, caller.workspace, id.0, shown(&state, caller.workspace, id)).await?;
    match state.service.store().delete_feed(caller.workspace, id).await? {
        true => Ok(HttpResponse::NoContent().finish()),
        false => Err(Problem::not_found()),
    }
}
