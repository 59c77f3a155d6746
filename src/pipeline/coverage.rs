//! The coverage of a workspace, counted now and then and not for every answer: it takes a look at every article.

use std::{
    sync::{PoisonError, RwLock},
    time::{Duration, Instant},
};

use crate::{
    domain::{Coverage, WorkspaceId},
    storage::{StorageError, Store},
};

/// How old a count may be.
const FRESH: Duration = Duration::from_secs(10);
/// A corpus this small is counted each time: whoever tries the service out sees the article that was stored a moment ago.
const SMALL: i64 = 1_000;

#[derive(Default)]
pub(super) struct Counted(RwLock<Option<(Coverage, Instant)>>);

impl Counted {
    pub(super) async fn coverage(&self, store: &Store, workspace: WorkspaceId) -> Result<Coverage, StorageError> {
        let known = *self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((coverage, _)) = known.filter(|(coverage, at)| coverage.articles > SMALL && at.elapsed() < FRESH) {
            return Ok(coverage);
        }
        let coverage = store.coverage(workspace).await?;
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some((coverage, Instant::now()));
        Ok(coverage)
    }
}
