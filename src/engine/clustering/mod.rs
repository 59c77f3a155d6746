//! Claims to clusters, so that the partition depends only on the set of articles and never on their order.
//!
//! A claim's neighbours are the claims it may link to. Neighbours of neighbours make a component; inside each component
//! average link decides ([`partition`]). A new article re-decides the components that it touches and no others.

pub mod batch;
pub mod partition;
pub mod representative;

pub use batch::link_all;

use std::{
    collections::{BTreeMap, BTreeSet, HashSet, VecDeque},
    sync::Arc,
};

use rustc_hash::{FxHashMap, FxHashSet};

use self::partition::{Millionths, millionths};
use crate::{
    domain::{ArticleId, ClaimId, ClaimReading, ClusterId, LinkArticle, LinkPlan, LinkedCluster},
    engine::{
        settings::Linking,
        similarity::{
            Comparison, Decision, Features, Match, compare,
            index::{Index, Slot},
            likeness,
        },
        stance,
    },
};

/// A claim in the corpus, with the article it stands in.
pub struct Member {
    pub claim: ClaimId,
    /// The article without its claims.
    pub article: Arc<LinkArticle>,
    pub reading: ClaimReading,
    pub features: Features,
    pub cluster: Option<ClusterId>,
}

/// Components beyond this are cut off: a bound on the work that one article can cause.
const LARGEST_COMPONENT: usize = 2_000;
/// Up to this size every pair of a component is compared; beyond it only the pairs that the index proposes.
const ALL_PAIRS: usize = 300;

/// Every linked claim of a workspace, ready to be compared. A pure value, derived from what is stored and rebuilt at start.
#[derive(Default)]
pub struct Corpus {
    linking: Linking,
    members: FxHashMap<Slot, Member>,
    slots: FxHashMap<ClaimId, Slot>,
    articles: FxHashMap<ArticleId, Vec<Slot>>,
    clusters: FxHashMap<ClusterId, BTreeSet<Slot>>,
    index: Index,
    next: Slot,
}

impl Corpus {
    /// Takes in an article with its claims, linked or not. An article that is known already is replaced.
    pub fn insert(&mut self, mut article: LinkArticle) {
        self.remove(article.id);
        let claims = std::mem::take(&mut article.claims);
        let article = Arc::new(article);
        let features = claims.iter().map(|claim| Features::in_language(&claim.reading, &article.language)).collect();
        for (claim, features) in claims.into_iter().zip(Features::in_article(features)) {
            let slot = self.next;
            self.next += 1;
            self.index.insert(slot, &features);
            self.slots.insert(claim.id, slot);
            self.articles.entry(article.id).or_default().push(slot);
            if let Some(cluster) = claim.cluster_id {
                self.clusters.entry(cluster).or_default().insert(slot);
            }
            let member =
                Member { claim: claim.id, article: article.clone(), reading: claim.reading, features, cluster: claim.cluster_id };
            self.members.insert(slot, member);
        }
    }

    /// Forgets an article and its claims.
    pub fn remove(&mut self, article: ArticleId) {
        for slot in self.articles.remove(&article).unwrap_or_default() {
            if let Some(member) = self.members.remove(&slot) {
                self.index.remove(slot, &member.features);
                self.slots.remove(&member.claim);
                if let Some(cluster) = member.cluster {
                    self.leave(cluster, slot);
                }
            }
        }
    }

    fn leave(&mut self, cluster: ClusterId, slot: Slot) {
        if let Some(slots) = self.clusters.get_mut(&cluster) {
            slots.remove(&slot);
            if slots.is_empty() {
                self.clusters.remove(&cluster);
            }
        }
    }

    /// Decides where the claims of new articles belong, and what that changes. Changes nothing itself.
    #[must_use]
    pub fn plan(&self, new: &[LinkArticle], retired: &HashSet<ArticleId>) -> LinkPlan {
        let draft = self.draft(new);
        let view = View { corpus: self, draft: &draft, retired };
        // What is touched: the new claims, and the clusters that lose a claim.
        let mut seeds: Vec<Slot> = draft.members.keys().copied().collect();
        let mut losing: BTreeSet<ClusterId> = BTreeSet::new();
        for slot in retired.iter().filter_map(|article| self.articles.get(article)).flatten() {
            if let Some(cluster) = self.members.get(slot).and_then(|member| member.cluster) {
                losing.insert(cluster);
                seeds.extend(self.clusters.get(&cluster).into_iter().flatten().copied().filter(|s| view.member(*s).is_some()));
            }
        }
        seeds.sort_unstable();
        let mut plan = LinkPlan {
            linked: new.iter().map(|a| a.id).collect(),
            retired: retired.iter().copied().collect(),
            ..LinkPlan::default()
        };
        plan.retired.sort_unstable();
        let mut seen: FxHashSet<Slot> = FxHashSet::default();
        for seed in seeds {
            if seen.contains(&seed) {
                continue;
            }
            let component = view.component(seed, &mut seen);
            self.decide(&view, component, &mut plan, &mut losing);
        }
        // Clusters of which nothing is left anywhere.
        plan.dissolved.extend(losing.into_iter().map(|cluster| (cluster, None)));
        plan
    }

