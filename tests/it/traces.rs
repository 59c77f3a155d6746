//! Traces, as a collector gets them: whose they are, what they tell and what not, and that nobody waits for a collector.

use std::{
    fs,
    net::TcpListener,
    time::{Duration, Instant},
};

use nix::sys::signal::Signal;
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::any_value::Value as Attribute,
    trace::v1::{Span, span::SpanKind},
};
use prost::Message;
use serde_json::json;

use crate::{
    cli::{Running, crossclaim, database_url},
    fetch::{PARAGRAPH, story},
    origin::{self, Origin},
};

const KEY: &str = "planted-operators-key";
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const CALLER: &str = "b7ad6b7169203331";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn attribute(span: &Span, name: &str) -> Option<Attribute> {
    span.attributes.iter().find(|attribute| attribute.key == name)?.value.clone()?.value
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_gets_the_spans_of_the_client_s_trace_and_none_of_its_words() {
    let origin = Origin::start(|request| match request.path.as_str() {
        "/planted-page" => origin::page(&story("Dam cracks", PARAGRAPH)),
        _ => origin::status("200 OK"),
    })
    .await;
    let mut command = crossclaim(&["serve"]);
    command.env("DATABASE_URL", database_url().await).env("CROSSCLAIM_API_KEY", KEY).env("CROSSCLAIM_LOG", "warn");
    command.env("CROSSCLAIM_EGRESS_ALLOW", "127.0.0.0/8").env("OTEL_EXPORTER_OTLP_ENDPOINT", origin.url("/"));
    command.env("CROSSCLAIM_SECRET_KEY", crate::api::SECRET_KEY);
    let mut service = Running::serve(&mut command);
    let hook = json!({"url": origin.url("/planted-hook")});
    service.post_with(KEY, "/v1/webhooks", &hook).await.expect(201);
    let client = reqwest::Client::new();
    let post = async |path: &str, parent: String, body: serde_json::Value| {
        let request = client.post(format!("{}{path}", service.url)).bearer_auth(KEY).header("traceparent", parent);
        assert_eq!(request.json(&body).send().await.unwrap().status(), 201);
    };
    let article = |host: &str| {
        json!({
            "url": format!("https://{host}.example/planted-path?planted-query"),
            "title": "Planted-title",
            "text": "The planted-word bridge was closed on Monday.",
            "outlet": {"name": "Planted-outlet"},
        })
    };
    post("/v1/articles", format!("00-{TRACE}-{CALLER}-01"), article("one")).await;
    post(
        "/v1/articles/fetch",
        format!("00-{}-{CALLER}-01", TRACE.replace('0', "1")),
        json!({"url": origin.url("/planted-page")}),
    )
    .await;
    // This client does not want to be traced.
    let untraced = TRACE.replace('0', "2");
    post("/v1/articles", format!("00-{untraced}-{CALLER}-00"), article("two")).await;
    let told = |origin: &Origin| origin.received().iter().any(|request| request.path == "/planted-hook");
    crate::webhooks::until("the webhook is told", async || told(&origin).then_some(())).await;
    // Sooner than a batch would go by itself.
    assert_eq!(service.stop(Signal::SIGTERM), Some(0));

    let sent: Vec<_> = origin.received().into_iter().filter(|request| request.path == "/v1/traces").collect();
    assert!(!sent.is_empty(), "{}", fs::read_to_string(service.log()).unwrap());
    let batches: Vec<_> = sent.iter().map(|request| ExportTraceServiceRequest::decode(&request.bytes[..]).unwrap()).collect();
    let resources: Vec<_> = batches.iter().flat_map(|batch| &batch.resource_spans).collect();
    let named = format!("{:?}", resources[0].resource);
    assert!(named.contains("service.name") && named.contains("\"crossclaim\""), "{named}");
    let spans: Vec<&Span> = resources.iter().flat_map(|of| &of.scope_spans).flat_map(|scope| &scope.spans).collect();
    let of = |trace: &str, name: &str| {
        let found = spans.iter().find(|span| span.name == name && (trace.is_empty() || hex(&span.trace_id) == trace));
        *found.unwrap_or_else(|| panic!("no {name} in {:?}", spans.iter().map(|span| &span.name).collect::<Vec<_>>()))
    };
    let request = of(TRACE, "request");
    assert_eq!((hex(&request.parent_span_id).as_str(), request.kind()), (CALLER, SpanKind::Server));
    assert_eq!(attribute(request, "http.route"), Some(Attribute::StringValue("/v1/articles".into())));
    assert_eq!(attribute(request, "http.response.status_code"), Some(Attribute::IntValue(201)));
    assert_eq!(of(TRACE, "ingest").parent_span_id, request.span_id);
    assert_eq!(of(&TRACE.replace('0', "1"), "fetch").parent_span_id, of(&TRACE.replace('0', "1"), "request").span_id);
    for aside in ["link", "deliver"] {
        assert!(of("", aside).parent_span_id.is_empty(), "{aside} has a trace of its own");
    }
    assert!(spans.iter().all(|span| hex(&span.trace_id) != untraced));
    for request in &sent {
        let body = request.body.to_lowercase();
        for words in ["planted", "bridge", "cracked", "one.example", PARAGRAPH] {
            assert!(!body.contains(&words.to_lowercase()), "{words} is in a span");
        }
    }
}

#[tokio::test]
async fn nobody_waits_for_a_collector_that_is_gone_or_silent() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    for collector in ["http://127.0.0.1:1".to_owned(), format!("http://{}", silent.local_addr().unwrap())] {
        let mut command = crossclaim(&["serve"]);
        command.env("DATABASE_URL", database_url().await).env("OTEL_EXPORTER_OTLP_ENDPOINT", &collector);
        // As often as can be, and with room for little.
        command.env("OTEL_BSP_SCHEDULE_DELAY", "20").env("OTEL_BSP_MAX_QUEUE_SIZE", "8");
        let mut service = Running::serve(&mut command);
        let begun = Instant::now();
        for at in 0..50 {
            service.get(&format!("/v1/claims?limit={}", at % 5 + 1)).await.expect(200);
        }
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        let begun = Instant::now();
        assert_eq!(service.stop(Signal::SIGTERM), Some(0), "{collector}");
        assert!(begun.elapsed() < Duration::from_secs(8), "{collector}: {:?}", begun.elapsed());
        let log = fs::read_to_string(service.log()).unwrap();
        assert!(log.matches("does not take traces").count() <= 1, "{log}");
        assert_eq!(log.contains("does not take traces"), collector.ends_with(":1"), "{log}");
    }
}
