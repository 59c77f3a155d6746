//! Outlets.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::view_enum;
use crate::{
    domain::{self, Outlet},
    storage::{OutletProfile, OutletTies},
};

view_enum! {
    /// What sort of publisher an outlet is.
    OutletKindView of domain::OutletKind { Agency, Newspaper, Broadcaster, Magazine, Website, Aggregator, Government, Social }
}

/// Who publishes articles.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Outlet)]
pub struct OutletView {
    pub id: Uuid,
    pub name: String,
    #[schema(required)]
    pub domain: Option<String>,
    #[schema(inline = false)]
    pub kind: OutletKindView,
    /// The publisher behind several outlets. Outlets of one family are never independent of each other.
    #[schema(required)]
    pub family: Option<String>,
}

impl From<&Outlet> for OutletView {
    fn from(outlet: &Outlet) -> Self {
        Self {
            id: outlet.id.0,
            name: outlet.name.clone(),
            domain: outlet.domain.clone(),
            kind: outlet.kind.into(),
            family: outlet.family.clone(),
        }
    }
}

/// An outlet with what it does over all clusters.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OutletProfile, examples(json!(crate::http::examples::outlet())))]
pub struct OutletProfileView {
    pub id: Uuid,
    pub name: String,
    #[schema(required)]
    pub domain: Option<String>,
    pub kind: OutletKindView,
    /// The publisher behind several outlets. Outlets of one family are never independent of each other.
    #[schema(required)]
    pub family: Option<String>,
    pub counts: RelationCountsView,
    /// Only where one outlet is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ties: Option<TiesView>,
}

/// What an outlet begins, and who stands before and behind it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OutletTies)]
pub struct TiesView {
    /// Clusters that it was the first to corroborate.
    pub originates: i64,
    /// Whom it echoes, as it names them, most first; at most 20.
    pub echoes_of: Vec<TieView>,
    /// Outlets that echo it by its name, most first; at most 20.
    pub echoed_by: Vec<TieView>,
}

/// A name, and in how many clusters.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OutletTie)]
pub struct TieView {
    pub name: String,
    pub clusters: i64,
}

impl From<&OutletTies> for TiesView {
    fn from(ties: &OutletTies) -> Self {
        let named = |ties: &[(String, i64)]| {
            ties.iter().map(|(name, clusters)| TieView { name: name.clone(), clusters: *clusters }).collect()
        };
        Self { originates: ties.originates, echoes_of: named(&ties.echoes_of), echoed_by: named(&ties.echoed_by) }
    }
}

impl OutletProfileView {
    #[must_use]
    pub fn with_ties(mut self, ties: &OutletTies) -> Self {
        self.ties = Some(ties.into());
        self
    }
}

/// Number of articles, and of clusters by what the outlet does in them.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = RelationCounts)]
pub struct RelationCountsView {
    pub articles: i64,
    pub corroborates: i64,
    pub disputes: i64,
    pub echoes: i64,
    pub unclear: i64,
}

impl From<&OutletProfile> for OutletProfileView {
    fn from(profile: &OutletProfile) -> Self {
        let OutletView { id, name, domain, kind, family } = OutletView::from(&profile.outlet);
        let counts = RelationCountsView {
            articles: profile.articles,
            corroborates: profile.corroborates,
            disputes: profile.disputes,
            echoes: profile.echoes,
            unclear: profile.unclear,
        };
        Self { id, name, domain, kind, family, counts, ties: None }
    }
}

/// One page of outlets.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutletPage {
    pub items: Vec<OutletProfileView>,
    /// Pass as `cursor` to get the next page; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}
