//! Answers that a client has already: an ETag on every answer of the API that fits in memory, and 304 to whoever names it
//! (RFC 9110, 13.1.2).
//!
//! The tag is made from the body, so that nothing can change without it. It is weak, because an answer may go out compressed or not.

use actix_web::{
    body::{BoxBody, MessageBody},
    dev::ServiceResponse,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH},
    },
};
use sha2::{Digest, Sha256};

/// What a request says that the client has.
#[derive(Debug, Default)]
pub struct Known(Vec<String>);

impl Known {
    pub fn of(headers: &HeaderMap) -> Self {
        let values = headers.get_all(IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
        Self(values.flat_map(|value| value.split(',')).map(|tag| tag.trim().to_owned()).collect())
    }

    /// By weak comparison, as 13.1.2 has it.
    fn holds(&self, tag: &str) -> bool {
        let opaque = |tag: &str| tag.strip_prefix("W/").unwrap_or(tag).to_owned();
        self.0.iter().any(|known| known == "*" || opaque(known) == opaque(tag))
    }
}

/// Tags a successful answer, and empties it where the client has it. A stream passes as it is.
pub fn tag(response: ServiceResponse<BoxBody>, known: &Known) -> ServiceResponse<BoxBody> {
    if response.status() != StatusCode::OK {
        return response;
    }
    response.map_body(|head, body| {
        let bytes = match body.try_into_bytes() {
            Ok(bytes) => bytes,
            Err(body) => return body,
        };
        let digest = Sha256::digest(&bytes);
        let tag: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let tag = format!("W/\"{tag}\"");
        // A cache may keep it and has to ask each time.
        head.headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
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
