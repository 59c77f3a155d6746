//! Articles in over HTTP, linked and durable in Postgres, beside a bare insert of the same claim rows into the same schema on the
//! same server: `cargo bench --bench ingest [articles]`.
//!
//! The server is a private one with its usual settings, so that every commit is on disk; articles go through one bulk request. The
//! ratio is what to compare between machines and versions.

#[path = "../tests/it/corpus.rs"]
mod corpus;

use std::{
    net::TcpListener,
    path::Path,
    time::{Duration, Instant},
};

use chrono::NaiveDate;
use crossclaim::{
    domain::WorkspaceId,
    http::{self, HttpOptions},
    pipeline::{Readiness, Service},
    storage::{
        Store,
        embedded::{Embedded, Settings},
    },
    telemetry,
};
use serde_json::Value;
use sqlx::{AssertSqlSafe, PgPool};
use tokio::sync::oneshot;
use uuid::Uuid;

const ARTICLES: usize = 4_800;
/// Claims of one bare insert.
const ROWS: usize = 1_000;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let count = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(ARTICLES);
    let dir = std::env::temp_dir().join(format!("crossclaim-bench-{}", std::process::id()));
    let settings = Settings { data_dir: dir.clone(), bin_dir: None, throwaway: false };
    let server = Embedded::start(&settings).expect("Postgres starts");
    actix_web::rt::System::new().block_on(run(&server, count));
    server.stop();
    remove(&dir);
}

fn remove(dir: &Path) {
    if let Err(error) = std::fs::remove_dir_all(dir) {
        eprintln!("{}: {error}", dir.display());
    }
}

async fn run(server: &Embedded, count: usize) {
    let store = Store::connect(server.options()).await.expect("a database");
    // As news comes: the stories mixed.
    let articles = corpus::shuffled(corpus::articles(count), 1);
    let body = corpus::ndjson(&articles);
    let megabytes = body.len() as f64 / 1e6;

    let (acknowledged, linked) = ingest(server, &store, body).await;
    let pool = store.pool();
    let claims: i64 =
        sqlx::query_scalar("select count(*) from claim where cluster_id is not null").fetch_one(pool).await.expect("a count");
    let clusters: i64 =
        sqlx::query_scalar("select count(*) from cluster where dissolved_at is null").fetch_one(pool).await.expect("a count");
    println!("{count} articles, {megabytes:.1} MB, {claims} claims in {clusters} clusters");
    let rate = |time: Duration| claims as f64 / time.as_secs_f64();
    println!("stored            {:>9.0} claims/s  ({:.1} s)", rate(acknowledged), acknowledged.as_secs_f64());
    println!("stored and linked {:>9.0} claims/s  ({:.1} s)", rate(linked), linked.as_secs_f64());

    println!("  of which {}", phases());
    let known = ask_again(server, &corpus::ndjson(&articles)).await;
    println!("known already     {:>9.0} articles/s", count as f64 / known.as_secs_f64());
    let bare = insert_bare(pool).await;
    println!("bare insert       {:>9.0} claims/s  ({ROWS} rows each)", rate(bare));
    println!("ratio             {:>9.3}  (at least 0.2 is wanted)", bare.as_secs_f64() / linked.as_secs_f64());
    store.close().await;
}

