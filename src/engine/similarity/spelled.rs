//! Features with what comparing their words one by one needs, found once and only if somebody asks: most comparisons are over before.

use std::sync::OnceLock;

use super::{Features, subwords::Parts, vectors::Meanings, words::id_of};

/// Words of a claim that are looked at for runs.
pub const RUN_WORDS: usize = 48;

pub struct Spelled<'f> {
    pub features: &'f Features,
    parts: OnceLock<Parts>,
    words: OnceLock<Box<[u32]>>,
    meanings: OnceLock<Meanings>,
}

impl<'f> Spelled<'f> {
    #[must_use]
    pub fn of(features: &'f Features) -> Self {
        Self { features, parts: OnceLock::new(), words: OnceLock::new(), meanings: OnceLock::new() }
    }

    pub(super) fn parts(&self) -> &Parts {
        self.parts.get_or_init(|| Parts::of(self.features))
    }

    /// Hashes of its first words.
    pub(super) fn words(&self) -> &[u32] {
        self.words.get_or_init(|| self.features.folded().split(' ').take(RUN_WORDS).map(id_of).collect())
    }

    pub(super) fn meanings(&self) -> &Meanings {
        self.meanings.get_or_init(|| Meanings::of(self.features))
    }
}
