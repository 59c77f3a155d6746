//! Sorts the lines of an article: body on one side, page furniture on the other; credit lines are read for provenance.
//!
//! Knows nothing of claims. A line is body unless a rule says otherwise, and each rule is about shape, about a pattern in
//! `lexicon/<language>/furniture.tsv` or about a class of words, never about a particular site.

mod captions;
mod credits;
mod dateline;
mod lines;
#[cfg(test)]
mod tests;

use std::ops::Range;

use rustc_hash::FxHashSet;

use self::{credits::Credits, lines::Words};
use super::Draft;
use crate::{
    domain::Provenance,
    engine::text::{
        Class, Lexicon,
        lexicon::{LineMatch, LineMeaning, bare},
        sentences::sentences,
    },
};

#[derive(Clone, Debug, PartialEq, Eq)]
enum LineKind {
    Body,
    Byline,
    /// Names who wrote or passed on the article.
    Credit(LineMatch),
    /// Navigation, prompts, captions, related titles, dates, the article's own title: no sentence of the article.
    Furniture,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// Body paragraphs as byte ranges of the text, datelines left out.
    pub paragraphs: Vec<Range<usize>>,
    pub provenance: Provenance,
}

#[must_use]
pub fn layout(draft: &Draft<'_>, lexicon: &'static Lexicon) -> Layout {
    let lines = lines::lines(draft.text);
    let mut sorter = Sorter::new(draft, lexicon, &lines);
    let mut layout = Layout::default();
    let mut credits = Credits::default();
    for line in &lines {
        let text = &draft.text[line.clone()];
        match sorter.kind(text) {
            LineKind::Body => {
                let found = dateline::read(text, lexicon, draft.registry()).unwrap_or_default();
                let provenance = &mut layout.provenance;
                provenance.dateline_place = provenance.dateline_place.take().or_else(|| found.place.map(str::to_owned));
                provenance.dateline_agency = provenance.dateline_agency.take().or_else(|| found.agency.map(str::to_owned));
                layout.paragraphs.push(line.start + found.end..line.end);
            }
            LineKind::Credit(found) => credits.read(&found, line.clone(), sorter.words_of(line), draft, lexicon),
            LineKind::Byline if layout.paragraphs.is_empty() => credits.read_byline(line.clone(), sorter.words_of(line), draft),
            LineKind::Byline | LineKind::Furniture => {}
        }
    }
    drop_biographies(&mut layout.paragraphs, &mut sorter.words, draft, lexicon);
    layout.provenance.syndication = credits.syndication(draft);
    layout
}

/// Lines longer than this are read for their first words only: what stands in them is prose, or a prompt that says so at once.
const SHORT: usize = 300;
const HEAD: usize = 80;

/// What the lines before announced.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    None,
    /// Titles of other stories.
    Stories,
    /// Items of the article: the body line before ended in a colon.
    Items,
}

struct Sorter<'d> {
    draft: &'d Draft<'d>,
    lexicon: &'static Lexicon,
    title: Vec<String>,
    outlet: Vec<String>,
    /// Whether the text has punctuated lines at all: a headline or a list alone has no prose to tell furniture from.
    prose: bool,
    script: Script,
    list: List,
    seen: FxHashSet<&'d str>,
    words: Words,
    body_began: bool,
}

impl<'d> Sorter<'d> {
    fn new(draft: &'d Draft<'d>, lexicon: &'static Lexicon, lines: &[Range<usize>]) -> Self {
        let mut words = Words::new();
        let mut bare_words = |text: &str| {
            words.read(text, SHORT);
            words.bare().filter(|word| !word.is_empty()).map(str::to_owned).collect::<Vec<String>>()
        };
        let title = bare_words(draft.title.unwrap_or_default());
        let outlet = bare_words(draft.outlet);
        let prose = lines.iter().any(|line| ends_as_prose(&draft.text[line.clone()], lexicon));
        let script = Script::of(draft.text);
        Self {
            draft,
            lexicon,
            title,
            outlet,
            prose,
            script,
            list: List::None,
            seen: FxHashSet::default(),
            words,
            body_began: false,
        }
    }

