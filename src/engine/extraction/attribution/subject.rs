//! The noun phrase that speaks: before its verb, over appositions and relative clauses, or borrowed from another clause.

use std::ops::Range;

use super::{Scan, Speakers};
use crate::{
    domain::Source,
    engine::text::{Class, Lexicon, Token, TokenKind},
};

impl Scan<'_, '_> {
    /// End of the noun phrase at `from`: a comma, a stop, a quotation mark or a verb.
    pub(super) fn phrase_end(&self, from: usize) -> usize {
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
    pub(super) fn subject(&self, i: usize, speakers: &Speakers) -> (Option<Source>, Range<usize>) {
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
            // "a parents' group": an apostrophe, and no mark of a quotation.
            let plural_possessive = matches!(token.text, "'" | "’") && from > 1 && {
                let owner = &self.tokens()[from - 2];
                owner.end == token.start && owner.norm().ends_with('s') && !self.sentence.quoted[from - 2]
            };
            let stop = self.sentence.quoted[from - 1]
                || (token.is_quote() && !plural_possessive)
                || token.is_mark(',')
                || token.is_mark(';')
                || token.is_mark(':')
                || token.is_mark('—')
                || token.is_mark('–')
                || token.is_mark('-')
                || matches!(token.norm(), "that" | "who" | "which");
            // A verb of another clause ends the phrase: "asked the office to investigate alleged fraud".
            if stop
                || (token.is("to") && Lexicon::english().verb(self.norm(from)).is_some_and(|verb| verb.form.base))
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
                .rposition(|t| matches!(t.norm(), "a" | "an" | "the"))
                .map_or(start, |k| start + k);
            return (self.classify(&self.tokens()[at..end]), at..j);
        }
        let phrase = &self.tokens()[from..j];
        let words: Vec<&str> = phrase.iter().filter(|t| t.is_word()).map(|t| t.norm()).collect();
        let source = match words.last() {
            Some(&("he" | "she")) => speakers.person().cloned(),
            Some(&("they" | "it")) => speakers.last.as_ref().map(|s| s.source.clone()),
            Some(&("we" | "i" | "you" | "there" | "what" | "this" | "which")) => None,
            Some(_)
                if phrase
                    .iter()
                    .all(|t| !t.is_capitalized() && Lexicon::english().verb(t.norm()).is_some_and(|verb| verb.form.base)) =>
            {
                None
            }
            Some(_) if phrase.iter().all(|t| !t.is_word() || Lexicon::english().is(t.norm(), Class::Stopword)) => {
                self.borrowed_subject(i)
            }
            Some(_) => self.classify(phrase),
            // "and said …": the clause borrows its subject.
            None => self.borrowed_subject(i),
        };
        (source, from..j)
    }

    pub(super) fn borrowed_subject(&self, i: usize) -> Option<Source> {
        let clause = self.clauses.iter().rfind(|c| c.range.contains(&i))?;
        self.classify(&self.tokens()[clause.subject.clone()?])
    }
}
