//! Claims.

use uuid::Uuid;

use super::{Page, StorageError, Store};
use crate::domain::{ArticleId, Claim, ClaimId, ClusterId, OutletId, Polarity, Relation, WorkspaceId};

#[derive(Clone, Debug, Default)]
pub struct ClaimFilter {
    /// Words that all occur in the claim (Postgres `websearch_to_tsquery`).
    pub q: Option<String>,
    pub outlet: Option<OutletId>,
    pub article: Option<ArticleId>,
    pub cluster: Option<ClusterId>,
    pub relation: Option<Relation>,
    pub polarity: Option<Polarity>,
}

impl Store {
    pub async fn claim(&self, workspace: WorkspaceId, id: ClaimId) -> Result<Option<Claim>, StorageError> {
        let _ = (workspace, id);
        unimplemented!()
    }

    /// Claims of current articles, newest first by id.
    pub async fn list_claims(
        &self,
        workspace: WorkspaceId,
        filter: &ClaimFilter,
        page: &Page<Uuid>,
    ) -> Result<Vec<Claim>, StorageError> {
        let _ = (workspace, filter, page);
        unimplemented!()
    }

    /// All claims of the clusters, oldest first.
    pub async fn claims_of_clusters(&self, workspace: WorkspaceId, ids: &[ClusterId]) -> Result<Vec<Claim>, StorageError> {
        let _ = (workspace, ids);
        unimplemented!()
    }
}
