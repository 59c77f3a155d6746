//! Articles, with their revisions and claims.

use std::collections::{BTreeSet, HashMap, hash_map::Entry};

use chrono::{DateTime, Utc};
use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};
use sha2::{Digest, Sha256};
use sqlx::{Connection, PgConnection, types::Json};
use uuid::Uuid;

use super::{Page, StorageError, Store, claims, connection::Attempts, each, outlets, word::Word};
use crate::{
    domain::{
        Article, ArticleId, ArticleStatus, NewOutlet, Outlet, OutletId, OutletKind, Provenance, ReadArticle, Withdrawal,
        WorkspaceId,
    },
    failpoint,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inserted {
    /// The first text at its URL.
    Created(ArticleId),
    /// Another text at a known URL.
    Revision(ArticleId),
    /// URL and content are known already.
    Known(ArticleId),
    /// Nothing was written: an article at its URL, or with its content, was withdrawn.
    Withdrawn(ArticleId),
}

impl Inserted {
    #[must_use]
    pub fn id(self) -> ArticleId {
        match self {
            Self::Created(id) | Self::Revision(id) | Self::Known(id) | Self::Withdrawn(id) => id,
        }
    }

    /// Whether a row was written.
    #[must_use]
    pub fn is_new(self) -> bool {
        matches!(self, Self::Created(_) | Self::Revision(_))
    }
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
                article.current, article.withdrawn_at, article.withdrawn_by, article.withdrawal_reason,
                article.provenance as "provenance: _",
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
    /// [`Store::insert_articles`] of a single one.
    pub async fn insert_article(&self, workspace: WorkspaceId, article: &ReadArticle) -> Result<Inserted, StorageError> {
        let inserted = self.insert_articles(workspace, std::slice::from_ref(article)).await?;
        Ok(inserted[0])
    }

    /// Articles with their claims in one transaction, as if they came one after another; returns after the commit, with one
    /// outcome each. Safe under any number of concurrent callers, whatever they have in common.
    ///
    /// A text that an older revision held already is `Known` as that revision: a repeat that arrives late cannot be told
    /// from a text that was changed back.
    pub async fn insert_articles(&self, workspace: WorkspaceId, articles: &[ReadArticle]) -> Result<Vec<Inserted>, StorageError> {
        let mut attempts = Attempts::default();
        loop {
            match self.try_insert_articles(workspace, articles).await {
                Err(error) if attempts.again(&error).await => {}
                outcome => return outcome,
            }
        }
    }

    async fn try_insert_articles(&self, workspace: WorkspaceId, articles: &[ReadArticle]) -> Result<Vec<Inserted>, StorageError> {
        let mut connection = self.within(workspace).await?;
        // Before the transaction: an outlet that many articles name must not be locked while they are written.
        let named: Vec<&NewOutlet> = articles.iter().map(|article| &article.outlet).collect();
        let outlets = outlets::find_or_create(&mut connection, workspace, &named).await?;
        let arriving: Vec<Arriving> =
            articles.iter().zip(outlets).map(|(article, outlet)| Arriving::new(article, outlet)).collect();

        let mut transaction = connection.begin().await?;
        lock_places(&mut transaction, workspace, arriving.iter().map(Arriving::place)).await?;
        let withdrawn = withdrawn(&mut transaction, workspace, &arriving).await?;
        let mut ids = known(&mut transaction, workspace, &arriving).await?;
        let mut rows: Vec<NewRow> = Vec::new();
        let mut outcomes = Vec::with_capacity(arriving.len());
        for (at, arriving) in arriving.iter().enumerate() {
            if let Some(known) = withdrawn.get(&at) {
                outcomes.push(Inserted::Withdrawn(*known));
                continue;
            }
            outcomes.push(match ids.entry(arriving.content()) {
                Entry::Occupied(known) => Inserted::Known(*known.get()),
                Entry::Vacant(new) => {
                    let id = *new.insert(ArticleId::new());
                    rows.push(NewRow { id, at, arriving, revision: 1, current: true });
                    Inserted::Created(id)
                }
            });
        }
        if rows.is_empty() {
            return Ok(outcomes);
        }
        let superseded = supersede(&mut transaction, workspace, &rows).await?;
        number_revisions(&mut rows, superseded);
        for row in rows.iter().filter(|row| row.revision > 1) {
            outcomes[row.at] = Inserted::Revision(row.id);
        }
        insert_rows(&mut transaction, workspace, &rows).await?;
        let claims: Vec<_> = rows
            .iter()
            .map(|row| (row.id, row.arriving))
            .flat_map(|(id, arriving)| arriving.article.claims.iter().map(move |claim| (id, arriving.outlet, claim)))
            .collect();
        claims::insert(&mut transaction, workspace, &claims).await?;
        failpoint::reach("articles-before-commit");
        transaction.commit().await?;
        failpoint::reach("articles-after-commit");
        Ok(outcomes)
    }

    /// Of each URL and content, the article that is known with them: lets a repeat be answered without reading it again. None that was
    /// withdrawn, nor an older revision of such a one.
    /// URLs are the articles' own, as they were posted.
    pub async fn known_articles(
        &self,
        workspace: WorkspaceId,
        wanted: &[(&str, [u8; 32])],
    ) -> Result<Vec<Option<ArticleId>>, StorageError> {
        let urls: Vec<String> = wanted.iter().map(|(url, _)| (*url).to_owned()).collect();
        let hashes: Vec<Vec<u8>> = wanted.iter().map(|(_, hash)| hash.to_vec()).collect();
        let found = sqlx::query_scalar!(
            r#"select (
                select article_id from article
                where workspace_id = $1 and content_hash = wanted.content_hash and url = wanted.url
                    and not exists (
                        select from article as gone
                        where gone.workspace_id = $1 and gone.outlet_id = article.outlet_id and gone.url_hash = article.url_hash
                            and gone.withdrawn_at is not null
                    )
                order by article_id limit 1
            ) as "article_id?"
            from unnest($2::text[], $3::bytea[]) with ordinality as wanted (url, content_hash, at)
            order by wanted.at"#,
            workspace.0,
            &urls,
            &hashes,
        )
        .fetch_all(&mut *self.within(workspace).await?)
        .await?;
        Ok(found.into_iter().map(|id| id.map(ArticleId)).collect())
    }

    pub async fn article(&self, workspace: WorkspaceId, id: ArticleId) -> Result<Option<Article>, StorageError> {
        let row = select_articles!("where article.workspace_id = $1 and article.article_id = $2", workspace.0, id.0)
            .fetch_optional(&mut *self.within(workspace).await?)
            .await?;
        Ok(row.map(Article::from))
    }

    /// These articles, as far as they are known, in no order.
    pub async fn articles(&self, workspace: WorkspaceId, ids: &[ArticleId]) -> Result<Vec<Article>, StorageError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows = select_articles!(
            "where article.workspace_id = $1 and article.article_id = any($2)",
            workspace.0,
            &each(ids, |id| id.0),
        )
        .fetch_all(&mut *self.within(workspace).await?)
        .await?;
        Ok(rows.into_iter().map(Article::from).collect())
    }

    pub async fn article_status(&self, workspace: WorkspaceId, id: ArticleId) -> Result<Option<ArticleStatus>, StorageError> {
        let status = sqlx::query_scalar!(
            r#"select status as "status: Word<ArticleStatus>" from article where workspace_id = $1 and article_id = $2"#,
            workspace.0,
            id.0,
        )
        .fetch_optional(&mut *self.within(workspace).await?)
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
        Ok(listed(&mut *self.within(workspace).await?, workspace, filter, page).try_collect().await?)
    }
}

