//! Parts of a request → what a handler takes as its arguments, with every refusal a [`Problem`].

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::header::{CONTENT_ENCODING, CONTENT_LENGTH},
    web::{self, Bytes, BytesMut},
};
use futures_util::{StreamExt, future::LocalBoxFuture};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{
    State,
    error::{Code, Fault, Problem},
    json,
    jsonld::JSON_LD,
    text::Flaw,
};

/// Largest body read.
pub const MAX_BODY_BYTES: usize = 2 * 1024 * 1024;

/// The request's body, read from JSON.
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for JsonBody<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let acceptable = check_headers(request, &["application/json"]);
        let body = read_body(request, payload.take());
        Box::pin(async move {
            acceptable?;
            json::parse(&body.await?).map(Self)
        })
    }
}

/// The request's body, a document of JSON-LD.
pub struct JsonLdBody(pub serde_json::Value);

impl FromRequest for JsonLdBody {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let acceptable = check_headers(request, &[JSON_LD, "application/json"]);
        let body = read_body(request, payload.take());
        Box::pin(async move {
            acceptable?;
            json::parse_any(&body.await?).map(Self)
        })
    }
}

/// The whole body, at most [`MAX_BODY_BYTES`].
pub fn read_body(request: &HttpRequest, payload: Payload) -> impl Future<Output = Result<Bytes, Problem>> + use<> {
    let deadline = State::of(request).options.body_deadline;
    async move {
        // actix limits the time for a request's head only; without this a body may take for ever.
        tokio::time::timeout(deadline, read(payload))
            .await
            .map_err(|_| Problem::new(Code::RequestTimeout, format!("The body did not arrive within {deadline:?}.")))?
    }
}

/// Most addresses take no query parameters at all.
pub fn check_no_query(request: &HttpRequest) -> Result<(), Problem> {
    parse_query::<NoParameters>(request.query_string()).map(|_| ())
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct NoParameters {}

fn check_headers(request: &HttpRequest, media_types: &[&str]) -> Result<(), Problem> {
    check_no_query(request)?;
    let headers = request.headers();
    // Decoding happens before any limit could be checked, so a small body could become a gigabyte.
    if headers.get_all(CONTENT_ENCODING).any(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(Problem::encoded_body());
    }
    let mime = request.mime_type().ok().flatten();
    let is_json = mime.is_some_and(|mime| {
        media_types.contains(&mime.essence_str()) && mime.get_param("charset").is_none_or(|charset| charset == "utf-8")
    });
    if !is_json {
        let detail = format!("Send the body as {} in UTF-8.", media_types.join(" or "));
        return Err(Problem::new(Code::UnsupportedMediaType, detail));
    }
    let declared = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > MAX_BODY_BYTES as u64) {
        return Err(too_large());
    }
    Ok(())
}

async fn read(mut payload: Payload) -> Result<Bytes, Problem> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Problem::new(Code::MalformedRequest, "The body broke off."))?;
        if body.len() + chunk.len() > MAX_BODY_BYTES {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn too_large() -> Problem {
    Problem::new(Code::PayloadTooLarge, format!("The body is larger than {MAX_BODY_BYTES} bytes."))
}

/// The query parameters. Those that are not known are refused: a misspelt filter must not return everything.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Params<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse_query(request.query_string()).map(Self))
    }
}

fn parse_query<T: DeserializeOwned>(raw: &str) -> Result<T, Problem> {
    if !decodes_to_utf8(raw) {
        return Err(Problem::new(Code::MalformedRequest, "The query is not UTF-8."));
    }
    web::Query::<T>::from_query(raw).map(web::Query::into_inner).map_err(|error| {
        let message = match &error {
            actix_web::error::QueryPayloadError::Deserialize(inner) => inner.to_string(),
            _ => error.to_string(),
        };
        let (Flaw { code, detail }, named) = json::flaw(&message);
        let pointer = format!("/{}", named.unwrap_or_default());
        Problem::invalid(vec![Fault { pointer, code: code.into(), detail: detail.into_owned() }])
    })
}

/// The parser below replaces broken bytes without a word; a search for something else than was asked for helps nobody.
fn decodes_to_utf8(raw: &str) -> bool {
    let mut bytes = raw.bytes();
    let mut decoded = Vec::with_capacity(raw.len());
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let hex = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16)).and_then(|digit| u8::try_from(digit).ok());
        match (byte, hex(ahead.next()), hex(ahead.next())) {
            (b'%', Some(high), Some(low)) => {
                decoded.push(high << 4 | low);
                bytes = ahead;
            }
            _ => decoded.push(byte),
        }
    }
    std::str::from_utf8(&decoded).is_ok()
}

/// The `{id}` of the path. What is no id names nothing, so it is not found.
pub struct Id<T>(pub T);

impl<T: From<Uuid>> FromRequest for Id<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = || {
            check_no_query(request)?;
            let id = request.match_info().get("id").and_then(uuid);
            id.map(|id| Self(T::from(id))).ok_or_else(Problem::not_found)
        };
        ready(id())
    }
}

/// The same for an address that takes query parameters.
pub struct Under<T>(pub T);

impl<T: From<Uuid>> FromRequest for Under<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.match_info().get("id").and_then(uuid);
        ready(id.map(|id| Self(T::from(id))).ok_or_else(Problem::not_found))
    }
}

/// The hyphenated form alone: one resource has one address.
pub fn uuid(raw: &str) -> Option<Uuid> {
    (raw.len() == 36).then(|| Uuid::try_parse(raw).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        q: Option<String>,
        limit: Option<String>,
    }

    #[test]
    fn queries_are_decoded_and_checked() {
        let wanted = |q: &str| Wanted { q: Some(q.into()), limit: None };
        assert_eq!(parse_query::<Wanted>("").unwrap(), Wanted::default());
        assert_eq!(parse_query::<Wanted>("q=caf%C3%A9+%26").unwrap(), wanted("café &"));
        assert_eq!(parse_query::<Wanted>("q=100%").unwrap(), wanted("100%"));
        assert_eq!(parse_query::<Wanted>("q=%zz").unwrap(), wanted("%zz"));
        for (raw, code) in [
            ("q=%ff", Code::MalformedRequest),
            ("q=%C3", Code::MalformedRequest),
            ("page=2", Code::ValidationFailed),
            ("q=a&q=b", Code::ValidationFailed),
        ] {
            assert_eq!(parse_query::<Wanted>(raw).unwrap_err().code, code, "{raw}");
        }
    }

    #[test]
    fn an_id_has_one_spelling() {
        let id = "01900000-0000-7000-8000-000000000001";
        assert!(uuid(id).is_some());
        for bad in ["", "1", &id.replace('-', ""), &format!("{{{id}}}"), &format!("urn:uuid:{id}")] {
            assert_eq!(uuid(bad), None, "{bad}");
        }
    }
}
