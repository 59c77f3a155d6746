//! Frames without a reporting verb: "according to X", "reports that P", "there is no evidence that P", "P is false".

use super::{Frame, Scan, Speakers};
use crate::{
    domain::{Source, SourceKind},
    engine::text::{
        Class, Tag, Token, TokenKind,
        lexicon::{PhraseList, Report},
    },
};

impl Scan<'_, '_> {
    /// How many words the phrase at `i` takes, where one of the list stands there.
    fn phrase_at(&self, i: usize, phrases: &PhraseList) -> Option<usize> {
        let opens = self.tokens().get(i)?.word.opens_phrase;
        opens.then(|| phrases.longest(|k| self.tokens().get(i + k).map(Token::norm))).flatten()
    }

    /// "according to NP", in front of its content or behind it.
    pub(super) fn source_phrase(&self, i: usize) -> Option<Frame> {
        let mut start = i + self.phrase_at(i, &self.sentence.lexicon.phrases.source)?;
        // "según informó X"
        start += usize::from(self.tag(start).is_some_and(Tag::is_finite) && self.report(start).is_some());
        let end = (start..self.len())
            .find(|&j| {
                let token = &self.tokens()[j];
                token.is_mark(',')
                    || token.is_mark(';')
                    || token.is_quote()
                    || (token.tag == Tag::Stop && j + 1 == self.len())
                    || (j > start + 1 && self.sentence.is_finite(j))
            })
            .unwrap_or(self.len());
        let source = self.classify(&self.tokens()[start..end])?;
        let words = i..end + usize::from(self.is_mark(end, ','));
        let content = [0..i, words.end..self.len()].into_iter().filter(|range| !range.is_empty()).collect();
        Some(Frame { source: Some(source), words: vec![words], content, ..Frame::new(Report::Say, i..start) })
    }

    /// "reports that P", "her belief that P", "amid claims by the ministry that P".
    pub(super) fn noun_cue(&self, i: usize, speakers: &Speakers) -> Option<Frame> {
        let lower = i == 0 || !self.tokens()[i].is_capitalized();
        if !(self.has(i, Class::ClaimNoun) && lower) || self.tokens()[i].tag.is_finite() {
            return None;
        }
        // "claims by the ministry that": who makes the claim stands between.
        let by = self.has(i + 1, Class::AgentPreposition) || self.tag(i + 1) == Some(Tag::Preposition);
        let that =
            (i + 1..(i + 8).min(self.len())).find(|&j| self.has(j, Class::That) && self.tag(j) != Some(Tag::Determiner))?;
        if !(that == i + 1 || (by && self.sentence.finite_in(i + 1..that, false).is_none())) {
            return None;
        }
        // "rejected claims that", "false reports that": the denial is the frame.
        let before = (i.saturating_sub(4)..i).rev().find(|&j| {
            !matches!(self.tag(j), Some(Tag::Determiner | Tag::Preposition | Tag::Adjective | Tag::Possessive | Tag::Genitive))
        });
        let false_word = (i.saturating_sub(2)..i).any(|j| self.has(j, Class::FalseWord));
        let denied = before.is_some_and(|j| matches!(self.report(j), Some(Report::Deny | Report::Reject | Report::Lie)));
        if denied || false_word {
            return None;
        }
        let owner = i.checked_sub(1).filter(|&j| self.tag(j) == Some(Tag::Genitive));
        let his = i.checked_sub(1).filter(|&j| self.tag(j) == Some(Tag::Possessive)).and_then(|_| speakers.person().cloned());
        let source = if that > i + 2 && by {
            self.classify(&self.tokens()[i + 2..that])
        } else if let Some(owner) = owner {
            self.classify(&self.tokens()[self.phrase_start(owner)..=owner])
        } else {
            his
        };
        let unnamed = || Source { kind: SourceKind::Document, name: self.tokens()[i].text.to_owned(), role: None };
        let start = that + 1;
        Some(Frame {
            source: Some(source.unwrap_or_else(unnamed)),
            words: vec![self.clause_start(i)..start],
            content: vec![start..self.content_end(start)],
            ..Frame::new(Report::Hedge, i..i + 1)
        })
    }

