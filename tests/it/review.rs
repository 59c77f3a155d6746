//! Worklists: what the rules propose and leave to an editor.

use serde_json::{Value, json};

use crate::{api::Api, harness, service::until};

async fn post(api: &Api, outlet: &str, text: &str) {
    let article = json!({
        "url": format!("https://{}.example/story", outlet.to_lowercase().replace(' ', "-")),
        "text": text,
        "outlet": {"name": outlet, "kind": "newspaper"},
        "published_at": "2026-03-04T08:30:00Z",
        "language": "en",
    });
    api.post("/v1/articles", &article).await.expect(201);
}

async fn list(api: &Api, kind: &str) -> Vec<Value> {
    let page = api.get(&format!("/v1/review?kind={kind}")).await.expect(200).json();
    assert_eq!(page["next_cursor"], Value::Null);
    page["items"].as_array().unwrap().clone()
}

/// Says that the claim has nothing to do with the first cluster of the item.
async fn part(api: &Api, item: &Value) {
    let pair = json!([item["claim"]["id"], item["matches"][0]["claim_id"]]);
    api.post("/v1/constraints", &json!({"claims": pair, "kind": "apart", "reason": "Seen."})).await.expect(201);
}

#[tokio::test]
async fn what_is_taken_for_granted_against_a_cluster_is_listed_and_decides_nothing() {
    for order in [[0, 1], [1, 0]] {
        let api = Api::patient(harness::store().await).await;
        let articles = [
            ("Argus", "The election of mayor Jane Roe in Tarn was rigged, and nobody was charged."),
            ("Beacon", "The legitimately elected mayor Jane Roe opened a bridge on Monday."),
        ];
        for at in order {
            let (outlet, text) = articles[at];
            post(&api, outlet, text).await;
        }
        let items = list(&api, "presupposed").await;
        assert_eq!(items.len(), 1, "{items:?}");
        assert_eq!(items[0]["presupposes"], "mayor Jane Roe was legitimately elected");
        assert_eq!(items[0]["claim"]["outlet"]["name"], "Beacon");
        assert_eq!(items[0]["claim"]["relation"], "corroborates");
        let against = &items[0]["matches"][0]["cluster"];
        assert!(against["claim"].as_str().unwrap().contains("rigged"), "{against}");
        assert_eq!(against["counts"]["disputes"], 0);
        part(&api, &items[0]).await;
        until("the pair is settled", async || list(&api, "presupposed").await.is_empty()).await;
    }
}

#[tokio::test]
async fn what_may_belong_together_is_listed_until_an_editor_has_spoken() {
    let api = Api::patient(harness::store().await).await;
    post(&api, "Argus", "The central bank raised its key rate to 4 percent.").await;
    post(&api, "Beacon", "The central bank left its key rate unchanged in March.").await;
    let items = list(&api, "suggested").await;
    assert!(!items.is_empty(), "nothing is suggested");
    let pair = |item: &Value| [item["claim"]["outlet"]["name"].clone(), item["matches"][0]["decision"].clone()];
    assert!(items.iter().any(|item| pair(item) == [json!("Beacon"), json!("suggest")]), "{items:?}");
    part(&api, &items[0]).await;
    until("the pair is settled", async || list(&api, "suggested").await.is_empty()).await;
}

#[tokio::test]
async fn what_stands_in_a_cluster_without_much_likeness_is_listed_until_an_editor_has_spoken() {
    let api = Api::patient(harness::store().await).await;
    post(&api, "Argus", "Three inspections of the Orin ferry were skipped last spring.").await;
    post(&api, "Beacon", "Three inspections of the Orin ferry were skipped last spring, the port authority found.").await;
    post(&api, "Courier", "The Orin ferry was last inspected in autumn.").await;
    assert_eq!(list(&api, "doubtful").await, [] as [Value; 0], "all are alike, or stand alone");
    let claims = api.get("/v1/claims").await.expect(200).json();
    let of = |outlet: &str| {
        claims["items"].as_array().unwrap().iter().find(|claim| claim["outlet"]["name"] == outlet).unwrap().clone()
    };
    let (argus, courier) = (of("Argus"), of("Courier"));
    let moved = json!({"kind": "move", "claims": [courier["id"]], "cluster": argus["cluster_id"], "reason": "The same."});
    let decision = api.post("/v1/decisions", &moved).await.expect(201).json();
    until("it was moved", async || {
        api.get(&format!("/v1/claims/{}", courier["id"].as_str().unwrap())).await.expect(200).json()["cluster_id"]
            == argus["cluster_id"]
    })
    .await;
    assert_eq!(list(&api, "doubtful").await, [] as [Value; 0], "an editor put it there");
    api.post(&format!("/v1/decisions/{}/undo", decision["id"].as_str().unwrap()), &json!({"reason": "Not the same."}))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_worklist_has_a_name_and_pages() {
    let api = Api::patient(harness::store().await).await;
    api.get("/v1/review").await.expect_fault("/kind", "required");
    api.get("/v1/review?kind=nothing").await.expect_fault("/kind", "unknown-value");
    api.get("/v1/review?kind=suggested&limit=0").await.expect_fault("/limit", "out-of-range");
    for n in 1..=3 {
        let (town, outlet) = (["Tarn", "Orin", "Sund"][n - 1], ["Argus", "Beacon", "Courier"][n - 1]);
        post(&api, outlet, &format!("The rigged vote of {town} cost {n} million euros.")).await;
        post(&api, &format!("{outlet} Weekly"), &format!("The vote of {town} was fair, observers found on Sunday.")).await;
    }
    let mut seen = Vec::new();
    let mut next = String::new();
    loop {
        let page = api.get(&format!("/v1/review?kind=presupposed&limit=1&cursor={next}")).await.expect(200).json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["claim"]["outlet"]["name"].clone()));
        match page["next_cursor"].as_str() {
            Some(cursor) => cursor.clone_into(&mut next),
            None => break,
        }
    }
    assert_eq!(seen, [json!("Courier"), json!("Beacon"), json!("Argus")]);
    api.get(&format!("/v1/review?kind=suggested&cursor={next}")).await.expect_problem(400, "invalid-cursor");
}
