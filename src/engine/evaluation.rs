//! A hand-annotated article and what the engine read in it, to counts: how many claims it found, and how well it read each.
//!
//! Measures the reader alone, before any linking. samples/gold/README.md says how an article is annotated.

pub mod stories;

use std::{collections::BTreeMap, fmt::Debug};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer};

use super::{
    extraction::{Draft, Reading},
    text::{Class, Lexicon, Token, fold, stems::stem, tokenize},
};
use crate::domain::{Certainty, ClaimReading, Comparator, Polarity, Quantity, Source, SourceKind, Span, Voice, span::CodePoints};

/// An article with what a careful reader extracts from it. Headline claims are not annotated.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoldArticle {
    pub title: String,
    pub outlet: String,
    pub published_at: DateTime<Utc>,
    pub text: String,
    pub claims: Vec<GoldClaim>,
    /// Passages that may be read as claims or not: neither counts.
    #[serde(default)]
    pub optional: Vec<String>,
    /// Passages that assert nothing to check: questions, wishes, opinions, page furniture.
    #[serde(default)]
    pub not_claims: Vec<String>,
}

/// Only `text` is required; a field that is absent is not scored.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoldClaim {
    /// The clause or sentence that carries the claim. Stands exactly once in the article.
    pub text: String,
    /// Words that the proposition must contain, in any form.
    pub proposition_has: Option<Vec<String>>,
    pub polarity: Option<Polarity>,
    pub certainty: Option<Certainty>,
    pub voice: Option<Voice>,
    pub source: Option<GoldSource>,
    pub chain: Option<Vec<String>>,
    pub quantities: Option<Vec<GoldQuantity>>,
    /// `null` says that the claim names no day.
    #[serde(default, deserialize_with = "null_or_value")]
    pub event_date: Option<Option<NaiveDate>>,
    pub entities: Option<Vec<String>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoldSource {
    pub kind: Option<SourceKind>,
    pub name: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoldQuantity {
    pub value: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// `exactly` where absent.
    pub comparator: Option<Comparator>,
    pub unit: Option<String>,
    /// "dozens": no number is named.
    #[serde(default)]
    pub vague: bool,
    /// "the second pier".
    #[serde(default)]
    pub ordinal: bool,
}

/// `null` is a value here, unlike an absent field.
fn null_or_value<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<NaiveDate>>, D::Error> {
    Option::deserialize(value).map(Some)
}

impl GoldArticle {
    /// What the engine is given to read.
    #[must_use]
    pub fn draft(&self) -> Draft<'_> {
        Draft {
            title: Some(&self.title),
            text: &self.text,
            outlet: &self.outlet,
            published_at: Some(self.published_at),
            ..Draft::default()
        }
    }
}

/// What is scored, in the order of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    Claims,
    KeptOut,
    Proposition,
    Polarity,
    Certainty,
    Voice,
    SourceKind,
    SourceName,
    Chain,
    Quantities,
    Units,
    EventDate,
    Entities,
}

impl Field {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Claims => "claims",
            Self::KeptOut => "kept_out",
            Self::Proposition => "proposition",
            Self::Polarity => "polarity",
            Self::Certainty => "certainty",
            Self::Voice => "voice",
            Self::SourceKind => "source_kind",
            Self::SourceName => "source_name",
            Self::Chain => "chain",
            Self::Quantities => "quantities",
            Self::Units => "units",
            Self::EventDate => "event_date",
            Self::Entities => "entities",
        }
    }

    /// Whether the reader may find too much as well as too little; otherwise one answer is due, right or wrong.
    #[must_use]
    pub fn is_set(self) -> bool {
        matches!(self, Self::Claims | Self::Quantities | Self::EventDate | Self::Entities)
    }
}

/// Of `expected` things, and of `extracted` ones, how many match. Both are the same number where exactly one answer is due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Score {
    pub matched: usize,
    pub expected: usize,
    pub extracted: usize,
}

impl Score {
    /// 1 where nothing was extracted: nothing of it is wrong.
    #[must_use]
    pub fn precision(self) -> f64 {
        share(self.matched, self.extracted)
    }

