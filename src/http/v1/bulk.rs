//! `/v1/articles/bulk`: many articles in one request, a line each, and a line of answer for each as it becomes durable.
//!
//! Batches of lines go through three steps: read from the body, prepared on as many cores as there are, stored one batch after
//! another in the order of the lines. Each step asks the one before it for more, and the client's own reading of the answers
//! asks the last: whoever does not read is not read from.

use std::{convert::Infallible, thread::available_parallelism};

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::header::ContentEncoding,
    post,
    web::{self, Bytes},
};
use futures_util::{Stream, StreamExt, stream};
use serde::Serialize;
use tracing_actix_web::RequestId;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    domain::WorkspaceId,
    http::{
        State,
        auth::{Caller, Contributor},
        error::{Code, Problem},
        ndjson::{Line, NDJSON, NdjsonBody},
        openapi::StreamProblems,
    },
    pipeline::{PipelineError, Prepared, Service},
    storage::Inserted,
};

/// Bulk requests at once. Each holds a few batches in memory.
pub const MOST_STREAMS: usize = 64;

/// What became of one line.
#[derive(Debug, Serialize, ToSchema)]
#[schema(examples(json!(crate::http::examples::bulk_result())))]
pub struct BulkResult {
    /// Number of the line in the body, from 1, counting blank ones as well.
    #[schema(minimum = 1)]
    line: u64,
    status: LineStatus,
    /// Id of the stored article; null when the line failed.
    #[schema(required)]
    id: Option<Uuid>,
    /// Why the line failed, in the form of a problem document; null when it did not.
    #[schema(required, value_type = Option<crate::http::error::ProblemView<'static>>)]
    problem: Option<serde_json::Value>,
}

#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum LineStatus {
    /// Stored: the first text at its URL.
    Created,
    /// Stored: another text at a known URL.
    Revision,
    /// Stored before, with the same content.
    Known,
    /// Not stored.
    Failed,
}

/// Store many articles
///
/// The body has one article a line (NDJSON), each as `createArticle` takes it, of any number; it may be compressed with gzip. The
/// answer has one result a line, in the same order, and each result is sent once its article is committed. Blank lines have
/// none. A line at fault fails alone and the rest goes on.
///
/// Read the answer while you send: the service reads no further than you do. Articles are linked afterwards, as after
/// `createArticle` with `Prefer: respond-async`. If the answer ends before all lines are answered (its last line then says why,
/// where the service could), send the rest again, or everything: what is stored already is `known`.
#[utoipa::path(
    operation_id = "createArticles",
    tag = "articles",
    security(("bearer" = ["contributor"])),
    params(("Content-Encoding" = Option<String>, Header, description = "`gzip` for a compressed body.", example = "gzip")),
    request_body(
        content = String,
        content_type = "application/x-ndjson",
        description = "One `NewArticle` a line, at most 2 MiB each.",
        example = json!(crate::http::examples::new_article().to_string()),
    ),
    responses(
        (status = 200, description = "One result a line.", content_type = "application/x-ndjson", body = BulkResult),
        StreamProblems,
    )
)]
#[post("/v1/articles/bulk")]
pub async fn create_articles(
    caller: Caller<Contributor>,
    state: web::Data<State>,
    request: HttpRequest,
    body: NdjsonBody,
) -> Result<HttpResponse, Problem> {
    let stream = state.bulk_streams.clone().try_acquire_owned();
    let stream = stream.map_err(|_| Problem::new(Code::Overloaded, "Too many bulk requests are under way."))?;
    let request_id = request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
    let import = Import { service: state.service.clone(), workspace: caller.workspace, request_id };
    let results = import.results(body).map(move |bytes| {
        let _until_the_end = &stream;
        Ok::<_, Infallible>(bytes)
    });
    Ok(HttpResponse::Ok()
        .content_type(NDJSON)
        // A compressor would hold back what is acknowledged.
        .insert_header(ContentEncoding::Identity)
        .streaming(results))
}

/// A batch of lines by their numbers, each ready to be stored, or why it is not.
struct Batch {
    lines: Vec<(u64, Result<Prepared, Problem>)>,
    /// Nothing can be looked up or stored at present.
    outage: bool,
}

#[derive(Clone)]
struct Import {
    service: Service,
    workspace: WorkspaceId,
    request_id: String,
}

