//! A sentence to how much there is to check in it: 0 (nothing) to 1 (a fact the public would want checked), with reasons.
//!
//! After Hassan et al. (2017, ClaimBuster): numbers, records and comparisons speak for a claim; opinions, wishes, questions and
//! talk about talk against it. A logistic regression over readable signs: kinds of words (`lexicon/en/worthiness.tsv`), who
//! does what in which tense, the shape of the sentence, and single words. `examples/worthiness.rs` fits the weights.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::{
    domain::WorthinessReason,
    engine::text::{Class, Lexicon, Token, TokenKind, is_title_case, lexicon::NumberWord, tokenize},
};

/// Below this a sentence is not stored as a claim.
///
/// Low, because an editor would keep nearly every plain statement of the news, however dull.
pub const LEAST: f32 = 0.02;
/// The same where somebody is named as saying it: that he did is a fact as well.
pub const LEAST_ATTRIBUTED: f32 = 0.005;
/// From this on a sentence is worth a check: the best mark where such sentences are about as many as others.
pub const CLAIM: f32 = 0.4;
/// Reasons that are told.
const MOST_REASONS: usize = 4;
/// Log odds that decide nothing.
const SMALL: f32 = 0.1;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Worthiness {
    pub score: f32,
    /// Strongest first.
    pub reasons: Vec<WorthinessReason>,
}

/// One thing seen in a sentence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sign<'a> {
    /// One of [`listed_signs`], by its place there.
    Listed(usize),
    Word(&'a str),
}

/// Reads a whole text as one sentence.
#[must_use]
pub fn of_text(text: &str) -> Worthiness {
    let tokens = tokenize(text, 0, Lexicon::english());
    assess(&tokens.iter().collect::<Vec<_>>(), false)
}