/// The list, row by row.
pub(super) fn listed<'c>(
    connection: &'c mut PgConnection,
    workspace: WorkspaceId,
    filter: &ArticleFilter,
    page: &Page<Uuid>,
) -> BoxStream<'c, Result<Article, sqlx::Error>> {
    select_articles!(
        "where article.workspace_id = $1 and article.withdrawn_at is null
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
    .fetch(connection)
    .map_ok(Article::from)
    .boxed()
}

type Hash = [u8; 32];

/// An outlet's URL: where one revision follows another.
type Place = (OutletId, Hash);

/// An article that is to be stored, with what identifies it.
struct Arriving<'a> {
    article: &'a ReadArticle,
    outlet: OutletId,
    url_hash: Hash,
    content_hash: Hash,
}

impl<'a> Arriving<'a> {
    fn new(article: &'a ReadArticle, outlet: OutletId) -> Self {
        let url_hash = Sha256::digest(article.canonical_url.as_ref().unwrap_or(&article.url)).into();
        let content_hash = content_hash(article.title.as_deref(), &article.text);
        Self { article, outlet, url_hash, content_hash }
    }

    fn place(&self) -> Place {
        (self.outlet, self.url_hash)
    }

    fn content(&self) -> (Place, Hash) {
        (self.place(), self.content_hash)
    }
}

