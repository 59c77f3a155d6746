//! One spelling for comparison: lower case, no diacritics, one kind of quote, hyphen and space.
//!
//! Folded text is for comparing only; what is shown is always the stored text.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// "Élan’s" → "elan's". Invisible characters vanish, so that they cannot be used to hide a copy.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(text.len());
    // Beyond ASCII most text has only the quotation marks and dashes of print: nothing to take apart.
    if text.chars().all(|ch| ch.is_ascii() || plain_mark(ch).is_some()) {
        text.chars().for_each(|ch| push_folded(ch, &mut out));
    } else {
        text.nfkd().for_each(|ch| push_folded(ch, &mut out));
    }
    out
}

/// Appends a character of decomposed text.
fn push_folded(ch: char, out: &mut String) {
    if let Some(mark) = plain_mark(ch) {
        return out.push_str(mark);
    }
    match ch {
        '\u{00ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {}
        'ø' | 'Ø' => out.push('o'),
        'ł' | 'Ł' => out.push('l'),
        'đ' | 'Đ' => out.push('d'),
        'ı' => out.push('i'),
        'ß' => out.push_str("ss"),
        'æ' | 'Æ' => out.push_str("ae"),
        ch if is_combining_mark(ch) => {}
        ch if ch.is_whitespace() => out.push(' '),
        ch => out.extend(ch.to_lowercase()),
    }
}

/// The plain form of a quotation mark, an apostrophe or a dash of print.
pub(super) fn plain_mark(ch: char) -> Option<&'static str> {
    match ch {
        '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' | '\u{2032}' | '\u{02bc}' | '`' => Some("'"),
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '«' | '»' => Some("\""),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some("-"),
        _ => None,
    }
}

pub(super) fn is_combining(ch: char) -> bool {
    is_combining_mark(ch)
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn spelling_variants_meet() {
        for (a, b) in [
            ("Bogotá", "bogota"),
            ("“Élan”", "\"elan\""),
            ("don’t", "don't"),
            ("self\u{2011}made", "self-made"),
            ("a\u{a0}b", "a b"),
            ("in\u{200b}visible", "invisible"),
            ("STRASSE", "strasse"),
            ("Łódź", "lodz"),
        ] {
            assert_eq!(fold(a), b);
        }
    }
}
