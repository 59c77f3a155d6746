//! Claims to clusters.

use std::collections::HashSet;

use crate::domain::{ArticleId, ClaimReading, ClusterId, LinkArticle, LinkPlan};
use crate::engine::similarity::Match;

/// Every linked claim of a workspace, ready to be compared. A pure value, derived from what is stored and rebuilt at start.
#[derive(Default)]
pub struct Corpus {}

impl Corpus {
    /// Takes in an article whose claims are linked already.
    pub fn insert(&mut self, article: LinkArticle) {
        let _ = article;
    }

    /// Decides where the claims of new articles belong, and what that changes. Changes nothing itself.
    #[must_use]
    pub fn plan(&self, new: &[LinkArticle], retired: &HashSet<ArticleId>) -> LinkPlan {
        let _ = (new, retired);
        LinkPlan::default()
    }

    /// Takes in a plan after its transaction has been committed.
    pub fn apply(&mut self, new: Vec<LinkArticle>, plan: &LinkPlan) {
        let _ = (new, plan);
    }

    /// The clusters nearest to a claim that is not stored, best first.
    #[must_use]
    pub fn nearest(&self, reading: &ClaimReading, limit: usize) -> Vec<Match> {
        let _ = (reading, limit);
        Vec::new()
    }

    #[must_use]
    pub fn len(&self) -> usize {
        0
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[must_use]
    pub fn cluster_count(&self) -> usize {
        0
    }

    #[must_use]
    pub fn contains(&self, _cluster: ClusterId) -> bool {
        false
    }
}
