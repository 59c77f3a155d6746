//! Answers that were given before and are still right: nothing has happened in the workspace since.
//!
//! Every change of what is shown is an event, in the same transaction, so the number of the newest event names the state of a workspace.
//! It is asked for anew for each request (many share one statement), which keeps what is served here exact at every instance.

use std::{future::Future, sync::Arc};

use actix_web::{
    HttpResponse,
    http::header::{ETAG, HeaderValue},
    web::Bytes,
};
use moka::sync::Cache;
use serde::Serialize;

use super::{State, conditional::tag_of, error::Problem};
use crate::domain::{Coverage, WorkspaceId};

/// What one costs besides its body.
const OVERHEAD: usize = 256;

pub struct Answers(Cache<(WorkspaceId, String), Arc<Kept>>);

/// The newest event, and how much the workspace held, where the answer tells.
pub type AsOf = (i64, Option<Coverage>);

struct Kept {
    /// When it was made, or later.
    as_of: AsOf,
    answer: Answer,
}

/// A body, and its tag, which is made once.
#[derive(Clone)]
pub struct Answer {
    pub body: Bytes,
    pub tag: HeaderValue,
}

impl Answer {
    fn new(body: Bytes) -> Self {
        let tag = HeaderValue::from_str(&tag_of(&body)).expect("a tag is made of hexadecimal digits");
        Self { body, tag }
    }
}

impl From<Answer> for HttpResponse {
    fn from(Answer { body, tag }: Answer) -> Self {
        Self::Ok().content_type("application/json").insert_header((ETAG, tag)).body(body)
    }
}

impl Answers {
    /// `bytes`: of all together; 0 keeps none.
    pub fn new(bytes: u64) -> Self {
        let weigh = |(_, asked): &(WorkspaceId, String), kept: &Arc<Kept>| {
            u32::try_from(asked.len() + kept.answer.body.len() + OVERHEAD).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().weigher(weigh).max_capacity(bytes).build())
    }
}

/// As it goes out.
pub fn json(view: &impl Serialize) -> Result<Bytes, Problem> {
    serde_json::to_vec(view).map(Bytes::from).map_err(|_| Problem::internal())
}

/// The answer to what was asked, made anew where something has happened since it was made.
pub async fn answer<E>(
    state: &State,
    workspace: WorkspaceId,
    asked: String,
    make: impl Future<Output = Result<Bytes, E>>,
) -> Result<Answer, E> {
    if state.options.answer_bytes == 0 {
        return make.await.map(Answer::new);
    }
    let event = state.service.newest_event(workspace).await;
    answer_as_of(state, workspace, asked, event.map(|event| (event, None)), make).await
}

/// The same, of a state that the caller has looked up; `None` if that could not be told.
pub async fn answer_as_of<E>(
    state: &State,
    workspace: WorkspaceId,
    asked: String,
    as_of: Option<AsOf>,
    make: impl Future<Output = Result<Bytes, E>>,
) -> Result<Answer, E> {
    let Some(as_of) = as_of.filter(|_| state.options.answer_bytes > 0) else { return make.await.map(Answer::new) };
    let key = (workspace, asked);
    if let Some(kept) = state.answers.0.get(&key).filter(|kept| kept.as_of == as_of) {
        return Ok(kept.answer.clone());
    }
    // Read after the state was: it may be newer than that, and never older.
    let answer = Answer::new(make.await?);
    state.answers.0.insert(key, Arc::new(Kept { as_of, answer: answer.clone() }));
    Ok(answer)
}
