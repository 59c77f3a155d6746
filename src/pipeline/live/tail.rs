//! The database's history → a signal for everybody in this process who follows it, by one small statement for all of them.

use std::{collections::HashMap, sync::Arc, time::Duration};

use tokio::sync::watch;

use crate::{
    domain::WorkspaceId,
    storage::{SILENCE, Store, answered},
};

/// How old what is known may be.
const LOOK: Duration = Duration::from_millis(250);

/// The number of each workspace's newest event.
pub type Newest = watch::Receiver<HashMap<WorkspaceId, i64>>;

#[derive(Clone, Default)]
pub struct Tail(Arc<watch::Sender<HashMap<WorkspaceId, i64>>>);

impl Tail {
    pub fn newest(&self) -> Newest {
        self.0.subscribe()
    }

    pub async fn follow(self, store: Store) {
        loop {
            match answered(SILENCE, store.newest_events()).await {
                Ok(newest) => {
                    self.0.send_if_modified(|known| {
                        let changed = *known != newest;
                        *known = newest;
                        changed
                    });
                }
                Err(error) => tracing::debug!(%error, "the history cannot be followed"),
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}
