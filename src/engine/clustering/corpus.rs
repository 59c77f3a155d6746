//! Every linked claim of a workspace, ready to be compared. A pure value, derived from what is stored and rebuilt at start.
//!
//! Holds what linking needs and nothing else: of a claim its features, its article and its cluster. What was read in it
//! stays in the database and is asked for when a cluster is judged ([`Regrouping::needs`](super::Regrouping::needs)).

use std::{
    collections::{BTreeSet, HashSet},
    hash::BuildHasher,
    sync::Arc,
};

use rustc_hash::{FxBuildHasher, FxHashMap};
use serde::Serialize;

use super::{
    constraints::Constraints,
    partition::{Millionths, millionths},
    regroup::{Draft, Placed, Regrouping},
    wording::{Wording, fingerprint},
};
use crate::{
    domain::{ArticleId, ClaimId, ClaimReading, ClusterId, Constraint, KnownArticle, LinkPlan, LinkWork, OutletId},
    engine::{
        extraction::read_claim,
        reuse::{Sketched, Sketches},
        settings::{DOUBT, Linking, OPPOSITION_LIKENESS},
        similarity::{
            Comparison, Features, Match, Subject, Tier, compare,
            index::{Index, Slot},
            within_cluster,
        },
        stance,
    },
};

/// Clusters that are looked at for one claim that an editor is to decide on.
const MOST_SUGGESTED: usize = 5;

/// Wordings of its own cluster that a claim is compared with, when it is asked whether it is like any of them.
const MOST_COMPARED: usize = 200;

/// A claim's place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub wording: Slot,
    pub article: ArticleId,
    pub cluster: Option<ClusterId>,
    /// Of its label as it was last committed; 0 when that is not known.
    pub judged: u64,
}

/// What is kept of an article.
pub(super) struct Held {
    pub outlet: OutletId,
    pub claims: Vec<ClaimId>,
}

#[derive(Default)]
pub struct Corpus {
    pub(super) linking: Linking,
    /// By number; the places of wordings that nobody holds any more stay empty.
    pub(super) wordings: Vec<Option<Wording>>,
    by_fingerprint: FxHashMap<u64, Slot>,
    pub(super) claims: FxHashMap<ClaimId, Place>,
    pub(super) articles: FxHashMap<ArticleId, Held>,
    pub(super) clusters: FxHashMap<ClusterId, Vec<ClaimId>>,
    /// Fingerprints of the outlets' positions as they were last committed, as far as that is known.
    pub(super) positions: FxHashMap<ClusterId, Vec<(OutletId, u64)>>,
    pub(super) index: Index,
    pub(super) constraints: Constraints,
    sketches: Sketches,
}

/// A corpus on its way back from the database. Claims can be found once it is [finished](Self::finish): filing all of them at
/// once is many times faster than one by one.
pub struct Loading(Corpus);

impl Loading {
    /// Constraints come before the claims that they are about.
    #[must_use]
    pub fn new(constraints: impl IntoIterator<Item = Constraint>) -> Self {
        Self(Corpus::new(constraints))
    }

    /// Takes in articles that are linked already, each with its claims' clusters.
    pub fn take(&mut self, articles: &[KnownArticle]) {
        self.0.take(articles);
    }

    /// Number of claims so far.
    #[must_use]
    pub fn claims(&self) -> usize {
        self.0.len()
    }

    #[must_use]
    pub fn finish(self) -> Corpus {
        let Self(mut corpus) = self;
        let wordings: Vec<(Slot, &Features)> =
            (0..).zip(&corpus.wordings).filter_map(|(slot, wording)| Some((slot, &*wording.as_ref()?.features))).collect();
        let parts: Vec<_> = wordings.chunks(wordings.len().div_ceil(4).max(1)).collect();
        let parts = super::in_parallel(&parts, |part| Index::build(part.iter().copied()));
        let index = parts.into_iter().reduce(|mut all, part| {
            all.merge(part);
            all
        });
        corpus.index = index.unwrap_or_default();
        corpus
    }
}

impl Corpus {
    /// An empty corpus of a workspace where these constraints hold. They come before the claims that they are about.
    #[must_use]
    pub fn new(constraints: impl IntoIterator<Item = Constraint>) -> Self {
        let mut corpus = Self::default();
        constraints.into_iter().for_each(|constraint| corpus.constraints.make(constraint));
        corpus
    }

    /// Takes in articles that are linked already, each with its claims' clusters. One that is known is replaced.
    pub fn insert(&mut self, articles: &[KnownArticle]) {
        let first = self.wordings.len();
        self.take(articles);
        for (slot, wording) in (0..).zip(&self.wordings).skip(first) {
            wording.iter().for_each(|wording| self.index.insert(slot, &wording.features));
        }
    }

