//! The signals of likeness: each reads one thing of two claims, 0–1, and abstains (`None`) where it has nothing to go by,
//! which is not 0. They come in two tiers: what ids tell costs nanoseconds, what characters tell is asked only where the
//! ids leave the answer open ([`super::probability`]). Every measure is bounded on any input.

use std::cmp::Ordering;

use super::{
    Features, Spelled, bigrams, guards,
    overlap::{Overlap, Shared},
    subwords, vectors,
    words::{SlotKind, Term, TermKind, share},
};

/// What is read, in the order in which it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// The same words in the same order; or all but how many, or all but who holds what only one can.
    SameWords,
    /// The same quotation, or one inside the other.
    SameQuotation,
    /// Cosine of the stems by their rarity, misspellings forgiven (Soft TF-IDF; Cohen, Ravikumar and Fienberg 2003).
    SoftTfIdf,
    /// Its square root: the step from nothing shared to something counts more than the last one.
    AnyShared,
    /// The same, with names, places and numbers counting less: what is said, rather than of whom.
    Said,
    /// How much of the lighter claim stands in the other: a long sentence may hold a short one.
    Containment,
    /// Rarity of all that is shared: two texts may share little of themselves and still a lot.
    SharedRarity,
    /// Rarity of the rarest stem that is shared.
    RarestShared,
    /// Number of words that are shared, names and numbers aside.
    SharedWords,
    /// Number of stems of the shorter claim: short texts agree by chance.
    Length,
    /// Of the names in both claims, how much by rarity they share.
    SameNames,
    /// Each names somebody that the other does not, by the rarity of the less rare one.
    OtherNames,
    SameNumber,
    /// Both give numbers, and none in common.
    OtherNumber,
    SamePlace,
    /// Both name places, and none in common.
    OtherPlace,
    /// The same verb, with a participant in common on the same side.
    SameRole,
    /// Event days at most two apart.
    SameDay,
    /// Cosine of the words' four-letter parts by the rarity of the words: inflections, compounds, spellings.
    Subwords,
    /// Longest run of equal words.
    Run,
    /// Sørensen–Dice over pairs of characters.
    Dice,
    /// How much is said in different words that mean much the same ([`super::vectors`]).
    Related,
    /// How surely their articles tell one story ([`Features::same_story`]): the words of a topic are told by what stands beside them, and
    /// claims of two stories may share words but seldom a question.
    SameStory,
    /// Cosine of their sentence vectors, where a model told them ([`crate::domain::Embedding`]): topic more than stance.
    Semantic,
}

impl Signal {
    pub const ALL: [Self; 24] = [
        Self::SameWords,
        Self::SameQuotation,
        Self::SoftTfIdf,
        Self::AnyShared,
        Self::Said,
        Self::Containment,
        Self::SharedRarity,
        Self::RarestShared,
        Self::SharedWords,
        Self::Length,
        Self::SameNames,
        Self::OtherNames,
        Self::SameNumber,
        Self::OtherNumber,
        Self::SamePlace,
        Self::OtherPlace,
        Self::SameRole,
        Self::SameDay,
        Self::Subwords,
        Self::Run,
        Self::Dice,
        Self::Related,
        Self::SameStory,
        Self::Semantic,
    ];

    /// Those that read words one by one; all others read ids.
    pub const OF_WORDS: [Self; 4] = [Self::Subwords, Self::Run, Self::Dice, Self::Related];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SameWords => "same_words",
            Self::SameQuotation => "same_quotation",
            Self::SoftTfIdf => "soft_tf_idf",
            Self::AnyShared => "any_shared",
            Self::Said => "said",
            Self::Containment => "containment",
            Self::SharedRarity => "shared_rarity",
            Self::RarestShared => "rarest_shared",
            Self::SharedWords => "shared_words",
            Self::Length => "length",
            Self::SameNames => "same_names",
            Self::OtherNames => "other_names",
            Self::SameNumber => "same_number",
            Self::OtherNumber => "other_number",
            Self::SamePlace => "same_place",
            Self::OtherPlace => "other_place",
            Self::SameRole => "same_role",
            Self::SameDay => "same_day",
            Self::Subwords => "subwords",
            Self::Run => "run",
            Self::Dice => "dice",
            Self::Related => "related",
            Self::SameStory => "same_story",
            Self::Semantic => "semantic",
        }
    }
}

/// One value a signal.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Values([Option<f64>; Signal::ALL.len()]);

impl Values {
    #[must_use]
    pub fn get(&self, signal: Signal) -> Option<f64> {
        self.0[signal as usize]
    }

    /// As if both stood in articles on one story.
    pub fn in_one_story(&mut self) {
        self.set(Signal::SameStory, Some(1.0));
    }

