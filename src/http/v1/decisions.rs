//! `/v1/decisions`: what editors decide, with a reason, and take back as a whole.

use actix_web::{HttpResponse, get, http::header::LOCATION, post, web};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{clusters, id};
use crate::{
    domain::{ClaimId, ClusterId, Decision, DecisionId, DecisionKind, Relation, WorkspaceId},
    http::{
        State,
        auth::{Caller, Editor, Reader},
        conditional::IfMatch,
        error::{Code, Faults, Problem},
        extract::{Id, JsonBody, Params, uuid},
        json::Object,
        openapi::{EditProblems, ListProblems, ReadProblems, WriteProblems},
        pagination::PageRequest,
        text::{self, Flaw},
        views::{BulkDecisionView, BulkDecisionsView, DecisionKindView, DecisionPage, DecisionView, RelationView},
    },
    storage::{Decided, DecisionFilter},
};

/// Claims that one decision may name.
const MOST_CLAIMS: usize = 500;
/// Decisions of one bulk request.
const MOST_DECISIONS: usize = 100;

/// What is decided. Which fields go with which kind:
/// `merge` takes `cluster` and `other`; `split` takes `cluster` and the `claims` that leave it; `move` takes `claims` and the `cluster`
/// they belong to; `confirm` and `reject` take two `claims`; `relabel` takes `claims` and `relation`; `note` takes `cluster` and `text`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DecisionRequest, examples(json!(crate::http::examples::decision_request())))]
pub struct DecisionRequest {
    kind: DecisionKindView,
    /// Id of a cluster.
    #[schema(format = Uuid)]
    cluster: Option<String>,
    /// Id of another cluster.
    #[schema(format = Uuid)]
    other: Option<String>,
    /// Ids of claims.
    #[schema(value_type = Option<Vec<Uuid>>, max_items = 500)]
    claims: Option<Vec<String>>,
    relation: Option<RelationView>,
    /// At most 10,000 characters.
    text: Option<String>,
    /// Why, for the history; at most 2,000 characters.
    reason: String,
}

impl DecisionRequest {
    fn check(self) -> Result<(Decision, String), Problem> {
        let mut faults = Faults::default();
        let kind = DecisionKind::from(self.kind);
        let reason = faults.take("/reason", text::clean(&self.reason, text::CLAIM));
        let given = [
            ("cluster", self.cluster.is_some()),
            ("other", self.other.is_some()),
            ("claims", self.claims.is_some()),
            ("relation", self.relation.is_some()),
            ("text", self.text.is_some()),
        ];
        let wanted: &[&str] = match kind {
            DecisionKind::Merge => &["cluster", "other"],
            DecisionKind::Split | DecisionKind::Move => &["cluster", "claims"],
            DecisionKind::Confirm | DecisionKind::Reject => &["claims"],
            DecisionKind::Relabel => &["claims", "relation"],
            DecisionKind::Note => &["cluster", "text"],
        };
        for (field, given) in given {
            match (wanted.contains(&field), given) {
                (true, false) => faults.add(format!("/{field}"), Flaw::new("required", "is required for this kind")),
                (false, true) => faults.add(format!("/{field}"), Flaw::new("unknown-field", "does not go with this kind")),
                _ => {}
            }
        }
        let mut cluster_id =
            |pointer: &str, raw: Option<&str>| -> ClusterId { raw.map(|raw| faults.take(pointer, id(raw))).unwrap_or_default() };
        let cluster = cluster_id("/cluster", self.cluster.as_deref());
        let other = cluster_id("/other", self.other.as_deref());
        if kind == DecisionKind::Merge && self.other.is_some() && cluster == other {
            faults.add("/other", Flaw::new("repeated", "must be another cluster"));
        }
        let pair = matches!(kind, DecisionKind::Confirm | DecisionKind::Reject);
        let claims = self.claims.map(|claims| check_claims(&claims, pair, &mut faults)).unwrap_or_default();
        let note = self.text.map(|raw| faults.take("/text", text::clean(&raw, text::NOTE))).unwrap_or_default();
        faults.finish()?;
        let both = || <[ClaimId; 2]>::try_from(claims.as_slice()).map_err(|_| Problem::internal());
        let decision = match kind {
            DecisionKind::Merge => Decision::Merge { clusters: [cluster, other] },
            DecisionKind::Split => Decision::Split { cluster, claims },
            DecisionKind::Move => Decision::Move { claims, cluster },
            DecisionKind::Confirm => Decision::Confirm { claims: both()? },
            DecisionKind::Reject => Decision::Reject { claims: both()? },
            DecisionKind::Relabel => Decision::Relabel { claims, relation: self.relation.map_or(Relation::Unclear, Into::into) },
            DecisionKind::Note => Decision::Note { cluster, text: note },
        };
        Ok((decision, reason))
    }
}

