//! What nobody sends in good faith, in every field of every operation: refused or taken, never a failure of ours, and in bounded time and
//! memory. The operations and their fields are read from the API's own description, so a new one is tried as well.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::Arc,
    time::{Duration, Instant},
};

use crossclaim::{
    egress::{Allowed, Egress},
    engine::extraction::{self, Draft},
    http::ApiKey,
    pipeline::LiveOptions,
};
use futures_util::{StreamExt, stream};
use nix::time::{ClockId, clock_gettime};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    api::{Answer, Api},
    cli::{Running, crossclaim, database_url},
    harness,
};

const KEY: &str = "an-operators-key";
const ABSENT: &str = "01890000-0000-7000-8000-000000000000";

fn full_size() -> bool {
    std::env::var_os("CROSSCLAIM_FULL_SIZE").is_some()
}

/// Letters that do not compress, the same each time.
fn noise(length: usize) -> String {
    let mut seed = 7_u64;
    let letter = |_| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b"abcdefghijklmnopqrstuvwxyz012345"[(seed >> 59) as usize])
    };
    (0..length).map(letter).collect()
}

fn hostile_strings() -> Vec<String> {
    let written = [
        "",
        " ",
        "\t\n",
        "a\u{0}b",
        "\u{0}",
        "\u{feff}x",
        "\u{202e}live",
        "\u{200b}",
        "\u{ad}",
        "\u{e000}",
        "\u{10ffff}",
        "\u{fffd}",
        "e\u{301}\u{301}\u{301}",
        "👩‍👩‍👧‍👦",
        "ﷺ",
        "İ",
        "ß",
        "ǅ",
        "\u{1b}[31mred",
        "a\r\nSet-Cookie: x=y",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
        // Statements, patterns, searches and paths.
        "' or 1=1 --",
        "'; drop table article; --",
        "\" or \"\"=\"",
        "\\",
        "\\'",
        "$1",
        "$$",
        "%",
        "_",
        "%%%",
        "/*",
        "--",
        "1;select pg_sleep(9)",
        "' union select secret from webhook --",
        "-",
        "\"",
        "or",
        "a or",
        "( & | !",
        ":*",
        "<->",
        "a <2147483648> b",
        "*",
        "{{7*7}}",
        "${jndi:ldap://x/a}",
        "%n%s%x",
        "=cmd|' /C calc'!A0",
        "../../../../etc/passwd",
        "..\\..\\x",
        "file:///etc/passwd",
        "<script>alert(1)</script>",
        "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>",
        "javascript:alert(1)",
        // Addresses.
        "http://",
        "http://[",
        "https://127.0.0.1/",
        "http://169.254.169.254/latest/",
        "https://a.example:99999/",
        "https://ex\u{e4}mple.example/",
        "https://xn--/",
        "https://user:pw@a.example/",
        // Numbers and times.
        "0",
        "-0",
        "-1",
        "1.5",
        "1e9",
        "1e400",
        "NaN",
        "inf",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551616",
        "0x10",
        "١٢",
        "-262143-01-01T00:00:00Z",
        "+262142-12-31T23:59:59Z",
        "0000-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2016-12-31T23:59:60Z",
        "2026-02-29T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:00:00+23:59",
        "2026-01-01T00:00:00-23:59",
        "2026-01-01T00:00:00.999999999999Z",
        "2026-01-01",
        "1970-01-01T00:00:00Z",
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        ABSENT,
        "null",
        "true",
        "[]",
        "{}",
    ];
    let long = [
        noise(2_049),
        noise(8 * 1024),
        noise(64 * 1024),
        "ﷺ".repeat(2_000),
        "e\u{301}".repeat(3_000),
        "(".repeat(5_000),
        "\"".repeat(5_000),
        "a or ".repeat(1_000),
        "-".repeat(2_000),
        format!("https://a.example/{}", noise(2_031)),
        format!("https://a.example/{}", noise(60_000)),
        format!("{}.example", noise(300)),
        "<div>".repeat(10_000),
    ];
    written.into_iter().map(str::to_owned).chain(long).collect()
}

