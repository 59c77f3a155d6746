//! Answers that are kept are as new as those that are not, at every instance.

use serde_json::{Value, json};

use crate::{api::Api, harness};

async fn post(api: &Api, outlet: &str, text: &str) -> Value {
    let body = json!({"url": format!("https://{outlet}.example/1"), "text": text, "outlet": {"name": outlet}, "language": "en"});
    api.post("/v1/articles", &body).await.expect(201).json()
}

#[tokio::test]
async fn what_one_instance_changes_the_other_shows_at_once() {
    let store = harness::store().await;
    let here = Api::patient(store.clone()).await;
    let there = Api::patient(store.clone()).await;
    let first = post(&here, "herald", "The dam at Orin leaks.").await;
    let cluster = format!("/v1/clusters/{}", first["claims"][0]["cluster_id"].as_str().unwrap());
    for round in 0..10 {
        for instance in [&here, &there] {
            let one = instance.get(&cluster).await.expect(200);
            let again = instance.get(&cluster).await.expect(200);
            assert_eq!((one.json(), one.header("etag")), (again.json(), again.header("etag")));
            assert_eq!(one.json()["notes"].as_array().unwrap().len(), round);
        }
        let note =
            json!({"kind": "note", "cluster": first["claims"][0]["cluster_id"], "text": format!("Note {round}."), "reason": "x"});
        here.post("/v1/decisions", &note).await.expect(201);
        // Kept by the other instance, and out of date since a moment ago.
        let notes = there.get(&cluster).await.expect(200).json()["notes"].clone();
        assert_eq!(notes[0]["text"], format!("Note {round}."));
    }
}

#[tokio::test]
async fn lists_are_kept_by_what_was_asked_and_for_whom() {
    let store = harness::store().await;
    let api = Api::patient(store.clone()).await;
    let count = async |query: &str| {
        let page = api.get(&format!("/v1/clusters{query}")).await.expect(200).json();
        (page["items"].as_array().unwrap().len(), page["coverage"]["articles"].as_u64().unwrap())
    };
    assert_eq!(count("").await, (0, 0));
    post(&api, "herald", "The dam at Orin leaks.").await;
    assert_eq!((count("").await, count("?min_outlets=2").await), ((1, 1), (0, 1)));
    post(&api, "courier", "The dam at Orin leaks.").await;
    for _ in 0..2 {
        assert_eq!((count("").await, count("?min_outlets=2").await), ((1, 2), (1, 2)));
        assert_eq!(api.get("/v1/matrix").await.expect(200).json()["outlets"].as_array().unwrap().len(), 2);
    }
    api.get("/v1/clusters?min_outlets=x").await.expect_fault("/min_outlets", "out-of-range");

    let withdrawn = post(&api, "gazette", "The dam at Orin leaks.").await;
    assert_eq!(api.get("/v1/matrix").await.expect(200).json()["outlets"].as_array().unwrap().len(), 3);
    let address = format!("/v1/articles/{}/withdrawal", withdrawn["id"].as_str().unwrap());
    api.put(&address, &json!({"reason": "Made up."})).await.expect(200);
    crate::service::until("it counts no more", async || count("?min_outlets=3").await.0 == 0).await;
}
