//! Number words, vague amounts, comparators and units of a language, from its tables.

use rustc_hash::FxHashMap;

use super::{Aliases, tabbed};
use crate::domain::Comparator;

/// What one word does in a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NumberWord {
    /// "seven".
    Value(f64),
    /// "hundred", "dozen", "million": multiplies what stands before it.
    Scale(f64),
    /// "half".
    Half,
    /// "quarters": one by this.
    Fraction(f64),
    /// "third"; a fraction behind "a" and before "of".
    Ordinal(f64),
    /// "doubled", "twice".
    Multiple(f64),
    /// "times": makes a multiple of the number before it.
    Times,
    /// "a": one, where a scale or a fraction follows.
    Article,
    /// "of", "its": may stand between a number and what it counts.
    Partitive,
}

/// What a phrase at a number makes of it: the ends of the interval as shares of the number, `None` where it is open.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    pub comparator: Comparator,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Means something else before a span of time: "over six years".
    pub not_time: bool,
}

impl Bound {
    fn parse(row: &[&str]) -> Self {
        let share = |at: usize| row.get(at).and_then(|share| share.parse().ok());
        let (comparator, low, high) = match row[0] {
            "more_than" => (Comparator::MoreThan, Some(1.0), None),
            "at_least" => (Comparator::AtLeast, Some(1.0), None),
            "less_than" => (Comparator::LessThan, None, Some(1.0)),
            "at_most" => (Comparator::AtMost, None, Some(1.0)),
            "about" => (Comparator::About, share(1), share(2)),
            _ => (Comparator::Exactly, Some(1.0), Some(1.0)),
        };
        Self { comparator, low, high, not_time: row.last() == Some(&"not-time") }
    }
}

/// The least and the most that a vague phrase stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VagueAmount {
    pub low: f64,
    pub high: Option<f64>,
}

/// The tables of a language, as they stand in its files.
pub struct NumberFiles {
    pub numbers: &'static str,
    pub vague: &'static str,
    pub comparators: &'static str,
    pub units: &'static str,
}

/// Phrases on either side of a number. Those before it are kept back to front: reading starts at the number.
#[derive(Debug)]
pub struct Sides<T> {
    pub before: Aliases<T>,
    pub behind: Aliases<T>,
}

impl<T> Default for Sides<T> {
    fn default() -> Self {
        Self { before: Aliases::default(), behind: Aliases::default() }
    }
}

impl<T: Clone> Sides<T> {
    /// From rows of (stands before, phrase, meaning).
    fn new(rows: impl IntoIterator<Item = (bool, String, T)>) -> Self {
        let (before, behind): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(before, ..)| *before);
        let reversed = |phrase: String| phrase.split_whitespace().rev().collect::<Vec<_>>().join(" ");
        Self {
            before: Aliases::new(before.into_iter().map(|(_, phrase, meaning)| (vec![reversed(phrase)], meaning))),
            behind: Aliases::new(behind.into_iter().map(|(_, phrase, meaning)| (vec![phrase], meaning))),
        }
    }
}

#[derive(Debug, Default)]
pub struct Numbers {
    words: FxHashMap<String, NumberWord>,
    /// Scales that are only written together with digits: "19M".
    suffixes: FxHashMap<String, f64>,
    ordinal_endings: Vec<String>,
    decimal: char,
    thousands: char,
    /// "migrantes venezolanos": the head of what is counted stands first.
    pub head_first: bool,
    /// Word that joins the parts of a number, and what the first part must be a multiple of.
    joins: Vec<(String, f64)>,
    /// Opening word (may be empty) and the word between the two ends.
    pub ranges: Vec<(String, String)>,
    /// "one IN five".
    pub ratios: Aliases<()>,
    pub vague: Aliases<VagueAmount>,
    pub comparators: Sides<Bound>,
    pub units: Sides<String>,
    /// What makes a number a name, a date or an age.
    pub names: Sides<()>,
    /// "35-year-OLD".
    ages: Vec<String>,
}

