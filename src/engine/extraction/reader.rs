//! Walks an article's paragraphs and sentences, and remembers what one says for the next: who spoke, what goes on being quoted.

use std::{ops::Range, rc::Rc};

use chrono::NaiveDate;

use super::{
    Draft, LONGEST_SENTENCE, MOST_CLAIMS,
    assemble::{Found, Mood, quotation_at},
    attribution::{self, Ascribed, Speaker, Speakers},
    cast::Cast,
    clauses::{Clause, Opener, Sentence},
    worthiness,
};
use crate::{
    domain::{Attribution, ClaimReading, Polarity, Voice, span::CodePoints},
    engine::text::{
        Class, Lexicon, Tag, Token,
        quotes::{self, Quotation},
        sentences,
        tagger::Lattice,
    },
};

/// Words of a sentence that only says "it is false" of what was said before.
const REINFORCEMENT: usize = 12;

/// A body paragraph, cut and tagged once.
pub struct Paragraph<'a> {
    range: Range<usize>,
    quotations: Vec<Quotation>,
    sentences: Vec<Sentence<'a>>,
}

impl<'a> Paragraph<'a> {
    /// The paragraphs of `text` at `ranges`; a quotation may go on from one to the next.
    pub fn all(text: &'a str, ranges: &[Range<usize>], lexicon: &'static Lexicon) -> Vec<Self> {
        let next = |at: usize| ranges.get(at + 1).map(|range| &text[range.clone()]);
        let mut lattice = Lattice::default();
        ranges.iter().enumerate().map(|(at, range)| Self::new(text, range.clone(), next(at), lexicon, &mut lattice)).collect()
    }

    fn new(text: &'a str, range: Range<usize>, next: Option<&str>, lexicon: &'static Lexicon, lattice: &mut Lattice) -> Self {
        let part = &text[range.clone()];
        let quotations = quotes::quotations(part, range.start, next, lexicon);
        let sentences = sentences::sentences(part, range.start, lexicon)
            .into_iter()
            .flat_map(|sentence| bounded(text, sentence))
            .map(|sentence| Sentence::tagged(&text[sentence.clone()], sentence.start, &quotations, lexicon, lattice))
            .collect();
        Self { range, quotations, sentences }
    }

    /// The whole range as one sentence: a headline, a client's own claim.
    pub fn whole(text: &'a str, range: Range<usize>, lexicon: &'static Lexicon) -> Self {
        let range = trimmed(text, range);
        let quotations = quotes::quotations(&text[range.clone()], range.start, None, lexicon);
        let sentences = vec![Sentence::new(&text[range.clone()], range.start, &quotations, lexicon)];
        Self { range, quotations, sentences }
    }
}

/// Reads one article, in order.
pub struct Reader<'d> {
    pub(super) draft: &'d Draft<'d>,
    pub(super) lexicon: &'static Lexicon,
    pub(super) speakers: Speakers,
    pub(super) cast: Rc<Cast>,
    pub(super) published: Option<NaiveDate>,
    /// The paragraph before left its quotation open.
    quotation_goes_on: bool,
    /// The last claim of the paragraphs before, for a denial that only points back to it.
    last: Option<Found>,
}

