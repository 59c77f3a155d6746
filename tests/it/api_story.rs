//! A newsroom's day over the API: articles go in, what the outlets do with each other's claims comes out.

use std::collections::HashSet;

use crossclaim::http::openapi;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    api::{Answer, Api},
    harness,
    service::until,
};

const FERRY: &str = "The Marlow ferry stays in port this week.";
const SKIPPED: &str = "Three inspections of the Marlow ferry were skipped.";
const DENIED: &str = "Tidelines denied that three inspections of the Marlow ferry were skipped.";

fn article(outlet: &str, slug: &str, sentences: &[&str]) -> Value {
    json!({
        "url": format!("https://{}.example/{slug}", outlet.to_lowercase()),
        "title": "The Marlow ferry",
        "text": sentences.join(" "),
        "outlet": {"name": outlet, "kind": "newspaper"},
        "published_at": "2026-03-04T08:30:00Z",
        "language": "en",
    })
}

/// What the document gives as an example of a request body.
fn example(schema: &str) -> Value {
    let document = serde_json::to_value(openapi()).unwrap();
    document["components"]["schemas"][schema]["examples"][0].clone()
}

/// Every field of a claim that clients rely on, and that what its spans point to is what it says.
fn assert_claim(claim: &Value, article: &Value) {
    for field in ["id", "text", "proposition", "polarity", "certainty"] {
        assert!(claim[field].is_string(), "{field} of {claim}");
    }
    assert_eq!(claim["article_id"], article["id"]);
    assert_eq!(claim["outlet"], article["outlet"]);
    assert!(matches!(claim["attribution"]["voice"].as_str(), Some("outlet" | "attributed")), "{claim}");
    assert!(claim["attribution"]["chain"].is_array() && claim["quantities"].is_array() && claim["entities"].is_array());
    let whole = if claim["headline"] == true { &article["title"] } else { &article["text"] };
    let at = |end: &str| usize::try_from(claim["span"][end].as_u64().expect("a span")).unwrap();
    let words: String = whole.as_str().unwrap().chars().skip(at("start")).take(at("end") - at("start")).collect();
    assert_eq!(claim["text"], words.as_str());
}

#[tokio::test]
async fn answers_say_what_they_draw_on_and_how_a_claim_went_through_time() {
    let api = Api::start(harness::store().await).await;
    let nothing = api.post("/v1/match", &json!({"text": SKIPPED})).await.expect(200).json();
    assert_eq!(nothing["coverage"], json!({"outlets": 0, "articles": 0, "from": null, "to": null}));

    let mut hedged =
        article("Herald", "1", &["Three inspections of the Marlow ferry may have been skipped, harbour master Ola Brandt said."]);
    hedged["published_at"] = json!("2026-03-02T08:00:00Z");
    let first = api.post("/v1/articles", &hedged).await.expect(201).json();
    let second = "Three inspections of the Marlow ferry were skipped, harbour master Ola Brandt said.";
    api.post("/v1/articles", &article("Courier", "1", &[second])).await.expect(201);

    let draft = api.post("/v1/check", &json!({"text": SKIPPED})).await.expect(200).json();
    let list = api.get("/v1/clusters").await.expect(200).json();
    for answer in [&draft, &list] {
        let expected = json!({"outlets": 2, "articles": 2, "from": "2026-03-02T08:00:00Z", "to": "2026-03-04T08:30:00Z"});
        assert_eq!(answer["coverage"], expected);
    }
    let claim = first["claims"].as_array().unwrap().iter().find(|claim| claim["headline"] == false).expect("a claim");
    let cluster = api.get(&format!("/v1/clusters/{}", claim["cluster_id"].as_str().unwrap())).await.expect(200).json();
    let steps = cluster["timeline"].as_array().expect("a timeline");
    assert_eq!(steps.len(), cluster["claims"].as_array().unwrap().len());
    let told: Vec<_> = steps
        .iter()
        .filter(|step| step["root"] == "Ola Brandt")
        .map(|step| (&step["at"], &step["new_origin"], &step["drift"]))
        .collect();
    assert_eq!(told[0], (&json!("2026-03-02T08:00:00Z"), &json!(true), &json!([])));
    assert_eq!(told[1], (&json!("2026-03-04T08:30:00Z"), &json!(false), &json!(["certainty_rises"])));
}

#[tokio::test]
async fn opposites_are_a_dispute_with_both_words() {
    let api = Api::start(harness::store().await).await;
    for (outlet, text) in [
        ("Herald", "The price of bread in Marlow rose by a tenth last month."),
        ("Courier", "The price of bread in Marlow fell by a tenth last month."),
    ] {
        api.post("/v1/articles", &article(outlet, "bread", &[text])).await.expect(201);
    }
    let disputed = api.get("/v1/clusters?contested=true").await.expect(200).json();
    let cluster =
        api.get(&format!("/v1/clusters/{}", disputed["items"][0]["id"].as_str().expect("one"))).await.expect(200).json();
    let told: Vec<_> =
        cluster["outlets"].as_array().unwrap().iter().flat_map(|outlet| outlet["evidence"].as_array().unwrap()).collect();
    let opposite = told.iter().find(|evidence| evidence["kind"] == "opposite").expect("evidence");
    assert_eq!((&opposite["word"], &opposite["other_word"]), (&json!("rose"), &json!("fell")), "{opposite}");
}

