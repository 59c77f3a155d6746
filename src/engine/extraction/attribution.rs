//! Finds the reporting frames of a sentence: who says what, through whom, and whether he denies it.
//!
//! Source, cue and content as in Pareti (2015). A frame's content is a set of token ranges; frames nest by containment, so
//! that the chain of a claim reads from the nearest source inwards to the root.

mod content;
mod phrases;
mod presence;
mod speakers;
mod subject;
mod upstream;
mod verbs;

use std::{ops::Range, rc::Rc};

pub use self::{
    presence::{Ascribed, SpokenQuotation, ascribed},
    speakers::{Speaker, Speakers},
};

use super::{
    Draft,
    cast::Cast,
    clauses::{Clause, Opener, Sentence},
    sources,
};
use crate::{
    domain::{Source, SourceKind},
    engine::text::{Class, Lexicon, Registry, Tag, Token, TokenKind, lexicon::Report},
};

#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    pub class: Report,
    pub source: Option<Source>,
    /// Outlets named on the way: "told Reuters", "published by the Example Times".
    pub upstream: Vec<Source>,
    /// The outlet that publishes is the one who was told.
    pub own_access: bool,
    pub cue: Range<usize>,
    /// Tokens that belong to the frame and not to what is said.
    pub words: Vec<Range<usize>>,
    pub content: Vec<Range<usize>>,
}

impl Frame {
    fn new(class: Report, cue: Range<usize>) -> Self {
        Self { class, source: None, upstream: Vec::new(), own_access: false, cue, words: Vec::new(), content: Vec::new() }
    }

    fn leave_out(&mut self, hole: &Range<usize>) {
        if hole.contains(&self.cue.start) {
            return;
        }
        let parts = |range: Range<usize>| {
            [range.start..range.end.min(hole.start), range.start.max(hole.end)..range.end]
                .into_iter()
                .filter(|part| !part.is_empty())
        };
        self.words = std::mem::take(&mut self.words).into_iter().flat_map(parts).collect();
    }

    #[must_use]
    pub fn denies(&self) -> bool {
        matches!(self.class, Report::Deny | Report::Reject | Report::Lie)
    }

    #[must_use]
    pub fn covers(&self, token: usize) -> bool {
        self.content.iter().any(|range| range.contains(&token))
    }

    #[must_use]
    pub fn owns(&self, token: usize) -> bool {
        self.words.iter().any(|range| range.contains(&token))
    }
}

/// All frames of one sentence, outer ones first.
#[must_use]
pub fn frames(sentence: &Sentence<'_>, clauses: &[Clause], draft: &Draft<'_>, speakers: &mut Speakers) -> Vec<Frame> {
    let cast = Rc::clone(&speakers.cast);
    let scan = Scan { sentence, clauses, draft, cast: &cast };
    let mut found: Vec<Frame> = Vec::new();
    for (i, token) in sentence.tokens.iter().enumerate() {
        if sentence.quoted[i] || !may_open_frame(token) {
            continue;
        }
        let taken = found.iter().any(|frame| frame.owns(i));
        let frame = scan
            .source_phrase(i)
            .or_else(|| scan.noun_cue(i, speakers).filter(|_| !taken))
            .or_else(|| scan.denial(i).filter(|_| !taken))
            .or_else(|| scan.verb(i, &found, speakers));
        let Some(mut frame) = frame else { continue };
        scan.name_upstreams(&mut frame);
        frame.source = frame.source.take().map(|source| scan.resolve(source, &mut frame.upstream, speakers));
        if frame.class != Report::Lie
            && let Some(source) = &frame.source
            && !matches!(source.kind, SourceKind::Document)
            && !is_pronoun(source, sentence.lexicon)
        {
            speakers.remember(source, &frame.upstream);
        }
        // "Roe, who joined the firm in May, said": what the relative clause tells is the writer's.
        for hole in clauses.iter().filter_map(|clause| clause.hole.as_ref()) {
            frame.leave_out(hole);
        }
        found.push(frame);
    }
    // Outer frames hold more of the sentence.
    found.sort_by_key(|frame| {
        (std::cmp::Reverse(frame.content.iter().map(ExactSizeIterator::len).sum::<usize>()), frame.cue.start)
    });
    found
}

/// Whether a frame can have its cue here: most tokens end at this question.
fn may_open_frame(token: &Token<'_>) -> bool {
    let word = token.word;
    word.opens_phrase
        || [Class::ClaimNoun, Class::Be, Class::Have].iter().any(|class| word.is(*class))
        || word.verb.as_ref().is_some_and(|verb| verb.report.is_some())
}

