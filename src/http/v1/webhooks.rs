//! `/v1/webhooks`: addresses that are told of events, by the Standard Webhooks specification.

use std::time::Duration;

use actix_web::{
    HttpResponse, delete, get,
    http::header::{CACHE_CONTROL, LOCATION},
    patch, post, web,
};
use serde::Deserialize;
use url::Url;
use utoipa::{IntoParams, ToSchema};

use crate::{
    domain::{DeliveryId, WebhookId, WorkspaceId},
    http::{
        State,
        auth::{Admin, Caller},
        conditional::IfMatch,
        error::{Code, Faults, Problem},
        extract::{Id, JsonBody, Params, Under},
        openapi::{EditProblems, ListProblems, ReadProblems},
        pagination::PageRequest,
        text::{self, Flaw},
        views::{DeliveryPage, DeliveryView, WebhookPage, WebhookSecretView, WebhookView},
    },
    storage::{EVENT_KINDS, NewWebhook, WebhookChange},
};

const MOST_WEBHOOKS: i64 = 100;
/// How long the secret before the present one signs as well.
const OVERLAP: Duration = Duration::from_secs(24 * 3600);

/// Where to send what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewWebhook, examples(json!(crate::http::examples::new_webhook())))]
pub struct WebhookRequest {
    /// Public http or https address that takes POST, at most 2,048 bytes.
    #[schema(format = "uri")]
    url: String,
    /// Kinds of events to send; all of them where it is left out or empty.
    kinds: Option<Vec<String>>,
    /// For people; at most 200 characters.
    description: Option<String>,
}

/// What to change of a webhook; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WebhookChange, examples(json!({"active": false})))]
pub struct WebhookChangeRequest {
    /// Public http or https address that takes POST, at most 2,048 bytes.
    #[schema(format = "uri")]
    url: Option<String>,
    /// Kinds of events to send; all of them where it is empty.
    kinds: Option<Vec<String>>,
    /// For people; at most 200 characters, and none when empty.
    description: Option<String>,
    /// False pauses it. True goes on where it was, also after the service gave up on it.
    active: Option<bool>,
}

fn check_kinds(kinds: Vec<String>, faults: &mut Faults) -> Vec<String> {
    for (at, kind) in kinds.iter().enumerate() {
        if !EVENT_KINDS.contains(&kind.as_str()) {
            faults.add(format!("/kinds/{at}"), Flaw::new("unknown-value", format!("must be one of {}", EVENT_KINDS.join(", "))));
        } else if kinds[..at].contains(kind) {
            faults.add(format!("/kinds/{at}"), Flaw::new("repeated", "stands in the list already"));
        }
        if at >= EVENT_KINDS.len() {
            break;
        }
    }
    kinds
}

/// An address in its normal form that the service may call. Names are resolved only when they are called.
pub(super) fn check_target(state: &State, url: &str) -> Result<(), Problem> {
    let allowed = Url::parse(url).is_ok_and(|url| state.service.egress().check(&url).is_ok());
    if allowed { Ok(()) } else { Err(Problem::url_not_allowed()) }
}

/// Be told of events
///
/// From now on each event of the wanted kinds is sent to the address as `{"type", "timestamp", "data"}`, where `data` is the `Event`,
/// signed as the Standard Webhooks specification has it. A message is sent until the receiver answers 2xx, up to eight times in
/// about 31 hours; it may arrive more than once, with the same `webhook-id`, and out of order. Redirects are not followed. The secret
/// is in this answer and in no other.
#[utoipa::path(
    operation_id = "createWebhook",
    security(("bearer" = ["admin"])),
    tag = "events",
    request_body(content = WebhookRequest, description = "The address."),
    responses(
        (status = 201, description = "It is told from now on.", body = WebhookSecretView, headers(("Location" = String, description = "Address of the webhook."))),
        EditProblems,
    )
)]
#[post("/v1/webhooks")]
pub async fn create_webhook(
    caller: Caller<Admin>,
    state: web::Data<State>,
    JsonBody(body): JsonBody<WebhookRequest>,
) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let url = faults.take("/url", text::url(&body.url));
    let kinds = check_kinds(body.kinds.unwrap_or_default(), &mut faults);
    let description = faults.maybe("/description", body.description.as_deref(), |raw| text::name(raw, text::OUTLET_NAME));
    faults.finish()?;
    check_target(&state, &url)?;
    let new = NewWebhook { url, kinds, description };
    let (made, secret) =
        state.service.make_webhook(caller.workspace, &new, caller.actor(), MOST_WEBHOOKS).await?.ok_or_else(|| {
            Problem::new(Code::Conflict, format!("There are {MOST_WEBHOOKS} webhooks already. Delete one first."))
        })?;
    let view = WebhookSecretView { webhook: (&made).into(), secret };
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, format!("/v1/webhooks/{}", made.id)))
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(view))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WebhookQuery {
    /// Rows a page.
    #[param(nullable = false, value_type = Option<i32>, minimum = 1, maximum = 100, default = 25)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    #[param(nullable = false)]
    cursor: Option<String>,
}

