//! `crossclaim export` and `import`: a workspace read back answers as the one that was written, and no other file is taken.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{Read, Write},
    path::{Path, PathBuf},
    process::Output,
};

use crossclaim::storage::{KEPT, Store};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use serde_json::{Value, json};
use sqlx::{ConnectOptions, postgres::PgConnectOptions};

use crate::{api::Api, bulk, cli::crossclaim, corpus, exports::settled, harness, service::until};

/// `crossclaim export <file>` or `import <file>`, on this database.
fn run(command: &str, file: &Path, database: &PgConnectOptions, more: &[&str]) -> Output {
    let url = database.to_url_lossy().to_string();
    let file = file.to_str().expect("an UTF-8 path");
    crossclaim(&[&[command, file], more].concat()).env("DATABASE_URL", url).output().expect("the program runs")
}

#[track_caller]
fn done(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    said
}

#[track_caller]
fn refused(output: &Output, words: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), said.contains(words)), (Some(1), true), "{words:?} in {said}");
}

/// A workspace with something of everything.
async fn newsroom(store: &Store) {
    let api = Api::patient(store.clone()).await;
    let articles = corpus::articles(36);
    bulk::post(&api, corpus::ndjson(&articles)).await;
    let mut revised = articles[0].clone();
    revised["text"] = json!("Nothing of what stood here before was right. The Marlow museum opened a new wing on Friday.");
    bulk::post(&api, corpus::ndjson(&[revised])).await;
    settled(store).await;
    let stored = api.get("/v1/articles?limit=5").await.expect(200).json();
    let unwanted = stored["items"][4]["id"].as_str().unwrap();
    api.put(&format!("/v1/articles/{unwanted}/withdrawal"), &json!({"reason": "Made up, “all” of it."})).await.expect(200);

    let clusters = api.get("/v1/clusters?limit=100").await.expect(200).json()["items"].clone();
    let cluster = |at: usize| clusters[at]["id"].clone();
    let claims = api.get("/v1/claims?limit=100").await.expect(200).json()["items"].clone();
    let claim = |at: usize| claims[at]["id"].clone();
    let decide = async |body: Value| {
        let answer = api.post("/v1/decisions", &body).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()
    };
    decide(json!({"kind": "note", "cluster": cluster(0), "text": "Look again.\nThen call.", "reason": "Seen."})).await;
    decide(json!({"kind": "merge", "cluster": cluster(1), "other": cluster(2), "reason": "One story."})).await;
    settled(store).await;
    decide(json!({"kind": "relabel", "claims": [claim(3)], "relation": "unclear", "reason": "Who knows."})).await;
    let undone = decide(json!({"kind": "relabel", "claims": [claim(4)], "relation": "echoes", "reason": "A slip."})).await;
    let undo = format!("/v1/decisions/{}/undo", undone["id"].as_str().unwrap());
    api.post(&undo, &json!({"reason": "It was one."})).await.expect(200);
    let apart = json!({"claims": [claim(0), claim(9)], "kind": "apart", "reason": "Not the same."});
    api.post("/v1/constraints", &apart).await.expect(201);
    settled(store).await;
    let watched = json!({"cluster_id": cluster(0), "when": ["disputed", "new_outlet"], "note": "Call."});
    api.post("/v1/watches", &watched).await.expect(201);
    api.post("/v1/watches", &json!({"query": "ferry", "when": ["second_origin"]})).await.expect(201);
    // One that is looked at would change while it is compared.
    let feed = "insert into feed (workspace_id, feed_id, url, outlet, interval_seconds, active, etag, last_status, made_by)
        select workspace_id, gen_random_uuid(), 'https://herald.invalid/feed.xml', '{\"name\": \"Herald\"}', 3600, false, 'W/\"1\"', 200, 'desk'
        from workspace";
    sqlx::query(feed).execute(store.pool()).await.unwrap();
    let item = "insert into feed_item (workspace_id, feed_id, item_hash, url, status)
        select workspace_id, feed_id, sha256('one'), 'https://herald.invalid/1', 'failed' from feed";
    sqlx::query(item).execute(store.pool()).await.unwrap();
    let late = json!({"url": "https://late.example/1", "outlet": {"name": "Late"}, "text": "Tidelines denied all of it."});
    api.post("/v1/articles", &late).await.expect(201);
    settled(store).await;
}

