//! Whether a sentence holds attributed content at all, and who speaks each quotation in it.
//!
//! Wider than frames: thoughts, wishes, orders and judgements count (Pareti 2015), though none of them is a report of fact.
//! A cue counts only with what it takes beside it ("wants to leave", "worried about"), which is data like the cue itself.

use std::{ops::Range, rc::Rc};

use super::{Frame, Scan, Speakers};
use crate::engine::{
    extraction::{Draft, clauses::Sentence, sources},
    text::{
        Class, Tag, Token, TokenKind,
        lexicon::Report,
        quotes::{self, Quotation},
    },
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
/// Tokens between a cue and the quotation it leads in: `described it as "…"`.
const LEAD_IN: usize = 8;
const QUOTATION_REACH: usize = 8;
/// "was accused last night of".
const PASSIVE_REACH: usize = 4;
/// A quotation with fewer words may be a title or a nickname.
const SHORT_QUOTATION: usize = 3;

/// Reads one sentence; `speakers` remembers who spoke in the ones before.
#[must_use]
pub fn ascribed(sentence: &Sentence<'_>, draft: &Draft<'_>, quotations: &[Quotation], speakers: &mut Speakers) -> Ascribed {
    let clauses = sentence.clauses();
    let frames = super::frames(sentence, &clauses, draft, speakers);
    let cast = Rc::clone(&speakers.cast);
    let scan = Scan { sentence, clauses: &clauses, draft, cast: &cast };
    let cues: Vec<usize> = (0..sentence.tokens.len()).filter(|&i| scan.is_cue(i)).collect();
    let (from, to) = sentence.place();
    let mut spoken: Vec<SpokenQuotation> = Vec::new();
    let mut quoted = false;
    for quotation in quotes::within(quotations, from..to) {
        let inside: Vec<usize> =
            (0..sentence.tokens.len()).filter(|&i| quotation.inner.contains(&sentence.tokens[i].start)).collect();
        let Some((&first, &last)) = inside.first().zip(inside.last()) else { continue };
        let speaker = scan.speaker_of(first, last, &frames, &cues);
        // A title or a nickname is said by nobody, unless a cue stands right beside it; a word or two need a speaker.
        let named = scan.is_title(first, last);
        let beside = cues.iter().any(|&cue| (cue < first && first - cue <= 2) || (cue > last && cue - last <= QUOTATION_REACH));
        let speaker = speaker.filter(|_| !named || beside);
        let said = speaker.is_some() || !(named || scan.is_short(first, last));
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
        if self.quoted(i) || self.describes_noun(i) || !(token.tag.is_verb() || self.stands_as_verb(i)) {
            return false;
        }
        let takes = verb.complements;
        let next = self.skip_adverbs(i + 1);
        let passive = self.is_passive(i);
        // "called off", "wrote off": with a particle it is another verb, unless a clause follows ("pointed out that").
        let particle = (i + 1..next).any(|j| self.tag(j) == Some(Tag::Particle));
        let clause = takes.clause && (self.clause_begins(next) || self.gerund_object(next));
        if particle {
            return clause;
        }
        let infinitive = |at: usize| {
            self.tag(at) == Some(Tag::To) && matches!(self.tag(self.skip_adverbs(at + 1)), Some(Tag::Infinitive | Tag::Noun))
        };
        let object = |at: usize| {
            let nominal = self.opens_phrase(at) && self.tag(at) != Some(Tag::Pronoun);
            nominal && !self.has(at, Class::Calendar) && !self.has(at, Class::TimeModifier)
        };
        let object_then_to = || {
            let end = (next..self.len()).find(|&j| self.tokens()[j].kind == TokenKind::Mark).unwrap_or(self.len());
            (next + 1..end.min(next + CLAUSE_REACH)).any(infinitive)
        };
        takes.anything
            || clause
            || (takes.quotation && (next..(next + QUOTATION_REACH).min(self.len())).any(|j| self.is_quote(j) || self.quoted(j)))
            || (takes.question && (self.tag(next) == Some(Tag::Relative) || self.has(next, Class::Whether)))
            || (takes.infinitive && infinitive(next))
            || (takes.order && (object_then_to() || passive && infinitive(next)))
            || (takes.noun && !passive && object(next))
            || (takes.two_objects && self.two_objects(next))
            || (takes.preposition && self.preposition_follows(next, passive))
            || (takes.it && self.has(next, Class::GroupPronoun))
            || (takes.nothing && self.ends_frame(next))
            || (takes.clause && !passive && self.ends_frame(next) && self.content_before(i))
    }

    /// "the suggested price", "its claims department": beside a noun it only describes.
    fn describes_noun(&self, i: usize) -> bool {
        let before = i.checked_sub(1).and_then(|j| self.tag(j));
        let inside = matches!(before, Some(Tag::Determiner | Tag::Possessive | Tag::Genitive | Tag::Adjective | Tag::Number));
        let noun_behind = matches!(self.tag(i + 1), Some(Tag::Noun | Tag::Nouns | Tag::Adjective));
        inside && (noun_behind || self.tag(i) == Some(Tag::Third) || self.tag(i) == Some(Tag::Present))
    }

    /// "reported seeing him".
    fn gerund_object(&self, at: usize) -> bool {
        self.tag(at) == Some(Tag::Gerund) && !self.has(at, Class::LooseGerund)
    }

    /// "called the vote a sham", "labelled it illegal".
    fn two_objects(&self, at: usize) -> bool {
        if matches!(self.tag(at), Some(Tag::Pronoun)) {
            return matches!(self.tag(at + 1), Some(Tag::Determiner | Tag::Adjective | Tag::Possessive | Tag::Noun));
        }
        let noun = (at..(at + CLAUSE_REACH).min(self.len())).find(|&j| self.tokens()[j].tag.is_nominal());
        let behind =
            noun.map(|noun| (noun + 1..self.len()).find(|&j| !(self.tokens()[j].tag.is_nominal())).unwrap_or(self.len()));
        let second = |j: usize| matches!(self.tag(j), Some(Tag::Determiner | Tag::Adjective | Tag::Possessive));
        self.opens_phrase(at) && behind.is_some_and(second)
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

    pub(super) fn skip_adverbs(&self, from: usize) -> usize {
        (from..self.len()).find(|&j| !matches!(self.tag(j), Some(Tag::Adverb | Tag::Particle))).unwrap_or(self.len())
    }

    /// "of fraud", "the minister of fraud": at once, behind an object, or of a passive.
    fn preposition_follows(&self, at: usize, passive: bool) -> bool {
        let end = (at..self.len())
            .find(|&j| self.tokens()[j].kind == TokenKind::Mark || self.sentence.is_finite(j))
            .unwrap_or(self.len())
            .min(at + if passive { PASSIVE_REACH } else { CLAUSE_REACH });
        (at..end).any(|j| self.has(j, Class::CuePreposition) && matches!(self.tag(j), Some(Tag::Preposition | Tag::To)))
            && !(self.tag(at) == Some(Tag::To) && self.tag(at + 1) == Some(Tag::Infinitive))
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
            // "a belief among mayors that P"
            let that = (i + 1..(i + 7).min(self.len()))
                .take_while(|&j| !self.sentence.is_finite(j) && self.tokens()[j].kind != TokenKind::Mark)
                .any(|j| self.has(j, Class::That) && self.tag(j) == Some(Tag::Preposition));
            let to = self.tag(i + 1) == Some(Tag::To) && self.tag(i + 2) == Some(Tag::Infinitive);
            let topic = self.has(i + 1, Class::TopicPreposition) || self.has(i + 1, Class::AccusationPreposition);
            let owned = i > 0 && matches!(self.tag(i - 1), Some(Tag::Genitive | Tag::Possessive))
                || i > 1 && matches!(self.tag(i - 2), Some(Tag::Genitive | Tag::Possessive));
            let compound = matches!(self.tag(i + 1), Some(Tag::Noun | Tag::Nouns));
            let noun = token.has(Class::CueNoun) && token.tag.is_nominal() && !compound && (that || to || topic || owned);
            let adjective = token.has(Class::CueAdjective) && !matches!(self.tag(i + 1), Some(Tag::Noun | Tag::Nouns)) && {
                let about = self.tag(i + 1) == Some(Tag::Preposition);
                let plain_clause = self.tag(i + 1) == Some(Tag::Pronoun);
                // "was sure that", and in apposition "residents, fearful that".
                let linked = (i.saturating_sub(3)..i)
                    .any(|j| self.has(j, Class::Be) || self.tokens()[j].tag.is_verb() || self.is_mark(j, ','));
                linked && (that || to || about || plain_clause)
            };
            let view =
                token.has(Class::InView) && owned && (i.saturating_sub(4)..i).any(|j| self.tag(j) == Some(Tag::Preposition));
            let adverb = token.has(Class::CueAdverb);
            noun || adjective || view || adverb
        })
    }

    /// `the film "Night Bus"`: capitals throughout, and no sentence.
    fn is_title(&self, first: usize, last: usize) -> bool {
        let mut long = self.tokens()[first..=last].iter().filter(|t| t.is_word() && t.text.len() > 3).peekable();
        self.tokens()[last].tag != Tag::Stop && long.peek().is_some() && long.all(Token::is_capitalized)
    }

    fn is_short(&self, first: usize, last: usize) -> bool {
        let tokens = &self.tokens()[first..=last];
        let words = tokens.iter().filter(|t| t.is_word()).count();
        words < SHORT_QUOTATION && tokens.iter().all(|t| !t.tag.is_finite() && t.tag != Tag::Stop)
    }

    /// Who speaks the quotation of tokens `first` to `last`: whoever stands beside it with a verb, else the source of the frame
    /// around it, else the subject of the nearest cue before it.
    fn speaker_of(&self, first: usize, last: usize, frames: &[Frame], cues: &[usize]) -> Option<String> {
        let covers = |frame: &&Frame| (first..=last).filter(|&i| frame.covers(i)).count() * 2 > last - first;
        // "said she planned to do so “before lunch”": what one plans is put in words by whoever reports it.
        let in_words = |cue: usize| {
            let takes = self.tokens()[cue].word.verb.as_ref().map(|verb| verb.complements).unwrap_or_default();
            let puts = takes.quotation || takes.two_objects || takes.preposition || takes.it;
            puts || !frames.iter().any(|frame| frame.covers(cue) && frame.class != Report::Think)
        };
        let before = || cues.iter().rev().find(|&&cue| cue < first && !self.parted(cue, first) && in_words(cue)).copied();
        let led_in =
            || before().filter(|&cue| first - cue <= LEAD_IN && !(cue..first).any(|j| self.is_mark(j, ',') && j + 2 < first));
        led_in()
            .and_then(|cue| self.mention(cue))
            .or_else(|| self.speaker_behind(last))
            .or_else(|| self.speaker_at_colon(first))
            .or_else(|| self.owner_of_cue_noun(first))
            .or_else(|| {
                let frame = frames.iter().rev().filter(covers).find(|frame| frame.class != Report::Lie)?;
                self.mention(frame.cue.start).or_else(|| frame.source.as_ref().map(|source| source.name.clone()))
            })
            .or_else(|| before().and_then(|cue| self.mention(cue)))
            .or_else(|| cues.iter().find(|&&cue| cue > last && cue - last <= CLAUSE_REACH).and_then(|&cue| self.mention(cue)))
    }

    /// `"…," muttered the mayor` and `"…," the mayor shrugged`: behind a quotation that ends in a mark any verb speaks.
    fn speaker_behind(&self, last: usize) -> Option<String> {
        let ends_in_mark = self.tokens()[last].kind == TokenKind::Mark;
        let mut at = last + 1;
        while self.is_quote(at) {
            at += 1;
        }
        let comma = self.is_mark(at, ',');
        at += usize::from(comma);
        if !(ends_in_mark || comma) || at >= self.len() || self.quoted(at) {
            return None;
        }
        let acts = |j: usize| !(self.has(j, Class::Be) || self.has(j, Class::Have) || self.has(j, Class::Do));
        let verb = matches!(self.tag(at), Some(Tag::Past | Tag::Third | Tag::Participle | Tag::Present)) && acts(at);
        if verb && self.opens_phrase(at + 1) && (self.tag(at + 1) != Some(Tag::Number) || self.has(at + 2, Class::Of)) {
            let subject = self.inverted_subject(at);
            return self.words_of(subject.name.unwrap_or(subject.phrase));
        }
        let end = (at..self.len()).find(|&j| self.quoted(j) || self.is_quote(j)).unwrap_or(self.len());
        let verb = (at..end).find(|&j| {
            self.sentence.is_finite(j) || self.tokens()[j].word.verb.as_ref().is_some_and(|v| v.form.past && v.report.is_some())
        })?;
        // "…”, a phrase he has used": the speaker begins right behind the quotation.
        self.subject_of_verb(verb).filter(|subject| subject.phrase.start == at).and_then(|_| self.mention(verb))
    }

    /// `@handle: "…"`, `Roe shrugged: "…"`.
    fn speaker_at_colon(&self, first: usize) -> Option<String> {
        let colon = (0..first).rev().find(|&j| !self.is_quote(j)).filter(|&j| self.is_mark(j, ':'))?;
        let from = (0..colon).rev().find(|&j| self.quoted(j) || self.tokens()[j].tag == Tag::Stop).map_or(0, |j| j + 1);
        match (from..colon).rev().find(|&j| self.sentence.is_finite(j)) {
            Some(verb) => self.mention(verb),
            None => self
                .is_name(&(from..colon))
                .then(|| sources::join(&self.tokens()[from..colon]))
                .or_else(|| self.tokens()[from..colon].first().filter(|t| t.text.starts_with('@')).map(|t| t.text.to_owned())),
        }
    }

    /// "Roe's criticism that …", "in her view, …": whose it is.
    fn owner_of_cue_noun(&self, first: usize) -> Option<String> {
        let owner_of = |noun: usize| {
            (noun.saturating_sub(2)..noun).rev().find(|&i| matches!(self.tag(i), Some(Tag::Genitive | Tag::Possessive)))
        };
        let owner = (0..first)
            .rev()
            .filter(|&i| !self.quoted(i) && (self.has(i, Class::CueNoun) || self.has(i, Class::InView)))
            .find_map(|noun| owner_of(noun).map(|owner| (noun, owner)))?;
        let (noun, owner) = owner;
        if !self.has(noun, Class::InView) && self.sentence.finite_in(0..owner, true).is_some() {
            return None;
        }
        match self.tag(owner) {
            Some(Tag::Possessive) => Some(self.tokens()[owner].text.to_owned()),
            _ => Some(sources::join(&self.tokens()[self.phrase_start(owner)..=owner])),
        }
    }

    /// The subject of a cue as the text puts it: a name without its titles, a pronoun as it stands.
    fn mention(&self, cue: usize) -> Option<String> {
        let subject = if self.report(cue).is_some_and(|class| self.inverted(cue, class)) {
            self.inverted_subject(cue)
        } else if self.tag(cue) == Some(Tag::Gerund) && !(cue > 0 && self.has(cue - 1, Class::Be)) {
            // "X said P, adding": whoever reports before, else whoever acts in the clause before.
            let finite = |j: &usize| !self.quoted(*j) && self.sentence.is_finite(*j);
            let reports = |j: &usize| self.report(*j).is_some();
            let verb = (0..cue)
                .find(|j| finite(j) && reports(j) && !self.in_relative(*j))
                .or_else(|| (0..cue).find(|j| finite(j) && !self.in_relative(*j)))?;
            self.subject_of_verb(verb)?
        } else if self.is_passive(cue) {
            return None;
        } else {
            self.subject_of_verb(cue)?
        };
        self.words_of(subject.name.unwrap_or(subject.phrase))
    }

    /// Behind "who" or "whose" in its part of the sentence.
    fn in_relative(&self, i: usize) -> bool {
        (0..i).rev().take_while(|&j| !self.is_mark(j, ',')).any(|j| self.tag(j) == Some(Tag::Relative))
    }

    fn words_of(&self, phrase: Range<usize>) -> Option<String> {
        let tokens = &self.tokens()[phrase];
        if let [pronoun] = tokens
            && matches!(pronoun.tag, Tag::Pronoun | Tag::Contraction | Tag::Possessive)
        {
            // "they've": the pronoun without its verb.
            let end = pronoun.text.find(['\'', '’']).unwrap_or(pronoun.text.len());
            return Some(pronoun.text[..end].to_owned());
        }
        let described = || tokens.iter().any(Token::is_word).then(|| sources::join(tokens));
        self.classify(tokens).map(|source| source.name).or_else(described)
    }

    /// Something between two places that parts sentences in all but name.
    fn parted(&self, from: usize, to: usize) -> bool {
        (from..to).any(|i| self.is_mark(i, ';'))
    }
}
