//! Article text to claims: furniture out, sentences, clauses, reporting frames, numbers, names.
//!
//! Each stage is a module with one verb; this one only puts them in order. What has a lexicon is read; a text in another
//! language is stored and marked, and yields no claims.

mod assemble;
pub mod attribution;
pub mod cast;
pub mod clauses;
pub mod entities;
pub mod furniture;
pub mod html;
mod language;
pub mod polarity;
mod presupposed;
pub mod quantity;
mod reader;
pub mod sources;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_spanish;
pub mod time;
pub mod worthiness;

use std::ops::Range;

use chrono::{DateTime, Utc};

use self::{
    attribution::Ascribed,
    reader::{Paragraph, Reader},
};
use crate::{
    domain::{ClaimReading, Provenance, Source, SourceKind, span::CodePoints},
    engine::text::{Lexicon, Plain, Registry},
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

/// The title and the text as one sees them.
struct Seen<'d> {
    title: Option<Plain<'d>>,
    text: Plain<'d>,
}

impl<'d> Seen<'d> {
    fn of(draft: &Draft<'d>) -> Self {
        Self { title: draft.title.map(Plain::of), text: Plain::of(draft.text) }
    }

    fn draft<'s>(&'s self, draft: &Draft<'s>) -> Draft<'s> {
        Draft { title: self.title.as_ref().map(Plain::as_str), text: self.text.as_str(), ..*draft }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// ISO 639-1, `und` where none could be told.
    pub language: String,
    pub provenance: Provenance,
    pub claims: Vec<ClaimReading>,
    /// What of the text is the article's own, furniture left out: byte ranges in order.
    pub body: Vec<Range<usize>>,
}

/// Claims of one article at most: a bound, so that no article can flood a corpus.
pub const MOST_CLAIMS: usize = 500;
/// Bytes of one sentence that are analysed together. Longer ones are cut: every later step may be quadratic in this.
const LONGEST_SENTENCE: usize = 1_000;

/// Reads an article, as those see it who look at it; places are those in the text as it was given.
#[must_use]
pub fn read(draft: &Draft<'_>) -> Reading {
    let seen = Seen::of(draft);
    let mut reading = read_shown(&seen.draft(draft));
    for claim in &mut reading.claims {
        let within = seen.title.as_ref().filter(|_| claim.headline).unwrap_or(&seen.text);
        within.restore(&mut claim.span, &mut claim.text);
    }
    if let Some(credit) = &mut reading.provenance.syndication {
        seen.text.restore(&mut credit.span, &mut credit.text);
    }
    reading.body.iter_mut().for_each(|part| *part = seen.text.bytes(part.clone()));
    reading
}

fn read_shown(draft: &Draft<'_>) -> Reading {
    let language = language::of(draft);
    let Some(lexicon) = Lexicon::of(&language) else {
        // Credit and distributor lines are mostly English, whatever the article is in.
        let layout = furniture::layout(draft, Lexicon::english());
        return Reading { language, provenance: layout.provenance, claims: Vec::new(), body: layout.paragraphs };
    };
    let layout = furniture::layout(draft, lexicon);
    let paragraphs = Paragraph::all(draft.text, &layout.paragraphs, lexicon);
    let mut reader = Reader::new(draft, lexicon, &paragraphs);
    let title = draft.title.filter(|title| !title.trim().is_empty());
    let mut claims: Vec<ClaimReading> = title.and_then(|title| reader.headline(title)).into_iter().collect();
    let points = CodePoints::of(draft.text);
    for paragraph in &paragraphs {
        claims.extend(reader.paragraph(paragraph).into_iter().map(|found| found.finish(draft.text, &points, false)));
        if claims.len() >= MOST_CLAIMS {
            claims.truncate(MOST_CLAIMS);
            break;
        }
    }
    share_upstreams(&mut claims);
    Reading { language, provenance: layout.provenance, claims, body: layout.paragraphs }
}

/// What of a text is the article's own, as in [`Reading::body`].
#[must_use]
pub fn body(draft: &Draft<'_>) -> Vec<Range<usize>> {
    let seen = Seen::of(draft);
    let plain = seen.draft(draft);
    let layout = furniture::layout(&plain, Lexicon::of(&language::of(&plain)).unwrap_or(Lexicon::english()));
    layout.paragraphs.into_iter().map(|part| seen.text.bytes(part)).collect()
}

/// What a text ascribes to others: whether it does at all, and who speaks each of its quotations.
#[must_use]
pub fn ascribed(text: &str) -> Ascribed {
    let draft = Draft { text, language: Some("en"), ..Draft::default() };
    let mut start = 0;
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        if !line.trim().is_empty() {
            lines.push(start..start + line.len());
        }
        start += line.len();
    }
    let paragraphs = Paragraph::all(text, &lines, Lexicon::english());
    let mut reader = Reader::new(&draft, Lexicon::english(), &paragraphs);
    let mut whole = Ascribed::default();
    for paragraph in &paragraphs {
        let found = reader.ascribed(paragraph);
        whole.attributed |= found.attributed;
        whole.quotations.extend(found.quotations);
    }
    whole
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
    let language = language::of(draft);
    let lexicon = Lexicon::of(&language).unwrap_or(Lexicon::english());
    let layout = furniture::layout(draft, lexicon);
    let paragraphs = Paragraph::all(draft.text, &layout.paragraphs, lexicon);
    let mut reader = Reader::new(draft, lexicon, &paragraphs);
    let points = CodePoints::of(draft.text);
    let mut found = Vec::new();
    for claim in claims.iter().take(MOST_CLAIMS) {
        if let Some(at) = draft.text.find(claim.as_str()) {
            found.push(reader.whole(at..at + claim.len()).finish(draft.text, &points, false));
        } else if let Some((title, at)) = draft.title.and_then(|title| title.find(claim.as_str()).map(|at| (title, at))) {
            let in_title = Draft { text: title, title: None, ..*draft };
            let mut reader = Reader::new(&in_title, lexicon, &[Paragraph::whole(title, 0..title.len(), lexicon)]);
            found.push(reader.whole(at..at + claim.len()).finish(title, &CodePoints::of(title), true));
        }
    }
    Reading { language, provenance: layout.provenance, claims: found, body: layout.paragraphs }
}

/// Reads one text that is given as a claim already (a client's own claim, a line of a filter): always one claim, over the
/// whole text, with the proposition of its main clause.
#[must_use]
pub fn read_claim(text: &str, published_at: Option<DateTime<Utc>>) -> ClaimReading {
    let plain = Plain::of(text);
    let mut reading = read_claim_shown(plain.as_str(), published_at);
    plain.restore(&mut reading.span, &mut reading.text);
    reading
}

fn read_claim_shown(text: &str, published_at: Option<DateTime<Utc>>) -> ClaimReading {
    let draft = Draft { text, published_at, language: Some("en"), ..Draft::default() };
    let end = text.char_indices().nth(LONGEST_SENTENCE).map_or(text.len(), |(at, _)| at);
    let points = CodePoints::of(text);
    let lexicon = Lexicon::english();
    Reader::new(&draft, lexicon, &[Paragraph::whole(text, 0..end, lexicon)]).whole(0..end).finish(text, &points, false)
}
