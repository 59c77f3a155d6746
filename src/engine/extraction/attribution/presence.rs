//! Whether a sentence holds attributed content at all, and who speaks each quotation in it.
//!
//! Wider than frames: thoughts, wishes, orders and judgements count (Pareti 2015), though none of them is a report of fact.
//! A cue counts only with what it takes beside it ("wants to leave", "worried about"), which is data like the cue itself.

use std::ops::Range;

use super::{Frame, Scan, Speakers};
use crate::engine::{
    extraction::{Draft, clauses::Sentence, sources},
    text::{Class, Tag, Token, TokenKind, lexicon::Report, quotes::Quotation},
};

/// Words of a quotation and who speaks them.
#[derive(Clone, Debug, PartialEq)]
pub struct SpokenQuotation {
    /// Bytes between the marks, as in the quotations given.
    pub inner: Range<usize>,
    pub speaker: Option<String>,
}

/// What a text ascribes to others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ascribed {
    pub attributed: bool,
    pub quotations: Vec<SpokenQuotation>,
}

/// How far behind its cue a clause may begin.
const CLAUSE_REACH: usize = 10;
/// A quotation with fewer words may be a title or a nickname.
const SHORT_QUOTATION: usize = 3;

/// Reads one sentence; `speakers` remembers who spoke in the ones before.
#[must_use]
pub fn ascribed(sentence: &Sentence<'_>, draft: &Draft<'_>, quotations: &[Quotation], speakers: &mut Speakers) -> Ascribed {
    let clauses = sentence.clauses();
    let before = speakers.clone();
    let frames = super::frames(sentence, &clauses, draft, speakers);
    let scan = Scan { sentence, clauses: &clauses, draft };
    let cues: Vec<usize> = (0..sentence.tokens.len()).filter(|&i| scan.is_cue(i)).collect();
    let (from, to) = sentence.place();
    let mut spoken: Vec<SpokenQuotation> = Vec::new();
    let mut quoted = false;
    for quotation in quotations.iter().filter(|q| q.inner.start < to && q.inner.end > from) {
        let inside: Vec<usize> =
            (0..sentence.tokens.len()).filter(|&i| quotation.inner.contains(&sentence.tokens[i].start)).collect();
        let Some((&first, &last)) = inside.first().zip(inside.last()) else { continue };
        let speaker = scan.speaker_of(first, last, &frames, &cues, &before);
        let said = speaker.is_some() || !scan.is_name_of_something(first, last);
        if said {
            quoted = true;
            spoken.push(SpokenQuotation { inner: quotation.inner.clone(), speaker });
        }
    }
    let continued = || {
        sentence.tokens.iter().enumerate().any(|(i, t)| {
            !sentence.quoted[i] && t.has(Class::FirstPerson) && !t.text.chars().all(char::is_uppercase) || t.text == "I"
        })
    };
    // A mark that closes what an earlier sentence opened.
    let closes =
        (0..sentence.tokens.len()).any(|i| matches!(sentence.tokens[i].text, "”" | "»") && (i == 0 || !sentence.quoted[i - 1]));
    let attributed = quoted || closes || !frames.is_empty() || !cues.is_empty() || scan.has_nominal_cue() || continued();
    Ascribed { attributed, quotations: spoken }
}

impl Scan<'_, '_> {
    /// A verb that ascribes something to its subject, with what it takes beside it.
    fn is_cue(&self, i: usize) -> bool {
        let token = &self.tokens()[i];
        let Some(verb) = token.word.verb.as_ref().filter(|verb| verb.report.is_some()) else { return false };
        if self.quoted(i) || !(token.tag.is_verb() || self.stands_as_verb(i)) {
            return false;
        }
        let takes = verb.complements;
        let next = self.skip_adverbs(i + 1);
        let passive = self.is_passive(i);
        let clause = || self.clause_begins(next);
        let quotation = || (next..(next + 8).min(self.len())).any(|j| self.is_quote(j) || self.quoted(j));
        let infinitive = |at: usize| {
            self.tag(at) == Some(Tag::To) && matches!(self.tag(self.skip_adverbs(at + 1)), Some(Tag::Infinitive | Tag::Noun))
        };
        let noun = || {
            matches!(
                self.tag(next),
                Some(
                    Tag::Determiner
                        | Tag::Possessive
                        | Tag::Noun
                        | Tag::Nouns
                        | Tag::Adjective
                        | Tag::Name
                        | Tag::Genitive
                        | Tag::Number
                )
            ) && !self.has(next, Class::Calendar)
                && !self.has(next, Class::TimeModifier)
        };
        let object_then_to = || {
            (next + 1..(next + CLAUSE_REACH).min(self.len()))
                .take_while(|&j| self.tokens()[j].kind != TokenKind::Mark)
                .any(infinitive)
        };
        let trailing = takes.clause && self.ends_frame(next) && self.content_before(i);
        takes.anything
            || (takes.clause && clause())
            || (takes.quotation && quotation())
            || (takes.question && (self.tag(next) == Some(Tag::Relative) || self.has(next, Class::Whether)))
            || (takes.infinitive && (infinitive(next) || passive && infinitive(next)))
            || (takes.order && (object_then_to() || passive && infinitive(next)))
            || (takes.noun && (noun() || passive))
            || (takes.preposition && (self.preposition_follows(next) || passive))
            || (takes.nothing && self.ends_frame(next))
            || trailing
    }

