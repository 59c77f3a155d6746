//! The parts that features are made of: stems as numbers with weight, kind and place, and names in the slots they fill.
//!
//! Each takes eight bytes. A word itself stays in the claim's folded text; a part says where.

use std::ops::Range;

use crate::engine::text::Lexicon;

/// Number of a stem or a name: FNV-1a (Fowler, Noll and Vo 1991), 64 bits folded to 32. The same on every machine and in
/// every version, so that it can be stored. Two stems in a vocabulary of a million meet by chance about a hundred times; that
/// two *compared* claims hold such a pair happens once in some ten million comparisons, and then adds one false term.
#[must_use]
pub fn id_of(text: &str) -> u32 {
    id_of_bytes(text.as_bytes())
}

/// The same of a word in UTF-8.
pub(super) fn id_of_bytes(word: &[u8]) -> u32 {
    let hash = word.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3));
    (hash ^ (hash >> 32)) as u32
}

/// A stem with its inverse document frequency.
#[derive(Clone, Copy, Debug)]
pub struct Stem {
    pub id: u32,
    /// Nats.
    pub idf: f32,
}

impl Stem {
    /// Of a folded word.
    #[must_use]
    pub fn of(word: &str, lexicon: &Lexicon) -> Self {
        let stem = lexicon.stem(word);
        Self { id: id_of(&stem), idf: lexicon.idf(&stem) }
    }

    /// The same stem, counting less.
    #[must_use]
    pub fn times(self, share: f32) -> Self {
        Self { idf: self.idf * share, ..self }
    }

    /// Of a number, which has no other forms.
    #[must_use]
    pub fn of_number(digits: &str, lexicon: &Lexicon) -> Self {
        Self { id: id_of(digits), idf: lexicon.idf(digits) }
    }

    /// Of a place by its canonical name. The mark keeps it apart from the word.
    #[must_use]
    pub fn of_place(canonical: &str, lexicon: &Lexicon) -> Self {
        let marked = format!("@{canonical}");
        Self { id: id_of(&marked), idf: lexicon.idf(&marked) }
    }
}

/// What a term is in its claim; that decides how much of its rarity counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TermKind {
    /// "Jane" of "Jane Roe": the surname tells who it is, and some articles leave the first name out.
    FirstName,
    /// The claims of one story share its names, and what is said of them tells the claims apart.
    Name,
    /// Every claim of a topic names the same country.
    Place,
    /// A number that counts or measures, by its value: it changes while the claim stays.
    Amount,
    /// Any other number: a year, "Article 50".
    Number,
    Word,
}

impl TermKind {
    /// Share of the stem's rarity that counts, 0–1.
    const fn share(self) -> f32 {
        match self {
            Self::FirstName => 0.25,
            Self::Name | Self::Place | Self::Amount | Self::Number => 0.5,
            Self::Word => 1.0,
        }
    }

    const fn from_bits(bits: u32) -> Self {
        match bits {
            0 => Self::FirstName,
            1 => Self::Name,
            2 => Self::Place,
            3 => Self::Amount,
            4 => Self::Number,
            _ => Self::Word,
        }
    }
}

/// A stem in a claim.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Term {
    pub id: u32,
    /// From the lowest bit: length of the word (5 bits), its start (11), kind (3), whether it stands in the name of a
    /// participant (1), inverse document frequency (12).
    packed: u32,
}

impl Term {
    const LENGTH: u32 = 5;
    const START: u32 = 11;
    const KIND: u32 = 3;
    const IN_NAME: u32 = 1;
    /// Steps of rarity in a nat: 12 bits reach up to 16 nats.
    const STEPS: f32 = 256.0;

