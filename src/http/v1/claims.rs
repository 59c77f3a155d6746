//! `/v1/claims`.

use actix_web::{get, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{choice, id};
use crate::{
    domain::ClaimId,
    http::{
        State,
        auth::{Caller, Reader},
        error::{Faults, Problem},
        extract::{Id, Params},
        openapi::{ListProblems, ReadProblems},
        pagination::PageRequest,
        text,
        views::{ClaimPage, ClaimView, PolarityView, RelationView},
    },
    storage::ClaimFilter,
};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ClaimQuery {
    /// Words that all occur in the claim; "quotes" and -minus work as in a search engine.
    #[param(nullable = false)]
    pub(super) q: Option<String>,
    /// Id of an outlet.
    #[param(nullable = false, format = Uuid)]
    pub(super) outlet: Option<String>,
    /// Id of an article.
    #[param(nullable = false, format = Uuid)]
    pub(super) article: Option<String>,
    /// Id of a cluster.
    #[param(nullable = false, format = Uuid)]
    pub(super) cluster: Option<String>,
    #[param(nullable = false, value_type = Option<RelationView>)]
    pub(super) relation: Option<String>,
    #[param(nullable = false, value_type = Option<PolarityView>)]
    pub(super) polarity: Option<String>,
    /// Rows a page.
    #[param(nullable = false, value_type = Option<i32>, minimum = 1, maximum = 100, default = 25)]
    pub(super) limit: Option<String>,
    /// `next_cursor` of the page before.
    #[param(nullable = false)]
    pub(super) cursor: Option<String>,
}

impl ClaimQuery {
    pub(super) fn filter(&self, faults: &mut Faults) -> ClaimFilter {
        ClaimFilter {
            q: faults.maybe("/q", self.q.as_deref(), |raw| text::clean(raw, text::SEARCH)),
            outlet: faults.given("/outlet", self.outlet.as_deref(), id),
            article: faults.given("/article", self.article.as_deref(), id),
            cluster: faults.given("/cluster", self.cluster.as_deref(), id),
            relation: faults.given("/relation", self.relation.as_deref(), choice::<RelationView>).map(Into::into),
            polarity: faults.given("/polarity", self.polarity.as_deref(), choice::<PolarityView>).map(Into::into),
        }
    }
}

/// List claims
///
/// Of the current revision of each article, newest first.
#[utoipa::path(
    operation_id = "listClaims",
    tag = "claims",
    security(("bearer" = ["reader"])),
    params(ClaimQuery),
    responses((status = 200, description = "A page of claims.", body = ClaimPage), ListProblems)
)]
#[get("/v1/claims")]
pub async fn list_claims(
    caller: Caller<Reader>,
    state: web::Data<State>,
    Params(query): Params<ClaimQuery>,
) -> Result<web::Json<ClaimPage>, Problem> {
    let mut faults = Faults::default();
    let filter = query.filter(&mut faults);
    let wanted = PageRequest::read(&mut faults, "claims", query.limit.as_deref(), query.cursor.as_deref())?;
    faults.finish()?;
    let rows = state.service.store().list_claims(caller.workspace, &filter, &wanted.page).await?;
    let (rows, next_cursor) = wanted.finish(rows, |last| last.id.0);
    Ok(web::Json(ClaimPage { items: rows.iter().map(ClaimView::from).collect(), next_cursor }))
}

/// Get one claim
///
/// With its label in its cluster and the evidence for it.
#[utoipa::path(
    operation_id = "getClaim",
    tag = "claims",
    security(("bearer" = ["reader"])),
    params(("id" = Uuid, Path, description = "Id of the claim.")),
    responses((status = 200, description = "The claim.", body = ClaimView), ReadProblems)
)]
#[get("/v1/claims/{id}")]
pub async fn get_claim(
    caller: Caller<Reader>,
    state: web::Data<State>,
    Id(id): Id<ClaimId>,
) -> Result<web::Json<ClaimView>, Problem> {
    let claim = state.service.store().claim(caller.workspace, id).await?.ok_or_else(Problem::not_found)?;
    Ok(web::Json((&claim).into()))
}
