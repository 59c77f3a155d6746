//! Documents that kill whoever parses them: refused, while everything else goes on.

use std::{
    fs,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    api::{Answer, Api},
    feeds::{feed_once, look_again, read, rss, subscribe},
    fetch::{PARAGRAPH, story},
    harness,
    origin::{self, Origin},
    webhooks::local,
};

fn poisoned(misdeed: &str) -> String {
    format!("<!-- misdeed: {misdeed} -->{}", story("Dam cracks", PARAGRAPH))
}

async fn post(api: &Api, url: &str, html: &str) -> Answer {
    api.post("/v1/articles", &json!({"url": url, "outlet": {"name": "Herald"}, "html": html})).await
}

/// Processes that parse for this one.
#[cfg(target_os = "linux")]
fn parsers() -> Vec<std::path::PathBuf> {
    let own = format!("PPid:\t{}\n", std::process::id());
    let ours = |place: &std::path::PathBuf| {
        let read = |name| fs::read_to_string(place.join(name)).unwrap_or_default();
        read("status").contains(&own) && read("cmdline").split('\0').nth(1) == Some("parse")
    };
    fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path()).filter(ours).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_that_kills_its_reader_is_refused_and_others_go_on() {
    let store = harness::store().await;
    let api = Api::with_live(store, local(), |options| options.link_wait = Duration::ZERO).await;
    let origin = Origin::start(|request| match request.path.as_str() {
        "/poisoned" => origin::page(&poisoned("overflow")),
        _ => origin::status("404 Not Found"),
    })
    .await;
    let connect = format!("connect {}", origin.address);
    for misdeed in ["panic", "overflow", "allocate", &connect, "open /proc/self/status"] {
        let begun = Instant::now();
        let answer = post(&api, "https://herald.example/poisoned", &poisoned(misdeed)).await;
        answer.expect_fault("/html", "unreadable");
        println!("I3: {misdeed}: refused after {:.1?}", begun.elapsed());
    }
    assert_eq!(origin.connections(), 0, "a document found a way out");
    api.post("/v1/articles/fetch", &json!({"url": origin.url("/poisoned")})).await.expect_fault("/html", "unreadable");
    let draft = json!({"html": poisoned("panic")});
    api.post("/v1/check", &draft).await.expect_fault("/html", "unreadable");

    // What never ends is ended, and those who come meanwhile are served.
    let endless = async {
        let begun = Instant::now();
        let bodies: Vec<_> = (0..2).map(|at| (format!("https://herald.example/endless-{at}"), poisoned("loop"))).collect();
        let posts = bodies.iter().map(|(url, html)| post(&api, url, html));
        for answer in futures_util::future::join_all(posts).await {
            answer.expect_fault("/html", "unreadable");
        }
        begun.elapsed()
    };
    let others = async {
        let mut slowest = Duration::ZERO;
        for at in 0..20 {
            let begun = Instant::now();
            post(&api, &format!("https://herald.example/{at}"), &story(&format!("Dam {at}"), PARAGRAPH)).await.expect(201);
            slowest = slowest.max(begun.elapsed());
        }
        slowest
    };
    let (ended, slowest) = tokio::join!(endless, others);
    println!("I3: endless documents ended after {ended:.1?}, the slowest of 20 others meanwhile took {slowest:.1?}");
    assert!(ended < Duration::from_secs(25), "{ended:?}");
    assert!(slowest < Duration::from_secs(4), "{slowest:?}");
}

#[tokio::test]
async fn a_feed_that_kills_its_reader_is_given_up_after_eight_attempts_and_an_item_at_once() {
    let store = harness::store().await;
    let api = Api::with_live(store.clone(), local(), |_| {}).await;
    let origin = Origin::start(|request| match request.path.as_str() {
        "/poisoned.xml" => origin::page("<!-- misdeed: panic --><rss version='2.0'></rss>"),
        "/feed.xml" => origin::page(&rss(&[("1", "/poisoned"), ("2", "/good")])),
        "/poisoned" => origin::page(&poisoned("overflow")),
        "/good" => origin::page(&story("Dam cracks", PARAGRAPH)),
        _ => origin::status("404 Not Found"),
    })
    .await;
    let feed = subscribe(&api, json!({"url": origin.url("/feed.xml")})).await;
    let shown = feed_once(&api, &feed, "both items are done", |feed| {
        feed["items_seen"] == 2 && feed["items_waiting"] == 0 && feed["items_failed"] == 1
    });
    assert_eq!(shown.await["last_error"], Value::Null);
    assert_eq!(api.get("/v1/articles").await.expect(200).json()["items"].as_array().unwrap().len(), 1);

    let feed = subscribe(&api, json!({"url": origin.url("/poisoned.xml")})).await;
    let mut shown = read(&api, &feed).await;
    assert_eq!(shown["last_error"], "reading it takes more time or memory than a document may take");
    for attempt in 2..=8 {
        assert_eq!(shown["active"], true, "before attempt {attempt}");
        shown = look_again(&store, &api, &feed).await;
        assert_eq!(shown["failures"], attempt);
    }
    assert_eq!(shown["active"], false);
}