    fn set(&mut self, signal: Signal, value: Option<f64>) {
        self.0[signal as usize] = value.map(|value| value.clamp(0.0, 1.0));
    }
}

/// Every signal.
#[must_use]
pub fn read(overlap: &Overlap<'_>) -> Values {
    let mut values = of_ids(overlap);
    of_words(overlap, &Spelled::of(overlap.a), &Spelled::of(overlap.b), &mut values);
    values
}

/// The signals that cost least.
#[must_use]
pub fn of_ids(overlap: &Overlap<'_>) -> Values {
    let (a, b) = (overlap.a, overlap.b);
    let mut values = Values::default();
    values.set(Signal::SameWords, same_words(overlap));
    values.set(Signal::SameQuotation, same_quotation(a, b));
    terms(overlap, &mut values);
    let (same, other) = told_apart(a.slot(SlotKind::Place), b.slot(SlotKind::Place));
    values.set(Signal::SamePlace, same);
    values.set(Signal::OtherPlace, other);
    values.set(Signal::SameRole, same_role(a, b));
    values.set(Signal::SameStory, Some(a.same_story(b)));
    values.set(Signal::Semantic, a.embedding().zip(b.embedding()).and_then(|(x, y)| x.likeness(y)));
    values.set(Signal::SameDay, a.event_date().zip(b.event_date()).map(|(x, y)| flag((x - y).num_days().abs() <= 2)));
    values
}

/// Adds the signals that read words one by one. `a` and `b` are the claims of the overlap.
pub fn of_words(overlap: &Overlap<'_>, a: &Spelled<'_>, b: &Spelled<'_>, values: &mut Values) {
    values.set(Signal::Subwords, subwords::cosine(a, b));
    values.set(Signal::Run, run(a, b));
    let (a, b) = (overlap.a, overlap.b);
    values.set(Signal::Related, (!a.terms().is_empty() && !b.terms().is_empty()).then(|| vectors::related(overlap)));
    values.set(Signal::Dice, (!a.folded().is_empty() && !b.folded().is_empty()).then(|| bigrams::dice(a.folded(), b.folded())));
}

