//! The imperative shell: reads and stores what arrives, links it, and answers from the in-memory corpus.
//!
//! Decides nothing itself: reading and deciding are `engine`, all SQL is `storage`. What costs CPU runs on blocking
//! threads, so that requests are answered meanwhile.

mod collected;
mod coverage;
mod freshness;
mod ingest;
mod keys;
mod linker;
mod live;
mod outlets;
mod reuse;
mod review;
pub mod sandbox;
mod secrets;
mod workspaces;

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    time::Duration,
};

use tokio::{sync::watch, task::JoinHandle};

pub use self::{
    collected::{Collected, Outcome},
    ingest::{Prepared, StoredBatch},
    live::{FetchError, LiveOptions},
    review::ReviewItem,
    secrets::{Unopened, Vault},
};
use self::{
    freshness::Freshness,
    keys::Keys,
    live::Live,
    workspaces::{LOOK, Workspaces},
};
use crate::{
    domain::{
        ArticleId, ClaimId, ClaimReading, ConstraintId, ConstraintKind, Coverage, Decision, DecisionId, MadeDecision, NewArticle,
        WorkspaceId,
    },
    egress::Egress,
    embedder::Embedder,
    engine::{
        clustering::Corpus,
        extraction::{self, Draft},
        similarity::{Match, Tier},
    },
    storage::{Decided, MadeConstraint, SILENCE, StorageError, Store, StoredConstraint, Withdrawn, answered},
};

/// What `fuzz/` throws things at.
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing {
    pub use super::{
        ingest::read,
        live::listing::{Listing, read as listing},
    };
}

/// A running service without its HTTP edge. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    store: Store,
    workspaces: Arc<Workspaces>,
    keys: Arc<Keys>,
    live: Arc<Live>,
    /// Looks for new workspaces, and for the first key.
    freshness: Arc<Freshness>,
    embedder: Embedder,
    watch: Arc<JoinHandle<()>>,
}

#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The HTML holds no article, or is nested too deeply to be parsed.
    #[error("{0}")]
    UnreadableHtml(String),
    /// No process is to be had to parse in; the machine is short of something.
    #[error("the page cannot be read now")]
    NoReader,
    /// It was withdrawn, or another text at its URL was.
    #[error("the article was withdrawn")]
    Withdrawn(ArticleId),
    /// There is no article at the address that was given.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// What has to be encrypted cannot be.
    #[error("there is no key to encrypt secrets with")]
    NoSecretKey,
    /// A defect of ours on this one input; it is logged with its cause.
    #[error("the text could not be read")]
    Reading,
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

/// Matches shown for one claim of a draft.
const MATCHES_PER_CLAIM: usize = 3;
/// How long `/readyz` waits for the database.
const PING_PATIENCE: Duration = Duration::from_secs(2);

impl Service {
    /// Starts a linker for every workspace. Returns at once; [`Service::readiness`] tells when they are loaded.
    pub async fn start(store: Store) -> Result<Self, PipelineError> {
        Self::start_with(store, LiveOptions::default()).await
    }

    /// As [`Service::start`], with what is set for its dealings with the world outside.
    pub async fn start_with(store: Store, options: LiveOptions) -> Result<Self, PipelineError> {
        let workspaces = Arc::new(Workspaces::new(store.clone()));
        let keys = Arc::new(Keys::default());
        let freshness = Arc::new(Freshness::default());
        let watch = {
            let (store, workspaces, keys, freshness) = (store.clone(), workspaces.clone(), keys.clone(), freshness.clone());
            tokio::spawn(async move {
                tokio::join!(watch(store.clone(), workspaces, keys), freshness.answer(&store));
            })
        };
        let embedder = options.embedder.clone();
        let ingest: live::Ingest = {
            let (store, workspaces, embedder) = (store.clone(), workspaces.clone(), embedder.clone());
            Arc::new(move |workspace, article| {
                let (store, workspaces, embedder) = (store.clone(), workspaces.clone(), embedder.clone());
                Box::pin(async move {
                    let own = workspaces.of(workspace);
                    let submitted = ingest::store(&store, &own.outlets, &embedder, workspace, article).await?;
                    own.signals.wake();
                    Ok(submitted)
                })
            })
        };
        let live = Arc::new(Live::start(&store, ingest, options));
        Ok(Self { store, workspaces, keys, live, freshness, embedder, watch: Arc::new(watch) })
    }

    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Reads and stores an article, then waits up to `wait` for it to be linked.
    pub async fn submit(&self, workspace: WorkspaceId, article: NewArticle, wait: Duration) -> Result<Submitted, PipelineError> {
        let running = self.workspaces.of(workspace);
        // Subscribed before it is stored, so that the linker cannot be faster.
        let mut linked = running.signals.linked();
        let submitted = ingest::store(&self.store, &running.outlets, &self.embedder, workspace, article).await?;
        running.signals.wake();
        let arrival = async {
            while self.is_pending(workspace, submitted.id).await {
                // Another instance may be the linker: then no signal comes, and the table is asked.
                let _ = tokio::time::timeout(Duration::from_millis(250), linked.changed()).await;
            }
        };
        if !wait.is_zero() {
            let _ = tokio::time::timeout(wait, arrival).await;
        }
        Ok(submitted)
    }

