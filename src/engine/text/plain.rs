//! A text as those see it who look at it: nothing invisible, one kind of space, no letters that only look like those around them.
//!
//! Pages leave soft hyphens, joiners and marks of direction between letters, and whoever wants to hide a copy puts in more. What is read
//! is the plain text; what is shown and stored is the text as it came, so each plain character knows its place there.

use std::{borrow::Cow, ops::Range};

use unicode_normalization::UnicodeNormalization;

use super::fold::{is_invisible, looks_like};
use crate::domain::span::Span;

pub struct Plain<'t> {
    stored: &'t str,
    text: Cow<'t, str>,
    /// Of each character of the plain text, and of its end. Empty where it is the stored text.
    places: Vec<Place>,
}

struct Place {
    /// Byte offsets.
    plain: usize,
    stored: usize,
    /// Code points in front of it in the stored text.
    points: usize,
}

impl<'t> Plain<'t> {
    #[must_use]
    pub fn of(stored: &'t str) -> Self {
        let hides = |ch: char| is_invisible(ch) || narrow(ch).is_some() || looks_like(ch).is_some();
        if !stored.contains("  ") && (stored.is_ascii() || !stored.chars().any(hides)) {
            return Self { stored, text: Cow::Borrowed(stored), places: Vec::new() };
        }
        let mut shown: Vec<Shown> = stored
            .char_indices()
            .enumerate()
            .filter(|(_, (_, ch))| !is_invisible(*ch))
            .map(|(points, (at, ch))| Shown { points, at, ch: narrow(ch).unwrap_or(ch) })
            .collect();
        shown.dedup_by(|next, before| next.ch == ' ' && before.ch == ' ');
        let words = || shown.chunk_by(|a, b| a.ch.is_alphanumeric() && b.ch.is_alphanumeric());
        let mostly_latin = is_mostly_latin(words());
        let mut text = String::with_capacity(stored.len());
        let mut places = Vec::with_capacity(shown.len() + 1);
        for word in words() {
            // Of a word that is all of another script, every letter has to look like another for it to be one that hides.
            let disguised = has_latin(word) || mostly_latin && has_only_likenesses(word);
            for &Shown { points, at, ch } in word {
                places.push(Place { plain: text.len(), stored: at, points });
                text.push(looks_like(ch).filter(|_| disguised).unwrap_or(ch));
            }
        }
        places.push(Place { plain: text.len(), stored: stored.len(), points: stored.chars().count() });
        Self { stored, text: Cow::Owned(text), places }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn is_as_stored(&self) -> bool {
        self.places.is_empty()
    }

    /// Turns a place of the plain text and its words into those of the stored text. What is invisible at its edges stays outside.
    pub fn restore(&self, span: &mut Span, words: &mut String) {
        if self.is_as_stored() || span.is_empty() {
            return;
        }
        let points = |at: u32| self.places.get(at as usize).or(self.places.last()).map_or(0, |place| place.points);
        *span = Span::new(points(span.start), points(span.end - 1) + 1);
        *words = span.slice(self.stored).unwrap_or_default().to_owned();
    }

    /// The same, in bytes.
    #[must_use]
    pub fn bytes(&self, plain: Range<usize>) -> Range<usize> {
        if self.is_as_stored() || plain.is_empty() {
            return plain.start.min(self.stored.len())..plain.end.min(self.stored.len());
        }
        let character = |byte: usize| &self.places[self.places.partition_point(|place| place.plain <= byte).saturating_sub(1)];
        let last = character(plain.end - 1).stored;
        character(plain.start).stored..last + self.stored[last..].chars().next().map_or(0, char::len_utf8)
    }
}

/// A character that is seen, with the code points and the bytes in front of it.
struct Shown {
    points: usize,
    at: usize,
    ch: char,
}

fn has_latin(word: &[Shown]) -> bool {
    word.iter().any(|shown| shown.ch.is_ascii_alphabetic())
}

fn has_only_likenesses(word: &[Shown]) -> bool {
    word.iter().all(|shown| looks_like(shown.ch).is_some() || shown.ch.is_ascii_digit())
}

/// Whether four of five words that are surely of one script are Latin.
fn is_mostly_latin<'w>(words: impl Iterator<Item = &'w [Shown]>) -> bool {
    let (mut latin, mut other) = (0, 0);
    for word in words {
        match has_latin(word) {
            true => latin += 1,
            false => other += usize::from(word[0].ch >= '\u{370}' && word[0].ch.is_alphabetic() && !has_only_likenesses(word)),
        }
    }
    latin > 4 * other
}

