//! From new articles to the groups that they change: the claims' wordings, what hangs together with them, and how that falls
//! into clusters.
//!
//! Two steps, because the claims' readings are stored and not held: [`Regrouping::of`] decides who stands together, from the
//! corpus alone; [`Regrouping::judge`] labels the changed clusters, once the readings of their claims are at hand.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque, btree_map::Entry},
    sync::Arc,
};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    ALL_PAIRS, Corpus, Member,
    constraints::Constraints,
    corpus::print,
    pair,
    partition::{self, Millionths, millionths},
    wording::{Neighbour, by_content, fingerprint},
};
use crate::{
    domain::{
        ArticleId, ClaimId, ClusterId, ConstraintId, LinkArticle, LinkClaim, LinkPlan, LinkWork, LinkedCluster, OutletId,
        OutletPosition, Settled,
    },
    engine::{
        reuse::Sketched,
        settings::Linking,
        similarity::{
            Features, Spelled, Subject,
            index::{Index, Key, Slot, alike, common, filed_under},
        },
        stance,
    },
};

/// Wordings that are decided together at most: a bound on the work that one article can cause. What hangs together in larger
/// number is cut at its weakest likenesses first.
const LARGEST: usize = 1_500;
/// By how much likeness is asked more at each cut, in millionths.
const STEP: Millionths = 50_000;
const MOST_LEVELS: u8 = 12;

/// Who stands together now, as far as a batch of articles changes it.
pub struct Regrouping {
    pub(super) draft: Draft,
    groups: Vec<Group>,
    /// Clusters that no longer exist, each with the one that took over most of its claims.
    dissolved: Vec<(ClusterId, Option<ClusterId>)>,
    linked: Vec<ArticleId>,
    retired: Vec<ArticleId>,
    withdrawn: Vec<(ArticleId, bool)>,
    made: Vec<ConstraintId>,
    lifted: Vec<ConstraintId>,
}

/// A cluster that is new or changed.
struct Group {
    id: ClusterId,
    created: bool,
    claims: Vec<GroupClaim>,
    /// Fingerprints of its outlets' positions as they are stored.
    positions: Vec<(OutletId, u64)>,
}

struct GroupClaim {
    id: ClaimId,
    features: Arc<Features>,
    /// Fingerprint of its label as it is stored.
    judged: u64,
}

/// What a batch adds to the corpus once it is committed.
#[derive(Default)]
pub(super) struct Draft {
    /// Number of the first wording below; the others follow.
    pub first: Slot,
    /// Wordings nobody used before.
    pub wordings: Vec<(Arc<Features>, Option<ClaimId>)>,
    /// New claims, and those that get or lose a wording of their own.
    pub placed: BTreeMap<ClaimId, Placed>,
    /// Neighbours of the wordings that were looked at, in full.
    pub neighbours: FxHashMap<Slot, Vec<Neighbour>>,
    pub levels: FxHashMap<Slot, u8>,
    /// All that hold from now on, if any were made or lifted.
    pub constraints: Option<Constraints>,
    index: Index,
    /// How many wordings that nobody holds any more each key loses.
    gone: FxHashMap<Key, usize>,
    by_fingerprint: FxHashMap<u64, Slot>,
    /// What is placed, by wording.
    claims: FxHashMap<Slot, Vec<ClaimId>>,
    pub(super) sketched: Vec<Sketched>,
    /// Claims of new articles: their readings are at hand.
    arrived_claims: FxHashSet<ClaimId>,
    /// New neighbours of old wordings that were not looked at.
    pub arrived: FxHashMap<Slot, Vec<Neighbour>>,
}

/// Where a claim stands, and the number of its wording.
#[derive(Clone, Copy)]
pub(super) struct Placed {
    pub article: ArticleId,
    pub outlet: OutletId,
    pub wording: Slot,
}

