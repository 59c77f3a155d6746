//! Finds the claims that may be about the same thing as a given one, without comparing it to all of them.
//!
//! A claim is filed under hashed keys: pairs of its rarest stems, its rarest stems alone, its whole text, its quotation. Claims
//! that share a key are candidates, unless the key has become common. The index is a set of (key, claim): the order of
//! insertion leaves no trace, and taking out undoes putting in.

mod postings;

use std::borrow::Borrow;

use self::postings::{Key, Postings};
use super::{
    Features,
    words::{SlotKind, Term, id_of},
};

/// Number of a claim in the corpus; slots are never reused.
pub type Slot = u32;

/// Stems whose pairs are keys. Two claims that share two of these find each other, so a claim may lose or gain three rare
/// words. More stems find more of what differs much and cost keys by the square: 5 are 10 pairs, 6 are 15.
const PAIRED: usize = 5;
/// Rarest stems that are keys alone, for claims of few words.
const ALONE: usize = 2;
/// Stems of a text that are looked up when it searches.
const LOOKED_UP: usize = 12;
/// A key in more claims than this proposes none of them: it says little, and its list would grow with the corpus. Lower: less
/// work a query. Higher: more partners found in a large corpus, where pairs of its frequent names get common.
const COMMON: usize = 1_000;
/// Candidates that are worth a look at their terms, by what the keys alone tell.
const PROMISING: usize = 128;
/// Candidates that are worth a full comparison.
const NEAREST: usize = 48;

#[derive(Clone, Default)]
pub struct Index {
    postings: Postings,
}