    /// The same, but for the index, which does not get to know the new wordings.
    fn take(&mut self, articles: &[KnownArticle]) {
        let read = super::in_parallel(articles, |article| {
            super::features_of(article.claims.iter().map(Subject::from), &article.language)
        });
        for (article, features) in articles.iter().zip(read) {
            self.remove(article.id);
            self.sketches.put(Sketched::new(article.id, article.time, &article.sketch));
            for (claim, features) in article.claims.iter().zip(features) {
                let own = self.constraints.stands_alone(claim.id).then_some(claim.id);
                let wording = self.known(&features, own).unwrap_or_else(|| self.write_down(features, own));
                if let Some(before) = self.place(claim.id, Placed { article: article.id, outlet: article.outlet, wording }) {
                    self.unsay(claim.id, before);
                }
                if let Some(cluster) = claim.cluster_id {
                    self.assign(claim.id, cluster);
                }
            }
        }
    }

    /// A new wording, which can be found from now on.
    fn add(&mut self, features: Arc<Features>, own: Option<ClaimId>) {
        let known = Arc::clone(&features);
        let slot = self.write_down(features, own);
        self.index.insert(slot, &known);
    }

    fn write_down(&mut self, features: Arc<Features>, own: Option<ClaimId>) -> Slot {
        let slot = Slot::try_from(self.wordings.len()).expect("fewer than four billion wordings");
        self.by_fingerprint.entry(fingerprint(&features, own)).or_insert(slot);
        self.wordings.push(Some(Wording::new(features, own)));
        slot
    }

    pub(super) fn known(&self, features: &Features, own: Option<ClaimId>) -> Option<Slot> {
        // Two texts of one fingerprint that differ are two wordings; only the first is found again.
        let slot = *self.by_fingerprint.get(&fingerprint(features, own))?;
        self.at(slot).filter(|wording| wording.own == own && *wording.features == *features).map(|_| slot)
    }

    pub(super) fn at(&self, slot: Slot) -> Option<&Wording> {
        self.wordings.get(slot as usize)?.as_ref()
    }

    pub(super) fn claims_of(&self, article: ArticleId) -> &[ClaimId] {
        self.articles.get(&article).map_or(&[], |held| &held.claims)
    }

    /// A claim that is known, of an article that is linked once more, keeps its cluster. Returns the wording that it is to leave.
    fn place(&mut self, claim: ClaimId, placed: Placed) -> Option<Slot> {
        let Placed { article, outlet, wording } = placed;
        let before = self.claims.get(&claim).copied();
        if before.is_some_and(|place| place.wording == wording) {
            return None;
        }
        self.claims.insert(claim, Place { wording, article, cluster: before.and_then(|place| place.cluster), judged: 0 });
        if let Some(held) = &mut self.wordings[wording as usize] {
            held.claims.push(claim);
        }
        if before.is_none() {
            self.articles.entry(article).or_insert_with(|| Held { outlet, claims: Vec::new() }).claims.push(claim);
        }
        before.map(|place| place.wording)
    }

    fn unsay(&mut self, claim: ClaimId, slot: Slot) {
        let Some(wording) = &mut self.wordings[slot as usize] else { return };
        wording.claims.retain(|known| *known != claim);
        if wording.claims.is_empty() {
            self.forget(slot);
        }
    }

    /// Forgets an article and its claims.
    pub fn remove(&mut self, article: ArticleId) {
        self.sketches.remove(article);
        for claim in self.articles.remove(&article).into_iter().flat_map(|held| held.claims) {
            let Some(place) = self.claims.remove(&claim) else { continue };
            if let Some(cluster) = place.cluster {
                self.leave(cluster, claim);
            }
            self.unsay(claim, place.wording);
        }
    }

    /// A wording that nobody holds any more. Neighbours may go on naming its number, which is never given again.
    fn forget(&mut self, slot: Slot) {
        if let Some(wording) = self.wordings[slot as usize].take() {
            self.index.remove(slot, &wording.features);
            let print = fingerprint(&wording.features, wording.own);
            if self.by_fingerprint.get(&print) == Some(&slot) {
                self.by_fingerprint.remove(&print);
            }
        }
    }

    fn leave(&mut self, cluster: ClusterId, claim: ClaimId) {
        if let Some(claims) = self.clusters.get_mut(&cluster) {
            claims.retain(|known| *known != claim);
            if claims.is_empty() {
                self.clusters.remove(&cluster);
            }
        }
    }

    fn assign(&mut self, claim: ClaimId, cluster: ClusterId) {
        let Some(place) = self.claims.get_mut(&claim) else { return };
        let before = place.cluster.replace(cluster);
        if before == Some(cluster) {
            return;
        }
        if let Some(before) = before {
            self.leave(before, claim);
        }
        self.clusters.entry(cluster).or_default().push(claim);
    }

