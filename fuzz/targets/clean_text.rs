//! What has been normalised stays as it is, and is what it is said to be.
#![no_main]

use crossclaim::{
    engine::text::{Lexicon, fold, tokenize},
    http::fuzzing::{self as edge, Limit},
};
use libfuzzer_sys::fuzz_target;
use unicode_normalization::is_nfc;

fuzz_target!(|raw: &str| {
    for limit in [Limit::Bytes(64), Limit::Chars(20), edge::ARTICLE_TEXT] {
        let Ok(text) = edge::clean(raw, limit) else { continue };
        assert_eq!(edge::clean(&text, limit).as_ref(), Ok(&text));
        assert!(is_nfc(&text) && !text.trim().is_empty());
        assert!(!text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')));
        assert!(match limit {
            Limit::Bytes(most) => text.len() <= most,
            Limit::Chars(most) => text.chars().count() <= most,
        });
    }
    if let Ok(name) = edge::name(raw, edge::TITLE) {
        assert_eq!(edge::name(&name, edge::TITLE).as_ref(), Ok(&name));
        assert!(!name.contains('\n') && name.trim() == name);
    }
    if let Ok(domain) = edge::domain(raw) {
        assert_eq!(edge::domain(&domain).as_ref(), Ok(&domain));
        assert!(domain.is_ascii() && domain == domain.to_ascii_lowercase());
    }
    if let Ok(language) = edge::language(raw) {
        assert_eq!(edge::language(&language).as_ref(), Ok(&language));
    }
    if let Ok(time) = edge::time(raw) {
        assert_eq!(edge::time(&time.to_rfc3339()), Ok(time));
    }
    let folded = fold(raw);
    assert_eq!(fold(&folded), folded, "{raw:?}");
    let mut end = 0;
    for token in tokenize(raw, 0, Lexicon::english()) {
        assert!(token.start >= end && raw.get(token.start..token.end) == Some(token.text), "{raw:?}");
        end = token.end;
    }
});
