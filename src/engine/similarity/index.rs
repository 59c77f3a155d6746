//! Finds the claims that may be about the same thing as a given one, without comparing it to all of them.
//!
//! A claim is filed under hashed keys: its rarest stems, alone and in pairs, its whole text, its quotation. Claims
//! that share a key are candidates, unless the key has become common. The index is a set of (key, claim): the order of
//! insertion leaves no trace, and taking out undoes putting in.

use std::{borrow::Borrow, cmp::Reverse};

use super::{
    Features,
    table::Table,
    words::{SlotKind, Term, id_of},
};
use crate::engine::postings::Postings;
/// Number of a claim in the corpus; slots are never reused.
pub use crate::engine::postings::{Key, Slot};

/// Stems that are keys, alone and in pairs. Two claims that share one of these find each other while it is rare, and two that
/// share two of them while the pair is; so a claim may lose and gain three rare words. More stems find more of what differs
/// much and cost keys by the square: 5 are 15 keys, 6 are 21.
const RAREST: usize = 5;
/// Stems of a text that are looked up when it searches.
const LOOKED_UP: usize = 12;
/// A key in more claims than this proposes none of them: it says little, and its list would grow with the corpus. Lower: less
/// work a query. Higher: more partners found in a large corpus, where pairs of its frequent names get common.
const COMMON: usize = 1_000;
/// The same for a stem alone, which says less.
const COMMON_ALONE: usize = 250;
/// Candidates that are worth a look at their terms, by what the keys alone tell.
const PROMISING: usize = 64;
/// Candidates that are worth a full comparison.
const NEAREST: usize = 32;
/// Candidates below this likeness (millionths) are not worth one: two of twelve equally rare stems are 0.17.
const LEAST: u32 = 100_000;

#[derive(Clone, Default)]
pub struct Index {
    postings: Postings,
}

impl Index {
    /// Of many claims at once: much faster than one after the other.
    pub fn build<'f>(claims: impl IntoIterator<Item = (Slot, &'f Features)>) -> Self {
        let postings =
            claims.into_iter().flat_map(|(slot, features)| filed_under(features).into_iter().map(move |key| (key, slot)));
        Self { postings: Postings::build(postings) }
    }

    pub fn insert(&mut self, slot: Slot, features: &Features) {
        for key in filed_under(features) {
            self.postings.insert(key, slot);
        }
    }

    /// Takes out a claim that was inserted with these features.
    pub fn remove(&mut self, slot: Slot, features: &Features) {
        for key in filed_under(features) {
            self.postings.remove(key, slot);
        }
    }

    /// Takes in all claims of another index: parts that were built side by side become one.
    pub fn merge(&mut self, other: Self) {
        self.postings.merge(other.postings);
    }

    /// Slots worth a look, most promising first by the keys they share; not more than [`PROMISING`].
    #[must_use]
    pub fn candidates(&self, features: &Features) -> Vec<Slot> {
        self.promising(&filed_under(features))
    }

    /// The candidates that share most, by the weight of their common stems: those worth a full comparison, best first. `at`
    /// knows the claims' features.
    #[must_use]
    pub fn nearest<F: Borrow<Features>>(&self, features: &Features, at: impl Fn(Slot) -> Option<F>) -> Vec<Slot> {
        nearest(features, self.candidates(features), at)
    }

    /// The same for a text that looks for claims, which may say much besides: all its words are looked up, so it finds what
    /// would not propose it.
    #[must_use]
    pub fn search<F: Borrow<Features>>(&self, features: &Features, at: impl Fn(Slot) -> Option<F>) -> Vec<Slot> {
        nearest(features, self.promising(&keys(features, LOOKED_UP)), at)
    }

    /// How many claims are filed under a key; `most` where they are more.
    #[must_use]
    pub fn count(&self, key: Key, most: usize) -> usize {
        self.postings.count(key, most)
    }

    /// The claims under a key.
    pub fn under(&self, key: Key) -> impl Iterator<Item = Slot> {
        self.postings.of(key, usize::MAX).into_iter().flatten()
    }

    /// Of claims that share the same keys, all are taken or none, so that it does not matter which came first; unless they are
    /// many.
    fn promising(&self, keys: &[Key]) -> Vec<Slot> {
        let mut proposed = self.proposed(keys);
        if proposed.len() > PROMISING {
            let (_, (_, least), _) =
                proposed.select_nth_unstable_by_key(PROMISING - 1, |(slot, promise)| (Reverse(*promise), *slot));
            let least = *least;
            proposed.retain(|(_, promise)| *promise >= least);
        }
        proposed.sort_unstable_by_key(|(slot, promise)| (Reverse(*promise), *slot));
        proposed.truncate(2 * PROMISING);
        proposed.into_iter().map(|(slot, _)| slot).collect()
    }

    /// Every slot under a key that is not common, with what the shared keys are worth together: rare keys more.
    fn proposed(&self, keys: &[Key]) -> Vec<(Slot, u32)> {
        // Slot and promise in one number: sorting is most of the work here.
        let mut shared: Vec<u64> = Vec::new();
        for key in keys {
            let Some(slots) = self.postings.of(*key, common(*key)) else { continue };
            let from = shared.len();
            shared.extend(slots.map(|slot| u64::from(slot) << 32));
            let promise = u64::from(PROMISE / (HALVED + (shared.len() - from) as u32));
            shared[from..].iter_mut().for_each(|entry| *entry |= promise);
        }
        shared.sort_unstable();
        let slot = |entry: u64| (entry >> 32) as Slot;
        let sum = |same: &[u64]| (slot(same[0]), same.iter().map(|entry| *entry as u32).sum());
        shared.chunk_by(|a, b| slot(*a) == slot(*b)).map(sum).collect()
    }

    /// Bytes on the heap.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        self.postings.heap_bytes()
    }
}

