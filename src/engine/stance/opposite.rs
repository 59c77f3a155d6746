//! Words that cannot both be true of one thing dispute: what rose did not fall, who won did not lose.
//!
//! The pairs are data. Two claims are opposed where one holds a word of one pole and the other, in its place, one of the other pole;
//! as with numbers, the side that fewer outlets carry stands against the other, and of as many the later.

use super::{
    Case, Ruling, Traits, nearly_the_same,
    plurality::{SAME_DAYS, days_between, yields},
    quote,
};
use crate::{
    domain::{ClaimReading, Evidence, Polarity, Voice},
    engine::{
        clustering::Member,
        similarity::features::folded_words,
        text::{Class, Lexicon, lexicon::Pole},
    },
};

/// The poles that a claim's proposition holds, sorted.
pub(super) fn poles(reading: &ClaimReading) -> Vec<Pole> {
    let mut poles: Vec<Pole> = words_with_poles(reading).map(|(_, pole)| pole).collect();
    poles.sort_unstable();
    poles.dedup();
    poles
}

pub(super) fn opposes(case: &Case<'_>) -> Option<Ruling> {
    let member = case.member;
    let (pole, other) = case.counting().find_map(|(other, traits)| {
        let apart = other.article.outlet.id != member.article.outlet.id
            && other.reading.polarity == member.reading.polarity
            && days_between(member, other) <= SAME_DAYS;
        let pole = apart.then(|| opposed(case.own, traits)).flatten().filter(|_| nearly_the_same(member, other))?;
        Some((pole, other))
    })?;
    if !yields(case, other, |_, traits| holds_only(traits, pole), |_, traits| holds_only(traits, pole.opposite())) {
        return None;
    }
    let attribution = &member.reading.attribution;
    let by = attribution.source.clone().filter(|_| attribution.voice == Voice::Attributed);
    let evidence = Evidence::Opposite {
        quote: quote(member),
        word: word_of(member, pole)?,
        other: quote(other),
        other_word: word_of(other, pole.opposite())?,
        other_claim: other.claim,
    };
    Some(Ruling::disputes(by, evidence))
}

/// Whether one text holds a word, and the other, in its place, one that cannot be true with it.
#[must_use]
pub fn are_opposed(a: &str, b: &str) -> bool {
    let lexicon = Lexicon::english();
    let poles = |text: &str| folded_words(text).iter().flat_map(|word| lexicon.poles(word).to_vec()).collect::<Vec<_>>();
    let (a, b) = (poles(a), poles(b));
    a.iter().any(|pole| b.contains(&pole.opposite()) && !a.contains(&pole.opposite()) && !b.contains(pole))
}

/// The pole that one of them holds while the other holds its opposite, and neither holds both.
pub(super) fn opposed(own: &Traits, other: &Traits) -> Option<Pole> {
    own.poles.iter().copied().find(|pole| holds_only(own, *pole) && holds_only(other, pole.opposite()))
}

fn holds_only(traits: &Traits, pole: Pole) -> bool {
    traits.poles.binary_search(&pole).is_ok() && traits.poles.binary_search(&pole.opposite()).is_err()
}

/// "was found not guilty" stands for the other pole; where the claim as a whole is negated, its polarity says so.
fn words_with_poles(reading: &ClaimReading) -> impl Iterator<Item = (String, Pole)> {
    let lexicon = Lexicon::english();
    let words = folded_words(&reading.proposition);
    let affirmed = reading.polarity == Polarity::Affirmed;
    let turned: Vec<bool> =
        (0..words.len()).map(|at| affirmed && at > 0 && lexicon.is(&words[at - 1], Class::Negation)).collect();
    words.into_iter().zip(turned).flat_map(move |(word, turned)| {
        let poles = lexicon.poles(&word).iter();
        poles.map(move |pole| (word.clone(), if turned { pole.opposite() } else { *pole })).collect::<Vec<_>>()
    })
}

fn word_of(member: &Member<'_>, pole: Pole) -> Option<String> {
    words_with_poles(member.reading).find(|(_, own)| *own == pole).map(|(word, _)| word)
}
