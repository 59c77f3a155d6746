//! What one workspace holds changes nothing that another is told.
//!
//! The service reads without row-level security, which would keep searches from their indexes (docs/reliability.md, E6). Here it serves as
//! a measure: under a role to which Postgres shows the rows of one workspace alone, every answer has to be the same to the byte.

use std::time::Duration;

use crossclaim::{
    domain::{Role, WorkspaceId},
    storage::{NewKey, Store},
};
use serde_json::{Value, json};
use sqlx::postgres::PgPoolOptions;

use crate::{api::Api, corpus, harness, newsroom, webhooks};

const WALL: &str = "
    do $$
    declare
        tenant record;
    begin
        if not exists (select from pg_roles where rolname = 'one_workspace') then
            create role one_workspace;
        end if;
        grant all on all tables in schema public to one_workspace;
        grant all on all sequences in schema public to one_workspace;
        for tenant in
            select table_name from information_schema.columns where table_schema = 'public' and column_name = 'workspace_id'
        loop
            execute format('alter table %I enable row level security', tenant.table_name);
            execute format('create policy own on %I using (workspace_id = current_setting(''crossclaim.workspace'')::uuid)', tenant.table_name);
        end loop;
    end
    $$";

/// A key of an admin there.
async fn key(store: &Store, workspace: WorkspaceId) -> String {
    let new = NewKey { name: "Boss".into(), role: Role::Admin, expires_at: None };
    let (_, secret) = store.create_key(workspace, &new, "a test").await.unwrap();
    secret.reveal().to_owned()
}

async fn keyed(store: &Store, key: &str) -> Api {
    Api::with_live(store.clone(), webhooks::local(), |options| {
        options.open = false;
        options.rate_limit = Some(0);
        options.link_wait = Duration::from_secs(20);
    })
    .await
    .with_key(key)
}

/// Every list with each of its pages and things, searches, and what is said to a text.
async fn everything(api: &Api) -> Vec<(String, String)> {
    let mut told = Vec::new();
    let lists = [
        "articles?limit=100",
        "claims?limit=100",
        "claims?q=bridge",
        "claims?relation=disputes",
        "clusters?limit=100",
        "clusters?q=bridge",
        "clusters?sort=contested",
        "clusters?sort=echoed&min_outlets=2",
        "clusters?contested=true",
        "matrix?q=bridge",
        "outlets?limit=100",
        "decisions?undone=true",
        "constraints?lifted=true",
        "watches",
        "webhooks",
        "feeds",
        "review?kind=suggested",
        "review?kind=presupposed",
    ];
    for list in lists {
        let page = api.get(&format!("/v1/{list}")).await.expect(200);
        told.push((list.to_owned(), format!("{} {}", page.header("etag"), page.text())));
        let kind = list.split('?').next().unwrap();
        if matches!(kind, "articles" | "claims" | "clusters" | "outlets") && list.contains("limit") {
            for item in page.json()["items"].as_array().unwrap() {
                let mut paths = vec![format!("/v1/{kind}/{}", item["id"].as_str().unwrap())];
                match kind {
                    "clusters" => paths.push(format!("{}/history", paths[0])),
                    "articles" => paths.push(format!("{}/reuse", paths[0])),
                    _ => {}
                }
                for path in paths {
                    told.push((path.clone(), api.get(&path).await.text()));
                }
            }
        }
    }
    for text in
        ["The bridge at Orin was closed.", "The dam at Orin has cracked along its northern wall.", "Ballots were counted twice."]
    {
        for path in ["/v1/match", "/v1/check"] {
            told.push((format!("{path} {text}"), api.post(path, &json!({"text": text})).await.expect(200).text()));
        }
    }
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_is_made_of_one_workspace_s_rows_alone() {
    for seed in 1..=if std::env::var_os("CROSSCLAIM_FULL_SIZE").is_some() { 10 } else { 1 } {
        let store = harness::store().await;
        let other = store.create_workspace("Sports desk").await.unwrap().unwrap();
        // Both have some of the same articles, and each has its own.
        let articles: Vec<Value> = corpus::shuffled(corpus::articles(48), seed);
        let workspaces = [(WorkspaceId::DEFAULT, &articles[..32]), (other, &articles[16..])];
        let mut keys = Vec::new();
        for (workspace, articles) in workspaces {
            let key = key(&store, workspace).await;
            newsroom::furnish_by(&keyed(&store, &key).await, &store, articles).await;
            keys.push(key);
        }
        sqlx::raw_sql(WALL).execute(store.pool()).await.unwrap();
        for ((workspace, _), key) in workspaces.into_iter().zip(&keys) {
            let options = (*store.pool().connect_options()).clone();
            let walled = options.options([("role", "one_workspace".to_owned()), ("crossclaim.workspace", workspace.to_string())]);
            let walled = Store::from_pool(PgPoolOptions::new().connect_with(walled).await.unwrap());
            let seen = "select count(distinct workspace_id) from claim";
            assert_eq!(sqlx::query_scalar::<_, i64>(seen).fetch_one(walled.pool()).await.unwrap(), 1, "the wall stands");
            assert_eq!(sqlx::query_scalar::<_, i64>(seen).fetch_one(store.pool()).await.unwrap(), 2);

            let (open, behind) = (keyed(&store, key).await, keyed(&walled, key).await);
            let (told, expected) = (everything(&open).await, everything(&behind).await);
            assert!(told.len() > 100, "{}", told.len());
            assert_eq!(told.len(), expected.len());
            for ((what, told), (_, expected)) in told.iter().zip(&expected) {
                assert_eq!(told, expected, "seed {seed}, workspace {workspace}: {what}");
            }
        }
    }
}
