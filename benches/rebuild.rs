//! How long an instance takes until it can serve with this many claims in Postgres: `cargo bench --bench rebuild [claims]`.
//!
//! Some articles come in as usual; their rows are then multiplied in the database, each copy with a word of its own, so that no
//! two are one wording. Then a new instance starts.

#[path = "../tests/it/corpus.rs"]
#[expect(dead_code, reason = "what is posted over HTTP is of no use here")]
mod corpus;

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
    let pending = "select exists (select from article where status = 'pending')";
    while sqlx::query_scalar::<_, bool>(pending).fetch_one(store.pool()).await.expect("an answer") {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    service.stop().await;

    let claims: i64 = sqlx::query_scalar("select count(*) from claim").fetch_one(store.pool()).await.expect("a count");
    let mut connection = store.pool().acquire().await.expect("a connection");
    let multiply = format!(
        "set statement_timeout = 0;
        drop index claim_search_idx;
        create temporary table copy as
            select article_id, n, gen_random_uuid() as id from article cross join generate_series(1, {copies}) as n;
        insert into article (workspace_id, article_id, outlet_id, url, url_hash, content_hash, text, language, published_at,
                revision, status, provenance, sketch)
            select workspace_id, copy.id, outlet_id, url || '?' || n, sha256(convert_to(url || n, 'utf8')), content_hash, text,
                language, published_at, revision, status, provenance, sketch
            from copy join article using (article_id);
        insert into claim (workspace_id, claim_id, article_id, outlet_id, text, span_start, span_end, headline, proposition, polarity,
                certainty, attribution, quantities, entities, check_worthiness, engine_version, cluster_id, relation, stance,
                access, independence, judgement)
            select workspace_id, gen_random_uuid(), copy.id, outlet_id, text, span_start, span_end, headline,
                proposition || ' w' || md5(n::text), polarity, certainty, attribution, quantities, entities, check_worthiness,
                engine_version, cluster_id, relation, stance, access, independence, judgement
            from copy join claim using (article_id);
        analyze article, claim;",
        copies = (wanted / claims).max(1),
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(multiply)).execute(&mut *connection).await.expect("more claims");
    drop(connection);
    let claims: i64 = sqlx::query_scalar("select count(*) from claim").fetch_one(store.pool()).await.expect("a count");

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
