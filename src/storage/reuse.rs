//! What articles have from each other.

use std::collections::HashMap;

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

    /// Of each article the sources that most of it stands in, at most `limit`, fullest first. Sources among `without` are left out.
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
                passages as "passages!: _"
            from unnest($2::uuid[]) as wanted (id)
            cross join lateral (
                select article_reuse.* from article_reuse
                join article as source
                    on source.workspace_id = article_reuse.workspace_id and source.article_id = article_reuse.source_article_id
                where article_reuse.workspace_id = $1 and article_reuse.article_id = wanted.id
                    and article_reuse.source_article_id <> all($3)
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
            r#"select article_id as "article_id!", source_article_id as "source_article_id!", share as "share!", words as "words!",
                passages as "passages!: _"
            from (
                select article_reuse.*, source_article_id as other_id from article_reuse
                where workspace_id = $1 and article_id = $2
                union all
                select article_reuse.*, article_id as other_id from article_reuse
                where workspace_id = $1 and source_article_id = $2
            ) as pair
            where exists (
                select from article
                where article.workspace_id = $1 and article.article_id = pair.other_id and article.withdrawn_at is null
            )
            order by share desc, source_article_id, article_id
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
        "insert into article_reuse (workspace_id, article_id, source_article_id, share, words, passages)
        select $1, * from unnest($2::uuid[], $3::uuid[], $4::real[], $5::integer[], $6::jsonb[])
        on conflict (workspace_id, article_id, source_article_id) do update
        set share = excluded.share, words = excluded.words, passages = excluded.passages",
        workspace.0,
        &each(found, |pair| pair.article.0),
        &each(found, |pair| pair.source.0),
        &each(found, |pair| pair.share),
        &each(found, |pair| pair.words.cast_signed()),
        &each(found, |pair| json!(pair.passages)) as &[Value],
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
}

impl From<ReuseRow> for Reuse {
    fn from(row: ReuseRow) -> Self {
        Self {
            article: ArticleId(row.article_id),
            source: ArticleId(row.source_article_id),
            share: row.share,
            words: row.words.cast_unsigned(),
            passages: row.passages.0,
        }
    }
}
