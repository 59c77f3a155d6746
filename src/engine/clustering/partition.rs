//! Average-link clustering of one connected component: which of these claims are about the same question.
//!
//! Average link (Sokal & Michener 1958) because one bridge must not glue two clusters: a merge needs the whole of both
//! sides to be alike. The answer depends on the set of items only: pairs are ranked by similarity and then by the items'
//! content rank, and similarities are whole numbers, so that no order of addition can change a sum.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

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

/// Articles of one outlet in what hangs together that each weigh as much as one of another outlet: a report and what follows it. With
/// three, ten headlines that tell of two stories glue them.
const MOST_VOICES: usize = 2;

/// What each item weighs in an average, by the outlets and articles that tell it: however many articles an outlet writes, it has no more
/// voices than [`MOST_VOICES`]. What several outlets tell weighs as with the one of them that writes least.
#[must_use]
pub fn voices<O: Ord, A: Ord>(tellers: &[Vec<(O, A)>]) -> Vec<Millionths> {
    let mut articles: BTreeMap<&O, BTreeSet<&A>> = BTreeMap::new();
    for (outlet, article) in tellers.iter().flatten() {
        articles.entry(outlet).or_default().insert(article);
    }
    let fewest = |item: &Vec<(O, A)>| item.iter().map(|(outlet, _)| articles[outlet].len()).min().unwrap_or_default();
    tellers.iter().map(|item| ONE * MOST_VOICES as Millionths / fewest(item).max(MOST_VOICES) as Millionths).collect()
}

/// The groups that items fall into by the likeness of their pairs, each item with its voice; `said` counts instead of a likeness.
#[must_use]
pub fn groups(
    voices: &[Millionths],
    pairs: BTreeMap<(usize, usize), Millionths>,
    said: &BTreeMap<(usize, usize), Millionths>,
    linking: &Linking,
) -> Vec<Vec<usize>> {
    let pairs = if linking.company { in_company(voices.len(), &pairs) } else { pairs };
    partition(voices, &pairs, said, millionths(linking.link))
}

/// Groups of the items that have these voices, each sorted, ordered by their first item. Items must be numbered by content rank. A pair
/// that is not listed is not alike. Two groups join while their average likeness is at least `threshold`.
#[must_use]
pub fn partition(
    voices: &[Millionths],
    pairs: &BTreeMap<(usize, usize), Millionths>,
    said: &BTreeMap<(usize, usize), Millionths>,
    threshold: Millionths,
) -> Vec<Vec<usize>> {
    let mut groups: Vec<Option<Group>> =
        voices.iter().enumerate().map(|(item, voice)| Some(Group { items: vec![item], voice: *voice })).collect();
    let mut links: Vec<BTreeMap<usize, Link>> = vec![BTreeMap::new(); voices.len()];
    let weighed = pairs.iter().map(|(&(a, b), &likeness)| ((a, b), Link::of(likeness, voices[a], voices[b])));
    // What an editor says has a whole voice whoever tells it.
    let said = said.iter().map(|(&pair, &likeness)| (pair, Link::of(likeness, ONE, ONE)));
    for ((a, b), link) in weighed.chain(said) {
        links[a].insert(b, link);
        links[b].insert(a, link);
    }
    let mut heap = BinaryHeap::new();
    let push = |heap: &mut BinaryHeap<Candidate>, a: (usize, &Group), b: (usize, &Group), link: Link| {
        let likeness = link.average(a.1, b.1);
        if likeness >= threshold {
            let (first, second) = (std::cmp::Reverse(a.0.min(b.0)), std::cmp::Reverse(a.0.max(b.0)));
            heap.push(Candidate { likeness, first, second, sizes: a.1.items.len() + b.1.items.len() });
        }
    };
    for (a, of) in links.iter().enumerate() {
        for (&b, &link) in of.range(a + 1..) {
            if let (Some(one), Some(other)) = (&groups[a], &groups[b]) {
                push(&mut heap, (a, one), (b, other), link);
            }
        }
    }
    // A group keeps the number of its first item; a candidate is stale when either group has grown since.
    while let Some(candidate) = heap.pop() {
        let (a, b) = (candidate.first.0, candidate.second.0);
        let (Some(one), Some(other)) = (&groups[a], &groups[b]) else { continue };
        if one.items.len() + other.items.len() != candidate.sizes
            || links[a].get(&b).is_none_or(|link| link.average(one, other) != candidate.likeness)
        {
            continue;
        }
        let (Some(mut joined), Some(absorbed)) = (groups[a].take(), groups[b].take()) else { continue };
        joined.items.extend(absorbed.items);
        joined.voice += absorbed.voice;
        let from_b = std::mem::take(&mut links[b]);
        for (other, link) in from_b {
            links[other].remove(&b);
            if other != a {
                links[a].entry(other).or_default().absorb(link);
            }
        }
        links[a].remove(&b);
        let around: Vec<(usize, Link)> = links[a].iter().map(|(other, link)| (*other, *link)).collect();
        for (other, link) in around {
            links[other].insert(a, link);
            if let Some(members) = &groups[other] {
                push(&mut heap, (a, &joined), (other, members), link);
            }
        }
        groups[a] = Some(joined);
    }
    let mut found: Vec<Vec<usize>> = groups.into_iter().flatten().map(|group| group.items).collect();
    for group in &mut found {
        group.sort_unstable();
    }
    found.sort();
    found
}

