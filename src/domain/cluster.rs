//! Claims about the same question, and what the outlets do with it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{ClaimId, ClusterId, Evidence, Flag, Independence, OutletId, Relation, Source, SourceKind, Voice};

/// A cluster as it is judged: everything a list row needs, and the position of each outlet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cluster {
    pub id: ClusterId,
    /// Representative wording.
    pub claim: String,
    pub counts: Counts,
    pub origins: Origins,
    pub outlets: Vec<OutletPosition>,
    pub first_seen_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
}

/// How many articles and outlets, and how many outlets by label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub articles: i32,
    pub outlets: i32,
    pub corroborates: i32,
    pub disputes: i32,
    pub echoes: i32,
    pub unclear: i32,
}

/// From how many independent origins the cluster's assertion entered the news.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Origins {
    /// Named roots shown to be separate.
    pub low: i32,
    /// With presumed and anonymous ones.
    pub high: i32,
    pub roots: Vec<Root>,
}

/// A person, document, agency, witness or outlet from which the information entered the news.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Root {
    pub kind: OriginKind,
    pub name: String,
    /// Counted in `low`: named, and shown to be separate from every other root.
    pub named: bool,
    pub claim_ids: Vec<ClaimId>,
    /// Outlets that name one another as their source, so that nobody is left who said it first (circular reporting). By name.
    #[serde(default)]
    pub circular: Vec<String>,
    /// An outlet that withdrew what it had said.
    #[serde(default)]
    pub withdrawn: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OriginKind {
    Person,
    Organisation,
    OfficialBody,
    Anonymous,
    Document,
    SocialPost,
    Outlet,
    /// No upstream is visible: the outlet itself is presumed to be the origin.
    Presumed,
}

impl From<SourceKind> for OriginKind {
    fn from(kind: SourceKind) -> Self {
        match kind {
            SourceKind::Person => Self::Person,
            SourceKind::Organisation => Self::Organisation,
            SourceKind::OfficialBody => Self::OfficialBody,
            SourceKind::Anonymous => Self::Anonymous,
            SourceKind::Document => Self::Document,
            SourceKind::SocialPost => Self::SocialPost,
            SourceKind::Outlet => Self::Outlet,
        }
    }
}

/// What one outlet does with the cluster's assertion: the relation of its strongest claim, with all of its claims listed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutletPosition {
    pub outlet_id: OutletId,
    pub relation: Relation,
    pub voice: Voice,
    pub disputed_by: Option<Source>,
    pub asserted_by: Option<Source>,
    pub echo_of: Option<String>,
    pub independence: Option<Independence>,
    /// It asserts in one place and denies in another.
    pub mixed: bool,
    pub since: DateTime<Utc>,
    pub flags: Vec<Flag>,
    pub claim_ids: Vec<ClaimId>,
    pub evidence: Vec<Evidence>,
}