impl Index {
    /// Of many claims at once: much faster than one after the other.
    pub fn build<'f>(claims: impl IntoIterator<Item = (Slot, &'f Features)>) -> Self {
        let postings = claims.into_iter().flat_map(|(slot, features)| filed(features).into_iter().map(move |key| (key, slot)));
        Self { postings: Postings::build(postings) }
    }

    pub fn insert(&mut self, slot: Slot, features: &Features) {
        for key in filed(features) {
            self.postings.insert(key, slot);
        }
    }

    /// Takes out a claim that was inserted with these features.
    pub fn remove(&mut self, slot: Slot, features: &Features) {
        for key in filed(features) {
            self.postings.remove(key, slot);
        }
    }

    /// Takes in all claims of another index: parts that were built side by side become one.
    pub fn merge(&mut self, other: Self) {
        self.postings.merge(other.postings);
    }

    /// Slots worth a look, most promising first by the keys they share; not more than [`PROMISING`]. A claim proposes
    /// another exactly if the other proposes it, which is what makes clusters independent of order.
    #[must_use]
    pub fn candidates(&self, features: &Features) -> Vec<Slot> {
        self.promising(&filed(features))
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
        nearest(features, self.promising(&keys(features, LOOKED_UP, LOOKED_UP)), at)
    }

    fn promising(&self, keys: &[Key]) -> Vec<Slot> {
        best(self.proposed(keys), PROMISING, |(slot, promise)| (*promise, *slot)).into_iter().map(|(slot, _)| slot).collect()
    }

    /// Every slot under a key that is not common, with what the shared keys are worth together: rare keys more.
    fn proposed(&self, keys: &[Key]) -> Vec<(Slot, u32)> {
        let mut proposed: Vec<(Slot, u32)> = Vec::new();
        for key in keys {
            let from = proposed.len();
            proposed.extend(self.postings.of(*key).take(COMMON + 1).map(|slot| (slot, 0)));
            match proposed.len() - from {
                common if common > COMMON => proposed.truncate(from),
                claims => proposed[from..].iter_mut().for_each(|(_, promise)| *promise = PROMISE / (HALVED + claims as u32)),
            }
        }
        proposed.sort_unstable();
        proposed.dedup_by(|(slot, promise), (kept, sum)| {
            let same = slot == kept;
            *sum += if same { *promise } else { 0 };
            same
        });
        proposed
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

fn nearest<F: Borrow<Features>>(features: &Features, candidates: Vec<Slot>, at: impl Fn(Slot) -> Option<F>) -> Vec<Slot> {
    let common = |slot| Some((slot, (likeness(features, at(slot)?.borrow()) * 1e6) as u32));
    let ranked = candidates.into_iter().filter_map(common).collect();
    best(ranked, NEAREST, |(slot, common)| (*common, *slot)).into_iter().map(|(slot, _)| slot).collect()
}

/// The `count` items with the highest first number, lower slots first among equals.
fn best<T>(mut items: Vec<T>, count: usize, rank: impl Fn(&T) -> (u32, Slot)) -> Vec<T> {
    let order = |item: &T| {
        let (worth, slot) = rank(item);
        (std::cmp::Reverse(worth), slot)
    };
    if items.len() > count {
        items.select_nth_unstable_by_key(count, order);
        items.truncate(count);
    }
    items.sort_unstable_by_key(order);
    items
}

/// Cosine of the rarities of the stems, 0–1. Every stem counts in full: what tells two claims of one story apart is names and
/// numbers.
#[must_use]
pub fn likeness(a: &Features, b: &Features) -> f32 {
    let (mut x, mut y) = (a.terms(), b.terms());
    let (mut dot, mut of_a, mut of_b) = (0.0, 0.0, 0.0);
    while let (Some(s), Some(t)) = (x.first(), y.first()) {
        let (forward, back) = (s.id <= t.id, t.id <= s.id);
        let (p, q) = (if forward { s.idf() } else { 0.0 }, if back { t.idf() } else { 0.0 });
        dot += p * q;
        of_a += p * p;
        of_b += q * q;
        x = &x[usize::from(forward)..];
        y = &y[usize::from(back)..];
    }
    of_a += x.iter().map(|term| term.idf() * term.idf()).sum::<f32>();
    of_b += y.iter().map(|term| term.idf() * term.idf()).sum::<f32>();
    dot / (of_a * of_b).sqrt().max(f32::MIN_POSITIVE)
}

/// The stems that say most about a claim, rarest first; by id where two are equally rare, so that two claims choose alike.
fn rarest(features: &Features, count: usize) -> Vec<Term> {
    best(features.terms().to_vec(), count, |term| ((term.idf() * 1e3) as u32, term.id))
}

/// The keys under which a claim is found.
fn filed(features: &Features) -> Vec<Key> {
    keys(features, PAIRED, ALONE)
}

/// Keys of the rarest stems, in pairs and alone, and of what may be shared as a whole. Each once.
fn keys(features: &Features, paired: usize, alone: usize) -> Vec<Key> {
    /// Keeps the kinds of key apart.
    const STEM: u32 = 0x9e37_79b9;
    const TEXT: u32 = 0x85eb_ca6b;
    const QUOTATION: u32 = 0xc2b2_ae35;
    let stems = rarest(features, paired.max(alone));
    let mut keys: Vec<Key> = Vec::with_capacity(paired * paired / 2 + alone + 2);
    for (at, first) in stems.iter().take(paired).enumerate() {
        keys.extend(stems[..at].iter().map(|second| key(first.id.min(second.id), first.id.max(second.id))));
    }
    keys.extend(stems.iter().take(alone).map(|stem| key(stem.id, STEM)));
    keys.extend(Some(features.folded()).filter(|text| !text.is_empty()).map(|text| key(id_of(text), TEXT)));
    keys.extend(features.slot(SlotKind::Quotation).iter().map(|slot| key(slot.id(), QUOTATION)));
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Two numbers to one, evenly spread (the finaliser of SplitMix64; Steele, Lea and Flood 2014). Of ten million keys one in
/// four hundred has another's number; it then proposes a few claims that comparison rejects.
fn key(a: u32, b: u32) -> Key {
    let mut hash = (u64::from(a) << 32 | u64::from(b)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (hash >> 32) as Key
}

#[cfg(test)]
mod tests;
