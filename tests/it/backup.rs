//! Backup and restore as an operator does them: everything comes back, and nothing is overwritten or taken on trust.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Output};

use crossclaim::storage::Store;
use sqlx::{ConnectOptions, postgres::PgConnectOptions};

use crate::{
    api::Api,
    cli::crossclaim,
    fsck, harness,
    harness::{database, scratch_dir},
    newsroom,
};

fn run(command: &str, file: &Path, database: &PgConnectOptions) -> Output {
    crossclaim(&[command]).arg(file).env("DATABASE_URL", database.to_url_lossy().as_str()).output().unwrap()
}

#[track_caller]
fn expect(output: &Output, status: i32, words: &str) {
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(status), "{said}");
    assert!(said.contains(words), "{words:?} in {said}");
}

/// Every address of a list and of what is in it, with what is there.
async fn everything(api: &Api) -> Vec<(String, String)> {
    let mut seen = Vec::new();
    for list in [
        "articles",
        "claims",
        "clusters",
        "outlets",
        "decisions?undone=true",
        "constraints?lifted=true",
        "watches",
        "webhooks",
        "keys",
    ] {
        let path = format!("/v1/{list}{}limit=100", if list.contains('?') { '&' } else { '?' });
        let page = api.get(&path).await.expect(200);
        let items = page.json()["items"].as_array().unwrap().clone();
        assert!(!items.is_empty(), "there is something in {list}");
        seen.push((path, page.text()));
        let list = list.split('?').next().unwrap();
        if !matches!(list, "decisions" | "keys") {
            for item in items.iter().take(30) {
                let path = format!("/v1/{list}/{}", item["id"].as_str().unwrap());
                seen.push((path.clone(), api.get(&path).await.expect(200).text()));
            }
        }
    }
    seen
}

#[tokio::test]
async fn what_was_backed_up_comes_back_whole() {
    let options = database().await;
    let store = Store::connect(options.clone()).await.unwrap();
    newsroom::furnish(&store, 24).await;
    let file = scratch_dir("backup").join("monday.backup");
    let key = "operators-own-key";
    let serve = async |store: &Store| {
        Api::with(store.clone(), |options| {
            options.open = false;
            options.api_key = Some(crossclaim::http::ApiKey::new(key));
        })
        .await
        .with_key(key)
    };
    // Beside a service that runs.
    let api = serve(&store).await;
    let before = everything(&api).await;
    expect(&run("backup", &file, &options), 0, "schema");
    expect(&run("backup", &file, &options), 1, "exists already");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "nobody else reads secrets of webhooks");
    assert!(!file.with_added_extension("unfinished").exists());

    let blank = harness::blank().await;
    expect(&run("restore", &file, &blank), 0, "rules hold");
    let restored = Store::connect(blank.clone()).await.unwrap();
    let after = everything(&serve(&restored).await).await;
    for ((path, before), (_, after)) in before.iter().zip(&after) {
        assert_eq!(before, after, "{path}");
    }
    assert_eq!(before.len(), after.len());
    fsck::assert_sound(&restored).await;
    expect(&run("restore", &file, &blank), 1, "not empty");

    // Views that others read came along.
    let reported = "select count(*) from reporting.claim";
    let count = async |store: &Store| sqlx::query_scalar::<_, i64>(reported).fetch_one(store.pool()).await.unwrap();
    assert_eq!(count(&restored).await, count(&store).await);

    // Who works on it goes on where the other was.
    assert_eq!(restored.newest_events().await.unwrap(), store.newest_events().await.unwrap());
    let sequence = "select nextval(pg_get_serial_sequence('article', 'sequence')) > (select max(sequence) from article)";
    assert!(sqlx::query_scalar::<_, bool>(sequence).fetch_one(restored.pool()).await.unwrap());
}

#[tokio::test]
async fn a_file_that_is_cut_short_changed_newer_or_something_else_is_refused_before_anything_is_written() {
    let (options, blank, dir) = (database().await, harness::blank().await, scratch_dir("bad-backup"));
    let good = dir.join("good");
    expect(&run("backup", &good, &options), 0, "schema");
    let bytes = fs::read(&good).unwrap();
    let end_of_header = bytes.iter().position(|byte| *byte == b'\n').unwrap();
    let mut flipped = bytes.clone();
    *flipped.last_mut().unwrap() ^= 1;
    let header = String::from_utf8(bytes[..end_of_header].to_vec()).unwrap();
    let newest = crossclaim::storage::MIGRATIONS.iter().map(|migration| migration.version).max().unwrap();
    let newer = header.replace(&format!("\"schema\":{newest}"), "\"schema\":9999");
    assert_ne!(newer, header);
    let cases: [(&str, Vec<u8>, &str); 6] = [
        ("cut", bytes[..bytes.len() - 100].to_vec(), "damaged"),
        ("flipped", flipped, "damaged"),
        ("newer", [newer.as_bytes(), &bytes[end_of_header..]].concat(), "schema 9999"),
        ("headless", bytes[end_of_header + 1..].to_vec(), "no backup"),
        ("empty", Vec::new(), "no backup"),
        ("other", b"crossclaim-backup [1, 2]\n".to_vec(), "no backup"),
    ];
    for (name, bytes, words) in cases {
        let file = dir.join(name);
        fs::write(&file, bytes).unwrap();
        expect(&run("restore", &file, &blank), 1, words);
        let tables = "select count(*) from pg_class where relnamespace = 'public'::regnamespace";
        let mut connection = blank.connect().await.unwrap();
        assert_eq!(sqlx::query_scalar::<_, i64>(tables).fetch_one(&mut connection).await.unwrap(), 0, "{name}");
    }
    expect(&run("restore", &dir.join("nowhere"), &blank), 1, "nowhere");
    expect(&run("restore", &good, &blank), 0, "rules hold");
}

#[tokio::test]
async fn what_is_damaged_is_backed_up_only_on_demand() {
    let (options, dir) = (database().await, scratch_dir("damaged-backup"));
    let mut connection = options.connect().await.unwrap();
    sqlx::raw_sql("update workspace set last_event = 7").execute(&mut connection).await.unwrap();
    let file = dir.join("file");
    expect(&run("backup", &file, &options), 3, "event-sequence");
    assert!(!file.exists());
    let forced =
        crossclaim(&["backup", "--even-damaged"]).arg(&file).env("DATABASE_URL", options.to_url_lossy().as_str()).output();
    expect(&forced.unwrap(), 0, "event-sequence");
    expect(&run("restore", &file, &harness::blank().await), 3, "event-sequence");
}
