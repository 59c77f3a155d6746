//! The history as a stream: everything once, in order, from where the client was, and an end when the service ends.

use std::time::{Duration, Instant};

use crossclaim::{http::HttpOptions, storage::Store};
use futures_util::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    api::{Answer, Api},
    harness,
};

const CRACKS: &str = "The dam at Orin has cracked along its northern wall.";

async fn post(api: &Api, outlet: &str, text: &str) -> Value {
    let body = json!({
        "url": format!("https://{}.example/1", outlet.to_lowercase()),
        "text": text,
        "outlet": {"name": outlet},
        "language": "en",
    });
    api.post("/v1/articles", &body).await.expect(201).json()
}

/// A client that follows the events.
struct Stream {
    bytes: std::pin::Pin<Box<dyn futures_util::Stream<Item = reqwest::Result<actix_web::web::Bytes>>>>,
    text: String,
}

impl Stream {
    async fn open(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        let encoding = response.headers().get("content-encoding");
        assert!(encoding.is_none_or(|encoding| encoding == "identity"), "a compressor holds back: {encoding:?}");
        let mut stream = Self { bytes: Box::pin(response.bytes_stream()), text: String::new() };
        assert_eq!(stream.block().await.as_deref(), Some("retry: 2000"));
        stream
    }

    async fn follow(api: &Api, query: &str) -> Self {
        Self::open(api.request(Method::GET, &format!("/v1/events{query}"))).await
    }

    /// What stands before the next blank line. `None` at the end.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let block = self.text[..end].to_owned();
                self.text.drain(..end + 2);
                return Some(block);
            }
            let chunk = tokio::time::timeout(harness::PATIENCE, self.bytes.next()).await.expect("something in time")?;
            self.text += std::str::from_utf8(&chunk.expect("a chunk")).unwrap();
        }
    }

    /// The next event, with comments left out.
    async fn event(&mut self) -> Value {
        loop {
            let block = self.block().await.expect("an event");
            let Some(rest) = block.strip_prefix("id: ") else {
                assert!(block.starts_with(':'), "{block}");
                continue;
            };
            let lines: Vec<&str> = rest.lines().collect();
            let event: Value = serde_json::from_str(lines[2].strip_prefix("data: ").unwrap()).unwrap();
            assert_eq!(lines[0], event["id"].to_string());
            assert_eq!(lines[1], format!("event: {}", event["kind"].as_str().unwrap()));
            assert_eq!(lines.len(), 3);
            return event;
        }
    }
}

async fn stored(store: &Store) -> i64 {
    sqlx::query_scalar("select last_event from workspace").fetch_one(store.pool()).await.unwrap()
}

#[tokio::test]
async fn events_arrive_within_a_second_in_order_and_are_taken_up_where_the_client_was() {
    let store = harness::store().await;
    let api = Api::start(store.clone()).await;
    let mut live = Stream::follow(&api, "").await;
    let article = post(&api, "Herald", CRACKS).await;
    let linked = Instant::now();
    let created = live.event().await;
    assert!(linked.elapsed() < Duration::from_secs(1), "{:?}", linked.elapsed());
    assert_eq!((created["id"].clone(), created["kind"].as_str()), (json!(1), Some("cluster.created")));
    assert_eq!(created["payload"]["counts"]["outlets"], 1);
    assert_eq!(created["actor"], "linker");
    assert_eq!(created["cluster_id"], article["claims"][0]["cluster_id"]);
    let second = live.event().await;
    assert_eq!((second["kind"].as_str(), &second["article_id"]), (Some("article.linked"), &article["id"]));

    post(&api, "Courier", CRACKS).await;
    let last = stored(&store).await;
    let mut told = vec![created, second];
    while i64::try_from(told.len()).unwrap() < last {
        told.push(live.event().await);
    }
    let numbers: Vec<i64> = told.iter().map(|event| event["id"].as_i64().unwrap()).collect();
    assert_eq!(numbers, (1..=last).collect::<Vec<_>>());

    let mut all = Stream::follow(&api, "?after=0").await;
    for event in &told {
        assert_eq!(all.event().await, *event);
    }
    let mut rest = Stream::follow(&api, "?after=2").await;
    assert_eq!(rest.event().await, told[2]);
    // A browser that comes back sends the address as it was, and the header.
    let back = api.request(Method::GET, "/v1/events?after=0").header("Last-Event-ID", "3");
    assert_eq!(Stream::open(back).await.event().await, told[3]);
}

