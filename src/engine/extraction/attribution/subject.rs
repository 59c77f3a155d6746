//! The noun phrase that speaks: before its verb, over appositions and relative clauses, or borrowed from another clause.

use std::ops::Range;

use super::{Scan, Speakers};
use crate::{
    domain::Source,
    engine::text::{Class, Tag, Token},
};

impl Scan<'_, '_> {
    /// The noun phrase before the verb at `i`, and the tokens it takes.
    pub(super) fn subject(&self, i: usize, speakers: &Speakers) -> (Option<Source>, Range<usize>) {
        let floor = self.clause_start(i);
        let mut j = i;
        let auxiliary = |t: &Token<'_>| {
            matches!(t.tag, Tag::Adverb | Tag::Modal)
                || t.has(Class::Have)
                || t.has(Class::Be)
                || t.has(Class::Do)
                || t.has(Class::FloatingQuantifier)
        };
        while j > floor && auxiliary(&self.tokens()[j - 1]) {
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
                || token.tag == Tag::Relative
                || (token.has(Class::That) && token.tag != Tag::Determiner);
            // "A deckhand who swam ashore told": the relative clause only describes the speaker before it.
            if token.has(Class::RelativePronoun) && token.tag == Tag::Relative && from < j && from - 1 > floor {
                (from, j) = (from - 1, from - 1);
                continue;
            }
            // A verb of another clause ends the phrase: "asked the office to investigate alleged fraud".
            if stop
                || (token.tag == Tag::To && self.tag(from) == Some(Tag::Infinitive))
                || (from < j && self.sentence.is_finite(from - 1))
            {
                // "A deckhand who swam ashore told": the relative clause only describes the speaker before it.
                let relative = (floor..from).rev().take(8).find(|&k| self.tag(k) == Some(Tag::Relative)).filter(|_| !stop);
                if let Some(relative) = relative.filter(|relative| *relative > floor) {
                    (from, j) = (relative, relative);
                    continue;
                }
                break;
            }
            from -= 1;
        }
        // "a tweet by X that said": the relative's antecedent speaks.
        if from == j && from > floor && self.opens_relative(from - 1) {
            let end = from - 1;
            let mut start = end;
            while start > floor
                && end - start < 12
                && !self.tokens()[start - 1].is_mark(',')
                && !self.sentence.is_finite(start - 1)
            {
                start -= 1;
            }
            let at = self.tokens()[start..end].iter().rposition(|t| t.tag == Tag::Determiner).map_or(start, |k| start + k);
            return (self.classify(&self.tokens()[at..end]), at..j);
        }
        let phrase = &self.tokens()[from..j];
        let last = phrase.iter().rfind(|t| t.is_word());
        let source = match last {
            // Whom the pronoun means, else whoever spoke last.
            Some(t) if t.has(Class::PersonalPronoun) => self.cast.source_of(t).or_else(|| speakers.person().cloned()),
            Some(t) if t.has(Class::GroupPronoun) => {
                self.cast.source_of(t).or_else(|| speakers.last.as_ref().map(|speaker| speaker.source.clone()))
            }
            Some(t) if matches!(t.tag, Tag::Pronoun | Tag::Relative) => None,
            Some(_) if phrase.iter().all(|t| matches!(t.tag, Tag::Infinitive | Tag::Present)) => None,
            Some(_) if phrase.iter().all(|t| !t.is_word() || t.has(Class::Stopword)) => self.borrowed_subject(i),
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

    /// "who", "which", or the "that" of "a tweet that said".
    fn opens_relative(&self, i: usize) -> bool {
        self.tag(i) == Some(Tag::Relative) || self.has(i, Class::That)
    }
}