impl Numbers {
    #[must_use]
    pub fn parse(files: &NumberFiles) -> Self {
        let mut this = Self { decimal: '.', thousands: ',', ..Self::default() };
        let mut names = Vec::new();
        let mut ratios = Vec::new();
        for row in tabbed(files.numbers) {
            let words = row.get(1).copied().unwrap_or("");
            let third = row.get(2).copied().unwrap_or("");
            let value: f64 = third.parse().unwrap_or(1.0);
            let phrases = || words.split('|').map(str::to_owned);
            let role = match row[0] {
                "value" => NumberWord::Value(value),
                "scale" => NumberWord::Scale(value),
                "half" => NumberWord::Half,
                "fraction" => NumberWord::Fraction(value),
                "ordinal" => NumberWord::Ordinal(value),
                "multiple" => NumberWord::Multiple(value),
                "times" => NumberWord::Times,
                "article" => NumberWord::Article,
                "partitive" => NumberWord::Partitive,
                other => {
                    match other {
                        "decimal" => this.decimal = words.chars().next().unwrap_or('.'),
                        "thousands" => this.thousands = words.chars().next().unwrap_or(','),
                        "head" => this.head_first = words == "first",
                        "suffix" => this.suffixes.extend(words.split(' ').map(|word| (word.to_owned(), value))),
                        "ordinal-ending" => this.ordinal_endings = words.split(' ').map(str::to_owned).collect(),
                        "join" => this.joins.push((words.to_owned(), value)),
                        "range" => this.ranges.push((words.to_owned(), third.to_owned())),
                        "ratio" => ratios.extend(phrases()),
                        "name-before" => names.extend(phrases().map(|phrase| (true, phrase, ()))),
                        "name-behind" => names.extend(phrases().map(|phrase| (false, phrase, ()))),
                        "age" => this.ages.extend(words.split(' ').map(str::to_owned)),
                        _ => {}
                    }
                    continue;
                }
            };
            this.words.extend(words.split(' ').map(|word| (word.to_owned(), role)));
        }
        this.ratios = Aliases::new([(ratios, ())]);
        this.names = Sides::new(names);
        this.vague = Aliases::new(tabbed(files.vague).map(|row| {
            let bound = |at: usize| row.get(at).and_then(|bound| bound.parse().ok());
            (vec![row[0].to_owned()], VagueAmount { low: bound(1).unwrap_or(0.0), high: bound(2) })
        }));
        this.comparators =
            Sides::new(tabbed(files.comparators).map(|row| (row[0] == "before", row[1].to_owned(), Bound::parse(&row[2..]))));
        this.units = Sides::new(tabbed(files.units).flat_map(|row| {
            row[2].split('|').map(|form| (row[0] == "before", form.to_owned(), row[1].to_owned())).collect::<Vec<_>>()
        }));
        this
    }

    /// Every word with a part in numbers.
    pub(super) fn words(&self) -> impl Iterator<Item = (&str, NumberWord)> {
        self.words.iter().map(|(word, role)| (word.as_str(), *role))
    }

    #[must_use]
    pub fn word(&self, word: &str) -> Option<NumberWord> {
        self.words.get(word).copied()
    }

    #[must_use]
    pub fn value(&self, word: &str) -> Option<f64> {
        match self.word(word)? {
            NumberWord::Value(value) => Some(value),
            _ => None,
        }
    }

    #[must_use]
    pub fn scale(&self, word: &str) -> Option<f64> {
        match self.word(word)? {
            NumberWord::Scale(scale) => Some(scale),
            _ => None,
        }
    }

    /// A scale as it is glued to digits: "bn", "M".
    #[must_use]
    pub fn suffix(&self, ending: &str) -> Option<f64> {
        self.scale(ending).or_else(|| self.suffixes.get(ending).copied())
    }

