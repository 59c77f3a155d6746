//! Who may do what: every operation with every kind of key, two workspaces side by side, and what becomes of a key.

use std::time::{Duration, Instant};

use chrono::Utc;
use crossclaim::{
    domain::{Role, Secret, WorkspaceId},
    http::HttpOptions,
    storage::{NewKey, Store, StoredKey},
};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    api::{Answer, Api},
    harness::{self, PATIENCE},
};

const DEFAULT: WorkspaceId = WorkspaceId::DEFAULT;
const LEAKS: &str = "The dam at Orin leaks, engineers found.";
const ABSENT: &str = "01900000-0000-7000-8000-000000000001";

pub async fn made(store: &Store, workspace: WorkspaceId, role: Role) -> (StoredKey, String) {
    let new = NewKey { name: format!("{} of {workspace}", role.name()), role, expires_at: None };
    let (key, secret) = store.create_key(workspace, &new, "a test").await.expect("a key is made");
    (key, secret.reveal().to_owned())
}

async fn key(store: &Store, workspace: WorkspaceId, role: Role) -> String {
    made(store, workspace, role).await.1
}

async fn workspace(store: &Store, name: &str) -> WorkspaceId {
    store.create_workspace(name).await.unwrap().expect("its name is free")
}

/// Served as beyond loopback: nobody gets in without a key.
async fn keyed(store: &Store, adjust: impl FnOnce(&mut HttpOptions)) -> Api {
    let options = |options: &mut HttpOptions| {
        options.open = false;
        adjust(options);
    };
    Api::with(store.clone(), options).await
}

/// A client that brings a key.
struct With<'a>(&'a Api, &'a str);

impl With<'_> {
    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.0.request(method, path).bearer_auth(self.1)
    }

    async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(body)).await
    }

    async fn delete(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::DELETE, path)).await
    }

    async fn post_article(&self, outlet: &str, text: &str) -> Value {
        let url = format!("https://{}.example/1", outlet.to_lowercase());
        let body = json!({"url": url, "text": text, "outlet": {"name": outlet}, "published_at": "2026-03-04T08:30:00Z"});
        self.post("/v1/articles", &body).await.expect(201).json()
    }
}

/// An operation of the served document.
struct Operation {
    id: String,
    method: Method,
    path: String,
    /// The role that the document says it needs; `None` for one that is open to everybody.
    role: Option<String>,
    /// A body that it takes.
    body: Option<Value>,
}

async fn operations(api: &Api) -> Vec<Operation> {
    let document = api.get("/openapi.json").await.expect(200).json();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            let role = match operation["security"].as_array().map(Vec::as_slice) {
                Some([open]) if open == &json!({}) => None,
                Some([key]) if key == &json!({"bearer": []}) => operation["x-role"].as_str().map(str::to_owned),
                _ => panic!("{id} does not declare the role it needs"),
            };
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
            let example =
                schema.as_str().map(|name| document.pointer(name.trim_start_matches('#')).unwrap()["examples"][0].clone());
            let method = method.to_uppercase().parse().unwrap();
            found.push(Operation { id, method, path: path.clone(), role, body: example });
        }
    }
    found
}

/// What it takes to do what. An operation that changes something and is not named here turns the test red.
fn needed(operation: &Operation) -> Option<Role> {
    Some(match operation.id.as_str() {
        _ if !operation.path.starts_with("/v1/") => return None,
        "createKey" | "listKeys" | "getKey" | "deleteKey" => Role::Admin,
        "createConstraint" | "deleteConstraint" | "withdrawArticle" | "restoreArticle" | "listReview" => Role::Editor,
        "createDecision" | "createDecisions" | "undoDecision" => Role::Editor,
        "createFeed" | "changeFeed" | "deleteFeed" | "createWatch" | "deleteWatch" => Role::Editor,
        "createWebhook" | "listWebhooks" | "getWebhook" | "changeWebhook" | "deleteWebhook" | "rotateWebhook" | "testWebhook"
        | "listDeliveries" | "replayDelivery" => Role::Admin,
        "exportPairs" | "createClaimReviews" => Role::Editor,
        "createArticle" | "createArticles" | "fetchArticle" => Role::Contributor,
        "matchClaim" | "checkDraft" => Role::Reader,
        _ if operation.method == Method::GET => Role::Reader,
        other => panic!("nobody said which role {other} needs"),
    })
}

/// One of each thing that has an address, in the default workspace.
struct Things {
    article: String,
    /// Another one, to be withdrawn.
    unwanted: String,
    claim: String,
    cluster: String,
    outlet: String,
    constraint: String,
    decision: String,
    key: String,
    feed: String,
    watch: String,
    webhook: String,
    delivery: String,
}

