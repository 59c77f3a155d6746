//! Bad requests, each with the one answer it gets. The server has no database here: none of them gets as far as asking it.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::{Value, json};

use crate::api::{Answer, Api, unconnected};

const ID: &str = "01900000-0000-7000-8000-000000000001";

/// A good article with one field replaced (`null` removes it).
fn article(field: &str, value: Value) -> Value {
    let mut article = json!({
        "url": "https://example.org/a", "title": "A bridge is closed", "text": "The bridge is closed. Nobody knows why.",
        "outlet": {"name": "Example"}, "published_at": "2026-01-02T03:04:05Z",
    });
    match value {
        Value::Null => drop(article.as_object_mut().unwrap().remove(field)),
        value => article[field] = value,
    }
    article
}

#[tokio::test]
async fn articles_with_a_value_at_fault_name_it() {
    let api = Api::without_database().await;
    let claims = |texts: Vec<&str>| json!(texts.into_iter().map(|text| json!({"text": text})).collect::<Vec<_>>());
    let long = |length: usize| Value::from("ä".repeat(length));
    let cases: Vec<(&str, Value, &str, &str)> = vec![
        ("url", Value::Null, "/url", "required"),
        ("url", json!(7), "/url", "wrong-type"),
        ("url", json!(""), "/url", "blank"),
        ("url", json!("not an address"), "/url", "invalid-url"),
        ("url", json!("/relative"), "/url", "invalid-url"),
        ("url", json!("javascript:alert(1)"), "/url", "invalid-url"),
        ("url", json!("ftp://example.org/a"), "/url", "invalid-url"),
        ("url", json!("https://example.org/\u{0}"), "/url", "control-character"),
        ("url", json!(format!("https://example.org/{}", "7f3a".repeat(600))), "/url", "too-long"),
        ("canonical_url", json!("mailto:a@example.org"), "/canonical_url", "invalid-url"),
        ("title", json!("a\u{0}b"), "/title", "control-character"),
        ("title", json!("a\u{1b}[31mb"), "/title", "control-character"),
        ("title", json!("a\u{9f}b"), "/title", "control-character"),
        ("title", json!("a\u{ffff}b"), "/title", "control-character"),
        ("title", long(1_001), "/title", "too-long"),
        ("title", json!(["A"]), "/title", "wrong-type"),
        ("byline", json!("a\nb"), "/byline", "control-character"),
        ("byline", long(301), "/byline", "too-long"),
        ("text", Value::Null, "/text", "required"),
        ("text", json!(""), "/text", "blank"),
        ("text", json!(" \n\t "), "/text", "blank"),
        ("text", json!("a\u{0}b"), "/text", "control-character"),
        ("text", json!({"a": "b"}), "/text", "wrong-type"),
        ("text", long(262_145), "/text", "too-long"),
        ("html", json!("<p>both</p>"), "/html", "not-both"),
        ("published_at", json!("yesterday"), "/published_at", "invalid-time"),
        ("published_at", json!("2026-01-02"), "/published_at", "invalid-time"),
        ("published_at", json!("2026-02-30T00:00:00Z"), "/published_at", "invalid-time"),
        ("published_at", json!("-5000-01-01T00:00:00Z"), "/published_at", "invalid-time"),
        ("published_at", json!("-262143-01-01T00:00:00Z"), "/published_at", "invalid-time"),
        ("published_at", json!("0001-01-01T00:00:00Z"), "/published_at", "out-of-range"),
        ("published_at", json!("2199-01-01T00:00:00Z"), "/published_at", "in-the-future"),
        ("published_at", json!(1_767_323_045), "/published_at", "wrong-type"),
        ("language", json!("English"), "/language", "invalid-language"),
        ("outlet", Value::Null, "/outlet", "required"),
        ("outlet", json!("Example"), "/outlet", "wrong-type"),
        ("outlet", json!(["Example", null, null, null]), "/outlet", "wrong-type"),
        ("outlet", json!({}), "/outlet/name", "required"),
        ("outlet", json!({"name": "  "}), "/outlet/name", "blank"),
        ("outlet", json!({"name": "a\nb"}), "/outlet/name", "control-character"),
        ("outlet", json!({"name": "x".repeat(201)}), "/outlet/name", "too-long"),
        ("outlet", json!({"name": "x", "domain": "no domain"}), "/outlet/domain", "invalid-domain"),
        ("outlet", json!({"name": "x", "kind": "rumour"}), "/outlet/kind", "unknown-value"),
        ("outlet", json!({"name": "x", "owner": "y"}), "/outlet/owner", "unknown-field"),
        ("claims", claims(vec!["The bridge is open."]), "/claims/0/text", "not-in-text"),
        ("claims", claims(vec!["The bridge is closed.", "a\u{0}"]), "/claims/1/text", "control-character"),
        ("claims", claims(vec![&"x".repeat(2_001)]), "/claims/0/text", "too-long"),
        ("claims", claims(vec!["bridge"; 501]), "/claims", "too-many"),
        ("claims", json!([["The bridge is closed."]]), "/claims/0", "wrong-type"),
        ("claims", json!([{"text": "The bridge is closed.", "label": "true"}]), "/claims/0/label", "unknown-field"),
        ("workspace_id", json!(ID), "/workspace_id", "unknown-field"),
        ("id", json!(ID), "/id", "unknown-field"),
    ];
    for (field, value, pointer, code) in cases {
        api.post("/v1/articles", &article(field, value)).await.expect_fault(pointer, code);
    }
    let mut html = article("text", Value::Null);
    html["html"] = json!("<p>The bridge is closed.</p>");
    html["claims"] = json!([{"text": "The bridge is closed."}]);
    api.post("/v1/articles", &html).await.expect_fault("/claims", "needs-text");
    html["html"] = json!("<p>a\u{0}</p>");
    api.post("/v1/articles", &html).await.expect_fault("/html", "control-character");
}

