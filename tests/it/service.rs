//! The service without its edge: what comes of articles must not depend on their order, on who links them, or on who dies.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    time::{Duration, Instant},
};

use crossclaim::{
    domain::{ArticleStatus, NewArticle, WorkspaceId},
    engine::similarity::Tier,
    http::parse_article,
    pipeline::{Readiness, Service, Submitted},
    storage::Store,
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    harness::{self, PATIENCE},
    newsroom::linkers,
};

const WORKSPACE: WorkspaceId = WorkspaceId::DEFAULT;
/// Thousands of articles may wait for the linker, which an unoptimised build takes its time for.
pub const LINKING_PATIENCE: Duration = Duration::from_secs(2_700);

const SKIPPED: &str = "Three inspections of the Marlow ferry were skipped.";
const DENIED: &str = "Tidelines denied that three inspections of the Marlow ferry were skipped.";
const MUSEUM: &str = "The museum opened a new wing on Friday.";

pub async fn start(store: &Store) -> Service {
    let service = Service::start(store.clone()).await.expect("the service starts");
    until("it is ready", async || service.readiness().await == Readiness::Ready).await;
    service
}

pub async fn until(what: &str, holds: impl AsyncFnMut() -> bool) {
    until_within(PATIENCE, what, holds).await;
}

pub async fn until_within(patience: Duration, what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let since = Instant::now();
    while !holds().await {
        assert!(since.elapsed() < patience, "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn samples() -> Vec<NewArticle> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/articles");
    let mut paths: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let parse = |path| parse_article(&fs::read(path).unwrap()).expect("a sample is a request body");
    paths.into_iter().map(parse).collect()
}

fn article(outlet: &str, slug: &str, text: &str) -> NewArticle {
    let body = json!({
        "url": format!("https://{}.example/{slug}", outlet.to_lowercase()),
        "text": text,
        "outlet": {"name": outlet},
        "published_at": "2026-03-04T08:30:00Z",
        "language": "en",
    });
    parse_article(body.to_string().as_bytes()).expect("a request body")
}

/// Stored, and answered before it is linked.
async fn send(service: &Service, article: NewArticle) -> Submitted {
    service.submit(WORKSPACE, article, Duration::ZERO).await.expect("it is stored")
}

async fn until_linked(store: &Store) {
    until_within(LINKING_PATIENCE, "everything is linked", async || {
        let waiting = "select count(*) from article where status = 'pending' and current or retiring";
        sqlx::query_scalar::<_, i64>(waiting).fetch_one(store.pool()).await.unwrap() == 0
    })
    .await;
}

/// Sets of sentences, each with the address of its article: what is left of clusters when their ids are forgotten.
pub type Partition = BTreeSet<BTreeSet<(String, String)>>;

/// The clusters as they are stored; asserts that every claim of a current article is in one that lives, and that none is empty.
pub async fn partition(store: &Store) -> Partition {
    until_linked(store).await;
    let claims: Vec<(String, String, Option<Uuid>)> = sqlx::query_as(
        "select article.url, claim.text, cluster.cluster_id
        from claim
        join article on article.workspace_id = claim.workspace_id and article.article_id = claim.article_id
        left join cluster on cluster.workspace_id = claim.workspace_id and cluster.cluster_id = claim.cluster_id
            and cluster.dissolved_at is null and cluster.merged_into is null
        where article.current",
    )
    .fetch_all(store.pool())
    .await
    .unwrap();
    let live: Vec<Uuid> = sqlx::query_scalar("select cluster_id from cluster where dissolved_at is null and merged_into is null")
        .fetch_all(store.pool())
        .await
        .unwrap();
    let mut clusters: BTreeMap<Uuid, BTreeSet<(String, String)>> = live.into_iter().map(|id| (id, BTreeSet::new())).collect();
    for (url, text, cluster) in claims {
        let cluster = cluster.unwrap_or_else(|| panic!("“{text}” of {url} is in no cluster"));
        clusters.get_mut(&cluster).expect("it lives").insert((url, text));
    }
    for (id, claims) in &clusters {
        assert!(!claims.is_empty(), "{id} is empty");
    }
    clusters.into_values().collect()
}

#[track_caller]
pub fn assert_same(found: &Partition, expected: &Partition, how: &str) {
    let only = |one: &Partition, other: &Partition| {
        let sets: Vec<String> = one.difference(other).map(|set| format!("{set:#?}")).collect();
        sets.join("\n")
    };
    assert!(found == expected, "{how}: only here\n{}\nonly there\n{}", only(found, expected), only(expected, found));
}

/// I4. What cannot be linked is listed, holds up nobody, and is tried again by the next linker.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_that_cannot_be_linked_is_told_and_tried_again_later() {
    let store = harness::store().await;
    let refused = "create function refuse() returns trigger language plpgsql as $$ begin
            raise exception 'it is cursed' using errcode = '22023';
        end $$;
        create trigger refuse before update on claim for each row when (new.text like '%museum%') execute function refuse()";
    sqlx::raw_sql(refused).execute(store.pool()).await.unwrap();
    let service = start(&store).await;
    let mut ids = Vec::new();
    for (slug, text) in [("1", SKIPPED), ("2", MUSEUM), ("3", DENIED)] {
        ids.push(send(&service, article("Argus", slug, text)).await.id);
    }
    let is = async |at: usize, status: ArticleStatus| store.article_status(WORKSPACE, ids[at]).await.unwrap() == Some(status);
    until("it is given up", async || is(1, ArticleStatus::Failed).await).await;
    until("the others are linked", async || is(0, ArticleStatus::Linked).await && is(2, ArticleStatus::Linked).await).await;
    service.stop().await;

    // In vain at first.
    let service = start(&store).await;
    until("it is given up again", async || is(1, ArticleStatus::Failed).await).await;
    service.stop().await;
    sqlx::raw_sql("drop trigger refuse on claim").execute(store.pool()).await.unwrap();
    let service = start(&store).await;
    until("it is linked", async || is(1, ArticleStatus::Linked).await).await;
    service.stop().await;
    crate::fsck::assert_sound(&store).await;
}

