//! Turns the noun phrase beside a reporting verb into a source: its kind, its name and its role.

use super::cast::{By, Cast, MemberKind};
use crate::{
    domain::{Source, SourceKind},
    engine::text::{Class, Lexicon, NounKind, Registry, Tag, Token, fold, tokenize},
};

/// The outlet that publishes an article, ready to be told from others by name.
pub struct Publisher {
    key: String,
    words: Vec<String>,
    registered: Option<&'static str>,
    /// Of its domain: "sputniknews".
    label: Option<String>,
}

/// A folded name without its article.
fn bare(mut folded: &str) -> &str {
    while let Some(rest) = folded.strip_prefix("the ") {
        folded = rest;
    }
    folded
}

/// What two spellings of a name share.
fn key(bare: &str) -> impl Iterator<Item = char> {
    bare.chars().filter(|c| c.is_alphanumeric())
}

impl Publisher {
    #[must_use]
    pub fn new(outlet: &str, domain: Option<&str>) -> Self {
        let folded = fold(outlet);
        let label =
            domain.map(|domain| fold(domain).trim_start_matches("www.").split('.').next().unwrap_or_default().replace('-', ""));
        Self {
            key: key(bare(&folded)).collect(),
            words: bare(&folded).split_whitespace().map(str::to_owned).collect(),
            registered: canonical_outlet(outlet),
            label: label.filter(|label| label.len() > 3),
        }
    }

    /// Whether a name is one of the outlet's ("Sputnik", "Sputnik International", "sputniknews.com").
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        let folded = fold(name);
        let bare = bare(&folded);
        if key(bare).next().is_none() {
            return false;
        }
        let known = || self.registered.is_some() && canonical_outlet(name) == self.registered;
        if !self.key.is_empty() && (key(bare).eq(self.key.chars()) || known()) {
            return true;
        }
        // A name that begins the other one, on a word's edge: "Sputnik" of "Sputnik International".
        let generic = ["news", "daily", "national", "new", "international", "times", "post"];
        let telling = |word: &str| !generic.contains(&word) && word.len() > 2;
        let words = || bare.split_whitespace().zip(&self.words);
        if words().all(|(a, b)| a == b) && words().next().is_some_and(|(first, _)| telling(first)) {
            return true;
        }
        self.label.as_ref().is_some_and(|label| key(bare).eq(label.chars()))
    }

    /// Also by the last word alone: "the Gazette" of the Westmoor Gazette.
    #[must_use]
    pub fn is_called(&self, name: &str, outlet: &str) -> bool {
        let short = || outlet.rsplit_once(' ').is_some_and(|(_, last)| fold(last) == fold(name));
        !name.contains(' ') && short() || self.is(name)
    }
}

/// Two spellings of one outlet's name.
#[must_use]
pub fn same_outlet(name: &str, outlet: &str, domain: Option<&str>) -> bool {
    Publisher::new(outlet, domain).is(name)
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
pub fn classify(phrase: &[Token<'_>], registry: &Registry, lexicon: &Lexicon, cast: &Cast) -> Option<Source> {
    let phrase = trim(phrase);
    let time = |t: &Token<'_>| t.has(Class::TimeModifier) || t.has(Class::TimeSpan) || t.has(Class::Calendar);
    if phrase.is_empty() || phrase.iter().all(time) || phrase[0].has(Class::Following) || phrase[0].has(Class::Despite) {
        return None;
    }
    let core_end =
        phrase.iter().position(|t| t.is_mark(',') || (t.has(Class::CoreEnd) && !t.is_capitalized())).unwrap_or(phrase.len());
    let core = &phrase[..core_end.max(1).min(phrase.len())];
    let head = head(core, lexicon)?;
    let unnamed = |kind| Some(Source { kind, name: source_text(phrase, core_end), role: None });
    let noun = head.word.noun.filter(|_| !head.is_capitalized() || core.len() == 1).map(|noun| noun.kind);
    // "a tweet by X", "a post by X": something written, by somebody. The Post is a newspaper.
    if core.iter().any(|t| t.has(Class::PostWord) && !t.is_capitalized()) {
        let author =
            phrase.iter().filter_map(|t| cast.at(t.start)).find(|member| member.named && member.kind == MemberKind::Person);
        return match author {
            Some(author) => Some(Source { kind: SourceKind::SocialPost, ..author.source() }),
            None => unnamed(SourceKind::SocialPost),
        };
    }
    if noun == Some(NounKind::Document) {
        return unnamed(SourceKind::Document);
    }
    if let Some(source) = cast.source_of(head) {
        return Some(source);
    }
    if let Some(outlet) = (0..core.len()).find_map(|at| outlet_at(core, at, registry).filter(|(_, n)| at + n == core.len())) {
        return Some(Source { kind: SourceKind::Outlet, name: outlet.0.to_owned(), role: None });
    }
    // "One of them, Max Roe,"
    let apposed = (1..phrase.len()).filter(|&i| phrase[i - 1].is_mark(',')).find_map(|i| {
        let mention = cast.mention(phrase[i].start).filter(|mention| mention.by == By::Name)?;
        Some(cast.member(mention)).filter(|member| member.kind == MemberKind::Person)
    });
    if let Some(person) = apposed {
        return Some(person.source());
    }
    match noun {
        Some(NounKind::OfficialBody) => return unnamed(SourceKind::OfficialBody),
        Some(NounKind::Organisation | NounKind::AnyOrganisation) => return unnamed(SourceKind::Organisation),
        Some(NounKind::Outlet) => return unnamed(SourceKind::Outlet),
        Some(NounKind::Person) => {
            let definite = core.iter().any(|t| t.has(Class::DefiniteArticle) || matches!(t.tag, Tag::Possessive | Tag::Genitive));
            let plural = head.word.noun.is_some_and(|noun| noun.plural);
            return unnamed(if definite && !plural { SourceKind::Person } else { SourceKind::Anonymous });
        }
        _ => {}
    }
    if head.is_capitalized() {
        let place = lexicon.place(|i| core.get(i).map(Token::norm)).is_some();
        return unnamed(if place { SourceKind::OfficialBody } else { SourceKind::Organisation });
    }
    // "most nations", "her camp": described, and nothing is known of them.
    let described = phrase.iter().any(|t| t.is_word() && !lexicon.is(t.norm(), Class::Stopword));
    described.then(|| unnamed(SourceKind::Organisation)).flatten()
}

/// The noun that the others describe: the last in English, the first in Spanish ("un alto FUNCIONARIO estadounidense").
fn head<'a, 't>(core: &'a [Token<'t>], lexicon: &Lexicon) -> Option<&'a Token<'t>> {
    let first = core.iter().find(|t| t.tag.is_nominal() && !t.has(Class::Calendar));
    first.filter(|_| lexicon.numbers.head_first).or_else(|| core.last())
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
    let mut out = String::with_capacity(tokens.iter().map(|token| token.text.len() + 1).sum());
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
    use crate::engine::extraction::{Draft, clauses::Sentence};

    fn check(phrase: &str, kind: SourceKind, name: &str) {
        let text = format!("{phrase} said that the dam had been leaking for weeks.");
        let sentence = Sentence::new(&text, 0, &[], Lexicon::english());
        let cast = Cast::of([&sentence].into_iter(), &Draft::default());
        let words = sentence.tokens.partition_point(|token| token.end <= phrase.len());
        let found = classify(&sentence.tokens[..words], Registry::built_in(), Lexicon::english(), &cast);
        let found = found.unwrap_or_else(|| panic!("{phrase}"));
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
        check("The Colombian Defense Ministry", SourceKind::OfficialBody, "Colombian Defense Ministry");
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
