//! What the linker needs: its lock, the articles that wait, the stored corpus, and what changed since it last looked.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use sqlx::{ConnectOptions, Connection, PgConnection, types::Json};
use uuid::Uuid;

use super::{StorageError, Store, claims::reading_of, each, word::Word};
use crate::domain::{
    ArticleId, Attribution, Certainty, ClaimId, ClaimReading, ClusterId, Embedding, Entity, KnownArticle, KnownClaim,
    LinkArticle, LinkClaim, LinkWork, Outlet, OutletId, OutletKind, Polarity, Provenance, Quantity, Relabel, Relation,
    WorkspaceId, WorthinessReason,
};

/// Held while this process is the workspace's one linker: a Postgres advisory lock on a connection of its own, so that it
/// is free the moment the process or its connection dies.
#[derive(Debug)]
pub struct LinkerLock {
    pub(super) connection: PgConnection,
    /// When the connection was last known to live.
    answered: Instant,
}

impl LinkerLock {
    /// An answer that takes longer counts as a lost connection.
    const PATIENCE: Duration = Duration::from_secs(2);
    /// After which a linker that gives no sign of life is taken for stopped. One that is only slow loses a batch by it, and no more.
    const LAPSE: &str = "set idle_session_timeout = '30s'";
    const BEAT: Duration = Duration::from_secs(5);

    /// From here on the lock is lost unless it is asked for now and then: a process that is stopped, or a machine that is asleep, does
    /// not close its connections.
    pub async fn let_lapse(&mut self) -> Result<(), StorageError> {
        sqlx::query(Self::LAPSE).execute(&mut self.connection).await?;
        Ok(())
    }

    /// False once the connection, and with it the lock, is lost.
    pub async fn is_held(&mut self) -> bool {
        self.answers(Self::PATIENCE).await
    }

    /// The same, as far as was known a moment ago.
    pub async fn was_held(&mut self) -> bool {
        self.answered.elapsed() < Self::BEAT || self.is_held().await
    }

    /// What comes of `work`; `None` once the lock is lost over it.
    pub async fn while_held<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        let lost = async {
            loop {
                tokio::time::sleep(Self::BEAT).await;
                // Work that has been begun is worth some patience.
                if !self.answers(2 * Self::BEAT).await {
                    break;
                }
            }
        };
        tokio::select! {
            done = work => Some(done),
            () = lost => None,
        }
    }

    async fn answers(&mut self, patience: Duration) -> bool {
        // The lock lives as long as its session, and a connection that is lost is never opened again.
        let answered = matches!(tokio::time::timeout(patience, self.connection.ping()).await, Ok(Ok(())));
        self.answered = Instant::now();
        answered
    }

    /// A stale linker must not say this either: an article that has failed is looked at by nobody.
    pub async fn mark_failed(&mut self, workspace: WorkspaceId, article: ArticleId) -> Result<(), StorageError> {
        sqlx::query!(
            "update article set status = 'failed' where workspace_id = $1 and article_id = $2 and status = 'pending'",
            workspace.0,
            article.0,
        )
        .execute(&mut self.connection)
        .await?;
        Ok(())
    }

    /// Articles that have failed wait again. Returns how many.
    pub async fn retry_failed(&mut self, workspace: WorkspaceId) -> Result<u64, StorageError> {
        let waiting = sqlx::query!(
            "update article set status = 'pending' where workspace_id = $1 and status = 'failed' and current",
            workspace.0,
        )
        .execute(&mut self.connection)
        .await?;
        Ok(waiting.rows_affected())
    }
}

/// `select_articles!("where …", arguments…)`: the articles that the clause leaves over, as the linker sees them.
macro_rules! select_articles {
    ($rest:tt, $($argument:expr),* $(,)?) => {
        sqlx::query_as!(
            LinkArticleRow,
            r#"select article.article_id, article.title, article.published_at, article.received_at, article.language,
                article.sketch,
                article.withdrawn_at is not null as "withdrawn!", article.provenance as "provenance: _",
                outlet.outlet_id, outlet.name as outlet_name, outlet.domain as outlet_domain,
                outlet.kind as "outlet_kind: _", outlet.family as outlet_family
            from article
            join outlet on outlet.workspace_id = article.workspace_id and outlet.outlet_id = article.outlet_id
            "# + $rest,
            $($argument),*
        )
    };
}

