//! The verb group of a proposition: its finite verb with the verbs and adverbs that depend on it in a row.

use std::ops::Range;

use super::{Class, Lexicon, Modality, Tag, Token};

pub(super) struct Predicate<'a, 't> {
    tokens: &'a [&'a Token<'t>],
    lexicon: &'a Lexicon,
    /// Where the main clause begins: behind a leading "if …,".
    start: usize,
    /// The finite verb.
    verb: usize,
    /// "no longer has refused to pay": the verb with what stands at it in a row.
    group: Range<usize>,
}

impl<'a, 't> Predicate<'a, 't> {
    pub(super) fn find(tokens: &'a [&'a Token<'t>], lexicon: &'a Lexicon) -> Option<Self> {
        let mut this = Self { tokens, lexicon, start: 0, verb: 0, group: 0..0 };
        if this.modality(0) == Some((Modality::Condition, 1)) {
            this.start = tokens.iter().position(|t| t.is_mark(',')).map_or(0, |comma| comma + 1);
        }
        this.verb = this.main_verb()?;
        let mut from = this.verb;
        while from > this.start && this.tag(from - 1) == Some(Tag::Adverb) {
            from -= 1;
        }
        this.group = from..this.group_end(this.verb);
        Some(this)
    }

    fn tag(&self, at: usize) -> Option<Tag> {
        self.tokens.get(at).map(|token| token.tag)
    }

    fn has(&self, at: usize, class: Class) -> bool {
        self.tokens.get(at).is_some_and(|token| token.has(class))
    }

    fn modality(&self, at: usize) -> Option<(Modality, usize)> {
        self.tokens.get(at).filter(|token| token.word.opens_modality)?;
        self.lexicon.modality(|i| self.tokens.get(at + i).map(|token| token.norm()))
    }

    /// A class of the token's verb, whatever its form; adjectives and participles are listed as they stand.
    fn lemma_has(&self, at: usize, class: Class) -> bool {
        let Some(token) = self.tokens.get(at) else { return false };
        token.has(class) || token.word.verb.as_ref().is_some_and(|verb| self.lexicon.is(&verb.lemma, class))
    }

    /// The first finite verb outside relative clauses; without one, the first verb of any form.
    fn main_verb(&self) -> Option<usize> {
        let n = self.tokens.len();
        let mut at = self.start;
        while at < n {
            if self.opens_relative(at) {
                at = self.relative_end(at);
            } else if self.is_finite(at) {
                return Some(at);
            } else {
                at += 1;
            }
        }
        let open = |i: &usize| matches!(self.tag(*i), Some(Tag::Infinitive | Tag::Participle | Tag::Gerund));
        (self.start..n).take_while(|&i| !self.opens_relative(i)).find(open)
    }

    fn is_finite(&self, at: usize) -> bool {
        // "to visit flooded towns": a participle, whatever the tagger says.
        let participle = self.tag(at) == Some(Tag::Past) && at > 0 && self.tag(at - 1) == Some(Tag::Infinitive);
        self.tag(at).is_some_and(Tag::is_finite) && !participle
    }

    fn opens_relative(&self, at: usize) -> bool {
        match self.tag(at) {
            Some(Tag::Relative) => true,
            // "the deal that failed": "that" behind a noun and before a verb.
            Some(Tag::Preposition | Tag::Determiner) if at > self.start => {
                self.has(at, Class::That)
                    && self.tag(at - 1).is_some_and(Tag::is_nominal)
                    && (self.is_finite(at + 1) || self.tag(at + 1) == Some(Tag::Adverb))
            }
            _ => false,
        }
    }

    /// Behind the verb group of a relative clause, or behind the comma that closes it.
    fn relative_end(&self, at: usize) -> usize {
        let n = self.tokens.len();
        let comma = |i: usize| self.tokens[i].is_mark(',');
        if at > 0
            && comma(at - 1)
            && let Some(close) = (at + 1..n).find(|&i| comma(i))
        {
            return close + 1;
        }
        match (at + 1..n).find(|&i| self.is_finite(i)) {
            Some(verb) => self.group_end(verb),
            None => n,
        }
    }

    fn group_end(&self, verb: usize) -> usize {
        let mut at = verb + 1;
        loop {
            let goes_on = match self.tag(at) {
                Some(Tag::Adverb | Tag::Modal | Tag::Infinitive | Tag::Participle | Tag::To | Tag::Particle) => true,
                // "has paid", "did not fail" where the tagger saw a finite verb; "is going to".
                Some(Tag::Past | Tag::Present) => {
                    self.has(at - 1, Class::Be) || self.has(at - 1, Class::Have) || self.tag(at - 1) == Some(Tag::Adverb)
                }
                Some(Tag::Gerund) => self.tag(at + 1) == Some(Tag::To) || self.has(at - 1, Class::Be),
                Some(Tag::Adjective) => self.tag(at + 1) == Some(Tag::To),
                // "refused and still refuses"
                Some(Tag::Conjunction) => self.tag(at - 1) == Some(Tag::Adverb) && self.tag(at + 1) == Some(Tag::Adverb),
                Some(Tag::Mark) => self.tokens[at].is_quote() || self.parenthesis(at).is_some(),
                // "has no longer", "cannot"; any other "no" belongs to the object.
                Some(_) => self.modality(at).is_some_and(|(kind, _)| kind == Modality::Negates),
                None => false,
            };
            if !goes_on {
                return at;
            }
            at = match (self.parenthesis(at), self.modality(at)) {
                (Some(end), _) => end,
                (None, Some((Modality::Negates, length))) => at + length,
                _ => at + 1,
            };
        }
    }

