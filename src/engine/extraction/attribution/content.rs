//! Where the content of a reporting verb stands: behind it, before it, or on both sides.

use std::ops::Range;

use super::{Frame, Scan, Speakers};
use crate::{
    domain::{Source, SourceKind},
    engine::{
        extraction::sources,
        text::{Class, Tag, TokenKind, lexicon::Report},
    },
};

/// A reporting verb with its subject.
pub(super) struct Cue {
    pub at: usize,
    pub class: Report,
    pub source: Option<Source>,
    /// Tokens of the subject; empty where it is not beside the verb.
    pub subject: Range<usize>,
    /// The subject stands behind the verb: `"…", said Roe`.
    pub inverted: bool,
}

/// Who was told, as far as it matters for the chain.
struct Recipient {
    end: usize,
    own_access: bool,
    upstream: Vec<Source>,
}

impl Scan<'_, '_> {
    /// The frame of a cue: where its content stands, and which words are its own.
    pub(super) fn with_content(&self, cue: Cue, speakers: &Speakers) -> Option<Frame> {
        match cue.class {
            Report::Lie => self.lied_about(cue),
            Report::Deny | Report::Reject => self.denied(cue),
            Report::Accuse => self.accused(cue),
            Report::Quote => self.cited(cue),
            _ => self.said(cue, speakers),
        }
    }

    /// Where a "told" goes on behind its recipient, who may be the outlet on the way, or this very outlet. `None` for an order
    /// ("told an envoy to meet").
    fn recipient(&self, after: usize, speakers: &Speakers) -> Option<Recipient> {
        let n = self.len();
        let (mut own_access, mut upstream) = (false, Vec::new());
        let content_begins = |j: usize| {
            let token = &self.tokens()[j];
            token.has(Class::That)
                || token.has(Class::TimeModifier)
                || matches!(token.tag, Tag::Preposition | Tag::Pronoun | Tag::To | Tag::Contraction)
                || token.tag.is_finite()
        };
        let end = (after..n)
            .find(|&j| {
                let token = &self.tokens()[j];
                (token.kind == TokenKind::Mark && !token.is_mark('@')) || (j > after && content_begins(j))
            })
            .unwrap_or(n);
        if self.tag(end) == Some(Tag::To) {
            return None;
        }
        let recipient = &self.tokens()[after..end];
        match self.classify(recipient) {
            Some(told) if told.kind == SourceKind::Outlet => {
                if sources::same_outlet(&told.name, self.draft.outlet, self.draft.domain) {
                    own_access = true;
                } else {
                    upstream.push(told);
                }
            }
            Some(told) if sources::same_outlet(&told.name, self.draft.outlet, self.draft.domain) => own_access = true,
            // "told Meridian": who is told, has a name and is nobody the article knows is an outlet.
            Some(told) if self.is_unknown_name(recipient, &told, speakers) => {
                upstream.push(Source { kind: SourceKind::Outlet, name: told.name, role: None });
            }
            _ => {}
        }
        Some(Recipient { end, own_access, upstream })
    }

    /// "lied about P", "lied when she said P".
    fn lied_about(&self, cue: Cue) -> Option<Frame> {
        let n = self.len();
        let Cue { at: i, class, source, subject, .. } = cue;
        let cue_start = subject.start.min(i);
        let after = i + 1;
        let (own_access, upstream) = (false, Vec::new());
        let about = (after..(after + 10).min(n))
            .find(|&j| self.has(j, Class::TopicPreposition) || self.has(j, Class::That) || self.tag(j) == Some(Tag::Relative))?;
        let content = about + 1..self.content_end(about + 1);
        (!content.is_empty()).then(|| Frame {
            class,
            source,
            upstream,
            own_access,
            cue: i..about + 1,
            words: vec![cue_start..about + 1],
            content: vec![content],
        })
    }

