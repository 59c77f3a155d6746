//! `/v1/articles/fetch`: an article by its address alone.

use actix_web::{HttpResponse, http::header::LOCATION, post, web};
use serde::Deserialize;
use url::Url;
use utoipa::ToSchema;

use super::articles::{OutletRequest, load};
use crate::http::{
    State,
    auth::{Caller, Contributor},
    error::{Faults, Problem},
    extract::JsonBody,
    json::Object,
    openapi::IngestProblems,
    text::{self, Flaw},
    views::ArticleView,
};

/// Where the article is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FetchRequest, examples(json!(crate::http::examples::fetch_request())))]
pub struct FetchRequest {
    /// Public http or https address of a page, at most 2,048 bytes.
    #[schema(format = "uri")]
    url: String,
    /// Who publishes it; told from the address where it is left out.
    #[schema(value_type = Option<OutletRequest>)]
    outlet: Option<Object<OutletRequest>>,
}

/// Fetch and store an article
///
/// Reads the page at the address (HTML, at most 5 MiB, at most five redirects, within 15 seconds), takes the article out of it, and
/// goes on as `createArticle` does with `html`. It is stored under the address that answered. Only public addresses are called
/// (`url-not-allowed`); why there is no article is told as `fetch-failed`, without a word of what is there.
#[utoipa::path(
    operation_id = "fetchArticle",
    security(("bearer" = ["contributor"])),
    tag = "articles",
    request_body(content = FetchRequest, description = "The address."),
    responses(
        (status = 201, description = "Stored.", body = ArticleView, headers(("Location" = String, description = "Address of the article."))),
        (status = 200, description = "Known already, with the same content.", body = ArticleView),
        IngestProblems,
    )
)]
#[post("/v1/articles/fetch")]
pub async fn fetch_article(
    caller: Caller<Contributor>,
    state: web::Data<State>,
    JsonBody(body): JsonBody<FetchRequest>,
) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let url = faults.take("/url", text::url(&body.url));
    let outlet = body.outlet.map(|Object(outlet)| outlet.check(&mut faults));
    faults.finish()?;
    let url = Url::parse(&url).map_err(|_| {
        let mut faults = Faults::default();
        faults.add("/url", Flaw::new("invalid-url", "must be an absolute http or https address"));
        faults.finish().err().unwrap_or_else(Problem::internal)
    })?;
    let submitted = state.service.fetch_article(caller.workspace, &url, outlet, state.options.link_wait).await?;
    let (article, claims) = load(&state, caller.workspace, submitted.id).await?;
    let mut response = if submitted.created { HttpResponse::Created() } else { HttpResponse::Ok() };
    if submitted.created {
        response.insert_header((LOCATION, format!("/v1/articles/{}", submitted.id)));
    }
    Ok(response.json(ArticleView::from(&article).with_claims(&claims)))
}
