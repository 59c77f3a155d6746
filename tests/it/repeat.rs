//! Requests that come twice, and changes of what changed meanwhile.

use crossclaim::storage::Store;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    api::{Answer, Api},
    harness,
    keys::made,
};

async fn keyed(api: &Api, key: &str, method: Method, path: &str, body: &Value) -> Answer {
    Answer::of(api.request(method, path).header("idempotency-key", key).json(body)).await
}

async fn post(api: &Api, key: &str, path: &str, body: &Value) -> Answer {
    keyed(api, key, Method::POST, path, body).await
}

async fn rows(store: &Store, table: &str) -> i64 {
    let count = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
    sqlx::query_scalar(count).fetch_one(store.pool()).await.unwrap()
}

fn watch() -> Value {
    json!({"when": ["disputed"], "query": "the dam at Orin"})
}

#[tokio::test]
async fn what_is_sent_twice_is_done_once() {
    let store = harness::store().await;
    let api = Api::start(store.clone()).await;
    let first = post(&api, "one", "/v1/watches", &watch()).await.expect(201);
    assert_eq!(first.header("idempotency-replayed"), "");
    let again = post(&api, "one", "/v1/watches", &watch()).await.expect(201);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!((again.json(), again.header("location")), (first.json(), first.header("location")));
    assert_eq!(again.header("content-type"), first.header("content-type"));
    assert_eq!(rows(&store, "watch").await, 1);

    let other = json!({"when": ["disputed"], "query": "another dam"});
    post(&api, "one", "/v1/watches", &other).await.expect_problem(422, "idempotency-key-reused");
    post(&api, "two", "/v1/watches", &watch()).await.expect(201);
    assert_eq!(rows(&store, "watch").await, 2, "another key is another request");
    // The same key elsewhere is another one.
    let article = json!({"url": "https://herald.example/1", "text": "The dam at Orin leaks.", "outlet": {"name": "Herald"}});
    post(&api, "one", "/v1/articles", &article).await.expect(201);
    let repeated = post(&api, "one", "/v1/articles", &article).await.expect(201);
    assert_eq!(repeated.header("idempotency-replayed"), "true", "201 again, where the bare request would say 200");

    drop(api);
    let restarted = Api::start(store.clone()).await;
    assert_eq!(post(&restarted, "one", "/v1/watches", &watch()).await.expect(201).json(), first.json());
}

#[tokio::test]
async fn of_many_at_once_one_is_done() {
    let store = harness::store().await;
    let api = Api::with(store.clone(), |options| options.rate_limit = Some(0)).await;
    let answers = join_all((0..100).map(|_| async { post(&api, "rush", "/v1/watches", &watch()).await })).await;
    assert_eq!(rows(&store, "watch").await, 1);
    let made: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert!(!made.is_empty() && made.iter().all(|answer| answer.json() == made[0].json()));
    assert_eq!(made.iter().filter(|answer| answer.header("idempotency-replayed").is_empty()).count(), 1);
    for answer in answers.into_iter().filter(|answer| answer.status != 201) {
        answer.expect_problem(409, "idempotency-in-progress");
    }
}

#[tokio::test]
async fn what_was_refused_may_be_put_right_under_its_key() {
    let store = harness::store().await;
    let api = Api::start(store.clone()).await;
    post(&api, "try", "/v1/watches", &json!({"when": []})).await.expect_problem(422, "validation-failed");
    post(&api, "try", "/v1/watches", &watch()).await.expect(201);
    for bad in ["", "two words", "smörgås", &"k".repeat(256)] {
        let header = reqwest::header::HeaderValue::from_bytes(bad.as_bytes()).unwrap();
        let request = api.request(Method::POST, "/v1/watches").header("idempotency-key", header).json(&watch());
        Answer::of(request).await.expect_problem(400, "malformed-request");
    }
    let twice = api.request(Method::POST, "/v1/watches").header("idempotency-key", "a").header("idempotency-key", "b");
    Answer::of(twice.json(&watch())).await.expect_problem(400, "malformed-request");
    post(&api, &"k".repeat(255), "/v1/watches", &watch()).await.expect(201);
}

