//! Words, numbers and marks, each with its place.

use std::borrow::Cow;

use super::{
    fold::{self, fold, is_invisible},
    lexicon::{Class, Lexicon, Word},
    tagger::Tag,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    Word,
    Number,
    /// A single punctuation mark or symbol.
    Mark,
}

#[derive(Clone, Debug)]
pub struct Token<'a> {
    pub text: &'a str,
    /// Byte offsets into the text that was tokenised.
    pub start: usize,
    pub end: usize,
    pub kind: TokenKind,
    /// Folded, without a possessive ending.
    norm: Cow<'a, str>,
    pub possessive: bool,
    /// A word that begins with a capital.
    capital: bool,
    /// A word of several, joined by hyphens.
    pub compound: bool,
    /// What the language's lists say of `norm`.
    pub word: &'static Word,
    /// Part of speech, once [`super::tagger::TagModel::tag`] has seen the sentence; a noun until then.
    pub tag: Tag,
}

impl Token<'_> {
    /// Folded, without a possessive ending: "colombia" of "Colombia's".
    #[must_use]
    pub fn norm(&self) -> &str {
        &self.norm
    }

    #[must_use]
    pub fn is(&self, word: &str) -> bool {
        self.norm == word
    }

    #[must_use]
    pub fn has(&self, class: Class) -> bool {
        self.word.is(class)
    }

    #[must_use]
    pub fn is_mark(&self, mark: char) -> bool {
        self.kind == TokenKind::Mark && self.text.starts_with(mark)
    }

    #[must_use]
    pub fn is_word(&self) -> bool {
        self.kind == TokenKind::Word
    }

    #[must_use]
    pub fn is_capitalized(&self) -> bool {
        self.capital
    }

    /// A quotation mark of any kind; an apostrophe inside a word is part of the word and never gets here.
    #[must_use]
    pub fn is_quote(&self) -> bool {
        self.kind == TokenKind::Mark && matches!(self.text, "\"" | "“" | "”" | "„" | "«" | "»" | "'" | "‘" | "’")
    }
}

/// Splits `text`; every offset is moved by `base`, so that tokens of a part can speak of the whole.
#[must_use]
pub fn tokenize<'a>(text: &'a str, base: usize, lexicon: &'static Lexicon) -> Vec<Token<'a>> {
    let mut tokens = Vec::with_capacity(text.len() / 4 + 2);
    // Small letters at the same bytes as in the text.
    let small = text.to_ascii_lowercase();
    let mut rest = 0;
    while let Some(ch) = text[rest..].chars().next() {
        let start = rest;
        if ch == ' ' {
            rest += 1;
            continue;
        }
        if ch.is_ascii_alphabetic()
            && let Some(end) = plain_word_end(text, start)
        {
            rest = end;
            let part = &text[start..end];
            let Norm { norm, possessive, word } = Norm::of_plain(part, &small[start..end], lexicon);
            tokens.push(Token {
                text: part,
                start: base + start,
                end: base + end,
                kind: TokenKind::Word,
                possessive,
                capital: ch.is_ascii_uppercase(),
                compound: false,
                norm,
                word,
                tag: Tag::default(),
            });
            continue;
        }
        let end = if ch.is_ascii_digit() {
            number_end(text, start).unwrap_or_else(|| word_end(text, start))
        } else if ch.is_alphanumeric() || ((ch == '@' || ch == '#') && follows_alphanumeric(text, start + 1)) {
            word_end(text, start)
        } else {
            start + ch.len_utf8()
        };
        rest = end;
        if ch.is_whitespace() || is_invisible(ch) {
            continue;
        }
        let part = &text[start..end];
        let kind = if ch.is_ascii_digit() && part.bytes().all(|b| b.is_ascii_digit() || b == b',' || b == b'.') {
            TokenKind::Number
        } else if ch.is_alphanumeric() || part.len() > ch.len_utf8() {
            TokenKind::Word
        } else {
            TokenKind::Mark
        };
        let Norm { norm, possessive, word } = match kind {
            TokenKind::Word => Norm::of_word(part, lexicon),
            _ => Norm::of_sign(part, ch),
        };
        let is_word = kind == TokenKind::Word;
        tokens.push(Token {
            text: part,
            start: base + start,
            end: base + end,
            kind,
            possessive,
            capital: is_word && ch.is_uppercase(),
            compound: is_word && norm.bytes().any(|byte| byte == b'-'),
            norm,
            word,
            tag: Tag::default(),
        });
    }
    tokens
}

