//! What the linker needs: its lock, the articles that wait, the stored corpus, and one transaction per plan.

use super::{StorageError, Store};
use crate::domain::{ArticleId, ClusterId, LinkArticle, LinkPlan, WorkspaceId};

/// Held while this process is the workspace's one linker: a Postgres advisory lock on a connection of its own, so that it
/// is free the moment the process or its connection dies.
#[derive(Debug)]
pub struct LinkerLock {
    #[allow(dead_code)]
    connection: sqlx::PgConnection,
}

impl LinkerLock {
    /// False once the connection, and with it the lock, is lost.
    pub async fn is_held(&mut self) -> bool {
        unimplemented!()
    }
}

impl Store {
    pub async fn try_linker_lock(&self, workspace: WorkspaceId) -> Result<Option<LinkerLock>, StorageError> {
        let _ = workspace;
        unimplemented!()
    }

    /// Unlinked current articles in commit order with their claims, and the older revisions whose claims must leave their clusters.
    pub async fn pending_articles(
        &self,
        workspace: WorkspaceId,
        limit: i64,
    ) -> Result<(Vec<LinkArticle>, Vec<ArticleId>), StorageError> {
        let _ = (workspace, limit);
        unimplemented!()
    }

    /// Linked current articles after `after` by id, at most `limit`: the linker walks all of them at start.
    pub async fn linked_articles(
        &self,
        workspace: WorkspaceId,
        after: Option<ArticleId>,
        limit: i64,
    ) -> Result<Vec<LinkArticle>, StorageError> {
        let _ = (workspace, after, limit);
        unimplemented!()
    }

    /// Writes a plan whole: claims' clusters and relations, clusters, outlet relations, evidence, redirects, events, article
    /// status. Clusters are locked in id order. Returns the number of the last event written.
    pub async fn commit_plan(&self, workspace: WorkspaceId, plan: &LinkPlan) -> Result<i64, StorageError> {
        let _ = (workspace, plan);
        unimplemented!()
    }

    /// Number of the newest event, 0 when there is none.
    pub async fn last_event(&self, workspace: WorkspaceId) -> Result<i64, StorageError> {
        let _ = workspace;
        unimplemented!()
    }

    /// Clusters named by events after `after`, and the number of the newest event seen: what a read copy must reload.
    pub async fn clusters_changed_since(
        &self,
        workspace: WorkspaceId,
        after: i64,
    ) -> Result<(Vec<ClusterId>, i64), StorageError> {
        let _ = (workspace, after);
        unimplemented!()
    }

    pub async fn mark_failed(&self, workspace: WorkspaceId, article: ArticleId) -> Result<(), StorageError> {
        let _ = (workspace, article);
        unimplemented!()
    }
}