    #[must_use]
    pub fn new(stem: Stem, kind: TermKind, in_name: bool, at: Name) -> Self {
        let idf = (stem.idf * Self::STEPS).round().clamp(0.0, 4095.0) as u32;
        let fits = u32::from(at.start) < 1 << Self::START && u32::from(at.length) < 1 << Self::LENGTH;
        // A word that does not fit is compared by its stem alone.
        let (start, length) = if fits { (u32::from(at.start), u32::from(at.length)) } else { (0, 0) };
        let packed =
            [(Self::IN_NAME, u32::from(in_name)), (Self::KIND, kind as u32), (Self::START, start), (Self::LENGTH, length)]
                .into_iter()
                .fold(idf, |packed, (bits, value)| packed << bits | value);
        Self { id: stem.id, packed }
    }

    /// Inverse document frequency of the stem, in nats.
    #[must_use]
    pub fn idf(self) -> f32 {
        (self.packed >> (Self::LENGTH + Self::START + Self::KIND + Self::IN_NAME)) as f32 / Self::STEPS
    }

    /// The same term, its rarity times `share` (0–1).
    #[must_use]
    pub(super) fn damped(self, share: f32) -> Self {
        let shift = Self::LENGTH + Self::START + Self::KIND + Self::IN_NAME;
        let idf = (self.idf() * share * Self::STEPS).round().clamp(0.0, 4095.0) as u32;
        Self { packed: self.packed & ((1 << shift) - 1) | idf << shift, ..self }
    }

    /// What the stem counts in its claim: its rarity, lowered for what every claim of a topic names.
    #[must_use]
    pub fn weight(self) -> f32 {
        self.idf() * self.kind().share()
    }

    #[must_use]
    pub fn kind(self) -> TermKind {
        TermKind::from_bits(self.packed >> (Self::LENGTH + Self::START) & ((1 << Self::KIND) - 1))
    }

    /// Whether the stem belongs to the name of a person or an organisation that takes part.
    #[must_use]
    pub fn in_name(self) -> bool {
        self.packed >> (Self::LENGTH + Self::START + Self::KIND) & 1 == 1
    }

    /// Of a stem that occurs in two parts, the one that counts more is kept.
    pub(super) fn strengthen(&mut self, kind: TermKind) {
        if kind.share() > self.kind().share() {
            let shift = Self::LENGTH + Self::START;
            self.packed = self.packed & !(((1 << Self::KIND) - 1) << shift) | (kind as u32) << shift;
        }
    }

    /// Where the word stands in the claim's folded text.
    pub(super) fn range(self) -> Range<usize> {
        let start = (self.packed >> Self::LENGTH & ((1 << Self::START) - 1)) as usize;
        start..start + self.length()
    }

    /// Bytes of the word.
    pub(super) fn length(self) -> usize {
        (self.packed & ((1 << Self::LENGTH) - 1)) as usize
    }
}

impl std::fmt::Debug for Term {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:08x} {:?} {:.2} at {:?}", self.id, self.kind(), self.weight(), self.range())
    }
}

/// A place in the folded text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    start: u16,
    length: u16,
}

impl Name {
    pub(super) fn at(start: usize, end: usize) -> Self {
        let place = u16::try_from(start).ok().zip(u16::try_from(end - start).ok());
        place.map_or_else(Self::default, |(start, length)| Self { start, length })
    }

    /// A part of the name, by its offset.
    pub(super) fn part(self, offset: usize, length: usize) -> Self {
        let start = usize::from(self.start) + offset;
        if offset + length > usize::from(self.length) { Self::default() } else { Self::at(start, start + length) }
    }
}

/// What a name, an ordinal or a verb is to its claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SlotKind {
    /// "12th", "second": an ordinal names which one it is.
    Ordinal,
    /// The main verb; present where the roles are known.
    Verb,
    /// People in front of the verb, or behind a passive one.
    Agent,
    AgentPlace,
    /// People that it is done to.
    Patient,
    PatientPlace,
    /// Any place that the claim names.
    Place,
    /// Names in the condition of a conditional claim: "if Roe steps down".
    Condition,
    Quotation,
    /// Present where only one can do it, or have it done to: "won the vote", "was appointed mayor".
    Seat,
}

