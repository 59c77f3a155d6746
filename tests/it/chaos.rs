//! Whatever is killed, cut off, delayed, filled up or raced: what was acknowledged is stored, once, and a recount finds nothing wrong.
//!
//! Clients keep what they attempted and what was acknowledged (a 2xx that was read to its end). The sizes are those of seconds;
//! `make gate` runs all of it at the full size (`CROSSCLAIM_FULL_SIZE=1`) and prints the figures.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use crossclaim::storage::{
    Store,
    embedded::{self, Embedded, Settings},
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, geteuid},
};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection};

use crate::{
    api::{Api, SECRET_KEY},
    architecture,
    cli::{Running, crossclaim, refused},
    fetch, fsck, harness, newsroom,
    origin::{self, Origin},
    proxy::{Proxy, Weather},
};

/// What a test does in full, or as little of it as still shows something.
fn size(full: usize, small: usize) -> usize {
    if std::env::var_os("CROSSCLAIM_FULL_SIZE").is_some() { full } else { small }
}

/// Something different each time, printed so that a failure tells what it was.
fn between(least: u64, most: u64) -> Duration {
    use std::hash::{BuildHasher, RandomState};
    Duration::from_millis(least + RandomState::new().hash_one(0) % (most - least))
}

fn article(n: usize) -> Value {
    json!({
        "url": format!("https://outlet{}.example/{n}", n % 7),
        "text": format!("The bridge at Port{n} was closed on Monday after {} cracks were found in its pillars.", n % 90 + 2),
        "outlet": {"name": format!("Outlet {}", n % 7)},
        "published_at": "2026-03-04T08:30:00Z",
        "language": "en",
    })
}

/// What clients sent, and what they were told.
#[derive(Default)]
struct Ledger {
    next: AtomicUsize,
    unanswered: Mutex<Vec<usize>>,
    acknowledged: Mutex<BTreeSet<usize>>,
    statuses: Mutex<BTreeMap<u16, usize>>,
}

impl Ledger {
    /// The next article: one that was not answered, the same as before, or a new one.
    fn take(&self) -> usize {
        let again = self.unanswered.lock().unwrap().pop();
        again.unwrap_or_else(|| self.next.fetch_add(1, Ordering::Relaxed))
    }

    /// Sends until the connection fails or `until` has passed.
    async fn send(&self, url: &str, until: Instant) {
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().unwrap();
        while Instant::now() < until {
            if !self.send_one(&client, url).await {
                return;
            }
        }
    }

    async fn send_one(&self, client: &reqwest::Client, url: &str) -> bool {
        let n = self.take();
        let request = client.post(format!("{url}/v1/articles")).header("Prefer", "respond-async").json(&article(n));
        let answer = async {
            let answer = request.send().await?;
            let status = answer.status().as_u16();
            answer.bytes().await.map(|_| status)
        };
        match answer.await {
            Ok(status) => {
                *self.statuses.lock().unwrap().entry(status).or_default() += 1;
                match status {
                    200..=299 => _ = self.acknowledged.lock().unwrap().insert(n),
                    _ => self.unanswered.lock().unwrap().push(n),
                }
                true
            }
            Err(_) => {
                self.unanswered.lock().unwrap().push(n);
                false
            }
        }
    }

    /// Sends what is left, and compares: everything that was attempted is stored, once.
    async fn settle(&self, url: &str, store: &Store) -> usize {
        let before: BTreeSet<usize> = stored(store).await.into_keys().collect();
        let lost: Vec<usize> = self.acknowledged.lock().unwrap().difference(&before).copied().collect();
        assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().unwrap();
        let patience = Instant::now();
        while !self.unanswered.lock().unwrap().is_empty() {
            assert!(patience.elapsed() < Duration::from_secs(60), "what was not answered is taken in the end");
            self.send_one(&client, url).await;
        }
        let stored = stored(store).await;
        let doubled: Vec<_> = stored.iter().filter(|(_, count)| **count > 1).collect();
        assert!(doubled.is_empty(), "stored more than once: {doubled:?}");
        let attempted: BTreeSet<usize> = (0..self.next.load(Ordering::Relaxed)).collect();
        assert_eq!(stored.into_keys().collect::<BTreeSet<_>>(), attempted);
        newsroom::settled(store).await;
        fsck::assert_sound(store).await;
        attempted.len()
    }
}

/// Numbers of the articles that are there, and how often.
async fn stored(store: &Store) -> BTreeMap<usize, i64> {
    let rows: Vec<(String, i64)> =
        sqlx::query_as("select url, count(*) from article group by url").fetch_all(store.pool()).await.unwrap();
    rows.into_iter().map(|(url, count)| (url.rsplit('/').next().unwrap().parse().unwrap(), count)).collect()
}

/// Clients at work until the moment is over.
async fn load(ledger: &Arc<Ledger>, url: &str, clients: usize, moment: Duration) -> Vec<tokio::task::JoinHandle<()>> {
    let until = Instant::now() + moment;
    let client = |_| {
        let (ledger, url) = (Arc::clone(ledger), url.to_owned());
        tokio::spawn(async move { ledger.send(&url, until).await })
    };
    (0..clients).map(client).collect()
}

async fn join(clients: Vec<tokio::task::JoinHandle<()>>) {
    for client in clients {
        client.await.unwrap();
    }
}

