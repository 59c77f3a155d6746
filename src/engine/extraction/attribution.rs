//! Finds the reporting frames of a sentence: who says what, through whom, and whether he denies it.
//!
//! Source, cue and content as in Pareti (2015). A frame's content is a set of token ranges; frames nest by containment, so
//! that the chain of a claim reads from the nearest source inwards to the root.

mod content;
mod speakers;
mod subject;
mod upstream;

use std::ops::Range;

use self::content::Cue;
pub use self::speakers::{Speaker, Speakers};

use super::{
    Draft,
    clauses::{Clause, Opener, Sentence},
    sources,
};
use crate::{
    domain::{Source, SourceKind},
    engine::text::{
        Class, Lexicon, Registry, Token,
        lexicon::{DenialSide, Report},
    },
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

/// Nouns for something said: "reports that P", "the claim that P".
const CLAIM_NOUNS: &[&str] = &[
    "claim",
    "claims",
    "report",
    "reports",
    "allegation",
    "allegations",
    "accusation",
    "accusations",
    "suggestion",
    "suggestions",
    "rumor",
    "rumors",
    "rumour",
    "rumours",
    "charge",
    "charges",
    "assertion",
    "assertions",
    "notion",
    "story",
    "stories",
    "speculation",
    "news",
];
const BE: &[&str] = &["is", "are", "was", "were", "be", "been", "being", "am"];

/// All frames of one sentence, outer ones first.
#[must_use]
pub fn frames(sentence: &Sentence<'_>, clauses: &[Clause], draft: &Draft<'_>, speakers: &mut Speakers) -> Vec<Frame> {
    let scan = Scan { sentence, clauses, draft };
    let mut found: Vec<Frame> = Vec::new();
    for i in 0..sentence.tokens.len() {
        if sentence.quoted[i] {
            continue;
        }
        let taken = found.iter().any(|frame| frame.owns(i));
        let frame = scan
            .according_to(i)
            .or_else(|| scan.reports_that(i).filter(|_| !taken))
            .or_else(|| scan.denial_phrase(i).filter(|_| !taken))
            .or_else(|| scan.verb(i, &found, speakers));
        let Some(mut frame) = frame else { continue };
        scan.name_upstreams(&mut frame);
        frame.source = frame.source.take().map(|source| scan.resolve(source, &mut frame.upstream, speakers));
        if frame.class != Report::Lie
            && let Some(source) = &frame.source
            && !matches!(source.kind, SourceKind::Document)
        {
            speakers.remember(source, &frame.upstream);
        }
        found.push(frame);
    }
    // Outer frames hold more of the sentence.
    found.sort_by_key(|frame| {
        (std::cmp::Reverse(frame.content.iter().map(ExactSizeIterator::len).sum::<usize>()), frame.cue.start)
    });
    found
}

struct Scan<'s, 't> {
    sentence: &'s Sentence<'t>,
    clauses: &'s [Clause],
    draft: &'s Draft<'s>,
}

impl<'t> Scan<'_, 't> {
    fn tokens(&self) -> &[Token<'t>] {
        &self.sentence.tokens
    }

    fn registry(&self) -> &Registry {
        self.draft.registry()
    }

    fn classify(&self, phrase: &[Token<'_>]) -> Option<Source> {
        sources::classify(phrase, self.registry())
    }

    fn norm(&self, i: usize) -> &str {
        self.tokens().get(i).map_or("", |t| t.norm())
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

    /// "according to NP", in front of its content or behind it.
    fn according_to(&self, i: usize) -> Option<Frame> {
        if !(self.norm(i) == "according" && self.norm(i + 1) == "to") {
            return None;
        }
        let start = i + 2;
        let end = (start..self.len())
            .find(|&j| {
                self.tokens()[j].is_mark(',')
                    || self.tokens()[j].is_mark(';')
                    || self.tokens()[j].is_mark('.') && j + 1 == self.len()
                    || self.tokens()[j].is_quote()
                    || (j > start + 1 && self.sentence.is_finite(j))
            })
            .unwrap_or(self.len());
        let source = self.classify(&self.tokens()[start..end])?;
        let comma = usize::from(self.tokens().get(end).is_some_and(|t| t.is_mark(',')));
        let words = i..end + comma;
        let content = [0..i, words.end..self.len()].into_iter().filter(|range| !range.is_empty()).collect();
        Some(Frame {
            class: Report::Say,
            source: Some(source),
            upstream: Vec::new(),
            own_access: false,
            cue: i..i + 2,
            words: vec![words],
            content,
        })
    }

    /// "reports that P", "amid claims that P": somebody unnamed says so.
    fn reports_that(&self, i: usize) -> Option<Frame> {
        if !(CLAIM_NOUNS.contains(&self.norm(i)) && self.norm(i + 1) == "that") || self.tokens()[i].is_capitalized() && i > 0 {
            return None;
        }
        // "rejected claims that", "false reports that": the denial is the frame.
        let before = (i.saturating_sub(4)..i).rev().find(|&j| {
            !matches!(
                self.norm(j),
                "the" | "a" | "an" | "any" | "all" | "such" | "these" | "those" | "of" | "as" | "false" | "untrue"
            )
        });
        let denied = before.is_some_and(|j| {
            let class = Lexicon::english().verb(self.norm(j)).and_then(|verb| verb.report);
            matches!(class, Some(Report::Deny | Report::Reject | Report::Lie)) || matches!(self.norm(j), "fake" | "bogus")
        });
        if denied {
            return None;
        }
        let source = Source { kind: SourceKind::Document, name: self.tokens()[i].text.to_owned(), role: None };
        let start = i + 2;
        let words = self.clause_start(i)..start;
        Some(Frame {
            class: Report::Hedge,
            source: Some(source),
            upstream: Vec::new(),
            own_access: false,
            cue: i..i + 1,
            words: vec![words],
            content: vec![start..self.content_end(start)],
        })
    }

    /// "there is no evidence that P", "P is false".
    fn denial_phrase(&self, i: usize) -> Option<Frame> {
        let (phrase, side) = Lexicon::english()
            .denials
            .iter()
            .find(|(phrase, _)| phrase.iter().enumerate().all(|(k, word)| self.norm(i + k) == word))?;
        let cue = i..i + phrase.len();
        let content = match side {
            DenialSide::After => cue.end..self.content_end(cue.end),
            DenialSide::Before => {
                let start = self.clause_start(i);
                // "it is false" speaks of what was said before, and is handled with that.
                let subject = &self.tokens()[start..i];
                let pronoun = subject
                    .iter()
                    .filter(|t| t.is_word())
                    .all(|t| matches!(t.norm(), "it" | "this" | "that" | "he" | "which" | "but" | "and" | "they" | "these"));
                if pronoun {
                    return None;
                }
                self.skip_claim_noun(start)..i
            }
        };
        (content.len() > 1).then(|| Frame {
            class: Report::Deny,
            source: None,
            upstream: Vec::new(),
            own_access: false,
            words: vec![cue.clone()],
            cue,
            content: vec![content],
        })
    }

    /// "the claim that P" → P.
    fn skip_claim_noun(&self, from: usize) -> usize {
        let mut at = from;
        while matches!(
            self.norm(at),
            "the"
                | "any"
                | "all"
                | "a"
                | "an"
                | "such"
                | "these"
                | "those"
                | "earlier"
                | "as"
                | "false"
                | "media"
                | "recent"
                | "widespread"
                | "and"
                | "but"
        ) {
            at += 1;
        }
        if CLAIM_NOUNS.contains(&self.norm(at)) && matches!(self.norm(at + 1), "that" | "of" | "about") { at + 2 } else { from }
    }

    fn verb(&self, i: usize, found: &[Frame], speakers: &Speakers) -> Option<Frame> {
        let lexicon = Lexicon::english();
        let verb = lexicon.verb(self.norm(i))?;
        let (form, class) = (verb.form, verb.report?);
        if class == Report::Quote && form.ing {
            return self.citing(i);
        }
        if class == Report::Ask || found.iter().any(|frame| frame.owns(i)) {
            return None;
        }
        let before = i.checked_sub(1).map_or("", |j| self.norm(j));
        let passive = BE.contains(&before) || (i >= 2 && BE.contains(&self.norm(i - 2)) && self.norm(i - 1).ends_with("ly"));
        let infinitive = before == "to" && form.base;
        let gerund = form.ing && !BE.contains(&before) && self.norm(i) != "according";
        let inverted = self.inverted(i, class);
        if passive && !matches!(class, Report::Quote)
            || !(self.sentence.is_finite(i)
                || infinitive
                || gerund
                || inverted
                || (form.participle && matches!(before, "has" | "have" | "had" | "also" | "repeatedly")))
        {
            return None;
        }
        let (subject, subject_words) = if inverted {
            let end = self.phrase_end(i + 1);
            (self.classify(&self.tokens()[i + 1..end]), i + 1..end)
        } else if gerund || infinitive {
            let main = self.clauses.iter().find(|c| c.range.contains(&i)).map_or(0, |c| c.range.start);
            let outer = found.last().filter(|_| gerund).and_then(|frame| frame.source.clone());
            let source = outer.or_else(|| self.borrowed_subject(i)).or_else(|| {
                self.sentence
                    .finite_in(main..i, true)
                    .or_else(|| self.sentence.finite_in(0..i, true))
                    .and_then(|verb| self.subject(verb, speakers).0)
            });
            (source, i..i)
        } else {
            let (source, range) = self.subject(i, speakers);
            (source, range)
        };
        let frame = self.with_content(Cue { at: i, class, source: subject, subject: subject_words, inverted }, speakers)?;
        // "to pledge allegiance", "admitting defeat": only a clause or a quotation right behind makes these a report.
        if (infinitive || gerund) && !self.clause_follows(frame.words.last().map_or(i + 1, |words| words.end)) {
            return None;
        }
        // A verb with neither a source nor an object clause is no report ("the report added weight").
        (frame.source.is_some() || frame.denies()).then_some(frame)
    }

    /// "…, citing an official": the root of what the rest of the sentence says.
    fn citing(&self, i: usize) -> Option<Frame> {
        let end = self.phrase_end(i + 1);
        let source = self.classify(&self.tokens()[i + 1..end])?;
        let content: Vec<Range<usize>> = [0..i, end..self.len()].into_iter().filter(|range| range.len() > 2).collect();
        (!content.is_empty()).then(|| Frame {
            class: Report::Quote,
            source: Some(source),
            upstream: Vec::new(),
            own_access: false,
            cue: i..i + 1,
            words: vec![i..end],
            content,
        })
    }

    fn is_unknown_name(&self, recipient: &[Token<'_>], told: &Source, speakers: &Speakers) -> bool {
        let capital = recipient.iter().find(|t| t.is_word() && !t.is("the")).is_some_and(Token::is_capitalized);
        let title = recipient.iter().any(|t| Lexicon::english().is(t.norm(), Class::Title) || t.possessive);
        // "told Roe": the article has her in full, or has let her speak.
        let surname = !told.name.contains(' ') && speakers.full_names.contains_key(&crate::engine::text::fold(&told.name));
        let known = surname || speakers.person().is_some_and(|person| person.name == told.name);
        capital && !title && !known && matches!(told.kind, SourceKind::Organisation | SourceKind::Person)
    }

    fn clause_follows(&self, from: usize) -> bool {
        self.norm(from.saturating_sub(1)) == "that"
            || self.sentence.quoted.get(from).copied().unwrap_or(false)
            || self.tokens().get(from).is_some_and(Token::is_quote)
            || self.sentence.finite_in(from..(from + 6).min(self.len()), true).is_some_and(|verb| {
                verb > from && !self.tokens()[from..verb].iter().any(|t| matches!(t.norm(), "and" | "," | "to"))
            })
    }

    /// `"…", said Jane Roe` and `…, said the minister`.
    fn inverted(&self, i: usize, class: Report) -> bool {
        let Some(before) = i.checked_sub(1).map(|j| &self.tokens()[j]) else { return false };
        let behind_content = before.is_quote()
            || (before.is_mark(',')
                && (self.sentence.quoted[..i].iter().any(|q| *q)
                    || self.sentence.finite_in(self.clause_start(i)..i, false).is_some()));
        let next = self.tokens().get(i + 1);
        let names_somebody = next.is_some_and(|t| {
            // `"…," said engineer Anna Holm`: behind a quotation any noun may begin the speaker.
            let noun = before.is_quote() && t.is_word() && !Lexicon::english().is(t.norm(), Class::Stopword);
            noun || t.is_capitalized() || matches!(t.norm(), "the" | "a" | "an" | "one" | "his" | "her" | "its" | "their")
        });
        let then_quotes = next.is_some_and(|t| t.is_quote());
        matches!(class, Report::Say | Report::Announce | Report::Hedge) && behind_content && names_somebody && !then_quotes && {
            // "the envoy, Max Roe, said the vote failed": an object clause follows, the subject stands before.
            let end = self.phrase_end(i + 1);
            self.sentence.finite_in(i + 1..end.max(i + 1), true).is_none()
                && (before.is_quote() || self.tokens().get(end).is_none_or(|t| !t.is_word()))
        }
    }
}