impl Regrouping {
    pub(super) fn of(corpus: &Corpus, work: &LinkWork) -> Self {
        let retired: FxHashSet<ArticleId> = work.retired.iter().copied().collect();
        let mut view = View { corpus, draft: Draft::of(corpus, work, &retired), retired };
        let left = view.left();
        view.compare(&left);
        // What is touched: the wordings of what is placed, those that a key no longer brings together, or brings together again, those
        // that hung together with a wording, or shared a cluster with a claim, that leaves, and those that an editor spoke of.
        let mut seeds: BTreeSet<Slot> = view.draft.claims.keys().copied().collect();
        seeds.extend(view.reconnect());
        for slot in left {
            seeds.extend(view.neighbours(slot).iter().filter(|other| other.hangs).map(|other| other.slot));
        }
        let mut losing: BTreeSet<ClusterId> = BTreeSet::new();
        for claim in work.retired.iter().flat_map(|article| corpus.claims_of(*article)) {
            if let Some(cluster) = corpus.claims.get(claim).and_then(|place| place.cluster) {
                losing.insert(cluster);
                seeds.extend(view.wordings_of(cluster));
            }
        }
        // Whoever stands with whom: a source that came or went changes how its copies are judged, and so does its withdrawal.
        let mut anew: BTreeSet<ClusterId> = BTreeSet::new();
        let rejudged = work.copies.iter().chain(work.withdrawn.iter().map(|(article, _)| article));
        for claim in rejudged.flat_map(|article| corpus.claims_of(*article)) {
            if let Some(cluster) = corpus.claims.get(claim).and_then(|place| place.cluster) {
                anew.insert(cluster);
                seeds.extend(view.wordings_of(cluster));
            }
        }
        seeds.extend(work.made.iter().chain(&work.lifted).flat_map(|said| said.claims).filter_map(|claim| view.slot(claim)));
        let mut knots = Vec::new();
        let mut seen: FxHashSet<Slot> = FxHashSet::default();
        while let Some(seed) = seeds.pop_first() {
            if seen.contains(&seed) || !view.lives(seed) {
                continue;
            }
            let (mut component, level) = view.component(seed, &mut seeds);
            debug_assert!(
                level == MOST_LEVELS || component.iter().all(|slot| !seen.contains(slot)),
                "hanging together is mutual"
            );
            // Whatever went wrong, nobody stands in two clusters.
            component.retain(|slot| !seen.contains(slot));
            component
                .sort_by(|a, b| by_content(&view.features(*a), &view.features(*b)).then_with(|| view.own(*a).cmp(&view.own(*b))));
            for &slot in &component {
                seen.insert(slot);
                view.draft.levels.insert(slot, level);
                // Whoever shared a cluster with something touched is decided again too.
                let clusters = view.old_clusters(slot);
                seeds.extend(clusters.iter().flat_map(|cluster| view.wordings_of(*cluster)).filter(|mate| !seen.contains(mate)));
            }
            knots.push(view.knot(component));
        }
        let groups = super::in_parallel(&knots, |knot| knot.split(&corpus.linking)).into_iter().flatten().collect();
        let mut regrouping = Self {
            groups: Vec::new(),
            dissolved: Vec::new(),
            linked: work.articles.iter().map(|article| article.id).collect(),
            retired: work.retired.clone(),
            withdrawn: work.withdrawn.clone(),
            made: work.made.iter().map(|said| said.id).collect(),
            lifted: work.lifted.iter().map(|said| said.id).collect(),
            draft: Draft::default(),
        };
        regrouping.retired.sort_unstable();
        regrouping.name(&view, groups, losing, &anew);
        regrouping.draft = view.draft;
        regrouping
    }

