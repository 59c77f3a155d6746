//! Outlets, and the articles they publish.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{ArticleId, OutletId};

/// Who publishes. `family` names the publisher behind several outlets; outlets of one family are never independent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outlet {
    pub id: OutletId,
    pub name: String,
    pub domain: Option<String>,
    pub kind: OutletKind,
    pub family: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutletKind {
    Agency,
    Newspaper,
    Broadcaster,
    Magazine,
    #[default]
    Website,
    Aggregator,
    Government,
    Social,
}

impl OutletKind {
    pub const ALL: [Self; 8] = [
        Self::Agency,
        Self::Newspaper,
        Self::Broadcaster,
        Self::Magazine,
        Self::Website,
        Self::Aggregator,
        Self::Government,
        Self::Social,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agency => "agency",
            Self::Newspaper => "newspaper",
            Self::Broadcaster => "broadcaster",
            Self::Magazine => "magazine",
            Self::Website => "website",
            Self::Aggregator => "aggregator",
            Self::Government => "government",
            Self::Social => "social",
        }
    }
}

impl std::str::FromStr for OutletKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(())
    }
}

/// A stored article (one revision of it).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Article {
    pub id: ArticleId,
    pub outlet: Outlet,
    pub status: ArticleStatus,
    pub url: String,
    pub canonical_url: Option<String>,
    pub title: Option<String>,
    pub byline: Option<String>,
    pub text: String,
    /// ISO 639-1 code, or `und` where none could be told.
    pub language: String,
    pub published_at: Option<DateTime<Utc>>,
    pub received_at: DateTime<Utc>,
    /// 1 for the first text seen at this URL, and one more for each later text.
    pub revision: i32,
    /// False once a later revision of the same URL is stored.
    pub current: bool,
    pub withdrawal: Option<Withdrawal>,
    pub provenance: Provenance,
}

/// That an article was taken back, by its outlet or on somebody's demand. It leaves all answers, and does not come back when it is
/// posted again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    pub at: DateTime<Utc>,
    /// Who told the service.
    pub by: String,
    pub reason: String,
}

impl Article {
    /// When it was said by the date that it gives; when it was received where it gives none.
    #[must_use]
    pub fn time(&self) -> DateTime<Utc> {
        self.published_at.unwrap_or(self.received_at)
    }
}

/// An article as it arrives, checked at the edge: texts are clean (NFC, no control characters) and within their limits.
#[derive(Clone, Debug, PartialEq)]
pub struct NewArticle {
    pub outlet: NewOutlet,
    pub url: String,
    pub canonical_url: Option<String>,
    pub title: Option<String>,
    pub byline: Option<String>,
    pub body: Body,
    pub language: Option<String>,
    pub published_at: Option<DateTime<Utc>>,
    /// Sentences the client names as claims; empty lets the engine find them. Each occurs in the text or the title.
    pub claims: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    Text(String),
    Html(String),
}

/// `domain` identifies an outlet where it is given, its name otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewOutlet {
    pub name: String,
    pub domain: Option<String>,
    /// `None` leaves a known outlet's kind as it is, and makes a new one a website.
    pub kind: Option<OutletKind>,
    pub family: Option<String>,
}

/// A new article after reading, ready to be stored with its claims in one transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadArticle {
    pub outlet: NewOutlet,
    pub url: String,
    pub canonical_url: Option<String>,
    pub title: Option<String>,
    pub byline: Option<String>,
    pub text: String,
    pub language: String,
    pub published_at: Option<DateTime<Utc>>,
    pub provenance: Provenance,
    pub claims: Vec<super::ClaimReading>,
    /// Hashes by which articles that share passages with it are found (`engine::reuse`).
    pub sketch: Vec<u64>,
}

/// `Pending` until the linker has placed its claims in clusters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArticleStatus {
    Pending,
    Linked,
    Failed,
}

impl ArticleStatus {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Linked => "linked",
            Self::Failed => "failed",
        }
    }
}

impl std::str::FromStr for ArticleStatus {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Pending, Self::Linked, Self::Failed].into_iter().find(|status| status.as_str() == text).ok_or(())
    }
}

/// What the page says about where the article as a whole came from, read from its furniture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// "WASHINGTON" of "WASHINGTON (Reuters) -".
    pub dateline_place: Option<String>,
    /// "Reuters" of "WASHINGTON (Reuters) -".
    pub dateline_agency: Option<String>,
    /// Present when the whole article was written by somebody else.
    pub syndication: Option<Syndication>,
}

/// A credit under or over an article that names its real producer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Syndication {
    /// Nearest producer first: the one who wrote it, then those who passed it on ("Bloomberg News", "Tribune Content Agency").
    pub chain: Vec<String>,
    /// The line as it stands in the text, and where.
    pub text: String,
    pub span: super::Span,
}
