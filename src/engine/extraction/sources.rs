//! Turns the noun phrase beside a reporting verb into a source: its kind, its name and its role.

use crate::{
    domain::{Source, SourceKind},
    engine::text::{Class, Lexicon, Registry, Tag, Token, fold, tokenize},
};

/// Two spellings of one outlet's name ("Sputnik", "Sputnik International", "sputniknews.com").
#[must_use]
pub fn same_outlet(name: &str, outlet: &str, domain: Option<&str>) -> bool {
    let key = |text: &str| fold(text).trim_start_matches("the ").chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let (a, b) = (key(name), key(outlet));
    if a.is_empty() {
        return false;
    }
    if !b.is_empty() && (a == b || canonical_outlet(name).is_some_and(|known| canonical_outlet(outlet) == Some(known))) {
        return true;
    }
    // A name that begins the other one, on a word's edge: "Sputnik" of "Sputnik International".
    let words = |text: &str| fold(text).trim_start_matches("the ").split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let (short, long) = (words(name), words(outlet));
    let (short, long) = if short.len() <= long.len() { (short, long) } else { (long, short) };
    let generic = ["news", "daily", "national", "new", "international", "times", "post"];
    if !short.is_empty() && !generic.contains(&short[0].as_str()) && long.starts_with(&short) && short[0].len() > 2 {
        return true;
    }
    domain.is_some_and(|domain| {
        let host = fold(domain);
        let label = host.trim_start_matches("www.").split('.').next().unwrap_or_default().replace('-', "");
        label.len() > 3 && label == a
    })
}

/// The registry's name for an outlet, where the whole text is one.
#[must_use]
pub fn canonical_outlet(name: &str) -> Option<&'static str> {
    let tokens = tokenize(name, 0, Lexicon::english());
    let (outlet, length) = Registry::built_in().outlet(|i| tokens.get(i).map(|token| token.norm()))?;
    (length == tokens.len()).then_some(outlet.name.as_str())
}

/// A registered outlet at `at`, written with a capital (so that "time" and "the sun" are no magazines), and its length in tokens.
#[must_use]
pub fn outlet_at<'r>(tokens: &[Token<'_>], at: usize, registry: &'r Registry) -> Option<(&'r str, usize)> {
    let capital =
        tokens.get(at).is_some_and(|token| token.is_capitalized() || token.text.starts_with(|c: char| c.is_ascii_digit()));
    let article = tokens.get(at).is_some_and(|token| token.is("the")) && tokens.get(at + 1).is_some_and(Token::is_capitalized);
    if !(capital || article) {
        return None;
    }
    let (outlet, length) = registry.outlet(|i| tokens.get(at + i).map(|token| token.norm()))?;
    tokens[at..at + length]
        .iter()
        .all(|t| {
            t.is_capitalized()
                || t.is("the")
                || t.is("of")
                || t.is("and")
                || t.text.starts_with(|c: char| c.is_ascii_digit())
                || t.is("al")
        })
        .then_some((outlet.name.as_str(), length))
}

