//! Reads credit lines for provenance: who wrote the article, and who passed it on, where that is not its own outlet.

use std::ops::Range;

use super::lines::Words;
use crate::{
    domain::{Span, Syndication, span::CodePoints},
    engine::{
        extraction::{Draft, sources},
        text::{
            Class, Lexicon,
            lexicon::{LineMatch, LineMeaning, bare},
        },
    },
};

/// What the credit lines of one article name.
#[derive(Default)]
pub struct Credits {
    producer: Option<String>,
    distributors: Vec<String>,
    /// The first line that names somebody else.
    line: Option<Range<usize>>,
}

impl Credits {
    /// Reads a line that the pattern `found` says is a credit. `at` is the line's place in the text, `words` are its words.
    pub fn read(&mut self, found: &LineMatch, at: Range<usize>, words: &Words, draft: &Draft<'_>, lexicon: &'static Lexicon) {
        let line = &draft.text[at.clone()];
        let behind = || words.place(found.end).map_or("", |word| &line[word.start..]);
        let name = match found.meaning {
            LineMeaning::Copyright => copyright_holder(line, found, words),
            LineMeaning::Distributor => Some(organisation(behind())),
            LineMeaning::Origin => first_name(line, words, found.end, lexicon),
            LineMeaning::Signature => agency(words, found.end, draft).map(|(name, _)| name),
            _ => None,
        };
        let Some(name) = name.filter(|name| !name.is_empty() && !sources::same_outlet(name, draft.outlet, draft.domain)) else {
            return;
        };
        if found.meaning == LineMeaning::Distributor {
            self.distributors.push(name);
        } else {
            self.producer.get_or_insert(name);
        }
        self.line.get_or_insert(at.clone());
        // "© 2019 The Example. Distributed by The Agency."
        let next = (found.end..words.len()).find_map(|from| {
            let next = lexicon.furniture.at_start(|i| words.get(from + i))?;
            (next.meaning == LineMeaning::Distributor).then_some(LineMatch { end: from + next.end, ..next })
        });
        if let Some(next) = next {
            self.read(&next, at, words, draft, lexicon);
        }
    }

    /// A by-line of the text that ends in an agency's name: "By Reuters", "By Jane Roe, Associated Press".
    pub fn read_byline(&mut self, at: Range<usize>, words: &Words, draft: &Draft<'_>) {
        if let Some(name) = agency_at_end(words, draft) {
            self.producer.get_or_insert(name);
            self.line.get_or_insert(at);
        }
    }

    pub fn syndication(self, draft: &Draft<'_>) -> Option<Syndication> {
        let Some(line) = self.line else { return agency_byline(draft) };
        let chain: Vec<String> = self.producer.into_iter().chain(self.distributors).collect();
        let span = CodePoints::of(draft.text).span(draft.text, line.start, line.end);
        Some(Syndication { chain, text: draft.text[line].to_owned(), span })
    }
}

/// "© 2019 Bloomberg News" → "Bloomberg News". A picture credit ("© REUTERS / Name") has no year, and credits a picture.
fn copyright_holder(line: &str, found: &LineMatch, words: &Words) -> Option<String> {
    let near = found.end.saturating_sub(1)..found.end + 2;
    let year = near.into_iter().find(|&i| words.get(i).is_some_and(|word| bare(word).starts_with('#')))?;
    let rest = line[words.place(year)?.end..].trim_start_matches([',', ' ', '-', '–', '\u{a0}']);
    Some(organisation(rest)).filter(|name| !name.contains('/'))
}

/// "This article was originally published on 3 May by Valley Post." → "Valley Post".
fn first_name(line: &str, words: &Words, from: usize, lexicon: &'static Lexicon) -> Option<String> {
    let raw = |i: usize| words.place(i).map(|place| &line[place]);
    let is_calendar = |i: usize| words.get(i).is_some_and(|word| lexicon.is(bare(word), Class::Calendar));
    let start =
        (from..words.len()).find(|&i| raw(i).is_some_and(|word| word.starts_with(char::is_uppercase)) && !is_calendar(i))?;
    let end = (start..words.len())
        .find(|&i| !raw(i).is_some_and(|word| word.starts_with(|ch: char| ch.is_uppercase() || ch == '&')) || is_calendar(i))
        .unwrap_or(words.len());
    Some(organisation(&line[words.place(start)?.start..words.place(end - 1)?.end]))
}

/// The name up to the end of its clause, without the form of company: "Tribune Content Agency, LLC." → "Tribune Content Agency".
fn organisation(text: &str) -> String {
    let end = text.find(['.', ',', '|', ';', '(']).unwrap_or(text.len());
    text[..end].trim().trim_end_matches(" LLC").trim_end_matches(" Inc").trim().to_owned()
}

/// An agency other than the outlet itself, named from word `from` on, and the word behind its name.
fn agency(words: &Words, from: usize, draft: &Draft<'_>) -> Option<(String, usize)> {
    (from..words.len()).find_map(|at| {
        let (outlet, length) = draft.registry().outlet(|i| words.get(at + i).map(bare))?;
        let other = outlet.is_agency && !sources::same_outlet(&outlet.name, draft.outlet, draft.domain);
        other.then(|| (outlet.name.clone(), at + length))
    })
}

fn agency_at_end(words: &Words, draft: &Draft<'_>) -> Option<String> {
    agency(words, 0, draft).filter(|(_, end)| *end == words.len()).map(|(name, _)| name)
}

/// Whether a line is nothing but the name of an agency.
pub fn is_agency(words: &Words, draft: &Draft<'_>) -> bool {
    draft.registry().outlet(|i| words.get(i).map(bare)).is_some_and(|(outlet, length)| outlet.is_agency && length == words.len())
}

/// "By Reuters" over an article of another outlet.
fn agency_byline(draft: &Draft<'_>) -> Option<Syndication> {
    let byline = draft.byline?;
    let mut words = Words::default();
    words.read(byline, byline.len());
    let name = agency_at_end(&words, draft)?;
    Some(Syndication { chain: vec![name], text: byline.to_owned(), span: Span::default() })
}
