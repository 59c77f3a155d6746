//! A claim reduced to what comparison needs: weighted stems, quotation, numbers as identity, participants and their roles.
//!
//! Polarity, certainty, quantity and attribution are left out on purpose: they are no part of what a claim is about, so a
//! denial lands beside the assertion that it denies.
//!
//! Kept small and flat: the index holds a million of them, and a comparison of two allocates nothing.

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

use chrono::NaiveDate;
use rustc_hash::FxHashMap;

use super::{
    topic::Topic,
    words::{Name, Slot, SlotKind, Stem, Term, TermKind, id_of},
};
use crate::{
    domain::{ClaimReading, Embedding, Entity, EntityKind, KnownClaim, Quantity},
    engine::text::{
        Class, Lexicon, Tag, Token, TokenKind, fold, is_title_case,
        lexicon::{CalendarWord, NumberWord, Place, PlaceSense},
        stems::stem,
        tokenize,
    },
};

/// Everything that a comparison reads, in three allocations: a million claims are held in memory at once, and what is
/// compared lies side by side.
#[derive(Clone, Debug, Default)]
pub struct Features {
    /// The folded words; behind them the quotation, and names that the words do not hold.
    text: Box<str>,
    /// Distinct stems, sorted by id.
    terms: Box<[Term]>,
    /// Sorted by kind, then id.
    slots: Box<[Slot]>,
    /// What its article is about; `None` where it stands alone.
    topic: Option<Arc<Topic>>,
    /// What the claim means, where a model told.
    embedding: Option<Arc<Embedding>>,
    event_date: Option<NaiveDate>,
    /// Bytes of `text` that are words of the claim.
    words: u16,
    /// Claims of its article, itself among them. As many as the type holds are as good as more.
    company: u8,
}

impl PartialEq for Features {
    fn eq(&self, other: &Self) -> bool {
        self.told() == other.told()
    }
}

impl Eq for Features {}

impl Hash for Features {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.told().hash(state);
    }
}

/// Quotations shorter than this are phrases anyone may use ("an option").
const QUOTATION_WORDS: usize = 4;
/// Words behind which stands when it happened, not what: "… when the ferry capsized".
const CIRCUMSTANCE: &[&str] = &["when", "while", "after", "before", "since"];
/// What such words count of their rarity.
const ASIDE_SHARE: f32 = 0.3;
/// What is left of the rarity of a word that stands in every claim of its article.
const TOPIC_SHARE: f32 = 0.1;
/// How surely two claims belong to one story whose articles are not known. Set by rule, as no story has claims that stand alone: what
/// tells the generated claims of docs/benchmarks.md apart best at the threshold of articles.
pub const UNKNOWN_STORY: f64 = 0.25;
/// Longer texts are compared by their beginning: every measure stays bounded.
const MOST_BYTES: usize = 4_096;
const MOST_TOKENS: usize = 160;
/// A token may have many parts ("a-b-c-…").
pub const MOST_TERMS: usize = 192;

/// What a claim is about: the part of a reading that is compared.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    proposition: &'a str,
    quote: Option<&'a str>,
    quantities: &'a [Quantity],
    entities: &'a [Entity],
    event_date: Option<NaiveDate>,
    embedding: Option<&'a Arc<Embedding>>,
}

impl<'a> From<&'a ClaimReading> for Subject<'a> {
    fn from(reading: &'a ClaimReading) -> Self {
        Self {
            proposition: &reading.proposition,
            quote: reading.attribution.quote.as_deref(),
            quantities: &reading.quantities,
            entities: &reading.entities,
            event_date: reading.event_date,
            embedding: reading.embedding.as_ref(),
        }
    }
}

impl<'a> From<&'a KnownClaim> for Subject<'a> {
    fn from(claim: &'a KnownClaim) -> Self {
        Self {
            proposition: &claim.proposition,
            quote: claim.quote.as_deref(),
            quantities: &claim.quantities,
            entities: &claim.entities,
            event_date: claim.event_date,
            embedding: claim.embedding.as_ref(),
        }
    }
}

