//! How many requests a second the API reads, beside what actix and sqlx can do at all: `cargo bench --bench api [seconds]`.
//!
//! 64 connections of this very process keep one request each under way. The bare ceilings are measured in the same run with the same client:
//! an actix handler that says hello, and one that reads a row by its key through sqlx. Ratios are what to compare.

#[path = "../tests/it/corpus.rs"]
#[expect(dead_code, reason = "what is posted over HTTP is of no use here")]
mod corpus;

use std::{
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use actix_web::{App, HttpResponse, HttpServer, web};
use crossclaim::{
    domain::{NewArticle, WorkspaceId},
    http::{self, HttpOptions, parse_article},
    pipeline::{Prepared, Readiness, Service},
    storage::{
        Store,
        embedded::{Embedded, Settings},
    },
    telemetry,
};
use sqlx::PgPool;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use uuid::Uuid;

const ARTICLES: usize = 480;
const CONNECTIONS: usize = 64;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let seconds = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(5);
    // Every request is logged as in the program, to nowhere.
    tracing_subscriber::fmt().with_max_level(tracing::Level::INFO).with_writer(std::io::sink).init();
    let dir = std::env::temp_dir().join(format!("crossclaim-bench-{}", std::process::id()));
    let server = Embedded::start(&Settings { data_dir: dir.clone(), bin_dir: None, throwaway: true }).expect("Postgres starts");
    actix_web::rt::System::new().block_on(run(&server, Duration::from_secs(seconds)));
    server.stop();
    std::fs::remove_dir_all(&dir).expect("an empty directory");
}

async fn run(server: &Embedded, length: Duration) {
    let store = Store::connect(server.options()).await.expect("a database");
    fill(&store).await;
    let ids: Vec<Uuid> =
        sqlx::query_scalar("select cluster_id from cluster where dissolved_at is null and outlets between 3 and 12 limit 100")
            .fetch_all(store.pool())
            .await
            .expect("clusters");
    let pages: Vec<String> = ids.iter().map(|id| format!("/v1/clusters/{id}")).collect();
    let rows: Vec<String> = ids.iter().map(|id| format!("/row/{id}")).collect();
    let list = vec!["/v1/clusters?sort=contested&limit=25".to_owned()];

    let bare = bare(store.pool().clone());
    let warm = serve(&store, HttpOptions::new(telemetry::metrics().expect("metrics"))).await;
    let cold = serve(&store, HttpOptions { answer_bytes: 0, ..HttpOptions::new(telemetry::metrics().expect("metrics")) }).await;

    let hello = measure(bare, &["/hello".to_owned()], length).await;
    let row = measure(bare, &rows, length).await;
    let hot = measure(warm, &pages, length).await;
    let uncached = measure(cold, &pages, length).await;
    let listed = measure(warm, &list, length).await;
    let uncached_list = measure(cold, &list, length).await;
    println!("{CONNECTIONS} connections, {} clusters, {} s each", ids.len(), length.as_secs());
    hello.print("bare actix, hello", None);
    row.print("bare actix + sqlx, one row by key", None);
    hot.print("GET /v1/clusters/{id}, kept", Some(("hello", &hello)));
    uncached.print("GET /v1/clusters/{id}, read anew", Some(("the bare row", &row)));
    listed.print("GET /v1/clusters, 25 rows, kept", Some(("the bare row", &row)));
    uncached_list.print("GET /v1/clusters, 25 rows, read anew", Some(("the bare row", &row)));
}

