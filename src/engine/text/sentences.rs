//! Cuts a paragraph into sentences.
//!
//! Unicode's rules (UAX #29) cut after every "U.S." and "Col."; this cuts where a full stop is not an abbreviation's and
//! what follows looks like a beginning. One pass over the bytes stops only at marks; each mark looks a bounded number of
//! words around itself, so that no text takes more than linear time.

use std::{borrow::Cow, ops::Range};

use super::{Class, Lexicon, fold};

/// Sentences of one paragraph, without the white space between them. Offsets are moved by `base`.
#[must_use]
pub fn sentences(paragraph: &str, base: usize, lexicon: &'static Lexicon) -> Vec<Range<usize>> {
    let bytes = paragraph.as_bytes();
    let mut found = Vec::with_capacity(1 + paragraph.len() / 128);
    let mut start = 0;
    let mut at = 0;
    // Whether a straight quotation mark stands open: it alone cannot tell which side it is of.
    let mut quoted = false;
    while let Some(skipped) = bytes[at..].iter().position(|&byte| MAY_BE_MARK[usize::from(byte)]) {
        at += skipped;
        let mark = char_at(paragraph, at).unwrap_or_default();
        if !is_mark(mark) {
            quoted ^= mark == '"';
            at += mark.len_utf8();
            continue;
        }
        let stop = Stop::read(paragraph, at, &mut quoted);
        if stop.ends_sentence(paragraph, start, lexicon) {
            push(paragraph, base, start..stop.end, &mut found);
            start = stop.end;
        }
        at = stop.end;
    }
    push(paragraph, base, start..paragraph.len(), &mut found);
    found
}

/// First bytes of the marks that end sentences, and the straight quotation mark.
const MAY_BE_MARK: [bool; 256] = {
    let mut table = [false; 256];
    let mut marks: &[u8] = b".!?\"\xe2\xe3\xef";
    while let [first, rest @ ..] = marks {
        table[*first as usize] = true;
        marks = rest;
    }
    table
};

fn is_mark(ch: char) -> bool {
    matches!(ch, '.' | '!' | '?' | '…' | '。' | '！' | '？')
}