    /// Tagged as a noun, yet between a subject and a quotation, a clause or the end of its frame: `the mayor reports "…"`.
    fn stands_as_verb(&self, i: usize) -> bool {
        let form = self.tokens()[i].word.verb.as_ref().map(|verb| verb.form).unwrap_or_default();
        let subject = i > 0 && (matches!(self.tag(i - 1), Some(Tag::Name | Tag::Pronoun)) || self.is_quote(i - 1));
        subject && (form.past || form.third_person)
    }

    fn is_passive(&self, i: usize) -> bool {
        self.tokens()[i].tag == Tag::Participle
            && (i.saturating_sub(4)..i)
                .rev()
                .take_while(|&j| self.tokens()[j].kind != TokenKind::Mark)
                .any(|j| self.has(j, Class::Be))
    }

    fn skip_adverbs(&self, from: usize) -> usize {
        (from..self.len()).find(|&j| !matches!(self.tag(j), Some(Tag::Adverb | Tag::Particle))).unwrap_or(self.len())
    }

    fn preposition_follows(&self, at: usize) -> bool {
        let object = usize::from(self.tag(at) == Some(Tag::Pronoun));
        let end = (at..self.len())
            .find(|&j| self.tokens()[j].kind == TokenKind::Mark || self.sentence.is_finite(j))
            .unwrap_or(self.len());
        let reach = if object > 0 { at + 2 } else { at + 8 };
        (at..end.min(reach)).any(|j| self.has(j, Class::AccusationPreposition) || self.has(j, Class::TopicPreposition))
    }

    /// "that P", or a subject with its verb before anything else.
    fn clause_begins(&self, at: usize) -> bool {
        if self.has(at, Class::That) && self.tag(at) != Some(Tag::Determiner) {
            return true;
        }
        let subject = matches!(
            self.tag(at),
            Some(
                Tag::Determiner
                    | Tag::Possessive
                    | Tag::Pronoun
                    | Tag::Noun
                    | Tag::Nouns
                    | Tag::Adjective
                    | Tag::Name
                    | Tag::Genitive
                    | Tag::Number
                    | Tag::Contraction
                    | Tag::Gerund
            )
        );
        let end =
            (at..self.len()).find(|&j| self.tokens()[j].kind == TokenKind::Mark && !self.is_mark(j, '$')).unwrap_or(self.len());
        let verb = self.sentence.finite_in(at..end.min(at + CLAUSE_REACH), false);
        // "on Monday that P": the clause begins behind an adverbial.
        let that = (at..end.min(at + CLAUSE_REACH)).find(|&j| self.has(j, Class::That) && self.tag(j) == Some(Tag::Preposition));
        let plain = verb.is_some_and(|verb| {
            (verb > at || self.tag(at) == Some(Tag::Contraction))
                && !self.tokens()[at..verb]
                    .iter()
                    .any(|t| t.tag == Tag::Relative || t.has(Class::Coordinator) || t.tag == Tag::To)
        });
        that.is_some() || subject && plain
    }

    /// Nothing follows that belongs to the verb: "…, she said.", "…, she said on Monday".
    fn ends_frame(&self, at: usize) -> bool {
        self.tokens().get(at).is_none_or(|t| {
            t.kind == TokenKind::Mark
                || matches!(t.tag, Tag::Preposition | Tag::To | Tag::Gerund)
                || t.has(Class::Calendar)
                || t.has(Class::TimeModifier)
        })
    }

