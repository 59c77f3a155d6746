//! Which language an article is in, and whether the engine can read it.

use super::Draft;
use crate::engine::text::{Class, Lexicon, fold};

/// Lines shorter than this are mostly navigation, and in any language.
const SHORTEST_LINE: usize = 60;
const SAMPLE: usize = 2_000;

/// ISO 639-1, as the caller says or as the text tells; `und` where it does not.
pub fn of(draft: &Draft<'_>) -> String {
    if let Some(language) = draft.language {
        return language.split(['-', '_']).next().unwrap_or(language).to_ascii_lowercase();
    }
    let mut sample = String::new();
    for line in draft.text.lines().filter(|line| line.len() >= SHORTEST_LINE) {
        sample.extend(line.chars().take(SAMPLE));
        sample.push(' ');
        if sample.len() >= SAMPLE {
            break;
        }
    }
    if sample.is_empty() {
        sample.extend(draft.title.into_iter().chain([draft.text]).flat_map(str::chars).take(SAMPLE));
    }
    match whatlang::detect(&sample) {
        // On a few words detection is a guess: better one of the languages that the engine can read.
        Some(info) if !info.is_reliable() && sample.is_ascii() => by_small_words(&sample).to_owned(),
        Some(info) => two_letter(info.lang()).to_owned(),
        None => "und".to_owned(),
    }
}

/// The language that has most of the words on its list of stopwords.
fn by_small_words(sample: &str) -> &'static str {
    let known = |language: &str| {
        let words = sample.split(|ch: char| !ch.is_alphabetic()).map(fold);
        Lexicon::of(language).map_or(0, |lexicon| words.filter(|word| lexicon.is(word, Class::Stopword)).count())
    };
    // Of equals the last one wins: English.
    Lexicon::LANGUAGES.into_iter().rev().max_by_key(|language| known(language)).unwrap_or("en")
}

fn two_letter(language: whatlang::Lang) -> &'static str {
    use whatlang::Lang;
    match language {
        Lang::Eng => "en",
        Lang::Spa => "es",
        Lang::Fra => "fr",
        Lang::Deu => "de",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Rus => "ru",
        Lang::Ukr => "uk",
        Lang::Nld => "nl",
        Lang::Ara => "ar",
        Lang::Cmn => "zh",
        Lang::Jpn => "ja",
        Lang::Pol => "pl",
        Lang::Tur => "tr",
        other => other.code(),
    }
}
