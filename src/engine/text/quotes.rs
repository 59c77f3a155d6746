//! Finds quotations: which bytes of a paragraph stand between quotation marks.
//!
//! One pass pairs marks on a stack, by what a mark is (“ ” ‘ ’ « ») and by how it stands between its neighbours (straight
//! marks, typing slips); then the outermost pairs are kept, and every opening mark left over is judged on its own.

use std::ops::Range;

use super::{Lexicon, fold, sentences::sentences};

/// The words between a pair of marks, without the marks. One that is not closed goes on in the next paragraph, or lost its
/// closing mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quotation {
    pub inner: Range<usize>,
    pub closed: bool,
}

/// The quotations that reach into a part of the paragraph. They stand in order and apart, so this is a look-up and no scan.
#[must_use]
pub fn within(quotations: &[Quotation], part: Range<usize>) -> &[Quotation] {
    let from = quotations.partition_point(|q| q.inner.end <= part.start);
    let to = quotations.partition_point(|q| q.inner.start < part.end).max(from);
    &quotations[from..to]
}

/// Quotations of one paragraph, outermost only, in order. Offsets are moved by `base`.
///
/// A mark that is never closed opens a quotation to the end of the paragraph where `next`, the paragraph behind, opens with
/// a mark too (that is how print carries a quotation over paragraphs) or where nothing stands before it; anywhere else it
/// is a slip, and may cost no more than the sentence it stands in.
#[must_use]
pub fn quotations(paragraph: &str, base: usize, next: Option<&str>, lexicon: &'static Lexicon) -> Vec<Quotation> {
    let mut pairs = Pairs::default();
    let mut at = 0;
    while let Some(skipped) = paragraph.as_bytes()[at..].iter().position(|&byte| MAY_BE_MARK[usize::from(byte)]) {
        at += skipped;
        at = match Mark::at(paragraph, at) {
            Some(mark) => {
                pairs.take(&mark);
                mark.place.end
            }
            None => at + paragraph[at..].chars().next().map_or(1, char::len_utf8),
        };
    }
    let (mut found, left) = pairs.outermost();
    if found.is_empty() && left.is_empty() {
        found = dialogue(paragraph, lexicon);
    }
    if !left.is_empty() {
        found.extend(unclosed(paragraph, &left, &found, next, lexicon));
        found.sort_unstable_by_key(|quotation| quotation.inner.start);
    }
    for quotation in &mut found {
        quotation.inner = base + quotation.inner.start..base + quotation.inner.end;
    }
    found
}

/// "—We won —said Jane Roe—. They lost.": print in Spanish sets speech apart with dashes. Only where somebody is said to speak;
/// a list has dashes as well.
fn dialogue(paragraph: &str, lexicon: &'static Lexicon) -> Vec<Quotation> {
    const DASH: char = '—';
    let begins = |text: &str| text.starts_with(|ch: char| ch.is_alphanumeric() || matches!(ch, '¿' | '¡' | '…'));
    if !paragraph.strip_prefix(DASH).is_some_and(begins) {
        return Vec::new();
    }
    let mut found = Vec::new();
    // Speech and what is said of it take turns.
    let (mut speech, mut reported) = (true, false);
    let mut start = DASH.len_utf8();
    for part in paragraph[start..].split(DASH) {
        let words = part.trim_matches(|ch: char| ch.is_whitespace() || matches!(ch, '.' | ',' | ':' | ';'));
        if !speech {
            let verb = words.split(' ').next().and_then(|word| lexicon.verb(&fold(word)));
            reported |= verb.is_some_and(|verb| verb.report.is_some());
        } else if !words.is_empty() {
            let from = start + part.find(words).unwrap_or(0);
            found.push(Quotation { inner: from..from + words.len(), closed: true });
        }
        speech = !speech;
        start += part.len() + DASH.len_utf8();
    }
    if reported { found } else { Vec::new() }
}

