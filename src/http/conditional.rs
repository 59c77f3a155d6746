//! Answers that a client has already: an ETag on every answer of the API that fits in memory, and 304 to whoever names it
//! (RFC 9110, 13.1.2). And changes that are meant for what the client saw: 412 where that is not what is there (13.1.1).
//!
//! The tag is made from the body, so that nothing can change without it. It is weak, because an answer may go out compressed or not;
//! `If-Match` compares it all the same, since a tag names one state of a thing whatever the encoding.

use std::{
    convert::Infallible,
    future::{Future, Ready, ready},
};

use actix_web::{
    FromRequest, HttpRequest,
    body::{BoxBody, MessageBody},
    dev::Payload,
    dev::ServiceResponse,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, ETAG, HeaderMap, HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH},
    },
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    State,
    error::{Code, Problem},
};
use crate::{domain::WorkspaceId, storage::Turn};

/// What a request says that the client has.
#[derive(Debug, Default)]
pub struct Known(Vec<String>);

impl Known {
    pub fn of(headers: &HeaderMap) -> Self {
        Self::named(headers, IF_NONE_MATCH)
    }

    fn named(headers: &HeaderMap, header: HeaderName) -> Self {
        let values = headers.get_all(header).filter_map(|value| value.to_str().ok());
        Self(values.flat_map(|value| value.split(',')).map(|tag| tag.trim().to_owned()).collect())
    }

    /// By weak comparison.
    fn holds(&self, tag: &str) -> bool {
        let opaque = |tag: &str| tag.strip_prefix("W/").unwrap_or(tag).to_owned();
        self.0.iter().any(|known| known == "*" || opaque(known) == opaque(tag))
    }
}

/// Tags a successful answer, and empties it where the client has it. A stream passes as it is.
pub fn tag(mut response: ServiceResponse<BoxBody>, known: &Known) -> ServiceResponse<BoxBody> {
    // A cache may keep it and has to ask each time.
    let ask = HeaderValue::from_static("private, no-cache");
    if response.status() != StatusCode::OK {
        // Browsers keep 308 and 410 for good otherwise, and a merge can be undone, an article restored.
        response.headers_mut().insert(CACHE_CONTROL, ask);
        return response;
    }
    response.map_body(|head, body| {
        let bytes = match body.try_into_bytes() {
            Ok(bytes) => bytes,
            Err(body) => return body,
        };
        head.headers.insert(CACHE_CONTROL, ask);
        // An answer that was kept has been tagged already.
        let tag = head.headers.get(ETAG).and_then(|tag| tag.to_str().ok()).map_or_else(|| tag_of(&bytes), str::to_owned);
        if let Ok(value) = HeaderValue::from_str(&tag) {
            head.headers.insert(ETAG, value);
        }
        if known.holds(&tag) {
            head.status = StatusCode::NOT_MODIFIED;
            return BoxBody::new(());
        }
        BoxBody::new(bytes)
    })
}

/// Of a body, or of whatever it is made from.
pub fn tag_of(body: &[u8]) -> String {
    let digest: String = Sha256::digest(body).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("W/\"{digest}\"")
}

/// What a request says of the thing that it is about to change.
#[derive(Debug)]
pub struct IfMatch(Option<Known>);

impl FromRequest for IfMatch {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let named = request.headers().contains_key(IF_MATCH);
        ready(Ok(Self(named.then(|| Known::named(request.headers(), IF_MATCH)))))
    }
}

impl IfMatch {
    /// Waits until nobody else changes the thing, which is the caller's to change until it drops the turn; provided that it is as the
    /// client saw it. `current` is what its address shows.
    pub async fn turn<V: Serialize>(
        &self,
        state: &State,
        workspace: WorkspaceId,
        thing: Uuid,
        current: impl Future<Output = Result<V, Problem>>,
    ) -> Result<Turn, Problem> {
        let turn = state.service.store().turn(workspace, thing).await?;
        if let Some(known) = &self.0 {
            let shown = serde_json::to_vec(&current.await?).map_err(|_| Problem::internal())?;
            if !known.holds(&tag_of(&shown)) {
                return Err(Problem::new(Code::PreconditionFailed, "It is not what If-Match names any more."));
            }
        }
        Ok(turn)
    }

    /// For what people edit in forms: two who edit at once must not undo each other unseen.
    pub fn require(&self) -> Result<(), Problem> {
        match self.0 {
            Some(_) => Ok(()),
            None => Err(Problem::new(Code::PreconditionRequired, "Send If-Match with the ETag of what you read.")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_of_the_tags_named_may_be_the_one() {
        let known = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(IF_NONE_MATCH, HeaderValue::from_static(value));
            Known::of(&headers)
        };
        assert!(known("W/\"a\"").holds("W/\"a\""));
        assert!(known("\"b\", \"a\"").holds("W/\"a\""), "strong or weak makes no difference");
        assert!(known("*").holds("W/\"a\""));
        assert!(!known("\"b\"").holds("W/\"a\""));
        assert!(!Known::default().holds("W/\"a\""));
    }
}