/// A1.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_service_loses_nothing_it_acknowledged_and_doubles_nothing() {
    let options = harness::database().await;
    let serve = || Running::serve(crossclaim(&["serve"]).env("DATABASE_URL", options.to_url_lossy().as_str()));
    let (ledger, kills) = (Arc::new(Ledger::default()), size(50, 4));
    let mut slowest = Duration::ZERO;
    for _ in 0..kills {
        let begun = Instant::now();
        let mut service = serve();
        slowest = slowest.max(begun.elapsed());
        let clients = load(&ledger, &service.url, 6, Duration::from_secs(90)).await;
        let (begun, told) = (Instant::now(), ledger.acknowledged.lock().unwrap().len());
        tokio::time::sleep(between(200, size(2_000, 900) as u64)).await;
        // On a busy machine that is over before anything has happened.
        while ledger.acknowledged.lock().unwrap().len() < told + size(400, 5) {
            assert!(begun.elapsed() < Duration::from_secs(60), "articles are taken");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(service.stop(Signal::SIGKILL), None);
        join(clients).await;
    }
    let open = ledger.unanswered.lock().unwrap().len();
    let service = serve();
    let store = Store::connect(options.clone()).await.unwrap();
    let sent = ledger.settle(&service.url, &store).await;
    println!(
        "A1: {kills} kills, {sent} articles, {open} unanswered at the last, 0 lost, 0 double; ready again after {slowest:.1?} at most"
    );
    assert!(sent >= kills * size(400, 5), "{sent} articles are too few to show anything");
    assert!(slowest < Duration::from_secs(10), "{slowest:?} until it was ready again");
}

