//! `crossclaim ingest` and the service under it, killed in the middle: what was acknowledged is there, and running it again ends
//! with what an undisturbed import ends with.

use std::{
    collections::BTreeSet,
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Output, Stdio},
    time::{Duration, Instant},
};

use flate2::{Compression, write::GzEncoder};
use nix::sys::signal::Signal;
use serde_json::Value;
use sqlx::{ConnectOptions, PgConnection};

use crate::{
    cli::{Running, crossclaim},
    corpus, harness,
};

const PATIENCE: Duration = Duration::from_secs(120);

/// Articles in a plain file and a compressed one.
fn files(articles: &[Value]) -> PathBuf {
    let dir = harness::scratch_dir("import");
    let (plain, compressed) = articles.split_at(articles.len() / 3);
    fs::write(dir.join("a.ndjson"), corpus::ndjson(plain)).unwrap();
    let mut gz = GzEncoder::new(fs::File::create(dir.join("b.jsonl.gz")).unwrap(), Compression::fast());
    gz.write_all(corpus::ndjson(compressed).as_bytes()).unwrap();
    gz.finish().unwrap();
    dir
}

async fn stored(database: &mut PgConnection) -> BTreeSet<String> {
    sqlx::query_scalar("select url from article").fetch_all(database).await.unwrap().into_iter().collect()
}

async fn until_stored(database: &mut PgConnection, count: usize) -> BTreeSet<String> {
    let since = Instant::now();
    loop {
        let urls = stored(database).await;
        if urls.len() >= count {
            return urls;
        }
        assert!(since.elapsed() < PATIENCE, "{} of {count}", urls.len());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn told(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[tokio::test]
async fn an_import_that_is_killed_is_taken_up_where_it_was() {
    let options = harness::database().await;
    let mut database = options.connect().await.unwrap();
    let serve = || Running::serve(crossclaim(&["serve"]).env("DATABASE_URL", options.to_url_lossy().as_str()));
    let articles = corpus::articles(480);
    let dir = files(&articles);
    let ingest = |service: &Running| -> Child {
        let mut command = crossclaim(&["ingest", "--server", &service.url]);
        command.arg(&dir).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };

    let mut service = serve();
    let mut first = ingest(&service);
    until_stored(&mut database, 1).await;
    first.kill().unwrap();
    first.wait().unwrap();
    let after_first = stored(&mut database).await;
    assert!(after_first.len() < articles.len(), "it was killed in time");

    let second = ingest(&service);
    until_stored(&mut database, after_first.len() + 130).await;
    assert_eq!(service.stop(Signal::SIGKILL), None);
    let (status, out, failure) = told(&second.wait_with_output().unwrap());
    assert_eq!((status, out.as_str()), (Some(1), ""), "{failure}");
    assert!(
        failure.contains("crossclaim: the import was cut off after ") && failure.contains("run the same command again"),
        "{failure}"
    );
    let after_second = stored(&mut database).await;
    assert!(after_second.is_superset(&after_first) && after_second.len() < articles.len(), "{}", after_second.len());

    let service = serve();
    let (status, out, failure) = told(&ingest(&service).wait_with_output().unwrap());
    let (known, new) = (after_second.len(), articles.len() - after_second.len());
    assert_eq!((status, out, failure), (Some(0), format!("{new} stored, {known} known already, 0 failed"), String::new()));
    let all: BTreeSet<String> = articles.iter().map(|article| article["url"].as_str().unwrap().to_owned()).collect();
    assert_eq!(stored(&mut database).await, all);
    let rows: (i64, i64) =
        sqlx::query_as("select count(*), count(distinct url) from article").fetch_one(&mut database).await.unwrap();
    assert_eq!(rows, (480, 480), "none is there twice");
}

#[tokio::test]
async fn a_service_that_stops_ends_its_streams_with_the_reason() {
    let options = harness::database().await;
    let mut service = Running::serve(crossclaim(&["serve"]).env("DATABASE_URL", options.to_url_lossy().as_str()));
    let mut stream = TcpStream::connect(service.url.trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let line = corpus::ndjson(&corpus::articles(1));
    let head =
        "POST /v1/articles/bulk HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all(format!("{head}{:x}\r\n{line}\r\n", line.len()).as_bytes()).unwrap();
    let mut answer = String::new();
    let mut buffer = [0; 4096];
    while !answer.contains(r#"{"line":1,"status":"created""#) {
        let got = stream.read(&mut buffer).unwrap();
        assert!(got > 0, "{answer}");
        answer.push_str(&String::from_utf8_lossy(&buffer[..got]));
    }
    let asked = Instant::now();
    assert_eq!(service.stop(Signal::SIGTERM), Some(0));
    assert!(asked.elapsed() < Duration::from_secs(8), "{:?}", asked.elapsed());
    while let Ok(got @ 1..) = stream.read(&mut buffer) {
        answer.push_str(&String::from_utf8_lossy(&buffer[..got]));
    }
    assert!(answer.contains(r#"{"line":2,"status":"failed""#) && answer.contains(r#""code":"shutting-down""#), "{answer}");
}
