//! Features with what comparing their words one by one needs, found once and only if somebody asks: most comparisons are over before.

use std::sync::OnceLock;

use super::{Features, subwords::Parts, words::id_of_bytes};

/// Words of a claim that are looked at for runs; at most 64, so that a set of them is one number.
const RUN_WORDS: usize = 48;

pub struct Spelled<'f> {
    pub features: &'f Features,
    parts: OnceLock<Parts>,
    words: OnceLock<Words>,
}

impl<'f> Spelled<'f> {
    #[must_use]
    pub fn of(features: &'f Features) -> Self {
        Self { features, parts: OnceLock::new(), words: OnceLock::new() }
    }

    pub(super) fn parts(&self) -> &Parts {
        self.parts.get_or_init(|| Parts::of(self.features))
    }

    /// Whether the parts have been found already.
    pub(super) fn has_parts(&self) -> bool {
        self.parts.get().is_some()
    }

    /// Hashes of its first words.
    pub(super) fn words(&self) -> &[u32] {
        let words = self.words.get_or_init(|| Words::of(self.features.folded()));
        &words.hashes[..words.count]
    }
}

struct Words {
    hashes: [u32; RUN_WORDS],
    count: usize,
}

impl Words {
    fn of(folded: &str) -> Self {
        let mut words = Self { hashes: [0; RUN_WORDS], count: 0 };
        for (hash, word) in words.hashes.iter_mut().zip(folded.as_bytes().split(|byte| *byte == b' ')) {
            *hash = id_of_bytes(word);
            words.count += 1;
        }
        words
    }
}