/// An article that is to become a row.
struct NewRow<'a> {
    id: ArticleId,
    /// Its place in the batch.
    at: usize,
    arriving: &'a Arriving<'a>,
    revision: i32,
    /// No later revision came with it.
    current: bool,
}

/// Posts of one URL go one after another, so that revisions are counted without a race.
pub(super) async fn lock_places(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    places: impl IntoIterator<Item = Place>,
) -> Result<(), sqlx::Error> {
    // In one order for all, which is what keeps two batches from waiting for each other.
    let locks: BTreeSet<i64> = places.into_iter().map(|place| place_lock(workspace, place)).collect();
    let locks: Vec<i64> = locks.into_iter().collect();
    sqlx::query!("select pg_advisory_xact_lock(key) from unnest($1::bigint[]) as place (key)", &locks)
        .execute(connection)
        .await?;
    Ok(())
}

/// The advisory lock of one outlet's URL. A collision of two URLs only makes one post wait for the other.
fn place_lock(workspace: WorkspaceId, (outlet, url_hash): Place) -> i64 {
    let digest = Sha256::new().chain_update(workspace.0).chain_update(outlet.0).chain_update(url_hash).finalize();
    let (key, _) = digest.split_first_chunk().expect("a SHA-256 digest has 32 bytes");
    i64::from_be_bytes(*key)
}

/// Of what arrives, by number, the withdrawn article that it would bring back: another at its URL, or of its outlet with its content.
async fn withdrawn(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    arriving: &[Arriving<'_>],
) -> Result<HashMap<usize, ArticleId>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select wanted.at as "at!", article.article_id
        from unnest($2::uuid[], $3::bytea[], $4::bytea[]) with ordinality as wanted (outlet_id, url_hash, content_hash, at)
        join article on article.workspace_id = $1 and article.outlet_id = wanted.outlet_id and article.withdrawn_at is not null
            and (article.url_hash = wanted.url_hash or article.content_hash = wanted.content_hash)"#,
        workspace.0,
        &each(arriving, |article| article.outlet.0),
        &each(arriving, |article| article.url_hash.to_vec()),
        &each(arriving, |article| article.content_hash.to_vec()),
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (place_of(row.at), ArticleId(row.article_id))).collect())
}

/// A place in a list, out of `with ordinality`.
fn place_of(ordinality: i64) -> usize {
    usize::try_from(ordinality - 1).expect("ordinality counts from 1")
}

async fn known(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    arriving: &[Arriving<'_>],
) -> Result<HashMap<(Place, Hash), ArticleId>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select wanted.at as "at!", article.article_id
        from unnest($2::uuid[], $3::bytea[], $4::bytea[]) with ordinality as wanted (outlet_id, url_hash, content_hash, at)
        join article on article.workspace_id = $1 and article.outlet_id = wanted.outlet_id
            and article.url_hash = wanted.url_hash and article.content_hash = wanted.content_hash"#,
        workspace.0,
        &each(arriving, |article| article.outlet.0),
        &each(arriving, |article| article.url_hash.to_vec()),
        &each(arriving, |article| article.content_hash.to_vec()),
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (arriving[place_of(row.at)].content(), ArticleId(row.article_id))).collect())
}

