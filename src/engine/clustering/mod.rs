//! Claims to clusters, so that the partition depends only on the set of articles and never on their order.
//!
//! Claims that no comparison can tell apart are one wording ([`wording`]). Wordings that may be alike hang together, and inside
//! what hangs together average link decides ([`partition`]). A new article re-decides what it touches and nothing else.

pub mod batch;
mod constraints;
mod corpus;
pub mod partition;
mod regroup;
pub mod representative;
#[cfg(test)]
mod tests;
mod wording;

use std::{num::NonZero, sync::Arc, thread};

use self::partition::{Millionths, millionths};
pub use self::{
    batch::link_all,
    corpus::{Corpus, Loading},
    regroup::Regrouping,
};
use crate::{
    domain::{ClaimId, ClaimReading, LinkArticle, Relabel},
    engine::{
        settings::Linking,
        similarity::{Features, Spelled, Subject, likeness, weigh},
    },
};

/// A claim as it is judged, with the article it stands in.
#[derive(Clone, Copy)]
pub struct Member<'a> {
    pub claim: ClaimId,
    pub article: &'a LinkArticle,
    pub reading: &'a ClaimReading,
    pub relabelled: Option<&'a Relabel>,
    pub features: &'a Features,
}

/// The features of an article's claims, in its context and in their order.
fn features_of<'a>(subjects: impl Iterator<Item = Subject<'a>>, language: &str) -> Vec<Arc<Features>> {
    let alone = subjects.map(|subject| Features::in_language(subject, language)).collect();
    Features::in_article(alone).into_iter().map(Arc::new).collect()
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

/// What a pair says for or against standing in one cluster, and whether it hangs together by that; `None` when it says next to
/// nothing. Always compared the same way round, so that not even a rounding depends on who came first.
fn pair(a: &Spelled<'_>, b: &Spelled<'_>, linking: &Linking) -> Option<(Millionths, bool)> {
    let (a, b) = if wording::by_content(a.features, b.features).is_le() { (a, b) } else { (b, a) };
    let (similarity, guards) = weigh(a, b, linking, linking.noise)?;
    let hangs = guards.is_empty() && similarity >= linking.neighbour;
    Some((millionths(likeness(similarity, &guards, linking)), hangs))
}

/// Up to this size every pair of a component is compared; beyond it only pairs that share a key which is not common.
const ALL_PAIRS: usize = 300;
