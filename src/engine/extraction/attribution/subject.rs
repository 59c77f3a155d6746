//! The noun phrase that speaks: before its verb, over appositions and relative clauses, or shared with another verb.

use std::ops::Range;

use super::{Scan, Speakers};
use crate::{
    domain::{Source, SourceKind},
    engine::text::{Class, Tag, Token, TokenKind},
};

/// Verbs that may share one subject: "rose, turned, laughed and said".
const MOST_SHARED: usize = 4;

/// Where a subject stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Subject {
    /// The noun phrase: "the bank's chief executive".
    pub phrase: Range<usize>,
    /// A name in apposition to it: "the bank's chief executive, Max Roe, said".
    pub name: Option<Range<usize>>,
    /// Stands with an earlier verb, which shares it: "Roe laughed and said".
    pub shared: bool,
}

impl Scan<'_, '_> {
    /// The source before the verb at `i`, and the tokens from its phrase to the verb.
    pub(super) fn subject(&self, i: usize, speakers: &Speakers) -> (Option<Source>, Range<usize>) {
        let group = self.verb_group_start(i);
        let Some(subject) = self.subject_of_verb(i) else {
            return (self.borrowed_subject(i), group..group);
        };
        let words = if subject.shared { group..group } else { subject.phrase.start..group };
        (self.source_of(&subject, speakers), words)
    }

    pub(super) fn subject_of_verb(&self, i: usize) -> Option<Subject> {
        self.subject_before(self.verb_group_start(i), MOST_SHARED)
    }

    pub(super) fn borrowed_subject(&self, i: usize) -> Option<Source> {
        let clause = self.clauses.iter().rfind(|c| c.range.contains(&i))?;
        self.classify(&self.tokens()[clause.subject.clone()?])
    }

    pub(super) fn source_of(&self, subject: &Subject, speakers: &Speakers) -> Option<Source> {
        if let Some(name) = &subject.name {
            // The phrase in front of the name is the role: classified together, the name wins and keeps it.
            return self
                .classify(&self.tokens()[subject.phrase.start..name.end])
                .or_else(|| self.classify(&self.tokens()[name.clone()]));
        }
        let phrase = &self.tokens()[subject.phrase.clone()];
        let head = phrase.iter().rfind(|t| t.is_word())?;
        match head {
            // Without anybody to stand for, a pronoun is still somebody who is not the outlet.
            t if t.has(Class::PersonalPronoun) => {
                let meant = self.cast.source_of(t).or_else(|| speakers.person().cloned());
                meant.or_else(|| Some(unresolved(t)))
            }
            t if t.has(Class::GroupPronoun) => {
                let meant = self.cast.source_of(t).or_else(|| speakers.last.as_ref().map(|speaker| speaker.source.clone()));
                meant.or_else(|| Some(unresolved(t)))
            }
            t if matches!(t.tag, Tag::Pronoun | Tag::Relative | Tag::Contraction) => None,
            _ if phrase.iter().all(|t| !t.is_word() || t.has(Class::Stopword)) => None,
            _ => self.classify(phrase),
        }
    }

