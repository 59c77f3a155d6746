//! A whole HTTP edge on a port of its own, and a client to talk to it.

use std::{net::TcpListener, thread::JoinHandle, time::Duration};

use crossclaim::{
    domain::SecretKey,
    http::{self, Code, HttpOptions},
    pipeline::{LiveOptions, Service, Vault},
    storage::Store,
    telemetry,
};
use reqwest::{Method, RequestBuilder, Response, header::HeaderMap};
use serde_json::Value;
use tokio::sync::oneshot;

use crate::harness::{self, PATIENCE};

/// Longer than the service may take for what it promises in the end.
const REQUEST_PATIENCE: Duration = PATIENCE.saturating_add(Duration::from_secs(30));

/// What each service of these tests encrypts with.
pub const SECRET_KEY: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0";

pub struct Api {
    /// `http://127.0.0.1:<port>`
    pub address: String,
    client: reqwest::Client,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
}

impl Api {
    pub async fn start(store: Store) -> Self {
        Self::with(store, |_| {}).await
    }

    pub async fn with(store: Store, adjust: impl FnOnce(&mut HttpOptions)) -> Self {
        Self::with_live(store, LiveOptions::default(), adjust).await
    }

    /// With an own way of dealing with the world outside.
    pub async fn with_live(store: Store, mut live: LiveOptions, adjust: impl FnOnce(&mut HttpOptions)) -> Self {
        harness::parse_apart();
        let mut options = HttpOptions::new(telemetry::metrics().expect("metrics can be set up"));
        options.open = true;
        live.vault = live.vault.or_else(|| Vault::new(vec![SecretKey::parse(SECRET_KEY).expect("a key")]));
        adjust(&mut options);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("a bound listener"));
        let (stop, stopped) = oneshot::channel::<()>();
        let run = async move {
            // Sockets belong to the runtime that opened them, and the test's own stands still while it waits for the server
            // to end: the server opens its own.
            let service = Service::start_with(store.reopened(), live).await.expect("the service starts");
            let shutdown = async { drop(stopped.await) };
            http::serve(listener, service.clone(), options, shutdown).await.expect("the server runs");
            service.stop().await;
        };
        // actix wants a runtime that it can pin its workers to; the test's own goes on beside it.
        let server = std::thread::spawn(|| actix_web::rt::System::new().block_on(run));
        // Redirects are part of what is tested.
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
        let client = client.timeout(REQUEST_PATIENCE).build().expect("a client");
        Self { address, client, stop: Some(stop), server: Some(server) }
    }

    /// An edge that answers when an article is linked, however slow the machine is.
    pub async fn patient(store: Store) -> Self {
        Self::with(store, |options| options.link_wait = PATIENCE).await
    }

    /// Brings this key with each request.
    pub fn with_key(mut self, key: &str) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", format!("Bearer {key}").parse().expect("a key fits in a header"));
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
        self.client = client.timeout(REQUEST_PATIENCE).default_headers(headers).build().expect("a client");
        self
    }

    /// Waits until the claims of its database are in its memory.
    pub async fn ready(self) -> Self {
        crate::service::until("it is ready", async || self.get("/readyz").await.status == 200).await;
        self
    }

    /// Its store has no database: whatever asks it fails, so what succeeds, or is refused, did not ask.
    pub async fn without_database() -> Self {
        Self::start(unconnected()).await
    }

    /// Tells the server to stop, as a signal would.
    pub fn begin_stop(&mut self) {
        drop(self.stop.take());
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.address))
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(body)).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::PUT, path).json(body)).await
    }

    /// Of what is there now.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        let tag = self.get(path).await.header("etag").to_owned();
        Answer::of(self.request(Method::PATCH, path).header("if-match", tag).json(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::DELETE, path)).await
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        self.begin_stop();
        if let Some(server) = self.server.take() {
            // A panic of the server is the test's failure, unless the test is failing already.
            let ended = server.join();
            assert!(ended.is_ok() || std::thread::panicking(), "the server panicked");
        }
    }
}

pub fn unconnected() -> Store {
    let nowhere = sqlx::postgres::PgConnectOptions::new_without_pgpass().host("127.0.0.1").port(1);
    let pool = sqlx::postgres::PgPoolOptions::new().acquire_timeout(Duration::from_millis(100)).connect_lazy_with(nowhere);
    Store::from_pool(pool)
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub async fn of(request: RequestBuilder) -> Self {
        Self::read(request.send().await.expect("an answer")).await
    }

    async fn read(response: Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        // A stream of events does not end.
        let endless = headers.get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
        let body = if endless { Vec::new() } else { response.bytes().await.expect("a whole body").into() };
        Self { status, headers, body }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().expect("an ASCII header")).unwrap_or_default()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// Asserts the form every error has, and that it is the expected one.
    #[track_caller]
    pub fn expect_problem(self, status: u16, code: &str) -> Self {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text());
        let problem = self.json();
        assert_eq!((self.status, problem["code"].as_str()), (status, Some(code)), "{problem}");
        assert_eq!(problem["status"], status, "{problem}");
        assert_eq!(problem["type"], format!("/problems/{code}"), "{problem}");
        assert_eq!(Code::from_slug(code).map(|code| code.status().as_u16()), Some(status), "{code} is in the closed list");
        assert!(problem["title"].is_string() && problem["detail"].is_string() && problem["errors"].is_array(), "{problem}");
        assert_eq!(problem["instance"], format!("urn:uuid:{}", self.header("x-request-id")), "{problem}");
        assert_eq!(
            self.headers.contains_key("retry-after"),
            matches!(status, 429 | 503) || code == "idempotency-in-progress",
            "{problem}"
        );
        assert_eq!(self.header("x-content-type-options"), "nosniff");
        self
    }

    /// Asserts that the first fault named is this one.
    #[track_caller]
    pub fn expect_fault(self, pointer: &str, code: &str) -> Self {
        let answer = self.expect_problem(422, "validation-failed");
        let fault = &answer.json()["errors"][0];
        assert_eq!((fault["pointer"].as_str(), fault["code"].as_str()), (Some(pointer), Some(code)), "{fault}");
        answer
    }
}
