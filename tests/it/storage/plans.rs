//! The linker's side: its lock, what it loads, and plans committed whole.

use std::{sync::Arc, time::Duration};

use crossclaim::{
    domain::*,
    storage::{ClusterLookup, Store},
};

use super::samples::*;
use crate::harness;

#[tokio::test]
async fn a_plan_comes_out_as_it_went_in() {
    let store = harness::store().await;
    let one = insert_to_link(&store, "Herald", "Fifty came.").await;
    let two = insert_to_link(&store, "Gazette", "Nobody came.").await;
    let id = ClusterId::new();
    let cluster = linked(id, true, "Fifty came.", &[(&one, Relation::Corroborates), (&two, Relation::Disputes)]);
    store.commit_plan(WORKSPACE, &plan(&[&one, &two], vec![cluster.clone()])).await.unwrap();

    let stored = live(&store, id).await;
    // Outlets are shown by name, in whatever order they were judged.
    let mut expected = cluster.cluster.clone();
    expected.outlets.reverse();
    assert_eq!(stored.cluster, expected);
    assert_eq!(stored.outlets, [two.outlet.clone(), one.outlet.clone()]);
    let claims = store.claims_of_clusters(WORKSPACE, &[id]).await.unwrap();
    let labels: Vec<_> = claims.iter().map(|claim| (claim.id, claim.relation.clone().unwrap())).collect();
    assert_eq!(labels, cluster.claims);
    assert!(claims.iter().all(|claim| claim.cluster_id == Some(id)));
    assert_eq!(store.article_status(WORKSPACE, one.id).await.unwrap(), Some(ArticleStatus::Linked));

    assert_eq!(store.corpus_article_ids(WORKSPACE).await.unwrap(), [one.id, two.id]);
    let known = store.corpus_articles(WORKSPACE, &[one.id]).await.unwrap();
    let mut expected = KnownArticle::from(&one);
    expected.claims[0].cluster_id = Some(id);
    assert_eq!(known, [expected]);
    assert!(store.link_work(WORKSPACE, 9).await.unwrap().articles.is_empty());
    let profile = store.outlet(WORKSPACE, two.outlet.id).await.unwrap().unwrap();
    assert_eq!((profile.corroborates, profile.disputes, profile.echoes, profile.unclear), (0, 1, 0, 0));
}

#[tokio::test]
async fn waiting_articles_come_in_the_order_of_arrival() {
    let store = harness::store().await;
    let mut ids = Vec::new();
    for n in 0..4 {
        ids.push(insert(&store, &article("Herald", &n.to_string(), &["Fifty."])).await);
    }
    let mut lock = store.try_linker_lock(WORKSPACE).await.unwrap().unwrap();
    lock.mark_failed(WORKSPACE, ids[1]).await.unwrap();
    let pending = store.link_work(WORKSPACE, 2).await.unwrap().articles;
    assert_eq!(pending.iter().map(|article| article.id).collect::<Vec<_>>(), [ids[0], ids[2]]);
    assert_eq!(pending[0].provenance.dateline_place.as_deref(), Some("GENEVA"));
}

#[tokio::test]
async fn a_later_plan_replaces_labels_positions_and_evidence() {
    let store = harness::store().await;
    let one = insert_to_link(&store, "Herald", "Fifty came.").await;
    let two = insert_to_link(&store, "Gazette", "Nobody came.").await;
    let id = ClusterId::new();
    let first = linked(id, true, "Fifty came.", &[(&one, Relation::Echoes), (&two, Relation::Disputes)]);
    store.commit_plan(WORKSPACE, &plan(&[&one, &two], vec![first])).await.unwrap();

    let mut second = linked(id, false, "Exactly fifty came.", &[(&one, Relation::Corroborates)]);
    second.claims[0].1.evidence.truncate(1);
    store.commit_plan(WORKSPACE, &plan(&[], vec![second.clone()])).await.unwrap();
    assert_eq!(live(&store, id).await.cluster, second.cluster);
    let claims = store.claims_of_clusters(WORKSPACE, &[id]).await.unwrap();
    assert_eq!(claims.len(), 1, "a claim without a place in the plan has left the cluster");
    assert_eq!(claims[0].relation.as_ref(), Some(&second.claims[0].1));
    let left = store.claim(WORKSPACE, two.claims[0].id).await.unwrap().unwrap();
    assert_eq!((left.cluster_id, left.relation), (None, None));
}

