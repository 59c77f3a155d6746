//! One clause with the frames around it becomes one claim.

use std::{cell::LazyCell, ops::Range};

use super::{
    attribution::Frame,
    clauses::{Clause, Sentence},
    entities, polarity,
    presupposed::presupposed,
    quantity,
    reader::Reader,
    time,
    worthiness::{self, Worthiness},
};
use crate::{
    domain::{
        Attribution, Certainty, ClaimReading, Entity, Period, Polarity, Quantity, Source, SourceKind, Voice, span::CodePoints,
    },
    engine::text::{
        Class, Tag, Token, TokenKind,
        lexicon::Report,
        quotes::{self, Quotation},
    },
};

/// A claim with its place in bytes.
#[derive(Clone)]
pub struct Found {
    pub place: Range<usize>,
    pub proposition: String,
    pub polarity: Polarity,
    pub certainty: Certainty,
    pub attribution: Attribution,
    pub quantities: Vec<Quantity>,
    pub entities: Vec<Entity>,
    pub event_period: Option<Period>,
    pub presupposes: Vec<String>,
    pub worthiness: Worthiness,
    pub mood: Mood,
    /// Denies with nothing of its own to say: "The bank denied this."
    pub anaphor: bool,
    /// The quotation (by the byte it opens at) that the claim stands in without any frame of its own.
    pub orphan: Option<usize>,
}

impl Found {
    pub fn finish(self, text: &str, points: &CodePoints, headline: bool) -> ClaimReading {
        ClaimReading {
            text: text[self.place.clone()].to_owned(),
            span: points.span(text, self.place.start, self.place.end),
            headline,
            proposition: self.proposition,
            polarity: self.polarity,
            certainty: self.certainty,
            attribution: self.attribution,
            quantities: self.quantities,
            entities: self.entities,
            event_date: self.event_period.and_then(Period::single_day),
            event_period: self.event_period,
            presupposes: self.presupposes,
            check_worthiness: self.worthiness.score,
            check_worthiness_reasons: self.worthiness.reasons,
            engine_version: crate::engine::VERSION,
            embedding: None,
        }
    }
}

impl Reader<'_> {
    pub(super) fn claim(&self, sentence: &Sentence<'_>, clause: &Clause, frames: &[Frame], quotations: &[Quotation]) -> Found {
        let tokens = &sentence.tokens;
        let in_hole = |i: usize| {
            // The comma in front of a relative clause goes with it.
            clause.hole.as_ref().is_some_and(|hole| hole.contains(&i) || (i + 1 == hole.start && tokens[i].is_mark(',')))
        };
        let mut inside: Vec<usize> = Vec::with_capacity(clause.range.len());
        inside.extend(clause.range.clone().filter(|&i| !in_hole(i)));
        // A frame covers a clause when most of it is content; words of any frame count on neither side.
        let words = || inside.iter().copied().filter(|&i| tokens[i].is_word());
        // Asked for only where there is a frame, and then by each of them.
        let unframed = LazyCell::new(|| words().filter(|&i| !frames.iter().any(|frame| frame.owns(i))).collect::<Vec<usize>>());
        let majority = |frame: &Frame| {
            let said = words().filter(|&i| frame.covers(i)).count();
            let rest = unframed.iter().filter(|&&i| !frame.covers(i)).count();
            said > rest
        };
        let covering: Vec<&Frame> = frames.iter().filter(|frame| majority(frame)).collect();
        let innermost = covering.last();
        let mut content: Vec<usize> = Vec::with_capacity(inside.len());
        content.extend(
            inside
                .iter()
                .filter(|&&i| !covering.iter().any(|frame| frame.owns(i)))
                .filter(|&&i| innermost.is_none_or(|frame| frame.covers(i))),
        );
        let content = strip_openers(tokens, &content);
        let mut all: Vec<&Token<'_>> = Vec::with_capacity(content.len() + 8);
        // "and accused Y of P": the borrowed subject is the frame's source, not a part of P.
        let opens_frame = covering.iter().any(|frame| clause.range.contains(&frame.cue.start));
        if let Some(subject) = clause.subject.as_ref().filter(|_| !opens_frame) {
            all.extend(
                subject
                    .clone()
                    .filter(|i| !content.contains(i) && !covering.iter().any(|frame| frame.owns(*i)))
                    .map(|i| &tokens[i]),
            );
        }
        all.extend(content.iter().map(|&i| &tokens[i]));
        let words = without_outer_marks(&all);
        let denials = covering.iter().filter(|frame| frame.denies()).count();
        let lexicon = self.lexicon;
        let hearsay = covering.iter().any(|frame| frame.class == Report::Hedge);
        let (mut polarity, mut certainty) = polarity::read(words, hearsay, lexicon);
        if denials % 2 == 1 {
            polarity = polarity.flipped();
        }
        if polarity::depends(tokens, &clause.range, lexicon) {
            certainty = Certainty::Conditional;
        }
        let place = place_of(tokens, clause);
        let source = self.draft.text;
        let proposition = self.proposition(source, words);
        let said = time::expressions(words, self.published, lexicon);
        let quantities = quantity::quantities(source, words, &said, self.published, lexicon);
        let entities = entities::entities(source, words, &self.cast, self.lexicon);
        let event_period = time::event_period(&said);
        let presupposes = presupposed(words, self.lexicon);
        let mood = mood(words, &tokens[clause.range.clone()], tokens);
        let worthiness = worthiness::assess(words, mood == Mood::Question);
        let anaphor = denials > 0 && !words.is_empty() && words.iter().all(|t| points_back(t));
        let attribution = attribution_of(&covering, sentence, clause, source, quotations);
        let quoted_words = inside.iter().filter(|&&i| sentence.quoted[i] && tokens[i].is_word()).count();
        let all_words = inside.iter().filter(|&&i| tokens[i].is_word()).count();
        let orphan =
            (covering.is_empty() && quoted_words * 10 > all_words * 6).then(|| quotation_at(quotations, &place)).flatten();
        Found {
            place,
            proposition,
            polarity,
            certainty,
            attribution,
            quantities,
            entities,
            event_period,
            presupposes,
            worthiness,
            mood,
            anaphor,
            orphan,
        }
    }

    /// The words as they stood, with the person a leading "he" or "she" stands for.
    fn proposition(&self, source: &str, words: &[&Token<'_>]) -> String {
        let mut out = String::with_capacity(words.iter().map(|token| token.text.len() + 1).sum());
        let mut last_end = None;
        for (k, token) in words.iter().enumerate() {
            if let Some(end) = last_end {
                let between = source.get(end..token.start).unwrap_or(" ");
                if between.chars().any(char::is_whitespace) || between.len() > 3 || token.start < end {
                    out.push(' ');
                }
            }
            let pronoun = k < 2 && token.has(Class::PersonalPronoun) && !token.possessive;
            let person = pronoun.then(|| self.cast.at(token.start)).flatten().filter(|member| member.named);
            match person {
                Some(person) => out.push_str(&person.name),
                None => out.push_str(token.text),
            }
            last_end = Some(token.end);
        }
        out
    }
}

