//! `/v1/constraints`: an editor's word about two claims, which no likeness outweighs.

use actix_web::{HttpResponse, delete, get, http::header::LOCATION, post, web};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::id;
use crate::{
    domain::{ClaimId, ConstraintId, WorkspaceId},
    http::{
        State,
        auth::{Caller, Editor, Reader},
        conditional::IfMatch,
        error::{Faults, Problem},
        extract::{Id, JsonBody, Params, uuid},
        openapi::{ListProblems, ReadProblems, WriteProblems},
        pagination::PageRequest,
        text::{self, Flaw},
        views::{ConstraintKindView, ConstraintPage, ConstraintView},
    },
    storage::MadeConstraint,
};

/// What is said of which two claims, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConstraintRequest, examples(json!(crate::http::examples::constraint_request())))]
pub struct ConstraintRequest {
    /// Ids of two different claims, in any order.
    #[schema(value_type = Vec<Uuid>, min_items = 2, max_items = 2)]
    claims: Vec<String>,
    kind: ConstraintKindView,
    /// Why, for the history; at most 2,000 characters.
    reason: String,
}

impl ConstraintRequest {
    fn check(self) -> Result<([ClaimId; 2], ConstraintKindView, String), Problem> {
        let mut faults = Faults::default();
        let reason = faults.take("/reason", text::clean(&self.reason, text::CLAIM));
        let mut pair = [ClaimId::default(); 2];
        match self.claims.as_slice() {
            claims @ [_, _] => {
                for (at, raw) in claims.iter().enumerate() {
                    match uuid(raw) {
                        Some(claim) => pair[at] = ClaimId(claim),
                        None => faults.add(format!("/claims/{at}"), Flaw::new("invalid-id", "must be a UUID")),
                    }
                }
                if pair[0] == pair[1] {
                    faults.add("/claims/1", Flaw::new("repeated", "must be another claim than the first"));
                }
            }
            _ => faults.add("/claims", Flaw::new("out-of-range", "must hold two claims")),
        }
        faults.finish().map(|()| (pair, self.kind, reason))
    }
}

