//! Frames of reporting verbs: the verb, its subject on either side, and what kind of report it makes.

use std::ops::Range;

use super::{Frame, Scan, Speakers, content::Cue};
use crate::{
    domain::{Source, SourceKind},
    engine::text::{Class, Tag, Token, TokenKind, fold, lexicon::Report},
};

impl Scan<'_, '_> {
    pub(super) fn verb(&self, i: usize, found: &[Frame], speakers: &Speakers) -> Option<Frame> {
        let class = self.report(i)?;
        let tag = self.tokens()[i].tag;
        if class == Report::Quote && tag == Tag::Gerund {
            return self.citing(i);
        }
        if let Some(frame) = self.judged(i) {
            return Some(frame);
        }
        // "se negó a renunciar", "se declaró presidente": what one does, not what one says.
        let on_oneself = i > 0 && self.has(i - 1, Class::ReflexiveClitic);
        if on_oneself && matches!(class, Report::Deny | Report::Reject | Report::Announce) {
            return None;
        }
        if class == Report::Ascribe || found.iter().any(|frame| frame.owns(i)) {
            return None;
        }
        // "snapped up", "called off": with a particle it is another verb, unless a clause follows ("pointed out that").
        if self.tag(i + 1) == Some(Tag::Particle)
            && !self.clause_follows(i + 2)
            && !self.has(i + 2, Class::That)
            && !self.ends_sentence(i + 2)
        {
            return None;
        }
        let auxiliary = self.auxiliary_before(i);
        let passive = auxiliary.is_some_and(|j| self.has(j, Class::Be)) && tag == Tag::Participle;
        if passive && class != Report::Quote {
            return None;
        }
        let inverted = self.inverted(i, class);
        let to = i > 0 && self.tag(i - 1) == Some(Tag::To);
        let borrows = tag == Tag::Gerund && !auxiliary.is_some_and(|j| self.has(j, Class::Be)) || to;
        let carries = tag.is_finite() || tag == Tag::Gerund || to || auxiliary.is_some();
        if !(carries || inverted || self.could_be_finite(i)) {
            return None;
        }
        let (source, subject) = if inverted {
            let subject = self.inverted_subject(i);
            let end = subject.name.as_ref().map_or(subject.phrase.end, |name| name.end);
            (self.source_of(&subject, speakers), i + 1..end)
        } else if borrows {
            (self.outer_subject(i, found, to, speakers), i..i)
        } else {
            let (source, subject) = self.subject(i, speakers);
            let left_out = self.sentence.lexicon.grammar.drops_subjects && subject.is_empty() && tag.is_finite() && !on_oneself;
            let spoke_last = || speakers.last.as_ref().map(|last| last.source.clone());
            (source.or_else(|| left_out.then(spoke_last).flatten()), subject)
        };
        let frame = self.with_content(Cue { at: i, class, source, subject, inverted }, speakers)?;
        // "to pledge allegiance", "admitting defeat": only a clause or a quotation right behind makes these a report, or "accusing the
        // board of fraud".
        if borrows && (to || class != Report::Accuse) && !self.clause_follows(frame.words.last().map_or(i + 1, |words| words.end))
        {
            return None;
        }
        // What engineers find or show, the outlet tells as a fact; a study that finds it is a source.
        let people = |source: &Source| matches!(source.kind, SourceKind::Anonymous | SourceKind::Person);
        if class == Report::Show && frame.source.as_ref().is_some_and(people) {
            return None;
        }
        // A verb with neither a source nor an object clause is no report ("the report added weight").
        (frame.source.is_some() || frame.denies()).then_some(frame)
    }

    /// "was criticised by the council as flawed", "widely regarded as rigged": who is told to judge so, or "widely" that somebody does.
    fn judged(&self, i: usize) -> Option<Frame> {
        let verb = self.tokens()[i].word.verb.as_ref()?;
        let judges =
            matches!(verb.report, Some(Report::Ascribe | Report::Accuse | Report::Think)) && verb.complements.preposition;
        let active = self.auxiliary_before(i).is_some_and(|j| !self.has(j, Class::Be));
        if self.tokens()[i].tag != Tag::Participle || !judges || active {
            return None;
        }
        let clause = self.clauses.iter().filter(|clause| clause.range.contains(&i)).max_by_key(|clause| clause.range.start)?;
        let next = self.skip_adverbs(i + 1);
        let (source, words) = if self.has(next, Class::AgentPreposition) {
            let ends = |j: &usize| self.has(*j, Class::As) || self.sentence.is_finite(*j) || self.tag(*j) == Some(Tag::Mark);
            let end = (next + 1..clause.range.end).find(ends)?;
            (self.classify(&self.tokens()[next + 1..end])?, next..end)
        } else {
            let adverb = i.checked_sub(1).filter(|&j| self.has(j, Class::GeneralAdverb))?;
            (Source { kind: SourceKind::Anonymous, name: "unnamed".to_owned(), role: None }, adverb..i)
        };
        // "Turnout was low in an election widely regarded as rigged": the rest of the sentence is the writer's.
        let told = self.auxiliary_before(i).is_some() || self.sentence.finite_in(clause.range.start..i, true).is_none();
        let start = if told { clause.range.start } else { words.start };
        let content = vec![start..words.start, words.end..clause.range.end];
        let cue = if words.end == i { words.start..i + 1 } else { i..i + 1 };
        self.has(self.skip_adverbs(words.end.max(i + 1)), Class::As).then(|| Frame {
            source: Some(source),
            words: vec![words],
            content,
            ..Frame::new(Report::Say, cue)
        })
    }

