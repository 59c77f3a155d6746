//! `/v1/check`: what is known of the claims in a draft.

use actix_web::{post, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::articles::check_body;
use crate::{
    domain::{Body, ClusterId},
    http::{
        State,
        auth::{Caller, Reader},
        error::{Faults, Problem},
        extract::JsonBody,
        openapi::WriteProblems,
        text,
        views::CheckView,
    },
    pipeline::OwnedDraft,
};

/// A draft. Give either `text` or `html`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CheckRequest, examples(json!(crate::http::examples::check_request())))]
pub struct CheckRequest {
    /// Plain text, at most 512 KiB of UTF-8.
    text: Option<String>,
    /// A page; the article is taken out of it.
    html: Option<String>,
    /// At most 1,000 characters.
    title: Option<String>,
    /// Name of your own outlet, so that "told …" is understood; at most 200 characters.
    outlet: Option<String>,
    /// Language tag; told from the text where it is left out.
    #[schema(examples("en"))]
    language: Option<String>,
}

impl CheckRequest {
    fn check(self) -> Result<OwnedDraft, Problem> {
        let mut faults = Faults::default();
        let title = faults.maybe("/title", self.title.as_deref(), |raw| text::clean(raw, text::TITLE));
        let outlet = faults.maybe("/outlet", self.outlet.as_deref(), |raw| text::name(raw, text::OUTLET_NAME));
        let language = faults.maybe("/language", self.language.as_deref(), text::language);
        let body = check_body(self.text.as_deref(), self.html.as_deref(), &mut faults);
        faults.finish()?;
        // Without a body there was a fault.
        let (text, html) = match body.ok_or_else(Problem::internal)? {
            Body::Text(text) => (text, false),
            Body::Html(html) => (html, true),
        };
        Ok(OwnedDraft { title, text, html, outlet, language })
    }
}

/// Check a draft
///
/// Finds the claims of a draft and says what is known of each: the clusters about the same question, who disputes it, and
/// whether it all goes back to one origin or to unnamed ones. Stores nothing.
#[utoipa::path(
    operation_id = "checkDraft",
    tag = "lookup",
    security(("bearer" = ["reader"])),
    request_body(content = CheckRequest, description = "The draft."),
    responses(
        (status = 200, description = "The draft's claims.", body = CheckView),
        WriteProblems,
    )
)]
#[post("/v1/check")]
pub async fn check_draft(
    caller: Caller<Reader>,
    state: web::Data<State>,
    JsonBody(body): JsonBody<CheckRequest>,
) -> Result<web::Json<CheckView>, Problem> {
    let checked = state.service.check(caller.workspace, body.check()?).await?;
    let mut ids: Vec<ClusterId> = checked.claims.iter().flat_map(|(_, matches)| matches).map(|found| found.cluster_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let clusters = state.service.store().clusters(caller.workspace, &ids).await?;
    let event = state.service.newest_event(caller.workspace).await;
    let coverage = state.service.coverage(caller.workspace, event).await?;
    Ok(web::Json(CheckView::new(&checked, &clusters, coverage)))
}
