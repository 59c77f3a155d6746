//! Article text to claims.

use chrono::{DateTime, Utc};

use crate::domain::{ClaimReading, Provenance};

/// What reading needs to know of an article.
#[derive(Clone, Copy, Debug, Default)]
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
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// ISO 639-1, `und` where none could be told.
    pub language: String,
    pub provenance: Provenance,
    pub claims: Vec<ClaimReading>,
}

/// Reads an article: furniture out, sentences, propositions, attribution, numbers.
#[must_use]
pub fn read(draft: &Draft<'_>) -> Reading {
    let _ = draft;
    Reading::default()
}

/// Reads one text that is given as a claim already (a client's own claim, a line of a filter): always one claim.
#[must_use]
pub fn read_claim(text: &str, published_at: Option<DateTime<Utc>>) -> ClaimReading {
    let _ = (text, published_at);
    unimplemented!("engine")
}