/// First bytes of quotation marks.
const MAY_BE_MARK: [bool; 256] = {
    let mut table = [false; 256];
    let mut marks: &[u8] = b"\"'`\xc2\xe2";
    while let [first, rest @ ..] = marks {
        table[*first as usize] = true;
        marks = rest;
    }
    table
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Double,
    Single,
    Guillemet,
}

/// What a mark does where it stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Opens,
    Closes,
    /// Closes what is open, or else opens.
    Either,
    /// Closes, or is the apostrophe of a plural possessive ("the officials' wives").
    ClosesPerhaps,
}

struct Mark {
    place: Range<usize>,
    style: Style,
    role: Role,
}

impl Mark {
    /// The mark at `at`, where there is one that is no apostrophe.
    fn at(text: &str, at: usize) -> Option<Self> {
        let ch = text[at..].chars().next()?;
        // ``So'' is how wires wrote it.
        let twin = matches!(ch, '`' | '\'') && text.as_bytes().get(at + 1) == Some(&(ch as u8));
        let end = at + ch.len_utf8() + usize::from(twin);
        let before = text[..at].chars().next_back();
        let mut ahead = text[end..].chars();
        let after = ahead.next();
        let opening = before.is_none_or(|ch| ch.is_whitespace() || is_joint(ch)) && after.is_some_and(starts_quotation);
        let closing = before.is_some_and(|ch| !ch.is_whitespace()) && !after.is_some_and(char::is_alphanumeric);
        let (style, role) = match ch {
            '“' | '„' if closing && !opening => (Style::Double, Role::Either),
            '“' | '„' => (Style::Double, Role::Opens),
            '”' if opening && !closing => (Style::Double, Role::Either),
            '”' => (Style::Double, Role::Closes),
            '`' if twin => (Style::Double, Role::Opens),
            '"' | '\'' if ch == '"' || twin => {
                let role = match (opening, closing) {
                    (true, false) => Role::Opens,
                    (false, true) => Role::Closes,
                    _ => Role::Either,
                };
                (Style::Double, role)
            }
            '«' => (Style::Guillemet, Role::Opens),
            '»' => (Style::Guillemet, Role::Closes),
            '‘' if opening => (Style::Single, Role::Opens),
            '\'' if opening && !is_decade(&text[end..]) => (Style::Single, Role::Opens),
            '’' | '\'' => {
                let ends_word = !after.is_some_and(char::is_alphanumeric);
                // “no,’he said”: a missing space, where a mark and not a letter stands before.
                let ends_clause = before.is_some_and(|ch| matches!(ch, ',' | '.' | '!' | '?'));
                if !(ends_word || ends_clause) {
                    return None;
                }
                let plural = matches!(before, Some('s' | 'S'))
                    && after.is_some_and(char::is_whitespace)
                    && ahead.next().is_some_and(char::is_lowercase);
                (Style::Single, if plural { Role::ClosesPerhaps } else { Role::Closes })
            }
            _ => return None,
        };
        Some(Self { place: at..end, style, role })
    }
}

/// Stands between words that belong to different phrases.
fn is_joint(ch: char) -> bool {
    matches!(ch, '(' | '[' | '—' | '–' | '-' | '/' | ':' | '“' | '"' | '‘' | '\'' | '«' | '¿' | '¡')
}

fn starts_quotation(ch: char) -> bool {
    ch.is_alphanumeric()
        || matches!(ch, '.' | '…' | '[' | '(' | '$' | '€' | '£' | '@' | '#' | '“' | '"' | '‘' | '\'' | '¿' | '¡' | '-' | '—')
}

/// "'90s".
fn is_decade(after: &str) -> bool {
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    digits == 2 && after.as_bytes().get(2).is_none_or(|byte| *byte == b's' || !byte.is_ascii_alphanumeric())
}

struct Open {
    place: Range<usize>,
    style: Style,
    /// The first mark that closes it, should no better one come.
    perhaps: Option<usize>,
}

