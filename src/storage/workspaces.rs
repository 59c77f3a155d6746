//! Workspaces: made, listed, and found by name.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{StorageError, Store};
use crate::domain::WorkspaceId;

/// A workspace with what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredWorkspace {
    pub id: WorkspaceId,
    pub name: String,
    pub created_at: DateTime<Utc>,
    /// Keys that can be used at present.
    pub keys: i64,
}

impl Store {
    /// `None` when the name is taken. Capitals make no other name.
    pub async fn create_workspace(&self, name: &str) -> Result<Option<WorkspaceId>, StorageError> {
        let made = sqlx::query_scalar!(
            "insert into workspace (workspace_id, name) values ($1, $2) on conflict (lower(name)) do nothing returning workspace_id",
            WorkspaceId::new().0,
            name,
        )
        .fetch_optional(&mut *self.connection().await?)
        .await?;
        Ok(made.map(WorkspaceId))
    }

    pub async fn workspace_named(&self, name: &str) -> Result<Option<WorkspaceId>, StorageError> {
        let found = sqlx::query_scalar!("select workspace_id from workspace where lower(name) = lower($1)", name)
            .fetch_optional(&mut *self.connection().await?)
            .await?;
        Ok(found.map(WorkspaceId))
    }

    /// All of them, oldest first.
    pub async fn list_workspaces(&self) -> Result<Vec<StoredWorkspace>, StorageError> {
        let rows = sqlx::query!(
            r#"select workspace_id, name, created_at,
                (select count(*) from api_key
                where api_key.workspace_id = workspace.workspace_id and revoked_at is null
                    and (expires_at is null or expires_at > now())) as "keys!"
            from workspace
            order by created_at, workspace_id"#
        )
        .fetch_all(&mut *self.connection().await?)
        .await?;
        let workspace = |id: Uuid, name, created_at, keys| StoredWorkspace { id: WorkspaceId(id), name, created_at, keys };
        Ok(rows.into_iter().map(|row| workspace(row.workspace_id, row.name, row.created_at, row.keys)).collect())
    }

    /// The ids alone: asked for every few seconds.
    pub async fn workspaces(&self) -> Result<Vec<WorkspaceId>, StorageError> {
        let ids = sqlx::query_scalar!("select workspace_id from workspace order by workspace_id")
            .fetch_all(&mut *self.connection().await?)
            .await?;
        Ok(ids.into_iter().map(WorkspaceId).collect())
    }
}
