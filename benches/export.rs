//! A list as long as a table is, exported, and the memory that takes: `cargo bench --bench export [claims] [format]`.
//!
//! Some articles come in as usual; their rows are then multiplied in the database. One client reads `GET /v1/exports/claims` in each
//! format and keeps nothing of it. What the server's process holds is read from `/proc` before and at its highest; the client is in the
//! same process, and counts with it.

#[path = "../tests/it/corpus.rs"]
#[expect(dead_code, reason = "nothing is shuffled here")]
mod corpus;

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use crossclaim::{
    http::{self, HttpOptions},
    pipeline::{Readiness, Service},
    storage::{
        Store,
        embedded::{Embedded, Settings},
    },
    telemetry,
};
use tokio::sync::oneshot;

const CLAIMS: i64 = 1_000_000;
const ARTICLES: usize = 480;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let claims = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(CLAIMS);
    let dir = std::env::temp_dir().join(format!("crossclaim-bench-{}", std::process::id()));
    let settings = Settings { data_dir: dir.clone(), bin_dir: None, throwaway: true };
    let server = Embedded::start(&settings).expect("Postgres starts");
    actix_web::rt::System::new().block_on(run(&server, claims));
    server.stop();
    std::fs::remove_dir_all(&dir).expect("an empty directory");
}

async fn run(server: &Embedded, wanted: i64) {
    let store = Store::connect(server.options()).await.expect("a database");
    let (url, stop) = serve(server).await;
    let articles = corpus::articles(ARTICLES);
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let posted = client.post(format!("{url}/v1/articles/bulk")).header("content-type", "application/x-ndjson");
    posted.body(corpus::ndjson(&articles)).send().await.expect("an answer").bytes().await.expect("results");
    let pending = "select exists (select from article where status = 'pending')";
    while sqlx::query_scalar::<_, bool>(pending).fetch_one(store.pool()).await.expect("an answer") {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let claims = multiply(&store, wanted).await;
    println!("{claims} claims");
    // What is made once, such as connections and buffers, is made before.
    read(&client, &format!("{url}/v1/exports/clusters"), claims).await;
    let formats = ["ndjson", "csv", "parquet"];
    let wanted = std::env::args().find_map(|argument| formats.into_iter().find(|format| **format == argument));
    for format in formats.into_iter().filter(|format| wanted.is_none_or(|wanted| wanted == *format)) {
        let before = memory("VmRSS");
        forget_highest();
        let begun = Instant::now();
        let (bytes, lines, along) = read(&client, &format!("{url}/v1/exports/claims?format={format}"), claims).await;
        let took = begun.elapsed().as_secs_f64();
        if format == "ndjson" {
            assert_eq!(lines, claims, "every row is there");
        }
        println!(
            "{format:8} {:>8.1} MB in {took:>6.1} s, {:>7.0} rows/s; resident before {before:.1} MB{along}, at most {:.1} MB",
            bytes as f64 / 1e6,
            claims as f64 / took,
            memory("VmHWM"),
        );
    }
    drop(stop);
    store.close().await;
}

/// More rows of the same claims; the number there is then.
async fn multiply(store: &Store, wanted: i64) -> i64 {
    let count =
        async || sqlx::query_scalar::<_, i64>("select count(*) from claim").fetch_one(store.pool()).await.expect("a count");
    let copies = (wanted / count().await).max(1);
    let multiply = format!(
        "begin;
        set local statement_timeout = 0;
        drop index claim_search_idx;
        create temporary table copy on commit drop as
            select claim_id, gen_random_uuid() as id from claim cross join generate_series(2, {copies}) as n;
        insert into claim (workspace_id, claim_id, article_id, outlet_id, text, span_start, span_end, headline, proposition, polarity,
                certainty, attribution, quantities, entities, check_worthiness, engine_version, cluster_id, relation, stance,
                access, independence, judgement)
            select workspace_id, copy.id, article_id, outlet_id, text, span_start, span_end, headline, proposition, polarity,
                certainty, attribution, quantities, entities, check_worthiness, engine_version, cluster_id, relation, stance,
                access, independence, judgement
            from copy join claim using (claim_id);
        insert into evidence (workspace_id, claim_id, ordinal, kind, article_id, span_start, span_end, in_title, body)
            select workspace_id, copy.id, ordinal, kind, article_id, span_start, span_end, in_title, body
            from copy join evidence using (claim_id);
        commit",
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(multiply)).execute(store.pool()).await.expect("more claims");
    sqlx::raw_sql("set statement_timeout = 0; analyze claim; analyze evidence").execute(store.pool()).await.expect("an analysis");
    count().await
}

/// Bytes and lines of an answer, none of which is kept, and what the process holds after a tenth of the lines and after nine.
async fn read(client: &reqwest::Client, url: &str, whole: i64) -> (u64, i64, String) {
    let mut response = client.get(url).send().await.expect("an answer").error_for_status().expect("rows");
    let (mut bytes, mut lines) = (0, 0);
    let (mut marks, mut held) = ([1, 9].into_iter().peekable(), String::new());
    while let Some(chunk) = response.chunk().await.expect("a whole answer") {
        bytes += chunk.len() as u64;
        lines += chunk.iter().filter(|&&byte| byte == b'\n').count() as i64;
        if let Some(tenths) = marks.next_if(|tenths| lines >= whole * tenths / 10) {
            held += &format!(", after {tenths}0 % {:.1} MB", memory("VmRSS"));
        }
    }
    (bytes, lines, held)
}

/// Megabytes of this process, by a line of its status.
fn memory(name: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status.lines().find(|line| line.starts_with(name)).expect("the line is there");
    let kilobytes: f64 = line.split_whitespace().nth(1).expect("a number").parse().expect("a number");
    kilobytes / 1024.0
}

/// Lets the highest be counted anew.
fn forget_highest() {
    std::fs::write("/proc/self/clear_refs", "5").expect("a process may do this to itself");
}

/// A service on a port of its own, on a thread of its own, until the sender is dropped.
async fn serve(server: &Embedded) -> (String, oneshot::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("a bound listener"));
    let (stop, stopped) = oneshot::channel::<()>();
    let (ready, readiness) = oneshot::channel();
    let options = server.options();
    let run = async move || {
        let store = Store::connect(options).await.expect("a database");
        let service = Service::start(store).await.expect("the service starts");
        while service.readiness().await != Readiness::Ready {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        ready.send(()).expect("somebody waits");
        let mut edge = HttpOptions::new(telemetry::metrics().expect("metrics"));
        edge.open = true;
        http::serve(listener, service.clone(), edge, async { drop(stopped.await) }).await.expect("the server runs");
        service.stop().await;
    };
    std::thread::spawn(|| actix_web::rt::System::new().block_on(run()));
    readiness.await.expect("it is ready");
    (url, stop)
}
