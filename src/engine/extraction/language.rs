//! Which language an article is in, and whether the engine can read it.

use std::ops::Range;

use super::Draft;

/// ISO 639-1, as the caller says or as the text tells; `und` where it does not.
pub fn of(draft: &Draft<'_>, paragraphs: &[Range<usize>]) -> String {
    if let Some(language) = draft.language {
        return language.split(['-', '_']).next().unwrap_or(language).to_ascii_lowercase();
    }
    let sample: String = paragraphs.iter().map(|range| &draft.text[range.clone()]).take(12).collect::<Vec<_>>().join(" ");
    let sample = if sample.is_empty() { draft.title.unwrap_or_default() } else { &sample };
    let cut = sample.char_indices().nth(2_000).map_or(sample.len(), |(at, _)| at);
    match whatlang::detect(&sample[..cut]) {
        // On a few words detection is a guess; English is what the rest of the engine can do something with.
        Some(info) if !info.is_reliable() && sample.is_ascii() => "en".to_owned(),
        Some(info) => two_letter(info.lang()).to_owned(),
        None => "und".to_owned(),
    }
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
