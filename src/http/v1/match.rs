//! `/v1/match`: which clusters a sentence belongs to, and why.

use actix_web::{post, web};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    domain::ClusterId,
    http::{
        State,
        auth::{Caller, Reader},
        error::{Faults, Problem},
        extract::JsonBody,
        openapi::WriteProblems,
        text::{self, Flaw},
        views::MatchView,
    },
};

const DEFAULT_LIMIT: usize = 10;
const MAX_LIMIT: usize = 50;

/// A sentence to be looked up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MatchRequest, examples(json!(crate::http::examples::match_request())))]
pub struct MatchRequest {
    /// Read as one claim; at most 2,000 characters.
    text: String,
    /// Most clusters to return; 10 unless given.
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 50)]
    limit: Option<i64>,
}

impl MatchRequest {
    fn check(self) -> Result<(String, usize), Problem> {
        let mut faults = Faults::default();
        let text = faults.take("/text", text::clean(&self.text, text::CLAIM));
        let limit = match self.limit.map(usize::try_from) {
            None => DEFAULT_LIMIT,
            Some(Ok(limit @ 1..=MAX_LIMIT)) => limit,
            Some(_) => {
                faults.add("/limit", Flaw::new("out-of-range", format!("must be a whole number from 1 to {MAX_LIMIT}")));
                DEFAULT_LIMIT
            }
        };
        faults.finish().map(|()| (text, limit))
    }
}

/// Match a sentence
///
/// Reads the sentence as one claim and finds the clusters nearest to it, each with every signal that was read, every guard
/// that forbids the link, and the decision that follows. Stores nothing.
#[utoipa::path(
    operation_id = "matchClaim",
    tag = "lookup",
    security(("bearer" = ["reader"])),
    request_body(content = MatchRequest, description = "The sentence."),
    responses(
        (status = 200, description = "The nearest clusters, best first.", body = MatchView),
        WriteProblems,
    )
)]
#[post("/v1/match")]
pub async fn match_claim(
    caller: Caller<Reader>,
    state: web::Data<State>,
    JsonBody(body): JsonBody<MatchRequest>,
) -> Result<web::Json<MatchView>, Problem> {
    let (text, limit) = body.check()?;
    let (reading, matches) = state.service.match_text(caller.workspace, text, limit).await?;
    let ids: Vec<ClusterId> = matches.iter().map(|found| found.cluster_id).collect();
    let clusters = state.service.store().clusters(caller.workspace, &ids).await?;
    let event = state.service.newest_event(caller.workspace).await;
    let coverage = state.service.coverage(caller.workspace, event).await?;
    Ok(web::Json(MatchView::new(&reading, &matches, &clusters, coverage)))
}
