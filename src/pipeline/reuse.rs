//! What the articles of a batch have from stored ones, and stored ones from them.
//!
//! Sketches propose pairs, the texts of which are loaded and compared; nothing is written here. A pair is found when the later to
//! arrive of its two is linked, and the times of publication say which is the copy: the order of arrival leaves no trace.

use std::collections::{BTreeSet, HashMap};

use super::{PipelineError, blocking};
use crate::{
    domain::{Article, ArticleId, Copied, LinkArticle, LinkWork, Reuse, WorkspaceId},
    engine::{
        reuse::{self, Print},
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
        found.extend(blocking(move || compare(&articles, &pairs)).await?);
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

fn compare(articles: &[Article], pairs: &[(ArticleId, ArticleId)]) -> Vec<Reuse> {
    let prints: HashMap<ArticleId, (&Article, Print<'_>)> =
        articles.iter().map(|article| (article.id, (article, Print::of_article(article)))).collect();
    let of = |id: &ArticleId| prints.get(id).map(|(article, print)| (*article, print));
    pairs.iter().filter_map(|(a, b)| reuse::reuse(of(a)?, of(b)?)).collect()
}

/// Linked articles of which a source is among what was found, what is retired, or what was withdrawn.
pub(super) async fn copies(
    store: &Store,
    workspace: WorkspaceId,
    work: &LinkWork,
    found: &[Reuse],
) -> Result<Vec<ArticleId>, PipelineError> {
    let sources: Vec<ArticleId> = work.retired.iter().chain(work.withdrawn.iter().map(|(id, _)| id)).copied().collect();
    let losing = store.copies_of(workspace, &sources).await?;
    Ok(distinct(found.iter().map(|pair| pair.article).chain(losing)))
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
    let mut pairs = store.sources_of(workspace, &ids, retired, JUDGED_SOURCES as i64).await?;
    pairs.extend(found.iter().filter(|pair| ids.binary_search(&pair.article).is_ok()).cloned());
    if pairs.is_empty() {
        return Ok(());
    }
    let sources = store.articles(workspace, &distinct(pairs.iter().map(|pair| pair.source))).await?;
    let sources: HashMap<ArticleId, Source> = sources.into_iter().map(|source| (source.id, Source::of(source))).collect();
    // Fullest first, then the first to have it.
    let key =
        |pair: &Reuse| sources.get(&pair.source).map(|source| (source.article.time(), &source.article.outlet.name, pair.source));
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
    text: std::sync::Arc<str>,
}

impl Source {
    fn of(mut article: Article) -> Self {
        Self { text: std::mem::take(&mut article.text).into(), article }
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
