//! What callers are told when the database is slow, full or gone.

use std::{
    os::unix::net::UnixListener,
    time::{Duration, Instant},
};

use crossclaim::storage::{
    StorageError, Store,
    embedded::{Embedded, Settings},
};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use super::samples::*;
use crate::harness;

#[tokio::test]
async fn every_connection_has_its_limits_set() {
    let store = harness::store().await;
    let settings = [
        ("synchronous_commit", "on"),
        ("statement_timeout", "5s"),
        ("lock_timeout", "3s"),
        ("idle_in_transaction_session_timeout", "10s"),
    ];
    for (name, expected) in settings {
        let value: String = sqlx::query_scalar("select current_setting($1)").bind(name).fetch_one(store.pool()).await.unwrap();
        assert_eq!(value, expected, "{name}");
    }
}

#[tokio::test]
async fn error_codes_say_what_a_caller_can_do() {
    let store = harness::store().await;
    let raised = async |code: &str| {
        let statement = format!("do $$ begin raise exception 'x' using errcode = '{code}'; end $$");
        StorageError::from(sqlx::raw_sql(AssertSqlSafe(statement)).execute(store.pool()).await.unwrap_err())
    };
    for code in ["08006", "57P01", "57P03"] {
        assert!(matches!(raised(code).await, StorageError::Unavailable(_)), "{code}");
    }
    for code in ["40001", "40P01", "55P03", "57014"] {
        assert!(matches!(raised(code).await, StorageError::Contended(_)), "{code}");
    }
    assert!(matches!(raised("53100").await, StorageError::StorageFull(_)));
    assert!(matches!(raised("53300").await, StorageError::Overloaded(_)));
    assert!(matches!(raised("23505").await, StorageError::Internal(_)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_full_house_is_overload_and_a_lost_race_is_run_again() {
    let store = harness::store().await;
    let mut blocker = store.pool().connect_options().connect().await.unwrap();
    let mut table = blocker.begin().await.unwrap();
    sqlx::raw_sql("lock table article in access exclusive mode").execute(&mut *table).await.unwrap();
    let blocked = Instant::now();
    let writers: Vec<_> = (0..store.pool().options().get_max_connections())
        .map(|n| {
            let (store, new) = (store.clone(), article("Herald", &n.to_string(), &["Fifty."]));
            tokio::spawn(async move { store.insert_article(WORKSPACE, &new).await })
        })
        .collect();
    let in_use = || store.connections().map(|(_, (in_use, _))| in_use).sum::<u32>();
    while in_use() < store.pool().options().get_max_connections() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(matches!(store.coverage(WORKSPACE).await, Err(StorageError::Overloaded(_))));

    // Past every writer's lock timeout of 3 s: each has lost its transaction by now, and succeeds with another.
    tokio::time::sleep(Duration::from_millis(3600).saturating_sub(blocked.elapsed())).await;
    table.rollback().await.unwrap();
    for writer in writers {
        writer.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_database_that_is_gone_is_unavailable_however_it_went() {
    let settings = Settings { data_dir: harness::scratch_dir("gone"), bin_dir: harness::pg_bin(), throwaway: true };
    let embedded = Embedded::start(&settings).unwrap();
    let socket = embedded.options().get_socket().unwrap().join(".s.PGSQL.5432");
    let options = embedded.options();
    let store = Store::connect(options.clone()).await.unwrap();
    store.ping().await.unwrap();
    embedded.stop();
    let gone = |outcome: Result<(), StorageError>| matches!(outcome, Err(StorageError::Unavailable(_)));
    assert!(gone(store.ping().await), "shut down: there is no socket");
    drop(UnixListener::bind(&socket).unwrap());
    let asked = Instant::now();
    assert!(gone(store.ping().await), "killed: its socket refuses, as a host does whose service is down");
    assert!(asked.elapsed() < Duration::from_secs(4));
    assert!(gone(Store::connect(options).await.map(drop)));
}
