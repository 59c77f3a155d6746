//! `POST /v1/articles/bulk`: a result a line, whatever the lines hold and however they come; and what is answered is stored.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use crossclaim::storage::Store;
use flate2::{Compression, write::GzEncoder};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{
    api::{Answer, Api},
    corpus, harness,
};

const PATH: &str = "/v1/articles/bulk";
const NDJSON: &str = "application/x-ndjson";
/// A debug build reads slowly, and other tests read at the same time.
const PATIENCE: Duration = Duration::from_secs(600);

fn request(api: &Api, body: impl Into<reqwest::Body>) -> RequestBuilder {
    api.request(Method::POST, PATH).timeout(PATIENCE).header("Content-Type", NDJSON).body(body)
}

/// Results as (line, status, code of the problem), where the request as a whole is taken.
#[track_caller]
fn results(answer: &Answer) -> Vec<(u64, String, String)> {
    assert_eq!((answer.status, answer.header("content-type")), (200, NDJSON), "{}", answer.text());
    let result = |line: &str| {
        let result: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line:?}"));
        let (status, problem) = (result["status"].as_str().expect("a status"), &result["problem"]);
        assert_eq!(result["id"].is_string(), status != "failed", "{result}");
        assert_eq!(problem.is_object(), status == "failed", "{result}");
        if status == "failed" {
            assert!(problem["detail"].is_string() && problem["status"].is_u64(), "{result}");
            assert_eq!(problem["instance"], format!("urn:uuid:{}", answer.header("x-request-id")), "{result}");
        }
        (result["line"].as_u64().expect("a number"), status.to_owned(), problem["code"].as_str().unwrap_or_default().to_owned())
    };
    answer.text().lines().map(result).collect()
}

pub async fn post(api: &Api, body: impl Into<reqwest::Body>) -> Vec<(u64, String, String)> {
    results(&Answer::of(request(api, body)).await)
}

fn statuses(results: &[(u64, String, String)]) -> Vec<&str> {
    results.iter().map(|(_, status, _)| status.as_str()).collect()
}

fn article(slug: &str, text: &str) -> Value {
    json!({"url": format!("https://herald.example/{slug}"), "text": text, "outlet": {"name": "Herald"}, "language": "en"})
}

async fn count(store: &Store, table: &str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {table}"))).fetch_one(store.pool()).await.unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn every_line_has_a_result_in_its_place() {
    let store = harness::store().await;
    let api = Api::start(store.clone()).await;
    let body = [
        article("1", "The bridge in Torvale was closed on Monday.").to_string(),
        String::new(),
        r#"{"url": "https://herald.example/cut"#.to_owned(),
        "  \t ".to_owned(),
        json!({"url": "https://herald.example/2", "outlet": {"name": "Herald"}}).to_string(),
        article("1", "The bridge in Torvale was closed on Monday.").to_string(),
        article("1", "The bridge in Torvale was opened on Tuesday.").to_string(),
        article("1", "The bridge in Torvale was closed on Monday.").to_string(),
        "[1]".to_owned(),
        article("3", "Two cranes fell in Torvale harbour.").to_string(),
    ]
    .join("\n");
    let answer = Answer::of(request(&api, body)).await;
    let found: Vec<String> = results(&answer).into_iter().map(|(line, status, code)| format!("{line} {status} {code}")).collect();
    let expected = [
        "1 created ",
        "3 failed malformed-request",
        "5 failed validation-failed",
        "6 known ",
        "7 revision ",
        "8 known ",
        "9 failed validation-failed",
        "10 created ",
    ];
    assert_eq!(found, expected);
    let lines: Vec<Value> = answer.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[2]["problem"]["errors"][0]["pointer"], "/text", "{}", lines[2]);
    assert_eq!(lines[0]["id"], lines[3]["id"], "the same content is the same article");
    assert_ne!(lines[0]["id"], lines[4]["id"]);
    let stored = api.get(&format!("/v1/articles/{}", lines[4]["id"].as_str().unwrap())).await.expect(200).json();
    assert_eq!((&stored["revision"], &stored["current"]), (&json!(2), &json!(true)));
    let first = api.get(&format!("/v1/articles/{}", lines[0]["id"].as_str().unwrap())).await.expect(200).json();
    assert_eq!((&first["revision"], &first["current"]), (&json!(1), &json!(false)));
    assert_eq!(count(&store, "article").await, 3);
}