impl SlotKind {
    const ALL: [Self; 10] = [
        Self::Ordinal,
        Self::Verb,
        Self::Agent,
        Self::AgentPlace,
        Self::Patient,
        Self::PatientPlace,
        Self::Place,
        Self::Condition,
        Self::Quotation,
        Self::Seat,
    ];
}

/// A name in a slot. Two are the same when kind and id are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    /// Kind in the upper 4 bits, then 28 bits of [`id_of`]: claims have few names in a slot.
    key: u32,
    at: Name,
}

impl Slot {
    const ID_BITS: u32 = 28;
    pub(super) const ID_MASK: u32 = (1 << Self::ID_BITS) - 1;

    #[must_use]
    pub fn new(kind: SlotKind, id: u32, at: Name) -> Self {
        Self { key: (kind as u32) << Self::ID_BITS | id & Self::ID_MASK, at }
    }

    #[must_use]
    pub fn kind(self) -> SlotKind {
        SlotKind::ALL[self.kind_bits() as usize % SlotKind::ALL.len()]
    }

    /// The kind as a number.
    pub(super) fn kind_bits(self) -> u32 {
        self.key >> Self::ID_BITS
    }

    /// Number of the name; comparable with any other slot's.
    #[must_use]
    pub fn id(self) -> u32 {
        self.key & Self::ID_MASK
    }

    pub(super) fn key(self) -> u32 {
        self.key
    }

    pub(super) fn range(self) -> Range<usize> {
        let start = usize::from(self.at.start);
        start..start + usize::from(self.at.length)
    }
}

impl std::fmt::Debug for Slot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {:07x} at {:?}", self.kind(), self.id(), self.range())
    }
}

/// Whether the slots share a name. Slots are short.
#[must_use]
pub fn share(a: &[Slot], b: &[Slot]) -> bool {
    a.iter().any(|x| b.iter().any(|y| x.id() == y.id()))
}

/// Whether both name somebody and nobody in common.
#[must_use]
pub fn disjoint(a: &[Slot], b: &[Slot]) -> bool {
    !a.is_empty() && !b.is_empty() && !share(a, b)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KINDS: [TermKind; 6] =
        [TermKind::FirstName, TermKind::Name, TermKind::Place, TermKind::Amount, TermKind::Number, TermKind::Word];

    proptest! {
        #[test]
        fn a_term_keeps_what_is_packed_into_it(
            id: u32, idf in 0f32..15.9, kind in 0usize..6, in_name: bool, start in 0usize..2047, length in 0usize..31,
        ) {
            let term = Term::new(Stem { id, idf }, KINDS[kind], in_name, Name::at(start, start + length));
            prop_assert_eq!((term.id, term.kind(), term.in_name(), term.range()), (id, KINDS[kind], in_name, start..start + length));
            prop_assert!((term.idf() - idf).abs() <= 0.5 / Term::STEPS);
        }

        #[test]
        fn a_word_out_of_reach_is_empty_and_not_another(start in 2048usize..60_000, length in 0usize..5_000) {
            let term = Term::new(Stem { id: 1, idf: 1.0 }, TermKind::Word, false, Name::at(start, start + length));
            prop_assert_eq!(term.range(), 0..0);
        }
    }

    #[test]
    fn the_stronger_use_of_a_stem_counts() {
        let mut term = Term::new(Stem { id: 1, idf: 8.0 }, TermKind::Name, true, Name::at(3, 7));
        term.strengthen(TermKind::FirstName);
        assert_eq!(term.weight(), 4.0);
        term.strengthen(TermKind::Word);
        assert_eq!((term.weight(), term.in_name(), term.range()), (8.0, true, 3..7));
    }

    #[test]
    fn a_slot_keeps_its_kind() {
        for kind in SlotKind::ALL {
            let slot = Slot::new(kind, u32::MAX, Name::at(1, 4));
            assert_eq!((slot.kind(), slot.id(), slot.range()), (kind, (1 << 28) - 1, 1..4));
        }
    }
}