/// Ends the current revisions at the places of new ones. Returns their numbers.
async fn supersede(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    rows: &[NewRow<'_>],
) -> Result<HashMap<Place, i32>, sqlx::Error> {
    // A revision that was never linked has nothing to wait for any more.
    let superseded = sqlx::query!(
        "update article
        set current = false, retiring = (status = 'linked'), status = case status when 'pending' then 'linked' else status end
        from unnest($2::uuid[], $3::bytea[]) as place (outlet_id, url_hash)
        where article.workspace_id = $1 and article.outlet_id = place.outlet_id and article.url_hash = place.url_hash
            and article.current
        returning article.article_id, article.outlet_id, article.url_hash, article.revision",
        workspace.0,
        &each(rows, |row| row.arriving.outlet.0),
        &each(rows, |row| row.arriving.url_hash.to_vec()),
    )
    .fetch_all(&mut *connection)
    .await?;
    let place = |outlet: Uuid, hash: &[u8]| (OutletId(outlet), hash.try_into().expect("article_hash_check"));
    Ok(superseded.into_iter().map(|row| (place(row.outlet_id, &row.url_hash), row.revision)).collect())
}

/// After the revisions that were current before, in the order of the batch.
fn number_revisions(rows: &mut [NewRow<'_>], mut newest: HashMap<Place, i32>) {
    for row in &mut *rows {
        let number = newest.entry(row.arriving.place()).or_default();
        *number += 1;
        row.revision = *number;
    }
    for row in rows {
        row.current = newest.get(&row.arriving.place()) == Some(&row.revision);
    }
}

async fn insert_rows(connection: &mut PgConnection, workspace: WorkspaceId, rows: &[NewRow<'_>]) -> Result<(), sqlx::Error> {
    let articles = each(rows, |row| row.arriving.article);
    sqlx::query!(
        "insert into article (workspace_id, article_id, outlet_id, url, canonical_url, url_hash, content_hash, title, byline,
            text, language, published_at, provenance, revision, current, status, sketch)
        select $1, article_id, outlet_id, url, canonical_url, url_hash, content_hash, title, byline, text, language,
            published_at, provenance, revision, current, case when current then 'pending' else 'linked' end,
            sketch::bigint[]
        from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bytea[], $7::bytea[], $8::text[], $9::text[],
            $10::text[], $11::text[], $12::timestamptz[], $13::jsonb[], $14::integer[], $15::boolean[], $16::text[]) with ordinality
            as new (article_id, outlet_id, url, canonical_url, url_hash, content_hash, title, byline, text, language,
                published_at, provenance, revision, current, sketch, at)
        order by at",
        workspace.0,
        &each(rows, |row| row.id.0),
        &each(rows, |row| row.arriving.outlet.0),
        &each(&articles, |article| article.url.as_str()) as &[&str],
        &each(&articles, |article| article.canonical_url.as_deref()) as &[Option<&str>],
        &each(rows, |row| row.arriving.url_hash.to_vec()),
        &each(rows, |row| row.arriving.content_hash.to_vec()),
        &each(&articles, |article| article.title.as_deref()) as &[Option<&str>],
        &each(&articles, |article| article.byline.as_deref()) as &[Option<&str>],
        &each(&articles, |article| article.text.as_str()) as &[&str],
        &each(&articles, |article| article.language.as_str()) as &[&str],
        &each(&articles, |article| article.published_at) as &[Option<DateTime<Utc>>],
        &each(&articles, |article| Json(&article.provenance)) as &[Json<&Provenance>],
        &each(rows, |row| row.revision),
        &each(rows, |row| row.current),
        &each(&articles, |article| array(&article.sketch)),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// As Postgres writes an array: it has no arrays of arrays of different lengths.
fn array(hashes: &[u64]) -> String {
    let hashes: Vec<String> = hashes.iter().map(|hash| hash.cast_signed().to_string()).collect();
    format!("{{{}}}", hashes.join(","))
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
    withdrawn_at: Option<DateTime<Utc>>,
    withdrawn_by: Option<String>,
    withdrawal_reason: Option<String>,
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
            // All of them are there or none is (article_withdrawal_check).
            withdrawal: match (row.withdrawn_at, row.withdrawn_by, row.withdrawal_reason) {
                (Some(at), Some(by), Some(reason)) => Some(Withdrawal { at, by, reason }),
                _ => None,
            },
            provenance: row.provenance.0,
        }
    }
}