/// Every answer of the service to GET, by path.
async fn answers(api: &Api) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for list in
        ["articles", "claims", "clusters", "outlets", "constraints?lifted=true", "decisions?undone=true", "feeds", "watches"]
    {
        let (name, joint) = if list.contains('?') { (list.split('?').next().unwrap(), '&') } else { (list, '?') };
        let mut cursor = String::new();
        loop {
            let path = format!("/v1/{list}{joint}limit=100&cursor={cursor}");
            let page = api.get(&path).await.expect(200).json();
            for item in page["items"].as_array().unwrap() {
                let path = format!("/v1/{name}/{}", item["id"].as_str().unwrap());
                found.insert(path.clone(), api.get(&path).await.expect(200).json());
                for of in match name {
                    "clusters" => &["/history"][..],
                    "articles" => &["/reuse"],
                    _ => &[],
                } {
                    found.insert(format!("{path}{of}"), api.get(&format!("{path}{of}")).await.expect(200).json());
                }
            }
            let next = page["next_cursor"].as_str().map(str::to_owned);
            found.insert(path, page);
            match next {
                Some(next) => cursor = next,
                None => break,
            }
        }
    }
    for path in [
        "/v1/clusters?sort=contested",
        "/v1/clusters?sort=fragile&q=ferry",
        "/v1/matrix",
        "/v1/review?kind=suggested",
        "/v1/review?kind=presupposed",
    ] {
        found.insert(path.to_owned(), api.get(path).await.expect(200).json());
    }
    let check = json!({"text": "Three inspections of the Marlow ferry were skipped last spring.", "language": "en"});
    found.insert("check".to_owned(), api.post("/v1/check", &check).await.expect(200).json());
    found
}

/// The rows of a file, without its first and last line.
fn rows(file: &Path) -> Vec<String> {
    let mut text = String::new();
    GzDecoder::new(fs::File::open(file).unwrap()).read_to_string(&mut text).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    lines[1..lines.len() - 1].iter().map(|line| (*line).to_owned()).collect()
}

#[tokio::test]
async fn a_workspace_that_is_read_back_answers_as_before() {
    let (from, to) = (harness::database().await, harness::database().await);
    let store = Store::connect(from.clone()).await.unwrap();
    newsroom(&store).await;
    let gone: String = sqlx::query_scalar("select article_id::text from article where withdrawn_at is not null")
        .fetch_one(store.pool())
        .await
        .unwrap();
    let withdrawn =
        async |api: &Api| api.get(&format!("/v1/articles/{gone}")).await.expect_problem(410, "gone").json()["detail"].clone();
    let api = Api::patient(store.clone()).await;
    let (before, detail) = (answers(&api).await, withdrawn(&api).await);
    assert!(before.len() > 150, "{}", before.len());
    assert!(
        before.keys().any(|path| path.starts_with("/v1/watches/")) && before.keys().any(|path| path.starts_with("/v1/feeds/"))
    );
    drop(api);

    let dir = harness::scratch_dir("transfer");
    let (file, again) = (dir.join("newsroom.ndjson.gz"), dir.join("again.ndjson.gz"));
    assert!(done(&run("export", &file, &from, &[])).contains("rows of workspace \"default\" written to"));
    assert!(!dir.join("newsroom.ndjson.gz.unfinished").exists());
    done(&run("import", &file, &to, &[]));
    let copy = Store::connect(to.clone()).await.unwrap();
    let api = Api::patient(copy.clone()).await;
    let after = answers(&api).await;
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    for (path, answer) in &before {
        assert_eq!(answer, &after[path], "{path}");
    }
    assert_eq!(withdrawn(&api).await, detail);
    // A feed that is due is looked at by whoever has it: here it rests. Nothing else has changed by being served.
    done(&run("export", &again, &to, &[]));
    assert_eq!(rows(&file), rows(&again));

    // It goes on as the other one does: the same article comes to the same cluster, and history counts on.
    let old = Api::patient(store.clone()).await;
    let news = corpus::articles(40).pop().unwrap();
    let mut places = Vec::new();
    for api in [&old, &api] {
        let stored = api.post("/v1/articles", &news).await.expect(201).json();
        let clusters: Vec<Value> = stored["claims"].as_array().unwrap().iter().map(|claim| claim["cluster_id"].clone()).collect();
        let known = clusters.iter().filter(|id| before.contains_key(&format!("/v1/clusters/{}", id.as_str().unwrap())));
        places.push(known.map(ToString::to_string).collect::<BTreeSet<String>>());
    }
    assert_eq!(places[0], places[1]);
}

