//! Articles, with their revisions and claims.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::{Connection, PgConnection, types::Json};
use uuid::Uuid;

use super::{Page, StorageError, Store, connection::Attempts, outlets, word::Word};
use crate::domain::{
    Article, ArticleId, ArticleStatus, ClaimId, ClaimReading, Outlet, OutletId, OutletKind, Period, Provenance, ReadArticle,
    WorkspaceId,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inserted {
    /// A new article, or a new revision of a known URL.
    Created(ArticleId),
    /// URL and content are known already.
    Known(ArticleId),
}

#[derive(Clone, Debug, Default)]
pub struct ArticleFilter {
    pub outlet: Option<OutletId>,
    pub status: Option<ArticleStatus>,
}

/// What makes two texts at one URL the same content: title and text, to the letter.
#[must_use]
pub fn content_hash(title: Option<&str>, text: &str) -> [u8; 32] {
    // The title's length goes first, so that no title and text join to the same bytes as another pair.
    let title_length = title.map_or(u64::MAX, |title| title.len() as u64);
    Sha256::new()
        .chain_update(title_length.to_le_bytes())
        .chain_update(title.unwrap_or_default())
        .chain_update(text)
        .finalize()
        .into()
}

/// `select_articles!("where …", arguments…)`: the articles that the clause leaves over, each with its outlet.
macro_rules! select_articles {
    ($rest:tt, $($argument:expr),* $(,)?) => {
        sqlx::query_as!(
            ArticleRow,
            r#"select article.article_id, article.status as "status: _", article.url, article.canonical_url, article.title,
                article.byline, article.text, article.language, article.published_at, article.received_at, article.revision,
                article.current, article.provenance as "provenance: _",
                outlet.outlet_id, outlet.name as outlet_name, outlet.domain as outlet_domain,
                outlet.kind as "outlet_kind: _", outlet.family as outlet_family
            from article
            join outlet on outlet.workspace_id = article.workspace_id and outlet.outlet_id = article.outlet_id
            "# + $rest,
            $($argument),*
        )
    };
}

impl Store {
    /// Outlet, article and claims in one transaction; returns after the commit. Safe under any number of concurrent callers.
    ///
    /// A text that an older revision held already is `Known` as that revision: a repeat that arrives late cannot be told
    /// from a text that was changed back.
    pub async fn insert_article(&self, workspace: WorkspaceId, article: &ReadArticle) -> Result<Inserted, StorageError> {
        let mut attempts = Attempts::default();
        loop {
            match self.try_insert_article(workspace, article).await {
                Err(error) if attempts.again(&error).await => {}
                outcome => return outcome,
            }
        }
    }

    async fn try_insert_article(&self, workspace: WorkspaceId, article: &ReadArticle) -> Result<Inserted, StorageError> {
        let url_hash: [u8; 32] = Sha256::digest(article.canonical_url.as_ref().unwrap_or(&article.url)).into();
        let content_hash = content_hash(article.title.as_deref(), &article.text);

        let mut connection = self.connection().await?;
        let mut transaction = connection.begin().await?;
        let outlet = outlets::find_or_create(&mut transaction, workspace, &article.outlet).await?;
        // Posts of one URL go one after another, so that revisions are counted without a race. Every transaction takes
        // its outlet first and this lock second.
        sqlx::query!("select pg_advisory_xact_lock($1)", url_lock(workspace, outlet, &url_hash))
            .execute(&mut *transaction)
            .await?;
        let known = sqlx::query_scalar!(
            "select article_id from article
            where workspace_id = $1 and outlet_id = $2 and url_hash = $3 and content_hash = $4",
            workspace.0,
            outlet.0,
            &url_hash,
            &content_hash,
        )
        .fetch_optional(&mut *transaction)
        .await?;
        if let Some(id) = known {
            // The outlet's kind may have been updated.
            transaction.commit().await?;
            return Ok(Inserted::Known(ArticleId(id)));
        }

        // A revision that was never linked has nothing to wait for any more.
        let superseded = sqlx::query_scalar!(
            "update article
            set current = false, retiring = (status = 'linked'), status = case status when 'pending' then 'linked' else status end
            where workspace_id = $1 and outlet_id = $2 and url_hash = $3 and current
            returning revision",
            workspace.0,
            outlet.0,
            &url_hash,
        )
        .fetch_optional(&mut *transaction)
        .await?;
        let id = ArticleId::new();
        sqlx::query!(
            "insert into article (workspace_id, article_id, outlet_id, url, canonical_url, url_hash, content_hash, title, byline,
                text, language, published_at, revision, provenance)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
            workspace.0,
            id.0,
            outlet.0,
            article.url,
            article.canonical_url,
            &url_hash,
            &content_hash,
            article.title,
            article.byline,
            article.text,
            article.language,
            article.published_at,
            superseded.unwrap_or(0) + 1,
            json!(article.provenance),
        )
        .execute(&mut *transaction)
        .await?;
        insert_claims(&mut transaction, workspace, outlet, id, &article.claims).await?;
        transaction.commit().await?;
        Ok(Inserted::Created(id))
    }

    /// The known article with this URL and content, if there is one: lets a repeat be answered without reading it again.
    /// `url` is the article's own, as it was posted.
    pub async fn known_article(
        &self,
        workspace: WorkspaceId,
        url: &str,
        content_hash: &[u8],
    ) -> Result<Option<ArticleId>, StorageError> {
        let id = sqlx::query_scalar!(
            "select article_id from article where workspace_id = $1 and content_hash = $2 and url = $3
            order by article_id limit 1",
            workspace.0,
            content_hash,
            url,
        )
        .fetch_optional(&mut *self.connection().await?)
        .await?;
        Ok(id.map(ArticleId))
    }

    pub async fn article(&self, workspace: WorkspaceId, id: ArticleId) -> Result<Option<Article>, StorageError> {
        let row = select_articles!("where article.workspace_id = $1 and article.article_id = $2", workspace.0, id.0)
            .fetch_optional(&mut *self.connection().await?)
            .await?;
        Ok(row.map(Article::from))
    }

    pub async fn article_status(&self, workspace: WorkspaceId, id: ArticleId) -> Result<Option<ArticleStatus>, StorageError> {
        let status = sqlx::query_scalar!(
            r#"select status as "status: Word<ArticleStatus>" from article where workspace_id = $1 and article_id = $2"#,
            workspace.0,
            id.0,
        )
        .fetch_optional(&mut *self.connection().await?)
        .await?;
        Ok(status.map(|word| word.0))
    }

    /// Newest first, by id (version 7 ids sort by time).
    pub async fn list_articles(
        &self,
        workspace: WorkspaceId,
        filter: &ArticleFilter,
        page: &Page<Uuid>,
    ) -> Result<Vec<Article>, StorageError> {
        let rows = select_articles!(
            "where article.workspace_id = $1
                and ($2::uuid is null or article.outlet_id = $2)
                and ($3::text is null or article.status = $3)
                and ($4::uuid is null or article.article_id < $4)
            order by article.article_id desc
            limit $5",
            workspace.0,
            filter.outlet.map(|id| id.0),
            filter.status.map(ArticleStatus::as_str),
            page.after,
            page.limit,
        )
        .fetch_all(&mut *self.connection().await?)
        .await?;
        Ok(rows.into_iter().map(Article::from).collect())
    }
}

