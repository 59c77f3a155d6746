//! `/v1/articles/{id}/withdrawal`: an article that was taken back, by its outlet or on somebody's demand.

use actix_web::{HttpResponse, delete, put, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::articles::load;
use crate::{
    domain::{ArticleId, WorkspaceId},
    http::{
        State,
        auth::{Caller, Editor},
        conditional::IfMatch,
        error::{Code, Faults, Problem},
        extract::{Id, JsonBody},
        openapi::{EditProblems, UndoProblems},
        text,
        views::{ArticleView, WithdrawalView},
    },
    storage::Withdrawn,
};

/// Why an article is withdrawn.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WithdrawalRequest, examples(json!(crate::http::examples::withdrawal_request())))]
pub struct WithdrawalRequest {
    /// For the history, and told to whoever asks for the article; at most 2,000 characters.
    reason: String,
}

/// Withdraw an article
///
/// It leaves lists, counts, clusters and search with the linker's next step, and answers 410 from now on. Its claims no longer
/// corroborate or dispute anything; claims of others that came through it are flagged `origin_withdrawn`. Posting it again, or
/// another text at its URL, answers 409 until it is restored. Withdrawing it again is safe: it answers 200 with what holds already.
#[utoipa::path(
    operation_id = "withdrawArticle",
    tag = "editing",
    security(("bearer" = ["editor"])),
    params(("id" = Uuid, Path, description = "Id of the article's current revision.")),
    request_body(content = WithdrawalRequest, description = "The reason."),
    responses((status = 200, description = "It is withdrawn.", body = WithdrawalView), EditProblems)
)]
#[put("/v1/articles/{id}/withdrawal")]
pub async fn withdraw_article(
    caller: Caller<Editor>,
    state: web::Data<State>,
    Id(id): Id<ArticleId>,
    if_match: IfMatch,
    JsonBody(body): JsonBody<WithdrawalRequest>,
) -> Result<web::Json<WithdrawalView>, Problem> {
    let mut faults = Faults::default();
    let reason = faults.take("/reason", text::clean(&body.reason, text::CLAIM));
    faults.finish()?;
    let _turn = if_match.turn(&state, caller.workspace, id.0, seen(&state, caller.workspace, id)).await?;
    done(state.service.withdraw_article(caller.workspace, id, &reason, caller.actor()).await?)?;
    let article = state.service.store().article(caller.workspace, id).await?.ok_or_else(Problem::not_found)?;
    // Restored by somebody else a moment later.
    let withdrawal = article.withdrawal.ok_or_else(|| Problem::new(Code::Conflict, "The article was restored meanwhile."))?;
    Ok(web::Json((id, &withdrawal).into()))
}

/// Restore a withdrawn article
///
/// It is back in lists at once, and in its clusters with the linker's next step. Restoring it again changes nothing.
#[utoipa::path(
    operation_id = "restoreArticle",
    tag = "editing",
    security(("bearer" = ["editor"])),
    params(("id" = Uuid, Path, description = "Id of the article.")),
    responses((status = 200, description = "It is restored.", body = ArticleView), UndoProblems)
)]
#[delete("/v1/articles/{id}/withdrawal")]
pub async fn restore_article(
    caller: Caller<Editor>,
    state: web::Data<State>,
    Id(id): Id<ArticleId>,
) -> Result<HttpResponse, Problem> {
    done(state.service.restore_article(caller.workspace, id, caller.actor()).await?)?;
    let (article, claims) = load(&state, caller.workspace, id).await?;
    Ok(HttpResponse::Ok().json(ArticleView::from(&article).with_claims(&claims).with_text(article.text)))
}

fn done(outcome: Withdrawn) -> Result<(), Problem> {
    match outcome {
        Withdrawn::Done(_) => Ok(()),
        Withdrawn::Superseded(by) => {
            Err(Problem::new(Code::Conflict, format!("A later revision stands in its place: /v1/articles/{by}.")))
        }
        Withdrawn::Unknown => Err(Problem::not_found()),
    }
}

/// As `getArticle` shows it, which it does not any more once it is withdrawn.
async fn seen(state: &State, workspace: WorkspaceId, id: ArticleId) -> Result<ArticleView, Problem> {
    let (article, claims) = load(state, workspace, id).await.map_err(|problem| match problem.code {
        Code::Gone => Problem::new(Code::PreconditionFailed, "The article was withdrawn meanwhile."),
        _ => problem,
    })?;
    Ok(ArticleView::from(&article).with_claims(&claims).with_text(article.text))
}