    /// An error counts as pending: the article is stored, and the wait is bounded.
    async fn is_pending(&self, workspace: WorkspaceId, id: ArticleId) -> bool {
        !matches!(self.store.article_status(workspace, id).await, Ok(Some(status)) if status != crate::domain::ArticleStatus::Pending)
    }

    /// Which outlets and which period answers draw on, as of the newest event, if it is known; up to ten seconds old in a large corpus.
    pub async fn coverage(&self, workspace: WorkspaceId, event: Option<i64>) -> Result<Coverage, PipelineError> {
        Ok(self.workspaces.of(workspace).counted.coverage(&self.store, workspace, event).await?)
    }

    /// The clusters nearest to a text that is given as one claim, best first.
    pub async fn match_text(
        &self,
        workspace: WorkspaceId,
        text: String,
        limit: usize,
    ) -> Result<(ClaimReading, Vec<Match>), PipelineError> {
        let corpus = self.workspaces.of(workspace).corpus.clone();
        let embedder = self.embedder.clone();
        blocking(move || {
            let mut reading = extraction::read_claim(&text, None);
            reading.embedding = embedder.embed(&reading.proposition);
            let matches = corpus.read().nearest(&reading, limit);
            (reading, matches)
        })
        .await
    }

    /// Reads a draft and looks each of its claims up; stores nothing.
    pub async fn check(&self, workspace: WorkspaceId, draft: OwnedDraft) -> Result<Checked, PipelineError> {
        let running = self.workspaces.of(workspace);
        let corpus = running.corpus.clone();
        let embedder = self.embedder.clone();
        let registry = running.outlets.registry(&self.store, workspace, draft.outlet.as_deref().as_slice()).await?;
        blocking(move || {
            let (text, title) = match draft.html {
                true => {
                    let page = ingest::page(&draft.text)?;
                    (page.text, draft.title.or(page.title))
                }
                false => (draft.text, draft.title),
            };
            let mut reading = extraction::read(&Draft {
                title: title.as_deref(),
                text: &text,
                outlet: draft.outlet.as_deref().unwrap_or_default(),
                language: draft.language.as_deref(),
                registry: Some(&registry),
                ..Draft::default()
            });
            reading.claims.iter_mut().for_each(|claim| claim.embedding = embedder.embed(&claim.proposition));
            let corpus = corpus.read();
            let known = |claim: &ClaimReading| {
                let mut matches = corpus.nearest(claim, MATCHES_PER_CLAIM);
                matches.retain(|found| found.comparison.decision != Tier::Apart);
                matches
            };
            let claims =
                reading.claims.into_iter().map(|claim| (known(&claim), claim)).map(|(matches, claim)| (claim, matches)).collect();
            Ok(Checked { language: reading.language, text, claims })
        })
        .await?
    }

    /// Says it of the two claims, and lets the linker know.
    pub async fn make_constraint(
        &self,
        workspace: WorkspaceId,
        pair: [ClaimId; 2],
        kind: ConstraintKind,
        reason: &str,
        actor: &str,
    ) -> Result<MadeConstraint, PipelineError> {
        let made = self.store.make_constraint(workspace, pair, kind, reason, actor).await?;
        self.wake(workspace);
        Ok(made)
    }

    /// Takes it back, and lets the linker know. `None` when there is no such constraint.
    pub async fn lift_constraint(
        &self,
        workspace: WorkspaceId,
        id: ConstraintId,
        actor: &str,
    ) -> Result<Option<StoredConstraint>, PipelineError> {
        let lifted = self.store.lift_constraint(workspace, id, actor).await?;
        self.wake(workspace);
        Ok(lifted)
    }

