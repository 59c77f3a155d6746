//! Which articles may share passages: those whose sketches share hashes. Comparing their texts tells.

use std::{
    cmp::{Ordering, Reverse},
    collections::BTreeSet,
};

use chrono::{DateTime, Utc};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    domain::{ArticleId, LinkArticle},
    engine::{
        postings::{Key, Postings, Slot},
        settings::{REUSE_COPIES, REUSE_SOURCES},
    },
};

/// A hash in more articles than this proposes none of them: a line that a site puts into each of its texts is in very many.
const COMMON: usize = 1_000;

/// The sketches of articles, to be found by others.
#[derive(Default)]
pub struct Sketches {
    holders: Postings,
    /// By number; the places of articles that are gone stay empty.
    articles: Vec<Option<Sketched>>,
    slots: FxHashMap<ArticleId, Slot>,
}

/// An article as it is found.
pub(crate) struct Sketched {
    id: ArticleId,
    time: DateTime<Utc>,
    keys: Box<[Key]>,
}

impl Sketched {
    pub fn new(id: ArticleId, time: DateTime<Utc>, sketch: &[u64]) -> Self {
        // The lower half: chance makes a few pairs more that are compared in vain.
        Self { id, time, keys: sketch.iter().map(|hash| *hash as Key).collect() }
    }
}

impl Sketches {
    /// Takes in articles. One that is known is replaced.
    pub fn insert<'a>(&mut self, articles: impl IntoIterator<Item = &'a LinkArticle>) {
        articles.into_iter().for_each(|article| self.put(Sketched::new(article.id, article.time(), &article.sketch)));
    }

    pub(crate) fn put(&mut self, article: Sketched) {
        self.remove(article.id);
        let slot = Slot::try_from(self.articles.len()).expect("fewer than four billion articles");
        for key in &article.keys {
            self.holders.insert(*key, slot);
        }
        self.slots.insert(article.id, slot);
        self.articles.push(Some(article));
    }

    pub fn remove(&mut self, article: ArticleId) {
        let Some(slot) = self.slots.remove(&article) else { return };
        if let Some(known) = self.articles[slot as usize].take() {
            for key in &known.keys {
                self.holders.remove(*key, slot);
            }
        }
    }

    /// Pairs of articles worth comparing now that `new` come to the others: an article and one of its likeliest sources, where either
    /// is new. Each pair once, and none with an article of `without`.
    #[must_use]
    pub fn candidates(&self, new: &[LinkArticle], without: &[ArticleId]) -> BTreeSet<(ArticleId, ArticleId)> {
        let mut together = Self::default();
        together.insert(new);
        let view = View { linked: self, new: &together, without: without.iter().copied().collect() };
        let pair = |a: &Sketched, b: &Sketched| (a.id.min(b.id), a.id.max(b.id));
        let mut pairs = BTreeSet::new();
        // The copies of one story are asked again by each article that tells it.
        let mut known: FxHashMap<ArticleId, Vec<ArticleId>> = FxHashMap::default();
        for article in together.articles.iter().flatten() {
            pairs.extend(view.sources(article).into_iter().map(|source| pair(article, source)));
            // A linked one gains a source that arrived later than it was published.
            let mut copies: Vec<_> = view.linked(article).filter(|(_, other)| follows(other, article)).collect();
            copies.sort_by(likeliest);
            for (_, copy) in copies.into_iter().take(REUSE_COPIES) {
                let sources = || view.sources(copy).into_iter().map(|source| source.id).collect();
                if known.entry(copy.id).or_insert_with(sources).contains(&article.id) {
                    pairs.insert(pair(article, copy));
                }
            }
        }
        pairs
    }

    /// Other articles with hashes in common, and how many.
    fn sharing<'a>(&'a self, article: &Sketched) -> impl Iterator<Item = (usize, &'a Sketched)> + use<'a> {
        let mut slots: Vec<Slot> = article.keys.iter().filter_map(|key| self.holders.of(*key, COMMON)).flatten().collect();
        slots.sort_unstable();
        let own = article.id;
        let counted: Vec<(usize, Slot)> = slots.chunk_by(|a, b| a == b).map(|same| (same.len(), same[0])).collect();
        counted
            .into_iter()
            .filter_map(|(count, slot)| Some((count, self.articles[slot as usize].as_ref()?)))
            .filter(move |(_, other)| other.id != own)
    }
}

/// Most in common first, then the earlier; by content where both are equal, so that it does not matter who came first.
fn likeliest((a, x): &(usize, &Sketched), (b, y): &(usize, &Sketched)) -> Ordering {
    (Reverse(a), x.time, &x.keys, x.id).cmp(&(Reverse(b), y.time, &y.keys, y.id))
}

/// Whether `article` may have something from `source`. Of equal times either may.
fn follows(article: &Sketched, source: &Sketched) -> bool {
    source.time <= article.time
}