    /// Where the noun phrase that ends in `last` begins.
    pub(super) fn phrase_start(&self, last: usize) -> usize {
        (0..last)
            .rev()
            .take_while(|&j| {
                let token = &self.tokens()[j];
                token.tag.is_nominal() || matches!(token.tag, Tag::Adjective | Tag::Determiner | Tag::Genitive)
            })
            .last()
            .unwrap_or(last)
    }

    /// "there is no evidence that P", "P is false".
    pub(super) fn denial(&self, i: usize) -> Option<Frame> {
        let mut source = None;
        let mut words = Vec::new();
        let (cue, content) = match self.phrase_at(i, &self.sentence.lexicon.phrases.denial) {
            Some(length) => {
                let end = i + length;
                (i..end, end..self.content_end(end))
            }
            None => {
                let start = self.clause_start(i);
                let end = self.calls_false(i).or_else(|| self.is_rejected(start, i))?;
                if self.has(end, Class::AgentPreposition) {
                    let ends = |j: &usize| {
                        self.tag(*j) == Some(Tag::Mark) || self.tag(*j) == Some(Tag::Stop) || self.sentence.is_finite(*j)
                    };
                    let agent = end + 1..(end + 1..self.len()).find(ends).unwrap_or(self.len());
                    source = self.classify(&self.tokens()[agent.clone()]);
                    words.push(end..agent.end);
                }
                // "it is false" speaks of what was said before, and is handled with that.
                let names_nothing = self.tokens()[start..i].iter().filter(|t| t.is_word()).all(|t| {
                    matches!(t.tag, Tag::Pronoun | Tag::Relative | Tag::Contraction)
                        || t.has(Class::Demonstrative)
                        || t.has(Class::Coordinator)
                });
                if names_nothing {
                    return None;
                }
                (i..end, self.skip_claim_noun(start)..i)
            }
        };
        words.push(cue.clone());
        (content.len() > 1).then(|| Frame { source, words, content: vec![content], ..Frame::new(Report::Deny, cue) })
    }

    /// "Reports that P were denied", "talk of P has been rejected", "the report that P is wrong": where that ends. What is rejected
    /// must be a claim; bids and appeals are rejected too.
    fn is_rejected(&self, start: usize, i: usize) -> Option<usize> {
        if !(self.has(i, Class::Be) || self.has(i, Class::Have)) || !(start..i).any(|j| self.has(j, Class::ClaimNoun)) {
            return None;
        }
        let predicate = (i + 1..self.len()).find(|&j| self.tag(j) != Some(Tag::Adverb) && !self.has(j, Class::Be))?;
        let rejected = matches!(self.report(predicate), Some(Report::Deny | Report::Reject))
            && matches!(self.tag(predicate), Some(Tag::Participle | Tag::Past));
        let negated = self.tokens()[i..predicate].iter().any(|t| t.has(Class::Negation));
        ((rejected || self.has(predicate, Class::WrongWord)) && !negated).then_some(predicate + 1)
    }

    /// "is totally false", "was a hoax", "have been debunked", "is not true", "never happened": where that ends.
    fn calls_false(&self, i: usize) -> Option<usize> {
        if let Some(length) = self.phrase_at(i, &self.sentence.lexicon.phrases.falsehood) {
            return Some(i + length);
        }
        if !(self.has(i, Class::Be) || self.has(i, Class::Have)) {
            return None;
        }
        let predicate = (i + 1..self.len()).find(|&j| {
            let between = self.tag(j) == Some(Tag::Adverb) || self.tag(j) == Some(Tag::Determiner) || self.has(j, Class::Be);
            !between
        })?;
        let negated = self.tokens()[i..predicate].iter().any(|t| t.has(Class::Negation));
        // "is a lie detector", "is false teeth": the word itself must end its phrase.
        let ends = self.tokens().get(predicate + 1).is_none_or(|t| !t.tag.is_nominal() || t.kind == TokenKind::Mark);
        (self.has(predicate, Class::FalseWord) && ends && !negated).then_some(predicate + 1)
    }
}