    #[must_use]
    pub fn recall(self) -> f64 {
        share(self.matched, self.expected)
    }

    #[must_use]
    pub fn f1(self) -> f64 {
        share(2 * self.matched, self.expected + self.extracted)
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// One thing that was read otherwise than annotated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miss {
    pub field: Field,
    /// The passage in question, as it stands in the article.
    pub passage: String,
    pub expected: String,
    pub got: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evaluation {
    pub scores: BTreeMap<Field, Score>,
    pub misses: Vec<Miss>,
}

impl Evaluation {
    #[must_use]
    pub fn score(&self, field: Field) -> Score {
        self.scores.get(&field).copied().unwrap_or_default()
    }

    pub fn add(&mut self, other: &Self) {
        for (field, score) in &other.scores {
            let sum = self.scores.entry(*field).or_default();
            sum.matched += score.matched;
            sum.expected += score.expected;
            sum.extracted += score.extracted;
        }
        self.misses.extend(other.misses.iter().cloned());
    }

    /// One answer is due, and was given or not.
    fn answer<E: Debug + ?Sized, G: Debug + ?Sized>(&mut self, field: Field, holds: bool, passage: &str, expected: &E, got: &G) {
        self.count(field, usize::from(holds), 1, 1);
        if !holds {
            self.miss(field, passage, format!("{expected:?}"), format!("{got:?}"));
        }
    }

    /// A set is due: some of it, and maybe more, was given.
    fn set<E: Debug, G: Debug>(&mut self, field: Field, matched: usize, passage: &str, expected: &[E], got: &[G]) {
        self.count(field, matched, expected.len(), got.len());
        if matched < expected.len().max(got.len()) {
            self.miss(field, passage, format!("{expected:?}"), format!("{got:?}"));
        }
    }

    fn count(&mut self, field: Field, matched: usize, expected: usize, extracted: usize) {
        let score = self.scores.entry(field).or_default();
        score.matched += matched;
        score.expected += expected;
        score.extracted += extracted;
    }

    fn miss(&mut self, field: Field, passage: &str, expected: String, got: String) {
        self.misses.push(Miss { field, passage: passage.to_owned(), expected, got });
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GoldError {
    #[error("{passage:?} stands {times} times in the text, and not once")]
    NotOnce { passage: String, times: usize },
}

/// Scores a reading of `gold.draft()`.
pub fn evaluate(gold: &GoldArticle, reading: &Reading) -> Result<Evaluation, GoldError> {
    let ground = Ground::of(&gold.text);
    let claims: Vec<Span> = ground.places(gold.claims.iter().map(|claim| claim.text.as_str()))?;
    let optional = ground.places(gold.optional.iter().map(String::as_str))?;
    let not_claims = ground.places(gold.not_claims.iter().map(String::as_str))?;
    let extracted: Vec<&ClaimReading> = reading.claims.iter().filter(|claim| !claim.headline).collect();
    let spans: Vec<Span> = extracted.iter().map(|claim| claim.span).collect();
    let likeness = |passage: usize, claim: usize| {
        let (place, span) = (claims[passage], spans[claim]);
        let key_words = has_words(&gold.claims[passage], extracted[claim]);
        let overlap = overlap(place, span);
        // A short clause under a long reporting frame is little of its sentence, and yet all of its claim.
        let core = key_words && place.start <= span.start && span.end <= place.end;
        // Where a sentence was cut in two, the part that says it goes before the part that stands nearer.
        (overlap >= 0.5 || ground.covers(span, place) || core).then_some(overlap + f64::from(key_words))
    };
    let pairs = pairs(claims.len(), spans.len(), likeness);

    let mut evaluation = Evaluation::default();
    for (annotated, pair) in gold.claims.iter().zip(&pairs) {
        evaluation.count(Field::Claims, usize::from(pair.is_some()), 1, 0);
        match *pair {
            Some(at) => compare(&mut evaluation, annotated, extracted[at]),
            None => evaluation.miss(Field::Claims, &annotated.text, "a claim".to_owned(), "none".to_owned()),
        }
    }
    let spare: Vec<usize> = (0..extracted.len()).filter(|at| !pairs.contains(&Some(*at))).collect();
    evaluation.count(Field::Claims, 0, 0, extracted.len() - spare.len());
    for &at in &spare {
        if optional.iter().any(|passage| ground.covers(*passage, spans[at])) {
            continue;
        }
        evaluation.count(Field::Claims, 0, 0, 1);
        evaluation.miss(Field::Claims, &extracted[at].text, "no claim".to_owned(), extracted[at].proposition.clone());
    }
    for (passage, place) in gold.not_claims.iter().zip(not_claims) {
        let read: Vec<_> = spare.iter().filter(|at| ground.covers(spans[**at], place)).map(|at| &extracted[*at].text).collect();
        evaluation.answer(Field::KeptOut, read.is_empty(), passage, "no claim", &read);
    }
    Ok(evaluation)
}

/// An article's text, with the places of the words that carry meaning.
struct Ground<'a> {
    text: &'a str,
    points: CodePoints,
    words: Vec<Span>,
}

impl<'a> Ground<'a> {
    fn of(text: &'a str) -> Self {
        let points = CodePoints::of(text);
        let words = content_words(text).iter().map(|token| points.span(text, token.start, token.end)).collect();
        Self { text, points, words }
    }

    fn places<'p>(&self, passages: impl Iterator<Item = &'p str>) -> Result<Vec<Span>, GoldError> {
        passages
            .map(|passage| {
                let places: Vec<usize> = self.text.match_indices(passage).map(|(at, _)| at).collect();
                match places[..] {
                    [at] => Ok(self.points.span(self.text, at, at + passage.len())),
                    _ => Err(GoldError::NotOnce { passage: passage.to_owned(), times: places.len() }),
                }
            })
            .collect()
    }

    /// Whether at least half of the meaning of `inner` stands in `outer`.
    fn covers(&self, outer: Span, inner: Span) -> bool {
        let within = |place: Span, word: &Span| place.start <= word.start && word.end <= place.end;
        let inside: Vec<&Span> = self.words.iter().filter(|word| within(inner, word)).collect();
        let shared = inside.iter().filter(|word| within(outer, word)).count();
        !inside.is_empty() && shared * 2 >= inside.len()
    }
}

/// For every passage the claim that answers it, one to one: the pair of highest likeness is fixed first.
fn pairs(passages: usize, claims: usize, likeness: impl Fn(usize, usize) -> Option<f64>) -> Vec<Option<usize>> {
    let all = (0..passages).flat_map(|p| (0..claims).map(move |c| (p, c)));
    let mut likely: Vec<(f64, usize, usize)> = all.filter_map(|(p, c)| Some((likeness(p, c)?, p, c))).collect();
    likely.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut pairs = vec![None; passages];
    for (_, p, c) in likely {
        if pairs[p].is_none() && !pairs.contains(&Some(c)) {
            pairs[p] = Some(c);
        }
    }
    pairs
}

/// Intersection over union, in code points.
fn overlap(a: Span, b: Span) -> f64 {
    let shared = a.end.min(b.end).saturating_sub(a.start.max(b.start)) as usize;
    shared as f64 / (a.len() + b.len() - shared).max(1) as f64
}

fn content_words(text: &str) -> Vec<Token<'_>> {
    let meaningful = |token: &Token<'_>| token.text.starts_with(char::is_alphanumeric) && !token.has(Class::Stopword);
    tokenize(text, 0, Lexicon::english()).into_iter().filter(meaningful).collect()
}

/// Scores every annotated field of a claim that was found.
fn compare(evaluation: &mut Evaluation, gold: &GoldClaim, got: &ClaimReading) {
    let passage = gold.text.as_str();
    let attribution = &got.attribution;
    let source = attribution.source.as_ref();
    if let Some(words) = &gold.proposition_has {
        evaluation.answer(Field::Proposition, has_words(gold, got), passage, words, &got.proposition);
    }
    if let Some(polarity) = gold.polarity {
        evaluation.answer(Field::Polarity, polarity == got.polarity, passage, &polarity, &got.polarity);
    }
    if let Some(certainty) = gold.certainty {
        evaluation.answer(Field::Certainty, certainty == got.certainty, passage, &certainty, &got.certainty);
    }
    if let Some(voice) = gold.voice {
        evaluation.answer(Field::Voice, voice == attribution.voice, passage, &voice, &attribution.voice);
    }
    if let Some(kind) = gold.source.as_ref().and_then(|source| source.kind) {
        let read = source.map(|source| source.kind);
        evaluation.answer(Field::SourceKind, read == Some(kind), passage, &kind, &read);
    }
    if let Some(name) = gold.source.as_ref().and_then(|source| source.name.as_deref()) {
        evaluation.answer(
            Field::SourceName,
            source.is_some_and(|s| same_source(name, s)),
            passage,
            name,
            &source.map(|s| &s.name),
        );
    }
    if let Some(chain) = &gold.chain {
        let read = &attribution.chain;
        let holds = chain.len() == read.len() && chain.iter().zip(read).all(|(name, source)| same_source(name, source));
        evaluation.answer(Field::Chain, holds, passage, chain, &read.iter().map(|source| &source.name).collect::<Vec<_>>());
    }
    if let Some(quantities) = &gold.quantities {
        compare_quantities(evaluation, passage, quantities, &got.quantities);
    }
    if let Some(date) = gold.event_date {
        let read = event_day(got);
        let matched = usize::from(date.is_some() && date == read);
        evaluation.set(Field::EventDate, matched, passage, date.as_slice(), read.as_slice());
    }
    if let Some(entities) = &gold.entities {
        let read: Vec<&str> = got.entities.iter().map(|entity| entity.name.as_str()).collect();
        let matched = entities.iter().filter(|name| read.iter().any(|read| bare(read) == bare(name))).count();
        evaluation.set(Field::Entities, matched, passage, entities, &read);
    }
}

/// Whether the proposition has the words that the annotation asks for; false where it asks for none.
fn has_words(gold: &GoldClaim, got: &ClaimReading) -> bool {
    let stems = stems(&got.proposition);
    gold.proposition_has.as_ref().is_some_and(|words| words.iter().all(|word| stems.contains(&stem(&fold(word)))))
}

/// The day on which a claim says that its event falls.
fn event_day(claim: &ClaimReading) -> Option<NaiveDate> {
    claim.event_date
}

fn compare_quantities(evaluation: &mut Evaluation, passage: &str, gold: &[GoldQuantity], got: &[Quantity]) {
    let mut free: Vec<&Quantity> = got.iter().collect();
    let mut matched = 0;
    for expected in gold {
        let Some(at) = free.iter().position(|read| same_quantity(expected, read)) else { continue };
        let read = free.swap_remove(at);
        matched += 1;
        if let Some(unit) = &expected.unit {
            let holds = read.unit.as_ref().is_some_and(|read| same_unit(unit, read));
            evaluation.answer(Field::Units, holds, passage, unit, &read.unit);
        }
    }
    let expected: Vec<String> = gold.iter().map(GoldQuantity::notation).collect();
    let read: Vec<String> = got.iter().map(|read| format!("{} ({:?} {:?})", read.text, read.comparator, read.value)).collect();
    evaluation.set(Field::Quantities, matched, passage, &expected, &read);
}

impl GoldQuantity {
    fn comparator(&self) -> Comparator {
        self.comparator.unwrap_or(Comparator::Exactly)
    }