#[derive(Default)]
struct Pairs {
    open: Vec<Open>,
    /// How many of `open` are double, and how many are guillemets: a closing mark without any of its own is a slip.
    doubles: usize,
    guillemets: usize,
    found: Vec<Quotation>,
}

impl Pairs {
    fn take(&mut self, mark: &Mark) {
        match mark.role {
            Role::Opens => self.push(mark),
            Role::Either if *self.count(mark.style) == 0 => self.push(mark),
            Role::Either | Role::Closes => self.close(mark),
            Role::ClosesPerhaps => {
                if let Some(open) = self.open.last_mut().filter(|open| open.style == Style::Single) {
                    open.perhaps.get_or_insert(mark.place.start);
                }
            }
        }
    }

    /// Singles are never counted: only the innermost mark can be closed by one, so that an apostrophe closes nothing else.
    fn count(&mut self, style: Style) -> &mut usize {
        match style {
            Style::Guillemet => &mut self.guillemets,
            Style::Double | Style::Single => &mut self.doubles,
        }
    }

    fn push(&mut self, mark: &Mark) {
        if mark.style == Style::Single {
            self.settle_single();
        } else {
            *self.count(mark.style) += 1;
        }
        self.open.push(Open { place: mark.place.clone(), style: mark.style, perhaps: None });
    }

    /// A single quotation that waited for a better end than "…s' " gets none where the next one opens.
    fn settle_single(&mut self) {
        if let Some(end) = self.open.last().filter(|open| open.style == Style::Single).and_then(|open| open.perhaps)
            && let Some(open) = self.open.pop()
        {
            self.pair(open.place.end..end);
        }
    }

    fn close(&mut self, mark: &Mark) {
        if mark.style == Style::Single {
            if self.open.last().is_some_and(|open| open.style == Style::Single)
                && let Some(open) = self.open.pop()
            {
                self.pair(open.place.end..mark.place.start);
            }
            return;
        }
        if *self.count(mark.style) == 0 {
            return;
        }
        // What opened inside and never closed is no quotation of its own.
        while let Some(open) = self.open.pop() {
            if open.style != Style::Single {
                *self.count(open.style) -= 1;
            }
            if open.style == mark.style {
                return self.pair(open.place.end..mark.place.start);
            }
        }
    }

    fn pair(&mut self, inner: Range<usize>) {
        // "rock 'n' roll": and an empty pair quotes nothing.
        if inner.len() > 1 {
            self.found.push(Quotation { inner, closed: true });
        }
    }

    /// The pairs that stand in no other, and the opening marks that found no end.
    fn outermost(mut self) -> (Vec<Quotation>, Vec<Range<usize>>) {
        let mut left = Vec::new();
        for open in std::mem::take(&mut self.open) {
            match (open.style, open.perhaps) {
                (Style::Single, Some(end)) => self.pair(open.place.end..end),
                // A single mark that never closes is an apostrophe ("get 'em").
                (Style::Single, None) => {}
                _ => left.push(open.place),
            }
        }
        self.found.sort_unstable_by_key(|quotation| (quotation.inner.start, std::cmp::Reverse(quotation.inner.end)));
        let mut covered = 0;
        self.found.retain(|quotation| {
            let outer = quotation.inner.start >= covered;
            covered = covered.max(quotation.inner.end);
            outer
        });
        (self.found, left)
    }
}