impl Features {
    /// Of an English claim.
    #[must_use]
    pub fn of<'a>(subject: impl Into<Subject<'a>>) -> Self {
        Self::with(subject.into(), Lexicon::english())
    }

    /// Of a claim in a language (ISO 639-1). One without lists is compared word by word.
    #[must_use]
    pub fn in_language<'a>(subject: impl Into<Subject<'a>>, language: &str) -> Self {
        Self::with(subject.into(), Lexicon::of(language).unwrap_or(Lexicon::english()))
    }

    /// Features of all claims of one article, in its context: the words of its topic stand in many of its claims and tell
    /// them apart badly, so a term's rarity falls with the number of claims of the article that hold it. Claims of two articles
    /// on one topic are then compared by what is their own; a headline alone keeps every weight. (Local inverse document
    /// frequency, after Spärck Jones 1972; it needs no statistics of the corpus, which grow old.)
    #[must_use]
    pub fn in_article(mut claims: Vec<Self>) -> Vec<Self> {
        let mut holding: FxHashMap<u32, u32> = FxHashMap::default();
        for term in claims.iter().flat_map(|features| features.terms.iter()) {
            *holding.entry(term.id).or_default() += 1;
        }
        let topic = (claims.len() > 1).then(|| Arc::new(Topic::of(&claims)));
        let all = (claims.len() as f32 + 1.0).ln();
        let company = u8::try_from(claims.len()).unwrap_or(u8::MAX);
        let share = |id: u32| TOPIC_SHARE + (1.0 - TOPIC_SHARE) * (1.0 - (holding[&id] as f32).ln() / all);
        for features in &mut claims {
            features.terms.iter_mut().for_each(|term| *term = term.damped(share(term.id)));
            features.company = company;
            features.topic.clone_from(&topic);
        }
        claims
    }

    fn with(subject: Subject<'_>, lexicon: &'static Lexicon) -> Self {
        let mut tokens = tokenize(clip(subject.proposition, MOST_BYTES), 0, lexicon);
        tokens.truncate(MOST_TOKENS);
        let title_case = is_title_case(&tokens);
        let mut folded = Folded::of(&tokens);
        let words = folded.text.len() as u16;
        let (people, places): (Vec<_>, Vec<_>) = subject.entities.iter().partition(|e| e.kind != EntityKind::Place);
        let named = people.iter().flat_map(|e| e.name.split([' ', '-'])).map(|word| id_of(&lexicon.stem(word))).collect();
        let amounts = amounts(subject, &tokens, lexicon);
        let asides = asides(&tokens);
        let mut terms = terms(&tokens, &asides, &folded, title_case, named, &amounts, lexicon);
        let meant = meant(&people, &tokens);
        for meant in &meant {
            let stem = Stem::of(meant.name, lexicon).times(meant.confidence);
            if terms.len() < MOST_TERMS && terms.iter().all(|term| term.id != stem.id) {
                terms.push(Term::new(stem, TermKind::Name, true, folded.find(meant.name, words)));
            }
        }
        terms.sort_unstable_by_key(|term| term.id);
        let mut slots: Vec<Slot> = Vec::new();
        let mut add = |kind, name: &str, at| slots.push(Slot::new(kind, id_of(name), at));
        // "many states, including Peru": who stands for others tells nothing apart.
        let examples = examples(&tokens);
        let from = tokens.get(examples).map_or(usize::MAX, |token| token.start);
        let is_example = |place: &&Entity| subject.proposition.find(&place.text).is_some_and(|at| at > from);
        for place in places.into_iter().filter(|place| !lexicon.is_region(&place.name) && !is_example(place)) {
            add(SlotKind::Place, &place.name, folded.find(&place.text, words));
        }
        for (i, token) in tokens.iter().enumerate().filter(|(_, token)| is_ordinal(token.norm())) {
            add(SlotKind::Ordinal, token.norm(), folded.at(i, i + 1));
        }
        if let Some(from) = tokens.iter().position(|t| matches!(t.norm(), "if" | "unless")) {
            for who in participants(&tokens, &meant, from + 1, tokens.len()).iter().filter(|who| !who.place) {
                add(SlotKind::Condition, who.name, folded.at(who.from, who.to));
            }
        }
        // Told by the order of English words.
        let roles =
            if title_case || !std::ptr::eq(lexicon, Lexicon::english()) { None } else { roles(&tokens[..examples], &meant) };
        if let Some(roles) = roles {
            add(SlotKind::Verb, &roles.verb, folded.at(roles.verb_at, roles.verb_at + 1));
            if let Some(seat) = seat(&tokens, &roles) {
                add(SlotKind::Seat, seat, folded.at(roles.verb_at, roles.verb_at + 1));
            }
            let sides = [
                (&roles.agent, SlotKind::Agent, SlotKind::AgentPlace),
                (&roles.patient, SlotKind::Patient, SlotKind::PatientPlace),
            ];
            for (participants, person, place) in sides {
                for who in participants {
                    add(if who.place { place } else { person }, who.name, folded.at(who.from, who.to));
                }
            }
        }
        if let Some(quotation) = subject.quote.and_then(quotation) {
            add(SlotKind::Quotation, &quotation, folded.push(&quotation));
        }
        slots.sort_unstable();
        slots.dedup_by_key(|slot| slot.key());
        Self {
            topic: None,
            embedding: subject.embedding.cloned(),
            text: folded.text.into_boxed_str(),
            terms: terms.into_boxed_slice(),
            slots: slots.into_boxed_slice(),
            event_date: subject.event_date.filter(|_| !dated_aside(&tokens, &asides, lexicon)),
            words,
            company: 1,
        }
    }

    /// Distinct stems, sorted by id.
    #[must_use]
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Claims of its article, itself among them; at least 1.
    #[must_use]
    pub fn company(&self) -> u8 {
        self.company.max(1)
    }

    /// Euclidean length of the term vector.
    #[must_use]
    pub fn norm(&self) -> f32 {
        self.terms.iter().map(|term| term.weight() * term.weight()).sum::<f32>().sqrt()
    }

    /// How surely the two stand in articles on one story, 0–1. Of claims that stand alone nobody knows, and of short articles little.
    #[must_use]
    pub fn same_story(&self, other: &Self) -> f64 {
        let alone = 0.5 / f64::from(self.company()) + 0.5 / f64::from(other.company());
        let told = self.topic.as_ref().zip(other.topic.as_ref());
        told.map_or(UNKNOWN_STORY, |(x, y)| {
            let likeness = if Arc::ptr_eq(x, y) { 1.0 } else { x.likeness(y) };
            alone * UNKNOWN_STORY + (1.0 - alone) * likeness
        })
    }

    /// The folded words, for character measures and the exact look-up.
    #[must_use]
    pub fn folded(&self) -> &str {
        &self.text[..usize::from(self.words)]
    }

    /// The word behind a term of this claim, folded: misspellings are found before stemming, which cuts them in odd places.
    #[must_use]
    pub fn word(&self, term: Term) -> &str {
        self.text.get(term.range()).unwrap_or_default()
    }

    #[must_use]
    pub fn weight_of(&self, id: u32) -> Option<f32> {
        self.terms.binary_search_by_key(&id, |term| term.id).ok().map(|at| self.terms[at].weight())
    }

    /// What the claim puts into a slot, sorted by id.
    #[must_use]
    pub fn slot(&self, kind: SlotKind) -> &[Slot] {
        // Few slots: to count is quicker than to search.
        let before = self.slots.iter().filter(|slot| slot.kind_bits() < kind as u32).count();
        let length = self.slots.iter().filter(|slot| slot.kind_bits() == kind as u32).count();
        &self.slots[before..before + length]
    }

    /// The words of a slot of this claim.
    #[must_use]
    pub fn name(&self, slot: Slot) -> &str {
        self.text.get(slot.range()).unwrap_or_default()
    }

    /// The names in a slot, for people to read.
    #[must_use]
    pub fn names(&self, kind: SlotKind) -> String {
        self.slot(kind).iter().map(|slot| self.name(*slot)).collect::<Vec<_>>().join(", ")
    }

    /// The folded words between quotation marks, where there are at least four.
    #[must_use]
    pub fn quotation(&self) -> Option<&str> {
        self.slot(SlotKind::Quotation).first().map(|slot| self.name(*slot))
    }

    #[must_use]
    pub fn event_date(&self) -> Option<NaiveDate> {
        self.event_date
    }

    #[must_use]
    pub fn embedding(&self) -> Option<&Embedding> {
        self.embedding.as_deref()
    }

    /// Everything that is not derived from the rest.
    fn told(&self) -> impl Hash + Eq {
        (&self.text, self.words, &self.terms, &self.slots, self.event_date, self.company, &self.topic, &self.embedding)
    }

    /// Bytes that the claim takes outside of the struct.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        self.text.len()
            + size_of_val(&*self.terms)
            + size_of_val(&*self.slots)
            + self.embedding().map_or(0, Embedding::heap_bytes)
    }
}

