//! What one workspace holds changes nothing that another is told, and a second wall that stands behind every statement: row-level
//! security (docs/reliability.md, E5 and E6).

use std::time::{Duration, Instant};

use crossclaim::{
    domain::{Role, WorkspaceId},
    storage::{NEWSROOM_ROLE, NewKey, Store},
};
use serde_json::{Value, json};
use sqlx::{ConnectOptions, PgConnection, postgres::PgPoolOptions};

use crate::{api::Api, corpus, harness, newsroom, storage::samples, webhooks};

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
        options.link_wait = harness::PATIENCE;
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

/// All statements stand behind the wall here, those that search too.
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
        for ((workspace, _), key) in workspaces.into_iter().zip(&keys) {
            let options = (*store.pool().connect_options()).clone();
            let walled = options.options([("role", NEWSROOM_ROLE.to_owned()), ("crossclaim.workspace", workspace.to_string())]);
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

/// Tables, each with the number of its rows that are seen.
async fn rows_seen(connection: &mut PgConnection) -> Vec<(String, i64)> {
    let tables = "select relname::text from pg_class
        where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> '_sqlx_migrations' order by 1";
    let mut seen = Vec::new();
    for table in sqlx::query_scalar::<_, String>(tables).fetch_all(&mut *connection).await.unwrap() {
        let count = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
        let count = sqlx::query_scalar(count).fetch_one(&mut *connection).await.unwrap();
        seen.push((table, count));
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newsroom_s_role_sees_its_own_rows_and_none_where_nobody_says_whose() {
    let store = harness::store().await;
    let other = store.create_workspace("Sports desk").await.unwrap().unwrap();
    for workspace in [WorkspaceId::DEFAULT, other] {
        let key = key(&store, workspace).await;
        newsroom::furnish_by(&keyed(&store, &key).await, &store, &corpus::articles(24)).await;
    }
    // Tables without rows show nothing, whatever their policy.
    let walls = "select relname::text, relrowsecurity, array_agg(pg_get_expr(polqual, polrelid))
        from pg_class left join pg_policy on polrelid = pg_class.oid
        where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> '_sqlx_migrations' group by 1, 2";
    let walls: Vec<(String, bool, Vec<Option<String>>)> = sqlx::query_as(walls).fetch_all(store.pool()).await.unwrap();
    assert!(walls.len() > 20);
    for (table, enabled, policies) in walls {
        assert!(enabled, "{table}");
        assert_eq!(policies, [Some("(workspace_id = ( SELECT named_workspace() AS named_workspace))".to_owned())], "{table}");
    }

    let options = (*store.pool().connect_options()).clone();
    let everything = rows_seen(&mut options.connect().await.unwrap()).await;
    assert!(everything.iter().filter(|(_, rows)| *rows > 1).count() > 12, "{everything:?}");

    let options = options.options([("role", NEWSROOM_ROLE)]);
    let mut nobody = options.connect().await.unwrap();
    for (table, rows) in rows_seen(&mut nobody).await {
        assert_eq!(rows, 0, "{table}");
    }
    let refused = sqlx::query("insert into outlet (workspace_id, outlet_id, name, kind) values ($1, $1, 'Nobody', 'website')");
    let refused = refused.bind(other.0).execute(&mut nobody).await.unwrap_err();
    assert!(refused.to_string().contains("row-level security"), "{refused}");

    let mut one = options.options([("crossclaim.workspace", other.to_string())]).connect().await.unwrap();
    for ((table, seen), (_, all)) in rows_seen(&mut one).await.into_iter().zip(&everything) {
        let theirs = sqlx::AssertSqlSafe(format!("select count(*) from {table} where workspace_id = $1"));
        let theirs: i64 = sqlx::query_scalar(theirs).bind(other.0).fetch_one(store.pool()).await.unwrap();
        assert_eq!(seen, theirs, "{table}");
        assert!(seen < *all || *all == 0, "{table}: of both workspaces");
    }
    for statement in ["update article set title = 'Mine' where workspace_id <> $1", "delete from watch where workspace_id <> $1"]
    {
        assert_eq!(sqlx::query(statement).bind(other.0).execute(&mut one).await.unwrap().rows_affected(), 0, "{statement}");
    }
    let moved =
        sqlx::query("update watch set workspace_id = $1").bind(WorkspaceId::DEFAULT.0).execute(&mut one).await.unwrap_err();
    assert!(moved.to_string().contains("row-level security"), "{moved}");
}

/// Where the wall shows nothing, nothing is told, though each statement names its workspace.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_service_stands_behind_the_wall() {
    let store = harness::store().await;
    newsroom::furnish(&store, 24).await;
    let key = key(&store, WorkspaceId::DEFAULT).await;
    let api = keyed(&store, &key).await;
    let lists = ["articles", "claims", "clusters", "outlets", "constraints", "watches", "webhooks", "decisions?undone=true"];
    let walls = "select array_agg(format('alter policy wall on %I using (false)', polrelid::regclass)) from pg_policy
        where polname = 'wall' and polrelid <> 'workspace'::regclass";
    let walls: Vec<String> = sqlx::query_scalar(walls).fetch_one(store.pool()).await.unwrap();
    for list in lists {
        let items = api.get(&format!("/v1/{list}")).await.expect(200).json()["items"].as_array().unwrap().len();
        assert!(items > 0, "{list}: there is something to hide");
    }
    for wall in walls {
        sqlx::raw_sql(sqlx::AssertSqlSafe(wall)).execute(store.pool()).await.unwrap();
    }
    // What is kept in memory is not asked for anew.
    let anew = keyed(&store, &key).await;
    for list in lists {
        let items = anew.get(&format!("/v1/{list}")).await.expect(200).json()["items"].as_array().unwrap().len();
        assert_eq!(items, 0, "{list}");
    }
}

/// Whoever may neither make the role nor act in it is served all the same, and the log says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_that_may_not_act_in_the_role_is_served_without_the_wall() {
    let store = harness::store().await;
    let role = format!("plain_{}", uuid::Uuid::now_v7().simple());
    let own = format!(
        "create role {role} login; grant all on schema public to {role};
        do $$ declare ours name; begin
            for ours in select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' loop
                execute format('alter table %I owner to {role}', ours);
            end loop;
        end $$"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(own)).execute(store.pool()).await.unwrap();
    let options = (*store.pool().connect_options()).clone().username(&role);
    let plain = Store::connect(options).await.unwrap();
    let api = Api::start(plain).await;
    api.post("/v1/articles", &corpus::articles(1)[0]).await.expect(201);
    assert_eq!(api.get("/v1/articles").await.expect(200).json()["items"].as_array().unwrap().len(), 1);
}

/// I6. How long an article waits for its claims while another newsroom has a long queue.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_queue_of_one_workspace_holds_up_no_other() {
    let store = harness::store().await;
    let other = store.create_workspace("Sports desk").await.unwrap().unwrap();
    let full = std::env::var_os("CROSSCLAIM_FULL_SIZE").is_some();
    let (queue, asked) = if full { (50_000, 40) } else { (2_500, 12) };
    let waiting = |n: usize| {
        let sentence =
            format!("The bridge at Port{n} was closed on Monday after {} cracks were found in its pillars.", n % 90 + 2);
        samples::article(&format!("Outlet {}", n % 40), &n.to_string(), &[&sentence])
    };
    for from in (0..queue).step_by(500) {
        let articles: Vec<_> = (from..from + 500).map(waiting).collect();
        store.insert_articles(WorkspaceId::DEFAULT, &articles).await.unwrap();
    }
    let key = key(&store, other).await;
    let api = keyed(&store, &key).await;
    let mut waits = Vec::new();
    for article in &corpus::articles(asked) {
        let begun = Instant::now();
        let stored = api.post("/v1/articles", article).await.expect(201).json();
        assert_eq!(stored["status"], "linked", "{stored}");
        waits.push(begun.elapsed());
    }
    let pending = "select count(*) from article where status = 'pending'";
    let left = async || -> i64 { sqlx::query_scalar(pending).fetch_one(store.pool()).await.unwrap() };
    let still = left().await;
    assert!(still > 0, "there was a queue all the time");
    webhooks::until("the queue moves", async || (left().await < queue as i64).then_some(())).await;
    waits.sort();
    let slow = waits[waits.len() * 95 / 100];
    println!(
        "I6: {queue} queued, {still} of them still when the last of {asked} was linked; half after {:.1?}, 95 % after {slow:.1?}",
        waits[waits.len() / 2]
    );
    assert!(slow < Duration::from_secs(10), "{slow:?}");
}
