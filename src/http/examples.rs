//! One small story, told as domain values and shown through the real views: what the API document gives as examples is what
//! the API would answer. All names are invented.

use chrono::{DateTime, TimeZone, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    error::{Faults, Problem},
    text::Flaw,
    views::{
        ArticleView, CheckView, ClaimView, ClusterView, ConstraintView, DecisionView, DeliveryView, EventView, FeedView, KeyView,
        MatchView, NewKeyView, OutletProfileView, PairView, PositionView, ReuseListView, ReuseView, WatchView, WebhookSecretView,
        WebhookView, WithdrawalView,
    },
};
use crate::{
    domain::{
        Access, Article, ArticleId, ArticleStatus, Attribution, Certainty, Claim, ClaimId, ClaimReading, ClaimRelation, Cluster,
        ClusterId, Comparator, Constraint, ConstraintId, ConstraintKind, Counts, Coverage, Decision, DecisionId, DecisionKind,
        DeliveryId, Entity, EntityKind, Evidence, FeedId, KeyId, MadeDecision, NewOutlet, OriginKind, Origins, Outlet, OutletId,
        OutletKind, OutletPosition, Polarity, Provenance, Quantity, Quote, Relation, Role, Root, Secret, Source, SourceKind,
        Span, Stance, Voice, WatchId, WebhookId, Withdrawal, WorkspaceId, WorthinessReason,
    },
    engine::{
        reuse::{self, Side},
        similarity::{Comparison, Match, Reading, Tier},
    },
    pipeline::Checked,
    storage::{
        Delivery, Feed, JudgedPair, OutletProfile, PairedClaim, StoredCluster, StoredConstraint, StoredEvent, StoredKey,
        Triggered, Watch, Watched, Webhook, WholeCluster,
    },
};

const TITLE: &str = "Tidelines denies that ferry inspections were skipped";
const SENTENCE: &str = "Tidelines denied that three inspections of the Marlow ferry were skipped.";
const TEXT: &str = "The Marlow ferry stays in port this week. Tidelines denied that three inspections of the Marlow ferry were \
                    skipped. The port authority gave no comment.";
const COPY: &str = "No ferry today! Tidelines denied that three inspections of the Marlow ferry were skipped. The port authority gave \
                    no comment when we called.";
const DRAFT: &str = "Three inspections of the Marlow ferry were skipped.";

pub fn new_article() -> Value {
    json!({
        "url": "https://harbourtimes.example/ferry-inspections",
        "title": TITLE,
        "text": TEXT,
        "outlet": {"name": "Harbour Times", "domain": "harbourtimes.example", "kind": "newspaper"},
        "published_at": "2026-03-04T08:30:00Z",
        "language": "en",
    })
}

pub fn fetch_request() -> Value {
    json!({"url": "https://harbourtimes.example/ferry-inspections"})
}

pub fn match_request() -> Value {
    json!({"text": DRAFT, "limit": 5})
}

pub fn check_request() -> Value {
    json!({"title": "Ferry inspections", "text": DRAFT, "outlet": "Harbour Times", "language": "en"})
}

pub fn article() -> ArticleView {
    let article = stored_article();
    ArticleView::from(&article).with_claims(&[denial()]).with_text(article.text)
}

pub fn reuse() -> ReuseListView {
    let article = stored_article();
    let copy = Article {
        id: ArticleId(id(10)),
        outlet: Outlet { id: OutletId(id(11)), name: "Marlow Today".into(), domain: None, ..publisher() },
        url: "https://marlowtoday.example/ferry".into(),
        text: COPY.into(),
        published_at: Some(time(11, 5)),
        ..stored_article()
    };
    let found = reuse::reuse(&Side::of(&article), &Side::of(&copy));
    ReuseListView { items: found.iter().map(|pair| ReuseView::of(pair, &article, &copy)).collect() }
}

fn stored_article() -> Article {
    Article {
        id: ArticleId(id(1)),
        outlet: publisher(),
        status: ArticleStatus::Linked,
        url: "https://harbourtimes.example/ferry-inspections".into(),
        canonical_url: None,
        title: Some(TITLE.into()),
        byline: None,
        text: TEXT.into(),
        language: "en".into(),
        published_at: Some(time(8, 30)),
        received_at: time(8, 31),
        revision: 1,
        current: true,
        withdrawal: None,
        provenance: Provenance::default(),
    }
}

pub fn claim() -> ClaimView {
    (&denial()).into()
}

pub fn cluster() -> ClusterView {
    ClusterView::detailed(&WholeCluster { stored: stored_cluster(), claims: vec![denial()], notes: vec![] })
}

pub fn decision_request() -> Value {
    json!({"kind": "relabel", "claims": [id(4)], "relation": "echoes", "reason": "The operator only repeats the port's statement."})
}

