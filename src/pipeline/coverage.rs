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
pub(super) struct Counted(RwLock<Option<Count>>);

#[derive(Clone, Copy)]
struct Count {
    coverage: Coverage,
    /// Newest event of the workspace, or an earlier one.
    event: Option<i64>,
    at: Instant,
}

impl Count {
    /// Nothing has come since, or nobody needs to know yet. What was stored and not linked yet has no event: until then it may be left out.
    fn holds(&self, event: Option<i64>) -> bool {
        event.is_some() && event == self.event || self.coverage.articles > SMALL && self.at.elapsed() < FRESH
    }
}

impl Counted {
    /// `event`: the newest one, if it is known.
    pub(super) async fn coverage(
        &self,
        store: &Store,
        workspace: WorkspaceId,
        event: Option<i64>,
    ) -> Result<Coverage, StorageError> {
        let known = *self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = known.filter(|count| count.holds(event)) {
            return Ok(count.coverage);
        }
        let coverage = store.coverage(workspace).await?;
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Count { coverage, event, at: Instant::now() });
        Ok(coverage)
    }
}
