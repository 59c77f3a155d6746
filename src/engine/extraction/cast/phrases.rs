//! Where a sentence names somebody, and where it describes somebody: runs of capitals with their titles, and noun phrases.

use std::ops::Range;

use crate::engine::{
    extraction::clauses::Sentence,
    text::{
        Class, Lexicon, NounKind, Tag, Token,
        lexicon::{Noun, PlaceSense},
    },
};

/// Tokens of one name at most; longer runs of capitals are headings.
const LONGEST_NAME: usize = 9;
/// How far a description reaches to either side of the name it is apposed to.
const APPOSITION_REACH: usize = 14;

/// A name with the titles in front: "Finance Minister" and "Jane Roe".
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NamePhrase {
    pub role: Range<usize>,
    pub name: Range<usize>,
    /// One word at the beginning of a sentence, whose capital shows nothing.
    pub doubtful: bool,
}

/// A description of somebody: "the former director of the board".
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Description {
    pub range: Range<usize>,
    pub head: usize,
}

/// What a word with a capital stands for inside a name, else as a common noun.
pub(super) fn noun_in_name(token: &Token<'_>) -> Option<Noun> {
    token.word.noun_in_name.or(token.word.noun)
}

pub(super) fn is_body(kind: NounKind) -> bool {
    matches!(kind, NounKind::OfficialBody | NounKind::Organisation | NounKind::AnyOrganisation | NounKind::Outlet)
}

/// All names of a sentence in order.
pub(super) fn names(sentence: &Sentence<'_>) -> Vec<NamePhrase> {
    let tokens = &sentence.tokens;
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if !tokens[at].is_capitalized() {
            at += 1;
            continue;
        }
        let end = run_end(tokens, at);
        if end - at <= LONGEST_NAME {
            found.extend(name_in(sentence, at..end));
        }
        at = end;
    }
    found
}

