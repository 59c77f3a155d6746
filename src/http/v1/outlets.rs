//! `/v1/outlets`.

use actix_web::{get, web};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    domain::OutletId,
    http::{
        State,
        auth::Caller,
        error::{Faults, Problem},
        extract::{Id, Params},
        openapi::{ListProblems, ReadProblems},
        pagination::PageRequest,
        views::{OutletPage, OutletProfileView},
    },
};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OutletQuery {
    /// Rows a page.
    #[param(nullable = false, value_type = Option<i32>, minimum = 1, maximum = 100, default = 25)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    #[param(nullable = false)]
    cursor: Option<String>,
}

/// List outlets
///
/// By name, each with the number of its articles and of clusters by what it does in them.
#[utoipa::path(
    operation_id = "listOutlets",
    tag = "outlets",
    params(OutletQuery),
    responses((status = 200, description = "A page of outlets.", body = OutletPage), ListProblems)
)]
#[get("/v1/outlets")]
pub async fn list_outlets(
    caller: Caller,
    state: web::Data<State>,
    Params(query): Params<OutletQuery>,
) -> Result<web::Json<OutletPage>, Problem> {
    let mut faults = Faults::default();
    let wanted = PageRequest::read(&mut faults, "outlets", query.limit.as_deref(), query.cursor.as_deref())?;
    faults.finish()?;
    let rows = state.service.store().list_outlets(caller.workspace, &wanted.page).await?;
    let (rows, next_cursor) = wanted.finish(rows, |last| (last.outlet.name.clone(), last.outlet.id.0));
    Ok(web::Json(OutletPage { items: rows.iter().map(OutletProfileView::from).collect(), next_cursor }))
}

/// Get one outlet
///
/// With the number of its articles and of clusters by what it does in them, what it was the first to say, whom it echoes, and who echoes
/// it.
#[utoipa::path(
    operation_id = "getOutlet",
    tag = "outlets",
    params(("id" = Uuid, Path, description = "Id of the outlet.")),
    responses((status = 200, description = "The outlet.", body = OutletProfileView), ReadProblems)
)]
#[get("/v1/outlets/{id}")]
pub async fn get_outlet(
    caller: Caller,
    state: web::Data<State>,
    Id(id): Id<OutletId>,
) -> Result<web::Json<OutletProfileView>, Problem> {
    let store = state.service.store();
    let profile = store.outlet(caller.workspace, id).await?.ok_or_else(Problem::not_found)?;
    let ties = store.outlet_ties(caller.workspace, id).await?;
    Ok(web::Json(OutletProfileView::from(&profile).with_ties(&ties)))
}