fn flag(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

/// A sum without end as 0–1: one half where it equals `half`.
fn saturating(sum: f32, half: f32) -> f64 {
    f64::from(sum / (sum + half))
}

fn same_words(overlap: &Overlap<'_>) -> Option<f64> {
    let (a, b) = (overlap.a, overlap.b);
    let same = || a.folded() == b.folded() || same_but_amounts(a, b) || guards::rivals(overlap).is_some();
    (!a.folded().is_empty()).then(|| flag(same()))
}

/// "12 people died in the fire", "19 people died in the fire": how many is what they disagree on.
fn same_but_amounts(a: &Features, b: &Features) -> bool {
    let is_amount = |term: &&Term| term.kind() == TermKind::Amount;
    let ids =
        |features: &Features| features.terms().iter().filter(|term| !is_amount(term)).map(|term| term.id).collect::<Vec<_>>();
    let counts = |features: &Features| features.terms().iter().any(|term| is_amount(&term));
    counts(a) && counts(b) && a.terms().len().abs_diff(b.terms().len()) <= 1 && ids(a) == ids(b) && ids(a).len() > 2
}

fn same_quotation(a: &Features, b: &Features) -> Option<f64> {
    let (x, y) = (a.quotation()?, b.quotation()?);
    let (short, long) = if x.len() <= y.len() { (x, y) } else { (y, x) };
    Some(flag(short == long || (short.split(' ').count() >= 6 && long.contains(short))))
}

/// What sums over the terms of one claim tell.
#[derive(Default)]
struct Sums {
    squares: f32,
    said: f32,
    names: f32,
    numbers: usize,
}

impl Sums {
    fn of(features: &Features) -> Self {
        let mut sums = Self::default();
        for term in features.terms() {
            sums.squares += term.idf() * term.idf();
            sums.said += term.weight() * term.weight();
            sums.names += if is_name(*term) { term.idf() } else { 0.0 };
            sums.numbers += usize::from(is_number(*term));
        }
        sums
    }
}

fn is_number(term: Term) -> bool {
    matches!(term.kind(), TermKind::Amount | TermKind::Number)
}

fn is_name(term: Term) -> bool {
    term.in_name() || matches!(term.kind(), TermKind::Name | TermKind::FirstName)
}

fn terms(overlap: &Overlap<'_>, values: &mut Values) {
    let (a, b) = (overlap.a, overlap.b);
    if a.terms().is_empty() || b.terms().is_empty() {
        return;
    }
    let (of_a, of_b) = (Sums::of(a), Sums::of(b));
    let (mut dot, mut said, mut rarity, mut rarest, mut names) = (0.0, 0.0, 0.0, 0.0_f32, 0.0);
    let (mut within_a, mut within_b, mut numbers, mut words) = (0.0, 0.0, 0, 0.0);
    for &Shared { a: x, b: y, likeness: near } in overlap.shared() {
        dot += x.idf() * y.idf() * near;
        said += x.weight() * y.weight() * near;
        within_a += x.idf() * x.idf() * near;
        within_b += y.idf() * y.idf() * near;
        let idf = x.idf().min(y.idf());
        rarity += idf;
        rarest = rarest.max(idf);
        numbers += usize::from(is_number(x) || is_number(y));
        match is_name(x) || is_name(y) {
            true => names += idf,
            false => words += f32::from(u8::from(x.kind() == TermKind::Word && y.kind() == TermKind::Word)),
        }
    }
    let cosine = |dot: f32, x: f32, y: f32| (x > 0.0 && y > 0.0).then(|| f64::from(dot / (x * y).sqrt()));
    values.set(Signal::SoftTfIdf, cosine(dot, of_a.squares, of_b.squares));
    values.set(Signal::AnyShared, cosine(dot, of_a.squares, of_b.squares).map(|cosine| cosine.max(0.0).sqrt()));
    values.set(Signal::Said, cosine(said, of_a.said, of_b.said));
    let (within, whole) = match of_a.squares.total_cmp(&of_b.squares) {
        Ordering::Less => (within_a, of_a.squares),
        Ordering::Equal => (within_a.max(within_b), of_a.squares),
        Ordering::Greater => (within_b, of_b.squares),
    };
    values.set(Signal::Containment, (whole > 0.0).then(|| f64::from(within / whole)));
    values.set(Signal::SharedRarity, Some(saturating(rarity, 25.0)));
    values.set(Signal::RarestShared, Some(f64::from(rarest / 10.0)));
    values.set(Signal::SharedWords, Some(saturating(words, 3.0)));
    values.set(Signal::Length, Some(saturating(a.terms().len().min(b.terms().len()) as f32, 8.0)));
    if of_a.names > 0.0 && of_b.names > 0.0 {
        values.set(Signal::SameNames, Some(f64::from(names / of_a.names.min(of_b.names))));
        let rarest = |own: &mut dyn Iterator<Item = Term>| own.filter(|term| is_name(*term)).map(Term::idf).fold(0.0, f32::max);
        let both = rarest(&mut overlap.own_a()).min(rarest(&mut overlap.own_b()));
        values.set(Signal::OtherNames, Some(f64::from(both / 10.0)));
    }
    if of_a.numbers > 0 && of_b.numbers > 0 {
        values.set(Signal::SameNumber, Some(flag(numbers > 0)));
        values.set(Signal::OtherNumber, Some(flag(numbers == 0)));
    }
}

/// Whether two slots share a name, and whether they are filled with none in common.
fn told_apart(a: &[super::words::Slot], b: &[super::words::Slot]) -> (Option<f64>, Option<f64>) {
    if a.is_empty() || b.is_empty() {
        return (None, None);
    }
    let same = share(a, b);
    (Some(flag(same)), Some(flag(!same)))
}

fn same_role(a: &Features, b: &Features) -> Option<f64> {
    let (x, y) = (a.slot(SlotKind::Verb).first()?, b.slot(SlotKind::Verb).first()?);
    let sides = [SlotKind::Agent, SlotKind::AgentPlace, SlotKind::Patient, SlotKind::PatientPlace];
    Some(flag(x.id() == y.id() && sides.into_iter().any(|side| share(a.slot(side), b.slot(side)))))
}

/// Longest run of equal words (longest common substring, over words).
fn run(a: &Spelled<'_>, b: &Spelled<'_>) -> Option<f64> {
    if a.features.folded().is_empty() || b.features.folded().is_empty() {
        return None;
    }
    let (x, y) = (a.words(), b.words());
    // Positions in `y`, a bit each, by the lowest bits of the word.
    let mut places = [0u64; 64];
    y.iter().enumerate().for_each(|(j, word)| places[*word as usize % 64] |= 1 << j);
    let mut longest = 0;
    for (i, word) in x.iter().enumerate() {
        let mut left = places[*word as usize % 64];
        while left != 0 {
            let j = left.trailing_zeros() as usize;
            left &= left - 1;
            let begins = i == 0 || j == 0 || x[i - 1] != y[j - 1];
            if begins {
                longest = longest.max(x[i..].iter().zip(&y[j..]).take_while(|(x, y)| x == y).count());
            }
        }
    }
    Some(saturating(longest as f32, 3.0))
}