pub fn decision() -> DecisionView {
    (&MadeDecision {
        id: DecisionId(id(12)),
        decision: Decision::Relabel { claims: vec![ClaimId(id(4))], relation: Relation::Echoes },
        reason: "The operator only repeats the port's statement.".into(),
        made_by: "admin".into(),
        made_at: time(9, 40),
        undone: None,
    })
        .into()
}

pub fn withdrawal_request() -> Value {
    json!({"reason": "Its author made it up, the paper says."})
}

pub fn withdrawal() -> WithdrawalView {
    let reason = "Its author made it up, the paper says.".to_owned();
    (ArticleId(id(1)), &Withdrawal { at: time(15, 40), by: "admin".to_owned(), reason }).into()
}

pub fn constraint_request() -> Value {
    json!({"claims": [id(5), id(6)], "kind": "apart", "reason": "Two different ferries."})
}

pub fn constraint() -> ConstraintView {
    (&StoredConstraint {
        constraint: Constraint { id: ConstraintId(id(8)), claims: [ClaimId(id(5)), ClaimId(id(6))], kind: ConstraintKind::Apart },
        reason: "Two different ferries.".into(),
        made_by: "admin".into(),
        made_at: time(9, 15),
        lifted: None,
    })
        .into()
}

pub fn key_request() -> Value {
    json!({"name": "Publishing system", "role": "contributor", "expires_at": "2099-01-01T00:00:00Z"})
}

pub fn key() -> KeyView {
    (&stored_key()).into()
}

pub fn new_key() -> NewKeyView {
    NewKeyView::new(&stored_key(), &secret())
}

fn stored_key() -> StoredKey {
    StoredKey {
        id: KeyId(id(9)),
        workspace: WorkspaceId::DEFAULT,
        name: "Publishing system".into(),
        role: Role::Contributor,
        prefix: secret().prefix().into(),
        digest: secret().digest(),
        created_at: time(9, 20),
        created_by: "admin".into(),
        expires_at: None,
        revoked: None,
        last_used_at: None,
    }
}

/// Opens nothing: it is the same in every copy of this document.
fn secret() -> Secret {
    let example = format!("xc_{}_{}", "0".repeat(16), "0".repeat(64));
    Secret::parse(example.as_bytes()).expect("it has the form of a key")
}

pub fn event() -> EventView {
    (&StoredEvent {
        sequence: 812,
        kind: "cluster.changed".into(),
        cluster_id: Some(ClusterId(id(5))),
        article_id: None,
        at: time(8, 31),
        actor: "linker".into(),
        payload: json!({"counts": stored_cluster().cluster.counts, "origins": {"low": 1, "high": 2}}),
    })
        .into()
}

pub fn new_webhook() -> Value {
    json!({"url": "https://cms.example/hooks/crossclaim", "kinds": ["cluster.changed"], "description": "Newsroom CMS"})
}

pub fn webhook() -> WebhookView {
    (&Webhook {
        id: WebhookId(id(12)),
        url: "https://cms.example/hooks/crossclaim".into(),
        kinds: vec!["cluster.changed".into()],
        description: Some("Newsroom CMS".into()),
        active: true,
        previous_until: None,
        failures: 0,
        failing_since: None,
        disabled: None,
        made_by: "admin".into(),
        made_at: time(7, 0),
    })
        .into()
}

pub fn webhook_with_secret() -> WebhookSecretView {
    WebhookSecretView { webhook: webhook(), secret: "whsec_bm90IGEgc2VjcmV0OiBhbiBleGFtcGxlIG9mIG9uZSE=".into() }
}

pub fn new_feed() -> Value {
    json!({"url": "https://harbourtimes.example/feed.xml", "outlet": {"name": "Harbour Times"}, "interval": 900})
}

pub fn feed() -> FeedView {
    let Outlet { name, domain, kind, family, .. } = publisher();
    (&Feed {
        id: FeedId(id(15)),
        url: "https://harbourtimes.example/feed.xml".into(),
        outlet: Some(NewOutlet { name, domain, kind: Some(kind), family }),
        interval: std::time::Duration::from_secs(900),
        active: true,
        next_fetch_at: time(8, 45),
        last_fetched_at: Some(time(8, 30)),
        last_status: Some(200),
        last_error: None,
        failures: 0,
        items_seen: 31,
        items_waiting: 0,
        items_failed: 1,
        made_by: "admin".into(),
        made_at: time(7, 0),
    })
        .into()
}

pub fn new_watch() -> Value {
    json!({"cluster_id": id(5), "when": ["disputed", "second_origin"], "note": "Call the port authority."})
}