impl Import {
    /// Batches of results, in the order of the lines.
    fn results(self, body: NdjsonBody) -> impl Stream<Item = Bytes> {
        let batches = stream::unfold((body, self.service.clone()), async |(mut body, service)| {
            let stopping = || Problem::new(Code::ShuttingDown, "The service is stopping. Send the rest again.");
            let batch = body.next_batch(|| service.is_stopping().then(stopping)).await?;
            Some((batch, (body, service)))
        });
        // Tasks of their own, here and below: a client that does not read its answer must not stop a transaction half-way.
        let ahead = available_parallelism().map_or(1, usize::from) + 1;
        let preparing = self.clone();
        let prepared = batches.map(move |lines| tokio::spawn(preparing.clone().prepare(lines))).buffered(ahead);
        stream::unfold(Some((Box::pin(prepared), self)), async |state| {
            let (mut prepared, import) = state?;
            // A task fails only by a defect of ours, or when the whole service ends.
            let batch = prepared.next().await?.ok()??;
            let (results, go_on) = tokio::spawn(import.clone().store(batch)).await.ok()?;
            Some((results, go_on.then_some((prepared, import))))
        })
    }

    async fn prepare(self, lines: Vec<Line>) -> Option<Batch> {
        let parsing = web::block(move || {
            let parse = |Line { number, bytes }| (number, bytes.and_then(|bytes| super::parse_article(&bytes)));
            lines.into_iter().map(parse).collect::<Vec<_>>()
        });
        let mut articles = Vec::new();
        let checked =
            parsing.await.ok()?.into_iter().map(|(number, article)| (number, article.map(|article| articles.push(article))));
        let checked: Vec<(u64, Result<(), Problem>)> = checked.collect();
        let prepared = self.service.prepare_batch(self.workspace, articles).await;
        let outage = prepared.is_err();
        let mut prepared = prepared.map(Vec::into_iter).map_err(Problem::from);
        let mut next = |()| match &mut prepared {
            Ok(prepared) => prepared.next().unwrap_or(Err(PipelineError::Reading)).map_err(Problem::from),
            Err(problem) => Err(problem.clone()),
        };
        let lines = checked.into_iter().map(|(number, line)| (number, line.and_then(&mut next))).collect();
        Some(Batch { lines, outage })
    }

    /// The results as lines, and whether the next batch is worth a try.
    async fn store(self, batch: Batch) -> (Bytes, bool) {
        let mut articles = Vec::with_capacity(batch.lines.len());
        let lines: Vec<(u64, Option<Result<Inserted, Problem>>)> = batch
            .lines
            .into_iter()
            .map(|(number, prepared)| match prepared {
                Ok(Prepared::Read(article)) => {
                    articles.push(*article);
                    (number, None)
                }
                Ok(Prepared::Known(id)) => (number, Some(Ok(Inserted::Known(id)))),
                Err(problem) => (number, Some(Err(problem))),
            })
            .collect();
        let stored = self.service.store_batch(self.workspace, &articles).await;
        let outage = stored.outage.map(Problem::from);
        let mut outcomes = stored.outcomes.into_iter();
        let mut next = || match outcomes.next() {
            Some(Ok(Inserted::Withdrawn(id))) => Err(PipelineError::Withdrawn(id).into()),
            Some(outcome) => outcome.map_err(Problem::from),
            None => Err(outage.clone().unwrap_or_else(Problem::internal)),
        };
        let mut results = Vec::new();
        for (number, known) in lines {
            let result = self.result(number, known.unwrap_or_else(&mut next));
            serde_json::to_writer(&mut results, &result).expect("a result is JSON, and memory takes it");
            results.push(b'\n');
        }
        (results.into(), !batch.outage && outage.is_none())
    }

    fn result(&self, line: u64, outcome: Result<Inserted, Problem>) -> BulkResult {
        let status = match &outcome {
            Ok(Inserted::Created(_)) => LineStatus::Created,
            Ok(Inserted::Revision(_)) => LineStatus::Revision,
            Ok(Inserted::Known(_)) => LineStatus::Known,
            Ok(Inserted::Withdrawn(_)) | Err(_) => LineStatus::Failed,
        };
        let id = outcome.as_ref().ok().map(|inserted| inserted.id().0);
        let problem = outcome.err().map(|problem| problem.at(&self.request_id).to_json());
        BulkResult { line, status, id, problem }
    }
}
