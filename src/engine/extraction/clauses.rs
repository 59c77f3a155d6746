//! Cuts a sentence into clauses that can stand alone, each with the subject it borrows from the clause before.
//!
//! Shallow on purpose: a finite verb on both sides of a connective makes a cut. No parser, no model; what it cannot decide
//! stays together.

use std::ops::Range;

use crate::engine::text::{Class, Lexicon, Token, TokenKind};

/// A sentence ready for analysis.
pub struct Sentence<'a> {
    pub tokens: Vec<Token<'a>>,
    /// For each token, whether it stands between quotation marks.
    pub quoted: Vec<bool>,
    /// Capitals on most words, as in headlines: a capital does not tell a name from a verb.
    pub title_case: bool,
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

const DETERMINERS: &[&str] = &[
    "a", "an", "the", "this", "these", "those", "his", "her", "its", "their", "your", "my", "our", "some", "any", "no", "each",
    "every", "another", "such", "more", "many", "several", "few", "neither", "both", "nobody", "none",
];
const PREPOSITIONS: &[&str] = &[
    "of", "in", "on", "at", "by", "for", "with", "from", "to", "into", "over", "under", "about", "against", "between", "through",
    "during", "without", "within", "among", "amid", "as", "than", "toward", "towards", "per", "via", "upon", "on", "near",
    "across", "behind", "beyond", "outside", "inside", "like",
];
const AUXILIARIES: &[&str] = &[
    "is",
    "are",
    "was",
    "were",
    "am",
    "has",
    "have",
    "had",
    "does",
    "do",
    "did",
    "will",
    "would",
    "shall",
    "should",
    "can",
    "could",
    "may",
    "might",
    "must",
    "cannot",
    "isn't",
    "aren't",
    "wasn't",
    "weren't",
    "hasn't",
    "haven't",
    "hadn't",
    "doesn't",
    "don't",
    "didn't",
    "won't",
    "wouldn't",
    "can't",
    "couldn't",
    "shouldn't",
    "ain't",
];
const BE_HAVE: &[&str] = &["is", "are", "was", "were", "be", "been", "being", "has", "have", "had", "having", "get", "got", "am"];
const MODALS: &[&str] = &[
    "to", "will", "would", "shall", "should", "can", "could", "may", "might", "must", "do", "does", "did", "not", "n't",
    "didn't", "doesn't", "don't", "won't", "wouldn't", "can't", "couldn't", "cannot",
];
const PRONOUNS: &[&str] = &["he", "she", "it", "they", "we", "i", "you", "who", "which", "that", "there", "this"];

fn is_adverb(word: &str) -> bool {
    matches!(
        word,
        "also"
            | "then"
            | "now"
            | "still"
            | "already"
            | "later"
            | "again"
            | "never"
            | "even"
            | "not"
            | "often"
            | "once"
            | "twice"
            | "ever"
            | "just"
            | "only"
            | "soon"
            | "since"
            | "yet"
            | "thus"
    ) || (word.len() > 4
        && word.ends_with("ly")
        && !matches!(
            word,
            "family"
                | "italy"
                | "supply"
                | "reply"
                | "only"
                | "ally"
                | "rally"
                | "july"
                | "assembly"
                | "early"
                | "imply"
                | "comply"
                | "apply"
        ))
}

