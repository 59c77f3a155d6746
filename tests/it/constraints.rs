//! An editor's word about two claims, from the request to the partition: it holds against likeness, whatever comes later, over a
//! restart, until it is lifted.

use std::time::Duration;

use crossclaim::{pipeline::Service, storage::Store};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    api::{Answer, Api},
    harness::{self, PATIENCE},
};

const LEAKS: &str = "The dam at Orin leaks, engineers found.";
const BOATS: &str = "The storm sank nine fishing boats off Tarn Bay.";

async fn post_article(api: &Api, outlet: &str, text: &str) -> Value {
    let body = json!({
        "url": format!("https://{}.example/1", outlet.to_lowercase()),
        "text": text,
        "outlet": {"name": outlet},
        "published_at": "2026-03-04T08:30:00Z",
    });
    api.post("/v1/articles", &body).await.expect(201).json()["claims"][0].clone()
}

async fn cluster_of(api: &Api, claim: &Value) -> Value {
    let id = claim["id"].as_str().unwrap();
    api.get(&format!("/v1/claims/{id}")).await.expect(200).json()["cluster_id"].clone()
}

async fn say(api: &Api, kind: &str, a: &Value, b: &Value) -> Answer {
    api.post("/v1/constraints", &json!({"claims": [a["id"], b["id"]], "kind": kind, "reason": "Seen by a person."})).await
}

