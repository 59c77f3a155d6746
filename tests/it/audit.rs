//! The audit log: it tells who decided what and why, takes no change, and shows any that is made behind its back.

use std::process::Output;

use serde_json::{Value, json};
use sqlx::ConnectOptions;

use crate::{
    api::Api,
    cli::{crossclaim, objects},
    harness,
};

const DAM: &str = "The dam at Orin has cracked along its northern wall.";
const BANK: &str = "The central bank raised its key rate to 4 percent.";

async fn post(api: &Api, outlet: &str, text: &str) -> Value {
    let url = format!("https://{}.example/1", outlet.to_lowercase());
    api.post("/v1/articles", &json!({"url": url, "text": text, "outlet": {"name": outlet}, "language": "en"}))
        .await
        .expect(201)
        .json()
}

#[tokio::test]
async fn what_is_decided_is_told_in_order_and_a_log_written_anew_is_found_out() {
    let options = harness::database().await;
    let store = crossclaim::storage::Store::connect(options.clone()).await.unwrap();
    let api = Api::patient(store.clone()).await;
    let (dam, bank) = (post(&api, "Argus", DAM).await, post(&api, "Beacon", BANK).await);
    let (dam_claim, bank_claim) = (&dam["claims"][0]["id"], &bank["claims"][0]["id"]);
    let apart = json!({"claims": [dam_claim, bank_claim], "kind": "apart", "reason": "Two stories."});
    let constraint = api.post("/v1/constraints", &apart).await.expect(201).json();
    api.delete(&format!("/v1/constraints/{}", constraint["id"].as_str().unwrap())).await.expect(200);
    let relabel = json!({"kind": "relabel", "claims": [dam_claim], "relation": "unclear", "reason": "A rumour."});
    let decision = api.post("/v1/decisions", &relabel).await.expect(201).json();
    let undo = format!("/v1/decisions/{}/undo", decision["id"].as_str().unwrap());
    api.post(&undo, &json!({"reason": "It was none."})).await.expect(200);
    let withdrawal = format!("/v1/articles/{}/withdrawal", bank["id"].as_str().unwrap());
    api.put(&withdrawal, &json!({"reason": "Made up."})).await.expect(200);
    api.delete(&withdrawal).await.expect(200);
    let command =
        |arguments: &[&str]| crossclaim(arguments).env("DATABASE_URL", options.to_url_lossy().as_str()).output().unwrap();
    assert!(command(&["keys", "create", "--name", "Boss", "--role", "admin"]).status.success());
    let key = String::from_utf8(command(&["keys", "list"]).stdout).unwrap();
    assert!(command(&["keys", "revoke", key.split_whitespace().next().unwrap()]).status.success());

    let log = objects(&command(&["audit", "log"]));
    let told: Vec<[&str; 2]> =
        log.iter().map(|entry| [&entry["action"], &entry["actor"]].map(|word| word.as_str().unwrap())).collect();
    assert_eq!(
        told,
        [
            ["constraint.made", "admin"],
            ["constraint.lifted", "admin"],
            ["decision.made", "admin"],
            ["decision.undone", "admin"],
            ["article.withdrawn", "admin"],
            ["article.restored", "admin"],
            ["key.created", "command line"],
            ["key.revoked", "command line"],
        ]
    );
    assert_eq!(log[2]["subject_id"], decision["id"]);
    assert_eq!((&log[2]["detail"]["reason"], &log[2]["detail"]["undone_by"]), (&json!("A rumour."), &Value::Null));
    assert_eq!(log[3]["detail"]["undo_reason"], "It was none.");
    assert_eq!(log[4]["detail"]["reason"], "Made up.");
    assert!(!log[6].to_string().contains("digest"), "{}", log[6]);

    let verified = command(&["audit", "verify"]);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    let end = String::from_utf8(verified.stdout).unwrap().split_whitespace().next().unwrap().to_owned();
    assert_eq!(end, format!("8:{}", log[7]["hash"].as_str().unwrap()));
    let last = |output: &Output| (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned());
    assert_eq!(command(&["audit", "verify", "--end", &end]).status.code(), Some(0));

    let mut connection = options.connect().await.unwrap();
    for change in ["update audit_entry set actor = 'nobody'", "delete from audit_entry", "truncate audit_entry"] {
        let error = sqlx::raw_sql(change).execute(&mut connection).await.unwrap_err().to_string();
        assert!(error.contains("only ever added to"), "{change}: {error}");
    }

    // Somebody who owns the database changes an entry, and knows that each hash covers the one before.
    sqlx::raw_sql(
        "set session_replication_role = replica;
        update audit_entry set actor = 'somebody else' where sequence = 3;
        do $$
        declare
            entry audit_entry;
            before bytea := '\\x';
        begin
            for entry in select * from audit_entry order by sequence loop
                before := sha256(before || audit_words(entry));
                update audit_entry set hash = before where sequence = entry.sequence;
            end loop;
            update workspace set audit_hash = before;
        end
        $$",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    assert_eq!(command(&["audit", "verify"]).status.code(), Some(0), "the chain by itself is whole");
    let (status, said) = last(&command(&["audit", "verify", "--end", &end]));
    assert_eq!(status, Some(3), "{said}");
    assert!(said.contains("entry 8"), "whoever kept the end knows: {said}");
}

/// Of two who decide at the same moment neither waits for the other for ever, and both are told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_make_one_chain() {
    let store = harness::store().await;
    let api = std::sync::Arc::new(Api::patient(store.clone()).await);
    let mut claims = Vec::new();
    for n in 0..8 {
        claims.push(post(&api, &format!("Outlet{n}"), DAM).await["claims"][0]["id"].clone());
    }
    let decide = |n: usize| {
        let (api, claim) = (std::sync::Arc::clone(&api), claims[n % claims.len()].clone());
        let relation = ["unclear", "echoes"][n % 2];
        async move {
            let body = json!({"kind": "relabel", "claims": [claim], "relation": relation, "reason": "Seen."});
            api.post("/v1/decisions", &body).await.status
        }
    };
    let statuses = futures_util::future::join_all((0..40).map(decide)).await;
    assert!(statuses.iter().all(|status| *status == 201), "{statuses:?}");
    crate::newsroom::settled(&store).await;
    crate::fsck::assert_sound(&store).await;
    let told: i64 = sqlx::query_scalar("select last_audit from workspace").fetch_one(store.pool()).await.unwrap();
    assert_eq!(told, 40);
}
