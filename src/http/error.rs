//! Everything that can go wrong → one problem document (RFC 9457) out of a closed list of codes.
//!
//! A problem says what the client needs to act; causes go to the log. `Debug` and `Display` show the code alone, so that no
//! client text reaches the log through an error.

use std::{borrow::Cow, fmt};

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{ACCEPT_ENCODING, ALLOW, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS},
    },
};
use serde::Serialize;
use utoipa::ToSchema;

use super::text::Flaw;
use crate::{
    domain::{Role, Withdrawal},
    egress::EgressError,
    pipeline::{FetchError, PipelineError},
    storage::StorageError,
};

/// Carries the request's id, by which its lines are found in the log.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Answers a request that failed.
#[derive(Clone)]
pub struct Problem {
    pub code: Code,
    detail: Cow<'static, str>,
    errors: Vec<Fault>,
    headers: Vec<(HeaderName, HeaderValue)>,
    request_id: Option<String>,
}

impl Problem {
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        let headers = match code.retry_after() {
            Some(seconds) => vec![(RETRY_AFTER, HeaderValue::from(seconds))],
            None => Vec::new(),
        };
        Self { code, detail: detail.into(), errors: Vec::new(), headers, request_id: None }
    }

    pub fn not_found() -> Self {
        Self::new(Code::NotFound, "There is nothing at this address.")
    }

    pub fn withdrawn(withdrawal: &Withdrawal) -> Self {
        let Withdrawal { at, by, reason } = withdrawal;
        let day = at.format("%-d %B %Y");
        Self::new(Code::Gone, format!("The article was withdrawn on {day} by {by}: {reason}"))
    }

    pub fn url_not_allowed() -> Self {
        Self::new(Code::UrlNotAllowed, "The service calls public web addresses only.")
    }

    pub fn internal() -> Self {
        Self::new(Code::Internal, "The service made a mistake. Quote the instance when you report it.")
    }

    pub fn invalid(errors: Vec<Fault>) -> Self {
        Self {
            errors,
            ..Self::new(Code::ValidationFailed, "The request is well-formed, but some of its values are not acceptable.")
        }
    }

    pub fn unauthenticated(detail: &'static str) -> Self {
        Self::new(Code::Unauthenticated, detail).header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"crossclaim\""))
    }

    pub fn forbidden(has: Role, needs: Role) -> Self {
        let (has, needs) = (has.name(), needs.name());
        Self::new(Code::Forbidden, format!("This needs a key with the role {needs} or a higher one; the role of yours is {has}."))
    }

    /// `seconds` until the next request is let through.
    pub fn rate_limited(detail: impl Into<Cow<'static, str>>, seconds: u32) -> Self {
        let mut problem = Self::new(Code::RateLimited, detail);
        problem.headers = vec![(RETRY_AFTER, HeaderValue::from(seconds.max(1)))];
        problem
    }

    pub fn in_progress() -> Self {
        Self::new(Code::IdempotencyInProgress, "The first request with this key is not done yet.")
            .header(RETRY_AFTER, HeaderValue::from_static("1"))
    }

    pub fn method_not_allowed(allowed: &str) -> Self {
        let problem = Self::new(Code::MethodNotAllowed, format!("This address answers {allowed}."));
        match HeaderValue::from_str(allowed) {
            Ok(value) => problem.header(ALLOW, value),
            Err(_) => problem,
        }
    }

    pub fn encoded_body() -> Self {
        Self::new(Code::UnsupportedMediaType, "Send the body as it is, without a Content-Encoding.")
            .header(ACCEPT_ENCODING, HeaderValue::from_static("identity"))
    }

    pub fn gzip_or_nothing() -> Self {
        Self::new(Code::UnsupportedMediaType, "Send the body as it is, or with `Content-Encoding: gzip`.")
            .header(ACCEPT_ENCODING, HeaderValue::from_static("gzip, identity"))
    }

    /// For an error response that did not come from our own code.
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::INTERNAL_SERVER_ERROR => Self::internal(),
            StatusCode::NOT_FOUND => Self::not_found(),
            _ => match Code::ALL.into_iter().find(|code| code.status() == status) {
                Some(code) => Self::new(code, code.title()),
                None if status.is_client_error() => Self::new(Code::MalformedRequest, "The request could not be understood."),
                None => Self::internal(),
            },
        }
    }

    /// Names the request this problem answers.
    #[must_use]
    pub fn at(mut self, request_id: impl fmt::Display) -> Self {
        self.request_id = Some(request_id.to_string());
        self
    }

    fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!(ProblemView {
            r#type: format!("/problems/{}", self.code.slug()),
            title: self.code.title(),
            status: self.code.status().as_u16(),
            detail: &self.detail,
            code: self.code,
            instance: self.request_id.as_ref().map(|id| format!("urn:uuid:{id}")),
            errors: &self.errors,
        })
    }
}

