//! Which pages of other origins a browser lets use the API: none, unless they are configured.

use actix_cors::Cors;
use actix_web::{
    http::{
        Method,
        header::{
            ACCEPT, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderName, IF_MATCH, IF_NONE_MATCH, LOCATION,
            RETRY_AFTER,
        },
    },
    middleware::Condition,
};

use super::{
    error::REQUEST_ID,
    ratelimit::{RATE_LIMIT, RATE_LIMIT_POLICY},
};

/// Seconds for which a browser need not ask again.
const REMEMBERED: usize = 600;

/// Without origins nothing is done at all. Cookies and the like are never asked for: a key comes in a header, which no browser adds by
/// itself.
pub fn cors(origins: &[String]) -> Condition<Cors> {
    let cors = origins.iter().fold(Cors::default(), |cors, origin| cors.allowed_origin(origin));
    let cors = cors
        // A page of another origin gets its answer without the header that would let it read it.
        .block_on_origin_mismatch(false)
        .allowed_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allowed_headers([ACCEPT, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, IF_MATCH, IF_NONE_MATCH])
        .allowed_headers(["idempotency-key", "last-event-id", "prefer"].map(HeaderName::from_static))
        .expose_headers([ETAG, LOCATION, RETRY_AFTER, RATE_LIMIT, RATE_LIMIT_POLICY, REQUEST_ID])
        .max_age(REMEMBERED);
    Condition::new(!origins.is_empty(), cors)
}
