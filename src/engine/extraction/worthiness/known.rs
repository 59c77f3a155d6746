//! Everything that the tables say of one word, so that each word of a sentence is looked up once.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::{
    BIAS, WORD,
    predicates::{Auxiliary, Person},
    rows,
    signs::{Shape, listed_signs},
};
use crate::engine::text::{Class, Lexicon, Token, lexicon::VerbForm};

/// The fitted weights: the log odds that each sign adds.
pub(super) struct Weights {
    pub bias: f32,
    pub listed: Vec<f32>,
    words: FxHashMap<&'static str, f32>,
}

pub(super) static WEIGHTS: LazyLock<Weights> = LazyLock::new(|| {
    let file = include_str!("../../text/lexicon/en/worthiness-weights.tsv");
    let weights: FxHashMap<&str, f32> = rows(file).filter_map(|row| Some((row[0], row.get(1)?.parse().ok()?))).collect();
    let weight = |name: &str| weights.get(name).copied().unwrap_or_default();
    Weights {
        bias: weight(BIAS),
        listed: listed_signs().iter().map(|name| weight(name)).collect(),
        words: weights.iter().filter_map(|(name, weight)| Some((name.strip_prefix(WORD)?, *weight))).collect(),
    }
});

pub(super) struct Kinds {
    pub names: Vec<&'static str>,
    pub priors: Vec<f32>,
    phrases: Vec<(&'static str, Phrase)>,
}

/// What follows the first word of a phrase, and which kind the phrase is of.
type Phrase = (Vec<&'static str>, usize);

pub(super) static KINDS: LazyLock<Kinds> = LazyLock::new(|| {
    let mut kinds = Kinds { names: Vec::new(), priors: Vec::new(), phrases: Vec::new() };
    for row in rows(include_str!("../../text/lexicon/en/worthiness.tsv")) {
        let kind = kinds.names.len();
        kinds.names.push(row[0]);
        kinds.priors.push(row[1].parse().expect("worthiness.tsv holds numbers"));
        for phrase in row[2].split(", ") {
            let mut words = phrase.split(' ');
            kinds.phrases.push((words.next().unwrap_or_default(), (words.collect(), kind)));
        }
    }
    kinds
});

#[derive(Default)]
pub(super) struct Known {
    pub weight: Option<f32>,
    pub is_stopword: bool,
    pub kinds: Vec<Phrase>,
    /// "my", "your": of the first or second person.
    pub own: Option<Shape>,
    /// Opens a question.
    pub asks: bool,
    pub form: VerbForm,
    pub subject: Option<Person>,
    pub auxiliary: Option<Auxiliary>,
    /// "did", "do": a verb follows, and is of the same group.
    pub governs: bool,
    /// "been", "to": stands inside a group.
    joins: bool,
    /// An adverb or a negation, which stands between the parts of a group.
    is_adverb: bool,
}

/// A word of a sentence: "he'll" is itself, and "he" with the ending "ll".
pub(super) struct Word<'a> {
    pub norm: &'a str,
    pub whole: &'static Known,
    pub stem: &'static Known,
    pub ending: &'a str,
}

impl Word<'_> {
    pub fn is_adverb(&self) -> bool {
        self.whole.is_adverb || self.norm.ends_with("ly")
    }

    /// Whether it may stand behind an auxiliary, in the same verb group.
    pub fn goes_on(&self) -> bool {
        let form = self.whole.form;
        self.whole.joins || form.participle || form.base || form.ing || self.is_adverb()
    }
}

pub(super) fn words<'a>(tokens: &[&'a Token<'_>]) -> Vec<Word<'a>> {
    let table = &*TABLE;
    let known = |word: &str| table.get(word).unwrap_or(&NOTHING);
    let word = |token: &&'a Token<'_>| {
        let norm = token.norm();
        let whole = known(norm);
        match norm.bytes().position(|byte| byte == b'\'') {
            Some(at) => Word { norm, whole, stem: known(&norm[..at]), ending: &norm[at + 1..] },
            None => Word { norm, whole, stem: whole, ending: if token.possessive { "s" } else { "" } },
        }
    };
    tokens.iter().map(word).collect()
}

static NOTHING: Known = Known {
    weight: None,
    is_stopword: false,
    kinds: Vec::new(),
    own: None,
    asks: false,
    form: VerbForm::NONE,
    subject: None,
    auxiliary: None,
    governs: false,
    joins: false,
    is_adverb: false,
};

static TABLE: LazyLock<FxHashMap<&'static str, Known>> = LazyLock::new(|| {
    let lexicon = Lexicon::english();
    let mut table: FxHashMap<&'static str, Known> = FxHashMap::default();
    for (word, verb) in lexicon.verbs() {
        table.entry(word).or_default().form = verb.form;
    }
    for (word, weight) in &WEIGHTS.words {
        table.entry(word).or_default().weight = Some(*weight);
    }
    for (word, phrase) in &KINDS.phrases {
        table.entry(word).or_default().kinds.push(phrase.clone());
    }
    fn each(table: &mut FxHashMap<&'static str, Known>, words: &'static str, set: impl Fn(&mut Known)) {
        words.split(' ').for_each(|word| set(table.entry(word).or_default()));
    }
    let mut mark = |words, set: &dyn Fn(&mut Known)| each(&mut table, words, set);
    mark("i me my mine myself", &|known| known.own = Some(Shape::FirstPerson));
    mark("you your yours", &|known| known.own = Some(Shape::SecondPerson));
    mark("who what why how when where which do does did is are can would will should could have has", &|known| known.asks = true);
    mark("did didn do does don", &|known| known.governs = true);
    mark("be been have to going gonna", &|known| known.joins = true);
    mark("not never also just now still already always ever even again then all often", &|known| known.is_adverb = true);
    for (words, person) in [
        ("i", Person::I),
        ("we", Person::We),
        ("you", Person::You),
        ("he she", Person::He),
        ("they who", Person::They),
        ("it that this there which what here", Person::It),
    ] {
        mark(words, &|known| known.subject = Some(person));
    }
    for (words, auxiliary) in [
        ("will won shall gonna", Auxiliary::Will),
        ("is are am", Auxiliary::Be),
        ("isn aren", Auxiliary::Isn),
        ("was were wasn weren", Auxiliary::Was),
        ("have has", Auxiliary::Have),
        ("had", Auxiliary::Had),
        ("haven hasn hadn", Auxiliary::Hadn),
        ("did didn", Auxiliary::Did),
        ("should must ought need needs shouldn mustn", Auxiliary::Should),
        ("would could can may might wouldn couldn cannot", Auxiliary::Would),
        ("do does don doesn", Auxiliary::Do),
    ] {
        mark(words, &|known| known.auxiliary = Some(auxiliary));
    }
    for (word, known) in &mut table {
        known.is_stopword = lexicon.is(word, Class::Stopword);
    }
    table
});
