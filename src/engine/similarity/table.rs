//! Weights by a number, in a table of fixed size: a look-up is a step or two, and nothing is allocated.

/// Places; at most half of them are filled, so that the next free one is near.
const PLACES: usize = 512;

/// Keys that a table may hold.
pub(super) const MOST: usize = PLACES / 2;

/// By a hash of the key; the next free place where that is taken. Weight 0 is a free place.
pub(super) struct Table<W>([(u32, W); PLACES]);

impl<W: Copy + Default + PartialEq> Default for Table<W> {
    fn default() -> Self {
        Self([(0, W::default()); PLACES])
    }
}

impl<W: Copy + Default + PartialEq> Table<W> {
    /// The weight of a key; 0 where it has none.
    pub fn get(&self, key: u32) -> W {
        self.0[self.place(key)].1
    }

    /// At most [`MOST`] keys, of a weight that is not 0.
    pub fn set(&mut self, key: u32, weight: W) {
        self.0[self.place(key)] = (key, weight);
    }

    /// Where a key stands, or would.
    fn place(&self, key: u32) -> usize {
        /// 2³² over the golden ratio (Knuth 1973): neighbours are spread evenly.
        const SPREAD: u32 = 0x9e37_79b9;
        let mut place = (key.wrapping_mul(SPREAD) >> (u32::BITS - PLACES.ilog2())) as usize;
        while self.0[place].1 != W::default() && self.0[place].0 != key {
            place = (place + 1) % PLACES;
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_holds_what_a_map_holds(weights in prop::collection::btree_map(0u32..4_000, 1u32..9, 0..MOST), other in any::<u32>()) {
            let mut table = Table::default();
            weights.iter().for_each(|(key, weight)| table.set(*key, *weight));
            let all: BTreeMap<u32, u32> = (0..4_000).map(|key| (key, table.get(key))).filter(|(_, weight)| *weight > 0).collect();
            prop_assert_eq!(table.get(other), weights.get(&other).copied().unwrap_or_default());
            prop_assert_eq!(all, weights);
        }
    }
}