struct Group {
    items: Vec<usize>,
    /// Of all its items.
    voice: Millionths,
}

/// Everything known between two groups.
#[derive(Clone, Copy, Debug, Default)]
struct Link {
    /// Of likenesses, each times the voices of its pair.
    sum: i128,
    /// Of some pair it is said that it is apart: nothing outweighs that.
    apart: bool,
}

impl Link {
    fn of(likeness: Millionths, one: Millionths, other: Millionths) -> Self {
        let apart = likeness == APART;
        Self { sum: if apart { 0 } else { i128::from(likeness) * i128::from(one) * i128::from(other) }, apart }
    }

    fn average(self, one: &Group, other: &Group) -> Millionths {
        if self.apart {
            return APART;
        }
        let average = self.sum / (i128::from(one.voice) * i128::from(other.voice));
        Millionths::try_from(average).unwrap_or(Millionths::MAX)
    }

    fn absorb(&mut self, other: Self) {
        self.sum += other.sum;
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
        let found = partition(&vec![ONE; items], &pairs, &BTreeMap::new(), millionths(0.5));
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
    fn an_outlet_has_two_voices_at_most() {
        let tellers = [vec![(1, 1)], vec![(1, 2), (2, 9)], vec![(1, 3)], vec![(1, 3)], vec![(1, 4), (1, 4)], vec![]];
        assert_eq!(voices(&tellers), [ONE / 2, ONE, ONE / 2, ONE / 2, ONE / 2, ONE]);
        assert_eq!(voices(&[vec![(1, 1)], vec![(1, 2)]]), [ONE; 2]);
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
        assert_eq!(
            partition(&[ONE; 80], &pairs, &BTreeMap::new(), millionths(0.5)),
            [(0..40).collect::<Vec<_>>(), (40..80).collect()]
        );
        pairs.extend(across(together));
        assert_eq!(partition(&[ONE; 80], &pairs, &BTreeMap::new(), millionths(0.5)).len(), 1);
        pairs.insert((3, 77), APART);
        assert_eq!(partition(&[ONE; 80], &pairs, &BTreeMap::new(), millionths(0.5)).len(), 2);
    }

    proptest::proptest! {
        #[test]
        fn every_item_is_in_exactly_one_group(
            raw in proptest::collection::vec((0usize..12, 0usize..12, -500_000i64..1_000_000), 0..60)
        ) {
            let pairs: BTreeMap<(usize, usize), Millionths> =
                raw.into_iter().filter(|(a, b, _)| a != b).map(|(a, b, s)| ((a.min(b), a.max(b)), s)).collect();
            let groups = partition(&[ONE; 12], &pairs, &BTreeMap::new(), 450_000);
            let mut all: Vec<usize> = groups.iter().flatten().copied().collect();
            all.sort_unstable();
            proptest::prop_assert_eq!(all, (0..12).collect::<Vec<_>>());
        }
    }
}