/// The longest beginning of at most this many bytes.
#[must_use]
pub fn clip(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

/// Words joined by spaces, and where each token lies in them.
struct Folded {
    text: String,
    tokens: Vec<(usize, usize)>,
}

impl Folded {
    fn of(tokens: &[Token<'_>]) -> Self {
        let mut folded = Self { text: String::new(), tokens: Vec::with_capacity(tokens.len()) };
        for token in tokens {
            let norm = if token.kind == TokenKind::Mark { "" } else { token.norm() };
            let gap = usize::from(!norm.is_empty() && !folded.text.is_empty());
            // Folding may lengthen a text, but places in it are two bytes.
            if folded.text.len() + gap + norm.len() > usize::from(u16::MAX) {
                break;
            }
            folded.text.push_str(&" "[..gap]);
            let start = folded.text.len();
            folded.text.push_str(norm);
            folded.tokens.push((start, folded.text.len()));
        }
        folded
    }

    /// Where tokens `from..to` stand.
    fn at(&self, from: usize, to: usize) -> Name {
        let end = to.checked_sub(1).and_then(|last| self.tokens.get(last));
        self.tokens.get(from).zip(end).map_or_else(Name::default, |(first, last)| Name::at(first.0, last.1))
    }

    /// Where a name stands among the first `words` bytes; added behind the words when it is none of them.
    fn find(&mut self, name: &str, words: u16) -> Name {
        let name = fold(name);
        match self.text[..usize::from(words)].find(&name) {
            Some(start) => Name::at(start, start + name.len()),
            None => self.push(&name),
        }
    }

    fn push(&mut self, name: &str) -> Name {
        let start = self.text.len();
        if start + name.len() > usize::from(u16::MAX) {
            return Name::default();
        }
        self.text.push_str(name);
        Name::at(start, self.text.len())
    }
}

fn quotation(quote: &str) -> Option<String> {
    let words: Vec<String> = tokenize(clip(quote, MOST_BYTES), 0, Lexicon::english())
        .into_iter()
        .filter(|t| t.kind != TokenKind::Mark)
        .map(|t| t.norm().to_owned())
        .collect();
    (words.len() >= QUOTATION_WORDS).then(|| words.join(" "))
}

fn is_ordinal(word: &str) -> bool {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && matches!(&word[digits.len()..], "st" | "nd" | "rd" | "th")
}

/// A number that counts or measures, at tokens `from..to`; its unit in words reaches to `end`.
struct Amount {
    from: usize,
    to: usize,
    end: usize,
    value: f64,
}

/// The quantities of a claim where they stand in its proposition, in order.
fn amounts(subject: Subject<'_>, tokens: &[Token<'_>], lexicon: &Lexicon) -> Vec<Amount> {
    let (mut offset, mut next) = (0, 0);
    let mut found = Vec::new();
    for quantity in subject.quantities.iter().filter(|quantity| !quantity.ordinal) {
        let place = subject.proposition.get(offset..).and_then(|rest| rest.find(&quantity.text));
        let (Some(value), Some(place)) = (quantity.value, place) else { continue };
        let start = offset + place;
        offset = start + quantity.text.len();
        let inside = |at: &usize| tokens[*at].start >= start && tokens[*at].end <= offset;
        let Some(from) = (next..tokens.len()).find(inside) else { continue };
        let end = (from..tokens.len()).take_while(inside).last().map_or(from, |last| last + 1);
        next = end;
        let numeric = |token: &Token<'_>| {
            let number = matches!(token.word.number, Some(NumberWord::Value(_) | NumberWord::Scale(_) | NumberWord::Half));
            token.kind == TokenKind::Number || number || token.norm().starts_with(|c: char| c.is_ascii_digit())
        };
        let in_words = |token: &Token<'_>| {
            token.norm().split('-').any(|part| token.word.number.is_none() && Lexicon::english().numbers.value(part).is_some())
        };
        if let Some(last) = (from..end).rev().find(|at| numeric(&tokens[*at]) || in_words(&tokens[*at])) {
            // What is counted or measured says what the claim is about; "percent" and "dollars" only say how it is written.
            let unit = lexicon.numbers.units.behind.longest(|i| tokens.get(last + 1 + i).map(Token::norm));
            let unit = unit.filter(|(code, _)| *code == "percent" || code.bytes().all(|b| b.is_ascii_uppercase()));
            found.push(Amount { from, to: last + 1, end: last + 1 + unit.map_or(0, |(_, length)| length), value });
        }
    }
    found
}

