//! A claim reduced to what comparison needs: weighted stems, quotation, numbers as identity, participants and their roles.
//!
//! Polarity, certainty, quantity and attribution are left out on purpose: they are no part of what a claim is about, so a
//! denial lands beside the assertion that it denies.

use chrono::NaiveDate;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    domain::{ClaimReading, EntityKind},
    engine::text::{
        Class, Lexicon, Token, TokenKind, fold, is_title_case,
        lexicon::{Place, PlaceSense},
        stems::{american_spelling, stem},
        tokenize,
    },
};

/// A stem with its weight in the claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    pub stem: String,
    /// The folded word: misspellings are found before stemming, which cuts them in odd places.
    pub word: String,
    /// Inverse document frequency, lowered for what every claim of a topic names.
    pub weight: f32,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Features {
    /// Distinct stems, sorted by stem.
    pub terms: Vec<Term>,
    /// Euclidean length of the term vector.
    pub norm: f32,
    /// The folded words, for character measures and the exact look-up.
    pub folded: String,
    /// The folded words between quotation marks, where there are at least four.
    pub quotation: Option<String>,
    /// "12th", "second": an ordinal names which one it is.
    pub ordinals: Vec<String>,
    pub event_date: Option<NaiveDate>,
    /// Main verb and the participants on each side of it, passive turned round.
    pub roles: Option<Roles>,
    /// Stems of all words of all names: what a claim shares with any other claim about the same people.
    pub name_stems: Vec<String>,
    pub places: Vec<String>,
    /// Names in the condition of a conditional claim: "if Roe steps down".
    pub condition: Vec<String>,
}

/// Who does what to whom, as far as names tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Roles {
    pub verb: String,
    pub agent: Participants,
    pub patient: Participants,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Participants {
    pub people: Vec<String>,
    pub places: Vec<String>,
}

/// Quotations shorter than this are phrases anyone may use ("an option").
const QUOTATION_WORDS: usize = 4;
/// Longer texts are compared by their beginning: every measure stays bounded.
const MOST_TOKENS: usize = 160;

impl Features {
    /// Of an English claim.
    #[must_use]
    pub fn of(reading: &ClaimReading) -> Self {
        Self::with(reading, Lexicon::english())
    }

    /// Of a claim in a language (ISO 639-1). One without lists is compared word by word.
    #[must_use]
    pub fn in_language(reading: &ClaimReading, language: &str) -> Self {
        Self::with(reading, Lexicon::of(language).unwrap_or(Lexicon::english()))
    }

    fn with(reading: &ClaimReading, lexicon: &'static Lexicon) -> Self {
        let mut tokens = tokenize(&reading.proposition, 0, lexicon);
        tokens.truncate(MOST_TOKENS);
        let (people, places): (Vec<_>, Vec<_>) = reading.entities.iter().partition(|e| e.kind != EntityKind::Place);
        let name_stems = people.iter().flat_map(|e| e.name.split([' ', '-'])).map(|word| lexicon.stem(word)).collect();
        let places: Vec<String> = places.into_iter().map(|e| e.name.clone()).collect();
        let title_case = is_title_case(&tokens);
        let terms = terms(&tokens, title_case, lexicon);
        let norm = terms.iter().map(|t| t.weight * t.weight).sum::<f32>().sqrt();
        Self {
            norm,
            folded: tokens.iter().filter(|t| t.kind != TokenKind::Mark).map(|t| t.norm()).collect::<Vec<_>>().join(" "),
            quotation: reading.attribution.quote.as_deref().and_then(quotation),
            ordinals: tokens.iter().filter(|t| is_ordinal(t.norm())).map(|t| t.norm().to_owned()).collect(),
            event_date: reading.event_date,
            // Told by the order of English words.
            roles: if title_case || !std::ptr::eq(lexicon, Lexicon::english()) { None } else { roles(&tokens) },
            name_stems,
            places,
            condition: condition(&tokens),
            terms,
        }
    }