    /// Pairs of articles whose texts may share passages: of what waits, among themselves and with what is linked.
    #[must_use]
    pub fn reuse_candidates(&self, work: &LinkWork) -> BTreeSet<(ArticleId, ArticleId)> {
        self.sketches.candidates(&work.articles, &work.retired)
    }

    /// Decides where the claims of new articles belong, and who else moves for them, for those that leave, and for what editors
    /// said. Changes nothing itself.
    #[must_use]
    pub fn regroup(&self, work: &LinkWork) -> Regrouping {
        Regrouping::of(self, work)
    }

    /// Takes in what was decided, after its transaction has been committed.
    pub fn apply(&mut self, regrouping: Regrouping, plan: &LinkPlan) {
        let Draft { first, wordings, placed, neighbours, arrived, levels, constraints, sketched, .. } = regrouping.draft;
        if let Some(constraints) = constraints {
            self.constraints = constraints;
        }
        debug_assert_eq!(first as usize, self.wordings.len(), "the corpus has one writer");
        sketched.into_iter().for_each(|article| self.sketches.put(article));
        for (features, own) in wordings {
            self.add(features, own);
        }
        let left: Vec<(ClaimId, Option<Slot>)> =
            placed.into_iter().map(|(claim, placed)| (claim, self.place(claim, placed))).collect();
        // Last: what comes in may say what only they said before, and a wording that nobody holds is forgotten.
        for (claim, wording) in left {
            wording.into_iter().for_each(|wording| self.unsay(claim, wording));
        }
        for article in &plan.retired {
            self.remove(*article);
        }
        for (slot, found) in neighbours {
            if let Some(wording) = &mut self.wordings[slot as usize] {
                wording.neighbours = Some(found.into_boxed_slice());
            }
        }
        // Of wordings that were not looked at.
        for (slot, found) in arrived {
            if let Some(known) = self.wordings[slot as usize].as_mut().and_then(|wording| wording.neighbours.as_mut()) {
                *known = known.iter().copied().chain(found).collect();
            }
        }
        for (slot, level) in levels {
            if let Some(wording) = &mut self.wordings[slot as usize] {
                wording.level = level;
            }
        }
        for linked in &plan.clusters {
            for (claim, relation) in &linked.claims {
                self.assign(*claim, linked.cluster.id);
                if let Some(place) = self.claims.get_mut(claim) {
                    place.judged = print(&(linked.cluster.id, relation));
                }
            }
            for claim in &linked.withdrawn {
                self.assign(*claim, linked.cluster.id);
                // Its label is gone from the store: it has to be written again when the article comes back.
                if let Some(place) = self.claims.get_mut(claim) {
                    place.judged = 0;
                }
            }
            let prints = linked.cluster.outlets.iter().map(|position| (position.outlet_id, print(position))).collect();
            self.positions.insert(linked.cluster.id, prints);
        }
        for (cluster, _) in &plan.dissolved {
            self.positions.remove(cluster);
        }
    }

    /// Makes `claims` the claims of a cluster: for a read copy, which is told the outcome and not the plan.
    pub fn set_cluster(&mut self, cluster: ClusterId, claims: &[ClaimId]) {
        let stay: HashSet<ClaimId> = claims.iter().copied().collect();
        for claim in self.clusters.remove(&cluster).unwrap_or_default() {
            if let Some(place) = self.claims.get_mut(&claim).filter(|_| !stay.contains(&claim)) {
                place.cluster = place.cluster.filter(|known| *known != cluster);
            }
        }
        let held: Vec<ClaimId> = claims.iter().copied().filter(|claim| self.claims.contains_key(claim)).collect();
        for claim in &held {
            let before = self.claims.get_mut(claim).and_then(|place| place.cluster.replace(cluster));
            if let Some(before) = before.filter(|before| *before != cluster) {
                self.leave(before, *claim);
            }
        }
        if !held.is_empty() {
            self.clusters.insert(cluster, held);
        }
    }

    /// The clusters nearest to a claim that is not stored, best first.
    #[must_use]
    pub fn nearest(&self, reading: &ClaimReading, limit: usize) -> Vec<Match> {
        self.nearest_to(&Features::of(reading), limit)
    }

    /// Other clusters that a claim may belong to, best first. Not those that an editor spoke of together with it.
    #[must_use]
    pub fn suggested(&self, claim: ClaimId) -> Vec<Match> {
        let wording = self.claims.get(&claim).and_then(|place| self.at(place.wording));
        let found = wording.map(|wording| self.nearest_to(&wording.features, MOST_SUGGESTED)).unwrap_or_default();
        found
            .into_iter()
            .filter(|found| {
                found.comparison.decision != Tier::Apart && !self.stands_in(claim, found) && self.is_open(claim, found)
            })
            .collect()
    }