/// `select_claims!("condition", ids)`: the claims that meet it, by article, in the order of the article.
macro_rules! select_claims {
    ($connection:expr, $workspace:expr, $condition:tt, $ids:expr) => {{
        let rows = sqlx::query!(
            r#"select article_id, claim.claim_id, cluster_id,
                relabelled.relation as "relabel_relation?: Word<Relation>", relabelled.made_by as "relabel_by?",
                relabelled.reason as "relabel_reason?", text, span_start, span_end, headline, proposition,
                polarity as "polarity: Word<Polarity>", certainty as "certainty: Word<Certainty>",
                attribution as "attribution: Json<Attribution>", quantities as "quantities: Json<Vec<Quantity>>",
                entities as "entities: Json<Vec<Entity>>", event_date, event_from, event_to, presupposes as "presupposes: Json<Vec<String>>", check_worthiness,
                check_worthiness_reasons as "check_worthiness_reasons: Json<Vec<WorthinessReason>>", engine_version, embedding
            from claim
            left join lateral (
                select relabel.relation, decision.made_by, decision.reason
                from relabel
                join decision on decision.workspace_id = relabel.workspace_id and decision.decision_id = relabel.decision_id
                where relabel.workspace_id = claim.workspace_id and relabel.claim_id = claim.claim_id
                order by relabel.decision_id desc
                limit 1
            ) as relabelled on true
            where claim.workspace_id = $1 and "#
                + $condition
                + " order by article_id, headline desc, span_start, claim.claim_id",
            $workspace.0,
            $ids,
        )
        .fetch_all($connection)
        .await?;
        let mut claims: HashMap<Uuid, Vec<LinkClaim>> = HashMap::new();
        for row in rows {
            claims.entry(row.article_id).or_default().push(LinkClaim {
                id: ClaimId(row.claim_id),
                cluster_id: row.cluster_id.map(ClusterId),
                // All of them are there or none is.
                relabelled: match (row.relabel_relation, row.relabel_by, row.relabel_reason) {
                    (Some(relation), Some(by), Some(reason)) => Some(Relabel { relation: relation.0, by, reason }),
                    _ => None,
                },
                reading: ClaimReading { embedding: embedding(row.embedding), ..reading_of!(row) },
            });
        }
        claims
    }};
}

/// `known_articles!(connection, workspace, "condition", ids)`: the articles of the corpus that meet it, with their claims. Asks for no more
/// than the corpus holds.
macro_rules! known_articles {
    ($connection:expr, $workspace:expr, $condition:tt, $($argument:expr),+) => {{
        let connection: &mut PgConnection = $connection;
        let mut articles: Vec<KnownArticle> = sqlx::query!(
            r#"select article_id, outlet_id, coalesce(published_at, received_at) as "time!", language, sketch from article
            where workspace_id = $1 and status = 'linked' and (current or withdrawn_at is not null) and "#
                + $condition
                + " order by article_id",
            $workspace.0,
            $($argument),+
        )
        .map(|row| KnownArticle {
            id: ArticleId(row.article_id),
            outlet: OutletId(row.outlet_id),
            time: row.time,
            language: row.language,
            sketch: row.sketch.into_iter().map(i64::cast_unsigned).collect(),
            claims: Vec::new(),
        })
        .fetch_all(&mut *connection)
        .await?;
        let claims = sqlx::query!(
            r#"select article_id, claim_id, cluster_id, proposition, attribution ->> 'quote' as quote,
                nullif(quantities, '[]') as "quantities: Json<Vec<Quantity>>", nullif(entities, '[]') as "entities: Json<Vec<Entity>>",
                event_date, embedding
            from claim
            where workspace_id = $1 and "#
                + $condition
                + " order by article_id, headline desc, span_start, claim_id",
            $workspace.0,
            $($argument),+
        )
        .fetch_all(&mut *connection)
        .await?;
        let mut claims = claims.into_iter().peekable();
        // Both come in the order of the articles' ids, which Postgres and we put in order alike.
        for article in &mut articles {
            while claims.next_if(|claim| claim.article_id < article.id.0).is_some() {}
            while let Some(claim) = claims.next_if(|claim| claim.article_id == article.id.0) {
                article.claims.push(KnownClaim {
                    id: ClaimId(claim.claim_id),
                    cluster_id: claim.cluster_id.map(ClusterId),
                    proposition: claim.proposition,
                    quote: claim.quote,
                    quantities: claim.quantities.map(|Json(quantities)| quantities).unwrap_or_default(),
                    entities: claim.entities.map(|Json(entities)| entities).unwrap_or_default(),
                    event_date: claim.event_date,
                    embedding: embedding(claim.embedding),
                });
            }
        }
        Ok(articles)
    }};
}

