//! The Authorization header → the workspace a request acts in.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header::AUTHORIZATION};
use sha2::{Digest, Sha256};

use super::{State, error::Problem};
use crate::domain::WorkspaceId;

/// The one admin key of this service, kept as its digest. Without a key every request acts as admin: the command line sees
/// to it that the service is then reachable from this machine only.
#[derive(Clone)]
pub struct ApiKey {
    digest: [u8; 32],
}

impl ApiKey {
    #[must_use]
    pub fn new(key: &str) -> Self {
        Self { digest: Sha256::digest(key).into() }
    }

    /// Takes the same time wherever the two differ. Comparing digests hides the key's length as well.
    fn is(&self, given: &[u8]) -> bool {
        let given: [u8; 32] = Sha256::digest(given).into();
        let difference = self.digest.iter().zip(given).fold(0, |difference, (a, b)| difference | (a ^ b));
        std::hint::black_box(difference) == 0
    }
}

impl std::fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

/// Who asks. Every handler of `/v1` takes it first, so that nothing else of a stranger's request is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    pub workspace: WorkspaceId,
}

impl Caller {
    /// Who is named in the history of what a request changes: there is one key, and it is the administrator's.
    #[must_use]
    pub fn actor(self) -> &'static str {
        "admin"
    }
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(authenticate(request))
    }
}

fn authenticate(request: &HttpRequest) -> Result<Caller, Problem> {
    let admin = Caller { workspace: WorkspaceId::DEFAULT };
    let Some(key) = &State::of(request).options.api_key else { return Ok(admin) };
    let header = request.headers().get(AUTHORIZATION).ok_or_else(|| Problem::unauthenticated("No key was sent."))?;
    match header.as_bytes().split_at_checked("Bearer ".len()) {
        Some((scheme, given)) if scheme.eq_ignore_ascii_case(b"Bearer ") && key.is(given.trim_ascii()) => Ok(admin),
        _ => Err(Problem::unauthenticated("The key is not valid.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_opens_only_for_itself_and_is_never_shown() {
        let key = ApiKey::new("open sesame");
        assert!(key.is(b"open sesame"));
        for wrong in [&b""[..], b"open sesam", b"open sesame ", b"Open sesame", b"\xff"] {
            assert!(!key.is(wrong));
        }
        assert!(!format!("{key:?}").contains("sesame"));
    }
}