/// List webhooks
///
/// Newest first, without their secrets.
#[utoipa::path(
    operation_id = "listWebhooks",
    security(("bearer" = ["admin"])),
    tag = "events",
    params(WebhookQuery),
    responses((status = 200, description = "A page of webhooks.", body = WebhookPage), ListProblems)
)]
#[get("/v1/webhooks")]
pub async fn list_webhooks(
    caller: Caller<Admin>,
    state: web::Data<State>,
    Params(query): Params<WebhookQuery>,
) -> Result<web::Json<WebhookPage>, Problem> {
    let mut faults = Faults::default();
    let wanted = PageRequest::read(&mut faults, "webhooks", query.limit.as_deref(), query.cursor.as_deref())?;
    faults.finish()?;
    let rows = state.service.store().list_webhooks(caller.workspace, &wanted.page).await?;
    let (rows, next_cursor) = wanted.finish(rows, |last| last.id.0);
    Ok(web::Json(WebhookPage { items: rows.iter().map(WebhookView::from).collect(), next_cursor }))
}

/// Get one webhook
///
/// With whether it fails, and since when.
#[utoipa::path(
    operation_id = "getWebhook",
    security(("bearer" = ["admin"])),
    tag = "events",
    params(("id" = Uuid, Path, description = "Id of the webhook.")),
    responses((status = 200, description = "The webhook.", body = WebhookView), ReadProblems)
)]
#[get("/v1/webhooks/{id}")]
pub async fn get_webhook(
    caller: Caller<Admin>,
    state: web::Data<State>,
    Id(id): Id<WebhookId>,
) -> Result<web::Json<WebhookView>, Problem> {
    Ok(web::Json(shown(&state, caller.workspace, id).await?))
}

async fn shown(state: &State, workspace: WorkspaceId, id: WebhookId) -> Result<WebhookView, Problem> {
    let found = state.service.store().webhook(workspace, id).await?.ok_or_else(Problem::not_found)?;
    Ok((&found).into())
}

/// Change a webhook
///
/// Its address, kinds or description, or whether it is told at all. Messages that wait are sent to the new address.
#[utoipa::path(
    operation_id = "changeWebhook",
    security(("bearer" = ["admin"])),
    tag = "events",
    params(("id" = Uuid, Path, description = "Id of the webhook.")),
    request_body(content = WebhookChangeRequest, description = "What to change."),
    responses((status = 200, description = "The webhook as it is now.", body = WebhookView), EditProblems)
)]
#[patch("/v1/webhooks/{id}")]
pub async fn change_webhook(
    caller: Caller<Admin>,
    state: web::Data<State>,
    Id(id): Id<WebhookId>,
    if_match: IfMatch,
    JsonBody(body): JsonBody<WebhookChangeRequest>,
) -> Result<web::Json<WebhookView>, Problem> {
    let mut faults = Faults::default();
    let change = WebhookChange {
        url: body.url.map(|url| faults.take("/url", text::url(&url))),
        kinds: body.kinds.map(|kinds| check_kinds(kinds, &mut faults)),
        description: body.description.map(|raw| match raw.trim() {
            "" => String::new(),
            raw => faults.take("/description", text::name(raw, text::OUTLET_NAME)),
        }),
        active: body.active,
    };
    faults.finish()?;
    if let Some(url) = &change.url {
        check_target(&state, url)?;
    }
    shown(&state, caller.workspace, id).await?;
    if_match.require()?;
    let _turn = if_match.turn(&state, caller.workspace, id.0, shown(&state, caller.workspace, id)).await?;
    let changed = state.service.store().change_webhook(caller.workspace, id, &change).await?.ok_or_else(Problem::not_found)?;
    Ok(web::Json((&changed).into()))
}

/// Delete a webhook
///
/// With its log. Messages that wait are not sent any more.
#[utoipa::path(
    operation_id = "deleteWebhook",
    security(("bearer" = ["admin"])),
    tag = "events",
    params(("id" = Uuid, Path, description = "Id of the webhook.")),
    responses((status = 204, description = "It is gone."), ReadProblems)
)]
#[delete("/v1/webhooks/{id}")]
pub async fn delete_webhook(
    caller: Caller<Admin>,
    state: web::Data<State>,
    Id(id): Id<WebhookId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let _turn = if_match.turn(&state, caller.workspace, id.0, shown(&state, caller.workspace, id)).await?;
    match state.service.store().delete_webhook(caller.workspace, id).await? {
        true => Ok(HttpResponse::NoContent().finish()),
        false => Err(Problem::not_found()),
    }
}