/// The end of the capitalised run at `at`, over the small words that join the parts of a name.
fn run_end(tokens: &[Token<'_>], at: usize) -> usize {
    let capital = |i: usize| tokens.get(i).is_some_and(Token::is_capitalized);
    let noun = |i: usize| tokens.get(i).and_then(|t| t.word.noun).map(|noun| noun.kind);
    let mut end = at + 1;
    loop {
        let last = &tokens[end - 1];
        let body_follows = |i: usize| {
            tokens
                .get(i)
                .filter(|t| t.is_capitalized())
                .and_then(noun_in_name)
                .is_some_and(|n| is_body(n.kind) || n.kind == NounKind::Place)
        };
        // "St Brannock's Hospital", "Children's Hospital": the owner is a part of the name.
        if last.possessive {
            let saint = end >= 2 && tokens[end - 2].word.noun_in_name.is_some_and(|noun| noun.kind == NounKind::Place);
            if !(body_follows(end) && (saint || !last.word.tags.is_empty())) {
                return end;
            }
            end += 1;
            continue;
        }
        let Some(next) = tokens.get(end) else { return end };
        let abbreviated = next.is_mark('.') && (last.text.chars().count() == 1 || last.has(Class::NameAbbreviation));
        end = if next.is_capitalized() {
            end + 1
        } else if (next.is_mark('&') || abbreviated) && capital(end + 1) {
            end + 2
        } else if next.is_mark('\'') || next.is_mark('’') {
            // "Builders' League"
            let owners = last.norm().ends_with('s') && next.start == last.end && body_follows(end + 1);
            if !owners {
                return end;
            }
            end + 2
        } else if noun(end) == Some(NounKind::Particle) {
            let Some(rest) = (end + 1..end + 3).find(|&i| noun(i) != Some(NounKind::Particle)).filter(|&i| capital(i)) else {
                return end;
            };
            rest + 1
        } else if noun(end) == Some(NounKind::Joint) && noun_in_name(last).is_some_and(|n| is_body(n.kind)) {
            // "University of Strand", "Bank of the South"
            let rest = end + 1 + usize::from(tokens.get(end + 1).is_some_and(|t| t.has(Class::DefiniteArticle)));
            if !capital(rest) {
                return end;
            }
            rest + 1
        } else if noun(end) == Some(NounKind::Joint)
            && noun(end - 1) == Some(NounKind::Person)
            && tokens.get(end + 1).is_some_and(|t| t.is_capitalized() && t.has(Class::Title))
        {
            // "Secretary of State"
            end + 2
        } else {
            return end;
        };
    }
}

/// Titles off, and whatever only has its capital from the beginning of a sentence.
fn name_in(sentence: &Sentence<'_>, run: Range<usize>) -> Option<NamePhrase> {
    let tokens = &sentence.tokens;
    let lexicon = sentence.lexicon;
    let opening = opens(sentence, run.start);
    let mut start = run.start;
    while start < run.end && is_no_name(&tokens[start], lexicon, opening && start == run.start, run.end - start == 1) {
        start += 1;
    }
    let role = start..role_end(tokens, start..run.end, lexicon);
    let mut name = role.end..run.end;
    // "Russian Max Roe": a demonym is no part of a name, unless it tells which ministry is meant.
    let body = noun_in_name(&tokens[run.end - 1]).is_some_and(|noun| is_body(noun.kind));
    while !body
        && let Some((place, n)) = lexicon.place_named(|i| tokens[name.clone()].get(i).map(Token::norm))
        && place.sense == PlaceSense::Demonym
        && n < name.len()
    {
        name.start += n;
    }
    while name.start < name.end && !tokens[name.start].is_word() {
        name.start += 1;
    }
    // "the President": a role without a name.
    let only_role = name.len() == 1 && role.is_empty() && is_role_noun(&tokens[name.start]) && !known_name(&tokens[name.start]);
    let only_titles = name.clone().all(|i| tokens[i].has(Class::Title) || is_role_noun(&tokens[i]));
    if name.is_empty() || only_role || (only_titles && role.is_empty()) {
        return None;
    }
    let doubtful = opening && name.start == run.start && name.len() == 1;
    Some(NamePhrase { role, name, doubtful })
}

/// Listed as something else than a name.
pub(super) fn is_common(token: &Token<'_>) -> bool {
    token.word.tags.first().is_some_and(|(tag, _)| *tag != Tag::Name)
}

fn known_name(token: &Token<'_>) -> bool {
    token.word.tags.is_empty()
}

fn is_role_noun(token: &Token<'_>) -> bool {
    token.word.noun.is_some_and(|noun| matches!(noun.kind, NounKind::Person | NounKind::Address))
}

/// Where the titles in front of a name end: "Education Minister", "Detective Sergeant", "White House adviser".
fn role_end(tokens: &[Token<'_>], run: Range<usize>, lexicon: &Lexicon) -> usize {
    let Some(last) = run.clone().rev().skip(1).find(|&i| is_role_noun(&tokens[i])) else { return run.start };
    // "Anna Baker Holm": only what can be a part of an office stands before one.
    let mut at = run.start;
    while at < last {
        let token = &tokens[at];
        let place = lexicon.place(|i| tokens[at..last].get(i).map(Token::norm));
        let acronym = token.text.len() <= 4 && token.text.chars().all(|c| c.is_uppercase() || c == '.');
        at += match place {
            Some((_, n)) => n,
            None if !token.is_word() || acronym || token.has(Class::Title) || is_common(token) => 1,
            None => return run.start,
        };
    }
    let mut end = last + 1;
    // "Secretary of State"
    while end < run.end && (!tokens[end].is_word() || tokens[end].word.noun.is_some_and(|noun| noun.kind == NounKind::Joint)) {
        end += if tokens[end].is_word() { 2 } else { 1 };
    }
    // "Farmers Union": what is left must be a name by itself.
    let rest = end.min(run.end)..run.end;
    let bare = rest.len() == 1 && noun_in_name(&tokens[rest.start]).is_some_and(|noun| is_body(noun.kind));
    if rest.is_empty() || bare { run.start } else { end }
}

/// The first word of a sentence, of a quotation, or behind a colon.
pub(super) fn opens(sentence: &Sentence<'_>, at: usize) -> bool {
    let before = (0..at).rev().map(|i| &sentence.tokens[i]).find(|t| !t.is_quote());
    let behind_mark = before.is_none_or(|t| t.is_mark(':') || t.is_mark('•') || t.tag == Tag::Stop);
    behind_mark || (sentence.quoted[at] && !sentence.quoted[at - 1])
}

fn is_no_name(token: &Token<'_>, lexicon: &Lexicon, opening: bool, alone: bool) -> bool {
    let function = matches!(
        token.tag,
        Tag::Determiner
            | Tag::Pronoun
            | Tag::Possessive
            | Tag::Preposition
            | Tag::Conjunction
            | Tag::Relative
            | Tag::To
            | Tag::Modal
            | Tag::Contraction
    );
    let usual = token.word.tags.first().map_or(token.tag, |(tag, _)| *tag);
    let verb = token.tag.is_verb() || matches!(token.tag, Tag::Adverb | Tag::Number) || usual == Tag::Adverb;
    let number = |part: &str| lexicon.numbers.value(part).is_some();
    let listed = !token.word.tags.is_empty();
    let address = token.word.noun.is_some_and(|noun| noun.kind == NounKind::Address);
    token.has(Class::Calendar)
        || token.norm().split('-').all(number)
        || token.word.noun.is_some_and(|noun| noun.kind == NounKind::Feast)
        || token.norm() == "i"
        || (token.has(Class::Stopword)
            && !address
            && (alone || opening || function)
            && token.text.chars().nth(1).is_some_and(char::is_lowercase))
        // "Rent left": a verb by itself may be somebody's surname, where the article has it in full.
        || (opening && listed && (function || (verb && !alone)))
}

/// Where the noun phrase that ends before `end` begins.
pub(super) fn phrase_start(sentence: &Sentence<'_>, end: usize) -> usize {
    let tokens = &sentence.tokens;
    let mut start = end.saturating_sub(1);
    while start > 0 && end - start < APPOSITION_REACH && sentence.quoted[start - 1] == sentence.quoted[start] {
        if matches!(tokens[start].tag, Tag::Determiner | Tag::Possessive) {
            break;
        }
        let before = &tokens[start - 1];
        // "the messaging service", "a jailed banker", and not "had sent doctors".
        let described = start > 1
            && matches!(tokens[start - 2].tag, Tag::Determiner | Tag::Possessive | Tag::Adjective | Tag::Adverb | Tag::Genitive);
        let part = before.tag.is_nominal()
            || matches!(before.tag, Tag::Adjective | Tag::Genitive | Tag::Determiner | Tag::Possessive)
            || (matches!(before.tag, Tag::Participle | Tag::Gerund) && described)
            || (matches!(before.text, "'" | "’") && before.start == tokens[start.saturating_sub(2)].end);
        if !part {
            break;
        }
        start -= 1;
    }
    start
}

/// The description that a comma at `comma` closes: "The former director of the board,".
pub(super) fn description_before(sentence: &Sentence<'_>, comma: usize) -> Option<Description> {
    let tokens = &sentence.tokens;
    let barrier = |t: &Token<'_>| {
        (!t.is_word() && !t.is_mark('.') && !t.is_mark('\'') && !t.is_mark('’')) && t.tag != Tag::Number
            || t.tag.is_verb() && t.tag != Tag::Participle
            || matches!(t.tag, Tag::Relative | Tag::Conjunction | Tag::Contraction)
            || t.has(Class::That)
    };
    let floor = (comma.saturating_sub(APPOSITION_REACH)..comma)
        .rev()
        .find(|&i| barrier(&tokens[i]))
        .map_or(comma.saturating_sub(APPOSITION_REACH), |i| i + 1);
    let describing = |i: usize| {
        is_head(sentence, i) && tokens[i].tag != Tag::Genitive && tokens[i].word.noun.is_some_and(|noun| describes(noun.kind))
    };
    // "A geologist who worked on the survey, Bruno Achard,"
    let relative = (floor.saturating_sub(APPOSITION_REACH)..floor)
        .rev()
        .take_while(|&i| tokens[i].is_word())
        .find(|&i| tokens[i].tag == Tag::Relative && i > 0 && describing(i - 1));
    if let Some(relative) = relative {
        let range = phrase_start(sentence, relative)..relative;
        return Some(Description { range, head: relative - 1 });
    }
    let head = (floor..comma).find(|&i| describing(i))?;
    // Behind the head only what hangs on it: "chief of security".
    let closed = head + 1 == comma || matches!(tokens[head + 1].tag, Tag::Preposition | Tag::To);
    let start = phrase_start(sentence, head + 1).max(floor);
    closed.then_some(Description { range: start..comma, head })
}

/// The description behind a comma at `comma`: ", the head of the board".
pub(super) fn description_after(sentence: &Sentence<'_>, comma: usize) -> Option<Description> {
    let tokens = &sentence.tokens;
    let start = comma + 1;
    let part = |t: &Token<'_>| {
        t.tag.is_nominal()
            || matches!(t.tag, Tag::Determiner | Tag::Possessive | Tag::Adjective | Tag::Genitive)
            || (t.tag == Tag::Participle && t.word.verb.as_ref().is_none_or(|verb| verb.report.is_none()))
    };
    // "the messaging service"
    let gerund =
        |i: usize| tokens[i].tag == Tag::Gerund && i > start && tokens.get(i + 1).is_some_and(|next| next.tag.is_nominal());
    let chunk = (start..tokens.len().min(start + APPOSITION_REACH)).take_while(|&i| part(&tokens[i]) || gerund(i)).last()? + 1;
    let head = chunk - 1;
    if !tokens[head].word.noun.is_some_and(|noun| describes(noun.kind)) || tokens[head].is_capitalized() {
        return None;
    }
    // "Roe, the union and the council": a list.
    if tokens.get(chunk).is_some_and(|t| t.tag == Tag::Conjunction) || sentence.quoted[head] != sentence.quoted[comma] {
        return None;
    }
    // "near the river, two inspectors said": a subject of its own, and no apposition.
    let end = phrase_end(sentence, chunk);
    let subject = tokens.get(end).is_some_and(|t| t.tag.is_finite());
    (!subject && !tokens[head].word.noun.is_some_and(|noun| noun.plural)).then_some(Description { range: start..end, head })
}

