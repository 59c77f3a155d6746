//! `/v1/clusters/contested.atom`: what is disputed, for feed readers.

use actix_web::{HttpRequest, HttpResponse, get, web};

use crate::{
    domain::ClusterId,
    http::{
        State,
        atom::{self, ATOM},
        auth::{Caller, Reader},
        error::Problem,
        extract::check_no_query,
        openapi::ExportProblems,
    },
    storage::{ClusterFilter, Page},
};

const MOST_ENTRIES: i64 = 50;

/// Follow contested claims
///
/// The 50 contested clusters that were last seen, as an Atom feed (RFC 4287). The id of an entry is that of its cluster and never
/// changes; `updated` is when anything about it changed. Readers send the key as they send any `Authorization` header: it is not
/// taken from the address, where logs and histories would keep it.
#[utoipa::path(
    operation_id = "followContested",
    tag = "clusters",
    security(("bearer" = ["reader"])),
    responses((status = 200, description = "The feed.", body = String, content_type = "application/atom+xml"), ExportProblems)
)]
#[get("/v1/clusters/contested.atom")]
pub async fn follow_contested(
    caller: Caller<Reader>,
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    check_no_query(&request)?;
    let store = state.service.store();
    let filter = ClusterFilter { contested: Some(true), ..ClusterFilter::default() };
    let rows = store.list_clusters(caller.workspace, &filter, &Page { after: None, limit: MOST_ENTRIES }).await?;
    let clusters: Vec<_> = rows.into_iter().map(|(_, stored)| stored).collect();
    let ids: Vec<ClusterId> = clusters.iter().map(|stored| stored.cluster.id).collect();
    let (changed, made) = store.last_changes(caller.workspace, &ids).await?;
    Ok(HttpResponse::Ok().content_type(ATOM).body(atom::contested(caller.workspace, &clusters, &changed, made)))
}