/// Time until the last result, and until the last article is linked.
async fn ingest(server: &Embedded, store: &Store, body: String) -> (Duration, Duration) {
    let (service, url, stop) = serve(server).await;
    let begun = Instant::now();
    post(&url, body).await;
    let acknowledged = begun.elapsed();
    let pending = "select exists (select from article where status = 'pending' and current)";
    while sqlx::query_scalar::<_, bool>(pending).fetch_one(store.pool()).await.expect("an answer") {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let linked = begun.elapsed();
    drop(stop);
    service.stop().await;
    (acknowledged, linked)
}

/// Seconds of each phase of linking so far.
fn phases() -> String {
    let rendered = telemetry::metrics().expect("metrics").render();
    let sums = rendered.lines().filter_map(|line| {
        let (phase, seconds) = line.strip_prefix("crossclaim_link_phase_seconds_sum{phase=\"")?.split_once("\"} ")?;
        Some(format!("{phase} {:.1} s", seconds.parse::<f64>().ok()?))
    });
    sums.collect::<Vec<_>>().join(", ")
}

/// What running an import again costs.
async fn ask_again(server: &Embedded, body: &str) -> Duration {
    let (service, url, stop) = serve(server).await;
    let begun = Instant::now();
    post(&url, body.to_owned()).await;
    let known = begun.elapsed();
    drop(stop);
    service.stop().await;
    known
}

/// With connections of its own: those that a request opened end with the server.
async fn serve(server: &Embedded) -> (Service, String, oneshot::Sender<()>) {
    let store = Store::connect(server.options()).await.expect("a database");
    let service = Service::start(store).await.expect("the service starts");
    while service.readiness().await != Readiness::Ready {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}/v1/articles/bulk", listener.local_addr().expect("a bound listener"));
    let (stop, stopped) = oneshot::channel::<()>();
    let options = HttpOptions { open: true, ..HttpOptions::new(telemetry::metrics().expect("metrics")) };
    let shutdown = async { drop(stopped.await) };
    actix_web::rt::spawn(http::serve(listener, service.clone(), options, shutdown));
    (service, url, stop)
}

async fn post(url: &str, body: String) {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let request = client.post(url).header("content-type", "application/x-ndjson").body(body);
    let answer = request.send().await.and_then(reqwest::Response::error_for_status).expect("an answer");
    let answer = answer.text().await.expect("a whole answer");
    assert!(!answer.contains("\"failed\""), "{answer}");
}

/// A thousand rows of the table `claim`, a column each.
#[derive(sqlx::FromRow)]
struct Rows {
    claim_id: Vec<Uuid>,
    article_id: Vec<Uuid>,
    outlet_id: Vec<Uuid>,
    text: Vec<String>,
    span_start: Vec<i32>,
    span_end: Vec<i32>,
    headline: Vec<bool>,
    proposition: Vec<String>,
    polarity: Vec<String>,
    certainty: Vec<String>,
    attribution: Vec<Value>,
    quantities: Vec<Value>,
    entities: Vec<Value>,
    event_date: Vec<Option<NaiveDate>>,
    event_from: Vec<Option<NaiveDate>>,
    event_to: Vec<Option<NaiveDate>>,
    check_worthiness: Vec<f32>,
    check_worthiness_reasons: Vec<Value>,
    engine_version: Vec<i32>,
}

/// The claims of the database, as they were before they were linked, into the same table made empty, with its indexes, its
/// constraints and its parents: a statement and a commit each thousand, one after another on one connection.
async fn insert_bare(pool: &PgPool) -> Duration {
    let mut connection = pool.acquire().await.expect("a connection");
    sqlx::raw_sql("set statement_timeout = 0; set lock_timeout = 0").execute(&mut *connection).await.expect("settings");
    let columns = "claim_id, article_id, outlet_id, text, span_start, span_end, headline, proposition, polarity, certainty, \
                   attribution, quantities, entities, event_date, event_from, event_to, check_worthiness, \
                   check_worthiness_reasons, engine_version";
    let gathered: Vec<String> =
        columns.split(", ").map(|column| format!("array_agg({column} order by claim_id) as {column}")).collect();
    let select = format!(
        "select {} from (select *, row_number() over (order by claim_id) as number from claim) as row group by (number - 1) / {ROWS} order by 1",
        gathered.join(", ")
    );
    let batches: Vec<Rows> = sqlx::query_as(AssertSqlSafe(select)).fetch_all(&mut *connection).await.expect("the claims");
    sqlx::raw_sql("truncate claim cascade").execute(&mut *connection).await.expect("an empty table");
    let insert = format!(
        "insert into claim (workspace_id, {columns})
        select '{}', * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::integer[], $6::integer[], $7::boolean[],
            $8::text[], $9::text[], $10::text[], $11::jsonb[], $12::jsonb[], $13::jsonb[], $14::date[], $15::date[], $16::date[],
            $17::real[], $18::jsonb[], $19::integer[])",
        WorkspaceId::DEFAULT
    );
    let begun = Instant::now();
    for rows in batches {
        sqlx::query(AssertSqlSafe(insert.clone()))
            .bind(rows.claim_id)
            .bind(rows.article_id)
            .bind(rows.outlet_id)
            .bind(rows.text)
            .bind(rows.span_start)
            .bind(rows.span_end)
            .bind(rows.headline)
            .bind(rows.proposition)
            .bind(rows.polarity)
            .bind(rows.certainty)
            .bind(rows.attribution)
            .bind(rows.quantities)
            .bind(rows.entities)
            .bind(rows.event_date)
            .bind(rows.event_from)
            .bind(rows.event_to)
            .bind(rows.check_worthiness)
            .bind(rows.check_worthiness_reasons)
            .bind(rows.engine_version)
            .execute(&mut *connection)
            .await
            .expect("the rows are taken");
    }
    begun.elapsed()
}