#[tokio::test]
async fn a_body_may_come_in_any_dress() {
    let store = harness::store().await;
    let api = Api::start(store.clone()).await;
    assert_eq!(post(&api, "").await, []);
    assert_eq!(post(&api, "\n\r\n \n").await, []);
    let (one, two) =
        (article("1", "Ten houses burned in Torvale.").to_string(), article("2", "Rain fell in Torvale.").to_string());
    let created = |results: Vec<(u64, String, String)>| statuses(&results) == ["created", "created"];
    assert!(created(post(&api, format!("\u{feff}{one}\r\n{two}")).await));
    let known = |results: Vec<(u64, String, String)>| statuses(&results) == ["known", "known"];
    assert!(known(post(&api, format!("{one}\n{two}\n")).await));
    for typed in ["application/x-ndjson; charset=utf-8", "Application/X-NDJSON"] {
        let request = api.request(Method::POST, PATH).header("Content-Type", typed).body(format!("{one}\n{two}\n"));
        assert!(known(results(&Answer::of(request).await)), "{typed}");
    }

    let compressed = gzip(format!("{one}\n{two}").as_bytes());
    for encoding in ["gzip", "GZIP"] {
        let answer = Answer::of(request(&api, compressed.clone()).header("Content-Encoding", encoding)).await;
        assert!(known(results(&answer)), "{encoding}");
    }
    let members = [gzip(format!("{one}\n").as_bytes()), gzip(two.as_bytes())].concat();
    assert!(known(results(&Answer::of(request(&api, members).header("Content-Encoding", "gzip")).await)));
    let empty = Answer::of(request(&api, "").header("Content-Encoding", "gzip")).await;
    assert_eq!(results(&empty), []);
    // Results are sent as they come, so nothing may hold them back.
    let asked = Answer::of(request(&api, one.clone()).header("Accept-Encoding", "gzip, br")).await;
    assert_eq!((asked.header("content-encoding"), statuses(&results(&asked))), ("identity", vec!["known"]));

    let address = api.address.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let head = format!("POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: {NDJSON}\r\nContent-Length: {}\r\n", one.len());
    stream.write_all(format!("{head}Expect: 100-continue\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(one.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains(r#""status":"known""#), "{answer}");
    assert_eq!(count(&store, "article").await, 2);
}

#[tokio::test]
async fn a_bad_line_of_any_kind_fails_alone() {
    let store = harness::store().await;
    let api = Api::start(store.clone()).await;
    // Digits that do not repeat: what compresses too well is refused as a bomb.
    let huge = json!({"text": (0..700_000).map(|n| n.to_string()).collect::<String>()}).to_string();
    let deep = format!(r#"{{"text":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let bad: Vec<(Vec<u8>, &str)> = vec![
        (b"\xff\xfe".to_vec(), "malformed-request"),
        (b"{\"text\":\"\xc0\xaf\"}".to_vec(), "malformed-request"),
        (b"{\"text\":\"\x00\"}".to_vec(), "malformed-request"),
        (br#"{"text":"\ud800"}"#.to_vec(), "malformed-request"),
        (b"null".to_vec(), "validation-failed"),
        (b"{}{}".to_vec(), "validation-failed"),
        (deep.into_bytes(), "malformed-request"),
        ("[".repeat(100_000).into_bytes(), "malformed-request"),
        (huge.into_bytes(), "payload-too-large"),
        (json!({"url": "ftp://x/", "text": "x", "outlet": {"name": "x"}}).to_string().into_bytes(), "validation-failed"),
        (json!({"url": "https://x.example/", "html": "<p></p>", "outlet": {"name": "x"}}).to_string().into_bytes(), ""),
    ];
    let mut body = Vec::new();
    for (at, (line, _)) in bad.iter().enumerate() {
        body.extend_from_slice(line);
        body.extend(format!("\n{}\n", article(&at.to_string(), "The dam at Torvale holds.")).bytes());
    }
    let check = |found: Vec<(u64, String, String)>, good: &str| {
        assert_eq!(found.len(), 2 * bad.len(), "{found:?}");
        for (pair, (at, (line, code))) in found.chunks(2).zip(bad.iter().enumerate()) {
            let shown = String::from_utf8_lossy(&line[..line.len().min(40)]);
            if !code.is_empty() {
                assert_eq!(pair[0], (2 * at as u64 + 1, "failed".into(), (*code).into()), "{shown}");
            }
            assert_eq!(pair[1], (2 * at as u64 + 2, good.into(), String::new()), "after {shown}");
        }
    };
    check(post(&api, body.clone()).await, "created");
    check(results(&Answer::of(request(&api, gzip(&body)).header("Content-Encoding", "gzip")).await), "known");
}

#[tokio::test]
async fn a_request_that_is_no_such_body_is_refused_as_a_whole() {
    let api = Api::without_database().await;
    for typed in ["", "application/json", "text/plain", "application/x-ndjson; charset=utf-16", "nonsense"] {
        let request = api.request(Method::POST, PATH).header("Content-Type", typed).body("{}");
        Answer::of(request).await.expect_problem(415, "unsupported-media-type");
    }
    for encoding in ["br", "deflate", "gzip, gzip", "zstd"] {
        let answer = Answer::of(request(&api, "{}").header("Content-Encoding", encoding)).await;
        assert_eq!(answer.expect_problem(415, "unsupported-media-type").header("accept-encoding"), "gzip, identity");
    }
    let dry = Answer::of(api.request(Method::POST, &format!("{PATH}?dry_run=1")).header("Content-Type", NDJSON).body("")).await;
    dry.expect_fault("/dry_run", "unknown-field");
}

#[tokio::test]
async fn a_compressed_body_that_is_broken_or_a_bomb_is_answered_as_far_as_it_goes() {
    let store = harness::store().await;
    let api = Api::start(store.clone()).await;
    let send = async |body: Vec<u8>| results(&Answer::of(request(&api, body).header("Content-Encoding", "gzip")).await);
    assert_eq!(send(b"{\"plain\":1}\n".to_vec()).await, [(1, "failed".into(), "malformed-request".into())]);

    // Incompressible enough that its first half holds lines.
    let lines: Vec<Value> = corpus::articles(40);
    let whole = gzip(corpus::ndjson(&lines).as_bytes());
    let cut = send(whole[..whole.len() / 2].to_vec()).await;
    let (last, before) = cut.split_last().unwrap();
    assert!(before.len() > 2 && before.iter().all(|(_, status, _)| status == "created"), "{cut:?}");
    assert_eq!((last.0, last.2.as_str()), (before.len() as u64 + 1, "malformed-request"));
    let stored = count(&store, "article").await;
    assert_eq!(stored, before.len() as i64, "what was answered is stored");

    let first = format!("{}\n", lines[0]);
    for filler in [b"\n", b"x"] {
        let mut bomb = first.clone().into_bytes();
        bomb.extend(filler.repeat(8 << 20));
        let found = send(gzip(&bomb)).await;
        assert_eq!(found[0], (1, "known".into(), String::new()));
        assert_eq!(found.last().map(|(_, _, code)| code.as_str()), Some("payload-too-large"), "{found:?}");
    }
    assert_eq!(count(&store, "article").await, stored);
}

#[tokio::test]
async fn an_article_that_cannot_be_stored_fails_alone() {
    let store = harness::store().await;
    let poison = "create function refuse() returns trigger language plpgsql as $$ begin raise exception 'poison'; end $$;
        create trigger refuse before insert on article for each row when (new.url like '%poison%') execute function refuse()";
    sqlx::raw_sql(poison).execute(store.pool()).await.unwrap();
    let api = Api::start(store.clone()).await;
    let body: Vec<Value> = ["1", "poison", "2", "3"].map(|slug| article(slug, &format!("Mill {slug} burned down."))).into();
    let found = post(&api, corpus::ndjson(&body)).await;
    assert_eq!(statuses(&found), ["created", "failed", "created", "created"]);
    assert_eq!(found[1].2, "internal");
    assert_eq!(count(&store, "article").await, 3);
}

#[tokio::test]
async fn overlapping_streams_neither_wait_for_each_other_nor_store_twice() {
    let store = harness::store().await;
    let api = Api::start(store.clone()).await;
    let articles = corpus::articles(96);
    let streams = (0..4).map(|seed| {
        // Each twice, so that a stream overlaps with itself as well.
        let body = corpus::shuffled([articles.clone(), articles[..24].to_vec()].concat(), seed);
        post(&api, corpus::ndjson(&body))
    });
    let found: Vec<_> = futures_util::future::join_all(streams).await;
    let all: Vec<&str> = found.iter().flat_map(|results| statuses(results)).collect();
    assert_eq!(all.len(), 4 * 120);
    assert_eq!(all.iter().filter(|status| **status == "created").count(), 96);
    assert_eq!(all.iter().filter(|status| **status == "known").count(), all.len() - 96);
    assert_eq!((count(&store, "article").await, count(&store, "outlet").await), (96, 24));
    let claims: i64 = sqlx::query_scalar("select count(distinct (article_id, span_start, headline, proposition)) from claim")
        .fetch_one(store.pool())
        .await
        .unwrap();
    assert_eq!(count(&store, "claim").await, claims, "no claim is there twice");
}

#[tokio::test]
async fn a_client_that_does_not_read_is_not_read_from_and_loses_nothing() {
    let store = harness::store().await;
    let api = Api::start(store.clone()).await;
    let mut stream = TcpStream::connect(api.address.trim_start_matches("http://")).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(2))).unwrap();
    stream
        .write_all(
            format!("POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: {NDJSON}\r\nTransfer-Encoding: chunked\r\n\r\n").as_bytes(),
        )
        .unwrap();
    // Bad lines are cheap, and their answers long: the answers fill all buffers on the way back before long.
    let chunk = "x\n".repeat(8 << 10);
    let mut sent = 0;
    let refused = loop {
        match stream.write_all(format!("{:x}\r\n{chunk}\r\n", chunk.len()).as_bytes()) {
            Ok(()) => sent += chunk.len(),
            Err(error) => break error,
        }
        assert!(sent < 64 << 20, "it reads on and on");
    };
    assert!(matches!(refused.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut), "{refused}");
    // Others are served meanwhile, and when this one has gone.
    let one = article("1", "The dam at Torvale holds.").to_string();
    assert_eq!(statuses(&post(&api, one.clone()).await), ["created"]);
    drop(stream);
    assert_eq!(statuses(&post(&api, one).await), ["known"]);
}

#[tokio::test]
async fn results_come_while_the_body_is_still_being_sent() {
    let store = harness::store().await;
    let api = Api::start(store.clone()).await;
    let mut stream = TcpStream::connect(api.address.trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
        .write_all(
            format!("POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: {NDJSON}\r\nTransfer-Encoding: chunked\r\n\r\n").as_bytes(),
        )
        .unwrap();
    let mut read = String::new();
    for n in 1..=3 {
        let line = format!("{}\n", article(&n.to_string(), "The dam at Torvale holds."));
        stream.write_all(format!("{:x}\r\n{line}\r\n", line.len()).as_bytes()).unwrap();
        let wanted = format!("{{\"line\":{n},\"status\":\"created\"");
        while !read.contains(&wanted) {
            let mut buffer = [0; 4096];
            let got = stream.read(&mut buffer).unwrap_or_else(|error| panic!("{error} for {n} after {read}"));
            assert!(got > 0, "{read}");
            read.push_str(&String::from_utf8_lossy(&buffer[..got]));
        }
        assert_eq!(count(&store, "article").await, n, "what is answered is stored");
    }
    // Gone in the middle of a line: what was answered stays.
    stream.write_all(b"5\r\n{\"url\r\n").unwrap();
    drop(stream);
    assert_eq!(statuses(&post(&api, article("1", "The dam at Torvale holds.").to_string()).await), ["known"]);
    assert_eq!(count(&store, "article").await, 3);
}

#[tokio::test]
async fn a_stream_that_falls_silent_is_ended_with_a_reason() {
    let store = harness::store().await;
    let api = Api::with(store, |options| options.body_deadline = Duration::from_millis(300)).await;
    let mut stream = TcpStream::connect(api.address.trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let line = article("1", "The dam at Torvale holds.").to_string();
    let head = format!("POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: {NDJSON}\r\nContent-Length: 100000\r\n\r\n");
    stream.write_all(format!("{head}{line}\n{{\"url\":").as_bytes()).unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    assert!(answer.contains(r#"{"line":1,"status":"created""#), "{answer}");
    assert!(answer.contains(r#"{"line":2,"status":"failed""#) && answer.contains("request-timeout"), "{answer}");
}

#[tokio::test]
async fn without_a_database_the_stream_ends_with_the_reason() {
    let api = Api::without_database().await;
    let body = corpus::ndjson(&corpus::articles(400));
    let found = post(&api, body).await;
    assert!(!found.is_empty() && found.len() < 400, "{}", found.len());
    assert!(found.iter().all(|(_, _, code)| code == "database-unavailable"), "{found:?}");
}