#[tokio::test]
async fn lookups_with_a_value_at_fault_name_it() {
    let api = Api::without_database().await;
    for (path, body, pointer, code) in [
        ("/v1/match", json!({}), "/text", "required"),
        ("/v1/match", json!({"text": ""}), "/text", "blank"),
        ("/v1/match", json!({"text": "a\u{0}"}), "/text", "control-character"),
        ("/v1/match", json!({"text": "x".repeat(2_001)}), "/text", "too-long"),
        ("/v1/match", json!({"text": "x", "limit": 0}), "/limit", "out-of-range"),
        ("/v1/match", json!({"text": "x", "limit": 51}), "/limit", "out-of-range"),
        ("/v1/match", json!({"text": "x", "limit": -1}), "/limit", "out-of-range"),
        ("/v1/match", json!({"text": "x", "limit": 1.5}), "/limit", "wrong-type"),
        ("/v1/match", json!({"text": "x", "limit": "5"}), "/limit", "wrong-type"),
        ("/v1/match", json!({"text": "x", "limit": u64::MAX}), "/limit", "invalid-value"),
        ("/v1/match", json!(["x", 5]), "", "wrong-type"),
        ("/v1/check", json!({}), "/text", "required"),
        ("/v1/check", json!({"text": "a", "html": "b"}), "/html", "not-both"),
        ("/v1/check", json!({"text": "a", "outlet": {"name": "x"}}), "/outlet", "wrong-type"),
        ("/v1/check", json!({"text": "a", "title": "b\u{7}"}), "/title", "control-character"),
        ("/v1/check", json!({"text": "a", "store": true}), "/store", "unknown-field"),
    ] {
        api.post(path, &body).await.expect_fault(pointer, code);
    }
}