    #[must_use]
    pub fn weight_of(&self, stem: &str) -> Option<f32> {
        self.terms.binary_search_by(|term| term.stem.as_str().cmp(stem)).ok().map(|at| self.terms[at].weight)
    }

    /// The rarest terms, rarest first: what candidates are looked up by.
    #[must_use]
    pub fn rarest(&self, count: usize) -> Vec<&Term> {
        let mut terms: Vec<&Term> = self.terms.iter().collect();
        terms.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.stem.cmp(&b.stem)));
        terms.truncate(count);
        terms
    }
}

fn quotation(quote: &str) -> Option<String> {
    let words: Vec<String> = tokenize(quote, 0, Lexicon::english())
        .into_iter()
        .filter(|t| t.kind != TokenKind::Mark)
        .map(|t| t.norm().to_owned())
        .collect();
    (words.len() >= QUOTATION_WORDS).then(|| words.join(" "))
}

fn is_ordinal(word: &str) -> bool {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && matches!(&word[digits.len()..], "st" | "nd" | "rd" | "th")
}

/// Places count half: every claim of a topic names the same country. Numbers count half: they change while the claim stays.
const PLACE_SHARE: f32 = 0.5;
const NUMBER_SHARE: f32 = 0.5;
/// "Jane" of "Jane Roe": the surname tells who it is, and some articles leave the first name out.
const FIRST_NAME_SHARE: f32 = 0.25;
/// Names count half: the claims of one story share its names, and what is said of them tells the claims apart.
const NAME_SHARE: f32 = 0.5;

fn terms(tokens: &[Token<'_>], title_case: bool, lexicon: &'static Lexicon) -> Vec<Term> {
    let mut terms: FxHashMap<String, Term> = FxHashMap::default();
    let mut add = |stem: String, word: &str, share: f32| {
        let weight = lexicon.idf(&stem) * share;
        let term = terms.entry(stem.clone()).or_insert_with(|| Term { stem, word: american_spelling(word), weight });
        term.weight = term.weight.max(weight);
    };
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        if token.kind == TokenKind::Mark {
            at += 1;
            continue;
        }
        let small = lexicon.grammar.small_demonyms && token.word.opens_place;
        let place = (token.is_capitalized() || small).then(|| lexicon.place_named(|i| tokens.get(at + i).map(|t| t.norm())));
        let named = place.flatten().filter(|(place, _)| token.is_capitalized() || place.sense == PlaceSense::Demonym);
        if let Some((Place { canonical: place, .. }, n)) = named {
            add(format!("@{place}"), place, PLACE_SHARE);
            at += n;
            continue;
        }
        let first_name = !title_case
            && token.is_capitalized()
            && !token.possessive
            && tokens.get(at + 1).is_some_and(|next| next.is_capitalized() && next.start == token.end + 1);
        let share = match () {
            () if first_name => FIRST_NAME_SHARE,
            () if !title_case && at > 0 && token.is_capitalized() => NAME_SHARE,
            () => 1.0,
        };
        at += 1;
        if token.kind == TokenKind::Number {
            add(token.norm().replace(',', ""), token.norm(), NUMBER_SHARE);
            continue;
        }
        for part in token.norm().split('-') {
            let skip = part.is_empty()
                || lexicon.is(part, Class::Stopword)
                || lexicon.is(part, Class::Negation)
                || lexicon.is(part, Class::Hedge)
                || lexicon.is(part, Class::Title);
            if skip {
                continue;
            }
            if lexicon.numbers.value(part).is_some() || lexicon.numbers.scale(part).is_some() {
                add(part.to_owned(), part, NUMBER_SHARE);
                continue;
            }
            let lower_place = lexicon.place(|i| (i == 0).then_some(part)).filter(|_| token.is_capitalized());
            match lower_place {
                Some((place, _)) => add(format!("@{place}"), place, PLACE_SHARE),
                None => add(lexicon.stem(part), part, share),
            }
        }
    }
    let mut terms: Vec<Term> = terms.into_values().collect();
    terms.sort_by(|a, b| a.stem.cmp(&b.stem));
    terms
}

/// From here a word is more likely a name than a noun; surnames of people in the news stand around 8.
const RARE_NAME: f32 = 7.0;

