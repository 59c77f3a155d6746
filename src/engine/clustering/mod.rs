//! Claims to clusters, so that the partition depends only on the set of articles and never on their order.
//!
//! Claims that no comparison can tell apart are one wording ([`wording`]). Wordings that may be alike hang together, and inside
//! what hangs together average link decides ([`partition`]). A new article re-decides what it touches and nothing else.

mod constraints;
mod corpus;
pub mod partition;
mod regroup;
pub mod representative;
#[cfg(test)]
mod tests;
mod wording;

use std::{
    collections::{BTreeMap, VecDeque},
    num::NonZero,
    sync::Arc,
    thread,
};

use rustc_hash::FxHashMap;

use self::partition::{Millionths, millionths};
pub use self::{corpus::Corpus, regroup::Regrouping};
use crate::{
    domain::{ClaimId, ClaimReading, LinkArticle},
    engine::{
        settings::Linking,
        similarity::{
            Features, compare, guards,
            index::{Index, Slot},
        },
    },
};

/// A claim as it is judged, with the article it stands in.
#[derive(Clone, Copy)]
pub struct Member<'a> {
    pub claim: ClaimId,
    pub article: &'a LinkArticle,
    pub reading: &'a ClaimReading,
    pub features: &'a Features,
}

/// Of each article the features of its claims, in their order.
fn features_of(articles: &[LinkArticle]) -> Vec<Vec<Arc<Features>>> {
    in_parallel(articles, |article| {
        article.claims.iter().map(|claim| Arc::new(Features::in_language(&claim.reading, &article.language))).collect()
    })
}

/// Fewer items than this are not worth a thread.
const WORTH_A_THREAD: usize = 32;

/// `work` on each item, in order, on all cores where there is enough of it.
fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    if cores == 1 || items.len() < 2 * WORTH_A_THREAD {
        return items.iter().map(work).collect();
    }
    let work = &work;
    // Smaller pieces than cores, so that one that is slow does not keep all others waiting.
    let piece = items.len().div_ceil(cores * 4).max(WORTH_A_THREAD);
    let next = std::sync::atomic::AtomicUsize::new(0);
    let pieces: Vec<&[T]> = items.chunks(piece).collect();
    let mut done: Vec<(usize, Vec<R>)> = thread::scope(|scope| {
        let run = || {
            let mut done = Vec::new();
            while let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
                && let Some(items) = pieces.get(at)
            {
                done.push((at, items.iter().map(work).collect()));
            }
            done
        };
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(run)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().flat_map(|(_, results)| results).collect()
}

fn are_neighbours(a: &Features, b: &Features, linking: &Linking) -> bool {
    let comparison = compare(a, b, linking);
    comparison.guards.is_empty() && comparison.similarity >= linking.neighbour
}

/// What a pair says for or against standing in one cluster. A guard weighs against it by [`Linking::guarded`] instead of
/// forbidding it for ever: one misread name must not keep twenty copies of a story apart.
fn pair(a: &Features, b: &Features, linking: &Linking) -> Millionths {
    let comparison = compare(a, b, linking);
    let against = comparison.guards.iter().any(|hit| hit.guard != guards::TOO_LITTLE);
    millionths(if against { linking.guarded } else { comparison.similarity })
}

/// Up to this size every pair of a component is compared; beyond it only the pairs that the index proposes.
const ALL_PAIRS: usize = 300;

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
    partition::partition(n, &pairs, 0, millionths(linking.link))
}

/// Clusters texts that come all at once: for each, the number of its cluster. The same rules as the service, no database.
#[must_use]
pub fn link_all(readings: &[ClaimReading], linking: &Linking) -> Vec<usize> {
    let features: Vec<Features> = readings.iter().map(Features::of).collect();
    let mut order: Vec<usize> = (0..features.len()).collect();
    order.sort_by(|&a, &b| features[a].folded().cmp(features[b].folded()).then(a.cmp(&b)));
    let mut index = Index::default();
    for (rank, &i) in order.iter().enumerate() {
        index.insert(rank as Slot, &features[i]);
    }
    let candidates: Vec<Vec<usize>> =
        order.iter().map(|&i| index.candidates(&features[i]).into_iter().map(|slot| slot as usize).collect()).collect();
    let mut component_of = vec![usize::MAX; order.len()];
    let mut components: Vec<Vec<usize>> = Vec::new();
    for start in 0..order.len() {
        if component_of[start] != usize::MAX {
            continue;
        }
        let number = components.len();
        let mut component = Vec::new();
        let mut queue = VecDeque::from([start]);
        component_of[start] = number;
        while let Some(rank) = queue.pop_front() {
            component.push(rank);
            for &other in &candidates[rank] {
                if component_of[other] == usize::MAX && are_neighbours(&features[order[rank]], &features[order[other]], linking) {
                    component_of[other] = number;
                    queue.push_back(other);
                }
            }
        }
        component.sort_unstable();
        components.push(component);
    }
    let mut cluster = vec![0; order.len()];
    let mut next = 0;
    for component in components {
        let inside: Vec<&Features> = component.iter().map(|&rank| &features[order[rank]]).collect();
        let position: FxHashMap<usize, usize> = component.iter().enumerate().map(|(at, rank)| (*rank, at)).collect();
        for group in partition_features(&inside, linking, |at| {
            candidates[component[at]].iter().filter_map(|rank| position.get(rank).copied()).collect()
        }) {
            for at in group {
                cluster[order[component[at]]] = next;
            }
            next += 1;
        }
    }
    cluster
}
