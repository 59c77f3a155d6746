//! Keys: made, listed, found by what a request brings, revoked. Of a secret only its digest gets here.

use chrono::{DateTime, Utc};
use sqlx::Connection;
use uuid::Uuid;

use super::{Page, StorageError, Store, word::Word};
use crate::domain::{Digest, KeyId, Role, Secret, WorkspaceId};

/// A key to be made.
#[derive(Clone, Debug)]
pub struct NewKey {
    pub name: String,
    pub role: Role,
    /// `None` for one that is valid until it is revoked.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A key with its history, without its secret.
#[derive(Clone, Debug)]
pub struct StoredKey {
    pub id: KeyId,
    pub workspace: WorkspaceId,
    pub name: String,
    pub role: Role,
    /// The beginning of the key, by which people tell it from others.
    pub prefix: String,
    pub digest: Digest,
    pub created_at: DateTime<Utc>,
    pub created_by: String,
    pub expires_at: Option<DateTime<Utc>>,
    /// `None` while it is not.
    pub revoked: Option<(String, DateTime<Utc>)>,
    /// To the minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

impl StoredKey {
    /// Neither revoked nor expired.
    #[must_use]
    pub fn is_valid(&self, now: DateTime<Utc>) -> bool {
        self.revoked.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

/// What became of a wish to revoke a key.
#[derive(Clone, Debug)]
pub enum Revoked {
    Done(Box<StoredKey>),
    /// It asked to revoke itself, and no other admin key is valid.
    LastAdmin,
    Unknown,
}

/// `select_keys!("where …", arguments…)`: the keys that the clause leaves over.
macro_rules! select_keys {
    ($rest:tt, $($argument:expr),* $(,)?) => {
        sqlx::query_as!(
            KeyRow,
            r#"select workspace_id, key_id, name, role as "role: _", prefix, digest, created_at, created_by, expires_at,
                revoked_at, revoked_by, last_used_at
            from api_key
            "# + $rest,
            $($argument),*
        )
    };
}

impl Store {
    /// The key, and its secret, which nobody can ask for again.
    pub async fn create_key(
        &self,
        workspace: WorkspaceId,
        new: &NewKey,
        actor: &str,
    ) -> Result<(StoredKey, Secret), StorageError> {
        let secret = Secret::generate();
        let (id, digest) = (KeyId::new(), secret.digest());
        let mut connection = self.within(workspace).await?;
        sqlx::query!(
            "insert into api_key (workspace_id, key_id, name, role, prefix, digest, created_by, expires_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8)",
            workspace.0,
            id.0,
            new.name,
            Word(new.role).to_string(),
            secret.prefix(),
            digest.0.as_slice(),
            actor,
            new.expires_at,
        )
        .execute(&mut *connection)
        .await?;
        let row = select_keys!("where workspace_id = $1 and key_id = $2", workspace.0, id.0).fetch_one(&mut *connection).await?;
        Ok((row.into(), secret))
    }

    pub async fn key(&self, workspace: WorkspaceId, id: KeyId) -> Result<Option<StoredKey>, StorageError> {
        let row = select_keys!("where workspace_id = $1 and key_id = $2", workspace.0, id.0)
            .fetch_optional(&mut *self.within(workspace).await?)
            .await?;
        Ok(row.map(StoredKey::from))
    }

    /// The key whose secret this is, whatever has become of it.
    pub async fn key_of(&self, secret: &Secret) -> Result<Option<StoredKey>, StorageError> {
        let rows = select_keys!("where prefix = $1", secret.prefix()).fetch_all(&mut *self.connection().await?).await?;
        let digest = secret.digest();
        Ok(rows.into_iter().map(StoredKey::from).find(|key| key.digest.matches(&digest)))
    }

    /// Newest first by id, with those that can no longer be used.
    pub async fn list_keys(&self, workspace: WorkspaceId, page: &Page<Uuid>) -> Result<Vec<StoredKey>, StorageError> {
        let rows = select_keys!(
            "where workspace_id = $1 and ($2::uuid is null or key_id < $2) order by key_id desc limit $3",
            workspace.0,
            page.after,
            page.limit,
        )
        .fetch_all(&mut *self.within(workspace).await?)
        .await?;
        Ok(rows.into_iter().map(StoredKey::from).collect())
    }

    /// Revokes a key; one that is revoked already stays as it was. `by` is the key that asks for it, if one does.
    pub async fn revoke_key(
        &self,
        workspace: WorkspaceId,
        id: KeyId,
        by: Option<KeyId>,
        actor: &str,
    ) -> Result<Revoked, StorageError> {
        let mut connection = self.within(workspace).await?;
        let mut transaction = connection.begin().await?;
        if by == Some(id) {
            // Locked, so that of two that revoke themselves at once the second finds itself alone.
            let admins = sqlx::query_scalar!(
                "select key_id from api_key
                where workspace_id = $1 and role = 'admin' and revoked_at is null and (expires_at is null or expires_at > now())
                order by key_id
                for update",
                workspace.0,
            )
            .fetch_all(&mut *transaction)
            .await?;
            if admins == [id.0] {
                return Ok(Revoked::LastAdmin);
            }
        }
        sqlx::query!(
            "update api_key set revoked_at = now(), revoked_by = $3
            where workspace_id = $1 and key_id = $2 and revoked_at is null",
            workspace.0,
            id.0,
            actor,
        )
        .execute(&mut *transaction)
        .await?;
        let row =
            select_keys!("where workspace_id = $1 and key_id = $2", workspace.0, id.0).fetch_optional(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(row.map_or(Revoked::Unknown, |row| Revoked::Done(Box::new(row.into()))))
    }

    /// Notes that a key is in use: once a minute, however many instances and requests say so.
    pub async fn touch_key(&self, workspace: WorkspaceId, id: KeyId) -> Result<(), StorageError> {
        sqlx::query!(
            "update api_key set last_used_at = now()
            where workspace_id = $1 and key_id = $2
                and (last_used_at is null or last_used_at < now() - interval '1 minute')",
            workspace.0,
            id.0,
        )
        .execute(&mut *self.within(workspace).await?)
        .await?;
        Ok(())
    }

    /// Whether there has ever been one, in any workspace.
    pub async fn has_keys(&self) -> Result<bool, StorageError> {
        let any = sqlx::query_scalar!(r#"select exists (select from api_key) as "any!""#)
            .fetch_one(&mut *self.connection().await?)
            .await?;
        Ok(any)
    }
}

struct KeyRow {
    workspace_id: Uuid,
    key_id: Uuid,
    name: String,
    role: Word<Role>,
    prefix: String,
    digest: Vec<u8>,
    created_at: DateTime<Utc>,
    created_by: String,
    expires_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    revoked_by: Option<String>,
    last_used_at: Option<DateTime<Utc>>,
}

impl From<KeyRow> for StoredKey {
    fn from(row: KeyRow) -> Self {
        Self {
            id: KeyId(row.key_id),
            workspace: WorkspaceId(row.workspace_id),
            name: row.name,
            role: row.role.0,
            prefix: row.prefix,
            digest: Digest(row.digest.as_slice().try_into().expect("api_key_digest_check")),
            created_at: row.created_at,
            created_by: row.created_by,
            expires_at: row.expires_at,
            revoked: row.revoked_by.zip(row.revoked_at),
            last_used_at: row.last_used_at,
        }
    }
}
