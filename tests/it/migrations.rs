//! Databases of earlier versions, as backups under `tests/fixtures`: restored, they are brought up to date, whole and unchanged.
//!
//! A new fixture is written before a migration that touches what is stored, and for each release, with the schema of that moment:
//! `CROSSCLAIM_FIXTURE_SCHEMA=<newest> cargo test --test it write_a_fixture -- --ignored`.

use std::{borrow::Cow, fs, path::PathBuf};

use crossclaim::storage::{Archive, MIGRATIONS, Store};
use sqlx::{ConnectOptions, postgres::PgPoolOptions};

use crate::{api::Api, cli::crossclaim, fsck, harness, newsroom};

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// What no migration may change.
const KEPT: &str = "select md5(string_agg(line, ',' order by line)) from (
        select concat_ws('|', 'article', article_id, url, title, text, revision, current, withdrawn_at) as line from article
        union all
        select concat_ws('|', 'claim', claim_id, article_id, text, span_start, cluster_id, relation, judgement - 'evidence') from claim
        union all
        select concat_ws('|', 'decision', decision_id, kind, reason, made_by, undone_by) from decision
        union all
        select concat_ws('|', 'cluster', cluster_id, claim, articles, outlets, origins, merged_into) from cluster
    ) as everything";

#[tokio::test]
async fn a_database_of_an_earlier_version_is_brought_up_to_date_unchanged() {
    let mut seen = 0;
    for file in fs::read_dir(fixtures()).unwrap() {
        let file = file.unwrap().path();
        let Some(kept) = file.file_stem().unwrap().to_str().unwrap().split('-').nth(2) else { continue };
        let options = harness::blank().await;
        let restored = crossclaim(&["restore"]).arg(&file).env("DATABASE_URL", options.to_url_lossy().as_str()).output().unwrap();
        assert!(restored.status.success(), "{}: {}", file.display(), String::from_utf8_lossy(&restored.stderr));
        let store = Store::connect(options).await.unwrap();
        let now: String = sqlx::query_scalar(KEPT).fetch_one(store.pool()).await.unwrap();
        assert_eq!(now, kept, "{}", file.display());

        // And this version works on it.
        let key = key_of_an_admin(&store).await;
        let api = Api::with(store.clone(), |options| {
            options.open = false;
            options.link_wait = harness::PATIENCE;
        })
        .await
        .with_key(&key);
        let article = serde_json::json!({
            "url": "https://new.example/1",
            "text": "The dam at Orin has cracked along its northern wall.",
            "outlet": {"name": "New"},
            "language": "en",
        });
        let stored = api.post("/v1/articles", &article).await.expect(201).json();
        let cluster = format!("/v1/clusters/{}", stored["claims"][0]["cluster_id"].as_str().unwrap());
        assert!(api.get(&cluster).await.expect(200).json()["counts"]["outlets"].as_u64().unwrap() > 1, "it meets what was there");
        newsroom::settled(&store).await;
        fsck::assert_sound(&store).await;
        seen += 1;
    }
    assert!(seen > 0, "there are fixtures");
}

async fn key_of_an_admin(store: &Store) -> String {
    let new = crossclaim::storage::NewKey { name: "Boss".into(), role: crossclaim::domain::Role::Admin, expires_at: None };
    store.create_key(crossclaim::domain::WorkspaceId::DEFAULT, &new, "a test").await.unwrap().1.reveal().to_owned()
}

/// Not a test: writes `schema-<version>-<what is kept>.backup`.
#[tokio::test]
#[ignore = "writes a fixture"]
async fn write_a_fixture() {
    let schema: i64 = std::env::var("CROSSCLAIM_FIXTURE_SCHEMA").expect("the version to write").parse().unwrap();
    let options = harness::blank().await;
    let migrations = MIGRATIONS.iter().filter(|migration| migration.version <= schema).cloned().collect::<Vec<_>>();
    let mut connection = options.connect().await.unwrap();
    sqlx::migrate::Migrator { migrations: Cow::Owned(migrations), ..sqlx::migrate::Migrator::DEFAULT }
        .run(&mut connection)
        .await
        .unwrap();
    let store = Store::from_pool(PgPoolOptions::new().connect_with(options.clone()).await.unwrap());
    newsroom::furnish(&store, 24).await;
    let kept: String = sqlx::query_scalar(KEPT).fetch_one(store.pool()).await.unwrap();
    fs::create_dir_all(fixtures()).unwrap();
    let file = fixtures().join(format!("schema-{schema:04}-{kept}.backup"));
    Archive { options, password: None, bin_dir: harness::pg_bin() }.dump(&file).await.unwrap();
    println!("{}", file.display());
}
