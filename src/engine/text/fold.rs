//! One spelling for comparison: lower case, no diacritics, one kind of quote, hyphen and space, nothing invisible, and no letters that only
//! look like those around them.
//!
//! Folded text is for comparing only; what is shown is always the stored text.

use std::borrow::Cow;

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
        text.chars().for_each(|ch| push_plain(ch, &mut out));
        out.make_ascii_lowercase();
        return out;
    }
    text.nfkd().for_each(|ch| push_plain(ch, &mut out));
    // A capital may look like another letter than its small one does: both are looked at, which leaves nothing to a second folding.
    let small: String = undisguised(&out).chars().flat_map(char::to_lowercase).collect();
    undisguised(&small).into_owned()
}

/// Appends a character of decomposed text.
fn push_plain(ch: char, out: &mut String) {
    if let Some(mark) = plain_mark(ch) {
        return out.push_str(mark);
    }
    match ch {
        ch if is_invisible(ch) => {}
        'ø' | 'Ø' => out.push('o'),
        'ł' | 'Ł' => out.push('l'),
        'đ' | 'Đ' => out.push('d'),
        'ı' => out.push('i'),
        'ß' | 'ẞ' => out.push_str("ss"),
        'æ' | 'Æ' => out.push_str("ae"),
        ch if is_combining_mark(ch) => {}
        ch if ch.is_whitespace() => out.push(' '),
        ch => out.push(ch),
    }
}

/// Of plain text: without letters of other scripts that pass for Latin ones in a word of Latin letters. A word that is all of one script is what it is.
fn undisguised(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|ch| looks_like(ch).is_some()) {
        return Cow::Borrowed(text);
    }
    let words = text.split_inclusive(|ch: char| !ch.is_alphanumeric()).map(|word| {
        match word.contains(|ch: char| ch.is_ascii_alphabetic()) {
            true => word.chars().map(|ch| looks_like(ch).unwrap_or(ch)).collect(),
            false => Cow::Borrowed(word),
        }
    });
    Cow::Owned(words.collect())
}

/// The Latin letter that a Cyrillic, Greek or Armenian one is drawn like (the single letters of Unicode's confusables, UTS #39).
pub(super) fn looks_like(ch: char) -> Option<char> {
    const LIKE: [(&str, &str); 3] = [
        ("АВЕКМНОРСТУХЅІЈԚԜаеорсухѕіјԁһԛԝ", "ABEKMHOPCTYXSIJQWaeopcyxsijdhqw"),
        ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορυχ", "ABEZHIKMNOPTYXaikvopux"),
        ("օսոհց", "ounhg"),
    ];
    if !matches!(ch, '\u{370}'..='\u{58f}') {
        return None;
    }
    LIKE.iter().find_map(|(like, latin)| latin.chars().nth(like.chars().position(|known| known == ch)?))
}

/// Characters without a width of their own: joiners, marks of direction, fillers, variation selectors and tags.
pub(super) fn is_invisible(ch: char) -> bool {
    matches!(
        ch,
        '\u{00ad}'
            | '\u{034f}'
            | '\u{061c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{e0000}'..='\u{e0fff}'
    )
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
            ("раyрal", "paypal"),
            ("Μοnday", "monday"),
            ("mondaё", "mondae"),
            ("Łοdź GROẞ", "lodz gross"),
            ("Москва и Αθήνα", "москва и αθηνα"),
            ("mon\u{e0064}d\u{fe0f}a\u{34f}y", "monday"),
        ] {
            assert_eq!(fold(a), b);
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_folded_stays_as_it_is(text in "\\PC{0,20}", near in "[a-zßẞøØŁ`\u{301}\u{200b}İıéё\u{400}-\u{52f}\u{370}-\u{3ff}\u{531}-\u{587} ]{0,12}") {
            for text in [text, near] {
                let once = fold(&text);
                proptest::prop_assert_eq!(fold(&once), once, "{:?}", text);
            }
        }
    }
}
