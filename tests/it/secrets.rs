//! Secrets of webhooks in the database: nobody reads them there, and whoever has another key is told so.

use std::{fs, os::unix::fs::PermissionsExt, process::Command};

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use futures_util::TryStreamExt;
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use sqlx::{
    ConnectOptions, PgConnection,
    postgres::{PgConnectOptions, PgPoolCopyExt},
};

use crate::{
    api::SECRET_KEY,
    cli::{Running, crossclaim, refused},
    harness,
    origin::{self, Origin, Received},
    webhooks::{signature, until},
};

const OTHER_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// A service on that database, with these keys, that may call this machine.
fn command(options: &PgConnectOptions, keys: &str) -> Command {
    let mut command = crossclaim(&["serve"]);
    command.env("DATABASE_URL", options.to_url_lossy().as_str()).env("CROSSCLAIM_SECRET_KEY", keys);
    command.env("CROSSCLAIM_EGRESS_ALLOW", "127.0.0.0/8");
    command
}

async fn make(service: &Running, receiver: &Origin) -> Value {
    service.post("/v1/webhooks", &json!({"url": receiver.url("/planted-path")})).await.expect(201).json()
}

/// The next message to the webhook, and whether that secret signed it.
async fn is_signed(service: &Running, receiver: &Origin, webhook: &Value, secret: &Value) -> bool {
    let path = format!("/v1/webhooks/{}/test", webhook["id"].as_str().unwrap());
    let ping = service.post(&path, &json!({})).await.expect(202).json();
    let message: Received = until("it is told", async || {
        receiver.received().into_iter().find(|message| message.header("webhook-id") == ping["message_id"])
    })
    .await;
    message.header("webhook-signature").split(' ').any(|signed| signed == signature(&message, secret))
}

fn bytes(secret: &Value) -> Vec<u8> {
    BASE64.decode(secret.as_str().unwrap().strip_prefix("whsec_").unwrap()).unwrap()
}

/// Everything that `pg_dump` would write, as it writes it.
async fn dumped(options: &PgConnectOptions) -> String {
    let pool = sqlx::PgPool::connect_with(options.clone()).await.unwrap();
    let tables =
        "select table_name::text from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'";
    let mut dump = String::new();
    for table in sqlx::query_scalar::<_, String>(tables).fetch_all(&pool).await.unwrap() {
        let rows = pool.copy_out_raw(&format!("copy {table} to stdout")).await.unwrap();
        for chunk in rows.try_collect::<Vec<_>>().await.unwrap() {
            dump += std::str::from_utf8(&chunk).unwrap();
        }
    }
    pool.close().await;
    dump
}

/// In a column of bytes, or as its owner has it.
fn shows(dump: &str, secret: &Value) -> bool {
    let hex: String = bytes(secret).iter().map(|byte| format!("{byte:02x}")).collect();
    dump.contains(&hex) || dump.contains(secret.as_str().unwrap().strip_prefix("whsec_").unwrap())
}

/// A webhook as versions made them that encrypted nothing.
async fn plant(options: &PgConnectOptions, receiver: &Origin) -> (Value, Value) {
    let mut connection: PgConnection = options.connect().await.unwrap();
    let secret = json!(format!("whsec_{}", BASE64.encode([0xa7; 32])));
    let id: uuid::Uuid = sqlx::query_scalar(
        "insert into webhook (workspace_id, webhook_id, url, kinds, secret, previous_secret, previous_until, made_by, told)
        select workspace_id, gen_random_uuid(), $1, '{}', $2, $2, now() + interval '1 day', 'admin', last_event from workspace
        returning webhook_id",
    )
    .bind(receiver.url("/older"))
    .bind(bytes(&secret))
    .fetch_one(&mut connection)
    .await
    .unwrap();
    (json!({"id": id}), secret)
}

#[tokio::test]
async fn no_secret_stands_in_the_database_and_messages_are_signed_all_the_same() {
    let options = harness::database().await;
    let receiver = Origin::start(|_| origin::status("204 No Content")).await;
    let (older, planted) = plant(&options, &receiver).await;
    assert!(shows(&dumped(&options).await, &planted), "it would be seen");

    let mut service = Running::serve(&mut command(&options, SECRET_KEY));
    let webhook = make(&service, &receiver).await;
    let path = format!("/v1/webhooks/{}/rotate", webhook["id"].as_str().unwrap());
    let rotated = service.post(&path, &json!({})).await.expect(200).json();
    for (webhook, secret) in [(&webhook, &rotated["secret"]), (&webhook, &webhook["secret"]), (&older, &planted)] {
        assert!(is_signed(&service, &receiver, webhook, secret).await, "{secret}");
    }
    assert_eq!(service.stop(Signal::SIGTERM), Some(0));
    let dump = dumped(&options).await;
    assert!(dump.contains("planted-path") && dump.contains("webhook.ping"));
    for secret in [&webhook["secret"], &rotated["secret"], &planted] {
        assert!(!shows(&dump, secret), "{secret}");
    }

    // Both keys, then the new one alone: what the old one encrypted is encrypted anew.
    for keys in [format!("{OTHER_KEY},{SECRET_KEY}"), OTHER_KEY.to_owned()] {
        let service = Running::serve(&mut command(&options, &keys));
        assert!(is_signed(&service, &receiver, &webhook, &webhook["secret"]).await, "{keys}");
        assert!(is_signed(&service, &receiver, &older, &planted).await, "{keys}");
    }
}

