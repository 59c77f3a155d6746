//! Webhooks, from the event to a receiver that checks signatures by itself: told at least once, signed, retried, and given up.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use crossclaim::{egress::Egress, embedder::Embedder, pipeline::LiveOptions, storage::Store};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;
use uuid::Uuid;

use crate::{
    api::{Answer, Api},
    harness,
    origin::{self, Origin, Received},
};

/// Calls this machine, and does not wait long between attempts.
pub fn local() -> LiveOptions {
    LiveOptions {
        egress: Egress::new("127.0.0.0/8".parse().unwrap()).within(Duration::from_secs(2)),
        vault: None,
        embedder: Embedder::default(),
        host_pause: Duration::ZERO,
        retries: vec![Duration::from_millis(50); 3],
        give_up_after: Duration::ZERO,
    }
}

async fn start(store: &Store) -> Api {
    Api::with_live(store.clone(), local(), |_| {}).await
}

pub async fn until<T>(what: &str, mut found: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = std::time::Instant::now();
    loop {
        if let Some(found) = found().await {
            return found;
        }
        assert!(begun.elapsed() < harness::PATIENCE, "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn post_article(api: &Api, outlet: &str) -> Value {
    let body = json!({
        "url": format!("https://{}.example/1", outlet.to_lowercase()),
        "text": "The dam at Orin has cracked along its northern wall.",
        "outlet": {"name": outlet},
        "language": "en",
    });
    api.post("/v1/articles", &body).await.expect(201).json()
}

async fn make(api: &Api, url: &str, kinds: &[&str]) -> Value {
    api.post("/v1/webhooks", &json!({"url": url, "kinds": kinds})).await.expect(201).json()
}

fn address(webhook: &Value) -> String {
    format!("/v1/webhooks/{}", webhook["id"].as_str().unwrap())
}

async fn act(api: &Api, path: &str) -> Answer {
    Answer::of(api.request(Method::POST, path)).await
}

async fn deliveries(api: &Api, webhook: &Value) -> Vec<Value> {
    let log = api.get(&format!("{}/deliveries", address(webhook))).await.expect(200).json();
    log["items"].as_array().unwrap().clone()
}

/// The newest delivery once it has that status.
async fn settled(api: &Api, webhook: &Value, status: &str) -> Value {
    until(status, async || deliveries(api, webhook).await.into_iter().next().filter(|newest| newest["status"] == status)).await
}

/// Signatures of a message, as its receiver works them out.
pub fn signature(message: &Received, secret: &Value) -> String {
    let key = BASE64.decode(secret.as_str().unwrap().strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    let signed = [message.header("webhook-id"), message.header("webhook-timestamp"), &message.body].join(".");
    mac.update(signed.as_bytes());
    format!("v1,{}", BASE64.encode(mac.finalize().into_bytes()))
}

#[tokio::test]
async fn an_event_is_told_once_signed_and_as_the_stream_tells_it() {
    let store = harness::store().await;
    let api = start(&store).await;
    let receiver = Origin::start(|_| origin::status("204 No Content")).await;
    let webhook = make(&api, &receiver.url("/hook?from=crossclaim"), &["cluster.created", "article.linked"]).await;
    let article = post_article(&api, "Herald").await;
    post_article(&api, "Courier").await;
    let expected = ["cluster.created", "article.linked", "article.linked"];
    let received = until("all are told", async || Some(receiver.received()).filter(|all| all.len() >= expected.len())).await;

    let mut kinds = Vec::new();
    for message in &received {
        assert_eq!(message.path, "/hook?from=crossclaim");
        assert_eq!(message.header("content-type"), "application/json");
        assert_eq!(message.header("webhook-signature"), signature(message, &webhook["secret"]));
        let age = chrono::Utc::now().timestamp() - message.header("webhook-timestamp").parse::<i64>().unwrap();
        assert!((0..60).contains(&age), "{age}");
        let body: Value = serde_json::from_str(&message.body).unwrap();
        assert_eq!((&body["type"], &body["timestamp"]), (&body["data"]["kind"], &body["data"]["at"]));
        kinds.push((body["data"]["id"].as_i64().unwrap(), body["type"].as_str().unwrap().to_owned(), body["data"].clone()));
    }
    kinds.sort_by_key(|(id, ..)| *id);
    assert_eq!(kinds.iter().map(|(_, kind, _)| kind.as_str()).collect::<Vec<_>>(), expected);
    assert_eq!(kinds[1].2["article_id"], article["id"]);

    let log = until("all are settled", async || {
        Some(deliveries(&api, &webhook).await).filter(|log| log.iter().all(|delivery| delivery["status"] == "delivered"))
    })
    .await;
    assert_eq!(log.len(), expected.len());
    assert!(log.iter().all(|delivery| delivery["attempts"] == 1 && delivery["response_status"] == 204));
    let mut ids: Vec<&str> = received.iter().map(|message| message.header("webhook-id")).collect();
    let mut logged: Vec<&str> = log.iter().map(|delivery| delivery["message_id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    logged.sort_unstable();
    assert_eq!(ids, logged);
    // What is past is not told to who comes later, and nothing is told twice.
    let later = make(&api, &receiver.url("/later"), &[]).await;
    act(&api, &format!("{}/test", address(&later))).await.expect(202);
    settled(&api, &later, "delivered").await;
    assert_eq!(receiver.received().len(), expected.len() + 1);
}

#[tokio::test]
async fn a_message_is_sent_until_it_is_taken_or_no_attempt_is_left() {
    let store = harness::store().await;
    let api = start(&store).await;
    let refusing = Arc::new(AtomicBool::new(true));
    let refuses = refusing.clone();
    let receiver = Origin::start(move |request| match request.path.as_str() {
        "/moved" => origin::redirect("/taken"),
        "/taken" => origin::status("200 OK"),
        _ if refuses.load(Ordering::SeqCst) => origin::status("503 Service Unavailable"),
        _ => origin::status("200 OK"),
    })
    .await;
    let webhook = make(&api, &receiver.url("/"), &[]).await;
    act(&api, &format!("{}/test", address(&webhook))).await.expect(202);
    let failed = settled(&api, &webhook, "failed").await;
    assert_eq!((failed["attempts"].clone(), failed["response_status"].clone()), (json!(4), json!(503)));
    assert_eq!((failed["kind"].as_str(), failed["next_attempt_at"].clone()), (Some("webhook.ping"), Value::Null));
    let attempts = receiver.received();
    assert_eq!(attempts.len(), 4);
    assert!(
        attempts.iter().all(|attempt| attempt.header("webhook-id") == failed["message_id"] && attempt.body == attempts[0].body)
    );
    let seen = api.get(&address(&webhook)).await.expect(200).json();
    assert_eq!(
        (seen["failures"].clone(), seen["failing_since"].is_string(), seen["disabled_at"].clone()),
        (json!(4), true, Value::Null)
    );

    refusing.store(false, Ordering::SeqCst);
    let replay = format!("/v1/webhooks/deliveries/{}/replay", failed["id"].as_str().unwrap());
    act(&api, &replay).await.expect(202);
    let taken = settled(&api, &webhook, "delivered").await;
    assert_eq!(
        (taken["id"].clone(), taken["attempts"].clone(), taken["error"].clone()),
        (failed["id"].clone(), json!(1), Value::Null)
    );
    assert_eq!(receiver.received().last().unwrap().header("webhook-id"), failed["message_id"]);
    assert_eq!(api.get(&address(&webhook)).await.expect(200).json()["failures"], 0);

    // A redirect is not an answer, and is not followed.
    let moved = make(&api, &receiver.url("/moved"), &[]).await;
    act(&api, &format!("{}/test", address(&moved))).await.expect(202);
    assert_eq!(settled(&api, &moved, "failed").await["response_status"], 302);
    assert!(receiver.received().iter().all(|request| request.path != "/taken"));
}

#[tokio::test]
async fn a_receiver_that_hangs_does_not_hold_up_others_and_one_that_is_gone_is_given_up() {
    let store = harness::store().await;
    let api = start(&store).await;
    let mute = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hanging = make(&api, &format!("http://{}/", mute.local_addr().unwrap()), &[]).await;
    let receiver = Origin::start(|request| match request.path.as_str() {
        "/gone" => origin::status("410 Gone"),
        "/bad" => origin::status("500 Internal Server Error"),
        _ => origin::status("200 OK"),
    })
    .await;
    act(&api, &format!("{}/test", address(&hanging))).await.expect(202);
    until("it hangs", async || deliveries(&api, &hanging).await.into_iter().find(|delivery| delivery["attempts"] == 1)).await;
    let good = make(&api, &receiver.url("/good"), &[]).await;
    let begun = std::time::Instant::now();
    act(&api, &format!("{}/test", address(&good))).await.expect(202);
    settled(&api, &good, "delivered").await;
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());

    let gone = make(&api, &receiver.url("/gone"), &[]).await;
    act(&api, &format!("{}/test", address(&gone))).await.expect(202);
    assert_eq!(settled(&api, &gone, "failed").await["attempts"], 1);
    let disabled = api.get(&address(&gone)).await.expect(200).json();
    assert!(disabled["disabled_at"].is_string() && disabled["disabled_reason"].as_str().unwrap().contains("410"), "{disabled}");

    // Five messages of four attempts each are twenty failures in a row.
    let bad = make(&api, &receiver.url("/bad"), &[]).await;
    for _ in 0..6 {
        act(&api, &format!("{}/test", address(&bad))).await.expect(202);
    }
    let disabled = until("it is given up", async || {
        Some(api.get(&address(&bad)).await.json()).filter(|webhook| webhook["disabled_at"].is_string())
    })
    .await;
    assert!(disabled["failures"].as_i64().unwrap() >= 20, "{disabled}");
    // What happens while it is disabled is told afterwards.
    let changed = json!({"url": receiver.url("/mended"), "kinds": ["article.linked"]});
    api.patch(&address(&bad), &changed).await.expect(200);
    post_article(&api, "Herald").await;
    assert!(receiver.received().iter().all(|request| request.path != "/mended"));
    let active = api.patch(&address(&bad), &json!({"active": true})).await.expect(200).json();
    assert_eq!((active["disabled_at"].clone(), active["failures"].clone()), (Value::Null, json!(0)));
    until("it is told", async || {
        receiver.received().into_iter().find(|request| request.path == "/mended" && request.body.contains("article.linked"))
    })
    .await;
}

#[tokio::test]
async fn after_a_rotation_both_secrets_sign() {
    let store = harness::store().await;
    let api = start(&store).await;
    let receiver = Origin::start(|_| origin::status("200 OK")).await;
    let webhook = make(&api, &receiver.url("/"), &[]).await;
    let rotated = act(&api, &format!("{}/rotate", address(&webhook))).await.expect(200).json();
    assert_ne!(rotated["secret"], webhook["secret"]);
    assert!(rotated["previous_secret_until"].is_string());
    act(&api, &format!("{}/test", address(&webhook))).await.expect(202);
    settled(&api, &webhook, "delivered").await;
    let message = receiver.received().remove(0);
    let both = [signature(&message, &rotated["secret"]), signature(&message, &webhook["secret"])].join(" ");
    assert_eq!(message.header("webhook-signature"), both);

    sqlx::query("update webhook set previous_until = now()").execute(store.pool()).await.unwrap();
    act(&api, &format!("{}/test", address(&webhook))).await.expect(202);
    settled(&api, &webhook, "delivered").await;
    let message = receiver.received().remove(1);
    assert_eq!(message.header("webhook-signature"), signature(&message, &rotated["secret"]));
    // Shown when they are made, and never again.
    let shown = [api.get(&address(&webhook)).await.text(), api.get("/v1/webhooks").await.text()].concat();
    assert!(!shown.contains("whsec_") && !shown.contains("\"secret\""), "{shown}");
}

/// The process that sends is killed after the claim: the claim runs out, and another sends.
#[tokio::test]
async fn a_message_whose_sender_died_is_sent_by_another() {
    let store = harness::store().await;
    let receiver = Origin::start(|_| origin::status("200 OK")).await;
    let api = start(&store).await;
    let webhook = make(&api, &receiver.url("/"), &[]).await;
    api.patch(&address(&webhook), &json!({"active": false})).await.expect(200);
    let ping = act(&api, &format!("{}/test", address(&webhook))).await.expect(202).json();
    let workspace = crossclaim::domain::WorkspaceId::DEFAULT;
    let id = webhook["id"].as_str().unwrap().parse::<Uuid>().unwrap().into();
    let claimed = store.claim_deliveries(workspace, id, 8).await.unwrap();
    assert_eq!(claimed.len(), 1);
    assert!(store.claim_deliveries(workspace, id, 8).await.unwrap().is_empty(), "one attempt at a time");
    api.patch(&address(&webhook), &json!({"active": true})).await.expect(200);
    sqlx::query("update webhook_delivery set next_attempt_at = now()").execute(store.pool()).await.unwrap();
    let delivered = settled(&api, &webhook, "delivered").await;
    assert_eq!((delivered["id"].clone(), delivered["attempts"].clone()), (ping["id"].clone(), json!(2)));
}

#[tokio::test]
async fn webhooks_are_listed_changed_and_deleted_and_bad_ones_are_refused() {
    let store = harness::store().await;
    let api = start(&store).await;
    let first = make(&api, "https://cms.example/a", &["cluster.merged"]).await;
    let second = make(&api, "https://cms.example/b", &[]).await;
    let page = api.get("/v1/webhooks?limit=1").await.expect(200).json();
    assert_eq!(page["items"][0]["id"], second["id"]);
    let next =
        api.get(&format!("/v1/webhooks?limit=1&cursor={}", page["next_cursor"].as_str().unwrap())).await.expect(200).json();
    assert_eq!((next["items"][0]["id"].clone(), next["next_cursor"].clone()), (first["id"].clone(), Value::Null));
    let changed = api.patch(&address(&first), &json!({"description": "CMS", "active": false})).await.expect(200).json();
    assert_eq!((changed["description"].as_str(), &changed["kinds"]), (Some("CMS"), &json!(["cluster.merged"])));
    let cleared = api.patch(&address(&first), &json!({"description": "", "kinds": []})).await.expect(200).json();
    assert_eq!((&cleared["description"], &cleared["kinds"], &cleared["active"]), (&Value::Null, &json!([]), &json!(false)));

    api.delete(&address(&first)).await.expect(204);
    api.delete(&address(&first)).await.expect_problem(404, "not-found");
    for path in ["", "/deliveries"] {
        api.get(&format!("{}{path}", address(&first))).await.expect_problem(404, "not-found");
    }
    for path in ["/rotate", "/test"] {
        act(&api, &format!("{}{path}", address(&first))).await.expect_problem(404, "not-found");
    }
    act(&api, &format!("/v1/webhooks/deliveries/{}/replay", Uuid::now_v7())).await.expect_problem(404, "not-found");
    api.patch(&address(&first), &json!({"active": true})).await.expect_problem(404, "not-found");

    for url in
        ["http://169.254.169.254/", "http://10.0.0.1/", "https://[::1]/", "http://example.org:22/", "http://u:p@example.org/"]
    {
        api.post("/v1/webhooks", &json!({"url": url})).await.expect_problem(422, "url-not-allowed");
        api.patch(&address(&second), &json!({"url": url})).await.expect_problem(422, "url-not-allowed");
    }
    let fault = async |body: Value, pointer: &str, code: &str| {
        api.post("/v1/webhooks", &body).await.expect_fault(pointer, code);
    };
    fault(json!({"url": "ftp://example.org/"}), "/url", "invalid-url").await;
    fault(json!({}), "/url", "required").await;
    fault(json!({"url": "https://a.example/", "kinds": ["article.linked", "war"]}), "/kinds/1", "unknown-value").await;
    fault(json!({"url": "https://a.example/", "kinds": ["article.linked", "article.linked"]}), "/kinds/1", "repeated").await;
    fault(json!({"url": "https://a.example/", "secret": "mine"}), "/secret", "unknown-field").await;
}