/// Values that are no strings, as they stand in a body.
const HOSTILE_JSON: &[&str] = &[
    "null",
    "true",
    "0",
    "-1",
    "1.5",
    "1e308",
    "1e400",
    "-1e400",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "123456789012345678901234567890",
    "[]",
    "{}",
    "[[]]",
    "[null]",
    "{\"\":\"\"}",
    "\"\\ud800\"",
    "\"\\udc00\\ud800\"",
    "\"\\u0000\"",
    "NaN",
    "\"\x01\"",
    "01",
    "1.",
    "+1",
    "'x'",
    "\"x",
    "[1,]",
    "{\"a\":1,\"a\":2}",
];

/// Bodies with one leaf replaced by a mark, for each leaf.
fn marked(example: &Value) -> Vec<(String, String)> {
    fn walk(value: &Value, pointer: &str, leaves: &mut Vec<String>) {
        match value {
            Value::Object(fields) => fields.iter().for_each(|(name, value)| walk(value, &format!("{pointer}/{name}"), leaves)),
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(at, value)| walk(value, &format!("{pointer}/{at}"), leaves))
            }
            _ => {}
        }
        leaves.push(pointer.to_owned());
    }
    let mut leaves = Vec::new();
    walk(example, "", &mut leaves);
    leaves
        .into_iter()
        .map(|pointer| {
            let mut body = example.clone();
            *body.pointer_mut(&pointer).expect("it was found there") = json!("§");
            (pointer, body.to_string())
        })
        .collect()
}

/// One request: what it tries, and how it is sent.
struct Attempt {
    what: String,
    method: Method,
    path: String,
    body: Option<Vec<u8>>,
    header: Option<(String, Vec<u8>)>,
}

fn attempts(document: &Value) -> Vec<Attempt> {
    let strings = hostile_strings();
    let quoted: Vec<String> = strings.iter().map(|text| json!(text).to_string()).collect();
    let mut attempts = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            let method: Method = method.to_uppercase().parse().unwrap();
            let filled = path.replace("{id}", ABSENT).replace("{slug}", "not-found");
            let mut attempt = |what: String, path: String, body: Option<Vec<u8>>, header: Option<(String, Vec<u8>)>| {
                attempts.push(Attempt { what: format!("{id} {what}"), method: method.clone(), path, body, header });
            };
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
            let schema = schema.as_str().map(|name| document.pointer(name.trim_start_matches('#')).unwrap());
            let examples = schema.map(|schema| schema["examples"].as_array().unwrap().as_slice()).unwrap_or_default();
            for (pointer, body) in examples.iter().take(1).flat_map(marked) {
                for value in quoted.iter().map(String::as_str).chain(HOSTILE_JSON.iter().copied()) {
                    let body = body.replacen("\"§\"", value, 1).into_bytes();
                    attempt(format!("{pointer} = {:.60}", value), filled.clone(), Some(body), None);
                }
                // Not UTF-8 at all: overlong, a lone continuation, an encoded surrogate.
                for bytes in [&b"\"\xc0\xaf\""[..], b"\"\x80\"", b"\"\xed\xa0\x80\"", b"\"\xff\xfe\""] {
                    let (before, after) = body.split_once("\"§\"").unwrap();
                    attempt(
                        format!("{pointer} = {bytes:x?}"),
                        filled.clone(),
                        Some([before.as_bytes(), bytes, after.as_bytes()].concat()),
                        None,
                    );
                }
            }
            let example = examples.first().map(|example| example.to_string().into_bytes());
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let name = parameter["name"].as_str().unwrap();
                for text in strings.iter().filter(|text| text.len() < 9_000) {
                    let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
                    let encoded = encoded.replace('+', "%20");
                    let what = format!("{name} = {text:.60?}");
                    match parameter["in"].as_str().unwrap() {
                        "query" => attempt(what, format!("{filled}?{name}={encoded}"), example.clone(), None),
                        "path" => attempt(what, path.replace(&format!("{{{name}}}"), &encoded), example.clone(), None),
                        "header" => {
                            attempt(what, filled.clone(), example.clone(), Some((name.to_owned(), text.clone().into_bytes())))
                        }
                        other => panic!("{id} takes a parameter in {other}"),
                    }
                }
            }
        }
    }
    attempts
}