    /// "MoreThan 50 people".
    fn notation(&self) -> String {
        let number = match (self.value, self.low, self.high) {
            (Some(value), ..) => format!("{:?} {value}", self.comparator()),
            (None, Some(low), Some(high)) => format!("{low} to {high}"),
            _ => "vague".to_owned(),
        };
        [Some(number.as_str()), self.ordinal.then_some("(ordinal)"), self.unit.as_deref()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    }
}

fn same_quantity(gold: &GoldQuantity, read: &Quantity) -> bool {
    if gold.vague {
        return read.vague;
    }
    let near = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-6 * a.abs().max(1.0),
        _ => false,
    };
    let number = match gold.value {
        Some(_) => near(gold.value, read.value),
        None => near(gold.low, read.low) && near(gold.high, read.high),
    };
    gold.comparator() == read.comparator && number
}

/// "people" of "people in the hall", "member" for "members"; a currency by its code.
fn same_unit(gold: &str, read: &str) -> bool {
    let read = stems(read);
    stems(gold).iter().any(|word| read.contains(word))
}

/// A person by the surname; any other source where one name holds every word of the other ("a senior official", "the
/// senior treasury official"), since descriptions are cut differently by every reader.
fn same_source(gold: &str, read: &Source) -> bool {
    let (gold, name) = (stems(gold), stems(&read.name));
    match read.kind {
        SourceKind::Person => gold.last().is_some() && gold.last() == name.last(),
        _ => {
            let within = |a: &[String], b: &[String]| !a.is_empty() && a.iter().all(|word| b.contains(word));
            within(&gold, &name) || within(&name, &gold)
        }
    }
}

fn stems(text: &str) -> Vec<String> {
    content_words(text).iter().map(|token| stem(token.norm())).collect()
}

/// A name without its article.
fn bare(name: &str) -> String {
    let folded = fold(name);
    folded.strip_prefix("the ").map_or_else(|| folded.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::extraction::read_claim;

    const TEXT: &str = "The dam leaks, Jane Roe said on Monday. It was built in 1974 and holds 12 lakes. Will it last?";

    fn gold(claims: &str, rest: &str) -> GoldArticle {
        let json = format!(
            r#"{{"title": "A dam", "outlet": "The Gazette", "published_at": "2026-03-04T08:00:00Z",
                 "text": "{TEXT}", "claims": {claims} {rest}}}"#
        );
        serde_json::from_str(&json).expect("the documented fields")
    }