/// Until the two share a cluster, or no longer do.
async fn until(api: &Api, together: bool, a: &Value, b: &Value) {
    let since = std::time::Instant::now();
    while (cluster_of(api, a).await == cluster_of(api, b).await) != together {
        assert!(since.elapsed() < PATIENCE, "together: {together}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn what_is_held_apart_parts_and_what_is_held_together_joins() {
    let store = harness::store().await;
    let api = Api::start(store).await;
    let herald = post_article(&api, "Herald", LEAKS).await;
    let courier = post_article(&api, "Courier", LEAKS).await;
    until(&api, true, &herald, &courier).await;

    let made = say(&api, "apart", &herald, &courier).await.expect(201);
    let address = made.header("location").to_owned();
    assert_eq!(made.json()["reason"], "Seen by a person.");
    until(&api, false, &herald, &courier).await;
    // The same once more, in the other order, is the same constraint.
    let again = say(&api, "apart", &courier, &herald).await.expect(200).json();
    assert_eq!(again["id"], made.json()["id"]);

    // A third copy joins one of the two.
    let gazette = post_article(&api, "Gazette", LEAKS).await;
    until(&api, false, &herald, &courier).await;
    let third = cluster_of(&api, &gazette).await;
    assert!([cluster_of(&api, &herald).await, cluster_of(&api, &courier).await].contains(&third));

    let lifted = api.delete(&address).await.expect(200).json();
    assert_eq!(lifted["lifted_by"], "admin");
    until(&api, true, &herald, &courier).await;
    assert_eq!(api.delete(&address).await.expect(200).json(), lifted, "lifting twice changes nothing");
    assert_eq!(api.get(&address).await.expect(200).json(), lifted);

    let boats = post_article(&api, "Lantern", BOATS).await;
    until(&api, false, &herald, &boats).await;
    say(&api, "together", &boats, &herald).await.expect(201);
    until(&api, true, &herald, &boats).await;

    let list = async |query: &str| api.get(&format!("/v1/constraints{query}")).await.expect(200).json()["items"].clone();
    assert_eq!(list("").await.as_array().unwrap().len(), 1, "what holds");
    assert_eq!(list("?lifted=true").await.as_array().unwrap().len(), 2);
    assert_eq!(list(&format!("?claim={}", courier["id"].as_str().unwrap())).await, json!([]));
    assert_eq!(list(&format!("?lifted=true&claim={}", courier["id"].as_str().unwrap())).await, json!([lifted]));
}

#[tokio::test]
async fn a_constraint_outlives_the_process_that_kept_to_it() {
    let store = harness::store().await;
    let (herald, courier) = {
        let api = Api::start(store.clone()).await;
        let herald = post_article(&api, "Herald", LEAKS).await;
        let courier = post_article(&api, "Courier", LEAKS).await;
        say(&api, "apart", &herald, &courier).await.expect(201);
        until(&api, false, &herald, &courier).await;
        (herald, courier)
    };
    let api = Api::start(store).await;
    post_article(&api, "Gazette", LEAKS).await;
    until(&api, false, &herald, &courier).await;
}

#[tokio::test]
async fn constraints_that_cannot_be_are_refused() {
    let store = harness::store().await;
    let api = Api::start(store).await;
    let claim = post_article(&api, "Herald", LEAKS).await;
    let id = claim["id"].clone();
    let stranger = json!(Uuid::now_v7());
    let cases = [
        (json!({"claims": [id, id], "kind": "apart", "reason": "x"}), "/claims/1", "repeated"),
        (json!({"claims": [id, stranger], "kind": "apart", "reason": "x"}), "/claims/1", "unknown"),
        (json!({"claims": [stranger, id], "kind": "apart", "reason": "x"}), "/claims/0", "unknown"),
        (json!({"claims": [id], "kind": "apart", "reason": "x"}), "/claims", "out-of-range"),
        (json!({"claims": [], "kind": "apart", "reason": "x"}), "/claims", "out-of-range"),
        (json!({"claims": [id, "seven"], "kind": "apart", "reason": "x"}), "/claims/1", "invalid-id"),
        (json!({"claims": [id, stranger], "kind": "apart", "reason": " "}), "/reason", "blank"),
        (json!({"claims": [id, stranger], "kind": "apart", "reason": "a\u{0}b"}), "/reason", "control-character"),
        (json!({"claims": [id, stranger], "kind": "apart"}), "/reason", "required"),
        (json!({"claims": [id, stranger], "kind": "near", "reason": "x"}), "/kind", "unknown-value"),
        (json!({"claims": id, "kind": "apart", "reason": "x"}), "/claims", "wrong-type"),
    ];
    for (body, pointer, code) in cases {
        api.post("/v1/constraints", &body).await.expect_fault(pointer, code);
    }
    api.get(&format!("/v1/constraints/{}", Uuid::now_v7())).await.expect_problem(404, "not-found");
    let gone = api.request(Method::DELETE, &format!("/v1/constraints/{}", Uuid::now_v7()));
    Answer::of(gone).await.expect_problem(404, "not-found");
    api.get("/v1/constraints?lifted=maybe").await.expect_fault("/lifted", "wrong-type");
    api.get("/v1/constraints?claim=7").await.expect_fault("/claim", "invalid-id");
}

/// The linker may have read a constraint as made when it is lifted: its commit must not hide that.
#[tokio::test]
async fn a_constraint_lifted_while_it_is_taken_notice_of_is_noticed_again() {
    use crossclaim::domain::{ClaimId, ConstraintKind, LinkPlan, WorkspaceId};
    use crossclaim::storage::MadeConstraint;
    let workspace = WorkspaceId::DEFAULT;
    let store: Store = harness::store().await;
    let service = Service::start(store.clone()).await.unwrap();
    let mut claims = Vec::new();
    for outlet in ["Herald", "Courier"] {
        let body = json!({"url": format!("https://{outlet}.example/1"), "text": LEAKS, "outlet": {"name": outlet}}).to_string();
        let article = crossclaim::http::parse_article(body.as_bytes()).unwrap();
        let id = service.submit(workspace, article, PATIENCE).await.unwrap().id;
        claims.push(store.claims_of_article(workspace, id).await.unwrap()[0].id);
    }
    service.stop().await;
    let pair: [ClaimId; 2] = claims.try_into().unwrap();
    let made = store.make_constraint(workspace, pair, ConstraintKind::Apart, "x", "y").await.unwrap();
    let MadeConstraint::Made(made) = made else { panic!("{made:?}") };
    let work = store.link_work(workspace, 9).await.unwrap();
    assert_eq!(work.made, [made.constraint]);
    store.lift_constraint(workspace, made.constraint.id, "z").await.unwrap();
    let plan = LinkPlan { made: vec![made.constraint.id], ..LinkPlan::default() };
    store.commit_plan(workspace, &plan).await.unwrap();
    assert_eq!(store.link_work(workspace, 9).await.unwrap().lifted, [made.constraint]);
    let plan = LinkPlan { lifted: vec![made.constraint.id], ..LinkPlan::default() };
    store.commit_plan(workspace, &plan).await.unwrap();
    assert!(store.link_work(workspace, 9).await.unwrap().is_empty());
    assert_eq!(store.noticed_constraints(workspace).await.unwrap(), []);
}