#[tokio::test]
async fn without_its_key_a_service_says_so_and_a_lost_one_is_given_up_on_demand() {
    let options = harness::database().await;
    let receiver = Origin::start(|_| origin::status("204 No Content")).await;
    let mut keyless = Running::serve(&mut command(&options, ""));
    let refusal = keyless.post("/v1/webhooks", &json!({"url": receiver.url("/")})).await.expect_problem(409, "conflict").json();
    assert!(refusal["detail"].as_str().unwrap().contains("CROSSCLAIM_SECRET_KEY"), "{refusal}");
    assert_eq!(keyless.stop(Signal::SIGTERM), Some(0));

    let mut service = Running::serve(&mut command(&options, SECRET_KEY));
    let webhook = make(&service, &receiver).await;
    assert_eq!(service.stop(Signal::SIGTERM), Some(0));
    for (keys, word) in [("", "there is none here"), (OTHER_KEY, "encrypted with"), ("hunter2", "number 1 is no key")] {
        let said = refused(&mut command(&options, keys));
        assert!(said.contains(word) && said.contains("CROSSCLAIM_SECRET_KEY") && !said.contains("hunter2"), "{said}");
    }
    let mut service = Running::serve(&mut command(&options, SECRET_KEY));
    assert!(is_signed(&service, &receiver, &webhook, &webhook["secret"]).await, "nothing was lost by that");
    assert_eq!(service.stop(Signal::SIGTERM), Some(0));

    let mut service = Running::serve(command(&options, OTHER_KEY).env("CROSSCLAIM_FORGET_LOST_SECRETS", "true"));
    let path = format!("/v1/webhooks/{}", webhook["id"].as_str().unwrap());
    let shown = service.get(&path).await.expect(200).json();
    assert!(shown["disabled_reason"].as_str().unwrap().contains("Rotate"), "{shown}");
    let rotated = service.post(&format!("{path}/rotate"), &json!({})).await.expect(200).json();
    service.patch(&path, &json!({"active": true})).await.expect(200);
    assert!(is_signed(&service, &receiver, &webhook, &rotated["secret"]).await);
    assert_eq!(service.stop(Signal::SIGTERM), Some(0));
}

#[tokio::test]
async fn a_private_database_has_its_key_in_a_file_beside_it() {
    let dir = harness::scratch_dir("secrets");
    let serve = || {
        let mut command = crossclaim(&["serve"]);
        command.arg("--data-dir").arg(&dir).env("CROSSCLAIM_EGRESS_ALLOW", "127.0.0.0/8");
        command
    };
    let receiver = Origin::start(|_| origin::status("204 No Content")).await;
    let file = dir.join("secret.key");
    let mut service = Running::serve(&mut serve());
    let webhook = make(&service, &receiver).await;
    assert_eq!(service.stop(Signal::SIGTERM), Some(0));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let key = fs::read_to_string(&file).unwrap();

    fs::write(&file, "").unwrap();
    let said = refused(&mut serve());
    assert!(said.contains("secret.key") && said.contains("holds no key"), "{said}");
    fs::remove_file(&file).unwrap();
    let said = refused(&mut serve());
    assert!(said.contains("secret.key") && said.contains("CROSSCLAIM_SECRET_KEY"), "{said}");
    fs::write(&file, &key).unwrap();
    let mut service = Running::serve(&mut serve());
    assert!(is_signed(&service, &receiver, &webhook, &webhook["secret"]).await);
    assert_eq!(service.stop(Signal::SIGTERM), Some(0));
    // What is set stands above the file: with the same key in it, it may go.
    fs::remove_file(&file).unwrap();
    let mut service = Running::serve(serve().env("CROSSCLAIM_SECRET_KEY", key.trim()));
    assert!(is_signed(&service, &receiver, &webhook, &webhook["secret"]).await);
    assert_eq!(service.stop(Signal::SIGTERM), Some(0));
    assert!(!file.exists());
}
