//! What the linker reads and what it decides, as values: storage loads the first and commits the second in one transaction.

use std::{collections::HashSet, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};

use serde::{Deserialize, Serialize};

use super::{
    ArticleId, ClaimId, ClaimReading, ClaimRelation, Cluster, ClusterId, ConstraintId, Copied, Embedding, Entity, Outlet,
    OutletId, Provenance, Quantity, Relabel, Reuse,
};

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
    /// It was withdrawn: its claims stand in clusters so that echoes of them are known as such, and count nowhere.
    pub withdrawn: bool,
    pub claims: Vec<LinkClaim>,
    /// Hashes of runs of its words, by which articles that share passages find each other.
    pub sketch: Vec<u64>,
    /// Earlier articles that passages of it stand in, fullest first.
    pub copied: Vec<Copied>,
    /// Its date is not believed: an article that was received earlier has the same passage ([`Reuse::against_dates`]).
    pub doubted: bool,
}

impl LinkArticle {
    /// When it was said: the date that the article gives, unless it gives none or is not believed.
    #[must_use]
    pub fn time(&self) -> DateTime<Utc> {
        self.published_at.filter(|_| !self.doubted).unwrap_or(self.received_at)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct LinkClaim {
    pub id: ClaimId,
    pub reading: ClaimReading,
    /// What an editor says that it does, whatever the rules say.
    pub relabelled: Option<Relabel>,
    /// `None` while unlinked.
    pub cluster_id: Option<ClusterId>,
}

/// A linked article as the corpus remembers it: what claims are found and compared by, nothing that they are judged by.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownArticle {
    pub id: ArticleId,
    pub outlet: OutletId,
    /// The date that it gives, believed or not; when it was received where it gives none.
    pub time: DateTime<Utc>,
    pub language: String,
    pub sketch: Vec<u64>,
    /// In the order of the article.
    pub claims: Vec<KnownClaim>,
}

impl From<&LinkArticle> for KnownArticle {
    fn from(article: &LinkArticle) -> Self {
        let claims = article.claims.iter().map(|claim| KnownClaim {
            id: claim.id,
            cluster_id: claim.cluster_id,
            proposition: claim.reading.proposition.clone(),
            quote: claim.reading.attribution.quote.clone(),
            quantities: claim.reading.quantities.clone(),
            entities: claim.reading.entities.clone(),
            event_date: claim.reading.event_date,
            embedding: claim.reading.embedding.clone(),
        });
        Self {
            id: article.id,
            outlet: article.outlet.id,
            time: article.time(),
            language: article.language.clone(),
            sketch: article.sketch.clone(),
            claims: claims.collect(),
        }
    }
}

/// A claim of a [`KnownArticle`]; the fields of its reading have the same names there.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownClaim {
    pub id: ClaimId,
    /// `None` while unlinked.
    pub cluster_id: Option<ClusterId>,
    pub proposition: String,
    pub quote: Option<String>,
    pub quantities: Vec<Quantity>,
    pub entities: Vec<Entity>,
    pub event_date: Option<NaiveDate>,
    pub embedding: Option<Arc<Embedding>>,
}

/// An editor's word about two claims, which no likeness outweighs (must-link and cannot-link; Wagstaff et al. 2001).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Constraint {
    pub id: ConstraintId,
    pub claims: [ClaimId; 2],
    pub kind: ConstraintKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConstraintKind {
    /// The two are about the same question.
    Together,
    /// The two are not. Where both are said of one pair, over others too, this one holds.
    Apart,
}

/// Why an editor should look at a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewKind {
    /// It may belong to another cluster.
    Suggested,
    /// It takes for granted what a cluster asserts the opposite of.
    Presupposed,
    /// It stands in a cluster none of whose other claims is very like it.
    Doubtful,
}

/// What waits for the linker.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LinkWork {
    /// Articles that are not linked yet, with their claims.
    pub articles: Vec<LinkArticle>,
    /// Articles (older revisions) whose claims must leave their clusters.
    pub retired: Vec<ArticleId>,
    /// Linked articles of which a source came or goes with this work: their claims are judged anew, wherever they stand.
    pub copies: Vec<ArticleId>,
    /// Linked articles that were withdrawn (`true`) or restored since the linker last looked.
    pub withdrawn: Vec<(ArticleId, bool)>,
    /// Constraints made and lifted since the linker last looked.
    pub made: Vec<Constraint>,
    pub lifted: Vec<Constraint>,
}

impl LinkWork {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.articles.is_empty()
            && self.retired.is_empty()
            && self.withdrawn.is_empty()
            && self.made.is_empty()
            && self.lifted.is_empty()
    }
}

/// The full new state of everything a batch of articles touches. Committed whole or not at all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LinkPlan {
    /// Articles whose claims are placed by this plan.
    pub linked: Vec<ArticleId>,
    /// Articles (older revisions) whose claims leave their clusters.
    pub retired: Vec<ArticleId>,
    /// Withdrawn and restored articles, as this plan treats them.
    pub withdrawn: Vec<(ArticleId, bool)>,
    /// What the linked articles and older ones have from each other.
    pub reuse: Vec<Reuse>,
    /// Constraints that this plan keeps to from now on, and those that it no longer keeps to.
    pub made: Vec<ConstraintId>,
    pub lifted: Vec<ConstraintId>,
    /// Every cluster that is new or changed, in full.
    pub clusters: Vec<LinkedCluster>,
    /// Of the claims and of the outlets' positions in these clusters, those that are stored as they stand here already, as far as
    /// the linker knows: writing them again would change nothing.
    pub settled: Settled,
    /// Clusters that no longer exist, each with the one that took over most of its claims (`None`: it has no claim left).
    pub dissolved: Vec<(ClusterId, Option<ClusterId>)>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settled {
    pub claims: HashSet<ClaimId>,
    pub positions: HashSet<(ClusterId, OutletId)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct LinkedCluster {
    pub created: bool,
    pub cluster: Cluster,
    /// Every claim of the cluster with its label.
    pub claims: Vec<(ClaimId, ClaimRelation)>,
    /// Claims of withdrawn articles, which have none. A cluster of nothing else is dissolved until others come to it.
    pub withdrawn: Vec<ClaimId>,
}