#[tokio::test]
async fn a_sentence_vector_comes_to_the_linker_with_its_claim_now_and_after_a_restart() {
    let store = harness::store().await;
    let mut article = article("Herald", "with-a-vector", &["Fifty came.", "Nobody left."]);
    let vector = Some(Arc::new(Embedding::of(&[0.5, -0.25, 0.1]).unwrap()));
    article.claims[0].embedding.clone_from(&vector);
    let id = insert(&store, &article).await;
    let waiting = store.link_work(WORKSPACE, 10).await.unwrap().articles.remove(0);
    let told = |claims: Vec<Option<Arc<Embedding>>>| assert_eq!(claims, [vector.clone(), None]);
    told(waiting.claims.iter().map(|claim| claim.reading.embedding.clone()).collect());
    let cluster = linked(ClusterId::new(), true, "Fifty came.", &[(&waiting, Relation::Echoes)]);
    store.commit_plan(WORKSPACE, &plan(&[&waiting], vec![cluster])).await.unwrap();
    for known in [store.corpus_articles(WORKSPACE, &[id]).await.unwrap(), store.corpus_range(WORKSPACE, id, id).await.unwrap()] {
        told(known[0].claims.iter().map(|claim| claim.embedding.clone()).collect());
    }
}

#[tokio::test]
async fn a_plan_that_changes_nothing_writes_no_claim_again() {
    let store = harness::store().await;
    let one = insert_to_link(&store, "Herald", "Fifty came.").await;
    let id = ClusterId::new();
    let mut cluster = linked(id, true, "Fifty came.", &[(&one, Relation::Echoes)]);
    store.commit_plan(WORKSPACE, &plan(&[&one], vec![cluster.clone()])).await.unwrap();
    let versions = async || {
        let sql = "select array(select xmin::text from claim union all select xmin::text from outlet_relation)";
        sqlx::query_scalar::<_, Vec<String>>(sql).fetch_one(store.pool()).await.unwrap()
    };
    let before = versions().await;
    cluster.created = false;
    store.commit_plan(WORKSPACE, &plan(&[], vec![cluster])).await.unwrap();
    assert_eq!(versions().await, before);
}

#[tokio::test]
async fn redirects_are_followed_to_the_survivor() {
    let store = harness::store().await;
    let article = insert_to_link(&store, "Herald", "Fifty came.").await;
    let ids: Vec<ClusterId> = (0..4).map(|_| ClusterId::new()).collect();
    let create = ids.iter().map(|id| linked(*id, true, "Fifty came.", &[])).collect();
    store.commit_plan(WORKSPACE, &plan(&[&article], create)).await.unwrap();
    // 0 into 1, then 1 into 2: a chain.
    for at in [0, 1] {
        let survivor = linked(ids[at + 1], false, "Fifty came.", &[(&article, Relation::Echoes)]);
        let merge = LinkPlan { dissolved: vec![(ids[at], Some(ids[at + 1]))], ..plan(&[], vec![survivor]) };
        store.commit_plan(WORKSPACE, &merge).await.unwrap();
    }
    let look = async |id| store.cluster(WORKSPACE, id).await.unwrap();
    assert_eq!(look(ids[0]).await, ClusterLookup::Merged(ids[2]));
    assert_eq!(look(ids[1]).await, ClusterLookup::Merged(ids[2]));
    assert_eq!(live(&store, ids[2]).await.cluster.counts.echoes, 1);
    assert_eq!(look(ClusterId::new()).await, ClusterLookup::Absent);
    let several = store.clusters(WORKSPACE, &[ids[3], ids[0], ids[2]]).await.unwrap();
    assert_eq!(several.iter().map(|stored| stored.cluster.id).collect::<Vec<_>>(), [ids[3], ids[2]], "in the order asked for");

    // The survivor loses its last claim: there is nothing left to be redirected to.
    let end = LinkPlan { dissolved: vec![(ids[2], None)], ..LinkPlan::default() };
    store.commit_plan(WORKSPACE, &end).await.unwrap();
    assert_eq!((look(ids[0]).await, look(ids[2]).await), (ClusterLookup::Absent, ClusterLookup::Absent));
    assert_eq!(store.claim(WORKSPACE, article.claims[0].id).await.unwrap().unwrap().cluster_id, None);
    assert_eq!(store.outlet(WORKSPACE, article.outlet.id).await.unwrap().unwrap().echoes, 0);
}