/// Give a webhook another secret
///
/// The secret before it signs as well for 24 hours, so that no message is refused while the receiver changes over. The new one is in
/// this answer and in no other.
#[utoipa::path(
    operation_id = "rotateWebhook",
    security(("bearer" = ["admin"])),
    tag = "events",
    params(("id" = Uuid, Path, description = "Id of the webhook.")),
    responses((status = 200, description = "The webhook with its new secret.", body = WebhookSecretView), ReadProblems)
)]
#[post("/v1/webhooks/{id}/rotate")]
pub async fn rotate_webhook(
    caller: Caller<Admin>,
    state: web::Data<State>,
    Id(id): Id<WebhookId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let _turn = if_match.turn(&state, caller.workspace, id.0, shown(&state, caller.workspace, id)).await?;
    let rotated = state.service.rotate_webhook(caller.workspace, id, OVERLAP).await?;
    let (rotated, secret) = rotated.ok_or_else(Problem::not_found)?;
    let view = WebhookSecretView { webhook: (&rotated).into(), secret };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(view))
}

/// Send a test message
///
/// Of kind `webhook.ping`, which tells of no event; its log entry tells what came of it. To a webhook that is not active it is sent
/// once that is.
#[utoipa::path(
    operation_id = "testWebhook",
    security(("bearer" = ["admin"])),
    tag = "events",
    params(("id" = Uuid, Path, description = "Id of the webhook.")),
    responses((status = 202, description = "It is on its way.", body = DeliveryView), ReadProblems)
)]
#[post("/v1/webhooks/{id}/test")]
pub async fn test_webhook(
    caller: Caller<Admin>,
    state: web::Data<State>,
    Id(id): Id<WebhookId>,
) -> Result<HttpResponse, Problem> {
    let ping = state.service.store().ping_webhook(caller.workspace, id).await?.ok_or_else(Problem::not_found)?;
    Ok(HttpResponse::Accepted().json(DeliveryView::from(&ping)))
}

/// List the messages to a webhook
///
/// Newest first, with what came of each. Those that are delivered or failed for good are kept for 30 days.
#[utoipa::path(
    operation_id = "listDeliveries",
    security(("bearer" = ["admin"])),
    tag = "events",
    params(("id" = Uuid, Path, description = "Id of the webhook."), WebhookQuery),
    responses((status = 200, description = "A page of messages.", body = DeliveryPage), ReadProblems, ListProblems)
)]
#[get("/v1/webhooks/{id}/deliveries")]
pub async fn list_deliveries(
    caller: Caller<Admin>,
    state: web::Data<State>,
    Under(id): Under<WebhookId>,
    Params(query): Params<WebhookQuery>,
) -> Result<web::Json<DeliveryPage>, Problem> {
    let mut faults = Faults::default();
    let wanted = PageRequest::read(&mut faults, format!("deliveries of {id}"), query.limit.as_deref(), query.cursor.as_deref())?;
    faults.finish()?;
    let store = state.service.store();
    store.webhook(caller.workspace, id).await?.ok_or_else(Problem::not_found)?;
    let rows = store.list_deliveries(caller.workspace, id, &wanted.page).await?;
    let (rows, next_cursor) = wanted.finish(rows, |last| last.number);
    Ok(web::Json(DeliveryPage { items: rows.iter().map(DeliveryView::from).collect(), next_cursor }))
}

/// Send a message again
///
/// With the same `webhook-id` and all attempts, whatever came of it before.
#[utoipa::path(
    operation_id = "replayDelivery",
    security(("bearer" = ["admin"])),
    tag = "events",
    params(("id" = Uuid, Path, description = "Id of the message.")),
    responses((status = 202, description = "It is on its way.", body = DeliveryView), ReadProblems)
)]
#[post("/v1/webhooks/deliveries/{id}/replay")]
pub async fn replay_delivery(
    caller: Caller<Admin>,
    state: web::Data<State>,
    Id(id): Id<DeliveryId>,
) -> Result<HttpResponse, Problem> {
    let again = state.service.store().replay_delivery(caller.workspace, id).await?.ok_or_else(Problem::not_found)?;
    Ok(HttpResponse::Accepted().json(DeliveryView::from(&again)))
}