/// Why a request failed, as RFC 9457 has it.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem, examples(json!(super::examples::problem())))]
pub struct ProblemView<'a> {
    /// Address of a page that explains this kind of problem.
    #[schema(format = "uri-reference")]
    r#type: String,
    title: &'a str,
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong with this request.
    detail: &'a str,
    /// The last part of `type`: stable, and safe to branch on.
    code: Code,
    /// The request's id, as in the service's log.
    #[schema(required)]
    instance: Option<String>,
    /// The values at fault; empty unless the code is `validation-failed`.
    errors: &'a [Fault],
}

/// One value at fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Fault {
    /// JSON pointer into the body (`/outlet/name`), or to a query parameter (`/limit`).
    pub pointer: String,
    /// Kind of fault, such as `required`, `unknown-field`, `wrong-type`, `too-long`.
    pub code: Cow<'static, str>,
    /// What is wrong, in words.
    pub detail: String,
}

/// Collects every fault of a request, so that a client learns of all of them at once.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    pub fn add(&mut self, pointer: impl Into<String>, flaw: Flaw) {
        self.0.push(Fault { pointer: pointer.into(), code: flaw.code.into(), detail: flaw.detail.into_owned() });
    }

    /// The value, or a stand-in that never gets anywhere: [`Faults::finish`] refuses the request.
    pub fn take<T: Default>(&mut self, pointer: impl Into<String>, checked: Result<T, Flaw>) -> T {
        checked.unwrap_or_else(|flaw| {
            self.add(pointer, flaw);
            T::default()
        })
    }

    /// As [`Faults::take`] for a value that may be left out. A blank string is as good as none.
    pub fn maybe<T>(
        &mut self,
        pointer: impl Into<String>,
        raw: Option<&str>,
        check: impl FnOnce(&str) -> Result<T, Flaw>,
    ) -> Option<T> {
        self.given(pointer, raw.filter(|raw| !raw.trim().is_empty()), check)
    }

    /// The same where a blank string is none of the values there are: a filter that was left empty must not return everything.
    pub fn given<T>(
        &mut self,
        pointer: impl Into<String>,
        raw: Option<&str>,
        check: impl FnOnce(&str) -> Result<T, Flaw>,
    ) -> Option<T> {
        check(raw?).map_err(|flaw| self.add(pointer, flaw)).ok()
    }

    pub fn finish(self) -> Result<(), Problem> {
        if self.0.is_empty() { Ok(()) } else { Err(Problem::invalid(self.0)) }
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.code.status());
        for header in &self.headers {
            response.append_header(header.clone());
        }
        if self.code == Code::RequestTimeout {
            // The rest of the body may still come; it must not be read as the next request.
            response.force_close();
        }
        if let Some(request_id) = &self.request_id {
            response.insert_header((REQUEST_ID, request_id.as_str()));
        }
        response.insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
        response.content_type("application/problem+json").body(self.to_json().to_string())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.slug())
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Problem({})", self.code.slug())
    }
}

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        let problem = match error {
            StorageError::Unavailable(_) => {
                Self::new(Code::DatabaseUnavailable, "The database cannot be reached. Repeating the request is safe.")
            }
            StorageError::Overloaded(_) | StorageError::Contended(_) => {
                Self::new(Code::Overloaded, "Too much is going on at once. Repeating the request is safe.")
            }
            StorageError::StorageFull(_) => Self::new(Code::StorageFull, "The database has no space left. Nothing was stored."),
            StorageError::Migration(_) | StorageError::Internal(_) => Self::internal(),
        };
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        tracing::error!(code = problem.code.slug(), error = %error, cause, "storage failed");
        problem
    }
}

impl From<PipelineError> for Problem {
    fn from(error: PipelineError) -> Self {
        match error {
            PipelineError::Storage(error) => error.into(),
            PipelineError::Reading => Self::internal(),
            PipelineError::NoReader => Self::new(Code::Overloaded, "The machine is short of something. Try again."),
            PipelineError::NoSecretKey => Self::new(
                Code::Conflict,
                "Secrets of webhooks are encrypted, and this service has no key for that: its operator has to set CROSSCLAIM_SECRET_KEY.",
            ),
            PipelineError::Withdrawn(id) => Self::new(
                Code::Conflict,
                format!("It was withdrawn: /v1/articles/{id} tells when and why. Restore that article before you send it again."),
            ),
            PipelineError::Fetch(FetchError::Egress(EgressError::NotAllowed)) => Self::url_not_allowed(),
            PipelineError::Fetch(error) => {
                Self::new(Code::FetchFailed, format!("There is no article to be had from that address: {error}."))
            }
            PipelineError::UnreadableHtml(why) => {
                let mut faults = Faults::default();
                faults.add("/html", Flaw::new("unreadable", why));
                Self::invalid(faults.0)
            }
        }
    }
}

