//! Cuts a sentence into clauses that can stand alone, each with the subject it borrows from the clause before.
//!
//! Shallow on purpose: a finite verb on both sides of a connective makes a cut. No parser; what the parts of speech cannot
//! decide stays together.

use std::ops::Range;

use crate::engine::text::{
    Class, Lexicon, Tag, Token, TokenKind, is_title_case,
    quotes::{self, Quotation},
    tagger::Lattice,
    tokenize,
};

/// A sentence ready for analysis.
pub struct Sentence<'a> {
    pub tokens: Vec<Token<'a>>,
    /// For each token, whether it stands between quotation marks.
    pub quoted: Vec<bool>,
    /// Capitals on most words, as in headlines: a capital does not tell a name from a verb.
    pub title_case: bool,
    pub lexicon: &'static Lexicon,
}

/// How a clause hangs on the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opener {
    Main,
    Coordinate,
    /// "after …", "since …", "while …".
    Subordinate,
    /// "although …", "even though …": the writer's own aside, even inside reported speech.
    Concession,
    /// "…, who …".
    Relative,
    /// "…, blasting …", "in a move recognised by …".
    Participle,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Tokens of the sentence.
    pub range: Range<usize>,
    pub opener: Opener,
    /// Tokens of the subject that the clause borrows, when it has none of its own.
    pub subject: Option<Range<usize>>,
    /// Tokens inside `range` that belong to another clause (a relative clause in the middle).
    pub hole: Option<Range<usize>>,
}

/// A subordinate clause has its verb near its connective; further away it belongs to something else.
const SUBORDINATE_REACH: usize = 22;
/// Tokens within which a phrase shows its participle: "elections widely regarded as rigged".
const PARTICIPLE_REACH: usize = 9;
const SUBJECT_REACH: usize = 12;

impl<'a> Sentence<'a> {
    /// The words of `text`, tagged. `base` is where `text` begins in the article, as in `quotations`.
    #[must_use]
    pub fn new(text: &'a str, base: usize, quotations: &[Quotation], lexicon: &'static Lexicon) -> Self {
        Self::tagged(text, base, quotations, lexicon, &mut Lattice::default())
    }

    /// The same, with a lattice that serves one sentence after the other.
    #[must_use]
    pub fn tagged(
        text: &'a str,
        base: usize,
        quotations: &[Quotation],
        lexicon: &'static Lexicon,
        lattice: &mut Lattice,
    ) -> Self {
        let mut tokens = tokenize(text, base, lexicon);
        lexicon.tag_model.tag_with(&mut tokens, lexicon, lattice);
        let near = quotes::within(quotations, base..base + text.len());
        let quoted = tokens.iter().map(|t| near.iter().any(|q| q.inner.contains(&t.start))).collect();
        let title_case = is_title_case(&tokens);
        Self { tokens, quoted, title_case, lexicon }
    }

    /// Bytes of the article that the sentence takes.
    #[must_use]
    pub fn place(&self) -> (usize, usize) {
        (self.tokens.first().map_or(0, |t| t.start), self.tokens.last().map_or(0, |t| t.end))
    }

    #[must_use]
    pub fn norm(&self, i: usize) -> &str {
        self.tokens.get(i).map_or("", Token::norm)
    }

    #[must_use]
    pub fn tag(&self, i: usize) -> Option<Tag> {
        self.tokens.get(i).map(|t| t.tag)
    }

    #[must_use]
    pub fn has(&self, i: usize, class: Class) -> bool {
        self.tokens.get(i).is_some_and(|t| t.has(class))
    }

    #[must_use]
    pub fn is_mark(&self, i: usize, mark: char) -> bool {
        self.tokens.get(i).is_some_and(|t| t.is_mark(mark))
    }

    /// Whether the token is a verb that carries a clause by itself, or its auxiliary.
    #[must_use]
    pub fn is_finite(&self, i: usize) -> bool {
        self.tokens[i].tag.is_finite()
    }

