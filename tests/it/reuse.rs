//! Articles that copy from each other, over the API: whatever arrives first, the later one echoes the earlier, and shows where.

use crossclaim::storage::Store;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{api::Api, fsck, harness, service::until};

const SOURCE: &str = "The harbour board of Aldmouth closed the northern pier on Monday after divers found deep cracks in eleven of its \
    forty piles. Repairs will take at least until the end of March and cost about two million euros.\n\n\
    Ferries to the islands leave from the fish market until the pier opens again. The board inspects its piers every five years, \
    and the last inspection of the northern pier was in the spring of 2019.";
/// Edited here and there, cut, and with a sentence of its own.
const COPY: &str = "The harbour board of Aldmouth has closed its northern pier on Monday after divers found deep cracks in eleven of its \
    forty piles. Repairs will take at least until the end of March and cost about two million euros. Ferries to the islands leave \
    from the fish market until the pier opens again. Hotels on the islands have lost a third of their bookings.";
/// One sentence of the source in an article of its own.
const BORROWS: &str = "The mayor of Aldmouth opened a school for deaf children in the old customs house. Ten teachers work there. \
    Parents had asked for the school since 2012, and the county paid for the building. The children learn to sign from the age of \
    three, in groups of six. Repairs will take at least until the end of March and cost about two million euros. The mayor will \
    not stand again in May, and nobody else has come forward. The town has lost four schools in ten years.";
const ADDED: &str = "Eleven fishermen of Aldmouth lost nets worth eighty thousand euros under the northern pier in the storm of last \
    autumn, and none of them was insured.";
const REVISED: &str = "Nothing is wrong with any pier in the town, it turned out.";

fn article(outlet: &str, hour: u32, text: &str) -> Value {
    json!({
        "url": format!("https://{}.example/pier", outlet.to_lowercase()),
        "title": format!("{outlet} on the pier of Aldmouth"),
        "text": text,
        "outlet": {"name": outlet, "kind": "newspaper"},
        "published_at": format!("2026-03-04T{hour:02}:30:00Z"),
        "language": "en",
    })
}

async fn post(api: &Api, article: &Value) -> String {
    let stored = api.post("/v1/articles", article).await.expect(201).json();
    assert_eq!(stored["status"], "linked");
    stored["id"].as_str().unwrap().to_owned()
}

async fn claims(api: &Api, article: &str) -> Vec<Value> {
    let article = api.get(&format!("/v1/articles/{article}")).await.expect(200).json();
    article["claims"].as_array().unwrap().clone()
}

async fn reuse(api: &Api, article: &str) -> Vec<Value> {
    api.get(&format!("/v1/articles/{article}/reuse")).await.expect(200).json()["items"].as_array().unwrap().clone()
}

/// Of each claim what it says and how it is judged, apart from ids.
fn judged(claims: &[Value]) -> Vec<(String, String, Option<String>, Vec<String>)> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    claims
        .iter()
        .map(|claim| {
            let evidence = claim["evidence"].as_array().unwrap();
            let summaries = evidence.iter().map(|reason| text(&reason["summary"]).unwrap()).collect();
            (text(&claim["text"]).unwrap(), text(&claim["relation"]).unwrap(), text(&claim["echo_of"]), summaries)
        })
        .collect()
}

fn slice(text: &str, span: &Value) -> String {
    let at = |end: &str| usize::try_from(span[end].as_u64().unwrap()).unwrap();
    text.chars().skip(at("start")).take(at("end") - at("start")).collect()
}

