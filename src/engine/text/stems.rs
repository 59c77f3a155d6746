//! Words to stems: spelling variants first, then Snowball (Porter 2001), then sets of words that news prose interchanges.

use std::cell::RefCell;

use rust_stemmers::{Algorithm, Stemmer};
use rustc_hash::FxHashMap;

use super::Lexicon;

thread_local! {
    /// Stemming allocates, and news repeats its words: most look-ups end here.
    static CACHE: RefCell<FxHashMap<String, String>> = RefCell::default();
}

/// Words longer than this are not stemmed: no word of a language is, and the cache must stay small.
const LONGEST: usize = 40;
const CACHE_SIZE: usize = 50_000;

/// Stem of a folded word: "recognised" and "recognition" give one stem, "talks" and "negotiations" another.
#[must_use]
pub fn stem(word: &str) -> String {
    if word.len() > LONGEST {
        return word.to_owned();
    }
    CACHE.with_borrow_mut(|cache| {
        if let Some(known) = cache.get(word) {
            return known.clone();
        }
        if cache.len() >= CACHE_SIZE {
            cache.clear();
        }
        let stem = uncached(word);
        cache.insert(word.to_owned(), stem.clone());
        stem
    })
}

fn uncached(word: &str) -> String {
    let lexicon = Lexicon::english();
    let american = american_spelling(word);
    if let Some(group) = lexicon.synonym(&american).or_else(|| lexicon.synonym(word)) {
        return group.to_owned();
    }
    let stemmed = snowball(&american);
    lexicon.synonym_stem(&stemmed).map_or(stemmed, str::to_owned)
}

pub(super) fn snowball(word: &str) -> String {
    thread_local! {
        static STEMMER: Stemmer = Stemmer::create(Algorithm::English);
    }
    STEMMER.with(|stemmer| stemmer.stem(word).into_owned())
}

/// "recognised" → "recognized", "labour" → "labor", "centre" → "center".
#[must_use]
pub fn american_spelling(word: &str) -> String {
    let lexicon = Lexicon::english();
    if let Some(listed) = lexicon.spelling(word) {
        return listed.to_owned();
    }
    if word.len() > 5 {
        for (ending, length) in [("ise", 3), ("ised", 4), ("ises", 4), ("ising", 5), ("isation", 7), ("isations", 8)] {
            if word.ends_with(ending) {
                let stem = &word[..word.len() - length];
                if lexicon.is(&format!("{stem}ise"), super::Class::KeepsIse) {
                    return word.to_owned();
                }
                return format!("{stem}iz{}", &ending[2..]);
            }
        }
    }
    if word.len() > 4
        && let Some(at) = word.find("our")
        && at >= 2
        && ["our", "ours", "oured", "ouring", "ourable", "ourite", "ourites"].contains(&&word[at..])
        && !["hour", "four", "tour", "pour", "sour", "your", "flour", "devour", "detour", "contour", "troubadour", "glamour"]
            .iter()
            .any(|kept| word.starts_with(kept) || word[..at + 3].ends_with(kept))
    {
        return format!("{}or{}", &word[..at], &word[at + 3..]);
    }
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_of_one_word_share_a_stem() {
        for group in [
            &["recognise", "recognized", "recognition", "recognising"][..],
            &["labour", "labor", "labours"],
            &["talks", "negotiations"],
            &["killed", "deaths"],
            &["coup", "coups"],
            &["vaccine", "vaccines"],
            &["defence", "defense"],
        ] {
            let stems: Vec<String> = group.iter().map(|word| stem(word)).collect();
            assert!(stems.iter().all(|s| *s == stems[0]), "{group:?} gave {stems:?}");
        }
    }

    #[test]
    fn different_words_keep_different_stems() {
        for (a, b) in [("rise", "rize"), ("hour", "hor"), ("wounded", "killed"), ("exercise", "exercize"), ("four", "for")] {
            assert_ne!(stem(a), stem(b), "{a} {b}");
        }
    }
}
