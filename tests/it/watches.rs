//! Watches: told once of what newly holds, in the order of the history, and of nothing that held before.

use crossclaim::storage::Store;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    api::{Answer, Api},
    harness,
    origin::{self, Origin},
    webhooks::{local, until},
};

const CRACKS: &str = "The dam at Orin has cracked along its northern wall, mayor Anna Holm told Herald.";
const SAME: &str = "The dam at Orin has cracked along its northern wall, engineer Carl Ott told Courier.";
const DENIED: &str = "The water board denied that the dam at Orin has cracked along its northern wall.";
const FERRY: &str = "The ferry to Marlow sank on Sunday.";

/// The cluster of the article's first claim.
async fn post(api: &Api, outlet: &str, text: &str) -> Value {
    let body = json!({
        "url": format!("https://{}.example/1", outlet.to_lowercase()),
        "text": text,
        "outlet": {"name": outlet},
        "language": "en",
    });
    api.post("/v1/articles", &body).await.expect(201).json()["claims"][0]["cluster_id"].clone()
}

async fn watch(api: &Api, body: Value) -> String {
    let made = api.post("/v1/watches", &body).await.expect(201);
    let address = made.header("location").to_owned();
    assert_eq!(made.json()["triggered"], json!([]));
    assert_eq!(made.json(), api.get(&address).await.expect(200).json());
    address
}

/// Conditions that the watch has told of, with their clusters.
async fn told(api: &Api, watch: &str) -> Vec<(String, Value)> {
    let triggered = api.get(watch).await.expect(200).json()["triggered"].as_array().unwrap().clone();
    let mut told: Vec<_> =
        triggered.iter().map(|hit| (hit["condition"].as_str().unwrap().to_owned(), hit["cluster_id"].clone())).collect();
    told.sort_by_key(|(condition, _)| condition.clone());
    told
}

