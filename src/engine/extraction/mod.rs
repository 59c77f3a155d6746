//! Article text to claims: furniture out, sentences, clauses, reporting frames, numbers, names.
//!
//! Each stage is a module with one verb; this one only puts them in order. English is read in full; a text in another
//! language is stored and marked, and yields no claims.

pub mod attribution;
pub mod clauses;
pub mod entities;
pub mod furniture;
pub mod html;
pub mod polarity;
pub mod quantity;
pub mod sources;
#[cfg(test)]
mod tests;
pub mod time;
pub mod worthiness;

use std::ops::Range;

use chrono::{DateTime, NaiveDate, Utc};
use rustc_hash::FxHashMap;

use self::{
    attribution::{Frame, Speaker, Speakers},
    clauses::{Clause, Opener, Sentence},
};
use crate::{
    domain::{Attribution, Certainty, ClaimReading, Polarity, Provenance, Source, SourceKind, Voice, span::CodePoints},
    engine::text::{
        Lexicon, Registry, Token, TokenKind, fold, is_title_case,
        lexicon::Report,
        quotes::{self, Quotation},
        sentences, tokenize,
    },
};

/// What reading needs to know of an article.
#[derive(Clone, Copy, Default)]
pub struct Draft<'a> {
    pub title: Option<&'a str>,
    pub text: &'a str,
    /// Name of the outlet that publishes it, so that "told <this outlet>" is seen.
    pub outlet: &'a str,
    pub domain: Option<&'a str>,
    pub byline: Option<&'a str>,
    pub published_at: Option<DateTime<Utc>>,
    /// ISO 639-1, where the caller knows it.
    pub language: Option<&'a str>,
    /// Outlets that the workspace knows; without it only those of the data file are.
    pub registry: Option<&'a Registry>,
}