    /// A clause or a quotation and a mark stand in front of the verb's subject.
    fn content_before(&self, i: usize) -> bool {
        let mark =
            (0..i).rev().find(|&j| self.is_mark(j, ',') || self.is_quote(j) || self.is_mark(j, '—') || self.is_mark(j, '–'));
        mark.is_some_and(|mark| self.any_quoted(0..mark) || self.sentence.finite_in(0..mark, false).is_some())
    }

    /// "her belief that", "calls for", "worried about", "in his view", "reportedly".
    fn has_nominal_cue(&self) -> bool {
        (0..self.len()).any(|i| {
            if self.quoted(i) {
                return false;
            }
            let token = &self.tokens()[i];
            let that = self.has(i + 1, Class::That) && self.tag(i + 1) == Some(Tag::Preposition);
            let to = self.tag(i + 1) == Some(Tag::To) && self.tag(i + 2) == Some(Tag::Infinitive);
            let topic = self.has(i + 1, Class::TopicPreposition) || self.has(i + 1, Class::AccusationPreposition);
            let owned = i > 0 && matches!(self.tag(i - 1), Some(Tag::Genitive | Tag::Possessive))
                || i > 1 && matches!(self.tag(i - 2), Some(Tag::Genitive | Tag::Possessive));
            let noun = token.has(Class::CueNoun) && token.tag.is_nominal() && (that || to || topic || owned);
            let adjective = token.has(Class::CueAdjective) && !matches!(self.tag(i + 1), Some(Tag::Noun | Tag::Nouns)) && {
                let about = self.tag(i + 1) == Some(Tag::Preposition);
                let plain_clause = self.tag(i + 1) == Some(Tag::Pronoun);
                let linked = (i.saturating_sub(3)..i).any(|j| self.has(j, Class::Be) || self.tokens()[j].tag.is_verb());
                linked && (that || to || about || plain_clause)
            };
            let view =
                token.has(Class::InView) && owned && (i.saturating_sub(4)..i).any(|j| self.tag(j) == Some(Tag::Preposition));
            let adverb = token.has(Class::CueAdverb);
            noun || adjective || view || adverb
        })
    }

    /// Titles, nicknames, single scare words: `the film "Night Bus"`.
    fn is_name_of_something(&self, first: usize, last: usize) -> bool {
        let words: Vec<&Token<'_>> = self.tokens()[first..=last].iter().filter(|t| t.is_word()).collect();
        let finite = words.iter().any(|t| t.tag.is_finite());
        let capitals = words.iter().filter(|t| t.text.len() > 3).all(|t| t.is_capitalized()) && !words.is_empty();
        let ends_as_sentence = self.tokens()[last].kind == TokenKind::Mark;
        (capitals && !ends_as_sentence) || (words.len() < SHORT_QUOTATION && !finite && !ends_as_sentence)
    }

    /// Who speaks the quotation of tokens `first` to `last`: the source of the frame around it, or the subject of the nearest
    /// cue outside quotation marks.
    fn speaker_of(&self, first: usize, last: usize, frames: &[Frame], cues: &[usize], speakers: &Speakers) -> Option<String> {
        let covers = |frame: &&Frame| (first..=last).filter(|&i| frame.covers(i)).count() * 2 > last - first;
        let framed = frames.iter().rev().filter(covers).filter(|frame| frame.class != Report::Lie).find_map(|frame| {
            frame.source.as_ref().map(|source| source.name.clone()).or_else(|| self.subject_words(frame.cue.start, speakers))
        });
        framed.or_else(|| {
            let before = cues.iter().rev().find(|&&cue| cue < first && !self.sentence_break(cue, first));
            let behind = cues.iter().find(|&&cue| cue > last && cue - last < 2 * CLAUSE_REACH);
            let nearest = match (before, behind) {
                (Some(&before), Some(&behind)) if behind - last < first - before => Some(behind),
                (Some(&before), _) => Some(before),
                (None, behind) => behind.copied(),
            };
            nearest.and_then(|cue| self.subject_words(cue, speakers))
        })
    }

    fn sentence_break(&self, from: usize, to: usize) -> bool {
        (from..to).any(|i| self.is_mark(i, ';'))
    }

    /// The words of a cue's subject, a pronoun as it stands where the text does not say who that is.
    fn subject_words(&self, cue: usize, speakers: &Speakers) -> Option<String> {
        let (source, range) = self.subject(cue, speakers);
        if let Some(source) = source {
            return Some(source.name);
        }
        let pronoun = self.tokens()[range].iter().rfind(|t| t.tag == Tag::Pronoun || t.tag == Tag::Contraction)?;
        Some(sources::join(std::slice::from_ref(pronoun)))
    }
}
