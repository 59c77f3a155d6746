//! Cuts a paragraph into sentences.
//!
//! Unicode's rules (UAX #29) cut after every "U.S." and "Col."; this cuts where a full stop is not an abbreviation's and
//! what follows looks like a beginning.

use std::ops::Range;

use super::{Class, Lexicon, fold};

/// Sentences of one paragraph, without the white space between them. Offsets are moved by `base`.
#[must_use]
pub fn sentences(paragraph: &str, base: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let chars: Vec<(usize, char)> = paragraph.char_indices().collect();
    let mut i = 0;
    while i < chars.len() {
        let (_, ch) = chars[i];
        if matches!(ch, '.' | '!' | '?' | '…' | '。' | '！' | '？') {
            let mut after = i + 1;
            // A run of marks ("?!", "...") and the closing quotes and brackets belong to the sentence they end.
            while after < chars.len() && matches!(chars[after].1, '.' | '!' | '?' | '…') {
                after += 1;
            }
            let run = after - i;
            while after < chars.len()
                && matches!(chars[after].1, '"' | '”' | '’' | '\'' | '»' | ')' | ']')
                && !opens_next(&chars, after)
            {
                after += 1;
            }
            if ends(paragraph, &chars, i, run, after) {
                push(paragraph, base, start, byte(paragraph, &chars, after), &mut found);
                start = byte(paragraph, &chars, after);
            }
            i = after;
        } else {
            i += 1;
        }
    }
    push(paragraph, base, start, paragraph.len(), &mut found);
    found
}

fn byte(paragraph: &str, chars: &[(usize, char)], i: usize) -> usize {
    chars.get(i).map_or(paragraph.len(), |c| c.0)
}

/// A straight quote right before a letter opens the next quotation: `deaf... "They`.
fn opens_next(chars: &[(usize, char)], i: usize) -> bool {
    matches!(chars[i].1, '"' | '\'') && chars.get(i + 1).is_some_and(|c| c.1.is_alphanumeric()) && chars[i - 1].1.is_whitespace()
}

fn push(paragraph: &str, base: usize, start: usize, end: usize, found: &mut Vec<Range<usize>>) {
    let part = &paragraph[start..end];
    let trimmed = part.trim();
    if trimmed.chars().any(char::is_alphanumeric) {
        let lead = part.len() - part.trim_start().len();
        found.push(base + start + lead..base + start + lead + trimmed.len());
    }
}

/// Whether the mark at `i` (a run of `run` marks; `after` is the first character behind closing quotes) ends a sentence.
fn ends(paragraph: &str, chars: &[(usize, char)], i: usize, run: usize, after: usize) -> bool {
    let Some(&(_, next)) = chars.get(after) else { return true };
    let mark = chars[i].1;
    if matches!(mark, '。' | '！' | '？') {
        return true;
    }
    let word = word_before(paragraph, chars, i);
    if !next.is_whitespace() {
        // "…the country.The minister": a full stop between a lower-case word and a capital. Not "Node.Js" or "U.S.A".
        let glued = mark == '.' && run == 1 && after == i + 1 && next.is_uppercase();
        let followed_by_lower = chars.get(after + 1).is_some_and(|c| c.1.is_lowercase() || c.1 == ' ');
        let lower_word = word.chars().count() > 1 && word.chars().last().is_some_and(char::is_lowercase) && !word.contains('.');
        return glued && followed_by_lower && lower_word;
    }
    let mut ahead = chars[after..].iter().map(|c| c.1).skip_while(|c| c.is_whitespace());
    let Some(first) = ahead.next() else { return true };
    let begins = first.is_uppercase()
        || first.is_numeric()
        || matches!(first, '"' | '“' | '‘' | '\'' | '«' | '(' | '[' | '¿' | '¡' | '@' | '$' | '-' | '—');
    // Scripts without letter case begin with any letter.
    let caseless = first.is_alphabetic() && !first.is_lowercase() && !first.is_uppercase();
    if !(begins || caseless) {
        return false;
    }
    if mark != '.' || run > 1 || after > i + 1 {
        return true;
    }
    let folded = fold(&word);
    if Lexicon::english().is(&folded, Class::Abbreviation) || is_initial(&word) {
        // "in the U.S. The court": an abbreviation may end a sentence when a word that only begins sentences follows.
        let next_word: String =
            chars[after..].iter().map(|c| c.1).skip_while(|c| c.is_whitespace()).take_while(|c| c.is_alphabetic()).collect();
        return folded.contains('.')
            && matches!(
                next_word.as_str(),
                "The" | "He" | "She" | "It" | "They" | "We" | "In" | "On" | "But" | "A" | "An" | "This" | "That" | "However"
            );
    }
    true
}

/// The run of letters, digits and inner full stops that ends at the mark.
fn word_before(paragraph: &str, chars: &[(usize, char)], i: usize) -> String {
    let mut j = i;
    while j > 0 && (chars[j - 1].1.is_alphanumeric() || chars[j - 1].1 == '.' || chars[j - 1].1 == '\'') && i - j < 24 {
        j -= 1;
    }
    paragraph[chars[j].0..byte(paragraph, chars, i)].to_owned()
}

/// "J." of a name.
fn is_initial(word: &str) -> bool {
    let mut chars = word.chars();
    matches!((chars.next(), chars.next()), (Some(c), None) if c.is_uppercase() && c != 'I')
        || (word.len() >= 3 && word.split('.').all(|part| part.chars().count() == 1 && part.chars().all(char::is_uppercase)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(paragraph: &str, expected: &[&str]) {
        let found: Vec<&str> = sentences(paragraph, 0).into_iter().map(|range| &paragraph[range]).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn abbreviations_do_not_end_a_sentence() {
        check("Roe said that U.S. Secretary of State Max Doe lied.", &["Roe said that U.S. Secretary of State Max Doe lied."]);
        check("Col. Jose Silva left. He is gone.", &["Col. Jose Silva left.", "He is gone."]);
        check("It closed on Feb. 8, 2019. Nobody came.", &["It closed on Feb. 8, 2019.", "Nobody came."]);
        check("Mr. J. R. Doe paid 3.5 million. Rents rose.", &["Mr. J. R. Doe paid 3.5 million.", "Rents rose."]);
        check("He lives in the U.S. The court agreed.", &["He lives in the U.S.", "The court agreed."]);
        check("The No. 2 official stayed.", &["The No. 2 official stayed."]);
    }

    #[test]
    fn quotations_end_with_their_marks() {
        check("“We won.” He left.", &["“We won.”", "He left."]);
        check("“Did we win?” he asked.", &["“Did we win?” he asked."]);
        check("\"You're deaf... They've gone\".", &["\"You're deaf...", "They've gone\"."]);
        check(
            "He called it \"an emergency ... a crisis\", on Monday.",
            &["He called it \"an emergency ... a crisis\", on Monday."],
        );
    }

    #[test]
    fn a_missing_space_is_forgiven() {
        check("They left the country.The minister stayed.", &["They left the country.", "The minister stayed."]);
        check("It runs on Node.js and costs 3.5 euros.", &["It runs on Node.js and costs 3.5 euros."]);
    }

    #[test]
    fn other_scripts_are_cut_at_their_own_marks() {
        check("他来了。她走了。", &["他来了。", "她走了。"]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_cut_into_slices_of_itself(text in "\\PC{0,300}") {
            let mut last = 0;
            for range in sentences(&text, 0) {
                proptest::prop_assert!(range.start >= last && range.end <= text.len());
                proptest::prop_assert!(text.get(range.clone()).is_some());
                last = range.end;
            }
        }
    }
}