    /// Gives each group its cluster's id. Older clusters choose first, each the group that holds most of its claims; so a merge
    /// keeps the older id, and of a split the larger part does.
    fn name(&mut self, view: &View<'_>, groups: Vec<Vec<Slot>>, mut losing: BTreeSet<ClusterId>, anew: &BTreeSet<ClusterId>) {
        let groups: Vec<Vec<(ClaimId, Slot)>> = groups
            .into_iter()
            .map(|group| group.into_iter().flat_map(|slot| view.claims(slot).map(move |claim| (claim, slot))).collect())
            .collect();
        let cluster_of = |claim: &ClaimId| view.corpus.claims.get(claim).and_then(|place| place.cluster);
        let mut old: BTreeMap<ClusterId, BTreeMap<usize, usize>> = BTreeMap::new();
        for (g, group) in groups.iter().enumerate() {
            for cluster in group.iter().filter_map(|(claim, _)| cluster_of(claim)) {
                *old.entry(cluster).or_default().entry(g).or_default() += 1;
            }
        }
        let mut ids: Vec<Option<ClusterId>> = vec![None; groups.len()];
        let mut homeless = Vec::new();
        for (cluster, tally) in &old {
            losing.remove(cluster);
            let Some((&best, _)) = tally.iter().max_by_key(|(g, count)| (**count, std::cmp::Reverse(**g))) else { continue };
            match ids[best] {
                None => ids[best] = Some(*cluster),
                Some(_) => homeless.push((*cluster, best)),
            }
        }
        for (g, group) in groups.iter().enumerate() {
            let created = ids[g].is_none();
            let id = *ids[g].get_or_insert_with(ClusterId::new);
            let before = view.corpus.clusters.get(&id).map_or(0, Vec::len);
            let unchanged = before == group.len() && group.iter().all(|(claim, _)| cluster_of(claim) == Some(id));
            if !unchanged || anew.contains(&id) {
                let judged = |claim| view.corpus.claims.get(claim).map_or(0, |place| place.judged);
                let claims = group
                    .iter()
                    .map(|(claim, slot)| GroupClaim { id: *claim, features: view.features(*slot), judged: judged(claim) })
                    .collect();
                let positions = view.corpus.positions.get(&id).cloned().unwrap_or_default();
                self.groups.push(Group { id, created, claims, positions });
            }
        }
        self.dissolved = homeless.into_iter().map(|(cluster, g)| (cluster, ids[g])).collect();
        // Clusters of which nothing is left anywhere.
        self.dissolved.extend(losing.into_iter().map(|cluster| (cluster, None)));
    }

    /// The claims of changed clusters that are not among the new articles: [`Regrouping::judge`] wants their readings.
    #[must_use]
    pub fn needs(&self) -> Vec<ClaimId> {
        let claims = self.groups.iter().flat_map(|group| &group.claims).map(|claim| claim.id);
        claims.filter(|claim| !self.draft.arrived_claims.contains(claim)).collect()
    }

    /// The plan, with every changed cluster judged. `articles` hold the readings of all claims concerned, and may hold more.
    #[must_use]
    pub fn judge<'a>(&'a self, articles: impl IntoIterator<Item = &'a LinkArticle>) -> LinkPlan {
        let readings: HashMap<ClaimId, (&LinkArticle, &LinkClaim)> = articles
            .into_iter()
            .flat_map(|article| article.claims.iter().map(move |claim| (claim.id, (article, claim))))
            .collect();
        let judged = super::in_parallel(&self.groups, |group| {
            let members: Vec<Member<'_>> = group
                .claims
                .iter()
                .filter_map(|claim| {
                    let (article, read) = readings.get(&claim.id)?;
                    Some(Member {
                        claim: claim.id,
                        article,
                        reading: &read.reading,
                        relabelled: read.relabelled.as_ref(),
                        features: &claim.features,
                    })
                })
                .collect();
            let withdrawn = members.iter().filter(|member| member.article.withdrawn).map(|member| member.claim).collect();
            let (cluster, claims) = stance::judge(group.id, &members.iter().collect::<Vec<_>>());
            let linked = LinkedCluster { created: group.created, cluster, claims, withdrawn };
            let settled = group.settled(&linked);
            (linked, settled)
        });
        let mut clusters = Vec::with_capacity(judged.len());
        let mut settled = Settled::default();
        for (linked, stays) in judged {
            clusters.push(linked);
            settled.claims.extend(stays.claims);
            settled.positions.extend(stays.positions);
        }
        LinkPlan {
            linked: self.linked.clone(),
            retired: self.retired.clone(),
            withdrawn: self.withdrawn.clone(),
            reuse: Vec::new(),
            made: self.made.clone(),
            lifted: self.lifted.clone(),
            clusters,
            settled,
            dissolved: self.dissolved.clone(),
        }
    }
}

impl Group {
    /// What of a judged cluster is stored as it stands already.
    fn settled(&self, linked: &LinkedCluster) -> Settled {
        let before: FxHashMap<ClaimId, u64> = self.claims.iter().map(|claim| (claim.id, claim.judged)).collect();
        let claims = linked.claims.iter().filter(|(claim, relation)| before.get(claim) == Some(&print(&(self.id, relation))));
        let stored = |position: &&OutletPosition| self.positions.contains(&(position.outlet_id, print(*position)));
        let positions = linked.cluster.outlets.iter().filter(stored);
        Settled {
            claims: claims.map(|(claim, _)| *claim).collect(),
            positions: positions.map(|position| (self.id, position.outlet_id)).collect(),
        }
    }
}

