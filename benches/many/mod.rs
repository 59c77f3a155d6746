//! Few articles made many, for what has to hold at a million claims.

use std::time::Duration;

use crossclaim::storage::Store;

/// Multiplies articles, claims, clusters and positions in the database, until there are about as many claims as wanted. Each copy has clusters
/// and a word of its own, so that no two are one wording. Returns the number of claims there are then.
pub async fn multiply(store: &Store, wanted: i64) -> i64 {
    let count =
        async || sqlx::query_scalar::<_, i64>("select count(*) from claim").fetch_one(store.pool()).await.expect("a count");
    let copies = (wanted / count().await).max(1);
    let multiply = format!(
        "begin;
        set local statement_timeout = 0;
        drop index claim_search_idx;
        create temporary table article_copy on commit drop as
            select article_id, n, gen_random_uuid() as id from article cross join generate_series(2, {copies}) as n;
        create temporary table cluster_copy on commit drop as
            select cluster_id, n, gen_random_uuid() as id from cluster cross join generate_series(2, {copies}) as n where dissolved_at is null;
        create unique index on cluster_copy (cluster_id, n);
        analyze article_copy;
        analyze cluster_copy;
        insert into article (workspace_id, article_id, outlet_id, url, url_hash, content_hash, text, language, published_at,
                revision, status, provenance, sketch)
            select workspace_id, copy.id, outlet_id, url || '?' || n, sha256(convert_to(url || n, 'utf8')), content_hash, text,
                language, published_at, revision, status, provenance, sketch
            from article_copy as copy join article using (article_id);
        insert into cluster (workspace_id, cluster_id, claim, articles, outlets, corroborates, disputes, echoes, unclear,
                origins_low, origins_high, origins, contested, first_seen_at, last_seen_at, trend)
            select workspace_id, copy.id, claim || ' w' || md5(n::text), articles, outlets, corroborates, disputes, echoes, unclear,
                origins_low, origins_high, origins, contested, first_seen_at, last_seen_at, trend
            from cluster_copy as copy join cluster using (cluster_id);
        insert into outlet_relation (workspace_id, cluster_id, outlet_id, relation, position)
            select workspace_id, copy.id, outlet_id, relation, position
            from cluster_copy as copy join outlet_relation using (cluster_id);
        insert into claim (workspace_id, claim_id, article_id, outlet_id, text, span_start, span_end, headline, proposition, polarity,
                certainty, attribution, quantities, entities, check_worthiness, engine_version, cluster_id, relation, stance,
                access, independence, judgement)
            select workspace_id, gen_random_uuid(), copy.id, outlet_id, text, span_start, span_end, headline,
                proposition || ' w' || md5(copy.n::text), polarity, certainty, attribution, quantities, entities, check_worthiness,
                engine_version, cluster_copy.id, relation, stance, access, independence, judgement
            from article_copy as copy
            join claim using (article_id)
            left join cluster_copy on cluster_copy.cluster_id = claim.cluster_id and cluster_copy.n = copy.n;
        create index claim_search_idx on claim using gin (search);
        commit;
        set statement_timeout = 0;
        vacuum analyze article;
        vacuum analyze claim;
        vacuum analyze cluster;
        vacuum analyze outlet_relation",
    );
    let mut connection = store.pool().acquire().await.expect("a connection");
    // `vacuum` stands alone.
    for statement in multiply.split_inclusive(';') {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut *connection).await.expect("more claims");
    }
    drop(connection.detach());
    count().await
}

/// Until every article is linked.
pub async fn linked(store: &Store) {
    let pending = "select exists (select from article where status = 'pending')";
    while sqlx::query_scalar::<_, bool>(pending).fetch_one(store.pool()).await.expect("an answer") {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