/// One after the other, each linked before the next.
async fn serially(articles: Vec<NewArticle>) -> Partition {
    let store = harness::store().await;
    let service = start(&store).await;
    for article in articles {
        service.submit(WORKSPACE, article, PATIENCE).await.unwrap();
    }
    let partition = partition(&store).await;
    service.stop().await;
    partition
}

/// Fisher and Yates' shuffle with Knuth's generator: the same order for the same seed, for ever.
fn shuffled(mut articles: Vec<NewArticle>, mut seed: u64) -> Vec<NewArticle> {
    for end in (1..articles.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        articles.swap(end, (seed >> 33) as usize % (end + 1));
    }
    articles
}

#[tokio::test]
async fn the_order_of_articles_does_not_matter() {
    let expected = serially(samples()).await;
    assert!(expected.iter().any(|cluster| cluster.len() > 3), "the samples meet");
    for seed in 1..=3 {
        let store = harness::store().await;
        let service = start(&store).await;
        // Not waited for: they are linked in batches of whatever size happens.
        for article in shuffled(samples(), seed) {
            send(&service, article).await;
        }
        assert_same(&partition(&store).await, &expected, &format!("seed {seed}"));
        service.stop().await;
    }
}

#[tokio::test]
async fn two_instances_together_do_what_one_does() {
    let expected = serially(samples()).await;
    let store = harness::store().await;
    let (one, other) = tokio::join!(start(&store), start(&store));
    let half = |service: Service, parity: usize| async move {
        for article in samples().into_iter().skip(parity).step_by(2) {
            send(&service, article).await;
        }
    };
    tokio::join!(half(one.clone(), 0), half(other.clone(), 1));
    assert_same(&partition(&store).await, &expected, "two instances");
    tokio::join!(one.stop(), other.stop());
}

/// Two instances, the first of which links.
async fn leader_and_follower(store: &Store) -> (Service, Service) {
    let leader = start(store).await;
    until("one links", async || !linkers(store).await.is_empty()).await;
    (leader, start(store).await)
}

async fn knows(service: &Service, text: &str) -> bool {
    let (_, matches) = service.match_text(WORKSPACE, text.to_owned(), 1).await.expect("a match needs no database");
    matches.first().is_some_and(|found| found.comparison.decision == Tier::Link)
}

