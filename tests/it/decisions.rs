//! What editors decide: it holds whatever arrives later and however often the corpus is loaded anew, and is undone as a whole.

use serde_json::{Value, json};

use crate::{
    api::{Answer, Api},
    harness,
    service::until,
};

const DAM: &str = "The dam at Orin has cracked along its northern wall.";
const BANK: &str = "The central bank raised its key rate to 4 percent.";

fn article(outlet: &str, hour: u32, text: &str) -> Value {
    json!({
        "url": format!("https://{}.example/{hour}", outlet.to_lowercase()),
        "text": text,
        "outlet": {"name": outlet, "kind": "newspaper"},
        "published_at": format!("2026-03-04T{hour:02}:30:00Z"),
        "language": "en",
    })
}

/// The id of the article's only claim.
async fn post(api: &Api, outlet: &str, hour: u32, text: &str) -> String {
    let stored = api.post("/v1/articles", &article(outlet, hour, text)).await.expect(201).json();
    assert_eq!(stored["claims"].as_array().unwrap().len(), 1, "{stored}");
    stored["claims"][0]["id"].as_str().unwrap().to_owned()
}

async fn claim(api: &Api, id: &str) -> Value {
    api.get(&format!("/v1/claims/{id}")).await.expect(200).json()
}

async fn cluster_of(api: &Api, claim_id: &str) -> String {
    claim(api, claim_id).await["cluster_id"].as_str().unwrap().to_owned()
}

async fn decide(api: &Api, mut body: Value) -> Answer {
    body["reason"] = json!("Seen on the desk.");
    api.post("/v1/decisions", &body).await
}

async fn undo(api: &Api, decision: &Value) -> Value {
    let path = format!("/v1/decisions/{}/undo", decision["id"].as_str().unwrap());
    api.post(&path, &json!({"reason": "A mistake."})).await.expect(200).json()
}

/// Groups of claims that stand together, each sorted, by position.
async fn together(api: &Api, claims: &[&String]) -> Vec<Vec<usize>> {
    let mut groups: std::collections::BTreeMap<String, Vec<usize>> = std::collections::BTreeMap::new();
    for (at, id) in claims.iter().enumerate() {
        groups.entry(cluster_of(api, id).await).or_default().push(at);
    }
    let mut groups: Vec<Vec<usize>> = groups.into_values().collect();
    groups.sort();
    groups
}

#[tokio::test]
async fn clusters_are_merged_and_come_apart_when_that_is_undone() {
    let store = harness::store().await;
    let api = Api::patient(store.clone()).await;
    let (dam, bank) = (post(&api, "Argus", 8, DAM).await, post(&api, "Beacon", 8, BANK).await);
    let claims = [&dam, &bank];
    assert_eq!(together(&api, &claims).await, [vec![0], vec![1]]);
    let (older, newer) = (cluster_of(&api, &dam).await, cluster_of(&api, &bank).await);
    let made = decide(&api, json!({"kind": "merge", "cluster": older, "other": newer})).await.expect(201);
    assert_eq!(made.header("location"), format!("/v1/decisions/{}", made.json()["id"].as_str().unwrap()));
    let made = made.json();
    assert_eq!((&made["kind"], &made["made_by"], &made["undone_at"]), (&json!("merge"), &json!("admin"), &Value::Null));
    until("they are merged", async || together(&api, &claims).await == [vec![0, 1]]).await;
    assert_eq!(cluster_of(&api, &bank).await, older, "the older id stays");
    let redirect = api.get(&format!("/v1/clusters/{newer}")).await.expect(308);
    assert_eq!(redirect.header("cache-control"), "private, no-cache", "or a browser would go there when it is undone");
    assert_eq!(redirect.header("location"), format!("/v1/clusters/{older}"));

    // Whoever loads the corpus anew, and whatever arrives later.
    drop(api);
    let api = Api::patient(store).await;
    let copy = post(&api, "Courier", 9, BANK).await;
    assert_eq!(together(&api, &[&dam, &bank, &copy]).await, [vec![0, 1, 2]]);

    let undone = undo(&api, &made).await;
    assert_eq!((&undone["undone_by"], &undone["undo_reason"]), (&json!("admin"), &json!("A mistake.")));
    until("they are apart", async || together(&api, &[&dam, &bank, &copy]).await == [vec![0], vec![1, 2]]).await;
    assert_eq!(undo(&api, &made).await, undone, "undoing it again changes nothing");
    let listed = api.get("/v1/decisions").await.expect(200).json();
    assert_eq!(listed["items"], json!([]));
    let listed = api.get(&format!("/v1/decisions?undone=true&cluster={older}")).await.expect(200).json();
    assert_eq!(listed["items"], json!([undone]));
}