/// A5. Points that a posted article passes.
const ON_THE_WAY_IN: [&str; 6] = [
    "articles-before-commit",
    "articles-after-commit",
    "links-planned",
    "links-half-written",
    "links-half-written:3",
    "links-committed",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_aborts_on_an_article_s_way_in_loses_and_doubles_nothing() {
    let options = harness::database().await;
    let store = Store::connect(options.clone()).await.unwrap();
    let serve = |point: &str| {
        let mut command = crossclaim(&["serve"]);
        Running::serve(command.env("DATABASE_URL", options.to_url_lossy().as_str()).env("CROSSCLAIM_ABORT_AT", point))
    };
    let (ledger, kills) = (Ledger::default(), size(10, 2));
    let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().unwrap();
    for point in ON_THE_WAY_IN {
        for _ in 0..kills {
            let mut service = serve(point);
            // Slowly, so that the linker is never far behind and gets to its points.
            let begun = Instant::now();
            while ledger.send_one(&client, &service.url).await {
                assert!(begun.elapsed() < Duration::from_secs(60), "{point} is got to");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            assert_eq!(service.ended(), Some(Signal::SIGABRT as i32), "{point}");
            // Nothing waits for the linker of the next one, which would die of it before it says that it is ready.
            ledger.settle(&serve("").url, &store).await;
        }
        println!("A5: {point}: {kills} aborts, 0 lost, 0 double");
    }
}

/// What is asked for once and has one effect, and where the service dies of it.
struct Errand {
    point: &'static str,
    method: Method,
    path: String,
    body: Value,
    /// Counts effects.
    done: &'static str,
    /// Whether the client has to ask again, since nothing was done or it was not told.
    again: bool,
}

/// A5.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_aborts_half_way_has_done_it_once_in_the_end() {
    let options = harness::database().await;
    let store = Store::connect(options.clone()).await.unwrap();
    let command = |point: &str| {
        let mut command = crossclaim(&["serve"]);
        command.env("DATABASE_URL", options.to_url_lossy().as_str()).env("CROSSCLAIM_ABORT_AT", point);
        command.env("CROSSCLAIM_SECRET_KEY", SECRET_KEY).env("CROSSCLAIM_EGRESS_ALLOW", "127.0.0.0/8");
        command
    };
    let count = async |counted: &'static str| -> i64 { sqlx::query_scalar(counted).fetch_one(store.pool()).await.unwrap() };
    let execute = async |statements: &'static str| sqlx::raw_sql(statements).execute(store.pool()).await.unwrap();
    let origin = Origin::start(|request| match request.path.split('/').nth(1) {
        Some("feed" | "items") => origin::page(&format!(
            "<rss version=\"2.0\"><channel><title>t</title><item><guid>{0}</guid><link>/page{0}</link></item></channel></rss>",
            request.path
        )),
        Some("robots.txt") => origin::status("404 Not Found"),
        _ => origin::page(&fetch::story("Dam", &format!("{} It is {}.", fetch::PARAGRAPH, request.path))),
    })
    .await;
    let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().unwrap();
    let rounds = size(10, 2);
    for round in 1..=rounds {
        let mut service = Running::serve(&mut command(""));
        let mut posted = Vec::new();
        for text in ["The dam at Orin has cracked.", "The central bank raised its key rate to 4 percent.", "The museum opened."] {
            let mut article = article(posted.len());
            article["url"] = json!(format!("https://gazette{round}.example/posted/{}", posted.len()));
            article["outlet"] = json!({"name": format!("Gazette {round}")});
            article["text"] = json!(text);
            posted.push(service.post("/v1/articles", &article).await.expect(201).json());
        }
        let mut hooks = Vec::new();
        for _ in 0..2 {
            let hook = json!({"url": origin.url("/hook"), "kinds": ["cluster.merged"]});
            hooks.push(service.post("/v1/webhooks", &hook).await.expect(201).json()["id"].as_str().unwrap().to_owned());
        }
        newsroom::settled(&store).await;
        assert_eq!(service.stop(Signal::SIGTERM), Some(0));
        for errand in errands(round, &posted, &hooks[0], &origin) {
            let Errand { point, method, path, body, done, again } = errand;
            let send = async |service: &Running| {
                let request = client.request(method.clone(), format!("{}{path}", service.url)).json(&body);
                let request = request.header("Idempotency-Key", format!("{point}-{round}"));
                request.send().await.map(|answer| answer.status().as_u16())
            };
            // What earlier rounds left to be looked at again must not lead here before the request does.
            execute("update feed set next_fetch_at = now() + interval '1 day'").await;
            let mut service = Running::serve(&mut command(point));
            let answer = send(&service).await;
            assert!(!again || answer.is_err(), "{point}: {answer:?}");
            assert_eq!(service.ended(), Some(Signal::SIGABRT as i32), "{point}");
            // What the dead process had claimed is free, as it is after some time.
            execute(
                "update webhook_delivery set next_attempt_at = now() where status = 'waiting';
                update feed set next_fetch_at = now();
                update feed_item set next_attempt_at = now() where status = 'waiting';
                update idempotent_request set begun_at = now() - interval '3 minutes' where status is null",
            )
            .await;
            let mut service = Running::serve(&mut command(""));
            if again {
                let status = send(&service).await.unwrap();
                assert!((200..300).contains(&status), "{point}: {status}");
            }
            let expected = i64::try_from(round).unwrap();
            crate::service::until(point, async || count(done).await == expected).await;
            newsroom::settled(&store).await;
            fsck::assert_sound(&store).await;
            assert_eq!(service.stop(Signal::SIGTERM), Some(0));
            assert_eq!(count(done).await, expected, "{point}");
        }
        execute("update webhook set secret = decode(repeat('a7', 32), 'hex'), sealed_with = null").await;
        let mut service = Running::spawn(&mut command("secrets-half-sealed"));
        assert_eq!(service.ended(), Some(Signal::SIGABRT as i32));
        let in_clear = "select count(*) from webhook where sealed_with is null";
        assert!((1..2 * i64::try_from(round).unwrap()).contains(&count(in_clear).await), "some are encrypted, some are not");
        Running::serve(&mut command(""));
        assert_eq!(count(in_clear).await, 0);
    }
    println!("A5: {} points, {rounds} aborts each, everything done once", ERRANDS.len());
}

fn errands(round: usize, posted: &[Value], hook: &str, origin: &Origin) -> Vec<Errand> {
    let claim = |at: usize| &posted[at]["claims"][0]["id"];
    let feed = |kind: &str| json!({"url": origin.url(&format!("/{kind}/{round}")), "interval": 3600});
    let wanted = [
        (Method::POST, "/v1/articles".to_owned(), article(round)),
        (Method::POST, "/v1/decisions".to_owned(), json!({"kind": "reject", "claims": [claim(0), claim(1)], "reason": "Two."})),
        (Method::PUT, format!("/v1/articles/{}/withdrawal", posted[2]["id"].as_str().unwrap()), json!({"reason": "Made up."})),
        (Method::POST, format!("/v1/webhooks/{hook}/test"), json!({})),
        (Method::POST, "/v1/feeds".to_owned(), feed("feed")),
        (Method::POST, "/v1/feeds".to_owned(), feed("items")),
    ];
    let errand = |((method, path, body), (point, again, done))| Errand { point, method, path, body, done, again };
    wanted.into_iter().zip(ERRANDS).map(errand).collect()
}

/// Points, whether the client asks again, and what counts the effects.
const ERRANDS: [(&str, bool, &str); 6] = [
    ("answer-not-noted", true, "select count(*) from article where url like '%.example/_' or url like '%.example/__'"),
    (
        "decision-half-made",
        true,
        "select count(distinct decision_id) from decision join link_constraint using (workspace_id, decision_id)",
    ),
    (
        "withdrawal-half-made",
        true,
        "select count(*) from event join article using (workspace_id, article_id)
        where kind = 'article.withdrawn' and withdrawn_at is not null",
    ),
    ("message-sent", false, "select count(*) from webhook_delivery where status = 'delivered'"),
    (
        "feed-read",
        false,
        "select count(*) from feed_item join article on article.url = feed_item.url
        where feed_item.status = 'stored' and feed_item.url like '%/feed/%'",
    ),
    (
        "item-stored",
        false,
        "select count(*) from feed_item join article on article.url = feed_item.url
        where feed_item.status = 'stored' and feed_item.url like '%/items/%'",
    ),
];

/// A5: no point is left out.
#[test]
fn every_failpoint_has_its_abort() {
    let mut tested: BTreeSet<&str> = ON_THE_WAY_IN.iter().map(|point| point.split(':').next().unwrap()).collect();
    tested.extend(ERRANDS.iter().map(|(point, ..)| point));
    tested.insert("secrets-half-sealed");
    let sources = architecture::sources();
    let named = |source: &String| -> Vec<String> {
        let parts = source.split("failpoint::reach(\"").skip(1);
        parts.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    let there: Vec<String> = sources.iter().flat_map(named).collect();
    assert_eq!(there.iter().map(String::as_str).collect::<BTreeSet<_>>(), tested);
    assert_eq!(there.len(), tested.len(), "a name is a place");
}

/// I2. A linker falls asleep with a plan in its hand, or half-way through writing it, until another has taken over.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_linker_that_was_asleep_while_another_took_over_writes_nothing_late() {
    let full = std::env::var_os("CROSSCLAIM_FULL_SIZE").is_some();
    for point in ["links-planned", "links-half-written"] {
        let options = harness::database().await;
        let store = Store::connect(options.clone()).await.unwrap();
        let serve = |point: &str| {
            let mut command = crossclaim(&["serve"]);
            command.env("DATABASE_URL", options.to_url_lossy().as_str()).env("CROSSCLAIM_STOP_AT", point);
            Running::serve(command.env("CROSSCLAIM_LINK_WAIT_MS", "0"))
        };
        let (sleeper, other) = (serve(point), serve(""));
        let linkers = async || newsroom::linkers(&store).await;
        let held = linkers().await;
        assert_eq!(held.len(), 1, "there is one linker");
        let count = size(400, 30);
        for n in 0..count {
            other.post("/v1/articles", &article(n)).await.expect(201);
        }
        let stat = format!("/proc/{}/stat", sleeper.pid());
        let is_asleep = || fs::read_to_string(&stat).unwrap().rsplit(") ").next().unwrap().starts_with('T');
        crate::service::until("it falls asleep", async || is_asleep()).await;
        let asleep = Instant::now();
        if !full {
            // What the server does by itself after half a minute without a sign of life.
            sqlx::query("select pg_terminate_backend($1)").bind(held[0]).execute(store.pool()).await.unwrap();
        }
        newsroom::settled(&store).await;
        let over = asleep.elapsed();
        tokio::time::sleep(Duration::from_secs(size(90, 0) as u64).saturating_sub(over)).await;
        assert!(is_asleep() && linkers().await.iter().all(|pid| *pid != held[0]), "the other one has linked all of it");
        kill(Pid::from_raw(sleeper.pid().cast_signed()), Signal::SIGCONT).unwrap();
        let twice = "select count(*) from (
            select from event where kind = 'article.linked' group by article_id having count(*) > 1) as twice";
        let doubled = async || sqlx::query_scalar::<_, i64>(twice).fetch_one(store.pool()).await.unwrap();
        crate::service::until("it has tried to write", async || {
            fs::read_to_string(sleeper.log()).unwrap().contains("a batch could not be linked") || doubled().await > 0
        })
        .await;
        assert_eq!(doubled().await, 0, "{point}: linked twice");
        // It goes on as what it is now.
        sleeper.post("/v1/articles", &article(count)).await.expect(201);
        newsroom::settled(&store).await;
        assert_eq!((stored(&store).await.len(), doubled().await), (count + 1, 0));
        fsck::assert_sound(&store).await;
        println!(
            "I2: {point}: asleep for {:.0?}, all linked by another after {over:.1?}, {} articles once",
            asleep.elapsed(),
            count + 1
        );
    }
}

