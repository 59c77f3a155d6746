//! Outlets, and what each does over all clusters.

use uuid::Uuid;

use super::{Page, StorageError, Store};
use crate::domain::{Outlet, OutletId, WorkspaceId};

/// An outlet with its number of current articles and of clusters by label.
#[derive(Clone, Debug, PartialEq)]
pub struct OutletProfile {
    pub outlet: Outlet,
    pub articles: i64,
    pub corroborates: i64,
    pub disputes: i64,
    pub echoes: i64,
    pub unclear: i64,
}

impl Store {
    pub async fn outlet(&self, workspace: WorkspaceId, id: OutletId) -> Result<Option<OutletProfile>, StorageError> {
        let _ = (workspace, id);
        unimplemented!()
    }

    /// By name, then id.
    pub async fn list_outlets(
        &self,
        workspace: WorkspaceId,
        page: &Page<(String, Uuid)>,
    ) -> Result<Vec<OutletProfile>, StorageError> {
        let _ = (workspace, page);
        unimplemented!()
    }
}
