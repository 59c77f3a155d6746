//! The API document: it is the committed one, every promise in it is complete, and the server keeps to its methods.

use std::collections::BTreeMap;

use crossclaim::{
    domain::{Role, WorkspaceId},
    http::{ApiKey, openapi},
    storage::NewKey,
};
use reqwest::Method;
use serde_json::Value;

use crate::{
    api::{Answer, Api, unconnected},
    harness, newsroom,
};

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/crossclaim.json");

fn document() -> Value {
    serde_json::to_value(openapi()).expect("a document is JSON")
}

/// Every operation as path, method and description.
fn operations() -> Vec<(String, String, Value)> {
    let document = document();
    let paths = document["paths"].as_object().expect("paths").clone();
    let operations = paths.into_iter().flat_map(|(path, item)| {
        let methods = item.as_object().expect("a path item").clone();
        methods.into_iter().map(move |(method, operation)| (path.clone(), method.to_uppercase(), operation))
    });
    operations.collect()
}

/// A path with every parameter filled in.
fn example_of(path: &str) -> String {
    path.replace("{id}", "01900000-0000-7000-8000-000000000001").replace("{slug}", "not-found")
}

#[test]
fn the_committed_document_is_the_code_s() {
    let committed = std::fs::read_to_string(COMMITTED).unwrap_or_default();
    let current = openapi().to_pretty_json().expect("a document is JSON");
    assert!(committed.trim_end() == current, "openapi/crossclaim.json is out of date: run `make openapi` and look at the diff");
}

#[test]
fn every_operation_is_described_to_the_end() {
    let mut ids = std::collections::HashSet::new();
    for (path, method, operation) in operations() {
        let place = format!("{method} {path}");
        for field in ["operationId", "summary", "description"] {
            assert!(operation[field].as_str().is_some_and(|text| !text.is_empty()), "{place} lacks {field}");
        }
        assert!(ids.insert(operation["operationId"].clone()), "{place} repeats an operationId");
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{place} has one tag");
        for (status, response) in operation["responses"].as_object().expect("responses") {
            assert!(
                response["description"].as_str().is_some_and(|text| !text.is_empty()),
                "{place} {status} lacks a description"
            );
            let is_problem = !response["content"]["application/problem+json"].is_null();
            // Where no request that is HTTP is refused, what refuses is the parser of HTTP, which has no words for it.
            let unread = status == "400" && !path.starts_with("/v1/");
            assert_eq!(
                is_problem,
                status.starts_with(['4', '5']) && !unread,
                "{place} {status} is a problem when it is an error"
            );
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let described = parameter["description"].is_string()
                || !parameter["schema"]["$ref"].is_null()
                || parameter["schema"]["oneOf"].is_array();
            assert!(described, "{place}: {}", parameter["name"]);
        }
    }
    assert!(ids.len() >= 16, "{ids:?}");
}

#[test]
fn what_a_request_may_hold_is_closed_and_has_an_example() {
    let document = document();
    // A body of lines is text to the schema; its lines are what another operation takes. What JSON-LD holds is not ours to close.
    let is_open = |operation: &Value| {
        let content = &operation["requestBody"]["content"];
        content["application/x-ndjson"].is_object() || content["application/ld+json"].is_object()
    };
    let takes_json = |operation: &Value| operation["requestBody"].is_object() && !is_open(operation);
    let bodies: Vec<_> = operations()
        .into_iter()
        .filter(|(_, method, operation)| matches!(method.as_str(), "POST" | "PUT" | "PATCH") && takes_json(operation))
        .collect();
    assert!(bodies.len() >= 8, "{}", bodies.len());
    for (path, _, operation) in bodies {
        let reference =
            operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str().expect("a named schema");
        let schema = &document["components"]["schemas"][reference.rsplit('/').next().unwrap()];
        assert_eq!(schema["additionalProperties"], false, "{path}");
        let example = schema["examples"][0].as_object().unwrap_or_else(|| panic!("{path} has no example"));
        for field in example.keys() {
            assert!(schema["properties"].get(field).is_some(), "{path}: the example's {field} is not in the schema");
        }
    }
}

