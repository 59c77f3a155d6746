//! Average-link clustering of one connected component: which of these claims are about the same question.
//!
//! Average link (Sokal & Michener 1958) because one bridge must not glue two clusters: a merge needs the whole of both
//! sides to be alike. The answer depends on the set of items only: pairs are ranked by similarity and then by the items'
//! content rank, and similarities are whole numbers, so that no order of addition can change a sum.

use std::collections::{BTreeMap, BinaryHeap};

use crate::engine::settings::Linking;

/// Similarity in millionths.
pub type Millionths = i64;

pub const ONE: Millionths = 1_000_000;

/// The likeness of a pair that is never to stand in one group. Sums leave it out: a hundred of them may stand between two groups.
pub const APART: Millionths = Millionths::MIN;

#[must_use]
pub fn millionths(similarity: f64) -> Millionths {
    (similarity.clamp(-1.0, 1.0) * ONE as f64).round() as Millionths
}

/// Nearest others in whose company an item is read. On the Emergent training half 3 to 10 do alike.
const COMPANY: usize = 5;
/// From this likeness on another item is company.
const COMPANY_FROM: Millionths = 100_000;
/// Smaller likenesses are left out: they decide nothing, and most pairs have one.
const NOISE: f64 = 0.01;

/// Likeness of items read together with their nearest others: two wordings of one claim often share few words with each
/// other and many with a third (second-order similarity; Schütze 1998). With `S` the likeness of all pairs, and each row of `B`
/// an item and its company by likeness, the result is `B S Bᵀ`, scaled so that an item is wholly like itself.
///
/// It lifts the clustering of headlines more than any signal, and holds the threshold still while the pool grows: false
/// likeness is spread thin, true likeness is confirmed.
#[must_use]
pub fn in_company(items: usize, pairs: &BTreeMap<(usize, usize), Millionths>) -> BTreeMap<(usize, usize), Millionths> {
    let mut rows: Vec<Vec<(usize, f64)>> = (0..items).map(|item| vec![(item, 1.0)]).collect();
    for (&(a, b), &likeness) in pairs {
        let likeness = likeness as f64 / ONE as f64;
        rows[a].push((b, likeness));
        rows[b].push((a, likeness));
    }
    let company: Vec<Vec<(usize, f64)>> = rows.iter().enumerate().map(|(item, row)| company(item, row)).collect();
    let mut kept_by: Vec<Vec<(usize, f64)>> = vec![Vec::new(); items];
    for (item, with) in company.iter().enumerate() {
        for &(other, share) in with {
            kept_by[other].push((item, share));
        }
    }
    let mut sums = Sums::new(items);
    let half: Vec<Vec<(usize, f64)>> = rows
        .iter()
        .map(|row| {
            for &(other, likeness) in row {
                kept_by[other].iter().for_each(|&(item, share)| sums.add(item, likeness * share));
            }
            sums.take()
        })
        .collect();
    let whole: Vec<Vec<(usize, f64)>> = company
        .iter()
        .map(|with| {
            for &(other, share) in with {
                half[other].iter().for_each(|&(item, sum)| sums.add(item, sum * share));
            }
            sums.take()
        })
        .collect();
    let own: Vec<f64> = whole
        .iter()
        .enumerate()
        .map(|(item, row)| row.binary_search_by_key(&item, |(other, _)| *other).map_or(1.0, |at| row[at].1).max(1.0).sqrt())
        .collect();
    let mut read = BTreeMap::new();
    for (a, row) in whole.iter().enumerate() {
        for &(b, sum) in row.iter().filter(|(b, _)| *b > a) {
            let likeness = sum / own[a] / own[b];
            if likeness.abs() >= NOISE {
                read.insert((a, b), millionths(likeness));
            }
        }
    }
    read
}

/// An item with its nearest others, whose shares sum to that of the item itself.
fn company(item: usize, row: &[(usize, f64)]) -> Vec<(usize, f64)> {
    let from = COMPANY_FROM as f64 / ONE as f64;
    let mut near: Vec<(usize, f64)> =
        row.iter().copied().filter(|&(other, likeness)| other != item && likeness >= from).collect();
    near.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0)));
    near.truncate(COMPANY);
    let sum: f64 = near.iter().map(|(_, likeness)| likeness).sum();
    std::iter::once((item, 1.0)).chain(near.into_iter().map(|(other, likeness)| (other, likeness / sum))).collect()
}

/// A sparse row in the making. Always filled in the same order, so that sums do not depend on anything but the items.
struct Sums {
    values: Vec<f64>,
    touched: Vec<usize>,
}

impl Sums {
    fn new(items: usize) -> Self {
        Self { values: vec![0.0; items], touched: Vec::new() }
    }

    fn add(&mut self, at: usize, value: f64) {
        if self.values[at] == 0.0 {
            self.touched.push(at);
        }
        self.values[at] += value;
    }

    fn take(&mut self) -> Vec<(usize, f64)> {
        self.touched.sort_unstable();
        self.touched.dedup();
        self.touched.drain(..).map(|at| (at, std::mem::take(&mut self.values[at]))).collect()
    }
}

/// The groups that items fall into by the likeness of their pairs; `said` counts instead of a likeness.
#[must_use]
pub fn groups(
    items: usize,
    pairs: BTreeMap<(usize, usize), Millionths>,
    said: &BTreeMap<(usize, usize), Millionths>,
    linking: &Linking,
) -> Vec<Vec<usize>> {
    let mut pairs = if linking.company { in_company(items, &pairs) } else { pairs };
    pairs.extend(said);
    partition(items, &pairs, 0, millionths(linking.link))
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
        let link = Link::of(sum);
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
    /// Of some pair it is said that it is apart: nothing outweighs that.
    apart: bool,
}

impl Link {
    fn of(likeness: Millionths) -> Self {
        let apart = likeness == APART;
        Self { sum: if apart { 0 } else { likeness }, known: 1, apart }
    }

    fn average(self, pairs: usize, unlisted: Millionths) -> Millionths {
        if self.apart {
            return APART;
        }
        let missing = pairs.saturating_sub(self.known) as Millionths;
        (self.sum + missing * unlisted) / pairs.max(1) as Millionths
    }

    fn absorb(&mut self, other: Self) {
        self.sum += other.sum;
        self.known += other.known;
        self.apart |= other.apart;
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

    #[test]
    fn one_apart_outweighs_all_and_hundreds_do_no_harm() {
        let together = ONE * 10_000_000;
        let across = |likeness| (0..40).flat_map(move |a| (40..80).map(move |b| ((a, b), likeness)));
        let within =
            (0..80).flat_map(|a| (a + 1..80).map(move |b| ((a, b), together))).filter(|((a, b), _)| (*a < 40) == (*b < 40));
        let mut pairs: BTreeMap<_, _> = within.chain(across(APART)).collect();
        assert_eq!(partition(80, &pairs, 0, millionths(0.5)), [(0..40).collect::<Vec<_>>(), (40..80).collect()]);
        pairs.extend(across(together));
        assert_eq!(partition(80, &pairs, 0, millionths(0.5)).len(), 1);
        pairs.insert((3, 77), APART);
        assert_eq!(partition(80, &pairs, 0, millionths(0.5)).len(), 2);
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
