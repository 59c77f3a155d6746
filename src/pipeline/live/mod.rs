//! What goes on beside ingest and linking: the history is followed, and those who want to hear of it are told.
//!
//! Tasks of one instance; several instances share the work row by row (`storage`), and each follows the history for itself.

mod courier;
mod dispatcher;
mod fetch;
pub(super) mod listing;
mod manners;
mod poller;
mod tail;

use std::time::Duration;

use tokio::{
    sync::{Mutex, watch},
    task::JoinSet,
};
use url::Url;

pub use self::{fetch::FetchError, poller::Ingest};
use self::{manners::Manners, poller::Poller};
use super::{PipelineError, Service, Submitted, Vault};
use crate::{
    domain::{NewOutlet, WorkspaceId},
    egress::Egress,
    embedder::Embedder,
    storage::Store,
};

/// How a service deals with the world outside.
#[derive(Clone, Debug)]
pub struct LiveOptions {
    /// The way out.
    pub egress: Egress,
    /// What makes sentence vectors; none does without a model.
    pub embedder: Embedder,
    /// What opens the secrets of webhooks; there can be none without it.
    pub vault: Option<Vault>,
    /// Between two requests to one host whose articles are fetched.
    pub host_pause: Duration,
    /// Pauses between the attempts at a message to a webhook; it has failed when the last attempt has.
    pub retries: Vec<Duration>,
    /// How long a webhook must have failed without a break before it is disabled.
    pub give_up_after: Duration,
}

impl Default for LiveOptions {
    fn default() -> Self {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        let hours = |hours: u64| minutes(60 * hours);
        Self {
            egress: Egress::default(),
            embedder: Embedder::default(),
            vault: None,
            host_pause: Duration::from_secs(1),
            retries: vec![
                Duration::from_secs(5),
                Duration::from_secs(30),
                minutes(2),
                minutes(15),
                hours(1),
                hours(6),
                hours(24),
            ],
            give_up_after: hours(5 * 24),
        }
    }
}

pub(super) struct Live {
    pub(super) egress: Egress,
    pub(super) vault: Option<Vault>,
    pub(super) tail: tail::Tail,
    stopping: watch::Sender<bool>,
    tasks: Mutex<JoinSet<()>>,
}

impl Service {
    /// Fetches an article from its address, and goes on as with one that was posted.
    pub async fn fetch_article(
        &self,
        workspace: WorkspaceId,
        url: &Url,
        outlet: Option<NewOutlet>,
        wait: Duration,
    ) -> Result<Submitted, PipelineError> {
        let article = fetch::article(self.egress(), url, outlet).await?;
        self.submit(workspace, article, wait).await
    }
}

impl Live {
    pub(super) fn start(store: &Store, ingest: Ingest, options: LiveOptions) -> Self {
        let (egress, vault) = (options.egress.clone(), options.vault.clone());
        let stopping = watch::Sender::new(false);
        let mut tasks = JoinSet::new();
        let tail = tail::Tail::default();
        tasks.spawn(until_stop(stopping.subscribe(), tail.clone().follow(store.clone())));
        let manners = Manners::new(egress.clone(), options.host_pause);
        let poller = Poller { store: store.clone(), egress: egress.clone(), manners, ingest };
        tasks.spawn(until_stop(stopping.subscribe(), poller.run()));
        tasks.spawn(until_stop(stopping.subscribe(), dispatcher::run(store.clone(), tail.newest(), options)));
        Self { egress, vault, tail, stopping, tasks: Mutex::new(tasks) }
    }

    /// Stops in the midst of whatever goes on: all of it is safe to begin again.
    pub(super) async fn stop(&self) {
        self.stopping.send_replace(true);
        let mut tasks = self.tasks.lock().await;
        while tasks.join_next().await.is_some() {}
    }
}

async fn until_stop(mut stopping: watch::Receiver<bool>, work: impl Future<Output = ()>) {
    tokio::select! {
        () = work => {}
        _ = stopping.wait_for(|stopping| *stopping) => {}
    }
}
