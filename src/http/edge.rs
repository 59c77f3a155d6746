//! What holds for every request: its id, its span in the log, its numbers, and the form of its answer.

use std::{panic::AssertUnwindSafe, time::Instant};

use actix_web::{
    Error, HttpMessage, HttpResponse, ResponseError,
    body::{BodySize, BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderValue, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS},
    },
    middleware::Next,
};
use futures_util::FutureExt;
use opentelemetry::{
    propagation::{Extractor, TextMapPropagator},
    trace::Status,
};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_actix_web::{RequestId, RootSpanBuilder};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::{
    State, conditional,
    error::{Code, Problem, REQUEST_ID},
    ratelimit,
};

/// Every page but the API's own documentation: nothing inline, nothing from another host.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                           base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Swagger UI styles its elements inline.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                           connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Innermost middleware. Handlers' problems get the request's id here; whatever else failed becomes a problem here, so that
/// no error leaves in another form.
pub async fn edge(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let request_id = request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
    let method = method_label(request.method());
    let in_docs = request.path().starts_with("/docs");
    let reads = matches!(*request.method(), Method::GET | Method::HEAD) && request.path().starts_with("/v1/");
    let known = reads.then(|| conditional::Known::of(request.headers()));
    // Whatever answers GET answers HEAD: the encoder remembers the true method and leaves the body out.
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }

    // A database behind a network that went silent never answers, and its own time-outs do not reach us.
    let deadline = State::deadline(request.request());
    let outcome = tokio::time::timeout(deadline, AssertUnwindSafe(next.call(request)).catch_unwind()).await;
    let outcome = outcome.unwrap_or_else(|_| {
        tracing::warn!(?deadline, "a request was given up");
        Ok(Err(Problem::new(Code::Overloaded, "There was no answer in time.").into()))
    });
    let response = match outcome {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => {
            record(method, "unknown", error.as_response_error().status_code(), started);
            return Err(error.as_error::<Problem>().cloned().unwrap_or_else(Problem::internal).at(&request_id).into());
        }
        Err(_) => {
            // The panic hook has written message and place to the log.
            tracing::error!("a handler panicked");
            record(method, "unknown", StatusCode::INTERNAL_SERVER_ERROR, started);
            return Err(Problem::internal().at(&request_id).into());
        }
    };

    let route = response.request().match_pattern().unwrap_or_else(|| "unmatched".into());
    let mut response = match problem_of(&response) {
        Some(problem) => {
            let mut answer = problem.at(&request_id).error_response();
            keep_cors(response.headers(), answer.headers_mut());
            response.into_response(answer)
        }
        // What has no end would never be left out to its end.
        None if method == "HEAD" && matches!(response.response().body().size(), BodySize::Stream) => {
            response.map_body(|_, _| BoxBody::new(()))
        }
        None => response.map_into_boxed_body(),
    };
    if let Some(known) = &known {
        response = conditional::tag(response, known);
    }
    record(method, &route, response.status(), started);
    if let Ok(id) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    let request = response.request().clone();
    ratelimit::tell(&request, response.headers_mut());
    harden(response.headers_mut(), in_docs);
    Ok(response)
}

fn problem_of<B>(response: &ServiceResponse<B>) -> Option<Problem> {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    let ours = response.response().error().and_then(|error| error.as_error::<Problem>()).cloned();
    Some(ours.unwrap_or_else(|| Problem::of_status(status)))
}

/// A page of another origin may read why it was refused, as it may read an answer.
fn keep_cors(from: &HeaderMap, to: &mut HeaderMap) {
    let cors = from.iter().filter(|(name, _)| **name == VARY || name.as_str().starts_with("access-control-"));
    cors.for_each(|(name, value)| to.append(name.clone(), value.clone()));
}

fn harden(headers: &mut HeaderMap, in_docs: bool) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html")) {
        let policy = if in_docs { DOCS_POLICY } else { PAGE_POLICY };
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    }
}

/// By route and not by path: a label a client can choose would be a row a client can make.
fn record(method: &'static str, route: &str, status: StatusCode, started: Instant) {
    let labels = [("method", method.to_owned()), ("route", route.to_owned()), ("status", status.as_u16().to_string())];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_duration_seconds", &labels[..2]).record(started.elapsed());
}

