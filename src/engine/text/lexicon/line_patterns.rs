//! Patterns of lines that belong to a page and not to its article, found by their first or last word: however many patterns
//! there are, a line costs one look-up a word.

use rustc_hash::FxHashMap;

use super::tabbed;

/// What a line with the pattern is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineMeaning {
    /// Navigation, prompts, corrections, tags: nothing is read from it.
    Furniture,
    /// Heads a list of other stories.
    Related,
    Caption,
    Copyright,
    Distributor,
    /// Names who published the article first.
    Origin,
    /// Names who reported: an agency's signature.
    Signature,
    /// Names who helped.
    Contribution,
}

impl LineMeaning {
    fn named(name: &str) -> Self {
        match name {
            "related" => Self::Related,
            "caption" => Self::Caption,
            "copyright" => Self::Copyright,
            "distributor" => Self::Distributor,
            "origin" => Self::Origin,
            "signature" => Self::Signature,
            "contribution" => Self::Contribution,
            _ => Self::Furniture,
        }
    }
}

/// Where in the line a pattern stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Whole,
    Start,
    Anywhere,
    End,
}

struct LinePattern {
    place: Place,
    words: Vec<String>,
    meaning: LineMeaning,
}

impl LinePattern {
    /// Whether the words from `first` on are the pattern's.
    fn is_at<'a>(&self, first: usize, words: &impl Fn(usize) -> Option<&'a str>) -> bool {
        self.words.iter().enumerate().all(|(i, pattern)| words(first + i).is_some_and(|word| matches(pattern, word)))
    }
}

/// A pattern with the words of the line that it stands at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineMatch {
    pub meaning: LineMeaning,
    /// The word behind the pattern.
    pub end: usize,
}

#[derive(Default)]
pub struct LinePatterns {
    by_first: FxHashMap<String, Vec<LinePattern>>,
    by_last: FxHashMap<String, Vec<LinePattern>>,
}

impl LinePatterns {
    pub(super) fn parse(file: &'static str) -> Self {
        let mut patterns = Self::default();
        for row in tabbed(file) {
            let place = match row[0] {
                "whole" => Place::Whole,
                "start" => Place::Start,
                "end" => Place::End,
                _ => Place::Anywhere,
            };
            let words: Vec<String> = row[1].split_whitespace().map(str::to_owned).collect();
            let (table, key) = match place {
                Place::End => (&mut patterns.by_last, words.last()),
                _ => (&mut patterns.by_first, words.first()),
            };
            let Some(key) = key.map(|word| bare(word).to_owned()) else { continue };
            table.entry(key).or_default().push(LinePattern { place, words, meaning: LineMeaning::named(row[2]) });
        }
        for list in patterns.by_first.values_mut().chain(patterns.by_last.values_mut()) {
            list.sort_by_key(|pattern| std::cmp::Reverse(pattern.words.len()));
        }
        patterns
    }

    /// The longest pattern that begins the line. `words` are folded, with "#" for every number.
    pub fn at_start<'a>(&self, words: impl Fn(usize) -> Option<&'a str>) -> Option<LineMatch> {
        let is_rest = |from: usize| (from..).map_while(&words).all(|word| matches!(bare(word), "" | "#"));
        self.by_first.get(bare(words(0)?))?.iter().find_map(|pattern| {
            let end = pattern.words.len();
            let hit = pattern.is_at(0, &words) && (pattern.place != Place::Whole || is_rest(end));
            (hit && pattern.place != Place::Anywhere).then_some(LineMatch { meaning: pattern.meaning, end })
        })
    }

    /// A pattern anywhere in a line of `length` words, or at its end.
    pub fn inside<'a>(&self, length: usize, words: impl Fn(usize) -> Option<&'a str>) -> Option<LineMatch> {
        let anywhere = (0..length).find_map(|first| {
            let list = self.by_first.get(bare(words(first)?))?;
            let pattern = list.iter().find(|pattern| pattern.place == Place::Anywhere && pattern.is_at(first, &words))?;
            Some(LineMatch { meaning: pattern.meaning, end: first + pattern.words.len() })
        });
        anywhere.or_else(|| {
            let last = words(length.checked_sub(1)?)?;
            // "He sued Getty Images." is a sentence.
            let list = self.by_last.get(bare(last)).filter(|_| !last.ends_with('.'))?;
            let pattern = list
                .iter()
                .find(|pattern| length.checked_sub(pattern.words.len()).is_some_and(|at| pattern.is_at(at, &words)))?;
            Some(LineMatch { meaning: pattern.meaning, end: length })
        })
    }
}

/// A word without the punctuation around it.
pub fn bare(word: &str) -> &str {
    // Most words have none.
    if let [first, .., last] = word.as_bytes()
        && first.is_ascii_alphanumeric()
        && last.is_ascii_alphanumeric()
    {
        return word;
    }
    word.trim_matches(|ch: char| !(ch.is_alphanumeric() || matches!(ch, '#' | '@' | '©')))
}

/// "related:" needs its colon, "related" takes any mark behind it.
fn matches(pattern: &str, word: &str) -> bool {
    match pattern.strip_suffix(':') {
        Some(label) => word.ends_with(':') && bare(word) == bare(label),
        None => bare(word) == bare(pattern),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATTERNS: &str = "whole\tshare\tprompt\nstart\trelated:\trelated\nstart\tread more\tprompt\nany\tall rights reserved\tprompt\n\
        whole\t# shares\tprompt\nend\tvia getty images\tcaption\nstart\t©\tcopyright";

    fn meaning(line: &str) -> Option<LineMeaning> {
        let patterns = LinePatterns::parse(PATTERNS);
        let words: Vec<&str> = line.split_whitespace().collect();
        let at = |i: usize| words.get(i).copied();
        patterns.at_start(at).or_else(|| patterns.inside(words.len(), at)).map(|found| found.meaning)
    }

    #[test]
    fn a_pattern_is_found_where_its_place_says() {
        use LineMeaning::{Caption, Copyright, Furniture, Related};
        for (line, expected) in [
            ("share", Some(Furniture)),
            ("share!", Some(Furniture)),
            ("share #", Some(Furniture)),
            ("share prices fell", None),
            ("# shares", Some(Furniture)),
            ("related: a story", Some(Related)),
            ("related matters", None),
            ("read more about it", Some(Furniture)),
            ("readmore", None),
            ("the firm. all rights reserved.", Some(Furniture)),
            ("all rights", None),
            ("a bridge. jo doe via getty images", Some(Caption)),
            ("via getty images he left", None),
            ("they came via getty images.", None),
            ("© # the firm", Some(Copyright)),
            ("", None),
        ] {
            assert_eq!(meaning(line), expected, "{line}");
        }
    }
}
