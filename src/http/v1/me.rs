//! `/v1/me`: who the service takes the caller for.

use actix_web::{get, web};

use crate::http::{
    auth::{Bearer, Caller, Reader},
    openapi::KeyProblems,
    views::MeView,
};

/// Who am I?
///
/// The name that stands in the history of what the caller changes, and how far its key reaches: what a page shows of itself can follow
/// that.
#[utoipa::path(
    operation_id = "getMe",
    tag = "keys",
    security(("bearer" = ["reader"])),
    responses((status = 200, description = "The caller.", body = MeView), KeyProblems)
)]
#[get("/v1/me")]
pub async fn get_me(caller: Caller<Reader>) -> web::Json<MeView> {
    web::Json(MeView { name: caller.actor().to_owned(), role: caller.role.into(), open: caller.bearer == Bearer::Anybody })
}
