//! The imperative shell: reads and stores what arrives, links it, and answers from the in-memory corpus.

use std::time::Duration;

use crate::{
    domain::{ArticleId, ClaimReading, NewArticle, WorkspaceId},
    engine::{extraction::Draft, similarity::Match},
    storage::{StorageError, Store},
};

/// A running service without its HTTP edge. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    store: Store,
}

#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The HTML holds no article, or is nested too deeply to be parsed.
    #[error("{0}")]
    UnreadableHtml(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Submitted {
    pub id: ArticleId,
    /// False when URL and content were known already.
    pub created: bool,
}

/// Why the service is not ready, if it isn't.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readiness {
    Ready,
    /// The corpus is being loaded: claims so far.
    Loading {
        claims: usize,
    },
    DatabaseUnavailable,
    ShuttingDown,
}

impl Service {
    /// Starts the linker. Returns at once; [`Service::readiness`] tells when the corpus is loaded.
    pub async fn start(store: Store) -> Result<Self, PipelineError> {
        Ok(Self { store })
    }

    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Reads and stores an article, then waits up to `wait` for it to be linked.
    pub async fn submit(&self, workspace: WorkspaceId, article: NewArticle, wait: Duration) -> Result<Submitted, PipelineError> {
        let _ = (workspace, article, wait);
        unimplemented!()
    }

    /// The clusters nearest to a text that is given as one claim, best first.
    pub async fn match_text(
        &self,
        workspace: WorkspaceId,
        text: String,
        limit: usize,
    ) -> Result<(ClaimReading, Vec<Match>), PipelineError> {
        let _ = (workspace, text, limit);
        unimplemented!()
    }

    /// Reads a draft and looks each of its claims up; stores nothing.
    pub async fn check(&self, workspace: WorkspaceId, draft: OwnedDraft) -> Result<Checked, PipelineError> {
        let _ = (workspace, draft, None::<Draft<'_>>);
        unimplemented!()
    }

    pub async fn readiness(&self) -> Readiness {
        Readiness::Ready
    }

    /// Finishes the batch in hand and stops linking.
    pub async fn stop(&self) {}
}

/// A draft to be checked; `outlet` is the newsroom's own name, if it wants "told <us>" to be seen.
#[derive(Clone, Debug, Default)]
pub struct OwnedDraft {
    pub title: Option<String>,
    pub text: String,
    /// When true `text` is HTML.
    pub html: bool,
    pub outlet: Option<String>,
    pub language: Option<String>,
}

pub struct Checked {
    pub language: String,
    /// The plain text that the claims' spans count in.
    pub text: String,
    /// Each claim of the draft with what is known of it, best match first (only linkable ones).
    pub claims: Vec<(ClaimReading, Vec<Match>)>,
}
