//! Claims whose features no comparison can tell apart are one wording: a wire story printed by a hundred outlets is compared
//! once, and has one voice in the average of its cluster.

use std::{
    cmp::Ordering,
    hash::{Hash, Hasher},
    sync::Arc,
};

use super::partition::Millionths;
use crate::{
    domain::ClaimId,
    engine::similarity::{Features, index::Slot},
};

pub(super) struct Wording {
    pub features: Arc<Features>,
    /// The one claim this is kept for, when an editor holds it apart from others, perhaps from some that say the same.
    pub own: Option<ClaimId>,
    /// Who says it like this.
    pub claims: Vec<ClaimId>,
    /// `None` until somebody asks: at start a million claims are loaded, and few of them are touched by what arrives next.
    pub neighbours: Option<Box<[Neighbour]>>,
    /// By how many steps weak likenesses were passed over when its cluster was last decided.
    pub level: u8,
}

/// Another wording, alike enough to count where groups are weighed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Neighbour {
    pub slot: Slot,
    /// Whether the two hang together: no guard parts them.
    pub hangs: bool,
    pub likeness: Millionths,
}

impl Wording {
    pub fn new(features: Arc<Features>, own: Option<ClaimId>) -> Self {
        Self { features, own, claims: Vec::new(), neighbours: None, level: 0 }
    }
}

/// Equal for equal features of as little or much their own.
pub(super) fn fingerprint(features: &Features, own: Option<ClaimId>) -> u64 {
    let mut hasher = rustc_hash::FxHasher::default();
    own.hash(&mut hasher);
    features.hash(&mut hasher);
    hasher.finish()
}

/// An order of wordings by what they say, which is the same whoever arrived first.
pub(super) fn by_content(a: &Features, b: &Features) -> Ordering {
    a.folded().cmp(b.folded()).then_with(|| fingerprint(a, None).cmp(&fingerprint(b, None)))
}
