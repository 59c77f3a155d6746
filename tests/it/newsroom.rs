//! A workspace in which something of everything has happened: for tests of the whole of what is stored.

use crossclaim::storage::Store;
use serde_json::{Value, json};

use crate::{
    api::Api,
    bulk, corpus,
    service::{LINKING_PATIENCE, until, until_within},
    webhooks,
};

const DAM: &str = "The dam at Orin has cracked along its northern wall. Two hundred families were moved to the school on Monday.";
const COPY: &str = "The dam at Orin has cracked along its northern wall. Two hundred families were moved to the school on Monday. \
                    Sheep were moved as well.";
const BANK: &str = "The central bank raised its key rate to 4 percent.";
const MUSEUM: &str = "The museum opened a new wing on Friday.";

fn article(outlet: &str, hour: u32, text: &str) -> Value {
    json!({
        "url": format!("https://{}.example/{hour}", outlet.to_lowercase()),
        "text": text,
        "outlet": {"name": outlet, "kind": "newspaper"},
        "published_at": format!("2026-03-04T{hour:02}:30:00Z"),
        "language": "en",
    })
}

async fn post(api: &Api, article: &Value) -> Value {
    api.post("/v1/articles", article).await.expect(201).json()
}

async fn decide(api: &Api, mut body: Value) -> Value {
    body["reason"] = json!("Seen on the desk.");
    api.post("/v1/decisions", &body).await.expect(201).json()
}

fn first_claim(article: &Value, field: &str) -> Value {
    article["claims"][0][field].clone()
}

/// Stories, a copy, a revision, a withdrawn article, decisions of each kind, one of them undone, constraints, a watch, a webhook, keys.
/// Everything is linked when it returns.
pub async fn furnish(store: &Store, stories: usize) {
    let api = Api::with_live(store.clone(), webhooks::local(), |options| options.link_wait = crate::harness::PATIENCE).await;
    furnish_by(&api, store, &corpus::articles(stories)).await;
}

/// The same in the workspace of the caller that `api` is.
pub async fn furnish_by(api: &Api, store: &Store, stories: &[Value]) {
    let receiver = crate::origin::Origin::start(|_| crate::origin::page("")).await;
    api.post("/v1/webhooks", &json!({"url": receiver.url("/hook")})).await.expect(201);

    let dam = post(api, &article("Argus", 8, DAM)).await;
    let watch = json!({"cluster_id": first_claim(&dam, "cluster_id"), "when": ["disputed", "new_outlet"]});
    api.post("/v1/watches", &watch).await.expect(201);
    let copy = post(api, &article("Beacon", 9, COPY)).await;
    let bank = post(api, &article("Argus", 10, BANK)).await;
    let museum = post(api, &article("Courier", 10, MUSEUM)).await;
    let revised = post(api, &article("Dawn", 11, BANK)).await;
    post(api, &article("Dawn", 11, &format!("{BANK} It had been 3 percent."))).await;
    let gone = post(api, &article("Echo", 11, BANK)).await;
    let withdrawal = format!("/v1/articles/{}/withdrawal", gone["id"].as_str().unwrap());
    api.put(&withdrawal, &json!({"reason": "Made up."})).await.expect(200);

    let claim = |article: &Value| first_claim(article, "id");
    decide(api, json!({"kind": "relabel", "claims": [claim(&copy)], "relation": "unclear"})).await;
    decide(api, json!({"kind": "note", "cluster": first_claim(&dam, "cluster_id"), "text": "Ask the water board."})).await;
    let reject = decide(api, json!({"kind": "reject", "claims": [claim(&bank), claim(&museum)]})).await;
    let undo = format!("/v1/decisions/{}/undo", reject["id"].as_str().unwrap());
    api.post(&undo, &json!({"reason": "A mistake."})).await.expect(200);
    let apart = json!({"claims": [claim(&dam), claim(&museum)], "kind": "apart", "reason": "Two stories."});
    api.post("/v1/constraints", &apart).await.expect(201);
    assert_ne!(revised["id"], gone["id"]);

    let results = bulk::post(api, corpus::ndjson(stories)).await;
    assert!(results.iter().all(|(_, status, _)| status == "created"), "{results:?}");
    let merged =
        json!({"kind": "merge", "cluster": first_claim(&bank, "cluster_id"), "other": first_claim(&museum, "cluster_id")});
    decide(api, merged).await;
    settled(store).await;
    until("the webhook is told of everything", async || {
        let waiting = "select exists (select from webhook_delivery where status = 'waiting') or exists (
            select from webhook join workspace using (workspace_id) where told < last_event)";
        !sqlx::query_scalar::<_, bool>(waiting).fetch_one(store.pool()).await.unwrap()
    })
    .await;
    api.post("/v1/keys", &json!({"name": "Boss", "role": "admin"})).await.expect(201);
}

/// Nothing waits for the linker.
pub async fn settled(store: &Store) {
    until_within(LINKING_PATIENCE, "everything is linked", async || {
        let waiting = "select exists (select from article where status = 'pending' and current or retiring or rejudge)
            or exists (select from link_constraint where not noticed)";
        !sqlx::query_scalar::<_, bool>(waiting).fetch_one(store.pool()).await.unwrap()
    })
    .await;
}

/// Connections that hold the linker's lock of this database.
pub async fn linkers(store: &Store) -> Vec<i32> {
    let held = "select pid from pg_locks where locktype = 'advisory' and granted
        and database = (select oid from pg_database where datname = current_database())";
    sqlx::query_scalar(held).fetch_all(store.pool()).await.unwrap()
}
