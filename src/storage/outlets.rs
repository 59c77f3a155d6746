//! Outlets, and what each does over all clusters.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{Page, StorageError, Store, word::Word};
use crate::domain::{NewOutlet, Outlet, OutletId, OutletKind, WorkspaceId};

/// An outlet with its number of current articles and of clusters by label.
#[derive(Clone, Debug, PartialEq)]
pub struct OutletProfile {
    pub outlet: Outlet,
    pub articles: i64,
    pub corroborates: i64,
    pub disputes: i64,
    pub echoes: i64,
    pub unclear: i64,
}

/// `select_profiles!("where …", arguments…)`: profiles of the outlets that the clause leaves over.
macro_rules! select_profiles {
    ($rest:tt, $($argument:expr),*) => {
        sqlx::query_as!(
            ProfileRow,
            r#"select outlet.outlet_id, outlet.name, outlet.domain, outlet.kind as "kind: _", outlet.family,
                written.articles as "articles!",
                held.corroborates as "corroborates!", held.disputes as "disputes!",
                held.echoes as "echoes!", held.unclear as "unclear!"
            from outlet
            cross join lateral (
                select count(*) filter (where article.current) as articles
                from article
                where article.workspace_id = outlet.workspace_id and article.outlet_id = outlet.outlet_id
            ) as written
            cross join lateral (
                select count(*) filter (where relation = 'corroborates') as corroborates,
                    count(*) filter (where relation = 'disputes') as disputes,
                    count(*) filter (where relation = 'echoes') as echoes,
                    count(*) filter (where relation = 'unclear') as unclear
                from outlet_relation
                where outlet_relation.workspace_id = outlet.workspace_id and outlet_relation.outlet_id = outlet.outlet_id
            ) as held
            "# + $rest,
            $($argument),*
        )
    };
}

impl Store {
    pub async fn outlet(&self, workspace: WorkspaceId, id: OutletId) -> Result<Option<OutletProfile>, StorageError> {
        let row = select_profiles!("where outlet.workspace_id = $1 and outlet.outlet_id = $2", workspace.0, id.0)
            .fetch_optional(&mut *self.connection().await?)
            .await?;
        Ok(row.map(OutletProfile::from))
    }

    /// By name, then id.
    pub async fn list_outlets(
        &self,
        workspace: WorkspaceId,
        page: &Page<(String, Uuid)>,
    ) -> Result<Vec<OutletProfile>, StorageError> {
        let (name, id) = page.after.as_ref().map(|(name, id)| (name.as_str(), *id)).unzip();
        let rows = select_profiles!(
            "where outlet.workspace_id = $1 and ($2::text is null or (outlet.name, outlet.outlet_id) > ($2, $3))
            order by outlet.name, outlet.outlet_id
            limit $4",
            workspace.0,
            name,
            id,
            page.limit
        )
        .fetch_all(&mut *self.connection().await?)
        .await?;
        Ok(rows.into_iter().map(OutletProfile::from).collect())
    }
}

/// The id of the outlet an article names: by its domain where that is given, else by its name; a new one where neither is
/// known. What the article says of kind and family replaces what was known.
pub(super) async fn find_or_create(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    outlet: &NewOutlet,
) -> Result<OutletId, sqlx::Error> {
    let kind = outlet.kind.map(OutletKind::as_str);
    let found = match find(connection, workspace, outlet).await? {
        Some(known) => known,
        None => {
            let created = sqlx::query_scalar!(
                "insert into outlet (workspace_id, outlet_id, name, domain, kind, family)
                values ($1, $2, $3, $4, coalesce($5, 'website'), $6)
                on conflict do nothing
                returning outlet_id",
                workspace.0,
                OutletId::new().0,
                outlet.name,
                outlet.domain,
                kind,
                outlet.family,
            )
            .fetch_optional(&mut *connection)
            .await?;
            if let Some(id) = created {
                return Ok(OutletId(id));
            }
            // Somebody else created it since; `on conflict` has waited for that transaction, so that it is visible now.
            find(connection, workspace, outlet).await?.ok_or(sqlx::Error::RowNotFound)?
        }
    };
    if kind.is_some() || outlet.family.is_some() {
        sqlx::query!(
            "update outlet set kind = coalesce($3, kind), family = coalesce($4, family)
            where workspace_id = $1 and outlet_id = $2
                and (kind, family) is distinct from (coalesce($3, kind), coalesce($4, family))",
            workspace.0,
            found.0,
            kind,
            outlet.family,
        )
        .execute(connection)
        .await?;
    }
    Ok(found)
}

async fn find(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    outlet: &NewOutlet,
) -> Result<Option<OutletId>, sqlx::Error> {
    let id = match &outlet.domain {
        Some(domain) => {
            sqlx::query_scalar!(
                "select outlet_id from outlet where workspace_id = $1 and lower(domain) = lower($2) and domain is not null",
                workspace.0,
                domain,
            )
            .fetch_optional(connection)
            .await?
        }
        // Several outlets may share a name when they have a domain each; the one known by name alone goes first.
        None => {
            sqlx::query_scalar!(
                "select outlet_id from outlet where workspace_id = $1 and lower(name) = lower($2)
                order by domain is not null, outlet_id limit 1",
                workspace.0,
                outlet.name,
            )
            .fetch_optional(connection)
            .await?
        }
    };
    Ok(id.map(OutletId))
}

struct ProfileRow {
    outlet_id: Uuid,
    name: String,
    domain: Option<String>,
    kind: Word<OutletKind>,
    family: Option<String>,
    articles: i64,
    corroborates: i64,
    disputes: i64,
    echoes: i64,
    unclear: i64,
}

impl From<ProfileRow> for OutletProfile {
    fn from(row: ProfileRow) -> Self {
        Self {
            outlet: Outlet {
                id: OutletId(row.outlet_id),
                name: row.name,
                domain: row.domain,
                kind: row.kind.0,
                family: row.family,
            },
            articles: row.articles,
            corroborates: row.corroborates,
            disputes: row.disputes,
            echoes: row.echoes,
            unclear: row.unclear,
        }
    }
}
