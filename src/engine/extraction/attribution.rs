//! Finds the reporting frames of a sentence: who says what, through whom, and whether he denies it.
//!
//! Source, cue and content as in Pareti (2015). A frame's content is a set of token ranges; frames nest by containment, so
//! that the chain of a claim reads from the nearest source inwards to the root.

use std::ops::Range;

use super::{
    Draft,
    clauses::{Clause, Opener, Sentence},
    sources,
};
use crate::{
    domain::{Source, SourceKind},
    engine::text::{
        Lexicon, Registry, Token, TokenKind,
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

/// Who spoke last, by kind, so that "he", "the official" and a quotation without a verb find their speaker.
#[derive(Clone, Debug, Default)]
pub struct Speakers {
    pub last: Option<Speaker>,
    person: Option<Speaker>,
    anonymous: Option<Speaker>,
    /// Full names by their folded last word.
    pub full_names: rustc_hash::FxHashMap<String, String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Speaker {
    pub source: Source,
    pub upstream: Vec<Source>,
}

impl Speakers {
    #[must_use]
    pub fn with_names(full_names: rustc_hash::FxHashMap<String, String>) -> Self {
        Self { full_names, ..Self::default() }
    }

    fn remember(&mut self, source: &Source, upstream: &[Source]) {
        let speaker = Speaker { source: source.clone(), upstream: upstream.to_vec() };
        match source.kind {
            SourceKind::Person | SourceKind::SocialPost => self.person = Some(speaker.clone()),
            SourceKind::Anonymous => self.anonymous = Some(speaker.clone()),
            _ => {}
        }
        self.last = Some(speaker);
    }

    /// A person named as the subject of a clause, though he says nothing in it.
    pub fn mention(&mut self, source: Source) {
        if source.kind == SourceKind::Person {
            self.person = Some(Speaker { source, upstream: Vec::new() });
        }
    }

    #[must_use]
    pub fn person(&self) -> Option<&Source> {
        self.person.as_ref().map(|speaker| &speaker.source)
    }

    /// "Roe" → "Jane Roe", where the article has named her in full.
    fn in_full(&self, mut source: Source) -> Source {
        if matches!(source.kind, SourceKind::Person | SourceKind::SocialPost)
            && !source.name.contains(' ')
            && let Some(full) = self.full_names.get(&crate::engine::text::fold(&source.name))
        {
            source.name.clone_from(full);
        }
        source
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
        self.tokens().get(i).map_or("", |t| t.norm.as_str())
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
            let class = Lexicon::english().verb(self.norm(j)).and_then(|(lemma, _)| Lexicon::english().report(lemma));
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
                let pronoun = subject.iter().filter(|t| t.is_word()).all(|t| {
                    matches!(t.norm.as_str(), "it" | "this" | "that" | "he" | "which" | "but" | "and" | "they" | "these")
                });
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
        let (lemma, form) = lexicon.verb(self.norm(i))?;
        let class = lexicon.report(lemma)?;
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
        let frame = self.with_content(speakers, i, class, subject, subject_words, inverted)?;
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
        let title = recipient.iter().any(|t| Lexicon::english().is_title(&t.norm) || t.possessive);
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
                verb > from && !self.tokens()[from..verb].iter().any(|t| matches!(t.norm.as_str(), "and" | "," | "to"))
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
            let noun = before.is_quote() && t.is_word() && !Lexicon::english().is_stopword(&t.norm);
            noun || t.is_capitalized() || matches!(t.norm.as_str(), "the" | "a" | "an" | "one" | "his" | "her" | "its" | "their")
        });
        let then_quotes = next.is_some_and(|t| t.is_quote());
        matches!(class, Report::Say | Report::Announce | Report::Hedge) && behind_content && names_somebody && !then_quotes && {
            // "the envoy, Max Roe, said the vote failed": an object clause follows, the subject stands before.
            let end = self.phrase_end(i + 1);
            self.sentence.finite_in(i + 1..end.max(i + 1), true).is_none()
                && (before.is_quote() || self.tokens().get(end).is_none_or(|t| !t.is_word()))
        }
    }

    /// End of the noun phrase at `from`: a comma, a stop, a quotation mark or a verb.
    fn phrase_end(&self, from: usize) -> usize {
        (from..self.len())
            .find(|&j| {
                let t = &self.tokens()[j];
                let abbreviation = t.is_mark('.')
                    && j > from
                    && self.tokens()[j - 1].text.len() <= 4
                    && self.tokens().get(j + 1).is_some_and(Token::is_capitalized);
                t.kind == TokenKind::Mark && !abbreviation && !t.is_mark('(') || self.sentence.is_finite(j)
            })
            .unwrap_or(self.len())
    }

    /// The noun phrase before the verb at `i`, and the tokens it takes.
    fn subject(&self, i: usize, speakers: &Speakers) -> (Option<Source>, Range<usize>) {
        let floor = self.clause_start(i);
        let mut j = i;
        while j > floor
            && (matches!(
                self.norm(j - 1),
                "has"
                    | "have"
                    | "had"
                    | "also"
                    | "then"
                    | "later"
                    | "repeatedly"
                    | "never"
                    | "still"
                    | "all"
                    | "both"
                    | "did"
                    | "not"
            ) || self.norm(j - 1).ends_with("ly"))
        {
            j -= 1;
        }
        // A comma right before the verb closes an apposition ("Jane Roe, the mayor, said").
        let mut from = j;
        if from > floor && self.tokens()[from - 1].is_mark(',') {
            from = (floor..from - 1).rev().find(|&k| self.tokens()[k].is_mark(',')).unwrap_or(from - 1);
        }
        while from > floor {
            let token = &self.tokens()[from - 1];
            let stop = self.sentence.quoted[from - 1]
                || token.is_quote()
                || token.is_mark(',')
                || token.is_mark(';')
                || token.is_mark(':')
                || token.is_mark('—')
                || token.is_mark('–')
                || token.is_mark('-')
                || matches!(token.norm.as_str(), "that" | "who" | "which");
            // A verb of another clause ends the phrase: "asked the office to investigate alleged fraud".
            if stop
                || (token.is("to") && Lexicon::english().verb(self.norm(from)).is_some_and(|(_, form)| form.base))
                || (from < j && self.sentence.is_finite(from - 1))
            {
                // "A deckhand who swam ashore told": the relative clause only describes the speaker before it.
                let relative = (floor..from).rev().take(8).find(|&k| matches!(self.norm(k), "who" | "which")).filter(|_| !stop);
                if let Some(relative) = relative.filter(|relative| *relative > floor) {
                    (from, j) = (relative, relative);
                    continue;
                }
                break;
            }
            from -= 1;
        }
        // "a tweet by X that said": the relative's antecedent speaks.
        if from == j && from > floor && matches!(self.norm(from - 1), "that" | "who" | "which") {
            let end = from - 1;
            let mut start = end;
            while start > floor
                && end - start < 12
                && !self.tokens()[start - 1].is_mark(',')
                && !self.sentence.is_finite(start - 1)
            {
                start -= 1;
            }
            let at = self.tokens()[start..end]
                .iter()
                .rposition(|t| matches!(t.norm.as_str(), "a" | "an" | "the"))
                .map_or(start, |k| start + k);
            return (self.classify(&self.tokens()[at..end]), at..j);
        }
        let phrase = &self.tokens()[from..j];
        let words: Vec<&str> = phrase.iter().filter(|t| t.is_word()).map(|t| t.norm.as_str()).collect();
        let source = match words.last() {
            Some(&("he" | "she")) => speakers.person().cloned(),
            Some(&("they" | "it")) => speakers.last.as_ref().map(|s| s.source.clone()),
            Some(&("we" | "i" | "you" | "there" | "what" | "this" | "which")) => None,
            Some(_)
                if phrase
                    .iter()
                    .all(|t| !t.is_capitalized() && Lexicon::english().verb(&t.norm).is_some_and(|(_, form)| form.base)) =>
            {
                None
            }
            Some(_) if phrase.iter().all(|t| !t.is_word() || Lexicon::english().is_stopword(&t.norm)) => self.borrowed_subject(i),
            Some(_) => self.classify(phrase),
            // "and said …": the clause borrows its subject.
            None => self.borrowed_subject(i),
        };
        (source, from..j)
    }

    fn borrowed_subject(&self, i: usize) -> Option<Source> {
        let clause = self.clauses.iter().rfind(|c| c.range.contains(&i))?;
        self.classify(&self.tokens()[clause.subject.clone()?])
    }

    /// Where the content of the cue at `i` stands, and which words are the frame's own.
    fn with_content(
        &self,
        speakers: &Speakers,
        i: usize,
        class: Report,
        source: Option<Source>,
        subject: Range<usize>,
        inverted: bool,
    ) -> Option<Frame> {
        let n = self.len();
        let cue_start = subject.start.min(i);
        let mut own_access = false;
        let mut upstream = Vec::new();
        let mut source = source;
        let mut after = if inverted { subject.end } else { i + 1 };
        match class {
            Report::Tell => {
                let end = (after..n)
                    .find(|&j| {
                        let t = &self.tokens()[j];
                        t.kind == TokenKind::Mark && !t.is_mark('@')
                            || j > after
                                && (matches!(
                                    t.norm.as_str(),
                                    "that"
                                        | "on"
                                        | "during"
                                        | "at"
                                        | "in"
                                        | "last"
                                        | "this"
                                        | "he"
                                        | "she"
                                        | "it"
                                        | "they"
                                        | "to"
                                ) || self.sentence.is_finite(j))
                    })
                    .unwrap_or(n);
                if self.norm(end) == "to" {
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
                after = end;
            }
            Report::Lie => {
                let about = (after..(after + 10).min(n)).find(|&j| matches!(self.norm(j), "about" | "when" | "that"))?;
                let content = about + 1..self.content_end(about + 1);
                return (!content.is_empty()).then(|| Frame {
                    class,
                    source,
                    upstream,
                    own_access,
                    cue: i..about + 1,
                    words: vec![cue_start..about + 1],
                    content: vec![content],
                });
            }
            Report::Deny | Report::Reject => {
                let mut start = after;
                while matches!(
                    self.norm(start),
                    "on" | "flatly"
                        | "categorically"
                        | "strongly"
                        | "again"
                        | "monday"
                        | "tuesday"
                        | "wednesday"
                        | "thursday"
                        | "friday"
                        | "saturday"
                        | "sunday"
                ) {
                    start += 1;
                }
                let as_false = self.norm(start) == "as"
                    && matches!(self.norm(start + 1), "false" | "untrue" | "baseless" | "nonsense" | "fake" | "unfounded");
                let behind_noun = self.skip_claim_noun(start);
                let names_claim = behind_noun != start
                    || as_false
                    || (start..(start + 6).min(n)).any(|j| CLAIM_NOUNS.contains(&self.norm(j)))
                    || (start..(start + 14).min(n)).any(|j| {
                        self.norm(j) == "as"
                            && matches!(self.norm(j + 1), "false" | "untrue" | "baseless" | "nonsense" | "fake" | "unfounded")
                    });
                if class == Report::Reject && !names_claim {
                    return None;
                }
                start = if as_false { self.skip_claim_noun(start + 2) } else { behind_noun };
                start += usize::from(self.norm(start) == "that");
                // "P, the minister denied" does not occur; a denial without an object denies what was asked.
                let content = start..self.content_end(start);
                return (content.len() > 1).then(|| Frame {
                    class: Report::Deny,
                    source,
                    upstream,
                    own_access,
                    cue: i..i + 1,
                    words: vec![cue_start..start],
                    content: vec![content],
                });
            }
            Report::Accuse => {
                let of = (after..(after + 12).min(n)).any(|j| matches!(self.norm(j), "of" | "for" | "as"));
                let content = after..self.content_end(after);
                return (of && content.len() > 1).then(|| Frame {
                    class,
                    source,
                    upstream,
                    own_access,
                    cue: i..i + 1,
                    words: vec![cue_start..after],
                    content: vec![content],
                });
            }
            Report::Quote => {
                let saying = (after..n).find(|&j| {
                    self.norm(j) == "as"
                        && matches!(self.norm(j + 1), "saying" | "claiming" | "telling" | "stating" | "confirming")
                });
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
                        let start = at + 2 + usize::from(self.norm(at + 2) == "that");
                        (cue_start..start, vec![start..self.content_end(start)])
                    }
                    None => (i..end, [0..cue_start.min(i), end..n].into_iter().filter(|r| r.len() > 1).collect()),
                };
                return (!content.is_empty()).then(|| Frame {
                    class,
                    source,
                    upstream,
                    own_access,
                    cue: i..i + 1,
                    words: vec![words],
                    content,
                });
            }
            _ => {}
        }
        let start = self.skip_adverbials(after);
        let that = usize::from(self.norm(start) == "that");
        let object = start + that;
        let left_start = self.left_content_start(cue_start);
        let left = left_start..cue_start;
        let left_holds = self.tokens()[left.clone()].iter().filter(|t| t.is_word()).count() > 1
            && (self.sentence.quoted[left.clone()].iter().any(|q| *q) || self.sentence.finite_in(left.clone(), false).is_some())
            && (cue_start == 0
                || self.tokens()[cue_start - 1].is_mark(',')
                || self.tokens()[cue_start - 1].is_quote()
                || self.sentence.quoted[cue_start - 1]);
        let right_words = self.tokens()[object.min(n)..].iter().filter(|t| t.is_word()).count();
        let right_quoted = self.sentence.quoted[object.min(n)..].iter().any(|q| *q);
        // "declared himself mayor", "declared war" do what they say; a clause or a quotation must follow to make it a report.
        let reflexive = matches!(self.norm(object), "himself" | "herself" | "itself" | "themselves");
        let to_infinitive =
            matches!(class, Report::Think | Report::Hedge) && (object..n).any(|j| self.norm(j) == "to" || self.norm(j) == "as");
        let right_clause = right_words > 1
            && !reflexive
            && (that == 1 || right_quoted || self.sentence.finite_in(object..n, false).is_some() || to_infinitive);
        // `"Q", the official said, although declined to …`: behind a trailing frame only a quotation goes on being said.
        let left_quoted = self.sentence.quoted[left.clone()].iter().any(|q| *q) && cue_start > 0 && {
            let before = &self.tokens()[cue_start - 1];
            before.is_quote()
                || self.sentence.quoted[cue_start - 1]
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
        let leading_words = !left_holds
            && lead < cue_start
            && self.sentence.finite_in(lead..cue_start, false).is_none()
            && !self.sentence.quoted[lead..cue_start].iter().any(|q| *q);
        let cue_start = if leading_words { lead } else { cue_start };
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
            content.push(object..self.content_end(object));
        } else {
            return None;
        }
        Some(Frame { class, source, upstream, own_access, cue: i..i + 1, words, content })
    }

    /// A trailing frame reports what its own clauses say back to the sentence's start.
    fn left_content_start(&self, cue_start: usize) -> usize {
        if cue_start == 0 {
            0
        } else {
            (0..cue_start).find(|&j| self.tokens()[j].is_word() || self.tokens()[j].is_quote()).unwrap_or(0)
        }
    }

    /// Over "on Wednesday", "last week", "in an interview with X", a comma or a colon, up to "that" or the content itself.
    fn skip_adverbials(&self, from: usize) -> usize {
        let n = self.len();
        let that = (from..(from + 22).min(n)).find(|&j| self.norm(j) == "that" && !self.sentence.quoted[j]);
        if let Some(that) = that
            && self.sentence.finite_in(from..that, false).is_none()
            && (that == from
                || matches!(
                    self.norm(from),
                    "on" | "in"
                        | "at"
                        | "during"
                        | "to"
                        | "last"
                        | "this"
                        | "earlier"
                        | "late"
                        | "via"
                        | "through"
                        | "again"
                        | "yesterday"
                )
                || self.tokens()[from].is_capitalized()
                || self.tokens()[from].is_mark(','))
        {
            return that;
        }
        let mut at = from;
        loop {
            let word = self.norm(at);
            let day = |j: usize| {
                super::time::weekday(self.norm(j)).is_some() || matches!(self.norm(j), "yesterday" | "today" | "tonight")
            };
            let channel = |j: usize| matches!(self.norm(j), "twitter" | "facebook" | "television" | "tv" | "radio");
            let period = |j: usize| matches!(self.norm(j), "week" | "month" | "year" | "weeks" | "days" | "this");
            let on_day = matches!(word, "on" | "late" | "early" | "earlier") && (day(at + 1) || channel(at + 1));
            let in_period = matches!(word, "last" | "this" | "earlier" | "two" | "three") && period(at + 1);
            if day(at) {
                at += 1;
            } else if on_day || in_period {
                at += 2;
            } else if matches!(word, "ago" | "week" | "month" | "year")
                || self.tokens().get(at).is_some_and(|t| t.is_mark(':') || t.is_mark(','))
                    && at + 1 < n
                    && (self.sentence.quoted[at + 1] || self.tokens()[at + 1].is_quote() || self.tokens()[at].is_mark(':'))
            {
                at += 1;
            } else {
                return at.min(n);
            }
        }
    }

    /// Outlets named among the frame's words: "in an interview with X", "in an article published by X", "speaking to X".
    fn name_upstreams(&self, frame: &mut Frame) {
        let mut regions: Vec<Range<usize>> = frame.words.clone();
        // The adverbial may stand in front of the content or behind it: "In an interview with X, she said …".
        let n = self.len();
        regions.push(0..frame.cue.start);
        regions.push(frame.cue.end..n);
        for region in regions {
            for j in region {
                let introduced = match self.norm(j) {
                    "with" => (j.saturating_sub(3)..j)
                        .any(|k| matches!(self.norm(k), "interview" | "speaking" | "conversation" | "spoke")),
                    "to" => (j.saturating_sub(2)..j).any(|k| matches!(self.norm(k), "speaking" | "spoke" | "interview")),
                    "by" | "in" => (j.saturating_sub(3)..j).any(|k| {
                        matches!(
                            self.norm(k),
                            "published" | "article" | "seen" | "obtained" | "broadcast" | "interview" | "written"
                        )
                    }),
                    _ => false,
                };
                if !introduced || self.sentence.quoted[j] {
                    continue;
                }
                let named = sources::outlet_at(self.tokens(), j + 1, self.registry()).map(|(name, _)| name.to_owned());
                let end = self.phrase_end(j + 1);
                let own =
                    sources::same_outlet(
                        &sources::join(&self.tokens()[j + 1..end.max(j + 1)]),
                        self.draft.outlet,
                        self.draft.domain,
                    ) || named.as_deref().is_some_and(|name| sources::same_outlet(name, self.draft.outlet, self.draft.domain));
                if own {
                    frame.own_access = true;
                } else if let Some(name) = named
                    && !frame.upstream.iter().any(|s| s.name == name)
                {
                    frame.upstream.push(Source { kind: SourceKind::Outlet, name, role: None });
                }
            }
        }
        // "the Reuters source": described through the outlet that spoke to it.
        if let Some(source) = &frame.source
            && source.kind == SourceKind::Anonymous
        {
            let tokens = crate::engine::text::tokenize(&source.name, 0);
            if let Some((name, _)) = (0..tokens.len()).find_map(|at| sources::outlet_at(&tokens, at, self.registry()))
                && !frame.upstream.iter().any(|s| s.name == name)
            {
                let name = name.to_owned();
                if sources::same_outlet(&name, self.draft.outlet, self.draft.domain) {
                    frame.own_access = true;
                } else {
                    frame.upstream.push(Source { kind: SourceKind::Outlet, name, role: None });
                }
            }
        }
    }

    /// Full names for surnames, and "the official" for the official who was described before.
    fn resolve(&self, source: Source, upstream: &mut Vec<Source>, speakers: &Speakers) -> Source {
        if source.kind == SourceKind::Anonymous
            && crate::engine::text::fold(&source.name).starts_with("the ")
            && let Some(known) = &speakers.anonymous
        {
            for outlet in &known.upstream {
                if !upstream.contains(outlet) {
                    upstream.push(outlet.clone());
                }
            }
            return known.source.clone();
        }
        speakers.in_full(source)
    }
}
