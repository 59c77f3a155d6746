//! The audit log, which triggers write (migration 0050): read here, and verified by the rules of [`super::fsck`].

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{StorageError, Store};
use crate::domain::WorkspaceId;

/// Who decided what, when, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AuditEntry {
    /// 1, 2, 3, … per workspace.
    pub sequence: i64,
    pub at: DateTime<Utc>,
    pub actor: String,
    /// `decision.made`, `key.revoked`, …
    pub action: String,
    /// The decision, constraint, key or article.
    pub subject_id: Uuid,
    /// The row as it stood after the change.
    pub detail: Value,
    /// SHA-256 over the hash before and this entry, in hexadecimal.
    pub hash: String,
}

/// The end of a workspace's chain. Whoever has kept it can tell later whether anything before it was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditHead {
    pub workspace: WorkspaceId,
    pub name: String,
    pub sequence: i64,
    pub hash: String,
}

impl Store {
    /// Entries after the one numbered `after`, in order.
    pub async fn audit_entries(&self, workspace: WorkspaceId, after: i64, limit: i64) -> Result<Vec<AuditEntry>, StorageError> {
        let entries = sqlx::query_as!(
            AuditEntry,
            r#"select sequence, at, actor, action, subject_id, detail, encode(hash, 'hex') as "hash!"
            from audit_entry
            where workspace_id = $1 and sequence > $2
            order by sequence
            limit $3"#,
            workspace.0,
            after,
            limit,
        )
        .fetch_all(&mut *self.within(workspace).await?)
        .await?;
        Ok(entries)
    }

    /// The end of each chain that has begun, by the workspace's name.
    pub async fn audit_heads(&self) -> Result<Vec<AuditHead>, StorageError> {
        let rows = sqlx::query!(
            r#"select workspace_id, name, last_audit, encode(audit_hash, 'hex') as "hash!"
            from workspace
            where last_audit > 0
            order by name"#
        )
        .fetch_all(&mut *self.connection().await?)
        .await?;
        let head = |id, name, sequence, hash| AuditHead { workspace: WorkspaceId(id), name, sequence, hash };
        Ok(rows.into_iter().map(|row| head(row.workspace_id, row.name, row.last_audit, row.hash)).collect())
    }

    /// Whether some workspace's log has this entry with this hash.
    pub async fn has_audit_entry(&self, sequence: i64, hash: &str) -> Result<bool, StorageError> {
        let known = sqlx::query_scalar!(
            r#"select exists (select from audit_entry where sequence = $1 and encode(hash, 'hex') = $2) as "known!""#,
            sequence,
            hash,
        )
        .fetch_one(&mut *self.connection().await?)
        .await?;
        Ok(known)
    }
}