/// What opening marks without an end quote; see [`quotations`].
fn unclosed(
    paragraph: &str,
    marks: &[Range<usize>],
    pairs: &[Quotation],
    next: Option<&str>,
    lexicon: &'static Lexicon,
) -> Vec<Quotation> {
    let last_pair = pairs.last().map_or(0, |pair| pair.inner.end);
    let whole = |mark: &Range<usize>| Quotation { inner: mark.end..paragraph.len(), closed: false };
    if let Some(last) = marks.last().filter(|mark| mark.start >= last_pair) {
        let continued = next.is_some_and(opens_quotation);
        if continued || (marks.len() == 1 && paragraph[..last.start].trim().is_empty()) {
            return vec![whole(last)];
        }
    }
    let Some(first) = marks.first() else { return Vec::new() };
    let mut found = Vec::new();
    let mut sentences = sentences(&paragraph[first.start..], first.start, lexicon).into_iter().peekable();
    let mut pairs = pairs.iter().peekable();
    for (i, mark) in marks.iter().enumerate() {
        while sentences.next_if(|sentence| sentence.end <= mark.end).is_some() {}
        while pairs.next_if(|pair| pair.inner.end <= mark.start).is_some() {}
        let Some(sentence) = sentences.peek() else { break };
        let next_opening =
            pairs.peek().map(|pair| pair.inner.start).into_iter().chain(marks.get(i + 1).map(|mark| mark.start)).min();
        // Of several marks in one sentence none can be trusted.
        if next_opening.is_none_or(|opening| opening > sentence.end) {
            found.push(Quotation { inner: mark.end..sentence.end, closed: false });
        }
    }
    found
}