pub fn watch() -> WatchView {
    (&Watch {
        id: WatchId(id(14)),
        watched: Watched::Cluster(ClusterId(id(5))),
        conditions: vec!["disputed".into(), "second_origin".into()],
        note: Some("Call the port authority.".into()),
        triggered: vec![Triggered { cluster_id: ClusterId(id(5)), condition: "disputed".into(), at: time(8, 31) }],
        made_by: "admin".into(),
        made_at: time(8, 0),
    })
        .into()
}

pub fn delivery() -> DeliveryView {
    (&Delivery {
        id: DeliveryId(id(13)),
        number: 4,
        webhook: WebhookId(id(12)),
        event: Some(812),
        kind: "cluster.changed".into(),
        status: "waiting".into(),
        attempts: 1,
        made_at: time(8, 31),
        next_attempt_at: Some(time(8, 32)),
        last_attempt_at: Some(time(8, 31)),
        response_status: Some(503),
        error: Some("it answered 503".into()),
    })
        .into()
}

pub fn claim_review() -> Value {
    json!({
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": "https://checks.example/marlow-ferry",
        "datePublished": "2026-03-05",
        "author": {"@type": "Organization", "name": "Marlow Checks"},
        "claimReviewed": DRAFT,
        "reviewRating": {"@type": "Rating", "ratingValue": 1, "bestRating": 5, "worstRating": 1, "alternateName": "False"},
        "itemReviewed": {
            "@type": "Claim",
            "author": {"@type": "Person", "name": "Ada Lund"},
            "appearance": [{"@type": "NewsArticle", "url": "https://marlowtoday.example/ferry", "publisher": {"name": "Marlow Today"}}],
        },
    })
}

pub fn claim_review_results() -> Value {
    json!({"items": [{"articles": [{"id": id(10), "status": "created"}], "problem": null}]})
}

pub fn position() -> PositionView {
    let ClusterView { id, claim, mut outlets, .. } = (&stored_cluster()).into();
    PositionView { cluster_id: id, claim, position: outlets.remove(0) }
}

pub fn pair() -> PairView {
    let claim = |text: &str, outlet: &str| PairedClaim {
        text: text.into(),
        proposition: text.trim_end_matches('.').into(),
        language: "en".into(),
        outlet: outlet.into(),
        said_at: time(8, 30),
    };
    JudgedPair {
        constraint: StoredConstraint {
            constraint: Constraint {
                id: ConstraintId(id(8)),
                claims: [ClaimId(id(5)), ClaimId(id(6))],
                kind: ConstraintKind::Apart,
            },
            reason: "Two different ferries.".into(),
            made_by: "admin".into(),
            made_at: time(9, 15),
            lifted: None,
        },
        decision: Some((DecisionId(id(12)), DecisionKind::Reject)),
        claims: [
            claim("The Marlow ferry stays in port.", "Harbour Times"),
            claim("The Orin ferry stays in port.", "Marlow Today"),
        ],
    }
    .into()
}

pub fn outlet() -> OutletProfileView {
    (&OutletProfile { outlet: publisher(), articles: 12, corroborates: 3, disputes: 1, echoes: 7, unclear: 1 }).into()
}

pub fn match_result() -> MatchView {
    MatchView::new(&draft_reading(), &[found()], &[stored_cluster()], coverage())
}

pub fn check_result() -> CheckView {
    let checked = Checked { language: "en".into(), text: DRAFT.into(), claims: vec![(draft_reading(), vec![found()])] };
    CheckView::new(&checked, &[stored_cluster()], coverage())
}

fn coverage() -> Coverage {
    Coverage { outlets: 2, articles: 2, period: Some((time(7, 55), time(8, 30))) }
}

pub fn bulk_result() -> Value {
    json!({"line": 1, "status": "created", "id": id(1), "problem": null})
}

pub fn problem() -> Value {
    let mut faults = Faults::default();
    faults.add("/outlet/name", Flaw::new("required", "missing field `name`"));
    let problem = faults.finish().map_or_else(|problem| problem, |()| Problem::internal());
    problem.at(id(9)).to_json()
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0195_5b0e_6a00_7000_8000_0000_0000_0000 + number)
}

fn time(hour: u32, minute: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 4, hour, minute, 0).single().unwrap_or_default()
}

fn publisher() -> Outlet {
    Outlet {
        id: OutletId(id(2)),
        name: "Harbour Times".into(),
        domain: Some("harbourtimes.example".into()),
        kind: OutletKind::Newspaper,
        family: None,
    }
}

fn agency() -> Outlet {
    Outlet { id: OutletId(id(3)), name: "North Wire".into(), domain: None, kind: OutletKind::Agency, family: None }
}

fn operator() -> Source {
    Source { kind: SourceKind::Organisation, name: "Tidelines".into(), role: None }
}

