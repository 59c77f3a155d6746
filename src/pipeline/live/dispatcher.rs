//! Events → deliveries to webhooks → couriers that carry them, one courier a webhook, so that a receiver that hangs holds up itself.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::{LiveOptions, courier, tail::Newest};
use crate::{
    domain::WebhookId,
    pipeline::Vault,
    storage::{SILENCE, StorageError, Store, answered},
};

/// How often it looks for what has become due by itself.
const LOOK: Duration = Duration::from_millis(250);
const BACK_OFF: Duration = Duration::from_secs(1);
const MOST_COURIERS: usize = 32;
/// How long the log of deliveries goes back, and how often it is cut.
const LOG: Duration = Duration::from_secs(30 * 24 * 3600);
const CUT: Duration = Duration::from_secs(3600);

/// Until it is dropped, and its couriers with it: what they carry is carried again once their claims have run out.
pub async fn run(store: Store, mut newest: Newest, options: LiveOptions) {
    let mut couriers = Couriers { tasks: JoinSet::new(), busy: Vec::new() };
    let mut cut = Instant::now();
    loop {
        if let Err(error) = couriers.send(&store, &options).await {
            tracing::debug!(%error, "webhooks wait");
            tokio::time::sleep(BACK_OFF).await;
        }
        if cut.elapsed() > CUT {
            cut = Instant::now();
            if let Err(error) = answered(SILENCE, store.forget_deliveries(LOG)).await {
                tracing::warn!(%error, "old deliveries stay");
            }
        }
        tokio::select! {
            Some(returned) = couriers.tasks.join_next_with_id(), if !couriers.tasks.is_empty() => {
                let task = returned.map_or_else(|error| error.id(), |(task, ())| task);
                couriers.busy.retain(|(busy, _)| *busy != task);
            }
            _ = newest.changed() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

struct Couriers {
    tasks: JoinSet<()>,
    busy: Vec<(tokio::task::Id, WebhookId)>,
}

impl Couriers {
    async fn send(&mut self, store: &Store, options: &LiveOptions) -> Result<(), StorageError> {
        while answered(SILENCE, store.make_deliveries()).await? {}
        let busy: Vec<WebhookId> = self.busy.iter().map(|(_, webhook)| *webhook).collect();
        let free = MOST_COURIERS.saturating_sub(busy.len());
        let keys = options.vault.as_ref().map(Vault::names).unwrap_or_default();
        let due = store.due_webhooks(&busy, &keys, i64::try_from(free).unwrap_or_default());
        for (workspace, webhook) in answered(SILENCE, due).await? {
            let task = self.tasks.spawn(courier::carry(store.clone(), options.clone(), workspace, webhook));
            self.busy.push((task.id(), webhook));
        }
        Ok(())
    }
}