/// The advisory lock of one outlet's URL. A collision of two URLs only makes one post wait for the other.
fn url_lock(workspace: WorkspaceId, outlet: OutletId, url_hash: &[u8; 32]) -> i64 {
    let digest = Sha256::new().chain_update(workspace.0).chain_update(outlet.0).chain_update(url_hash).finalize();
    let (key, _) = digest.split_first_chunk().expect("a SHA-256 digest has 32 bytes");
    i64::from_be_bytes(*key)
}

async fn insert_claims(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    outlet: OutletId,
    article: ArticleId,
    claims: &[ClaimReading],
) -> Result<(), sqlx::Error> {
    /// One column of all claims.
    fn each<T>(claims: &[ClaimReading], column: impl FnMut(&ClaimReading) -> T) -> Vec<T> {
        claims.iter().map(column).collect()
    }
    sqlx::query!(
        "insert into claim (workspace_id, article_id, outlet_id, claim_id, text, span_start, span_end, headline, proposition,
            polarity, certainty, attribution, quantities, entities, event_date, event_from, event_to, check_worthiness,
            check_worthiness_reasons, engine_version)
        select $1, $2, $3, *
        from unnest($4::uuid[], $5::text[], $6::integer[], $7::integer[], $8::boolean[], $9::text[],
            $10::text[], $11::text[], $12::jsonb[], $13::jsonb[], $14::jsonb[], $15::date[], $16::date[], $17::date[], $18::real[],
            $19::jsonb[], $20::integer[])",
        workspace.0,
        article.0,
        outlet.0,
        &each(claims, |_| ClaimId::new().0),
        &each(claims, |claim| claim.text.clone()),
        &each(claims, |claim| claim.span.start.cast_signed()),
        &each(claims, |claim| claim.span.end.cast_signed()),
        &each(claims, |claim| claim.headline),
        &each(claims, |claim| claim.proposition.clone()),
        &each(claims, |claim| Word(claim.polarity).to_string()),
        &each(claims, |claim| Word(claim.certainty).to_string()),
        &each(claims, |claim| json!(claim.attribution)) as &[Value],
        &each(claims, |claim| json!(claim.quantities)) as &[Value],
        &each(claims, |claim| json!(claim.entities)) as &[Value],
        &each(claims, |claim| claim.event_date) as &[Option<NaiveDate>],
        &each(claims, |claim| claim.event_period.map(Period::from)) as &[Option<NaiveDate>],
        &each(claims, |claim| claim.event_period.map(Period::to)) as &[Option<NaiveDate>],
        &each(claims, |claim| claim.check_worthiness),
        &each(claims, |claim| json!(claim.check_worthiness_reasons)) as &[Value],
        &each(claims, |claim| claim.engine_version),
    )
    .execute(connection)
    .await?;
    Ok(())
}

struct ArticleRow {
    article_id: Uuid,
    status: Word<ArticleStatus>,
    url: String,
    canonical_url: Option<String>,
    title: Option<String>,
    byline: Option<String>,
    text: String,
    language: String,
    published_at: Option<DateTime<Utc>>,
    received_at: DateTime<Utc>,
    revision: i32,
    current: bool,
    provenance: Json<Provenance>,
    outlet_id: Uuid,
    outlet_name: String,
    outlet_domain: Option<String>,
    outlet_kind: Word<OutletKind>,
    outlet_family: Option<String>,
}

impl From<ArticleRow> for Article {
    fn from(row: ArticleRow) -> Self {
        Self {
            id: ArticleId(row.article_id),
            outlet: Outlet {
                id: OutletId(row.outlet_id),
                name: row.outlet_name,
                domain: row.outlet_domain,
                kind: row.outlet_kind.0,
                family: row.outlet_family,
            },
            status: row.status.0,
            url: row.url,
            canonical_url: row.canonical_url,
            title: row.title,
            byline: row.byline,
            text: row.text,
            language: row.language,
            published_at: row.published_at,
            received_at: row.received_at,
            revision: row.revision,
            current: row.current,
            provenance: row.provenance.0,
        }
    }
}
