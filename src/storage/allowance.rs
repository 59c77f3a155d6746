//! What keys may still ask, shared by all instances: each borrows a few requests at a time, and the database's clock counts.

use super::{StorageError, Store};
use crate::domain::WorkspaceId;

/// Requests that an instance may let through.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Portion {
    pub given: u32,
    /// What is left for others.
    pub left: f64,
}

impl Store {
    /// Borrows up to `wanted` of a bearer's `quota` a minute, and gives `unused` back. Whoever was never seen has all of it.
    pub async fn borrow_requests(
        &self,
        workspace: WorkspaceId,
        bearer: &str,
        quota: u32,
        wanted: u32,
        unused: u32,
    ) -> Result<Portion, StorageError> {
        let row = sqlx::query!(
            r#"insert into allowance (workspace_id, bearer, tokens, at, given)
            values ($1, $2, $3::float8 - least($4::float8, $3), now(), least($4, $3))
            on conflict (workspace_id, bearer) do update set (tokens, at, given) = (
                select there - least($4, floor(there)), now(), least($4, floor(there))
                from (select least($3, allowance.tokens + $5::float8
                    + $3 * greatest(extract(epoch from now() - allowance.at)::float8, 0) / 60)) as bucket (there)
            )
            returning tokens, given"#,
            workspace.0,
            bearer,
            f64::from(quota),
            f64::from(wanted),
            f64::from(unused),
        )
        .fetch_one(&mut *self.within(workspace).await?)
        .await?;
        Ok(Portion { given: row.given.unsigned_abs(), left: row.tokens })
    }
}