/// What the noun phrase names. `None` when it names nobody ("it", an empty phrase).
#[must_use]
pub fn classify(phrase: &[Token<'_>], registry: &Registry, lexicon: &Lexicon) -> Option<Source> {
    let phrase = trim(phrase);
    let time = |t: &Token<'_>| t.has(Class::TimeModifier) || t.has(Class::TimeSpan) || t.has(Class::Calendar);
    if phrase.is_empty() || phrase.iter().all(time) || phrase[0].has(Class::Following) || phrase[0].has(Class::Despite) {
        return None;
    }
    // "a tweet by X", "a statement from X": something written, by somebody.
    let post = phrase.iter().position(|t| t.has(Class::PostWord));
    if let Some(author) = post.and_then(|_| person(phrase, lexicon)) {
        return Some(Source { kind: SourceKind::SocialPost, ..author });
    }
    let core_end = phrase.iter().position(|t| t.is_mark(',') || t.has(Class::CoreEnd)).unwrap_or(phrase.len());
    let core = &phrase[..core_end.max(1).min(phrase.len())];
    let head = head(core, lexicon)?;
    let text = || source_text(phrase, core_end);
    if lexicon.is(head.norm(), Class::Anonymous) {
        // "Reuters sources" and "a White House official" are described; "spokesman Jo Doe" ends in a name and is not here.
        return Some(Source { kind: SourceKind::Anonymous, name: text(), role: None });
    }
    if let Some(outlet) = (0..core.len()).find_map(|at| outlet_at(core, at, registry).filter(|(_, n)| at + n == core.len())) {
        return Some(Source { kind: SourceKind::Outlet, name: outlet.0.to_owned(), role: None });
    }
    if let Some(kind) = lexicon.body(head.norm()) {
        return Some(Source { kind, name: text(), role: None });
    }
    if lexicon.is(head.norm(), Class::Document) {
        return Some(Source { kind: SourceKind::Document, name: text(), role: None });
    }
    if head.has(Class::MediaNoun) {
        return Some(Source { kind: SourceKind::Outlet, name: text(), role: None });
    }
    if let Some(person) = person(phrase, lexicon) {
        return Some(person);
    }
    let place = lexicon.place(|i| core.get(i).map(|t| t.norm()));
    if place.is_some() && head.is_capitalized() {
        return Some(Source { kind: SourceKind::OfficialBody, name: text(), role: None });
    }
    if head.is_capitalized() {
        let kind = if core.len() > 1 && core.iter().any(|t| lexicon.body(t.norm()).is_some()) {
            SourceKind::OfficialBody
        } else {
            SourceKind::Organisation
        };
        return Some(Source { kind, name: text(), role: None });
    }
    // "the head of the assembly", "his lawyer", "most nations": a role without a name.
    let described = phrase.iter().any(|t| t.is_word() && !lexicon.is(t.norm(), Class::Stopword));
    described.then(|| Source {
        kind: if lexicon.is(head.norm(), Class::Title) || head.norm().ends_with("man") || head.norm().ends_with("woman") {
            SourceKind::Person
        } else {
            SourceKind::Organisation
        },
        name: text(),
        role: None,
    })
}

/// The noun that the others describe: the last in English, the first in Spanish ("un alto FUNCIONARIO estadounidense").
fn head<'a, 't>(core: &'a [Token<'t>], lexicon: &Lexicon) -> Option<&'a Token<'t>> {
    let first = core.iter().find(|t| t.tag.is_nominal() && !t.has(Class::Calendar));
    first.filter(|_| lexicon.numbers.head_first).or_else(|| core.last())
}

/// The best personal name in a phrase: a run of capitalised words that is no place, body or title, longest first, not a
/// possessive ("Juan Doe's envoy, Max Roe" names Max Roe).
fn person(phrase: &[Token<'_>], lexicon: &Lexicon) -> Option<Source> {
    let mut best: Option<(usize, usize)> = None;
    let mut at = 0;
    while at < phrase.len() {
        if !phrase[at].is_capitalized() {
            at += 1;
            continue;
        }
        let mut end = at;
        while end < phrase.len()
            && (phrase[end].is_capitalized() || (phrase[end].is_mark('.') && end > at && phrase[end - 1].text.len() <= 4))
        {
            end += 1;
            if phrase[end - 1].possessive {
                break;
            }
        }
        let possessive = phrase[at..end].last().is_some_and(|t| t.possessive);
        let mut start = at;
        // Titles, places and abbreviations in front are the role: "US President", "Gen", "WH".
        while start < end {
            let token = &phrase[start];
            let acronym = token.text.len() <= 3 && token.text.chars().all(|c| c.is_uppercase() || c == '.');
            let opener = lexicon.is(token.norm(), Class::Stopword) || (start == 0 && token.tag == Tag::Gerund);
            if lexicon.is(token.norm(), Class::Title)
                || token.is_mark('.')
                || acronym
                || opener
                || token.has(Class::TimeModifier)
                || token.has(Class::LinkingAdverb)
                || token.has(Class::Following)
            {
                start += 1;
            } else if let Some((_, n)) = lexicon.place(|i| phrase.get(start + i).filter(|_| start + i < end).map(|t| t.norm())) {
                start += n;
            } else {
                break;
            }
        }
        let start = start.min(end);
        let name = &phrase[start..end];
        let words = name.iter().filter(|t| t.is_word()).count();
        let body = name.iter().any(|t| lexicon.body(t.norm()).is_some());
        if words > 0 && !possessive && !body && best.is_none_or(|(s, e)| words.min(2) > (e - s).min(2)) {
            best = Some((start, end));
        }
        at = end.max(at + 1);
    }
    let (start, end) = best?;
    let name = join(&phrase[start..end]);
    let role = join(trim(&phrase[..start]));
    let role = role.trim_end_matches(['.', ',']).trim().to_owned();
    let titled = phrase[..start].iter().any(|t| lexicon.is(t.norm(), Class::Title));
    // One capitalised word without a title may be anything; it is a person unless the lists know better.
    let kind =
        if !titled && end - start == 1 && phrase[start].text.len() > 1 && phrase[start].text.chars().all(char::is_uppercase) {
            SourceKind::Organisation
        } else {
            SourceKind::Person
        };
    Some(Source { kind, name, role: (!role.is_empty() && role.len() < 120).then_some(role) })
}

fn trim<'a, 't>(phrase: &'a [Token<'t>]) -> &'a [Token<'t>] {
    let idle = |t: &Token<'_>| !t.is_word() && t.text != "@";
    let connective = [Class::Coordinator, Class::That, Class::As, Class::Subordinator, Class::Concession, Class::LinkingAdverb];
    let leading = |t: &Token<'_>| idle(t) || connective.iter().any(|class| t.has(*class));
    let start = phrase.iter().position(|t| !leading(t)).unwrap_or(phrase.len());
    let end = phrase.iter().rposition(|t| !idle(t)).map_or(start, |i| i + 1);
    &phrase[start.min(end)..end]
}

