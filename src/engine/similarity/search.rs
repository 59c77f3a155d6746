//! Ranks a fixed set of texts by likeness to a query, for retrieval rather than linking: no guard disposes here.

use super::{
    Features, compare,
    index::{Index, Slot},
};
use crate::engine::{extraction::read_claim, settings::Linking};

pub struct Library {
    texts: Vec<Features>,
    index: Index,
    linking: Linking,
}

impl Library {
    /// Texts with their titles (which may be empty): both are looked in.
    pub fn new<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let texts: Vec<Features> = texts.into_iter().map(|(text, title)| whole(&format!("{text} {title}"))).collect();
        let mut index = Index::default();
        for (at, features) in texts.iter().enumerate() {
            index.insert(at as Slot, features);
        }
        Self { texts, index, linking: Linking::default() }
    }

    /// Positions of the nearest texts, best first.
    #[must_use]
    pub fn rank(&self, query: &str, limit: usize) -> Vec<usize> {
        let query = whole(query);
        let mut ranked: Vec<(f64, usize)> = self
            .index
            .candidates(&query)
            .into_iter()
            .map(|slot| slot as usize)
            .map(|at| (compare(&query, &self.texts[at], &self.linking).similarity, at))
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        ranked.into_iter().take(limit).map(|(_, at)| at).collect()
    }
}

/// Of a text that stands for itself, without an article: every word counts, since the frame around its assertion may be all
/// that it shares with another (B-cubed F1 0.926 against 0.913 on headlines, by stems alone).
#[must_use]
pub fn whole(text: &str) -> Features {
    let mut reading = read_claim(text, None);
    text.clone_into(&mut reading.proposition);
    Features::of(&reading)
}
