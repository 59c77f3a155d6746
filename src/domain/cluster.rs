//! Claims about the same question, and what the outlets do with it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{ClaimId, ClaimRelation, ClusterId, Evidence, Flag, Independence, OutletId, Relation, Source, SourceKind, Voice};

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

/// Seconds after which an outlet's joining counts half towards [`Cluster::trend`].
const HALF_LIFE: f64 = 12.0 * 3600.0;

impl Cluster {
    /// How lively the story is: the second (Unix time) at which one outlet alone would have to join it to weigh as much as all that
    /// did, each half after twelve hours. Two clusters compare alike whenever they are compared, so the number never has to
    /// be renewed (forward decay; Cormode et al. 2009).
    #[must_use]
    pub fn trend(&self) -> i64 {
        let joined = || self.outlets.iter().map(|position| position.since.timestamp());
        let newest = joined().max().unwrap_or(self.last_seen_at.timestamp());
        let weight: f64 = joined().map(|at| ((at - newest) as f64 / HALF_LIFE).exp2()).sum();
        newest + (HALF_LIFE * weight.max(1.0).log2()) as i64
    }
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
    /// The one that decides comes first.
    pub claim_ids: Vec<ClaimId>,
}

impl OutletPosition {
    /// Reasons told of one outlet; the rest stay with their claims.
    const MOST_REASONS: usize = 8;

    /// Why: the reasons for the labels of its claims, beginning with the one that decides.
    pub fn evidence<'a>(&self, label: impl Fn(ClaimId) -> Option<&'a ClaimRelation>) -> impl Iterator<Item = &'a Evidence> {
        let labels = self.claim_ids.iter().filter_map(move |&claim| label(claim));
        labels.flat_map(|label| &label.evidence).take(Self::MOST_REASONS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(hours: &[i64]) -> Cluster {
        let at = |hour: &i64| DateTime::from_timestamp(hour * 3600, 0).unwrap();
        let position = |hour| OutletPosition {
            outlet_id: OutletId::new(),
            relation: Relation::Corroborates,
            voice: Voice::Outlet,
            disputed_by: None,
            asserted_by: None,
            echo_of: None,
            independence: None,
            mixed: false,
            since: at(hour),
            flags: Vec::new(),
            claim_ids: Vec::new(),
        };
        Cluster {
            id: ClusterId::new(),
            claim: String::new(),
            counts: Counts::default(),
            origins: Origins { low: 0, high: 0, roots: Vec::new() },
            outlets: hours.iter().map(position).collect(),
            first_seen_at: at(&0),
            last_seen_at: at(&hours.iter().copied().max().unwrap_or_default()),
        }
    }

    #[test]
    fn a_story_trends_by_who_joined_lately() {
        let trend = |hours: &[i64]| joined(hours).trend() / 3600;
        assert_eq!(trend(&[100]), 100);
        assert_eq!(trend(&[100, 100]), 112, "two outlets weigh what one does half a day later");
        assert_eq!(trend(&[100, 88, 88]), 112, "and two that came half a day before weigh one");
        assert_eq!(trend(&[]), 0);
        assert!(trend(&[100, 99, 98, 97]) > trend(&[110]) && trend(&[0, 1, 2, 3, 4, 5]) < trend(&[100]));
    }
}
