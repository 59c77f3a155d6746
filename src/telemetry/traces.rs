//! Spans → an OpenTelemetry collector, over OTLP/HTTP. Sent aside in batches: a collector that is slow or gone costs spans and
//! nothing else.

use std::{
    env,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::future::BoxFuture;
use opentelemetry::{KeyValue, trace::TracerProvider};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tokio::runtime::Handle;
use tracing::{Level, Subscriber};
use tracing_subscriber::{Layer, filter::Targets, registry::LookupSpan};
use url::Url;

use super::TelemetryError;

/// For one batch of spans.
const DEADLINE: Duration = Duration::from_secs(10);
/// For the last ones, when the service stops.
const LAST_DEADLINE: Duration = Duration::from_secs(3);

/// The way of spans to a collector, until it is flushed.
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// To a collector at this address. Sampling, headers and the service's name are those of the standard variables (`OTEL_…`).
    pub fn to(collector: &Url) -> Result<Self, TelemetryError> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Client::new()?)
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{}/v1/traces", collector.as_str().trim_end_matches('/')))
            .build()?;
        let resource = Resource::builder().with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
        let resource = match env::var("OTEL_SERVICE_NAME") {
            Ok(name) if !name.is_empty() => resource,
            _ => resource.with_service_name("crossclaim"),
        };
        Ok(Self(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource.build()).build()))
    }

    /// Our own spans and what is told in them, whatever the log shows; those of libraries may hold anything.
    pub(super) fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(&self) -> impl Layer<S> + use<S> {
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("crossclaim"))
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_filter(Targets::new().with_target("crossclaim", Level::INFO))
    }

    /// Sends what has not been sent yet, if the collector takes it soon.
    pub async fn flush(self) {
        let _ = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(LAST_DEADLINE)).await;
    }
}

/// Spans are sent from a thread that is none of the runtime's, where our client cannot work.
#[derive(Clone, Debug)]
struct Client {
    client: reqwest::Client,
    runtime: Handle,
    failing: Arc<AtomicBool>,
}

impl Client {
    fn new() -> Result<Self, TelemetryError> {
        let client = reqwest::Client::builder().timeout(DEADLINE).redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { client, runtime: Handle::current(), failing: Arc::default() })
    }

    async fn send(self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let answer = async {
            let answer = self.client.execute(request.try_into()?).await.and_then(reqwest::Response::error_for_status);
            // Its address may hold a password.
            let answer = answer.map_err(reqwest::Error::without_url)?;
            let status = answer.status();
            Ok(Response::builder().status(status).body(answer.bytes().await?)?)
        };
        let answer: Result<_, HttpError> = answer.await;
        let failed = answer.is_err();
        // Told once, and not with each batch.
        if self.failing.swap(failed, Ordering::Relaxed) != failed {
            match &answer {
                Ok(_) => tracing::info!("the collector takes traces again"),
                Err(error) => tracing::warn!(%error, "the collector does not take traces; they are lost until it does"),
            }
        }
        answer
    }
}

impl HttpClient for Client {
    fn send_bytes<'a, 'b>(&'a self, request: Request<Bytes>) -> BoxFuture<'b, Result<Response<Bytes>, HttpError>>
    where
        'a: 'b,
        Self: 'b,
    {
        let sent = self.runtime.spawn(self.clone().send(request));
        Box::pin(async move { sent.await? })
    }
}