/// What a shared key is worth to the order of candidates: less the more claims it is in, half at [`HALVED`] claims. The number
/// is any that keeps sums exact.
const PROMISE: u32 = 1 << 22;
const HALVED: u32 = 64;

/// The keys that a claim is filed under.
#[must_use]
pub fn filed_under(features: &Features) -> Vec<Key> {
    keys(features, RAREST)
}

/// A key in more claims than this is common, and proposes none of them.
#[must_use]
pub const fn common(key: Key) -> usize {
    if key & ALONE == ALONE { COMMON_ALONE } else { COMMON }
}

/// Marks the keys of a stem alone.
const ALONE: Key = 1;

/// Those of many claims whose stems are alike enough to be worth a full comparison. One is worth it to another exactly if the other is to
/// it: no rank decides, so who is worth it does not depend on who else there is.
pub fn alike<'f>(
    features: &Features,
    others: impl Iterator<Item = (Slot, &'f Features)>,
) -> impl Iterator<Item = (Slot, &'f Features)> {
    let query = Query::of(features);
    let quotes = features.quotation().is_some();
    others.filter(move |(_, other)| {
        let least = if quotes && other.quotation().is_some() { 0 } else { LEAST };
        query.likeness(other.terms()) >= least
    })
}

fn nearest<F: Borrow<Features>>(features: &Features, candidates: Vec<Slot>, at: impl Fn(Slot) -> Option<F>) -> Vec<Slot> {
    let query = Query::of(features);
    // Who says the same words between quotation marks may say little else that is the same.
    let least = if features.quotation().is_some() { 0 } else { LEAST };
    // All are asked for before any is read: they lie far apart, and memory answers many requests at once.
    let others: Vec<(Slot, F)> = candidates.into_iter().filter_map(|slot| Some((slot, at(slot)?))).collect();
    let terms: Vec<(Slot, &[Term])> = others.iter().map(|(slot, other)| (*slot, other.borrow().terms())).collect();
    let ranked = terms.into_iter().map(|(slot, terms)| (Reverse(query.likeness(terms)), slot));
    let mut ranked: Vec<(Reverse<u32>, Slot)> = ranked.filter(|(likeness, _)| likeness.0 >= least).collect();
    if ranked.len() > NEAREST {
        ranked.select_nth_unstable(NEAREST);
        ranked.truncate(NEAREST);
    }
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, slot)| slot).collect()
}

/// The stems of a query in a table, so that a candidate costs a look-up for each of its own.
#[derive(Default)]
struct Query {
    stems: Table<f32>,
    square: f32,
}

impl Query {
    fn of(features: &Features) -> Self {
        let mut query = Self::default();
        for term in features.terms() {
            let rarity = term.idf().max(f32::MIN_POSITIVE);
            query.stems.set(term.id, rarity);
            query.square += rarity * rarity;
        }
        query
    }

    /// Cosine of the rarities of the stems, in millionths. Every stem counts in full: what tells two claims of one story apart is
    /// names and numbers.
    fn likeness(&self, other: &[Term]) -> u32 {
        let (mut dot, mut square) = (0.0, 0.0);
        for term in other {
            let rarity = term.idf();
            dot += self.stems.get(term.id) * rarity;
            square += rarity * rarity;
        }
        // What has no stems shares its whole text, or it would be no candidate.
        if self.square + square == 0.0 {
            1_000_000
        } else {
            (dot / (self.square * square).sqrt().max(f32::MIN_POSITIVE) * 1e6) as u32
        }
    }
}

/// The stems that say most about a claim, rarest first; by id where two are equally rare, so that two claims choose alike.
fn rarest(features: &Features, count: usize) -> Vec<Term> {
    let order = |term: &Term| (Reverse((term.idf() * 1e3) as u32), term.id);
    let mut terms = features.terms().to_vec();
    if terms.len() > count {
        terms.select_nth_unstable_by_key(count, order);
        terms.truncate(count);
    }
    terms.sort_unstable_by_key(order);
    terms
}

/// Keys of the rarest stems, in pairs and alone, and of what may be shared as a whole; each once.
fn keys(features: &Features, count: usize) -> Vec<Key> {
    /// Keeps the kinds of key apart.
    const STEM: u32 = 0x9e37_79b9;
    const TEXT: u32 = 0x85eb_ca6b;
    const QUOTATION: u32 = 0xc2b2_ae35;
    let stems = rarest(features, count);
    let mut keys: Vec<Key> = Vec::with_capacity(count * (count + 1) / 2 + 2);
    for (at, first) in stems.iter().enumerate() {
        keys.extend(stems[..at].iter().map(|second| key(first.id.min(second.id), first.id.max(second.id)) & !ALONE));
    }
    keys.extend(stems.iter().map(|stem| key(stem.id, STEM) | ALONE));
    keys.extend(Some(features.folded()).filter(|text| !text.is_empty()).map(|text| key(id_of(text), TEXT) & !ALONE));
    keys.extend(features.slot(SlotKind::Quotation).iter().map(|slot| key(slot.id(), QUOTATION) & !ALONE));
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Two numbers to one, evenly spread (the finaliser of SplitMix64; Steele, Lea and Flood 2014). Of ten million keys one in
/// two hundred has another's number; it then proposes a few claims that comparison rejects.
fn key(a: u32, b: u32) -> Key {
    let mut hash = (u64::from(a) << 32 | u64::from(b)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (hash >> 32) as Key
}

#[cfg(test)]
mod tests;
