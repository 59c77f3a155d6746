//! Number words, vague amounts and comparators of a language.

use rustc_hash::FxHashMap;

use super::{lines, phrase};
use crate::domain::Comparator;

#[derive(Debug, Default)]
pub struct Numbers {
    values: FxHashMap<String, f64>,
    scales: FxHashMap<String, f64>,
    /// Words with the least and the most they stand for, longest first.
    pub vague: Vec<(Vec<String>, f64, Option<f64>)>,
    pub comparators: Vec<(Vec<String>, Comparator)>,
}

impl Numbers {
    pub(super) fn parse(numbers: &'static str, vague: &'static str, comparators: &'static str) -> Self {
        let tabbed = |file: &'static str| lines(file).map(|line| line.split('\t').collect::<Vec<_>>());
        let mut this = Self::default();
        for row in tabbed(numbers) {
            let (word, value) = (row[0].to_owned(), row.get(1).copied().unwrap_or(""));
            match value.strip_prefix('x') {
                Some(scale) => this.scales.insert(word, scale.parse().unwrap_or(1.0)),
                None => this.values.insert(word, value.parse().unwrap_or(0.0)),
            };
        }
        let bound = |row: &[&str], at: usize| row.get(at).and_then(|v| v.parse().ok());
        this.vague = tabbed(vague).map(|row| (phrase(row[0]), bound(&row, 1).unwrap_or(0.0), bound(&row, 2))).collect();
        this.vague.sort_by_key(|(words, ..)| std::cmp::Reverse(words.len()));
        this.comparators = tabbed(comparators)
            .map(|row| {
                let comparator = match row[1] {
                    "more_than" => Comparator::MoreThan,
                    "at_least" => Comparator::AtLeast,
                    "less_than" => Comparator::LessThan,
                    "at_most" => Comparator::AtMost,
                    "exactly" => Comparator::Exactly,
                    _ => Comparator::About,
                };
                (phrase(row[0]), comparator)
            })
            .collect();
        this.comparators.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        this
    }

    #[must_use]
    pub fn value(&self, word: &str) -> Option<f64> {
        self.values.get(word).copied()
    }

    #[must_use]
    pub fn scale(&self, word: &str) -> Option<f64> {
        self.scales.get(word).copied()
    }
}
