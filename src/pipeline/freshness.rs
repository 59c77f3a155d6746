//! Is what was read still what is stored? One small statement answers all who ask while the one before is under way, so that a thousand
//! readers cost the database what one does.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::{Notify, oneshot};

use crate::{
    domain::WorkspaceId,
    storage::{Store, answered},
};

/// Whoever has not been told by then reads for himself.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Default)]
pub(super) struct Freshness {
    waiting: Mutex<Vec<(WorkspaceId, oneshot::Sender<i64>)>>,
    arrived: Notify,
}

impl Freshness {
    /// Number of the workspace's newest event, as it stands in the database at some moment after this was called: whatever was committed
    /// before, here or at another instance, is counted. `None` while the database does not tell.
    pub async fn newest(&self, workspace: WorkspaceId) -> Option<i64> {
        let (tell, told) = oneshot::channel();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push((workspace, tell));
        self.arrived.notify_one();
        tokio::time::timeout(PATIENCE, told).await.ok()?.ok()
    }

    /// Answers, as long as it is polled.
    pub async fn answer(&self, store: &Store) {
        loop {
            self.arrived.notified().await;
            let asked = std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
            let mut workspaces: Vec<WorkspaceId> = asked.iter().map(|(workspace, _)| *workspace).collect();
            workspaces.sort_unstable();
            workspaces.dedup();
            // Without an answer they are dropped, which tells those who wait.
            let newest: HashMap<WorkspaceId, i64> =
                answered(PATIENCE, store.newest_events_of(&workspaces)).await.unwrap_or_default();
            for (workspace, tell) in asked {
                if let Some(newest) = newest.get(&workspace) {
                    let _ = tell.send(*newest);
                }
            }
        }
    }
}