#[tokio::test]
async fn a_copy_echoes_its_source_whichever_arrives_first() {
    let mut seen = Vec::new();
    for order in [["Beacon", "Argus"], ["Argus", "Beacon"]] {
        let api = Api::patient(harness::store().await).await;
        let mut ids = std::collections::HashMap::new();
        for outlet in order {
            let (hour, text) = if outlet == "Argus" { (8, SOURCE) } else { (11, COPY) };
            ids.insert(outlet, post(&api, &article(outlet, hour, text)).await);
        }
        let copy = claims(&api, &ids["Beacon"]).await;
        assert!(copy.len() >= 3, "{copy:?}");
        for claim in &copy {
            assert_eq!((&claim["relation"], &claim["echo_of"]), (&json!("echoes"), &json!("Argus")), "{claim}");
            let reason = &claim["evidence"][0];
            assert_eq!((&reason["kind"], &reason["outlet"]), (&json!("copied_passage"), &json!("Argus")));
            assert_eq!(reason["other"]["article_id"], ids["Argus"].as_str());
            assert_eq!(reason["other"]["text"], slice(SOURCE, &reason["other"]["span"]));
        }
        let piles = copy.iter().find(|claim| claim["text"].as_str().unwrap().contains("Repairs")).expect("a claim on repairs");
        let there = piles["evidence"][0]["other"]["text"].as_str().unwrap();
        assert!(there.starts_with("Repairs will take") && there.ends_with("euros"), "{there}");
        let source = claims(&api, &ids["Argus"]).await;
        assert!(source.iter().all(|claim| claim["relation"] != "echoes"), "{source:?}");

        let [from, to] = [reuse(&api, &ids["Beacon"]).await, reuse(&api, &ids["Argus"]).await].map(|items| {
            assert_eq!(items.len(), 1);
            items[0].clone()
        });
        assert_eq!((&from["direction"], &to["direction"]), (&json!("from"), &json!("to")));
        assert_eq!((&from["article"]["outlet"]["name"], &to["article"]["outlet"]["name"]), (&json!("Argus"), &json!("Beacon")));
        assert_eq!(from["article"]["url"], "https://argus.example/pier");
        // All but "has", "its" and the ten words on hotels.
        let words = COPY.split_whitespace().count();
        let share = from["share"].as_f64().unwrap();
        assert!((share - from["words"].as_f64().unwrap() / words as f64).abs() < 1e-4);
        assert!((0.75..0.87).contains(&share), "{share}");
        assert_eq!((&from["share"], &from["words"]), (&to["share"], &to["words"]));
        assert_eq!(from["passages"].as_array().unwrap().len(), to["passages"].as_array().unwrap().len());
        for (one, two) in from["passages"].as_array().unwrap().iter().zip(to["passages"].as_array().unwrap()) {
            assert_eq!((&one["span"], &one["text"], &one["other_span"]), (&two["other_span"], &two["other_text"], &two["span"]));
            assert_eq!(
                (&one["text"], &one["other_text"]),
                (&json!(slice(COPY, &one["span"])), &json!(slice(SOURCE, &one["other_span"])))
            );
        }
        seen.push((judged(&copy), judged(&source), from["passages"].clone()));
    }
    assert_eq!(seen[0], seen[1]);
}

/// Dated and sent `hours` ago is dated at once; what is dated earlier, and comes after it, is not believed.
fn dated(outlet: &str, hours: i64, text: &str) -> Value {
    let mut article = article(outlet, 0, text);
    article["published_at"] = (chrono::Utc::now() - chrono::TimeDelta::hours(hours)).to_rfc3339().into();
    article
}

/// As if the article had been received so many hours earlier.
async fn received_before(store: &Store, article: &str, hours: i32) {
    let id: Uuid = article.parse().unwrap();
    let moved = sqlx::query("update article set received_at = received_at - make_interval(hours => $1) where article_id = $2");
    moved.bind(hours).bind(id).execute(store.pool()).await.unwrap();
}

fn flags(claim: &Value) -> Vec<&Value> {
    claim["flags"].as_array().unwrap().iter().collect()
}

