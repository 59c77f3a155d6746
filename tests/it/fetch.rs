//! Articles by their address alone, from servers of the test's own: stored as if posted, or refused with the reason.

use crossclaim::storage::Store;
use serde_json::{Value, json};

use crate::{
    api::{Answer, Api},
    harness,
    origin::{self, Origin},
    webhooks::local,
};

pub const PARAGRAPH: &str =
    "The dam at Orin has cracked along its northern wall. Two hundred families were moved to the school on Monday. ";

pub fn story(title: &str, paragraph: &str) -> String {
    let text = format!(
        "<p>{0}</p><p>The council will meet again on Thursday to talk about what comes next for the valley.</p><p>{0}</p>",
        paragraph.repeat(2)
    );
    format!(
        "<html lang=en><head><title>{title}</title></head><body><nav><a href=/>Home</a></nav><article><h1>{title}</h1>{text}</article></body></html>"
    )
}

async fn start(store: &Store) -> Api {
    Api::with_live(store.clone(), local(), |options| options.link_wait = harness::PATIENCE).await
}

async fn fetch(api: &Api, body: Value) -> Answer {
    api.post("/v1/articles/fetch", &body).await
}

#[tokio::test]
async fn a_page_is_fetched_and_stored_as_if_it_had_been_posted() {
    let store = harness::store().await;
    let api = start(&store).await;
    let origin = Origin::start(|request| match request.path.as_str() {
        "/dam" => origin::page(&story("Dam cracks", PARAGRAPH)),
        "/latin" => {
            let latin: Vec<u8> = story("Élan", PARAGRAPH).chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
            origin::answer("200 OK", &[("content-type", "text/html; charset=ISO-8859-1")], &latin)
        }
        _ => origin::redirect("/dam"),
    })
    .await;
    let outlet = json!({"name": "Herald", "domain": "herald.example", "kind": "newspaper"});
    let answer = fetch(&api, json!({"url": origin.url("/dam#top"), "outlet": outlet})).await.expect(201);
    let article = answer.json();
    assert_eq!(answer.header("location"), format!("/v1/articles/{}", article["id"].as_str().unwrap()));
    assert_eq!((article["url"].as_str(), article["title"].as_str()), (Some(origin.url("/dam").as_str()), Some("Dam cracks")));
    assert_eq!((article["status"].as_str(), article["outlet"]["kind"].as_str()), (Some("linked"), Some("newspaper")));
    let claims: Vec<&str> = article["claims"].as_array().unwrap().iter().map(|claim| claim["text"].as_str().unwrap()).collect();
    assert!(claims.iter().any(|claim| claim.contains("cracked along its northern wall")), "{claims:?}");

    // The same page by another way, and once more as HTML, is the same article.
    let again = fetch(&api, json!({"url": origin.url("/old"), "outlet": outlet})).await.expect(200).json();
    assert_eq!(again["id"], article["id"]);
    let posted = json!({"url": origin.url("/dam"), "outlet": outlet, "html": story("Dam cracks", PARAGRAPH)});
    assert_eq!(api.post("/v1/articles", &posted).await.expect(200).json()["id"], article["id"]);

    // Without an outlet the host is one.
    let latin = fetch(&api, json!({"url": origin.url("/latin")})).await.expect(201).json();
    assert_eq!((latin["outlet"]["name"].as_str(), latin["title"].as_str()), (Some("127.0.0.1"), Some("Élan")));
}

#[tokio::test]
async fn what_cannot_be_fetched_is_told_by_kind_and_stores_nothing() {
    let store = harness::store().await;
    let api = start(&store).await;
    let origin = Origin::start(|request| match request.path.as_str() {
        "/missing" => origin::answer("404 Not Found", &[("content-type", "text/html")], b"secret words"),
        "/error" => origin::answer("500 Internal Server Error", &[("content-type", "text/html")], b"secret words"),
        "/image" => origin::answer("200 OK", &[("content-type", "image/png")], b"secret words"),
        "/untyped" => origin::answer("200 OK", &[], b"secret words"),
        "/large" => origin::page(&"secret words ".repeat(500_000)),
        "/round" => origin::redirect("/round"),
        "/inside" => origin::redirect("http://10.0.0.1/"),
        "/deep" => origin::page(&"<div>".repeat(100_000)),
        _ => origin::page("<html></html>"),
    })
    .await;
    for (path, told) in [
        ("/missing", "404"),
        ("/error", "500"),
        ("/image", "not HTML"),
        ("/untyped", "not HTML"),
        ("/large", "too large"),
        ("/round", "redirects"),
    ] {
        let answer = fetch(&api, json!({"url": origin.url(path)})).await.expect_problem(422, "fetch-failed");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(told) && !answer.text().contains("secret"), "{path}: {detail}");
    }
    for path in ["/deep", "/empty"] {
        fetch(&api, json!({"url": origin.url(path)})).await.expect_fault("/html", "unreadable");
    }
    fetch(&api, json!({"url": origin.url("/inside")})).await.expect_problem(422, "url-not-allowed");
    for url in ["http://10.0.0.1/", "http://169.254.169.254/latest/", "http://example.org:25/", "http://u:p@example.org/"] {
        fetch(&api, json!({"url": url})).await.expect_problem(422, "url-not-allowed");
    }
    fetch(&api, json!({"url": "http://127.0.0.1:1/"})).await.expect_problem(422, "fetch-failed");
    fetch(&api, json!({"url": "ftp://example.org/"})).await.expect_fault("/url", "invalid-url");
    fetch(&api, json!({"url": origin.url("/"), "outlet": {"name": ""}})).await.expect_fault("/outlet/name", "blank");
    fetch(&api, json!({})).await.expect_fault("/url", "required");
    assert_eq!(api.get("/v1/articles").await.expect(200).json()["items"], json!([]));
    api.get("/v1/articles/fetch").await.expect_problem(405, "method-not-allowed");
}
