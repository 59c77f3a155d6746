//! Requests that come twice: who is first, and what the answer was.

use std::time::Duration;

use super::{StorageError, Store};
use crate::domain::WorkspaceId;

/// How long an answer is kept.
const KEPT: Duration = Duration::from_hours(24);
/// After so long without an answer the process that began is taken for dead. Longer than any request may take.
const GIVEN_UP: Duration = Duration::from_mins(2);

/// A request under a key of the client's.
#[derive(Clone, Copy, Debug)]
pub struct Keyed {
    pub workspace: WorkspaceId,
    /// SHA-256 of who asks, method, path and key.
    pub scope: [u8; 32],
    pub body: [u8; 32],
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// 200–399.
    pub status: u16,
    pub location: Option<String>,
    pub media_type: Option<String>,
    /// `None` where it held a secret.
    pub body: Option<Vec<u8>>,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Begun {
    /// Nobody did this before: it is the caller's to do, and to end with [`Store::remember`] or [`Store::forget`].
    First,
    /// Somebody is doing it.
    Running,
    /// The key was used with another body.
    Reused,
    Done(Remembered),
}

impl Store {
    /// Forgets some of what is too old on the way.
    pub async fn begin_once(&self, request: &Keyed) -> Result<Begun, StorageError> {
        let Keyed { workspace, scope, body } = request;
        let mut connection = self.within(*workspace).await?;
        sqlx::query!(
            "delete from idempotent_request where (workspace_id, scope) in (
                select workspace_id, scope from idempotent_request
                where begun_at < now() - make_interval(secs => $1)
                order by begun_at limit 100
                for update skip locked
            )",
            KEPT.as_secs_f64(),
        )
        .execute(&mut *connection)
        .await?;
        let first = sqlx::query!(
            "insert into idempotent_request (workspace_id, scope, body_hash) values ($1, $2, $3)
            on conflict (workspace_id, scope) do update set body_hash = excluded.body_hash, begun_at = now()
            where idempotent_request.status is null and idempotent_request.begun_at < now() - make_interval(secs => $4)",
            workspace.0,
            &scope[..],
            &body[..],
            GIVEN_UP.as_secs_f64(),
        )
        .execute(&mut *connection)
        .await?;
        if first.rows_affected() > 0 {
            return Ok(Begun::First);
        }
        let before = sqlx::query!(
            "select body_hash, status, location, media_type, body from idempotent_request where workspace_id = $1 and scope = $2",
            workspace.0,
            &scope[..],
        )
        .fetch_optional(&mut *connection)
        .await?;
        Ok(match before {
            // It failed a moment ago; the client asks again.
            None => Begun::Running,
            Some(row) if row.body_hash != body[..] => Begun::Reused,
            Some(row) => match row.status.and_then(|status| u16::try_from(status).ok()) {
                None => Begun::Running,
                Some(status) => {
                    Begun::Done(Remembered { status, location: row.location, media_type: row.media_type, body: row.body })
                }
            },
        })
    }

    pub async fn remember(&self, request: &Keyed, answer: &Remembered) -> Result<(), StorageError> {
        sqlx::query!(
            "update idempotent_request set status = $3, location = $4, media_type = $5, body = $6
            where workspace_id = $1 and scope = $2",
            request.workspace.0,
            &request.scope[..],
            answer.status.cast_signed(),
            answer.location,
            answer.media_type,
            answer.body,
        )
        .execute(&mut *self.within(request.workspace).await?)
        .await?;
        Ok(())
    }

    /// It came to nothing: the key is free again.
    pub async fn forget(&self, request: &Keyed) -> Result<(), StorageError> {
        sqlx::query!(
            "delete from idempotent_request where workspace_id = $1 and scope = $2 and status is null",
            request.workspace.0,
            &request.scope[..],
        )
        .execute(&mut *self.within(request.workspace).await?)
        .await?;
        Ok(())
    }
}