/// One attribution from all frames around a clause, outermost first.
fn attribution_of(
    covering: &[&Frame],
    sentence: &Sentence<'_>,
    clause: &Clause,
    source: &str,
    quotations: &[Quotation],
) -> Attribution {
    // Only what this clause takes of a quotation: two sentences of one quotation are two claims.
    let tokens = &sentence.tokens[clause.range.clone()];
    let (from, to) = (tokens.first().map_or(0, |t| t.start), tokens.last().map_or(0, |t| t.end));
    let quote = quotes::within(quotations, from..to)
        .iter()
        .map(|q| q.inner.start.max(from)..q.inner.end.min(to))
        .filter(|part| part.start < part.end)
        .map(|part| source[part].trim().trim_matches([',', '.', '"', '”', '“']).trim().to_owned())
        .max_by_key(String::len)
        .filter(|q| !q.is_empty());
    if covering.is_empty() {
        return Attribution { quote, ..Attribution::default() };
    }
    let text = |range: &Range<usize>| sentence.tokens[range.clone()].iter().map(|t| t.text).collect::<Vec<_>>().join(" ");
    let mut chain: Vec<Source> = Vec::new();
    let mut denial = None;
    let mut asserted_by = None;
    let mut own_access = false;
    let mut speakers: Vec<&Source> = Vec::new();
    let mut first_cue = None;
    let denies = covering.iter().any(|frame| frame.denies());
    for frame in covering {
        own_access |= frame.own_access;
        if frame.denies() {
            denial.get_or_insert_with(|| text(&frame.cue));
        }
        // "the claim that P is false", "denied reports that P": the claim is what is denied, not who denies.
        let denied_report =
            denies && frame.class == Report::Hedge && frame.source.as_ref().is_some_and(|s| s.kind == SourceKind::Document);
        if frame.class == Report::Lie || denied_report {
            asserted_by = asserted_by.or_else(|| frame.source.clone());
            continue;
        }
        if first_cue.is_none() || frame.source.is_some() {
            first_cue = Some(text(&frame.cue));
        }
        speakers.extend(frame.source.as_ref());
        for upstream in frame.upstream.iter().chain(frame.source.as_ref()) {
            if !chain.contains(upstream) {
                chain.push(upstream.clone());
            }
        }
    }
    // Outlets and agencies stand nearer to the page than the people they quote.
    chain.sort_by_key(|link| link.kind != SourceKind::Outlet);
    let nearest = speakers.iter().find(|s| s.kind != SourceKind::Outlet).or(speakers.first()).map(|s| (*s).clone());
    let voice = if nearest.is_some() || !chain.is_empty() { Voice::Attributed } else { Voice::Outlet };
    Attribution { voice, source: nearest, cue: first_cue, chain, quote, denial, asserted_by, own_access }
}