#[tokio::test]
async fn an_article_is_stored_once_and_reads_back_as_it_was_sent() {
    let api = Api::start(harness::store().await).await;
    let sent = example("NewArticle");
    let created = api.post("/v1/articles", &sent).await.expect(201);
    let article = created.json();
    assert_eq!(created.header("location"), format!("/v1/articles/{}", article["id"].as_str().unwrap()));

    let read = api.get(created.header("location")).await.expect(200).json();
    for field in ["url", "title", "text", "language"] {
        assert_eq!(read[field], sent[field], "{field}");
    }
    for field in ["name", "domain", "kind"] {
        assert_eq!(read["outlet"][field], sent["outlet"][field], "{field}");
    }
    assert!(matches!(read["status"].as_str(), Some("pending" | "linked")), "{read}");
    assert!(!read["claims"].as_array().unwrap().is_empty(), "{read}");
    read["claims"].as_array().unwrap().iter().for_each(|claim| assert_claim(claim, &read));

    let again = api.post("/v1/articles", &sent).await.expect(200);
    assert_eq!((again.json()["id"].as_str(), again.header("location")), (read["id"].as_str(), ""));
    assert_eq!(api.get("/v1/articles").await.expect(200).json()["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_client_that_does_not_wait_is_answered_at_once_and_its_article_is_linked_later() {
    let api = Api::start(harness::store().await).await;
    let request = api.request(Method::POST, "/v1/articles").header("Prefer", "respond-async");
    let answer = Answer::of(request.json(&article("Herald", "1", &[FERRY]))).await.expect(201);
    assert_eq!(answer.header("preference-applied"), "respond-async");
    let id = answer.json()["id"].as_str().expect("an id").to_owned();
    for _ in 0..400 {
        let status = api.get(&format!("/v1/articles/{id}")).await.expect(200).json()["status"].clone();
        if status == "linked" {
            return;
        }
        assert_eq!(status, "pending");
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("not linked after ten seconds");
}

#[tokio::test]
async fn claims_named_by_the_client_are_the_article_s_claims() {
    let api = Api::start(harness::store().await).await;
    let mut sent = article("Herald", "1", &[FERRY, SKIPPED]);
    sent["claims"] = json!([{"text": SKIPPED}]);
    let stored = api.post("/v1/articles", &sent).await.expect(201).json();
    let texts: Vec<_> = stored["claims"].as_array().unwrap().iter().map(|claim| claim["text"].as_str().unwrap()).collect();
    assert_eq!(texts, [SKIPPED]);
}

#[tokio::test]
async fn a_claim_and_its_denial_meet_in_one_cluster() {
    let api = Api::start(harness::store().await).await;
    let asserted = api.post("/v1/articles", &article("Herald", "1", &[FERRY, SKIPPED])).await.expect(201).json();
    let denied = api.post("/v1/articles", &article("Courier", "1", &[FERRY, DENIED])).await.expect(201).json();
    let cluster_of = |article: &Value, text: &str| {
        let claim = article["claims"].as_array().unwrap().iter().find(|claim| claim["text"] == text).cloned();
        claim.unwrap_or_else(|| panic!("no claim “{text}” in {article}"))["cluster_id"].as_str().map(str::to_owned)
    };
    let id = cluster_of(&denied, DENIED).expect("the article is linked within the wait");
    assert_eq!(cluster_of(&asserted, SKIPPED), Some(id.clone()));

    let cluster = api.get(&format!("/v1/clusters/{id}")).await.expect(200).json();
    let relations: HashSet<_> =
        cluster["outlets"].as_array().unwrap().iter().map(|position| position["relation"].as_str().unwrap()).collect();
    assert!(relations.contains("disputes"), "{cluster}");
    for filter in ["contested=true", "relation=disputes", "min_outlets=2", "q=inspections", "sort=contested"] {
        let listed = api.get(&format!("/v1/clusters?{filter}")).await.expect(200).json();
        assert_eq!(listed["items"][0]["id"], id.as_str(), "{filter}");
    }

    let matched = api.post("/v1/match", &example("MatchRequest")).await.expect(200).json();
    let best = &matched["items"][0];
    assert_eq!((&best["cluster"]["id"], &best["decision"]), (&json!(id), &json!("link")), "{matched}");
    assert!((0.0..=1.0).contains(&best["similarity"].as_f64().unwrap()) && !best["readings"].as_array().unwrap().is_empty());
    assert_eq!(matched["claim"]["polarity"], "affirmed");

    let checked = api.post("/v1/check", &example("CheckRequest")).await.expect(200).json();
    // The first is its title, whose two words are not enough to link.
    let claim = checked["claims"].as_array().unwrap().iter().find(|claim| claim["text"] == SKIPPED).expect("the draft's claim");
    assert_eq!(claim["matches"][0]["cluster"]["id"], id.as_str(), "{checked}");
    assert_eq!(claim["disputed_by"][0]["outlet"]["name"], "Courier", "{checked}");
    assert!(claim["single_origin"].is_boolean() && claim["anonymous_only"].is_boolean());
    assert_eq!(api.get("/v1/articles").await.expect(200).json()["items"].as_array().unwrap().len(), 2, "a check stores nothing");
}

#[tokio::test]
async fn a_service_that_has_loaded_says_that_it_is_ready() {
    let api = Api::start(harness::store().await).await;
    until("it is ready", async || {
        let answer = api.get("/readyz").await;
        answer.status == 200 || {
            answer.expect_problem(503, "overloaded");
            false
        }
    })
    .await;
}
