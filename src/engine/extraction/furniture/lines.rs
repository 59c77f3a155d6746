//! Text to lines: one a paragraph, hard-wrapped ones joined; and a line to folded words, which all rules about it share.

use std::ops::Range;

use crate::engine::text::{fold, lexicon::bare};

/// The lines that hold something, without the white space around them. A paragraph that was wrapped at a fixed width is one.
pub fn lines(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    // The lines since the last blank one.
    let mut block = 0;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            unwrap(text, &mut found, block);
            block = found.len();
        } else {
            let lead = line.len() - line.trim_start().len();
            found.push(start + lead..start + lead + trimmed.len());
        }
        start += line.len();
    }
    unwrap(text, &mut found, block);
    found
}

/// Joins the lines from `block` on where they are one paragraph, wrapped: all of about one width, most of them broken off
/// in mid-sentence and taken up again with a small letter.
fn unwrap(text: &str, found: &mut Vec<Range<usize>>, block: usize) {
    const WIDTHS: Range<usize> = 40..100;
    let Some((last, full)) = found[block..].split_last() else { return };
    let (Some(widest), Some(narrowest)) = (full.iter().map(Range::len).max(), full.iter().map(Range::len).min()) else { return };
    if !WIDTHS.contains(&widest) || widest - narrowest > 24 || last.len() > widest + 4 {
        return;
    }
    // The items of a list begin small as well; a paragraph does not.
    if text[found[block].clone()].starts_with(char::is_lowercase) {
        return;
    }
    let taken_up = found[block + 1..].iter().filter(|line| text[(*line).clone()].starts_with(char::is_lowercase)).count();
    if taken_up * 2 > full.len() {
        let whole = found[block].start..last.end;
        found.truncate(block);
        found.push(whole);
    }
}

/// Words of a line, lower case and without diacritics, "#" for every number and "@" for every handle. One buffer serves all lines.
#[derive(Default)]
pub struct Words {
    /// The line in small letters, and behind it the words that fold to something else.
    buffer: String,
    words: Vec<Word>,
}

struct Word {
    folded: Range<usize>,
    /// Where the word stands in the line.
    raw: Range<usize>,
}

impl Words {
    /// Room for the words of a usual line.
    pub fn new() -> Self {
        Self { buffer: String::with_capacity(512), words: Vec::with_capacity(64) }
    }

    /// Reads the words of the part of `line` that comes first, in whole words, up to about `longest` bytes.
    pub fn read(&mut self, line: &str, longest: usize) {
        self.buffer.clear();
        self.words.clear();
        let end = longest.min(line.len());
        let end = line.as_bytes()[end..].iter().position(u8::is_ascii_whitespace).map_or(line.len(), |length| end + length);
        let line = &line[..end];
        self.buffer.push_str(line);
        self.buffer.make_ascii_lowercase();
        let mut at = 0;
        while at < end {
            let run = Run::at(line, at);
            if run.ascii {
                self.read_word(line, at..run.end, run);
            } else {
                for word in line[at..run.end].split(char::is_whitespace) {
                    self.read_word(line, at..at + word.len(), run);
                    at += word.len() + line[at + word.len()..run.end].chars().next().map_or(0, char::len_utf8);
                }
            }
            at = run.end + 1;
        }
    }

    fn read_word(&mut self, line: &str, mut place: Range<usize>, run: Run) {
        let word = &line[place.clone()];
        // A bullet or a dash in front is no word.
        if word.is_empty() || (self.words.is_empty() && !word.contains(|ch: char| ch.is_alphanumeric() || ch == '©')) {
            return;
        }
        // "©2019", "Photo:Jane".
        let joined = run.colon || !run.ascii;
        while let Some(cut) = joined.then(|| joint(&line[place.clone()])).flatten() {
            self.push(line, place.start..place.start + cut, run.plain);
            place.start += cut;
        }
        self.push(line, place, run.plain);
    }

