//! What the linker reads and what it decides, as values: storage loads the first and commits the second in one transaction.

use chrono::{DateTime, Utc};

use super::{ArticleId, ClaimId, ClaimReading, ClaimRelation, Cluster, ClusterId, Outlet, Provenance};

/// An article as the linker sees it: no text, only what linking and judging need.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkArticle {
    pub id: ArticleId,
    pub outlet: Outlet,
    pub title: Option<String>,
    pub published_at: Option<DateTime<Utc>>,
    pub received_at: DateTime<Utc>,
    pub language: String,
    pub provenance: Provenance,
    pub claims: Vec<LinkClaim>,
}

impl LinkArticle {
    /// When it was said: the publication day where the article gives one.
    #[must_use]
    pub fn time(&self) -> DateTime<Utc> {
        self.published_at.unwrap_or(self.received_at)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct LinkClaim {
    pub id: ClaimId,
    pub reading: ClaimReading,
    /// `None` while unlinked.
    pub cluster_id: Option<ClusterId>,
}

/// The full new state of everything a batch of articles touches. Committed whole or not at all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LinkPlan {
    /// Articles whose claims are placed by this plan.
    pub linked: Vec<ArticleId>,
    /// Articles (older revisions) whose claims leave their clusters.
    pub retired: Vec<ArticleId>,
    /// Every cluster that is new or changed, in full.
    pub clusters: Vec<LinkedCluster>,
    /// Clusters that no longer exist, each with the one that took over most of its claims (`None`: it has no claim left).
    pub dissolved: Vec<(ClusterId, Option<ClusterId>)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct LinkedCluster {
    pub created: bool,
    pub cluster: Cluster,
    /// Every claim of the cluster with its label.
    pub claims: Vec<(ClaimId, ClaimRelation)>,
}