#[tokio::test]
async fn claims_are_split_off_and_stay_away() {
    let api = Api::patient(harness::store().await).await;
    let mut ids = Vec::new();
    for (outlet, hour) in [("Argus", 8), ("Beacon", 9), ("Courier", 10), ("Dispatch", 11)] {
        ids.push(post(&api, outlet, hour, DAM).await);
    }
    let claims: Vec<&String> = ids.iter().collect();
    assert_eq!(together(&api, &claims).await, [vec![0, 1, 2, 3]]);
    let cluster = cluster_of(&api, &ids[0]).await;
    let made = decide(&api, json!({"kind": "split", "cluster": cluster, "claims": [ids[2], ids[3]]})).await.expect(201).json();
    until("they are split", async || together(&api, &claims).await == [vec![0, 1], vec![2, 3]]).await;
    let refused = decide(&api, json!({"kind": "merge", "cluster": cluster, "other": cluster_of(&api, &ids[2]).await})).await;
    let refused = refused.expect_problem(409, "conflict").json();
    assert!(refused["detail"].as_str().unwrap().contains("/v1/constraints/"), "{refused}");
    let whole = json!({"kind": "split", "cluster": cluster, "claims": [ids[0], ids[1]]});
    decide(&api, whole).await.expect_fault("/claims", "no-effect");
    undo(&api, &made).await;
    until("they are back", async || together(&api, &claims).await == [vec![0, 1, 2, 3]]).await;
}

#[tokio::test]
async fn claims_move_to_another_cluster() {
    let api = Api::patient(harness::store().await).await;
    let mut ids = Vec::new();
    for (outlet, hour, text) in [("Argus", 8, DAM), ("Beacon", 9, DAM), ("Courier", 8, BANK), ("Dispatch", 9, BANK)] {
        ids.push(post(&api, outlet, hour, text).await);
    }
    let claims: Vec<&String> = ids.iter().collect();
    let to = cluster_of(&api, &ids[2]).await;
    let made = decide(&api, json!({"kind": "move", "claims": [ids[1]], "cluster": to})).await.expect(201).json();
    until("it moved", async || together(&api, &claims).await == [vec![0], vec![1, 2, 3]]).await;
    undo(&api, &made).await;
    until("it is back", async || together(&api, &claims).await == [vec![0, 1], vec![2, 3]]).await;
}

#[tokio::test]
async fn suggestions_are_confirmed_and_rejected() {
    let api = Api::patient(harness::store().await).await;
    let (dam, bank) = (post(&api, "Argus", 8, DAM).await, post(&api, "Beacon", 8, BANK).await);
    let copy = post(&api, "Courier", 9, DAM).await;
    let claims = [&dam, &bank, &copy];
    let rejected = decide(&api, json!({"kind": "reject", "claims": [dam, copy]})).await.expect(201).json();
    until("it is rejected", async || together(&api, &claims).await == [vec![0], vec![1], vec![2]]).await;
    decide(&api, json!({"kind": "confirm", "claims": [dam, copy]})).await.expect_problem(409, "conflict");
    let confirmed = decide(&api, json!({"kind": "confirm", "claims": [dam, bank]})).await.expect(201).json();
    until("it is confirmed", async || together(&api, &claims).await == [vec![0, 1], vec![2]]).await;
    undo(&api, &confirmed).await;
    undo(&api, &rejected).await;
    until("all is as before", async || together(&api, &claims).await == [vec![0, 2], vec![1]]).await;
}

#[tokio::test]
async fn a_label_of_an_editor_outweighs_the_rules() {
    let store = harness::store().await;
    let api = Api::patient(store.clone()).await;
    let first = post(&api, "Argus", 8, DAM).await;
    let before = claim(&api, &first).await;
    assert_eq!(before["relation"], "corroborates");
    let relabel = |relation: &str| json!({"kind": "relabel", "claims": [first], "relation": relation});
    let echo = decide(&api, relabel("echoes")).await.expect(201).json();
    let is = async |api: &Api, relation: &str| claim(api, &first).await["relation"] == relation;
    until("it is relabelled", async || is(&api, "echoes").await).await;
    let dispute = decide(&api, relabel("disputes")).await.expect(201).json();
    until("the later word holds", async || is(&api, "disputes").await).await;
    let judged = claim(&api, &first).await;
    assert_eq!(judged["evidence"][0]["kind"], "relabelled");
    assert!(judged["evidence"][0]["summary"].as_str().unwrap().starts_with("admin decided so (Seen on the desk.)"));
    assert!(judged["evidence"].as_array().unwrap().len() > 1, "what the rules say stands behind it");
    drop(api);
    let api = Api::patient(store).await;
    post(&api, "Beacon", 9, DAM).await;
    assert!(is(&api, "disputes").await, "new evidence does not undo it");
    let cluster = api.get(&format!("/v1/clusters/{}", cluster_of(&api, &first).await)).await.expect(200).json();
    assert_eq!(cluster["counts"]["disputes"], 1);
    undo(&api, &dispute).await;
    until("the earlier word holds", async || is(&api, "echoes").await).await;
    undo(&api, &echo).await;
    until("the rules hold", async || is(&api, "corroborates").await).await;
}