/// Whatever an answer holds that its schema does not name.
fn undescribed(document: &Value, schemas: &[&Value], answer: &Value, place: &str, found: &mut Vec<String>) {
    let mut parts: Vec<&Value> = schemas.to_vec();
    let mut at = 0;
    while let Some(part) = parts.get(at).copied() {
        if let Some(reference) = part["$ref"].as_str() {
            parts.push(document.pointer(reference.trim_start_matches('#')).unwrap());
        }
        parts.extend(part["allOf"].as_array().into_iter().flatten());
        at += 1;
    }
    if let Some(choice) = parts.iter().position(|part| part["oneOf"].is_array()) {
        let choices = parts.swap_remove(choice)["oneOf"].as_array().unwrap();
        let tried = choices.iter().map(|choice| {
            let (mut tried, mut with) = (Vec::new(), vec![choice]);
            with.extend(parts.iter().filter(|part| part["$ref"].is_null() && part["allOf"].is_null()));
            undescribed(document, &with, answer, place, &mut tried);
            tried
        });
        return found.extend(tried.min_by_key(Vec::len).unwrap());
    }
    match answer {
        Value::Array(items) => {
            for item in items {
                let of: Vec<&Value> = parts.iter().map(|part| &part["items"]).filter(|of| of.is_object()).collect();
                undescribed(document, &of, item, &format!("{place}[]"), found);
            }
        }
        Value::Object(fields) => {
            // What is described as an object and no more may hold anything, and a map anything of its kind.
            let named = parts.iter().any(|part| part["properties"].is_object());
            let rest: Vec<&Value> = parts.iter().map(|part| &part["additionalProperties"]).filter(|of| of.is_object()).collect();
            for (name, value) in fields {
                let of: Vec<&Value> = parts.iter().map(|part| &part["properties"][name]).filter(|of| of.is_object()).collect();
                let place = format!("{place}.{name}");
                match (of.is_empty(), rest.is_empty()) {
                    (false, _) => undescribed(document, &of, value, &place, found),
                    (true, false) => undescribed(document, &rest, value, &place, found),
                    (true, true) if named || parts.is_empty() => found.push(place),
                    (true, true) => {}
                }
            }
        }
        _ if parts.is_empty() => found.push(place.to_owned()),
        _ => {}
    }
}

/// E4.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_hold_nothing_that_is_not_described() {
    let store = harness::store().await;
    newsroom::furnish(&store, 24).await;
    let new = NewKey { name: "Boss".into(), role: Role::Admin, expires_at: None };
    let key = store.create_key(WorkspaceId::DEFAULT, &new, "a test").await.unwrap().1.reveal().to_owned();
    let api = Api::with(store, |options| {
        options.open = false;
        options.rate_limit = Some(0);
        options.link_wait = harness::PATIENCE;
    })
    .await
    .with_key(&key)
    .ready()
    .await;
    let document = document();
    let (mut asked, mut answered) = (Vec::new(), 0);
    for (path, method, operation) in operations() {
        let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        if method != "GET" || !schema.is_object() || path == "/openapi.json" {
            continue;
        }
        let paths = match path.split_once("/{id}") {
            Some((list, _)) => {
                let items = api.get(&format!("{list}?limit=30")).await.expect(200).json()["items"].as_array().unwrap().clone();
                assert!(!items.is_empty() || list.ends_with("feeds") || list.ends_with("constraints"), "{list} is empty");
                items.iter().map(|item| path.replace("{id}", item["id"].as_str().unwrap())).collect()
            }
            None if path == "/v1/review" => {
                ["suggested", "doubtful", "presupposed"].map(|kind| format!("{path}?kind={kind}")).to_vec()
            }
            None => vec![path.clone()],
        };
        for path in paths {
            asked.push((path.clone(), schema.clone(), api.get(&path).await.expect(200).json()));
        }
    }
    let text = serde_json::json!({"text": "The dam at Orin has cracked along its northern wall. Ballots were counted twice."});
    for path in ["/v1/match", "/v1/check"] {
        let schema = &document["paths"][path]["post"]["responses"]["200"]["content"]["application/json"]["schema"];
        asked.push((path.to_owned(), schema.clone(), api.post(path, &text).await.expect(200).json()));
    }
    let mut found = Vec::new();
    for (path, schema, answer) in &asked {
        undescribed(&document, &[schema], answer, path, &mut found);
        answered += answer.to_string().len();
    }
    assert!(found.is_empty(), "{found:#?}");
    assert!(asked.len() > 60 && answered > 100_000, "{} answers, {answered} bytes", asked.len());

    // It would be seen.
    let (path, schema, answer) = asked.iter().find(|(path, ..)| path.starts_with("/v1/claims/")).unwrap();
    let mut more = answer.clone();
    more["attribution"]["secret"] = 1.into();
    undescribed(&document, &[schema], &more, "it", &mut found);
    assert_eq!(found, ["it.attribution.secret"], "{path}");
}