/// A2.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_database_loses_nothing_acknowledged_and_the_service_stays() {
    let dir = harness::scratch_dir("postgres-kills");
    let mut service = Running::serve(crossclaim(&["serve"]).arg("--data-dir").arg(&dir));
    let (ledger, kills) = (Arc::new(Ledger::default()), size(25, 3));
    let mut slowest = Duration::ZERO;
    for _ in 0..kills {
        let clients = load(&ledger, &service.url, 6, between(800, 1_600)).await;
        tokio::time::sleep(between(200, 700)).await;
        kill(postmaster(&dir), Signal::SIGKILL).unwrap();
        service.get("/livez").await.expect(200);
        join(clients).await;
        let killed = Instant::now();
        while service.get("/readyz").await.status != 200 {
            assert!(killed.elapsed() < Duration::from_secs(20), "it is ready again");
        }
        slowest = slowest.max(killed.elapsed());
    }
    let store = Store::connect(embedded::running_in(&dir).unwrap()).await.unwrap();
    let sent = ledger.settle(&service.url, &store).await;
    store.close().await;
    let statuses = ledger.statuses.lock().unwrap().clone();
    println!(
        "A2: {kills} kills, {sent} articles, 0 lost, 0 double, answers {statuses:?}; ready again after {slowest:.1?} at most"
    );
    assert!(statuses.keys().all(|status| matches!(status, 200 | 201 | 202 | 503)), "{statuses:?}");
    assert_eq!(service.stop(Signal::SIGTERM), Some(0), "it never exited by itself");
}

fn postmaster(dir: &Path) -> Pid {
    let text = fs::read_to_string(dir.join("pg/postmaster.pid")).expect("a running server");
    Pid::from_raw(text.lines().next().expect("a line").parse().expect("a pid"))
}

/// A3. A kill cannot tell whether the disk was waited for, since the page cache survives it; the server's own count of flushes can.
#[tokio::test]
async fn each_acknowledgement_was_flushed() {
    const ARTICLES: i64 = 30;
    let settings = Settings { data_dir: harness::scratch_dir("flushes"), bin_dir: harness::pg_bin(), throwaway: false };
    let embedded = Embedded::start(&settings).unwrap();
    let store = Store::connect(embedded.options()).await.unwrap();
    assert_eq!(store.unsafe_settings().await.unwrap(), Vec::<String>::new());
    let before = flushes(&store).await;
    let api = Api::with(store.clone(), |options| options.link_wait = Duration::ZERO).await;
    for n in 0..ARTICLES {
        api.post("/v1/articles", &article(n as usize)).await.expect(201);
    }
    drop(api);
    let asked = Instant::now();
    let mut after = flushes(&store).await;
    // The server counts a session's work up every second.
    while after - before < ARTICLES && asked.elapsed() < Duration::from_secs(10) {
        tokio::time::sleep(Duration::from_millis(100)).await;
        after = flushes(&store).await;
    }
    println!("A3: {} flushes for {ARTICLES} acknowledgements", after - before);
    assert!(after - before >= ARTICLES, "{} flushes", after - before);
    store.close().await;
}

async fn flushes(store: &Store) -> i64 {
    let version: i32 =
        sqlx::query_scalar("select current_setting('server_version_num')::integer").fetch_one(store.pool()).await.unwrap();
    let counted = match version {
        ..180_000 => "select wal_sync from pg_stat_wal",
        _ => "select sum(fsyncs)::bigint from pg_stat_io where object = 'wal'",
    };
    sqlx::query_scalar(counted).fetch_one(store.pool()).await.unwrap()
}

/// A4. The cluster of the tests does not wait for the disk.
#[tokio::test]
async fn a_database_that_does_not_wait_for_the_disk_is_refused() {
    let options = harness::database().await;
    let url = options.to_url_lossy().to_string();
    let mut command = crossclaim(&["serve"]);
    let said = refused(command.env("DATABASE_URL", &url).env_remove("CROSSCLAIM_UNSAFE_DATABASE"));
    for word in ["fsync", "full_page_writes", "CROSSCLAIM_UNSAFE_DATABASE"] {
        assert!(said.contains(word), "{said}");
    }
    let mut service = Running::serve(crossclaim(&["serve"]).env("DATABASE_URL", &url).env("CROSSCLAIM_UNSAFE_DATABASE", "true"));
    assert_eq!(service.stop(Signal::SIGTERM), Some(0));
}