#[tokio::test]
async fn neither_drafts_nor_secrets_are_kept() {
    let store = harness::store().await;
    let api = Api::start(store.clone()).await;
    for path in ["/v1/check", "/v1/match"] {
        post(&api, "draft", path, &json!({"text": "The dam at Orin leaks."})).await.expect(200);
    }
    assert_eq!(rows(&store, "idempotent_request").await, 0);

    let webhook = json!({"url": "https://desk.invalid/hook"});
    let made = post(&api, "hook", "/v1/webhooks", &webhook).await.expect(201);
    let told = post(&api, "hook", "/v1/webhooks", &webhook).await.expect_problem(409, "conflict").json();
    assert!(told["detail"].as_str().unwrap().contains(made.header("location")), "{told}");
    assert_eq!(rows(&store, "webhook").await, 1);
    let kept: Option<Vec<u8>> = sqlx::query_scalar("select body from idempotent_request").fetch_one(store.pool()).await.unwrap();
    assert_eq!(kept, None);
}

#[tokio::test]
async fn a_key_is_good_for_who_sent_it() {
    let store = harness::store().await;
    let workspace = crossclaim::domain::WorkspaceId::DEFAULT;
    let (_, editor) = made(&store, workspace, crossclaim::domain::Role::Editor).await;
    let (_, reader) = made(&store, workspace, crossclaim::domain::Role::Reader).await;
    let api = Api::start(store.clone()).await;
    let send = async |bearer: &str| {
        let request = api.request(Method::POST, "/v1/watches").bearer_auth(bearer).header("idempotency-key", "same");
        Answer::of(request.json(&watch())).await
    };
    send(&editor).await.expect(201);
    send(&reader).await.expect_problem(403, "forbidden");
    send("xc_wrong").await.expect_problem(401, "unauthenticated");
    assert_eq!(send(&editor).await.expect(201).header("idempotency-replayed"), "true");
}

#[tokio::test]
async fn a_process_that_died_over_a_request_does_not_hold_its_key_for_ever() {
    let store = harness::store().await;
    let api = Api::start(store.clone()).await;
    post(&api, "lost", "/v1/watches", &watch()).await.expect(201);
    let age = |interval: &str| {
        sqlx::AssertSqlSafe(format!(
            "update idempotent_request set status = null, location = null, media_type = null, body = null, begun_at = now() - interval '{interval}'"
        ))
    };
    sqlx::query(age("1 minute")).execute(store.pool()).await.unwrap();
    post(&api, "lost", "/v1/watches", &watch()).await.expect_problem(409, "idempotency-in-progress");
    sqlx::query(age("3 minutes")).execute(store.pool()).await.unwrap();
    post(&api, "lost", "/v1/watches", &watch()).await.expect(201);
    sqlx::query(age("25 hours")).execute(store.pool()).await.unwrap();
    post(&api, "next", "/v1/watches", &watch()).await.expect(201);
    assert_eq!(rows(&store, "idempotent_request").await, 1, "what is a day old is forgotten");
}

#[tokio::test]
async fn of_many_who_saw_the_same_one_may_change_it() {
    let store = harness::store().await;
    let api = Api::with(store.clone(), |options| options.rate_limit = Some(0)).await;
    let feed = json!({"url": "https://herald.invalid/feed.xml", "interval": 3600, "active": false});
    let address = api.post("/v1/feeds", &feed).await.expect(201).header("location").to_owned();
    let tag = api.get(&address).await.expect(200).header("etag").to_owned();
    let change = async |seconds: u32| {
        let request = api.request(Method::PATCH, &address).header("if-match", &tag).json(&json!({"interval": seconds}));
        Answer::of(request).await
    };
    let answers = join_all((0..50).map(|n| change(3_601 + n))).await;
    let done: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(done.len(), 1);
    assert_eq!(api.get(&address).await.expect(200).json(), done[0].json());
    for answer in answers.into_iter().filter(|answer| answer.status != 200) {
        answer.expect_problem(412, "precondition-failed");
    }
    let blind = api.request(Method::PATCH, &address).json(&json!({"interval": 60}));
    Answer::of(blind).await.expect_problem(428, "precondition-required");
}

