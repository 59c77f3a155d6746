//! Articles and outlets: stored once, whoever posts them how often.

use std::collections::HashSet;

use crossclaim::{
    domain::*,
    storage::{ArticleFilter, Inserted, Page, content_hash},
};

use super::samples::*;
use crate::harness;

#[tokio::test]
async fn an_article_comes_out_as_it_went_in() {
    let store = harness::store().await;
    let new = article("Daily Élan", "a", &["One denied it.", "Two said so."]);
    let id = insert(&store, &new).await;

    let stored = store.article(WORKSPACE, id).await.unwrap().unwrap();
    assert_eq!(stored.outlet.name, "Daily Élan");
    assert_eq!((stored.outlet.domain, stored.outlet.kind), (new.outlet.domain.clone(), OutletKind::Newspaper));
    assert_eq!((stored.url, stored.canonical_url, stored.title), (new.url.clone(), None, new.title.clone()));
    assert_eq!((stored.byline, stored.text, stored.language), (new.byline.clone(), new.text.clone(), new.language.clone()));
    assert_eq!((stored.published_at, stored.provenance), (new.published_at, new.provenance.clone()));
    assert_eq!((stored.revision, stored.current, stored.status), (1, true, ArticleStatus::Pending));
    assert_eq!(store.article_status(WORKSPACE, id).await.unwrap(), Some(ArticleStatus::Pending));

    let claims = store.claims_of_article(WORKSPACE, id).await.unwrap();
    let readings: Vec<ClaimReading> = claims.iter().map(|claim| claim.reading.clone()).collect();
    assert_eq!(readings, new.claims);
    assert!(claims.iter().all(|claim| claim.article_id == id && claim.cluster_id.is_none() && claim.relation.is_none()));
    assert_eq!(store.claim(WORKSPACE, claims[1].id).await.unwrap().as_ref(), Some(&claims[1]));
}

