//! Runs one peer on a file of claims: builds its index, looks the sampled claims up, and prints what it found and took.
//!
//! `crossclaim-peers <peer> <claims.tsv> <queries.txt> <seconds>` prints JSON lines, first one on the index, then one a query, until the
//! seconds of CPU time are used up. What comes out is scored by `run.py`, which treats all peers alike.

mod jaro_winkler;
mod minhash;
mod text;
mod text_search;

use std::{env, error::Error, fs, time::Duration};

use nix::time::{ClockId, clock_gettime};
use serde_json::json;

/// A query's answers beyond this many are not wanted: no cluster of the generated claims is larger than 20.
const WANTED: usize = 50;

struct Claim<'a> {
    id: u32,
    text: &'a str,
}

/// A library under test, set up as its documentation advises.
trait Peer {
    fn build(claims: &[Claim]) -> Self;

    /// Claims like `text`, the likest first, with scores that can be compared between queries.
    fn find(&self, text: &str) -> Vec<(u32, f64)>;
}

fn main() -> Result<(), Box<dyn Error>> {
    let [peer, claims, queries, seconds] = &env::args().skip(1).collect::<Vec<_>>()[..] else {
        return Err("usage: crossclaim-peers <minhash|tantivy|jaro-winkler> <claims.tsv> <queries.txt> <seconds>".into());
    };
    let file = fs::read_to_string(claims)?;
    let claims = file
        .lines()
        .map(claim)
        .collect::<Option<Vec<_>>>()
        .ok_or("a line of the claims is not of the form id, cluster, family, kind, text")?;
    let queries = fs::read_to_string(queries)?.lines().map(str::parse).collect::<Result<Vec<usize>, _>>()?;
    let budget = Duration::from_secs(seconds.parse()?);
    match peer.as_str() {
        "minhash" => run::<minhash::MinHashLsh>(&claims, &queries, budget),
        "tantivy" => run::<text_search::Tantivy>(&claims, &queries, budget),
        "jaro-winkler" => run::<jaro_winkler::JaroWinkler>(&claims, &queries, budget),
        other => Err(format!("there is no peer {other}").into()),
    }
}

fn claim(line: &str) -> Option<Claim<'_>> {
    let mut fields = line.splitn(5, '\t');
    Some(Claim { id: fields.next()?.parse().ok()?, text: fields.nth(3)? })
}

fn run<P: Peer>(claims: &[Claim], queries: &[usize], budget: Duration) -> Result<(), Box<dyn Error>> {
    let (memory, began) = (resident_bytes()?, cpu_time()?);
    let peer = P::build(claims);
    let built = cpu_time()? - began;
    println!(
        "{}",
        json!({"build_s": built.as_secs_f64(), "bytes_per_claim": resident_bytes()?.saturating_sub(memory) as f64 / claims.len() as f64})
    );
    let began = cpu_time()?;
    for &id in queries {
        // Ids count from 1 in order of arrival.
        let text = claims[id - 1].text;
        let before = cpu_time()?;
        let mut found = peer.find(text);
        let took = cpu_time()? - before;
        found.truncate(WANTED);
        println!("{}", json!({"query": id, "cpu_us": took.as_secs_f64() * 1e6, "found": found}));
        if cpu_time()? - began > budget {
            break;
        }
    }
    Ok(())
}

/// CPU time of this process so far, all threads together.
fn cpu_time() -> nix::Result<Duration> {
    Ok(clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID)?.into())
}

fn resident_bytes() -> Result<usize, Box<dyn Error>> {
    let pages: usize =
        fs::read_to_string("/proc/self/statm")?.split(' ').nth(1).ok_or("/proc/self/statm has another form")?.parse()?;
    Ok(pages * 4096)
}

/// The likest first; equal ones in order of arrival.
fn ranked(mut found: Vec<(u32, f64)>) -> Vec<(u32, f64)> {
    found.sort_unstable_by(|(one, a), (other, b)| b.total_cmp(a).then(one.cmp(other)));
    found
}