/// A6 and A7, on file systems of their own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_stops_writing_and_nothing_else() {
    for full in ["data", "wal"] {
        let dir = harness::scratch_dir(full);
        let data_dir = dir.join("data");
        let Some(disk) = Disk::with_database(&data_dir, full) else {
            eprintln!("skipped: a file system can be mounted by root alone");
            return;
        };
        let mut service = Running::serve(crossclaim(&["serve"]).arg("--data-dir").arg(&data_dir));
        let ledger = Ledger::default();
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().unwrap();
        for _ in 0..10 {
            ledger.send_one(&client, &service.url).await;
        }
        disk.fill();
        if full == "wal" {
            // Segments that are there already have room for thousands of articles.
            let mut writer = embedded::running_in(&data_dir).unwrap().connect().await.unwrap();
            let write = "select pg_logical_emit_message(false, 'chaos', repeat('x', 1000000))";
            while sqlx::raw_sql(write).execute(&mut writer).await.is_ok() {}
        }
        // Where a page of a table or a segment of the log has room left, some are still taken.
        let (filled, mut slowest) = (Instant::now(), Duration::ZERO);
        let refusal = if full == "data" { "storage-full" } else { "database-unavailable" };
        loop {
            assert!(filled.elapsed() < Duration::from_secs(60), "{full}: the disk is full");
            let asked = Instant::now();
            let answer = service.post("/v1/articles", &article(ledger.next.fetch_add(1, Ordering::Relaxed))).await;
            slowest = slowest.max(asked.elapsed());
            match answer.status {
                200..=299 => {}
                _ if answer.json()["code"] == refusal => break,
                _ => _ = answer.expect_problem(503, "overloaded"),
            }
        }
        ledger.unanswered.lock().unwrap().extend(0..ledger.next.load(Ordering::Relaxed));
        service.get("/livez").await.expect(200);
        if full == "data" {
            service.get("/readyz").await.expect(200);
            service.get("/v1/articles").await.expect(200);
        } else {
            service.get("/readyz").await.expect_problem(503, "database-unavailable");
        }
        disk.empty();
        let freed = Instant::now();
        while service.get("/readyz").await.status != 200 || !service.post("/v1/articles", &article(0)).await.status.eq(&200) {
            assert!(freed.elapsed() < Duration::from_secs(30), "{full}: it recovers by itself");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let recovered = freed.elapsed();
        let store = Store::connect(embedded::running_in(&data_dir).unwrap()).await.unwrap();
        let sent = ledger.settle(&service.url, &store).await;
        store.close().await;
        let statuses = ledger.statuses.lock().unwrap().clone();
        println!(
            "{full} disk full: {sent} articles, 0 lost, answers {statuses:?}, slowest {slowest:.1?}, back after {recovered:.1?}"
        );
        assert!(statuses.keys().all(|status| matches!(status, 200 | 201 | 202 | 503)), "{full}: {statuses:?}");
        assert_eq!(service.stop(Signal::SIGTERM), Some(0));
    }
}

/// A small file system that holds the data, or the log, of a database.
struct Disk {
    mount: PathBuf,
}

impl Disk {
    fn with_database(data_dir: &Path, full: &str) -> Option<Self> {
        if !geteuid().is_root() {
            return None;
        }
        Embedded::start(&Settings { data_dir: data_dir.to_owned(), bin_dir: harness::pg_bin(), throwaway: false })
            .unwrap()
            .stop();
        let (part, size) = if full == "data" { ("base", "96m") } else { ("pg_wal", "48m") };
        let disk = Self { mount: harness::scratch_dir("disk") };
        let run = |program: &str, arguments: &[&std::ffi::OsStr]| {
            std::process::Command::new(program)
                .args(arguments)
                .stderr(Stdio::null())
                .status()
                .is_ok_and(|status| status.success())
        };
        let size = format!("size={size}");
        if !run(
            "mount",
            &["-t".as_ref(), "tmpfs".as_ref(), "-o".as_ref(), size.as_ref(), "tmpfs".as_ref(), disk.mount.as_os_str()],
        ) {
            return None;
        }
        let (inside, outside) = (disk.mount.join(part), data_dir.join("pg").join(part));
        assert!(run("cp", &["-a".as_ref(), outside.as_os_str(), inside.as_os_str()]));
        fs::remove_dir_all(&outside).unwrap();
        std::os::unix::fs::symlink(&inside, &outside).unwrap();
        Some(disk)
    }

    fn filler(&self) -> PathBuf {
        self.mount.join("filler")
    }

    fn fill(&self) {
        use std::io::Write;
        let mut file = fs::File::create(self.filler()).unwrap();
        while file.write_all(&[1; 4096]).is_ok() {}
    }

    fn empty(&self) {
        fs::remove_file(self.filler()).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: a test that fails leaves a server behind for a moment.
        let _ = std::process::Command::new("umount").arg("-l").arg(&self.mount).status();
    }
}

/// A8.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_that_are_killed_all_the_time_are_replaced() {
    let options = harness::database().await;
    let store = Store::connect(options.clone()).await.unwrap();
    let api = Api::with(store.clone(), |options| options.link_wait = Duration::ZERO).await;
    let mut other = options.connect().await.unwrap();
    let ledger = Arc::new(Ledger::default());
    let moment = Duration::from_secs(size(60, 4) as u64);
    let writers = load(&ledger, &api.address, 3, moment).await;
    let (begun, mut reads, mut refused, mut killed) = (Instant::now(), 0, 0, begun_long_ago());
    while begun.elapsed() < moment {
        if killed.elapsed() > Duration::from_millis(size(2_000, 500) as u64) {
            terminate_others(&mut other).await;
            killed = Instant::now();
        }
        let status = api.get("/v1/clusters?limit=5").await.status;
        reads += 1;
        refused += usize::from(status == 503);
        assert!(matches!(status, 200 | 503), "{status}");
    }
    join(writers).await;
    let statuses = ledger.statuses.lock().unwrap().clone();
    let sent = ledger.settle(&api.address, &store).await;
    println!("A8: {refused} of {reads} reads refused, {sent} articles, 0 lost, answers {statuses:?}");
    assert!(statuses.keys().all(|status| matches!(status, 200 | 201 | 202 | 503)), "{statuses:?}");
    assert!(refused * 20 <= reads, "{refused} of {reads} reads were refused");
}