impl Sentence<'_> {
    fn norm(&self, i: usize) -> &str {
        self.tokens.get(i).map_or("", |t| t.norm())
    }

    fn previous_word(&self, i: usize) -> Option<usize> {
        (0..i).rev().find(|&j| {
            !(self.tokens[j].is_word() && (is_adverb(self.tokens[j].norm()) || matches!(self.norm(j), "all" | "both")))
        })
    }

    /// Whether the token is a verb that carries a clause by itself, or its auxiliary.
    #[must_use]
    pub fn is_finite(&self, i: usize) -> bool {
        let token = &self.tokens[i];
        if token.kind != TokenKind::Word {
            return false;
        }
        let word = token.norm();
        if ["'re", "'ve", "'ll", "'m", "’re", "’ve"].iter().any(|ending| word.ends_with(ending)) {
            return true;
        }
        if token.possessive {
            return matches!(word, "it" | "he" | "she" | "that" | "there" | "who" | "what");
        }
        if token.is_capitalized() && i > 0 && !self.title_case && !self.tokens[i - 1].is_quote() {
            return false;
        }
        if AUXILIARIES.contains(&word) {
            return true;
        }
        let Some(verb) = Lexicon::english().verb(word) else { return false };
        let (lemma, form) = (verb.lemma.as_str(), verb.form);
        let before = self.previous_word(i);
        let before_norm = before.map_or("", |j| self.norm(j));
        let after = self.norm(i + 1);
        let after_noun_phrase_opener = DETERMINERS.contains(&before_norm)
            || PREPOSITIONS.contains(&before_norm)
            || before.is_some_and(|j| self.tokens[j].possessive && !PRONOUNS.contains(&before_norm));
        if form.past && !form.base {
            let participle = BE_HAVE.contains(&before_norm) || MODALS.contains(&before_norm);
            return !participle && !after_noun_phrase_opener && after != "by";
        }
        if form.third_person {
            let subject_before = PRONOUNS.contains(&before_norm)
                || before.is_some_and(|j| {
                    self.tokens[j].is_capitalized() || self.tokens[j].is_quote() || is_noun_like(&self.tokens[j])
                });
            // "talks", "claims" and "reports" are mostly nouns; "denies" and "insists" never are.
            let only_verb = verb.report.is_some()
                && !matches!(
                    lemma,
                    "claim"
                        | "report"
                        | "state"
                        | "note"
                        | "comment"
                        | "estimate"
                        | "promise"
                        | "blast"
                        | "charge"
                        | "quote"
                        | "point"
                        | "remark"
                        | "threat"
                        | "hope"
                        | "fear"
                        | "suspect"
                );
            let starts_complement = matches!(after, "" | "," | "." | ";" | ":")
                || only_verb
                || DETERMINERS.contains(&after)
                || PREPOSITIONS.contains(&after)
                || is_adverb(after)
                || matches!(after, "that" | "it" | "him" | "them" | "he" | "she" | "they")
                || self.tokens.get(i + 1).is_some_and(|t| t.is_capitalized() || t.kind == TokenKind::Number);
            return subject_before && !after_noun_phrase_opener && starts_complement;
        }
        if form.base {
            // "we believe", "officials say", "who know", "China continue": a plural subject directly before.
            let subject = matches!(before_norm, "we" | "they" | "i" | "you" | "who" | "people" | "which")
                || before.is_some_and(|j| {
                    let t = &self.tokens[j];
                    t.is_word()
                        && !t.possessive
                        && t.norm().len() > 3
                        && t.norm().ends_with('s')
                        && !t.norm().ends_with("ss")
                        && !Lexicon::english().is(t.norm(), Class::Stopword)
                })
                || (before.is_some_and(|j| self.tokens[j].is_mark(',')) && matches!(after, "to" | "that"));
            let complement = DETERMINERS.contains(&after)
                || PREPOSITIONS.contains(&after)
                || matches!(after, "that" | "it" | "")
                || self.tokens.get(i + 1).is_some_and(Token::is_capitalized);
            return subject && !MODALS.contains(&before_norm) && complement && !after_noun_phrase_opener;
        }
        false
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
            let opens_quotation = self.quoted[i] && !self.quoted[i - 1];
            if (self.quoted[i] && !opens_quotation) || relative_end.is_some_and(|end| i < end) {
                continue;
            }
            let start = cuts.last().map_or(0, |cut| cut.0);
            if let Some((opener, end)) = self.cut_at(start, i) {
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
            if let Some(hole) = &hole {
                let subject = self.antecedent(hole.start);
                clauses.push(Clause { range: start..end, opener, subject: None, hole: Some(hole.clone()) });
                clauses.push(Clause { range: hole.clone(), opener: Opener::Relative, subject, hole: None });
                if let Some(main) = clauses.iter_mut().rev().nth(1) {
                    main.subject = None;
                }
                continue;
            }
            clauses.push(Clause { range: start..end, opener, subject, hole });
        }
        clauses
    }

    /// Whether a clause begins at `i`; with a relative clause also where it ends when the sentence goes on behind it.
    fn cut_at(&self, start: usize, i: usize) -> Option<(Opener, Option<usize>)> {
        let word = self.norm(i);
        // “…,” she said: the comma stands inside the marks.
        let comma_before =
            self.tokens[i - 1].is_mark(',') || (i >= 2 && self.tokens[i - 1].is_quote() && self.tokens[i - 2].is_mark(','));
        let left = || self.finite_in(start..i, false).is_some() || (start > 0 && self.has_participle(start));
        let right = |from: usize| self.finite_in(from..self.clause_limit(from), false);
        if self.tokens[i].kind == TokenKind::Mark {
            return (matches!(self.tokens[i].text, ";" | "—" | "–")
                && left()
                && i + 2 < self.tokens.len()
                && right(i + 1).is_some())
            .then_some((Opener::Coordinate, None));
        }
        match word {
            "although" | "though" | "whereas" if left() && right(i + 1).is_some() => {
                // "even though": the cut stands before "even".
                return (self.norm(i - 1) != "even").then_some((Opener::Concession, None));
            }
            "even" if self.norm(i + 1) == "though" && left() && right(i + 2).is_some() => {
                return Some((Opener::Concession, None));
            }
            // "two weeks after P" tells when P was; the cut would leave a stump.
            "after" | "before"
                if matches!(
                    self.norm(i - 1),
                    "days"
                        | "day"
                        | "weeks"
                        | "week"
                        | "months"
                        | "month"
                        | "years"
                        | "year"
                        | "hours"
                        | "minutes"
                        | "shortly"
                        | "soon"
                        | "just"
                ) && self.finite_in(i.saturating_sub(6).max(start)..i, false).is_none() => {}
            "since" | "after" | "before" | "because" | "while" | "until" if left() => {
                // A clause has its verb near its connective; "after months of failed attempts" has none before its comma.
                // "after eating it" has a gerund and no subject; the verb behind it belongs to another clause.
                let gerund = Lexicon::english().verb(self.norm(i + 1)).is_some_and(|verb| verb.form.ing);
                let verb = right(i + 1).filter(|_| !gerund)?;
                let subject_between = verb > i + 1;
                return (subject_between && verb - i < 22).then_some((Opener::Subordinate, None));
            }
            "when" | "as" if comma_before && left() && right(i + 1).is_some_and(|verb| verb > i + 1) => {
                return Some((Opener::Subordinate, None));
            }
            "following" if left() && self.has_participle(i + 1) => return Some((Opener::Participle, None)),
            "in" if self.norm(i + 1) == "a"
                && matches!(self.norm(i + 2), "move" | "step" | "decision" | "bid")
                && left()
                && self.has_participle(i + 3) =>
            {
                return Some((Opener::Participle, None));
            }
            "and" | "but" | "or" | "yet" if left() && word != "or" => return self.coordination(i, comma_before),
            // `…, 'it is false'`: a quotation with a subject and verb of its own.
            "it" | "that" | "this" | "they" | "these"
                if self.quoted[i]
                    && i >= 2
                    && self.tokens[i - 1].is_quote()
                    && self.tokens[i - 2].is_mark(',')
                    && left()
                    && self.is_finite(i + 1) =>
            {
                return Some((Opener::Coordinate, None));
            }
            // Behind a leading "Two weeks after …," or "While …," the main clause begins.
            _ if comma_before && self.opens_subordinate(start) && left() && self.begins_subject(i) => {
                return self
                    .finite_in(i..(i + 14).min(self.tokens.len()), true)
                    .filter(|&verb| verb > i && !self.tokens[i..verb].iter().any(|t| t.is_mark(',')))
                    .map(|_| (Opener::Main, None));
            }
            "who" | "which" | "whose" if comma_before => {
                let verb = right(i + 1)?;
                let end = (verb..self.tokens.len()).find(|&j| self.tokens[j].is_mark(',') && !self.quoted[j]);
                // A comma inside the relative clause's own list or phrase is not its end: a finite verb must follow.
                let end = end.filter(|&j| self.finite_in(j + 1..(j + 8).min(self.tokens.len()), false).is_some());
                let start_has_verb = left();
                return match end {
                    Some(end) if !start_has_verb => Some((Opener::Relative, Some(end + 1))),
                    _ if start_has_verb => Some((Opener::Relative, None)),
                    _ => None,
                };
            }
            _ => {}
        }
        let form = Lexicon::english().verb(word).map(|verb| verb.form);
        let ing = form.is_some_and(|form| form.ing) && !self.tokens[i].is_capitalized();
        (comma_before
            && ing
            && left()
            && !matches!(word, "including" | "according" | "speaking" | "following" | "depending" | "referring" | "citing"))
        .then_some((Opener::Participle, None))
    }

    /// "and" joins two clauses when a verb follows at once, or a subject and its verb behind a comma.
    fn coordination(&self, i: usize, comma_before: bool) -> Option<(Opener, Option<usize>)> {
        let first = (i + 1..self.tokens.len()).find(|&j| !is_adverb(self.norm(j)))?;
        let verb_at_once = self.is_finite(first) || (self.is_finite_after_and(first));
        if verb_at_once {
            return Some((Opener::Coordinate, None));
        }
        let verb = self.finite_in(i + 1..self.clause_limit(i + 1), false)?;
        // "told X that P and that Q" is cut: Q stands alone. Without a comma a subject of its own must follow closely.
        let list_item = self.tokens[i + 1..verb].iter().any(|t| t.is_mark(','));
        let pronoun = verb - i <= 8 && !list_item && PRONOUNS.contains(&self.norm(i + 1));
        (comma_before || self.norm(i + 1) == "that" || pronoun || self.own_subject(i + 1, verb))
            .then_some((Opener::Coordinate, None))
    }

    /// The sentence up to `start` and the clause at `start` hang on a subordinator near its beginning.
    fn opens_subordinate(&self, start: usize) -> bool {
        let opens = |from: usize| {
            (from..(from + 5).min(self.tokens.len())).any(|j| {
                matches!(
                    self.norm(j),
                    "after"
                        | "since"
                        | "while"
                        | "although"
                        | "though"
                        | "when"
                        | "because"
                        | "before"
                        | "as"
                        | "once"
                        | "despite"
                        | "if"
                )
            })
        };
        opens(start) || opens(0)
    }

    fn begins_subject(&self, i: usize) -> bool {
        let while_first = matches!(self.norm(0), "while" | "although" | "though" | "after" | "since")
            && self.tokens[i].is_word()
            && !self.is_finite(i);
        while_first
            || DETERMINERS.contains(&self.norm(i))
            || (PRONOUNS.contains(&self.norm(i)) && !matches!(self.norm(i), "who" | "which" | "that"))
            || self.tokens[i].is_capitalized()
    }

    /// "and a succession of countries … recognised him": a determiner or a name, and then its verb.
    fn own_subject(&self, from: usize, verb: usize) -> bool {
        let inner = self.tokens[from..verb].iter().any(|t| matches!(t.norm(), "what" | "who" | "which" | "that" | "where"));
        verb > from
            && !inner
            && (DETERMINERS.contains(&self.norm(from)) || self.tokens[from].is_capitalized())
            && verb - from < 12
    }

    /// A past form right behind "and" carries on the subject ("and imposed sanctions"), though it would be a participle elsewhere.
    fn is_finite_after_and(&self, i: usize) -> bool {
        Lexicon::english().verb(self.norm(i)).is_some_and(|verb| verb.form.past && !verb.form.base)
            && self.norm(i + 1) != "by"
            && !self.tokens[i].is_capitalized()
    }

    fn begins_with_verb(&self, start: usize) -> bool {
        let first = (start..self.tokens.len())
            .find(|&j| !matches!(self.norm(j), "and" | "but" | "yet" | "—" | "–" | ";") && !is_adverb(self.norm(j)));
        first.is_some_and(|j| !self.tokens[j].possessive && (self.is_finite(j) || self.is_finite_after_and(j)))
    }

    /// A past participle soon enough to be the phrase's own: "elections widely regarded as rigged", "an election that was criticised".
    fn has_participle(&self, from: usize) -> bool {
        (from..(from + 9).min(self.tokens.len()))
            .take_while(|&j| !self.tokens[j].is_mark(',') && !self.tokens[j].is_mark('.'))
            .any(|j| {
                AUXILIARIES.contains(&self.norm(j))
                    || Lexicon::english().verb(self.norm(j)).is_some_and(|verb| verb.form.participle && !verb.form.base)
            })
    }

    /// Where a clause that begins at `from` can end at the latest: the next comma with a connective, or the end.
    fn clause_limit(&self, from: usize) -> usize {
        (from..self.tokens.len()).find(|&j| matches!(self.tokens[j].text, ";" | "—")).unwrap_or(self.tokens.len())
    }

    /// The subject of a clause: its words before the finite verb, without a leading connective or time.
    fn subject_of(&self, clause: &Clause) -> Option<Range<usize>> {
        if let Some(subject) = &clause.subject {
            return Some(subject.clone());
        }
        let verb = self.finite_in(clause.range.clone(), false)?;
        let mut start = clause.range.start;
        while start < verb
            && (matches!(
                self.norm(start),
                "and"
                    | "but"
                    | "that"
                    | "since"
                    | "after"
                    | "before"
                    | "because"
                    | "while"
                    | "although"
                    | "though"
                    | "even"
                    | "when"
                    | "as"
            ) || self.tokens[start].is_quote())
        {
            start += 1;
        }
        // "On Friday, the court": the subject begins behind the last comma that a name does not surround.
        if let Some(comma) = (start..verb).find(|&j| self.tokens[j].is_mark(',')) {
            let leading =
                PREPOSITIONS.contains(&self.norm(start)) || matches!(self.norm(start), "last" | "this" | "earlier" | "meanwhile");
            if leading && comma + 1 < verb {
                start = comma + 1;
            }
        }
        // "Jane Roe, the head of the board, said": the name is the subject, the apposition only describes.
        let end = (start + 1..verb).find(|&j| self.tokens[j].is_mark(',')).unwrap_or(verb);
        (start < end).then_some(start..end)
    }

    /// The noun phrase before ", who".
    fn antecedent(&self, relative: usize) -> Option<Range<usize>> {
        let end = relative.checked_sub(1)?;
        // "…, said Col Jane Roe, who": a name is its whole run of capitals.
        let capitals = (0..end).rev().take_while(|&j| self.tokens[j].is_capitalized() || self.tokens[j].is_mark('.')).count();
        if capitals > 0 {
            return Some(end - capitals..end);
        }
        let mut start = end;
        while start > 0 && end - start < 8 {
            let token = &self.tokens[start - 1];
            let stops = token.kind == TokenKind::Mark && !token.is_mark('.') && !token.is_quote()
                || PREPOSITIONS.contains(&token.norm())
                || self.is_finite(start - 1)
                || matches!(token.norm(), "and" | "that" | "recognize");
            if stops {
                break;
            }
            start -= 1;
        }
        (start < end).then_some(start..end)
    }
}

fn is_noun_like(token: &Token<'_>) -> bool {
    let lexicon = Lexicon::english();
    token.is_word()
        && !lexicon.is(token.norm(), Class::Stopword)
        && !is_adverb(token.norm())
        && !token.norm().ends_with("ed")
        && !token.possessive
        && ![
            "direct",
            "new",
            "recent",
            "international",
            "military",
            "economic",
            "foreign",
            "european",
            "such",
            "last",
            "further",
            "public",
            "national",
        ]
        .contains(&token.norm())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::text::{quotes, tokenize};

    fn check(text: &str, expected: &[&str]) {
        let tokens = tokenize(text, 0, Lexicon::english());
        let quotations = quotes::quotations(text, 0, None, Lexicon::english());
        let quoted = tokens.iter().map(|t| quotations.iter().any(|q| q.inner.contains(&t.start))).collect();
        let sentence = Sentence { tokens, quoted, title_case: false };
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
