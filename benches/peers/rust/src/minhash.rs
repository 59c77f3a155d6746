//! gaoya: MinHash signatures of words in a banded LSH index; candidates are verified exactly.

use std::env;

use gaoya::minhash::{MinHashIndex, MinHasher, MinHasher32, SipHasher24BuildHasher};

use crate::{
    Claim, Peer, ranked,
    text::{Words, words},
};

pub struct MinHashLsh {
    hasher: MinHasher32<SipHasher24BuildHasher>,
    index: MinHashIndex<u32, u32>,
    words: Words,
    claims: Vec<Box<[u32]>>,
}

impl Peer for MinHashLsh {
    fn build(claims: &[Claim]) -> Self {
        let b: usize = env::var("B").unwrap().parse().unwrap();
        let w: usize = env::var("W").unwrap().parse().unwrap();
        let hasher = MinHasher32::new_with_hasher(b*w, SipHasher24BuildHasher{});
        let mut index = MinHashIndex::new(b, w, 0.0);
        let mut known = Words::default();
        let mut sets = Vec::new();
        for claim in claims {
            let words = words(claim.text);
            index.insert(claim.id, hasher.create_signature(words.iter()));
            sets.push(known.add(words));
        }
        Self { hasher, index, words: known, claims: sets }
    }

    fn find(&self, text: &str) -> Vec<(u32, f64)> {
        let words = words(text);
        let ids = self.words.known(words.iter().map(String::as_str));
        let candidates = self.index.query_owned(&self.hasher.create_signature(words.iter()));
        ranked(candidates.into_iter().map(|id| (id, self.words.weighted_jaccard(&ids, &self.claims[id as usize - 1]))).collect())
    }
}