#[tokio::test]
async fn what_cannot_be_taken_is_refused_whole_and_in_words() {
    let (from, to) = (harness::database().await, harness::database().await);
    let store = Store::connect(from.clone()).await.unwrap();
    let api = Api::patient(store.clone()).await;
    bulk::post(&api, corpus::ndjson(&corpus::articles(6))).await;
    settled(&store).await;
    drop(api);
    let dir = harness::scratch_dir("refused");
    let good = dir.join("good.gz");
    done(&run("export", &good, &from, &[]));

    let packed = fs::read(&good).unwrap();
    let mut text = String::new();
    GzDecoder::new(&packed[..]).read_to_string(&mut text).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let file = |name: &str, bytes: &[u8]| -> PathBuf {
        let path = dir.join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let gz = |name: &str, text: &str| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        file(name, &encoder.finish().unwrap())
    };
    let without_last = format!("{}\n", lines[..lines.len() - 1].join("\n"));
    let (footer, rows_there) = lines.split_last().unwrap();
    let without_row = format!("{}\n{footer}\n", rows_there[..rows_there.len() - 1].join("\n"));
    for (path, words) in [
        (file("cut.gz", &packed[..packed.len() / 2]), "it cannot be read on"),
        (gz("no-end.gz", &without_last), "it ends before its last line: it was cut off"),
        (gz("half-line.gz", &text[..text.len() - 30]), "it cannot be read on"),
        (gz("altered.gz", &text.replacen("example", "exemple", 1)), "its checksum is wrong"),
        (gz("without-row.gz", &without_row), "its checksum is wrong"),
        (gz("more.gz", &format!("{text}{{}}\n")), "something follows its last line"),
        (gz("version.gz", &text.replacen("\"version\":2", "\"version\":3", 1)), "it has version 3 of the format"),
        (gz("other.gz", "{\"a\": 1}\n"), "it is not a file that `crossclaim export` wrote"),
        (file("plain.gz", text.as_bytes()), "it is not a file that `crossclaim export` wrote"),
        (gz("strange.gz", &format!("{}\nwhat?\n", lines[0])), "its line 2 is none that export writes"),
        (gz("table.gz", &text.replacen("\"table\":\"outlet\"", "\"table\":\"api_key\"", 1)), "that there is not"),
        (dir.join("absent.gz"), "absent.gz"),
    ] {
        refused(&run("import", &path, &to, &[]), words);
    }
    let copy = Store::connect(to.clone()).await.unwrap();
    let count = "select count(*) from outlet";
    assert_eq!(sqlx::query_scalar::<_, i64>(count).fetch_one(copy.pool()).await.unwrap(), 0, "nothing was kept of any");

    let serving = Api::start(copy.clone()).await;
    let lock = "select exists (select from pg_locks where locktype = 'advisory'
        and database = (select oid from pg_database where datname = current_database()))";
    until("it links", async || sqlx::query_scalar::<_, bool>(lock).fetch_one(copy.pool()).await.unwrap()).await;
    refused(&run("import", &good, &to, &[]), "a service is running on this database");
    drop(serving);
    done(&run("import", &good, &to, &[]));
    refused(&run("import", &good, &to, &[]), "workspace \"default\" is not empty");
    refused(&run("import", &good, &to, &["--workspace", "desk"]), "there is no workspace \"desk\"");
    // Into another workspace of the same database: ids are each workspace's own.
    copy.create_workspace("desk").await.unwrap();
    done(&run("import", &good, &to, &["--workspace", "desk"]));
    done(&run("export", &dir.join("desk.gz"), &to, &["--workspace", "desk"]));
    assert_eq!(rows(&dir.join("desk.gz")), rows(&good));
}

/// What is left out of the file, with the reason for it.
const LEFT_OUT: &[&str] = &[
    "allowance",          // is what keys may ask in this minute
    "idempotent_request", // is forgotten within a day
    "api_key",            // opens doors
    "audit_entry",        // begins anew, with what is read back as its first entries
    "webhook",            // holds the keys of signatures
    "webhook_delivery",   // is of no use without its webhook
];

#[tokio::test]
async fn every_column_of_a_workspace_is_kept_or_left_out_on_purpose() {
    let store = harness::store().await;
    let columns: Vec<(String, String)> = sqlx::query_as(
        "select table_name::text, column_name::text from information_schema.columns
        join information_schema.tables using (table_schema, table_name)
        where table_schema = 'public' and table_type = 'BASE TABLE' and is_generated = 'NEVER' and is_identity = 'NO'
            and table_name in (select table_name from information_schema.columns where column_name = 'workspace_id')
            and table_name <> 'workspace' and column_name <> 'workspace_id'",
    )
    .fetch_all(store.pool())
    .await
    .unwrap();
    let there: BTreeSet<(String, String)> =
        columns.into_iter().filter(|(table, _)| !LEFT_OUT.contains(&table.as_str())).collect();
    let kept =
        KEPT.iter().flat_map(|(table, columns)| columns.split(", ").map(|column| ((*table).to_owned(), column.to_owned())));
    assert_eq!(kept.collect::<BTreeSet<_>>(), there);
}