    /// First finite verb of a range, outside quotation marks when `unquoted`.
    #[must_use]
    pub fn finite_in(&self, range: Range<usize>, unquoted: bool) -> Option<usize> {
        range.into_iter().find(|&i| (!unquoted || !self.quoted[i]) && self.is_finite(i))
    }

    /// The clauses, in order, covering every token of the sentence.
    #[must_use]
    pub fn clauses(&self) -> Vec<Clause> {
        let n = self.tokens.len();
        let mut cuts: Vec<(usize, Opener)> = vec![(0, Opener::Main)];
        let mut relative_end: Option<usize> = None;
        let mut holes: Vec<Range<usize>> = Vec::new();
        for i in 1..n {
            if relative_end.is_some_and(|end| i < end) {
                continue;
            }
            let start = cuts.last().map_or(0, |cut| cut.0);
            // What somebody says stays together unless it is two sentences in all but name: "…, and they are lying".
            let inside_quotation = self.quoted[i] && self.quoted[i - 1];
            let cut = if inside_quotation { self.coordinates_sentences(start, i) } else { self.cut_at(start, i) };
            if let Some((opener, end)) = cut {
                match end {
                    // A relative clause in the middle: the main clause goes on behind it.
                    Some(end) if end < n => {
                        holes.push(i..end);
                        relative_end = Some(end);
                    }
                    _ => cuts.push((i, opener)),
                }
            }
        }
        let mut clauses: Vec<Clause> = Vec::with_capacity(cuts.len() + holes.len());
        for (k, &(start, opener)) in cuts.iter().enumerate() {
            let end = cuts.get(k + 1).map_or(n, |next| next.0);
            let hole = holes.iter().find(|hole| hole.start >= start && hole.end <= end).cloned();
            let subject = match opener {
                Opener::Coordinate if self.begins_with_verb(start) => clauses.last().and_then(|c: &Clause| self.subject_of(c)),
                Opener::Relative => self.antecedent(start),
                Opener::Participle => clauses.iter().rev().find_map(|c| self.subject_of(c)),
                _ => None,
            };
            let relative = hole.clone().map(|range| {
                let subject = self.antecedent(range.start);
                Clause { range, opener: Opener::Relative, subject, hole: None }
            });
            clauses.push(Clause { range: start..end, opener, subject: subject.filter(|_| relative.is_none()), hole });
            clauses.extend(relative);
        }
        clauses
    }