    fn words_of(&mut self, line: &Range<usize>) -> &Words {
        self.words.read(&self.draft.text[line.clone()], SHORT);
        &self.words
    }

    /// What one line is. Lines are given in order: a heading tells what follows it.
    fn kind(&mut self, line: &'d str) -> LineKind {
        self.words.read(line, if line.len() <= SHORT { SHORT } else { HEAD });
        let kind = self.kind_alone(line).unwrap_or_else(|| self.kind_in_place(line));
        if kind == LineKind::Body {
            self.body_began = true;
            if self.list != List::Items || ends_as_prose(line, self.lexicon) {
                self.list = if line.ends_with(':') { List::Items } else { List::None };
            }
        }
        kind
    }

    /// What the line is wherever it stands; `None` where that depends.
    fn kind_alone(&mut self, line: &'d str) -> Option<LineKind> {
        let repeated = line.len() > 40 && !self.seen.insert(line);
        if repeated || self.words.bare().all(str::is_empty) || self.is_title(line) {
            return Some(LineKind::Furniture);
        }
        if let Some(found) = self.pattern(line) {
            if found.meaning == LineMeaning::Related {
                self.list = List::Stories;
            }
            let credit = !matches!(found.meaning, LineMeaning::Furniture | LineMeaning::Related | LineMeaning::Caption);
            return Some(if credit { LineKind::Credit(found) } else { LineKind::Furniture });
        }
        if self.ends_in_outlet() || is_code(line) || self.script.is_foreign(line) {
            return Some(LineKind::Furniture);
        }
        // "— Reuters" and "(AP)" behind a report sign it.
        if self.body_began && line.starts_with(['-', '–', '—', '(']) && credits::is_agency(&self.words, self.draft) {
            return Some(LineKind::Credit(LineMatch { meaning: LineMeaning::Signature, end: 0 }));
        }
        (!self.prose).then_some(LineKind::Body)
    }

    fn kind_in_place(&self, line: &str) -> LineKind {
        if self.is_byline(line) {
            return LineKind::Byline;
        }
        let furniture = is_stamp(&self.words, self.lexicon)
            || captions::is_caption(line, self.lexicon, self.draft.registry())
            || is_title_case(line)
            || match self.list {
                // A teaser may end as a question or in a quotation, but hardly in a full stop.
                List::Stories => line.len() < 120 && !line.ends_with('.') || !ends_as_prose(line, self.lexicon),
                List::Items => !ends_as_prose(line, self.lexicon) && self.words.len() < 4,
                List::None => !ends_as_prose(line, self.lexicon),
            };
        if furniture { LineKind::Furniture } else { LineKind::Body }
    }

    fn pattern(&self, line: &str) -> Option<LineMatch> {
        /// A longer line that mentions a privacy policy is about it; one that begins as a correction is still one.
        const LONGEST_INSIDE: usize = 300;
        const LONGEST_START: usize = 1_000;
        let words = |i: usize| self.words.get(i);
        let patterns = &self.lexicon.furniture;
        let found = patterns
            .at_start(words)
            .filter(|_| line.len() <= LONGEST_START)
            .or_else(|| patterns.inside(self.words.len(), words).filter(|_| line.len() <= LONGEST_INSIDE))?;
        let by_names = matches!(found.meaning, LineMeaning::Distributor | LineMeaning::Signature | LineMeaning::Contribution);
        (!by_names || self.holds_names(line, found.end)).then_some(found)
    }

    /// Whether hardly anything but names and small words stands from word `from` on.
    fn holds_names(&self, line: &str, from: usize) -> bool {
        let small = |i: &usize| {
            let raw = self.words.place(*i).is_some_and(|place| line[place].starts_with(char::is_lowercase));
            let word = self.words.get(*i).map_or("", bare);
            raw && !self.lexicon.is(word, Class::Stopword) && !self.lexicon.is(word, Class::Press)
        };
        let rest = self.words.len().saturating_sub(from);
        (from..self.words.len()).filter(small).count() * 4 <= rest
    }