/// The phrase as written, up to a relative clause, articles left in front ("a senior official in the ministry").
fn source_text(phrase: &[Token<'_>], core_end: usize) -> String {
    let end = phrase
        .iter()
        .position(|t| t.is_mark(',') || t.tag == Tag::Relative)
        .unwrap_or(phrase.len())
        .max(core_end.min(phrase.len()));
    join(&phrase[..end.min(12)])
}

/// Tokens as text, with the spaces that stood between them.
pub(super) fn join(tokens: &[Token<'_>]) -> String {
    let mut out = String::new();
    let mut last_end = None;
    for token in tokens {
        if last_end.is_some_and(|end| end < token.start) {
            out.push(' ');
        }
        out.push_str(if token.possessive && last_of(tokens, token) {
            token.text.split(['\'', '’']).next().unwrap_or(token.text)
        } else {
            token.text
        });
        last_end = Some(token.end);
    }
    out
}

fn last_of(tokens: &[Token<'_>], token: &Token<'_>) -> bool {
    tokens.last().is_some_and(|last| last.start == token.start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(phrase: &str, kind: SourceKind, name: &str) {
        let found = classify(&tokenize(phrase, 0, Lexicon::english()), Registry::built_in(), Lexicon::english())
            .unwrap_or_else(|| panic!("{phrase}"));
        assert_eq!((found.kind, found.name.as_str()), (kind, name), "{phrase}");
    }

    #[test]
    fn noun_phrases_become_sources() {
        check("US President Jane Roe", SourceKind::Person, "Jane Roe");
        check("Mr Roe", SourceKind::Person, "Roe");
        check("WH National Security Adviser John Doe", SourceKind::Person, "John Doe");
        check("The military attache at the Peruvian Embassy in Paris, Col. Jose Luis Doe", SourceKind::Person, "Jose Luis Doe");
        check("Juan Doe's representative to the Council, Max Roe", SourceKind::Person, "Max Roe");
        check("a senior White House official", SourceKind::Anonymous, "a senior White House official");
        check("a person familiar with the talks", SourceKind::Anonymous, "a person familiar with the talks");
        check("the Associated Press", SourceKind::Outlet, "Associated Press");
        check("state-backed Telesur", SourceKind::Outlet, "Telesur");
        check("a Spanish-language news outlet", SourceKind::Outlet, "a Spanish-language news outlet");
        check("The Colombian Defense Ministry", SourceKind::OfficialBody, "The Colombian Defense Ministry");
        check("Washington", SourceKind::OfficialBody, "Washington");
        check("a new report", SourceKind::Document, "a new report");
        check("a tweet by adviser John Doe", SourceKind::SocialPost, "John Doe");
        check("NASA", SourceKind::Organisation, "NASA");
    }

    #[test]
    fn one_outlet_has_many_spellings() {
        assert!(same_outlet("Sputnik", "Sputnik International", Some("sputniknews.com")));
        assert!(same_outlet("the Harbour Courier", "Harbour Courier", None));
        assert!(same_outlet("AFP", "Agence France-Presse", None));
        assert!(!same_outlet("Reuters", "Sputnik International", None));
        assert!(!same_outlet("New York Times", "New York Post", None));
    }
}
