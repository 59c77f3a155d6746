//! J6: machines whose clocks are wrong, and jump. What is agreed on by several instances goes by the database's clock.
//!
//! Debian's libfaketime stands between two instances and the clock of this machine; Postgres and this process have the true one.

use std::{
    fs,
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use crossclaim::{
    domain::{Role, WorkspaceId},
    storage::{NewKey, Store},
};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use sqlx::{ConnectOptions, postgres::PgConnectOptions};
use uuid::Uuid;

use crate::{
    api::{Answer, SECRET_KEY},
    cli::{Running, crossclaim},
    fsck, harness, newsroom,
    origin::{self, Origin},
    service::until,
    webhooks,
};

const OPERATOR: &str = "an-operators-key";
/// Requests a minute.
const QUOTA: u32 = 300;
const MINUTES: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTES;

/// An instance, and by how much its clock is wrong.
struct Instance {
    running: Running,
    clock: PathBuf,
    wrong_by: i64,
}

impl Instance {
    fn start(library: &PathBuf, database: &PgConnectOptions, wrong_by: i64) -> Self {
        let clock = harness::scratch_dir("clock").join("offset");
        let set = |command: &mut Command| {
            command.env("DATABASE_URL", database.to_url_lossy().as_str()).env("CROSSCLAIM_SECRET_KEY", SECRET_KEY);
            command.env("CROSSCLAIM_EGRESS_ALLOW", "127.0.0.0/8").env("CROSSCLAIM_RATE_LIMIT", QUOTA.to_string());
            command.env("LD_PRELOAD", library).env("FAKETIME_TIMESTAMP_FILE", &clock).env("FAKETIME_NO_CACHE", "1");
            // What counts seconds is set by nobody on a real machine either. Each version knows one of the names.
            command.env("DONT_FAKE_MONOTONIC", "1").env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        };
        fs::write(&clock, format!("{wrong_by:+}\n")).unwrap();
        let mut command = crossclaim(&["serve", "--api-key", OPERATOR]);
        set(&mut command);
        Self { running: Running::serve(&mut command), clock, wrong_by }
    }

    /// Puts the clock forward or back while it runs.
    fn jump(&mut self, wrong_by: i64) {
        let new = self.clock.with_extension("new");
        fs::write(&new, format!("{wrong_by:+}\n")).unwrap();
        fs::rename(new, &self.clock).unwrap();
        self.wrong_by = wrong_by;
    }

    async fn get(&self, path: &str) -> Answer {
        self.running.get_with(OPERATOR, path).await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.running.post_with(OPERATOR, path, body).await
    }

    /// Without this nothing here would show anything.
    async fn is_wrong(&self) {
        until("its clock is wrong", async || {
            let answer = self.running.get("/livez").await;
            let date = DateTime::parse_from_rfc2822(answer.header("date")).expect("a date");
            (date.with_timezone(&Utc) - Utc::now() - TimeDelta::seconds(self.wrong_by)).abs() < TimeDelta::seconds(30)
        })
        .await;
    }
}

fn faketime() -> Option<PathBuf> {
    let directories =
        fs::read_dir("/usr/lib").ok()?.flatten().map(|entry| entry.path()).chain(["/usr/lib".into(), "/usr/local/lib".into()]);
    directories.map(|directory| directory.join("faketime/libfaketimeMT.so.1")).find(|library| library.exists())
}

fn article(n: usize, published_at: DateTime<Utc>) -> Value {
    json!({
        "url": format!("https://outlet{}.example/{n}", n % 5),
        "text": format!("The bridge at Port{} was closed on Monday after {} cracks were found in its pillars.", n / 4, n / 4 + 2),
        "outlet": {"name": format!("Outlet {}", n % 5)},
        "published_at": published_at,
        "language": "en",
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clocks_that_are_wrong_and_jump_change_nothing() {
    let Some(library) = faketime() else {
        return println!("J6: SKIPPED: there is no libfaketime (Debian: apt-get install libfaketime)");
    };
    let database = harness::database().await;
    let store = Store::connect(database.clone()).await.unwrap();
    let receiver = Origin::start(|_| origin::status("204 No Content")).await;
    // The first one links.
    let mut ahead = Instance::start(&library, &database, 10 * MINUTES);
    let mut behind = Instance::start(&library, &database, -10 * MINUTES);
    let hook = json!({"url": receiver.url("/hook"), "kinds": ["article.linked"]});
    let hook = ahead.post("/v1/webhooks", &hook).await.expect(201).json();
    let mut posted = 0;
    for (forward, back) in [(10 * MINUTES, -10 * MINUTES), (DAY, -DAY), (-DAY, DAY)] {
        ahead.jump(forward);
        behind.jump(back);
        tokio::join!(ahead.is_wrong(), behind.is_wrong());
        articles(&ahead, &behind, &mut posted).await;
        keys(&store, &ahead, &behind).await;
        repeats(&ahead, &behind, posted).await;
        limits(&store, &ahead, &behind).await;
        relabels(&ahead, &behind).await;
        settled(&store).await;
    }
    // Whoever links dies, and the other one takes over whatever it takes the time to be.
    ahead.running.stop(Signal::SIGKILL);
    let begun = Instant::now();
    behind.post("/v1/articles", &article(posted, Utc::now())).await.expect(201);
    newsroom::settled(&store).await;
    println!("J6: linked by another {:.1?} after the linker was killed", begun.elapsed());
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    settled(&store).await;
    signatures(&store, &receiver, &hook).await;
}

/// One that is acceptable by the true clock is taken, one that is not is refused; each is linked once.
async fn articles(ahead: &Instance, behind: &Instance, posted: &mut usize) {
    for instance in [ahead, behind] {
        let soon = Utc::now() + TimeDelta::hours(24);
        let early = article(*posted, soon + TimeDelta::minutes(5));
        instance.post("/v1/articles", &early).await.expect_fault("/published_at", "in-the-future");
        for _ in 0..4 {
            instance.post("/v1/articles", &article(*posted, soon - TimeDelta::minutes(5))).await.expect(201);
            *posted += 1;
        }
    }
}

/// A key is good until it expires, and not after.
async fn keys(store: &Store, ahead: &Instance, behind: &Instance) {
    let key = async |seconds| {
        let expires_at = Some(Utc::now() + TimeDelta::seconds(seconds));
        let new = NewKey { name: "A desk".into(), role: Role::Reader, expires_at };
        store.create_key(WorkspaceId::DEFAULT, &new, "a test").await.unwrap().1.reveal().to_owned()
    };
    let (good, short) = (key(5 * MINUTES).await, key(4).await);
    let status = async |instance: &Instance, key: &str| instance.running.get_with(key, "/v1/me").await.status;
    assert_eq!((status(ahead, &short).await, status(behind, &short).await), (200, 200));
    let begun = Instant::now();
    while status(ahead, &short).await == 200 || status(behind, &short).await == 200 {
        assert!(begun.elapsed() < Duration::from_secs(10), "it expires");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!((status(ahead, &good).await, status(behind, &good).await), (200, 200));
    // A key that is made through the API is judged by the same clock.
    let soon = |minutes| json!({"name": "Visitor", "role": "reader", "expires_at": Utc::now() + TimeDelta::minutes(minutes)});
    for instance in [ahead, behind] {
        instance.post("/v1/keys", &soon(5)).await.expect(201);
        instance.post("/v1/keys", &soon(-5)).await.expect_problem(422, "validation-failed");
    }
}

/// What was done under an Idempotency-Key by one is known to the other.
async fn repeats(ahead: &Instance, behind: &Instance, round: usize) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let send = async |instance: &Instance| {
        let request = client.post(format!("{}/v1/watches", instance.running.url)).bearer_auth(OPERATOR);
        let watch = json!({"when": ["disputed"], "query": "the bridge at Port1"});
        Answer::of(request.header("idempotency-key", format!("round-{round}")).json(&watch)).await.expect(201)
    };
    let (first, again) = (send(behind).await, send(ahead).await);
    assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
    assert_eq!(first.json(), again.json());
}

/// Both together let through what the key may ask.
async fn limits(store: &Store, ahead: &Instance, behind: &Instance) {
    let new = NewKey { name: "A crowd".into(), role: Role::Reader, expires_at: None };
    let key = store.create_key(WorkspaceId::DEFAULT, &new, "a test").await.unwrap().1.reveal().to_owned();
    let (begun, mut let_through) = (Instant::now(), 0_u32);
    let refused = 'asking: loop {
        for instance in [ahead, behind] {
            let answer = instance.running.get_with(&key, "/v1/me").await;
            match answer.status {
                200 => let_through += 1,
                _ => break 'asking answer.expect_problem(429, "rate-limited"),
            }
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{let_through}");
    };
    let allowed = f64::from(QUOTA) * (1.0 + begun.elapsed().as_secs_f64() / 60.0);
    // One of them may find nothing left while the other still has its portion.
    assert!((0.97 * f64::from(QUOTA)..=allowed + 1.0).contains(&f64::from(let_through)), "{let_through} of {allowed:.0}");
    assert!((1..=60).contains(&refused.header("retry-after").parse::<u32>().unwrap()));
}

/// Of two decisions the later one holds, whichever instance was told.
async fn relabels(ahead: &Instance, behind: &Instance) {
    let claims = ahead.get("/v1/claims?limit=1").await.expect(200).json();
    let claim = claims["items"][0]["id"].as_str().unwrap();
    for (instance, relation) in [(ahead, "echoes"), (behind, "disputes"), (ahead, "unclear")] {
        let decision = json!({"kind": "relabel", "claims": [claim], "relation": relation, "reason": "Seen on the desk."});
        instance.post("/v1/decisions", &decision).await.expect(201);
        until(relation, async || behind.get(&format!("/v1/claims/{claim}")).await.expect(200).json()["relation"] == relation)
            .await;
    }
}

async fn settled(store: &Store) {
    newsroom::settled(store).await;
    fsck::assert_sound(store).await;
    let twice = "select count(*) from (
        select article_id from event where kind = 'article.linked' group by article_id having count(*) > 1) as twice";
    assert_eq!(sqlx::query_scalar::<_, i64>(twice).fetch_one(store.pool()).await.unwrap(), 0, "linked once");
    // Lists are in the order of ids, which tell when they were made.
    let ids =
        "select article_id from article union all select cluster_id from cluster union all select decision_id from decision";
    for id in sqlx::query_scalar::<_, Uuid>(ids).fetch_all(store.pool()).await.unwrap() {
        let (made, _) = id.get_timestamp().expect("version 7").to_unix();
        let age = Utc::now().timestamp() - i64::try_from(made).unwrap();
        assert!((-5..5 * MINUTES).contains(&age), "{id} was made {age} s ago");
    }
}

/// A receiver refuses what is five minutes from its own time, which is the true one.
async fn signatures(store: &Store, receiver: &Origin, hook: &Value) {
    until("all is told", async || {
        let waiting = "select exists (select from webhook_delivery where status = 'waiting') or exists (
            select from webhook join workspace using (workspace_id) where told < last_event)";
        !sqlx::query_scalar::<_, bool>(waiting).fetch_one(store.pool()).await.unwrap()
    })
    .await;
    let linked = "select count(*) from event where kind = 'article.linked'";
    let received = receiver.received();
    let linked = sqlx::query_scalar::<_, i64>(linked).fetch_one(store.pool()).await.unwrap();
    assert!(received.len() >= usize::try_from(linked).unwrap(), "{} of {linked}", received.len());
    for message in &received {
        let signed: i64 = message.header("webhook-timestamp").parse().unwrap();
        let told: Value = serde_json::from_str(&message.body).unwrap();
        let happened: DateTime<Utc> = told["timestamp"].as_str().unwrap().parse().unwrap();
        // It is sent within moments of what it tells of, whose time is the database's.
        assert!((-5..MINUTES).contains(&(signed - happened.timestamp())), "{signed} {happened}");
        assert_eq!(message.header("webhook-signature"), webhooks::signature(message, &hook["secret"]));
    }
    println!("J6: {} messages, all signed at the true time", received.len());
}
