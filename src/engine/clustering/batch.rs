//! Clusters of texts that come all at once and without their articles, such as a list of headlines: the signals, guards and
//! partition of the service, no database.

use std::collections::BTreeMap;

use super::partition::{self, Millionths, millionths};
use crate::engine::{
    settings::Linking,
    similarity::{
        Features, guards,
        index::{Index, Slot},
        likeness, probability,
        search::whole,
    },
};

/// For each text the number of its cluster.
#[must_use]
pub fn link_all(texts: &[&str], linking: &Linking) -> Vec<usize> {
    let features: Vec<Features> = texts.iter().map(|text| whole(text)).collect();
    let order = content_order(&features);
    let ordered: Vec<&Features> = order.iter().map(|&i| &features[i]).collect();
    let pairs = pairs(&ordered, linking);
    let mut cluster = vec![0; order.len()];
    for (number, group) in groups(order.len(), &pairs, linking).into_iter().enumerate() {
        for rank in group {
            cluster[order[rank]] = number;
        }
    }
    cluster
}

/// Positions by content, so that nothing depends on the order in which texts come.
#[must_use]
pub fn content_order(features: &[Features]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..features.len()).collect();
    order.sort_by(|&a, &b| features[a].folded().cmp(features[b].folded()).then(a.cmp(&b)));
    order
}

/// The pairs that may belong together, with what speaks for it.
#[must_use]
pub fn pairs(features: &[&Features], linking: &Linking) -> BTreeMap<(usize, usize), Millionths> {
    let mut index = Index::default();
    for (rank, features) in features.iter().enumerate() {
        index.insert(rank as Slot, features);
    }
    let mut pairs = BTreeMap::new();
    for (rank, of) in features.iter().enumerate() {
        for other in index.candidates(of).into_iter().map(|slot| slot as usize).filter(|other| *other != rank) {
            let key = (rank.min(other), rank.max(other));
            if pairs.contains_key(&key) {
                continue;
            }
            let Some(probability) = probability(of, features[other], linking, linking.noise) else { continue };
            let guards = guards::guards(of, features[other], linking);
            pairs.insert(key, millionths(likeness(probability, &guards, linking)));
        }
    }
    pairs
}

/// Clusters of `0..items` by the likeness of their pairs.
#[must_use]
pub fn groups(items: usize, pairs: &BTreeMap<(usize, usize), Millionths>, linking: &Linking) -> Vec<Vec<usize>> {
    partition::partition(items, &partition::in_company(items, pairs), 0, millionths(linking.link))
}
