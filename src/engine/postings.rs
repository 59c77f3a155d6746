//! A set of (key, slot), kept in six bytes each.
//!
//! Nearly all of it lies in one sorted run, cut into pieces by the upper half of the key, so that only the lower half has to
//! be written; what is new or gone stands in two small trees until the run is written anew (a log-structured merge; O'Neil
//! et al. 1996).

use std::collections::BTreeSet;

/// A number that the caller gave to what it files.
pub type Slot = u32;

/// Evenly spread.
pub type Key = u32;

#[derive(Clone, Default)]
pub struct Postings {
    run: Run,
    /// Not in the run.
    added: BTreeSet<u64>,
    /// In the run.
    removed: BTreeSet<u64>,
}

/// Changes that are kept beside the run: below this number always, above it up to a share of the run. A smaller share
/// rewrites more often, a larger one spends more room.
const FEW: usize = 4_096;
const SHARE: usize = 16;

fn join(key: Key, slot: Slot) -> u64 {
    u64::from(key) << 32 | u64::from(slot)
}

impl Postings {
    pub fn build(postings: impl Iterator<Item = (Key, Slot)>) -> Self {
        let mut sorted: Vec<u64> = postings.map(|(key, slot)| join(key, slot)).collect();
        sorted.sort_unstable();
        sorted.dedup();
        Self::of_sorted(sorted.len(), sorted.into_iter())
    }

    fn of_sorted(length: usize, sorted: impl Iterator<Item = u64>) -> Self {
        if length <= FEW {
            return Self { added: sorted.collect(), ..Self::default() };
        }
        Self { run: Run::write(length, sorted), ..Self::default() }
    }

    pub fn insert(&mut self, key: Key, slot: Slot) {
        let posting = join(key, slot);
        if !self.removed.remove(&posting) && !self.run.contains(posting) {
            self.added.insert(posting);
            self.settle();
        }
    }

    pub fn remove(&mut self, key: Key, slot: Slot) {
        let posting = join(key, slot);
        if !self.added.remove(&posting) && self.run.contains(posting) {
            self.removed.insert(posting);
            self.settle();
        }
    }

    pub fn merge(&mut self, other: Self) {
        // Both sides are sorted, so that joining them reads each once.
        *self = Self::of_sorted(self.len() + other.len(), union(self.iter(), other.iter()));
    }

    /// Slots filed under a key, unless they are more than `most`.
    pub fn of(&self, key: Key, most: usize) -> Option<impl Iterator<Item = Slot>> {
        if self.count(key, most.saturating_add(1)) > most {
            return None;
        }
        let untouched = self.gone(key) == 0;
        let kept = move |slot: &Slot| untouched || !self.removed.contains(&join(key, *slot));
        Some(self.run.of(key).iter().copied().filter(kept).chain(self.added(key)))
    }

    /// How many slots are filed under a key; `most` where they are more. Lists are not read for that.
    pub fn count(&self, key: Key, most: usize) -> usize {
        (self.run.of(key).len() - self.gone(key) + self.added(key).take(most).count()).min(most)
    }

    fn added(&self, key: Key) -> impl Iterator<Item = Slot> {
        self.added.range(join(key, 0)..=join(key, Slot::MAX)).map(|posting| *posting as Slot)
    }

    /// How many slots of the run are no longer filed under a key.
    fn gone(&self, key: Key) -> usize {
        if self.removed.is_empty() { 0 } else { self.removed.range(join(key, 0)..=join(key, Slot::MAX)).count() }
    }

    fn len(&self) -> usize {
        self.run.slots.len() + self.added.len() - self.removed.len()
    }

    /// All, sorted.
    fn iter(&self) -> impl Iterator<Item = u64> {
        union(self.run.iter().filter(|posting| !self.removed.contains(posting)), self.added.iter().copied())
    }

    /// Writes the run anew when enough has changed.
    fn settle(&mut self) {
        if self.added.len() + self.removed.len() > FEW.max(self.run.slots.len() / SHARE) {
            *self = Self::of_sorted(self.len(), self.iter());
        }
    }

    /// Bytes on the heap; a tree's nodes are three quarters full, a little more than their entries take.
    pub fn heap_bytes(&self) -> usize {
        let tree = (self.added.len() + self.removed.len()) * size_of::<u64>() * 2;
        self.run.starts.capacity() * size_of::<u32>() + self.run.keys.capacity() * 2 + self.run.slots.capacity() * 4 + tree
    }
}

/// Two sorted sequences as one, each item once.
fn union(a: impl Iterator<Item = u64>, b: impl Iterator<Item = u64>) -> impl Iterator<Item = u64> {
    let (mut a, mut b) = (a.peekable(), b.peekable());
    std::iter::from_fn(move || match (a.peek(), b.peek()) {
        (Some(x), Some(y)) if x == y => {
            b.next();
            a.next()
        }
        (Some(x), Some(y)) if x > y => b.next(),
        (Some(_), _) => a.next(),
        _ => b.next(),
    })
}