/// `question` tells that the sentence asks, where its question mark is not among the tokens.
#[must_use]
pub fn assess(tokens: &[&Token<'_>], question: bool) -> Worthiness {
    let model = &*MODEL;
    let mut sum = model.bias;
    // Weight, sign and token.
    let mut strongest: [(f32, &'static str, Option<usize>); MOST_REASONS] = [(0.0, "", None); MOST_REASONS];
    signs(tokens, question, |sign, value, at| {
        let Some((name, weight)) = model.weight(sign) else { return };
        let weight = weight * value;
        sum += weight;
        if weight.abs() < SMALL || !model.tells(sign) {
            return;
        }
        if let Some(place) = strongest.iter().position(|(known, ..)| known.abs() < weight.abs()) {
            strongest[place..].rotate_right(1);
            strongest[place] = (weight, name, at);
        }
    });
    let reasons = strongest
        .into_iter()
        .filter(|(weight, ..)| *weight != 0.0)
        .map(|(weight, sign, at)| WorthinessReason {
            sign: sign.to_owned(),
            weight: f64::from((weight * 100.0).round()) / 100.0,
            text: at.map(|at| tokens[at].text.to_owned()),
        })
        .collect();
    Worthiness { score: 1.0 / (1.0 + (-sum).exp()), reasons }
}

/// The fitted weights: the log odds that each sign adds.
struct Model {
    bias: f32,
    listed: Vec<f32>,
    words: FxHashMap<&'static str, f32>,
}

static MODEL: LazyLock<Model> = LazyLock::new(|| Model::parse(include_str!("../text/lexicon/en/worthiness-weights.tsv")));

impl Model {
    fn parse(file: &'static str) -> Self {
        let weights: FxHashMap<&str, f32> = rows(file).filter_map(|row| Some((row[0], row.get(1)?.parse().ok()?))).collect();
        let weight = |name: &str| weights.get(name).copied().unwrap_or_default();
        Self {
            bias: weight(BIAS),
            listed: listed_signs().iter().map(|name| weight(name)).collect(),
            words: weights.iter().filter_map(|(name, weight)| Some((name.strip_prefix(WORD)?, *weight))).collect(),
        }
    }

    fn weight(&self, sign: Sign<'_>) -> Option<(&'static str, f32)> {
        match sign {
            Sign::Listed(at) => Some((listed_signs()[at], self.listed[at])),
            Sign::Word(word) => self.words.get(word).map(|weight| ("word", *weight)),
        }
    }

    /// Sums over other signs and words like "the" are no reason that a reader would understand.
    fn tells(&self, sign: Sign<'_>) -> bool {
        match sign {
            Sign::Listed(at) => !(Shape::Facts as usize..=Shape::NoFacts as usize).contains(&at),
            Sign::Word(word) => !Lexicon::english().is(word, Class::Stopword),
        }
    }
}

/// What the table of weights calls the constant, and how it marks a single word.
pub const BIAS: &str = "bias";
pub const WORD: &str = "word ";

/// Lines of a table, in columns: comments and blank lines left out.
fn rows(file: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    file.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| line.split('\t').collect())
}

struct Kinds {
    names: Vec<&'static str>,
    priors: Vec<f32>,
    /// First word → the rest of the phrase, and which kind.
    phrases: FxHashMap<&'static str, Vec<(Vec<&'static str>, usize)>>,
}

static KINDS: LazyLock<Kinds> = LazyLock::new(|| {
    let mut kinds = Kinds { names: Vec::new(), priors: Vec::new(), phrases: FxHashMap::default() };
    for row in rows(include_str!("../text/lexicon/en/worthiness.tsv")) {
        let kind = kinds.names.len();
        kinds.names.push(row[0]);
        kinds.priors.push(row[1].parse().expect("worthiness.tsv holds numbers"));
        for phrase in row[2].split(", ") {
            let mut words = phrase.split(' ');
            kinds.phrases.entry(words.next().unwrap_or_default()).or_default().push((words.collect(), kind));
        }
    }
    kinds
});

/// Signs of shape, which need no word list. The lengths come last.
#[derive(Clone, Copy)]
enum Shape {
    Number,
    Year,
    Name,
    Question,
    Asks,
    Order,
    Quotation,
    Negation,
    FirstPerson,
    SecondPerson,
    NoVerb,
    /// All words of kinds that speak for a check, and against it: their sum tells more than each of them again.
    Facts,
    Talk,
    /// The same two per word.
    FactShare,
    TalkShare,
    NoFacts,
    Length,
}

const SHAPES: [&str; 22] = [
    "number",
    "year",
    "name",
    "question",
    "asks",
    "order",
    "quotation",
    "negation",
    "first person",
    "second person",
    "no verb",
    "facts",
    "talk",
    "fact share",
    "talk share",
    "no facts",
    "1-3 words",
    "4-6 words",
    "7-10 words",
    "11-16 words",
    "17-25 words",
    "over 25 words",
];
/// From this many words on a sentence has more of everything, and each sign tells less.
const LONG: f32 = 16.0;
/// In fewer words than this, one is no share to speak of.
const FEW: f32 = 4.0;

const PERSONS: [&str; 7] = ["I", "we", "you", "he", "they", "it", "name"];
const TENSES: [&str; 8] = ["past", "perfect", "present", "is", "was", "future", "should", "would"];

static LISTED: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut names: Vec<&'static str> = SHAPES.to_vec();
    names.extend(&KINDS.names);
    for group in ["", "first "] {
        for person in PERSONS {
            names.extend(TENSES.map(|tense| &*format!("{group}{person} {tense}").leak()));
        }
    }
    names
});

/// Names of all signs but words.
#[must_use]
pub fn listed_signs() -> &'static [&'static str] {
    &LISTED
}

/// The weight of a sign before any corpus is seen.
#[must_use]
pub fn prior(name: &str) -> f32 {
    KINDS.names.iter().position(|known| *known == name).map_or(0.0, |kind| KINDS.priors[kind])
}

/// How often each listed sign is seen, and which token shows it first.
struct Sheet {
    seen: Vec<(u16, usize)>,
}

impl Sheet {
    fn mark(&mut self, sign: usize, at: usize) {
        let (count, first) = &mut self.seen[sign];
        if *count == 0 {
            *first = at;
        }
        *count += 1;
    }

    fn shape(&mut self, shape: Shape, at: usize) {
        self.mark(shape as usize, at);
    }
}