/// The plain form of a space, of a wide letter or digit, or of one in the alphabets of mathematics ("bold", "script").
fn narrow(ch: char) -> Option<char> {
    if matches!(ch, '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}') {
        return Some(' ');
    }
    if !matches!(ch, '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' | '\u{1d400}'..='\u{1d7ff}') {
        return None;
    }
    std::iter::once(ch).nfkd().next().filter(char::is_ascii_alphanumeric)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(text: &str) -> String {
        Plain::of(text).as_str().to_owned()
    }

    #[test]
    fn what_nobody_sees_is_left_out_and_what_looks_like_a_letter_is_one() {
        for (stored, expected) in [
            ("The dam leaks.", "The dam leaks."),
            ("Élan “vital” — naïf", "Élan “vital” — naïf"),
            ("The d\u{ad}am le\u{200b}aks\u{feff}.", "The dam leaks."),
            ("Тhe dаm lеaks", "The dam leaks"),
            ("Ｔｈｅ dam has １２ 𝐠𝐚𝐭𝐞𝐬", "The dam has 12 gates"),
            ("Only a сор saw it, said the council of Orin", "Only a cop saw it, said the council of Orin"),
            ("The paper Известия said so, and the СБУ denied it", "The paper Известия said so, and the СБУ denied it"),
            ("В Орине прорвало плотину, а мост устоял", "В Орине прорвало плотину, а мост устоял"),
            ("Η γέφυρα άντεξε", "Η γέφυρα άντεξε"),
            ("x² + ½ of Ⅳ", "x² + ½ of Ⅳ"),
            ("The\u{a0}dam\u{2009} leaks.  It does.\n\n  So", "The dam leaks. It does.\n\n So"),
        ] {
            assert_eq!(plain(stored), expected);
        }
    }

    #[test]
    fn a_place_in_the_plain_text_is_one_in_the_stored_text() {
        let stored = "\u{feff}A da\u{200b}m le\u{ad}aks\u{200b}, ｓａｙ";
        let seen = Plain::of(stored);
        assert_eq!(seen.as_str(), "A dam leaks, say");
        for (from, to, words) in [(2, 5, "da\u{200b}m"), (6, 11, "le\u{ad}aks"), (13, 16, "ｓａｙ"), (0, 1, "A")] {
            let (mut span, mut found) = (Span::new(from, to), String::new());
            seen.restore(&mut span, &mut found);
            assert_eq!((&*found, span.slice(stored)), (words, Some(words)));
            assert_eq!(&stored[seen.bytes(from..to)], words);
        }
    }

    proptest! {
        #[test]
        fn places_are_in_order_and_hold_what_is_read(text in "[a-zаеорΑ０ａ\u{200b}\u{ad}\u{1d41a}é. ]{0,40}", a in 0usize..40, b in 0usize..40) {
            let seen = Plain::of(&text);
            let count = seen.as_str().chars().count();
            let (from, to) = (a.min(b).min(count), a.max(b).min(count));
            let read: String = seen.as_str().chars().skip(from).take(to - from).collect();
            let (mut span, mut words) = (Span::new(from, to), read.clone());
            seen.restore(&mut span, &mut words);
            prop_assert_eq!(from == to || span.slice(&text) == Some(&words), true);
            let kept = |text: &str| text.chars().filter(|ch| !is_invisible(*ch) && *ch != ' ').count();
            prop_assert_eq!(kept(&words), kept(&read));
            let byte = |at: usize| seen.as_str().char_indices().nth(at).map_or(seen.as_str().len(), |(byte, _)| byte);
            if from < to {
                prop_assert_eq!(&text[seen.bytes(byte(from)..byte(to))], words);
            }
        }
    }
}