    fn ends_sentence(&self, i: usize) -> bool {
        self.tokens().get(i).is_none_or(|t| t.kind == TokenKind::Mark)
    }

    /// The nearest auxiliary in front of a verb: "has repeatedly denied", "was widely reported".
    fn auxiliary_before(&self, i: usize) -> Option<usize> {
        let before = (0..i).rev().find(|&j| !matches!(self.tag(j), Some(Tag::Adverb)))?;
        let auxiliary = self.has(before, Class::Be) || self.has(before, Class::Have) || self.tag(before) == Some(Tag::Modal);
        (auxiliary || self.tag(before) == Some(Tag::Contraction)).then_some(before)
    }

    /// A tag may err on a form that is both: a reporting verb behind its subject and before its content is one.
    fn could_be_finite(&self, i: usize) -> bool {
        let finite = self.tokens()[i].word.verb.as_ref().is_some_and(|verb| {
            let form = verb.form;
            form.past || form.third_person
        });
        let subject = i > 0 && (self.tokens()[i - 1].tag.is_nominal() || self.tag(i - 1) == Some(Tag::Pronoun));
        finite && subject && (self.has(i + 1, Class::That) || self.is_quote(i + 1))
    }

    /// "…, adding that P", "went on to deny P": whoever spoke or acted in the clause around it.
    fn outer_subject(&self, i: usize, found: &[Frame], to: bool, speakers: &Speakers) -> Option<Source> {
        let main = self.clauses.iter().find(|c| c.range.contains(&i)).map_or(0, |c| c.range.start);
        let outer = found.last().filter(|_| !to).and_then(|frame| frame.source.clone());
        outer.or_else(|| self.borrowed_subject(i)).or_else(|| {
            self.sentence
                .finite_in(main..i, true)
                .or_else(|| self.sentence.finite_in(0..i, true))
                .and_then(|verb| self.subject(verb, speakers).0)
        })
    }

    /// "…, citing an official": the root of what the rest of the sentence says.
    fn citing(&self, i: usize) -> Option<Frame> {
        let end = self.phrase_end(i + 1);
        let source = self.classify(&self.tokens()[i + 1..end])?;
        let content: Vec<Range<usize>> = [0..i, end..self.len()].into_iter().filter(|range| range.len() > 2).collect();
        (!content.is_empty()).then(|| Frame {
            source: Some(source),
            words: vec![i..end],
            content,
            ..Frame::new(Report::Quote, i..i + 1)
        })
    }

    /// A name that the article has not introduced: who is told and has one is an outlet.
    pub(super) fn is_unknown_name(&self, recipient: &[Token<'_>], told: &Source, speakers: &Speakers) -> bool {
        let capital = recipient.iter().find(|t| t.is_word() && t.tag != Tag::Determiner).is_some_and(Token::is_capitalized);
        let title = recipient.iter().any(|t| t.has(Class::Title) || t.possessive);
        // "told Roe": the article has her in full, or has let her speak.
        let surname = !told.name.contains(' ') && speakers.full_names.contains_key(&fold(&told.name));
        let known = surname || speakers.person().is_some_and(|person| person.name == told.name);
        capital && !title && !known && matches!(told.kind, SourceKind::Organisation | SourceKind::Person)
    }

    /// `"…", said Jane Roe` and `…, said the minister`.
    pub(super) fn inverted(&self, i: usize, class: Report) -> bool {
        let Some(before) = i.checked_sub(1).map(|j| &self.tokens()[j]) else { return false };
        let behind_content = before.is_quote()
            || ((before.is_mark(',') || before.is_mark('—'))
                && (self.any_quoted(0..i)
                    || (class == Report::Say && self.tag(i + 1) == Some(Tag::Name))
                    || self.sentence.finite_in(self.clause_start(i)..i, false).is_some()));
        let start = self.inverted_start(i);
        let Some(next) = self.tokens().get(start).filter(|t| !t.is_quote()) else { return false };
        // `"…," said engineer Anna Holm`: behind a quotation any noun may begin the speaker.
        let noun = before.is_quote() && next.is_word() && !next.has(Class::Stopword);
        let names_somebody = noun
            || next.is_capitalized()
            || matches!(next.tag, Tag::Determiner | Tag::Possessive)
            || (before.is_quote() && next.tag == Tag::Pronoun);
        matches!(class, Report::Say | Report::Announce | Report::Hedge) && behind_content && names_somebody && {
            // "the envoy, Max Roe, said the vote failed": an object clause follows, the subject stands before.
            let end = self.phrase_end(start);
            self.sentence.finite_in(start..end.max(start), true).is_none()
                && (before.is_quote() || self.tokens().get(end).is_none_or(|t| t.kind == TokenKind::Mark))
        }
    }
}