    /// Whether a clause begins at `i`; with a relative clause also where it ends when the sentence goes on behind it.
    fn cut_at(&self, start: usize, i: usize) -> Option<(Opener, Option<usize>)> {
        let token = &self.tokens[i];
        // “…,” she said: the comma stands inside the marks.
        let comma_before = self.is_mark(i - 1, ',') || (i >= 2 && self.tokens[i - 1].is_quote() && self.is_mark(i - 2, ','));
        let left = || self.finite_in(start..i, false).is_some() || (start > 0 && self.has_participle(start));
        let right = |from: usize| self.finite_in(from..self.clause_limit(from), false);
        if token.kind == TokenKind::Mark {
            // "—¿Ganamos? —preguntó el juez": who speaks is no second clause.
            let reports = |i: usize| self.tokens[i].word.verb.as_ref().is_some_and(|verb| verb.report.is_some());
            let dash = matches!(token.text, ";" | "—" | "–") && i + 2 < self.tokens.len() && !reports(i + 1);
            return (dash && left() && right(i + 1).is_some()).then_some((Opener::Coordinate, None));
        }
        // "even though": the cut stands before "even".
        let concession = i + usize::from(self.has(i, Class::Even));
        if self.has(concession, Class::Concession) {
            let already = self.has(i - 1, Class::Even);
            return (!already && left() && right(concession + 1).is_some()).then_some((Opener::Concession, None));
        }
        // "two weeks after P" tells when P was; the cut would leave a stump.
        let measured = self.has(i - 1, Class::TimeSpan) && self.finite_in(i.saturating_sub(6).max(start)..i, false).is_none();
        if token.has(Class::Subordinator) && !token.has(Class::TimeLimit) && !measured && left() {
            // "after months of failed attempts" has no verb before its comma, "after eating it" a gerund and no subject: the
            // verb behind them belongs to another clause.
            let gerund = self.tag(i + 1) == Some(Tag::Gerund);
            let verb = right(i + 1).filter(|_| !gerund)?;
            return (verb > i + 1 && verb - i < SUBORDINATE_REACH).then_some((Opener::Subordinate, None));
        }
        if token.has(Class::SubordinatorAfterComma) && comma_before && left() && right(i + 1).is_some_and(|verb| verb > i + 1) {
            return Some((Opener::Subordinate, None));
        }
        if token.has(Class::Following) && left() && self.has_participle(i + 1) {
            return Some((Opener::Participle, None));
        }
        let in_a_move = token.tag == Tag::Preposition
            && self.tag(i + 1) == Some(Tag::Determiner)
            && self.has(i + 2, Class::MoveNoun)
            && self.has_participle(i + 3);
        if in_a_move && left() {
            return Some((Opener::Participle, None));
        }
        if token.has(Class::Coordinator) && left() {
            return self.coordination(i, comma_before);
        }
        // `…, 'it is false'`: a quotation with a subject and verb of its own.
        let quoted_sentence = token.tag == Tag::Pronoun || token.has(Class::Demonstrative);
        if quoted_sentence
            && self.quoted[i]
            && i >= 2
            && self.tokens[i - 1].is_quote()
            && self.is_mark(i - 2, ',')
            && left()
            && i + 1 < self.tokens.len()
            && self.is_finite(i + 1)
        {
            return Some((Opener::Coordinate, None));
        }
        // Behind a leading "Two weeks after …," or "While …," the main clause begins.
        if comma_before && self.opens_subordinate(start) && left() && self.begins_subject(i) {
            return self
                .finite_in(i..(i + 14).min(self.tokens.len()), true)
                .filter(|&verb| verb > i && !(i..verb).any(|j| self.is_mark(j, ',')))
                .map(|_| (Opener::Main, None));
        }
        if token.tag == Tag::Relative && token.has(Class::RelativePronoun) && comma_before {
            return self.relative(i, left(), right(i + 1)?);
        }
        (comma_before && token.tag == Tag::Gerund && !token.is_capitalized() && !token.has(Class::LooseGerund) && left())
            .then_some((Opener::Participle, None))
    }

    /// ", and" with a subject and a verb of its own, behind a clause that has both.
    fn coordinates_sentences(&self, start: usize, i: usize) -> Option<(Opener, Option<usize>)> {
        if !(self.tokens[i].has(Class::Coordinator) && self.is_mark(i - 1, ',') && self.finite_in(start..i, false).is_some()) {
            return None;
        }
        let verb = self.finite_in(i + 1..self.clause_limit(i + 1).min(i + 1 + SUBJECT_REACH), false)?;
        let list_item = (i + 1..verb).any(|j| self.is_mark(j, ','));
        (verb > i + 1 && !list_item).then_some((Opener::Coordinate, None))
    }

    /// ", who P": at the end of its sentence, or in the middle of one.
    fn relative(&self, i: usize, after_verb: bool, verb: usize) -> Option<(Opener, Option<usize>)> {
        let end = (verb..self.tokens.len()).find(|&j| self.is_mark(j, ',') && !self.quoted[j]);
        // A comma inside the relative clause's own list or phrase is not its end: a finite verb must follow.
        let end = end.filter(|&j| self.finite_in(j + 1..(j + 8).min(self.tokens.len()), false).is_some());
        debug_assert!(verb > i);
        match end {
            Some(end) if !after_verb => Some((Opener::Relative, Some(end + 1))),
            _ => after_verb.then_some((Opener::Relative, None)),
        }
    }