/// Whether a paragraph begins with an opening mark.
fn opens_quotation(paragraph: &str) -> bool {
    paragraph.trim_start().starts_with(['“', '"', '«', '„', '‘', '\''])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn before(paragraph: &str, next: Option<&str>) -> Vec<(String, bool)> {
        quotations(paragraph, 0, next, Lexicon::english())
            .into_iter()
            .map(|quotation| (paragraph[quotation.inner].to_owned(), quotation.closed))
            .collect()
    }

    fn check(paragraph: &str, expected: &[&str]) {
        let found: Vec<String> = before(paragraph, None).into_iter().map(|(inner, _)| inner).collect();
        assert_eq!(found, expected, "{paragraph}");
    }

    #[test]
    fn each_kind_of_mark_is_read() {
        check("“We won,” he said. “We will win again.”", &["We won,", "We will win again."]);
        check("\"Yes\", Tarre said, \"twice\".", &["Yes", "twice"]);
        check("He called it 'a total lie' on Monday.", &["a total lie"]);
        check("It is false, 'it is totally false, ' he said.", &["it is totally false, "]);
        check("«No es cierto», dijo.", &["No es cierto"]);
        check("„So nicht“, sagte er.", &["So nicht"]);
        check("the ‘secret’ plan", &["secret"]);
        check("``We won,'' he said.", &["We won,"]);
        check("\" We won \" he said.", &[" We won "]);
        check("He said:\"We won.\"And left.", &["We won."]);
        check("He left.“We won.”He left.", &["We won."]);
        check("(“We won”)—“again”/“and again”", &["We won", "again", "and again"]);
    }

    #[test]
    fn kinds_may_be_mixed_and_mistyped() {
        check("“We won,\" he said.", &["We won,"]);
        check("\"We won,” he said.", &["We won,"]);
        check("”We won,” he said.", &["We won,"]);
        check("“We won,“ he said.", &["We won,"]);
    }

    #[test]
    fn apostrophes_are_no_quotation_marks() {
        check("It's the officials' view that they don't know", &[]);
        check("back in the '90s the officials' wives left", &[]);
        check("the ’90s and ’tis so", &[]);
        check("rock 'n' roll", &[]);
        check("Get 'em, he said.", &[]);
        check("Côte d'Ivoire and O'Neil's of Sana'a", &[]);
        check("It is 6' 2\" tall.", &[]);
    }

    #[test]
    fn a_single_quotation_may_hold_a_plural_possessive() {
        check("'The officials' wives left,' he said.", &["The officials' wives left,"]);
        check("‘The officials’ wives left,’ he said.", &["The officials’ wives left,"]);
        check("It is 'a pack of lies' and 'a shame' for us.", &["a pack of lies", "a shame"]);
        check("It is 'a pack of lies' and “a shame” for us.", &["a pack of lies", "a shame"]);
        check("‘Get ’em now,’ he said.", &["Get ’em now,"]);
    }

    #[test]
    fn nested_marks_belong_to_the_outer_quotation() {
        check("“He said ‘never’ to me,” she said.", &["He said ‘never’ to me,"]);
        check("“an attempt with this show’ of an operation,” he said", &["an attempt with this show’ of an operation,"]);
        check("\"He said \"never\" to me,\" she said.", &["He said \"never\" to me,"]);
        check("“He said “never” to me,” she said.", &["He said “never” to me,"]);
        check("'He said \"never\" to me,' she said.", &["He said \"never\" to me,"]);
        check("‘“Never” is no answer,’ she said.", &["“Never” is no answer,"]);
        check("«Él dijo “nunca” y «jamás»», dijo.", &["Él dijo “nunca” y «jamás»"]);
    }

    #[test]
    fn an_opening_mark_without_an_end_covers_its_paragraph_where_it_begins_it() {
        for next in [None, Some("It rained."), Some("“And more.”")] {
            assert_eq!(before("“There is more. Much more.", next), [("There is more. Much more.".to_owned(), false)]);
        }
    }

    #[test]
    fn a_quotation_goes_on_where_the_next_paragraph_opens_with_a_mark() {
        let paragraph = "The mayor said: “It is over. We left.";
        assert_eq!(before(paragraph, Some("“We will not return.”")), [("It is over. We left.".to_owned(), false)]);
        assert_eq!(before(paragraph, Some("Nobody came.")), [("It is over.".to_owned(), false)]);
        assert_eq!(before("“It is over,” he said. “We left.", Some("“So it is.”")).last(), Some(&("We left.".to_owned(), false)));
    }

    #[test]
    fn a_slip_costs_no_more_than_its_sentence() {
        check("The “plan is dead. The mayor left on Monday.", &["plan is dead."]);
        check("\"The plan is dead, he said. \"We left.\" He left.", &["The plan is dead, he said.", "We left."]);
        check("“The plan is “dead, he said. He left.", &["dead, he said."]);
        check("The plan is dead,” he said. “We left.” He left.", &["We left."]);
        check("It is dead.” He left. “We left", &["We left"]);
        check("A 5\" gun and a “plan”.", &["plan"]);
    }

    #[test]
    fn offsets_are_moved_by_the_base() {
        assert_eq!(quotations("“a b”", 10, None, Lexicon::english()), [Quotation { inner: 13..16, closed: true }]);
    }

    fn are_apart_in_order(text: &str, next: Option<&str>) -> bool {
        let mut last = 0;
        quotations(text, 0, next, Lexicon::english()).into_iter().all(|quotation| {
            let in_order = quotation.inner.start >= last && quotation.inner.end >= quotation.inner.start;
            last = quotation.inner.end;
            in_order && text.get(quotation.inner).is_some()
        })
    }

    #[test]
    fn a_megabyte_of_anything_takes_linear_time() {
        for unit in [
            "\"",
            "'",
            "“",
            "”",
            "«",
            "»",
            "‘",
            "’",
            "“ ”",
            "\" a",
            "“a. ",
            " 'a",
            "s' a",
            " 'as' a",
            "“'",
            "“«",
            "`",
            "a",
            "é",
            ".",
            "\u{a0}",
            "«“a”",
        ] {
            let text = unit.repeat(1_000_000 / unit.len());
            assert!(are_apart_in_order(&text, None) && are_apart_in_order(&text, Some("“")), "{unit}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_has_quotations_apart_and_in_order(text in "\\PC{0,300}") {
            proptest::prop_assert!(are_apart_in_order(&text, None));
        }

        #[test]
        fn any_marks_have_quotations_apart_and_in_order(parts in proptest::collection::vec(proptest::sample::select(
            vec!["\"", "'", "“", "”", "„", "‘", "’", "«", "»", "`", "s", " ", "\u{a0}", "a", "A", "é", "1", ".", ",", ". A", "-"]), 0..60)) {
            let text = parts.concat();
            proptest::prop_assert!(are_apart_in_order(&text, None) && are_apart_in_order(&text, Some("“")));
        }
    }
}