impl Draft {
    /// Everything that is placed, with the likenesses among it and to the corpus.
    fn of(corpus: &Corpus, work: &LinkWork, retired: &FxHashSet<ArticleId>) -> Self {
        let first = Slot::try_from(corpus.wordings.len()).expect("fewer than four billion wordings");
        let mut draft = Self { first, ..Self::default() };
        if !(work.made.is_empty() && work.lifted.is_empty()) {
            let mut constraints = corpus.constraints.clone();
            work.made.iter().for_each(|said| constraints.make(*said));
            work.lifted.iter().for_each(|said| constraints.lift(said));
            draft.constraints = Some(constraints);
        }
        let read = super::in_parallel(&work.articles, |article| {
            super::features_of(article.claims.iter().map(|claim| Subject::from(&claim.reading)), &article.language)
        });
        for (article, features) in work.articles.iter().zip(read) {
            for (claim, features) in article.claims.iter().zip(features) {
                draft.arrived_claims.insert(claim.id);
                draft.place(corpus, claim.id, (article.id, article.outlet.id), features);
            }
        }
        for claim in work.made.iter().chain(&work.lifted).flat_map(|said| said.claims) {
            let Some(place) = corpus.claims.get(&claim).filter(|place| !retired.contains(&place.article)) else { continue };
            if let Some(wording) = corpus.at(place.wording)
                && !draft.placed.contains_key(&claim)
                && wording.own.is_some() != draft.constraints(corpus).stands_alone(claim)
            {
                let article = (place.article, corpus.articles[&place.article].outlet);
                draft.place(corpus, claim, article, wording.features.clone());
            }
        }
        draft.sketched = work.articles.iter().map(|article| Sketched::new(article.id, article.time(), &article.sketch)).collect();
        draft
    }

    fn constraints<'a>(&'a self, corpus: &'a Corpus) -> &'a Constraints {
        self.constraints.as_ref().unwrap_or(&corpus.constraints)
    }

    fn place(&mut self, corpus: &Corpus, claim: ClaimId, (article, outlet): (ArticleId, OutletId), features: Arc<Features>) {
        let own = self.constraints(corpus).stands_alone(claim).then_some(claim);
        let print = fingerprint(&features, own);
        let twin = || {
            let slot = *self.by_fingerprint.get(&print)?;
            let (other, kept_for) = &self.wordings[(slot - self.first) as usize];
            (*kept_for == own && **other == *features).then_some(slot)
        };
        let slot = corpus.known(&features, own).or_else(twin).unwrap_or_else(|| {
            let slot = self.first + self.wordings.len() as Slot;
            self.by_fingerprint.entry(print).or_insert(slot);
            self.index.insert(slot, &features);
            self.wordings.push((features, own));
            slot
        });
        self.placed.insert(claim, Placed { article, outlet, wording: slot });
        self.claims.entry(slot).or_default().push(claim);
    }
}

/// The corpus with a batch of new articles in it and the retired ones out of it.
struct View<'c> {
    corpus: &'c Corpus,
    draft: Draft,
    retired: FxHashSet<ArticleId>,
}