    /// Clusters that assert the opposite of a sentence that a claim takes for granted, its own among them, best first. Not those that an editor spoke of
    /// together with the claim.
    #[must_use]
    pub fn against(&self, claim: ClaimId, sentence: &str) -> Vec<Match> {
        let reading = read_claim(sentence, None);
        let features = Features::of(&reading);
        let opposes = |found: &Match| {
            let wording = self.claims.get(&found.claim_id).and_then(|place| self.at(place.wording));
            wording.is_some_and(|wording| {
                stance::are_opposed(&reading.proposition, wording.features.folded())
                    && within_cluster(&features, &wording.features, &self.linking) >= OPPOSITION_LIKENESS
            })
        };
        let found = self.nearest_to(&features, MOST_SUGGESTED).into_iter();
        found.filter(|found| opposes(found) && self.is_open(claim, found)).collect()
    }

    /// The cluster that a claim stands in and the claim there that is most like it, where even that one is little like it. Not where an editor
    /// spoke of the two.
    #[must_use]
    pub fn doubted(&self, claim: ClaimId) -> Option<Match> {
        let place = self.claims.get(&claim)?;
        let own = self.at(place.wording)?;
        let cluster_id = place.cluster?;
        let mut others: Vec<(Slot, ClaimId)> = Vec::new();
        for other in self.clusters.get(&cluster_id)?.iter().filter(|other| **other != claim) {
            let place = self.claims.get(other)?;
            others.push((place.wording, *other));
        }
        others.sort_unstable();
        others.dedup_by_key(|(wording, _)| *wording);
        let nearest = others.into_iter().take(MOST_COMPARED).filter_map(|(slot, claim_id)| {
            let likeness = within_cluster(&own.features, &self.at(slot)?.features, &self.linking);
            Some((millionths(likeness), std::cmp::Reverse(claim_id), slot))
        });
        let (likeness, std::cmp::Reverse(claim_id), slot) = nearest.max()?;
        let comparison = compare(&own.features, &self.at(slot)?.features, &self.linking);
        let found = Match { cluster_id, claim_id, comparison };
        let settled = self.constraints.of(claim).any(|(other, _)| self.stands_in(other, &found));
        (likeness < millionths(DOUBT) && !settled).then_some(found)
    }

    fn stands_in(&self, claim: ClaimId, found: &Match) -> bool {
        self.claims.get(&claim).and_then(|place| place.cluster) == Some(found.cluster_id)
    }

    /// Whether no editor said anything of a claim and one of the cluster that was found.
    fn is_open(&self, claim: ClaimId, found: &Match) -> bool {
        self.constraints.of(claim).all(|(other, _)| other != found.claim_id && !self.stands_in(other, found))
    }

    fn nearest_to(&self, features: &Features, limit: usize) -> Vec<Match> {
        let mut best: FxHashMap<ClusterId, Match> = FxHashMap::default();
        for slot in self.index.candidates(features) {
            let Some(wording) = self.at(slot) else { continue };
            // All claims of one wording are in one cluster, except while an editor holds some of them apart.
            let Some(&claim_id) = wording.claims.iter().min() else { continue };
            let Some(cluster_id) = self.claims.get(&claim_id).and_then(|place| place.cluster) else { continue };
            let comparison = compare(features, &wording.features, &self.linking);
            let found = Match { cluster_id, claim_id, comparison };
            match best.get_mut(&cluster_id) {
                Some(known) if order(known) <= order(&found) => {}
                Some(known) => *known = found,
                None => {
                    best.insert(cluster_id, found);
                }
            }
        }
        let mut ranked: Vec<Match> = best.into_values().collect();
        ranked.sort_by_key(order);
        ranked.truncate(limit);
        ranked
    }

    #[must_use]
    pub fn knows(&self, claim: ClaimId) -> bool {
        self.claims.contains_key(&claim)
    }

    /// Number of claims.
    #[must_use]
    pub fn len(&self) -> usize {
        self.claims.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.claims.is_empty()
    }

    #[must_use]
    pub fn cluster_count(&self) -> usize {
        self.clusters.len()
    }
}

/// Equal for what is stored alike. Never 0.
pub(super) fn print(value: &impl Serialize) -> u64 {
    let stored = serde_json::to_vec(value).unwrap_or_default();
    FxBuildHasher.hash_one(stored).max(1)
}

/// Linkable before suggested before apart, then by similarity, then by age.
fn order(found: &Match) -> (u8, std::cmp::Reverse<Millionths>, ClaimId) {
    let tier = |comparison: &Comparison| match comparison.decision {
        Tier::Link => 0,
        Tier::Suggest => 1,
        Tier::Apart => 2,
    };
    (tier(&found.comparison), std::cmp::Reverse(millionths(found.comparison.similarity)), found.claim_id)
}