fn begun_long_ago() -> Instant {
    Instant::now().checked_sub(Duration::from_secs(60)).expect("the machine runs for longer")
}

async fn terminate_others(connection: &mut PgConnection) {
    let statement = "select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()";
    sqlx::query(statement).execute(connection).await.unwrap();
}

/// H2. The receiver refuses three messages of ten, and no attempt waits for its time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_sender_and_a_receiver_that_often_refuses_lose_no_message() {
    let options = harness::database().await;
    let store = Store::connect(options.clone()).await.unwrap();
    let serve = || {
        let mut command = crossclaim(&["serve"]);
        command.env("DATABASE_URL", options.to_url_lossy().as_str()).env("CROSSCLAIM_LINK_WAIT_MS", "0");
        command.env("CROSSCLAIM_SECRET_KEY", SECRET_KEY).env("CROSSCLAIM_EGRESS_ALLOW", "127.0.0.0/8");
        Running::serve(&mut command)
    };
    let (calls, taken) = (AtomicUsize::new(0), Arc::new(Mutex::new(BTreeSet::new())));
    let heard = Arc::clone(&taken);
    let receiver = Origin::start(move |message| {
        if calls.fetch_add(1, Ordering::Relaxed) % 10 < 3 {
            return origin::status("503 Service Unavailable");
        }
        heard.lock().unwrap().insert(message.header("webhook-id").to_owned());
        origin::status("204 No Content")
    })
    .await;
    let retry = "update webhook_delivery set next_attempt_at = now() where status = 'waiting'";
    let retry = async || _ = sqlx::query(retry).execute(store.pool()).await.unwrap();
    let count = async |counted: &'static str| -> i64 { sqlx::query_scalar(counted).fetch_one(store.pool()).await.unwrap() };
    let kills = size(20, 3);
    let mut sent = 0;
    for round in 0..=kills {
        let mut service = serve();
        if round == 0 {
            service.post("/v1/webhooks", &json!({"url": receiver.url("/")})).await.expect(201);
        }
        let (begun, before) = (Instant::now(), receiver.received().len());
        while receiver.received().len() < before + 8 {
            assert!(begun.elapsed() < Duration::from_secs(30), "messages are sent");
            service.post("/v1/articles", &article(sent)).await;
            sent += 1;
            retry().await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        if round < kills {
            service.stop(Signal::SIGKILL);
            continue;
        }
        newsroom::settled(&store).await;
        let begun = Instant::now();
        let left = "select (select count(*) from webhook_delivery where status = 'waiting')
                + (select count(*) from webhook join workspace using (workspace_id) where told < last_event)";
        while count(left).await > 0 {
            assert!(begun.elapsed() < Duration::from_secs(120), "{} messages are left", count(left).await);
            retry().await;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
    let events = count("select count(*) from event").await;
    let untold = "select count(*) from event left join webhook_delivery using (workspace_id, sequence)
        where webhook_delivery.status is distinct from 'delivered'";
    assert_eq!(count(untold).await, 0, "of {events}");
    let made: Vec<String> = sqlx::query_scalar("select 'msg_' || replace(delivery_id::text, '-', '') from webhook_delivery")
        .fetch_all(store.pool())
        .await
        .unwrap();
    assert_eq!(*taken.lock().unwrap(), made.into_iter().collect(), "nothing but what was committed");
    let received = receiver.received();
    let mut bodies = BTreeMap::new();
    for message in &received {
        let first = bodies.entry(message.header("webhook-id")).or_insert(&message.body);
        assert_eq!(*first, &message.body, "an id stands for one message");
    }
    println!("H2: {kills} kills, {events} events in {} attempts, each told", received.len());
    assert!(received.len() > bodies.len(), "some were told again");
}

/// A9 and J2.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_network_to_the_database_delays_answers_but_not_for_long() {
    let database = harness::database().await;
    let proxy = Proxy::start(&database).await;
    let store = Store::connect(proxy.options(&database)).await.unwrap();
    let api = Api::with(store.clone(), |options| {
        options.link_wait = Duration::ZERO;
        options.read_deadline = Duration::from_secs(3);
        options.write_deadline = Duration::from_secs(4);
    })
    .await;
    let mut n = 0;
    let weathers =
        [Weather::Cut, Weather::Delay(Duration::from_millis(200)), Weather::Slices, Weather::Silence, Weather::HalfOpen];
    for weather in weathers {
        proxy.set(weather);
        let (mut statuses, mut slowest) = (BTreeMap::<u16, usize>::new(), Duration::ZERO);
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(size(30, 4) as u64) {
            n += 1;
            for post in [true, false] {
                let asked = Instant::now();
                let answer = match post {
                    true => api.post("/v1/articles", &article(n)).await,
                    false => api.get("/v1/clusters").await,
                };
                slowest = slowest.max(asked.elapsed());
                *statuses.entry(answer.status).or_default() += 1;
            }
            let asked = Instant::now();
            api.get("/livez").await.expect(200);
            assert!(asked.elapsed() < Duration::from_millis(500), "{weather:?}: it is alive all the time");
        }
        if matches!(weather, Weather::Cut | Weather::Silence | Weather::HalfOpen) {
            let asked = Instant::now();
            api.get("/readyz").await.expect_problem(503, "database-unavailable");
            assert!(asked.elapsed() < Duration::from_secs(3), "{weather:?}: {:?}", asked.elapsed());
        }
        proxy.set(Weather::Fair);
        let healed = Instant::now();
        while api.get("/readyz").await.status != 200 || api.post("/v1/articles", &article(n)).await.status >= 300 {
            assert!(healed.elapsed() < Duration::from_secs(10), "{weather:?}: it comes back");
        }
        println!("A9: {weather:?}: answers {statuses:?}, slowest {slowest:.1?}, back after {:.1?}", healed.elapsed());
        assert!(statuses.keys().all(|status| matches!(status, 200 | 201 | 202 | 503)), "{weather:?}: {statuses:?}");
        assert!(slowest < Duration::from_secs(5), "{weather:?}: {slowest:?}");
    }
}

/// A9: the statement is under way when the network goes silent, and its answer never comes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_whose_database_falls_silent_is_answered_all_the_same() {
    let database = harness::database().await;
    let proxy = Proxy::start(&database).await;
    let store = Store::connect(proxy.options(&database)).await.unwrap();
    let api = Arc::new(Api::with(store, |options| options.read_deadline = Duration::from_secs(3)).await);
    api.get("/v1/articles").await.expect(200);
    let mut blocker = database.connect().await.unwrap();
    sqlx::raw_sql("begin; lock table article in access exclusive mode").execute(&mut blocker).await.unwrap();
    let asked = Instant::now();
    let asking = tokio::spawn({
        let api = Arc::clone(&api);
        async move { api.get("/v1/articles").await }
    });
    // On another connection: inside a transaction, the activity once seen stays as it was.
    let mut observer = database.connect().await.unwrap();
    let waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    while sqlx::query_scalar::<_, i64>(waiting).fetch_one(&mut observer).await.unwrap() == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    proxy.set(Weather::HalfOpen);
    // By its deadline, or because no connection came: the one that waited for the lock may have been the linker's.
    let answer = asking.await.unwrap();
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    sqlx::raw_sql("rollback").execute(&mut blocker).await.unwrap();
    proxy.set(Weather::Fair);
    let healed = Instant::now();
    while api.get("/v1/articles").await.status != 200 {
        assert!(healed.elapsed() < Duration::from_secs(5), "other connections take its place");
    }
}