/// Marks around the words are no part of what is said; those inside a name or number are.
fn without_outer_marks<'w, 'a, 't>(mut words: &'w [&'a Token<'t>]) -> &'w [&'a Token<'t>] {
    while let [first, rest @ ..] = words
        && first.kind == TokenKind::Mark
        && !is_currency_sign(first)
    {
        words = rest;
    }
    while let [rest @ .., last] = words
        && last.kind == TokenKind::Mark
        && last.text != "%"
    {
        words = rest;
    }
    words
}

/// Connectives and adverbs that hang a clause on another are no part of its proposition.
fn strip_openers<'c>(tokens: &[Token<'_>], mut content: &'c [usize]) -> &'c [usize] {
    const OPENERS: &[Class] = &[
        Class::Coordinator,
        Class::That,
        Class::Concession,
        Class::Even,
        Class::Subordinator,
        Class::RelativePronoun,
        Class::LinkingAdverb,
    ];
    while let [first, rest @ ..] = content {
        let token = &tokens[*first];
        let opener = token.kind == TokenKind::Mark && !is_currency_sign(token)
            || OPENERS.iter().any(|class| token.has(*class)) && token.tag != Tag::Determiner;
        if !opener || rest.is_empty() {
            break;
        }
        content = rest;
    }
    content
}

/// From the first word of a clause to its last, with the quotation marks around it.
fn place_of(tokens: &[Token<'_>], clause: &Clause) -> Range<usize> {
    let mut range = clause.range.clone();
    let outer_mark = |t: &Token<'_>| t.kind == TokenKind::Mark && matches!(t.text, "," | ";" | ":" | "—" | "–" | "-");
    while range.len() > 1 && outer_mark(&tokens[range.start]) {
        range.start += 1;
    }
    while range.len() > 1 && outer_mark(&tokens[range.end - 1]) {
        range.end -= 1;
    }
    tokens.get(range.start).map_or(0, |t| t.start)..tokens.get(range.end.wrapping_sub(1)).map_or(0, |t| t.end)
}

/// The quotation (by the byte it opens at) in which most of a place stands.
pub fn quotation_at(quotations: &[Quotation], place: &Range<usize>) -> Option<usize> {
    quotes::within(quotations, place.clone())
        .iter()
        .max_by_key(|q| q.inner.end.min(place.end) - q.inner.start.max(place.start))
        .map(|q| q.inner.start)
}

/// What a sentence does; only statements are claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Statement,
    Question,
    /// "May reason prevail", "If only he knew", "I wish them well".
    Wish,
    /// "Pray for us".
    Order,
}

fn mood(words: &[&Token<'_>], clause: &[Token<'_>], sentence: &[Token<'_>]) -> Mood {
    let mut spoken = words.iter().filter(|t| t.is_word());
    let (Some(first), second) = (spoken.next(), spoken.next()) else { return Mood::Statement };
    let asks = |tokens: &[Token<'_>]| tokens.iter().rfind(|t| !t.is_quote()).is_some_and(|t| t.is_mark('?'));
    if asks(sentence) || clause.iter().any(|t| t.is_mark('?')) {
        return Mood::Question;
    }
    let opens = clause.iter().find(|t| t.is_word()).is_some_and(|t| t.start == first.start);
    let inverted = first.tag == Tag::Modal && second.is_some_and(|t| t.tag != Tag::Infinitive);
    let if_only = first.has(Class::IfOnly) && second.is_some_and(|t| t.has(Class::Only));
    let wishes = first.has(Class::FirstPerson) && second.is_some_and(|t| t.has(Class::WishVerb));
    if opens && (inverted || if_only) || wishes {
        return Mood::Wish;
    }
    // "Pray for us": a tag may miss an infinitive that nothing stands before.
    let base = first.word.verb.as_ref().is_some_and(|verb| verb.form.base);
    let object = second.is_some_and(|t| matches!(t.tag, Tag::Preposition | Tag::Determiner | Tag::Possessive | Tag::Pronoun));
    let verbless = !words.iter().any(|t| t.start != first.start && t.tag.is_finite());
    let order = (first.tag == Tag::Infinitive || base && object) && verbless;
    if opens && order { Mood::Order } else { Mood::Statement }
}

/// "this", "the accusation", "as false": words that only point to what was said before.
fn points_back(token: &Token<'_>) -> bool {
    !token.is_word()
        || matches!(token.tag, Tag::Pronoun | Tag::Determiner)
        || [Class::Demonstrative, Class::ClaimNoun, Class::FalseWord, Class::As].iter().any(|class| token.has(*class))
}

fn is_currency_sign(token: &Token<'_>) -> bool {
    matches!(token.text, "$" | "€" | "£" | "¥")
}
