//! Claims as others exchange them: JSON-LD in and out, the feed of contested claims, and what the documents promise.

use std::{fs, path::Path, process::Command};

use crossclaim::storage::Store;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    api::{Answer, Api},
    cli::crossclaim,
    harness,
    service::until,
};

const JSON_LD: &str = "application/ld+json";
const CRACKED: &str = "The dam at Orin has cracked along its northern wall";

async fn import(api: &Api, document: &Value) -> Answer {
    let request = api.request(Method::POST, "/v1/claimreviews").header("Content-Type", JSON_LD);
    Answer::of(request.body(document.to_string())).await
}

/// What became of each claim, as statuses of its appearances or the first fault.
async fn imported(api: &Api, document: &Value) -> Vec<Vec<String>> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let result = |item: &Value| match &item["problem"] {
        Value::Null => item["articles"].as_array().unwrap().iter().map(|article| text(&article["status"])).collect(),
        problem => vec![text(&problem["errors"][0]["pointer"]), text(&problem["errors"][0]["code"])],
    };
    import(api, document).await.expect(200).json()["items"].as_array().unwrap().iter().map(result).collect()
}

fn article(outlet: &str, hour: u32, text: &str) -> Value {
    json!({
        "url": format!("https://{}.example/dam", outlet.to_lowercase()), "text": text, "language": "en",
        "outlet": {"name": outlet, "kind": "newspaper"}, "published_at": format!("2026-03-04T{hour:02}:30:00Z"),
    })
}

async fn post(api: &Api, article: &Value) -> Value {
    api.post("/v1/articles", article).await.expect(201).json()
}

fn cluster_of(article: &Value) -> String {
    article["claims"][0]["cluster_id"].as_str().expect("it is linked").to_owned()
}

/// A review as fact-checkers publish it, of one claim at one address.
fn review(claim: &str, appearance: Value) -> Value {
    json!({
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": "https://checks.example/orin-dam",
        "datePublished": "2026-03-05",
        "author": {"@type": "Organization", "name": "Orin Checks", "url": "https://checks.example/"},
        "claimReviewed": claim,
        "reviewRating": {"@type": "Rating", "ratingValue": 1, "bestRating": "5", "worstRating": "1", "alternateName": "False"},
        "itemReviewed": {"@type": "Claim", "author": {"@type": "Person", "name": "Ada Lund"}, "appearance": appearance},
    })
}

/// The one article at an address, when it is linked.
async fn stored(api: &Api, id: &Value) -> Value {
    let path = format!("/v1/articles/{}", id.as_str().unwrap());
    until("it is linked", async || api.get(&path).await.json()["status"] == "linked").await;
    api.get(&path).await.expect(200).json()
}

async fn document_of(api: &Api, cluster: &str) -> Value {
    let answer = api.get(&format!("/v1/clusters/{cluster}/claimreview")).await.expect(200);
    assert_eq!((answer.header("content-type"), answer.header("etag").is_empty()), (JSON_LD, false));
    answer.json()
}

