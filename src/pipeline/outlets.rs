//! The outlets of a workspace as the reader wants them: names that may stand behind "told" and "according to".

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use super::PipelineError;
use crate::{
    domain::{OutletKind, WorkspaceId},
    engine::text::Registry,
    storage::{Page, Store},
};

/// Another instance may have met an outlet that this one has not.
const FRESH: Duration = Duration::from_secs(10);
const PAGE: i64 = 500;

#[derive(Clone, Default)]
pub(super) struct KnownOutlets(Arc<RwLock<Option<Known>>>);

struct Known {
    names: std::collections::HashSet<String>,
    registry: Arc<Registry>,
    read_at: Instant,
}

impl KnownOutlets {
    /// The registry, read again when it is old or does not know `publisher`, who may be new.
    pub(super) async fn registry(
        &self,
        store: &Store,
        workspace: WorkspaceId,
        publisher: Option<&str>,
    ) -> Result<Arc<Registry>, PipelineError> {
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).as_ref()
            && known.read_at.elapsed() < FRESH
            && publisher.is_none_or(|name| known.names.contains(name))
        {
            return Ok(known.registry.clone());
        }
        let mut outlets: Vec<(String, bool)> = Vec::new();
        let mut after = None;
        loop {
            let page = store.list_outlets(workspace, &Page { after: after.take(), limit: PAGE }).await?;
            let Some(last) = page.last() else { break };
            after = Some((last.outlet.name.clone(), last.outlet.id.0));
            outlets.extend(page.into_iter().map(|profile| (profile.outlet.name, profile.outlet.kind == OutletKind::Agency)));
        }
        let registry = Arc::new(Registry::new(outlets.iter().map(|(name, agency)| (name.as_str(), *agency))));
        // The publisher counts as known even before its first article is stored: its own name needs no registry.
        let names = outlets.into_iter().map(|(name, _)| name).chain(publisher.map(str::to_owned)).collect();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) =
            Some(Known { names, registry: registry.clone(), read_at: Instant::now() });
        Ok(registry)
    }
}