/// Which tokens only tell who somebody is, or when it happened.
fn asides(tokens: &[Token<'_>]) -> Vec<bool> {
    let mut aside = false;
    let told = |(at, token): (usize, &Token<'_>)| {
        if token.is_mark(',') {
            aside = !aside && describes(tokens, at);
        }
        aside |= at > 2 && (CIRCUMSTANCE.contains(&token.norm()) || token.is("as") && opens_clause(tokens, at));
        aside
    };
    tokens.iter().enumerate().map(told).collect()
}

/// Whether what is said aside has a date and the rest has none: it dates something else.
fn dated_aside(tokens: &[Token<'_>], asides: &[bool], lexicon: &Lexicon) -> bool {
    let dates = |token: &Token<'_>| {
        matches!(lexicon.calendar.word(token.norm()), Some(CalendarWord::Month(_) | CalendarWord::Weekday(_)))
    };
    let dated = |wanted: bool| tokens.iter().zip(asides).any(|(token, aside)| *aside == wanted && dates(token));
    dated(true) && !dated(false)
}

fn terms(
    tokens: &[Token<'_>],
    asides: &[bool],
    folded: &Folded,
    title_case: bool,
    named: Vec<u32>,
    amounts: &[Amount],
    lexicon: &'static Lexicon,
) -> Vec<Term> {
    let mut amounts = amounts.iter().peekable();
    let mut terms: Vec<Term> = Vec::with_capacity(tokens.len());
    let share = |aside: bool| if aside { ASIDE_SHARE } else { 1.0 };
    let mut add = |stem: Stem, kind: TermKind, at: Name| match terms.iter().position(|term| term.id == stem.id) {
        Some(known) => terms[known].strengthen(kind),
        None if terms.len() < MOST_TERMS => terms.push(Term::new(stem, kind, named.contains(&stem.id), at)),
        None => {}
    };
    let mut at = 0;
    while at < tokens.len() {
        let (token, aside) = (&tokens[at], asides[at]);
        // "as many as forty-four", "44": the same number, however it is written and hedged.
        if let Some(amount) = amounts.next_if(|amount| amount.from == at) {
            let place = folded.at(amount.from, amount.to);
            add(Stem::of_number(&amount.value.to_string(), lexicon).times(share(aside)), TermKind::Amount, place);
            at = amount.end;
            continue;
        }
        if token.kind == TokenKind::Mark {
            at += 1;
            continue;
        }
        let small = lexicon.grammar.small_demonyms && token.word.opens_place;
        let place = (token.is_capitalized() && token.word.opens_place || small)
            .then(|| lexicon.place_named(|i| tokens.get(at + i).map(|t| t.norm())));
        let named = place.flatten().filter(|(place, _)| token.is_capitalized() || place.sense == PlaceSense::Demonym);
        if let Some((Place { canonical: place, .. }, n)) = named {
            add(Stem::of_place(place, lexicon).times(share(aside)), TermKind::Place, folded.at(at, at + n));
            at += n;
            continue;
        }
        let first_name = !title_case
            && token.is_capitalized()
            && !token.possessive
            && tokens.get(at + 1).is_some_and(|next| next.is_capitalized() && next.start == token.end + 1);
        let kind = match () {
            () if first_name => TermKind::FirstName,
            () if !title_case && at > 0 && token.is_capitalized() => TermKind::Name,
            () => TermKind::Word,
        };
        let whole = folded.at(at, at + 1);
        at += 1;
        if token.kind == TokenKind::Number {
            add(Stem::of_number(&token.norm().replace(',', ""), lexicon).times(share(aside)), TermKind::Number, whole);
            continue;
        }
        let mut offset = 0;
        for part in token.norm().split('-') {
            let place = whole.part(offset, part.len());
            offset += part.len() + 1;
            let listed = if part.len() == token.norm().len() { token.word } else { lexicon.word(part) };
            let classes = [Class::Stopword, Class::Negation, Class::Hedge, Class::Title];
            if part.is_empty() || classes.into_iter().any(|class| listed.is(class)) {
                continue;
            }
            if matches!(listed.number, Some(NumberWord::Value(_) | NumberWord::Scale(_))) {
                add(Stem::of_number(part, lexicon).times(share(aside)), TermKind::Number, place);
                continue;
            }
            let capital = token.is_capitalized();
            match capital.then(|| lexicon.place(|i| (i == 0).then_some(part))).flatten() {
                Some((named, _)) => add(Stem::of_place(named, lexicon).times(share(aside)), TermKind::Place, place),
                None => add(Stem::of(part, lexicon).times(share(aside)), kind, place),
            }
        }
    }
    terms.sort_unstable_by_key(|term| term.id);
    terms
}

/// Words that say more of a name behind its comma: "Roe, the head of the board, …", "Roe, who leads the board, …".
const DESCRIPTION: &[&str] = &["a", "an", "the", "who", "whose", "which", "its", "his", "her", "their"];

/// Whether the comma opens a description of the name in front of it, which tells who it is and not what is claimed.
fn describes(tokens: &[Token<'_>], comma: usize) -> bool {
    let named = comma.checked_sub(1).is_some_and(|before| tokens[before].is_capitalized());
    let next = |by: usize| tokens.get(comma + by);
    let opens = next(1).is_some_and(|word| DESCRIPTION.contains(&word.norm()));
    // "Peru, the Netherlands and Chile".
    named && opens && next(2).is_some_and(|word| !word.is_capitalized())
}

/// "… as the ferry capsized", and not "… as interim president".
fn opens_clause(tokens: &[Token<'_>], conjunction: usize) -> bool {
    let behind = tokens[conjunction + 1..].iter().skip(1).take(5).take_while(|token| token.kind != TokenKind::Mark);
    let mut verbs = behind.filter_map(|token| token.word.verb.as_ref());
    verbs.any(|verb| verb.form.past || verb.form.third_person)
}

/// From here a word is more likely a name than a noun; surnames of people in the news stand around 8.
const RARE_NAME: f32 = 7.0;

/// Words behind which a name is no longer the verb's object.
const AFTER_OBJECT: &[&str] =
    &["to", "in", "on", "at", "for", "with", "after", "by", "from", "as", "into", "if", "unless", "when"];

/// Where a list of examples begins, or the end.
fn examples(tokens: &[Token<'_>]) -> usize {
    let opens = |at: &usize| {
        let such_as = tokens[*at].is("such") && tokens.get(at + 1).is_some_and(|next| next.is("as"));
        *at > 0 && (tokens[*at].is("including") || such_as)
    };
    (0..tokens.len()).find(opens).unwrap_or(tokens.len())
}

/// A person whom a word at token `at` means without naming: "he", "the mayor".
struct Meant<'a> {
    at: usize,
    /// The last word of the name.
    name: &'a str,
    confidence: f32,
}

fn meant<'a>(people: &[&'a Entity], tokens: &[Token<'_>]) -> Vec<Meant<'a>> {
    let unnamed = people.iter().filter(|who| who.confidence < 1.0 && who.kind == EntityKind::Person);
    unnamed
        .filter_map(|who| {
            let last = fold(who.text.rsplit(' ').next()?);
            let at = tokens.iter().position(|token| token.norm() == last)?;
            Some(Meant { at, name: who.name.rsplit(' ').next()?, confidence: who.confidence })
        })
        .collect()
}

/// Who does what to whom, as far as names tell.
struct Roles<'a> {
    verb: String,
    verb_at: usize,
    agent: Vec<Participant<'a>>,
    patient: Vec<Participant<'a>>,
}

/// A name at tokens `from..to`.
struct Participant<'a> {
    name: &'a str,
    place: bool,
    from: usize,
    to: usize,
}

/// The first verb that carries meaning, with the names on either side. "X was recognised by Y" is turned round.
fn roles<'a>(tokens: &'a [Token<'_>], meant: &[Meant<'a>]) -> Option<Roles<'a>> {
    let lexicon = Lexicon::english();
    let light = |word: &str| {
        matches!(
            word,
            "be" | "have"
                | "do"
                | "get"
                | "continue"
                | "begin"
                | "start"
                | "seem"
                | "appear"
                | "keep"
                | "plan"
                | "want"
                | "try"
                | "agree"
                | "refuse"
                | "fail"
        )
    };
    let verb_at = (1..tokens.len()).find(|&i| {
        let token = &tokens[i];
        !token.is_capitalized()
            && token.word.verb.as_ref().is_some_and(|verb| {
                let (lemma, form) = (verb.lemma.as_str(), verb.form);
                !light(lemma) && (form.past || form.participle || form.ing || form.base || form.third_person)
            })
            && !matches!(
                tokens[i - 1].norm(),
                "the" | "a" | "an" | "of" | "in" | "on" | "for" | "with" | "their" | "his" | "her" | "its"
            )
            && !token.possessive
    });
    let norm = |i: usize| tokens.get(i).map_or("", |t| t.norm());
    let Some(verb_at) = verb_at else {
        // "Max Doe of fraud": what an accusation is about has no verb; who is accused stands in front.
        let of = tokens.iter().position(|t| t.is("of") || t.is("for"))?;
        return Some(Roles {
            verb: "of".to_owned(),
            verb_at: of,
            agent: Vec::new(),
            patient: participants(tokens, meant, 0, of),
        });
    };
    let passive = verb_at > 0
        && (verb_at.saturating_sub(3)..verb_at)
            .any(|i| matches!(norm(i), "was" | "were" | "been" | "is" | "are" | "being" | "be"))
        && (verb_at + 1..(verb_at + 5).min(tokens.len())).any(|i| norm(i) == "by");
    let before = participants(tokens, meant, 0, verb_at);
    // The object stands close behind its verb; what comes later plays another part.
    let reach = if passive { tokens.len().min(verb_at + 12) } else { tokens.len().min(verb_at + 6) };
    let ends_object = |i: &usize| tokens[*i].is_mark(',') || AFTER_OBJECT.contains(&norm(*i));
    let end = (verb_at + 1..reach).find(|i| !passive && ends_object(i)).unwrap_or(reach);
    let after = participants(tokens, meant, verb_at + 1, end);
    let lemma = lexicon.verb(norm(verb_at))?.lemma.as_str();
    let (agent, patient) = if passive { (after, before) } else { (before, after) };
    Some(Roles { verb: stem(lemma), verb_at, agent, patient })
}