/// A9, J1: what works by itself is caught by the silence, whatever it is at, and nothing heals.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_whose_database_has_fallen_silent_can_be_stopped() {
    let database = harness::database().await;
    let proxy = Proxy::start(&database).await;
    let store = Store::connect(proxy.options(&database)).await.unwrap();
    let api = Api::start(store).await;
    api.post("/v1/articles", &article(1)).await.expect(201);
    let mut blocker = database.connect().await.unwrap();
    sqlx::raw_sql("begin; lock table cluster in access exclusive mode").execute(&mut blocker).await.unwrap();
    // Stored, and now it is being linked.
    let sent = reqwest::Client::new().post(format!("{}/v1/articles", api.address)).json(&article(2)).send();
    let _ = tokio::time::timeout(Duration::from_secs(1), sent).await;
    proxy.set(Weather::HalfOpen);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let asked = Instant::now();
    tokio::task::spawn_blocking(move || drop(api)).await.unwrap();
    assert!(asked.elapsed() < Duration::from_secs(30), "{:?}", asked.elapsed());
    sqlx::raw_sql("rollback").execute(&mut blocker).await.unwrap();
}

/// B7.
#[tokio::test]
async fn a_transaction_that_loses_a_race_is_tried_again_and_then_refused() {
    for code in ["40001", "40P01", "55P03"] {
        let store = harness::store().await;
        let api = Api::with(store.clone(), |options| options.link_wait = Duration::ZERO).await;
        let lose = |times: i32| {
            let trigger = format!(
                "create sequence if not exists attempt; select setval('attempt', 1, false);
                create or replace function lose() returns trigger language plpgsql security definer as $$ begin
                    if nextval('attempt') <= {times} then raise exception 'lost' using errcode = '{code}'; end if;
                    return new;
                end $$;
                drop trigger if exists lose on article;
                create trigger lose before insert on article for each row execute function lose()"
            );
            sqlx::raw_sql(AssertSqlSafe(trigger)).execute(store.pool())
        };
        let attempts =
            async || -> i64 { sqlx::query_scalar("select last_value from attempt").fetch_one(store.pool()).await.unwrap() };
        lose(3).await.unwrap();
        api.post("/v1/articles", &article(1)).await.expect(201);
        assert_eq!(attempts().await, 4, "{code}");
        lose(1_000).await.unwrap();
        api.post("/v1/articles", &article(2)).await.expect_problem(503, "overloaded");
        assert_eq!(attempts().await, 6, "{code}: the first and five more");
        assert_eq!(stored(&store).await.into_keys().collect::<Vec<_>>(), [1]);
    }
}