#[tokio::test]
async fn a_follower_knows_what_the_leader_linked() {
    let store = harness::store().await;
    let (leader, follower) = leader_and_follower(&store).await;
    leader.submit(WORKSPACE, article("Herald", "1", SKIPPED), PATIENCE).await.unwrap();
    assert!(knows(&leader, SKIPPED).await && !knows(&leader, MUSEUM).await);
    until("the follower has followed", async || knows(&follower, SKIPPED).await).await;

    // And whoever asks the follower to store something is answered when the leader has linked it.
    let submitted = follower.submit(WORKSPACE, article("Courier", "1", MUSEUM), PATIENCE).await.unwrap();
    assert_eq!(store.article_status(WORKSPACE, submitted.id).await.unwrap(), Some(ArticleStatus::Linked));
    until("the follower has followed", async || knows(&follower, MUSEUM).await).await;
    tokio::join!(leader.stop(), follower.stop());
}

#[tokio::test]
async fn a_leader_that_lost_its_connection_is_replaced() {
    let store = harness::store().await;
    let (leader, follower) = leader_and_follower(&store).await;
    leader.submit(WORKSPACE, article("Herald", "1", SKIPPED), PATIENCE).await.unwrap();
    let lost = linkers(&store).await;
    assert_eq!(lost.len(), 1, "there is one linker");
    sqlx::query("select pg_terminate_backend($1)").bind(lost[0]).execute(store.pool()).await.unwrap();

    let since = Instant::now();
    follower.submit(WORKSPACE, article("Courier", "1", DENIED), PATIENCE).await.unwrap();
    assert_eq!(partition(&store).await.len(), 1, "claim and denial met");
    assert!(since.elapsed() < Duration::from_secs(10), "{:?}", since.elapsed());
    until("one links again", async || linkers(&store).await.iter().any(|pid| *pid != lost[0])).await;
    assert_eq!(linkers(&store).await.len(), 1);
    tokio::join!(leader.stop(), follower.stop());
}

#[tokio::test]
async fn a_leader_that_stops_is_replaced() {
    let store = harness::store().await;
    let (leader, follower) = leader_and_follower(&store).await;
    leader.submit(WORKSPACE, article("Herald", "1", SKIPPED), PATIENCE).await.unwrap();
    leader.stop().await;
    follower.submit(WORKSPACE, article("Courier", "1", DENIED), PATIENCE).await.unwrap();
    assert_eq!(partition(&store).await.len(), 1, "claim and denial met");
    follower.stop().await;
}

#[tokio::test]
async fn the_same_article_is_stored_once_however_often_it_is_sent() {
    let store = harness::store().await;
    let service = start(&store).await;
    let sent = futures_util::future::join_all((0..8).map(|_| send(&service, article("Herald", "1", SKIPPED)))).await;
    assert_eq!(sent.iter().filter(|submitted| submitted.created).count(), 1, "{sent:?}");
    assert!(sent.iter().all(|submitted| submitted.id == sent[0].id), "{sent:?}");
    let claim = ("https://herald.example/1".to_owned(), SKIPPED.to_owned());
    assert_eq!(partition(&store).await, [[claim].into()].into());
    service.stop().await;
}

#[tokio::test]
async fn a_revision_retires_the_claims_it_replaces() {
    let store = harness::store().await;
    let service = start(&store).await;
    service.submit(WORKSPACE, article("Courier", "1", DENIED), PATIENCE).await.unwrap();
    let first = service.submit(WORKSPACE, article("Herald", "1", SKIPPED), PATIENCE).await.unwrap();
    assert_eq!(partition(&store).await.len(), 1, "claim and denial met");

    let second = service.submit(WORKSPACE, article("Herald", "1", MUSEUM), PATIENCE).await.unwrap();
    assert!(second.created && second.id != first.id);
    let claim = |outlet: &str, text: &str| BTreeSet::from([(format!("https://{outlet}.example/1"), text.to_owned())]);
    assert_eq!(partition(&store).await, [claim("courier", DENIED), claim("herald", MUSEUM)].into());
    let counted: Vec<i32> =
        sqlx::query_scalar("select articles from cluster where dissolved_at is null").fetch_all(store.pool()).await.unwrap();
    assert_eq!(counted, [1, 1], "what has left is not counted");
    service.stop().await;

    // The same is known to who loads it anew.
    let again = start(&store).await;
    assert!(knows(&again, MUSEUM).await);
    again.stop().await;
}
