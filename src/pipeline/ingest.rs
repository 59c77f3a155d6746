//! Checked articles become read ones, and are stored with their claims: one at once, or many in one transaction.
//!
//! Reading takes the time and needs no database; storing begins when all of a batch are read, so that no transaction ever
//! waits for a reader.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, LazyLock},
    thread::available_parallelism,
    time::{Duration, Instant},
};

use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

use super::{PipelineError, Service, Submitted, blocking, outlets::KnownOutlets, sandbox};
use crate::{
    domain::{ArticleId, Body, NewArticle, ReadArticle, WorkspaceId},
    embedder::Embedder,
    engine::{
        extraction::{self, Draft, html},
        reuse::Print,
        text::Registry,
    },
    storage::{Inserted, StorageError, Store, content_hash},
};

/// Text that an HTML page may yield, in bytes: the same limit as for plain text.
const LONGEST_TEXT: usize = 512 * 1024;
/// Characters.
const LONGEST_TITLE: usize = 1_000;
const LONGEST_BYLINE: usize = 300;
/// Claims of one transaction: past some hundreds a row gets no cheaper, and a transaction must stay far from its time limits.
const CLAIMS_A_TRANSACTION: usize = 2_000;
/// How long a batch waits for a database that restarts or is busy.
const OUTAGE_PATIENCE: Duration = Duration::from_secs(10);
const OUTAGE_PAUSE: Duration = Duration::from_millis(200);

/// Batches that are read at once, by this whole process: as many as it has cores, however many bring some.
static READERS: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(available_parallelism().map_or(1, usize::from)));

/// An article on its way in.
#[derive(Debug)]
pub enum Prepared {
    /// Stored already, with the same content.
    Known(ArticleId),
    Read(Box<ReadArticle>),
}

/// What became of a batch.
#[derive(Debug)]
pub struct StoredBatch {
    /// One an article, in order. Fewer than there were articles if the database went away: the rest is not stored.
    pub outcomes: Vec<Result<Inserted, StorageError>>,
    /// Why the rest is not.
    pub outage: Option<StorageError>,
}

impl Service {
    /// Looks up which articles are known, and reads the others, one after the other on one thread. Whoever wants more than one
    /// core to read has several batches under way.
    #[tracing::instrument(name = "read", skip_all, fields(articles = articles.len()))]
    pub async fn prepare_batch(
        &self,
        workspace: WorkspaceId,
        articles: Vec<NewArticle>,
    ) -> Result<Vec<Result<Prepared, PipelineError>>, PipelineError> {
        let running = self.workspaces.of(workspace);
        let lookup = patiently(|| Lookup::of(&self.store, &running.outlets, workspace, &articles)).await?;
        let _reader = READERS.acquire().await;
        prepare(articles, lookup, self.embedder.clone()).await
    }

    /// Stores articles in their order, as many in a transaction as make a good size. One that cannot be stored for a reason of
    /// its own does not keep the others out.
    #[tracing::instrument(name = "store", skip_all, fields(articles = articles.len()))]
    pub async fn store_batch(&self, workspace: WorkspaceId, articles: &[ReadArticle]) -> StoredBatch {
        let mut stored = StoredBatch { outcomes: Vec::with_capacity(articles.len()), outage: None };
        let mut waiting: VecDeque<&[ReadArticle]> = transactions(articles).collect();
        while let Some(group) = waiting.pop_front() {
            match patiently(|| self.store.insert_articles(workspace, group)).await {
                Ok(inserted) => stored.outcomes.extend(inserted.into_iter().map(Ok)),
                Err(error) if error.is_outage() => {
                    stored.outage = Some(error);
                    break;
                }
                Err(error) if group.len() == 1 => stored.outcomes.push(Err(error)),
                Err(error) => {
                    tracing::warn!(%error, "a batch could not be stored; trying its articles one by one");
                    group.chunks(1).rev().for_each(|article| waiting.push_front(article));
                }
            }
        }
        self.wake(workspace);
        stored
    }
}