#[tokio::test]
async fn notes_stand_with_their_cluster() {
    let api = Api::patient(harness::store().await).await;
    let cluster = cluster_of(&api, &post(&api, "Argus", 8, DAM).await).await;
    let note =
        decide(&api, json!({"kind": "note", "cluster": cluster, "text": "We asked the engineers."})).await.expect(201).json();
    let shown = api.get(&format!("/v1/clusters/{cluster}")).await.expect(200).json();
    assert_eq!(shown["notes"], json!([note]));
    undo(&api, &note).await;
    assert_eq!(api.get(&format!("/v1/clusters/{cluster}")).await.expect(200).json()["notes"], json!([]));
    let history = api.get(&format!("/v1/clusters/{cluster}/history")).await.expect(200).json();
    let kinds: Vec<&str> = history["items"].as_array().unwrap().iter().map(|line| line["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["decision.undone", "decision.made", "cluster.created"]);
    assert_eq!(history["items"][1]["actor"], "admin");
    assert_eq!(history["items"][1]["payload"]["decision"], note["id"]);
    let first = api.get(&format!("/v1/clusters/{cluster}/history?limit=2")).await.expect(200).json();
    assert_eq!(first["items"].as_array().unwrap()[..], history["items"].as_array().unwrap()[..2]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = api.get(&format!("/v1/clusters/{cluster}/history?cursor={cursor}")).await.expect(200).json();
    assert_eq!((&rest["items"][0], &rest["next_cursor"]), (&history["items"][2], &Value::Null));
}

#[tokio::test]
async fn many_decisions_have_a_result_each() {
    let api = Api::patient(harness::store().await).await;
    let cluster = cluster_of(&api, &post(&api, "Argus", 8, DAM).await).await;
    let note = |cluster: &str| json!({"kind": "note", "cluster": cluster, "text": "Seen.", "reason": "Desk."});
    let body = json!({"items": [note(&cluster), note("7"), note(&cluster)]});
    let results = api.post("/v1/decisions/bulk", &body).await.expect(200).json()["items"].clone();
    let made: Vec<bool> = results.as_array().unwrap().iter().map(|result| result["decision"].is_object()).collect();
    assert_eq!(made, [true, false, true]);
    assert_eq!(results[1]["problem"]["errors"][0]["pointer"], "/cluster");
    api.post("/v1/decisions/bulk", &json!({"items": []})).await.expect_fault("/items", "out-of-range");
    api.get("/v1/decisions/bulk").await.expect_problem(405, "method-not-allowed");
}

#[tokio::test]
async fn what_a_decision_needs_is_told() {
    let api = Api::patient(harness::store().await).await;
    let id = "01955b0e-6a00-7000-8000-000000000001";
    for (body, pointer, code) in [
        (json!({"kind": "merge", "cluster": id}), "/other", "required"),
        (json!({"kind": "merge", "cluster": id, "other": id}), "/other", "repeated"),
        (json!({"kind": "note", "cluster": id, "text": "x", "claims": [id]}), "/claims", "unknown-field"),
        (json!({"kind": "note", "cluster": id, "text": " "}), "/text", "blank"),
        (json!({"kind": "confirm", "claims": [id]}), "/claims", "out-of-range"),
        (json!({"kind": "relabel", "claims": [id, id], "relation": "echoes"}), "/claims/1", "repeated"),
        (json!({"kind": "relabel", "claims": [id]}), "/relation", "required"),
        (json!({"kind": "split", "cluster": id, "claims": [id]}), "/cluster", "unknown"),
        (json!({"kind": "reject", "claims": [id, "01955b0e-6a00-7000-8000-000000000002"]}), "/claims/0", "unknown"),
    ] {
        decide(&api, body).await.expect_fault(pointer, code);
    }
    api.post("/v1/decisions", &json!({"kind": "note", "cluster": id, "text": "x"})).await.expect_fault("/reason", "required");
    api.get(&format!("/v1/decisions/{id}")).await.expect_problem(404, "not-found");
    api.post(&format!("/v1/decisions/{id}/undo"), &json!({"reason": "x"})).await.expect_problem(404, "not-found");
    api.get(&format!("/v1/clusters/{id}/history")).await.expect_problem(404, "not-found");
}