#[tokio::test]
async fn a_headline_claim_goes_first() {
    let store = harness::store().await;
    let mut new = article("Herald", "a", &["One.", "Two."]);
    new.claims[1].headline = true;
    let id = insert(&store, &new).await;
    let claims = store.claims_of_article(WORKSPACE, id).await.unwrap();
    assert_eq!(claims.iter().map(|claim| claim.reading.text.as_str()).collect::<Vec<_>>(), ["Two.", "One."]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_simultaneous_posts_of_one_article_store_it_once() {
    let store = harness::store().await;
    let new = article("Herald", "a", &["One.", "Two."]);
    let posts = (0..100).map(|_| {
        let (store, new) = (store.clone(), new.clone());
        tokio::spawn(async move { store.insert_article(WORKSPACE, &new).await.unwrap() })
    });
    let outcomes: Vec<Inserted> = futures_util::future::try_join_all(posts).await.unwrap();
    let created: Vec<_> = outcomes.iter().filter(|outcome| matches!(outcome, Inserted::Created(_))).collect();
    let [Inserted::Created(id)] = created[..] else { panic!("{created:?}") };
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Inserted::Known(*id)).count(), 99);
    let rows: i64 = sqlx::query_scalar("select count(*) from claim").fetch_one(store.pool()).await.unwrap();
    assert_eq!(rows, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn simultaneous_revisions_of_one_url_are_numbered_and_one_is_current() {
    let store = harness::store().await;
    let posts = (0..30).map(|n| {
        let store = store.clone();
        let new = article("Herald", "a", &[&format!("Number {n}.")]);
        tokio::spawn(async move { insert(&store, &new).await })
    });
    let ids = futures_util::future::try_join_all(posts).await.unwrap();
    let mut revisions = Vec::new();
    let mut current = 0;
    for id in ids {
        let stored = store.article(WORKSPACE, id).await.unwrap().unwrap();
        revisions.push(stored.revision);
        current += i32::from(stored.current);
        assert_eq!(stored.current, stored.revision == 30);
    }
    revisions.sort_unstable();
    assert_eq!((revisions, current), ((1..=30).collect(), 1));
}

#[tokio::test]
async fn a_new_text_at_a_known_url_is_its_next_revision() {
    let store = harness::store().await;
    let first = article("Herald", "a", &["Fifty."]);
    let second = article("Herald", "a", &["Sixty."]);
    let (one, two) = (insert(&store, &first).await, insert(&store, &second).await);
    let old = store.article(WORKSPACE, one).await.unwrap().unwrap();
    let new = store.article(WORKSPACE, two).await.unwrap().unwrap();
    assert_eq!((old.revision, old.current, new.revision, new.current), (1, false, 2, true));
    // It was never linked: there is nothing to wait for, and nothing to take back.
    assert_eq!(old.status, ArticleStatus::Linked);
    let LinkWork { articles: pending, retired, .. } = store.link_work(WORKSPACE, 10).await.unwrap();
    assert_eq!((pending.len(), pending[0].id, retired), (1, two, vec![]));

    // A late repeat of the first text changes nothing.
    assert_eq!(store.insert_article(WORKSPACE, &first).await.unwrap(), Inserted::Known(one));
    assert!(store.article(WORKSPACE, two).await.unwrap().unwrap().current);
}

#[tokio::test]
async fn a_known_article_is_known_by_url_and_content() {
    let store = harness::store().await;
    let new = article("Herald", "a", &["Fifty."]);
    let id = insert(&store, &new).await;
    let hash = content_hash(new.title.as_deref(), &new.text);
    let other_title = content_hash(None, &new.text);
    let asked = [(new.url.as_str(), other_title), (&new.url, hash), ("https://other.example/", hash), (&new.url, hash)];
    assert_eq!(store.known_articles(WORKSPACE, &asked).await.unwrap(), [None, Some(id), None, Some(id)]);
    assert_eq!(store.known_articles(WorkspaceId::new(), &asked).await.unwrap(), [None; 4]);
}

#[test]
fn title_and_text_do_not_run_into_each_other() {
    assert_ne!(content_hash(Some("ab"), "c"), content_hash(Some("a"), "bc"));
    assert_ne!(content_hash(None, "a"), content_hash(Some(""), "a"));
    assert_eq!(content_hash(Some("a"), "b"), content_hash(Some("a"), "b"));
}

#[tokio::test]
async fn the_canonical_url_identifies_an_article_but_only_of_the_same_outlet() {
    let store = harness::store().await;
    let mut plain = article("Herald", "a", &["Fifty."]);
    let id = insert(&store, &plain).await;
    plain.canonical_url = Some(plain.url.clone());
    plain.url += "?utm_source=x";
    assert_eq!(store.insert_article(WORKSPACE, &plain).await.unwrap(), Inserted::Known(id));

    let mut elsewhere = article("Tribune", "a", &["Fifty."]);
    elsewhere.canonical_url = plain.canonical_url.clone();
    assert_ne!(insert(&store, &elsewhere).await, id);
}

#[tokio::test]
async fn a_long_url_that_does_not_compress_is_stored() {
    let store = harness::store().await;
    let mut new = article("Herald", "a", &["Fifty."]);
    new.url += &(0..200).map(|_| uuid::Uuid::now_v7().simple().to_string()).collect::<String>();
    let id = insert(&store, &new).await;
    assert_eq!(store.article(WORKSPACE, id).await.unwrap().unwrap().url, new.url);
}

#[tokio::test]
async fn an_outlet_is_known_by_its_domain_or_else_by_its_name() {
    let store = harness::store().await;
    let mut n = 0;
    let mut outlet_of = async |outlet: NewOutlet| {
        n += 1;
        let mut new = article("Herald", &n.to_string(), &["Fifty."]);
        new.outlet = outlet;
        let id = insert(&store, &new).await;
        store.article(WORKSPACE, id).await.unwrap().unwrap().outlet
    };
    let named = |name: &str, domain: Option<&str>, kind| NewOutlet {
        name: name.into(),
        domain: domain.map(Into::into),
        kind,
        family: None,
    };
    let first = outlet_of(named("The Herald", Some("herald.example"), None)).await;
    assert_eq!(first.kind, OutletKind::Website);
    let same = outlet_of(named("Herald Online", Some("HERALD.example"), Some(OutletKind::Agency))).await;
    assert_eq!((same.id, same.name.as_str(), same.kind), (first.id, "The Herald", OutletKind::Agency));
    let by_name = outlet_of(named("the herald", None, None)).await;
    assert_eq!((by_name.id, by_name.kind), (first.id, OutletKind::Agency), "no kind given leaves the kind");
    let other = outlet_of(named("The Herald", Some("herald.other.example"), None)).await;
    assert_ne!(other.id, first.id, "another domain is another outlet, whatever its name");
    let nameless = outlet_of(named("Gazette", None, None)).await;
    assert_eq!(outlet_of(named("GAZETTE", None, None)).await.id, nameless.id);
    let in_family = outlet_of(NewOutlet { family: Some("Group".into()), ..named("Gazette", None, None) }).await;
    assert_eq!((in_family.id, in_family.family.as_deref()), (nameless.id, Some("Group")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn simultaneous_first_articles_of_an_outlet_make_one_outlet() {
    let store = harness::store().await;
    let posts = (0..40).map(|n| {
        let store = store.clone();
        let mut new = article("Herald", &n.to_string(), &["Fifty."]);
        if n % 2 == 0 {
            new.outlet = NewOutlet { name: "Gazette".into(), domain: None, kind: None, family: None };
        }
        tokio::spawn(async move {
            let id = insert(&store, &new).await;
            store.article(WORKSPACE, id).await.unwrap().unwrap().outlet.id
        })
    });
    let outlets: HashSet<OutletId> = futures_util::future::try_join_all(posts).await.unwrap().into_iter().collect();
    assert_eq!(outlets.len(), 2);
}

#[tokio::test]
async fn articles_and_outlets_are_listed_page_by_page() {
    let store = harness::store().await;
    let mut ids = Vec::new();
    for n in 0..5 {
        ids.push(insert(&store, &article(["Herald", "Gazette"][n % 2], &n.to_string(), &["Fifty."])).await);
    }
    ids.reverse();
    let mut lock = store.try_linker_lock(WORKSPACE).await.unwrap().unwrap();
    lock.mark_failed(WORKSPACE, ids[0]).await.unwrap();
    let list = async |filter: ArticleFilter, after: Option<ArticleId>, limit| {
        let page = Page { after: after.map(|id| id.0), limit };
        let found = store.list_articles(WORKSPACE, &filter, &page).await.unwrap();
        found.into_iter().map(|article| article.id).collect::<Vec<_>>()
    };
    assert_eq!(list(ArticleFilter::default(), None, 2).await, ids[..2]);
    assert_eq!(list(ArticleFilter::default(), Some(ids[1]), 9).await, ids[2..]);
    let failed = ArticleFilter { status: Some(ArticleStatus::Failed), ..ArticleFilter::default() };
    assert_eq!(list(failed, None, 9).await, ids[..1]);
    let herald = store.article(WORKSPACE, ids[0]).await.unwrap().unwrap().outlet;
    let of_outlet = ArticleFilter { outlet: Some(herald.id), ..ArticleFilter::default() };
    assert_eq!(list(of_outlet, None, 9).await, [ids[0], ids[2], ids[4]]);

    let first = store.list_outlets(WORKSPACE, &Page { after: None, limit: 1 }).await.unwrap();
    assert_eq!((first[0].outlet.name.as_str(), first[0].articles), ("Gazette", 2));
    let after = Some((first[0].outlet.name.clone(), first[0].outlet.id.0));
    let rest = store.list_outlets(WORKSPACE, &Page { after, limit: 9 }).await.unwrap();
    assert_eq!((rest.len(), rest[0].outlet.name.as_str(), rest[0].articles), (1, "Herald", 3));
    assert_eq!(store.outlet(WORKSPACE, herald.id).await.unwrap().as_ref(), Some(&rest[0]));
}
