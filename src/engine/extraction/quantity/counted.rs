//! What a number counts: a unit with a name of its own, or the head of the noun phrase behind it.

use super::{Class, Line, NumberWord, Tag};

/// Words of a noun phrase that are looked at.
const LONGEST_PHRASE: usize = 6;

impl Line<'_, '_> {
    /// The unit behind a number that ends before `at`, and where it ends: "countries" of "50 of the member countries".
    pub(super) fn unit(&self, at: usize) -> (Option<String>, usize) {
        if let Some((unit, length)) = self.lexicon.numbers.units.behind.longest(self.ahead(at)) {
            return (Some(unit.clone()), at + length);
        }
        let mut from = at;
        while from < at + 3 && self.role(from) == Some(NumberWord::Partitive) {
            from += 1;
        }
        // "seven of the nine members": the same members, and "nine" is a number of its own.
        if from > at
            && let Some(other) = self.number(from)
        {
            return (self.unit(other.end).0, at);
        }
        let Some(head) = self.head(from) else { return (None, at) };
        match self.lexicon.numbers.units.behind.longest(self.ahead(head)) {
            Some((unit, length)) => (Some(unit.clone()), head + length),
            None => (Some(self.tokens[head].norm().to_owned()), head + 1),
        }
    }

    fn head(&self, from: usize) -> Option<usize> {
        let mut head = None;
        let mut name = None;
        for at in from..(from + LONGEST_PHRASE).min(self.tokens.len()) {
            let token = self.tokens[at];
            let time = token.word.calendar.is_some() && token.is_capitalized();
            if !token.is_word() || time || token.has(Class::Stopword) && !token.has(Class::Person) {
                break;
            }
            if token.has(Class::Person) {
                head = Some(at);
                // "police officers"
                if !matches!(self.tag(at + 1), Some(Tag::Noun | Tag::Nouns)) {
                    break;
                }
                continue;
            }
            match token.tag {
                Tag::Name if head.is_some() => break,
                Tag::Name => name = Some(at),
                Tag::Noun | Tag::Nouns => {
                    if self.lexicon.numbers.head_first {
                        return Some(at);
                    }
                    head = Some(at);
                    if token.tag == Tag::Nouns && !matches!(self.tag(at + 1), Some(Tag::Noun | Tag::Nouns)) {
                        break;
                    }
                }
                Tag::Genitive | Tag::Adjective if head.is_none() || token.tag == Tag::Genitive => {}
                Tag::Participle | Tag::Gerund | Tag::Past if head.is_none() => {
                    // "12 wounded soldiers", but "12 died on Monday": only before a noun.
                    if !matches!(self.tag(at + 1), Some(Tag::Noun | Tag::Nouns | Tag::Adjective)) {
                        break;
                    }
                }
                Tag::Adverb if self.tag(at + 1) == Some(Tag::Adjective) => {}
                _ => break,
            }
        }
        // A name counts in the plural only: "20 Palestinians". English and Spanish plurals end alike.
        head.or_else(|| name.filter(|&at| self.tokens[at].norm().ends_with('s') && !self.tokens[at].possessive))
    }
}
