//! Lists: filters, orders, and pages that neither repeat nor skip a row while others write.

use std::collections::HashSet;

use crossclaim::{
    domain::*,
    storage::{ArticleFilter, ClaimFilter, ClusterFilter, ClusterSort, Page, Store},
};

use super::samples::*;
use crate::harness;

#[tokio::test]
async fn clusters_are_filtered_by_what_is_known_of_them() {
    use Relation::{Corroborates, Disputes, Echoes};
    let store = harness::store().await;
    let herald = insert_to_link(&store, "Herald", "Guaidó met fifty envoys.").await;
    let gazette = insert_to_link(&store, "Gazette", "The envoys were not there.").await;
    let tribune = insert_to_link(&store, "Tribune", "Prices rose by a tenth.").await;
    let (envoys, prices) = (ClusterId::new(), ClusterId::new());
    let mut of_envoys = linked(envoys, true, "Fifty envoys came.", &[(&herald, Corroborates), (&gazette, Disputes)]);
    of_envoys.cluster.first_seen_at = day(1);
    of_envoys.cluster.last_seen_at = day(2);
    of_envoys.cluster.origins.high = 5;
    let mut of_prices = linked(prices, true, "Prices rose.", &[(&tribune, Echoes)]);
    of_prices.cluster.first_seen_at = day(8);
    of_prices.cluster.last_seen_at = day(9);
    store.commit_plan(WORKSPACE, &plan(&[&herald, &gazette, &tribune], vec![of_envoys, of_prices])).await.unwrap();

    let all = ClusterFilter::default;
    let q = |words: &str| ClusterFilter { q: Some(words.into()), ..all() };
    let cases: [(&str, ClusterFilter, &[ClusterId]); 21] = [
        ("everything", all(), &[prices, envoys]),
        ("a word of the wording, in another form", q("envoy"), &[envoys]),
        ("a word of a claim, without its accent", q("guaido"), &[envoys]),
        ("words that occur, but not in one claim", q("fifty prices"), &[]),
        ("either word", q("guaido or prices"), &[prices, envoys]),
        ("all but a word of the wording, which the claims lack", q("-came"), &[prices]),
        ("nothing but stop words", q("the"), &[]),
        ("an outlet", ClusterFilter { outlet: Some(gazette.outlet.id), ..all() }, &[envoys]),
        ("a relation", ClusterFilter { relation: Some(Echoes), ..all() }, &[prices]),
        ("that outlet's", ClusterFilter { outlet: Some(gazette.outlet.id), relation: Some(Disputes), ..all() }, &[envoys]),
        ("not that outlet's", ClusterFilter { outlet: Some(herald.outlet.id), relation: Some(Disputes), ..all() }, &[]),
        ("contested", ClusterFilter { contested: Some(true), ..all() }, &[envoys]),
        ("uncontested", ClusterFilter { contested: Some(false), ..all() }, &[prices]),
        ("two outlets", ClusterFilter { min_outlets: Some(2), ..all() }, &[envoys]),
        ("few origins", ClusterFilter { max_origins: Some(2), ..all() }, &[prices]),
        ("seen since", ClusterFilter { since: Some(day(9)), ..all() }, &[prices]),
        ("seen since, all", ClusterFilter { since: Some(day(2)), ..all() }, &[prices, envoys]),
        ("seen until", ClusterFilter { until: Some(day(8)), ..all() }, &[envoys]),
        ("nothing fits both", ClusterFilter { since: Some(day(9)), max_origins: Some(1), ..all() }, &[]),
        ("most contested", ClusterFilter { sort: ClusterSort::Contested, ..all() }, &[envoys, prices]),
        ("most echoed", ClusterFilter { sort: ClusterSort::Echoed, ..all() }, &[prices, envoys]),
    ];
    for (name, filter, expected) in cases {
        assert_eq!(ids(&store, &filter).await, expected, "{name}");
    }
    // One outlet less two origins, against two outlets less five.
    assert_eq!(ids(&store, &ClusterFilter { sort: ClusterSort::Fragile, ..all() }).await, [prices, envoys]);
    // Two outlets joined, against one on the same day.
    assert_eq!(ids(&store, &ClusterFilter { sort: ClusterSort::Trending, ..all() }).await, [envoys, prices]);
    let page = Page { after: None, limit: 9 };
    assert!(store.list_clusters(WorkspaceId::new(), &all(), &page).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_dispute_alone_is_contested_only_against_a_named_asserter() {
    let store = harness::store().await;
    let herald = insert_to_link(&store, "Herald", "Nobody came.").await;
    let (alone, named) = (ClusterId::new(), ClusterId::new());
    let mut against = linked(named, true, "Fifty came.", &[(&herald, Relation::Disputes)]);
    against.cluster.outlets[0].asserted_by = Some(source("Opponent"));
    against.claims.clear();
    let clusters = vec![linked(alone, true, "Fifty came.", &[(&herald, Relation::Disputes)]), against];
    store.commit_plan(WORKSPACE, &plan(&[&herald], clusters)).await.unwrap();
    assert_eq!(ids(&store, &ClusterFilter { contested: Some(true), ..ClusterFilter::default() }).await, [named]);
}

#[tokio::test]
async fn pages_neither_repeat_nor_skip_while_others_write() {
    let store = harness::store().await;
    let create = |n: i32| {
        let mut cluster = linked(ClusterId::new(), true, "Fifty came.", &[]);
        // Many rows share a key, so that the id has to decide.
        cluster.cluster.counts.echoes = n % 3;
        cluster
    };
    let present: Vec<_> = (0..40).map(create).collect();
    store.commit_plan(WORKSPACE, &plan(&[], present.clone())).await.unwrap();
    let sorts = [ClusterSort::Recent, ClusterSort::Contested, ClusterSort::Echoed, ClusterSort::Fragile, ClusterSort::Trending];
    for sort in sorts {
        let filter = ClusterFilter { sort, ..ClusterFilter::default() };
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let rows = store.list_clusters(WORKSPACE, &filter, &Page { after, limit: 7 }).await.unwrap();
            let Some((key, last)) = rows.last() else { break };
            after = Some((*key, last.cluster.id.0));
            seen.extend(rows.iter().map(|(key, row)| (*key, row.cluster.id)));
            store.commit_plan(WORKSPACE, &plan(&[], vec![create(0), create(2)])).await.unwrap();
        }
        assert!(seen.is_sorted_by(|a, b| a > b), "{sort:?}: descending, and so without repeats");
        let seen: HashSet<ClusterId> = seen.into_iter().map(|(_, id)| id).collect();
        assert!(present.iter().all(|linked| seen.contains(&linked.cluster.id)), "{sort:?}: everything that was there");
    }
}

/// D3.
#[tokio::test]
async fn a_long_walk_meets_all_that_stays_once_while_rows_come_and_go() {
    const ROWS: usize = 5_000;
    let store = harness::store().await;
    let insert = async |from: usize, to: usize| -> Vec<ArticleId> {
        let articles: Vec<_> = (from..to).map(|n| article(["Herald", "Gazette"][n % 2], &n.to_string(), &[])).collect();
        store.insert_articles(WORKSPACE, &articles).await.unwrap().iter().map(|inserted| inserted.id()).collect()
    };
    let mut there = Vec::new();
    for from in (0..ROWS).step_by(500) {
        there.extend(insert(from, from + 500).await);
    }
    let (mut met, mut gone) = (Vec::new(), HashSet::new());
    let (mut after, mut made) = (None, ROWS);
    loop {
        let page = Page { after, limit: 100 };
        let rows = store.list_articles(WORKSPACE, &ArticleFilter::default(), &page).await.unwrap();
        let Some(last) = rows.last() else { break };
        after = Some(last.id.0);
        met.extend(rows.iter().map(|article| article.id));
        insert(made, made + 25).await;
        made += 25;
        // Some that were met, and some that were not.
        for n in 0..12 {
            let id = there[(gone.len() * 499 + n * 7) % ROWS];
            if gone.insert(id) {
                store.withdraw_article(WORKSPACE, id, "a mistake", "a test").await.unwrap();
            }
        }
    }
    assert!(made >= ROWS + 1_000 && gone.len() >= 500, "{made} rows made, {} gone", gone.len());
    assert!(met.is_sorted_by(|a, b| a > b), "newest first, and so none twice");
    let met: HashSet<ArticleId> = met.into_iter().collect();
    let missed: Vec<_> = there.iter().filter(|id| !gone.contains(id) && !met.contains(id)).collect();
    assert!(missed.is_empty(), "{missed:?}");
}

#[tokio::test]
async fn claims_are_filtered_and_paged() {
    let store = harness::store().await;
    let one = insert_to_link(&store, "Herald", "Guaidó met fifty envoys.").await;
    let two = insert_to_link(&store, "Gazette", "Prices rose by a tenth.").await;
    let mut affirmed = article("Herald", "affirmed", &["Prices fell."]);
    affirmed.claims[0].polarity = Polarity::Affirmed;
    let three = insert(&store, &affirmed).await;
    let id = ClusterId::new();
    let cluster = linked(id, true, "Envoys came.", &[(&one, Relation::Disputes)]);
    store.commit_plan(WORKSPACE, &plan(&[&one, &two], vec![cluster])).await.unwrap();

    let list = async |filter: ClaimFilter, after, limit| {
        let found = store.list_claims(WORKSPACE, &filter, &Page { after, limit }).await.unwrap();
        found.into_iter().map(|claim| claim.article_id).collect::<Vec<_>>()
    };
    let all = ClaimFilter::default;
    assert_eq!(list(all(), None, 9).await, [three, two.id, one.id]);
    assert_eq!(list(all(), None, 1).await, [three]);
    assert_eq!(list(all(), Some(two.claims[0].id.0), 9).await, [one.id]);
    assert_eq!(list(ClaimFilter { q: Some("price".into()), ..all() }, None, 9).await, [three, two.id]);
    assert_eq!(list(ClaimFilter { q: Some("\"rose by\"".into()), ..all() }, None, 9).await, [two.id]);
    assert_eq!(list(ClaimFilter { q: Some("prices -rose".into()), ..all() }, None, 9).await, [three]);
    assert_eq!(list(ClaimFilter { outlet: Some(one.outlet.id), ..all() }, None, 9).await, [three, one.id]);
    assert_eq!(list(ClaimFilter { article: Some(two.id), ..all() }, None, 9).await, [two.id]);
    assert_eq!(list(ClaimFilter { cluster: Some(id), ..all() }, None, 9).await, [one.id]);
    assert_eq!(list(ClaimFilter { relation: Some(Relation::Disputes), ..all() }, None, 9).await, [one.id]);
    assert_eq!(list(ClaimFilter { polarity: Some(Polarity::Affirmed), ..all() }, None, 9).await, [three]);

    // A text that is superseded takes its claims out of the list.
    affirmed.text = "Prices fell again.".into();
    affirmed.claims.clear();
    insert(&store, &affirmed).await;
    assert_eq!(list(all(), None, 9).await, [two.id, one.id]);
}

async fn ids(store: &Store, filter: &ClusterFilter) -> Vec<ClusterId> {
    let found = store.list_clusters(WORKSPACE, filter, &Page { after: None, limit: 9 }).await.unwrap();
    found.into_iter().map(|(_, stored)| stored.cluster.id).collect()
}
