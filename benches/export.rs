//! A list as long as a table is, exported, and the memory that takes: `cargo bench --bench export [claims] [format]`.
//!
//! Some articles come in as usual; their rows are then multiplied in the database. One client reads `GET /v1/exports/claims` in each
//! format and keeps nothing of it. What the server's process holds is read from `/proc` before and at its highest; the client is in the
//! same process, and counts with it.

#[path = "../tests/it/corpus.rs"]
#[expect(dead_code, reason = "nothing is shuffled here")]
mod corpus;
mod many;
mod served;

use std::time::Instant;

use crossclaim::storage::{Store, embedded::Embedded};

const ARTICLES: usize = 480;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    served::run(run);
}

async fn run(server: &Embedded, wanted: i64) {
    let store = Store::connect(server.options()).await.expect("a database");
    let (url, stop) = served::serve(server).await;
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    served::fill(&client, &url, &store, corpus::ndjson(&corpus::articles(ARTICLES))).await;
    let claims = many::multiply(&store, wanted).await;
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