impl Store {
    /// `None` while another process, or another caller here, is the workspace's linker.
    pub async fn try_linker_lock(&self, workspace: WorkspaceId) -> Result<Option<LinkerLock>, StorageError> {
        // Outside the pool, which would give up by itself.
        let options = self.options_within(workspace);
        let connecting = tokio::time::timeout(LinkerLock::PATIENCE, options.connect()).await;
        let mut connection = connecting.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map_err(StorageError::Unavailable)?;
        let held = sqlx::query_scalar!(r#"select pg_try_advisory_lock($1) as "held!""#, linker_lock(workspace))
            .fetch_one(&mut connection)
            .await?;
        if held {
            return Ok(Some(LinkerLock { connection, answered: Instant::now() }));
        }
        connection.close().await?;
        Ok(None)
    }

    /// What waits: unlinked articles in commit order with their claims, the older revisions whose claims must leave their
    /// clusters, and what editors said. At most `limit` of each.
    pub async fn link_work(&self, workspace: WorkspaceId, limit: i64) -> Result<LinkWork, StorageError> {
        let mut connection = self.within(workspace).await?;
        let rows = select_articles!(
            "where article.workspace_id = $1 and article.status = 'pending'
            order by article.sequence
            limit $2",
            workspace.0,
            limit,
        )
        .fetch_all(&mut *connection)
        .await?;
        let articles = with_claims(&mut connection, workspace, rows).await?;
        let retired = sqlx::query_scalar!(
            "select article_id from article where workspace_id = $1 and retiring order by article_id limit $2",
            workspace.0,
            limit,
        )
        .fetch_all(&mut *connection)
        .await?;
        let (made, lifted) = super::constraints::unnoticed(&mut connection, workspace, limit).await?;
        let withdrawn = super::withdrawals::unnoticed(&mut connection, workspace, limit).await?;
        Ok(LinkWork {
            articles,
            withdrawn,
            retired: retired.into_iter().map(ArticleId).collect(),
            made,
            lifted,
            copies: Vec::new(),
        })
    }

    /// Every article of the corpus: linked, and current or withdrawn.
    pub async fn corpus_article_ids(&self, workspace: WorkspaceId) -> Result<Vec<ArticleId>, StorageError> {
        let ids = sqlx::query_scalar!(
            "select article_id from article
            where workspace_id = $1 and status = 'linked' and (current or withdrawn_at is not null)
            order by article_id",
            workspace.0,
        )
        .fetch_all(&mut *self.within(workspace).await?)
        .await?;
        Ok(ids.into_iter().map(ArticleId).collect())
    }

    /// These articles, as far as they are part of the corpus.
    pub async fn corpus_articles(&self, workspace: WorkspaceId, ids: &[ArticleId]) -> Result<Vec<KnownArticle>, StorageError> {
        let ids = each(ids, |id| id.0);
        known_articles!(&mut *self.within(workspace).await?, workspace, "article_id = any($2)", &ids)
    }

    /// The part of the corpus from one article to another, in the order of ids: a run of the index, which reads a million claims at start.
    pub async fn corpus_range(
        &self,
        workspace: WorkspaceId,
        first: ArticleId,
        last: ArticleId,
    ) -> Result<Vec<KnownArticle>, StorageError> {
        let mut connection = self.within(workspace).await?;
        known_articles!(&mut *connection, workspace, "article_id between $2 and $3", first.0, last.0)
    }

    /// These claims with their articles, each of which comes without its other claims: what a cluster is judged by.
    pub async fn link_claims(&self, workspace: WorkspaceId, ids: &[ClaimId]) -> Result<Vec<LinkArticle>, StorageError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut connection = self.within(workspace).await?;
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let claims = select_claims!(&mut *connection, workspace, "claim.claim_id = any($2)", &ids);
        let articles: Vec<Uuid> = claims.keys().copied().collect();
        let rows = select_articles!(
            "where article.workspace_id = $1 and article.article_id = any($2) order by article.article_id",
            workspace.0,
            &articles,
        )
        .fetch_all(&mut *connection)
        .await?;
        Ok(assemble(rows, claims))
    }

    /// Number of the newest event, 0 when there is none.
    pub async fn last_event(&self, workspace: WorkspaceId) -> Result<i64, StorageError> {
        let newest = sqlx::query_scalar!("select last_event from workspace where workspace_id = $1", workspace.0)
            .fetch_optional(&mut *self.within(workspace).await?)
            .await?;
        Ok(newest.unwrap_or(0))
    }