/// A token's spelling for comparison, and what the lists say of it.
struct Norm<'a> {
    norm: Cow<'a, str>,
    possessive: bool,
    word: &'static Word,
}

impl<'a> Norm<'a> {
    /// A word of ASCII letters and digits, with the same in `small` letters. Only what no list has is copied, if it has capitals.
    fn of_plain(part: &'a str, small: &str, lexicon: &'static Lexicon) -> Self {
        let (listed, word) = lexicon.entry(small);
        let norm = match listed {
            Some(listed) => Cow::Borrowed(listed),
            None if part == small => Cow::Borrowed(part),
            None => Cow::Owned(small.to_owned()),
        };
        Self { norm, possessive: false, word }
    }

    fn of_word(part: &str, lexicon: &'static Lexicon) -> Self {
        let mut folded = fold(part);
        let possessive = genitive(&folded).map(|stem| folded.truncate(stem)).is_some();
        if !lexicon.reads_folded(part) {
            let word = lexicon.written_word(part, &folded);
            return Self { norm: Cow::Owned(folded), possessive, word };
        }
        let (listed, word) = lexicon.entry(&folded);
        Self { norm: listed.map_or(Cow::Owned(folded), Cow::Borrowed), possessive, word }
    }

    fn of_sign(part: &'a str, ch: char) -> Self {
        let norm = match fold::plain_mark(ch) {
            _ if part.is_ascii() => Cow::Borrowed(part),
            Some(plain) => Cow::Borrowed(plain),
            None => Cow::Owned(fold(part)),
        };
        Self { norm, possessive: false, word: Lexicon::nothing() }
    }
}

/// Where the ending of "colombia's" begins.
fn genitive(norm: &str) -> Option<usize> {
    norm.strip_suffix("'s").map(str::len).filter(|stem| *stem > 0)
}

/// "U.S. in Talks With Army, Urging Defections": capitals on most words, so that a capital tells no name.
#[must_use]
pub fn is_title_case<'a, 't: 'a>(tokens: impl IntoIterator<Item = &'a Token<'t>>) -> bool {
    let (mut long, mut capital) = (0, 0);
    // Small words keep their small letter in most styles, and tell nothing.
    for token in tokens.into_iter().filter(|t| t.is_word() && t.norm().len() > 2 && !t.has(Class::Stopword)) {
        long += 1;
        capital += usize::from(token.is_capitalized());
    }
    // "Juan Roe, the head of the National Assembly, left Caracas" has many names, and yet is no heading.
    long >= 3 && capital * 10 >= long * 9
}

fn follows_alphanumeric(text: &str, at: usize) -> bool {
    text.get(at..).and_then(|rest| rest.chars().find(|ch| !is_invisible(*ch))).is_some_and(char::is_alphanumeric)
}

/// Digits with thousands commas and one decimal point; `None` when letters follow ("20th", "20-year-old"): that is a word.
fn number_end(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = start;
    while at < bytes.len() {
        let digit_after = bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        match bytes[at] {
            b'0'..=b'9' => at += 1,
            b',' | b'.' if digit_after => at += 1,
            _ => break,
        }
    }
    let next = text[at..].chars().next();
    match next {
        Some(ch) if ch.is_alphabetic() => None,
        Some('-') if text[at + 1..].chars().next().is_some_and(char::is_alphabetic) => None,
        _ => Some(at),
    }
}