#[tokio::test]
async fn a_forged_date_takes_no_origin() {
    let store = harness::store().await;
    let api = Api::patient(store.clone()).await;
    let source = post(&api, &dated("Argus", 3, SOURCE)).await;
    received_before(&store, &source, 2).await;
    let before = judged(&claims(&api, &source).await);
    let forged = post(&api, &dated("Beacon", 24 * 30, &format!("{SOURCE}\n\n{ADDED}"))).await;
    for claim in &claims(&api, &forged).await {
        assert_eq!((&claim["relation"], &claim["echo_of"]), (&json!("echoes"), &json!("Argus")), "{claim}");
        assert!(flags(claim).contains(&&json!("date_doubted")), "{claim}");
    }
    assert_eq!(judged(&claims(&api, &source).await), before);
    // Nor does whoever copies after it have it from there.
    let later = post(&api, &dated("Courier", 1, COPY)).await;
    for claim in &claims(&api, &later).await {
        assert_eq!((&claim["relation"], &claim["echo_of"]), (&json!("echoes"), &json!("Argus")), "{claim}");
    }
    assert_eq!(reuse(&api, &forged).await.iter().filter(|pair| pair["direction"] == "from").count(), 1);
    // What is dated before the forger's article came is no copy of it.
    let mut own = dated("Dawn", 1, ADDED);
    own["title"] = "Storm took uninsured nets".into();
    let own = post(&api, &own).await;
    for claim in &claims(&api, &own).await {
        assert_ne!(claim["relation"], "echoes", "{claim}");
    }
    fsck::assert_sound(&store).await;
    // Nobody is shown as having said it first who is not believed to have.
    let told = claims(&api, &source).await;
    let told =
        told.iter().find(|claim| claim["text"].as_str().unwrap().contains("Repairs")).expect("a claim that all three have");
    let cluster = told["cluster_id"].as_str().unwrap();
    let cluster = api.get(&format!("/v1/clusters/{cluster}")).await.expect(200).json();
    let first = &cluster["timeline"][0];
    let position = cluster["outlets"].as_array().unwrap().iter().find(|position| position["outlet"]["name"] == "Argus").unwrap();
    assert_eq!((&first["outlet_id"], &first["at"]), (&position["outlet"]["id"], &cluster["first_seen_at"]), "{cluster}");

    // Its witness is edited, or taken back for a while.
    let source = post(&api, &dated("Argus", 3, &SOURCE.replace("eleven", "twelve"))).await;
    let doubted = async || claims(&api, &forged).await.iter().all(|claim| flags(claim).contains(&&json!("date_doubted")));
    assert!(doubted().await);
    let withdrawal = format!("/v1/articles/{source}/withdrawal");
    api.put(&withdrawal, &json!({"reason": "An error."})).await.expect(200);
    until("the date is believed again", async || !doubted().await).await;
    fsck::assert_sound(&store).await;
    api.delete(&withdrawal).await.expect(200);
    until("the date is doubted again", doubted).await;
    fsck::assert_sound(&store).await;

    // Without its witness it is believed again, and the other copy is one of it.
    post(&api, &dated("Argus", 3, REVISED)).await;
    for claim in &claims(&api, &forged).await {
        assert_ne!(claim["relation"], "echoes", "{claim}");
        assert!(!flags(claim).contains(&&json!("date_doubted")), "{claim}");
    }
    for claim in claims(&api, &later).await.iter().chain(&claims(&api, &own).await) {
        assert_eq!((&claim["relation"], &claim["echo_of"]), (&json!("echoes"), &json!("Beacon")), "{claim}");
    }
    fsck::assert_sound(&store).await;
}

#[tokio::test]
async fn an_edit_keeps_the_date_of_its_article_and_another_text_does_not() {
    let store = harness::store().await;
    let api = Api::patient(store.clone()).await;
    // Of an archive, so that nothing speaks for its date but that it was there.
    let first = post(&api, &dated("Argus", 24 * 30, &SOURCE.replace("eleven", "ten"))).await;
    let other = post(&api, &dated("Courier", 24 * 30, REVISED)).await;
    let copy = post(&api, &dated("Beacon", 3, COPY)).await;
    for (article, hours) in [(&first, 4), (&other, 4), (&copy, 2)] {
        received_before(&store, article, hours).await;
    }
    let edited = post(&api, &dated("Argus", 24 * 30, SOURCE)).await;
    assert!(claims(&api, &edited).await.iter().all(|claim| claim["relation"] != "echoes"));
    assert!(claims(&api, &copy).await.iter().all(|claim| claim["echo_of"] == "Argus"));
    // The address alone was there before.
    let taken = post(&api, &dated("Courier", 24 * 30, SOURCE)).await;
    for claim in &claims(&api, &taken).await {
        assert_eq!(claim["relation"], "echoes", "{claim}");
        assert!(flags(claim).contains(&&json!("date_doubted")), "{claim}");
    }
    fsck::assert_sound(&store).await;
}

