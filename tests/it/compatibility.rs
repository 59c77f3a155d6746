//! An old client keeps working: what was recorded of version 1 is still answered, field by field, and only additions pass.
//!
//! `tests/it/recorded/v1.json` holds answers as they were. After an addition nothing has to be done; `RECORD=1 cargo test --test it
//! compatibility` writes the file anew, which belongs into a commit of its own that says why an old client does not mind.

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde_json::{Value, json};

use crate::{api::Api, harness};

const ASSERTED: &str = "The dam at Orin has cracked along its northern wall, mayor Anna Holm told Herald. Repairs will cost more than 40 million euros.";
const DENIED: &str = "The water board denied that the dam at Orin has cracked along its northern wall.";
const COPIED: &str =
    "The dam at Orin has cracked along its northern wall, Herald reports. Repairs will cost more than 45 million euros.";

/// Each kind of answer, as one that a client might get.
async fn answers(api: &Api) -> BTreeMap<String, Value> {
    let article = |outlet: &str, text: &str| {
        json!({"url": format!("https://{outlet}.example/1"), "title": "The dam at Orin", "text": text, "language": "en",
            "outlet": {"name": outlet, "domain": format!("{outlet}.example"), "kind": "newspaper"}, "published_at": "2026-03-04T08:30:00Z"})
    };
    let first = api.post("/v1/articles", &article("herald", ASSERTED)).await.expect(201).json();
    api.post("/v1/articles", &article("courier", DENIED)).await.expect(201);
    api.post("/v1/articles", &article("gazette", COPIED)).await.expect(201);
    let claim = &first["claims"][0];
    let (article_id, claim_id) = (first["id"].as_str().unwrap(), claim["id"].as_str().unwrap());
    let cluster_id =
        api.get(&format!("/v1/claims/{claim_id}")).await.expect(200).json()["cluster_id"].as_str().unwrap().to_owned();
    let note = json!({"kind": "note", "cluster": cluster_id, "text": "Call the mayor.", "reason": "We were asked."});
    let decision = api.post("/v1/decisions", &note).await.expect(201).json();
    let mut answers =
        BTreeMap::from([("POST /v1/articles".to_owned(), first.clone()), ("POST /v1/decisions".to_owned(), decision.clone())]);
    let outlet_id = first["outlet"]["id"].as_str().unwrap();
    let reads = [
        ("/v1/articles", String::new()),
        ("/v1/articles/{id}", article_id.to_owned()),
        ("/v1/articles/{id}/reuse", article_id.to_owned()),
        ("/v1/claims", String::new()),
        ("/v1/claims/{id}", claim_id.to_owned()),
        ("/v1/clusters", String::new()),
        ("/v1/clusters/{id}", cluster_id.clone()),
        ("/v1/clusters/{id}/history", cluster_id.clone()),
        ("/v1/matrix", String::new()),
        ("/v1/outlets", String::new()),
        ("/v1/outlets/{id}", outlet_id.to_owned()),
        ("/v1/decisions/{id}", decision["id"].as_str().unwrap().to_owned()),
    ];
    for (path, id) in reads {
        answers.insert(format!("GET {path}"), api.get(&path.replace("{id}", &id)).await.expect(200).json());
    }
    for path in ["/v1/match", "/v1/check"] {
        answers.insert(format!("POST {path}"), api.post(path, &json!({"text": ASSERTED})).await.expect(200).json());
    }
    answers.insert("a problem".to_owned(), api.post("/v1/match", &json!({"text": ""})).await.expect(422).json());
    answers
}

/// What an old client reads and the new answer does not have: the place and what stood there. An empty list says nothing of its items.
fn missing(old: &Value, new: &Value, place: &str, found: &mut Vec<String>) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            for (name, old) in old {
                match new.get(name) {
                    Some(new) => missing(old, new, &format!("{place}/{name}"), found),
                    None => found.push(format!("{place}/{name} is gone")),
                }
            }
        }
        (Value::Array(old), Value::Array(new)) => {
            if let (Some(old), [one, others @ ..]) = (old.first(), new.as_slice()) {
                // Items of a list may be of several kinds: one that has all the fields is enough.
                let lacks = |item: &Value| {
                    let mut lacks = Vec::new();
                    missing(old, item, &format!("{place}/0"), &mut lacks);
                    lacks
                };
                let fewest = others.iter().map(lacks).fold(lacks(one), |a, b| if b.len() < a.len() { b } else { a });
                found.extend(fewest);
            } else if !old.is_empty() {
                found.push(format!("{place} is empty"));
            }
        }
        (old, new) if std::mem::discriminant(old) != std::mem::discriminant(new) && !old.is_null() => {
            found.push(format!("{place} was {old} and is {new}"));
        }
        _ => {}
    }
}

#[tokio::test]
async fn an_old_client_finds_everything_where_it_was() {
    let api = Api::patient(harness::store().await).await;
    let answers = answers(&api).await;
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/recorded/v1.json");
    if std::env::var_os("RECORD").is_some() {
        fs::write(&file, serde_json::to_string_pretty(&answers).unwrap() + "\n").unwrap();
    }
    let recorded: BTreeMap<String, Value> = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    assert!(recorded.len() >= 17);
    for (what, old) in &recorded {
        let mut found = Vec::new();
        missing(old, answers.get(what).unwrap_or(&Value::Null), "", &mut found);
        assert!(found.is_empty(), "{what}: {found:#?}");
    }
}

#[test]
fn what_is_gone_or_of_another_kind_is_noticed_and_what_is_new_is_not() {
    let old = json!({"id": "a", "items": [{"n": 1, "kind": "x"}], "next": null});
    let lacks = |new: Value| {
        let mut found = Vec::new();
        missing(&old, &new, "", &mut found);
        found
    };
    let more = json!({"id": "b", "items": [{"n": 2, "kind": "y", "more": true}], "next": "c", "also": 1});
    assert!(lacks(more).is_empty());
    assert_eq!(lacks(json!({"id": 7, "items": [{"kind": "y"}], "next": null})), ["/id was \"a\" and is 7", "/items/0/n is gone"]);
    assert_eq!(lacks(json!({"items": [], "next": null})), ["/id is gone", "/items is empty"]);
}
