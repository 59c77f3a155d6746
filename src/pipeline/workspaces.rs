//! What runs for each workspace: its corpus and linker, and what is remembered of its outlets and counts. Nothing of it is shared.
//!
//! Workspaces are made in the table, by a command or by another instance: the table is looked at now and then, and what is new
//! there is started. A request that comes first starts it as well.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock, PoisonError, RwLock},
    time::Duration,
};

use tokio::task::JoinHandle;
use tracing::Instrument;

use super::{
    SharedCorpus,
    coverage::Counted,
    linker::{Linker, Signals},
    outlets::KnownOutlets,
};
use crate::{domain::WorkspaceId, storage::Store};

/// How long a stop waits for the batches in hand.
const STOP_PATIENCE: Duration = Duration::from_secs(10);
/// How often the table is asked for new workspaces.
pub(super) const LOOK: Duration = Duration::from_secs(1);

#[derive(Default)]
pub(super) struct Workspace {
    pub(super) corpus: SharedCorpus,
    pub(super) signals: Arc<Signals>,
    pub(super) outlets: KnownOutlets,
    pub(super) counted: Counted,
}

/// All that run in this process.
pub(super) struct Workspaces {
    store: Store,
    running: RwLock<Running>,
    /// Those that were there when this process started: it is ready once they are loaded.
    first: OnceLock<Vec<Arc<Workspace>>>,
}

#[derive(Default)]
struct Running {
    workspaces: HashMap<WorkspaceId, Arc<Workspace>>,
    linkers: Vec<JoinHandle<()>>,
    stopping: bool,
}

impl Workspaces {
    pub(super) fn new(store: Store) -> Self {
        Self { store, running: RwLock::default(), first: OnceLock::new() }
    }

    /// The workspace, started if it was not yet.
    pub(super) fn of(&self, id: WorkspaceId) -> Arc<Workspace> {
        if let Some(workspace) = self.read(|running| running.workspaces.get(&id).cloned()) {
            return workspace;
        }
        self.write(|running| {
            if let Some(workspace) = running.workspaces.get(&id) {
                return workspace.clone();
            }
            let workspace = Arc::new(Workspace::default());
            if !running.stopping {
                let linker = Linker::new(self.store.clone(), id, workspace.corpus.clone(), workspace.signals.clone());
                running.linkers.push(tokio::spawn(linker.run().instrument(tracing::info_span!("linker", workspace = %id))));
            }
            running.workspaces.insert(id, workspace.clone());
            workspace
        })
    }

    /// Starts every workspace of the table.
    pub(super) fn start(&self, ids: &[WorkspaceId]) {
        let workspaces = ids.iter().map(|id| self.of(*id)).collect();
        // Only the first time; those that come later load while others are served.
        let _ = self.first.set(workspaces);
    }

    pub(super) fn are_loaded(&self) -> bool {
        self.first.get().is_some_and(|first| first.iter().all(|workspace| workspace.signals.is_loaded()))
    }

    /// Claims in memory so far.
    pub(super) fn claims(&self) -> usize {
        self.read(|running| running.workspaces.values().map(|workspace| workspace.corpus.read().len()).sum())
    }

    pub(super) fn are_stopping(&self) -> bool {
        self.read(|running| running.stopping)
    }

    /// Tells the linkers to stop, and waits for the batches in hand, but not for a database that has fallen silent.
    pub(super) async fn stop(&self) {
        let mut linkers = self.write(|running| {
            running.stopping = true;
            running.workspaces.values().for_each(|workspace| workspace.signals.stop());
            std::mem::take(&mut running.linkers)
        });
        let batches_in_hand = async {
            for linker in &mut linkers {
                let _ = linker.await;
            }
        };
        // A commit that is given up has happened whole or not at all; what waits is linked at the next start.
        if tokio::time::timeout(STOP_PATIENCE, batches_in_hand).await.is_err() {
            tracing::warn!("the database does not answer; linking is given up");
            linkers.iter().for_each(JoinHandle::abort);
        }
    }

    fn read<T>(&self, look: impl FnOnce(&Running) -> T) -> T {
        look(&self.running.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, change: impl FnOnce(&mut Running) -> T) -> T {
        change(&mut self.running.write().unwrap_or_else(PoisonError::into_inner))
    }
}
