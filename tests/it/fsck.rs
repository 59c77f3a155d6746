//! The recount: silent on what the service wrote, and loud on one damaged row for each of its rules.

use std::collections::BTreeSet;

use crossclaim::storage::{FOREIGN_KEYS, Finding, RULES, Store};
use serde_json::Value;
use sqlx::{AssertSqlSafe, ConnectOptions};

use crate::{
    cli::{crossclaim, objects},
    harness, newsroom,
};

/// What is wrong with a database, as `crossclaim fsck` finds it.
pub async fn findings(store: &Store) -> Vec<Finding> {
    let mut findings = Vec::new();
    store.fsck(|_| true, |finding| findings.push(finding)).await.expect("it can be read");
    findings
}

pub async fn assert_sound(store: &Store) {
    let findings = findings(store).await;
    assert!(findings.is_empty(), "{findings:#?}");
}

/// For each rule a statement that breaks it. A rule may be broken by more than one.
const DAMAGES: &[(&str, &str)] = &[
    ("event-sequence", "delete from event where sequence = 3"),
    ("event-sequence", "update workspace set last_event = last_event + 1"),
    ("event-subject", "update event set cluster_id = gen_random_uuid() where sequence = (select min(sequence) from event where cluster_id is not null)"),
    ("event-subject", "update event set article_id = gen_random_uuid() where sequence = (select min(sequence) from event where article_id is not null)"),
    ("article-hash", "update article set text = text || ' ' where sequence = 1"),
    ("article-hash", "update article set title = null where sequence = (select max(sequence) from article where title is not null)"),
    ("article-hash", "update article set url = url || '/' where sequence = 1"),
    ("article-revisions", "update article set revision = 3 where revision = 2"),
    ("article-revisions", "update article set current = false where sequence = 1"),
    ("claim-outlet", "update claim set outlet_id = (select max(outlet_id::text)::uuid from outlet) where claim_id = (select min(claim_id::text)::uuid from claim)"),
    ("claim-span", "update claim set span_start = span_start + 1 where claim_id = (select min(claim_id::text)::uuid from claim where not headline)"),
    ("claim-span", "update claim set text = text || '.' where claim_id = (select min(claim_id::text)::uuid from claim)"),
    ("claim-placed", "update claim set relation = null, stance = null, access = null, independence = null, judgement = null, cluster_id = null
        where claim_id = (select min(claim_id::text)::uuid from claim where relation is not null)"),
    ("claim-placed", "update claim set cluster_id = (select min(cluster_id::text)::uuid from cluster)
        where article_id in (select article_id from article where not current and withdrawn_at is null)"),
    ("claim-placed", "update article set status = 'pending' where sequence = 1"),
    ("claim-cluster", "update cluster set dissolved_at = now() where cluster_id = (select cluster_id from claim where relation is not null limit 1)"),
    ("claim-evidence", "update claim set judgement = jsonb_set(judgement, '{evidence}', '[]') where claim_id = (select claim_id from claim where relation is not null limit 1)"),
    ("claim-evidence", "update claim set judgement = judgement - 'evidence' where claim_id = (select claim_id from claim where relation is not null limit 1)"),
    ("evidence-quote", "update claim set judgement = jsonb_set(judgement, '{evidence,0,quote,span,end}', '100000') where claim_id = (select claim_id from claim where relation is not null limit 1)"),
    ("evidence-quote", "update claim set judgement = jsonb_set(judgement, '{evidence,0,quote,text}', '\"never said\"') where claim_id = (select claim_id from claim where relation is not null limit 1)"),
    ("position", "delete from outlet_relation where (cluster_id, outlet_id) = (select cluster_id, outlet_id from outlet_relation limit 1)"),
    ("position", "update outlet_relation set position = jsonb_set(position, '{claim_ids}', '[]') where (cluster_id, outlet_id) = (select cluster_id, outlet_id from outlet_relation limit 1)"),
    ("position", "update outlet_relation set relation = case relation when 'echoes' then 'disputes' else 'echoes' end
        where (cluster_id, outlet_id) = (select cluster_id, outlet_id from outlet_relation limit 1)"),
    ("cluster-counts", "update cluster set articles = articles + 1 where cluster_id = (select cluster_id from cluster where dissolved_at is null limit 1)"),
    ("cluster-counts", "update cluster set echoes = echoes + 1 where cluster_id = (select cluster_id from cluster where dissolved_at is null limit 1)"),
    ("cluster-counts", "update cluster set dissolved_at = null, merged_into = null where merged_into is not null"),
    ("cluster-origins", "update cluster set origins_high = origins_high + 1 where cluster_id = (select cluster_id from cluster where dissolved_at is null limit 1)"),
    ("cluster-contested", "update cluster set contested = not contested where cluster_id = (select cluster_id from cluster where dissolved_at is null limit 1)"),
    ("cluster-seen", "update cluster set last_seen_at = last_seen_at + interval '1 second' where cluster_id = (select cluster_id from cluster where dissolved_at is null limit 1)"),
    ("cluster-redirect", "update cluster as one set dissolved_at = now(), merged_into = (
        select cluster_id from cluster where merged_into is not null limit 1)
        where cluster_id = (select merged_into from cluster where merged_into is not null limit 1)"),
    ("constraint-kept", "update link_constraint set kind = 'together' where kind = 'apart' and decision_id is null"),
    ("constraint-kept", "update link_constraint set kind = 'apart' where kind = 'together' and lifted_at is null"),
    ("decision-effect", "update link_constraint set lifted_at = null, lifted_by = null where lifted_at is not null"),
    ("decision-effect", "delete from relabel"),
    ("decision-effect", "update decision set claims = '{}' where kind = 'relabel'"),
    ("decision-claims", "update decision set claims = array[gen_random_uuid()] where kind = 'reject'"),
    ("relabel-kept", "update claim set relation = 'disputes', stance = 'denies' where claim_id in (select claim_id from relabel)"),
    ("reuse", "update article_reuse set passages = '[]'"),
    ("reuse", "update article_reuse set passages = jsonb_set(passages, '{0,span,end}', '1000000')"),
    ("reuse", "update article_reuse set article_id = (select article_id from article where not current and withdrawn_at is null limit 1)
        where (article_id, source_article_id) = (select article_id, source_article_id from article_reuse limit 1)"),
    ("webhook-delivery", "update webhook_delivery set kind = 'cluster.merged' where number = 1"),
    ("webhook-delivery", "update webhook set told = told + 1"),
    ("watch-trigger", "update watch_trigger set cluster_id = gen_random_uuid()"),
    ("audit-chain", "update audit_entry set actor = 'nobody' where sequence = 2"),
    ("audit-chain", "update audit_entry set at = at + interval '1 microsecond' where sequence = 2"),
    ("audit-chain", "update audit_entry set action = 'decision.undone' where sequence = 2"),
    ("audit-chain", "update audit_entry set subject_id = gen_random_uuid() where sequence = 2"),
    ("audit-chain", "update audit_entry set detail = detail || '{\"reason\": \"None.\"}' where sequence = 2"),
    ("audit-chain", "update audit_entry set hash = sha256('') where sequence = 2"),
    ("audit-chain", "delete from audit_entry where sequence = 2"),
    ("audit-chain", "delete from audit_entry where sequence = (select max(sequence) from audit_entry)"),
    ("audit-subject", "update decision set reason = 'None.' where kind = 'note'"),
    ("audit-subject", "update api_key set role = 'reader'"),
    ("audit-subject", "insert into api_key (workspace_id, key_id, name, role, prefix, digest, created_by)
        select workspace_id, gen_random_uuid(), 'x', 'admin', 'x', digest, 'x' from api_key limit 1"),
    ("audit-subject", "delete from link_constraint where decision_id is null"),
    ("audit-subject", "update article set current = true, withdrawn_at = null, withdrawn_by = null, withdrawal_reason = null
        where withdrawn_at is not null"),
    (FOREIGN_KEYS, "delete from outlet where outlet_id = (select outlet_id from article limit 1)"),
    (FOREIGN_KEYS, "delete from cluster where cluster_id = (select cluster_id from claim where relation is not null limit 1)"),
];

#[tokio::test]
async fn what_the_service_wrote_is_sound_and_every_kind_of_damage_is_found() {
    let store = harness::store().await;
    newsroom::furnish(&store, 48).await;
    assert_sound(&store).await;
    store.close().await;

    let sound = store.pool().connect_options();
    for (rule, damage) in DAMAGES {
        let damaged = harness::copy_of(&sound).await;
        // Past the foreign keys, as a repair by hand or a careless restore goes.
        let mut connection = damaged.connect().await.unwrap();
        sqlx::raw_sql("set session_replication_role = replica").execute(&mut connection).await.unwrap();
        let done = sqlx::raw_sql(AssertSqlSafe(*damage)).execute(&mut connection).await.expect(damage);
        assert!(done.rows_affected() > 0, "{damage} touches nothing");
        let store = Store::open_as_it_is(damaged).await.unwrap().expect("the schema is known");
        let found = findings(&store).await;
        assert!(found.iter().any(|finding| finding.rule == *rule), "{damage}: {found:#?}");
        store.close().await;
    }
    let damaged: BTreeSet<&str> = DAMAGES.iter().map(|(rule, _)| *rule).collect();
    let rules: BTreeSet<&str> = RULES.iter().map(|rule| rule.name).chain([FOREIGN_KEYS]).collect();
    assert_eq!(damaged, rules, "every rule is shown to find something");
}

#[tokio::test]
async fn the_command_says_what_is_damaged_and_exits_with_3() {
    let options = harness::database().await;
    let url = options.to_url_lossy().to_string();
    let fsck = |flags: &[&str]| crossclaim(&["fsck"]).args(flags).env("DATABASE_URL", &url).output().unwrap();
    let sound = fsck(&[]);
    assert_eq!((sound.status.code(), sound.stdout.as_slice()), (Some(0), &b""[..]), "{sound:?}");
    assert!(String::from_utf8_lossy(&sound.stderr).contains("rules hold"), "{sound:?}");

    let mut connection = options.connect().await.unwrap();
    sqlx::raw_sql("update workspace set last_event = 7").execute(&mut connection).await.unwrap();
    let damaged = fsck(&[]);
    let line = String::from_utf8_lossy(&damaged.stdout).into_owned();
    assert_eq!(damaged.status.code(), Some(3), "{damaged:?}");
    assert!(line.starts_with("event-sequence: workspace: its last event is 7, the newest stored is 0"), "{line}");
    let json = fsck(&["--json"]);
    assert_eq!(json.status.code(), Some(3));
    let finding: &Value = &objects(&json)[0];
    assert_eq!((&finding["rule"], &finding["subject"]), (&Value::from("event-sequence"), &Value::from("workspace")), "{finding}");

    sqlx::raw_sql("delete from _sqlx_migrations where version = (select max(version) from _sqlx_migrations)")
        .execute(&mut connection)
        .await
        .unwrap();
    let older = fsck(&[]);
    assert_eq!(older.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&older.stderr).contains("another version"), "{older:?}");
    let applied: i64 = sqlx::query_scalar("select count(*) from _sqlx_migrations").fetch_one(&mut connection).await.unwrap();
    assert_eq!(applied as usize, crossclaim::storage::MIGRATIONS.iter().count() - 1, "it does not migrate what it looks at");
}