/// Where a description that has its head goes on to: prepositions and what they govern, up to a mark, a verb or a relative.
pub(super) fn phrase_end(sentence: &Sentence<'_>, from: usize) -> usize {
    let tokens = &sentence.tokens;
    let limit = tokens.len().min(from + APPOSITION_REACH);
    let stops = |i: usize| {
        let t = &tokens[i];
        let apostrophe = matches!(t.text, "'" | "’") && i > 0 && tokens[i - 1].end == t.start;
        (!t.is_word() && t.tag != Tag::Number && !apostrophe)
            || t.tag.is_finite()
            || matches!(t.tag, Tag::Relative | Tag::To | Tag::Conjunction | Tag::Pronoun)
            || t.has(Class::That)
            || t.has(Class::Calendar)
            || t.has(Class::As)
            || t.has(Class::AdverbialPreposition)
    };
    let end = (from..limit).find(|&i| stops(i)).unwrap_or(limit);
    // "the government in November": what would have been governed is no part of the phrase.
    let hangs = |i: usize| matches!(tokens[i].tag, Tag::Preposition | Tag::To | Tag::Determiner | Tag::Possessive | Tag::Adverb);
    (from..end).rev().find(|&i| !hangs(i)).map_or(from, |i| i + 1)
}

/// Who is said to bear the name at `name`: "a woman named Nora", "One pupil, who gave her name only as Nora".
pub(super) fn naming(sentence: &Sentence<'_>, name: usize) -> Option<Description> {
    const REACH: usize = 8;
    let tokens = &sentence.tokens;
    let describing = |i: usize| tokens[i].word.noun.is_some_and(|noun| noun.kind == NounKind::Person && !noun.plural);
    let before = name.checked_sub(1)?;
    let head = if tokens[before].has(Class::NamingParticiple) {
        before.checked_sub(1)?
    } else if tokens[before].has(Class::As) {
        let floor = before.saturating_sub(REACH);
        let names = (floor..before).rev().take_while(|&i| tokens[i].is_word()).any(|i| {
            tokens[i].word.noun.is_some_and(|noun| noun.kind == NounKind::Naming) || tokens[i].has(Class::NamingParticiple)
        });
        let relative = (floor..before).rev().find(|&i| tokens[i].tag == Tag::Relative).filter(|_| names)?;
        relative.checked_sub(1 + usize::from(relative > 0 && tokens[relative - 1].is_mark(',')))?
    } else {
        return None;
    };
    describing(head).then(|| Description { range: phrase_start(sentence, head + 1)..head + 1, head })
}

/// The last noun of its phrase: "minister" of "the finance minister said".
pub(super) fn is_head(sentence: &Sentence<'_>, at: usize) -> bool {
    let token = &sentence.tokens[at];
    let nominal = token.tag.is_nominal() || token.tag == Tag::Genitive;
    nominal
        && !sentence
            .tokens
            .get(at + 1)
            .is_some_and(|next| next.tag.is_nominal() && next.tag != Tag::Number && token.tag != Tag::Genitive)
}

fn describes(kind: NounKind) -> bool {
    matches!(kind, NounKind::Person | NounKind::Place) || is_body(kind)
}