    fn read(text: &str) -> ClaimReading {
        let at = TEXT.find(text).expect("it stands there");
        ClaimReading {
            text: text.to_owned(),
            span: Span::new(at, at + text.len()),
            headline: false,
            proposition: text.to_owned(),
            polarity: Polarity::Affirmed,
            quantities: Vec::new(),
            event_date: None,
            event_period: None,
            ..read_claim(text, None)
        }
    }

    fn evaluated(gold: &GoldArticle, claims: Vec<ClaimReading>) -> Evaluation {
        evaluate(gold, &Reading { claims, ..Reading::default() }).expect("every passage stands once")
    }

    fn score(matched: usize, expected: usize, extracted: usize) -> Score {
        Score { matched, expected, extracted }
    }

    #[test]
    fn a_claim_is_found_where_it_stands_and_only_once() {
        let gold = gold(
            r#"[{"text": "The dam leaks, Jane Roe said on Monday.", "proposition_has": ["leak"]}, {"text": "holds 12 lakes"}]"#,
            "",
        );
        let found = evaluated(&gold, vec![read("The dam leaks"), read("It was built in 1974 and holds 12 lakes.")]);
        assert_eq!(found.score(Field::Claims), score(2, 2, 2), "{:?}", found.misses);
        let twice = evaluated(&gold, vec![read("The dam leaks"), read("The dam leaks, Jane Roe said")]);
        assert_eq!(twice.score(Field::Claims), score(1, 2, 2), "{:?}", twice.misses);
    }