/// Calls `visit` with every sign of a sentence, how much of it there is, and the token that shows it.
pub fn signs<'a>(tokens: &[&'a Token<'_>], question: bool, mut visit: impl FnMut(Sign<'a>, f32, Option<usize>)) {
    let words = tokens.iter().filter(|t| t.is_word()).count() as f32;
    let share = (LONG / words.max(LONG)).sqrt();
    let mut sheet = Sheet { seen: vec![(0, 0); listed_signs().len()] };
    let title_case = is_title_case(tokens.iter().copied());
    let mut first = true;
    for (at, token) in tokens.iter().enumerate() {
        kinds_at(tokens, at, &mut sheet);
        let named = token.is_capitalized() && !first && !title_case && token.norm() != "i" && !token.norm().starts_with("i'");
        shape_at(token, named, at, &mut sheet);
        if token.is_word() {
            // A name is no word to learn from.
            if !named {
                visit(Sign::Word(token.norm()), share, Some(at));
            }
            first = false;
        }
    }
    if let Some(at) = tokens.iter().position(|t| t.is_word()) {
        opening(tokens[at].norm(), at, &mut sheet);
    }
    let (mut facts, mut talk) = (0.0, 0.0);
    for (kind, prior) in KINDS.priors.iter().enumerate() {
        let sum = if *prior > 0.0 { &mut facts } else { &mut talk };
        *sum += amount(sheet.seen[SHAPES.len() + kind].0);
    }
    let predicates = predicates(tokens, &mut sheet, SHAPES.len() + KINDS.names.len());
    for (sign, (count, at)) in sheet.seen.iter().enumerate().filter(|(_, (count, _))| *count > 0) {
        visit(Sign::Listed(sign), share * amount(*count), Some(*at));
    }
    let length = [3.0, 6.0, 10.0, 16.0, 25.0].iter().filter(|most| words > **most).count();
    let mut whole = |sign: usize, value: f32| visit(Sign::Listed(sign), value, None);
    whole(Shape::Facts as usize, share * (1.0_f32 + facts).log2());
    whole(Shape::Talk as usize, share * (1.0_f32 + talk).log2());
    let per_word = share * FEW / words.max(FEW);
    whole(Shape::FactShare as usize, per_word * facts);
    whole(Shape::TalkShare as usize, per_word * talk);
    if question && sheet.seen[Shape::Question as usize].0 == 0 {
        whole(Shape::Question as usize, share);
    }
    if facts == 0.0 {
        whole(Shape::NoFacts as usize, 1.0);
    }
    if predicates == 0 {
        whole(Shape::NoVerb as usize, 1.0);
    }
    whole(Shape::Length as usize + length, 1.0);
}

/// The second of a kind tells less than the first.
fn amount(count: u16) -> f32 {
    f32::from(count + 1).log2().min(2.5)
}