#[test]
fn every_reference_leads_somewhere() {
    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(map) => {
                found.extend(map.get("$ref").and_then(Value::as_str));
                map.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let document = document();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 50);
    for reference in found {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
}

fn sorted(methods: &str) -> Vec<&str> {
    let mut methods: Vec<&str> = methods.split(", ").collect();
    methods.sort_unstable();
    methods
}

#[tokio::test]
async fn every_address_answers_its_methods_and_names_them_to_others() {
    let api = Api::without_database().await;
    let mut paths: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, method, _) in operations() {
        paths.entry(path).or_default().push(method);
    }
    assert!(paths.len() >= 15);
    for (path, methods) in paths {
        let allow =
            if methods.contains(&"GET".into()) { methods.join(", ").replace("GET", "GET, HEAD") } else { methods.join(", ") };
        let path = example_of(&path);
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"] {
            let answer = Answer::of(api.request(Method::from_bytes(method.as_bytes()).unwrap(), &path)).await;
            if allow.split(", ").any(|allowed| allowed == method) {
                assert_ne!(answer.status, 405, "{method} {path}");
            } else if method == "HEAD" {
                assert_eq!((answer.status, sorted(answer.header("allow"))), (405, sorted(&allow)), "{method} {path}");
            } else {
                let answer = answer.expect_problem(405, "method-not-allowed");
                assert_eq!(sorted(answer.header("allow")), sorted(&allow), "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn a_head_request_gets_the_headers_of_get_and_no_body() {
    let api = Api::without_database().await;
    for path in ["/livez", "/openapi.json", "/", "/docs/", "/problems/not-found", "/v1/articles?limit=0", "/nowhere"] {
        let get = Answer::of(api.request(Method::GET, path).header("Accept-Encoding", "identity")).await;
        let head = Answer::of(api.request(Method::HEAD, path).header("Accept-Encoding", "identity")).await;
        assert_eq!(head.body, b"", "{path}");
        assert!(!get.body.is_empty(), "{path}");
        assert_eq!(head.status, get.status, "{path}");
        for name in ["content-type", "content-length", "content-security-policy"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
    }
}

#[tokio::test]
async fn with_a_key_set_every_operation_that_is_not_declared_public_asks_for_it() {
    let api = Api::with(unconnected(), |options| {
        options.api_key = Some(ApiKey::new("the-key"));
        options.wrong_keys = 1_000;
    })
    .await;
    for (path, method, operation) in operations() {
        let public =
            operation["security"].as_array().is_some_and(|schemes| schemes.iter().all(|scheme| scheme == &serde_json::json!({})));
        assert_eq!(public, !path.starts_with("/v1/"), "{path}");
        let request = || api.request(method.parse().unwrap(), &example_of(&path));
        if public {
            assert_ne!(Answer::of(request()).await.status, 401, "{path}");
            continue;
        }
        for authorization in ["", "Bearer", "Bearer ", "Bearer the-ke", "Bearer the-key2", "Basic the-key", "the-key"] {
            let request = request().header("Authorization", authorization);
            let answer = Answer::of(request).await.expect_problem(401, "unauthenticated");
            assert!(answer.header("www-authenticate").starts_with("Bearer"), "{method} {path}");
        }
        Answer::of(request()).await.expect_problem(401, "unauthenticated");
        let let_in = Answer::of(request().header("Authorization", "bearer the-key")).await;
        assert_ne!(let_in.status, 401, "{method} {path}");
    }
}

#[tokio::test]
async fn pages_come_with_a_strict_policy_and_load_nothing_from_elsewhere() {
    let api = Api::without_database().await;
    let page = api.get("/").await.expect(200);
    assert!(page.header("content-security-policy").contains("default-src 'none'; script-src 'self'; style-src 'self';"));
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert_eq!(api.get("/docs").await.expect(307).header("location"), "docs/");
    let docs = api.get("/docs/").await.expect(200);
    assert!(docs.header("content-security-policy").contains("script-src 'self'; style-src 'self' 'unsafe-inline';"));
    assert!(!docs.text().contains("src=\"http") && !docs.text().contains("href=\"http"), "{}", docs.text());
    assert_eq!(api.get("/docs/swagger-ui.css").await.expect(200).header("content-type"), "text/css");
    assert!(api.get("/docs/swagger-initializer.js").await.expect(200).text().contains("/openapi.json"));
    assert_eq!(api.get("/openapi.json").await.expect(200).json(), document());
    api.get("/app.js").await.expect(200);
}

#[tokio::test]
async fn every_problem_has_a_page_that_says_what_to_do() {
    let api = Api::without_database().await;
    for code in crossclaim::http::Code::ALL {
        let page = api.get(&format!("/problems/{}", code.slug())).await.expect(200).text();
        assert!(page.contains(code.title()) && page.contains(code.remedy()), "{page}");
    }
    api.get("/problems/unheard-of").await.expect_problem(404, "not-found");
}

#[tokio::test]
async fn requests_are_counted_by_route_and_not_by_path() {
    let api = Api::without_database().await;
    api.get("/problems/not-found").await.expect(200);
    api.get("/a-path-that-nobody-serves").await.expect(404);
    let page = api.get("/metrics").await.expect(200).text();
    assert!(page.contains("http_requests_total{method=\"GET\",route=\"/problems/{slug}\",status=\"200\"}"), "{page}");
    assert!(
        page.contains("http_request_duration_seconds_bucket{method=\"GET\",route=\"/problems/{slug}\",le=\"0.001\"}"),
        "{page}"
    );
    assert!(page.contains("route=\"unmatched\",status=\"404\""), "{page}");
    assert!(!page.contains("nobody-serves"), "{page}");
}

/// A reason that the engine gives and the database refuses would keep an article from being linked.
/// docs/api.md names each operation once, and test files that there are.
#[test]
fn the_table_of_features_is_complete() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = std::fs::read_to_string(root.join("docs/api.md")).unwrap();
    let (operations, rest): (Vec<&str>, Vec<&str>) = table
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| feature"))
        .partition(|line| line.matches(" | ").count() == 2);
    let quoted = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let cell = |line: &&str, at: usize| quoted(line.split(" | ").nth(at).unwrap());
    let mut named: Vec<String> = operations.iter().flat_map(|line| cell(line, 1)).collect();
    named.sort_unstable();
    let document: Value = serde_json::from_str(&std::fs::read_to_string(root.join("openapi/crossclaim.json")).unwrap()).unwrap();
    let paths = document["paths"].as_object().unwrap().iter().filter(|(path, _)| path.starts_with("/v1/"));
    let operation = |operation: &Value| operation["operationId"].as_str().unwrap().to_owned();
    let mut all: Vec<String> = paths.flat_map(|(_, item)| item.as_object().unwrap().values().map(operation)).collect();
    all.sort_unstable();
    assert_eq!(named, all);
    let files = operations.iter().map(|line| cell(line, 2)).chain(rest.iter().map(|line| cell(line, 1)));
    for file in files.flatten().filter(|file| file.ends_with(".rs")) {
        assert!(root.join("tests/it").join(&file).is_file(), "{file}");
    }
}