/// The end of a word of plain letters behind which nothing can join it to more.
fn plain_word_end(text: &str, start: usize) -> Option<usize> {
    let rest = &text.as_bytes()[start..];
    let length = rest.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(rest.len());
    let joins = |byte: &u8| !byte.is_ascii() || matches!(byte, b'\'' | b'-' | b'&' | b'_' | b'.');
    (length > 0 && !rest.get(length).is_some_and(joins)).then_some(start + length)
}

/// Letters and digits, with joiners between them: apostrophe, hyphen, and full stops of initials ("U.S.").
fn word_end(text: &str, start: usize) -> usize {
    let mut previous = ' ';
    let mut letters_since_stop = 0;
    let mut doubled = false;
    let mut stops = 0;
    for (at, ch) in text[start..].char_indices() {
        let at = start + at;
        // It does not end a word that goes on behind it.
        if is_invisible(ch) && follows_alphanumeric(text, at + ch.len_utf8()) {
            continue;
        }
        let next_is_word = follows_alphanumeric(text, at + ch.len_utf8());
        if ch.is_alphanumeric() || fold::is_combining(ch) {
            letters_since_stop += 1;
            doubled = ch == previous && ch.is_uppercase();
        } else if at == start && matches!(ch, '@' | '#') {
            // Handles and hashtags are one word with their sign.
        } else if matches!(ch, '\'' | '’' | '-' | '\u{2010}' | '\u{2011}' | '&' | '_')
            && previous.is_alphanumeric()
            && next_is_word
        {
            letters_since_stop = 0;
        } else if ch == '.'
            && (letters_since_stop == 1 || letters_since_stop == 2 && doubled)
            && previous.is_alphabetic()
            && (next_is_word_initial(text, at + 1) || stops > 0)
        {
            stops += 1;
            letters_since_stop = 0;
        } else {
            return at;
        }
        previous = ch;
    }
    text.len()
}

/// One letter, or one twice, and then a full stop or the end of the word: the next part of "U.S.A" or "EE.UU".
fn next_is_word_initial(text: &str, at: usize) -> bool {
    let mut chars = text[at..].chars();
    let Some(first) = chars.next().filter(|ch| ch.is_alphabetic()) else { return false };
    let mut next = chars.next();
    if next == Some(first) && first.is_uppercase() {
        next = chars.next();
    }
    next.is_none_or(|ch| !ch.is_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        tokenize(text, 0, Lexicon::english()).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn words_keep_their_joiners() {
        assert_eq!(words("U.S. troops"), ["U.S.", "troops"]);
        assert_eq!(words("the U.S., he said."), ["the", "U.S.", ",", "he", "said", "."]);
        assert_eq!(words("EE.UU. y las FF.AA."), ["EE.UU.", "y", "las", "FF.AA."]);
        assert_eq!(words("the USSR.AA"), ["the", "USSR", ".", "AA"]);
        assert_eq!(words("Col. Jose"), ["Col", ".", "Jose"]);
        assert_eq!(words("state-backed @ArmadaFANB"), ["state-backed", "@ArmadaFANB"]);
        assert_eq!(words("don't ’tis 'no'"), ["don't", "’", "tis", "'", "no", "'"]);
        assert_eq!(words("$1,234.50 or 35-year-old"), ["$", "1,234.50", "or", "35-year-old"]);
        assert_eq!(words("12. Then 8.5%"), ["12", ".", "Then", "8.5", "%"]);
        assert_eq!(words("AT&T"), ["AT&T"]);
    }

    #[test]
    fn a_possessive_is_seen_and_left_out_of_the_norm() {
        let tokens = tokenize("Colombia’s army", 10, Lexicon::english());
        assert_eq!((tokens[0].norm(), tokens[0].possessive, tokens[0].start), ("colombia", true, 10));
    }

    proptest::proptest! {
        #[test]
        fn tokens_slice_the_text_in_order(text in "\\PC{0,200}") {
            let mut last = 0;
            for token in tokenize(&text, 0, Lexicon::english()) {
                proptest::prop_assert!(token.start >= last && token.end > token.start);
                proptest::prop_assert_eq!(&text[token.start..token.end], token.text);
                last = token.end;
            }
        }
    }
}