/// The payloads of the events that watches caused, in order.
async fn events(store: &Store) -> Vec<(Value, Uuid)> {
    sqlx::query_as("select payload, cluster_id from event where kind = 'watch.triggered' order by sequence")
        .fetch_all(store.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_watch_on_a_cluster_tells_once_of_each_thing_that_newly_holds() {
    let store = harness::store().await;
    let api = Api::patient(store.clone()).await;
    let dam = post(&api, "Herald", CRACKS).await;
    let all = ["disputed", "second_origin", "new_outlet"];
    let watched = watch(&api, json!({"cluster_id": dam, "when": all, "note": "Call the mayor."})).await;
    post(&api, "Lantern", FERRY).await;
    assert_eq!(told(&api, &watched).await, [], "nothing happened there");

    assert_eq!(post(&api, "Courier", SAME).await, dam);
    assert_eq!(told(&api, &watched).await, [("new_outlet".into(), dam.clone()), ("second_origin".into(), dam.clone())]);
    assert_eq!(post(&api, "Gazette", DENIED).await, dam);
    post(&api, "Argus", SAME).await;
    let conditions = ["disputed", "new_outlet", "second_origin"].map(|condition| (condition.to_owned(), dam.clone()));
    assert_eq!(told(&api, &watched).await, conditions);

    let events = events(&store).await;
    assert_eq!(events.len(), 3, "once each: {events:?}");
    for (payload, cluster) in &events {
        assert_eq!((payload["note"].as_str(), cluster.to_string()), (Some("Call the mayor."), dam.as_str().unwrap().to_owned()));
        assert!(watched.ends_with(payload["watch_id"].as_str().unwrap()), "{payload}");
    }
    let order: Vec<&str> = events.iter().map(|(payload, _)| payload["condition"].as_str().unwrap()).collect();
    assert_eq!(order, ["new_outlet", "second_origin", "disputed"]);

    // Whoever watches from now on is not told of what holds already.
    let late = watch(&api, json!({"cluster_id": dam, "when": all})).await;
    assert_eq!(post(&api, "Mirror", SAME).await, dam);
    assert_eq!(told(&api, &late).await, [("new_outlet".into(), dam.clone())]);
    Answer::of(api.request(Method::DELETE, &late)).await.expect(204);
    Answer::of(api.request(Method::DELETE, &late)).await.expect_problem(404, "not-found");
}

#[tokio::test]
async fn a_watch_on_words_sees_clusters_that_come_later_and_reaches_webhooks() {
    let store = harness::store().await;
    let api = Api::with_live(store.clone(), local(), |options| options.link_wait = harness::PATIENCE).await;
    let receiver = Origin::start(|_| origin::status("200 OK")).await;
    let hook = json!({"url": receiver.url("/"), "kinds": ["watch.triggered"]});
    api.post("/v1/webhooks", &hook).await.expect(201);
    let watched = watch(&api, json!({"query": "dam orin", "when": ["new_outlet", "disputed", "disputed"]})).await;
    post(&api, "Lantern", FERRY).await;
    let dam = post(&api, "Herald", CRACKS).await;
    assert_eq!(told(&api, &watched).await, [("new_outlet".into(), dam.clone())]);
    post(&api, "Gazette", DENIED).await;
    assert_eq!(told(&api, &watched).await, [("disputed".into(), dam.clone()), ("new_outlet".into(), dam.clone())]);
    let messages = until("both are told", async || Some(receiver.received()).filter(|all| all.len() == 2)).await;
    for message in messages {
        let body: Value = serde_json::from_str(&message.body).unwrap();
        assert_eq!((body["type"].as_str(), &body["data"]["cluster_id"]), (Some("watch.triggered"), &dam));
    }
    let list = api.get("/v1/watches").await.expect(200).json();
    assert_eq!(
        (list["items"][0]["query"].as_str(), &list["items"][0]["when"]),
        (Some("dam orin"), &json!(["disputed", "new_outlet"]))
    );
}

/// An editor joins two clusters: the watch on the one that goes continues with the other.
#[tokio::test]
async fn a_watch_follows_its_cluster_into_another() {
    let store = harness::store().await;
    let api = Api::patient(store.clone()).await;
    let claim = async |outlet: &str, text: &str| {
        let body =
            json!({"url": format!("https://{outlet}.example/1"), "text": text, "outlet": {"name": outlet}, "language": "en"});
        api.post("/v1/articles", &body).await.expect(201).json()["claims"][0].clone()
    };
    let (dam, ferry) = (claim("Herald", CRACKS).await, claim("Lantern", FERRY).await);
    let mut watches = Vec::new();
    for claim in [&dam, &ferry] {
        watches.push(watch(&api, json!({"cluster_id": claim["cluster_id"], "when": ["new_outlet"]})).await);
    }
    let pair = json!({"claims": [dam["id"], ferry["id"]], "kind": "together", "reason": "Said by an editor."});
    api.post("/v1/constraints", &pair).await.expect(201);
    let survivor = until("one cluster is left", async || {
        let of = async |claim: &Value| {
            api.get(&format!("/v1/claims/{}", claim["id"].as_str().unwrap())).await.json()["cluster_id"].clone()
        };
        let (dam, ferry) = (of(&dam).await, of(&ferry).await);
        (dam == ferry).then_some(dam)
    })
    .await;
    for watch in &watches {
        assert_eq!(api.get(watch).await.json()["cluster_id"], survivor);
        assert_eq!(told(&api, watch).await, [("new_outlet".into(), survivor.clone())]);
    }
    assert_eq!(events(&store).await.len(), 2);
}

#[tokio::test]
async fn watches_that_cannot_be_are_refused() {
    let store = harness::store().await;
    let api = Api::patient(store.clone()).await;
    let dam = post(&api, "Herald", CRACKS).await;
    let cases = [
        (json!({"when": ["disputed"]}), "/cluster_id", "required"),
        (json!({"cluster_id": dam, "query": "dam", "when": ["disputed"]}), "/query", "not-both"),
        (json!({"cluster_id": dam, "when": []}), "/when", "required"),
        (json!({"cluster_id": dam, "when": ["disputed", "sold"]}), "/when/1", "unknown-value"),
        (json!({"cluster_id": dam}), "/when", "required"),
        (json!({"cluster_id": "7", "when": ["disputed"]}), "/cluster_id", "invalid-id"),
        (json!({"cluster_id": Uuid::now_v7(), "when": ["disputed"]}), "/cluster_id", "unknown"),
        (json!({"query": " ", "when": ["disputed"]}), "/query", "blank"),
        (json!({"query": "dam", "when": ["disputed"], "note": "a\u{0}b"}), "/note", "control-character"),
    ];
    for (body, pointer, code) in cases {
        api.post("/v1/watches", &body).await.expect_fault(pointer, code);
    }
    assert_eq!(api.get("/v1/watches").await.expect(200).json()["items"], json!([]));
    api.get(&format!("/v1/watches/{}", Uuid::now_v7())).await.expect_problem(404, "not-found");
}
