//! Words to stems: spelling variants first, then Snowball (Porter 2001), then sets of words that news prose interchanges.

use std::cell::RefCell;

use rust_stemmers::{Algorithm, Stemmer};
use rustc_hash::FxHashMap;

use super::Lexicon;

/// How a language's words become stems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stemming {
    English,
    Spanish,
}

thread_local! {
    /// Stemming allocates, and news repeats its words: most look-ups end here.
    static CACHE: RefCell<FxHashMap<Stemming, FxHashMap<String, String>>> = RefCell::default();
}

/// Words longer than this are not stemmed: no word of a language is, and the cache must stay small.
const LONGEST: usize = 40;
const CACHE_SIZE: usize = 50_000;

/// Stem of a folded English word: "recognised" and "recognition" give one stem, "talks" and "negotiations" another.
#[must_use]
pub fn stem(word: &str) -> String {
    Lexicon::english().stem(word)
}

pub(super) fn cached(word: &str, stemming: Stemming, lexicon: &Lexicon) -> String {
    if word.len() > LONGEST {
        return word.to_owned();
    }
    CACHE.with_borrow_mut(|caches| {
        let cache = caches.entry(stemming).or_default();
        if let Some(known) = cache.get(word) {
            return known.clone();
        }
        if cache.len() >= CACHE_SIZE {
            cache.clear();
        }
        let stem = uncached(word, stemming, lexicon);
        cache.insert(word.to_owned(), stem.clone());
        stem
    })
}

fn uncached(word: &str, stemming: Stemming, lexicon: &Lexicon) -> String {
    let respelt = match stemming {
        Stemming::English => american_spelling(word),
        // Snowball knows the ending by the accent that folding took away.
        Stemming::Spanish => word.strip_suffix("ion").map_or_else(|| word.to_owned(), |stem| format!("{stem}ión")),
    };
    if let Some(group) = lexicon.synonym(&respelt).or_else(|| lexicon.synonym(word)) {
        return group.to_owned();
    }
    let stemmed = stemming.snowball(&respelt);
    lexicon.synonym_stem(&stemmed).map_or(stemmed, str::to_owned)
}

impl Stemming {
    pub(super) fn snowball(self, word: &str) -> String {
        thread_local! {
            static ENGLISH: Stemmer = Stemmer::create(Algorithm::English);
            static SPANISH: Stemmer = Stemmer::create(Algorithm::Spanish);
        }
        let stemmer = match self {
            Self::English => &ENGLISH,
            Self::Spanish => &SPANISH,
        };
        stemmer.with(|stemmer| stemmer.stem(word).into_owned())
    }
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
    fn spanish_words_have_spanish_stems() {
        let spanish = Lexicon::of("es").unwrap();
        for group in [
            &["migrante", "migrantes"][..],
            &["reconocio", "reconocieron", "reconocer"],
            &["recomendacion", "recomendaciones"],
            &["elecciones", "eleccion"],
            &["venezolano", "venezolana", "venezolanos"],
            &["murieron", "muertos", "fallecidos"],
        ] {
            let stems: Vec<String> = group.iter().map(|word| spanish.stem(word)).collect();
            assert!(stems.iter().all(|s| *s == stems[0]), "{group:?} gave {stems:?}");
        }
        // The same letters are another word in English, and the cache keeps them apart.
        assert_ne!(stem("recomendaciones"), spanish.stem("recomendaciones"));
    }

    #[test]
    fn different_words_keep_different_stems() {
        for (a, b) in [("rise", "rize"), ("hour", "hor"), ("wounded", "killed"), ("exercise", "exercize"), ("four", "for")] {
            assert_ne!(stem(a), stem(b), "{a} {b}");
        }
    }
}