    /// New articles as members with slots of their own, not yet in the index.
    fn draft(&self, new: &[LinkArticle]) -> Draft {
        let mut draft = Draft::default();
        let mut slot = self.next;
        for article in new {
            let context = Arc::new(LinkArticle { claims: Vec::new(), ..article.clone() });
            let features = article.claims.iter().map(|claim| Features::in_language(&claim.reading, &article.language)).collect();
            for (claim, features) in article.claims.iter().zip(Features::in_article(features)) {
                draft.index.insert(slot, &features);
                let member =
                    Member { claim: claim.id, article: context.clone(), reading: claim.reading.clone(), features, cluster: None };
                draft.members.insert(slot, member);
                slot += 1;
            }
        }
        draft
    }

    /// Partitions one component and writes what changed into the plan. Clusters that live on are taken out of `losing`.
    fn decide(&self, view: &View<'_>, component: Vec<Slot>, plan: &mut LinkPlan, losing: &mut BTreeSet<ClusterId>) {
        let members: Vec<&Member> = component.iter().filter_map(|slot| view.member(*slot)).collect();
        let groups = partition_members(&members, &self.linking, |i| {
            view.candidates(component[i]).into_iter().filter_map(|slot| component.iter().position(|s| *s == slot)).collect()
        });
        // Older clusters choose first, each the group that holds most of its claims; a merge so keeps the older id.
        let mut old: BTreeMap<ClusterId, BTreeMap<usize, usize>> = BTreeMap::new();
        for (g, group) in groups.iter().enumerate() {
            for cluster in group.iter().filter_map(|&i| members[i].cluster) {
                *old.entry(cluster).or_default().entry(g).or_default() += 1;
            }
        }
        let mut ids: Vec<Option<ClusterId>> = vec![None; groups.len()];
        let mut homeless: Vec<(ClusterId, usize)> = Vec::new();
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
            let before = self.clusters.get(&id);
            let unchanged = !created
                && before.is_some_and(|slots| slots.len() == group.len())
                && group.iter().all(|&i| members[i].cluster == Some(id));
            if unchanged {
                continue;
            }
            let judged: Vec<&Member> = group.iter().map(|&i| members[i]).collect();
            let (cluster, claims) = stance::judge(id, &judged);
            plan.clusters.push(LinkedCluster { created, cluster, claims });
        }
        plan.dissolved.extend(homeless.into_iter().map(|(cluster, g)| (cluster, ids[g])));
    }

    /// Takes in a plan after its transaction has been committed.
    pub fn apply(&mut self, new: Vec<LinkArticle>, plan: &LinkPlan) {
        for article in &plan.retired {
            self.remove(*article);
        }
        for article in new {
            self.insert(article);
        }
        for linked in &plan.clusters {
            for (claim, _) in &linked.claims {
                self.assign(*claim, linked.cluster.id);
            }
        }
    }

    fn assign(&mut self, claim: ClaimId, cluster: ClusterId) {
        let Some(&slot) = self.slots.get(&claim) else { return };
        let before = self.members.get_mut(&slot).and_then(|member| member.cluster.replace(cluster));
        if let Some(before) = before.filter(|before| *before != cluster) {
            self.leave(before, slot);
        }
        self.clusters.entry(cluster).or_default().insert(slot);
    }

    /// The clusters nearest to a claim that is not stored, best first.
    #[must_use]
    pub fn nearest(&self, reading: &ClaimReading, limit: usize) -> Vec<Match> {
        let features = Features::of(reading);
        let mut best: FxHashMap<ClusterId, Match> = FxHashMap::default();
        for slot in self.index.candidates(&features) {
            let Some(member) = self.members.get(&slot) else { continue };
            let Some(cluster_id) = member.cluster else { continue };
            let comparison = compare(&features, &member.features, &self.linking);
            let found = Match { cluster_id, claim_id: member.claim, comparison };
            match best.get_mut(&cluster_id) {
                Some(known) if rank(&known.comparison) >= rank(&found.comparison) => {}
                Some(known) => *known = found,
                None => {
                    best.insert(cluster_id, found);
                }
            }
        }
        let mut ranked: Vec<Match> = best.into_values().collect();
        ranked.sort_by(|a, b| rank(&b.comparison).cmp(&rank(&a.comparison)).then(a.claim_id.cmp(&b.claim_id)));
        ranked.truncate(limit);
        ranked
    }

    #[must_use]
    pub fn knows(&self, claim: ClaimId) -> bool {
        self.slots.contains_key(&claim)
    }

    /// Makes `claims` the claims of a cluster: for a read copy, which is told the outcome and not the plan.
    pub fn set_cluster(&mut self, cluster: ClusterId, claims: &[ClaimId]) {
        let slots: BTreeSet<Slot> = claims.iter().filter_map(|claim| self.slots.get(claim).copied()).collect();
        for slot in self.clusters.remove(&cluster).unwrap_or_default() {
            if !slots.contains(&slot)
                && let Some(member) = self.members.get_mut(&slot)
            {
                member.cluster = member.cluster.filter(|known| *known != cluster);
            }
        }
        for claim in claims {
            self.assign(*claim, cluster);
        }
    }

    /// Number of claims.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    #[must_use]
    pub fn cluster_count(&self) -> usize {
        self.clusters.len()
    }
}

