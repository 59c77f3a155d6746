//! The outlets of a workspace as the reader wants them: names that may stand behind "told" and "according to".

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use crate::{
    domain::WorkspaceId,
    engine::text::Registry,
    storage::{StorageError, Store},
};

/// Another instance may have met an outlet that this one has not.
const FRESH: Duration = Duration::from_secs(10);

#[derive(Default)]
pub(super) struct KnownOutlets(RwLock<Option<Known>>);

struct Known {
    names: std::collections::HashSet<String>,
    registry: Arc<Registry>,
    read_at: Instant,
}

impl KnownOutlets {
    /// The registry, read again when it is old or does not know one of the `publishers`, who may be new.
    pub(super) async fn registry(
        &self,
        store: &Store,
        workspace: WorkspaceId,
        publishers: &[&str],
    ) -> Result<Arc<Registry>, StorageError> {
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).as_ref()
            && known.read_at.elapsed() < FRESH
            && publishers.iter().all(|name| known.names.contains(*name))
        {
            return Ok(known.registry.clone());
        }
        let outlets = store.outlet_names(workspace).await?;
        let registry = Arc::new(Registry::new(outlets.iter().map(|(name, agency)| (name.as_str(), *agency))));
        // A publisher counts as known even before its first article is stored: its own name needs no registry.
        let names = outlets.into_iter().map(|(name, _)| name).chain(publishers.iter().map(|name| (*name).to_owned())).collect();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) =
            Some(Known { names, registry: registry.clone(), read_at: Instant::now() });
        Ok(registry)
    }
}
