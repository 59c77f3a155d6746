//! Articles, readings, labels and clusters to store, with every field filled.

use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use crossclaim::{
    domain::*,
    storage::{ClusterLookup, Inserted, Store, StoredCluster},
};

pub const WORKSPACE: WorkspaceId = WorkspaceId::DEFAULT;

pub fn day(n: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, n, 12, 30, 0).unwrap()
}

pub fn outlet(name: &str) -> NewOutlet {
    let domain = format!("{}.example", name.to_lowercase().replace(' ', "-"));
    NewOutlet { name: name.into(), domain: Some(domain), kind: Some(OutletKind::Newspaper), family: None }
}

pub fn article(outlet_name: &str, path: &str, sentences: &[&str]) -> ReadArticle {
    let text = sentences.join(" ");
    let outlet = outlet(outlet_name);
    ReadArticle {
        url: format!("https://{}/{path}", outlet.domain.as_deref().unwrap()),
        canonical_url: None,
        title: Some("Élan: the tally".into()),
        byline: Some("A. Writer".into()),
        language: "en".into(),
        published_at: Some(day(4)),
        provenance: Provenance {
            dateline_place: Some("GENEVA".into()),
            dateline_agency: Some("Reuters".into()),
            syndication: Some(Syndication {
                chain: vec!["Bloomberg News".into(), "Tribune".into()],
                text: "© 2026 Bloomberg".into(),
                span: Span::new(3, 19),
            }),
        },
        claims: sentences.iter().map(|sentence| reading(sentence, &text)).collect(),
        sketch: Vec::new(),
        text,
        outlet,
    }
}

/// A reading of a sentence that stands in a text.
pub fn reading(sentence: &str, text: &str) -> ClaimReading {
    let start = text[..text.find(sentence).unwrap()].chars().count();
    ClaimReading {
        text: sentence.into(),
        span: Span::new(start, start + sentence.chars().count()),
        headline: false,
        proposition: sentence.into(),
        polarity: Polarity::Denied,
        certainty: Certainty::Hedged,
        attribution: Attribution {
            denial: None,
            voice: Voice::Attributed,
            source: Some(source("Minister")),
            cue: Some("denied".into()),
            chain: vec![source("Reuters"), source("an official")],
            quote: Some("totally “false”".into()),
            asserted_by: Some(source("Opponent")),
            own_access: true,
        },
        quantities: vec![Quantity {
            text: "more than 50 countries".into(),
            comparator: Comparator::MoreThan,
            value: Some(50.0),
            low: Some(50.1),
            high: None,
            unit: Some("countries".into()),
            vague: false,
            ordinal: true,
            as_of: NaiveDate::from_ymd_opt(2026, 3, 4),
        }],
        entities: vec![Entity { name: "united states".into(), text: "U.S.".into(), kind: EntityKind::Place, confidence: 1.0 }],
        event_date: NaiveDate::from_ymd_opt(2026, 3, 1),
        presupposes: vec![],
        event_period: Period::months(2026, 3, 1),
        check_worthiness: 0.7,
        check_worthiness_reasons: vec![WorthinessReason { sign: "negation".into(), weight: -0.25, text: None }],
        engine_version: 3,
        embedding: None,
    }
}

pub fn source(name: &str) -> Source {
    Source { kind: SourceKind::OfficialBody, name: name.into(), role: Some("spokesman".into()) }
}

pub async fn insert(store: &Store, article: &ReadArticle) -> ArticleId {
    match store.insert_article(WORKSPACE, article).await.unwrap() {
        Inserted::Created(id) | Inserted::Revision(id) => id,
        Inserted::Known(id) | Inserted::Withdrawn(id) => panic!("{id} is known already"),
    }
}

/// Stores an article of one sentence, and returns it as the linker sees it.
pub async fn insert_to_link(store: &Store, outlet_name: &str, sentence: &str) -> LinkArticle {
    let id = insert(store, &article(outlet_name, &ClaimId::new().to_string(), &[sentence])).await;
    let pending = store.link_work(WORKSPACE, 1000).await.unwrap().articles;
    pending.into_iter().find(|article| article.id == id).unwrap()
}

/// A label with `reasons` pieces of evidence.
pub fn label(relation: Relation, article: &LinkArticle, reasons: usize) -> ClaimRelation {
    let quote = Quote { article_id: article.id, text: "denied".into(), span: Span::new(1, 7), in_title: false };
    let evidence = (0..reasons).map(|n| Evidence::Denial {
        quote: quote.clone(),
        cue: format!("cue {n}"),
        denier: Some(source("Minister")),
        asserted_by: None,
    });
    ClaimRelation {
        relation,
        stance: if relation == Relation::Disputes { Stance::Denies } else { Stance::Supports },
        access: Access::Derived,
        independence: (relation == Relation::Corroborates).then_some(Independence::Presumed),
        echo_of: Some("Reuters".into()),
        disputed_by: Some(source("Minister")),
        asserted_by: None,
        flags: vec![Flag::Hedged, Flag::AnonymousSource],
        evidence: evidence.collect(),
    }
}

/// A cluster of these articles' claims, with one label each; its counts and positions agree with them.
pub fn linked(id: ClusterId, created: bool, wording: &str, members: &[(&LinkArticle, Relation)]) -> LinkedCluster {
    let mut counts = Counts { articles: members.len() as i32, outlets: members.len() as i32, ..Counts::default() };
    for (_, relation) in members {
        match relation {
            Relation::Corroborates => counts.corroborates += 1,
            Relation::Disputes => counts.disputes += 1,
            Relation::Echoes => counts.echoes += 1,
            Relation::Unclear => counts.unclear += 1,
        }
    }
    let claims: Vec<(ClaimId, ClaimRelation)> = members
        .iter()
        .flat_map(|(article, relation)| article.claims.iter().map(|claim| (claim.id, label(*relation, article, 2))))
        .collect();
    let outlets = members.iter().map(|(article, relation)| OutletPosition {
        outlet_id: article.outlet.id,
        relation: *relation,
        voice: Voice::Attributed,
        disputed_by: Some(source("Minister")),
        asserted_by: None,
        echo_of: None,
        independence: None,
        mixed: false,
        since: article.time(),
        flags: vec![Flag::PartialQuote],
        claim_ids: article.claims.iter().map(|claim| claim.id).collect(),
    });
    let root = Root {
        kind: OriginKind::Presumed,
        name: "Herald".into(),
        named: true,
        claim_ids: claims.iter().map(|(id, _)| *id).collect(),
        circular: Vec::new(),
        withdrawn: false,
    };
    let cluster = Cluster {
        id,
        claim: wording.into(),
        counts,
        origins: Origins { low: 1, high: 2, roots: vec![root] },
        outlets: outlets.collect(),
        first_seen_at: day(2),
        last_seen_at: day(4),
    };
    LinkedCluster { created, cluster, claims, withdrawn: Vec::new() }
}

/// A plan that links these articles into these clusters.
pub fn plan(articles: &[&LinkArticle], clusters: Vec<LinkedCluster>) -> LinkPlan {
    LinkPlan { linked: articles.iter().map(|article| article.id).collect(), clusters, ..LinkPlan::default() }
}

pub async fn live(store: &Store, id: ClusterId) -> StoredCluster {
    match store.cluster(WORKSPACE, id).await.unwrap() {
        ClusterLookup::Live(whole) => whole.stored,
        other => panic!("{other:?}"),
    }
}
