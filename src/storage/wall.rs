//! Row-level security as a second wall (migration 0064). What is asked for a workspace is asked in a role that sees the rows of that one
//! workspace, which each connection is told before it is used, and no rows at all until then. A statement that forgot its workspace
//! finds nothing.
//!
//! Ahead of a policy Postgres looks up in an index only what no function could leak. Searching for words and `lower` are not of that
//! kind, so the few statements that look them up stay outside ([`Store::to_list`], who echoes an outlet).

use sqlx::{PgConnection, PgPool, postgres::PgConnectOptions};
use tokio::time::timeout;

use super::{
    ACQUIRE_TIMEOUT, StorageError, Store,
    connection::{Connection, Connections},
};
use crate::domain::WorkspaceId;

/// Nobody logs in as it. One for all databases of a server, as roles are.
pub const ROLE: &str = "crossclaim_newsroom";

/// The name of the setting that says whose rows are shown.
const WORKSPACE: &str = "crossclaim.workspace";

/// Makes the role and gives it what newsrooms need, as far as this login may; false where it may not act in it. Several may try at
/// once.
pub(super) async fn build(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::raw_sql(
        "do $$
        declare
            ours name;
        begin
            perform pg_advisory_xact_lock(hashtextextended('crossclaim wall', 0));
            begin
                if not exists (select from pg_roles where rolname = 'crossclaim_newsroom') then
                    create role crossclaim_newsroom nologin;
                end if;
            exception
                -- Somebody was faster, in another database.
                when duplicate_object or unique_violation then null;
            end;
            if not pg_has_role('crossclaim_newsroom', 'usage') then
                execute format('grant crossclaim_newsroom to %I', current_user);
            end if;
            for ours in
                select relname from pg_class
                where relnamespace = current_schema()::regnamespace and relkind = 'r' and relrowsecurity
                    and not has_table_privilege('crossclaim_newsroom', oid, 'delete')
            loop
                execute format('grant select, insert, update, delete on %I to crossclaim_newsroom', ours);
            end loop;
            if not has_schema_privilege('crossclaim_newsroom', current_schema(), 'usage') then
                execute format('grant usage on schema %I to crossclaim_newsroom', current_schema());
            end if;
        exception
            when insufficient_privilege then null;
        end
        $$",
    )
    .execute(&mut *connection)
    .await?;
    let acted = sqlx::raw_sql("begin; set local role crossclaim_newsroom; select from workspace; rollback")
        .execute(&mut *connection)
        .await;
    if acted.is_err() {
        sqlx::raw_sql("rollback").execute(connection).await?;
    }
    Ok(acted.is_ok())
}

/// Connections in that role, opened as they are needed.
pub(super) fn behind(pool: &PgPool) -> Connections {
    let options = (*pool.connect_options()).clone().options([("role", ROLE)]);
    // That a connection lives is seen when it is told its workspace.
    let pool = pool.options().clone().test_before_acquire(false);
    Connections::of(pool.connect_lazy_with(options))
}

impl Store {
    /// A connection to whatever does not belong to one workspace.
    pub(super) async fn connection(&self) -> Result<Connection, StorageError> {
        self.service.one().await
    }

    /// A connection to the rows of a workspace.
    pub(super) async fn within(&self, workspace: WorkspaceId) -> Result<Connection, StorageError> {
        let Some(newsrooms) = &self.newsrooms else { return self.connection().await };
        let setting = workspace.to_string();
        let mut tries = newsrooms.pool.options().get_max_connections();
        loop {
            let mut connection = newsrooms.one().await?;
            let told = sqlx::query_scalar!("select set_config($1, $2, false)", WORKSPACE, setting).fetch_one(&mut *connection);
            let told = timeout(ACQUIRE_TIMEOUT, told).await;
            if let Ok(Ok(_)) = told {
                return Ok(connection);
            }
            connection.discard();
            match told {
                // All that lay idle may be dead.
                Ok(Err(error)) if tries == 0 => return Err(error.into()),
                Ok(_) => tries -= 1,
                Err(_) => return Err(StorageError::silent()),
            }
        }
    }

    /// As [`Store::within`], but outside the wall for those who look for words.
    pub(super) async fn to_list(&self, workspace: WorkspaceId, words: Option<&str>) -> Result<Connection, StorageError> {
        match words {
            None => self.within(workspace).await,
            Some(_) => self.connection().await,
        }
    }

    /// What a connection needs that is in nobody's pool.
    pub(super) fn options_within(&self, workspace: WorkspaceId) -> PgConnectOptions {
        let options = (*self.pool().connect_options()).clone();
        match self.newsrooms {
            Some(_) => options.options([("role", ROLE.to_owned()), (WORKSPACE, workspace.to_string())]),
            None => options,
        }
    }
}
