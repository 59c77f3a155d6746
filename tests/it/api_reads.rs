//! What is stored, as the API shows it: every list, filter, page and detail, over rows written by storage itself.

use chrono::{DateTime, TimeDelta, Utc};
use crossclaim::{
    domain::{
        Access, ArticleId, Attribution, Certainty, Claim, ClaimReading, ClaimRelation, Cluster, ClusterId, Comparator, Counts,
        Evidence, Independence, LinkPlan, LinkedCluster, NewOutlet, OriginKind, Origins, Outlet, OutletKind, OutletPosition,
        Polarity, Provenance, Quantity, Quote, ReadArticle, Relation, Root, Source, SourceKind, Span, Stance, Voice, WorkspaceId,
    },
    storage::{Inserted, Store},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    api::{Answer, Api},
    harness,
};

const WORKSPACE: WorkspaceId = WorkspaceId::DEFAULT;

fn time(day: i64) -> DateTime<Utc> {
    "2026-03-01T12:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::days(day)
}

fn quantity(value: f64) -> Quantity {
    Quantity {
        text: format!("{value} bridges"),
        comparator: Comparator::Exactly,
        value: Some(value),
        low: Some(value),
        high: Some(value),
        unit: Some("bridges".into()),
        vague: false,
        ordinal: false,
        as_of: None,
    }
}

fn mayor() -> Source {
    Source { kind: SourceKind::Person, name: "Ada Moor".into(), role: Some("mayor".into()) }
}

/// Stores an article whose whole text is one claim, and returns that claim.
async fn store_claim(store: &Store, outlet: &str, text: &str, polarity: Polarity) -> Claim {
    let attribution = match polarity {
        Polarity::Affirmed => Attribution::default(),
        Polarity::Denied => Attribution {
            voice: Voice::Attributed,
            source: Some(mayor()),
            cue: Some("denied".into()),
            chain: vec![mayor()],
            ..Attribution::default()
        },
    };
    let reading = ClaimReading {
        text: text.into(),
        span: Span::new(0, text.chars().count()),
        headline: false,
        proposition: text.into(),
        polarity,
        certainty: Certainty::Asserted,
        attribution,
        quantities: vec![quantity(4.0)],
        entities: vec![],
        event_date: None,
        presupposes: vec![],
        event_period: None,
        check_worthiness: 0.5,
        check_worthiness_reasons: vec![],
        engine_version: 1,
        embedding: None,
    };
    let article = ReadArticle {
        outlet: NewOutlet {
            name: outlet.into(),
            domain: Some(format!("{}.example", outlet.to_lowercase())),
            kind: Some(OutletKind::Newspaper),
            family: None,
        },
        url: format!("https://{}.example/{}", outlet.to_lowercase(), text.len()),
        canonical_url: None,
        title: Some("Bridges".into()),
        byline: None,
        text: text.into(),
        language: "en".into(),
        published_at: Some(time(0)),
        provenance: Provenance::default(),
        claims: vec![reading],
        sketch: vec![],
    };
    let Inserted::Created(id) = store.insert_article(WORKSPACE, &article).await.unwrap() else { panic!("it is new") };
    store.claims_of_article(WORKSPACE, id).await.unwrap().remove(0)
}

fn judged(claim: &Claim) -> ClaimRelation {
    let quote = Quote {
        article_id: claim.article_id,
        text: claim.reading.text.clone(),
        span: claim.reading.span,
        in_title: claim.reading.headline,
    };
    let unjudged = ClaimRelation {
        relation: Relation::Corroborates,
        stance: Stance::Supports,
        access: Access::Unknown,
        independence: Some(Independence::Presumed),
        echo_of: None,
        disputed_by: None,
        asserted_by: None,
        flags: vec![],
        evidence: vec![Evidence::OutletVoice { quote: quote.clone() }],
    };
    match claim.reading.polarity {
        Polarity::Affirmed => unjudged,
        Polarity::Denied => ClaimRelation {
            relation: Relation::Disputes,
            stance: Stance::Denies,
            independence: None,
            disputed_by: Some(mayor()),
            evidence: vec![Evidence::Denial { quote, cue: "denied".into(), denier: Some(mayor()), asserted_by: None }],
            ..unjudged
        },
    }
}