#[tokio::test]
async fn a_review_comes_in_with_its_appearances_and_goes_out_with_its_rating() {
    let store = harness::store().await;
    let api = Api::patient(store.clone()).await;
    let herald = post(&api, &article("Herald", 8, &format!("{CRACKED}."))).await;
    let appearance = json!({
        "@type": "NewsArticle", "url": "https://www.orintoday.example/dam", "headline": "Dam cracks", "datePublished": "2026-03-04",
        "author": {"@type": "Person", "name": "T. Tellar"}, "publisher": {"@type": "Organization", "name": "Orin Today"},
    });
    let document = review(CRACKED, appearance);
    let answer = import(&api, &document).await.expect(200).json();
    assert_eq!(answer["items"][0]["problem"], Value::Null);
    let collected = stored(&api, &answer["items"][0]["articles"][0]["id"]).await;
    assert_eq!(collected["text"], format!("According to Ada Lund, {CRACKED}."));
    assert_eq!((&collected["title"], &collected["byline"]), (&json!("Dam cracks"), &json!("T. Tellar")));
    assert_eq!(
        (&collected["outlet"]["name"], &collected["outlet"]["domain"]),
        (&json!("Orin Today"), &json!("orintoday.example"))
    );
    assert_eq!(collected["published_at"], "2026-03-04T00:00:00Z");
    let claim = &collected["claims"][0];
    assert_eq!((collected["claims"].as_array().unwrap().len(), &claim["text"]), (1, &collected["text"]));
    assert_eq!(claim["attribution"]["source"]["name"], "Ada Lund", "{claim}");
    assert_eq!((&claim["relation"], claim["cluster_id"].as_str()), (&json!("echoes"), Some(&*cluster_of(&herald))), "{claim}");

    let sent = document_of(&api, &cluster_of(&herald)).await;
    let graph = sent["@graph"].as_array().unwrap();
    assert_eq!((sent["@context"][0].as_str(), graph.len()), (Some("https://schema.org"), 2));
    let (claim, review) = (&graph[0], &graph[1]);
    assert_eq!(claim["@id"], format!("urn:uuid:{}", cluster_of(&herald)));
    assert_eq!(
        review["reviewRating"],
        json!({"@type": "Rating", "ratingValue": "1", "bestRating": "5", "worstRating": "1", "alternateName": "False"})
    );
    assert_eq!(review["author"], json!({"@type": "Organization", "name": "Orin Checks", "url": "https://checks.example/"}));
    assert_eq!((&review["claimReviewed"], &review["itemReviewed"]["@id"]), (&json!(CRACKED), &claim["@id"]));
    assert_eq!(review["datePublished"], "2026-03-05T00:00:00Z");
    let urls: Vec<&str> = claim["appearance"].as_array().unwrap().iter().map(|place| place["url"].as_str().unwrap()).collect();
    assert_eq!(urls, ["https://www.orintoday.example/dam", "https://herald.example/dam"], "oldest first");
    assert_eq!(claim["firstAppearance"]["@id"], urls[0]);
    let cluster = api.get(&format!("/v1/clusters/{}", cluster_of(&herald))).await.expect(200).json();
    for (told, held) in claim["xc:position"].as_array().unwrap().iter().zip(cluster["outlets"].as_array().unwrap()) {
        assert_eq!((&told["xc:outlet"], &told["xc:relation"]), (&held["outlet"]["name"], &held["relation"]));
    }
    assert_eq!(claim["xc:origins"], json!({"xc:low": cluster["origins"]["low"], "xc:high": cluster["origins"]["high"]}));
    assert!(!sent.to_string().contains("null"), "{sent}");

    // Again, with another verdict.
    let mut changed = document.clone();
    changed["reviewRating"] = json!({"@type": "Rating", "alternateName": "Half true"});
    assert_eq!(imported(&api, &changed).await, [["known"]]);
    let sent = document_of(&api, &cluster_of(&herald)).await;
    assert_eq!(sent["@graph"][1]["reviewRating"], json!({"@type": "Rating", "alternateName": "Half true"}));
    assert_eq!(sent["@graph"].as_array().unwrap().len(), 2);
    let listed = api.get("/v1/articles").await.json()["items"].as_array().unwrap().len();
    assert_eq!(listed, 2, "nothing was stored twice");
}