/// C1, C5, C10, C14 and C16.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_can_be_sent_makes_the_service_fail() {
    let nowhere = |_: String| -> crossclaim::egress::Looked { Box::pin(async { Ok(Vec::new()) }) };
    let live = LiveOptions { egress: Egress::with_lookup(Allowed::default(), Arc::new(nowhere)), ..LiveOptions::default() };
    let api = Api::with_live(harness::store().await, live, |options| {
        options.open = false;
        options.api_key = Some(ApiKey::new(KEY));
        options.rate_limit = Some(0);
        options.link_wait = Duration::ZERO;
        options.event_streams = 100_000;
    })
    .await
    .with_key(KEY);
    let document = api.get("/openapi.json").await.expect(200).json();
    let attempts = attempts(&document);
    // All of them in full; else another seventh each day would never be the same, so every seventh.
    let every = if full_size() { 1 } else { 7 };
    let tried: Vec<&Attempt> = attempts.iter().step_by(every).collect();
    assert!(tried.len() > 700, "{}", tried.len());
    let refused = stream::iter(tried.iter().map(|attempt| send(&api, attempt)))
        .buffer_unordered(4)
        .fold(0, async |refused, status: u16| refused + usize::from(status >= 400))
        .await;
    println!("C1: {} requests of {}, {refused} refused, none failed", tried.len(), attempts.len());
    assert!(refused * 2 > tried.len(), "most of it is refused: {refused}");
    api.get("/readyz").await.expect(200);
    // Nobody took words for a statement.
    api.post("/v1/match", &json!({"text": "The bridge is closed."})).await.expect(200);
}

async fn send(api: &Api, attempt: &Attempt) -> u16 {
    let mut request = api.request(attempt.method.clone(), &attempt.path);
    if let Some(body) = &attempt.body {
        request = request.header("Content-Type", "application/json").body(body.clone());
    }
    if let Some((name, value)) = &attempt.header {
        // What cannot stand in a header never gets here.
        let Ok(value) = reqwest::header::HeaderValue::from_bytes(value) else { return 400 };
        request = request.header(name, value);
    }
    let asked = Instant::now();
    let answer = Answer::of(request).await;
    let what = &attempt.what;
    assert!(answer.status < 500, "{what}: {} {}", answer.status, answer.text());
    assert!(asked.elapsed() < Duration::from_secs(10), "{what}: {:?}", asked.elapsed());
    // The parser of HTTP itself answers without a body.
    if answer.status >= 400 && answer.status != 431 {
        assert_eq!(answer.header("content-type"), "application/problem+json", "{what}: {}", answer.text());
        let text = answer.text().to_lowercase();
        for word in ["postgres", "sqlx", "syntax error", "panicked", "src/", ".rs:"] {
            assert!(!text.contains(word), "{what}: {word} in {text}");
        }
    }
    answer.status
}

/// C2 and C3.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bombs_do_not_make_the_service_grow() {
    const AT_ONCE: usize = 50;
    let url = database_url().await;
    let service = Running::serve(crossclaim(&["serve", "--rate-limit", "0"]).env("DATABASE_URL", &url));
    let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(60)).build().unwrap();
    // Each kind of request once, so that what is made on first use is there.
    let bomb = gzip_of_zeros(if full_size() { 1 << 30 } else { 1 << 27 });
    assert!(bomb.len() < 2 << 20, "{}", bomb.len());
    let paths: [(&str, &str, Option<&str>, Vec<u8>); 4] = [
        ("/v1/articles/bulk", "application/x-ndjson", Some("gzip"), bomb.clone()),
        ("/v1/articles", "application/json", Some("gzip"), bomb),
        ("/v1/check", "application/json", None, vec![b'['; 3 << 20]),
        ("/v1/articles/bulk", "application/x-ndjson", None, vec![b'x'; 8 << 20]),
    ];
    let send = |at: usize| {
        let (path, kind, encoding, body) = &paths[at];
        let mut request = client.post(format!("{}{path}", service.url)).header("Content-Type", *kind).body(body.clone());
        if let Some(encoding) = encoding {
            request = request.header("Content-Encoding", *encoding);
        }
        async move {
            let answer = request.send().await;
            if let Ok(answer) = answer {
                assert!(answer.status().as_u16() < 500 || answer.status() == 503, "{path}: {}", answer.status());
                let _ = answer.bytes().await;
            }
        }
    };
    for at in 0..paths.len() {
        send(at).await;
    }
    for (at, (path, _, encoding, _)) in paths.iter().enumerate() {
        let (before, begun) = (peak_memory(service.pid()), Instant::now());
        futures_util::future::join_all((0..AT_ONCE).map(|_| send(at))).await;
        let grown = peak_memory(service.pid()).saturating_sub(before);
        println!("C3: {AT_ONCE} × {path} {encoding:?}: {} MiB more, {:.1?}", grown >> 10, begun.elapsed());
        // A stream may hold a line of 2 MiB, in buffers that grow by doubling; every other body is refused as it comes.
        let most = if path.ends_with("bulk") && encoding.is_none() { AT_ONCE * 8 } else { 32 };
        assert!(grown < most << 10, "{path}: {} MiB", grown >> 10);
    }
    service.get("/readyz").await.expect(200);
}