impl Things {
    async fn make(admin: &With<'_>) -> Self {
        let herald = admin.post_article("Herald", LEAKS).await;
        let courier = admin.post_article("Courier", LEAKS).await;
        let claims = [&herald, &courier].map(|article| article["claims"][0]["id"].clone());
        let said = json!({"claims": claims, "kind": "together", "reason": "Seen by a person."});
        let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
        let cluster = &herald["claims"][0]["cluster_id"];
        let decided = json!({"kind": "note", "cluster": cluster, "text": "Look again.", "reason": "Seen by a person."});
        let new_key = json!({"name": "spare", "role": "admin"});
        // Nobody answers there, and none of it is waited for.
        let feed = json!({"url": "https://herald.invalid/feed.xml", "outlet": {"name": "Herald"}, "interval": 3600});
        let watch = json!({"cluster_id": cluster, "when": ["disputed"]});
        let webhook = admin.post("/v1/webhooks", &json!({"url": "https://desk.invalid/hook"})).await.expect(201).json();
        let webhook = id(&webhook);
        let test = admin.post(&format!("/v1/webhooks/{webhook}/test"), &json!({})).await;
        assert!(test.status < 300, "{}", test.text());
        let log = admin.get(&format!("/v1/webhooks/{webhook}/deliveries")).await.expect(200).json();
        Self {
            article: id(&herald),
            unwanted: id(&admin.post_article("Gazette", "A storm hit Tarn Bay.").await),
            claim: id(&herald["claims"][0]),
            cluster: cluster.as_str().unwrap().to_owned(),
            outlet: id(&herald["outlet"]),
            constraint: id(&admin.post("/v1/constraints", &said).await.expect(201).json()),
            decision: id(&admin.post("/v1/decisions", &decided).await.expect(201).json()),
            key: id(&admin.post("/v1/keys", &new_key).await.expect(201).json()),
            feed: id(&admin.post("/v1/feeds", &feed).await.expect(201).json()),
            watch: id(&admin.post("/v1/watches", &watch).await.expect(201).json()),
            delivery: id(&log["items"][0]),
            webhook,
        }
    }

    fn address(&self, path: &str) -> String {
        let id = match path.split('/').nth(2) {
            Some("articles") if path.ends_with("/withdrawal") => &self.unwanted,
            Some("articles") => &self.article,
            Some("claims") => &self.claim,
            Some("clusters") => &self.cluster,
            Some("outlets") => &self.outlet,
            Some("constraints") => &self.constraint,
            Some("decisions") => &self.decision,
            Some("keys") => &self.key,
            Some("feeds") => &self.feed,
            Some("watches") => &self.watch,
            Some("webhooks") if path.contains("/deliveries/") => &self.delivery,
            Some("webhooks") => &self.webhook,
            _ if !path.contains("{id}") => "",
            _ => panic!("there is no thing for {path}"),
        };
        fill(path, id)
    }
}

fn fill(path: &str, id: &str) -> String {
    path.replace("{id}", id).replace("{slug}", "not-found")
}

async fn ask(api: &Api, operation: &Operation, address: &str, key: Option<&str>) -> Answer {
    let mut request = api.request(operation.method.clone(), address);
    if let Some(key) = key {
        request = request.bearer_auth(key);
    }
    if let Some(body) = &operation.body {
        request = request.json(body);
    }
    Answer::of(request).await
}

/// Without what differs from request to request.
fn told(answer: &Answer) -> Value {
    let mut body = answer.json();
    body["instance"] = Value::Null;
    body
}