    /// Over "has", "also", "did not" to where a verb's group begins.
    fn verb_group_start(&self, i: usize) -> usize {
        let auxiliary = |t: &Token<'_>| {
            matches!(t.tag, Tag::Adverb | Tag::Modal)
                || t.has(Class::Have)
                || t.has(Class::Be)
                || t.has(Class::Do)
                || t.has(Class::FloatingQuantifier)
        };
        let floor = (0..i).rev().find(|&j| self.quoted(j) || !auxiliary(&self.tokens()[j])).map_or(0, |j| j + 1);
        // "they've said": the pronoun is in the auxiliary.
        floor.min(i)
    }

    /// The subject of the verb group that begins at `end`.
    fn subject_before(&self, end: usize, shared: usize) -> Option<Subject> {
        if end > 0 && self.tag(end - 1) == Some(Tag::Contraction) && !self.quoted(end - 1) {
            return Some(Subject { phrase: end - 1..end, name: None, shared: false });
        }
        let mut floor = 0;
        let mut parenthesis = false;
        let mut reach = end;
        for k in (0..end).rev() {
            let token = &self.tokens()[k];
            if token.is_mark(')') || parenthesis {
                parenthesis = !token.is_mark('(');
                continue;
            }
            if self.quoted(k) || (token.is_quote() && !self.is_plural_possessive(k)) {
                floor = k + 1;
                break;
            }
            if token.kind == TokenKind::Mark && matches!(token.text, ";" | ":" | "—" | "–" | "(") {
                floor = k + 1;
                break;
            }
            if self.sentence.finite_in(k + 1..reach, true).is_some() {
                // "an engineer who worked on it noted": the verb between belongs to the relative clause, and goes with it.
                if token.tag == Tag::Relative {
                    reach = k;
                }
                continue;
            }
            if token.tag == Tag::Relative || (token.has(Class::That) && matches!(token.tag, Tag::Preposition | Tag::Relative)) {
                if self.holds_noun(k + 1..end) {
                    floor = k + 1;
                    break;
                }
                // "a baker, who said", "a tweet that said": what stands before the relative speaks.
                let before = k - usize::from(k > 0 && self.is_mark(k - 1, ','));
                return self.phrase_ending(before, 0).map(|phrase| Subject { phrase, name: None, shared: false });
            }
            let connective = token.has(Class::Subordinator)
                || token.has(Class::SubordinatorAfterComma)
                || token.has(Class::Concession)
                || token.has(Class::Whether);
            // At the beginning "After the vote, Roe, the mayor, said" its phrase ends at the comma; elsewhere a clause begins.
            let clause = self.holds_noun(k + 1..end) && (k > 0 || !(k + 1..end).any(|j| self.is_mark(j, ',')));
            if connective && matches!(token.tag, Tag::Preposition | Tag::Adverb | Tag::Relative) && clause {
                floor = k + 1;
                break;
            }
            if token.has(Class::Coordinator) {
                if !self.holds_noun(k + 1..end) {
                    // "laughed and said": the subject of the verb before.
                    let verb = (0..k).rev().find(|&j| !self.quoted(j) && self.sentence.is_finite(j));
                    return verb
                        .filter(|_| shared > 0)
                        .and_then(|verb| self.subject_before(self.verb_group_start(verb), shared - 1))
                        .map(|subject| Subject { shared: true, ..subject });
                }
                let clauses = (k > 0 && self.is_mark(k - 1, ',')) || self.sentence.finite_in(0..k, true).is_some();
                if clauses {
                    floor = k + 1;
                    break;
                }
            }
        }
        if floor >= end {
            return None;
        }
        // "Roe, the mayor, said": behind a comma the verb goes on with what the parenthesis interrupted.
        if self.is_mark(end - 1, ',') {
            return self.interrupted(floor, end - 1);
        }
        let comma = (floor..end).rev().find(|&j| self.is_mark(j, ','));
        let start = comma.map_or(floor, |comma| comma + 1);
        match self.phrase_ending(end, start) {
            Some(phrase) => Some(Subject { phrase, name: None, shared: false }),
            None => comma.and_then(|comma| self.interrupted(floor, comma)),
        }
    }

    /// The first noun phrase among the parts between commas, with a name that stands in apposition to it.
    fn interrupted(&self, floor: usize, end: usize) -> Option<Subject> {
        let mut parts: Vec<Range<usize>> = Vec::new();
        let mut start = floor;
        for j in floor..=end {
            if j == end || self.is_mark(j, ',') {
                parts.push(start..j);
                start = j + 1;
            }
        }
        let (at, phrase) = parts
            .iter()
            .enumerate()
            .filter(|(_, part)| self.opens_phrase(part.start))
            .find_map(|(at, part)| self.phrase_ending(part.end, part.start).map(|phrase| (at, phrase)))?;
        let named = self.is_name(&(phrase.end - 1..phrase.end));
        let name = parts.get(at + 1).filter(|_| !named).and_then(|part| self.apposed_name(part));
        Some(Subject { phrase, name, shared: false })
    }

    /// "Max Roe" and "the developer Max Roe" of an apposition.
    fn apposed_name(&self, part: &Range<usize>) -> Option<Range<usize>> {
        let start = part.clone().rev().take_while(|&j| self.is_name(&(j..part.end))).last()?;
        let plain = (part.start..start)
            .all(|j| matches!(self.tag(j), Some(Tag::Determiner | Tag::Adjective | Tag::Noun | Tag::Possessive | Tag::Genitive)));
        plain.then_some(start..part.end)
    }

    /// The speaker behind a verb: "said the union's chairwoman, Maj Roe, …".
    pub(super) fn inverted_subject(&self, verb: usize) -> Subject {
        let start = self.inverted_start(verb);
        let whole = self.phrase_end(start);
        let end = (start + 1..whole).find(|&j| self.opens_adverbial(j)).unwrap_or(whole);
        let ends = |j: &usize| self.tokens()[*j].kind == TokenKind::Mark && !self.is_inside_name(*j);
        let next = whole + 1..(whole + 1..self.len()).find(ends).unwrap_or(self.len()).max(whole + 1);
        let own_name = whole > start && self.is_name(&(whole - 1..whole));
        let apposed = self.is_mark(whole, ',') && !own_name && !next.is_empty();
        let name = apposed.then(|| self.apposed_name(&next)).flatten();
        Subject { phrase: start..end, name, shared: false }
    }

    /// Behind "a Reuters" and "el lunes": "dijo a Reuters un funcionario", "dijo el lunes Ana Ruiz".
    pub(super) fn inverted_start(&self, verb: usize) -> usize {
        let mut at = verb + 1;
        loop {
            if self.has(at, Class::RecipientPreposition) {
                let article = usize::from(self.tag(at + 1) == Some(Tag::Determiner));
                let Some(kind) = self.tag(at + 1 + article).filter(|tag| tag.is_nominal()) else { return at };
                at += 1 + article;
                while self.tag(at) == Some(kind) {
                    at += 1;
                }
            } else if self.opens_adverbial(at) && !self.has(at, Class::AdverbialPreposition) {
                at += 1 + usize::from(!self.has(at, Class::Calendar));
            } else {
                return at;
            }
        }
    }

    /// "el lunes", "este martes", "hoy", "en una entrevista": tells of a report when, where and to whom.
    fn opens_adverbial(&self, i: usize) -> bool {
        let day = self.has(i, Class::Calendar) && !self.tokens()[i].is_capitalized();
        let the_day = self.has(i, Class::DefiniteArticle) || self.has(i, Class::TimeModifier);
        day || the_day && self.has(i + 1, Class::Calendar) && !self.tokens()[i + 1].is_capitalized()
            || self.has(i, Class::AdverbialPreposition)
    }

    /// A part that begins as a noun phrase does, and not as an adverbial.
    pub(super) fn opens_phrase(&self, i: usize) -> bool {
        let nominal = matches!(
            self.tag(i),
            Some(
                Tag::Determiner
                    | Tag::Possessive
                    | Tag::Noun
                    | Tag::Nouns
                    | Tag::Name
                    | Tag::Genitive
                    | Tag::Adjective
                    | Tag::Number
                    | Tag::Pronoun
            )
        );
        nominal && !self.has(i, Class::TimeModifier) && !self.has(i, Class::Calendar)
    }

    /// A run of capitals, at most with a title before it: "Max Roe", "Gov. Anna Holm".
    pub(super) fn is_name(&self, part: &Range<usize>) -> bool {
        let words = part.clone().filter(|&j| self.tokens()[j].is_word()).count();
        (1..=5).contains(&words)
            && part.clone().all(|j| {
                let token = &self.tokens()[j];
                (token.is_capitalized() && token.tag != Tag::Genitive) || token.is_mark('.')
            })
    }

    /// The noun phrase that ends before `end`: "the head of the board", of "A deckhand who swam ashore" only "A deckhand".
    fn phrase_ending(&self, end: usize, floor: usize) -> Option<Range<usize>> {
        let mut end = end;
        // A relative clause or a participle behind the noun only describes it.
        for j in floor + 1..end {
            let behind_noun = self.tokens()[j - 1].tag.is_nominal();
            let describes =
                matches!(self.tag(j), Some(Tag::Participle | Tag::Gerund)) && behind_noun && !self.has(j, Class::That);
            let relative = self.has(j, Class::RelativePronoun) && self.tag(j) == Some(Tag::Relative);
            if (describes && j + 1 < end) || relative {
                end = j;
                break;
            }
        }
        let mut start = end;
        while start > floor {
            let token = &self.tokens()[start - 1];
            let previous = start.checked_sub(2).filter(|&j| j >= floor).map(|j| &self.tokens()[j]);
            match token.tag {
                Tag::Pronoun | Tag::Contraction => {
                    // "a meal one of them described": "of them" belongs to "one".
                    if start < end || previous.is_none_or(|p| p.tag != Tag::Preposition) {
                        return (start == end).then(|| start - 1..end).or_else(|| (start < end).then_some(start..end));
                    }
                    start -= 1;
                }
                Tag::Determiner | Tag::Possessive => {
                    start -= 1;
                    // A further noun in front belongs to another phrase: "a worry | the architects".
                    if previous.is_none_or(|p| !matches!(p.tag, Tag::Preposition | Tag::Determiner | Tag::To | Tag::Conjunction))
                    {
                        break;
                    }
                }
                Tag::Preposition | Tag::To if start < end => {
                    let carries = previous.is_some_and(|p| {
                        p.tag.is_nominal() || matches!(p.tag, Tag::Adjective | Tag::Pronoun | Tag::Determiner | Tag::Genitive)
                    });
                    if !carries || token.has(Class::That) {
                        return None;
                    }
                    start -= 1;
                }
                Tag::Number if start < end && self.has(start, Class::Of) => {
                    start -= 1;
                    break;
                }
                Tag::Noun
                | Tag::Nouns
                | Tag::Name
                | Tag::Genitive
                | Tag::Adjective
                | Tag::Number
                | Tag::Participle
                | Tag::Gerund => {
                    // "on Tuesday Roe": a day closes the phrase before.
                    if token.has(Class::Calendar) && start < end {
                        break;
                    }
                    start -= 1;
                }
                Tag::Conjunction if start < end && previous.is_some_and(|p| p.tag.is_nominal()) => start -= 1,
                Tag::Adverb if start < end && self.tag(start) == Some(Tag::Adjective) => start -= 1,
                Tag::Mark | Tag::Stop if self.is_inside_name(start - 1) => start -= 1,
                _ => break,
            }
        }
        (start < end && self.holds_noun(start..end)).then_some(start..end)
    }

    /// "Gov. Roe", "AT & T", "officials' wives".
    pub(super) fn is_inside_name(&self, i: usize) -> bool {
        let token = &self.tokens()[i];
        let glued = i > 0 && self.tokens()[i - 1].end == token.start;
        (token.is_mark('.') && glued && self.tokens()[i - 1].text.len() <= 5)
            || token.is_mark('&')
            || token.is_mark('@')
            || self.is_plural_possessive(i)
    }

    /// "a parents' group": an apostrophe, and no mark of a quotation.
    fn is_plural_possessive(&self, i: usize) -> bool {
        matches!(self.tokens()[i].text, "'" | "’") && i > 0 && {
            let owner = &self.tokens()[i - 1];
            owner.end == self.tokens()[i].start && owner.norm().ends_with('s') && !self.quoted(i - 1)
        }
    }

    fn holds_noun(&self, range: Range<usize>) -> bool {
        self.tokens()[range]
            .iter()
            .any(|t| t.tag.is_nominal() || matches!(t.tag, Tag::Pronoun | Tag::Contraction) || t.is_capitalized())
    }
}

/// Nobody that can be told apart from others, so never a named origin.
fn unresolved(pronoun: &Token<'_>) -> Source {
    Source { kind: SourceKind::Anonymous, name: pronoun.norm().to_owned(), role: None }
}
