//! Names of several words with what they stand for: places, outlets.

use rustc_hash::FxHashMap;

/// By the first word, longest name first.
#[derive(Clone, Debug)]
pub struct Aliases<T>(FxHashMap<String, Vec<(Vec<String>, T)>>);

impl<T> Default for Aliases<T> {
    fn default() -> Self {
        Self(FxHashMap::default())
    }
}

impl<T: Clone> Aliases<T> {
    /// From folded names and their meaning.
    pub fn new(rows: impl IntoIterator<Item = (Vec<String>, T)>) -> Self {
        let mut table: FxHashMap<String, Vec<(Vec<String>, T)>> = FxHashMap::default();
        for (names, meaning) in rows {
            for name in names {
                let words: Vec<String> = name.split_whitespace().map(str::to_owned).collect();
                if let Some(first) = words.first() {
                    table.entry(first.clone()).or_default().push((words, meaning.clone()));
                }
            }
        }
        for list in table.values_mut() {
            list.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        }
        Self(table)
    }

    pub fn first_words(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The longest name that starts at `words(0)`, and how many words it takes.
    pub fn longest<'a>(&self, words: impl Fn(usize) -> Option<&'a str>) -> Option<(&T, usize)> {
        // "U.S." is "u.s"; a full stop by itself is the one in "EE. UU".
        let bare = |word: &'a str| match word.as_bytes() {
            [_, .., b'.'] => &word[..word.len() - 1],
            _ => word,
        };
        let first = bare(words(0)?);
        self.0
            .get(first)?
            .iter()
            .find(|(name, _)| name.iter().enumerate().all(|(i, part)| words(i).is_some_and(|word| bare(word) == part)))
            .map(|(name, meaning)| (meaning, name.len()))
    }
}