/// Runs of articles with claims enough for a transaction each.
fn transactions(mut articles: &[ReadArticle]) -> impl Iterator<Item = &[ReadArticle]> {
    std::iter::from_fn(move || {
        let mut claims = 0;
        let full = articles.iter().position(|article| {
            claims += article.claims.len();
            claims >= CLAIMS_A_TRANSACTION
        });
        let (group, rest) = articles.split_at(full.map_or(articles.len(), |last| last + 1));
        articles = rest;
        (!group.is_empty()).then_some(group)
    })
}

/// Tries again while the database is away, busy, or lets others go first.
async fn patiently<T, F: Future<Output = Result<T, StorageError>>>(mut attempt: impl FnMut() -> F) -> Result<T, StorageError> {
    let begun = Instant::now();
    loop {
        match attempt().await {
            Err(StorageError::Unavailable(_) | StorageError::Overloaded(_) | StorageError::Contended(_))
                if begun.elapsed() < OUTAGE_PATIENCE =>
            {
                tokio::time::sleep(OUTAGE_PAUSE).await;
            }
            outcome => return outcome,
        }
    }
}

/// Reads and stores a single article.
#[tracing::instrument(name = "ingest", skip_all)]
pub(super) async fn store(
    store: &Store,
    outlets: &KnownOutlets,
    embedder: &Embedder,
    workspace: WorkspaceId,
    article: NewArticle,
) -> Result<Submitted, PipelineError> {
    let articles = vec![article];
    let lookup = Lookup::of(store, outlets, workspace, &articles).await?;
    let prepared = prepare(articles, lookup, embedder.clone()).await?.pop().unwrap_or(Err(PipelineError::Reading))?;
    let inserted = match prepared {
        Prepared::Known(id) => Inserted::Known(id),
        Prepared::Read(article) => store.insert_article(workspace, &article).await?,
    };
    match inserted {
        Inserted::Withdrawn(id) => Err(PipelineError::Withdrawn(id)),
        _ => Ok(Submitted { id: inserted.id(), created: inserted.is_new() }),
    }
}

async fn prepare(
    articles: Vec<NewArticle>,
    lookup: Lookup,
    embedder: Embedder,
) -> Result<Vec<Result<Prepared, PipelineError>>, PipelineError> {
    let Lookup { known, registry } = lookup;
    let prepare = move |(article, known): (NewArticle, Option<ArticleId>)| match known {
        Some(id) => Ok(Prepared::Known(id)),
        // A panic is a defect of ours on this one input, and must not cost the others their turn.
        None => catch_unwind(AssertUnwindSafe(|| read(article, &registry, &embedder)))
            .unwrap_or(Err(PipelineError::Reading))
            .map(|article| Prepared::Read(Box::new(article))),
    };
    blocking(move || articles.into_iter().zip(known).map(prepare).collect()).await
}

/// What the database tells before articles are read.
struct Lookup {
    /// Of each article, the one that is stored with its URL and content.
    known: Vec<Option<ArticleId>>,
    registry: Arc<Registry>,
}

impl Lookup {
    async fn of(
        store: &Store,
        outlets: &KnownOutlets,
        workspace: WorkspaceId,
        articles: &[NewArticle],
    ) -> Result<Self, StorageError> {
        let known = known(store, workspace, articles).await?;
        let publishers: Vec<&str> = articles.iter().map(|article| article.outlet.name.as_str()).collect();
        Ok(Self { known, registry: outlets.registry(store, workspace, &publishers).await? })
    }
}

/// Repeats are answered without reading them again; the table's own uniqueness decides where two race. What a page holds is
/// not known before it is read.
async fn known(store: &Store, workspace: WorkspaceId, articles: &[NewArticle]) -> Result<Vec<Option<ArticleId>>, StorageError> {
    let (places, contents): (Vec<usize>, Vec<(&str, [u8; 32])>) = articles
        .iter()
        .enumerate()
        .filter_map(|(at, article)| match &article.body {
            Body::Text(text) => Some((at, (article.url.as_str(), content_hash(article.title.as_deref(), text)))),
            Body::Html(_) => None,
        })
        .unzip();
    let mut known = vec![None; articles.len()];
    for (at, id) in places.into_iter().zip(store.known_articles(workspace, &contents).await?) {
        known[at] = id;
    }
    Ok(known)
}

