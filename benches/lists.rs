//! How long lists and searches take in a large workspace: `cargo bench --bench lists [claims]`.
//!
//! Some articles come in as usual; their rows are then multiplied in the database. One client asks for each list as nobody has asked before,
//! so that nothing is answered from what is kept; the slowest of a few is told.

#[path = "../tests/it/corpus.rs"]
#[expect(dead_code, reason = "nothing is shuffled here")]
mod corpus;
mod many;
mod served;

use std::time::{Duration, Instant};

use crossclaim::storage::{Store, embedded::Embedded};

const ARTICLES: usize = 480;
const TIMES: usize = 5;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    served::run(run);
}

async fn run(server: &Embedded, wanted: i64) {
    let store = Store::connect(server.options()).await.expect("a database");
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let (url, stop) = served::serve(server).await;
    served::fill(&client, &url, &store, corpus::ndjson(&corpus::articles(ARTICLES))).await;
    let claims = many::multiply(&store, wanted).await;
    let one =
        async |what: &str| sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(what)).fetch_one(store.pool()).await.expect("one");
    let clusters = one("select count(*)::text from cluster where dissolved_at is null").await;
    println!("{claims} claims in {clusters} clusters");
    // What most claims say, and what a few hundred do.
    let words = "select word from ts_stat('select search from claim tablesample system (1)') order by ndoc desc limit 1";
    let common = one(words).await;
    let rare = one("select 'w' || md5('7')").await;
    let outlet = one("select outlet_id::text from outlet limit 1").await;
    for (what, path) in [
        ("claims, newest", "claims?".to_owned()),
        ("claims, a word of most", format!("claims?q={common}")),
        ("claims, a rare word", format!("claims?q={rare}")),
        ("claims, a rare and a common word", format!("claims?q={rare}%20{common}")),
        ("claims, no such word", "claims?q=xyzzyplugh".to_owned()),
        ("claims, any but a word of most", format!("claims?q=-{common}")),
        ("claims of an outlet that dispute", format!("claims?outlet={outlet}&relation=disputes")),
        ("clusters, newest", "clusters?".to_owned()),
        ("clusters, most contested", "clusters?sort=contested".to_owned()),
        ("clusters, a word of most", format!("clusters?q={common}")),
        ("clusters, a rare word", format!("clusters?q={rare}")),
        ("clusters, no such word", "clusters?q=xyzzyplugh".to_owned()),
        ("clusters, any but a word of most", format!("clusters?q=-{common}")),
        ("clusters that nobody is like", "clusters?min_outlets=1000".to_owned()),
        ("clusters that an outlet disputes", format!("clusters?outlet={outlet}&relation=disputes&sort=echoed")),
        ("articles, newest", "articles?".to_owned()),
        ("outlets", "outlets?".to_owned()),
        ("what an editor may look at", "review?kind=doubtful".to_owned()),
    ] {
        let mut slowest = Duration::ZERO;
        let mut status = 0;
        for time in 0..TIMES {
            let begun = Instant::now();
            // Another length each time: nobody has asked so before.
            let answer = client.get(format!("{url}/v1/{path}&limit={}", 20 + time)).send().await.expect("an answer");
            status = answer.status().as_u16();
            answer.bytes().await.expect("a whole answer");
            slowest = slowest.max(begun.elapsed());
        }
        println!("{what:36} {status} {:8.0} ms", slowest.as_secs_f64() * 1e3);
    }
    drop(stop);
    store.close().await;
}