    /// "and" joins two clauses when a verb follows at once, or a subject and its verb behind a comma.
    fn coordination(&self, i: usize, comma_before: bool) -> Option<(Opener, Option<usize>)> {
        let first = (i + 1..self.tokens.len()).find(|&j| self.tokens[j].tag != Tag::Adverb)?;
        if self.is_finite(first) || self.is_finite_after_and(first) {
            return Some((Opener::Coordinate, None));
        }
        let verb = self.finite_in(i + 1..self.clause_limit(i + 1), false)?;
        // "told X that P and that Q" is cut: Q stands alone. Without a comma a subject of its own must follow closely.
        let list_item = (i + 1..verb).any(|j| self.is_mark(j, ','));
        let pronoun = verb - i <= 8 && !list_item && self.tag(i + 1) == Some(Tag::Pronoun);
        // "were killed and scores are missing": not "troops and police were there".
        let bare = verb == i + 2 && self.tokens[i + 1].tag == Tag::Nouns && !self.tokens[i - 1].tag.is_nominal();
        (comma_before || self.has(i + 1, Class::That) || pronoun || bare || self.own_subject(i + 1, verb))
            .then_some((Opener::Coordinate, None))
    }

    /// The sentence up to `start` and the clause at `start` hang on a subordinator near its beginning.
    fn opens_subordinate(&self, start: usize) -> bool {
        let opens = |from: usize| (from..(from + 5).min(self.tokens.len())).any(|j| self.has(j, Class::LeadingSubordinator));
        opens(start) || opens(0)
    }

    fn begins_subject(&self, i: usize) -> bool {
        let token = &self.tokens[i];
        let behind_clause = self.has(0, Class::Subordinator) || self.has(0, Class::Concession);
        (behind_clause && token.is_word() && !self.is_finite(i))
            || matches!(token.tag, Tag::Determiner | Tag::Possessive | Tag::Pronoun)
            || token.is_capitalized()
    }

    /// "and a succession of countries … recognised him": a determiner or a name, and then its verb.
    fn own_subject(&self, from: usize, verb: usize) -> bool {
        let first = &self.tokens[from];
        verb > from
            && verb - from < SUBJECT_REACH
            && !self.tokens[from..verb].iter().any(|t| t.tag == Tag::Relative || t.has(Class::That))
            && (matches!(first.tag, Tag::Determiner | Tag::Possessive) || first.is_capitalized())
    }

    /// A past form right behind "and" carries on the subject ("and imposed sanctions"), though it would be a participle elsewhere.
    fn is_finite_after_and(&self, i: usize) -> bool {
        let past = self.tokens[i].word.verb.as_ref().is_some_and(|verb| verb.form.past && !verb.form.base);
        past && self.tokens[i].tag == Tag::Participle && !self.has(i + 1, Class::AgentPreposition)
    }

    fn begins_with_verb(&self, start: usize) -> bool {
        let first = (start..self.tokens.len()).find(|&j| {
            let token = &self.tokens[j];
            !(token.kind == TokenKind::Mark || token.has(Class::Coordinator) || token.tag == Tag::Adverb)
        });
        first.is_some_and(|j| {
            let own = self.tokens[j].tag == Tag::Contraction;
            !own && (self.is_finite(j) || self.is_finite_after_and(j))
        })
    }

    /// A participle soon enough to be the phrase's own: "elections widely regarded as rigged", "an election that was criticised".
    fn has_participle(&self, from: usize) -> bool {
        (from..(from + PARTICIPLE_REACH).min(self.tokens.len()))
            .map(|j| &self.tokens[j])
            .take_while(|t| t.kind != TokenKind::Mark)
            .any(|t| t.tag == Tag::Participle || t.tag.is_finite())
    }

    /// Where a clause that begins at `from` can end at the latest: the next mark that parts clauses, or the end.
    fn clause_limit(&self, from: usize) -> usize {
        (from..self.tokens.len()).find(|&j| matches!(self.tokens[j].text, ";" | "—")).unwrap_or(self.tokens.len())
    }