#[tokio::test]
async fn queries_with_a_value_at_fault_name_it() {
    let api = Api::without_database().await;
    for (query, pointer, code) in [
        ("articles?limit=0", "/limit", "out-of-range"),
        ("articles?limit=101", "/limit", "out-of-range"),
        ("articles?limit=-1", "/limit", "out-of-range"),
        ("articles?limit=ten", "/limit", "out-of-range"),
        ("articles?limit=99999999999999999999", "/limit", "out-of-range"),
        ("articles?limit=1&limit=2", "/limit", "duplicate-field"),
        ("articles?page=2", "/page", "unknown-field"),
        ("articles?status=done", "/status", "unknown-value"),
        ("articles?outlet=1", "/outlet", "invalid-id"),
        ("claims?relation=agrees", "/relation", "unknown-value"),
        ("claims?polarity=Denied", "/polarity", "unknown-value"),
        ("claims?cluster=%00", "/cluster", "invalid-id"),
        ("claims?q=a%00b", "/q", "control-character"),
        ("outlets?q=x", "/q", "unknown-field"),
        ("clusters?sort=newest", "/sort", "unknown-value"),
        ("clusters?expand=claims,everything", "/expand", "unknown-value"),
        ("clusters?expand=claims,", "/expand", "unknown-value"),
        ("clusters?expand=claims&limit=26", "/limit", "out-of-range"),
        ("matrix?expand=claims", "/expand", "unknown-field"),
        ("clusters?contested=yes", "/contested", "unknown-value"),
        ("clusters?min_outlets=-1", "/min_outlets", "out-of-range"),
        ("clusters?max_origins=99999999999", "/max_origins", "out-of-range"),
        ("clusters?since=yesterday", "/since", "invalid-time"),
        ("clusters?until=-262143-01-01T00:00:00Z", "/until", "invalid-time"),
        ("clusters?since=9999-12-31T00:00:00Z", "/since", "out-of-range"),
        ("clusters?order=desc", "/order", "unknown-field"),
    ] {
        api.get(&format!("/v1/{query}")).await.expect_fault(pointer, code);
    }
    api.get(&format!("/v1/claims?q={}", "x".repeat(501))).await.expect_fault("/q", "too-long");
    api.get(&format!("/v1/articles/{ID}?fields=id")).await.expect_fault("/fields", "unknown-field");
    let dry = Answer::of(api.request(Method::POST, "/v1/match?dry_run=1").json(&json!({"text": "x"}))).await;
    dry.expect_fault("/dry_run", "unknown-field");
}

#[tokio::test]
async fn what_cannot_be_read_is_malformed() {
    let api = Api::without_database().await;
    let deep = |field: &str| format!(r#"{{"text":"x","{field}":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000)).into_bytes();
    let bodies: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b"{".to_vec(),
        b"nonsense".to_vec(),
        br#"{"text":"x"} trailing"#.to_vec(),
        br#"{"text":"\ud800"}"#.to_vec(),
        br#"{"text":"\udc00\ud800"}"#.to_vec(),
        b"{\"text\":\"\xff\xfe\"}".to_vec(),
        b"{\"text\":\"\xc0\xaf\"}".to_vec(),
        b"{\"text\":\"raw \x00 byte\"}".to_vec(),
        br#"{"text":"x","limit":1e400}"#.to_vec(),
        br#"{"text":"x","limit":NaN}"#.to_vec(),
        br#"{'text':'x'}"#.to_vec(),
        b"\xef\xbb\xbf{\"text\":\"x\"}".to_vec(),
        deep("unknown"),
        deep("limit"),
        "[".repeat(100_000).into_bytes(),
        r#"{"a":"#.repeat(33).into_bytes(),
    ];
    for body in bodies {
        let request = api.request(Method::POST, "/v1/match").header("Content-Type", "application/json").body(body);
        Answer::of(request).await.expect_problem(400, "malformed-request");
    }
    api.get("/v1/claims?q=%ff").await.expect_problem(400, "malformed-request");
}

