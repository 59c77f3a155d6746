//! Who does something, and when: verb groups with the person of the nearest subject before them.
//!
//! Told from verb forms alone; part-of-speech tags would do it better.

use super::{known::Word, signs::Sheet};
use crate::engine::text::{Class, Token};

pub(super) const PERSONS: [&str; 7] = ["I", "we", "you", "he", "they", "it", "name"];
pub(super) const TENSES: [&str; 8] = ["past", "perfect", "present", "is", "was", "future", "should", "would"];

#[derive(Clone, Copy)]
pub(super) enum Person {
    I,
    We,
    You,
    He,
    They,
    It,
    Name,
}

#[derive(Clone, Copy)]
pub(super) enum Tense {
    Past,
    Perfect,
    Present,
    Is,
    Was,
    Future,
    Should,
    Would,
}

/// A word that opens a verb group, or is one. What stands before "n't" is listed as it is cut: "isn", "don".
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Auxiliary {
    Will,
    Be,
    /// "isn't": never in "is going to".
    Isn,
    Was,
    Have,
    Had,
    /// "hadn't": nothing without a participle.
    Hadn,
    Did,
    Should,
    Would,
    Do,
}

/// Marks every verb group on the sheet from `base` on, once as any group and the first one again; returns how many there are.
pub(super) fn mark(tokens: &[&Token<'_>], words: &[Word<'_>], sheet: &mut Sheet, base: usize) -> usize {
    let mut groups = 0;
    let mut person = Person::Name;
    let mut subject = false;
    let mut at = 0;
    while at < tokens.len() {
        let token = tokens[at];
        let word = &words[at];
        let pronoun = word.stem.subject;
        if let Some(pronoun) = pronoun {
            person = pronoun;
            subject = true;
        }
        let Some(tense) = tense(tokens, words, at, subject) else {
            // A noun takes the place of the pronoun as a subject of what follows.
            if pronoun.is_none() && !word.is_adverb() {
                subject = false;
                if token.is_word() && !token.has(Class::Stopword) {
                    person = Person::Name;
                }
            }
            at += 1;
            continue;
        };
        let group = base + person as usize * TENSES.len() + tense as usize;
        sheet.mark_once(group, at);
        if groups == 0 {
            sheet.mark(group + PERSONS.len() * TENSES.len(), at);
        }
        groups += 1;
        subject = false;
        // The rest of the group belongs to it: "has been sold", "did not vote".
        at += 1;
        let auxiliary = !matches!(tense, Tense::Past | Tense::Present) || word.stem.governs;
        while auxiliary && at < tokens.len() && words[at].goes_on() {
            at += 1;
        }
    }
    groups
}

/// The tense of the verb group that begins at a token, if one does.
fn tense(tokens: &[&Token<'_>], words: &[Word<'_>], at: usize, subject: bool) -> Option<Tense> {
    use Auxiliary::{Be, Did, Do, Had, Hadn, Have, Isn, Should, Was, Will, Would};
    let word = &words[at];
    let pronoun = word.stem.subject.is_some();
    let next = || (at + 1..at + 4).map(|i| words.get(i)).find(|next| next.is_none_or(|next| !next.is_adverb())).flatten();
    // Most words are no auxiliary and never ask.
    let is_next = |word: &str| next().is_some_and(|next| next.norm == word);
    let participle = || next().is_some_and(|next| next.whole.form.participle);
    let auxiliary = word.stem.auxiliary;
    match (auxiliary, word.ending) {
        (_, "ll") | (Some(Will), _) => Some(Tense::Future),
        (_, "m" | "re") | (Some(Be), _) if is_next("going") || is_next("gonna") => Some(Tense::Future),
        (_, "s") if pronoun && is_next("going") => Some(Tense::Future),
        (_, "ve") if is_next("got") => Some(Tense::Should),
        (_, "ve") => Some(Tense::Perfect),
        (_, "s") if pronoun && participle() => Some(Tense::Perfect),
        (_, "m" | "re") => Some(Tense::Is),
        (_, "s") if pronoun => Some(Tense::Is),
        (_, "d") if pronoun => Some(Tense::Would),
        (Some(Be | Isn), _) => Some(Tense::Is),
        (Some(Was), _) => Some(Tense::Was),
        (Some(Have | Had | Hadn), _) if is_next("to") => Some(Tense::Should),
        (Some(Have | Had | Hadn), _) if participle() => Some(Tense::Perfect),
        (Some(Did | Had), _) => Some(Tense::Past),
        (Some(Should), _) => Some(Tense::Should),
        (Some(Would), _) => Some(Tense::Would),
        (Some(Do | Have), _) => Some(Tense::Present),
        _ => match tokens[at].word.verb.as_ref().map(|verb| verb.form) {
            Some(form) if form.past && (subject || !form.base) => Some(Tense::Past),
            Some(form) if form.third_person && !form.base && (subject || at > 0 && tokens[at - 1].is_capitalized()) => {
                Some(Tense::Present)
            }
            Some(form) if form.base && subject => Some(Tense::Present),
            _ => None,
        },
    }
}
