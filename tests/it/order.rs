//! The order of arrival decides nothing: many permutations, and many clients of two instances, against a serial run.
//!
//! The size is one that a debug build gets through in well under a minute. `CROSSCLAIM_FULL_SIZE=1 cargo test --release --test it
//! order` runs 20 permutations of 500 articles, and 16 clients with 2,400.

use crossclaim::{
    domain::{NewArticle, WorkspaceId},
    http::parse_article,
    pipeline::Service,
    storage::Store,
};
use serde_json::Value;

use crate::{
    api::Api,
    bulk, corpus, harness,
    service::{self, Partition, assert_same, partition},
};

/// What a test does in full, or as little of it as still shows something.
fn size(full: usize, small: usize) -> usize {
    if std::env::var_os("CROSSCLAIM_FULL_SIZE").is_some() { full } else { small }
}

/// One after the other, each linked before the next.
async fn serially(articles: &[Value]) -> Partition {
    let store = harness::store().await;
    let service: Service = service::start(&store).await;
    for article in articles {
        let article: NewArticle = parse_article(article.to_string().as_bytes()).expect("a request body");
        service.submit(WorkspaceId::DEFAULT, article, harness::PATIENCE).await.unwrap();
    }
    let partition = partition(&store).await;
    service.stop().await;
    partition
}

/// All of them stored, each as a new one or a known one.
async fn send(api: &Api, articles: &[Value]) {
    let results = bulk::post(api, corpus::ndjson(articles)).await;
    assert_eq!(results.len(), articles.len());
    assert!(results.iter().all(|(_, status, _)| status == "created" || status == "known"), "{results:?}");
}

async fn assert_no_cluster_is_double(store: &Store, partition: &Partition) {
    let live: i64 = sqlx::query_scalar("select count(*) from cluster where dissolved_at is null and merged_into is null")
        .fetch_one(store.pool())
        .await
        .unwrap();
    assert_eq!(live, partition.len() as i64);
}

#[tokio::test]
async fn every_permutation_of_articles_gives_the_same_clusters() {
    let articles = corpus::articles(size(500, 48));
    let expected = serially(&articles).await;
    assert!(expected.iter().any(|cluster| cluster.len() > 6), "the stories meet");
    assert!(expected.len() > articles.len() / 24, "and are kept apart");
    for seed in 1..=size(20, 3) as u64 {
        let store = harness::store().await;
        let api = Api::start(store.clone()).await;
        send(&api, &corpus::shuffled(articles.clone(), seed)).await;
        let found = partition(&store).await;
        assert_same(&found, &expected, &format!("seed {seed}"));
        assert_no_cluster_is_double(&store, &found).await;
    }
}

#[tokio::test]
async fn many_clients_of_two_instances_do_what_a_serial_run_does() {
    const CLIENTS: usize = 16;
    let articles = corpus::articles(size(2_400, 72));
    let expected = serially(&articles).await;
    let store = harness::store().await;
    let instances = [Api::start(store.clone()).await, Api::start(store.clone()).await];
    let shuffled = corpus::shuffled(articles, 7);
    let clients = (0..CLIENTS).map(|client| {
        let mut share: Vec<Value> = shuffled.iter().skip(client).step_by(CLIENTS).cloned().collect();
        // Some of them somebody else sends as well.
        share.extend(shuffled.iter().skip(client + 1).step_by(5 * CLIENTS).cloned());
        let api = &instances[client % 2];
        async move { send(api, &share).await }
    });
    futures_util::future::join_all(clients).await;
    let found = partition(&store).await;
    assert_same(&found, &expected, "two instances, sixteen clients");
    assert_no_cluster_is_double(&store, &found).await;
}
