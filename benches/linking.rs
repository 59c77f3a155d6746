//! How fast claims are indexed and found again, and how well: `CLAIMS="a.tsv b.tsv" cargo bench --bench linking`.
//!
//! Each file holds claims with the answer: id, cluster, family, kind and text, parted by tabs. A query is a claim of the file: its
//! features in, the matches out, compared in full and ranked. Times are CPU time of the thread, so that what else the machine
//! does weighs little; bytes are what the allocator was asked for.
//!
//! `QUERIES` may name a file of the claims to ask for, one number (from 1) a line. With `JSON=1` one more line sums each file up
//! for `make bench-peers`; there a query begins with the text, since that is where the others begin.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    collections::HashMap,
    env, fs,
    hint::black_box,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use crossclaim::{
    domain::ClaimReading,
    engine::{
        extraction::read_claim,
        settings::Linking,
        similarity::{
            Features, Spelled,
            index::{Index, Slot},
            likeness, weigh,
        },
    },
};
use nix::time::{ClockId, clock_gettime};

/// Claims that are taken as queries, evenly spread.
const QUERIES: usize = 3_000;
/// Claims that are read before their features are taken; readings are large, so only these are held at once.
const AT_ONCE: usize = 1_000;

fn main() {
    // `cargo test --benches` runs this as well, and has no claims.
    let Ok(files) = env::var("CLAIMS") else { return println!("CLAIMS names no files: nothing is measured") };
    // The word lists are read once a process: not what is measured.
    let _ = Features::of(&read_claim("Jane Roe opened the bridge in Peru", None));
    let linking = Linking::default();
    let chosen = env::var("QUERIES").ok().map(|file| fs::read_to_string(file).expect("a readable file"));
    for file in files.split_whitespace() {
        let text = fs::read_to_string(file).expect("a readable file");
        let claims: Vec<Row<'_>> = text.lines().filter_map(Row::parse).collect();
        println!("\n{file}: {} claims", claims.len());
        let built = Built::of(&claims);
        built.print(claims.len());
        let queries: Vec<usize> = match &chosen {
            Some(lines) => lines.lines().map(|line| line.trim().parse::<usize>().expect("a number a line") - 1).collect(),
            None => (0..claims.len()).step_by((claims.len() / QUERIES).max(1)).collect(),
        };
        let answer = measure_queries(&claims, &built, &linking, &queries);
        if env::var("JSON").is_ok_and(|wanted| wanted == "1") {
            println!(
                "{{\"engine\":\"crossclaim\",\"claims\":{},\"queries\":{},\"cpu_us_per_query\":{:.1},\"p99_us\":{:.1},\"pair_f1\":{:.4},\"recall_at_10\":{:.4},\"bytes_per_claim\":{},\"build_s\":{:.2}}}",
                claims.len(),
                queries.len(),
                answer.mean,
                answer.p99,
                answer.f1,
                answer.recall,
                built.bytes / claims.len().max(1),
                (built.reading + built.featuring + built.indexing).as_secs_f64(),
            );
        }
    }
}

struct Row<'a> {
    cluster: &'a str,
    text: &'a str,
}

impl<'a> Row<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let columns: Vec<&str> = line.splitn(5, '\t').collect();
        Some(Self { cluster: columns.get(1)?, text: columns.get(4)? })
    }
}

/// CPU time of this thread.
fn cpu() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("threads have a clock").into()
}

fn timed<T>(spent: &mut Duration, work: impl FnOnce() -> T) -> T {
    let start = cpu();
    let result = work();
    *spent += cpu() - start;
    result
}

struct Built {
    features: Vec<Features>,
    index: Index,
    bytes: usize,
    reading: Duration,
    featuring: Duration,
    indexing: Duration,
    wall: Duration,
}