/// A pronoun that stands for nobody known: nobody to come back to.
fn is_pronoun(source: &Source, lexicon: &Lexicon) -> bool {
    lexicon.is(&source.name, Class::PersonalPronoun) || lexicon.is(&source.name, Class::GroupPronoun)
}

/// One sentence while its frames are looked for.
struct Scan<'s, 't> {
    sentence: &'s Sentence<'t>,
    clauses: &'s [Clause],
    draft: &'s Draft<'s>,
    cast: &'s Cast,
}

impl<'t> Scan<'_, 't> {
    fn tokens(&self) -> &[Token<'t>] {
        &self.sentence.tokens
    }

    fn registry(&self) -> &Registry {
        self.draft.registry()
    }

    fn classify(&self, phrase: &[Token<'_>]) -> Option<Source> {
        sources::classify(phrase, self.registry(), self.sentence.lexicon, self.cast)
    }

    fn has(&self, i: usize, class: Class) -> bool {
        self.sentence.has(i, class)
    }

    fn tag(&self, i: usize) -> Option<Tag> {
        self.sentence.tag(i)
    }

    fn is_mark(&self, i: usize, mark: char) -> bool {
        self.sentence.is_mark(i, mark)
    }

    fn is_quote(&self, i: usize) -> bool {
        self.tokens().get(i).is_some_and(Token::is_quote)
    }

    fn quoted(&self, i: usize) -> bool {
        self.sentence.quoted.get(i).copied().unwrap_or(false)
    }

    fn any_quoted(&self, range: Range<usize>) -> bool {
        self.sentence.quoted[range].iter().any(|q| *q)
    }

    fn report(&self, i: usize) -> Option<Report> {
        self.tokens().get(i)?.word.verb.as_ref()?.report
    }

    fn len(&self) -> usize {
        self.tokens().len()
    }

    fn clause_start(&self, i: usize) -> usize {
        self.clauses.iter().filter(|c| c.range.contains(&i)).map(|c| c.range.start).max().unwrap_or(0)
    }

    /// Where content that begins at `from` ends: the sentence's end, an aside of the writer ("even though …"), or the main
    /// clause behind a leading "While X has said P, …".
    fn content_end(&self, from: usize) -> usize {
        self.clauses
            .iter()
            .filter(|c| {
                matches!(c.opener, Opener::Concession | Opener::Main)
                    && c.range.start > from
                    && !self.sentence.quoted[c.range.start]
            })
            .map(|c| c.range.start)
            .min()
            .unwrap_or(self.len())
    }

    /// "the claim that P" → P; where there is no noun for something said, `from` itself.
    fn skip_claim_noun(&self, from: usize) -> usize {
        let describes = |i: usize| {
            matches!(self.tag(i), Some(Tag::Determiner | Tag::Adjective | Tag::Possessive | Tag::Participle | Tag::Conjunction))
                || self.has(i, Class::As)
                || self.has(i, Class::FalseWord)
                || (self.tag(i) == Some(Tag::Noun) && self.has(i + 1, Class::ClaimNoun))
        };
        let at = (from..self.len()).find(|&i| self.has(i, Class::ClaimNoun) || !describes(i)).unwrap_or(from);
        let content_follows = self.has(at + 1, Class::That) || self.has(at + 1, Class::TopicPreposition);
        if self.has(at, Class::ClaimNoun) && content_follows { at + 2 } else { from }
    }

    /// Whether what is said follows: "that P", a quotation, or a subject with its verb.
    fn clause_follows(&self, from: usize) -> bool {
        self.has(from.wrapping_sub(1), Class::That)
            || self.quoted(from)
            || self.is_quote(from)
            || self.sentence.finite_in(from..(from + 6).min(self.len()), true).is_some_and(|verb| {
                verb > from
                    && !self.tokens()[from..verb].iter().any(|t| t.has(Class::Coordinator) || t.is_mark(',') || t.tag == Tag::To)
            })
    }

    /// End of the noun phrase at `from`: a comma, a stop, a quotation mark or a verb.
    fn phrase_end(&self, from: usize) -> usize {
        (from..self.len())
            .find(|&j| {
                let t = &self.tokens()[j];
                t.kind == TokenKind::Mark && !t.is_mark('(') && !(j > from && self.is_inside_name(j))
                    || self.sentence.is_finite(j)
            })
            .unwrap_or(self.len())
    }
}