/// Linkable before suggested before apart, then by similarity.
fn rank(comparison: &Comparison) -> (u8, i64) {
    let tier = match comparison.decision {
        Decision::Link => 2,
        Decision::Suggest => 1,
        Decision::Apart => 0,
    };
    (tier, millionths(comparison.similarity))
}

#[derive(Default)]
struct Draft {
    members: BTreeMap<Slot, Member>,
    index: Index,
}

/// The corpus with a batch of new articles in it and the retired ones out of it.
struct View<'c> {
    corpus: &'c Corpus,
    draft: &'c Draft,
    retired: &'c HashSet<ArticleId>,
}

impl View<'_> {
    fn member(&self, slot: Slot) -> Option<&Member> {
        let member = self.draft.members.get(&slot).or_else(|| self.corpus.members.get(&slot))?;
        (!self.retired.contains(&member.article.id)).then_some(member)
    }

    fn candidates(&self, slot: Slot) -> Vec<Slot> {
        let Some(member) = self.member(slot) else { return Vec::new() };
        let mut found = self.corpus.index.candidates(&member.features);
        found.extend(self.draft.index.candidates(&member.features));
        found.retain(|other| *other != slot && self.member(*other).is_some());
        found
    }

    /// Everything that hangs together with `seed` over neighbours, in no particular order.
    fn component(&self, seed: Slot, seen: &mut FxHashSet<Slot>) -> Vec<Slot> {
        let mut component = Vec::new();
        let mut queue = VecDeque::from([seed]);
        seen.insert(seed);
        while let Some(slot) = queue.pop_front() {
            component.push(slot);
            if component.len() + queue.len() >= LARGEST_COMPONENT {
                continue;
            }
            let Some(member) = self.member(slot) else { continue };
            // Cluster mates belong together until decided otherwise, even if an edge between them is gone.
            let mates = member.cluster.and_then(|cluster| self.corpus.clusters.get(&cluster)).into_iter().flatten().copied();
            for other in mates.filter(|mate| self.member(*mate).is_some()).collect::<Vec<_>>() {
                if seen.insert(other) {
                    queue.push_back(other);
                }
            }
            for other in self.candidates(slot) {
                if seen.contains(&other) {
                    continue;
                }
                let Some(candidate) = self.member(other) else { continue };
                if are_neighbours(&member.features, &candidate.features, &self.corpus.linking) {
                    seen.insert(other);
                    queue.push_back(other);
                }
            }
        }
        component
    }
}

fn are_neighbours(a: &Features, b: &Features, linking: &Linking) -> bool {
    let comparison = compare(a, b, linking);
    comparison.guards.is_empty() && comparison.similarity >= linking.neighbour
}

/// Groups of positions in `members`. The order of `members` does not matter: they are ranked by content first.
fn partition_members(members: &[&Member], linking: &Linking, proposed: impl Fn(usize) -> Vec<usize>) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..members.len()).collect();
    let key = |i: usize| {
        let m = members[i];
        (m.features.folded(), &m.article.outlet.name, m.article.time(), &m.article.title, m.reading.headline, m.reading.span)
    };
    order.sort_by(|&a, &b| key(a).cmp(&key(b)).then_with(|| members[a].claim.cmp(&members[b].claim)));
    let features: Vec<&Features> = order.iter().map(|&i| &members[i].features).collect();
    let mut rank_of = vec![0; members.len()];
    for (rank, &i) in order.iter().enumerate() {
        rank_of[i] = rank;
    }
    partition_features(&features, linking, |rank| proposed(order[rank]).into_iter().map(|i| rank_of[i]).collect())
        .into_iter()
        .map(|group| group.into_iter().map(|rank| order[rank]).collect())
        .collect()
}

/// Groups of features given in content order; `proposed` names the items worth comparing where there are too many pairs.
fn partition_features(features: &[&Features], linking: &Linking, proposed: impl Fn(usize) -> Vec<usize>) -> Vec<Vec<usize>> {
    let n = features.len();
    if n == 1 {
        return vec![vec![0]];
    }
    let mut pairs = BTreeMap::new();
    let mut add = |a: usize, b: usize| {
        let key = (a.min(b), a.max(b));
        if a != b && !pairs.contains_key(&key) {
            pairs.insert(key, pair(features[a], features[b], linking));
        }
    };
    for a in 0..n {
        if n <= ALL_PAIRS {
            (a + 1..n).for_each(|b| add(a, b));
        } else {
            proposed(a).into_iter().for_each(|b| add(a, b));
        }
    }
    partition::partition(n, &partition::in_company(n, &pairs), 0, millionths(linking.link))
}

fn pair(a: &Features, b: &Features, linking: &Linking) -> Millionths {
    let comparison = compare(a, b, linking);
    millionths(likeness(comparison.similarity, &comparison.guards, linking))
}