#[tokio::test]
async fn claims_of_a_superseded_article_leave_their_clusters() {
    let store = harness::store().await;
    let old = insert(&store, &article("Herald", "a", &["Fifty came."])).await;
    let pending = store.link_work(WORKSPACE, 9).await.unwrap().articles;
    let id = ClusterId::new();
    let cluster = linked(id, true, "Fifty came.", &[(&pending[0], Relation::Echoes)]);
    store.commit_plan(WORKSPACE, &plan(&[&pending[0]], vec![cluster])).await.unwrap();

    let new = insert(&store, &article("Herald", "a", &["Sixty came."])).await;
    let LinkWork { articles: pending, retired, .. } = store.link_work(WORKSPACE, 9).await.unwrap();
    assert_eq!((pending.len(), pending[0].id, &retired), (1, new, &vec![old]));
    assert!(store.corpus_article_ids(WORKSPACE).await.unwrap().is_empty(), "an old revision is not part of the corpus");

    let cluster = linked(id, false, "Sixty came.", &[(&pending[0], Relation::Echoes)]);
    let replace = LinkPlan { retired, ..plan(&[&pending[0]], vec![cluster]) };
    store.commit_plan(WORKSPACE, &replace).await.unwrap();
    let claims = store.claims_of_clusters(WORKSPACE, &[id]).await.unwrap();
    assert_eq!(claims.iter().map(|claim| claim.article_id).collect::<Vec<_>>(), [new]);
    let left = &store.claims_of_article(WORKSPACE, old).await.unwrap()[0];
    assert_eq!((left.cluster_id, left.relation.clone()), (None, None));
    assert!(store.link_work(WORKSPACE, 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_article_superseded_while_it_is_linked_is_retired_in_the_next_round() {
    let store = harness::store().await;
    let old = insert(&store, &article("Herald", "a", &["Fifty came."])).await;
    let pending = store.link_work(WORKSPACE, 9).await.unwrap().articles;
    insert(&store, &article("Herald", "a", &["Sixty came."])).await;
    let cluster = linked(ClusterId::new(), true, "Fifty came.", &[(&pending[0], Relation::Echoes)]);
    store.commit_plan(WORKSPACE, &plan(&[&pending[0]], vec![cluster])).await.unwrap();
    assert_eq!(store.link_work(WORKSPACE, 9).await.unwrap().retired, [old]);
}

#[tokio::test]
async fn events_are_numbered_without_gaps_and_name_what_changed() {
    let store = harness::store().await;
    assert_eq!(store.last_event(WORKSPACE).await.unwrap(), 0);
    let article = insert_to_link(&store, "Herald", "Fifty came.").await;
    let (one, two) = (ClusterId::new(), ClusterId::new());
    let create = vec![linked(one, true, "Fifty.", &[]), linked(two, true, "Fifty.", &[(&article, Relation::Echoes)])];
    assert_eq!(store.commit_plan(WORKSPACE, &plan(&[&article], create)).await.unwrap(), 3);
    let merge =
        LinkPlan { dissolved: vec![(one, Some(two))], clusters: vec![linked(two, false, "Fifty.", &[])], ..LinkPlan::default() };
    assert_eq!(store.commit_plan(WORKSPACE, &merge).await.unwrap(), 5);
    assert_eq!(store.last_event(WORKSPACE).await.unwrap(), 5);

    let sql = "select array_agg(kind || coalesce(payload ->> 'into', '') order by sequence) from event";
    let kinds: Vec<String> = sqlx::query_scalar(sql).fetch_one(store.pool()).await.unwrap();
    let merged = format!("cluster.merged{two}");
    assert_eq!(kinds, ["cluster.created", "cluster.created", "article.linked", "cluster.changed", merged.as_str()]);
    let (mut changed, newest) = store.clusters_changed_since(WORKSPACE, 0).await.unwrap();
    changed.sort_unstable();
    assert_eq!((changed, newest), (vec![one, two], 5));
    assert_eq!(store.clusters_changed_since(WORKSPACE, 5).await.unwrap(), (vec![], 5));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn simultaneous_plans_for_the_same_clusters_all_succeed() {
    let store = harness::store().await;
    let ids: Vec<ClusterId> = (0..6).map(|_| ClusterId::new()).collect();
    let commits = (0..24).map(|n| {
        let store = store.clone();
        let mut clusters: Vec<_> = ids.iter().map(|id| linked(*id, false, &format!("Wording {n}."), &[])).collect();
        // Each in an order of its own, as plans come.
        clusters.rotate_left(n % 6);
        if n % 2 == 0 {
            clusters.reverse();
        }
        tokio::spawn(async move { store.commit_plan(WORKSPACE, &plan(&[], clusters)).await.unwrap() })
    });
    let mut last: Vec<i64> = futures_util::future::try_join_all(commits).await.unwrap();
    last.sort_unstable();
    assert_eq!(last, (1..=24).map(|n| n * 6).collect::<Vec<i64>>());
    let (numbers, newest): (i64, i64) =
        sqlx::query_as("select count(*), max(sequence) from event").fetch_one(store.pool()).await.unwrap();
    assert_eq!((numbers, newest), (144, 144));
}

#[tokio::test]
async fn a_plan_that_fails_leaves_nothing_behind() {
    let store = harness::store().await;
    let article = insert_to_link(&store, "Herald", "Fifty came.").await;
    let id = ClusterId::new();
    let mut broken = linked(id, true, "Fifty came.", &[(&article, Relation::Echoes)]);
    broken.cluster.outlets[0].outlet_id = OutletId::new();
    store.commit_plan(WORKSPACE, &plan(&[&article], vec![broken])).await.unwrap_err();
    assert_eq!(store.cluster(WORKSPACE, id).await.unwrap(), ClusterLookup::Absent);
    assert_eq!(store.claim(WORKSPACE, article.claims[0].id).await.unwrap().unwrap().relation, None);
    assert_eq!(store.article_status(WORKSPACE, article.id).await.unwrap(), Some(ArticleStatus::Pending));
    assert_eq!(store.last_event(WORKSPACE).await.unwrap(), 0);
}

#[tokio::test]
async fn one_linker_at_a_time_and_the_next_takes_over_when_its_connection_dies() {
    let store = harness::store().await;
    let mut first = store.try_linker_lock(WORKSPACE).await.unwrap().expect("nobody else holds it");
    assert!(first.is_held().await);
    assert!(store.try_linker_lock(WORKSPACE).await.unwrap().is_none());
    assert!(store.try_linker_lock(WorkspaceId::new()).await.unwrap().is_some(), "each workspace has its own");

    let sql = "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'
        and database = (select oid from pg_database where datname = current_database())";
    sqlx::query(sql).execute(store.pool()).await.unwrap();
    let second = take_over(&store).await;
    assert!(!first.is_held().await);
    drop(second);
    take_over(&store).await;
}

async fn take_over(store: &Store) -> crossclaim::storage::LinkerLock {
    for _ in 0..200 {
        if let Some(lock) = store.try_linker_lock(WORKSPACE).await.unwrap() {
            return lock;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the lock did not become free");
}
