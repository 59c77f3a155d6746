//! Articles that are withdrawn: gone from every answer, told of by those who passed them on, and back when they are restored.

use serde_json::{Value, json};

use crate::{api::Api, bulk, corpus, harness, service::until};

const DAM: &str = "The dam at Orin has cracked along its northern wall. Two hundred families were moved to the school on Monday.";
const ECHO: &str = "The dam at Orin has cracked along its northern wall, Argus reported. Sheep were moved as well.";
const OWN: &str = "The dam at Orin has cracked along its northern wall, mayor Anna Holm told Courier.";

fn article(outlet: &str, hour: u32, text: &str) -> Value {
    json!({
        "url": format!("https://{}.example/dam", outlet.to_lowercase()),
        "text": text,
        "outlet": {"name": outlet, "kind": "newspaper"},
        "published_at": format!("2026-03-04T{hour:02}:30:00Z"),
        "language": "en",
    })
}

async fn post(api: &Api, article: &Value) -> String {
    api.post("/v1/articles", article).await.expect(201).json()["id"].as_str().unwrap().to_owned()
}

async fn withdraw(api: &Api, id: &str) -> Value {
    api.put(&format!("/v1/articles/{id}/withdrawal"), &json!({"reason": "Made up."})).await.expect(200).json()
}

