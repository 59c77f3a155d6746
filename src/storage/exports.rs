//! Whole lists as streams of rows: each is one statement, which sees the tables as they were when it began.
//!
//! Rows are read from Postgres no faster than they are taken, on a connection of their own: memory stays as it is however many
//! there are, and a slow reader keeps no connection of the pool.

use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};
use sqlx::{ConnectOptions, PgConnection, postgres::PgConnectOptions};
use tokio::{sync::mpsc, task::JoinHandle, time::timeout};

use super::{
    ArticleFilter, ClaimFilter, ClusterFilter, JudgedPair, Page, StorageError, Store, StoredCluster, articles, claims, clusters,
    constraints,
};
use crate::domain::{Article, Claim, WorkspaceId};

/// Batches that are read before the first is taken.
const AHEAD: usize = 2;
/// How long nobody may take a batch. A statement that stands still holds back the clean-up of old rows.
const PATIENCE: Duration = Duration::from_secs(60);

/// Rows in batches, in the order of the list.
#[derive(Debug)]
pub struct Rows<T> {
    batches: mpsc::Receiver<Vec<T>>,
    /// `None` once it has told how it ended.
    reading: Option<JoinHandle<Result<(), StorageError>>>,
}

impl<T> Rows<T> {
    /// The next rows; `None` when all have been told. After an error rows are missing.
    pub async fn next(&mut self) -> Result<Option<Vec<T>>, StorageError> {
        if let Some(batch) = self.batches.recv().await {
            return Ok(Some(batch));
        }
        match self.reading.take() {
            None => Ok(None),
            // It is never aborted: what does not end well is a defect of ours.
            Some(reading) => reading.await.unwrap_or(Err(StorageError::Internal(sqlx::Error::WorkerCrashed))).map(|()| None),
        }
    }
}

/// `rows!(connection, rows together, |connection| statement)`: what the statement finds, as [`Rows`].
macro_rules! rows {
    ($connected:expr, $together:expr, |$connection:ident| $rows:expr) => {{
        let mut connection = $connected;
        let (sender, batches) = mpsc::channel(AHEAD);
        let reading = tokio::spawn(async move {
            let $connection = &mut connection;
            hand_over($rows, $together, sender).await
        });
        Ok(Rows { batches, reading: Some(reading) })
    }};
}

impl Store {
    /// As [`Store::list_claims`], without an end.
    pub async fn export_claims(&self, workspace: WorkspaceId, filter: &ClaimFilter) -> Result<Rows<Claim>, StorageError> {
        let filter = filter.clone();
        let connection = self.long_connection_to_list(workspace, filter.q.as_deref()).await?;
        rows!(connection, 200, |connection| claims::listed(connection, workspace, &filter, &Page::everything()))
    }

    /// As [`Store::list_clusters`], without an end.
    pub async fn export_clusters(
        &self,
        workspace: WorkspaceId,
        filter: &ClusterFilter,
    ) -> Result<Rows<StoredCluster>, StorageError> {
        let filter = filter.clone();
        let connection = self.long_connection_to_list(workspace, filter.q.as_deref()).await?;
        rows!(connection, 200, |connection| clusters::listed(connection, workspace, &filter, &Page::everything())
            .map_ok(|(_, stored)| stored)
            .boxed())
    }

    /// As [`Store::list_articles`], without an end.
    pub async fn export_articles(&self, workspace: WorkspaceId, filter: &ArticleFilter) -> Result<Rows<Article>, StorageError> {
        let filter = filter.clone();
        // They come with their texts.
        rows!(self.long_connection(workspace).await?, 25, |connection| articles::listed(
            connection,
            workspace,
            &filter,
            &Page::everything()
        ))
    }

    /// Pairs of claims that editors put together or hold apart, as it stands.
    pub async fn export_pairs(&self, workspace: WorkspaceId) -> Result<Rows<JudgedPair>, StorageError> {
        rows!(self.long_connection(workspace).await?, 200, |connection| constraints::judged_pairs(connection, workspace))
    }

    /// A connection within the workspace's wall on which one statement may take as long as its reader does.
    pub(super) async fn long_connection(&self, workspace: WorkspaceId) -> Result<PgConnection, StorageError> {
        Ok(without_hurry(self.options_within(workspace)).connect().await?)
    }

    /// As [`Store::to_list`].
    async fn long_connection_to_list(&self, workspace: WorkspaceId, words: Option<&str>) -> Result<PgConnection, StorageError> {
        match words {
            None => self.long_connection(workspace).await,
            Some(_) => Ok(without_hurry((*self.pool().connect_options()).clone()).connect().await?),
        }
    }
}

fn without_hurry(options: PgConnectOptions) -> PgConnectOptions {
    options.disable_statement_logging().options([
        ("statement_timeout", "0"),
        ("idle_in_transaction_session_timeout", "0"),
        // By the index of the list's order: the first row is there at once, and nothing is piled up on disk.
        ("enable_sort", "off"),
    ])
}

/// Until its end, or until nobody takes the rows any more.
async fn hand_over<T>(
    mut rows: BoxStream<'_, Result<T, sqlx::Error>>,
    together: usize,
    batches: mpsc::Sender<Vec<T>>,
) -> Result<(), StorageError> {
    loop {
        let batch: Vec<T> = rows.by_ref().take(together).try_collect().await?;
        if batch.is_empty() {
            return Ok(());
        }
        match timeout(PATIENCE, batches.send(batch)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return Ok(()),
            Err(_) => return Err(StorageError::Contended(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()))),
        }
    }
}