/// The closed list: a client may branch on these, and on nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = ProblemCode)]
pub enum Code {
    MalformedRequest,
    InvalidCursor,
    Unauthenticated,
    Forbidden,
    Csrf,
    NotFound,
    MethodNotAllowed,
    NotAcceptable,
    RequestTimeout,
    IdempotencyInProgress,
    Conflict,
    Gone,
    PreconditionFailed,
    PayloadTooLarge,
    UnsupportedMediaType,
    ValidationFailed,
    IdempotencyKeyReused,
    UrlNotAllowed,
    FetchFailed,
    PreconditionRequired,
    RateLimited,
    LegallyRestricted,
    Internal,
    DatabaseUnavailable,
    Overloaded,
    StorageFull,
    UnsafeDurability,
    ShuttingDown,
}

impl Code {
    pub const ALL: [Self; 28] = [
        Self::MalformedRequest,
        Self::InvalidCursor,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::Csrf,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::NotAcceptable,
        Self::RequestTimeout,
        Self::IdempotencyInProgress,
        Self::Conflict,
        Self::Gone,
        Self::PreconditionFailed,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::ValidationFailed,
        Self::IdempotencyKeyReused,
        Self::UrlNotAllowed,
        Self::FetchFailed,
        Self::PreconditionRequired,
        Self::RateLimited,
        Self::LegallyRestricted,
        Self::Internal,
        Self::DatabaseUnavailable,
        Self::Overloaded,
        Self::StorageFull,
        Self::UnsafeDurability,
        Self::ShuttingDown,
    ];

    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.slug() == slug)
    }

    #[must_use]
    pub fn slug(self) -> &'static str {
        self.row().1
    }

    #[must_use]
    pub fn status(self) -> StatusCode {
        // Every status in the table is a valid one; a test walks them.
        StatusCode::from_u16(self.row().0).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    #[must_use]
    pub fn title(self) -> &'static str {
        self.row().2
    }

    /// What the client can do about it.
    #[must_use]
    pub fn remedy(self) -> &'static str {
        self.row().3
    }

    /// Seconds after which trying again makes sense.
    fn retry_after(self) -> Option<u32> {
        match self {
            Self::Overloaded => Some(1),
            Self::DatabaseUnavailable | Self::ShuttingDown | Self::RateLimited => Some(5),
            Self::StorageFull | Self::UnsafeDurability => Some(60),
            _ => None,
        }
    }

    #[rustfmt::skip]
    fn row(self) -> (u16, &'static str, &'static str, &'static str) {
        match self {
            Self::MalformedRequest => (400, "malformed-request", "The request cannot be read", "Send one JSON document in UTF-8, at most 32 levels deep."),
            Self::InvalidCursor => (400, "invalid-cursor", "The cursor is not one of ours", "Pass next_cursor of the same list with the same sort, unchanged; or start again without a cursor."),
            Self::Unauthenticated => (401, "unauthenticated", "A valid key is needed", "Send your key as `Authorization: Bearer <key>`."),
            Self::Forbidden => (403, "forbidden", "The key does not allow this", "Use a key with the needed role."),
            Self::Csrf => (403, "csrf", "The form did not come from this site", "Load the page again and repeat the action there."),
            Self::NotFound => (404, "not-found", "There is nothing at this address", "Check the path and the id. What belongs to another workspace looks like what does not exist."),
            Self::MethodNotAllowed => (405, "method-not-allowed", "The address does not answer this method", "Use one of the methods in the Allow header."),
            Self::NotAcceptable => (406, "not-acceptable", "No representation fits the Accept header", "Accept application/json."),
            Self::RequestTimeout => (408, "request-timeout", "The request body came too slowly", "Send the request again, on a new connection."),
            Self::IdempotencyInProgress => (409, "idempotency-in-progress", "The first request with this key is still running", "Wait, then repeat the same request."),
            Self::Conflict => (409, "conflict", "The request does not fit the present state", "Read the resource again and decide anew."),
            Self::Gone => (410, "gone", "This was withdrawn", "Remove your copy."),
            Self::PreconditionFailed => (412, "precondition-failed", "The resource has changed since you read it", "Read it again and repeat the change with the new ETag."),
            Self::PayloadTooLarge => (413, "payload-too-large", "The body is too large", "Send at most 2 MiB."),
            Self::UnsupportedMediaType => (415, "unsupported-media-type", "The body's format is not supported", "Send the Content-Type that the address takes, `application/json` or `application/x-ndjson`, in UTF-8; a Content-Encoding only where the detail names one."),
            Self::ValidationFailed => (422, "validation-failed", "Some values are not acceptable", "Each entry of `errors` names a value by JSON pointer and says what is wrong with it."),
            Self::IdempotencyKeyReused => (422, "idempotency-key-reused", "This key was used with another body", "Use a fresh Idempotency-Key for a new request."),
            Self::UrlNotAllowed => (422, "url-not-allowed", "This address must not be called", "Give a public http or https address."),
            Self::FetchFailed => (422, "fetch-failed", "The address could not be fetched", "Check the address in a browser, or post the article itself."),
            Self::PreconditionRequired => (428, "precondition-required", "The change must say what it is based on", "Send If-Match with the ETag you have read."),
            Self::RateLimited => (429, "rate-limited", "Too many requests", "Wait as long as Retry-After says."),
            Self::LegallyRestricted => (451, "legally-restricted", "This is withheld for legal reasons", "Remove your copy."),
            Self::Internal => (500, "internal", "The service made a mistake", "Trying again may help. Quote the instance when you report it."),
            Self::DatabaseUnavailable => (503, "database-unavailable", "The database cannot be reached", "Repeat the same request after the time in Retry-After."),
            Self::Overloaded => (503, "overloaded", "The service is not able to serve now", "It is starting or has too much to do. Repeat the same request after the time in Retry-After."),
            Self::StorageFull => (503, "storage-full", "The database has no space left", "Reading still works. Ask the operator to make space."),
            Self::UnsafeDurability => (503, "unsafe-durability", "The database is set up to lose data", "Ask the operator to turn on fsync, full_page_writes and synchronous_commit."),
            Self::ShuttingDown => (503, "shutting-down", "The service is stopping", "Repeat the same request after the time in Retry-After."),
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::MessageBody;

    use super::*;

    fn body(problem: &Problem) -> serde_json::Value {
        let bytes = problem.error_response().into_body().try_into_bytes().unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    #[test]
    fn a_problem_renders_as_rfc_9457_has_it() {
        let mut faults = Faults::default();
        let kept: String = faults.take("/url", Err(Flaw::new("required", "is required")));
        assert_eq!(kept, "");
        let problem = faults.finish().unwrap_err().at("0190");
        assert_eq!(
            body(&problem),
            serde_json::json!({
                "type": "/problems/validation-failed",
                "title": "Some values are not acceptable",
                "status": 422,
                "detail": "The request is well-formed, but some of its values are not acceptable.",
                "code": "validation-failed",
                "instance": "urn:uuid:0190",
                "errors": [{"pointer": "/url", "code": "required", "detail": "is required"}],
            })
        );
        assert_eq!(problem.error_response().headers().get("content-type").unwrap(), "application/problem+json");
    }

    #[test]
    fn slugs_are_distinct_and_statuses_are_errors() {
        let slugs: std::collections::HashSet<_> = Code::ALL.map(Code::slug).into();
        assert_eq!(slugs.len(), Code::ALL.len());
        for code in Code::ALL {
            assert_eq!(code.status().as_u16(), code.row().0);
            assert!(code.status().is_client_error() || code.status().is_server_error());
            assert_eq!(Code::from_slug(code.slug()), Some(code));
            assert_eq!(serde_json::to_value(code).unwrap(), code.slug());
        }
    }

    #[test]
    fn whoever_is_told_to_come_back_is_told_when() {
        for code in Code::ALL {
            let retry = Problem::new(code, "").error_response().headers().contains_key("retry-after");
            assert_eq!(retry, matches!(code.status().as_u16(), 429 | 503), "{code:?}");
        }
    }

    #[test]
    fn storage_errors_keep_their_cause_to_themselves() {
        let secret = || sqlx::Error::Protocol("password=hunter2".into());
        for (error, code) in [
            (StorageError::Unavailable(secret()), Code::DatabaseUnavailable),
            (StorageError::Overloaded(secret()), Code::Overloaded),
            (StorageError::Contended(secret()), Code::Overloaded),
            (StorageError::StorageFull(secret()), Code::StorageFull),
            (StorageError::Internal(secret()), Code::Internal),
        ] {
            let problem = Problem::from(error);
            assert_eq!(problem.code, code);
            assert!(!body(&problem).to_string().contains("hunter2"));
        }
    }

    #[test]
    fn a_foreign_error_status_becomes_the_nearest_code() {
        for (status, code) in [(404, "not-found"), (405, "method-not-allowed"), (418, "malformed-request"), (502, "internal")] {
            assert_eq!(Problem::of_status(StatusCode::from_u16(status).unwrap()).code.slug(), code);
        }
    }
}
