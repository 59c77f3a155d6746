//! Finds quotations: which bytes of a paragraph stand between quotation marks.

use std::ops::Range;

/// The words between a pair of marks, without the marks; in a paragraph that opens a quotation and never closes it (the next
/// paragraph goes on) it reaches to the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quotation {
    pub inner: Range<usize>,
    pub closed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Double,
    Single,
    Guillemet,
}

/// Quotations of one paragraph, outermost only, in order. Offsets are moved by `base`.
#[must_use]
pub fn quotations(paragraph: &str, base: usize) -> Vec<Quotation> {
    let chars: Vec<(usize, char)> = paragraph.char_indices().collect();
    let mut found = Vec::new();
    let mut open: Option<(Style, usize)> = None;
    for (i, &(at, ch)) in chars.iter().enumerate() {
        let before = i.checked_sub(1).map(|j| chars[j].1);
        let after = chars.get(i + 1).map(|c| c.1);
        match open {
            None => {
                if let Some(style) = opens(ch, before, after) {
                    open = Some((style, at + ch.len_utf8()));
                }
            }
            Some((style, start)) => {
                if closes(style, ch, before, after) {
                    found.push(Quotation { inner: base + start..base + at, closed: true });
                    open = None;
                } else if style == Style::Single && matches!(ch, '“' | '"') && start + 1 >= at {
                    // ‘“ … ”’: the outer mark was opened a moment ago; keep the wider one.
                    open = Some((Style::Double, at + ch.len_utf8()));
                }
            }
        }
    }
    if let Some((style, start)) = open
        // A single mark that never closes is an apostrophe ("the '90s").
        && style != Style::Single
    {
        found.push(Quotation { inner: base + start..base + paragraph.len(), closed: false });
    }
    found
}

fn opens(ch: char, before: Option<char>, after: Option<char>) -> Option<Style> {
    let starts_word =
        before.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '[' | '—' | '–' | '-' | '/' | ':' | '“' | '"' | '‘'));
    let word_follows =
        after.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '…' | '[' | '$' | '@' | '#' | '“' | '"' | '‘' | '\''));
    match ch {
        '“' | '„' => Some(Style::Double),
        '"' if word_follows || starts_word => Some(Style::Double),
        '«' => Some(Style::Guillemet),
        '‘' | '\'' if starts_word && word_follows => Some(Style::Single),
        _ => None,
    }
}

fn closes(style: Style, ch: char, before: Option<char>, after: Option<char>) -> bool {
    match (style, ch) {
        (Style::Double, '”' | '"') => true,
        (Style::Guillemet, '»') => true,
        // An apostrophe inside a word does not close, nor a plural possessive in mid-sentence ("officials' wives") where a
        // letter stands before and a lower-case word follows; a mark after punctuation or space does.
        (Style::Single, '’' | '\'') => {
            let word_goes_on = after.is_some_and(char::is_alphanumeric);
            !(word_goes_on && before.is_some_and(char::is_alphanumeric))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(paragraph: &str, expected: &[&str]) {
        let found: Vec<&str> = quotations(paragraph, 0).iter().map(|q| &paragraph[q.inner.clone()]).collect();
        assert_eq!(found, expected, "{paragraph}");
    }

    #[test]
    fn each_kind_of_mark_is_read() {
        check("“We won,” he said. “We will win again.”", &["We won,", "We will win again."]);
        check("\"Yes\", Tarre said, \"twice\".", &["Yes", "twice"]);
        check("He called it 'a total lie' on Monday.", &["a total lie"]);
        check("It is false, 'it is totally false, ' he said.", &["it is totally false, "]);
        check("«No es cierto», dijo.", &["No es cierto"]);
        check("the ‘secret’ plan", &["secret"]);
    }

    #[test]
    fn apostrophes_are_no_quotation_marks() {
        check("It's the officials' view that they don't know", &[]);
        check("back in the '90s it was so", &[]);
        check("rock 'n' roll", &["n"]);
    }

    #[test]
    fn an_open_quotation_reaches_to_the_end_of_its_paragraph() {
        check("“There is more to say.", &["There is more to say."]);
        assert!(!quotations("“There is more", 0)[0].closed);
    }

    #[test]
    fn nested_marks_belong_to_the_outer_quotation() {
        check("“He said ‘never’ to me,” she said.", &["He said ‘never’ to me,"]);
        check("“an attempt with this show’ of an operation,” he said", &["an attempt with this show’ of an operation,"]);
    }
}