    /// Makes a decision, and lets the linker know.
    pub async fn decide(
        &self,
        workspace: WorkspaceId,
        decision: &Decision,
        reason: &str,
        actor: &str,
    ) -> Result<Decided, PipelineError> {
        let outcome = self.store.decide(workspace, decision, reason, actor).await?;
        self.wake(workspace);
        Ok(outcome)
    }

    /// Takes a decision back, and lets the linker know. `None` when there is no such decision.
    pub async fn undo_decision(
        &self,
        workspace: WorkspaceId,
        id: DecisionId,
        reason: &str,
        actor: &str,
    ) -> Result<Option<MadeDecision>, PipelineError> {
        let undone = self.store.undo_decision(workspace, id, reason, actor).await?;
        self.wake(workspace);
        Ok(undone)
    }

    /// Withdraws an article, and lets the linker know.
    pub async fn withdraw_article(
        &self,
        workspace: WorkspaceId,
        id: ArticleId,
        reason: &str,
        actor: &str,
    ) -> Result<Withdrawn, PipelineError> {
        let outcome = self.store.withdraw_article(workspace, id, reason, actor).await?;
        self.wake(workspace);
        Ok(outcome)
    }

    /// Takes a withdrawal back, and lets the linker know.
    pub async fn restore_article(&self, workspace: WorkspaceId, id: ArticleId, actor: &str) -> Result<Withdrawn, PipelineError> {
        let outcome = self.store.restore_article(workspace, id, actor).await?;
        self.wake(workspace);
        Ok(outcome)
    }

    fn wake(&self, workspace: WorkspaceId) {
        self.workspaces.of(workspace).signals.wake();
    }

    /// The way out.
    #[must_use]
    pub fn egress(&self) -> &Egress {
        &self.live.egress
    }

    /// The number of each workspace's newest event, a quarter of a second old at most.
    #[must_use]
    pub fn newest_events(&self) -> watch::Receiver<HashMap<WorkspaceId, i64>> {
        self.live.tail.newest()
    }

    /// The number of the workspace's newest event, which no event that was committed before exceeds; `None` while the database does not tell.
    pub async fn newest_event(&self, workspace: WorkspaceId) -> Option<i64> {
        self.freshness.newest(workspace).await
    }

    pub async fn readiness(&self) -> Readiness {
        if self.is_stopping() {
            return Readiness::ShuttingDown;
        }
        match tokio::time::timeout(PING_PATIENCE, self.store.ping()).await {
            Ok(Ok(())) if self.workspaces.are_loaded() => Readiness::Ready,
            Ok(Ok(())) => Readiness::Loading { claims: self.workspaces.claims() },
            _ => Readiness::DatabaseUnavailable,
        }
    }

    /// Whether it has been told to stop.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.workspaces.are_stopping()
    }

    /// Finishes the batches in hand and stops linking.
    pub async fn stop(&self) {
        self.watch.abort();
        self.live.stop().await;
        self.workspaces.stop().await;
    }
}

/// Until the service stops: what the command line or another instance puts into the tables is noticed here.
async fn watch(store: Store, workspaces: Arc<Workspaces>, keys: Arc<Keys>) {
    loop {
        let look = async {
            workspaces.start(&answered(SILENCE, store.workspaces()).await?);
            answered(SILENCE, store.tell_time()).await?;
            answered(SILENCE, keys.look(&store)).await
        };
        if let Err(error) = look.await {
            tracing::warn!(%error, "cannot look for workspaces");
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Runs CPU work off the request threads. A panic in it is a defect of ours on one input, and hurts nobody else.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, PipelineError> {
    tokio::task::spawn_blocking(work).await.map_err(failed)
}

/// Runs a task that goes on while its caller is busy with something else.
async fn aside<T: Send + 'static>(task: impl Future<Output = T> + Send + 'static) -> Result<T, PipelineError> {
    tokio::spawn(task).await.map_err(failed)
}

fn failed(error: tokio::task::JoinError) -> PipelineError {
    tracing::error!(%error, "reading failed");
    PipelineError::Reading
}

/// The corpus behind a lock that many read and only the linker writes.
#[derive(Clone, Default)]
struct SharedCorpus(Arc<RwLock<Corpus>>);

impl SharedCorpus {
    // A poisoned lock means that a reader or the linker panicked; the linker replaces a corpus it could not finish.
    fn read(&self) -> RwLockReadGuard<'_, Corpus> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Corpus> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}