/// The outlets of the cluster on the cracks, each with its label and whether it is flagged.
async fn positions(api: &Api) -> Vec<(String, String, bool)> {
    let found = api.get("/v1/clusters?q=cracked").await.expect(200).json();
    let clusters = found["items"].as_array().unwrap();
    assert!(clusters.len() <= 1, "{clusters:?}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let outlets = clusters.iter().flat_map(|cluster| cluster["outlets"].as_array().unwrap());
    outlets
        .map(|held| {
            let flagged = held["flags"].as_array().unwrap().contains(&json!("origin_withdrawn"));
            (text(&held["outlet"]["name"]), text(&held["relation"]), flagged)
        })
        .collect()
}

fn expected(positions: &[(&str, &str, bool)]) -> Vec<(String, String, bool)> {
    positions.iter().map(|(name, relation, flagged)| ((*name).to_owned(), (*relation).to_owned(), *flagged)).collect()
}

#[tokio::test]
async fn a_withdrawn_article_is_gone_and_its_echoes_are_flagged_until_it_is_restored() {
    let store = harness::store().await;
    let api = Api::patient(store.clone()).await;
    let source = post(&api, &article("Argus", 8, DAM)).await;
    post(&api, &article("Beacon", 10, ECHO)).await;
    post(&api, &article("Courier", 11, OWN)).await;
    let before = positions(&api).await;
    let all = [("Argus", "corroborates", false), ("Beacon", "echoes", false), ("Courier", "corroborates", false)];
    assert_eq!(before, expected(&all));
    let claim =
        api.get(&format!("/v1/articles/{source}")).await.expect(200).json()["claims"][0]["id"].as_str().unwrap().to_owned();

    let withdrawn = withdraw(&api, &source).await;
    assert_eq!((&withdrawn["article_id"], &withdrawn["reason"]), (&json!(source), &json!("Made up.")));
    let gone = api.get(&format!("/v1/articles/{source}")).await.expect_problem(410, "gone");
    assert_eq!(gone.header("cache-control"), "private, no-cache", "or a browser would keep it when the article is back");
    let problem = gone.json();
    assert!(problem["detail"].as_str().unwrap().ends_with("by admin: Made up."), "{problem}");
    api.get(&format!("/v1/articles/{source}/reuse")).await.expect_problem(410, "gone");
    api.get(&format!("/v1/claims/{claim}")).await.expect_problem(404, "not-found");
    let without = expected(&[("Beacon", "echoes", true), ("Courier", "corroborates", false)]);
    until("the linker notices the withdrawal", async || positions(&api).await == without).await;
    let listed = api.get("/v1/articles").await.expect(200).json();
    assert!(listed["items"].as_array().unwrap().iter().all(|article| article["id"] != json!(source)));
    let said = api.get("/v1/claims?q=families").await.expect(200).json();
    assert_eq!(said["items"], json!([]), "nobody else has it");
    assert_eq!(api.get("/v1/clusters?q=families").await.expect(200).json()["items"], json!([]));
    let cluster = api.get("/v1/clusters?q=cracked").await.expect(200).json()["items"][0]["id"].as_str().unwrap().to_owned();
    let detail = api.get(&format!("/v1/clusters/{cluster}")).await.expect(200).json();
    assert!(!detail["claims"].to_string().contains(&source), "{detail}");
    let roots = detail["origins"]["roots"].as_array().unwrap();
    let gone: Vec<_> = roots.iter().filter(|root| root["withdrawn"] == json!(true)).map(|root| &root["name"]).collect();
    assert_eq!(gone, [&json!("Argus")]);

    // Whoever loads the corpus anew, and whatever arrives later, sees the same.
    drop(api);
    let api = Api::patient(store).await;
    post(&api, &article("Dispatch", 12, &ECHO.replace("Sheep", "Cattle"))).await;
    let later = expected(&[("Beacon", "echoes", true), ("Courier", "corroborates", false), ("Dispatch", "echoes", true)]);
    assert_eq!(positions(&api).await, later);

    let restored = api.delete(&format!("/v1/articles/{source}/withdrawal")).await.expect(200).json();
    assert_eq!((&restored["id"], &restored["current"]), (&json!(source), &json!(true)));
    let mut with = expected(&all);
    with.push(("Dispatch".to_owned(), "echoes".to_owned(), false));
    until("the linker notices the return", async || positions(&api).await == with).await;
    api.get(&format!("/v1/articles/{source}")).await.expect(200);
    api.delete(&format!("/v1/articles/{source}/withdrawal")).await.expect(200);
}

#[tokio::test]
async fn claims_have_their_labels_again_when_their_article_is_restored() {
    let api = Api::patient(harness::store().await).await;
    let source = post(&api, &article("Argus", 8, DAM)).await;
    let labels = async || {
        let shown = api.get(&format!("/v1/articles/{source}")).await.expect(200).json();
        shown["claims"].as_array().unwrap().iter().map(|claim| claim["relation"].clone()).collect::<Vec<_>>()
    };
    let before = labels().await;
    assert!(before.iter().all(Value::is_string), "{before:?}");
    withdraw(&api, &source).await;
    until("the cluster is gone", async || positions(&api).await.is_empty()).await;
    api.delete(&format!("/v1/articles/{source}/withdrawal")).await.expect(200);
    until("it is back", async || labels().await == before).await;
}

#[tokio::test]
async fn what_was_withdrawn_does_not_come_back_when_it_is_posted_again() {
    let api = Api::patient(harness::store().await).await;
    let other = DAM.replace("northern", "southern");
    let first = post(&api, &article("Argus", 8, &other)).await;
    let second = post(&api, &article("Argus", 8, DAM)).await;
    let problem = api
        .put(&format!("/v1/articles/{first}/withdrawal"), &json!({"reason": "Old."}))
        .await
        .expect_problem(409, "conflict")
        .json();
    assert!(problem["detail"].as_str().unwrap().contains(&second), "{problem}");
    api.delete(&format!("/v1/articles/{first}/withdrawal")).await.expect_problem(409, "conflict");
    withdraw(&api, &second).await;

    let mut moved = article("Argus", 8, DAM);
    moved["url"] = json!("https://argus.example/moved");
    let again = [article("Argus", 8, DAM), article("Argus", 9, &other), article("Argus", 9, "Something else."), moved];
    for article in &again {
        let problem = api.post("/v1/articles", article).await.expect_problem(409, "conflict").json();
        assert!(problem["detail"].as_str().unwrap().contains(&second), "{problem}");
    }
    for (_, status, code) in bulk::post(&api, corpus::ndjson(&again)).await {
        assert_eq!((status.as_str(), code.as_str()), ("failed", "conflict"));
    }
    // Another outlet may have the same words: it is an echo of what was withdrawn.
    post(&api, &article("Beacon", 10, DAM)).await;
    assert_eq!(positions(&api).await, expected(&[("Beacon", "echoes", true)]));
}

#[tokio::test]
async fn a_cluster_of_nothing_but_withdrawn_claims_is_not_there() {
    let api = Api::patient(harness::store().await).await;
    let only = post(&api, &article("Argus", 8, DAM)).await;
    let cluster = api.get("/v1/clusters?q=cracked").await.expect(200).json()["items"][0]["id"].as_str().unwrap().to_owned();
    withdraw(&api, &only).await;
    until("the cluster is gone", async || positions(&api).await.is_empty()).await;
    api.get(&format!("/v1/clusters/{cluster}")).await.expect_problem(404, "not-found");
    let found = api.post("/v1/match", &json!({"text": "The dam at Orin has cracked"})).await.expect(200).json();
    assert_eq!(found["items"], json!([]), "{found}");
    post(&api, &article("Beacon", 10, ECHO)).await;
    assert_eq!(positions(&api).await, expected(&[("Beacon", "echoes", true)]));
}

#[tokio::test]
async fn a_withdrawal_needs_an_article_and_a_reason() {
    let api = Api::patient(harness::store().await).await;
    let id = post(&api, &article("Argus", 8, DAM)).await;
    let path = format!("/v1/articles/{id}/withdrawal");
    let problem = api.put(&path, &json!({"reason": " "})).await.expect_problem(422, "validation-failed").json();
    assert_eq!(problem["errors"][0]["pointer"], "/reason");
    api.put(&path, &json!({})).await.expect_problem(422, "validation-failed");
    let nobody = "/v1/articles/01955b0e-6a00-7000-8000-000000000001/withdrawal";
    api.put(nobody, &json!({"reason": "Made up."})).await.expect_problem(404, "not-found");
    api.delete(nobody).await.expect_problem(404, "not-found");
    let first = withdraw(&api, &id).await;
    let again = api.put(&path, &json!({"reason": "Another."})).await.expect(200).json();
    assert_eq!(again, first, "the first word holds");
}
