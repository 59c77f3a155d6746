//! Feeds, from the subscription to the stored articles, on servers of the test's own that see how they are treated.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use crossclaim::{pipeline::LiveOptions, storage::Store};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    api::Api,
    fetch::{PARAGRAPH, story},
    harness,
    origin::{self, Origin, Received},
    webhooks::{local, until},
};

async fn start(store: &Store) -> Api {
    Api::with_live(store.clone(), local(), |_| {}).await
}

pub async fn subscribe(api: &Api, body: Value) -> String {
    api.post("/v1/feeds", &body).await.expect(201).header("location").to_owned()
}

/// The feed as it is shown, once that holds of it.
pub async fn feed_once(api: &Api, feed: &str, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
    until(what, async || Some(api.get(feed).await.expect(200).json()).filter(&holds)).await
}

/// Once it has been looked at and nothing waits.
pub async fn read(api: &Api, feed: &str) -> Value {
    feed_once(api, feed, "it is read", |feed| feed["last_fetched_at"].is_string() && feed["items_waiting"] == 0).await
}

/// As if the interval had passed, and so long that no look follows by itself.
pub async fn look_again(store: &Store, api: &Api, feed: &str) -> Value {
    sqlx::query("update feed set last_fetched_at = null, next_fetch_at = now()").execute(store.pool()).await.unwrap();
    read(api, feed).await
}

async fn urls(api: &Api) -> Vec<String> {
    let list = api.get("/v1/articles").await.expect(200).json();
    let mut urls: Vec<String> =
        list["items"].as_array().unwrap().iter().map(|article| article["url"].as_str().unwrap().to_owned()).collect();
    urls.sort();
    urls
}

pub fn rss(items: &[(&str, &str)]) -> String {
    let items = items.iter().map(|(guid, link)| {
        format!("<item><guid isPermaLink=\"false\">{guid}</guid><link>{link}</link><pubDate>Wed, 04 Mar 2026 08:30:00 GMT</pubDate></item>")
    });
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>t</title>{}</channel></rss>", items.collect::<String>())
}

fn requests(origin: &Origin, path: &str) -> Vec<Received> {
    origin.received().into_iter().filter(|request| request.path == path).collect()
}

#[tokio::test]
async fn new_items_are_stored_once_and_an_unchanged_feed_is_not_read_again() {
    let store = harness::store().await;
    let api = start(&store).await;
    let listed = Arc::new(AtomicUsize::new(2));
    let items = listed.clone();
    let origin = Origin::start(move |request| match request.path.as_str() {
        "/robots.txt" => origin::status("404 Not Found"),
        "/feed.xml" => {
            let known = items.load(Ordering::SeqCst);
            let tag = format!("\"v{known}\"");
            if request.header("if-none-match") == tag {
                return origin::answer("304 Not Modified", &[("etag", &tag)], b"");
            }
            // The third has the address of the first: an item of its own, and no new article.
            let all = [("one", "/1"), ("two", "/2"), ("three", "/3")];
            origin::answer("200 OK", &[("content-type", "application/rss+xml"), ("etag", &tag)], rss(&all[..known]).as_bytes())
        }
        path => origin::page(&story(&format!("Dam {path}"), &format!("{PARAGRAPH} The page was {path}."))),
    })
    .await;
    let outlet = json!({"name": "Herald", "domain": "herald.example"});
    let feed = subscribe(&api, json!({"url": origin.url("/feed.xml"), "outlet": outlet, "interval": 3600})).await;
    let shown = read(&api, &feed).await;
    assert_eq!((&shown["last_status"], &shown["last_error"], &shown["items_seen"]), (&json!(200), &Value::Null, &json!(2)));
    assert_eq!((&shown["outlet"]["domain"], &shown["items_failed"]), (&json!("herald.example"), &json!(0)));
    assert_eq!(urls(&api).await, [origin.url("/1"), origin.url("/2")]);
    let stored = api.get("/v1/articles").await.json()["items"][0].clone();
    assert_eq!(
        (stored["outlet"]["name"].as_str(), stored["published_at"].as_str()),
        (Some("Herald"), Some("2026-03-04T08:30:00Z"))
    );

    let unchanged = look_again(&store, &api, &feed).await;
    assert_eq!((&unchanged["last_status"], &unchanged["items_seen"]), (&json!(304), &json!(2)));
    listed.store(3, Ordering::SeqCst);
    let more = look_again(&store, &api, &feed).await;
    assert_eq!((&more["last_status"], &more["items_seen"]), (&json!(200), &json!(3)));
    assert_eq!(urls(&api).await, [origin.url("/1"), origin.url("/2"), origin.url("/3")]);
    for path in ["/1", "/2", "/3"] {
        assert_eq!(requests(&origin, path).len(), 1, "{path}");
    }
    assert_eq!(requests(&origin, "/robots.txt").len(), 1);
}

