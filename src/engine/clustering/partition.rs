//! Average-link clustering of one connected component: which of these claims are about the same question.
//!
//! Average link (Sokal & Michener 1958) because one bridge must not glue two clusters: a merge needs the whole of both
//! sides to be alike. The answer depends on the set of items only: pairs are ranked by similarity and then by the items'
//! content rank, and similarities are whole numbers, so that no order of addition can change a sum.

use std::collections::{BTreeMap, BinaryHeap};

/// Similarity in millionths.
pub type Millionths = i64;

pub const ONE: Millionths = 1_000_000;

#[must_use]
pub fn millionths(similarity: f64) -> Millionths {
    (similarity.clamp(-1.0, 1.0) * ONE as f64).round() as Millionths
}

/// Groups of `0..items`, each sorted, ordered by their first item. Items must be numbered by content rank. A pair that is
/// not listed counts as `unlisted` alike. Two groups join while their average likeness is at least `threshold`.
#[must_use]
pub fn partition(
    items: usize,
    pairs: &BTreeMap<(usize, usize), Millionths>,
    unlisted: Millionths,
    threshold: Millionths,
) -> Vec<Vec<usize>> {
    let mut groups: Vec<Option<Vec<usize>>> = (0..items).map(|item| Some(vec![item])).collect();
    let mut links: Vec<BTreeMap<usize, Link>> = vec![BTreeMap::new(); items];
    for (&(a, b), &sum) in pairs {
        let link = Link { sum, known: 1 };
        links[a].insert(b, link);
        links[b].insert(a, link);
    }
    let mut heap = BinaryHeap::new();
    let push = |heap: &mut BinaryHeap<Candidate>, a: usize, b: usize, link: Link, size_a: usize, size_b: usize| {
        let likeness = link.average(size_a * size_b, unlisted);
        if likeness >= threshold {
            let (first, second) = (std::cmp::Reverse(a.min(b)), std::cmp::Reverse(a.max(b)));
            heap.push(Candidate { likeness, first, second, sizes: size_a + size_b });
        }
    };
    for &(a, b) in pairs.keys() {
        push(&mut heap, a, b, links[a][&b], 1, 1);
    }
    // A group keeps the number of its first item; a candidate is stale when either group has grown since.
    while let Some(candidate) = heap.pop() {
        let (a, b) = (candidate.first.0, candidate.second.0);
        let sizes = |g: usize| groups[g].as_ref().map(Vec::len);
        let (Some(size_a), Some(size_b)) = (sizes(a), sizes(b)) else { continue };
        if size_a + size_b != candidate.sizes
            || links[a].get(&b).is_none_or(|link| link.average(size_a * size_b, unlisted) != candidate.likeness)
        {
            continue;
        }
        let absorbed = groups[b].take().unwrap_or_default();
        if let Some(group) = groups[a].as_mut() {
            group.extend(absorbed);
        }
        let from_b = std::mem::take(&mut links[b]);
        for (other, link) in from_b {
            links[other].remove(&b);
            if other != a {
                links[a].entry(other).or_default().absorb(link);
            }
        }
        links[a].remove(&b);
        let size = size_a + size_b;
        let around: Vec<(usize, Link)> = links[a].iter().map(|(other, link)| (*other, *link)).collect();
        for (other, link) in around {
            links[other].insert(a, link);
            if let Some(members) = &groups[other] {
                push(&mut heap, a, other, link, size, members.len());
            }
        }
    }
    let mut found: Vec<Vec<usize>> = groups.into_iter().flatten().collect();
    for group in &mut found {
        group.sort_unstable();
    }
    found.sort();
    found
}

/// Everything known between two groups.
#[derive(Clone, Copy, Debug, Default)]
struct Link {
    sum: Millionths,
    known: usize,
}

impl Link {
    fn average(self, pairs: usize, unlisted: Millionths) -> Millionths {
        let missing = pairs.saturating_sub(self.known) as Millionths;
        (self.sum + missing * unlisted) / pairs.max(1) as Millionths
    }

    fn absorb(&mut self, other: Self) {
        self.sum += other.sum;
        self.known += other.known;
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    likeness: Millionths,
    first: std::cmp::Reverse<usize>,
    second: std::cmp::Reverse<usize>,
    sizes: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(items: usize, pairs: &[(usize, usize, f64)], expected: &[&[usize]]) {
        let pairs = pairs.iter().map(|&(a, b, s)| ((a, b), millionths(s))).collect();
        let found = partition(items, &pairs, 0, millionths(0.5));
        assert_eq!(found, expected.iter().map(|g| g.to_vec()).collect::<Vec<_>>());
    }

    #[test]
    fn alike_items_join() {
        check(4, &[(0, 1, 0.9), (2, 3, 0.6), (1, 2, 0.3)], &[&[0, 1], &[2, 3]]);
    }

    #[test]
    fn one_bridge_does_not_glue_two_clusters() {
        let sides = [(0, 1, 0.9), (0, 2, 0.9), (1, 2, 0.9), (4, 5, 0.9), (4, 6, 0.9), (5, 6, 0.9)];
        let bridge = [(0, 3, 0.8), (3, 4, 0.8)];
        let pairs: Vec<_> = sides.into_iter().chain(bridge).collect();
        check(7, &pairs, &[&[0, 1, 2], &[3], &[4, 5, 6]]);
    }

    #[test]
    fn a_guarded_pair_weighs_against_joining() {
        check(3, &[(0, 1, 0.9), (1, 2, 0.9), (0, 2, -0.5)], &[&[0, 1], &[2]]);
    }

    proptest::proptest! {
        #[test]
        fn every_item_is_in_exactly_one_group(
            raw in proptest::collection::vec((0usize..12, 0usize..12, -500_000i64..1_000_000), 0..60)
        ) {
            let pairs: BTreeMap<(usize, usize), Millionths> =
                raw.into_iter().filter(|(a, b, _)| a != b).map(|(a, b, s)| ((a.min(b), a.max(b)), s)).collect();
            let groups = partition(12, &pairs, 100_000, 450_000);
            let mut all: Vec<usize> = groups.iter().flatten().copied().collect();
            all.sort_unstable();
            proptest::prop_assert_eq!(all, (0..12).collect::<Vec<_>>());
        }
    }
}