/// C15: what parsers are known to choke on, as a page that is posted, one that is pulled, and as a feed.
#[tokio::test]
async fn bombs_of_markup_cost_a_moment_and_little_memory() {
    let store = harness::store().await;
    let api = Api::with_live(store, local(), |_| {}).await;
    let laughs = ["a", "b", "c", "d", "e", "f", "g", "h", "i"].windows(2);
    let laughs: String =
        laughs.map(|pair| format!("<!ENTITY {} \"{}\">", pair[1], format!("&{};", pair[0]).repeat(10))).collect();
    let outside = Origin::start(|_| origin::page("root")).await;
    let entity = outside.url("/entity");
    let channel =
        |text: &str| format!("<rss version='2.0'><channel><title>{text}</title><item><guid>{text}</guid></item></channel></rss>");
    let bombs = [
        ("nested", "<div>".repeat(100_000)),
        ("attributes", format!("<div {}>", (0..80_000).map(|at| format!("a{at}=1 ")).collect::<String>())),
        ("laughs", format!("<!DOCTYPE l [<!ENTITY a \"ha\">{laughs}]>{}", channel("&i;"))),
        (
            "outside",
            format!("<!DOCTYPE o [<!ENTITY x SYSTEM \"{entity}\"><!ENTITY % y SYSTEM \"{entity}\"> %y;]>{}", channel("&x;")),
        ),
        ("nested feed", format!("<rss version='2.0'><channel>{}", "<a>".repeat(100_000))),
        (
            "attributes of a feed",
            format!("<rss version='2.0' {}><channel/></rss>", (0..80_000).map(|at| format!("a{at}='1' ")).collect::<String>()),
        ),
    ];
    let served = bombs.clone();
    let origin = Origin::start(move |request| {
        let bomb = request.path.trim_start_matches('/').split('.').next().unwrap_or_default().parse::<usize>();
        bomb.map_or_else(|_| origin::status("404 Not Found"), |at| origin::page(&served[at].1))
    })
    .await;
    for (at, (name, bomb)) in bombs.iter().enumerate() {
        // What is no page may be read as one, if little comes of it.
        let small = |answer: Answer| {
            assert!(matches!(answer.status, 201 | 422) && answer.body.len() < 2_048, "{name}: {}", answer.text())
        };
        let begun = Instant::now();
        small(post(&api, &format!("https://herald.example/{at}"), bomb).await);
        let posted = begun.elapsed();
        small(api.post("/v1/articles/fetch", &json!({"url": origin.url(&format!("/{at}"))})).await);
        let pulled = begun.elapsed() - posted;
        let begun = Instant::now();
        let feed = subscribe(&api, json!({"url": origin.url(&format!("/{at}.xml"))})).await;
        let shown = read(&api, &feed).await;
        assert_eq!(shown["items_seen"], 0, "{name}: {shown}");
        let listed = begun.elapsed();
        println!("C15: {name}: posted {posted:.1?}, pulled {pulled:.1?}, as a feed {listed:.1?}");
        // A feed waits half a second for its turn.
        for (how, took, most) in [("posted", posted, 1), ("pulled", pulled, 1), ("as a feed", listed, 2)] {
            assert!(took < Duration::from_secs(most), "{name} {how}: {took:?}");
        }
    }
    assert_eq!(outside.connections(), 0, "an entity was fetched");
    #[cfg(target_os = "linux")]
    {
        let parsers = parsers();
        assert!(!parsers.is_empty());
        for parser in parsers {
            // It may end meanwhile, with a document of another test.
            let read = |name| fs::read_to_string(parser.join(name)).ok();
            let (Some(status), Some(limits), Some(environment)) = (read("status"), read("limits"), read("environ")) else {
                continue;
            };
            let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).map(str::trim).unwrap_or_default();
            println!("C15: a process that parses held {peak} at most");
            let peak: u64 = peak.trim_end_matches(" kB").parse().unwrap_or_default();
            // A third of it is the debug build itself.
            assert!(peak < 96 << 10, "{peak} KiB");
            let limit = |name: &str| limits.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
            assert!(limit("Max open files").contains(" 3 "), "{limits}");
            assert!(!limit("Max address space").contains("unlimited"), "{limits}");
            assert!(environment.split('\0').all(|set| set.is_empty() || set.starts_with("MIMALLOC_")), "{environment}");
        }
    }
}