/// By the document: what says that it heeds If-Match does.
#[tokio::test]
async fn no_change_happens_to_what_was_not_seen() {
    let store = harness::store().await;
    let api = Api::patient(store.clone()).await;
    let article = |outlet: &str| json!({"url": format!("https://{outlet}.example/1"), "text": "The dam at Orin leaks.", "outlet": {"name": outlet}});
    let herald = api.post("/v1/articles", &article("herald")).await.expect(201).json();
    let courier = api.post("/v1/articles", &article("courier")).await.expect(201).json();
    let (claim, other, cluster) = (&herald["claims"][0]["id"], &courier["claims"][0]["id"], &courier["claims"][0]["cluster_id"]);
    let address = async |path: &str, body: Value| api.post(path, &body).await.expect(201).header("location").to_owned();
    let note = json!({"kind": "note", "cluster": cluster, "text": "Look again.", "reason": "Seen."});
    let things = [
        ("feeds", address("/v1/feeds", json!({"url": "https://herald.invalid/f", "active": false})).await),
        ("watches", address("/v1/watches", watch()).await),
        ("webhooks", address("/v1/webhooks", json!({"url": "https://desk.invalid/h", "kinds": ["cluster.merged"]})).await),
        ("constraints", address("/v1/constraints", json!({"claims": [claim, other], "kind": "together", "reason": "x"})).await),
        ("articles", format!("/v1/articles/{}", herald["id"].as_str().unwrap())),
        ("decisions", address("/v1/decisions", note.clone()).await),
    ];
    let document = api.get("/openapi.json").await.expect(200).json();
    let mut heeded = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let named = |parameter: &Value| parameter["name"] == "If-Match";
            if !operation["parameters"].as_array().is_some_and(|all| all.iter().any(named)) {
                continue;
            }
            let id = operation["operationId"].as_str().unwrap();
            heeded.push(id.to_owned());
            let Some((_, thing)) = things.iter().find(|(kind, _)| path.split('/').nth(2) == Some(kind)) else { continue };
            let body = match id {
                "createDecision" => note.clone(),
                "undoDecision" | "withdrawArticle" => json!({"reason": "x"}),
                _ => json!({}),
            };
            let target = match id {
                "createDecision" => "/v1/decisions".to_owned(),
                _ => path.replacen(&path[..path.find('}').map_or(0, |end| end + 1)], thing, 1),
            };
            let seen = if id == "createDecision" { format!("/v1/clusters/{}", cluster.as_str().unwrap()) } else { thing.clone() };
            let before = api.get(&seen).await.expect(200).json();
            let request = api.request(method.to_uppercase().parse().unwrap(), &target).header("if-match", "\"stale\"");
            Answer::of(request.json(&body)).await.expect_problem(412, "precondition-failed");
            assert_eq!(api.get(&seen).await.expect(200).json(), before, "{id}");
        }
    }
    assert!(heeded.len() >= 11, "{heeded:?}");

    let tag = api.get(&format!("/v1/clusters/{}", cluster.as_str().unwrap())).await.expect(200).header("etag").to_owned();
    let fresh = api.request(Method::POST, "/v1/decisions").header("if-match", &tag).json(&note);
    Answer::of(fresh).await.expect(201);
    let again = api.request(Method::POST, "/v1/decisions").header("if-match", &tag).json(&note);
    Answer::of(again).await.expect_problem(412, "precondition-failed");
    let nothing = json!({"kind": "note", "cluster": Uuid::now_v7(), "text": "x", "reason": "x"});
    let gone = api.request(Method::POST, "/v1/decisions").header("if-match", &tag).json(&nothing);
    Answer::of(gone).await.expect_problem(412, "precondition-failed");
}