/// What only one can hold: an office that somebody is given, or a deed with one doer ([`DEED`]).
fn seat<'a>(tokens: &'a [Token<'_>], roles: &Roles<'_>) -> Option<&'a str> {
    let lexicon = Lexicon::english();
    let lemma = tokens[roles.verb_at].word.verb.as_ref()?.lemma.as_str();
    if lexicon.is(lemma, Class::AppointingVerb) {
        return tokens.iter().find(|token| token.has(Class::SoleOffice)).map(Token::norm);
    }
    // "won the vote", "wrote her speech", "won Wimbledon"; "won a medal" is open to others. Of a passive the deed stands in front.
    let passive =
        roles.patient.iter().all(|who| who.to <= roles.verb_at) && roles.agent.iter().all(|who| who.from > roles.verb_at);
    let deed = if passive && !roles.agent.is_empty() { tokens.first() } else { tokens.get(roles.verb_at + 1) }?;
    let definite = deed.is("the") || deed.tag == Tag::Possessive || deed.is_capitalized() && !deed.has(Class::Stopword);
    (lexicon.is(lemma, Class::SoleVerb) && definite).then_some(DEED)
}

/// Stands in the slot of a seat that is no office.
pub(super) const DEED: &str = "a deed";

/// The names among tokens `from..to`.
fn participants<'a>(tokens: &'a [Token<'_>], meant: &[Meant<'a>], from: usize, to: usize) -> Vec<Participant<'a>> {
    let lexicon = Lexicon::english();
    let tokens = &tokens[..to];
    let mut found = Vec::new();
    let mut at = from;
    while at < to {
        if let Some(meant) = meant.iter().find(|meant| meant.at == at) {
            found.push(Participant { name: meant.name, place: false, from: at, to: at + 1 });
            at += 1;
            continue;
        }
        let date = matches!(lexicon.calendar.word(tokens[at].norm()), Some(CalendarWord::Month(_) | CalendarWord::Weekday(_)));
        let opener = matches!(tokens[at].word.number, Some(NumberWord::Value(_)))
            || at == from
                && (tokens[at].word.verb.is_some() || matches!(tokens[at].norm(), "last" | "earlier" | "however" | "currently"));
        if !tokens[at].is_capitalized() || tokens[at].has(Class::Stopword) || opener || date {
            at += 1;
            continue;
        }
        if let Some((place, n)) = lexicon.place(|i| tokens.get(at + i).map(|t| t.norm())) {
            // "Iranian troops", "Iran's leader": the place describes, somebody else acts.
            let describes = tokens
                .get(at + n)
                .is_some_and(|t| t.is_word() && !lexicon.is(t.norm(), Class::Stopword) && lexicon.verb(t.norm()).is_none())
                || tokens[at + n - 1].possessive;
            if !describes && !lexicon.is_region(place) {
                found.push(Participant { name: place, place: true, from: at, to: at + n });
            }
            at += n;
            continue;
        }
        let mut end = at;
        while end < to && tokens[end].is_capitalized() {
            end += 1;
        }
        let last = &tokens[end - 1];
        // "Parents are furious": a capital at the beginning tells a name only where the word is rare.
        let common = at == from
            && end == 1
            && (lexicon.idf(&stem(last.norm())) < RARE_NAME || last.norm().ends_with("ed") || last.norm().ends_with("ing"));
        if common {
            at = end;
            continue;
        }
        // "Roe's administration", "the Doe regime": still Roe's and Doe's doing.
        if !lexicon.is(last.norm(), Class::Title) && lexicon.body(last.norm()).is_none() {
            found.push(Participant { name: last.norm(), place: false, from: end - 1, to: end });
        }
        at = end;
    }
    found
}

