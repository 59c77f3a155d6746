//! One checkable assertion of one article.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{
    ArticleId, Attribution, ClaimId, ClusterId, Embedding, Outlet, Period, Quantity, Relation, Span, relation::ClaimRelation,
};

/// What reading alone tells of a claim, before any other article is looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClaimReading {
    /// The words at `span`, as they stand in the article.
    pub text: String,
    /// Into the article's text; into its title when `headline` is true.
    pub span: Span,
    pub headline: bool,
    /// The assertion itself, without the reporting frame around it: "the dam leaks" of "X denied that the dam leaks".
    pub proposition: String,
    pub polarity: Polarity,
    pub certainty: Certainty,
    pub attribution: Attribution,
    pub quantities: Vec<Quantity>,
    pub entities: Vec<Entity>,
    /// The day the event is said to have happened, where the claim says it to the day.
    pub event_date: Option<NaiveDate>,
    /// When the event is said to have happened, however exactly: that day, or the week, month or year that is said.
    pub event_period: Option<Period>,
    /// What it takes for granted without asserting it, as sentences: "the rigged vote" that the vote was rigged.
    pub presupposes: Vec<String>,
    /// 0 (nothing to check) to 1 (a checkable fact).
    pub check_worthiness: f32,
    /// What made it so, strongest first.
    pub check_worthiness_reasons: Vec<WorthinessReason>,
    /// Version of the reader that produced this; a newer engine reads the stored article again.
    pub engine_version: i32,
    /// What the proposition means, where a model was in use when it was read. Nobody but the linker asks for it.
    #[serde(skip)]
    pub embedding: Option<Arc<Embedding>>,
}

/// A stored claim.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    pub id: ClaimId,
    pub article_id: ArticleId,
    pub outlet: Outlet,
    /// When it was said: the article's day of publication, or that of its arrival where it gives none.
    pub said_at: DateTime<Utc>,
    /// `None` until the linker has seen it.
    pub cluster_id: Option<ClusterId>,
    pub reading: ClaimReading,
    /// The label of this one claim in its cluster, with its reasons; `None` until linked.
    pub relation: Option<ClaimRelation>,
}

impl Claim {
    #[must_use]
    pub fn label(&self) -> Option<Relation> {
        self.relation.as_ref().map(|judged| judged.relation)
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Polarity {
    #[default]
    Affirmed,
    Denied,
}

impl Polarity {
    #[must_use]
    pub fn flipped(self) -> Self {
        match self {
            Self::Affirmed => Self::Denied,
            Self::Denied => Self::Affirmed,
        }
    }
}

/// How surely the nearest source puts it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    #[default]
    Asserted,
    /// "reportedly", "allegedly", "could", "is likely".
    Hedged,
    Conditional,
    Predicted,
}

/// Something in a claim that speaks for or against a check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorthinessReason {
    /// What it is: "percent", "superlative", "first person", "I would", "word".
    pub sign: String,
    /// Log odds that it adds; below 0 it speaks against a check.
    pub weight: f64,
    /// The first word that shows it, where one does.
    pub text: Option<String>,
}

/// A named participant, in its canonical form: "US", "U.S." and "Washington" are one entity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    /// Canonical name: "united states", "jane roe".
    pub name: String,
    /// As the claim writes it.
    pub text: String,
    pub kind: EntityKind,
    /// How surely the claim means it: 1 for a name, less for a role or a pronoun that was resolved.
    #[serde(default = "certain")]
    pub confidence: f32,
}

fn certain() -> f32 {
    1.0
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    Person,
    /// A company, a party, a ministry.
    Organisation,
    Place,
    Outlet,
    /// A name whose kind the text does not tell.
    Name,
}