    #[test]
    fn one_long_claim_answers_one_passage() {
        let gold = gold(r#"[{"text": "It was built in 1974"}, {"text": "holds 12 lakes"}]"#, "");
        let found = evaluated(&gold, vec![read("It was built in 1974 and holds 12 lakes.")]);
        assert_eq!(found.score(Field::Claims), score(1, 2, 1), "{:?}", found.misses);
    }

    #[test]
    fn the_best_overlap_is_paired_first() {
        let gold = gold(r#"[{"text": "The dam leaks"}, {"text": "Jane Roe said on Monday"}]"#, "");
        let found = evaluated(&gold, vec![read("The dam leaks, Jane Roe said on Monday."), read("The dam leaks")]);
        assert_eq!(found.score(Field::Claims), score(2, 2, 2), "{:?}", found.misses);
    }

    #[test]
    fn an_optional_passage_counts_neither_way_and_a_question_counts_against() {
        let gold = gold("[]", r#", "optional": ["It was built in 1974"], "not_claims": ["Will it last?"]"#);
        let found = evaluated(&gold, vec![read("It was built in 1974"), read("Will it last?")]);
        assert_eq!(found.score(Field::Claims), score(0, 0, 1), "{:?}", found.misses);
        assert_eq!(found.score(Field::KeptOut), score(0, 1, 1), "{:?}", found.misses);
    }

    #[test]
    fn a_headline_is_not_scored() {
        let found = evaluated(&gold("[]", ""), vec![ClaimReading { headline: true, ..read("The dam leaks") }]);
        assert_eq!(found, Evaluation { scores: [(Field::Claims, Score::default())].into(), misses: vec![] });
    }

    #[test]
    fn an_absent_field_is_not_scored_and_null_is_an_answer() {
        let gold = gold(
            r#"[{"text": "The dam leaks", "polarity": "denied"}, {"text": "It was built in 1974", "event_date": null},
                {"text": "holds 12 lakes", "quantities": [{"value": 12, "unit": "lakes"}]}]"#,
            "",
        );
        let dated = ClaimReading { event_date: NaiveDate::from_ymd_opt(1974, 1, 1), ..read("It was built in 1974") };
        let found = evaluated(&gold, vec![read("The dam leaks"), dated, read("holds 12 lakes")]);
        let scored: Vec<_> = found.scores.into_iter().collect();
        let expected = [
            (Field::Claims, score(3, 3, 3)),
            (Field::Polarity, score(0, 1, 1)),
            (Field::Quantities, score(0, 1, 0)),
            (Field::EventDate, score(0, 0, 1)),
        ];
        assert_eq!(scored, expected);
    }

    #[test]
    fn a_passage_that_does_not_stand_once_is_refused() {
        let gold = gold(r#"[{"text": "The dam holds"}]"#, "");
        let error = evaluate(&gold, &Reading::default()).expect_err("it does not stand there");
        assert_eq!(error, GoldError::NotOnce { passage: "The dam holds".to_owned(), times: 0 });
    }

    #[test]
    fn a_person_is_known_by_the_surname_and_a_description_by_its_words() {
        let source = |kind, name: &str| Source { kind, name: name.to_owned(), role: None };
        assert!(same_source("Jane Roe", &source(SourceKind::Person, "Roe")));
        assert!(!same_source("Jane Roe", &source(SourceKind::Person, "Jane Doe")));
        assert!(same_source("a senior treasury official", &source(SourceKind::Anonymous, "A senior official")));
        assert!(!same_source("a senior official", &source(SourceKind::Anonymous, "a police spokesman")));
        assert!(!same_source("the court", &source(SourceKind::Document, "it")));
    }

    #[test]
    fn a_number_matches_with_its_comparator() {
        let fifty = read_claim("The hall holds 50 people.", None).quantities.remove(0);
        let quantity = |comparator, value: Option<f64>| Quantity { comparator, value, vague: value.is_none(), ..fifty.clone() };
        let gold = |json: &str| serde_json::from_str::<GoldQuantity>(json).expect("a quantity");
        let more = gold(r#"{"value": 50, "comparator": "more_than"}"#);
        assert!(same_quantity(&more, &quantity(Comparator::MoreThan, Some(50.0))));
        assert!(!same_quantity(&more, &quantity(Comparator::Exactly, Some(50.0))));
        assert!(!same_quantity(&more, &quantity(Comparator::MoreThan, Some(51.0))));
        assert!(same_quantity(&gold(r#"{"vague": true}"#), &quantity(Comparator::AtLeast, None)));
        assert!(same_unit("people", "people in the hall") && !same_unit("homes", "people"));
    }
}
