//! HTTP requests → calls to pipeline and storage → JSON. Checks what comes in at this edge, once, and decides nothing.
//!
//! Reading order: [`v1`] (the endpoints), `extract` and `text` (what is let in), `error` (what is answered instead),
//! `views` (what is shown), `edge` (what holds for every request).

mod atom;
mod auth;
mod cache;
mod conditional;
mod cors;
mod edge;
mod error;
mod examples;
mod export;
mod extract;
mod idempotency;
mod json;
mod jsonld;
mod ndjson;
// What utoipa generates qualifies every name; the lint takes that for ours.
#[allow(unused_qualifications)]
mod openapi;
mod operations;
mod pagination;
mod ratelimit;
mod text;
#[allow(unused_qualifications)]
mod v1;
mod views;

use std::{any::Any, future::Future, net::TcpListener, sync::Arc, time::Duration};

use actix_web::{
    App, HttpRequest, HttpServer,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::{Compress, from_fn},
    web,
};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::{Semaphore, watch};
use tracing_actix_web::TracingLogger;
use utoipa_actix_web::{AppExt, service_config::ServiceConfig};
use utoipa_swagger_ui::{Config, SwaggerUi};

pub use self::{
    auth::ApiKey,
    error::{Code, Problem},
    openapi::openapi,
    v1::parse_article,
};
use crate::pipeline::Service;

/// What `fuzz/` throws things at.
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing {
    pub use super::{error::Faults, pagination::PageRequest, text::*};

    pub fn shown(problem: &super::Problem) -> String {
        problem.to_json().to_string()
    }
}

/// How the edge behaves.
#[derive(Clone, Debug)]
pub struct HttpOptions {
    /// The operator's key: an admin of the default workspace.
    pub api_key: Option<ApiKey>,
    /// Whether everybody who can reach the service is its admin, as long as there is no key of any kind.
    pub open: bool,
    /// Requests a minute and key; 0 for no limit. `None`: 600, and no limit for those who need no key.
    pub rate_limit: Option<u32>,
    /// Wrong keys a minute that an address may bring.
    pub wrong_keys: u32,
    /// Pages of these origins may use the API, each as a browser sends it: `https://example.org`.
    pub cors_origins: Vec<String>,
    /// How long `POST /v1/articles` waits for the article to be linked.
    pub link_wait: Duration,
    /// How long a request body may take to arrive.
    pub body_deadline: Duration,
    /// How long what was sent may lie unread: a client that takes nothing for so long is cut off, on Linux.
    pub unread_deadline: Duration,
    /// How long a request that changes nothing may take until its answer begins.
    pub read_deadline: Duration,
    /// The same for all others: longer than body, fetching and linking take together.
    pub write_deadline: Duration,
    /// After how much silence `GET /v1/events` shows that it is alive.
    pub heartbeat: Duration,
    /// Clients that may follow the events at once.
    pub event_streams: usize,
    /// Memory for answers that are kept; 0 for none.
    pub answer_bytes: u64,
    /// What `/metrics` shows.
    pub metrics: PrometheusHandle,
}

impl HttpOptions {
    #[must_use]
    pub fn new(metrics: PrometheusHandle) -> Self {
        Self {
            api_key: None,
            open: false,
            rate_limit: None,
            wrong_keys: 20,
            cors_origins: Vec::new(),
            link_wait: Duration::from_secs(2),
            body_deadline: Duration::from_secs(15),
            unread_deadline: Duration::from_secs(30),
            read_deadline: Duration::from_secs(8),
            write_deadline: Duration::from_secs(45),
            heartbeat: Duration::from_secs(15),
            event_streams: 64,
            answer_bytes: 64 * 1024 * 1024,
            metrics,
        }
    }
}

/// What every handler can reach.
struct State {
    service: Service,
    options: HttpOptions,
    /// A permit for each bulk request under way.
    bulk_streams: Arc<Semaphore>,
    limits: ratelimit::Limits,
    answers: cache::Answers,
    /// A permit for each client that follows the events.
    event_streams: Arc<Semaphore>,
    /// A permit for each export under way.
    exports: Arc<Semaphore>,
    /// Ends what would go on for ever.
    stopping: watch::Sender<bool>,
}

