//! The one writer of clusters: takes stored articles in commit order, lets the engine plan, commits, then applies.
//!
//! One instance per workspace is the linker, by an advisory lock; the others keep a read copy of the corpus by following
//! the event table, and one of them takes over when the lock falls free. The corpus changes only after the commit, so a
//! lost process costs nothing but loading it again.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use futures_util::{StreamExt, stream};
use tokio::sync::{Notify, watch};

use super::{PipelineError, SharedCorpus, reuse};
use crate::{
    domain::{ArticleId, ClaimId, ClusterId, LinkPlan, LinkWork, WorkspaceId, clock},
    engine::clustering::{Loading, Regrouping},
    failpoint,
    storage::{LinkerLock, SILENCE, StorageError, Store, answered},
};

/// Articles planned and committed together at most: many when many wait, so that a cluster that most of them touch is written once and
/// not four times. A thousand take some seconds, in which nothing else is linked.
const BATCH: i64 = 1_024;
/// Articles loaded together at start.
const LOAD: usize = 500;
/// Connections that read them.
const LOADERS: usize = 2;
/// How often the linker looks for work that no signal announced (stored by another instance).
const LOOK: Duration = Duration::from_millis(250);
/// How often a follower asks what changed, and whether the lock is free.
const FOLLOW: Duration = Duration::from_millis(500);
/// For one batch: many times what the largest takes.
const LINK_PATIENCE: Duration = Duration::from_secs(300);
/// How many times as many claims as before are worth another look at the tables.
const GROWN: usize = 4;
/// Pause after a failure of the database.
const BACK_OFF: Duration = Duration::from_secs(1);

/// What the linker and the rest of the service tell each other.
pub(super) struct Signals {
    work: Notify,
    stopping: AtomicBool,
    loaded: AtomicBool,
    linked: watch::Sender<u64>,
}

impl Default for Signals {
    fn default() -> Self {
        Self {
            work: Notify::new(),
            stopping: AtomicBool::new(false),
            loaded: AtomicBool::new(false),
            linked: watch::Sender::new(0),
        }
    }
}

impl Signals {
    pub(super) fn wake(&self) {
        self.work.notify_one();
    }

    /// Changes each time a batch has been committed.
    pub(super) fn linked(&self) -> watch::Receiver<u64> {
        self.linked.subscribe()
    }

    pub(super) fn is_loaded(&self) -> bool {
        self.loaded.load(Ordering::Acquire)
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
        self.work.notify_one();
    }

    /// Until there may be work, at most `patience`.
    async fn wait(&self, patience: Duration) {
        let _ = tokio::time::timeout(patience, self.work.notified()).await;
    }
}

pub(super) struct Linker {
    store: Store,
    workspace: WorkspaceId,
    corpus: SharedCorpus,
    signals: std::sync::Arc<Signals>,
}

impl Linker {
    pub(super) fn new(store: Store, workspace: WorkspaceId, corpus: SharedCorpus, signals: std::sync::Arc<Signals>) -> Self {
        Self { store, workspace, corpus, signals }
    }

    /// Until the service stops: lead while the lock is ours, follow while it is another's.
    pub(super) async fn run(self) {
        while !self.signals.is_stopping() {
            let turn = match self.store.try_linker_lock(self.workspace).await {
                Ok(Some(lock)) => self.lead(lock).await,
                Ok(None) => self.follow().await,
                Err(error) => Err(error.into()),
            };
            if let Err(error) = turn {
                tracing::warn!(%error, "linking pauses");
                self.signals.wait(BACK_OFF).await;
            }
        }
    }

    /// Links until the lock is lost or the service stops.
    async fn lead(&self, mut lock: LinkerLock) -> Result<(), PipelineError> {
        lock.let_lapse().await?;
        lock.while_held(self.load()).await.ok_or_else(StorageError::silent)??;
        // What one program could not link another may.
        let retried = lock.retry_failed(self.workspace).await?;
        tracing::info!(retried, "linking for this workspace");
        let mut analyzed = self.corpus.read().len();
        while !self.signals.is_stopping() {
            let work = answered(SILENCE, self.store.link_work(self.workspace, BATCH)).await?;
            self.measure_lag(&work);
            // Nobody else may have taken over: a plan made from a corpus that is no longer the only writer's is void, and is not written.
            let held = if work.is_empty() { lock.was_held().await } else { lock.is_held().await };
            if !held {
                tracing::warn!("the linker's connection was lost");
                return Ok(());
            }
            if work.is_empty() {
                self.signals.wait(LOOK).await;
                continue;
            }
            if let Err(error) = self.link_in_time(&mut lock, work).await {
                tracing::warn!(%error, "a batch could not be linked");
                if !lock.is_held().await {
                    return Ok(());
                }
                // A commit whose answer was lost may have happened all the same: what is stored decides.
                if matches!(error, PipelineError::Storage(_)) {
                    lock.while_held(self.load()).await.ok_or_else(StorageError::silent)??;
                }
                let work = answered(SILENCE, self.store.link_work(self.workspace, BATCH)).await?;
                self.link_one_by_one(&mut lock, work).await?;
            }
            // Postgres looks by itself as well, but not before a minute has passed: thousands of articles later.
            let claims = self.corpus.read().len();
            if claims > GROWN * analyzed {
                analyzed = claims;
                let store = self.store.clone();
                tokio::spawn(async move {
                    if let Err(error) = answered(SILENCE, store.analyze()).await {
                        tracing::debug!(%error, "the tables are not analyzed");
                    }
                });
            }
        }
        Ok(())
    }