impl Draft<'_> {
    fn registry(&self) -> &Registry {
        match self.registry {
            Some(registry) => registry,
            None => Registry::built_in(),
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// ISO 639-1, `und` where none could be told.
    pub language: String,
    pub provenance: Provenance,
    pub claims: Vec<ClaimReading>,
}

/// Claims of one article at most: a bound, so that no article can flood a corpus.
pub const MOST_CLAIMS: usize = 500;
/// Bytes of one sentence that are analysed together. Longer ones are cut: every later step may be quadratic in this.
const LONGEST_SENTENCE: usize = 2_000;

/// Reads an article.
#[must_use]
pub fn read(draft: &Draft<'_>) -> Reading {
    let layout = furniture::layout(draft, Lexicon::english());
    let language = language_of(draft, &layout.paragraphs);
    if language != "en" {
        return Reading { language, provenance: layout.provenance, claims: Vec::new() };
    }
    let mut reader = Reader::new(draft, &layout.paragraphs);
    let mut claims = Vec::new();
    if let Some(title) = draft.title.filter(|title| !title.trim().is_empty()) {
        claims.extend(reader.headline(title));
    }
    let points = CodePoints::of(draft.text);
    for (i, paragraph) in layout.paragraphs.iter().enumerate() {
        for found in reader.paragraph(paragraph.clone(), layout.paragraphs.get(i + 1).cloned()) {
            claims.push(found.finish(draft.text, &points, false));
        }
        if claims.len() >= MOST_CLAIMS {
            claims.truncate(MOST_CLAIMS);
            break;
        }
    }
    share_upstreams(&mut claims);
    Reading { language, provenance: layout.provenance, claims }
}

/// Once an article says through whom it knows an unnamed source ("told Reuters"), that holds for all it takes from him.
fn share_upstreams(claims: &mut [ClaimReading]) {
    let known: Vec<(Source, Source)> = claims
        .iter()
        .filter_map(|claim| {
            let chain = &claim.attribution.chain;
            let root = chain.last().filter(|root| root.kind == SourceKind::Anonymous)?;
            let upstream = chain.iter().find(|link| link.kind == SourceKind::Outlet)?;
            Some((root.clone(), upstream.clone()))
        })
        .collect();
    for claim in claims {
        let chain = &mut claim.attribution.chain;
        let bare = chain.iter().all(|link| link.kind != SourceKind::Outlet) && !claim.attribution.own_access;
        let upstream = chain
            .last()
            .filter(|_| bare)
            .and_then(|root| known.iter().find(|(source, _)| source == root))
            .map(|(_, upstream)| upstream.clone());
        if let Some(upstream) = upstream {
            chain.insert(0, upstream);
        }
    }
}

/// Reads the claims that a client names, each a passage of the text or the title.
#[must_use]
pub fn read_given(draft: &Draft<'_>, claims: &[String]) -> Reading {
    let layout = furniture::layout(draft, Lexicon::english());
    let language = language_of(draft, &layout.paragraphs);
    let mut reader = Reader::new(draft, &layout.paragraphs);
    let points = CodePoints::of(draft.text);
    let mut found = Vec::new();
    for claim in claims.iter().take(MOST_CLAIMS) {
        if let Some(at) = draft.text.find(claim.as_str()) {
            found.push(reader.whole(at..at + claim.len()).finish(draft.text, &points, false));
        } else if let Some((title, at)) = draft.title.and_then(|title| title.find(claim.as_str()).map(|at| (title, at))) {
            let in_title = Draft { text: title, title: None, ..*draft };
            let mut reader = Reader::new(&in_title, &[]);
            found.push(reader.whole(at..at + claim.len()).finish(title, &CodePoints::of(title), true));
        }
    }
    Reading { language, provenance: layout.provenance, claims: found }
}

/// Reads one text that is given as a claim already (a client's own claim, a line of a filter): always one claim, over the
/// whole text, with the proposition of its main clause.
#[must_use]
pub fn read_claim(text: &str, published_at: Option<DateTime<Utc>>) -> ClaimReading {
    let draft = Draft { text, published_at, language: Some("en"), ..Draft::default() };
    let end = text.char_indices().nth(LONGEST_SENTENCE).map_or(text.len(), |(at, _)| at);
    let points = CodePoints::of(text);
    Reader::new(&draft, &[0..end]).whole(0..end).finish(text, &points, false)
}

fn language_of(draft: &Draft<'_>, paragraphs: &[Range<usize>]) -> String {
    if let Some(language) = draft.language {
        return language.split(['-', '_']).next().unwrap_or(language).to_ascii_lowercase();
    }
    let sample: String = paragraphs.iter().map(|range| &draft.text[range.clone()]).take(12).collect::<Vec<_>>().join(" ");
    let sample = if sample.is_empty() { draft.title.unwrap_or_default() } else { &sample };
    let cut = sample.char_indices().nth(2_000).map_or(sample.len(), |(at, _)| at);
    match whatlang::detect(&sample[..cut]) {
        // On a few words detection is a guess; English is what the rest of the engine can do something with.
        Some(info) if !info.is_reliable() && sample.is_ascii() => "en".to_owned(),
        Some(info) => two_letter(info.lang()).to_owned(),
        None => "und".to_owned(),
    }
}

fn two_letter(language: whatlang::Lang) -> &'static str {
    use whatlang::Lang;
    match language {
        Lang::Eng => "en",
        Lang::Spa => "es",
        Lang::Fra => "fr",
        Lang::Deu => "de",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Rus => "ru",
        Lang::Ukr => "uk",
        Lang::Nld => "nl",
        Lang::Ara => "ar",
        Lang::Cmn => "zh",
        Lang::Jpn => "ja",
        Lang::Pol => "pl",
        Lang::Tur => "tr",
        other => other.code(),
    }
}

/// A claim with its place in bytes.
struct Found {
    place: Range<usize>,
    proposition: String,
    polarity: Polarity,
    certainty: Certainty,
    attribution: Attribution,
    quantities: Vec<crate::domain::Quantity>,
    entities: Vec<crate::domain::Entity>,
    event_date: Option<NaiveDate>,
    check_worthiness: f32,
    /// The quotation (by the byte it opens at) that the claim stands in without any frame of its own.
    orphan: Option<usize>,
}