fn official() -> Source {
    Source { kind: SourceKind::Anonymous, name: "a port official".into(), role: None }
}

/// Code points and bytes are the same in these texts.
fn span_of(sentence: &str, text: &str) -> Span {
    let start = text.find(sentence).unwrap_or_default();
    Span::new(start, start + sentence.len())
}

fn reading(sentence: &str, text: &str, polarity: Polarity, attribution: Attribution) -> ClaimReading {
    ClaimReading {
        text: sentence.into(),
        span: span_of(sentence, text),
        headline: false,
        proposition: "three inspections of the Marlow ferry were skipped".into(),
        polarity,
        certainty: Certainty::Asserted,
        attribution,
        quantities: vec![Quantity {
            text: "three inspections".into(),
            comparator: Comparator::Exactly,
            value: Some(3.0),
            low: Some(3.0),
            high: Some(3.0),
            unit: Some("inspections".into()),
            vague: false,
            ordinal: false,
            as_of: Some(time(8, 30).date_naive()),
        }],
        entities: vec![Entity { name: "marlow".into(), text: "Marlow".into(), kind: EntityKind::Name, confidence: 1.0 }],
        event_date: None,
        presupposes: vec![],
        event_period: None,
        check_worthiness: 0.75,
        check_worthiness_reasons: vec![WorthinessReason { sign: "number".into(), weight: 1.1, text: Some("three".into()) }],
        engine_version: 1,
        embedding: None,
    }
}

pub fn draft_reading() -> ClaimReading {
    reading(DRAFT, DRAFT, Polarity::Affirmed, Attribution::default())
}

fn denial() -> Claim {
    let attribution = Attribution {
        voice: Voice::Attributed,
        source: Some(operator()),
        cue: Some("denied".into()),
        chain: vec![operator()],
        ..Attribution::default()
    };
    Claim {
        id: ClaimId(id(4)),
        article_id: ArticleId(id(1)),
        outlet: publisher(),
        said_at: time(8, 30),
        cluster_id: Some(ClusterId(id(5))),
        reading: reading(SENTENCE, TEXT, Polarity::Denied, attribution),
        relation: Some(ClaimRelation {
            relation: Relation::Disputes,
            stance: Stance::Denies,
            access: Access::Derived,
            independence: None,
            echo_of: None,
            disputed_by: Some(operator()),
            asserted_by: Some(official()),
            flags: vec![],
            evidence: vec![denial_evidence()],
        }),
    }
}

fn denial_evidence() -> Evidence {
    let quote = Quote { article_id: ArticleId(id(1)), text: SENTENCE.into(), span: span_of(SENTENCE, TEXT), in_title: false };
    Evidence::Denial { quote, cue: "denied".into(), denier: Some(operator()), asserted_by: Some(official()) }
}

pub fn stored_cluster() -> StoredCluster {
    let position = |outlet: &Outlet, relation, claim| OutletPosition {
        outlet_id: outlet.id,
        relation,
        voice: Voice::Attributed,
        disputed_by: None,
        asserted_by: None,
        echo_of: None,
        independence: None,
        mixed: false,
        since: time(7, 55),
        flags: vec![],
        claim_ids: vec![ClaimId(id(claim))],
    };
    let echo = OutletPosition { echo_of: Some("a port official".into()), ..position(&agency(), Relation::Echoes, 6) };
    let dispute = OutletPosition {
        disputed_by: Some(operator()),
        asserted_by: Some(official()),
        since: time(8, 30),
        ..position(&publisher(), Relation::Disputes, 4)
    };
    let root = Root {
        kind: OriginKind::Anonymous,
        name: "a port official".into(),
        named: false,
        claim_ids: vec![ClaimId(id(6))],
        circular: vec![],
        withdrawn: false,
    };
    StoredCluster {
        cluster: Cluster {
            id: ClusterId(id(5)),
            claim: "Three inspections of the Marlow ferry were skipped".into(),
            counts: Counts { articles: 2, outlets: 2, corroborates: 0, disputes: 1, echoes: 1, unclear: 0 },
            origins: Origins { low: 0, high: 1, roots: vec![root] },
            outlets: vec![echo, dispute],
            first_seen_at: time(7, 55),
            last_seen_at: time(8, 30),
        },
        outlets: vec![agency(), publisher()],
    }
}

pub fn found() -> Match {
    Match {
        cluster_id: ClusterId(id(5)),
        claim_id: ClaimId(id(4)),
        comparison: Comparison {
            similarity: 0.93,
            readings: vec![Reading { signal: "trigrams", value: Some(0.88), weight: 2.5 }],
            guards: vec![],
            decision: Tier::Link,
        },
    }
}