    /// The subject of a clause: its words before the finite verb, without a leading connective or time.
    fn subject_of(&self, clause: &Clause) -> Option<Range<usize>> {
        if let Some(subject) = &clause.subject {
            return Some(subject.clone());
        }
        let verb = self.finite_in(clause.range.clone(), false)?;
        let connective = |t: &Token<'_>| {
            t.is_quote()
                || t.has(Class::Coordinator)
                || t.has(Class::Subordinator)
                || t.has(Class::SubordinatorAfterComma)
                || t.has(Class::Concession)
                || t.has(Class::Even)
                || t.has(Class::That)
        };
        let mut start = (clause.range.start..verb).find(|&j| !connective(&self.tokens[j])).unwrap_or(verb);
        // "On Friday, the court": the subject begins behind the last comma that a name does not surround.
        if let Some(comma) = (start..verb).find(|&j| self.is_mark(j, ',')) {
            let leading = matches!(self.tokens[start].tag, Tag::Preposition | Tag::Adverb | Tag::To | Tag::Gerund)
                || self.has(start, Class::TimeModifier);
            if leading && comma + 1 < verb {
                start = comma + 1;
            }
        }
        // "Jane Roe, the head of the board, said": the name is the subject, the apposition only describes.
        let end = (start + 1..verb).find(|&j| self.is_mark(j, ',')).unwrap_or(verb);
        (start < end).then_some(start..end)
    }

    /// The noun phrase before ", who".
    fn antecedent(&self, relative: usize) -> Option<Range<usize>> {
        let end = relative.checked_sub(1)?;
        // "…, said Col Jane Roe, who": a name is its whole run of capitals.
        let capitals = (0..end).rev().take_while(|&j| self.tokens[j].is_capitalized() || self.is_mark(j, '.')).count();
        if capitals > 0 {
            return Some(end - capitals..end);
        }
        let stops = |t: &Token<'_>| {
            (t.kind == TokenKind::Mark && !t.is_mark('.') && !t.is_quote())
                || matches!(t.tag, Tag::Preposition | Tag::To | Tag::Conjunction | Tag::Relative)
                || t.tag.is_verb()
                || t.has(Class::That)
        };
        let start = (end.saturating_sub(8)..end).rev().find(|&j| stops(&self.tokens[j])).map_or(end.saturating_sub(8), |j| j + 1);
        (start < end).then_some(start..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let sentence = Sentence::new(text, 0, &quotes::quotations(text, 0, None, Lexicon::english()), Lexicon::english());
        let found: Vec<String> = sentence
            .clauses()
            .into_iter()
            .map(|c| text[sentence.tokens[c.range.start].start..sentence.tokens[c.range.end - 1].end].to_owned())
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_finite_verb_on_both_sides_makes_a_cut() {
        check("The mine closed after the owner died in March.", &["The mine closed", "after the owner died in March."]);
        check("He ordered the raid and imposed a curfew.", &["He ordered the raid", "and imposed a curfew."]);
        check("The bank failed, but its chief denies fraud.", &["The bank failed,", "but its chief denies fraud."]);
        check("Troops left on Monday, leaving the base empty.", &["Troops left on Monday,", "leaving the base empty."]);
        check(
            "Only a few ships sailed, even though the port was open.",
            &["Only a few ships sailed,", "even though the port was open."],
        );
    }

    #[test]
    fn phrases_without_a_verb_stay_where_they_are() {
        for text in [
            "The mine closed after months of strikes.",
            "Talks and negotiations with Iran failed in Geneva.",
            "The minister met farmers and fishermen.",
            "He said “we won and they lost” on Monday.",
            "The group, the largest of its kind, opposes the law.",
        ] {
            check(text, &[text]);
        }
    }

    #[test]
    fn a_relative_clause_in_the_middle_is_a_claim_of_its_own() {
        check(
            "The mayor, who rejected the plan last week, resigned on Monday.",
            &["The mayor, who rejected the plan last week, resigned on Monday.", "who rejected the plan last week,"],
        );
        check("They met the mayor, who rejected the plan.", &["They met the mayor,", "who rejected the plan."]);
    }

    #[test]
    fn a_move_recognised_by_others_is_a_claim() {
        check(
            "She declared herself mayor in a move recognised by ten councils, calling the vote a sham.",
            &["She declared herself mayor", "in a move recognised by ten councils,", "calling the vote a sham."],
        );
    }
}
