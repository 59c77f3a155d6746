//! Tells a picture's description from a sentence of the article: by the credit it ends in, or by how captions are written.

use crate::engine::text::{Class, Lexicon, Registry, Token, TokenKind, fold, tokenize};

const LONGEST: usize = 420;

pub fn is_caption(line: &str, lexicon: &'static Lexicon, registry: &Registry) -> bool {
    line.len() <= LONGEST
        && (credit_in_brackets(line).is_some_and(|credit| is_credit(credit, lexicon, registry))
            || credit_behind(line).is_some_and(|credit| is_credit(credit, lexicon, registry))
            || describes_picture(line, lexicon))
}

/// "… (Name Surname/TASS/Abaca)", "… (AP Photo/Name).": what stands in brackets at the end.
fn credit_in_brackets(line: &str) -> Option<&str> {
    let inside = line.trim_end_matches(['.', ' ']).strip_suffix([')', ']'])?;
    inside.rfind(['(', '[']).map(|open| &inside[open + 1..])
}

/// "Smoke rose over the port. Jane Doe/AFP": what stands behind the last sentence and is none.
fn credit_behind(line: &str) -> Option<&str> {
    const LONGEST: usize = 90;
    if line.ends_with(['.', '!', '?', '”', '"']) {
        return None;
    }
    let last = line.rmatch_indices(['.', '”', '"']).map(|(at, mark)| at + mark.len()).next()?;
    let credit = line[last..].trim_matches([' ', '\u{a0}', '-', '–', '—', '|']);
    (!credit.is_empty() && credit.len() < LONGEST).then_some(credit)
}

/// Names, with a slash between them or a word for pictures or a known agency among them.
fn is_credit(text: &str, lexicon: &'static Lexicon, registry: &Registry) -> bool {
    const LONGEST: usize = 90;
    if text.len() > LONGEST || text.contains("://") {
        return false;
    }
    let folded = fold(text);
    let words: Vec<&str> = folded.split(|ch: char| !ch.is_alphanumeric() && ch != '\'').filter(|word| !word.is_empty()).collect();
    let picture = |word: &str| lexicon.is(word, Class::Picture);
    let names = text
        .split(|ch: char| !ch.is_alphanumeric() && ch != '\'')
        .filter(|word| !word.is_empty())
        .all(|word| !word.starts_with(char::is_lowercase) || lexicon.is(word, Class::Stopword) || picture(word));
    // "(AC/DC)" is a band; a photographer has two names.
    let slashed = text.contains('/') && words.len() > 2;
    let agency = || registry.outlet(|i| words.get(i).copied()).is_some_and(|(_, length)| length == words.len());
    names && (slashed || words.iter().any(|word| picture(word)) || agency())
}

/// One sentence in the present tense, with the day it was taken or with where people stand in it.
fn describes_picture(line: &str, lexicon: &'static Lexicon) -> bool {
    let dated = line.trim_end_matches('.').ends_with(|ch: char| ch.is_ascii_digit());
    let placed = names_position(line, lexicon);
    if !(dated || placed) || line.matches(". ").count() > 3 {
        return false;
    }
    let tokens = tokenize(line, 0, lexicon);
    let end = if placed { Some(tokens.len()) } else { dated_ending(&tokens, lexicon) };
    let Some(end) = end else { return false };
    let first_verb = tokens[..end].iter().find_map(|token| {
        let form = lexicon.verb(token.norm()).filter(|_| !token.has(Class::Position))?.form;
        (form.third_person || form.past || (form.base && token.has(Class::Be))).then_some(form)
    });
    first_verb.is_some_and(|form| form.third_person && !form.past)
}

/// "Jane Roe, left, and Max Doe (right) speak".
fn names_position(line: &str, lexicon: &'static Lexicon) -> bool {
    let mut rest = line;
    while let Some(open) = rest.bytes().position(|byte| matches!(byte, b',' | b'(')) {
        rest = &rest[open + 1..];
        let word = rest.trim_start();
        let end = word.find(|ch: char| !ch.is_ascii_alphabetic()).unwrap_or(word.len());
        if word[end..].starts_with([',', ')']) && lexicon.is(&fold(&word[..end]), Class::Position) {
            return true;
        }
    }
    false
}

/// Where a final "Friday, Feb. 8, 2019." or "March 6, 2019" begins, if the line ends in one.
fn dated_ending(tokens: &[Token<'_>], lexicon: &'static Lexicon) -> Option<usize> {
    let last = tokens.iter().rposition(|token| token.kind != TokenKind::Mark)?;
    let year = &tokens[last];
    if year.kind != TokenKind::Number || year.text.len() != 4 || !matches!(year.text.as_bytes()[0], b'1' | b'2') {
        return None;
    }
    let from = last.saturating_sub(5);
    tokens[from..last].iter().position(|token| lexicon.is(token.norm(), Class::Calendar)).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caption(line: &str) -> bool {
        is_caption(line, Lexicon::english(), Registry::built_in())
    }

    #[test]
    fn a_credit_at_the_end_makes_a_caption() {
        for line in [
            "Smoke rose over the port on Tuesday. Jane Doe/AFP/Getty Images",
            "Smoke rose over the port on Tuesday. Photograph: Jane Doe/Agency",
            "Smoke rose over the port on Tuesday.Credit: Jane Doe for The Courier",
            "Smoke rose over the port on Tuesday. AP",
            "Smoke rose over the port on Tuesday. — Reuters",
            "Smoke rose over the port on Tuesday (Jane Doe/TASS).",
            "Smoke rose over the port on Tuesday. (AP Photo/Jane Doe)",
            "Smoke rose over the port on Tuesday. (Getty Images)",
            "Smoke rose over the port on Tuesday. [File: Jane Doe/Reuters]",
            "Smoke rose over the port on Tuesday. [Reuters]",
            "The port of Leeds. Handout via Jane Doe",
        ] {
            assert!(caption(line), "{line}");
        }
    }

    #[test]
    fn a_present_tense_with_a_day_or_a_position_makes_a_caption() {
        for line in [
            "A woman carries a bag over the bridge, Friday, Feb. 8, 2019.",
            "Jane Roe, left, speaks with Max Doe in the town hall.",
            "Max Doe (right) meets the mayor.",
        ] {
            assert!(caption(line), "{line}");
        }
    }

    #[test]
    fn sentences_are_no_captions() {
        for line in [
            "Smoke rose over the port on Tuesday.",
            "The mayor died on March 6, 2019.",
            "The law takes effect on Monday (see the table).",
            "He likes the band (AC/DC).",
            "He told Reuters. Then he left",
            "The group was named the Institute of Higher Studies (IHS).",
            "He met Jane Roe (Labour/Leeds North was lost).",
            "The party, left without a leader, split in 2019.",
            "She turned left, right, and left again.",
            "“We won,” he said (laughing).",
        ] {
            assert!(!caption(line), "{line}");
        }
    }
}