    /// "denied P", "rejected as false a report that P"; to reject a plan is no denial.
    fn denied(&self, cue: Cue) -> Option<Frame> {
        let n = self.len();
        let Cue { at: i, class, source, subject, .. } = cue;
        let cue_start = subject.start.min(i);
        let after = i + 1;
        let (own_access, upstream) = (false, Vec::new());
        let mut start = (after..n).find(|&j| self.tag(j) != Some(Tag::Adverb)).unwrap_or(n);
        // "denied on Monday that P"
        if self.tag(start) == Some(Tag::Preposition) && self.has(start + 1, Class::Calendar) {
            start += 2;
        }
        start += usize::from(self.has(start, Class::Calendar));
        let calls_false = |j: usize| self.has(j, Class::As) && self.has(j + 1, Class::FalseWord);
        let as_false = calls_false(start);
        let behind_noun = self.skip_claim_noun(start);
        let names_claim = behind_noun != start
            || as_false
            || (start..(start + 6).min(n)).any(|j| self.has(j, Class::ClaimNoun))
            || (start..(start + 14).min(n)).any(calls_false);
        if class == Report::Reject && !names_claim {
            return None;
        }
        start = if as_false { self.skip_claim_noun(start + 2) } else { behind_noun };
        start += usize::from(self.has(start, Class::That));
        // "P, the minister denied" does not occur; a denial without an object denies what was asked.
        let content = start..self.content_end(start);
        (content.len() > 1).then(|| Frame {
            class: Report::Deny,
            source,
            upstream,
            own_access,
            cue: i..i + 1,
            words: vec![cue_start..start],
            content: vec![content],
        })
    }

    /// "accused Y of P".
    fn accused(&self, cue: Cue) -> Option<Frame> {
        let n = self.len();
        let Cue { at: i, class, source, subject, .. } = cue;
        let cue_start = subject.start.min(i);
        let after = i + 1;
        let (own_access, upstream) = (false, Vec::new());
        let of = (after..(after + 12).min(n)).any(|j| self.has(j, Class::AccusationPreposition));
        // "acusó a Y de P"
        let after = after + usize::from(self.has(after, Class::RecipientPreposition));
        let content = after..self.content_end(after);
        (of && content.len() > 1).then(|| Frame {
            class,
            source,
            upstream,
            own_access,
            cue: i..i + 1,
            words: vec![cue_start..after],
            content: vec![content],
        })
    }

    /// "Reuters cited an official as saying P": the subject is on the way, the object is the source.
    fn cited(&self, cue: Cue) -> Option<Frame> {
        let n = self.len();
        let Cue { at: i, class, mut source, subject, .. } = cue;
        let cue_start = subject.start.min(i);
        // "citó a un funcionario"
        let after = i + 1 + usize::from(self.has(i + 1, Class::RecipientPreposition));
        let (mut own_access, mut upstream) = (false, Vec::new());
        let saying =
            (after..n).find(|&j| self.has(j, Class::As) && self.tag(j + 1) == Some(Tag::Gerund) && self.report(j + 1).is_some());
        let end = saying.unwrap_or_else(|| self.phrase_end(after));
        let cited = self.classify(&self.tokens()[after..end]);
        if let Some(outlet) = source.take().filter(|s| s.kind == SourceKind::Outlet) {
            if sources::same_outlet(&outlet.name, self.draft.outlet, self.draft.domain) {
                own_access = true
            } else {
                upstream.push(outlet)
            }
        }
        source = cited;
        let (words, content) = match saying {
            Some(at) => {
                let start = at + 2 + usize::from(self.has(at + 2, Class::That));
                (cue_start..start, vec![start..self.content_end(start)])
            }
            None => (i..end, [0..cue_start.min(i), end..n].into_iter().filter(|r| r.len() > 1).collect()),
        };
        (!content.is_empty()).then(|| Frame { class, source, upstream, own_access, cue: i..i + 1, words: vec![words], content })
    }