    fn push(&mut self, line: &str, raw: Range<usize>, plain: bool) {
        let folded = if line.as_bytes()[raw.start] == b'@' {
            raw.start..raw.start + 1
        } else if plain {
            raw.clone()
        } else {
            let from = self.buffer.len();
            push_shape(&fold(&line[raw.clone()]), &mut self.buffer);
            from..self.buffer.len()
        };
        self.words.push(Word { folded, raw });
    }

    pub fn len(&self) -> usize {
        self.words.len()
    }

    pub fn get(&self, i: usize) -> Option<&str> {
        self.words.get(i).map(|word| &self.buffer[word.folded.clone()])
    }

    /// Folded words without their punctuation.
    pub fn bare(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.words.iter().map(|word| bare(&self.buffer[word.folded.clone()]))
    }

    /// Where the word stands in the line.
    pub fn place(&self, i: usize) -> Option<Range<usize>> {
        self.words.get(i).map(|word| word.raw.clone())
    }
}

/// What stands up to the next plain white space, told in one pass over its bytes.
#[derive(Clone, Copy)]
struct Run {
    end: usize,
    ascii: bool,
    /// Letters and marks of ASCII only.
    plain: bool,
    colon: bool,
}

impl Run {
    fn at(line: &str, start: usize) -> Self {
        let mut run = Self { end: line.len(), ascii: true, plain: true, colon: false };
        for (i, byte) in line.as_bytes()[start..].iter().enumerate() {
            if byte.is_ascii_whitespace() {
                run.end = start + i;
                break;
            }
            run.ascii &= byte.is_ascii();
            run.plain &= byte.is_ascii_graphic() && !byte.is_ascii_digit();
            run.colon |= *byte == b':';
        }
        run
    }
}

/// Where a word ends inside a run without white space.
fn joint(run: &str) -> Option<usize> {
    if let Some(rest) = run.strip_prefix('©') {
        return (!rest.is_empty()).then_some('©'.len_utf8());
    }
    let colon = run.bytes().position(|byte| byte == b':')? + 1;
    run[colon..].starts_with(char::is_alphabetic).then_some(colon)
}

/// "4:12pm" → "#pm", "1,234" → "#".
fn push_shape(folded: &str, out: &mut String) {
    let mut chars = folded.chars().peekable();
    while let Some(ch) = chars.next() {
        if !ch.is_numeric() {
            out.push(ch);
            continue;
        }
        out.push('#');
        while let Some(&next) = chars.peek() {
            let inner = matches!(next, '.' | ',' | ':') && chars.clone().nth(1).is_some_and(char::is_numeric);
            if !(next.is_numeric() || inner) {
                break;
            }
            chars.next();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(text: &str) -> Vec<&str> {
        lines(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn a_line_is_a_paragraph() {
        assert_eq!(lines_of(" It rained.\r\n\n\u{a0}He left.\t\n"), ["It rained.", "He left."]);
        assert_eq!(lines_of("World\nnews"), ["World", "news"]);
    }

    #[test]
    fn hard_wrapped_lines_are_one_paragraph() {
        let wrapped = "The harbour bridge opened on Monday after three years\nof work, the mayor said. It carries trams, bicycles\nand cars, and it cost 40 million euros.";
        assert_eq!(lines_of(&format!("{wrapped}\n\nIt rained.")), [wrapped, "It rained."]);
        let apart = "The harbour bridge opened on Monday after long years.\nThe mayor said it carries trams, bicycles and carts.\nNobody came to see it opened on the day.";
        assert_eq!(lines_of(apart).len(), 3);
    }

    #[test]
    fn words_are_folded_and_numbers_are_one_sign() {
        let mut words = Words::default();
        words.read("• Photo:José, ©2019 4:12pm 1,234-fold (1.5)", 100);
        let folded: Vec<&str> = (0..words.len()).filter_map(|i| words.get(i)).collect();
        assert_eq!(folded, ["photo:", "jose,", "©", "#", "#pm", "#-fold", "(#)"]);
        assert_eq!(words.place(1), Some(10..16));
        words.read("a\u{a0}bé\u{2003}\u{2003}c d", 100);
        let places: Vec<_> = (0..words.len()).filter_map(|i| words.place(i)).collect();
        assert_eq!(places, [0..1, 3..6, 12..13, 14..15]);
    }
}
