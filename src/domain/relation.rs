//! The two axes, and the public label derived from them.

use serde::{Deserialize, Serialize};

use super::{Evidence, Source};

/// The public label of an outlet, or of one claim, towards a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    Corroborates,
    Disputes,
    Echoes,
    Unclear,
}

impl Relation {
    pub const ALL: [Self; 4] = [Self::Corroborates, Self::Disputes, Self::Echoes, Self::Unclear];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Corroborates => "corroborates",
            Self::Disputes => "disputes",
            Self::Echoes => "echoes",
            Self::Unclear => "unclear",
        }
    }
}

impl std::str::FromStr for Relation {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|relation| relation.as_str() == text).ok_or(())
    }
}

/// First axis: what the claim does to the assertion of its cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    Supports,
    Denies,
    None,
}

/// Second axis: whether the outlet got it itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    Independent,
    Derived,
    Unknown,
}

/// How sure it is that a corroborating outlet has it from nobody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Independence {
    /// The article shows the outlet's own access.
    Confirmed,
    /// Nothing points to another source, and no wording is shared.
    Presumed,
}

/// What one claim does in its cluster, with every reason for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClaimRelation {
    pub relation: Relation,
    pub stance: Stance,
    pub access: Access,
    pub independence: Option<Independence>,
    /// Nearest named upstream, for an echo.
    pub echo_of: Option<String>,
    /// Who denies, for a dispute in an attributed voice.
    pub disputed_by: Option<Source>,
    /// Whose assertion is denied, where the denial names him.
    pub asserted_by: Option<Source>,
    pub flags: Vec<Flag>,
    pub evidence: Vec<Evidence>,
}

/// Things an editor wants to know that do not change the label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    Hedged,
    AnonymousSource,
    HeadlineOnly,
    PartialQuote,
    SameFamily,
    /// What it passes on was withdrawn by whom it has it from.
    OriginWithdrawn,
    /// Its article was dated long before it was received, and after that an article was received earlier that has the same passage: it
    /// is taken to have been said when it was received.
    DateDoubted,
}