fn kinds_at(tokens: &[&Token<'_>], at: usize, sheet: &mut Sheet) {
    for (rest, kind) in KINDS.phrases.get(tokens[at].norm()).into_iter().flatten() {
        if rest.iter().enumerate().all(|(i, word)| tokens.get(at + 1 + i).is_some_and(|t| t.is(word))) {
            sheet.mark(SHAPES.len() + kind, at);
        }
    }
}

fn shape_at(token: &Token<'_>, named: bool, at: usize, sheet: &mut Sheet) {
    let norm = token.norm();
    match token.kind {
        TokenKind::Number if norm.len() == 4 && (norm.starts_with("19") || norm.starts_with("20")) => {
            sheet.shape(Shape::Year, at)
        }
        TokenKind::Number => sheet.shape(Shape::Number, at),
        TokenKind::Mark if token.is_mark('?') => sheet.shape(Shape::Question, at),
        TokenKind::Mark if token.is_quote() => sheet.shape(Shape::Quotation, at),
        TokenKind::Mark => {}
        TokenKind::Word => {
            if norm.starts_with(|c: char| c.is_ascii_digit())
                || token.word.number.is_some_and(|number| matches!(number, NumberWord::Value(_))) && norm != "one"
            {
                sheet.shape(Shape::Number, at);
            } else if named {
                sheet.shape(Shape::Name, at);
            }
            if token.has(Class::Negation) {
                sheet.shape(Shape::Negation, at);
            }
            match norm.split('\'').next().unwrap_or(norm) {
                "i" | "me" | "my" | "mine" | "myself" => sheet.shape(Shape::FirstPerson, at),
                "you" | "your" | "yours" => sheet.shape(Shape::SecondPerson, at),
                _ => {}
            }
        }
    }
}

/// What the first word makes of a sentence: "Did he …", "Look at …".
fn opening(word: &str, at: usize, sheet: &mut Sheet) {
    if matches!(
        word,
        "who"
            | "what"
            | "why"
            | "how"
            | "when"
            | "where"
            | "which"
            | "do"
            | "does"
            | "did"
            | "is"
            | "are"
            | "can"
            | "would"
            | "will"
            | "should"
            | "could"
            | "have"
            | "has"
    ) {
        sheet.shape(Shape::Asks, at);
    } else if Lexicon::english().verb(word).is_some_and(|verb| verb.form.base && !verb.form.past) {
        sheet.shape(Shape::Order, at);
    }
}

#[derive(Clone, Copy)]
enum Person {
    I,
    We,
    You,
    He,
    They,
    It,
    Name,
}

#[derive(Clone, Copy)]
enum Tense {
    Past,
    Perfect,
    Present,
    Is,
    Was,
    Future,
    Should,
    Would,
}

/// Who does something, and when: every verb group with the person of the nearest subject before it.
///
/// Told from verb forms alone; part-of-speech tags would do it better.
/// Marks each on the sheet from `base` on, once as any verb group and the first one again; returns how many there are.
fn predicates(tokens: &[&Token<'_>], sheet: &mut Sheet, base: usize) -> usize {
    let lexicon = Lexicon::english();
    let mut groups = 0;
    let mut visit = |person: Person, tense: Tense, at: usize| {
        let group = base + person as usize * TENSES.len() + tense as usize;
        sheet.seen[group] = (1, at);
        if groups == 0 {
            sheet.mark(group + PERSONS.len() * TENSES.len(), at);
        }
        groups += 1;
    };
    let mut person = Person::Name;
    let mut subject = false;
    let mut at = 0;
    while at < tokens.len() {
        let token = tokens[at];
        let norm = token.norm();
        let (word, ending) = norm.split_once('\'').unwrap_or((norm, if token.possessive { "s" } else { "" }));
        let pronoun = match word {
            "i" => Some(Person::I),
            "we" => Some(Person::We),
            "you" => Some(Person::You),
            "he" | "she" => Some(Person::He),
            "they" | "who" => Some(Person::They),
            "it" | "that" | "this" | "there" | "which" | "what" | "here" => Some(Person::It),
            _ => None,
        };
        let after = |n: usize| tokens.get(at + n).map_or("", |t| t.norm());
        let next = || (1..4).map(after).find(|word| !is_adverb(word)).unwrap_or_default();
        // Most words are no auxiliary and never ask.
        let participle = |w: &str| lexicon.verb(w).is_some_and(|verb| verb.form.participle);
        let base = |w: &str| lexicon.verb(w).is_some_and(|verb| verb.form.base);
        if let Some(pronoun) = pronoun {
            person = pronoun;
            subject = true;
        }
        let tense = match (word, ending) {
            (_, "ll") | ("will" | "won" | "shall" | "gonna", _) => Some(Tense::Future),
            (_, "m" | "re") | ("is" | "are" | "am" | "isn't" | "aren't", _) if next() == "going" || next() == "gonna" => {
                Some(Tense::Future)
            }
            (_, "s") if pronoun.is_some() && next() == "going" => Some(Tense::Future),
            (_, "ve") if next() == "got" => Some(Tense::Should),
            (_, "ve") => Some(Tense::Perfect),
            (_, "s") if pronoun.is_some() && participle(next()) => Some(Tense::Perfect),
            (_, "m" | "re") => Some(Tense::Is),
            (_, "s") if pronoun.is_some() => Some(Tense::Is),
            (_, "d") if pronoun.is_some() => Some(Tense::Would),
            ("is" | "are" | "am" | "isn" | "aren", _) => Some(Tense::Is),
            ("was" | "were" | "wasn" | "weren", _) => Some(Tense::Was),
            ("have" | "has" | "had" | "haven" | "hasn" | "hadn", _) if next() == "to" => Some(Tense::Should),
            ("have" | "has" | "had" | "haven" | "hasn" | "hadn", _) if participle(next()) => Some(Tense::Perfect),
            ("did" | "didn" | "had", _) => Some(Tense::Past),
            ("should" | "must" | "ought" | "need" | "needs" | "shouldn" | "mustn", _) => Some(Tense::Should),
            ("would" | "could" | "can" | "may" | "might" | "wouldn" | "couldn" | "cannot" | "can't", _) => Some(Tense::Would),
            ("do" | "does" | "don" | "doesn" | "have" | "has", _) => Some(Tense::Present),
            _ => match token.word.verb.as_ref().map(|verb| verb.form) {
                Some(form) if form.past && (subject || !form.base) => Some(Tense::Past),
                Some(form) if form.third_person && !form.base && (subject || at > 0 && tokens[at - 1].is_capitalized()) => {
                    Some(Tense::Present)
                }
                Some(form) if form.base && subject => Some(Tense::Present),
                _ => None,
            },
        };
        let Some(tense) = tense else {
            // A noun takes the place of the pronoun as a subject of what follows.
            if pronoun.is_none() && !is_adverb(norm) {
                subject = false;
                if token.is_word() && !token.has(Class::Stopword) {
                    person = Person::Name;
                }
            }
            at += 1;
            continue;
        };
        visit(person, tense, at);
        subject = false;
        // The rest of the group belongs to it: "has been sold", "did not vote".
        at += 1;
        let auxiliary = !matches!(tense, Tense::Past | Tense::Present) || matches!(word, "did" | "didn" | "do" | "does" | "don");
        while auxiliary && at < tokens.len() {
            let word = tokens[at].norm();
            let part = is_adverb(word)
                || matches!(word, "be" | "been" | "have" | "to" | "going" | "gonna")
                || participle(word)
                || base(word)
                || lexicon.verb(word).is_some_and(|verb| verb.form.ing);
            if !part {
                break;
            }
            at += 1;
        }
    }
    groups
}

/// Adverbs and negations, which stand between the parts of a verb group.
fn is_adverb(word: &str) -> bool {
    word.ends_with("ly")
        || matches!(
            word,
            "not"
                | "never"
                | "also"
                | "just"
                | "now"
                | "still"
                | "already"
                | "always"
                | "ever"
                | "even"
                | "again"
                | "then"
                | "all"
                | "often"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(text: &str) -> f32 {
        of_text(text).score
    }

    #[test]
    fn facts_outrank_talk() {
        let facts = [
            "The harbour board raised its fees by 12 percent last year.",
            "Councillor Ashby voted against the ferry bill three times.",
            "It was the worst flood in the history of Marlow.",
        ];
        let talk = [
            "I think that we should all work together for a better harbour.",
            "Why would anybody raise the fees again?",
            "Thank you, and let me say how happy I am to be in Marlow.",
        ];
        for fact in facts {
            assert!(score(fact) >= CLAIM, "{fact}");
            assert!(talk.iter().all(|other| score(other) < CLAIM), "{talk:?}");
        }
    }

    #[test]
    fn a_plain_statement_is_stored_and_a_courtesy_is_not() {
        for text in ["the lock gate is unsafe", "Corvane will buy the shipyard", "the captain fled"] {
            assert!(score(text) >= LEAST, "{text}");
        }
        for text in ["Thank you very much.", "He asked not to be named.", "What do you think?"] {
            assert!(score(text) < LEAST, "{text}");
        }
    }

    #[test]
    fn reasons_name_their_words_and_the_strongest_comes_first() {
        let read = of_text("I hope that unemployment fell by 3 percent.");
        let told: Vec<(&str, Option<&str>)> = read.reasons.iter().map(|r| (r.sign.as_str(), r.text.as_deref())).collect();
        assert!(told.contains(&("percent", Some("percent"))), "{told:?}");
        assert!(read.reasons.len() <= MOST_REASONS);
        assert!(read.reasons.is_sorted_by(|a, b| a.weight.abs() >= b.weight.abs()), "{:?}", read.reasons);
    }

    #[test]
    fn the_subject_and_the_tense_are_seen() {
        let seen = |text: &str| {
            let tokens = tokenize(text, 0, Lexicon::english());
            let mut seen = Vec::new();
            signs(&tokens.iter().collect::<Vec<_>>(), false, |sign, _, _| match sign {
                Sign::Listed(at) => seen.push(listed_signs()[at]),
                Sign::Word(_) => {}
            });
            seen
        };
        for (text, group) in [
            ("We will build it.", "first we future"),
            ("We're going to build it.", "first we future"),
            ("She has not voted.", "first he perfect"),
            ("The mayor closed it.", "first name past"),
            ("I'd close it.", "first I would"),
            ("They have to go.", "first they should"),
        ] {
            assert!(seen(text).contains(&group), "{text} {:?}", seen(text));
        }
    }

    #[test]
    fn every_weight_belongs_to_a_sign() {
        for row in rows(include_str!("../text/lexicon/en/worthiness-weights.tsv")) {
            let known = row[0] == BIAS || row[0].starts_with(WORD) || listed_signs().contains(&row[0]);
            assert!(known && row[1].parse::<f32>().is_ok(), "{row:?}");
        }
    }
}