/// Say that two claims belong together, or that they do not
///
/// Holds from the linker's next step on, whatever arrives later, until it is lifted: claims held apart never share a cluster,
/// not even in the same words; claims held together always do, unless that would join claims held apart. Saying the same of
/// the same pair again is safe: it answers 200 with what holds already.
#[utoipa::path(
    operation_id = "createConstraint",
    tag = "editing",
    security(("bearer" = ["editor"])),
    request_body(content = ConstraintRequest, description = "The pair."),
    responses(
        (status = 201, description = "It holds.", body = ConstraintView, headers(("Location" = String, description = "Address of the constraint."))),
        (status = 200, description = "It held already.", body = ConstraintView),
        WriteProblems,
    )
)]
#[post("/v1/constraints")]
pub async fn create_constraint(
    caller: Caller<Editor>,
    state: web::Data<State>,
    JsonBody(body): JsonBody<ConstraintRequest>,
) -> Result<HttpResponse, Problem> {
    let (pair, kind, reason) = body.check()?;
    match state.service.make_constraint(caller.workspace, pair, kind.into(), &reason, caller.actor()).await? {
        MadeConstraint::Made(made) => {
            let address = format!("/v1/constraints/{}", made.constraint.id);
            Ok(HttpResponse::Created().insert_header((LOCATION, address)).json(ConstraintView::from(&made)))
        }
        MadeConstraint::Held(held) => Ok(HttpResponse::Ok().json(ConstraintView::from(&held))),
        MadeConstraint::UnknownClaims(unknown) => {
            let mut faults = Faults::default();
            for at in (0..pair.len()).filter(|at| unknown.contains(&pair[*at])) {
                faults.add(format!("/claims/{at}"), Flaw::new("unknown", "names no claim"));
            }
            faults.finish()?;
            Err(Problem::internal())
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ConstraintQuery {
    /// Id of a claim: only what was said of it.
    #[param(nullable = false, format = Uuid)]
    claim: Option<String>,
    /// Whether those that were lifted are listed too.
    #[param(nullable = false, value_type = Option<bool>, default = false)]
    lifted: Option<String>,
    /// Rows a page.
    #[param(nullable = false, value_type = Option<i32>, minimum = 1, maximum = 100, default = 25)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    #[param(nullable = false)]
    cursor: Option<String>,
}

/// List constraints
///
/// Newest first; those that hold, unless the lifted ones are wanted too.
#[utoipa::path(
    operation_id = "listConstraints",
    tag = "editing",
    security(("bearer" = ["reader"])),
    params(ConstraintQuery),
    responses((status = 200, description = "A page of constraints.", body = ConstraintPage), ListProblems)
)]
#[get("/v1/constraints")]
pub async fn list_constraints(
    caller: Caller<Reader>,
    state: web::Data<State>,
    Params(query): Params<ConstraintQuery>,
) -> Result<web::Json<ConstraintPage>, Problem> {
    let mut faults = Faults::default();
    let claim = faults.given("/claim", query.claim.as_deref(), id);
    let lifted = faults.given("/lifted", query.lifted.as_deref(), |raw| {
        raw.parse::<bool>().map_err(|_| Flaw::new("wrong-type", "must be true or false"))
    });
    let wanted = PageRequest::read(&mut faults, "constraints", query.limit.as_deref(), query.cursor.as_deref())?;
    faults.finish()?;
    let store = state.service.store();
    let rows = store.list_constraints(caller.workspace, claim, lifted.unwrap_or(false), &wanted.page).await?;
    let (rows, next_cursor) = wanted.finish(rows, |last| last.constraint.id.0);
    Ok(web::Json(ConstraintPage { items: rows.iter().map(ConstraintView::from).collect(), next_cursor }))
}

/// Get one constraint
///
/// With who made it and why, and who lifted it.
#[utoipa::path(
    operation_id = "getConstraint",
    tag = "editing",
    security(("bearer" = ["reader"])),
    params(("id" = Uuid, Path, description = "Id of the constraint.")),
    responses((status = 200, description = "The constraint.", body = ConstraintView), ReadProblems)
)]
#[get("/v1/constraints/{id}")]
pub async fn get_constraint(
    caller: Caller<Reader>,
    state: web::Data<State>,
    Id(id): Id<ConstraintId>,
) -> Result<web::Json<ConstraintView>, Problem> {
    Ok(web::Json(shown(&state, caller.workspace, id).await?))
}

async fn shown(state: &State, workspace: WorkspaceId, id: ConstraintId) -> Result<ConstraintView, Problem> {
    let found = state.service.store().constraint(workspace, id).await?.ok_or_else(Problem::not_found)?;
    Ok((&found).into())
}

/// Lift a constraint
///
/// From the linker's next step on the two claims stand where their likeness puts them. The constraint stays readable. Lifting
/// it again changes nothing.
#[utoipa::path(
    operation_id = "deleteConstraint",
    tag = "editing",
    security(("bearer" = ["editor"])),
    params(("id" = Uuid, Path, description = "Id of the constraint.")),
    responses((status = 200, description = "It is lifted.", body = ConstraintView), ReadProblems)
)]
#[delete("/v1/constraints/{id}")]
pub async fn delete_constraint(
    caller: Caller<Editor>,
    state: web::Data<State>,
    Id(id): Id<ConstraintId>,
    if_match: IfMatch,
) -> Result<web::Json<ConstraintView>, Problem> {
    let _turn = if_match.turn(&state, caller.workspace, id.0, shown(&state, caller.workspace, id)).await?;
    let lifted = state.service.lift_constraint(caller.workspace, id, caller.actor()).await?.ok_or_else(Problem::not_found)?;
    Ok(web::Json((&lifted).into()))
}