impl State {
    fn of(request: &HttpRequest) -> &Self {
        request.app_data::<web::Data<Self>>().expect("`app` puts the state in place")
    }

    /// How long a request may take until its answer begins.
    fn deadline(request: &HttpRequest) -> Duration {
        let Some(state) = request.app_data::<web::Data<Self>>() else { return Duration::MAX };
        match request.method().is_safe() {
            true => state.options.read_deadline,
            false => state.options.write_deadline,
        }
    }
}

const HEAD_DEADLINE: Duration = Duration::from_secs(5);
const KEEP_ALIVE: Duration = Duration::from_secs(60);
const SHUTDOWN_SECONDS: u64 = 20;
/// Latencies are kept one by one until they are counted into buckets.
const METRICS_UPKEEP: Duration = Duration::from_secs(5);

/// Serves until `shutdown` is ready, then lets the requests in hand finish.
pub async fn serve(
    listener: TcpListener,
    service: Service,
    options: HttpOptions,
    shutdown: impl Future<Output = ()>,
) -> std::io::Result<()> {
    let metrics = options.metrics.clone();
    let unread_deadline = options.unread_deadline;
    let bulk_streams = Arc::new(Semaphore::new(v1::MOST_BULK_STREAMS));
    let event_streams = Arc::new(Semaphore::new(options.event_streams));
    let exports = Arc::new(Semaphore::new(export::MOST_EXPORTS));
    let stopping = watch::Sender::new(false);
    let (limits, answers) = (ratelimit::Limits::default(), cache::Answers::new(options.answer_bytes));
    let state = web::Data::new(State {
        service,
        options,
        bulk_streams,
        limits,
        answers,
        event_streams,
        exports,
        stopping: stopping.clone(),
    });
    let server = HttpServer::new(move || app(state.clone()))
        .on_connect(move |connection, _| expect_to_be_read(connection, unread_deadline))
        .client_request_timeout(HEAD_DEADLINE)
        .keep_alive(KEEP_ALIVE)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .disable_signals()
        .listen(listener)?
        .run();
    let handle = server.handle();
    let upkeep = async {
        loop {
            tokio::time::sleep(METRICS_UPKEEP).await;
            metrics.run_upkeep();
        }
    };
    let stopped = async {
        shutdown.await;
        stopping.send_replace(true);
        handle.stop(true).await;
    };
    tokio::pin!(server);
    tokio::select! {
        result = &mut server => result,
        () = stopped => server.await,
        () = upkeep => Ok(()),
    }
}

/// No timer here could do it: a connection that is blocked is not looked at. The kernel gives it up, which ends the answer and
/// frees what it holds.
fn expect_to_be_read(connection: &dyn Any, deadline: Duration) {
    #[cfg(target_os = "linux")]
    if let Some(stream) = connection.downcast_ref::<actix_web::rt::net::TcpStream>()
        && let Err(error) = socket2::SockRef::from(stream).set_tcp_user_timeout(Some(deadline))
    {
        tracing::debug!(%error, "a client may read as slowly as it likes");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (connection, deadline);
}

fn app(
    state: web::Data<State>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    let cors = cors::cors(&state.options.cors_origins);
    App::new()
        .app_data(state)
        .into_utoipa_app()
        .configure(routes)
        .into_app()
        .service(web::redirect("/docs", "docs/"))
        .service(SwaggerUi::new("/docs/{_:.*}").config(Config::from("/openapi.json").validator_url("none")))
        .default_service(web::to(edge::fallback))
        .wrap(from_fn(idempotency::once))
        .wrap(from_fn(auth::authenticate))
        .wrap(cors)
        .wrap(from_fn(edge::edge))
        .wrap(Compress::default())
        .wrap(TracingLogger::<edge::RequestSpan>::new())
}

/// Every endpoint of the document.
fn routes(config: &mut ServiceConfig<'_>) {
    operations::configure(config);
    v1::configure(config);
}
