//! The Authorization header → who asks, in which workspace, and whether that is enough.
//!
//! What an operation needs stands in the type of its first argument: `Caller<Editor>` answers 401 to strangers and 403 to keys of a
//! lower role, before anything else of the request is looked at.

use std::{
    fmt,
    future::{Ready, ready},
    marker::PhantomData,
    sync::Arc,
};

use actix_web::{
    Error, FromRequest, HttpMessage, HttpRequest,
    body::MessageBody,
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::header::AUTHORIZATION,
    middleware::Next,
};

use super::{State, error::Problem, ratelimit};
use crate::domain::{Digest, KeyId, Role, WorkspaceId};

/// The admin key of the configuration, kept as its digest.
#[derive(Clone)]
pub struct ApiKey {
    digest: Digest,
}

impl ApiKey {
    #[must_use]
    pub fn new(key: &str) -> Self {
        Self { digest: Digest::of(key.as_bytes()) }
    }

    fn is(&self, given: &[u8]) -> bool {
        self.digest.matches(&Digest::of(given))
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

/// A role that an operation can ask for.
pub trait Needed {
    const ROLE: Role;
}

macro_rules! needed {
    ($($name:ident),+) => {$(
        /// For [`Caller`].
        #[derive(Debug)]
        pub struct $name;

        impl Needed for $name {
            const ROLE: Role = Role::$name;
        }
    )+};
}
needed!(Reader, Contributor, Editor, Admin);

/// Who asks, with the role `R` or a higher one.
#[derive(Debug)]
pub struct Caller<R> {
    pub workspace: WorkspaceId,
    pub bearer: Bearer,
    pub role: Role,
    actor: Arc<str>,
    needed: PhantomData<R>,
}

/// By which right somebody asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bearer {
    /// By reaching a service that has no keys.
    Anybody,
    /// With the key of the configuration.
    Operator,
    Key(KeyId),
}

impl fmt::Display for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anybody => f.write_str("anybody"),
            Self::Operator => f.write_str("operator"),
            Self::Key(id) => id.fmt(f),
        }
    }
}

impl<R> Caller<R> {
    /// Who is named in the history of what the request changes.
    #[must_use]
    pub fn actor(&self) -> &str {
        &self.actor
    }
}

impl<R: Needed + 'static> FromRequest for Caller<R> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let admit = || {
            let identity = request.extensions().get::<Result<Identity, Problem>>().cloned();
            let Identity { workspace, bearer, actor, role } = identity.unwrap_or_else(|| Err(Problem::internal()))?;
            if role < R::ROLE {
                return Err(Problem::forbidden(role, R::ROLE));
            }
            Ok(Self { workspace, bearer, role, actor, needed: PhantomData })
        };
        ready(admit())
    }
}

/// Middleware: finds out who asks before anything else is read. An extractor could not: it would run beside those of the body, and a
/// stranger's body would be read while the key is looked up.
pub async fn authenticate(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    // The path as routes see it: `/v%31/articles` is one of them.
    if request.match_info().as_str().starts_with("/v1/") {
        let identity = admit(request.request()).await;
        request.extensions_mut().insert(identity);
    }
    next.call(request).await
}

/// Who asks, unless that is too often.
async fn admit(request: &HttpRequest) -> Result<Identity, Problem> {
    let identity = identify(request).await?;
    ratelimit::count(request, identity.workspace, identity.bearer).await?;
    Ok(identity)
}

/// Who asks, where that is known.
pub fn known(request: &HttpRequest) -> Option<(WorkspaceId, Bearer)> {
    let extensions = request.extensions();
    let identity = extensions.get::<Result<Identity, Problem>>()?.as_ref().ok()?;
    Some((identity.workspace, identity.bearer))
}

#[derive(Clone)]
struct Identity {
    workspace: WorkspaceId,
    bearer: Bearer,
    actor: Arc<str>,
    role: Role,
}

impl Identity {
    /// Of those who are known by no key of a workspace.
    fn admin(bearer: Bearer) -> Self {
        Self { workspace: WorkspaceId::DEFAULT, bearer, actor: "admin".into(), role: Role::Admin }
    }
}

async fn identify(request: &HttpRequest) -> Result<Identity, Problem> {
    let State { service, options, .. } = State::of(request);
    let given = bearer_of(request);
    if let Some(given) = given {
        if options.api_key.as_ref().is_some_and(|key| key.is(given)) {
            return Ok(Identity::admin(Bearer::Operator));
        }
        if let Some(key) = service.key(given).await? {
            let actor = key.name.as_str().into();
            return Ok(Identity { workspace: key.workspace, bearer: Bearer::Key(key.id), actor, role: key.role });
        }
    }
    if options.open && options.api_key.is_none() && !service.has_keys() {
        return Ok(Identity::admin(Bearer::Anybody));
    }
    if !request.headers().contains_key(AUTHORIZATION) {
        return Err(Problem::unauthenticated("No key was sent."));
    }
    ratelimit::count_wrong_key(request)?;
    // One answer to whatever is wrong with a key, so that nobody learns which keys there are or have been.
    Err(Problem::unauthenticated("The key is not valid."))
}

fn bearer_of(request: &HttpRequest) -> Option<&[u8]> {
    let (scheme, given) = request.headers().get(AUTHORIZATION)?.as_bytes().split_at_checked("Bearer ".len())?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then(|| given.trim_ascii())
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