impl Found {
    fn finish(self, text: &str, points: &CodePoints, headline: bool) -> ClaimReading {
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
            event_date: self.event_date,
            check_worthiness: self.check_worthiness,
            engine_version: crate::engine::VERSION,
        }
    }
}

struct Reader<'d> {
    draft: &'d Draft<'d>,
    speakers: Speakers,
    names: FxHashMap<String, String>,
    published: Option<NaiveDate>,
    /// The paragraph before left its quotation open.
    quotation_goes_on: bool,
}

impl<'d> Reader<'d> {
    fn new(draft: &'d Draft<'d>, paragraphs: &[Range<usize>]) -> Self {
        let mut names = FxHashMap::default();
        for paragraph in paragraphs {
            for (last, full) in entities::full_names(&tokenize(&draft.text[paragraph.clone()], 0, Lexicon::english())) {
                names.entry(last).or_insert(full);
            }
        }
        let speakers = Speakers::with_names(names.clone());
        Self { draft, speakers, names, published: draft.published_at.map(|at| at.date_naive()), quotation_goes_on: false }
    }

    /// The title's claims. They count in the title, not in the text, and leave no speaker behind.
    fn headline(&mut self, title: &str) -> Vec<ClaimReading> {
        let draft = Draft { text: title, title: None, ..*self.draft };
        let mut reader = Reader::new(&draft, &[]);
        reader.names.clone_from(&self.names);
        reader.speakers.full_names.clone_from(&self.names);
        let found = reader.whole(0..title.len());
        let points = CodePoints::of(title);
        // A headline is one claim, however it is built: its parts rarely stand alone.
        if found.check_worthiness < worthiness::LEAST { Vec::new() } else { vec![found.finish(title, &points, true)] }
    }

    /// The whole range as one claim.
    fn whole(&mut self, range: Range<usize>) -> Found {
        let range = trimmed(self.draft.text, range);
        let quotations = quotes::quotations(&self.draft.text[range.clone()], range.start, None, Lexicon::english());
        let sentence = self.sentence(range.clone(), &quotations);
        let all = Clause { range: 0..sentence.tokens.len(), opener: Opener::Main, subject: None, hole: None };
        let clauses = vec![all.clone()];
        let frames = attribution::frames(&sentence, &clauses, self.draft, &mut self.speakers);
        let mut found = self.claim(&sentence, &all, &frames, &quotations);
        // "X: P" and "P, says X" leave the proposition without its frame, but never without words.
        if found.proposition.split_whitespace().count() < 2 {
            found.proposition = self.draft.text[range.clone()].to_owned();
        }
        found.place = range;
        found
    }

