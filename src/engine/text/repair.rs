//! Corrects tags by what a whole sentence must have, which a window of three words cannot see (in the manner of Brill 1992).
//!
//! Past tense and participle look the same in most verbs. A participle takes no object of its own; a main clause needs a
//! finite verb; and of two finite verbs without anything between them that parts clauses, the first is a participle.

use super::{
    lexicon::{Class, Verb, VerbForm},
    tagger::Tag,
    tokens::{Token, TokenKind},
};

/// Words between an auxiliary and its participle: "has never before been".
const AUXILIARY_REACH: usize = 4;

pub fn repair(tokens: &mut [Token<'_>]) {
    for i in 0..tokens.len() {
        if tokens[i].tag == Tag::Participle && could_be_past(&tokens[i]) && !has_auxiliary(tokens, i) && takes_object(tokens, i) {
            tokens[i].tag = Tag::Past;
        }
    }
    for i in 0..tokens.len() {
        if tokens[i].tag == Tag::Past && is_reduced_relative(tokens, i) {
            tokens[i].tag = Tag::Participle;
        }
    }
    for i in 1..tokens.len() {
        if reports_that(tokens, i) {
            tokens[i].tag = if form(&tokens[i]).third_person { Tag::Third } else { Tag::Present };
        }
    }
    give_trailing_frame(tokens);
    give_subordinate_verbs(tokens);
    give_main_verb(tokens);
}

/// "P, figures from the ministry show.", "P, the office reported on 20 May.": behind the last comma a noun and a word that can
/// report, and in front of it a sentence.
fn give_trailing_frame(tokens: &mut [Token<'_>]) {
    let Some(comma) = tokens.iter().rposition(|t| t.is_mark(',')) else { return };
    let behind = comma + 1..tokens.len();
    if tokens[behind.clone()].iter().any(|t| t.tag.is_finite() || t.has(Class::That))
        || !tokens[..comma].iter().any(|t| t.tag.is_finite())
        || !tokens
            .get(comma + 1)
            .is_some_and(|t| !matches!(t.tag, Tag::Preposition | Tag::Gerund | Tag::Participle | Tag::Conjunction))
    {
        return;
    }
    let reports = |i: &usize| {
        let token = &tokens[*i];
        let verb = token.word.verb.as_ref().filter(|verb| verb.report.is_some() && verb.complements.clause);
        let ends = tokens.get(i + 1).is_none_or(|t| {
            matches!(t.tag, Tag::Stop | Tag::Preposition) || t.has(Class::Calendar) || t.has(Class::TimeModifier)
        });
        let subject = tokens[i - 1].tag.is_nominal();
        // At the very end "ministry show" can be nothing else; elsewhere a plain form agrees with a plural.
        let agrees = |verb: &Verb| {
            let bare = verb.form.base && (tokens[i - 1].tag != Tag::Noun || i + 2 >= tokens.len());
            verb.form.past || verb.form.third_person || bare
        };
        ends && subject && verb.is_some_and(agrees)
    };
    let found = behind.skip(1).find(|i| reports(i));
    if let Some(i) = found {
        let form = form(&tokens[i]);
        tokens[i].tag = match form {
            form if form.past && !form.base => Tag::Past,
            form if form.third_person => Tag::Third,
            _ => Tag::Present,
        };
    }
}

/// "after photographs circulated online": a clause behind its connective has a verb, if only it has a subject.
fn give_subordinate_verbs(tokens: &mut [Token<'_>]) {
    for k in 0..tokens.len() {
        if !(tokens[k].has(Class::Subordinator) || tokens[k].has(Class::Concession)) || tokens[k].tag == Tag::Adverb {
            continue;
        }
        let end =
            (k + 1..tokens.len()).find(|&j| tokens[j].kind == TokenKind::Mark && !tokens[j].is_quote()).unwrap_or(tokens.len());
        if tokens[k + 1..end].iter().any(|t| t.tag.is_finite() || t.tag == Tag::Relative) {
            continue;
        }
        let verb = (k + 2..end).find(|&j| {
            let agent = tokens.get(j + 1).is_some_and(|t| t.has(Class::AgentPreposition));
            let behind_noun = previous(tokens, j).is_some_and(|p| p > k && tokens[p].tag.is_nominal());
            tokens[j].tag == Tag::Participle && could_be_past(&tokens[j]) && behind_noun && !agent && !has_auxiliary(tokens, j)
        });
        if let Some(j) = verb {
            tokens[j].tag = Tag::Past;
        }
    }
}

/// "Analysts suspect that P": a noun that can report, behind a subject without a verb and before its clause.
fn reports_that(tokens: &[Token<'_>], i: usize) -> bool {
    let token = &tokens[i];
    let that =
        tokens.get(i + 1).is_some_and(|next| (next.has(Class::That) && next.tag == Tag::Preposition) || next.has(Class::Whether));
    let reports =
        token.word.verb.as_ref().is_some_and(|verb| verb.report.is_some() && (verb.form.base || verb.form.third_person));
    let agrees = if form(token).third_person {
        matches!(tokens[i - 1].tag, Tag::Noun | Tag::Name)
    } else {
        tokens[i - 1].tag.is_nominal() || matches!(tokens[i - 1].tag, Tag::Pronoun | Tag::Adjective | Tag::Determiner)
    };
    let marks = |t: &Token<'_>| t.kind == TokenKind::Mark && !t.is_quote();
    that && reports
        && agrees
        && matches!(token.tag, Tag::Noun | Tag::Nouns)
        && !tokens[..i].iter().rev().take_while(|t| !marks(t)).any(|t| t.tag.is_finite())
        && tokens[i + 2..].iter().any(|t| t.tag.is_finite())
}

fn form(token: &Token<'_>) -> VerbForm {
    token.word.verb.as_ref().map_or_else(VerbForm::default, |verb| verb.form)
}

/// A regular ending tells as little as a list that has the word as both.
fn could_be_past(token: &Token<'_>) -> bool {
    let form = form(token);
    (form.past && form.participle) || (token.word.verb.is_none() && token.norm().ends_with("ed"))
}

fn has_auxiliary(tokens: &[Token<'_>], i: usize) -> bool {
    tokens[i.saturating_sub(AUXILIARY_REACH)..i]
        .iter()
        .rev()
        .take_while(|t| (t.kind != TokenKind::Mark || t.is_quote()) && !matches!(t.tag, Tag::Preposition | Tag::Conjunction))
        .any(|t| t.has(Class::Be) || t.has(Class::Have) || t.tag == Tag::Contraction || t.tag == Tag::Gerund)
}

fn previous(tokens: &[Token<'_>], i: usize) -> Option<usize> {
    (0..i).rev().find(|&j| tokens[j].tag != Tag::Adverb && !tokens[j].is_quote())
}

/// "rejected the plan", "contained mercury", "said that": not "published Monday", "called Bob", "based on".
fn takes_object(tokens: &[Token<'_>], i: usize) -> bool {
    let Some(before) = previous(tokens, i) else { return false };
    let subject = tokens[before].tag.is_nominal()
        || matches!(tokens[before].tag, Tag::Pronoun | Tag::Relative)
        || tokens[before].is_mark(',');
    let Some(next) = tokens.get(i + 1) else { return false };
    let object = match next.tag {
        Tag::Determiner | Tag::Pronoun | Tag::Possessive | Tag::Genitive => true,
        Tag::Noun | Tag::Nouns | Tag::Name | Tag::Number => !next.has(Class::TimeModifier) && !next.has(Class::Calendar),
        _ => next.has(Class::That) || next.is_mark('$'),
    };
    subject && object && !tokens[i].has(Class::NamingParticiple)
}

/// "The report published on Monday said": another finite verb follows, and nothing that parts clauses stands between.
fn is_reduced_relative(tokens: &[Token<'_>], i: usize) -> bool {
    let form = form(&tokens[i]);
    if !form.participle || !form.past || tokens[i].has(Class::Be) || tokens[i].has(Class::Have) {
        return false;
    }
    let behind_noun = previous(tokens, i).is_some_and(|j| matches!(tokens[j].tag, Tag::Noun | Tag::Nouns | Tag::Name));
    let Some(next) = tokens.get(i + 1).filter(|_| behind_noun) else { return false };
    if !(next.tag == Tag::Preposition && !next.has(Class::That) || next.tag == Tag::To) || next.has(Class::Subordinator) {
        return false;
    }
    for token in &tokens[i + 1..] {
        let parts = (token.kind == TokenKind::Mark && !token.is_quote())
            || matches!(token.tag, Tag::Conjunction | Tag::Relative | Tag::Pronoun | Tag::Contraction)
            || token.has(Class::That)
            || token.has(Class::Subordinator)
            || token.has(Class::SubordinatorAfterComma)
            || token.has(Class::Concession);
        if parts {
            return false;
        }
        if token.tag.is_finite() {
            return true;
        }
    }
    false
}

/// Where no part of the main clause has a finite verb, its last participle is one: "The mayor, who …, resigned on Monday."
fn give_main_verb(tokens: &mut [Token<'_>]) {
    let mut main = true;
    let mut candidate = None;
    for i in 0..tokens.len() {
        let token = &tokens[i];
        if token.is_mark(',') || token.is_mark(';') || token.is_mark('—') || token.is_mark('–') {
            main = true;
            continue;
        }
        let subordinates = token.tag == Tag::Relative
            || token.has(Class::Subordinator)
            || token.has(Class::SubordinatorAfterComma)
            || token.has(Class::Concession)
            || token.has(Class::LeadingSubordinator);
        if subordinates && token.tag != Tag::Adverb {
            main = false;
        }
        if !main {
            continue;
        }
        if token.tag.is_finite() {
            return;
        }
        let subject = previous(tokens, i)
            .is_some_and(|j| tokens[j].tag.is_nominal() || tokens[j].is_mark(',') && j > 0 && tokens[i].tag == Tag::Participle);
        if token.tag == Tag::Participle && could_be_past(token) && subject && !has_auxiliary(tokens, i) {
            candidate = Some(i);
        }
    }
    if let Some(i) = candidate {
        tokens[i].tag = Tag::Past;
    }
}