    /// ", reportedly,": where it ends.
    fn parenthesis(&self, at: usize) -> Option<usize> {
        let comma = |i: usize| self.tokens.get(i).is_some_and(|t| t.is_mark(','));
        (comma(at) && self.tag(at + 1) == Some(Tag::Adverb) && comma(at + 2)).then_some(at + 3)
    }

    // Polarity.

    /// "No one was hurt", "Neither side paid": a negation that opens the clause or its subject.
    pub(super) fn negated_subject(&self) -> usize {
        let mut at = self.start;
        while at < self.group.start {
            let opens = at == self.start
                || matches!(self.tag(at - 1), Some(Tag::Mark | Tag::Adverb | Tag::Name))
                || at == self.start + 1 && self.tag(at - 1) == Some(Tag::Conjunction);
            if self.opens_relative(at) {
                break;
            }
            // "No, the shop is open" answers somebody.
            let answer = self.tokens.get(at + 1).is_some_and(|t| t.is_mark(','));
            match self.modality(at) {
                Some((Modality::Idle, length)) => at += length,
                _ if opens && !answer && self.negates(at) => return 1,
                _ => at += 1,
            }
        }
        0
    }

    /// "did not", "failed to", "is unable to", "ruled out".
    pub(super) fn negated_group(&self) -> usize {
        let mut count = 0;
        let mut at = self.group.start;
        while at < self.group.end {
            match self.modality(at) {
                Some((Modality::Idle | Modality::Open, length)) => at += length,
                Some((Modality::Negates, length)) => {
                    count += 1;
                    at += length;
                }
                _ => {
                    count += usize::from(self.negates(at) || self.is_negative_implicative(at));
                    at += 1;
                }
            }
        }
        count
    }

    /// "paid no taxes", "hurt nobody".
    pub(super) fn negated_object(&self) -> usize {
        let mut at = self.group.end;
        while self.tokens.get(at).is_some_and(|token| token.is_quote()) {
            at += 1;
        }
        let idle = self.modality(at).is_some_and(|(kind, _)| kind == Modality::Idle);
        let negates = !idle && self.negates(at);
        // "voted no" denies nothing; "paid no taxes" does.
        let determines = self.tag(at) == Some(Tag::Determiner);
        let counted = self.tag(at + 1).is_some_and(|tag| {
            tag.is_nominal() || matches!(tag, Tag::Adjective | Tag::Gerund | Tag::Participle | Tag::Genitive | Tag::Adverb)
        });
        usize::from(negates && (!determines || counted))
    }

    pub(super) fn is_negated_before(&self) -> bool {
        self.negated_subject() > 0 || (self.group.start..self.verb).any(|at| self.negates(at))
    }

    fn negates(&self, at: usize) -> bool {
        // "without" and "nor" negate a phrase of their own, except "nor" that opens the clause.
        let own_phrase = match self.tag(at) {
            Some(Tag::Preposition) => true,
            Some(Tag::Conjunction) => at > self.start,
            _ => false,
        };
        self.has(at, Class::Negation) && !own_phrase
    }

    /// "failed to pay", "stopped paying"; "the talks failed" denies nothing.
    fn is_negative_implicative(&self, at: usize) -> bool {
        let governs = matches!(self.tag(at + 1), Some(Tag::Gerund | Tag::Infinitive))
            || self.tag(at + 1) == Some(Tag::To) && (at + 2..self.group.end).any(|i| self.tag(i) == Some(Tag::Infinitive));
        governs && self.lemma_has(at, Class::Implicative)
    }

    // Certainty.

    pub(super) fn is_conditional(&self) -> bool {
        // "Should the river rise, …", "Had he known, …"
        let inverted = self.verb == 0
            && (self.tag(0) == Some(Tag::Modal) || self.has(0, Class::Have))
            && matches!(self.tag(1), Some(Tag::Pronoun | Tag::Determiner | Tag::Name))
            && !self.tokens[self.tokens.len() - 1].is_mark('?');
        if inverted {
            return true;
        }
        let mut at = 0;
        while at < self.tokens.len() {
            // A condition inside a relative clause is somebody else's.
            if at >= self.start && self.opens_relative(at) {
                return false;
            }
            match self.modality(at) {
                Some((Modality::Condition, _)) => return true,
                Some((_, length)) => at += length,
                None => at += 1,
            }
        }
        false
    }

