//! The cue words of a stance and the words that contradict one another, from `lexicon/en/stance.tsv`.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

/// Words of one state, and words of the other.
pub(super) type Opposites = [FxHashSet<&'static str>; 2];

pub(super) struct Cues {
    /// By the first word: the words that follow it, and the group.
    phrases: FxHashMap<&'static str, Vec<(Vec<&'static str>, &'static str)>>,
    pub opposites: Vec<Opposites>,
}

/// A cue at words `from..to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cue {
    pub group: &'static str,
    pub from: usize,
    pub to: usize,
}

pub(super) static CUES: LazyLock<Cues> = LazyLock::new(|| {
    let mut cues = Cues { phrases: FxHashMap::default(), opposites: Vec::new() };
    let lines = include_str!("../../text/lexicon/en/stance.tsv").lines().filter(|line| !line.starts_with('#'));
    for (group, words) in lines.filter_map(|line| line.split_once('\t')) {
        if let Some((one, other)) = words.split_once(" | ") {
            cues.opposites.push([one, other].map(|side| side.split(", ").collect()));
            continue;
        }
        for phrase in words.split(", ") {
            let mut words = phrase.split(' ');
            let first = words.next().unwrap_or_default();
            cues.phrases.entry(first).or_default().push((words.collect(), group));
        }
    }
    cues
});

impl Cues {
    /// Every cue in the words, in their order.
    pub(super) fn find<'a>(&'a self, words: &'a [&str]) -> impl Iterator<Item = Cue> + 'a {
        (0..words.len()).flat_map(move |from| {
            let phrases = self.phrases.get(words[from]).map_or(&[][..], Vec::as_slice);
            phrases.iter().filter_map(move |(rest, group)| {
                let to = from + 1 + rest.len();
                (words.get(from + 1..to)? == rest.as_slice()).then_some(Cue { group, from, to })
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{contractions::written_out, signs::Words},
        *,
    };

    #[test]
    fn phrases_are_found_where_they_stand() {
        let found: Vec<Cue> = CUES.find(&["it", "is", "a", "hoax", "put", "to", "rest"]).collect();
        assert!(found.contains(&Cue { group: "debunk", from: 3, to: 4 }), "{found:?}");
        assert!(found.contains(&Cue { group: "deny", from: 4, to: 7 }), "{found:?}");
        assert_eq!(CUES.find(&["the", "ferry", "sank"]).count(), 0);
    }

    #[test]
    fn every_cue_is_written_as_texts_are_read() {
        for (first, phrases) in &CUES.phrases {
            for (rest, group) in phrases {
                let text = [&[*first], rest.as_slice()].concat().join(" ");
                let read = Words::of(&written_out(&text));
                assert!(
                    CUES.find(&read.texts()).any(|cue| cue.group == *group && cue.to == read.texts().len()),
                    "{group}: {text}"
                );
            }
        }
    }

    #[test]
    fn no_word_is_its_own_opposite() {
        for [one, other] in &CUES.opposites {
            assert!(one.is_disjoint(other), "{one:?} {other:?}");
        }
    }
}