    /// "S said P", "P, S said", `"P1," S said. "P2"`.
    fn said(&self, cue: Cue, speakers: &Speakers) -> Option<Frame> {
        // "P, she said; Q": Q is another sentence in all but name.
        let parted = |j: &usize| self.is_mark(*j, ';') && !self.quoted(*j);
        let n = (cue.at..self.len()).find(parted).unwrap_or(self.len());
        let Cue { at: i, class, source, subject, inverted } = cue;
        let cue_start = subject.start.min(i);
        let after = if inverted { subject.end } else { i + 1 };
        let Recipient { end: after, own_access, upstream } = match class {
            Report::Tell => self.recipient(after, speakers)?,
            _ => Recipient { end: after, own_access: false, upstream: Vec::new() },
        };
        if let Some(frame) = self.interrupting(&subject, after) {
            return Some(Frame { class, source, upstream, own_access, cue: i..i + 1, ..frame });
        }
        let start = self.skip_adverbials(after);
        let that = usize::from(self.has(start, Class::That));
        let object = start + that;
        let left_start = self.left_content_start(cue_start);
        let left = left_start..cue_start;
        let left_holds = self.tokens()[left.clone()].iter().filter(|t| t.is_word()).count() > 1
            && (self.sentence.quoted[left.clone()].iter().any(|q| *q) || self.sentence.finite_in(left.clone(), false).is_some())
            && (cue_start == 0
                || self.is_mark(cue_start - 1, ',')
                || self.is_mark(cue_start - 1, '—')
                || self.tokens()[cue_start - 1].is_quote()
                || self.sentence.quoted[cue_start - 1]);
        let right_words = self.tokens()[object.min(n)..].iter().filter(|t| t.is_word()).count();
        let right_quoted = self.sentence.quoted[object.min(n)..].iter().any(|q| *q);
        // "declared himself mayor", "declared war" do what they say; a clause or a quotation must follow to make it a report.
        let reflexive = self.has(object, Class::Reflexive);
        let to_infinitive = matches!(class, Report::Think | Report::Hedge)
            && (object..n).any(|j| self.tag(j) == Some(Tag::To) || self.has(j, Class::As));
        let right_clause = right_words > 1
            && !reflexive
            && (that == 1 || right_quoted || self.sentence.finite_in(object..n, false).is_some() || to_infinitive);
        // `"Q", the official said, although declined to …`: behind a trailing frame only a quotation goes on being said.
        let left_quoted = self.sentence.quoted[left.clone()].iter().any(|q| *q) && cue_start > 0 && {
            let before = &self.tokens()[cue_start - 1];
            before.is_quote()
                || self.sentence.quoted[cue_start - 1]
                || before.is_mark('—')
                || (before.is_mark(',') && cue_start > 1 && self.tokens()[cue_start - 2].is_quote())
        };
        let trailing = (left_holds || left_quoted)
            && that == 0
            && (right_words < 2
                || (left_holds && !right_quoted && self.sentence.finite_in(start.min(n)..n, true).is_none())
                || left_quoted
                || inverted
                || self.tokens().get(start).is_some_and(|t| t.is_mark(',')) && !right_quoted
                || self.sentence.quoted[left.clone()].iter().filter(|q| **q).count() * 2 > left.len());
        // "In the days after the vote, the minister said P": what stands in front without a verb tells when, not what.
        let lead = self.clause_start(cue_start);
        // "Asked why P, he said Q": the question is not what he says.
        let asked = right_clause
            && that == 0
            && !left_quoted
            && matches!(self.tag(left.start), Some(Tag::Participle | Tag::Past))
            && self.tokens()[left.start].word.verb.as_ref().is_some_and(|verb| verb.report.is_some());
        let leading_words = asked
            || !left_holds
                && lead < cue_start
                && self.sentence.finite_in(lead..cue_start, false).is_none()
                && !self.sentence.quoted[lead..cue_start].iter().any(|q| *q);
        let trailing = trailing && !asked;
        let cue_start = if asked {
            left.start
        } else if leading_words {
            lead
        } else {
            cue_start
        };
        let mut content = Vec::new();
        let mut words = vec![cue_start..object.min(n).max(after)];
        if trailing {
            content.push(left);
            let clause_end = self.clauses.iter().filter(|c| c.range.contains(&i)).map(|c| c.range.end).min().unwrap_or(n);
            words[0] = cue_start..if right_quoted { after.min(n) } else { clause_end };
            if right_quoted {
                let quote_start = (after..n).find(|&j| self.sentence.quoted[j]).unwrap_or(n);
                content.push(quote_start..n);
            }
        } else if right_clause {
            content.push(object..self.content_end(object).min(n));
        } else {
            return None;
        }
        Some(Frame { class, source, upstream, own_access, cue: i..i + 1, words, content })
    }