fn method_label(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// One span and one line a request. No path, query, header or body: those are the client's words, and may be anything.
pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let request_id = request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
        let span = tracing::info_span!("request", %request_id, method = method_label(request.method()), otel.kind = "server");
        if request.headers().contains_key("traceparent") {
            let _ = span.set_parent(TraceContextPropagator::new().extract(&Headers(request.headers())));
        }
        span
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        let (route, status) = match outcome {
            Ok(response) => (response.request().match_pattern(), response.status()),
            Err(error) => (None, error.as_response_error().status_code()),
        };
        span.set_attribute("http.route", route.clone().unwrap_or_else(|| "unmatched".into()));
        span.set_attribute("http.response.status_code", i64::from(status.as_u16()));
        if status.is_server_error() {
            span.set_status(Status::error(""));
        }
        tracing::info!(route = route.as_deref().unwrap_or("unmatched"), status = status.as_u16(), "answered");
    }
}

/// Where the client's own trace is told (W3C Trace Context).
struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(|name| name.as_str()).collect()
    }
}

/// Answers what no route took: a known address with another method, a file of the dashboard, or nothing.
pub async fn fallback(request: actix_web::HttpRequest) -> Result<HttpResponse, Problem> {
    let path = request.path();
    if let Some(allowed) = super::openapi::allowed_methods(path) {
        return Err(Problem::method_not_allowed(allowed));
    }
    let docs = path == "/docs" || path.starts_with("/docs/");
    let file = crate::dashboard::asset(path);
    match (request.method(), file) {
        (&Method::GET, Some((bytes, media_type))) => Ok(HttpResponse::Ok().content_type(media_type).body(bytes.into_owned())),
        (&Method::GET, None) => Err(Problem::not_found()),
        (_, Some(_)) => Err(Problem::method_not_allowed("GET, HEAD")),
        (_, None) if docs => Err(Problem::method_not_allowed("GET, HEAD")),
        (_, None) => Err(Problem::not_found()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use actix_web::{App, middleware::from_fn, test, web};
    use tracing_actix_web::TracingLogger;

    use super::*;

    #[actix_web::test]
    async fn a_panic_in_a_handler_is_an_internal_problem_without_detail() {
        async fn panics() -> HttpResponse {
            panic!("secret words")
        }
        let app = test::init_service(App::new().wrap(from_fn(edge)).route("/", web::get().to(panics))).await;
        let error = test::try_call_service(&app, test::TestRequest::get().to_request()).await.unwrap_err();
        let response = error.error_response();
        assert_eq!(response.status(), 500);
        let body = response.into_body().try_into_bytes().unwrap();
        let body = std::str::from_utf8(&body).unwrap();
        assert!(body.contains("\"code\":\"internal\"") && !body.contains("secret"), "{body}");
    }

    #[actix_web::test]
    async fn the_log_tells_the_route_and_none_of_the_client_s_words() {
        async fn refuses() -> Result<HttpResponse, Problem> {
            Err(Problem::new(Code::ValidationFailed, "secret-detail"))
        }
        let lines = Arc::new(Mutex::new(Vec::new()));
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || Lines(writer.clone())).finish();
        let _guard = tracing::subscriber::set_default(subscriber);

        let app =
            App::new().wrap(from_fn(edge)).wrap(TracingLogger::<RequestSpan>::new()).route("/{name}", web::post().to(refuses));
        let app = test::init_service(app).await;
        let request = test::TestRequest::post().uri("/secret-path?q=secret-query").insert_header(("x-a", "secret-header"));
        let response = test::call_service(&app, request.set_payload("secret-body").to_request()).await;

        let log = String::from_utf8(lines.lock().unwrap().clone()).unwrap();
        let id = response.headers().get("x-request-id").unwrap().to_str().unwrap();
        assert!(log.contains("answered route=\"/{name}\" status=422") && log.contains(id), "{log}");
        assert_eq!((log.lines().count(), log.contains("secret")), (1, false), "{log}");
    }

    #[derive(Clone)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[actix_web::test]
    async fn an_error_of_the_framework_becomes_a_problem() {
        async fn numbers(_: web::Path<u8>) -> &'static str {
            "ok"
        }
        let app = test::init_service(App::new().wrap(from_fn(edge)).route("/{n}", web::get().to(numbers))).await;
        let response = test::call_service(&app, test::TestRequest::get().uri("/x").to_request()).await;
        assert_eq!(response.status(), 404);
        assert_eq!(response.headers().get("content-type").unwrap(), "application/problem+json");
    }
}
