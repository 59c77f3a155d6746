//! Articles that were withdrawn, and restored: the row stays, so that the article is known when it comes again.

use serde_json::json;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::{
    StorageError, Store,
    articles::lock_places,
    events::{self, Event},
};
use crate::{
    domain::{ArticleId, OutletId, WorkspaceId},
    failpoint,
};

/// What became of a wish to withdraw or to restore an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withdrawn {
    /// Whether anything changed.
    Done(bool),
    /// A later revision stands in its place.
    Superseded(ArticleId),
    Unknown,
}

impl Store {
    /// Withdraws the current revision of an article. One that is withdrawn already stays as it was.
    pub async fn withdraw_article(
        &self,
        workspace: WorkspaceId,
        id: ArticleId,
        reason: &str,
        actor: &str,
    ) -> Result<Withdrawn, StorageError> {
        let mut connection = self.within(workspace).await?;
        let mut transaction = connection.begin().await?;
        match standing(&mut transaction, workspace, id).await? {
            Standing::Current => {}
            Standing::Withdrawn => return Ok(Withdrawn::Done(false)),
            Standing::Superseded(by) => return Ok(Withdrawn::Superseded(by)),
            Standing::Unknown => return Ok(Withdrawn::Unknown),
        }
        sqlx::query!(
            "update article
            set current = false, rejudge = true, withdrawn_at = now(), withdrawn_by = $3, withdrawal_reason = $4
            where workspace_id = $1 and article_id = $2",
            workspace.0,
            id.0,
            actor,
            reason,
        )
        .execute(&mut *transaction)
        .await?;
        failpoint::reach("withdrawal-half-made");
        let event = Event::of_article("article.withdrawn", id, json!({ "reason": reason }));
        events::append(&mut transaction, workspace, actor, &[event]).await?;
        transaction.commit().await?;
        Ok(Withdrawn::Done(true))
    }

    /// Takes a withdrawal back. One that is not withdrawn stays as it is.
    pub async fn restore_article(&self, workspace: WorkspaceId, id: ArticleId, actor: &str) -> Result<Withdrawn, StorageError> {
        let mut connection = self.within(workspace).await?;
        let mut transaction = connection.begin().await?;
        match standing(&mut transaction, workspace, id).await? {
            Standing::Withdrawn => {}
            Standing::Current => return Ok(Withdrawn::Done(false)),
            Standing::Superseded(by) => return Ok(Withdrawn::Superseded(by)),
            Standing::Unknown => return Ok(Withdrawn::Unknown),
        }
        sqlx::query!(
            "update article
            set current = true, rejudge = true, withdrawn_at = null, withdrawn_by = null, withdrawal_reason = null
            where workspace_id = $1 and article_id = $2",
            workspace.0,
            id.0,
        )
        .execute(&mut *transaction)
        .await?;
        events::append(&mut transaction, workspace, actor, &[Event::of_article("article.restored", id, json!({}))]).await?;
        transaction.commit().await?;
        Ok(Withdrawn::Done(true))
    }
}

enum Standing {
    Current,
    Withdrawn,
    Superseded(ArticleId),
    Unknown,
}

/// How an article stands, with its place locked against posts.
async fn standing(connection: &mut PgConnection, workspace: WorkspaceId, id: ArticleId) -> Result<Standing, sqlx::Error> {
    let place =
        sqlx::query!("select outlet_id, url_hash from article where workspace_id = $1 and article_id = $2", workspace.0, id.0,)
            .fetch_optional(&mut *connection)
            .await?;
    let Some(place) = place else { return Ok(Standing::Unknown) };
    let hash = place.url_hash.as_slice().try_into().expect("article_hash_check");
    lock_places(connection, workspace, [(OutletId(place.outlet_id), hash)]).await?;
    let newest = sqlx::query!(
        r#"select article_id, withdrawn_at is not null as "withdrawn!" from article
        where workspace_id = $1 and outlet_id = $2 and url_hash = $3 and (current or withdrawn_at is not null)"#,
        workspace.0,
        place.outlet_id,
        place.url_hash,
    )
    .fetch_one(&mut *connection)
    .await?;
    Ok(match (newest.article_id == id.0, newest.withdrawn) {
        (true, false) => Standing::Current,
        (true, true) => Standing::Withdrawn,
        (false, _) => Standing::Superseded(ArticleId(newest.article_id)),
    })
}

/// Withdrawn articles whose state the linker has not seen yet, each with whether it is withdrawn.
pub(super) async fn unnoticed(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    limit: i64,
) -> Result<Vec<(ArticleId, bool)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select article_id, withdrawn_at is not null as "withdrawn!" from article
        where workspace_id = $1 and rejudge and status = 'linked'
        order by article_id
        limit $2"#,
        workspace.0,
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (ArticleId(row.article_id), row.withdrawn)).collect())
}

/// One that was withdrawn or restored again since the linker had read it is left to be noticed again.
pub(super) async fn mark(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    noticed: &[(ArticleId, bool)],
) -> Result<(), sqlx::Error> {
    if noticed.is_empty() {
        return Ok(());
    }
    let (ids, states): (Vec<Uuid>, Vec<bool>) = noticed.iter().map(|(id, withdrawn)| (id.0, *withdrawn)).unzip();
    sqlx::query!(
        "update article set rejudge = false
        from unnest($2::uuid[], $3::boolean[]) as noticed (article_id, withdrawn)
        where article.workspace_id = $1 and article.article_id = noticed.article_id
            and (article.withdrawn_at is not null) = noticed.withdrawn",
        workspace.0,
        &ids,
        &states,
    )
    .execute(connection)
    .await?;
    Ok(())
}
