//! What texts cost the database: the functions that take long over long ones are given the beginning of a text at most.

use std::{collections::BTreeSet, fs, path::Path, time::Instant};

use serde_json::Value;

use crate::harness;

/// Beginnings of names.
const COSTLY: [&str; 13] = [
    "to_tsvector",
    "to_tsquery",
    "plainto_tsquery",
    "phraseto_tsquery",
    "websearch_to_tsquery",
    "ts_headline",
    "ts_rank",
    "regexp_",
    "similarity",
    "word_similarity",
    "strict_word_similarity",
    "levenshtein",
    "normalize",
];

/// Those of them that are called, and the operators that stand for such.
fn costly(sql: &str) -> BTreeSet<&str> {
    let sql_words = sql.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    let calls = sql_words.filter(|word| COSTLY.iter().any(|name| word.starts_with(name)));
    let operators = [" ~ ", " ~* ", " !~ ", " like ", " ilike ", " similar to ", " <-> "];
    calls.chain(operators.into_iter().filter(|operator| sql.contains(operator))).collect()
}

#[tokio::test]
async fn no_costly_text_function_stands_outside_of_the_two_that_cut_their_text() {
    assert_eq!(costly("select ts_rank(a, b) where c ~* 'x'"), BTreeSet::from(["ts_rank", " ~* "]));
    let statements = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".sqlx")).unwrap();
    let mut read = 0;
    for file in statements {
        let described: Value = serde_json::from_str(&fs::read_to_string(file.unwrap().path()).unwrap()).unwrap();
        let statement = described["query"].as_str().unwrap();
        assert_eq!(costly(statement), BTreeSet::new(), "{statement}");
        read += 1;
    }
    assert!(read > 150, "{read}");

    // What the database runs by itself: functions, generated columns, indexes and views.
    let store = harness::store().await;
    let stored = "select proname::text, pg_get_functiondef(pg_proc.oid) from pg_proc
            where pronamespace in ('public'::regnamespace, 'reporting'::regnamespace)
        union all select attrelid::regclass || '.' || attname, pg_get_expr(adbin, adrelid)
            from pg_attrdef join pg_attribute on attrelid = adrelid and attnum = adnum
        union all select indexname::text, indexdef from pg_indexes where schemaname = 'public'
        union all select viewname::text, definition from pg_views where schemaname = 'reporting'";
    let stored: Vec<(String, String)> = sqlx::query_as(stored).fetch_all(store.pool()).await.unwrap();
    assert!(stored.len() > 100, "{}", stored.len());
    let with: BTreeSet<&str> = stored
        .iter()
        .filter(|(_, definition)| !costly(&definition.to_lowercase()).is_empty())
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(with, BTreeSet::from(["search_query", "search_vector"]));
}

#[tokio::test]
async fn a_search_reads_the_beginning_of_a_long_text_and_no_more() {
    let store = harness::store().await;
    for function in ["search_vector", "search_query"] {
        // Words that are all different, twenty million letters of them.
        let long = "(select string_agg(md5(n::text), ' ') from generate_series(1, 600000) as n)";
        let asked = Instant::now();
        let same = format!("select {function}(words) = {function}(left(words, 4000)) from {long} as long (words)");
        assert!(sqlx::query_scalar::<_, bool>(sqlx::AssertSqlSafe(same)).fetch_one(store.pool()).await.unwrap(), "{function}");
        println!("C9: {function} of 20 MB: {:.1?}, most of it to make them", asked.elapsed());
    }
}
