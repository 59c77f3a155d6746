//! Clusters of texts that come all at once and without their articles, such as a list of headlines: the signals, guards and
//! partition of the service, no database.

use std::collections::BTreeMap;

use super::partition::{self, Millionths, ONE};
use crate::engine::{
    settings::Linking,
    similarity::{
        Features, Spelled,
        index::{Index, Slot},
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
    // Nobody says whose they are.
    let voices = vec![ONE; order.len()];
    let mut cluster = vec![0; order.len()];
    for (number, group) in partition::groups(&voices, pairs, &BTreeMap::new(), linking).into_iter().enumerate() {
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

/// Up to this many texts every pair is looked at, which takes a second or two; of more, those that the index proposes.
const ALL_PAIRS: usize = 4_000;

/// The pairs that may belong together, with what speaks for it.
#[must_use]
pub fn pairs(features: &[&Features], linking: &Linking) -> BTreeMap<(usize, usize), Millionths> {
    let all = features.len() <= ALL_PAIRS;
    let indexed = if all { &[] } else { features };
    let index = Index::build(indexed.iter().enumerate().map(|(rank, features)| (rank as Slot, *features)));
    let spelled: Vec<Spelled<'_>> = features.iter().map(|features| Spelled::of(features)).collect();
    let ranks: Vec<usize> = (0..features.len()).collect();
    let rows = super::in_parallel(&ranks, |&a| {
        let others: Vec<usize> = match all {
            true => (a + 1..features.len()).collect(),
            // Who is proposed proposes in turn: half of it is enough.
            false => index.candidates(features[a]).into_iter().map(|slot| slot as usize).filter(|b| *b > a).collect(),
        };
        let likeness = |b: usize| Some(((a, b), super::pair(&spelled[a], &spelled[b], linking)?.0));
        others.into_iter().filter_map(likeness).collect::<Vec<_>>()
    });
    rows.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups<'t>(texts: &[&'t str]) -> Vec<Vec<&'t str>> {
        let mut groups: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        let clusters = link_all(texts, &Linking::headlines());
        clusters.iter().zip(texts).for_each(|(cluster, text)| groups.entry(*cluster).or_default().push(text));
        let mut groups: Vec<Vec<&str>> = groups.into_values().collect();
        groups.iter_mut().for_each(|group| group.sort_unstable());
        groups.sort();
        groups
    }

    fn check(texts: &[&str], expected: &[&[usize]]) {
        let mut expected: Vec<Vec<&str>> = expected.iter().map(|group| group.iter().map(|&i| texts[i]).collect()).collect();
        expected.iter_mut().for_each(|group| group.sort_unstable());
        expected.sort();
        assert_eq!(groups(texts), expected);
        let backwards: Vec<&str> = texts.iter().rev().copied().collect();
        assert_eq!(groups(&backwards), expected, "the order changes nothing");
    }

    #[test]
    fn headlines_of_one_story_are_one_cluster() {
        check(
            &[
                "Twelve dead as ferry sinks off Port Calder",
                "Ferry sinks off Port Calder, twelve dead",
                "Port Calder ferry sinks: death toll at twelve",
                "Bank of Marlow raises interest rates",
                "Marlow's central bank raises interest rates to 4 percent",
            ],
            &[&[0, 1, 2], &[3, 4]],
        );
    }

    #[test]
    fn a_word_in_common_is_no_story_in_common() {
        check(&["Ferry sinks in storm", "Ferry line sold to bank", "Storm of protest over bank"], &[&[0], &[1], &[2]]);
    }

    #[test]
    fn nothing_gives_nothing() {
        check(&[], &[]);
        check(&["", "A dam broke in Peru"], &[&[0], &[1]]);
    }
}
