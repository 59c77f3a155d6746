//! For those who run the service: is it alive, is it ready, what does it count, and what does an error mean.

use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{
    State,
    error::{Code, Problem, ProblemView},
};
use crate::pipeline::Readiness;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(livez).service(readyz).service(metrics).service(openapi_json).service(problem_page);
}

/// The state of the service.
#[derive(Serialize, ToSchema)]
#[schema(as = Health, examples(json!({"status": "ready"})))]
struct HealthView {
    status: &'static str,
}

/// Is the process alive?
///
/// Touches nothing, so that a database that is away never makes anybody restart the service.
#[utoipa::path(
    operation_id = "getLiveness",
    tag = "operations",
    security(()),
    responses((status = 200, description = "It is.", body = HealthView))
)]
#[get("/livez")]
async fn livez() -> web::Json<HealthView> {
    web::Json(HealthView { status: "alive" })
}

/// Can it serve?
///
/// 503 while it loads, while the database is away, and while it stops.
#[utoipa::path(
    operation_id = "getReadiness",
    tag = "operations",
    security(()),
    responses(
        (status = 200, description = "It can.", body = HealthView),
        (status = 503, description = "Not now.", body = ProblemView<'static>, content_type = "application/problem+json", headers(("Retry-After" = i32, description = "Seconds after which to try again."))),
    )
)]
#[get("/readyz")]
async fn readyz(state: web::Data<State>) -> Result<web::Json<HealthView>, Problem> {
    match state.service.readiness().await {
        Readiness::Ready => Ok(web::Json(HealthView { status: "ready" })),
        Readiness::Loading { claims } => Err(Problem::new(Code::Overloaded, format!("Still loading: {claims} claims so far."))),
        Readiness::DatabaseUnavailable => Err(Problem::new(Code::DatabaseUnavailable, "The database cannot be reached.")),
        Readiness::ShuttingDown => Err(Problem::new(Code::ShuttingDown, "The service is stopping.")),
    }
}

/// Metrics
///
/// In the text format of Prometheus.
#[utoipa::path(
    operation_id = "getMetrics",
    tag = "operations",
    security(()),
    responses((status = 200, description = "Every metric.", body = String, content_type = "text/plain", example = json!("http_requests_total{method=\"GET\",route=\"/livez\",status=\"200\"} 1\n")))
)]
#[get("/metrics")]
async fn metrics(state: web::Data<State>) -> HttpResponse {
    for (pool, (in_use, idle)) in state.service.store().connections() {
        for (state, count) in [("in_use", in_use), ("idle", idle)] {
            ::metrics::gauge!("crossclaim_database_connections", "pool" => pool, "state" => state).set(f64::from(count));
        }
    }
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(state.options.metrics.render())
}

/// This document
#[utoipa::path(
    operation_id = "getOpenApi",
    tag = "operations",
    description = "The description of this API, as OpenAPI 3.1.",
    security(()),
    responses((status = 200, description = "The document.", body = serde_json::Value, example = json!({"openapi": "3.1.0"})))
)]
#[get("/openapi.json")]
async fn openapi_json() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(super::openapi::JSON.as_str())
}

/// What an error means
///
/// The page a problem's `type` points to: what it means and what to do about it.
#[utoipa::path(
    operation_id = "getProblemType",
    tag = "operations",
    security(()),
    params(("slug" = String, Path, description = "The problem's code.", example = "not-found")),
    responses(
        (status = 200, description = "An explanation for people.", body = String, content_type = "text/plain"),
        (status = 404, description = "There is no such kind of problem.", body = ProblemView<'static>, content_type = "application/problem+json"),
    )
)]
#[get("/problems/{slug}")]
async fn problem_page(slug: web::Path<String>) -> Result<HttpResponse, Problem> {
    let code = Code::from_slug(&slug).ok_or_else(Problem::not_found)?;
    let page = format!("{} ({})\n\n{}.\n\nWhat to do: {}\n", code.slug(), code.status().as_u16(), code.title(), code.remedy());
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(page))
}