#[tokio::test]
async fn a_borrowed_sentence_echoes_and_the_rest_of_its_article_does_not() {
    let api = Api::patient(harness::store().await).await;
    // The copy is known first, and judged anew once its source is.
    let borrower = post(&api, &article("Courier", 12, BORROWS)).await;
    let repairs = |claims: &[Value]| {
        let (copied, own): (Vec<Value>, Vec<Value>) =
            claims.iter().cloned().partition(|claim| claim["text"].as_str().unwrap().contains("two million euros"));
        assert_eq!(copied.len(), 1);
        (copied[0].clone(), own)
    };
    assert_eq!(repairs(&claims(&api, &borrower).await).0["relation"], "corroborates");
    post(&api, &article("Argus", 8, SOURCE)).await;
    let (copied, own) = repairs(&claims(&api, &borrower).await);
    assert_eq!((&copied["relation"], &copied["echo_of"]), (&json!("echoes"), &json!("Argus")), "{copied}");
    assert_eq!(copied["evidence"][0]["kind"], "copied_passage");
    assert!(own.iter().any(|claim| claim["relation"] == "corroborates"), "{own:?}");
    assert!(own.iter().all(|claim| claim["relation"] != "echoes"), "{own:?}");
}

#[tokio::test]
async fn a_revision_without_the_passages_takes_the_reuse_back() {
    let store = harness::store().await;
    let api = Api::patient(store.clone()).await;
    let copy = post(&api, &article("Beacon", 11, COPY)).await;
    let alone = judged(&claims(&api, &copy).await);
    let source = post(&api, &article("Argus", 8, SOURCE)).await;
    assert_eq!(reuse(&api, &copy).await.len(), 1);
    post(&api, &article("Argus", 8, REVISED)).await;
    assert_eq!((reuse(&api, &copy).await, reuse(&api, &source).await), (vec![], vec![]));
    assert_eq!(judged(&claims(&api, &copy).await), alone);
}

#[tokio::test]
async fn an_unknown_article_has_no_reuse() {
    let api = Api::patient(harness::store().await).await;
    api.get("/v1/articles/01955b0e-6a00-7000-8000-000000000001/reuse").await.expect(404);
    api.get("/v1/articles/7/reuse").await.expect(404);
}

#[tokio::test]
async fn an_outlet_s_profile_tells_whom_it_echoes_and_who_echoes_it() {
    let api = Api::patient(harness::store().await).await;
    let source = post(&api, &article("Argus", 8, SOURCE)).await;
    let copy = post(&api, &article("Beacon", 11, COPY)).await;
    let mut profiles = Vec::new();
    for article in [source, copy] {
        let outlet = api.get(&format!("/v1/articles/{article}")).await.expect(200).json()["outlet"]["id"].clone();
        profiles.push(api.get(&format!("/v1/outlets/{}", outlet.as_str().unwrap())).await.expect(200).json()["ties"].clone());
    }
    let [argus, beacon] = profiles.try_into().unwrap();
    assert!(argus["originates"].as_i64().unwrap() >= 3, "{argus}");
    assert_eq!((&argus["echoes_of"], &argus["echoed_by"][0]["name"]), (&json!([]), &json!("Beacon")));
    assert_eq!((&beacon["originates"], &beacon["echoes_of"][0]["name"]), (&json!(0), &json!("Argus")));
    assert_eq!((&beacon["echoed_by"], &beacon["echoes_of"][0]["clusters"]), (&json!([]), &argus["echoed_by"][0]["clusters"]));
}