fn gzip_of_zeros(length: usize) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let block = vec![b'0'; 1 << 20];
    for _ in 0..length >> 20 {
        encoder.write_all(&block).unwrap();
    }
    encoder.finish().unwrap()
}

/// The most that the process ever held, in KiB.
fn peak_memory(pid: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux tells it");
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// C11.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_clients_are_sent_away_and_others_do_not_notice() {
    let each = if full_size() { 400 } else { 60 };
    let api = Api::with(harness::store().await, |options| options.body_deadline = Duration::from_secs(3)).await;
    let address = api.address.trim_start_matches("http://").to_owned();
    let begin = |words: &str| {
        let mut stream = TcpStream::connect(&address).unwrap();
        stream.write_all(words.as_bytes()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    };
    let heads: Vec<TcpStream> = (0..each).map(|_| begin("GET /v1/articles HTTP/1.1\r\nHost: x\r\nX-Slow: ")).collect();
    let body = "POST /v1/check HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"te";
    let bodies: Vec<TcpStream> = (0..each).map(|_| begin(body)).collect();
    let begun = Instant::now();
    let mut latencies = Vec::new();
    while begun.elapsed() < Duration::from_secs(2) {
        let asked = Instant::now();
        api.get("/v1/clusters?limit=1").await.expect(200);
        latencies.push(asked.elapsed());
    }
    latencies.sort();
    let p99 = latencies[latencies.len() * 99 / 100];
    // Beside other tests a single answer may be late for their sake; `make gate` runs one after the other.
    let held = if full_size() { p99 } else { latencies[latencies.len() / 2] };
    assert!(held < Duration::from_millis(500), "{held:?}");
    let closed = |streams: Vec<TcpStream>, status: &str| {
        for mut stream in streams {
            let mut answer = [0; 12];
            stream.read_exact(&mut answer).expect("an answer");
            assert_eq!(String::from_utf8_lossy(&answer), format!("HTTP/1.1 {status}"));
        }
        begun.elapsed()
    };
    let bodies = closed(bodies, "408");
    let heads = closed(heads, "408");
    println!("C11: {each} half heads closed after {heads:.1?}, {each} half bodies after {bodies:.1?}, others' p99 {p99:.1?}");
    assert!(bodies < Duration::from_secs(5) && heads < Duration::from_secs(8), "{bodies:?} {heads:?}");
}

/// C11: who asks for much and reads nothing, beside those who read, however slowly, and a stream that has little to say.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_does_not_read_is_cut_off_and_those_who_do_are_not() {
    const DEADLINE: Duration = Duration::from_secs(2);
    let each = if full_size() { 400 } else { 40 };
    let api = Api::with(harness::store().await, |options| options.unread_deadline = DEADLINE).await;
    let address: std::net::SocketAddr = api.address.trim_start_matches("http://").parse().unwrap();
    let description = api.get("/openapi.json").await.expect(200).body.len();
    // A small window, so that the answer lies with the service and not on its way.
    let ask = |path: &str| {
        let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
        socket.set_recv_buffer_size(4_096).unwrap();
        socket.connect(&address.into()).unwrap();
        let mut stream = TcpStream::from(socket);
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    };
    // Some bytes now and then, until the end or an error.
    let read = |mut stream: TcpStream, pause: Duration| {
        let (mut length, mut part) = (0, vec![0; 32 * 1024]);
        loop {
            match stream.read(&mut part) {
                Ok(0) => return Ok(length),
                Ok(some) => length += some,
                Err(error) => return Err(error.kind()),
            }
            std::thread::sleep(pause);
        }
    };
    let mut events = ask("/v1/events");
    let idle: Vec<TcpStream> = (0..each).map(|_| ask("/openapi.json")).collect();
    let slow = ask("/openapi.json");
    let slow = std::thread::spawn(move || read(slow, Duration::from_millis(20)));
    let (begun, mut slowest) = (Instant::now(), Duration::ZERO);
    while begun.elapsed() < DEADLINE * 3 {
        let asked = Instant::now();
        api.get("/v1/clusters?limit=1").await.expect(200);
        slowest = slowest.max(asked.elapsed());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    println!("C11: {each} that read nothing, others' slowest answer {slowest:.1?}");
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
    for stream in idle {
        assert_eq!(read(stream, Duration::ZERO), Err(std::io::ErrorKind::ConnectionReset));
    }
    assert!(slow.join().unwrap().unwrap() > description, "who reads slowly gets everything");
    let outlet = json!({"name": "Herald"});
    let article = json!({"url": "https://herald.example/1", "outlet": outlet, "text": "The dam at Orin has cracked."});
    api.post("/v1/articles", &article).await.expect(201);
    let (mut told, mut part) = (String::new(), [0; 4_096]);
    while !told.contains("\nevent: ") {
        let length = events.read(&mut part).expect("the stream is open");
        assert!(length > 0, "the stream has ended: {told}");
        told += &String::from_utf8_lossy(&part[..length]);
    }
}

/// C7 and C8: twice as long takes about twice as long, whatever the text is made of.
#[test]
fn reading_takes_time_in_step_with_the_text() {
    let shapes: &[(&str, &str)] = &[
        ("one word", "a"),
        ("one sentence", "water and "),
        ("one-word sentences", "No. "),
        ("sentences", "The bridge at Orin was closed on Monday. "),
        ("paragraphs", "The bridge was closed.\n\n"),
        ("open quotation marks", "“"),
        ("quotation marks", "\"a\" "),
        ("brackets", "(("),
        ("reports in reports", "he said that "),
        ("denials in denials", "she denied that "),
        ("numbers", "12 killed, "),
        ("digits", "1,"),
        ("names", "Ann Roe met Carl Ott and "),
        ("capitals", "Anna Berta Carla "),
        ("no spaces", "橋は月曜日に閉鎖された。"),
        ("marks on a letter", "e\u{301}\u{302}"),
        ("addresses", "https://a.example/b "),
        ("dashes", "— "),
        ("days", "on Monday, 4 March 2026, "),
    ];
    let length = if full_size() { 64 * 1024 } else { 8 * 1024 };
    let mut slow = Vec::new();
    for (name, part) in shapes {
        let time = |factor: usize| {
            let text = part.repeat(length * factor / part.len());
            let draft = Draft { text: &text, outlet: "Herald", language: Some("en"), ..Draft::default() };
            // The best of two: whatever else the machine does only ever takes time away.
            let once = || {
                let begun = cpu_time();
                std::hint::black_box(extraction::read(&draft));
                cpu_time() - begun
            };
            once().min(once())
        };
        let (one, four) = (time(1), time(4));
        println!("C8: {name}: {one:.0?} for {} KiB, {four:.0?} for {} KiB", length >> 10, length >> 8);
        // Below this the clock says more than the text.
        if four > Duration::from_millis(60) && four > one * 10 {
            slow.push(format!("{name}: {one:?} → {four:?}"));
        }
    }
    assert!(slow.is_empty(), "more than 2.5 times for twice the text, twice: {slow:#?}");
}

fn cpu_time() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("Linux and macOS have it").into()
}