    /// "12th" is 12, "12 boats" and "12x" are not.
    #[must_use]
    pub fn ordinal_digits(&self, word: &str) -> Option<f64> {
        let digits = word.trim_end_matches(|c: char| !c.is_ascii_digit());
        let listed = !digits.is_empty() && self.ordinal_endings.iter().any(|ending| *ending == word[digits.len()..]);
        listed.then(|| digits.parse().ok()).flatten()
    }

    #[must_use]
    pub fn is_age(&self, word: &str) -> bool {
        self.ages.iter().any(|age| age == word)
    }

    /// Whether `word` joins a part to a number that is `so_far`.
    #[must_use]
    pub fn joins(&self, word: &str, so_far: f64) -> bool {
        self.joins.iter().any(|(join, step)| join == word && so_far >= *step && so_far % step == 0.0)
    }

    #[must_use]
    pub fn is_join(&self, word: &str) -> bool {
        self.joins.iter().any(|(join, _)| join == word)
    }

    /// Digits as the language writes them: "1,234.5" in English, "1.234,5" in Spanish. A lone mark that cannot stand for
    /// thousands is a decimal mark in either.
    #[must_use]
    pub fn digits(&self, text: &str) -> Option<f64> {
        if text.bytes().all(|b| b.is_ascii_digit()) {
            return text.parse().ok();
        }
        let whole_and_rest = match text.rsplit_once(self.decimal) {
            Some((whole, rest)) if !whole.contains(self.decimal) && !rest.contains(self.thousands) => Some((whole, rest)),
            _ => None,
        };
        if let Some((whole, rest)) = whole_and_rest {
            return format!("{}.{rest}", self.ungrouped(whole)?).parse().ok();
        }
        if let Some(whole) = self.ungrouped(text) {
            return whole.parse().ok();
        }
        let (whole, rest) = text.split_once(self.thousands)?;
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        (plain(whole) && plain(rest) && rest.len() < 3).then(|| format!("{whole}.{rest}").parse().ok()).flatten()
    }

    /// "250,000" without its marks, if every one is followed by three digits.
    fn ungrouped(&self, text: &str) -> Option<String> {
        let mut groups = text.split(self.thousands);
        let mut out = groups.next().filter(|first| first.bytes().all(|b| b.is_ascii_digit()))?.to_owned();
        for group in groups {
            if group.len() != 3 || !group.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            out.push_str(group);
        }
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ENGLISH_FILES, SPANISH_FILES};
    use super::*;

    #[test]
    fn digits_are_read_with_the_marks_of_the_language() {
        let english = Numbers::parse(&ENGLISH_FILES.numbers);
        let spanish = Numbers::parse(&SPANISH_FILES.numbers);
        for (text, in_english, in_spanish) in [
            ("1234", Some(1234.0), Some(1234.0)),
            ("250,000", Some(250_000.0), Some(250.0)),
            ("1,234.5", Some(1234.5), None),
            ("1.234,5", None, Some(1234.5)),
            ("1.234", Some(1.234), Some(1234.0)),
            ("3.5", Some(3.5), Some(3.5)),
            ("3,5", Some(3.5), Some(3.5)),
            ("12,34,567", None, None),
            ("2.0.1", None, None),
        ] {
            assert_eq!((english.digits(text), spanish.digits(text)), (in_english, in_spanish), "{text}");
        }
    }

    #[test]
    fn every_row_has_a_meaning() {
        for files in [&ENGLISH_FILES.numbers, &SPANISH_FILES.numbers] {
            for row in tabbed(files.comparators) {
                assert!(matches!(row[0], "before" | "behind"), "{row:?}");
                let bound = Bound::parse(&row[2..]);
                assert!(bound.comparator != Comparator::Exactly || row[2] == "exactly", "{row:?}");
                assert!(bound.low.is_some() || bound.high.is_some(), "{row:?}");
            }
            for row in tabbed(files.units) {
                assert!(matches!(row[0], "before" | "behind") && row.len() == 3, "{row:?}");
            }
            for row in tabbed(files.vague) {
                assert!(row[1].parse::<f64>().is_ok(), "{row:?}");
            }
        }
    }
}