/// A cluster of claims of different outlets, last seen on the given day.
fn cluster(wording: &str, day: i64, claims: &[&Claim]) -> LinkedCluster {
    let position = |claim: &Claim, judged: &ClaimRelation| OutletPosition {
        outlet_id: claim.outlet.id,
        relation: judged.relation,
        voice: claim.reading.attribution.voice,
        disputed_by: judged.disputed_by.clone(),
        asserted_by: None,
        echo_of: None,
        independence: judged.independence,
        mixed: false,
        since: time(0),
        flags: vec![],
        claim_ids: vec![claim.id],
    };
    let relations: Vec<ClaimRelation> = claims.iter().map(|claim| judged(claim)).collect();
    let many = |wanted| i32::try_from(relations.iter().filter(|judged| judged.relation == wanted).count()).unwrap();
    let outlets = i32::try_from(claims.len()).unwrap();
    let roots = claims.iter().map(|claim| Root {
        kind: OriginKind::Presumed,
        name: claim.outlet.name.clone(),
        named: false,
        claim_ids: vec![claim.id],
        circular: Vec::new(),
        withdrawn: false,
    });
    LinkedCluster {
        created: true,
        cluster: Cluster {
            id: ClusterId::new(),
            claim: wording.into(),
            counts: Counts {
                articles: outlets,
                outlets,
                corroborates: many(Relation::Corroborates),
                disputes: many(Relation::Disputes),
                echoes: 0,
                unclear: 0,
            },
            origins: Origins { low: 0, high: outlets, roots: roots.collect() },
            outlets: claims.iter().zip(&relations).map(|(claim, judged)| position(claim, judged)).collect(),
            first_seen_at: time(0),
            last_seen_at: time(day),
        },
        claims: claims.iter().zip(relations).map(|(claim, judged)| (claim.id, judged)).collect(),
        withdrawn: Vec::new(),
    }
}

async fn link(store: &Store, clusters: Vec<LinkedCluster>, linked: Vec<ArticleId>) {
    let plan = LinkPlan { linked, clusters, ..LinkPlan::default() };
    store.commit_plan(WORKSPACE, &plan).await.unwrap();
}

/// Two outlets about one question, one of them denying; a third outlet alone with another; and an article not yet linked.
struct World {
    api: Api,
    store: Store,
    asserted: Claim,
    denied: Claim,
    alone: Claim,
    pending: Claim,
    contested: ClusterId,
    lonely: ClusterId,
    /// Held, so that the service links nothing by itself and the world stays as it is written here.
    _linker: crossclaim::storage::LinkerLock,
}

impl World {
    async fn new() -> Self {
        let store = harness::store().await;
        let asserted = store_claim(&store, "Herald", "Four bridges are closed.", Polarity::Affirmed).await;
        let denied = store_claim(&store, "Courier", "The mayor denied that four bridges are closed.", Polarity::Denied).await;
        let alone = store_claim(&store, "Beacon", "The ferry sails again.", Polarity::Affirmed).await;
        let pending = store_claim(&store, "Herald", "The tunnel is flooded.", Polarity::Affirmed).await;
        let contested = cluster("Four bridges are closed", 1, &[&asserted, &denied]);
        let lonely = cluster("The ferry sails again", 2, &[&alone]);
        let ids = (contested.cluster.id, lonely.cluster.id);
        let linked = [&asserted, &denied, &alone].map(|claim| claim.article_id).to_vec();
        link(&store, vec![contested, lonely], linked).await;
        let lock = store.try_linker_lock(WorkspaceId::DEFAULT).await.expect("the database answers");
        let api = Api::start(store.clone()).await;
        Self {
            api,
            store,
            asserted,
            denied,
            alone,
            pending,
            contested: ids.0,
            lonely: ids.1,
            _linker: lock.expect("nobody links yet"),
        }
    }