impl View<'_> {
    fn at(&self, slot: Slot) -> Option<&Arc<Features>> {
        match slot.checked_sub(self.draft.first) {
            Some(at) => self.draft.wordings.get(at as usize).map(|(features, _)| features),
            None => self.corpus.at(slot).map(|wording| &wording.features),
        }
    }

    fn features(&self, slot: Slot) -> Arc<Features> {
        self.at(slot).cloned().unwrap_or_default()
    }

    fn own(&self, slot: Slot) -> Option<ClaimId> {
        match slot.checked_sub(self.draft.first) {
            Some(at) => self.draft.wordings[at as usize].1,
            None => self.corpus.at(slot).and_then(|wording| wording.own),
        }
    }

    /// Wordings that nobody holds any more.
    fn left(&self) -> Vec<Slot> {
        let left = self.retired.iter().flat_map(|article| self.corpus.claims_of(*article));
        let left: BTreeSet<Slot> = left
            .chain(self.draft.placed.keys())
            .filter_map(|claim| self.corpus.claims.get(claim))
            .map(|place| place.wording)
            .collect();
        left.into_iter().filter(|slot| !self.lives(*slot)).collect()
    }

    /// Looks up the new wordings, and counts which keys old ones leave.
    fn compare(&mut self, left: &[Slot]) {
        let gone: Vec<Key> = left.iter().filter_map(|slot| self.at(*slot)).flat_map(|features| filed_under(features)).collect();
        for key in gone {
            *self.draft.gone.entry(key).or_default() += 1;
        }
        let first = self.draft.first;
        let fresh: Vec<Spelled<'_>> = self.draft.wordings.iter().map(|(features, _)| Spelled::of(features)).collect();
        let slots: Vec<Slot> = (first..).take(fresh.len()).collect();
        let found = super::in_parallel(&slots, |slot| {
            let asked = &fresh[(slot - first) as usize];
            let mut others = self.sharing(asked.features);
            // The later of two new ones finds the other.
            others.retain(|other| other < slot);
            self.compared(asked, others, &fresh)
        });
        for (slot, found) in slots.into_iter().zip(found) {
            for other in &found {
                let back = Neighbour { slot, ..*other };
                let of = if other.slot < first { &mut self.draft.arrived } else { &mut self.draft.neighbours };
                of.entry(other.slot).or_default().push(back);
            }
            self.draft.neighbours.entry(slot).or_default().extend(found);
        }
    }

    /// Every wording that shares a key with these features which is not common, in the order of their numbers. Nothing is ranked, and
    /// what is common is counted as it will be: so who shares with whom is mutual, and depends on the set of wordings alone.
    fn sharing(&self, features: &Features) -> Vec<Slot> {
        let uncommon = filed_under(features).into_iter().filter(|key| !self.is_common(*key));
        let mut slots: Vec<Slot> =
            uncommon.flat_map(|key| self.corpus.index.under(key).chain(self.draft.index.under(key))).collect();
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    /// Those of `others` that are alike enough to count. `fresh` are the new wordings.
    fn compared(&self, asked: &Spelled<'_>, others: Vec<Slot>, fresh: &[Spelled<'_>]) -> Vec<Neighbour> {
        let others = others.into_iter().filter_map(|slot| Some((slot, &**self.at(slot)?)));
        let compared = alike(asked.features, others).filter_map(|(slot, other)| {
            let known = slot.checked_sub(self.draft.first).and_then(|at| fresh.get(at as usize));
            let (likeness, hangs) = match known {
                Some(spelled) => pair(asked, spelled, &self.corpus.linking)?,
                None => pair(asked, &Spelled::of(other), &self.corpus.linking)?,
            };
            Some(Neighbour { slot, hangs, likeness })
        });
        compared.collect()
    }

    /// The neighbours of an old wording, found anew.
    fn search(&self, slot: Slot) -> Vec<Neighbour> {
        let Some(features) = self.at(slot) else { return Vec::new() };
        let mut others = self.sharing(features);
        others.retain(|other| *other != slot);
        self.compared(&Spelled::of(features), others, &[])
    }

    fn is_common(&self, key: Key) -> bool {
        let most = common(key) + self.draft.gone.get(&key).copied().unwrap_or_default();
        self.corpus.index.count(key, most + 1) + self.draft.index.count(key, most + 1) > most
    }

    /// Old wordings that have other neighbours than before because a key has become common, or is no longer.
    fn reconnect(&mut self) -> Vec<Slot> {
        let corpus = self.corpus;
        let touched = self.draft.wordings.iter().flat_map(|(features, _)| filed_under(features));
        let touched: FxHashSet<Key> = touched.chain(self.draft.gone.keys().copied()).collect();
        let was_common = |key: Key| corpus.index.count(key, common(key) + 1) > common(key);
        let turned: Vec<(Key, bool)> = touched
            .into_iter()
            .map(|key| (key, self.is_common(key)))
            .filter(|(key, is_common)| was_common(*key) != *is_common)
            .collect();
        // Each with whether it has lost keys only: then who is left is known.
        let mut under: BTreeMap<Slot, bool> = BTreeMap::new();
        for (key, is_common) in turned {
            corpus.index.under(key).for_each(|slot| *under.entry(slot).or_insert(true) &= is_common);
        }
        under.retain(|slot, _| self.lives(*slot));
        let under: Vec<(Slot, bool)> = under.into_iter().collect();
        let known = |slot| corpus.at(slot).and_then(|wording| wording.neighbours.as_deref());
        let found = super::in_parallel(&under, |&(slot, lost)| match (known(slot), self.at(slot)) {
            (Some(known), Some(features)) if lost => {
                let sharing = self.sharing(features);
                let arrived = self.draft.arrived.get(&slot).into_iter().flatten();
                let stay = known.iter().filter(|other| sharing.binary_search(&other.slot).is_ok());
                stay.chain(arrived).copied().collect()
            }
            _ => self.search(slot),
        });
        let mut changed = Vec::new();
        for ((slot, _), found) in under.into_iter().zip(found) {
            let alive = |list: &[Neighbour]| list.iter().copied().filter(|other| self.lives(other.slot)).collect::<BTreeSet<_>>();
            if known(slot).is_none_or(|before| alive(before) != alive(&found)) {
                changed.push(slot);
            }
            self.draft.arrived.remove(&slot);
            self.draft.neighbours.insert(slot, found);
        }
        changed
    }

    /// A claim's wording, as it will be. A claim that leaves has none, though others may go on saying the same.
    fn slot(&self, claim: ClaimId) -> Option<Slot> {
        let known = || self.corpus.claims.get(&claim).filter(|place| !self.retired.contains(&place.article));
        self.draft.placed.get(&claim).map(|placed| placed.wording).or_else(|| known().map(|place| place.wording))
    }

    /// Claims of a wording, as it will be.
    fn claims(&self, slot: Slot) -> impl Iterator<Item = ClaimId> {
        let old = self.corpus.at(slot).into_iter().flat_map(|wording| &wording.claims).copied();
        let stays = |claim: &ClaimId| {
            !self.draft.placed.contains_key(claim)
                && self.corpus.claims.get(claim).is_some_and(|place| !self.retired.contains(&place.article))
        };
        old.filter(stays).chain(self.draft.claims.get(&slot).into_iter().flatten().copied())
    }

    /// Who says it like this, and where.
    fn tellers(&self, slot: Slot) -> Vec<(OutletId, ArticleId)> {
        let teller = |claim: ClaimId| match self.draft.placed.get(&claim) {
            Some(placed) => Some((placed.outlet, placed.article)),
            None => {
                let article = self.corpus.claims.get(&claim)?.article;
                Some((self.corpus.articles.get(&article)?.outlet, article))
            }
        };
        self.claims(slot).filter_map(teller).collect()
    }

    fn lives(&self, slot: Slot) -> bool {
        self.claims(slot).next().is_some()
    }

    /// Clusters that the claims of a wording stood in, be it then or now.
    fn old_clusters(&self, slot: Slot) -> BTreeSet<ClusterId> {
        let old = self.corpus.at(slot).into_iter().flat_map(|wording| &wording.claims).copied();
        old.chain(self.claims(slot)).filter_map(|claim| self.corpus.claims.get(&claim)?.cluster).collect()
    }

    fn wordings_of(&self, cluster: ClusterId) -> BTreeSet<Slot> {
        let claims = self.corpus.clusters.get(&cluster).into_iter().flatten();
        claims.filter_map(|claim| self.slot(*claim)).collect()
    }

    /// What editors said of a wording: others, each with what counts instead of its likeness.
    fn constrained(&self, slot: Slot) -> Vec<Neighbour> {
        let constraints = self.draft.constraints(self.corpus);
        if constraints.is_empty() {
            return Vec::new();
        }
        let said = self.claims(slot).flat_map(|claim| constraints.of(claim));
        said.filter_map(|(other, likeness)| Some(Neighbour { slot: self.slot(other)?, hangs: likeness > 0, likeness })).collect()
    }

    fn level(&self, slot: Slot) -> u8 {
        self.draft.levels.get(&slot).copied().or_else(|| self.corpus.at(slot).map(|wording| wording.level)).unwrap_or_default()
    }

    fn neighbours(&mut self, slot: Slot) -> &[Neighbour] {
        if !self.draft.neighbours.contains_key(&slot) {
            let arrived = self.draft.arrived.remove(&slot).unwrap_or_default();
            let known = self.corpus.at(slot).and_then(|wording| wording.neighbours.as_deref());
            let found = match known {
                Some(known) => known.iter().copied().chain(arrived).collect(),
                None => self.search(slot),
            };
            self.draft.neighbours.insert(slot, found);
        }
        self.draft.neighbours.get(&slot).map_or(&[], Vec::as_slice)
    }

    /// Everything that hangs together with `seed`, and by how many steps its weak likenesses were passed over for that. What was
    /// decided with fewer steps, and hangs together no longer, becomes a seed.
    fn component(&mut self, seed: Slot, seeds: &mut BTreeSet<Slot>) -> (Vec<Slot>, u8) {
        let mut level = 0;
        loop {
            let floor = millionths(self.corpus.linking.neighbour) + Millionths::from(level) * STEP;
            let mut reached = FxHashSet::from_iter([seed]);
            let mut queue = VecDeque::from([seed]);
            let mut component = Vec::new();
            while let Some(slot) = queue.pop_front() {
                component.push(slot);
                if component.len() > LARGEST
                    && (level == MOST_LEVELS || self.level(slot) != level || component.len() > 4 * LARGEST)
                {
                    continue;
                }
                let mut next = self.constrained(slot);
                next.extend(self.neighbours(slot));
                next.retain(|other| other.hangs && other.likeness >= floor);
                for Neighbour { slot: other, .. } in next {
                    if !reached.contains(&other) && self.lives(other) {
                        reached.insert(other);
                        queue.push_back(other);
                    }
                }
            }
            if component.len() <= LARGEST || level == MOST_LEVELS {
                component.truncate(LARGEST);
                return (component, level);
            }
            seeds.extend(component.iter().filter(|slot| **slot != seed && self.level(**slot) == level));
            level += 1;
        }
    }

    /// What is known of a component, for [`Knot::split`]. `component` is in the order of content.
    fn knot(&mut self, component: Vec<Slot>) -> Knot {
        let position: FxHashMap<Slot, usize> = component.iter().enumerate().map(|(at, slot)| (*slot, at)).collect();
        let pair = |a: usize, other: &Neighbour| {
            let b = *position.get(&other.slot).filter(|b| **b != a)?;
            Some(((a.min(b), a.max(b)), other.likeness))
        };
        let mut pairs = BTreeMap::new();
        let mut said: BTreeMap<(usize, usize), Millionths> = BTreeMap::new();
        for (a, slot) in component.iter().enumerate() {
            pairs.extend(self.neighbours(*slot).iter().filter_map(|other| pair(a, other)));
            for (of, likeness) in self.constrained(*slot).iter().filter_map(|other| pair(a, other)) {
                // Of several words about one pair "apart" holds.
                said.entry(of).and_modify(|known| *known = likeness.min(*known)).or_insert(likeness);
            }
        }
        let features = component.iter().map(|slot| self.features(*slot)).collect();
        let tellers: Vec<_> = component.iter().map(|slot| self.tellers(*slot)).collect();
        Knot { wordings: component, features, voices: partition::voices(&tellers), pairs, said }
    }
}

