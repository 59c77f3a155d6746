//! Claims that others have collected, with where they appeared, and what a fact-checker says of them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::NewOutlet;

/// A claim as somebody else describes it, checked at the edge.
#[derive(Clone, Debug, PartialEq)]
pub struct CollectedClaim {
    /// One line.
    pub claim: String,
    /// Who made it, where that is told.
    pub claimant: Option<String>,
    /// At least one.
    pub appearances: Vec<Appearance>,
    pub review: Option<ClaimReview>,
}

/// Where a claim was published.
#[derive(Clone, Debug, PartialEq)]
pub struct Appearance {
    pub url: String,
    pub title: Option<String>,
    pub byline: Option<String>,
    pub outlet: NewOutlet,
    pub published_at: Option<DateTime<Utc>>,
}

/// A fact-checker's word. It is his, and nothing is concluded from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimReview {
    pub url: String,
    /// The claim in the words of the reviewer.
    pub claim: String,
    pub author: String,
    pub author_url: Option<String>,
    pub published_at: Option<DateTime<Utc>>,
    pub rating: Option<Rating>,
}

/// A rating as it was given: numbers mean nothing without the scale of whoever gave it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    pub value: Option<String>,
    pub best: Option<String>,
    pub worst: Option<String>,
    /// "Mostly false".
    pub name: Option<String>,
    pub explanation: Option<String>,
}

impl CollectedClaim {
    /// The sentence that stands for the claim in an article of which nothing else is known. Who made the claim is named, so that the
    /// outlet is not taken for its origin.
    #[must_use]
    pub fn sentence(&self, outlet: &str) -> String {
        let Self { claim, claimant, .. } = self;
        let end = if claim.ends_with(['.', '!', '?', '…', '"', '”', '’']) { "" } else { "." };
        match claimant {
            Some(claimant) if !claimant.eq_ignore_ascii_case(outlet) => format!("According to {claimant}, {claim}{end}"),
            _ => format!("{claim}{end}"),
        }
    }
}
