//! Where log lines, numbers and traces go: lines to stderr, numbers to a recorder that `/metrics` renders, traces to a collector where
//! one is named.

mod traces;

use std::{
    io::{self, IsTerminal},
    sync::OnceLock,
};

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::{EnvFilter, Layer, fmt, layer::SubscriberExt, util::SubscriberInitExt};

pub use self::traces::Traces;

#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    #[error("CROSSCLAIM_LOG is not a log filter: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    #[error("the log is set up already")]
    Twice(#[from] tracing_subscriber::util::TryInitError),
    #[error("traces cannot be sent: {0}")]
    Exporter(#[from] opentelemetry_otlp::ExporterBuildError),
    #[error("traces cannot be sent: {0}")]
    Client(#[from] reqwest::Error),
}

/// Log lines that the filter lets through go to stderr from here on, as text or as one JSON object a line; spans to the collector.
pub fn log(filter: &str, json: bool, traces: Option<&Traces>) -> Result<(), TelemetryError> {
    let filter: EnvFilter = filter.parse()?;
    let lines = match json {
        true => fmt::layer().json().flatten_event(true).with_writer(io::stderr).boxed(),
        false => fmt::layer().with_ansi(io::stderr().is_terminal()).with_writer(io::stderr).boxed(),
    };
    let log = tracing_subscriber::registry().with(lines.with_filter(filter));
    match traces {
        Some(traces) => log.with(traces.layer()).try_init()?,
        None => log.try_init()?,
    }
    Ok(())
}

/// Seconds. A stored article is answered within a few milliseconds; waiting for the linker takes up to seconds.
const LATENCY_BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Counts everything from the first call on. Later calls return the same recorder, as there is one a process.
pub fn metrics() -> Result<PrometheusHandle, BuildError> {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    if let Some(handle) = HANDLE.get() {
        return Ok(handle.clone());
    }
    let recorder =
        PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &LATENCY_BUCKETS)?.build_recorder();
    let handle = recorder.handle();
    match metrics::set_global_recorder(recorder) {
        Ok(()) => {
            describe();
            Ok(HANDLE.get_or_init(|| handle).clone())
        }
        // Another thread was faster.
        Err(_) => Ok(HANDLE.wait().clone()),
    }
}

fn describe() {
    metrics::describe_gauge!("crossclaim_build_info", "1, with the version of the program.");
    metrics::gauge!("crossclaim_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    metrics::describe_gauge!(
        "crossclaim_database_connections",
        "Connections to the database, by pool (service, newsrooms) and state (in_use, idle). At most 16 in each pool."
    );
    metrics::describe_gauge!(
        "crossclaim_linking_lag_seconds",
        "How long the oldest article that waits to be linked has waited, by workspace. Of the instance that links; 0 in others."
    );
    metrics::describe_counter!("crossclaim_articles_linked_total", "Articles linked.");
    metrics::describe_counter!("crossclaim_articles_failed_total", "Articles given up because they could not be linked.");
    metrics::describe_counter!(
        "crossclaim_poisoned_documents_total",
        "Pages and feeds that were refused because the process that parsed them ran into a limit or died."
    );
    metrics::describe_counter!("crossclaim_webhook_attempts_total", "Attempts to tell a webhook of something, by outcome.");
    // There from the beginning, so that the first one is an increase.
    metrics::counter!("crossclaim_articles_linked_total").increment(0);
    metrics::counter!("crossclaim_articles_failed_total").increment(0);
    metrics::counter!("crossclaim_poisoned_documents_total").increment(0);
    for outcome in ["delivered", "failed"] {
        metrics::counter!("crossclaim_webhook_attempts_total", "outcome" => outcome).increment(0);
    }
    metrics::describe_gauge!("crossclaim_corpus_claims", "Claims held in memory, by workspace.");
    metrics::describe_gauge!("crossclaim_corpus_clusters", "Clusters held in memory, by workspace.");
    metrics::describe_counter!("http_requests_total", "Requests answered, by method, route and status.");
    metrics::describe_histogram!("crossclaim_link_phase_seconds", "Time that a batch of articles takes to be linked, by phase.");
    metrics::describe_histogram!("http_request_duration_seconds", "Time to answer, by method and route.");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_rendered_with_buckets() {
        let handle = metrics().unwrap();
        metrics::histogram!("telemetry_test_seconds").record(0.003);
        let page = metrics().unwrap().render();
        assert!(page.contains("telemetry_test_seconds_bucket{le=\"0.005\"} 1"), "{page}");
        // Of what has no order, any two renderings may differ in it.
        let lines = |page: &str| page.lines().map(str::to_owned).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(lines(&handle.render()), lines(&page));
    }

    #[test]
    fn a_filter_that_cannot_be_read_is_named() {
        let error = log("crossclaim=loud", false, None).unwrap_err();
        assert!(error.to_string().contains("CROSSCLAIM_LOG"), "{error}");
    }
}