/// Linked articles and new ones together.
struct View<'a> {
    linked: &'a Sketches,
    new: &'a Sketches,
    without: FxHashSet<ArticleId>,
}

impl<'a> View<'a> {
    /// Linked articles with hashes in common, and how many. One that is linked once more counts as new.
    fn linked(&self, article: &Sketched) -> impl Iterator<Item = (usize, &'a Sketched)> {
        self.linked
            .sharing(article)
            .filter(|(_, other)| !self.new.slots.contains_key(&other.id) && !self.without.contains(&other.id))
    }

    /// The articles that one most likely has something from.
    fn sources(&self, article: &Sketched) -> Vec<&'a Sketched> {
        let new = self.new.sharing(article).filter(|(_, other)| !self.without.contains(&other.id));
        let mut sources: Vec<_> = self.linked(article).chain(new).filter(|(_, other)| follows(article, other)).collect();
        sources.sort_by(likeliest);
        sources.into_iter().take(REUSE_SOURCES).map(|(_, source)| source).collect()
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::domain::{Outlet, OutletId, OutletKind, Provenance};

    fn article(day: i64, sketch: &[u64]) -> LinkArticle {
        let name = format!("Outlet {day}");
        LinkArticle {
            id: ArticleId::new(),
            outlet: Outlet { id: OutletId::new(), name, domain: None, kind: OutletKind::Newspaper, family: None },
            title: None,
            published_at: Some(DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(day)),
            received_at: DateTime::<Utc>::UNIX_EPOCH,
            language: "en".to_owned(),
            provenance: Provenance::default(),
            withdrawn: false,
            claims: Vec::new(),
            sketch: sketch.to_vec(),
            copied: Vec::new(),
            doubted: false,
        }
    }

    /// The pairs by position, the known articles first.
    fn pairs(known: &[LinkArticle], new: &[LinkArticle], without: &[ArticleId]) -> Vec<(usize, usize)> {
        let mut sketches = Sketches::default();
        sketches.insert(known);
        let at = |id: ArticleId| known.iter().chain(new).position(|article| article.id == id).unwrap();
        let found = sketches.candidates(new, without).into_iter().map(|(a, b)| (at(a).min(at(b)), at(a).max(at(b))));
        let mut found: Vec<_> = found.collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn a_new_article_meets_known_and_new_ones_once() {
        let known = [article(1, &[1, 2, 3]), article(2, &[7])];
        let new = [article(3, &[3, 4]), article(0, &[4, 2]), article(5, &[])];
        assert_eq!(pairs(&known, &new, &[]), [(0, 2), (0, 3), (2, 3)]);
        assert_eq!(pairs(&known, &new, &[known[0].id]), [(2, 3)]);
    }

    #[test]
    fn the_likeliest_sources_are_met_whichever_comes_first() {
        let known: Vec<LinkArticle> = (0..90).map(|day| article(day, &[1, day as u64 % 2 + 100, 200 + day as u64])).collect();
        let new = [article(45, &[1, 101])];
        let met: Vec<usize> = pairs(&known, &new, &[]).into_iter().map(|(other, _)| other).collect();
        // Its sources, and the only articles that have it among theirs: of those with as much in common the first come first.
        let sources: Vec<usize> = (0..REUSE_SOURCES).map(|n| 2 * n + 1).collect();
        assert_eq!(met, sources);
        // The same of each article that is published later, when all arrive at once or in turn.
        let all: Vec<LinkArticle> = (0..30).map(|day| article(day, &[1, 2, day as u64 % 3 + 100])).collect();
        let mut sketches = Sketches::default();
        let mut in_turn = BTreeSet::new();
        for day in (0..30).rev() {
            let one = std::slice::from_ref(&all[day]);
            in_turn.extend(sketches.candidates(one, &[]));
            sketches.insert(one);
        }
        assert!(in_turn.is_superset(&Sketches::default().candidates(&all, &[])));
    }

    #[test]
    fn a_hash_that_very_many_hold_proposes_nobody() {
        let known: Vec<LinkArticle> = (0..=COMMON).map(|n| article(0, &[1, 1_000_000 + n as u64])).collect();
        assert_eq!(pairs(&known, &[article(1, &[1])], &[]), []);
        assert_eq!(pairs(&known, &[article(1, &[1, 1_000_000])], &[]), [(0, COMMON + 1)]);
    }

    #[test]
    fn what_is_gone_is_met_by_nobody() {
        let (known, new) = (article(0, &[1]), [article(1, &[1])]);
        let mut sketches = Sketches::default();
        sketches.insert([&known]);
        sketches.insert([&known]);
        sketches.remove(known.id);
        assert!(sketches.candidates(&new, &[]).is_empty());
        assert!(sketches.holders.of(1, COMMON).is_some_and(|mut holders| holders.next().is_none()));
    }
}