    /// Ids of the items of a list.
    async fn ids(&self, path: &str) -> Vec<String> {
        let list = self.api.get(path).await.expect(200).json();
        list["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    }
}

fn outlet_json(outlet: &Outlet) -> Value {
    json!({"id": outlet.id, "name": outlet.name, "domain": outlet.domain, "kind": "newspaper", "family": null})
}

#[tokio::test]
async fn an_article_is_shown_with_its_text_and_its_claims() {
    let world = World::new().await;
    let article = world.api.get(&format!("/v1/articles/{}", world.denied.article_id)).await.expect(200).json();
    assert_eq!(article["status"], "linked");
    assert_eq!(article["text"], "The mayor denied that four bridges are closed.");
    assert_eq!(article["outlet"], outlet_json(&world.denied.outlet));
    assert_eq!((&article["revision"], &article["current"], &article["language"]), (&json!(1), &json!(true), &json!("en")));
    assert_eq!(article["published_at"], "2026-03-01T12:00:00Z");
    let claim = &article["claims"][0];
    assert_eq!(claim, &world.api.get(&format!("/v1/claims/{}", world.denied.id)).await.expect(200).json());
    assert_eq!(claim["text"], article["text"]);
    assert_eq!(claim["span"], json!({"start": 0, "end": 46}));
    assert_eq!(
        (&claim["polarity"], &claim["relation"], &claim["stance"]),
        (&json!("denied"), &json!("disputes"), &json!("denies"))
    );
    assert_eq!(claim["cluster_id"], json!(world.contested));
    assert_eq!(claim["disputed_by"], json!({"kind": "person", "name": "Ada Moor", "role": "mayor"}));
    assert_eq!(claim["attribution"]["chain"][0]["name"], "Ada Moor");
    assert_eq!((&claim["quantities"][0]["comparator"], &claim["quantities"][0]["value"]), (&json!("exactly"), &json!(4.0)));
    let evidence = &claim["evidence"][0];
    assert_eq!((&evidence["kind"], &evidence["cue"]), (&json!("denial"), &json!("denied")));
    assert_eq!(evidence["quote"]["article_id"], article["id"]);
    assert!(evidence["summary"].as_str().unwrap().starts_with("Ada Moor (mayor) denies"), "{evidence}");

    let pending = world.api.get(&format!("/v1/claims/{}", world.pending.id)).await.expect(200).json();
    assert_eq!((&pending["cluster_id"], &pending["relation"], &pending["evidence"]), (&Value::Null, &Value::Null, &json!([])));
}

#[tokio::test]
async fn a_cluster_is_shown_with_every_position_and_its_reasons() {
    let world = World::new().await;
    let cluster = world.api.get(&format!("/v1/clusters/{}", world.contested)).await.expect(200).json();
    assert_eq!(cluster["claim"], "Four bridges are closed");
    let counts = json!({"articles": 2, "outlets": 2, "corroborates": 1, "disputes": 1, "echoes": 0, "unclear": 0});
    assert_eq!(cluster["counts"], counts);
    assert_eq!((&cluster["origins"]["low"], &cluster["origins"]["high"]), (&json!(0), &json!(2)));
    assert_eq!(cluster["origins"]["roots"][0]["kind"], "presumed");
    let positions = cluster["outlets"].as_array().unwrap();
    let dispute = positions.iter().find(|position| position["relation"] == "disputes").expect("a dispute");
    assert_eq!(dispute["outlet"], outlet_json(&world.denied.outlet));
    assert_eq!((&dispute["voice"], &dispute["disputed_by"]["name"]), (&json!("attributed"), &json!("Ada Moor")));
    assert_eq!((&dispute["mixed"], &dispute["claim_ids"]), (&json!(false), &json!([world.denied.id])));
    assert_eq!(dispute["evidence"][0]["kind"], "denial");
    let support = positions.iter().find(|position| position["relation"] == "corroborates").expect("a corroboration");
    assert_eq!((&support["independence"], &support["disputed_by"]), (&json!("presumed"), &Value::Null));
    assert_eq!(cluster["claims"].as_array().unwrap().len(), 2);
    assert_eq!(cluster["quantities"].as_array().unwrap().len(), 2);
    assert_eq!(cluster["quantities"][0]["value"], 4.0);
    assert_eq!((&cluster["first_seen_at"], &cluster["last_seen_at"]), (&json!(time(0)), &json!(time(1))));

    let listed = world.api.get("/v1/clusters?contested=true").await.expect(200).json();
    let listed = &listed["items"][0];
    for long_part in ["claims", "quantities"] {
        assert_eq!(listed.get(long_part), None);
    }
    assert_eq!(listed["outlets"][0].get("evidence"), None);
    assert_eq!((&listed["id"], &listed["counts"]), (&cluster["id"], &counts));
}

#[tokio::test]
async fn a_list_holds_the_parts_that_are_asked_for_as_the_detail_has_them() {
    let world = World::new().await;
    let detail = world.api.get(&format!("/v1/clusters/{}", world.contested)).await.expect(200).json();
    let parts = ["claims", "quantities", "timeline"];
    for expand in ["claims", "evidence", "quantities,timeline", "timeline,claims,evidence,quantities"] {
        let list = world.api.get(&format!("/v1/clusters?sort=contested&expand={expand}")).await.expect(200).json();
        let listed = &list["items"][0];
        for part in parts {
            let expected = expand.contains(part).then(|| &detail[part]);
            assert_eq!(listed.get(part), expected, "{part} of {expand}");
        }
        for (position, whole) in listed["outlets"].as_array().unwrap().iter().zip(detail["outlets"].as_array().unwrap()) {
            assert_eq!(position.get("evidence"), expand.contains("evidence").then(|| &whole["evidence"]), "{expand}");
        }
        let other = &list["items"][1];
        assert_eq!(other["id"], json!(world.lonely));
        if expand.contains("claims") {
            assert_eq!(other["claims"][0]["id"], json!(world.alone.id), "each cluster has its own");
        }
    }
    // Blank asks for nothing.
    let plain = world.api.get("/v1/clusters?expand=").await.expect(200).json();
    assert_eq!(plain["items"], world.api.get("/v1/clusters").await.expect(200).json()["items"]);
}

#[tokio::test]
async fn each_filter_of_a_list_keeps_what_it_says() {
    let world = World::new().await;
    let (contested, lonely) = (world.contested.to_string(), world.lonely.to_string());
    let herald = world.asserted.outlet.id;
    let both = vec![lonely.clone(), contested.clone()];
    for (query, expected) in [
        (String::new(), both.clone()),
        ("sort=recent".into(), both.clone()),
        ("sort=contested&limit=1".into(), vec![contested.clone()]),
        ("q=bridges".into(), vec![contested.clone()]),
        ("q=nothing".into(), vec![]),
        ("q=".into(), both.clone()),
        ("contested=false".into(), vec![lonely.clone()]),
        ("relation=disputes".into(), vec![contested.clone()]),
        (format!("outlet={herald}"), vec![contested.clone()]),
        (format!("outlet={herald}&relation=disputes"), vec![]),
        ("min_outlets=2".into(), vec![contested.clone()]),
        ("max_origins=1".into(), vec![lonely.clone()]),
        ("since=2026-03-03T00:00:00Z".into(), vec![lonely.clone()]),
        ("until=2026-03-01T00:00:00Z".into(), vec![]),
    ] {
        assert_eq!(world.ids(&format!("/v1/clusters?{query}")).await, expected, "{query}");
    }

    let claims = [&world.pending, &world.alone, &world.denied, &world.asserted].map(|claim| claim.id.to_string());
    assert_eq!(world.ids("/v1/claims").await, claims);
    for (query, expected) in [
        ("polarity=denied".to_owned(), &claims[2..3]),
        ("relation=disputes".into(), &claims[2..3]),
        ("q=tunnel+flooded".into(), &claims[..1]),
        (format!("cluster={contested}"), &claims[2..]),
        (format!("article={}", world.alone.article_id), &claims[1..2]),
        (format!("outlet={herald}&relation=corroborates"), &claims[3..]),
    ] {
        assert_eq!(world.ids(&format!("/v1/claims?{query}")).await, expected, "{query}");
    }

    assert_eq!(world.ids("/v1/articles?status=pending").await, [world.pending.article_id.to_string()]);
    assert_eq!(world.ids(&format!("/v1/articles?outlet={herald}")).await.len(), 2);
    assert_eq!(world.ids("/v1/articles?status=failed").await, [""; 0]);
}

#[tokio::test]
async fn pages_show_every_row_once_and_end() {
    let world = World::new().await;
    for list in [
        "articles?",
        "claims?",
        "outlets?",
        "clusters?",
        "clusters?sort=fragile&",
        "clusters?sort=echoed&",
        "clusters?sort=trending&",
    ] {
        let all = world.ids(&format!("/v1/{list}limit=100")).await;
        assert!(all.len() >= 2, "{list}");
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = world.api.get(&format!("/v1/{list}limit=1&cursor={cursor}")).await.expect(200).json();
            seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
            match page["next_cursor"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => break,
            }
            assert!(seen.len() < all.len(), "{list} has a page too many");
        }
        assert_eq!(seen, all, "{list}");
    }
    let page = world.api.get("/v1/clusters?sort=recent&limit=1").await.expect(200).json();
    let cursor = page["next_cursor"].as_str().unwrap();
    world.api.get(&format!("/v1/clusters?sort=fragile&cursor={cursor}")).await.expect_problem(400, "invalid-cursor");
    world.api.get(&format!("/v1/claims?cursor={cursor}")).await.expect_problem(400, "invalid-cursor");
}

#[tokio::test]
async fn an_outlet_is_shown_with_what_it_does() {
    let world = World::new().await;
    let profile = world.api.get(&format!("/v1/outlets/{}", world.denied.outlet.id)).await.expect(200).json();
    assert_eq!((&profile["name"], &profile["kind"]), (&json!("Courier"), &json!("newspaper")));
    assert_eq!(profile["counts"], json!({"articles": 1, "corroborates": 0, "disputes": 1, "echoes": 0, "unclear": 0}));
    let names = world.api.get("/v1/outlets").await.expect(200).json();
    let names: Vec<_> = names["items"].as_array().unwrap().iter().map(|outlet| outlet["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Beacon", "Courier", "Herald"]);
}

#[tokio::test]
async fn a_merged_cluster_leads_to_its_survivor() {
    let world = World::new().await;
    let survivor = cluster("Four bridges are closed", 3, &[&world.asserted, &world.denied, &world.alone]);
    let id = survivor.cluster.id;
    let dissolved = vec![(world.contested, Some(id)), (world.lonely, Some(id))];
    let plan = LinkPlan { clusters: vec![survivor], dissolved, ..LinkPlan::default() };
    world.store.commit_plan(WORKSPACE, &plan).await.unwrap();
    let answer = world.api.get(&format!("/v1/clusters/{}", world.lonely)).await.expect(308);
    assert_eq!(answer.header("location"), format!("/v1/clusters/{id}"));
    world.api.get(answer.header("location")).await.expect(200);
    assert_eq!(world.ids("/v1/clusters").await, [id.to_string()]);
}

#[tokio::test]
async fn an_id_of_another_kind_of_thing_is_not_found() {
    let world = World::new().await;
    for path in ["articles", "claims", "outlets", "clusters"] {
        let other = if path == "clusters" { world.asserted.id.to_string() } else { world.contested.to_string() };
        world.api.get(&format!("/v1/{path}/{other}")).await.expect_problem(404, "not-found");
    }
}

#[tokio::test]
async fn an_answer_that_the_client_has_is_not_sent_again() {
    let world = World::new().await;
    for path in ["/v1/clusters", "/v1/articles?limit=1", "/v1/outlets"] {
        let first = world.api.get(path).await.expect(200);
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with("W/\""), "{path} {tag:?}");
        assert_eq!(first.header("cache-control"), "private, no-cache");
        let again = |tag: &str| Answer::of(world.api.request(Method::GET, path).header("If-None-Match", tag));
        let same = again(&format!("\"other\", {tag}")).await.expect(304);
        assert_eq!((same.body.len(), same.header("etag")), (0, tag.as_str()));
        assert_eq!(again("\"other\"").await.expect(200).body, first.body);
    }
    let problem = world.api.get("/v1/claims/7").await;
    assert_eq!((problem.status, problem.header("etag")), (404, ""));
}