#[tokio::test]
async fn sitemaps_and_the_other_forms_are_read_and_what_robots_forbid_is_left_alone() {
    let store = harness::store().await;
    let api = start(&store).await;
    let origin = Origin::start(move |request| match request.path.as_str() {
        "/robots.txt" => origin::answer("200 OK", &[], b"User-agent: *\nDisallow: /private\n"),
        "/index.xml" => origin::page("<sitemapindex><sitemap><loc>/map.xml</loc></sitemap></sitemapindex>"),
        "/map.xml" => origin::page(
            "<urlset><url><loc>/a</loc></url><url><loc>/private/b</loc></url><url><loc>/picture</loc></url></urlset>",
        ),
        "/private/feed" => origin::page(&rss(&[("x", "/c")])),
        "/feed.json" => {
            origin::page(r#"{"version": "https://jsonfeed.org/version/1", "title": "t", "items": [{"id": "1", "url": "/d"}]}"#)
        }
        "/page" => origin::page("<html><body>no feed</body></html>"),
        "/picture" => origin::answer("200 OK", &[("content-type", "image/png")], b"x"),
        path => origin::page(&story(path, PARAGRAPH)),
    })
    .await;
    let map = subscribe(&api, json!({"url": origin.url("/index.xml")})).await;
    let json_feed = subscribe(&api, json!({"url": origin.url("/feed.json")})).await;
    let forbidden = subscribe(&api, json!({"url": origin.url("/private/feed")})).await;
    let page = subscribe(&api, json!({"url": origin.url("/page")})).await;
    // What is forbidden may be allowed later: it waits.
    let shown = feed_once(&api, &map, "it is read", |feed| feed["items_failed"] == 1 && feed["items_waiting"] == 1).await;
    assert_eq!((&shown["items_seen"], &shown["last_status"]), (&json!(3), &json!(200)));
    assert_eq!(read(&api, &json_feed).await["items_seen"], 1);
    let shown = read(&api, &forbidden).await;
    assert_eq!((shown["last_error"].as_str(), &shown["last_status"]), (Some("its robots.txt does not let us"), &Value::Null));
    assert_eq!(read(&api, &page).await["last_error"], "it is neither a feed nor a sitemap");
    until("both are stored", async || (urls(&api).await == [origin.url("/a"), origin.url("/d")]).then_some(())).await;
    assert!(origin.received().iter().all(|request| !request.path.starts_with("/private")), "{:?}", origin.received());
}

#[tokio::test]
async fn a_feed_that_fails_is_asked_less_and_less_and_one_that_is_gone_no_more() {
    let store = harness::store().await;
    let api = start(&store).await;
    let origin = Origin::start(move |request| match request.path.as_str() {
        "/busy" => origin::answer("503 Service Unavailable", &[("retry-after", "7200")], b""),
        "/gone" => origin::status("410 Gone"),
        "/bad" => origin::status("500 Internal Server Error"),
        _ => origin::status("404 Not Found"),
    })
    .await;
    let pause = |feed: &Value| {
        let time = |name: &str| feed[name].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        (time("next_fetch_at") - time("last_fetched_at")).num_seconds()
    };
    let bad = subscribe(&api, json!({"url": origin.url("/bad"), "interval": 60})).await;
    let shown = read(&api, &bad).await;
    assert_eq!((&shown["last_error"], &shown["failures"], pause(&shown)), (&json!("it answered 500"), &json!(1), 120));
    let shown = look_again(&store, &api, &bad).await;
    assert_eq!((&shown["failures"], pause(&shown)), (&json!(2), 240));
    let busy = subscribe(&api, json!({"url": origin.url("/busy"), "interval": 60})).await;
    assert_eq!(pause(&read(&api, &busy).await), 7200);
    let gone = subscribe(&api, json!({"url": origin.url("/gone")})).await;
    assert_eq!(read(&api, &gone).await["active"], false);
    let again = api.patch(&gone, &json!({"active": true, "interval": 120})).await.expect(200).json();
    assert_eq!((&again["active"], &again["interval"], &again["failures"]), (&json!(true), &json!(120), &json!(0)));
    until("it is asked again", async || (requests(&origin, "/gone").len() == 2).then_some(())).await;
}

/// Two feeds of one host, with pages that take their time.
#[tokio::test]
async fn a_host_is_asked_for_one_thing_at_a_time_with_a_pause_between() {
    let store = harness::store().await;
    let pause = Duration::from_millis(120);
    let api = Api::with_live(store.clone(), LiveOptions { host_pause: pause, ..local() }, |_| {}).await;
    let times = Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = times.clone();
    let origin = Origin::start(move |request| {
        if request.path == "/robots.txt" {
            return origin::status("404 Not Found");
        }
        let began = std::time::Instant::now();
        std::thread::sleep(Duration::from_millis(30));
        seen.lock().unwrap().push((began, std::time::Instant::now()));
        match request.path.as_str() {
            "/one.xml" => origin::page(&rss(&[("1", "/1"), ("2", "/2")])),
            "/two.xml" => origin::page(&rss(&[("3", "/3"), ("4", "/4")])),
            path => origin::page(&story(path, PARAGRAPH)),
        }
    })
    .await;
    for path in ["/one.xml", "/two.xml"] {
        subscribe(&api, json!({"url": origin.url(path)})).await;
    }
    until("all are stored", async || (urls(&api).await.len() == 4).then_some(())).await;
    let times = times.lock().unwrap().clone();
    assert_eq!(times.len(), 6);
    for pair in times.windows(2) {
        let gap = pair[1].0.checked_duration_since(pair[0].1).expect("one at a time");
        assert!(gap >= pause - Duration::from_millis(20), "{gap:?}");
    }
}

#[tokio::test]
async fn feeds_are_listed_and_deleted_and_bad_ones_are_refused() {
    let store = harness::store().await;
    let api = start(&store).await;
    let first = subscribe(&api, json!({"url": "https://herald.example/feed", "active": false})).await;
    let second = subscribe(&api, json!({"url": "https://herald.example/other", "active": false})).await;
    let page = api.get("/v1/feeds?limit=1").await.expect(200).json();
    assert!(second.ends_with(page["items"][0]["id"].as_str().unwrap()) && page["next_cursor"].is_string());
    let again = json!({"url": "https://herald.example/feed"});
    let conflict = api.post("/v1/feeds", &again).await.expect_problem(409, "conflict");
    assert!(conflict.text().contains(&first));
    let named = api.patch(&first, &json!({"outlet": {"name": "Herald"}})).await.expect(200).json();
    assert_eq!((&named["outlet"]["name"], &named["interval"], &named["active"]), (&json!("Herald"), &json!(900), &json!(false)));
    api.delete(&first).await.expect(204);
    api.delete(&first).await.expect_problem(404, "not-found");
    api.get(&first).await.expect_problem(404, "not-found");
    api.patch(&format!("/v1/feeds/{}", Uuid::now_v7()), &json!({})).await.expect_problem(404, "not-found");

    for url in ["http://10.0.0.1/feed", "http://169.254.169.254/", "http://herald.example:8080/"] {
        api.post("/v1/feeds", &json!({"url": url})).await.expect_problem(422, "url-not-allowed");
    }
    for (body, pointer, code) in [
        (json!({"url": "feed"}), "/url", "invalid-url"),
        (json!({"url": "https://a.example/", "interval": 59}), "/interval", "out-of-range"),
        (json!({"url": "https://a.example/", "interval": 604_801}), "/interval", "out-of-range"),
        (json!({"url": "https://a.example/", "outlet": {"name": " "}}), "/outlet/name", "blank"),
        (json!({"url": "https://a.example/", "every": 60}), "/every", "unknown-field"),
    ] {
        api.post("/v1/feeds", &body).await.expect_fault(pointer, code);
    }
}
