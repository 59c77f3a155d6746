//! `/v1/review`: what an editor should look at.

use actix_web::{get, web};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::choice;
use crate::{
    domain::ClusterId,
    http::{
        State,
        auth::{Caller, Editor},
        error::{Faults, Problem},
        extract::Params,
        openapi::ListProblems,
        pagination::PageRequest,
        text::Flaw,
        views::{ReviewKindView, ReviewPage},
    },
};

#[derive(Debug, Deserialize, IntoParams, ToSchema)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReviewQuery {
    /// Which worklist.
    #[param(inline, required = true, nullable = false, value_type = ReviewKindView)]
    kind: Option<String>,
    /// Rows a page. A page may be shorter, and even empty, although there is a next one: it is worked out claim by claim.
    #[param(nullable = false, value_type = Option<i32>, minimum = 1, maximum = 100, default = 25)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    #[param(nullable = false)]
    cursor: Option<String>,
}

/// List what an editor should look at
///
/// Pairs that the rules propose and never decide: claims that may belong to another cluster as well (`suggested`), and claims that take
/// for granted what a cluster asserts the opposite of (`presupposed`). And what they decided without much to go by: claims that stand in a
/// cluster though no other claim there is very like them (`doubtful`). Newest claims first. A constraint between the claim and one of the
/// cluster settles the pair, and takes it off the list.
#[utoipa::path(
    operation_id = "listReview",
    tag = "editing",
    security(("bearer" = ["editor"])),
    params(ReviewQuery),
    responses((status = 200, description = "A page of the worklist.", body = ReviewPage), ListProblems)
)]
#[get("/v1/review")]
pub async fn list_review(
    caller: Caller<Editor>,
    state: web::Data<State>,
    Params(query): Params<ReviewQuery>,
) -> Result<web::Json<ReviewPage>, Problem> {
    let mut faults = Faults::default();
    let kind = faults.given("/kind", query.kind.as_deref(), choice::<ReviewKindView>);
    if query.kind.is_none() {
        faults.add("/kind", Flaw::new("required", "is required"));
    }
    let list = format!("review of {kind:?}");
    let wanted = PageRequest::read(&mut faults, list, query.limit.as_deref(), query.cursor.as_deref())?;
    faults.finish()?;
    // Without a kind there was a fault.
    let kind = kind.ok_or_else(Problem::internal)?;
    let (items, next) = state.service.review(caller.workspace, kind.into(), &wanted.exactly()).await?;
    let ids: Vec<ClusterId> = items.iter().flat_map(|item| &item.matches).map(|found| found.cluster_id).collect();
    let clusters = state.service.store().clusters(caller.workspace, &ids).await?;
    Ok(web::Json(ReviewPage::new(&items, &clusters, next.map(|last| wanted.cursor(&last)))))
}