async fn fill(store: &Store) {
    let service = ready(store.clone()).await;
    let articles: Vec<NewArticle> = corpus::articles(ARTICLES)
        .iter()
        .map(|article| parse_article(article.to_string().as_bytes()).expect("an article"))
        .collect();
    let prepared = service.prepare_batch(WorkspaceId::DEFAULT, articles).await.expect("a batch");
    let read: Vec<_> = prepared
        .into_iter()
        .map(|article| match article.expect("an article") {
            Prepared::Read(article) => *article,
            Prepared::Known(id) => panic!("{id} is known"),
        })
        .collect();
    service.store_batch(WorkspaceId::DEFAULT, &read).await;
    let pending = "select exists (select from article where status = 'pending')";
    while sqlx::query_scalar::<_, bool>(pending).fetch_one(store.pool()).await.expect("an answer") {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    service.stop().await;
}

async fn ready(store: Store) -> Service {
    let service = Service::start(store).await.expect("the service starts");
    while service.readiness().await != Readiness::Ready {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    service
}

async fn serve(store: &Store, options: HttpOptions) -> SocketAddr {
    let service = ready(store.clone()).await;
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("a bound listener");
    actix_web::rt::spawn(http::serve(listener, service, HttpOptions { open: true, ..options }, std::future::pending()));
    address
}

fn bare(pool: PgPool) -> SocketAddr {
    async fn row(pool: web::Data<PgPool>, id: web::Path<Uuid>) -> HttpResponse {
        let claim: String = sqlx::query_scalar("select claim from cluster where workspace_id = $1 and cluster_id = $2")
            .bind(WorkspaceId::DEFAULT.0)
            .bind(*id)
            .fetch_one(&**pool)
            .await
            .expect("a row");
        HttpResponse::Ok().body(claim)
    }
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("a bound listener");
    let app = move || {
        App::new()
            .app_data(web::Data::new(pool.clone()))
            .route("/hello", web::get().to(|| async { "hello" }))
            .route("/row/{id}", web::get().to(row))
    };
    actix_web::rt::spawn(HttpServer::new(app).disable_signals().listen(listener).expect("a server").run());
    address
}

struct Rate {
    per_second: f64,
    /// Of the last answer, with its head.
    bytes: usize,
    p50: Duration,
    p99: Duration,
}

impl Rate {
    fn print(&self, what: &str, beside: Option<(&str, &Self)>) {
        let beside = beside.map(|(name, other)| format!("  {:.2} of {name}", self.per_second / other.per_second));
        println!(
            "{what:<38} {:>8.0}/s  p50 {:>6.2} ms  p99 {:>6.2} ms  {:>6.1} KB{}",
            self.per_second,
            millis(self.p50),
            millis(self.p99),
            self.bytes as f64 / 1e3,
            beside.unwrap_or_default()
        );
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The first tenth of the time warms up and does not count.
async fn measure(address: SocketAddr, paths: &[String], length: Duration) -> Rate {
    let next = Arc::new(AtomicUsize::new(0));
    let requests: Arc<Vec<String>> =
        Arc::new(paths.iter().map(|path| format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n")).collect());
    let begun = Instant::now();
    let client = move || async move {
        let mut times = Vec::new();
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        let mut buffer = vec![0; 256 * 1024];
        let mut bytes = 0;
        while begun.elapsed() < length {
            let request = &requests[next.fetch_add(1, Ordering::Relaxed) % requests.len()];
            let asked = Instant::now();
            stream.write_all(request.as_bytes()).await.expect("it takes requests");
            bytes = answer(&mut stream, &mut buffer).await;
            if begun.elapsed() > length / 10 {
                times.push(asked.elapsed());
            }
        }
        (times, bytes)
    };
    let clients: Vec<_> = (0..CONNECTIONS).map(|_| tokio::spawn(client.clone()())).collect();
    let mut times: Vec<Duration> = Vec::new();
    let mut bytes = 0;
    for client in clients {
        let (theirs, last) = client.await.expect("a client");
        times.extend(theirs);
        bytes = last;
    }
    times.sort_unstable();
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or_default();
    Rate { bytes, per_second: times.len() as f64 / (length.as_secs_f64() * 0.9), p50: at(0.5), p99: at(0.99) }
}

/// Reads one answer with a Content-Length to its end.
async fn answer(stream: &mut TcpStream, buffer: &mut [u8]) -> usize {
    let (mut held, mut wanted) = (0, usize::MAX);
    while held < wanted {
        let read = stream.read(&mut buffer[held..]).await.expect("an answer");
        assert!(read > 0, "it hung up");
        held += read;
        if wanted == usize::MAX
            && let Some(end) = buffer[..held].windows(4).position(|window| window == b"\r\n\r\n")
        {
            let head = std::str::from_utf8(&buffer[..end]).expect("a head");
            assert!(head.starts_with("HTTP/1.1 200"), "{head}");
            let length =
                head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse::<usize>().ok());
            wanted = end + 4 + length.expect("a length");
        }
    }
    held
}
