//! What the articles of a batch have from stored ones, and stored ones from them.
//!
//! Sketches propose pairs, the texts of which are loaded and compared; nothing is written here. A pair is found when the later to
//! arrive of its two is linked, and the times of publication say which is the copy: the order of arrival leaves no trace.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};

use super::{PipelineError, blocking};
use crate::{
    domain::{Article, ArticleId, Copied, LinkArticle, LinkWork, Reuse, WorkspaceId},
    engine::{
        reuse::{self, Side},
        settings::JUDGED_SOURCES,
    },
    storage::Store,
};

/// Bytes of text that are held at once: each takes some six times as much while it is compared.
const TEXTS: i64 = 16 * 1024 * 1024;

/// What the articles of each pair have from each other.
pub(super) async fn find(
    store: &Store,
    workspace: WorkspaceId,
    pairs: BTreeSet<(ArticleId, ArticleId)>,
) -> Result<Vec<Reuse>, PipelineError> {
    let candidates: Vec<_> = pairs.into_iter().collect();
    let lengths = store.text_lengths(workspace, &distinct(candidates.iter().flat_map(|&(a, b)| [a, b]))).await?;
    let mut found = Vec::new();
    let mut rest = candidates.as_slice();
    while !rest.is_empty() {
        let (pairs, texts) = take(&mut rest, &lengths);
        let articles = store.articles(workspace, &texts).await?;
        let edited: Vec<_> = articles.iter().filter(|article| article.revision > 1).map(|article| article.id).collect();
        let known_since = store.known_since(workspace, &edited).await?;
        found.extend(blocking(move || compare(&articles, &known_since, &pairs)).await?);
    }
    Ok(found)
}

/// As many pairs as can be compared together, with the articles in them.
fn take(
    rest: &mut &[(ArticleId, ArticleId)],
    lengths: &HashMap<ArticleId, i64>,
) -> (Vec<(ArticleId, ArticleId)>, Vec<ArticleId>) {
    let (mut texts, mut bytes) = (BTreeSet::new(), 0);
    let fit = rest.iter().take_while(|(a, b)| {
        for id in [a, b] {
            if texts.insert(*id) {
                bytes += lengths.get(id).copied().unwrap_or_default();
            }
        }
        bytes <= TEXTS
    });
    let (pairs, others) = rest.split_at(fit.count().max(1));
    *rest = others;
    (pairs.to_vec(), distinct(pairs.iter().flat_map(|&(a, b)| [a, b])))
}

fn compare(
    articles: &[Article],
    known_since: &HashMap<ArticleId, DateTime<Utc>>,
    pairs: &[(ArticleId, ArticleId)],
) -> Vec<Reuse> {
    let mut sides: HashMap<ArticleId, Side<'_>> = articles.iter().map(|article| (article.id, Side::of(article))).collect();
    for (id, since) in known_since {
        sides.entry(*id).and_modify(|side| side.known_since = *since);
    }
    pairs.iter().filter_map(|(a, b)| reuse::reuse(sides.get(a)?, sides.get(b)?)).collect()
}

/// Linked articles of which a source is among what was found, what is retired, or what was withdrawn, or has come to be placed at another
/// time by that.
pub(super) async fn copies(
    store: &Store,
    workspace: WorkspaceId,
    work: &LinkWork,
    found: &[Reuse],
) -> Result<Vec<ArticleId>, PipelineError> {
    let sources: Vec<ArticleId> = work.retired.iter().chain(work.withdrawn.iter().map(|(id, _)| id)).copied().collect();
    let losing = store.copies_of(workspace, &sources).await?;
    let mut moved = store.doubted(workspace, &losing, &[], true).await?;
    moved.extend(found.iter().filter(|pair| pair.against_dates).map(|pair| pair.article));
    let behind = store.copies_of(workspace, &moved).await?;
    Ok(distinct(found.iter().map(|pair| pair.article).chain(losing).chain(behind)))
}

/// Gives articles that are to be judged their sources, of those that are stored and those just found the fullest.
pub(super) async fn attach(
    store: &Store,
    workspace: WorkspaceId,
    articles: &mut [&mut LinkArticle],
    found: &[Reuse],
    retired: &[ArticleId],
) -> Result<(), PipelineError> {
    let ids = distinct(articles.iter().map(|article| article.id));
    let mut doubted: Vec<ArticleId> = found.iter().filter(|pair| pair.against_dates).map(|pair| pair.article).collect();
    // Of those that are stored some may turn out to be none by what was just found.
    let limit = JUDGED_SOURCES + doubted.len();
    let mut pairs = store.sources_of(workspace, &ids, retired, limit as i64).await?;
    pairs.extend(found.iter().filter(|pair| ids.binary_search(&pair.article).is_ok()).cloned());
    if pairs.is_empty() {
        return Ok(());
    }
    let sources = distinct(pairs.iter().map(|pair| pair.source));
    doubted.extend(store.doubted(workspace, &distinct(ids.iter().chain(&sources).copied()), retired, false).await?);
    doubted.sort_unstable();
    let is_doubted = |id: ArticleId| doubted.binary_search(&id).is_ok();
    for article in &mut *articles {
        article.doubted = is_doubted(article.id);
    }
    let sources = store.articles(workspace, &sources).await?;
    let source = |article: Article| (article.id, Source::of(is_doubted(article.id), article));
    let sources: HashMap<ArticleId, Source> = sources.into_iter().map(source).collect();
    // What a doubted date had made the source of articles that are not, is none of theirs.
    let times: HashMap<ArticleId, DateTime<Utc>> = articles.iter().map(|article| (article.id, article.time())).collect();
    pairs.retain(|pair| sources.get(&pair.source).is_some_and(|source| source.time <= times[&pair.article]));
    // Fullest first, then the first to have it.
    let key = |pair: &Reuse| sources.get(&pair.source).map(|source| (source.time, &source.article.outlet.name, pair.source));
    pairs.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| key(a).cmp(&key(b))));
    let mut by_copy: HashMap<ArticleId, Vec<Copied>> = HashMap::new();
    for pair in pairs {
        let copied = by_copy.entry(pair.article).or_default();
        let known = copied.len() >= JUDGED_SOURCES || copied.iter().any(|other| other.source == pair.source);
        if let Some(source) = sources.get(&pair.source).filter(|_| !known) {
            copied.push(source.of_copy(pair));
        }
    }
    for article in articles {
        article.copied = by_copy.get(&article.id).cloned().unwrap_or_default();
    }
    Ok(())
}

/// A source of which several articles may have something.
struct Source {
    article: Article,
    /// When it was said, as [`LinkArticle::time`].
    time: DateTime<Utc>,
    text: std::sync::Arc<str>,
}

impl Source {
    fn of(doubted: bool, mut article: Article) -> Self {
        let time = if doubted { article.received_at } else { article.time() };
        Self { text: std::mem::take(&mut article.text).into(), article, time }
    }

    fn of_copy(&self, pair: Reuse) -> Copied {
        Copied {
            source: pair.source,
            outlet: self.article.outlet.clone(),
            share: pair.share,
            passages: pair.passages,
            withdrawn: self.article.withdrawal.is_some(),
            text: self.text.clone(),
        }
    }
}

fn distinct(ids: impl IntoIterator<Item = ArticleId>) -> Vec<ArticleId> {
    ids.into_iter().collect::<BTreeSet<_>>().into_iter().collect()
}
