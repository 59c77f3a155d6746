//! Finds the claims that may be about the same thing as a given one, without comparing it to all of them.
//!
//! An inverted index over the rarest stems of each claim, plus exact keys for whole texts and quotations. Stems that stand
//! in too many claims are passed over: they say nothing, and their lists would grow with the corpus.

use std::{borrow::Borrow, hash::Hash};

use rustc_hash::FxHashMap;

use super::{Features, words::Term};

/// Number of a claim in the corpus; slots are never reused.
pub type Slot = u32;

/// Rarest stems by which a claim is filed and looked up.
const FILED: usize = 12;
/// Lists longer than this are passed over while shorter ones exist.
const COMMON: usize = 4_000;
/// Candidates that are compared in full.
const VERIFIED: usize = 96;

#[derive(Default)]
pub struct Index {
    by_stem: FxHashMap<u32, Vec<Slot>>,
    by_words: FxHashMap<String, Vec<Slot>>,
    by_quotation: FxHashMap<String, Vec<Slot>>,
}

impl Index {
    pub fn insert(&mut self, slot: Slot, features: &Features) {
        for term in rarest(features) {
            self.by_stem.entry(term.id).or_default().push(slot);
        }
        if !features.folded().is_empty() {
            self.by_words.entry(features.folded().to_owned()).or_default().push(slot);
        }
        if let Some(quotation) = features.quotation() {
            self.by_quotation.entry(quotation.to_owned()).or_default().push(slot);
        }
    }

    pub fn remove(&mut self, slot: Slot, features: &Features) {
        fn drop_from<K: Borrow<Q> + Hash + Eq, Q: Hash + Eq + ?Sized>(lists: &mut FxHashMap<K, Vec<Slot>>, key: &Q, slot: Slot) {
            if let Some(list) = lists.get_mut(key) {
                list.retain(|known| *known != slot);
                if list.is_empty() {
                    lists.remove(key);
                }
            }
        }
        for term in rarest(features) {
            drop_from(&mut self.by_stem, &term.id, slot);
        }
        drop_from(&mut self.by_words, features.folded(), slot);
        if let Some(quotation) = features.quotation() {
            drop_from(&mut self.by_quotation, quotation, slot);
        }
    }

    /// Slots worth comparing, most promising first; at most [`VERIFIED`] by stems, and every exact copy up to the same number.
    #[must_use]
    pub fn candidates(&self, features: &Features) -> Vec<Slot> {
        let mut promise: FxHashMap<Slot, f32> = FxHashMap::default();
        for term in rarest(features) {
            let Some(list) = self.by_stem.get(&term.id).filter(|list| list.len() <= COMMON) else { continue };
            for slot in list {
                *promise.entry(*slot).or_default() += term.weight() * term.weight();
            }
        }
        let exact = [self.by_words.get(features.folded()), features.quotation().and_then(|q| self.by_quotation.get(q))];
        for slot in exact.into_iter().flatten().flat_map(|list| list.iter().take(VERIFIED)) {
            *promise.entry(*slot).or_default() += f32::MAX / 4.0;
        }
        let mut ranked: Vec<(Slot, f32)> = promise.into_iter().collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked.truncate(VERIFIED * 2);
        ranked.into_iter().map(|(slot, _)| slot).collect()
    }
}

/// The rarest terms, rarest first.
fn rarest(features: &Features) -> Vec<Term> {
    let mut terms = features.terms().to_vec();
    terms.sort_by(|a, b| b.weight().total_cmp(&a.weight()).then_with(|| a.id.cmp(&b.id)));
    terms.truncate(FILED);
    terms
}
