//! What articles have from each other.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::{StorageError, Store, each};
use crate::domain::{ArticleId, Passage, Reuse, WorkspaceId};

impl Store {
    /// Bytes of each article's text.
    pub async fn text_lengths(
        &self,
        workspace: WorkspaceId,
        articles: &[ArticleId],
    ) -> Result<HashMap<ArticleId, i64>, StorageError> {
        let rows = sqlx::query!(
            r#"select article_id, octet_length(text)::bigint as "length!" from article
            where workspace_id = $1 and article_id = any($2)"#,
            workspace.0,
            &each(articles, |id| id.0),
        )
        .fetch_all(&mut *self.within(workspace).await?)
        .await?;
        Ok(rows.into_iter().map(|row| (ArticleId(row.article_id), row.length)).collect())
    }

    /// Of each article the sources that most of it stands in, at most `limit`, fullest first. Sources among `without` are left out, and
    /// those that a doubted date had made one.
    pub async fn sources_of(
        &self,
        workspace: WorkspaceId,
        articles: &[ArticleId],
        without: &[ArticleId],
        limit: i64,
    ) -> Result<Vec<Reuse>, StorageError> {
        let rows = sqlx::query_as!(
            ReuseRow,
            r#"select article_id as "article_id!", source_article_id as "source_article_id!", share as "share!", words as "words!",
                passages as "passages!: _", against_dates
            from unnest($2::uuid[]) as wanted (id)
            cross join lateral (
                select article_reuse.*
                from article_reuse
                join article as source
                    on source.workspace_id = article_reuse.workspace_id and source.article_id = article_reuse.source_article_id
                join article as copy
                    on copy.workspace_id = article_reuse.workspace_id and copy.article_id = article_reuse.article_id
                where article_reuse.workspace_id = $1 and article_reuse.article_id = wanted.id
                    and article_reuse.source_article_id <> all($3)
                    and (source.received_at <= said_at(copy) or not exists (
                        select from article_reuse as pair
                        join article as witness
                            on witness.workspace_id = pair.workspace_id and witness.article_id = pair.source_article_id
                        where pair.workspace_id = source.workspace_id and pair.article_id = source.article_id
                            and pair.against_dates and pair.source_article_id <> all($3) and witness.withdrawn_at is null
                    ))
                order by article_reuse.share desc, coalesce(source.published_at, source.received_at), source.article_id
                limit $4
            ) as best"#,
            workspace.0,
            &each(articles, |id| id.0),
            &each(without, |id| id.0),
            limit,
        )
        .fetch_all(&mut *self.within(workspace).await?)
        .await?;
        Ok(rows.into_iter().map(Reuse::from).collect())
    }

    /// Of edited articles when their text was first received at their address: an earlier revision that has at least half of the
    /// same runs of words is the same text, one that has not is another.
    pub async fn known_since(
        &self,
        workspace: WorkspaceId,
        articles: &[ArticleId],
    ) -> Result<HashMap<ArticleId, DateTime<Utc>>, StorageError> {
        if articles.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = sqlx::query!(
            r#"select article.article_id, min(earlier.received_at) as "received_at!" from article
            join article as earlier on earlier.workspace_id = article.workspace_id and earlier.outlet_id = article.outlet_id
                and earlier.url_hash = article.url_hash and earlier.revision <= article.revision
            where article.workspace_id = $1 and article.article_id = any($2)
                and 2 * (select count(*) from unnest(article.sketch) as run (hash) where hash = any(earlier.sketch))
                    >= cardinality(article.sketch)
            group by article.article_id"#,
            workspace.0,
            &each(articles, |id| id.0),
        )
        .fetch_all(&mut *self.within(workspace).await?)
        .await?;
        Ok(rows.into_iter().map(|row| (ArticleId(row.article_id), row.received_at)).collect())
    }