    /// So that a database that falls silent in the midst of a batch does not end linking for good.
    async fn link_in_time(&self, lock: &mut LinkerLock, work: LinkWork) -> Result<(), PipelineError> {
        tokio::time::timeout(LINK_PATIENCE, self.link(lock, work)).await.unwrap_or_else(|_| Err(StorageError::silent().into()))
    }

    /// A trace of its own: that of the linker would never end.
    #[tracing::instrument(parent = None, skip_all, fields(workspace = %self.workspace, articles = work.articles.len()))]
    async fn link(&self, lock: &mut LinkerLock, work: LinkWork) -> Result<(), PipelineError> {
        let mut phases = Phases::begin();
        let (regrouping, plan) = lock.while_held(self.plan(&mut phases, work)).await.ok_or_else(StorageError::silent)??;
        failpoint::reach("links-planned");
        lock.commit_plan(self.workspace, &plan).await?;
        failpoint::reach("links-committed");
        phases.end("commit");
        self.apply(regrouping, plan).await?;
        phases.end("apply");
        Ok(())
    }

    async fn plan(&self, phases: &mut Phases, work: LinkWork) -> Result<(Regrouping, LinkPlan), PipelineError> {
        let corpus = self.corpus.clone();
        let (mut work, pairs) = super::blocking(move || {
            let pairs = corpus.read().reuse_candidates(&work);
            (work, pairs)
        })
        .await?;
        let found = reuse::find(&self.store, self.workspace, pairs).await?;
        work.copies = reuse::copies(&self.store, self.workspace, &work, &found).await?;
        phases.end("compare");
        let corpus = self.corpus.clone();
        let (mut work, regrouping) = super::blocking(move || {
            let regrouping = corpus.read().regroup(&work);
            (work, regrouping)
        })
        .await?;
        phases.end("group");
        let mut known = self.store.link_claims(self.workspace, &regrouping.needs()).await?;
        let mut judged: Vec<_> = work.articles.iter_mut().chain(&mut known).collect();
        reuse::attach(&self.store, self.workspace, &mut judged, &found, &work.retired).await?;
        phases.end("load");
        let (regrouping, mut plan) = super::blocking(move || {
            let plan = regrouping.judge(work.articles.iter().chain(&known));
            (regrouping, plan)
        })
        .await?;
        plan.reuse = found;
        phases.end("judge");
        Ok((regrouping, plan))
    }

    async fn apply(&self, regrouping: Regrouping, plan: LinkPlan) -> Result<(), PipelineError> {
        let corpus = self.corpus.clone();
        let count = plan.linked.len();
        super::blocking(move || corpus.write().apply(regrouping, &plan)).await?;
        metrics::counter!("crossclaim_articles_linked_total").increment(count as u64);
        self.measure();
        self.signals.linked.send_modify(|batch| *batch += 1);
        Ok(())
    }

    /// After a failed batch: what fails alone for a reason of its own is given up, so that the others go on.
    async fn link_one_by_one(&self, lock: &mut LinkerLock, work: LinkWork) -> Result<(), PipelineError> {
        let LinkWork { articles, retired, withdrawn, made, lifted, .. } = work;
        let others = LinkWork { retired, withdrawn, made, lifted, ..LinkWork::default() };
        if !others.is_empty() {
            self.link_in_time(lock, others).await?;
        }
        for article in articles {
            let id = article.id;
            match self.link_in_time(lock, LinkWork { articles: vec![article], ..LinkWork::default() }).await {
                Ok(()) => {}
                Err(
                    error @ PipelineError::Storage(
                        StorageError::Unavailable(_)
                        | StorageError::Overloaded(_)
                        | StorageError::StorageFull(_)
                        | StorageError::Contended(_),
                    ),
                ) => {
                    return Err(error);
                }
                Err(error) => {
                    tracing::error!(article = %id, %error, "an article cannot be linked");
                    metrics::counter!("crossclaim_articles_failed_total").increment(1);
                    answered(SILENCE, lock.mark_failed(self.workspace, id)).await?;
                    self.signals.linked.send_modify(|batch| *batch += 1);
                }
            }
        }
        Ok(())
    }