#[tokio::test]
async fn the_matrix_shows_each_outlet_in_each_cluster() {
    let world = World::new().await;
    let matrix = world.api.get("/v1/matrix").await.expect(200).json();
    let list = world.api.get("/v1/clusters").await.expect(200).json();
    let names: Vec<&str> = matrix["outlets"].as_array().unwrap().iter().map(|outlet| outlet["name"].as_str().unwrap()).collect();
    let (rows, clusters) = (matrix["rows"].as_array().unwrap(), list["items"].as_array().unwrap());
    assert_eq!(rows.len(), clusters.len());
    for (row, cluster) in rows.iter().zip(clusters) {
        assert_eq!((&row["cluster_id"], &row["origins_high"]), (&cluster["id"], &cluster["origins"]["high"]));
        for (name, cell) in names.iter().zip(row["cells"].as_array().unwrap()) {
            let held = cluster["outlets"].as_array().unwrap().iter().find(|held| held["outlet"]["name"] == *name);
            assert_eq!(*cell, held.map_or(Value::Null, |held| held["relation"].clone()), "{name}");
        }
    }
    let page = world.api.get("/v1/matrix?limit=1").await.expect(200).json();
    assert_eq!(page["rows"].as_array().unwrap().len(), 1);
    assert!(page["next_cursor"].is_string());
}