    /// "The machines, she said, were repaired", "It is possible, she said, that P": content on both sides of a frame between
    /// commas.
    fn interrupting(&self, subject: &Range<usize>, after: usize) -> Option<Frame> {
        let open = subject.start.checked_sub(1).filter(|&j| self.is_mark(j, ',') && !self.quoted(j))?;
        let close = (after..self.len()).find(|&j| self.tag(j) != Some(Tag::Adverb)).filter(|&j| self.is_mark(j, ','))?;
        let (left, right) = (self.clause_start(open)..open, close + 1..self.len());
        if left.is_empty()
            || right.len() < 2
            || self.quoted(right.start)
            || self.is_quote(right.start)
            || self.any_quoted(left.clone())
        {
            return None;
        }
        let left_verb = self.sentence.finite_in(left.clone(), true).is_some();
        let goes_on =
            self.has(right.start, Class::That) || (!left_verb && self.sentence.finite_in(right.clone(), true).is_some());
        goes_on.then(|| {
            let words = vec![open..close + 1];
            Frame { words, content: vec![left, right], ..Frame::new(Report::Say, open..close) }
        })
    }

    /// A trailing frame reports what its own clauses say back to the sentence's start.
    fn left_content_start(&self, cue_start: usize) -> usize {
        if cue_start == 0 {
            0
        } else {
            let from = (0..cue_start).rev().find(|&j| self.is_mark(j, ';') && !self.quoted(j)).map_or(0, |j| j + 1);
            (from..cue_start).find(|&j| self.tokens()[j].is_word() || self.tokens()[j].is_quote()).unwrap_or(from)
        }
    }

    /// Over "on Wednesday", "last week", "in an interview with X", a comma or a colon, up to "that" or the content itself.
    fn skip_adverbials(&self, from: usize) -> usize {
        let n = self.len();
        let that = (from..(from + 22).min(n)).find(|&j| self.has(j, Class::That) && !self.sentence.quoted[j]);
        let adverbial = |j: usize| {
            matches!(self.tag(j), Some(Tag::Preposition | Tag::To | Tag::Adverb | Tag::Particle))
                || self.has(j, Class::TimeModifier)
                || self.has(j, Class::Calendar)
                || self.has(j, Class::DefiniteArticle) && self.has(j + 1, Class::Calendar)
        };
        if let Some(that) = that
            && self.sentence.finite_in(from..that, false).is_none()
            && (that == from || adverbial(from) || self.tokens()[from].is_capitalized() || self.is_mark(from, ','))
        {
            return that;
        }
        let mut at = from;
        while at < n {
            let opens_day = self.has(at, Class::TimeModifier) || self.has(at, Class::DefiniteArticle);
            let on_day = (self.tag(at) == Some(Tag::Preposition) || opens_day)
                && (self.has(at + 1, Class::Calendar) || self.has(at + 1, Class::Channel));
            let in_period = (self.has(at, Class::TimeModifier) || self.tag(at) == Some(Tag::Number))
                && (self.has(at + 1, Class::TimeSpan) || self.has(at + 1, Class::TimeModifier));
            let mark_before_content = (self.is_mark(at, ':') || self.is_mark(at, ','))
                && at + 1 < n
                && (self.quoted(at + 1) || self.is_quote(at + 1) || self.is_mark(at, ':'));
            if on_day || in_period {
                at += 2;
            } else if self.has(at, Class::Calendar) || self.has(at, Class::TimeSpan) || mark_before_content {
                at += 1;
            } else {
                break;
            }
        }
        at.min(n)
    }
}