    /// The title, or the title with the site's name behind it.
    fn is_title(&self, line: &str) -> bool {
        let mut at = 0;
        for part in &self.title {
            while self.words.get(at).is_some_and(|word| bare(word).is_empty()) {
                at += 1;
            }
            if self.words.get(at).map(bare) != Some(part) {
                return false;
            }
            at += 1;
        }
        let rest = self.words.place(at).map_or("", |place| line[place.start..].trim_start());
        !self.title.is_empty() && (rest.is_empty() || (rest.len() < 40 && rest.starts_with(['-', '|', '–', '—'])))
    }

    /// "- The Outlet" and "… - The Outlet": site headings and picture titles.
    fn ends_in_outlet(&self) -> bool {
        let Some(from) = self.words.len().checked_sub(self.outlet.len()) else { return false };
        let named = self.outlet.iter().enumerate().all(|(i, part)| self.words.get(from + i).map(bare) == Some(part));
        let set_off = from == 0 || self.words.get(from - 1).is_some_and(|word| bare(word).is_empty());
        !self.outlet.is_empty() && named && set_off
    }

    /// "By Jane Roe and Max Doe, Agency": small words and names only.
    fn is_byline(&self, line: &str) -> bool {
        const LONGEST: usize = 140;
        let Some(by) = (0..2).find(|&i| self.words.get(i).is_some_and(|word| self.lexicon.is(bare(word), Class::Byline))) else {
            return false;
        };
        let is_name = |i: usize| self.words.place(i).is_some_and(|place| line[place].starts_with(char::is_uppercase));
        let may_stand = |i: usize| {
            let word = self.words.get(i).map_or("", bare);
            is_name(i)
                || matches!(word, "" | "#")
                || (self.lexicon.is(word, Class::Stopword) && self.lexicon.verb(word).is_none())
        };
        let calendar = self.words.get(by + 1).is_some_and(|word| self.lexicon.is(bare(word), Class::Calendar));
        line.len() <= LONGEST && is_name(by + 1) && !calendar && (by + 1..self.words.len()).all(may_stand)
    }
}

/// "Updated 4:12 PM EST", "3 min read": numbers, days and the small words of time stamps.
fn is_stamp(words: &Words, lexicon: &'static Lexicon) -> bool {
    const MOST_WORDS: usize = 16;
    let is_part = |word: &str| {
        let letters = word.trim_start_matches(['#', '-', '/', ':', '.']);
        let known = |word: &str| lexicon.is(word, Class::Calendar) || lexicon.is(word, Class::Stamp);
        letters.is_empty() || known(letters) || known(word)
    };
    words.len() <= MOST_WORDS && words.bare().any(|word| word.starts_with('#')) && words.bare().all(is_part)
}

/// Ends as a sentence, a quotation or an introduction does; or is too long for anything else.
fn ends_as_prose(line: &str, lexicon: &'static Lexicon) -> bool {
    /// A title, a caption or a menu is shorter.
    const LONG: usize = 200;
    const LONG_FOR_A_TITLE: usize = 80;
    let is_stop = |ch: char| matches!(ch, '.' | '!' | '?' | '…' | '。' | '！' | '？');
    let is_closing = |ch: char| matches!(ch, '"' | '”' | '’' | '\'' | '»' | ')');
    let Some(last) = line.chars().next_back() else { return false };
    if is_stop(last) || line.len() > LONG {
        return true;
    }
    let of_sentences = || line.len() > LONG_FOR_A_TITLE && sentences(line, 0, lexicon).len() > 1;
    if is_closing(last) {
        let inside = line.trim_end_matches(is_closing);
        // "'No way back'" is a subheading.
        let quoted = line.len() > LONG_FOR_A_TITLE && line.starts_with(['"', '“', '«', '‘', '\'']);
        return inside.ends_with(|ch| is_stop(ch) || ch == ',') || quoted || of_sentences();
    }
    if matches!(last, ':' | ';' | ',') {
        return line.split_whitespace().nth(2).is_some();
    }
    of_sentences()
}

/// "'Stop the Coup': Singer Slams Minister as 'Liar'", "Home World Politics": a title or a menu, whatever it ends in.
fn is_title_case(line: &str) -> bool {
    if line.ends_with(['.', '…', ':']) {
        return false;
    }
    let (mut words, mut capitals) = (0, 0);
    for word in line.split(|ch: char| !(ch.is_alphanumeric() || matches!(ch, '\'' | '’' | '-' | '.'))) {
        if word.chars().nth(3).is_some() && word.starts_with(char::is_alphabetic) {
            words += 1;
            capitals += usize::from(word.starts_with(char::is_uppercase));
        }
    }
    words > 3 && capitals * 10 >= words * 9
}