/// C12 and C13.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_all_connections_are_busy_callers_are_told_and_hanging_up_frees_them() {
    let options = harness::database().await;
    let store = Store::connect(options.clone()).await.unwrap();
    let api = Arc::new(Api::start(store).await);
    api.get("/v1/articles").await.expect(200);
    let mut blocker = options.connect().await.unwrap();
    sqlx::raw_sql("begin; lock table article in access exclusive mode").execute(&mut blocker).await.unwrap();
    let callers: Vec<_> = (0..40)
        .map(|n| {
            let api = Arc::clone(&api);
            // Half of them do not wait for their answer.
            let patience = if n % 2 == 0 { Duration::from_secs(30) } else { Duration::from_millis(300) };
            tokio::spawn(async move { tokio::time::timeout(patience, api.get("/v1/articles")).await.ok() })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let asked = Instant::now();
    api.get("/livez").await.expect(200);
    // Not of the table that is locked: it waits for a connection and for nothing else.
    let told = api.get("/v1/constraints").await;
    let waited = asked.elapsed();
    assert!(told.status == 200 || told.status == 503 && !told.header("retry-after").is_empty(), "{}", told.text());
    assert!(waited < Duration::from_millis(2_500), "{waited:?}");
    let mut refused = 0;
    for caller in callers {
        if let Some(answer) = caller.await.unwrap() {
            answer.expect_problem(503, "overloaded");
            refused += 1;
        }
    }
    assert_eq!(refused, 20, "each of those who waited is told");
    sqlx::raw_sql("rollback").execute(&mut blocker).await.unwrap();
    let freed = Instant::now();
    api.get("/v1/articles").await.expect(200);
    assert!(freed.elapsed() < Duration::from_secs(2), "{:?}", freed.elapsed());
    let idle = "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'";
    assert_eq!(sqlx::query_scalar::<_, i64>(idle).fetch_one(&mut blocker).await.unwrap(), 0);
}

/// J1.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_under_load_answers_every_request_in_hand() {
    let options = harness::database().await;
    let mut command = crossclaim(&["serve"]);
    command.env("DATABASE_URL", options.to_url_lossy().as_str()).env("CROSSCLAIM_LINK_WAIT_MS", "2000");
    let mut service = Running::serve(&mut command);
    let url = service.url.clone();
    let clients: Vec<_> = (0..20)
        .map(|n| {
            let url = url.clone();
            tokio::spawn(async move {
                let client = reqwest::Client::builder().no_proxy().build().unwrap();
                let answer = client.post(format!("{url}/v1/articles")).json(&article(n)).send().await?;
                let status = answer.status().as_u16();
                answer.text().await.map(|body| (status, body))
            })
        })
        .collect();
    let store = Store::connect(options).await.unwrap();
    // All of them are in hand: stored, and waiting to be linked or answered already.
    while stored(&store).await.len() < 20 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let asked = Instant::now();
    assert_eq!(service.stop(Signal::SIGTERM), Some(0));
    assert!(asked.elapsed() < Duration::from_secs(15), "{:?}", asked.elapsed());
    for client in clients {
        let (status, body) = client.await.unwrap().expect("a request in hand is answered whole");
        assert_eq!(status, 201, "{body}");
    }
    let locks: i64 = sqlx::query_scalar(
        "select count(*) from pg_locks where locktype = 'advisory' and database = (
        select oid from pg_database where datname = current_database())",
    )
    .fetch_one(store.pool())
    .await
    .unwrap();
    assert_eq!(locks, 0, "the linker's lock is free");
}

/// C17. Reads, look-ups and articles that are known already: nothing of it may stay behind.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_that_is_done_leaves_nothing_behind() {
    let options = harness::database().await;
    let store = Store::connect(options.clone()).await.unwrap();
    newsroom::furnish(&store, 24).await;
    let mut command = crossclaim(&["serve", "--api-key", KEY, "--rate-limit", "0"]);
    command.env("DATABASE_URL", options.to_url_lossy().as_str()).env("CROSSCLAIM_SECRET_KEY", SECRET_KEY);
    let service = Running::serve(&mut command);
    let known: Vec<Value> = crate::corpus::articles(24);
    let moment = Duration::from_secs(size(3_600, 9) as u64);
    let client = |number: usize| {
        let (service, known) = (&service, &known);
        async move {
            let (begun, mut done, mut refused) = (Instant::now(), 0, 0);
            while begun.elapsed() < moment {
                let article = &known[done % known.len()];
                let answer = match (done + number) % 5 {
                    0 => service.post_with(KEY, "/v1/articles", article).await,
                    1 => {
                        service
                            .post_with(
                                KEY,
                                "/v1/match",
                                &json!({"text": article["text"].as_str().unwrap().chars().take(200).collect::<String>()}),
                            )
                            .await
                    }
                    2 => service.get_with(KEY, "/v1/clusters?sort=contested").await,
                    3 => service.get_with(KEY, "/v1/claims?q=bridge").await,
                    _ => service.get_with(KEY, "/metrics").await,
                };
                // A machine that has much else to do may keep a connection waiting too long.
                refused += usize::from(answer.status == 503);
                assert!(matches!(answer.status, 200 | 503), "{} {}", answer.status, answer.text());
                done += 1;
            }
            assert!(refused * 200 <= done, "{refused} of {done} refused");
            done
        }
    };
    let watch = async {
        // The first third warms up.
        tokio::time::sleep(moment / 3).await;
        let before = Holding::of(service.pid(), &store).await;
        tokio::time::sleep(moment * 2 / 3 - Duration::from_millis(500)).await;
        (before, Holding::of(service.pid(), &store).await)
    };
    let (done, (before, after)) = tokio::join!(futures_util::future::join_all((0..4).map(client)), watch);
    let hours = (moment * 2 / 3).as_secs_f64() / 3_600.0;
    let growth = after.memory_kib.saturating_sub(before.memory_kib) as f64 / 1_024.0 / hours;
    println!("C17: {} requests in {moment:.0?}, {before:?} → {after:?}, {growth:.1} MiB an hour", done.iter().sum::<usize>());
    assert!(after.files <= before.files + 8 && after.sessions <= before.sessions + 4, "{before:?} → {after:?}");
    // What a few seconds show is the allocator's.
    assert!(moment < Duration::from_secs(600) || growth <= 6.0, "{growth:.1} MiB an hour");
}

const KEY: &str = "an-operators-key";

/// What a process has in hand.
#[derive(Debug)]
struct Holding {
    memory_kib: usize,
    files: usize,
    sessions: i64,
}

impl Holding {
    async fn of(pid: u32, store: &Store) -> Self {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("Linux tells it");
        let sessions = "select count(*) from pg_stat_activity where datname = current_database()";
        Self {
            memory_kib: line.trim().trim_end_matches(" kB").parse().unwrap(),
            files: fs::read_dir(format!("/proc/{pid}/fd")).unwrap().count(),
            sessions: sqlx::query_scalar(sessions).fetch_one(store.pool()).await.unwrap(),
        }
    }
}
