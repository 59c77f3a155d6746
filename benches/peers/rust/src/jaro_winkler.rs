//! strsim: Jaro-Winkler similarity to each claim in turn. The library has no index.

use crate::{Claim, Peer, ranked};

pub struct JaroWinkler(Vec<(u32, String)>);

impl Peer for JaroWinkler {
    fn build(claims: &[Claim]) -> Self {
        Self(claims.iter().map(|claim| (claim.id, claim.text.to_lowercase())).collect())
    }

    fn find(&self, text: &str) -> Vec<(u32, f64)> {
        let text = text.to_lowercase();
        ranked(self.0.iter().map(|(id, other)| (*id, strsim::jaro_winkler(&text, other))).collect())
    }
}