fn char_at(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// White space, or one of the invisible characters that pages leave between words.
fn is_gap(ch: char) -> bool {
    ch.is_whitespace() || matches!(ch, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// A run of marks ("?!", "...") with the closing quotes and brackets that belong to the sentence it may end.
struct Stop {
    mark: char,
    /// Where the run begins, and how many marks it has.
    at: usize,
    run: usize,
    closes_quote: bool,
    closes_bracket: bool,
    end: usize,
}

impl Stop {
    fn read(text: &str, at: usize, quoted: &mut bool) -> Self {
        let mark = char_at(text, at).unwrap_or_default();
        let mut stop = Self { mark, at, run: 0, closes_quote: false, closes_bracket: false, end: at };
        let mut rest = text[at..].chars();
        while let Some(ch) = rest.next() {
            let next = rest.clone().next();
            let word_follows = next.is_some_and(char::is_alphanumeric);
            match ch {
                _ if is_mark(ch) && !stop.closes_quote && !stop.closes_bracket => stop.run += 1,
                '”' | '’' | '»' | '」' | '』' => stop.closes_quote = true,
                '\'' if !word_follows => stop.closes_quote = true,
                // `deaf."They`: a mark between two sentences closes the quotation that is open, or opens the next.
                '"' if *quoted || !word_follows => {
                    stop.closes_quote = true;
                    *quoted = false;
                }
                ')' | ']' | '）' => stop.closes_bracket = true,
                // `It is false. " he said`: a closing mark that lost its word.
                ' ' if *quoted && next == Some('"') && rest.clone().nth(1).is_none_or(is_gap) => {}
                ' ' if matches!(next, Some('”' | '»')) => {}
                _ => break,
            }
            stop.end += ch.len_utf8();
        }
        stop
    }

    fn ends_sentence(&self, text: &str, start: usize, lexicon: &'static Lexicon) -> bool {
        let Some(next) = char_at(text, self.end) else { return true };
        if matches!(self.mark, '。' | '！' | '？') {
            return true;
        }
        let word = word_before(text, self.at);
        if !is_gap(next) {
            return self.is_glued_end(text, word, lexicon);
        }
        let ahead = text[self.end..].trim_start_matches(is_gap);
        if ahead.is_empty() {
            return true;
        }
        if !begins(ahead) || is_list_number(text, start..self.at) {
            return false;
        }
        if self.closes_quote {
            return !attribution_follows(ahead, lexicon);
        }
        self.mark != '.' || self.run > 1 || !is_abbreviation(word, ahead, lexicon)
    }

    /// "…the country.The minister": a full stop between a whole word and a capital. Not "Node.js", "U.S.A" or "a/b?C=d".
    fn is_glued_end(&self, text: &str, word: &str, lexicon: &'static Lexicon) -> bool {
        let mut ahead = text[self.end..].trim_start_matches(['"', '“', '‘', '«']).chars();
        let capital = ahead.next().is_some_and(char::is_uppercase);
        let goes_on = ahead.next().is_some_and(|ch| ch.is_lowercase() || is_gap(ch) || matches!(ch, '\'' | '’'));
        if !(capital && goes_on) || self.run > 1 || self.mark == '…' {
            return false;
        }
        if self.closes_quote || self.closes_bracket {
            return true;
        }
        let before = text[..self.at - word.len()].chars().next_back();
        word.chars().nth(1).is_some()
            && word.ends_with(|ch: char| ch.is_lowercase() || ch.is_numeric())
            && !word.contains('.')
            && before.is_none_or(|ch| is_gap(ch) || matches!(ch, '"' | '“' | '‘' | '«' | '(' | '-' | ',' | '$' | '€' | '£'))
            && !is_address(&text[self.end..])
            && !is_abbreviation(word, &text[self.end..], lexicon)
    }
}

fn push(paragraph: &str, base: usize, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let part = &paragraph[range.clone()];
    let trimmed = part.trim_matches(is_gap);
    if trimmed.chars().any(char::is_alphanumeric) {
        let start = base + range.start + (part.len() - part.trim_start_matches(is_gap).len());
        found.push(start..start + trimmed.len());
    }
}

/// Whether a sentence can begin so: with a capital, a number, an opening mark, or a letter of a script without case.
fn begins(ahead: &str) -> bool {
    let mut chars = ahead.chars();
    let first = chars.next().unwrap_or_default();
    match first {
        '"' | '“' | '‘' | '\'' | '«' | '„' | '(' | '[' | '¿' | '¡' | '@' | '#' | '$' | '€' | '£' => true,
        // "“Did we win?” — he asked." goes on.
        '-' | '–' | '—' => chars.find(|ch| !is_gap(*ch)).is_some_and(|ch| !ch.is_lowercase()),
        // "iPhone".
        _ if first.is_lowercase() => chars.next().is_some_and(char::is_uppercase),
        _ => first.is_alphanumeric(),
    }
}

/// "Example.com/…" behind "www.".
fn is_address(ahead: &str) -> bool {
    const LONGEST: usize = 32;
    let mut joint = false;
    ahead.chars().take(LONGEST).take_while(|ch| !is_gap(*ch)).any(|ch| {
        let goes_on = joint && ch.is_lowercase();
        joint = matches!(ch, '.' | '/');
        goes_on
    })
}

/// The run of letters, digits and inner full stops that ends at the mark.
fn word_before(text: &str, mark: usize) -> &str {
    const LONGEST: usize = 24;
    let start = text[..mark]
        .char_indices()
        .rev()
        .take(LONGEST)
        .take_while(|(_, ch)| ch.is_alphanumeric() || matches!(ch, '.' | '\'' | '’'))
        .last();
    &text[start.map_or(mark, |(at, _)| at)..mark]
}

/// The "1." of a list, alone so far.
fn is_list_number(text: &str, head: Range<usize>) -> bool {
    let head = &text[head];
    let number = head.trim_start_matches(' ');
    head.len() < 8 && (1..=2).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the full stop behind `word` is its own and the sentence goes on.
fn is_abbreviation(word: &str, ahead: &str, lexicon: &'static Lexicon) -> bool {
    const LONGEST: usize = 12;
    if word.is_empty() || word.len() > LONGEST {
        return false;
    }
    let known = lexicon.word(&folded(word)).classes;
    let capital = word.starts_with(char::is_uppercase);
    if known.has(Class::NameAbbreviation) {
        return true;
    }
    if known.has(Class::NumberAbbreviation) {
        // "No. 2", "Feb. 8", "Fri. Feb. 8".
        let next = first_word(ahead);
        return ahead.starts_with(|ch: char| ch.is_numeric())
            || (capital && lexicon.is(&folded(next), Class::NumberAbbreviation));
    }
    let abbreviation = known.has(Class::Abbreviation) || (capital && known.has(Class::ProperAbbreviation)) || is_initials(word);
    // "in the U.S. The court": it ends a sentence too when a word follows that is written large only at a beginning.
    abbreviation && !opens_sentence(ahead, lexicon)
}

/// "J" of a name, "U.S", "Ph.D", "EE.UU".
fn is_initials(word: &str) -> bool {
    if !word.contains('.') {
        return word.chars().count() == 1 && word.starts_with(char::is_uppercase);
    }
    word.split('.').all(|part| (1..=2).contains(&part.chars().count()) && part.chars().all(char::is_alphabetic))
}

fn opens_sentence(ahead: &str, lexicon: &'static Lexicon) -> bool {
    let ahead = ahead.trim_start_matches(['"', '“', '‘', '«', '„', '(', '¿', '¡']);
    let word = first_word(ahead);
    // "A. Smith" is a name.
    !ahead[word.len()..].starts_with('.') && lexicon.is(&folded(word), Class::Opener)
}

fn first_word(text: &str) -> &str {
    const LONGEST: usize = 16;
    let end = text.char_indices().take(LONGEST).find(|(_, ch)| !ch.is_alphabetic()).map(|(at, _)| at);
    &text[..end.unwrap_or_else(|| text.char_indices().nth(LONGEST).map_or(text.len(), |(at, _)| at))]
}

/// "“Did we win?” Jane Roe asked.": the name behind a quotation is the subject of a reporting verb, no new sentence.
fn attribution_follows(ahead: &str, lexicon: &'static Lexicon) -> bool {
    const MOST_WORDS: usize = 8;
    if opens_sentence(ahead, lexicon) || !ahead.starts_with(char::is_uppercase) {
        return false;
    }
    for word in ahead.split_whitespace().take(MOST_WORDS) {
        let bare = word.trim_end_matches(['.', ',', ';', ':', '!', '?']);
        if word.starts_with(char::is_uppercase) {
            if bare.len() < word.len() && !word.ends_with('.') {
                return false;
            }
            continue;
        }
        let known = lexicon.word(bare);
        if !known.is(Class::Stopword) || known.verb.is_some() {
            return lexicon.verb(bare).is_some_and(|verb| verb.report.is_some());
        }
    }
    false
}

fn folded(word: &str) -> Cow<'_, str> {
    let plain = word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'.');
    if plain { Cow::Borrowed(word) } else { Cow::Owned(fold(word)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(paragraph: &str, expected: &[&str]) {
        let found: Vec<&str> = sentences(paragraph, 0, Lexicon::english()).into_iter().map(|range| &paragraph[range]).collect();
        assert_eq!(found, expected);
    }

    /// Sentences are written apart by " | ".
    fn cut(marked: &str) {
        check(&marked.replace(" | ", " "), &marked.split(" | ").collect::<Vec<_>>());
    }

    #[test]
    fn abbreviations_do_not_end_a_sentence() {
        for marked in [
            "Roe said that U.S. Secretary of State Max Doe lied.",
            "Col. Jose Silva left. | He is gone.",
            "It closed on Feb. 8, 2019. | Nobody came.",
            "It opened on Fri. Feb. 8 in the rain.",
            "Mr. J. R. Doe paid 3.5 million. | Rents rose.",
            "The No. 2 official stayed.",
            "Was it so? | No. | Rents rose.",
            "The cat sat. | Rents rose in the sun. | The sea (el mar. in Spanish) was calm.",
            "Gov. Jane A. Roe, D-Calif., met Sens. Max Doe and Jo Poe.",
            "Sen. Jane Roe (D-Calif.) Monday called it a day.",
            "He was ill. | Rents rose.",
            "They live in Springfield, Ill. and in Albany, N.Y. all year.",
            "St. Mary's hired Dr. Doe vs. Prof. Poe.",
            "See p. 12 and Art. 5 of the treaty.",
            "Roe v. Wade was cited.",
            "Gen. \"Mad Dog\" Doe left.",
            "Jane Roe, Ph.D. of Lund, spoke.",
            "George W. Bush and J.K. Rowling met.",
        ] {
            cut(marked);
        }
    }

    #[test]
    fn an_abbreviation_ends_a_sentence_where_an_opener_follows() {
        for marked in [
            "He lives in the U.S. | The court agreed.",
            "It belongs to Acme Inc. | It lost money.",
            "They met at 5 p.m. | In the evening they left.",
            "They bought rice, oil, etc. | However, they starved.",
            "He took vitamin C. | The cold went away.",
            "They moved to the U.S. | “We like it,” he said.",
            "It opened in Feb. | The mayor came.",
        ] {
            cut(marked);
        }
        cut("They met at 5 p.m. EST on Monday.");
        cut("The firm is Acme Inc. Chief Jane Roe's own.");
        cut("It was written by C. A. Poe.");
    }

    #[test]
    fn numbers_lists_and_names_keep_their_stops() {
        for marked in [
            "1. The mayor left. | 2. The town slept.",
            "It costs 3.5 euros, or 1.000.000 pesos.",
            "In 2019. | Then 12 people died.",
            "It runs on Node.js and costs 3.5 euros.",
            "See www.Example.com/a?Bc=d for more.",
            "Yahoo! was sold. | iPhone sales fell.",
        ] {
            cut(marked);
        }
    }

    #[test]
    fn quotations_end_with_their_marks() {
        for marked in [
            "“We won.” | He left.",
            "“Did we win?” he asked.",
            "“Did we win?” Jane Roe asked.",
            "“Did we win?” — he asked.",
            "“We won!” U.S. Secretary of State Jane Roe said.",
            "“We won!” | Jane Roe, 40, left.",
            "“We won!” | The minister said so.",
            "‘We won.’ | He left.",
            "«¿Ganamos?» | It was so.",
            "He said “(we won.)” | They left.",
            "\"You're deaf... | They've gone\".",
            "\"He lied.\" | \"She lied.\"",
            "It was over (why?). | They left.",
            "He called it \"an emergency ... a crisis\", on Monday.",
            "\"It is false. \" | He left.",
        ] {
            cut(marked);
        }
    }

    #[test]
    fn a_missing_space_is_forgiven() {
        check("They left the country.The minister stayed.", &["They left the country.", "The minister stayed."]);
        check("It fell in 2019.The minister stayed.", &["It fell in 2019.", "The minister stayed."]);
        check("“We won.”The mayor left.", &["“We won.”", "The mayor left."]);
        check("\"We won.\"The mayor left.\"I know.\"", &["\"We won.\"", "The mayor left.", "\"I know.\""]);
        check("Who?Jane did.", &["Who?", "Jane did."]);
        check("He met Mr.Doe and J.Roe of U.S.A.", &["He met Mr.Doe and J.Roe of U.S.A."]);
    }

    #[test]
    fn any_white_space_parts_sentences() {
        check("He left.\u{a0}She stayed.", &["He left.", "She stayed."]);
        check("He left.\u{200b} She stayed.\u{feff}", &["He left.", "She stayed."]);
        check("He left.\n\n\tShe stayed.", &["He left.", "She stayed."]);
        check("the U.S.\u{a0}Secretary", &["the U.S.\u{a0}Secretary"]);
    }

    #[test]
    fn other_scripts_are_cut_at_their_own_marks() {
        check("他来了。她走了。", &["他来了。", "她走了。"]);
        check("“他来了。”她走了。", &["“他来了。”", "她走了。"]);
        check("Он ушел. Она осталась.", &["Он ушел.", "Она осталась."]);
    }

    #[test]
    fn what_holds_no_word_is_no_sentence() {
        for text in ["", " ", "...", "?!", "\"", "— … —"] {
            check(text, &[]);
        }
    }

    fn is_cut_in_order(text: &str) -> bool {
        let mut last = 0;
        sentences(text, 0, Lexicon::english()).into_iter().all(|range| {
            let in_order = range.start >= last && range.end > range.start;
            last = range.end;
            in_order && text.get(range).is_some()
        })
    }

    #[test]
    fn a_megabyte_of_anything_takes_linear_time() {
        for unit in [
            ".",
            "\"",
            "'",
            "a",
            " ",
            "\n",
            "A.",
            ". ",
            "?\" A ",
            ".\" ",
            "“",
            "”",
            "…",
            "é",
            ". A",
            "U.S. ",
            "1. ",
            "\u{200b}.",
            "a.B",
            "。",
        ] {
            assert!(is_cut_in_order(&unit.repeat(1_000_000 / unit.len())), "{unit}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_cut_into_slices_of_itself(text in "\\PC{0,300}") {
            proptest::prop_assert!(is_cut_in_order(&text));
        }

        #[test]
        fn any_marks_are_cut_into_slices(parts in proptest::collection::vec(proptest::sample::select(
            vec![".", "!", "?", "…", "\"", "'", "“", "”", "’", ")", " ", "\u{a0}", "\u{200b}", "a", "A", "é", "É", "1", "Mr", "U.S", "。", "No", "-"]), 0..60)) {
            proptest::prop_assert!(is_cut_in_order(&parts.concat()));
        }

        #[test]
        fn no_word_is_lost(text in "[a-zA-Z .!?\"“”]{0,200}") {
            let kept: usize = sentences(&text, 0, Lexicon::english())
                .into_iter()
                .map(|range| text[range].chars().filter(|ch| ch.is_alphanumeric()).count())
                .sum();
            proptest::prop_assert_eq!(kept, text.chars().filter(|ch| ch.is_alphanumeric()).count());
        }
    }
}