#[tokio::test]
async fn reviews_are_read_in_the_forms_in_which_they_are_published() {
    let api = Api::start(harness::store().await).await;
    let at = |n: u32| format!("https://place{n}.example/post");
    let one = |n: u32| review("The mayor sold the quay", json!(at(n)));
    let mut prefixed = one(5);
    prefixed["@type"] = json!(["http://schema.org/ClaimReview", "schema:Review"]);
    let mut wrapped = one(6);
    wrapped["claimReviewed"] = json!([{"@value": "The mayor sold\n the  quay", "@language": "en"}]);
    let mut first = one(7);
    first["itemReviewed"] =
        json!([{"@type": "Claim", "firstAppearance": {"@id": at(7)}, "appearance": [at(8), {"url": [at(7)]}, 5]}]);
    let mut claimant = one(0);
    claimant["itemReviewed"] = json!({"@type": "Person", "author": {"name": "Ada Lund", "sameAs": ["no address", at(9)]}});
    for (document, expected) in [
        (one(1), vec![vec!["created"]]),
        (json!([one(1), one(2)]), vec![vec!["known"], vec!["created"]]),
        (json!({"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, one(3)]}), vec![vec!["created"]]),
        (json!({"@type": "DataFeed", "dataFeedElement": [{"@type": "DataFeedItem", "item": [one(4)]}]}), vec![vec!["created"]]),
        (prefixed, vec![vec!["created"]]),
        (wrapped, vec![vec!["created"]]),
        (first, vec![vec!["created", "created"]]),
        (claimant, vec![vec!["created"]]),
        (json!({"@type": "Claim", "text": "The mayor sold the quay", "appearance": at(10)}), vec![vec!["created"]]),
    ] {
        assert_eq!(imported(&api, &document).await, expected, "{document}");
    }
    let as_json = Answer::of(api.request(Method::POST, "/v1/claimreviews").json(&one(1))).await;
    assert_eq!(as_json.expect(200).json()["items"][0]["articles"][0]["status"], "known");
    let texts: Vec<Value> = api.get("/v1/claims?limit=100").await.json()["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|claim| claim["text"].clone())
        .collect();
    assert_eq!(texts.len(), 10);
    let named = texts.iter().filter(|text| **text == json!("According to Ada Lund, The mayor sold the quay.")).count();
    assert_eq!(named, 6, "whoever made the claim is named: {texts:?}");
    let outlets = api.get("/v1/outlets?limit=100").await.json()["items"].clone();
    let names: Vec<&str> = outlets.as_array().unwrap().iter().map(|outlet| outlet["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"Ada Lund") && names.contains(&"place3.example"), "{names:?}");
}

#[tokio::test]
async fn an_article_that_is_stored_stays_and_one_that_comes_later_takes_the_place() {
    let store = harness::store().await;
    let api = Api::patient(store.clone()).await;
    let herald = post(&api, &article("Herald", 8, "The dam at Orin was opened in 1931.")).await;
    assert_eq!(
        imported(&api, &review(CRACKED, json!(["https://herald.example/dam", "https://courier.example/dam"]))).await,
        [["known", "created"]]
    );
    let kept = stored(&api, &herald["id"]).await;
    assert_eq!((&kept["text"], &kept["revision"]), (&json!("The dam at Orin was opened in 1931."), &json!(1)));
    assert_eq!(kept["claims"], herald["claims"]);

    // Another claim at the same address.
    let mut second = review("The central bank raised its key rate to 4 percent", json!("https://courier.example/dam"));
    second["url"] = json!("https://checks.example/bank");
    let answer = import(&api, &second).await.expect(200).json();
    assert_eq!(answer["items"][0]["articles"][0]["status"], "revision");
    let both = stored(&api, &answer["items"][0]["articles"][0]["id"]).await;
    assert_eq!(both["claims"].as_array().unwrap().len(), 2, "{both}");
    for (claim, url) in
        both["claims"].as_array().unwrap().iter().zip(["https://checks.example/orin-dam", "https://checks.example/bank"])
    {
        let sent = document_of(&api, claim["cluster_id"].as_str().unwrap()).await;
        let reviews: Vec<&Value> = sent["@graph"].as_array().unwrap()[1..].iter().map(|review| &review["url"]).collect();
        assert_eq!(reviews, [url], "{sent}");
    }
    let whole = json!({
        "url": "https://courier.example/dam", "outlet": {"name": "courier.example", "domain": "courier.example"}, "language": "en",
        "text": "The dam at Orin has not cracked, its engineers told Courier.", "published_at": "2026-03-06T08:30:00Z",
    });
    assert_eq!(post(&api, &whole).await["revision"], 3);
    assert_eq!(imported(&api, &review(CRACKED, json!("https://courier.example/dam"))).await, [["known"]]);
}

#[tokio::test]
async fn what_is_no_review_is_refused_alone_and_in_its_place() {
    let api = Api::start(harness::store().await).await;
    let good = || review(CRACKED, json!("https://orintoday.example/dam"));
    let without = |key: &str| {
        let mut review = good();
        review.as_object_mut().unwrap().remove(key);
        review
    };
    let mut nowhere = good();
    nowhere["itemReviewed"]["appearance"] = json!(["ftp://orintoday.example/dam", "somewhere"]);
    let mut long = good();
    long["claimReviewed"] = json!("x".repeat(2_001));
    let mut everywhere = good();
    everywhere["itemReviewed"]["appearance"] = (0..51).map(|n| json!(format!("https://a.example/{n}"))).collect();
    let document = json!([without("claimReviewed"), without("url"), without("itemReviewed"), nowhere, long, everywhere, good()]);
    assert_eq!(
        imported(&api, &document).await,
        [
            vec!["/0/claimReviewed", "required"],
            vec!["/1/url", "required"],
            vec!["/2/itemReviewed/appearance", "required"],
            vec!["/3/itemReviewed/appearance", "required"],
            vec!["/4/claimReviewed", "too-long"],
            vec!["/5/itemReviewed/appearance", "too-many"],
            vec!["created"],
        ]
    );
    for document in [json!({}), json!([]), json!("ClaimReview"), json!({"@type": "Review"}), json!(vec![good(); 101])] {
        import(&api, &document).await.expect_fault("", "out-of-range");
    }
    let text = api.request(Method::POST, "/v1/claimreviews").header("Content-Type", "text/html").body("<p>");
    Answer::of(text).await.expect_problem(415, "unsupported-media-type");
    let broken = api.request(Method::POST, "/v1/claimreviews").header("Content-Type", JSON_LD).body("{");
    Answer::of(broken).await.expect_problem(400, "malformed-request");
    let deep = api.request(Method::POST, "/v1/claimreviews").header("Content-Type", JSON_LD).body("[".repeat(100));
    Answer::of(deep).await.expect_problem(400, "malformed-request");
}

#[tokio::test]
async fn what_goes_out_comes_in_at_another_service() {
    let store = harness::store().await;
    let api = Api::patient(store.clone()).await;
    let herald = post(&api, &article("Herald", 8, &format!("{CRACKED}."))).await;
    post(&api, &article("Gazette", 9, "The dam at Orin has not cracked along its northern wall.")).await;
    assert_eq!(imported(&api, &review(CRACKED, json!("https://orintoday.example/dam"))).await, [["created"]]);
    until("the review is linked", async || {
        let counts = api.get(&format!("/v1/clusters/{}", cluster_of(&herald))).await.json()["counts"]["articles"].clone();
        counts == json!(3)
    })
    .await;
    let note =
        json!({"kind": "note", "cluster": cluster_of(&herald), "text": "Engineers were asked.", "reason": "For the desk."});
    api.post("/v1/decisions", &note).await.expect(201);
    let sent = document_of(&api, &cluster_of(&herald)).await;
    assert_eq!(sent["@graph"][0]["comment"][0]["text"], "Engineers were asked.");

    let other = Api::start(harness::store().await).await;
    let mut expected = imported(&other, &sent).await;
    assert_eq!(expected.concat(), ["created"; 3], "a claim with its review is one");
    expected = imported(&other, &sent).await;
    assert_eq!(expected.concat(), ["known"; 3]);
    let urls = |api: Value| {
        let mut urls: Vec<String> =
            api["items"].as_array().unwrap().iter().map(|article| article["url"].as_str().unwrap().to_owned()).collect();
        urls.sort();
        urls
    };
    assert_eq!(urls(other.get("/v1/articles").await.json()), urls(api.get("/v1/articles").await.json()));
    // The survivor's address, once it is merged.
    let bank = post(&api, &article("Courier", 8, "The central bank raised its key rate to 4 percent.")).await;
    let merge = json!({"kind": "merge", "cluster": cluster_of(&herald), "other": cluster_of(&bank), "reason": "For the test."});
    api.post("/v1/decisions", &merge).await.expect(201);
    let old = format!("/v1/clusters/{}/claimreview", cluster_of(&bank));
    until("they are merged", async || api.get(&old).await.status == 308).await;
    assert_eq!(api.get(&old).await.header("location"), format!("/v1/clusters/{}/claimreview", cluster_of(&herald)));
}

fn feed_of(answer: &Answer) -> feed_rs::model::Feed {
    assert_eq!(answer.header("content-type"), "application/atom+xml");
    feed_rs::parser::parse(&answer.body[..]).expect("a feed")
}

#[tokio::test]
async fn contested_claims_are_a_feed_with_lasting_ids() {
    const PATH: &str = "/v1/clusters/contested.atom";
    let store = harness::store().await;
    let api = Api::patient(store.clone()).await;
    let empty = feed_of(&api.get(PATH).await.expect(200));
    assert!(empty.entries.is_empty() && empty.updated.is_some() && empty.id.starts_with("urn:uuid:"));

    let mut odd = article("Herald", 8, &format!("{CRACKED}."));
    odd["outlet"]["name"] = json!("Herald & Sons <i>");
    let herald = post(&api, &odd).await;
    post(&api, &article("Courier", 8, "Two cranes fell in Torvale harbour.")).await;
    post(&api, &article("Gazette", 9, "The dam at Orin has not cracked along its northern wall.")).await;
    let answer = api.get(PATH).await.expect(200);
    let feed = feed_of(&answer);
    assert_eq!((feed.entries.len(), &feed.id), (1, &empty.id));
    let entry = &feed.entries[0];
    assert_eq!(entry.id, format!("urn:uuid:{}", cluster_of(&herald)));
    assert_eq!(entry.title.as_ref().unwrap().content, CRACKED);
    let summary = &entry.summary.as_ref().unwrap().content;
    assert_eq!(summary, "Disputed by Gazette. Corroborated by Herald & Sons <i>.");
    let links: Vec<&str> = entry.links.iter().map(|link| link.href.as_str()).collect();
    assert!(links.iter().any(|link| link.ends_with(&format!("/#/claims/{}", cluster_of(&herald)))), "{links:?}");
    assert_eq!(feed.updated, entry.updated);

    let again = api.request(Method::GET, PATH).header("If-None-Match", answer.header("etag"));
    assert_eq!(Answer::of(again).await.status, 304);
    post(&api, &article("Drum", 10, "The dam at Orin has not cracked along its northern wall, the Orin water board said.")).await;
    let later = feed_of(&api.get(PATH).await.expect(200));
    assert_eq!(later.entries[0].id, entry.id);
    assert!(later.entries[0].updated > entry.updated && later.updated == later.entries[0].updated);
    api.get(&format!("{PATH}?key=secret")).await.expect_fault("/key", "unknown-field");
}

/// A workspace that the documents' examples find something in.
async fn newsroom(store: &Store) -> (Api, String) {
    let api = Api::patient(store.clone()).await;
    let herald = post(&api, &article("Herald", 8, &format!("{CRACKED}."))).await;
    post(&api, &article("Gazette", 9, "The dam at Orin has not cracked along its northern wall.")).await;
    post(&api, &article("Courier", 10, &format!("{CRACKED}, Herald reported."))).await;
    (api, cluster_of(&herald))
}

/// The blocks of a document in one language.
fn blocks(document: &str, language: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(document);
    let text = fs::read_to_string(path).expect("the document is there");
    let begin = format!("\n```{language}\n");
    text.split(&begin).skip(1).map(|rest| rest.split("\n```").next().unwrap_or_default().to_owned()).collect()
}

/// Skipped where there is no curl.
#[tokio::test(flavor = "multi_thread")]
async fn the_commands_of_the_document_work() {
    if Command::new("curl").arg("--version").output().is_err() {
        return;
    }
    let store = harness::store().await;
    let (api, cluster) = newsroom(&store).await;
    let commands = blocks("interchange.md", "sh");
    assert!(commands.len() >= 5, "{}", commands.len());
    let dir = harness::scratch_dir("commands");
    for command in commands {
        let ran = Command::new("sh")
            .args(["-euc", &command])
            .current_dir(&dir)
            .env("CROSSCLAIM", &api.address)
            .env("KEY", "none")
            .env("CLUSTER", &cluster)
            .env("no_proxy", "*")
            .output()
            .expect("a shell runs");
        let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        assert!(ran.status.success(), "{command}\n{out}{err}");
    }
    for file in ["claims.ndjson", "contested.csv", "disputes.parquet", "articles.ndjson"] {
        assert!(fs::metadata(dir.join(file)).expect("it was written").len() > 100, "{file}");
    }
    for block in blocks("interchange.md", "console") {
        for line in block.lines().filter_map(|line| line.strip_prefix("$ crossclaim ")) {
            let words: Vec<&str> = line.split(' ').collect();
            let help = crossclaim(&[&words[..1], &["--help"]].concat()).output().expect("the program runs");
            assert!(help.status.success(), "{line}");
        }
    }
}

/// The rows of a table of a document whose first cell names something, and what is named in the last.
fn named_in(document: &str, first: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(document);
    let text = fs::read_to_string(path).expect("the document is there");
    let row =
        text.lines().find(|line| line.starts_with(&format!("| {first} |"))).unwrap_or_else(|| panic!("{first} in {document}"));
    let last = row.trim_end_matches(['|', ' ']).rsplit(" | ").next().unwrap();
    last.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[tokio::test]
async fn the_columns_of_exports_are_those_of_the_document() {
    let store = harness::store().await;
    let (api, _) = newsroom(&store).await;
    for list in ["claims", "clusters", "articles", "relations", "pairs"] {
        let csv = api.get(&format!("/v1/exports/{list}?format=csv")).await.expect(200).text();
        let names: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
        assert_eq!(named_in("interchange.md", list), names, "{list}");
    }
}

#[tokio::test]
async fn the_reporting_views_have_the_columns_and_answer_the_queries_of_the_document() {
    let store = harness::store().await;
    let (api, _) = newsroom(&store).await;
    let views: Vec<String> =
        sqlx::query_scalar("select table_name::text from information_schema.views where table_schema = 'reporting'")
            .fetch_all(store.pool())
            .await
            .unwrap();
    assert_eq!(views.len(), 5);
    for view in &views {
        let columns: Vec<String> = sqlx::query_scalar(
            "select column_name::text from information_schema.columns
            where table_schema = 'reporting' and table_name = $1 order by ordinal_position",
        )
        .bind(view)
        .fetch_all(store.pool())
        .await
        .unwrap();
        assert_eq!(named_in("recipes.md", &format!("`reporting.{view}`")), columns, "{view}");
    }
    let queries = blocks("recipes.md", "sql");
    assert!(queries.len() >= 6);
    for query in queries {
        let found = sqlx::query(sqlx::AssertSqlSafe(query.clone())).fetch_all(store.pool()).await;
        assert!(!found.unwrap_or_else(|error| panic!("{error}: {query}")).is_empty(), "{query}");
    }

    // The numbers are those of the API.
    let number = async |sql: &str| {
        sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(sql.to_owned())).fetch_one(store.pool()).await.unwrap()
    };
    let listed = async |list: &str| api.get(&format!("/v1/{list}?limit=100")).await.expect(200).json()["items"].clone();
    let (clusters, claims, outlets) = (listed("clusters").await, listed("claims").await, listed("outlets").await);
    let of = |items: &Value| items.as_array().unwrap().len() as i64;
    assert_eq!(number("select count(*) from reporting.cluster").await, of(&clusters));
    assert_eq!(number("select count(*) from reporting.claim").await, of(&claims));
    assert_eq!(number("select sum(claims)::bigint from reporting.day").await, of(&claims));
    assert_eq!(number("select sum(clusters)::bigint from reporting.day").await, of(&clusters));
    assert_eq!(number("select sum(articles)::bigint from reporting.day").await, 3);
    assert_eq!(number("select count(*) from reporting.position where relation = 'echoes'").await, 1);
    for outlet in outlets.as_array().unwrap() {
        let held = format!(
            "select count(*) from reporting.outlet where outlet_id = '{}' and articles = {} and corroborates = {} and disputes = {} and echoes = {}",
            outlet["id"].as_str().unwrap(),
            outlet["counts"]["articles"],
            outlet["counts"]["corroborates"],
            outlet["counts"]["disputes"],
            outlet["counts"]["echoes"],
        );
        assert_eq!(number(&held).await, 1, "{outlet}");
    }
    // What was withdrawn is in none of them.
    let article = api.get("/v1/articles").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    api.put(&format!("/v1/articles/{article}/withdrawal"), &json!({"reason": "Made up."})).await.expect(200);
    assert_eq!(number("select sum(articles)::bigint from reporting.day").await, 2);
    let claims = format!("select count(*) from reporting.claim where article_id = '{article}'");
    assert_eq!(number(&claims).await, 0);
}