#[tokio::test]
async fn every_operation_answers_every_kind_of_caller_as_its_role_says() {
    let store = harness::store().await;
    let other = workspace(&store, "Other desk").await;
    let admin = key(&store, DEFAULT, Role::Admin).await;
    let stranger = key(&store, other, Role::Admin).await;
    let (revoked, revoked_secret) = made(&store, DEFAULT, Role::Admin).await;
    store.revoke_key(DEFAULT, revoked.id, None, "a test").await.unwrap();
    let (expired, expired_secret) = made(&store, DEFAULT, Role::Admin).await;
    sqlx::query("update api_key set created_at = now() - interval '2 s', expires_at = now() - interval '1 s' where key_id = $1")
        .bind(expired.id.0)
        .execute(store.pool())
        .await
        .unwrap();
    let unknown = Secret::generate().reveal().to_owned();
    // The right prefix with another proof.
    let forged = format!("{}{}", &admin[..20], &unknown[20..]);
    let refused = [&revoked_secret, &expired_secret, &unknown, &forged, "xc_", "a-key"].map(|key| Some(key.to_owned()));
    let mut callers = Vec::new();
    for role in [Role::Reader, Role::Contributor, Role::Editor] {
        callers.push((role, key(&store, DEFAULT, role).await));
    }
    callers.push((Role::Admin, admin.clone()));

    let api = keyed(&store, |options| options.wrong_keys = 1_000).await;
    let things = Things::make(&With(&api, &admin)).await;
    let mut operations = operations(&api).await;
    // What is deleted cannot be asked for any more.
    operations.sort_by_key(|operation| operation.method == Method::DELETE);
    assert!(operations.len() >= 29, "{}", operations.len());
    for operation in &operations {
        let needed = needed(operation);
        assert_eq!(operation.role.as_deref(), needed.map(Role::name), "the document and this table agree on {}", operation.id);
        let place = format!("{} {}", operation.method, operation.path);
        let Some(needed) = needed else {
            for key in [None, refused[0].as_deref(), Some(&*stranger)] {
                assert!(ask(&api, operation, &fill(&operation.path, ""), key).await.status < 400, "{place}");
            }
            continue;
        };
        let absent = fill(&operation.path, ABSENT);
        let mut details = Vec::new();
        for key in &refused {
            details.push(told(&ask(&api, operation, &absent, key.as_deref()).await.expect_problem(401, "unauthenticated")));
        }
        assert!(details.iter().all(|detail| detail == &details[0]), "{place}: {details:?}");
        ask(&api, operation, &absent, None).await.expect_problem(401, "unauthenticated");
        for (role, key) in callers.iter().filter(|(role, _)| *role < needed) {
            let answer = ask(&api, operation, &absent, Some(key)).await.expect_problem(403, "forbidden");
            assert!(answer.json()["detail"].as_str().unwrap().contains(role.name()), "{place}");
        }
        // Strangers first: what the others change must not be why there is nothing.
        let foreign = ask(&api, operation, &things.address(&operation.path), Some(&stranger)).await;
        if operation.path.contains("{id}") {
            let nowhere = ask(&api, operation, &absent, Some(&stranger)).await;
            assert_eq!(told(&foreign.expect_problem(404, "not-found")), told(&nowhere), "{place}");
        } else {
            assert!(foreign.status < 500 && ![401, 403].contains(&foreign.status), "{place}: {}", foreign.text());
        }
        for (at, (role, key)) in callers.iter().filter(|(role, _)| *role >= needed).enumerate() {
            let answer = ask(&api, operation, &things.address(&operation.path), Some(key)).await;
            // What the caller before has deleted is gone.
            let gone = answer.status == 404 && operation.method == Method::DELETE && at > 0;
            let let_in = gone || answer.status < 500 && ![401, 403, 404].contains(&answer.status);
            assert!(let_in, "{place} as {role:?}: {}", answer.text());
            assert!(answer.header("ratelimit").starts_with("\"default\";r="), "{place}");
        }
    }
}

/// What a workspace shows, without what it is shown to.
async fn seen(client: &With<'_>) -> Vec<Value> {
    let mut seen = Vec::new();
    for list in ["articles", "claims", "clusters", "outlets", "constraints", "decisions", "review?kind=suggested"] {
        seen.push(client.get(&format!("/v1/{list}")).await.expect(200).json());
    }
    for (path, body) in [("match", json!({"text": LEAKS})), ("check", json!({"text": LEAKS}))] {
        seen.push(client.post(&format!("/v1/{path}"), &body).await.expect(200).json());
    }
    seen
}

