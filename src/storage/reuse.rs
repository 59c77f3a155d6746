//! Sketches of articles, and what articles have from each other.

use serde_json::{Value, json};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::{StorageError, Store, each};
use crate::domain::{ArticleId, Passage, Reuse, WorkspaceId};

/// Articles that one hash proposes at most, the first to arrive: a line that a site puts into each of its texts is in very many.
const HOLDERS: i64 = 1_000;

/// How many articles one is compared with.
#[derive(Clone, Copy, Debug)]
pub struct ReuseLimits {
    /// Published no later than it.
    pub sources: i64,
    /// Published later.
    pub copies: i64,
}

impl Store {
    /// Pairs of current articles that share hashes of their sketches, of each of `ids` those with most in common. The other is linked,
    /// or one of `ids` as well; such a pair comes once.
    pub async fn reuse_candidates(
        &self,
        workspace: WorkspaceId,
        ids: &[ArticleId],
        limits: ReuseLimits,
    ) -> Result<Vec<(ArticleId, ArticleId)>, StorageError> {
        let rows = sqlx::query!(
            r#"with shared as (
                select wanted.article_id, holder.article_id as other_id, count(*) as hashes
                from article as wanted
                cross join unnest(wanted.sketch) as kept (hash)
                cross join lateral (
                    select article_id from article_sketch
                    where workspace_id = $1 and hash = kept.hash
                    order by article_id
                    limit $3
                ) as holder
                where wanted.workspace_id = $1 and wanted.article_id = any($2) and wanted.current
                    and holder.article_id <> wanted.article_id
                group by wanted.article_id, holder.article_id
            ), ranked as (
                select shared.article_id, shared.other_id, timed.earlier,
                    row_number() over (
                        partition by shared.article_id, timed.earlier order by shared.hashes desc, timed.at, shared.other_id
                    ) as place
                from shared
                join article on article.workspace_id = $1 and article.article_id = shared.article_id
                join article as other on other.workspace_id = $1 and other.article_id = shared.other_id
                cross join lateral (
                    select coalesce(other.published_at, other.received_at) as at,
                        coalesce(other.published_at, other.received_at)
                            <= coalesce(article.published_at, article.received_at) as earlier
                ) as timed
                where other.current and (other.status = 'linked' or other.article_id = any($2))
            )
            select distinct least(article_id, other_id) as "one!", greatest(article_id, other_id) as "two!"
            from ranked
            where place <= case when earlier then $4::bigint else $5 end
            order by 1, 2"#,
            workspace.0,
            &each(ids, |id| id.0),
            HOLDERS,
            limits.sources,
            limits.copies,
        )
        .fetch_all(&mut *self.connection().await?)
        .await?;
        Ok(rows.into_iter().map(|row| (ArticleId(row.one), ArticleId(row.two))).collect())
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
        .fetch_all(&mut *self.connection().await?)
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
        .fetch_all(&mut *self.connection().await?)
        .await?;
        Ok(ids.into_iter().map(ArticleId).collect())
    }

    /// What an article has from others and others from it, fullest first.
    pub async fn reuse_of(&self, workspace: WorkspaceId, id: ArticleId, limit: i64) -> Result<Vec<Reuse>, StorageError> {
        let rows = sqlx::query_as!(
            ReuseRow,
            r#"select article_id as "article_id!", source_article_id as "source_article_id!", share as "share!", words as "words!",
                passages as "passages!: _"
            from (
                select * from article_reuse where workspace_id = $1 and article_id = $2
                union all
                select * from article_reuse where workspace_id = $1 and source_article_id = $2
            ) as pair
            order by share desc, source_article_id, article_id
            limit $3"#,
            workspace.0,
            id.0,
            limit,
        )
        .fetch_all(&mut *self.connection().await?)
        .await?;
        Ok(rows.into_iter().map(Reuse::from).collect())
    }
}

/// The sketches of current articles, to be found by others.
pub(super) async fn insert_sketches(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    sketches: &[(ArticleId, &[u64])],
) -> Result<(), sqlx::Error> {
    let rows = sketches.iter().flat_map(|(article, hashes)| hashes.iter().map(|hash| (hash.cast_signed(), article.0)));
    let mut rows: Vec<(i64, Uuid)> = rows.collect();
    // In the order of the index.
    rows.sort_unstable();
    sqlx::query!(
        "insert into article_sketch (workspace_id, hash, article_id)
        select $1, * from unnest($2::bigint[], $3::uuid[])
        on conflict do nothing",
        workspace.0,
        &each(&rows, |(hash, _)| *hash),
        &each(&rows, |(_, article)| *article),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Nothing is compared with a superseded article any more.
pub(super) async fn delete_sketches(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    articles: &[Uuid],
) -> Result<(), sqlx::Error> {
    if articles.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "delete from article_sketch
        using article, unnest(article.sketch) as kept (hash)
        where article.workspace_id = $1 and article.article_id = any($2)
            and article_sketch.workspace_id = $1 and article_sketch.hash = kept.hash
            and article_sketch.article_id = article.article_id",
        workspace.0,
        articles,
    )
    .execute(connection)
    .await?;
    Ok(())
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