    fn sentence(&self, range: Range<usize>, quotations: &[Quotation]) -> Sentence<'d> {
        let tokens = tokenize(&self.draft.text[range.clone()], range.start, Lexicon::english());
        let quoted = tokens.iter().map(|t| quotations.iter().any(|q| q.inner.contains(&t.start))).collect();
        let title_case = is_title_case(&tokens);
        Sentence { tokens, quoted, title_case }
    }

    fn paragraph(&mut self, range: Range<usize>, next: Option<Range<usize>>) -> Vec<Found> {
        let text = &self.draft.text[range.clone()];
        let next = next.map(|next| &self.draft.text[next]);
        let quotations = quotes::quotations(text, range.start, next, Lexicon::english());
        let mut found: Vec<Found> = Vec::new();
        let before = self.speakers.last.clone();
        let continued = std::mem::take(&mut self.quotation_goes_on);
        for sentence_range in sentences::sentences(text, range.start, Lexicon::english()) {
            for part in bounded(self.draft.text, sentence_range) {
                self.read_sentence(part, &quotations, &mut found);
            }
        }
        // A quotation over several sentences has one attribution, which may come before, behind or between them.
        let attributed: Vec<(usize, Attribution)> = found
            .iter()
            .filter(|claim| claim.orphan.is_none() && claim.attribution.voice == Voice::Attributed)
            .filter_map(|claim| quotation_at(&quotations, &claim.place).map(|open| (open, claim.attribution.clone())))
            .collect();
        for claim in found.iter_mut().filter(|claim| claim.orphan.is_some()) {
            let same = attributed.iter().find(|(open, _)| Some(*open) == claim.orphan).or_else(|| attributed.last());
            let attribution = match (same, &before) {
                (Some((_, known)), _) => Some(known.clone()),
                // A paragraph that is all quotation goes on with whoever spoke last.
                (None, Some(speaker)) if continued || !attributed.is_empty() || is_all_quoted(&quotations, &range) => {
                    Some(spoken_by(speaker))
                }
                _ => self.speakers.last.as_ref().map(spoken_by),
            };
            if let Some(attribution) = attribution {
                claim.attribution =
                    Attribution { quote: claim.attribution.quote.take(), denial: None, asserted_by: None, ..attribution };
            }
        }
        self.quotation_goes_on = quotations.last().is_some_and(|q| !q.closed);
        found
    }

    fn read_sentence(&mut self, range: Range<usize>, quotations: &[Quotation], found: &mut Vec<Found>) {
        let sentence = self.sentence(range, quotations);
        let clauses = sentence.clauses();
        let frames = attribution::frames(&sentence, &clauses, self.draft, &mut self.speakers);
        let first = found.len();
        for clause in &clauses {
            let claim = self.claim(&sentence, clause, &frames, quotations);
            let framed =
                clause.range.clone().filter(|&i| sentence.tokens[i].is_word()).all(|i| frames.iter().any(|frame| frame.owns(i)));
            let only_frame = framed || claim.proposition.split_whitespace().count() < 2;
            if only_frame {
                // "…, he said": the frame belongs to the claim it frames.
                if found.len() > first
                    && let Some(last) = found.last_mut()
                {
                    last.place.end = last.place.end.max(claim.place.end);
                }
                continue;
            }
            if self.reinforces_denial(&sentence, clause, &claim, found, first) {
                continue;
            }
            if claim.check_worthiness >= worthiness::LEAST {
                found.push(claim);
            }
        }
        self.remember_subject(&sentence, &clauses);
    }

    /// "it is totally false": says nothing of its own, it denies what was said right before.
    fn reinforces_denial(
        &self,
        sentence: &Sentence<'_>,
        clause: &Clause,
        claim: &Found,
        found: &mut [Found],
        first: usize,
    ) -> bool {
        let words: Vec<&str> = sentence.tokens[clause.range.clone()].iter().filter(|t| t.is_word()).map(|t| t.norm()).collect();
        let pronoun =
            words.first().is_some_and(|w| matches!(*w, "it" | "that" | "this" | "it's" | "that's" | "these" | "those" | "they"));
        let false_word = words.iter().any(|w| {
            matches!(
                *w,
                "false" | "untrue" | "lie" | "lies" | "nonsense" | "fake" | "fabrication" | "hoax" | "baseless" | "unfounded"
            )
        });
        if !(pronoun && false_word && words.len() <= 12) {
            return false;
        }
        let target = if found.len() > first {
            found.last_mut()
        } else {
            found.last_mut().filter(|last| last.polarity == Polarity::Affirmed)
        };
        let Some(target) = target else { return false };
        if target.polarity == Polarity::Affirmed {
            target.polarity = Polarity::Denied;
            let source = target.attribution.source.take();
            target.attribution.asserted_by = target.attribution.asserted_by.take().or(source);
            target.attribution.source = claim.attribution.source.clone();
            target.attribution.chain = claim.attribution.chain.clone();
            target.attribution.voice = claim.attribution.voice;
            target.attribution.denial = Some(words.join(" "));
        }
        target.place.end = target.place.end.max(claim.place.end);
        true
    }

    /// The person who is the subject of a sentence is who "he" is in the next one.
    fn remember_subject(&mut self, sentence: &Sentence<'_>, clauses: &[Clause]) {
        let Some(main) = clauses.first() else { return };
        let Some(verb) = sentence.finite_in(main.range.clone(), true) else { return };
        let region = &sentence.tokens[main.range.start..verb];
        if let Some(source) = sources::classify(region, self.draft.registry())
            .filter(|source| source.kind == SourceKind::Person && source.name.starts_with(char::is_uppercase))
            // One capitalised word at the beginning of a sentence ("Reports that …") is a name only if the article has it in full.
            .filter(|source| source.role.is_some() || source.name.contains(' ') || self.names.contains_key(&fold(&source.name)))
        {
            let full = self.names.get(&fold(&source.name)).cloned();
            self.speakers.mention(Source { name: full.unwrap_or(source.name), ..source });
        }
    }

    fn claim(&self, sentence: &Sentence<'_>, clause: &Clause, frames: &[Frame], quotations: &[Quotation]) -> Found {
        let tokens = &sentence.tokens;
        let in_hole = |i: usize| {
            // The comma in front of a relative clause goes with it.
            clause.hole.as_ref().is_some_and(|hole| hole.contains(&i) || (i + 1 == hole.start && tokens[i].is_mark(',')))
        };
        let inside: Vec<usize> = clause.range.clone().filter(|&i| !in_hole(i)).collect();
        // A frame covers a clause when most of it is content; words of any frame count on neither side.
        let framed = |i: usize| frames.iter().any(|frame| frame.owns(i));
        let majority = |frame: &Frame| {
            let words = || inside.iter().filter(|&&i| tokens[i].is_word());
            let said = words().filter(|&&i| frame.covers(i)).count();
            let rest = words().filter(|&&i| !frame.covers(i) && !framed(i)).count();
            said > rest
        };
        let covering: Vec<&Frame> = frames.iter().filter(|frame| majority(frame)).collect();
        let innermost = covering.last();
        let content: Vec<usize> = inside
            .iter()
            .copied()
            .filter(|&i| !covering.iter().any(|frame| frame.owns(i)))
            .filter(|&i| innermost.is_none_or(|frame| frame.covers(i)))
            .collect();
        let content = strip_openers(tokens, content);
        let mut words: Vec<&Token<'_>> = Vec::with_capacity(content.len() + 8);
        // "and accused Y of P": the borrowed subject is the frame's source, not a part of P.
        let opens_frame = covering.iter().any(|frame| clause.range.contains(&frame.cue.start));
        if let Some(subject) = clause.subject.as_ref().filter(|_| !opens_frame) {
            words.extend(
                subject
                    .clone()
                    .filter(|i| !content.contains(i) && !covering.iter().any(|frame| frame.owns(*i)))
                    .map(|i| &tokens[i]),
            );
        }
        words.extend(content.iter().map(|&i| &tokens[i]));
        // Marks around the words are no part of what is said; those inside a name or number are.
        while words.first().is_some_and(|t| t.kind == TokenKind::Mark && t.text != "$" && t.text != "€" && t.text != "£") {
            words.remove(0);
        }
        while words.last().is_some_and(|t| t.kind == TokenKind::Mark && t.text != "%") {
            words.pop();
        }

        let denials = covering.iter().filter(|frame| frame.denies()).count();
        let mut polarity = polarity::polarity(&words);
        if denials % 2 == 1 {
            polarity = polarity.flipped();
        }
        let hearsay = covering.iter().any(|frame| frame.class == Report::Hedge);
        let certainty = polarity::certainty(&words, hearsay);
        let place = place_of(tokens, clause);
        let source = self.draft.text;
        let proposition = self.proposition(source, &words);
        let owned: Vec<Token<'_>> = words.iter().map(|t| (*t).clone()).collect();
        let quantities = quantity::quantities(source, &owned, self.published);
        let entities = entities::entities(&words, &self.names);
        let event_date = time::event_date(&owned, self.published);
        let question =
            tokens.last().is_some_and(|t| t.is_mark('?')) || tokens[clause.range.clone()].iter().any(|t| t.is_mark('?'));
        let has_verb = words.iter().any(|t| {
            Lexicon::english()
                .verb(t.norm())
                .is_some_and(|verb| verb.form.past || verb.form.third_person || verb.form.base || verb.form.ing)
        });
        let check_worthiness = worthiness::check_worthiness(&words, has_verb, &quantities, &entities, certainty, question);
        let attribution = attribution_of(&covering, sentence, clause, source, quotations);
        let quoted_words = inside.iter().filter(|&&i| sentence.quoted[i] && tokens[i].is_word()).count();
        let all_words = inside.iter().filter(|&&i| tokens[i].is_word()).count();
        let orphan =
            (covering.is_empty() && quoted_words * 10 > all_words * 6).then(|| quotation_at(quotations, &place)).flatten();
        Found { place, proposition, polarity, certainty, attribution, quantities, entities, event_date, check_worthiness, orphan }
    }

    /// The words as they stood, with the person a leading "he" or "she" stands for.
    fn proposition(&self, source: &str, words: &[&Token<'_>]) -> String {
        let mut out = String::new();
        let mut last_end = None;
        for (k, token) in words.iter().enumerate() {
            if let Some(end) = last_end {
                let between = source.get(end..token.start).unwrap_or(" ");
                if between.chars().any(char::is_whitespace) || between.len() > 3 || token.start < end {
                    out.push(' ');
                }
            }
            let pronoun = k < 2 && matches!(token.norm(), "he" | "she") && !token.possessive;
            match self.speakers.person().filter(|_| pronoun) {
                Some(person) => out.push_str(&person.name),
                None => out.push_str(token.text),
            }
            last_end = Some(token.end);
        }
        out
    }
}