impl Built {
    /// Every core reads a part and indexes it; the parts are merged.
    fn of(claims: &[Row<'_>]) -> Self {
        let before = LIVE.load(Ordering::Relaxed);
        let start = Instant::now();
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let part = claims.len().div_ceil(cores);
        let parts: Vec<Part> = thread::scope(|scope| {
            let threads: Vec<_> = claims
                .chunks(part)
                .enumerate()
                .map(|(number, claims)| scope.spawn(move || Part::of((number * part) as Slot, claims)))
                .collect();
            threads.into_iter().map(|thread| thread.join().expect("reading never fails")).collect()
        });
        let sum = |of: fn(&Part) -> Duration| parts.iter().map(of).sum();
        let (reading, featuring) = (sum(|part| part.reading), sum(|part| part.featuring));
        let mut indexing = sum(|part| part.indexing);
        let mut features = Vec::with_capacity(claims.len());
        let mut index = Index::default();
        for part in parts {
            features.extend(part.features);
            timed(&mut indexing, || index.merge(part.index));
        }
        let wall = start.elapsed();
        Self { features, index, bytes: LIVE.load(Ordering::Relaxed) - before, reading, featuring, indexing, wall }
    }

    fn print(&self, claims: usize) {
        let each = |spent: Duration| spent.as_secs_f64() * 1e6 / claims as f64;
        println!(
            "build: reading {:.1} µs, features {:.2} µs, index {:.2} µs of CPU a claim; {:.1} s on all cores; {:.0} bytes a claim, {:.0} of them the index",
            each(self.reading),
            each(self.featuring),
            each(self.indexing),
            self.wall.as_secs_f64(),
            self.bytes as f64 / claims as f64,
            self.index.heap_bytes() as f64 / claims as f64,
        );
    }
}

#[derive(Default)]
struct Part {
    features: Vec<Features>,
    index: Index,
    reading: Duration,
    featuring: Duration,
    indexing: Duration,
}

impl Part {
    fn of(first: Slot, claims: &[Row<'_>]) -> Self {
        let mut part = Self { features: Vec::with_capacity(claims.len()), ..Self::default() };
        for some in claims.chunks(AT_ONCE) {
            let readings: Vec<ClaimReading> =
                timed(&mut part.reading, || some.iter().map(|claim| read_claim(claim.text, None)).collect());
            timed(&mut part.featuring, || part.features.extend(readings.iter().map(Features::of)));
        }
        part.index = timed(&mut part.indexing, || Index::build((first..).zip(&part.features)));
        part
    }
}

/// What is compared with others: from the text of a query to its matches, in microseconds.
struct Answer {
    mean: f64,
    p99: f64,
    /// Of pairs, at the threshold that is shipped.
    f1: f64,
    recall: f64,
}

/// A claim that was found, and whether it belongs to the query's cluster.
struct Found {
    likeness: f64,
    linked: bool,
    right: bool,
}

fn measure_queries(claims: &[Row<'_>], built: &Built, linking: &Linking, queries: &[usize]) -> Answer {
    let mut sizes: HashMap<&str, usize> = HashMap::new();
    for claim in claims {
        *sizes.entry(claim.cluster).or_default() += 1;
    }
    let mut times: Vec<Duration> = Vec::new();
    let mut from_text: Vec<Duration> = Vec::new();
    let (mut looked_up, mut proposed, mut compared) = (Duration::ZERO, 0, 0);
    let (mut partners, mut in_reach, mut in_ten) = (0, 0, 0);
    let mut all: Vec<Found> = Vec::new();
    for &query in queries {
        let features = &built.features[query];
        let mut spent = Duration::ZERO;
        let nearest = timed(&mut spent, || built.index.nearest(features, |slot| built.features.get(slot as usize)));
        looked_up += spent;
        let ranked = timed(&mut spent, || {
            let asked = Spelled::of(features);
            let others = nearest.iter().map(|slot| *slot as usize).filter(|slot| *slot != query);
            // As the service does: what ids rule out is not compared further, and the waterfall is for who asks why.
            let mut matches: Vec<(usize, f64)> = others
                .filter_map(|slot| {
                    let other = &built.features[slot];
                    let (similarity, guards) = weigh(&asked, &Spelled::of(other), linking, linking.neighbour)?;
                    Some((slot, likeness(similarity, &guards, linking)))
                })
                .collect();
            matches.sort_by(|(a, x), (b, y)| y.total_cmp(x).then(a.cmp(b)));
            matches
        });
        times.push(spent);
        timed(&mut spent, || black_box(Features::of(&read_claim(claims[query].text, None))));
        from_text.push(spent);
        proposed += built.index.candidates(features).len();
        compared += ranked.len();
        let size = sizes[claims[query].cluster] - 1;
        partners += size;
        in_reach += size.min(10);
        for (rank, (slot, likeness)) in ranked.iter().enumerate() {
            let right = claims[*slot].cluster == claims[query].cluster;
            in_ten += usize::from(right && rank < 10);
            all.push(Found { likeness: *likeness, linked: *likeness >= linking.link, right });
        }
    }
    times.sort_unstable();
    let micros = |time: Duration| time.as_secs_f64() * 1e6;
    let queries_made = times.len() as f64;
    println!(
        "query: {:.0} µs of CPU mean ({:.0} µs of it to find candidates), p50 {:.0} µs, p99 {:.0} µs, most {:.0} µs; {:.0} candidates, {:.0} compared",
        micros(times.iter().sum()) / queries_made,
        micros(looked_up) / queries_made,
        micros(times[times.len() / 2]),
        micros(times[times.len() * 99 / 100]),
        micros(times[times.len() - 1]),
        proposed as f64 / queries_made,
        compared as f64 / queries_made,
    );
    let found = all.iter().filter(|found| found.right).count();
    let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
    println!("partners: {:.3} compared, recall@10 {:.3}", share(found, partners), share(in_ten, in_reach));
    let linked = all.iter().filter(|found| found.linked);
    let (right, wrong) = linked.fold((0, 0), |(r, w), found| (r + usize::from(found.right), w + usize::from(!found.right)));
    let shipped = Scores::of(right, right + wrong, partners);
    println!("pairs at the default threshold: {shipped}");
    all.sort_by(|a, b| b.likeness.total_cmp(&a.likeness));
    let mut right = 0;
    let best = all.iter().enumerate().map(|(rank, found)| {
        right += usize::from(found.right);
        (Scores::of(right, rank + 1, partners), found.likeness)
    });
    if let Some((scores, threshold)) = best.max_by(|a, b| a.0.f1.total_cmp(&b.0.f1)) {
        println!("pairs at the best threshold:    {scores} at {threshold:.3}");
    }
    from_text.sort_unstable();
    let mean = micros(from_text.iter().sum()) / queries_made;
    let p99 = micros(from_text[from_text.len() * 99 / 100]);
    println!("query from its text: {mean:.0} µs of CPU mean, p99 {p99:.0} µs");
    Answer { mean, p99, f1: shipped.f1, recall: share(in_ten, in_reach) }
}

struct Scores {
    precision: f64,
    recall: f64,
    f1: f64,
}

impl Scores {
    fn of(right: usize, found: usize, gold: usize) -> Self {
        let (precision, recall) = (right as f64 / found.max(1) as f64, right as f64 / gold.max(1) as f64);
        Self { precision, recall, f1: 2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE) }
    }
}

impl std::fmt::Display for Scores {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "F1 {:.3}, precision {:.3}, recall {:.3}", self.f1, self.precision, self.recall)
    }
}

/// Bytes that are allocated now.
static LIVE: AtomicUsize = AtomicUsize::new(0);

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[expect(unsafe_code, reason = "an allocator cannot be written without; this one counts and passes on")]
// SAFETY: every call goes to the system allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size(), Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(at, layout) }
    }
}
