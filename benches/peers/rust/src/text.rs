//! Words of a text, and how much of them two texts share: what the peers are given to verify their candidates with.

use rustc_hash::FxHashMap;

/// Words in lower case, without punctuation.
pub fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// Numbers the words of a corpus and counts in how many texts each stands.
#[derive(Default)]
pub struct Words {
    ids: FxHashMap<String, u32>,
    texts_with: Vec<u32>,
    texts: u32,
}

impl Words {
    /// The distinct words of one more text, ascending.
    pub fn add(&mut self, words: impl IntoIterator<Item = String>) -> Box<[u32]> {
        let mut ids: Vec<u32> = words
            .into_iter()
            .map(|word| {
                let next = self.ids.len() as u32;
                *self.ids.entry(word).or_insert(next)
            })
            .collect();
        ids.sort_unstable();
        ids.dedup();
        self.texts_with.resize(self.ids.len(), 0);
        for &id in &ids {
            self.texts_with[id as usize] += 1;
        }
        self.texts += 1;
        ids.into()
    }

    /// The distinct known words of a text that is asked for, ascending.
    pub fn known<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> Box<[u32]> {
        let mut ids: Vec<u32> = words.into_iter().filter_map(|word| self.ids.get(word).copied()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.into()
    }

    fn weight(&self, id: u32) -> f64 {
        (f64::from(self.texts) / f64::from(self.texts_with[id as usize])).ln() + 1.0
    }

    /// Jaccard coefficient of two texts, each word weighed by how rare it is.
    pub fn weighted_jaccard(&self, one: &[u32], other: &[u32]) -> f64 {
        let (mut a, mut b, mut shared, mut all) = (one.iter().peekable(), other.iter().peekable(), 0.0, 0.0);
        while let Some(&&next) = [a.peek(), b.peek()].into_iter().flatten().min() {
            let both = [a.next_if_eq(&&next), b.next_if_eq(&&next)].iter().all(Option::is_some);
            let weight = self.weight(next);
            all += weight;
            if both {
                shared += weight;
            }
        }
        if all > 0.0 { shared / all } else { 0.0 }
    }
}