/// Sorted postings in pieces of equal upper half.
#[derive(Clone, Default)]
struct Run {
    /// Where each piece begins, and where the last one ends. Empty in an empty run.
    starts: Vec<u32>,
    /// Lower halves of the keys.
    keys: Vec<u16>,
    slots: Vec<Slot>,
}

impl Run {
    /// Of sorted postings, about `length` of them.
    fn write(length: usize, postings: impl Iterator<Item = u64>) -> Self {
        let mut run = Self { starts: Vec::new(), keys: Vec::with_capacity(length), slots: Vec::with_capacity(length) };
        run.starts.reserve_exact((1 << 16) + 1);
        for posting in postings {
            let piece = (posting >> 48) as usize;
            while run.starts.len() <= piece {
                run.starts.push(run.slots.len() as u32);
            }
            run.keys.push((posting >> 32) as u16);
            run.slots.push(posting as Slot);
        }
        run.starts.resize((1 << 16) + 1, run.slots.len() as u32);
        run
    }

    fn piece(&self, upper: usize) -> std::ops::Range<usize> {
        let start = |at: usize| self.starts.get(at).map_or(0, |start| *start as usize);
        start(upper)..start(upper + 1)
    }

    fn of_key(&self, key: Key) -> std::ops::Range<usize> {
        let (piece, lower) = (self.piece((key >> 16) as usize), key as u16);
        let keys = &self.keys[piece.clone()];
        let from = keys.partition_point(|known| *known < lower);
        let length = keys[from..].partition_point(|known| *known == lower);
        piece.start + from..piece.start + from + length
    }

    fn contains(&self, posting: u64) -> bool {
        self.slots[self.of_key((posting >> 32) as Key)].binary_search(&(posting as Slot)).is_ok()
    }

    fn of(&self, key: Key) -> &[Slot] {
        &self.slots[self.of_key(key)]
    }

    fn iter(&self) -> impl Iterator<Item = u64> {
        (0..self.starts.len().saturating_sub(1)).flat_map(move |upper| {
            self.piece(upper).map(move |at| (upper as u64) << 48 | u64::from(self.keys[at]) << 32 | u64::from(self.slots[at]))
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(postings: &Postings) -> Vec<u64> {
        postings.iter().collect()
    }

    /// Few keys with few upper halves, so that lists are long.
    fn posting() -> impl Strategy<Value = (Key, Slot)> {
        (0u32..3, 0u32..4, 0u32..40).prop_map(|(upper, lower, slot)| (upper * 0x7fff_0000 + lower, slot))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn it_is_a_set(steps in proptest::collection::vec((posting(), any::<bool>(), 0u8..20), 0..200)) {
            let mut postings = Postings::default();
            let mut model = BTreeSet::new();
            for ((key, slot), insert, write) in steps {
                if insert {
                    postings.insert(key, slot);
                    model.insert(join(key, slot));
                } else {
                    postings.remove(key, slot);
                    model.remove(&join(key, slot));
                }
                // As if enough had changed.
                if write == 0 {
                    postings = Postings { run: Run::write(postings.len(), postings.iter()), ..Postings::default() };
                }
            }
            prop_assert_eq!(postings.len(), model.len());
            prop_assert_eq!(all(&postings), model.iter().copied().collect::<Vec<_>>());
            for key in model.iter().map(|posting| (posting >> 32) as Key) {
                let expected: Vec<Slot> = model.range(join(key, 0)..=join(key, Slot::MAX)).map(|p| *p as Slot).collect();
                let mut found: Vec<Slot> = postings.of(key, expected.len()).into_iter().flatten().collect();
                found.sort_unstable();
                prop_assert!(postings.of(key, expected.len() - 1).is_none());
                prop_assert_eq!(found, expected);
            }
        }

        #[test]
        fn parts_merge_to_the_whole(a in proptest::collection::vec(posting(), 0..80), b in proptest::collection::vec(posting(), 0..80)) {
            let mut merged = Postings::build(a.iter().copied());
            merged.merge(Postings::build(b.iter().copied()));
            prop_assert_eq!(all(&merged), all(&Postings::build(a.into_iter().chain(b))));
        }
    }

    #[test]
    fn many_changes_are_written_into_the_run() {
        let mut postings = Postings::default();
        for slot in 0..20_000 {
            postings.insert(slot % 7 * 0x1234_5678, slot);
        }
        assert!(postings.run.slots.len() > 10_000 && postings.added.len() <= FEW, "{}", postings.added.len());
        for slot in 0..20_000 {
            postings.remove(slot % 7 * 0x1234_5678, slot);
        }
        assert_eq!(postings.len(), 0);
    }
}