fn spoken_by(speaker: &Speaker) -> Attribution {
    let chain = speaker.upstream.iter().cloned().chain([speaker.source.clone()]).collect();
    Attribution { voice: Voice::Attributed, source: Some(speaker.source.clone()), chain, ..Attribution::default() }
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
    let quote = quotations
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

/// Connectives and adverbs that hang a clause on another are no part of its proposition.
fn strip_openers(tokens: &[Token<'_>], mut content: Vec<usize>) -> Vec<usize> {
    while let Some(&first) = content.first() {
        let token = &tokens[first];
        let opener = token.kind == TokenKind::Mark && !matches!(token.text, "$" | "€" | "£")
            || matches!(
                token.norm(),
                "and"
                    | "but"
                    | "that"
                    | "although"
                    | "though"
                    | "even"
                    | "while"
                    | "since"
                    | "because"
                    | "after"
                    | "before"
                    | "who"
                    | "which"
                    | "yet"
                    | "whereas"
                    | "until"
                    | "also"
            );
        if !opener || content.len() == 1 {
            break;
        }
        content.remove(0);
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

fn quotation_at(quotations: &[Quotation], place: &Range<usize>) -> Option<usize> {
    quotations
        .iter()
        .filter(|q| q.inner.start < place.end && q.inner.end > place.start)
        .max_by_key(|q| q.inner.end.min(place.end) - q.inner.start.max(place.start))
        .map(|q| q.inner.start)
}

fn is_all_quoted(quotations: &[Quotation], range: &Range<usize>) -> bool {
    quotations.iter().map(|q| q.inner.len()).sum::<usize>() * 10 > range.len() * 8
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let lead = part.len() - part.trim_start().len();
    let start = range.start + lead;
    start..start + part.trim().len()
}

/// A sentence in parts of at most [`LONGEST_SENTENCE`] bytes, cut at white space where there is any.
fn bounded(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = range.start;
    while range.end - start > LONGEST_SENTENCE {
        let mut cut = start + LONGEST_SENTENCE;
        while !text.is_char_boundary(cut) {
            cut -= 1;
        }
        cut = text[start..cut].rfind(char::is_whitespace).filter(|at| *at > 0).map_or(cut, |at| start + at);
        parts.push(trimmed(text, start..cut));
        start = cut;
    }
    parts.push(trimmed(text, start..range.end));
    parts.retain(|part| !part.is_empty());
    parts
}