#[tokio::test]
async fn more_events_than_are_read_at_once_arrive_whole() {
    let store = harness::store().await;
    let api = Api::start(store.clone()).await;
    let insert = "with numbered as (update workspace set last_event = last_event + 1234 returning workspace_id)
        insert into event (workspace_id, sequence, kind, cluster_id, actor)
        select workspace_id, n, 'cluster.changed', gen_random_uuid(), 'test' from numbered, generate_series(1, 1234) as n";
    sqlx::query(insert).execute(store.pool()).await.unwrap();
    let mut stream = Stream::follow(&api, "?after=0").await;
    for number in 1..=1234 {
        assert_eq!(stream.event().await["id"], number);
    }
}

#[tokio::test]
async fn silence_is_broken_by_signs_of_life_and_the_end_of_the_service_ends_the_stream() {
    let store = harness::store().await;
    let mut api = Api::with(store, |options| options.heartbeat = Duration::from_millis(50)).await;
    let mut stream = Stream::follow(&api, "").await;
    for _ in 0..3 {
        assert_eq!(stream.block().await.as_deref(), Some(": still here"));
    }
    let begun = Instant::now();
    api.begin_stop();
    while stream.block().await.is_some() {}
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn streams_are_counted_and_what_cannot_be_followed_is_refused() {
    let store = harness::store().await;
    let few = |options: &mut HttpOptions| {
        options.event_streams = 2;
        // By which a client that left is found out.
        options.heartbeat = Duration::from_millis(50);
    };
    let api = Api::with(store.clone(), few).await;
    for (query, pointer, code) in
        [("after=-1", "/after", "out-of-range"), ("after=x", "/after", "out-of-range"), ("from=1", "/from", "unknown-field")]
    {
        api.get(&format!("/v1/events?{query}")).await.expect_fault(pointer, code);
    }
    let odd = api.request(Method::GET, "/v1/events").header("Last-Event-ID", "seven");
    Answer::of(odd).await.expect_fault("/Last-Event-ID", "out-of-range");

    let one = Stream::follow(&api, "").await;
    let _other = Stream::follow(&api, "").await;
    api.get("/v1/events").await.expect_problem(503, "overloaded");
    // Nobody is inside a transaction, or waits with a connection in hand.
    let idle = "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in%'";
    assert_eq!(sqlx::query_scalar::<_, i64>(idle).fetch_one(store.pool()).await.unwrap(), 0);
    drop(one);
    let begun = Instant::now();
    loop {
        let again = api.request(Method::GET, "/v1/events").send().await.unwrap();
        if again.status() == 200 {
            break;
        }
        assert!(begun.elapsed() < harness::PATIENCE, "the place of a client that left is free");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Whoever asks only for the headers takes no place, and has an answer.
    let head = api.request(Method::HEAD, "/v1/events?after=0").send().await.unwrap();
    assert!([200, 503].contains(&head.status().as_u16()));
}

/// A kind that is told and not listed, or listed and not admitted by the schema, would be a promise broken.
#[tokio::test]
async fn every_kind_of_event_is_listed() {
    let store = harness::store().await;
    let constraint: String =
        sqlx::query_scalar("select pg_get_constraintdef(oid) from pg_constraint where conname = 'event_kind_check'")
            .fetch_one(store.pool())
            .await
            .unwrap();
    let mut admitted: Vec<&str> = constraint.split('\'').skip(1).step_by(2).collect();
    let mut listed = crossclaim::storage::EVENT_KINDS.to_vec();
    admitted.sort_unstable();
    listed.sort_unstable();
    assert_eq!(admitted, listed);
}
