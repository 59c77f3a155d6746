//! How long an instance takes until it can serve with this many claims in Postgres: `cargo bench --bench rebuild [claims]`.
//!
//! Some articles come in as usual; their rows are then multiplied in the database, each copy with a word of its own, so that no
//! two are one wording. Then a new instance starts.

#[path = "../tests/it/corpus.rs"]
#[expect(dead_code, reason = "what is posted over HTTP is of no use here")]
mod corpus;
mod many;

use std::time::{Duration, Instant};

use crossclaim::{
    domain::{NewArticle, WorkspaceId},
    http::parse_article,
    pipeline::{Prepared, Readiness, Service},
    storage::{
        Store,
        embedded::{Embedded, Settings},
    },
};

const CLAIMS: i64 = 1_000_000;
const ARTICLES: usize = 480;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let claims = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(CLAIMS);
    let dir = std::env::temp_dir().join(format!("crossclaim-bench-{}", std::process::id()));
    let server = Embedded::start(&Settings { data_dir: dir.clone(), bin_dir: None, throwaway: true }).expect("Postgres starts");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(run(&server, claims));
    server.stop();
    std::fs::remove_dir_all(&dir).expect("an empty directory");
}

async fn run(server: &Embedded, wanted: i64) {
    let store = Store::connect(server.options()).await.expect("a database");
    let service = Service::start(store.clone()).await.expect("the service starts");
    ready(&service).await;
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
    many::linked(&store).await;
    service.stop().await;

    let claims = many::multiply(&store, wanted).await;

    let begun = Instant::now();
    let service = Service::start(store.clone()).await.expect("the service starts");
    ready(&service).await;
    let took = begun.elapsed().as_secs_f64();
    println!("{claims} claims back in {took:.1} s: {:.0} a second", claims as f64 / took);
    service.stop().await;
    store.close().await;
}

async fn ready(service: &Service) {
    while service.readiness().await != Readiness::Ready {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