    /// Those of these articles whose date is not believed beside a source of theirs ([`Reuse::against_dates`]). Sources among `without` are
    /// left out, and `withdrawn` ones unless they are asked for.
    pub async fn doubted(
        &self,
        workspace: WorkspaceId,
        articles: &[ArticleId],
        without: &[ArticleId],
        withdrawn: bool,
    ) -> Result<Vec<ArticleId>, StorageError> {
        if articles.is_empty() {
            return Ok(Vec::new());
        }
        let ids = sqlx::query_scalar!(
            "select distinct pair.article_id from article_reuse as pair
            join article as source on source.workspace_id = pair.workspace_id and source.article_id = pair.source_article_id
            where pair.workspace_id = $1 and pair.article_id = any($2) and pair.source_article_id <> all($3)
                and pair.against_dates and ($4 or source.withdrawn_at is null)",
            workspace.0,
            &each(articles, |id| id.0),
            &each(without, |id| id.0),
            withdrawn,
        )
        .fetch_all(&mut *self.within(workspace).await?)
        .await?;
        Ok(ids.into_iter().map(ArticleId).collect())
    }

    /// Articles that have something from one of these.
    pub async fn copies_of(&self, workspace: WorkspaceId, sources: &[ArticleId]) -> Result<Vec<ArticleId>, StorageError> {
        if sources.is_empty() {
            return Ok(Vec::new());
        }
        let ids = sqlx::query_scalar!(
            "select distinct article_id from article_reuse
            where workspace_id = $1 and source_article_id = any($2)
            order by article_id",
            workspace.0,
            &each(sources, |id| id.0),
        )
        .fetch_all(&mut *self.within(workspace).await?)
        .await?;
        Ok(ids.into_iter().map(ArticleId).collect())
    }

    /// What an article has from others and others from it, fullest first. Withdrawn ones are left out.
    pub async fn reuse_of(&self, workspace: WorkspaceId, id: ArticleId, limit: i64) -> Result<Vec<Reuse>, StorageError> {
        let rows = sqlx::query_as!(
            ReuseRow,
            r#"select pair.article_id as "article_id!", source_article_id as "source_article_id!", share as "share!", words as "words!",
                passages as "passages!: _", against_dates
            from (
                select * from article_reuse where workspace_id = $1 and article_id = $2
                union all
                select * from article_reuse where workspace_id = $1 and source_article_id = $2
            ) as pair
            join article as copy on copy.workspace_id = pair.workspace_id and copy.article_id = pair.article_id
            join article as source on source.workspace_id = pair.workspace_id and source.article_id = source_article_id
            where case pair.article_id when $2 then source.withdrawn_at else copy.withdrawn_at end is null
            order by share desc, source_article_id, pair.article_id
            limit $3"#,
            workspace.0,
            id.0,
            limit,
        )
        .fetch_all(&mut *self.within(workspace).await?)
        .await?;
        Ok(rows.into_iter().map(Reuse::from).collect())
    }
}

/// Pairs that were found, and those of articles that are retired.
pub(super) async fn write(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    found: &[Reuse],
    retired: &[ArticleId],
) -> Result<(), sqlx::Error> {
    if !retired.is_empty() {
        sqlx::query!(
            "delete from article_reuse where workspace_id = $1 and (article_id = any($2) or source_article_id = any($2))",
            workspace.0,
            &each(retired, |id| id.0),
        )
        .execute(&mut *connection)
        .await?;
    }
    if found.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into article_reuse (workspace_id, article_id, source_article_id, share, words, passages, against_dates)
        select $1, * from unnest($2::uuid[], $3::uuid[], $4::real[], $5::integer[], $6::jsonb[], $7::boolean[])
        on conflict (workspace_id, article_id, source_article_id) do update
        set share = excluded.share, words = excluded.words, passages = excluded.passages, against_dates = excluded.against_dates",
        workspace.0,
        &each(found, |pair| pair.article.0),
        &each(found, |pair| pair.source.0),
        &each(found, |pair| pair.share),
        &each(found, |pair| pair.words.cast_signed()),
        &each(found, |pair| json!(pair.passages)) as &[Value],
        &each(found, |pair| pair.against_dates),
    )
    .execute(connection)
    .await?;
    Ok(())
}

struct ReuseRow {
    article_id: Uuid,
    source_article_id: Uuid,
    share: f32,
    words: i32,
    passages: Json<Vec<Passage>>,
    against_dates: Option<bool>,
}

impl From<ReuseRow> for Reuse {
    fn from(row: ReuseRow) -> Self {
        Self {
            article: ArticleId(row.article_id),
            source: ArticleId(row.source_article_id),
            against_dates: row.against_dates.unwrap_or_default(),
            share: row.share,
            words: row.words.cast_unsigned(),
            passages: row.passages.0,
        }
    }
}