/// What a page says of its article, as clean and bounded as what is posted: entities of HTML name what its source may not hold.
pub(super) fn page(source: &str) -> Result<html::Page, PipelineError> {
    let page = sandbox::page(source)?.map_err(|error| PipelineError::UnreadableHtml(error.to_string()))?;
    let text = clean(&page.text).trim().to_owned();
    if text.is_empty() {
        return Err(PipelineError::UnreadableHtml(html::Unreadable::NoArticle.to_string()));
    }
    if text.len() > LONGEST_TEXT {
        return Err(PipelineError::UnreadableHtml(format!("the article is longer than {LONGEST_TEXT} bytes")));
    }
    // Whatever is longer than such a line can be is none.
    let line = |line: Option<String>, most| {
        let line = clean(&line?).split_whitespace().collect::<Vec<_>>().join(" ");
        (1..=most).contains(&line.chars().count()).then_some(line)
    };
    let tag = |tag: &String| {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        matches!(primary.len(), 2 | 3) && primary.bytes().all(|b| b.is_ascii_alphabetic())
    };
    Ok(html::Page {
        title: line(page.title, LONGEST_TITLE),
        byline: line(page.byline, LONGEST_BYLINE),
        text,
        language: page.language.filter(tag),
    })
}

/// As text is stored: composed, with line feeds, and without the control characters that a page may hold by accident.
pub(super) fn clean(text: &str) -> String {
    let refused = |c: char| c.is_control() && !matches!(c, '\t' | '\n') || matches!(c, '\u{fffe}' | '\u{ffff}');
    text.nfc().map(|c| if refused(c) { ' ' } else { c }).collect()
}

pub fn read(article: NewArticle, registry: &Registry, embedder: &Embedder) -> Result<ReadArticle, PipelineError> {
    let NewArticle { outlet, url, canonical_url, mut title, mut byline, body, mut language, published_at, claims } = article;
    let text = match body {
        Body::Text(text) => text,
        Body::Html(source) => {
            let page = page(&source)?;
            title = title.or(page.title);
            byline = byline.or(page.byline);
            language = language.or(page.language);
            page.text
        }
    };
    let draft = Draft {
        title: title.as_deref(),
        text: &text,
        outlet: &outlet.name,
        domain: outlet.domain.as_deref(),
        byline: byline.as_deref(),
        published_at,
        language: language.as_deref(),
        registry: Some(registry),
    };
    let mut reading = if claims.is_empty() { extraction::read(&draft) } else { extraction::read_given(&draft, &claims) };
    reading.claims.iter_mut().for_each(|claim| claim.embedding = embedder.embed(&claim.proposition));
    Ok(ReadArticle {
        outlet,
        url,
        canonical_url,
        byline,
        language: reading.language,
        published_at,
        provenance: reading.provenance,
        sketch: Print::of_parts(&text, &reading.body).sketch(),
        claims: reading.claims,
        title,
        text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_as_clean_as_what_is_posted() {
        let paragraph =
            "The dam at Orin has cracked along its northern wall, the council said on Monday, and nobody was hurt. ".repeat(6);
        let page = |title: &str, byline: &str, language: &str| {
            let head = format!("<title>{title}</title><meta name=author content=\"{byline}\">");
            let article = format!("<article><p>Caf&#101;&#769; &#1;&#xFFFE;x {paragraph}</p><p>{paragraph}</p></article>");
            page(&format!("<html lang=\"{language}\"><head>{head}</head><body>{article}</body></html>")).unwrap()
        };
        let read = page("A dam&#1;in&#x301;\n the valley", "Jane&#2;Roe", "en-GB");
        assert!(read.text.starts_with("Café") && !read.text.contains(['\u{1}', '\u{fffe}']), "{}", &read.text[..20]);
        assert_eq!((read.title.as_deref(), read.byline.as_deref()), (Some("A dam iń the valley"), Some("Jane Roe")));
        assert_eq!(read.language.as_deref(), Some("en-GB"));
        let long = "dam ".repeat(400);
        let read = page(&long, &long, "the one that is spoken here");
        assert_eq!((read.title, read.byline, read.language), (None, None, None));
    }

    #[test]
    fn control_characters_do_not_reach_the_text() {
        assert_eq!(clean("a\0b\u{1b}c\r\nd\te\u{301}"), "a b c \nd\té");
    }
}