impl<'d> Reader<'d> {
    pub fn new(draft: &'d Draft<'d>, lexicon: &'static Lexicon, paragraphs: &[Paragraph<'_>]) -> Self {
        let cast = Cast::of(sentences_of(paragraphs), draft);
        Self::with_cast(draft, lexicon, cast)
    }

    fn with_cast(draft: &'d Draft<'d>, lexicon: &'static Lexicon, cast: Cast) -> Self {
        let cast = Rc::new(cast);
        let speakers = Speakers::with_cast(Rc::clone(&cast));
        let published = draft.published_at.map(|at| at.date_naive());
        Self { draft, lexicon, speakers, cast, published, quotation_goes_on: false, last: None }
    }

    /// The title's claim. It counts in the title, not in the text, and leaves no speaker behind.
    pub fn headline(&self, title: &str) -> Option<ClaimReading> {
        let draft = Draft { text: title, title: None, ..*self.draft };
        let sentences = [Paragraph::whole(title, 0..title.len(), self.lexicon)];
        let mut reader = Reader::with_cast(&draft, self.lexicon, self.cast.in_text(sentences_of(&sentences), &draft));
        // A headline is one claim, however it is built: its parts rarely stand alone.
        let found = reader.one_claim(&sentences[0]);
        is_kept(&found).then(|| found.finish(title, &CodePoints::of(title), true))
    }

    /// The whole range as one claim.
    pub fn whole(&mut self, range: Range<usize>) -> Found {
        self.one_claim(&Paragraph::whole(self.draft.text, range, self.lexicon))
    }

    /// The same for a paragraph of one sentence.
    fn one_claim(&mut self, paragraph: &Paragraph<'_>) -> Found {
        let sentence = &paragraph.sentences[0];
        let all = Clause { range: 0..sentence.tokens.len(), opener: Opener::Main, subject: None, hole: None };
        let clauses = vec![all.clone()];
        let frames = attribution::frames(sentence, &clauses, self.draft, &mut self.speakers);
        let mut found = self.claim(sentence, &all, &frames, &paragraph.quotations);
        // "X: P" and "P, says X" leave the proposition without its frame, but never without words.
        if !has_two_words(&found.proposition) {
            found.proposition = self.draft.text[paragraph.range.clone()].to_owned();
        }
        found.place = paragraph.range.clone();
        found
    }

    pub fn paragraph(&mut self, paragraph: &Paragraph<'_>) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::with_capacity(2 * paragraph.sentences.len());
        let before = self.speakers.last.clone();
        let continued = std::mem::take(&mut self.quotation_goes_on);
        for sentence in &paragraph.sentences {
            self.read_sentence(sentence, &paragraph.quotations, &mut found);
            if found.len() >= MOST_CLAIMS {
                break;
            }
        }
        if let Some(last) = found.last() {
            self.last = Some(last.clone());
        }
        self.attribute_orphans(&mut found, paragraph, before.as_ref(), continued);
        self.quotation_goes_on = paragraph.quotations.last().is_some_and(|q| !q.closed);
        found
    }

    /// What a paragraph ascribes to others. A quotation over several sentences has one speaker.
    pub fn ascribed(&mut self, paragraph: &Paragraph<'_>) -> Ascribed {
        let mut whole = Ascribed::default();
        for sentence in &paragraph.sentences {
            let found = attribution::ascribed(sentence, self.draft, &paragraph.quotations, &mut self.speakers);
            whole.attributed |= found.attributed;
            for quotation in found.quotations {
                match whole.quotations.last_mut().filter(|known| known.inner == quotation.inner) {
                    Some(known) => known.speaker = known.speaker.take().or(quotation.speaker),
                    None => whole.quotations.push(quotation),
                }
            }
        }
        // `"P1," said Roe. "P2."`: who spoke last goes on.
        for at in 1..whole.quotations.len() {
            if whole.quotations[at].speaker.is_none() {
                whole.quotations[at].speaker = whole.quotations[at - 1].speaker.clone();
            }
        }
        whole
    }

    /// A quotation over several sentences has one attribution, which may come before, behind or between them.
    fn attribute_orphans(&self, found: &mut [Found], paragraph: &Paragraph<'_>, before: Option<&Speaker>, continued: bool) {
        if found.iter().all(|claim| claim.orphan.is_none()) {
            return;
        }
        let attributed: Vec<(usize, Attribution)> = found
            .iter()
            .filter(|claim| claim.orphan.is_none() && claim.attribution.voice == Voice::Attributed)
            .filter_map(|claim| quotation_at(&paragraph.quotations, &claim.place).map(|open| (open, claim.attribution.clone())))
            .collect();
        for claim in found.iter_mut().filter(|claim| claim.orphan.is_some()) {
            let same = attributed.iter().find(|(open, _)| Some(*open) == claim.orphan).or_else(|| attributed.last());
            let attribution = match (same, before) {
                (Some((_, known)), _) => Some(known.clone()),
                // A paragraph that is all quotation goes on with whoever spoke last.
                (None, Some(speaker)) if continued || is_all_quoted(paragraph) => Some(spoken_by(speaker)),
                _ => self.speakers.last.as_ref().map(spoken_by),
            };
            if let Some(attribution) = attribution {
                claim.attribution =
                    Attribution { quote: claim.attribution.quote.take(), denial: None, asserted_by: None, ..attribution };
            }
        }
    }

    fn read_sentence(&mut self, sentence: &Sentence<'_>, quotations: &[Quotation], found: &mut Vec<Found>) {
        let clauses = sentence.clauses();
        let frames = attribution::frames(sentence, &clauses, self.draft, &mut self.speakers);
        let first = found.len();
        for clause in &clauses {
            let claim = self.claim(sentence, clause, &frames, quotations);
            let framed =
                clause.range.clone().filter(|&i| sentence.tokens[i].is_word()).all(|i| frames.iter().any(|frame| frame.owns(i)));
            if claim.anaphor {
                found.extend(self.denial_of_before(claim, found));
                continue;
            }
            let only_frame = framed || !has_two_words(&claim.proposition);
            if only_frame {
                // "…, he said": the frame belongs to the claim it frames.
                if found.len() > first
                    && let Some(last) = found.last_mut()
                {
                    last.place.end = last.place.end.max(claim.place.end);
                }
                continue;
            }
            if self.reinforces_denial(sentence, clause, &claim, found, first) {
                continue;
            }
            if is_kept(&claim) {
                found.push(claim);
            }
        }
    }

    /// "The bank denied this.": the claim is what was said right before, here or in the paragraph before.
    fn denial_of_before(&self, denial: Found, found: &[Found]) -> Option<Found> {
        let before = found.last().or(self.last.as_ref())?;
        let asserted_by = denial.attribution.asserted_by.clone().or_else(|| before.attribution.source.clone());
        Some(Found {
            place: denial.place,
            polarity: before.polarity.flipped(),
            attribution: Attribution { asserted_by, ..denial.attribution },
            orphan: None,
            ..before.clone()
        })
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
        let words: Vec<&Token<'_>> = sentence.tokens[clause.range.clone()].iter().filter(|t| t.is_word()).collect();
        // "Es mentira": the pronoun may be left out.
        let left_out = |t: &Token<'_>| self.lexicon.grammar.drops_subjects && t.has(Class::Be);
        let pronoun = words
            .first()
            .is_some_and(|t| t.has(Class::Demonstrative) || matches!(t.tag, Tag::Pronoun | Tag::Contraction) || left_out(t));
        if !(pronoun && words.iter().any(|t| t.has(Class::FalseWord)) && words.len() <= REINFORCEMENT) {
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
            target.attribution.denial = Some(words.iter().map(|t| t.norm()).collect::<Vec<_>>().join(" "));
        }
        target.place.end = target.place.end.max(claim.place.end);
        true
    }
}

fn sentences_of<'p, 't>(paragraphs: &'p [Paragraph<'t>]) -> impl Iterator<Item = &'p Sentence<'t>> {
    paragraphs.iter().flat_map(|paragraph| &paragraph.sentences)
}

/// Questions, wishes and orders state nothing. What a source is named for is kept more readily than the outlet's own talk.
fn is_kept(claim: &Found) -> bool {
    let least = if claim.attribution.source.is_some() { worthiness::LEAST_ATTRIBUTED } else { worthiness::LEAST };
    claim.mood == Mood::Statement && claim.worthiness.score >= least
}

fn has_two_words(text: &str) -> bool {
    text.split_whitespace().nth(1).is_some()
}

fn spoken_by(speaker: &Speaker) -> Attribution {
    let chain = speaker.upstream.iter().cloned().chain([speaker.source.clone()]).collect();
    Attribution { voice: Voice::Attributed, source: Some(speaker.source.clone()), chain, ..Attribution::default() }
}

fn is_all_quoted(paragraph: &Paragraph<'_>) -> bool {
    paragraph.quotations.iter().map(|q| q.inner.len()).sum::<usize>() * 10 > paragraph.range.len() * 8
}

pub fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
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