    pub(super) fn is_hedged(&self) -> bool {
        let mut at = self.start;
        while at < self.group.start {
            if self.opens_relative(at) {
                at = self.relative_end(at).max(at + 1);
                continue;
            }
            let open = self.modality(at).is_some_and(|(kind, _)| kind == Modality::Open);
            if open || self.hedges(at) && self.tag(at) == Some(Tag::Adverb) {
                return true;
            }
            at += 1;
        }
        let group = self.group.clone();
        if group.clone().any(|i| self.leaves_open(i)) {
            return true;
        }
        let hedged = group.clone().any(|i| {
            let modal_ability = self.tag(i) == Some(Tag::Modal) && self.denies_ability(i);
            self.hedges(i) && !modal_ability && !matches!(self.tag(i), Some(Tag::Noun | Tag::Nouns | Tag::Name))
                || self.seems(i)
                || self.is_opinion(i)
        });
        // "is possible", "remains unclear"; "paid the fine, allegedly".
        let predicate = self.hedges(group.end) && matches!(self.tag(group.end), Some(Tag::Adjective | Tag::Adverb));
        let last = self.tokens.iter().rposition(|token| token.is_word());
        hedged
            || predicate
            || last
                .is_some_and(|i| self.hedges(i) && self.tag(i) == Some(Tag::Adverb) && i > 0 && self.tokens[i - 1].is_mark(','))
    }

    /// "cannot exclude a strike", "has not ruled out a strike", "refused to rule out a strike".
    fn leaves_open(&self, at: usize) -> bool {
        match self.modality(at) {
            Some((Modality::Open, _)) => true,
            Some((Modality::Negates, _)) => self.tag(at).is_some_and(Tag::is_verb) && self.negated_group().is_multiple_of(2),
            _ => false,
        }
    }

    fn hedges(&self, at: usize) -> bool {
        self.has(at, Class::Hedge) && !self.lemma_has(at, Class::Seeming)
    }

    /// "could not find": an ability, not a guess. "may not" stays a guess.
    fn denies_ability(&self, at: usize) -> bool {
        self.has(at, Class::Ability) && self.has(at + 1, Class::Negation)
    }

    /// "appears to leak", "seems unsafe"; "appears in court" is no hedge.
    fn seems(&self, at: usize) -> bool {
        let governs = match self.tag(at + 1) {
            Some(Tag::To | Tag::Adjective) => true,
            Some(Tag::Adverb) => self.tag(at + 2) == Some(Tag::To),
            Some(Tag::Preposition | Tag::Determiner) => self.has(at + 1, Class::That),
            _ => false,
        };
        governs && self.tag(at).is_some_and(Tag::is_verb) && self.lemma_has(at, Class::Seeming)
    }

    /// "is believed to leak".
    fn is_opinion(&self, at: usize) -> bool {
        self.tag(at + 1) == Some(Tag::To) && self.passive(at) && self.lemma_has(at, Class::Opinion)
    }

    fn passive(&self, at: usize) -> bool {
        matches!(self.tag(at), Some(Tag::Participle | Tag::Past | Tag::Adjective))
            && (self.verb.saturating_sub(1)..at).any(|i| self.has(i, Class::Be) || self.tag(i) == Some(Tag::Contraction))
    }

    /// "will close", "is to close", "plans to close", "is expected to close", "expects a rise".
    pub(super) fn lies_ahead(&self) -> bool {
        let denied = self.negated_group() > 0;
        let active = self.tag(self.verb).is_some_and(|tag| matches!(tag, Tag::Past | Tag::Present | Tag::Third));
        // The headline "Leader to visit camp".
        let headline = self.verb > self.start + 1
            && self.tag(self.verb) == Some(Tag::Infinitive)
            && self.tag(self.verb - 1) == Some(Tag::To);
        let forecast = active && self.group.end == self.verb + 1 && self.lemma_has(self.verb, Class::Forecast);
        headline
            || forecast
            || self.group.clone().any(|i| {
                let to = self.tag(i + 1) == Some(Tag::To);
                // "planea vender" has no "to".
                let governs = self.tag(i + 1 + usize::from(to)) == Some(Tag::Infinitive);
                // "is to drill", whatever the tagger takes "drill" for; "is to the north" is a place.
                let is_to =
                    to && self.has(i, Class::Be) && matches!(self.tag(i + 2), Some(Tag::Infinitive | Tag::Noun | Tag::Present));
                // "did not plan to sell" predicts nothing.
                self.has(i, Class::Future) || is_to || governs && !denied && self.lemma_has(i, Class::Prospective)
            })
    }

    /// "The vote is on Monday": what news tells in the present with a date is still to come.
    pub(super) fn is_present(&self) -> bool {
        let perfect = self.group.end > self.verb + 1 && (self.has(self.verb, Class::Have) || self.has(self.verb, Class::Be));
        !perfect && matches!(self.tag(self.verb), Some(Tag::Present | Tag::Third))
    }

    pub(super) fn is_past(&self) -> bool {
        self.tag(self.verb) == Some(Tag::Past) || self.has(self.verb, Class::Have) && self.group.end > self.verb + 1
    }
}