#[tokio::test]
async fn two_workspaces_do_not_see_each_other() {
    let store = harness::store().await;
    let admin = key(&store, DEFAULT, Role::Admin).await;
    let api = keyed(&store, |_| {}).await;
    // Made while the service runs.
    let desk = workspace(&store, "Desk").await;
    let desk_key = key(&store, desk, Role::Admin).await;
    let (ours, theirs) = (With(&api, &admin), With(&api, &desk_key));

    let before = seen(&theirs).await;
    assert_eq!(before[0]["items"], json!([]));
    let things = Things::make(&ours).await;
    assert_eq!(seen(&theirs).await, before, "nothing of the other workspace shows, not even in a count");
    assert!(!seen(&ours).await[7]["items"].as_array().unwrap().is_empty());

    // The same article is another one there, alone in its cluster.
    let same = theirs.post_article("Herald", LEAKS).await;
    assert_eq!(same["status"], "linked", "its linker runs");
    let cluster = theirs.get(&format!("/v1/clusters/{}", same["claims"][0]["cluster_id"].as_str().unwrap())).await.expect(200);
    assert_eq!(cluster.json()["counts"]["articles"], 1);
    assert_ne!(same["id"], things.article);
    let pair = json!({"claims": [same["claims"][0]["id"], things.claim], "kind": "apart", "reason": "x"});
    theirs.post("/v1/constraints", &pair).await.expect_fault("/claims/1", "unknown");
    let matched = theirs.post("/v1/match", &json!({"text": LEAKS})).await.expect(200).json();
    assert_eq!(matched["items"][0]["cluster"]["id"], same["claims"][0]["cluster_id"]);
    assert_eq!((&matched["coverage"]["articles"], matched["items"].as_array().unwrap().len()), (&json!(1), 1));
    let keys = theirs.get("/v1/keys").await.expect(200).json();
    assert_eq!(keys["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_workspace_that_is_made_while_the_service_runs_is_noticed_by_itself() {
    let store = harness::store().await;
    let service = crate::service::start(&store).await;
    let desk = workspace(&store, "Desk").await;
    let made = Instant::now();
    let linkers = "select count(*) from pg_locks where locktype = 'advisory' and granted
        and database = (select oid from pg_database where datname = current_database())";
    let until = async |count: i64| {
        while sqlx::query_scalar::<_, i64>(linkers).fetch_one(store.pool()).await.unwrap() != count {
            assert!(made.elapsed() < Duration::from_secs(5), "{count} linkers");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    until(2).await;
    assert_eq!(store.create_workspace("desk").await.unwrap(), None, "its name is taken");
    assert_eq!(store.workspace_named("DESK").await.unwrap(), Some(desk));
    service.stop().await;
    until(0).await;
}

#[tokio::test]
async fn a_service_without_keys_is_open_until_its_first_one() {
    let api = Api::start(harness::store().await).await;
    assert_eq!(api.get("/v1/me").await.expect(200).json(), json!({"name": "admin", "role": "admin", "open": true}));
    let reader = json!({"name": "desk", "role": "reader"});
    api.post("/v1/keys", &reader).await.expect_problem(409, "conflict");
    let made = api.post("/v1/keys", &json!({"name": " The boss ", "role": "admin"})).await.expect(201);
    assert_eq!((made.header("cache-control"), made.header("ratelimit")), ("no-store", ""));
    let boss = made.json();
    assert_eq!((&boss["name"], &boss["created_by"]), (&json!("The boss"), &json!("admin")));
    let secret = boss["secret"].as_str().unwrap();
    assert!(secret.starts_with(boss["prefix"].as_str().unwrap()));

    api.get("/v1/me").await.expect_problem(401, "unauthenticated");
    let boss = With(&api, secret);
    assert_eq!(boss.get("/v1/me").await.expect(200).json(), json!({"name": "The boss", "role": "admin", "open": false}));
    boss.post("/v1/keys", &reader).await.expect(201);
    let shown = boss.get(made.header("location")).await.expect(200).json();
    assert!(shown.get("secret").is_none() && shown["id"] == made.json()["id"], "{shown}");
}

#[tokio::test]
async fn the_operator_s_key_is_an_admin_of_the_default_workspace() {
    let store = harness::store().await;
    let desk = workspace(&store, "Desk").await;
    let desk_key = key(&store, desk, Role::Reader).await;
    let api = keyed(&store, |options| options.api_key = Some(crossclaim::http::ApiKey::new("the-key"))).await;
    let operator = With(&api, "the-key");
    operator.post_article("Herald", LEAKS).await;
    assert_eq!(operator.get("/v1/keys").await.expect(200).json()["items"], json!([]));
    assert_eq!(With(&api, &desk_key).get("/v1/articles").await.expect(200).json()["items"], json!([]));
}

#[tokio::test]
async fn no_spelling_of_an_address_goes_round_the_key() {
    let store = harness::store().await;
    let api = keyed(&store, |_| {}).await;
    for path in ["/v%31/articles", "/%76%31/articles", "/v1/%61rticles", "/v1/articles?"] {
        api.get(path).await.expect_problem(401, "unauthenticated");
    }
    for path in ["//v1/articles", "/v1//articles", "/V1/articles", "/v1/articles/", "/./v1%2Farticles"] {
        assert_eq!(api.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn keys_that_cannot_be_are_refused() {
    let api = Api::start(harness::store().await).await;
    for (body, pointer, code) in [
        (json!({"role": "admin"}), "/name", "required"),
        (json!({"name": " ", "role": "admin"}), "/name", "blank"),
        (json!({"name": "a\nb", "role": "admin"}), "/name", "control-character"),
        (json!({"name": "x".repeat(201), "role": "admin"}), "/name", "too-long"),
        (json!({"name": "x", "role": "owner"}), "/role", "unknown-value"),
        (json!({"name": "x", "role": "admin", "expires_at": "soon"}), "/expires_at", "invalid-time"),
        (json!({"name": "x", "role": "admin", "expires_at": "2020-01-01T00:00:00Z"}), "/expires_at", "out-of-range"),
        (json!({"name": "x", "role": "admin", "workspace": Uuid::nil()}), "/workspace", "unknown-field"),
    ] {
        api.post("/v1/keys", &body).await.expect_fault(pointer, code);
    }
}

async fn until_refused(client: &With<'_>, within: Duration) {
    let since = Instant::now();
    while client.get("/v1/articles").await.status != 401 {
        assert!(since.elapsed() < within, "it is let in after {:?}", since.elapsed());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_revoked_key_opens_nothing_a_second_later_on_any_instance() {
    let store = harness::store().await;
    let boss = key(&store, DEFAULT, Role::Admin).await;
    let (editor, secret) = made(&store, DEFAULT, Role::Editor).await;
    let (here, there) = (keyed(&store, |_| {}).await, keyed(&store, |_| {}).await);
    for api in [&here, &there] {
        With(api, &secret).get("/v1/articles").await.expect(200);
    }
    let address = format!("/v1/keys/{}", editor.id);
    let revoked = With(&here, &boss).delete(&address).await.expect(200).json();
    let name = format!("admin of {DEFAULT}");
    assert_eq!((&revoked["revoked_by"], revoked["revoked_at"].is_string()), (&json!(name), true));
    With(&here, &secret).get("/v1/articles").await.expect_problem(401, "unauthenticated");
    until_refused(&With(&there, &secret), Duration::from_secs(1)).await;
    // Its use may be noted at any moment.
    let again = With(&here, &boss).delete(&address).await.expect(200).json();
    assert_eq!(again["revoked_at"], revoked["revoked_at"], "revoking twice changes nothing");
}

#[tokio::test]
async fn a_key_is_let_in_until_it_expires_and_its_use_is_noted() {
    let store = harness::store().await;
    let boss = key(&store, DEFAULT, Role::Admin).await;
    let expires_at = Some(Utc::now() + chrono::TimeDelta::milliseconds(1_500));
    let new = NewKey { name: "short".into(), role: Role::Reader, expires_at };
    let (short, secret) = store.create_key(DEFAULT, &new, "a test").await.unwrap();
    let api = keyed(&store, |_| {}).await;
    let boss = With(&api, &boss);
    let shown = async || boss.get(&format!("/v1/keys/{}", short.id)).await.expect(200).json();
    assert_eq!(shown().await["last_used_at"], Value::Null);
    let client = With(&api, secret.reveal());
    client.get("/v1/articles").await.expect(200);
    let since = Instant::now();
    while shown().await["last_used_at"].is_null() {
        assert!(since.elapsed() < PATIENCE, "its use is noted");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let noted = shown().await["last_used_at"].clone();
    until_refused(&client, Duration::from_secs(3)).await;
    assert_eq!(shown().await["last_used_at"], noted, "once a minute at most");
}

#[tokio::test]
async fn the_last_admin_key_cannot_revoke_itself() {
    let store = harness::store().await;
    let (first, first_secret) = made(&store, DEFAULT, Role::Admin).await;
    // Of another workspace, of a lower role, revoked: none of them could make another key here.
    key(&store, workspace(&store, "Desk").await, Role::Admin).await;
    key(&store, DEFAULT, Role::Editor).await;
    let (gone, _) = made(&store, DEFAULT, Role::Admin).await;
    store.revoke_key(DEFAULT, gone.id, None, "a test").await.unwrap();
    let api = keyed(&store, |_| {}).await;
    let itself = format!("/v1/keys/{}", first.id);
    With(&api, &first_secret).delete(&itself).await.expect_problem(409, "conflict");
    key(&store, DEFAULT, Role::Admin).await;
    With(&api, &first_secret).delete(&itself).await.expect(200);
    With(&api, &first_secret).delete(&itself).await.expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_change_names_the_key_that_made_it() {
    let store = harness::store().await;
    let boss = key(&store, DEFAULT, Role::Admin).await;
    let editor = key(&store, DEFAULT, Role::Editor).await;
    let api = keyed(&store, |_| {}).await;
    let things = Things::make(&With(&api, &boss)).await;
    let lifted = With(&api, &editor).delete(&format!("/v1/constraints/{}", things.constraint)).await.expect(200).json();
    assert_eq!(
        (lifted["made_by"].clone(), lifted["lifted_by"].clone()),
        (json!(format!("admin of {DEFAULT}")), json!(format!("editor of {DEFAULT}")),)
    );
}

#[tokio::test]
async fn keys_are_listed_page_by_page() {
    let store = harness::store().await;
    let boss = key(&store, DEFAULT, Role::Admin).await;
    for _ in 0..4 {
        key(&store, DEFAULT, Role::Reader).await;
    }
    let api = keyed(&store, |_| {}).await;
    let (mut path, mut roles) = ("/v1/keys?limit=2".to_owned(), Vec::new());
    loop {
        let page = With(&api, &boss).get(&path).await.expect(200).json();
        roles.extend(page["items"].as_array().unwrap().iter().map(|key| key["role"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/v1/keys?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(roles, ["reader", "reader", "reader", "reader", "admin"], "newest first");
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let store = harness::store().await;
    let (one, other) = (key(&store, DEFAULT, Role::Reader).await, key(&store, DEFAULT, Role::Reader).await);
    let api = keyed(&store, |options| options.rate_limit = Some(3)).await;
    let one = With(&api, &one);
    // Whatever comes of a request, it counts.
    for (path, remaining) in [("/v1/articles", 2), ("/v1/keys", 1), ("/v1/articles?limit=x", 0)] {
        let answer = one.get(path).await;
        assert_eq!(answer.header("ratelimit-policy"), "\"default\";q=3;w=60", "{path}");
        assert_eq!(answer.header("ratelimit"), format!("\"default\";r={remaining};t={}", 20 * (3 - remaining)), "{path}");
    }
    let refused = one.get("/v1/articles").await.expect_problem(429, "rate-limited");
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=20).contains(&wait), "{wait}");
    assert!(refused.header("ratelimit").starts_with("\"default\";r=0;t="));
    With(&api, &other).get("/v1/articles").await.expect(200);
    // An address that there is not is asked for as well.
    assert!(With(&api, &other).get("/v1/nowhere").await.expect(404).header("ratelimit").starts_with("\"default\";r=1"));
    // Not counted: nobody has to bring a key for it.
    assert_eq!(one.get("/livez").await.expect(200).header("ratelimit"), "");
}

/// A bucket fills while it is emptied: what came meanwhile is let through as well, and no more.
#[tokio::test]
async fn all_instances_together_let_through_what_a_key_may_ask() {
    const QUOTA: u32 = 600;
    let store = harness::store().await;
    let reader = key(&store, DEFAULT, Role::Reader).await;
    let instances = [keyed(&store, |_| {}).await, keyed(&store, |_| {}).await];
    let ask = async |instance: usize| With(&instances[instance], &reader).get("/v1/constraints").await;
    let begun = Instant::now();
    let (mut through, mut last, mut refused, mut asked) = (0_u32, begun, [0, 0], 0);
    while refused.iter().any(|refused| *refused < 3) {
        // In runs of different lengths, so that portions are begun and left.
        let instance = usize::from(asked % 7 < 3);
        asked += 1;
        let answer = ask(instance).await;
        match answer.status {
            200 => (through, last) = (through + 1, Instant::now()),
            _ => {
                assert!(answer.header("ratelimit").starts_with("\"default\";r=0;t="), "{}", answer.header("ratelimit"));
                answer.expect_problem(429, "rate-limited");
                refused[instance] += 1;
            }
        }
    }
    let there_were = f64::from(QUOTA) * (1.0 + (last - begun).as_secs_f64() / 60.0);
    println!("D5: {through} of {there_were:.1} by two instances, {asked} asked");
    assert!(f64::from(through) <= there_were && f64::from(through) >= there_were * 0.99, "{through} of {there_were}");
}

#[tokio::test]
async fn counting_asks_the_database_rarely_and_goes_on_without_it() {
    let store = harness::store().await;
    let counted = "create sequence borrowed;
        create function count_borrowed() returns trigger language plpgsql security definer as
            $$ begin perform nextval('borrowed'); return new; end $$;
        create trigger count_borrowed before insert on allowance for each statement execute function count_borrowed()";
    sqlx::raw_sql(counted).execute(store.pool()).await.unwrap();
    let borrowed = async || -> i64 {
        let drawn = "select case when is_called then last_value else 0 end from borrowed";
        sqlx::query_scalar(drawn).fetch_one(store.pool()).await.unwrap()
    };
    Api::start(store.clone()).await.get("/v1/constraints").await.expect(200);
    let reader = key(&store, DEFAULT, Role::Reader).await;
    let unlimited = keyed(&store, |options| options.rate_limit = Some(0)).await;
    With(&unlimited, &reader).get("/v1/constraints").await.expect(200);
    assert_eq!(borrowed().await, 0, "who is not limited is not counted");

    let limited = keyed(&store, |_| {}).await;
    let begun = Instant::now();
    for asked in 0..60 {
        let answer = With(&limited, &reader).get("/v1/constraints").await.expect(200);
        let standing = answer.header("ratelimit");
        let remaining: u64 = standing.split(['=', ';']).nth(2).unwrap().parse().unwrap();
        let filled = begun.elapsed().as_secs() * 10 + 10;
        assert!((599 - asked..=599 - asked + filled).contains(&remaining), "{asked}: {standing}");
    }
    let most = 60 / 6 + i64::try_from(begun.elapsed().as_secs()).unwrap() + 1;
    assert!((10..=most).contains(&borrowed().await), "{} of {most}", borrowed().await);

    let alone = Api::with(crate::api::unconnected(), |options| {
        options.rate_limit = Some(3);
        options.api_key = Some(crossclaim::http::ApiKey::new("operators-key"));
    })
    .await;
    for _ in 0..3 {
        With(&alone, "operators-key").get("/v1/constraints").await.expect_problem(503, "database-unavailable");
    }
    With(&alone, "operators-key").get("/v1/constraints").await.expect_problem(429, "rate-limited");
}

#[tokio::test]
async fn who_tries_keys_is_stopped_and_nobody_else_is() {
    let store = harness::store().await;
    let reader = key(&store, DEFAULT, Role::Reader).await;
    let api = keyed(&store, |_| {}).await;
    for tried in 0..20 {
        let guess = Secret::generate();
        let answer = With(&api, guess.reveal()).get("/v1/articles").await;
        assert_eq!(answer.status, 401, "{tried}");
    }
    With(&api, Secret::generate().reveal()).get("/v1/articles").await.expect_problem(429, "rate-limited");
    With(&api, &reader).get("/v1/articles").await.expect(200);
    api.get("/v1/articles").await.expect_problem(401, "unauthenticated");
}

/// E7: whether it can be timed that the beginning of a key is known. Told and not judged: other work on the machine is louder.
#[tokio::test]
async fn who_guesses_is_not_told_by_the_clock_how_near_it_is() {
    let store = harness::store().await;
    let reader = key(&store, DEFAULT, Role::Reader).await;
    let (prefix, _) = reader.rsplit_once('_').unwrap();
    let api = keyed(&store, |options| options.wrong_keys = u32::MAX).await;
    let samples = if std::env::var_os("CROSSCLAIM_FULL_SIZE").is_some() { 10_000 } else { 100 };
    let mut took = [Vec::new(), Vec::new()];
    for n in 0..2 * samples {
        let guess = Secret::generate().reveal().to_owned();
        let guess = if n % 2 == 0 { guess } else { format!("{prefix}_{}", guess.rsplit_once('_').unwrap().1) };
        let begun = Instant::now();
        let answer = With(&api, &guess).get("/v1/articles").await;
        took[n % 2].push(begun.elapsed().as_secs_f64() * 1e6);
        assert_eq!(answer.status, 401);
    }
    // The slowest twentieth are other things that this machine does.
    let [unknown, known] = took.map(|mut took| {
        took.sort_by(f64::total_cmp);
        took.truncate(took.len() * 95 / 100);
        let mean = took.iter().sum::<f64>() / took.len() as f64;
        let variance = took.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (took.len() - 1) as f64;
        (mean, variance / took.len() as f64)
    });
    let t = (known.0 - unknown.0) / (known.1 + unknown.1).sqrt();
    println!(
        "E7: {samples} guesses each: {:.1} µs with an unknown beginning, {:.1} with a known one; Welch's t {t:.1}",
        unknown.0, known.0
    );
}

#[tokio::test]
async fn limits_are_as_configured_and_usual_only_for_keys() {
    let store = harness::store().await;
    let open = Api::start(store.clone()).await;
    assert_eq!(open.get("/v1/articles").await.expect(200).header("ratelimit-policy"), "");
    let limited = Api::with(store.clone(), |options| options.rate_limit = Some(1)).await;
    limited.get("/v1/articles").await.expect(200);
    limited.get("/v1/articles").await.expect_problem(429, "rate-limited");

    let reader = key(&store, DEFAULT, Role::Reader).await;
    let usual = keyed(&store, |_| {}).await;
    let policy = With(&usual, &reader).get("/v1/articles").await.expect(200).header("ratelimit-policy").to_owned();
    assert_eq!(policy, "\"default\";q=600;w=60");
    let unlimited = keyed(&store, |options| options.rate_limit = Some(0)).await;
    assert_eq!(With(&unlimited, &reader).get("/v1/articles").await.expect(200).header("ratelimit-policy"), "");
}

#[tokio::test]
async fn pages_of_configured_origins_may_use_the_api_and_no_others() {
    const DESK: &str = "https://desk.example";
    let store = harness::store().await;
    let reader = key(&store, DEFAULT, Role::Reader).await;
    let api = keyed(&store, |options| options.cors_origins = vec![DESK.into(), "http://localhost:3000".into()]).await;
    let preflight = async |origin: &str, method: &str, header: &str| {
        let request = api.request(Method::OPTIONS, "/v1/articles").header("Origin", origin);
        Answer::of(request.header("Access-Control-Request-Method", method).header("Access-Control-Request-Headers", header)).await
    };
    let allowed = preflight(DESK, "POST", "authorization, content-type, idempotency-key").await.expect(200);
    assert_eq!(allowed.header("access-control-allow-origin"), DESK);
    assert!(allowed.header("access-control-allow-headers").to_lowercase().contains("authorization"));
    assert!(allowed.header("access-control-allow-methods").contains("DELETE"));
    assert!(allowed.header("vary").contains("Origin"));
    for (origin, method, header) in [
        ("https://evil.example", "GET", "authorization"),
        ("http://desk.example", "GET", "authorization"),
        ("https://desk.example.evil.example", "GET", "authorization"),
        ("null", "GET", "authorization"),
        (DESK, "BREW", "authorization"),
        (DESK, "GET", "x-forwarded-for"),
    ] {
        let refused = preflight(origin, method, header).await.expect_problem(400, "malformed-request");
        assert_eq!(refused.header("access-control-allow-origin"), "", "{origin} {method} {header}");
    }

    let from = |origin: &str| With(&api, &reader).request(Method::GET, "/v1/articles").header("Origin", origin);
    let answers = [
        Answer::of(from(DESK)).await.expect(200),
        // A problem can be read as well as an answer.
        Answer::of(api.request(Method::GET, "/v1/articles").header("Origin", DESK)).await.expect_problem(401, "unauthenticated"),
    ];
    for answer in answers {
        assert_eq!(answer.header("access-control-allow-origin"), DESK);
        let exposed = answer.header("access-control-expose-headers").to_lowercase();
        for name in ["ratelimit", "ratelimit-policy", "etag", "location", "x-request-id", "retry-after"] {
            assert!(exposed.split(", ").any(|exposed| exposed == name), "{name} in {exposed}");
        }
        assert_eq!(answer.header("access-control-allow-credentials"), "");
    }
    assert_eq!(Answer::of(from("https://evil.example")).await.expect(200).header("access-control-allow-origin"), "");

    let closed = Api::start(store).await;
    let request =
        closed.request(Method::OPTIONS, "/v1/articles").header("Origin", DESK).header("Access-Control-Request-Method", "GET");
    assert_eq!(Answer::of(request).await.expect_problem(405, "method-not-allowed").header("access-control-allow-origin"), "");
}

/// Every row of every table, as text.
async fn dump(store: &Store) -> String {
    let tables: Vec<String> =
        sqlx::query_scalar("select table_name from information_schema.tables where table_schema = 'public'")
            .fetch_all(store.pool())
            .await
            .unwrap();
    let mut dump = String::new();
    for table in tables {
        let rows = sqlx::AssertSqlSafe(format!("select coalesce(string_agg(t::text, E'\\n'), '') from {table} t"));
        dump += &sqlx::query_scalar::<_, String>(rows).fetch_one(store.pool()).await.unwrap();
    }
    dump
}

#[tokio::test]
async fn the_secret_is_stored_nowhere_and_shown_once() {
    let store = harness::store().await;
    let api = Api::start(store.clone()).await;
    let made = api.post("/v1/keys", &json!({"name": "boss", "role": "admin"})).await.expect(201).json();
    let secret = made["secret"].as_str().unwrap();
    let (prefix, proof) = secret.rsplit_once('_').unwrap();
    let boss = With(&api, secret);
    boss.post_article("Herald", LEAKS).await;
    let mut seen = dump(&store).await;
    assert!(seen.contains(prefix), "the dump shows what is stored");
    for path in ["/v1/keys", &format!("/v1/keys/{}", made["id"].as_str().unwrap()), "/v1/articles?limit=0", "/metrics"] {
        seen += &boss.get(path).await.text();
    }
    assert!(!seen.contains(proof));
    let stored = store.key(DEFAULT, Uuid::parse_str(made["id"].as_str().unwrap()).unwrap().into()).await.unwrap().unwrap();
    assert!(!format!("{stored:?} {:?}", Secret::parse(secret.as_bytes())).contains(proof));
}
