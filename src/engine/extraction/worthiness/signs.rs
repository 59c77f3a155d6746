//! What is seen in a sentence: kinds of words, its shape, who does what when, and single words.

use std::{ops::RangeInclusive, sync::LazyLock};

use super::{
    known::{KINDS, Known, Word, words},
    predicates::{self, PERSONS, TENSES},
};
use crate::engine::text::{Class, Token, TokenKind, is_title_case, lexicon::NumberWord};

/// One thing seen in a sentence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sign<'a> {
    /// One of [`listed_signs`], by its place there.
    Listed(usize),
    Word(&'a str),
}

/// Signs of shape, which need no word list. The lengths come last.
#[derive(Clone, Copy)]
pub(super) enum Shape {
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

/// Sums over other signs.
pub(super) const NOT_TOLD: RangeInclusive<usize> = Shape::Facts as usize..=Shape::NoFacts as usize;

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

/// More signs than there are.
pub(super) const MOST_SIGNS: usize = 256;

/// How often each listed sign is seen, and which token shows it first. A sentence shows few of them.
pub(super) struct Sheet {
    counts: [u16; MOST_SIGNS],
    first: [u32; MOST_SIGNS],
    /// One bit for each sign that is seen.
    marked: [u64; MOST_SIGNS / 64],
}

impl Sheet {
    fn new() -> Self {
        Self { counts: [0; MOST_SIGNS], first: [0; MOST_SIGNS], marked: [0; MOST_SIGNS / 64] }
    }

    pub(super) fn mark(&mut self, sign: usize, at: usize) {
        let count = &mut self.counts[sign];
        if *count == 0 {
            self.first[sign] = at as u32;
            self.marked[sign / 64] |= 1 << (sign % 64);
        }
        *count = count.saturating_add(1);
    }

    /// The same for a sign that counts once: the last token shows it.
    pub(super) fn mark_once(&mut self, sign: usize, at: usize) {
        (self.counts[sign], self.first[sign]) = (1, at as u32);
        self.marked[sign / 64] |= 1 << (sign % 64);
    }

    fn shape(&mut self, shape: Shape, at: usize) {
        self.mark(shape as usize, at);
    }

    fn count(&self, sign: usize) -> u16 {
        self.counts[sign]
    }

    /// The signs that are seen, in order, with how often and where first.
    fn signs(&self) -> impl Iterator<Item = (usize, u16, usize)> {
        self.marked.iter().enumerate().flat_map(move |(word, &marked)| {
            let mut left = marked;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
                left &= left - 1;
                let sign = word * 64 + bit;
                Some((sign, self.counts[sign], self.first[sign] as usize))
            })
        })
    }
}

/// Calls `visit` with every sign of a sentence, how much of it there is, and the token that shows it.
pub fn signs<'a>(tokens: &[&'a Token<'_>], question: bool, visit: impl FnMut(Sign<'a>, f32, Option<usize>)) {
    self::visit(tokens, &words(tokens), question, visit);
}

/// The same, where the words have been looked up.
pub(super) fn visit<'a>(
    tokens: &[&'a Token<'_>],
    known: &[Word<'_>],
    question: bool,
    mut visit: impl FnMut(Sign<'a>, f32, Option<usize>),
) {
    let words = tokens.iter().filter(|t| t.is_word()).count() as f32;
    let share = (LONG / words.max(LONG)).sqrt();
    let mut sheet = Sheet::new();
    let title_case = is_title_case(tokens.iter().copied());
    let mut first = true;
    for (at, token) in tokens.iter().enumerate() {
        let word = known[at].whole;
        kinds_at(tokens, at, word, &mut sheet);
        let named = !first && !title_case && token.is_capitalized() && token.norm() != "i" && !token.norm().starts_with("i'");
        shape_at(token, known[at].stem, named, at, &mut sheet);
        if token.is_word() {
            // A name is no word to learn from.
            if !named {
                visit(Sign::Word(token.norm()), share, Some(at));
            }
            // What the first word makes of a sentence: "Did he …", "Look at …".
            if first && word.asks {
                sheet.shape(Shape::Asks, at);
            } else if first && word.form.base && !word.form.past {
                sheet.shape(Shape::Order, at);
            }
            first = false;
        }
    }
    let (mut facts, mut talk) = (0.0, 0.0);
    for (sign, count, _) in sheet.signs() {
        if let Some(prior) = sign.checked_sub(SHAPES.len()).and_then(|kind| KINDS.priors.get(kind)) {
            *(if *prior > 0.0 { &mut facts } else { &mut talk }) += amount(count);
        }
    }
    let predicates = predicates::mark(tokens, known, &mut sheet, SHAPES.len() + KINDS.names.len());
    for (sign, count, at) in sheet.signs() {
        visit(Sign::Listed(sign), share * amount(count), Some(at));
    }
    let length = [3.0, 6.0, 10.0, 16.0, 25.0].iter().filter(|most| words > **most).count();
    let mut whole = |sign: usize, value: f32| visit(Sign::Listed(sign), value, None);
    whole(Shape::Facts as usize, share * (1.0_f32 + facts).log2());
    whole(Shape::Talk as usize, share * (1.0_f32 + talk).log2());
    let per_word = share * FEW / words.max(FEW);
    whole(Shape::FactShare as usize, per_word * facts);
    whole(Shape::TalkShare as usize, per_word * talk);
    if question && sheet.count(Shape::Question as usize) == 0 {
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
    // Nearly every sign is seen once.
    if count == 1 { 1.0 } else { (f32::from(count) + 1.0).log2().min(2.5) }
}

fn kinds_at(tokens: &[&Token<'_>], at: usize, word: &Known, sheet: &mut Sheet) {
    for (rest, kind) in &word.kinds {
        if rest.iter().enumerate().all(|(i, word)| tokens.get(at + 1 + i).is_some_and(|t| t.is(word))) {
            sheet.mark(SHAPES.len() + kind, at);
        }
    }
}

fn shape_at(token: &Token<'_>, stem: &Known, named: bool, at: usize, sheet: &mut Sheet) {
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
            let counts = matches!(token.word.number, Some(NumberWord::Value(_))) && norm != "one";
            if counts || norm.as_bytes().first().is_some_and(u8::is_ascii_digit) {
                sheet.shape(Shape::Number, at);
            } else if named {
                sheet.shape(Shape::Name, at);
            }
            if token.has(Class::Negation) {
                sheet.shape(Shape::Negation, at);
            }
            if let Some(person) = stem.own {
                sheet.shape(person, at);
            }
        }
    }
}