/// A script, a style or a data block that was copied with the page.
fn is_code(line: &str) -> bool {
    let opens = line.starts_with("//") || line.starts_with("/*");
    // Without a way out of the loop, which the compiler then makes a few steps of.
    let has_sign = || line.bytes().fold(false, |seen, byte| seen | matches!(byte, b'{' | b'}' | b'<' | b'='));
    let has_code = || ["function(", "function (", "});", "\":{", "=\"", "</", "=>", " = "].iter().any(|part| line.contains(part));
    opens || (has_sign() && (line.starts_with(['{', '<', '}']) || has_code()))
}

/// The alphabet an article is written in, where it is the Latin one: a line in another is left over from the site.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Other,
}

impl Script {
    fn of(text: &str) -> Self {
        const SAMPLE: usize = 500;
        // As many plain letters decide it, whatever follows.
        let plain = text.bytes().take(SAMPLE).filter(u8::is_ascii_alphabetic).count();
        if plain * 3 >= SAMPLE {
            return Self::Latin;
        }
        if mostly_latin(text.chars().filter(|ch| ch.is_alphabetic()).take(SAMPLE)) { Self::Latin } else { Self::Other }
    }

    fn is_foreign(self, line: &str) -> bool {
        // Nearly every line is told by its plain letters.
        let is_plain = || line.is_ascii() || line.bytes().filter(u8::is_ascii_alphabetic).count() * 3 >= line.len();
        self == Self::Latin && !is_plain() && !mostly_latin(line.chars().filter(|ch| ch.is_alphabetic()))
    }
}

/// Whether at least a third of the letters are Latin; a name or two in another script is no other language.
fn mostly_latin(letters: impl Iterator<Item = char>) -> bool {
    let (mut all, mut latin) = (0, 0);
    for letter in letters {
        all += 1;
        latin += usize::from(matches!(letter, '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}'));
    }
    latin * 3 >= all
}

/// Drops the paragraphs at the end that introduce their writers: "Jane Roe covers shipping for the Courier." A paragraph
/// about somebody whom the article speaks of is none.
fn drop_biographies(paragraphs: &mut Vec<Range<usize>>, words: &mut Words, draft: &Draft<'_>, lexicon: &'static Lexicon) {
    const MOST: usize = 3;
    for _ in 0..MOST {
        let Some((last, before)) = paragraphs.split_last() else { return };
        let line = &draft.text[last.clone()];
        if before.is_empty() || line.len() > SHORT {
            return;
        }
        words.read(line, SHORT);
        let Some(surname) = introduced(line, words, lexicon) else { return };
        if before.iter().any(|paragraph| draft.text[paragraph.clone()].contains(surname)) {
            return;
        }
        paragraphs.pop();
    }
}

/// Whose work for a paper the line describes: two names or more, a verb, and what they do there.
fn introduced<'a>(line: &'a str, words: &Words, lexicon: &'static Lexicon) -> Option<&'a str> {
    const MOST_NAMES: usize = 5;
    const NEAR: usize = 8;
    let is_name = |i: usize| {
        let raw = words.place(i).map_or("", |place| &line[place]);
        raw.starts_with(char::is_uppercase) && !raw.ends_with(',') && !lexicon.is(words.get(i).map_or("", bare), Class::Opener)
    };
    let names = (0..words.len()).take_while(|&i| is_name(i)).count();
    if !(2..=MOST_NAMES).contains(&names) {
        return None;
    }
    let is_press = |i: usize| words.get(i).is_some_and(|word| lexicon.is(bare(word), Class::Press));
    let verb = words.get(names).map(bare)?;
    let present = lexicon.is(verb, Class::Be) || lexicon.verb(verb).is_some_and(|verb| verb.form.third_person);
    let place = words.place(names - 1)?;
    (is_press(names) || (present && (names..names + NEAR).any(is_press))).then(|| bare(&line[place]))
}
