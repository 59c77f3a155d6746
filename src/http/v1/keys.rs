//! `/v1/keys`: who may act in the workspace, and how far.

use actix_web::{
    HttpResponse, delete, get,
    http::header::{CACHE_CONTROL, LOCATION},
    post, web,
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::{
    domain::{KeyId, Role, WorkspaceId, clock},
    http::{
        State,
        auth::{Admin, Bearer, Caller},
        conditional::IfMatch,
        error::{Code, Faults, Problem},
        extract::{Id, JsonBody, Params},
        openapi::{IngestProblems, ListProblems, ReadProblems, UndoProblems},
        pagination::PageRequest,
        text::{self, Flaw},
        views::{KeyPage, KeyView, NewKeyView, RoleView},
    },
    storage::{NewKey, Revoked},
};

/// A key to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KeyRequest, examples(json!(crate::http::examples::key_request())))]
pub struct KeyRequest {
    /// Who or what will use it; stands in the history of what it changes. At most 200 characters.
    name: String,
    role: RoleView,
    /// In the future; without it the key is valid until it is revoked.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}

impl KeyRequest {
    fn check(self, now: DateTime<Utc>) -> Result<NewKey, Problem> {
        let mut faults = Faults::default();
        let name = faults.take("/name", text::name(&self.name, text::KEY_NAME));
        let expires_at = faults.given("/expires_at", self.expires_at.as_deref(), |raw| match text::time(raw)? {
            end if end <= now => Err(Flaw::new("out-of-range", "must be in the future")),
            end => Ok(end),
        });
        faults.finish().map(|()| NewKey { name, role: self.role.into(), expires_at })
    }
}

/// Make a key
///
/// The answer holds the key itself, in `secret`: only now, since what is stored cannot be turned back into it. Where a service has no
/// key yet, the first one must be an admin's: from then on nobody is let in without a key.
#[utoipa::path(
    operation_id = "createKey",
    tag = "keys",
    security(("bearer" = ["admin"])),
    request_body(content = KeyRequest, description = "The key."),
    responses(
        (status = 201, description = "It can be used.", body = NewKeyView, headers(("Location" = String, description = "Address of the key."))),
        IngestProblems,
    )
)]
#[post("/v1/keys")]
pub async fn create_key(
    caller: Caller<Admin>,
    state: web::Data<State>,
    JsonBody(body): JsonBody<KeyRequest>,
) -> Result<HttpResponse, Problem> {
    let new = body.check(clock::now())?;
    if caller.bearer == Bearer::Anybody && new.role != Role::Admin {
        return Err(Problem::new(Code::Conflict, "The first key must be an admin's: without one nobody could make another."));
    }
    let (key, secret) = state.service.create_key(caller.workspace, &new, caller.actor()).await?;
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, format!("/v1/keys/{}", key.id)))
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(NewKeyView::new(&key, &secret)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct KeyQuery {
    /// Rows a page.
    #[param(nullable = false, value_type = Option<i32>, minimum = 1, maximum = 100, default = 25)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    #[param(nullable = false)]
    cursor: Option<String>,
}

/// List keys
///
/// Those of the workspace, newest first, with those that were revoked or have expired.
#[utoipa::path(
    operation_id = "listKeys",
    tag = "keys",
    security(("bearer" = ["admin"])),
    params(KeyQuery),
    responses((status = 200, description = "A page of keys.", body = KeyPage), ListProblems)
)]
#[get("/v1/keys")]
pub async fn list_keys(
    caller: Caller<Admin>,
    state: web::Data<State>,
    Params(query): Params<KeyQuery>,
) -> Result<web::Json<KeyPage>, Problem> {
    let mut faults = Faults::default();
    let wanted = PageRequest::read(&mut faults, "keys", query.limit.as_deref(), query.cursor.as_deref())?;
    faults.finish()?;
    let rows = state.service.store().list_keys(caller.workspace, &wanted.page).await?;
    let (rows, next_cursor) = wanted.finish(rows, |last| last.id.0);
    Ok(web::Json(KeyPage { items: rows.iter().map(KeyView::from).collect(), next_cursor }))
}

/// Get one key
///
/// With who made it, when it was last used, and who revoked it.
#[utoipa::path(
    operation_id = "getKey",
    tag = "keys",
    security(("bearer" = ["admin"])),
    params(("id" = Uuid, Path, description = "Id of the key.")),
    responses((status = 200, description = "The key, without its secret.", body = KeyView), ReadProblems)
)]
#[get("/v1/keys/{id}")]
pub async fn get_key(caller: Caller<Admin>, state: web::Data<State>, Id(id): Id<KeyId>) -> Result<web::Json<KeyView>, Problem> {
    Ok(web::Json(shown(&state, caller.workspace, id).await?))
}

async fn shown(state: &State, workspace: WorkspaceId, id: KeyId) -> Result<KeyView, Problem> {
    let found = state.service.store().key(workspace, id).await?.ok_or_else(Problem::not_found)?;
    Ok((&found).into())
}

/// Revoke a key
///
/// It opens nothing a second later, on any instance, and stays readable. Revoking it again changes nothing. The last admin key of a
/// workspace cannot revoke itself.
#[utoipa::path(
    operation_id = "deleteKey",
    tag = "keys",
    security(("bearer" = ["admin"])),
    params(("id" = Uuid, Path, description = "Id of the key.")),
    responses((status = 200, description = "It is revoked.", body = KeyView), UndoProblems)
)]
#[delete("/v1/keys/{id}")]
pub async fn delete_key(
    caller: Caller<Admin>,
    state: web::Data<State>,
    Id(id): Id<KeyId>,
    if_match: IfMatch,
) -> Result<web::Json<KeyView>, Problem> {
    let by = match caller.bearer {
        Bearer::Key(by) => Some(by),
        Bearer::Anybody | Bearer::Operator => None,
    };
    let _turn = if_match.turn(&state, caller.workspace, id.0, shown(&state, caller.workspace, id)).await?;
    match state.service.revoke_key(caller.workspace, id, by, caller.actor()).await? {
        Revoked::Done(key) => Ok(web::Json(key.as_ref().into())),
        Revoked::LastAdmin => Err(Problem::new(
            Code::Conflict,
            "It is the last admin key of this workspace. Make another one first, and revoke it with that.",
        )),
        Revoked::Unknown => Err(Problem::not_found()),
    }
}