fn check_claims(raw: &[String], pair: bool, faults: &mut Faults) -> Vec<ClaimId> {
    let mut claims = Vec::new();
    if pair && raw.len() != 2 || raw.is_empty() || raw.len() > MOST_CLAIMS {
        let detail = if pair { "must hold two claims".to_owned() } else { format!("must hold 1 to {MOST_CLAIMS} claims") };
        faults.add("/claims", Flaw::new("out-of-range", detail));
        return claims;
    }
    for (at, raw) in raw.iter().enumerate() {
        match uuid(raw).map(ClaimId) {
            None => faults.add(format!("/claims/{at}"), Flaw::new("invalid-id", "must be a UUID")),
            Some(claim) if claims.contains(&claim) => {
                faults.add(format!("/claims/{at}"), Flaw::new("repeated", "stands there already"));
            }
            Some(claim) => claims.push(claim),
        }
    }
    claims
}

async fn decide(state: &State, caller: &Caller<Editor>, request: DecisionRequest) -> Result<DecisionView, Problem> {
    let (decision, reason) = request.check()?;
    let mut faults = Faults::default();
    match state.service.decide(caller.workspace, &decision, &reason, caller.actor()).await? {
        Decided::Made(made) => return Ok((&*made).into()),
        Decided::UnknownClusters(unknown) => {
            let fields = match &decision {
                Decision::Merge { clusters } => vec![("/cluster", clusters[0]), ("/other", clusters[1])],
                _ => decision.clusters().into_iter().map(|cluster| ("/cluster", cluster)).collect(),
            };
            for (pointer, _) in fields.into_iter().filter(|(_, cluster)| unknown.contains(cluster)) {
                faults.add(pointer, Flaw::new("unknown", "names no cluster that is there"));
            }
        }
        Decided::UnknownClaims(unknown) => {
            for (at, _) in decision.claims().iter().enumerate().filter(|(_, claim)| unknown.contains(claim)) {
                faults.add(format!("/claims/{at}"), Flaw::new("unknown", "names no claim of such a cluster"));
            }
        }
        Decided::Idle => faults.add("/claims", Flaw::new("no-effect", "nothing would change")),
        Decided::TooMany => faults.add("/claims", Flaw::new("too-many", "too many pairs of claims would have to be kept apart")),
        Decided::HeldApart(constraint) => {
            let detail = format!("They are held apart by /v1/constraints/{constraint}. Take that back first.");
            return Err(Problem::new(Code::Conflict, detail));
        }
    }
    faults.finish()?;
    Err(Problem::internal())
}

/// Decide
///
/// Merge two clusters, split claims off, move claims, confirm or reject a suggested link, relabel claims, or leave a note. It holds from
/// the linker's next step on, whatever arrives later and however often the corpus is loaded anew, until it is undone. `If-Match` with the
/// tag of the `cluster` refuses a decision about what has changed since.
#[utoipa::path(
    operation_id = "createDecision",
    tag = "editing",
    security(("bearer" = ["editor"])),
    request_body(content = DecisionRequest, description = "The decision."),
    responses(
        (status = 201, description = "It holds.", body = DecisionView, headers(("Location" = String, description = "Address of the decision."))),
        EditProblems,
    )
)]
#[post("/v1/decisions")]
pub async fn create_decision(
    caller: Caller<Editor>,
    state: web::Data<State>,
    if_match: IfMatch,
    JsonBody(body): JsonBody<DecisionRequest>,
) -> Result<HttpResponse, Problem> {
    let _turn = match body.cluster.as_deref().map(id::<ClusterId>) {
        Some(Ok(id)) => Some(if_match.turn(&state, caller.workspace, id.0, clusters::shown(&state, caller.workspace, id)).await?),
        _ => None,
    };
    let made = decide(&state, &caller, body).await?;
    Ok(HttpResponse::Created().insert_header((LOCATION, format!("/v1/decisions/{}", made.id))).json(made))
}

/// Many decisions, each for itself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BulkDecisionRequest, examples(json!({"items": [crate::http::examples::decision_request()]})))]
pub struct BulkDecisionRequest {
    #[schema(value_type = Vec<DecisionRequest>, min_items = 1, max_items = 100)]
    items: Vec<Object<DecisionRequest>>,
}