/// Words behind which a name is no longer the verb's object.
const AFTER_OBJECT: &[&str] =
    &["to", "in", "on", "at", "for", "with", "after", "by", "from", "as", "into", "if", "unless", "when"];

/// The first verb that carries meaning, with the names on either side. "X was recognised by Y" is turned round.
fn roles(tokens: &[Token<'_>]) -> Option<Roles> {
    let lexicon = Lexicon::english();
    let light = |word: &str| {
        matches!(
            word,
            "be" | "have"
                | "do"
                | "get"
                | "continue"
                | "begin"
                | "start"
                | "seem"
                | "appear"
                | "keep"
                | "plan"
                | "want"
                | "try"
                | "agree"
                | "refuse"
                | "fail"
        )
    };
    let verb_at = (1..tokens.len()).find(|&i| {
        let token = &tokens[i];
        !token.is_capitalized()
            && lexicon.verb(token.norm()).is_some_and(|verb| {
                let (lemma, form) = (verb.lemma.as_str(), verb.form);
                !light(lemma) && (form.past || form.participle || form.ing || form.base || form.third_person)
            })
            && !matches!(
                tokens[i - 1].norm(),
                "the" | "a" | "an" | "of" | "in" | "on" | "for" | "with" | "their" | "his" | "her" | "its"
            )
            && !token.possessive
    });
    let norm = |i: usize| tokens.get(i).map_or("", |t| t.norm());
    let Some(verb_at) = verb_at else {
        // "Max Doe of fraud": what an accusation is about has no verb; who is accused stands in front.
        let of = tokens.iter().position(|t| t.is("of") || t.is("for"))?;
        return Some(Roles { verb: "of".to_owned(), agent: Participants::default(), patient: participants(&tokens[..of]) });
    };
    let passive = verb_at > 0
        && (verb_at.saturating_sub(3)..verb_at)
            .any(|i| matches!(norm(i), "was" | "were" | "been" | "is" | "are" | "being" | "be"))
        && (verb_at + 1..(verb_at + 5).min(tokens.len())).any(|i| norm(i) == "by");
    let before = participants(&tokens[..verb_at]);
    // The object stands close behind its verb; what comes later plays another part.
    let reach = if passive { tokens.len().min(verb_at + 12) } else { tokens.len().min(verb_at + 6) };
    let ends_object = |i: &usize| tokens[*i].is_mark(',') || AFTER_OBJECT.contains(&norm(*i));
    let end = (verb_at + 1..reach).find(|i| !passive && ends_object(i)).unwrap_or(reach);
    let after = participants(&tokens[verb_at + 1..end]);
    let lemma = lexicon.verb(norm(verb_at))?.lemma.as_str();
    let (agent, patient) = if passive { (after, before) } else { (before, after) };
    Some(Roles { verb: stem(lemma), agent, patient })
}

fn participants(tokens: &[Token<'_>]) -> Participants {
    let lexicon = Lexicon::english();
    let mut found = Participants::default();
    let mut at = 0;
    while at < tokens.len() {
        let opener = lexicon.numbers.value(tokens[at].norm()).is_some()
            || at == 0
                && (lexicon.verb(tokens[at].norm()).is_some()
                    || matches!(tokens[at].norm(), "last" | "earlier" | "however" | "currently"));
        if !tokens[at].is_capitalized() || lexicon.is(tokens[at].norm(), Class::Stopword) || opener {
            at += 1;
            continue;
        }
        if let Some((place, n)) = lexicon.place(|i| tokens.get(at + i).map(|t| t.norm())) {
            // "Iranian troops", "Iran's leader": the place describes, somebody else acts.
            let describes = tokens
                .get(at + n)
                .is_some_and(|t| t.is_word() && !lexicon.is(t.norm(), Class::Stopword) && lexicon.verb(t.norm()).is_none())
                || tokens[at + n - 1].possessive;
            if !describes {
                found.places.push(place.to_owned());
            }
            at += n;
            continue;
        }
        let mut end = at;
        while end < tokens.len() && tokens[end].is_capitalized() {
            end += 1;
        }
        let last = &tokens[end - 1];
        // "Parents are furious": a capital at the beginning tells a name only where the word is rare.
        let common = at == 0
            && end == 1
            && (lexicon.idf(&stem(last.norm())) < RARE_NAME || last.norm().ends_with("ed") || last.norm().ends_with("ing"));
        if common {
            at = end;
            continue;
        }
        // "Roe's administration", "the Doe regime": still Roe's and Doe's doing.
        if !lexicon.is(last.norm(), Class::Title) && lexicon.body(last.norm()).is_none() {
            found.people.push(last.norm().to_owned());
        }
        at = end;
    }
    found
}

fn condition(tokens: &[Token<'_>]) -> Vec<String> {
    let from = tokens.iter().position(|t| matches!(t.norm(), "if" | "unless"));
    from.map(|at| participants(&tokens[at + 1..]).people).unwrap_or_default()
}

/// The same stem, or two spellings of one word ("regonise" for "recognise").
#[must_use]
pub fn same_term(a: &Term, b: &Term, soft_match: f64) -> bool {
    a.stem == b.stem
        || (is_word(a) && is_word(b) && same_initial(&a.word, &b.word) && strsim::jaro_winkler(&a.word, &b.word) >= soft_match)
}

/// Short words and numbers differ by one sign and mean something else.
fn is_word(term: &Term) -> bool {
    term.word.len() >= 6 && term.word.is_ascii() && !term.stem.starts_with('@') && !term.word.bytes().any(|b| b.is_ascii_digit())
}

fn same_initial(a: &str, b: &str) -> bool {
    a.as_bytes().first() == b.as_bytes().first() && a.len().abs_diff(b.len()) <= 2
}

/// Whether both name somebody and nobody in common.
#[must_use]
pub fn disjoint(a: &[String], b: &[String]) -> bool {
    if a.is_empty() || b.is_empty() {
        return false;
    }
    let set: FxHashSet<&str> = a.iter().map(String::as_str).collect();
    !b.iter().any(|name| set.contains(name.as_str()))
}

/// Folded words of a text, for exact comparison.
#[must_use]
pub fn folded_words(text: &str) -> Vec<String> {
    fold(text).split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::extraction::read_claim;

    fn features(text: &str) -> Features {
        Features::of(&read_claim(text, None))
    }

    #[test]
    fn a_denial_has_the_features_of_its_assertion() {
        let stems = |text: &str| features(text).terms.into_iter().map(|t| t.stem).collect::<Vec<_>>();
        assert_eq!(stems("The plant leaks radiation"), stems("The plant does not leak radiation"));
        assert_eq!(stems("The plant leaks radiation"), stems("The minister denied that the plant leaks radiation"));
    }

    #[test]
    fn spellings_of_a_state_are_one_term() {
        for text in ["U.S. troops left", "American troops left", "Washington's troops left"] {
            assert!(features(text).weight_of("@united states").is_some(), "{text}");
        }
    }

    #[test]
    fn spanish_claims_are_compared_by_spanish_stems() {
        let stems = |text: &str| {
            let reading = ClaimReading { proposition: text.to_owned(), ..read_claim(text, None) };
            Features::in_language(&reading, "es").terms.into_iter().map(|t| t.stem).collect::<Vec<_>>()
        };
        let first = stems("El ejército venezolano no reconoció las elecciones");
        assert!(first.contains(&"@venezuela".to_owned()), "{first:?}");
        assert_eq!(first, stems("Los ejércitos de Venezuela reconocieron la elección"));
        let other = stems("La lluvia no paró en los valles");
        assert!(first.iter().all(|stem| !other.contains(stem)), "{other:?}");
    }

    #[test]
    fn the_passive_is_turned_round() {
        let active = features("Russia recognised Jane Roe").roles.unwrap();
        let passive = features("Jane Roe was recognised by Russia").roles.unwrap();
        assert_eq!(active, passive);
        assert_eq!(active.patient.people, ["roe"]);
    }
}