#[tokio::test]
async fn a_body_in_another_form_is_not_supported() {
    let api = Api::without_database().await;
    let send = |headers: &[(&'static str, &'static str)]| {
        let request = api.request(Method::POST, "/v1/match").body(r#"{"text":"x"}"#);
        Answer::of(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)))
    };
    for headers in [
        &[][..],
        &[("Content-Type", "text/plain")],
        &[("Content-Type", "application/x-www-form-urlencoded")],
        &[("Content-Type", "application/json; charset=utf-16")],
        &[("Content-Type", "application/jsonl")],
        &[("Content-Type", "nonsense")],
    ] {
        send(headers).await.expect_problem(415, "unsupported-media-type");
    }
    for encoding in ["gzip", "br", "zstd", "deflate", "identity, gzip"] {
        let answer = send(&[("Content-Type", "application/json"), ("Content-Encoding", encoding)]).await;
        assert_eq!(answer.expect_problem(415, "unsupported-media-type").header("accept-encoding"), "identity", "{encoding}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let api = Api::without_database().await;
    for path in [
        "/v1",
        "/v1/",
        "/v2/articles",
        "/v1/articles/",
        "/v1/articles/1",
        "/v1/articles/00000000000000000000000000000000",
        "/v1/articles/%00",
        "/v1/articles/%ff",
        "/v1/articles/..%2f..%2fetc%2fpasswd",
        "/v1/claims/not-an-id",
        "/v1/clusters/{id}",
        "/v1/outlets/'%20or%201=1--",
        "/.env",
        "/../Cargo.toml",
        "/docs/nothing.html",
        "/problems/nothing",
        "/%ff",
    ] {
        api.get(path).await.expect_problem(404, "not-found");
    }
    for path in ["/", "/app.js", "/docs/"] {
        let answer = Answer::of(api.request(Method::POST, path)).await;
        assert_eq!(answer.expect_problem(405, "method-not-allowed").header("allow"), "GET, HEAD", "{path}");
    }
}

#[tokio::test]
async fn a_cursor_that_was_not_given_out_is_refused() {
    let api = Api::without_database().await;
    for list in ["articles", "claims", "clusters", "outlets"] {
        for cursor in ["1", "null", "%00", "deadbeef", "..", &"ab".repeat(40), &"a".repeat(6_000), "%27%3B--"] {
            let answer = api.get(&format!("/v1/{list}?cursor={cursor}")).await;
            answer.expect_problem(400, "invalid-cursor");
        }
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_however_it_comes() {
    let api = Api::without_database().await;
    let body = json!({"text": "x".repeat(3 << 20)}).to_string();
    let request = || api.request(Method::POST, "/v1/check").header("Content-Type", "application/json");
    Answer::of(request().body(body.clone())).await.expect_problem(413, "payload-too-large");

    // The same, without a length said beforehand, and one that only claims to be large.
    let head = "POST /v1/check HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    let chunks =
        body.as_bytes().chunks(1 << 16).flat_map(|chunk| [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat());
    let chunked: Vec<u8> = format!("{head}Transfer-Encoding: chunked\r\n\r\n").into_bytes().into_iter().chain(chunks).collect();
    let claimed = format!("{head}Content-Length: 1073741824\r\n\r\n").into_bytes();
    for raw in [chunked, claimed] {
        let answer = say(&api, &raw, Duration::from_secs(5));
        assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("\"code\":\"payload-too-large\""), "{answer}");
    }
}

#[tokio::test]
async fn a_body_that_never_ends_is_given_up() {
    let api = Api::with(unconnected(), |options| options.body_deadline = Duration::from_millis(300)).await;
    let started = Instant::now();
    let raw = b"POST /v1/check HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"text\":";
    let answer = say(&api, raw, Duration::from_secs(5));
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("\"code\":\"request-timeout\""), "{answer}");
    assert!(answer.to_lowercase().contains("connection: close"), "{answer}");
    assert!(started.elapsed() < Duration::from_secs(4));
}

#[tokio::test]
async fn a_request_that_is_good_and_needs_the_database_is_told_to_come_back() {
    let api = Api::without_database().await;
    api.get("/livez").await.expect(200);
    for path in ["/v1/articles", "/v1/claims?q=bridge", "/v1/clusters?sort=fragile", "/v1/outlets"] {
        api.get(path).await.expect_problem(503, "database-unavailable");
    }
}

#[tokio::test]
async fn a_request_in_hand_is_finished_when_the_service_stops() {
    let mut api = Api::without_database().await;
    let mut stream = TcpStream::connect(api.address.trim_start_matches("http://")).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(5))).expect("a timeout");
    let head = "POST /v1/match HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\
        Expect: 100-continue\r\n\r\n";
    stream.write_all(head.as_bytes()).expect("half a request");
    // The server asks for the other half: it has the request in hand.
    let mut asked = [0; 25];
    stream.read_exact(&mut asked).expect("an interim answer");
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
    api.begin_stop();
    std::thread::sleep(Duration::from_millis(200));
    stream.write_all(br#"{"text":""}"#).expect("the other half");
    let mut answer = [0; 16];
    stream.read_exact(&mut answer).expect("an answer");
    assert_eq!(&answer[..13], b"HTTP/1.1 422 ");
}

/// Sends bytes as they are and returns what comes back before the server closes or pauses.
fn say(api: &Api, raw: &[u8], patience: Duration) -> String {
    let address = api.address.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(patience)).expect("a timeout");
    // The server may answer and close before it has read everything; that is what is being tested.
    let _ = stream.write_all(raw);
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut buffer) {
        answer.extend_from_slice(&buffer[..read]);
        if answer.ends_with(b"}") {
            break;
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}
