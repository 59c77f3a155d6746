//! What a request brings → the key it is. A key in use is looked up twice a second and not for every request, so that a revoked one
//! opens nothing a second later, on any instance.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::TimeDelta;

use super::{PipelineError, Service};
use crate::{
    domain::{KeyId, Secret, WorkspaceId, clock},
    storage::{NewKey, Revoked, StorageError, Store, StoredKey},
};

/// How long a key is taken for what it was.
const FRESH: Duration = Duration::from_millis(500);
/// How exact `last_used_at` is.
const USE: TimeDelta = TimeDelta::minutes(1);

#[derive(Default)]
pub(super) struct Keys {
    /// By prefix: what a stranger made up is not remembered, so there are never more than in the table.
    seen: RwLock<HashMap<String, (Arc<StoredKey>, Instant)>>,
    exist: AtomicBool,
}

impl Keys {
    /// Notes whether there are keys by now. Once there are, there always will be.
    pub(super) async fn look(&self, store: &Store) -> Result<(), StorageError> {
        if !self.exist.load(Ordering::Acquire) && store.has_keys().await? {
            self.exist.store(true, Ordering::Release);
        }
        Ok(())
    }

    fn fresh(&self, secret: &Secret) -> Option<Arc<StoredKey>> {
        let seen = self.seen.read().unwrap_or_else(PoisonError::into_inner);
        let (key, at) = seen.get(secret.prefix())?;
        (at.elapsed() < FRESH && key.digest.matches(&secret.digest())).then(|| key.clone())
    }

    fn remember(&self, key: &Arc<StoredKey>) {
        let entry = (key.clone(), Instant::now());
        self.seen.write().unwrap_or_else(PoisonError::into_inner).insert(key.prefix.clone(), entry);
    }

    fn forget(&self, prefix: &str) {
        self.seen.write().unwrap_or_else(PoisonError::into_inner).remove(prefix);
    }
}

impl Service {
    /// The key that was brought, if it is one of ours and valid.
    pub async fn key(&self, given: &[u8]) -> Result<Option<Arc<StoredKey>>, PipelineError> {
        let Some(secret) = Secret::parse(given) else { return Ok(None) };
        let key = match self.keys.fresh(&secret) {
            Some(key) => key,
            None => match self.store.key_of(&secret).await? {
                Some(key) => self.met(key),
                None => return Ok(None),
            },
        };
        Ok(key.is_valid(clock::now()).then_some(key))
    }

    fn met(&self, key: StoredKey) -> Arc<StoredKey> {
        let key = Arc::new(key);
        self.keys.remember(&key);
        let now = clock::now();
        if key.is_valid(now) && key.last_used_at.is_none_or(|used| now - used > USE) {
            let (store, workspace, id) = (self.store.clone(), key.workspace, key.id);
            // Nobody has to wait for it, and nothing hangs on it.
            tokio::spawn(async move {
                if let Err(error) = store.touch_key(workspace, id).await {
                    tracing::warn!(%error, "cannot note that a key is in use");
                }
            });
        }
        key
    }

    /// Whether there has ever been a key, as far as this instance knows: up to a second late.
    #[must_use]
    pub fn has_keys(&self) -> bool {
        self.keys.exist.load(Ordering::Acquire)
    }

    /// Makes a key. Its secret is told here, and never again.
    pub async fn create_key(
        &self,
        workspace: WorkspaceId,
        new: &NewKey,
        actor: &str,
    ) -> Result<(StoredKey, Secret), PipelineError> {
        let made = self.store.create_key(workspace, new, actor).await?;
        self.keys.exist.store(true, Ordering::Release);
        Ok(made)
    }

    /// Revokes a key, at once here and within a second elsewhere. `by` is the key that asks for it, if one does.
    pub async fn revoke_key(
        &self,
        workspace: WorkspaceId,
        id: KeyId,
        by: Option<KeyId>,
        actor: &str,
    ) -> Result<Revoked, PipelineError> {
        let outcome = self.store.revoke_key(workspace, id, by, actor).await?;
        if let Revoked::Done(key) = &outcome {
            self.keys.forget(&key.prefix);
        }
        Ok(outcome)
    }
}