/// Decide many things
///
/// One after the other, each with a result of its own: one that is refused does not keep the others out.
#[utoipa::path(
    operation_id = "createDecisions",
    tag = "editing",
    security(("bearer" = ["editor"])),
    request_body(content = BulkDecisionRequest, description = "The decisions."),
    responses((status = 200, description = "What became of each, in their order.", body = BulkDecisionsView), WriteProblems)
)]
#[post("/v1/decisions/bulk")]
pub async fn create_decisions(
    caller: Caller<Editor>,
    state: web::Data<State>,
    JsonBody(body): JsonBody<BulkDecisionRequest>,
) -> Result<web::Json<BulkDecisionsView>, Problem> {
    if body.items.is_empty() || body.items.len() > MOST_DECISIONS {
        let mut faults = Faults::default();
        faults.add("/items", Flaw::new("out-of-range", format!("must hold 1 to {MOST_DECISIONS} decisions")));
        faults.finish()?;
    }
    let mut items = Vec::with_capacity(body.items.len());
    for Object(request) in body.items {
        items.push(BulkDecisionView::from(decide(&state, &caller, request).await));
    }
    Ok(web::Json(BulkDecisionsView { items }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DecisionQuery {
    /// Id of a cluster: only what was decided of it.
    #[param(nullable = false, format = Uuid)]
    cluster: Option<String>,
    /// Whether those that were undone are listed too.
    #[param(nullable = false, value_type = Option<bool>, default = false)]
    undone: Option<String>,
    /// Rows a page.
    #[param(nullable = false, value_type = Option<i32>, minimum = 1, maximum = 100, default = 25)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    #[param(nullable = false)]
    cursor: Option<String>,
}

/// List decisions
///
/// Newest first; those that hold, unless the undone ones are wanted too.
#[utoipa::path(
    operation_id = "listDecisions",
    tag = "editing",
    security(("bearer" = ["reader"])),
    params(DecisionQuery),
    responses((status = 200, description = "A page of decisions.", body = DecisionPage), ListProblems)
)]
#[get("/v1/decisions")]
pub async fn list_decisions(
    caller: Caller<Reader>,
    state: web::Data<State>,
    Params(query): Params<DecisionQuery>,
) -> Result<web::Json<DecisionPage>, Problem> {
    let mut faults = Faults::default();
    let filter = DecisionFilter {
        cluster: faults.given("/cluster", query.cluster.as_deref(), id),
        undone: faults.given("/undone", query.undone.as_deref(), super::yes_or_no).unwrap_or(false),
    };
    let wanted = PageRequest::read(&mut faults, "decisions", query.limit.as_deref(), query.cursor.as_deref())?;
    faults.finish()?;
    let rows = state.service.store().list_decisions(caller.workspace, &filter, &wanted.page).await?;
    let (rows, next_cursor) = wanted.finish(rows, |last| last.id.0);
    Ok(web::Json(DecisionPage { items: rows.iter().map(DecisionView::from).collect(), next_cursor }))
}

/// Get one decision
///
/// With who made it and why, and who undid it.
#[utoipa::path(
    operation_id = "getDecision",
    tag = "editing",
    security(("bearer" = ["reader"])),
    params(("id" = Uuid, Path, description = "Id of the decision.")),
    responses((status = 200, description = "The decision.", body = DecisionView), ReadProblems)
)]
#[get("/v1/decisions/{id}")]
pub async fn get_decision(
    caller: Caller<Reader>,
    state: web::Data<State>,
    Id(id): Id<DecisionId>,
) -> Result<web::Json<DecisionView>, Problem> {
    Ok(web::Json(shown(&state, caller.workspace, id).await?))
}

async fn shown(state: &State, workspace: WorkspaceId, id: DecisionId) -> Result<DecisionView, Problem> {
    let found = state.service.store().decision(workspace, id).await?.ok_or_else(Problem::not_found)?;
    Ok((&found).into())
}

/// Why a decision is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UndoRequest, examples(json!({"reason": "I took one mine for another."})))]
pub struct UndoRequest {
    /// For the history; at most 2,000 characters.
    reason: String,
}

/// Undo a decision
///
/// All that followed from it is taken back with the linker's next step. Undoing it again changes nothing.
#[utoipa::path(
    operation_id = "undoDecision",
    tag = "editing",
    security(("bearer" = ["editor"])),
    params(("id" = Uuid, Path, description = "Id of the decision.")),
    request_body(content = UndoRequest, description = "The reason."),
    responses((status = 200, description = "It is undone.", body = DecisionView), EditProblems)
)]
#[post("/v1/decisions/{id}/undo")]
pub async fn undo_decision(
    caller: Caller<Editor>,
    state: web::Data<State>,
    Id(id): Id<DecisionId>,
    if_match: IfMatch,
    JsonBody(body): JsonBody<UndoRequest>,
) -> Result<web::Json<DecisionView>, Problem> {
    let mut faults = Faults::default();
    let reason = faults.take("/reason", text::clean(&body.reason, text::CLAIM));
    faults.finish()?;
    let _turn = if_match.turn(&state, caller.workspace, id.0, shown(&state, caller.workspace, id)).await?;
    let undone = state.service.undo_decision(caller.workspace, id, &reason, caller.actor()).await?;
    Ok(web::Json((&undone.ok_or_else(Problem::not_found)?).into()))
}