    /// Keeps the read copy fresh until the lock may be free or the service stops.
    async fn follow(&self) -> Result<(), PipelineError> {
        let last_event = answered(SILENCE, self.store.last_event(self.workspace));
        let mut seen = if self.signals.is_loaded() { last_event.await? } else { self.load().await? };
        while !self.signals.is_stopping() {
            self.signals.wait(FOLLOW).await;
            let changed = self.store.clusters_changed_since(self.workspace, seen);
            let (clusters, newest) = answered(SILENCE, changed).await?;
            if newest > seen {
                self.refresh(&clusters).await?;
                seen = newest;
                self.signals.linked.send_modify(|batch| *batch += 1);
            } else if let Some(lock) = self.store.try_linker_lock(self.workspace).await? {
                tracing::info!("taking over as the linker");
                return self.lead(lock).await;
            }
        }
        Ok(())
    }

    /// Brings the claims of changed clusters to where they are now.
    async fn refresh(&self, clusters: &[ClusterId]) -> Result<(), PipelineError> {
        let members = answered(SILENCE, self.store.members_of_clusters(self.workspace, clusters)).await?;
        let mut of_cluster: HashMap<ClusterId, Vec<ClaimId>> = clusters.iter().map(|id| (*id, Vec::new())).collect();
        for (cluster, claim, _) in &members {
            of_cluster.entry(*cluster).or_default().push(*claim);
        }
        let unknown: Vec<ArticleId> = {
            let corpus = self.corpus.read();
            let mut ids: Vec<ArticleId> =
                members.iter().filter(|(_, claim, _)| !corpus.knows(*claim)).map(|(.., article)| *article).collect();
            ids.sort_unstable();
            ids.dedup();
            ids
        };
        let articles = answered(SILENCE, self.store.corpus_articles(self.workspace, &unknown)).await?;
        let corpus = self.corpus.clone();
        super::blocking(move || {
            let mut corpus = corpus.write();
            corpus.insert(&articles);
            for (cluster, claims) in of_cluster {
                corpus.set_cluster(cluster, &claims);
            }
        })
        .await?;
        self.measure();
        Ok(())
    }

    /// Loads the corpus anew, with progress in the log. Returns the event it is as new as, or newer.
    async fn load(&self) -> Result<i64, PipelineError> {
        let as_of = answered(SILENCE, self.store.last_event(self.workspace)).await?;
        let mut loading = Loading::new(answered(SILENCE, self.store.noticed_constraints(self.workspace)).await?);
        let mut told = std::time::Instant::now();
        let ids = answered(SILENCE, self.store.corpus_article_ids(self.workspace)).await?;
        // The database reads the next ones while these are taken in.
        let pages: Vec<_> = ids.chunks(LOAD).filter_map(|page| page.first().copied().zip(page.last().copied())).collect();
        let (store, workspace) = (self.store.clone(), self.workspace);
        let pages = stream::iter(pages).map(move |(first, last)| {
            let store = store.clone();
            super::aside(async move { answered(SILENCE, store.corpus_range(workspace, first, last)).await })
        });
        let pages = pages.buffered(LOADERS);
        tokio::pin!(pages);
        while let Some(articles) = pages.next().await {
            let articles = articles??;
            let taken = super::blocking(move || {
                loading.take(&articles);
                loading
            });
            loading = taken.await?;
            if told.elapsed() > Duration::from_secs(2) {
                tracing::info!(claims = loading.claims(), "loading the corpus");
                told = std::time::Instant::now();
            }
        }
        let corpus = super::blocking(|| loading.finish()).await?;
        tracing::info!(claims = corpus.len(), clusters = corpus.cluster_count(), "corpus loaded");
        *self.corpus.write() = corpus;
        self.signals.loaded.store(true, Ordering::Release);
        self.measure();
        Ok(as_of)
    }

    /// Articles come in the order of arrival.
    fn measure_lag(&self, work: &LinkWork) {
        let waited = work.articles.first().map(|oldest| clock::now() - oldest.received_at).unwrap_or_default();
        let workspace = [("workspace", self.workspace.to_string())];
        metrics::gauge!("crossclaim_linking_lag_seconds", &workspace).set(waited.as_seconds_f64().max(0.0));
    }

    fn measure(&self) {
        let corpus = self.corpus.read();
        let workspace = [("workspace", self.workspace.to_string())];
        metrics::gauge!("crossclaim_corpus_claims", &workspace).set(corpus.len() as f64);
        metrics::gauge!("crossclaim_corpus_clusters", &workspace).set(corpus.cluster_count() as f64);
    }
}

/// Measures where the time of a batch goes.
struct Phases(std::time::Instant);

impl Phases {
    fn begin() -> Self {
        Self(std::time::Instant::now())
    }

    fn end(&mut self, phase: &'static str) {
        metrics::histogram!("crossclaim_link_phase_seconds", "phase" => phase).record(self.0.elapsed());
        self.0 = std::time::Instant::now();
    }
}