    /// Every claim of the clusters: where it stands now, and in which article.
    pub async fn members_of_clusters(
        &self,
        workspace: WorkspaceId,
        ids: &[ClusterId],
    ) -> Result<Vec<(ClusterId, ClaimId, ArticleId)>, StorageError> {
        let rows = sqlx::query!(
            r#"select cluster_id as "cluster_id!", claim_id, article_id from claim
            where workspace_id = $1 and cluster_id = any($2)
            order by claim_id"#,
            workspace.0,
            &each(ids, |id| id.0),
        )
        .fetch_all(&mut *self.within(workspace).await?)
        .await?;
        Ok(rows.into_iter().map(|row| (ClusterId(row.cluster_id), ClaimId(row.claim_id), ArticleId(row.article_id))).collect())
    }

    /// Clusters named by events after `after`, and the number of the newest event seen: what a read copy must reload.
    ///
    /// Looks at a bounded number of events; the caller asks again from the number it was given until that stays the same.
    pub async fn clusters_changed_since(
        &self,
        workspace: WorkspaceId,
        after: i64,
    ) -> Result<(Vec<ClusterId>, i64), StorageError> {
        let seen = sqlx::query!(
            r#"select coalesce(max(sequence), $2) as "newest!",
                coalesce(array_agg(distinct cluster_id) filter (where cluster_id is not null), '{}') as "clusters!"
            from (
                select sequence, cluster_id from event
                where workspace_id = $1 and sequence > $2
                order by sequence
                limit 10000
            ) as next"#,
            workspace.0,
            after,
        )
        .fetch_one(&mut *self.within(workspace).await?)
        .await?;
        Ok((seen.clusters.into_iter().map(ClusterId).collect(), seen.newest))
    }

    /// Lets Postgres look at its tables anew. Every index begins with the workspace, and until it has looked once, it takes that for
    /// something that few rows share and reads all of them.
    pub async fn analyze(&self) -> Result<(), StorageError> {
        let mut connection = self.connection().await?;
        sqlx::raw_sql("analyze outlet, article, claim, cluster, outlet_relation").execute(&mut *connection).await?;
        Ok(())
    }
}

fn embedding(bytes: Option<Vec<u8>>) -> Option<Arc<Embedding>> {
    bytes.map(|bytes| Arc::new(Embedding::from_bytes(&bytes)))
}

fn linker_lock(workspace: WorkspaceId) -> i64 {
    let digest = Sha256::new().chain_update("crossclaim linker").chain_update(workspace.0).finalize();
    let (key, _) = digest.split_first_chunk().expect("a SHA-256 digest has 32 bytes");
    i64::from_be_bytes(*key)
}

/// Articles in the order given, each with all its claims.
async fn with_claims(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    articles: Vec<LinkArticleRow>,
) -> Result<Vec<LinkArticle>, sqlx::Error> {
    let ids: Vec<Uuid> = articles.iter().map(|article| article.article_id).collect();
    let claims = select_claims!(connection, workspace, "article_id = any($2)", &ids);
    Ok(assemble(articles, claims))
}

fn assemble(articles: Vec<LinkArticleRow>, mut claims: HashMap<Uuid, Vec<LinkClaim>>) -> Vec<LinkArticle> {
    articles
        .into_iter()
        .map(|row| LinkArticle {
            id: ArticleId(row.article_id),
            outlet: Outlet {
                id: OutletId(row.outlet_id),
                name: row.outlet_name,
                domain: row.outlet_domain,
                kind: row.outlet_kind.0,
                family: row.outlet_family,
            },
            title: row.title,
            published_at: row.published_at,
            received_at: row.received_at,
            language: row.language,
            provenance: row.provenance.0,
            withdrawn: row.withdrawn,
            claims: claims.remove(&row.article_id).unwrap_or_default(),
            sketch: row.sketch.into_iter().map(i64::cast_unsigned).collect(),
            copied: Vec::new(),
            doubted: false,
        })
        .collect()
}

struct LinkArticleRow {
    article_id: Uuid,
    title: Option<String>,
    published_at: Option<DateTime<Utc>>,
    received_at: DateTime<Utc>,
    language: String,
    sketch: Vec<i64>,
    withdrawn: bool,
    provenance: Json<Provenance>,
    outlet_id: Uuid,
    outlet_name: String,
    outlet_domain: Option<String>,
    outlet_kind: Word<OutletKind>,
    outlet_family: Option<String>,
}