/// Folded words of a text, for exact comparison.
#[must_use]
pub fn folded_words(text: &str) -> Vec<String> {
    fold(text).split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::extraction::read_claim;

    fn features(text: &str) -> Features {
        Features::of(&read_claim(text, None))
    }

    fn stems(features: &Features) -> Vec<u32> {
        features.terms().iter().map(|term| term.id).collect()
    }

    #[test]
    fn a_denial_has_the_features_of_its_assertion() {
        let stems = |text: &str| stems(&features(text));
        assert_eq!(stems("The plant leaks radiation"), stems("The plant does not leak radiation"));
        assert_eq!(stems("The plant leaks radiation"), stems("The minister denied that the plant leaks radiation"));
    }

    /// C6: what a reader does not see makes no other claim and no other text.
    #[test]
    fn disguised_letters_leave_no_trace() {
        let between = |hidden: &'static str| {
            move |text: &str| {
                let mut hide = |word: &str| match word.char_indices().nth(2) {
                    Some((at, ch)) if word.is_ascii() && ch.is_alphabetic() => format!("{}{hidden}{}", &word[..at], &word[at..]),
                    _ => word.to_owned(),
                };
                text.split(' ').map(&mut hide).collect::<Vec<_>>().join(" ")
            }
        };
        let swapped = |letters: &'static [(char, char)]| {
            move |text: &str| {
                // The first letter of a word stays, so that it is a word of two scripts.
                let mut previous = ' ';
                let swap = |ch: char| {
                    let inside = previous.is_alphabetic();
                    previous = ch;
                    letters.iter().find(|(from, _)| inside && *from == ch).map_or(ch, |(_, to)| *to)
                };
                text.chars().map(swap).collect::<String>()
            }
        };
        let moved = |from: char, to: u32| {
            move |text: &str| {
                let move_letter = |ch: char| match ch.is_ascii_lowercase() {
                    true => char::from_u32(to + u32::from(ch) - u32::from(from)).unwrap(),
                    false => ch,
                };
                text.chars().map(move_letter).collect::<String>()
            }
        };
        type Disguise = Box<dyn Fn(&str) -> String>;
        let disguises: Vec<(&str, Disguise)> = vec![
            ("zero-width space", Box::new(between("\u{200b}"))),
            ("joiner", Box::new(between("\u{200d}"))),
            ("soft hyphen", Box::new(between("\u{ad}"))),
            ("word joiner", Box::new(between("\u{2060}\u{2060}"))),
            ("byte order mark", Box::new(between("\u{feff}"))),
            ("direction", Box::new(between("\u{202e}\u{202c}"))),
            ("variation selector", Box::new(between("\u{fe0f}"))),
            ("tag", Box::new(between("\u{e0061}"))),
            ("grapheme joiner", Box::new(between("\u{34f}"))),
            ("cyrillic", Box::new(swapped(&[('a', 'а'), ('e', 'е'), ('o', 'о'), ('c', 'с'), ('p', 'р')]))),
            ("greek", Box::new(swapped(&[('o', 'ο'), ('v', 'ν'), ('a', 'α'), ('i', 'ι')]))),
            ("wide letters", Box::new(moved('a', 0xff41))),
            ("bold letters", Box::new(moved('a', 0x1d41a))),
            ("decomposed", Box::new(|text| unicode_normalization::UnicodeNormalization::nfd(text).collect())),
            ("mark of direction", Box::new(between("\u{200f}"))),
        ];
        let texts = [
            "The bridge at Orin collapsed on Monday after the heavy rain of the weekend",
            "Two hundred families left the village before the water came",
            "The mayor of Bogotá has resigned over a contract with a builder",
            "Officials denied that the mayor had resigned over the contract",
            "The company will close its factory in Leipzig and cut nine hundred jobs",
        ];
        for plain in texts {
            for (name, disguise) in &disguises {
                let disguised = disguise(plain);
                let (a, b) = (features(plain), features(&disguised));
                assert_eq!((a.folded(), stems(&a)), (b.folded(), stems(&b)), "{name}: {disguised}");
                let sketch = |text: &str| crate::engine::reuse::Print::of(text).sketch();
                assert_eq!(sketch(plain), sketch(&disguised), "{name}: {disguised}");
            }
        }
    }

    #[test]
    fn spellings_of_a_state_are_one_term() {
        for text in ["U.S. troops left", "American troops left", "Washington's troops left"] {
            assert!(features(text).weight_of(id_of("@united states")).is_some(), "{text}");
        }
    }

    #[test]
    fn spanish_claims_are_compared_by_spanish_stems() {
        let stems = |text: &str| {
            let reading = ClaimReading { proposition: text.to_owned(), ..read_claim(text, None) };
            stems(&Features::in_language(&reading, "es"))
        };
        let first = stems("El ejército venezolano no reconoció las elecciones");
        assert!(first.contains(&id_of("@venezuela")), "{first:?}");
        assert_eq!(first, stems("Los ejércitos de Venezuela reconocieron la elección"));
        let other = stems("La lluvia no paró en los valles");
        assert!(first.iter().all(|stem| !other.contains(stem)), "{other:?}");
    }

    #[test]
    fn the_passive_is_turned_round() {
        let roles = |text: &str| {
            let features = features(text);
            [SlotKind::AgentPlace, SlotKind::Verb, SlotKind::Patient]
                .map(|kind| features.slot(kind).iter().map(|slot| slot.id()).collect::<Vec<_>>())
        };
        assert_eq!(roles("Russia recognised Jane Roe"), roles("Jane Roe was recognised by Russia"));
        assert_eq!(features("Jane Roe was recognised by Russia").names(SlotKind::Patient), "roe");
    }

    #[test]
    fn whom_a_pronoun_means_takes_part() {
        let patient = |features: &Features| features.slot(SlotKind::Patient).iter().map(|slot| slot.id()).collect::<Vec<_>>();
        let mut reading = read_claim("Peru recognised her as mayor", None);
        reading.entities.push(Entity {
            name: "jane roe".to_owned(),
            text: "her".to_owned(),
            kind: EntityKind::Person,
            confidence: 0.9,
        });
        let (meant, named) = (Features::of(&reading), features("Peru recognised Jane Roe as mayor"));
        assert_eq!(patient(&meant), patient(&named));
        assert!(stems(&meant).contains(&id_of("roe")));
    }

    #[test]
    fn examples_of_many_fill_no_slot() {
        let places = |text: &str| features(text).names(SlotKind::Place);
        assert_eq!(places("Roe was recognised by many states, including Peru and Chile"), "");
        assert_eq!(places("Roe was recognised by states such as Peru"), "");
        assert_eq!(places("Roe was recognised by Peru, including its courts"), "peru");
    }

    #[test]
    fn a_date_said_aside_is_that_of_something_else() {
        assert_eq!(features("Nine people drowned when the ferry sank on 3 May 2019").event_date(), None);
        for text in ["The ferry sank on 3 May 2019", "On 3 May 2019 nine people drowned when the ferry sank"] {
            assert!(features(text).event_date().is_some(), "{text}");
        }
    }

    #[test]
    fn a_number_is_its_value() {
        let numbers = |text: &str| {
            let features = features(text);
            let numbers = features.terms().iter().filter(|term| term.kind() == TermKind::Amount);
            let mut words: Vec<(u32, String)> = numbers.map(|term| (term.id, features.word(*term).to_owned())).collect();
            words.sort();
            words
        };
        let [forty] = &numbers("The mayor said that as many as forty-four houses burned")[..] else { panic!("one number") };
        assert_eq!(forty, &(id_of("44"), "as many as forty-four".to_owned()));
        for (text, value) in [
            ("At least 44 houses burned in the valley", "44"),
            ("The dam cost US$300m last year", "300000000"),
            ("The dam cost $300 million last year", "300000000"),
            ("Twelve thousand people left the valley", "12000"),
            ("Turnout fell by 48% in the valley", "48"),
            ("Turnout fell by forty-eight per cent in the valley", "48"),
        ] {
            let ids: Vec<u32> = numbers(text).into_iter().map(|(id, _)| id).collect();
            assert_eq!(ids, [id_of(value)], "{text}");
        }
        let percent = stems(&features("Turnout fell by 48% in the valley"));
        assert_eq!(percent, stems(&features("Turnout fell by forty-eight percent in the valley")));
    }

    #[test]
    fn a_term_knows_its_word() {
        let features = features("State-backed Ruritanian banks lost 1,200 clients in North Korea");
        let words: Vec<&str> = ["back", "ruritanian", "bank", "@north korea", "client"]
            .iter()
            .map(|stem| {
                let id = id_of(stem);
                let term = features.terms().iter().find(|term| term.id == id).unwrap_or_else(|| panic!("{stem}"));
                features.word(*term)
            })
            .collect();
        assert_eq!(words, ["backed", "ruritanian", "banks", "north korea", "clients"]);
    }

    #[test]
    fn what_is_said_aside_counts_less() {
        let rarity = |text: &str, stem: &str| {
            let id = id_of(stem);
            let features = features(text);
            features.terms().iter().find(|term| term.id == id).map(|term| term.idf()).unwrap_or_else(|| panic!("{stem}"))
        };
        for (aside, plain, stem) in [
            ("Jane Roe, the owner of the quarry, sold a bridge", "Jane Roe sold the quarry", "quarri"),
            ("Jane Roe, who bought the quarry, sold a bridge", "Jane Roe sold the quarry", "quarri"),
            ("Nine people drowned as the quarry flooded", "The quarry flooded", "quarri"),
            ("Nine people drowned when the quarry flooded", "The quarry flooded", "quarri"),
        ] {
            assert!(rarity(aside, stem) < 0.6 * rarity(plain, stem), "{aside}");
        }
        for text in ["Peru, the Netherlands and Chile sold the quarry", "They named her as owner of the quarry"] {
            assert!(rarity(text, "quarri") > 0.9 * rarity("She sold the quarry", "quarri"), "{text}");
        }
    }

    #[test]
    fn a_quotation_stands_behind_the_words() {
        let reading = read_claim("\"The dam will not break this year\", Roe said", None);
        let features = Features::of(&reading);
        assert_eq!(features.quotation(), Some("the dam will not break this year"));
        assert!(!features.folded().is_empty() && features.folded().len() < 80, "{:?}", features.folded());
    }

    #[test]
    fn features_of_hostile_texts_stay_small() {
        for unit in ["a", "a-", "a ", "\u{fdfa}", "\u{fdfa} ", "1,", "U.S. ", "Roe ", "if Roe "] {
            let text = unit.repeat(200_000 / unit.len());
            let reading = ClaimReading { proposition: text.clone(), ..read_claim("", None) };
            let features = Features::of(&reading);
            assert!(features.terms().len() <= MOST_TERMS && features.heap_bytes() <= 80_000, "{unit:?}");
        }
    }

    #[test]
    fn a_plain_claim_takes_little_room() {
        let features = features("Jane Roe told the senate that the new dam in Peru would cost 90 million dollars");
        assert!(size_of::<Features>() + features.heap_bytes() <= 256, "{}", features.heap_bytes());
    }
}
