//! `Idempotency-Key`: a request that is sent twice is done once (draft-ietf-httpapi-idempotency-key-header).
//!
//! Only what succeeded is remembered: a request that was refused did nothing, and may be put right and sent again under its key. A key
//! is good for one bearer, method and path, for a day. Requests without one are as they always were; those that are natural to repeat
//! (an article by its address, a constraint by its pair) do no harm twice anyway.

use actix_web::{
    Error, HttpMessage, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION},
    },
    middleware::Next,
};
use sha2::{Digest, Sha256};

use super::{
    State, auth,
    error::{Code, Problem},
    extract, openapi,
};
use crate::{
    failpoint,
    storage::{Begun, Keyed, Remembered},
};

pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// On an answer that was given before.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
const LONGEST: usize = 255;

/// Whether requests of this method to this address may name a key. Not those that store nothing, and not the one that streams, whose lines
/// are known by their content.
pub fn applies(method: &Method, path: &str) -> bool {
    matches!(*method, Method::POST | Method::PATCH)
        && path.starts_with("/v1/")
        && !matches!(path, "/v1/articles/bulk" | "/v1/check" | "/v1/match")
}

/// Middleware, inside of the one that finds out who asks.
pub async fn once(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let named = request.headers().contains_key(IDEMPOTENCY_KEY);
    let path = request.match_info().as_str();
    // A method that the address does not answer is refused as such.
    let answered = openapi::allowed_methods(path).is_some_and(|allowed| allowed.contains(request.method().as_str()));
    if !named || !answered || !applies(request.method(), path) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let Some((workspace, bearer)) = auth::known(request.request()) else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let key = key(request.request())?;
    let payload = request.take_payload();
    let body = extract::read_body(request.request(), payload).await?;
    let line = format!("{bearer:?} {} {} {key}", request.method(), request.match_info().as_str());
    let keyed = Keyed { workspace, scope: Sha256::digest(line).into(), body: Sha256::digest(&body).into() };
    let store = State::of(request.request()).service.store().clone();
    match store.begin_once(&keyed).await.map_err(Problem::from)? {
        Begun::First => {}
        Begun::Running => return Err(Problem::in_progress().into()),
        Begun::Reused => {
            return Err(Problem::new(Code::IdempotencyKeyReused, "This key came with another body before.").into());
        }
        Begun::Done(remembered) => return Ok(request.into_response(replay(remembered)?)),
    }

    request.set_payload(Payload::from(body));
    let outcome = next.call(request).await;
    let response = match outcome {
        Ok(response) if response.status().is_success() => response.map_into_boxed_body(),
        Ok(refused) => {
            store.forget(&keyed).await.map_err(Problem::from)?;
            return Ok(refused.map_into_boxed_body());
        }
        Err(error) => {
            store.forget(&keyed).await.map_err(Problem::from)?;
            return Err(error);
        }
    };
    let (request, response) = response.into_parts();
    let (head, body) = response.into_parts();
    let body = body.try_into_bytes().map_err(|_| Problem::internal())?;
    let text = |name| head.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let secret = text(CACHE_CONTROL).is_some_and(|value| value == "no-store");
    let answer = Remembered {
        status: head.status().as_u16(),
        location: text(LOCATION),
        media_type: text(CONTENT_TYPE),
        body: (!secret).then(|| body.to_vec()),
    };
    failpoint::reach("answer-not-noted");
    // It is done, whatever becomes of the note that it is: the client gets its answer.
    if let Err(error) = store.remember(&keyed, &answer).await {
        tracing::warn!(%error, "an answer could not be kept for its Idempotency-Key");
    }
    Ok(ServiceResponse::new(request, head.set_body(body).map_into_boxed_body()))
}

/// 1 to 255 visible ASCII characters.
fn key(request: &HttpRequest) -> Result<String, Problem> {
    let mut values = request.headers().get_all(IDEMPOTENCY_KEY);
    let key = values.next().map(HeaderValue::as_bytes).unwrap_or_default();
    let fits = (1..=LONGEST).contains(&key.len()) && key.iter().all(u8::is_ascii_graphic) && values.next().is_none();
    let text = std::str::from_utf8(key).ok().filter(|_| fits);
    text.map(str::to_owned).ok_or_else(|| {
        Problem::new(
            Code::MalformedRequest,
            format!("Idempotency-Key takes one value of 1 to {LONGEST} visible ASCII characters."),
        )
    })
}

fn replay(answer: Remembered) -> Result<HttpResponse, Problem> {
    let Some(body) = answer.body else {
        let place = answer.location.map(|location| format!(" See {location}.")).unwrap_or_default();
        return Err(Problem::new(Code::Conflict, format!("It is done; the secret in its answer is shown once.{place}")));
    };
    let status = StatusCode::from_u16(answer.status).map_err(|_| Problem::internal())?;
    let mut response = HttpResponse::build(status);
    response.insert_header((REPLAYED, "true"));
    if let Some(media_type) = answer.media_type {
        response.insert_header((CONTENT_TYPE, media_type));
    }
    if let Some(location) = answer.location {
        response.insert_header((LOCATION, location));
    }
    Ok(response.body(body))
}