/// Wordings that hang together, in the order of their content, with their likenesses as far as they are known.
struct Knot {
    wordings: Vec<Slot>,
    features: Vec<Arc<Features>>,
    voices: Vec<Millionths>,
    pairs: BTreeMap<(usize, usize), Millionths>,
    /// What editors said, instead of a likeness.
    said: BTreeMap<(usize, usize), Millionths>,
}

impl Knot {
    /// The clusters that it falls into.
    fn split(&self, linking: &Linking) -> Vec<Vec<Slot>> {
        let n = self.wordings.len();
        if n == 1 {
            return vec![self.wordings.clone()];
        }
        let mut pairs = self.pairs.clone();
        if n <= ALL_PAIRS {
            let spelled: Vec<Spelled<'_>> = self.features.iter().map(|features| Spelled::of(features)).collect();
            for a in 0..n {
                for b in a + 1..n {
                    if let Entry::Vacant(entry) = pairs.entry((a, b))
                        && let Some((likeness, _)) = pair(&spelled[a], &spelled[b], linking)
                    {
                        entry.insert(likeness);
                    }
                }
            }
        }
        let groups = partition::groups(&self.voices, pairs, &self.said, linking);
        groups.into_iter().map(|group| group.into_iter().map(|at| self.wordings[at]).collect()).collect()
    }
}
