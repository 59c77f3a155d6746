//! Outlets, and what each does over all clusters.

use std::collections::{BTreeMap, HashMap};

use sqlx::PgConnection;
use uuid::Uuid;

use super::{Page, StorageError, Store, each, word::Word};
use crate::domain::{Coverage, NewOutlet, Outlet, OutletId, OutletKind, WorkspaceId};

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

/// What ties an outlet to others. Names with numbers of clusters, most first, at most 20.
#[derive(Clone, Debug, PartialEq)]
pub struct OutletTies {
    /// Clusters that it was the first to corroborate.
    pub originates: i64,
    /// Whom it echoes, as it names them.
    pub echoes_of: Vec<(String, i64)>,
    /// Outlets that echo it by its name.
    pub echoed_by: Vec<(String, i64)>,
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
    /// Which outlets and which period the workspace covers. Looks at every article.
    pub async fn coverage(&self, workspace: WorkspaceId) -> Result<Coverage, StorageError> {
        let row = sqlx::query!(
            r#"select count(distinct outlet_id) as "outlets!", count(*) as "articles!",
                min(coalesce(published_at, received_at)) as first, max(coalesce(published_at, received_at)) as last
            from article
            where workspace_id = $1 and current"#,
            workspace.0,
        )
        .fetch_one(&mut *self.within(workspace).await?)
        .await?;
        Ok(Coverage { outlets: row.outlets, articles: row.articles, period: row.first.zip(row.last) })
    }

    pub async fn outlet(&self, workspace: WorkspaceId, id: OutletId) -> Result<Option<OutletProfile>, StorageError> {
        let row = select_profiles!("where outlet.workspace_id = $1 and outlet.outlet_id = $2", workspace.0, id.0)
            .fetch_optional(&mut *self.within(workspace).await?)
            .await?;
        Ok(row.map(OutletProfile::from))
    }

    /// What an outlet begins, and who stands before and behind it.
    pub async fn outlet_ties(&self, workspace: WorkspaceId, id: OutletId) -> Result<OutletTies, StorageError> {
        let mut connection = self.within(workspace).await?;
        let originates = sqlx::query_scalar!(
            r#"select count(*) as "count!" from outlet_relation
            join cluster on cluster.workspace_id = outlet_relation.workspace_id
                and cluster.cluster_id = outlet_relation.cluster_id and cluster.dissolved_at is null
            where outlet_relation.workspace_id = $1 and outlet_relation.outlet_id = $2
                and outlet_relation.relation = 'corroborates'
                and (outlet_relation.position ->> 'since')::timestamptz = cluster.first_seen_at"#,
            workspace.0,
            id.0,
        )
        .fetch_one(&mut *connection)
        .await?;
        let echoes_of = sqlx::query!(
            r#"select name as "name!", count(*) as "clusters!"
            from (
                select position ->> 'echo_of' as name from outlet_relation
                where workspace_id = $1 and outlet_id = $2 and relation = 'echoes' and position ->> 'echo_of' is not null
            ) as echoed
            group by name
            order by count(*) desc, name collate "C"
            limit 20"#,
            workspace.0,
            id.0,
        )
        .fetch_all(&mut *connection)
        .await?;
        drop(connection);
        // By the name that the others give: a source has no other sign. Outside the wall, for `lower` is looked up.
        let echoed_by = sqlx::query!(
            r#"select outlet.name as "name!", count(*) as "clusters!" from outlet_relation
            join outlet as echoed on echoed.workspace_id = $1 and echoed.outlet_id = $2
            join outlet on outlet.workspace_id = outlet_relation.workspace_id and outlet.outlet_id = outlet_relation.outlet_id
            where outlet_relation.workspace_id = $1 and outlet_relation.relation = 'echoes'
                and lower(outlet_relation.position ->> 'echo_of') = lower(echoed.name)
            group by outlet.outlet_id, outlet.name
            order by count(*) desc, outlet.name collate "C"
            limit 20"#,
            workspace.0,
            id.0,
        )
        .fetch_all(&mut *self.connection().await?)
        .await?;
        Ok(OutletTies {
            originates,
            echoes_of: echoes_of.into_iter().map(|row| (row.name, row.clusters)).collect(),
            echoed_by: echoed_by.into_iter().map(|row| (row.name, row.clusters)).collect(),
        })
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
        .fetch_all(&mut *self.within(workspace).await?)
        .await?;
        Ok(rows.into_iter().map(OutletProfile::from).collect())
    }

    /// The names of all outlets, and whether each is an agency.
    pub async fn outlet_names(&self, workspace: WorkspaceId) -> Result<Vec<(String, bool)>, StorageError> {
        let rows = sqlx::query!(
            r#"select name, kind = 'agency' as "agency!" from outlet where workspace_id = $1 order by name, outlet_id"#,
            workspace.0,
        )
        .fetch_all(&mut *self.within(workspace).await?)
        .await?;
        Ok(rows.into_iter().map(|row| (row.name, row.agency)).collect())
    }
}

/// Of each outlet that an article names, its id: by its domain where that is given, else by its name; a new one where neither
/// is known. What articles say of kind and family replaces what was known; the last word counts.
///
/// To be called outside a transaction: each statement then commits by itself, no row stays locked, and whoever names the same
/// outlets at the same time waits for a moment only.
pub(super) async fn find_or_create(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    outlets: &[&NewOutlet],
) -> Result<Vec<OutletId>, sqlx::Error> {
    let named: BTreeMap<Key<'_>, &NewOutlet> = outlets.iter().map(|outlet| (Key::of(outlet), *outlet)).collect();
    let keys: Vec<Key<'_>> = named.keys().copied().collect();
    let mut known = find(connection, workspace, &keys).await?;
    // Those with a domain first: they answer to their names as well.
    for by_name in [false, true] {
        let is_missing = |key: &Key<'_>| key.by_name == by_name && !known.contains_key(key);
        let missing: Vec<&NewOutlet> = named.iter().filter(|(key, _)| is_missing(key)).map(|(_, outlet)| *outlet).collect();
        if !missing.is_empty() {
            create(connection, workspace, &missing).await?;
            // Somebody else may have been faster; `on conflict` has waited for that transaction, so that it is visible now.
            known = find(connection, workspace, &keys).await?;
        }
    }

    let mut said: BTreeMap<OutletId, Said<'_>> = BTreeMap::new();
    let mut ids = Vec::with_capacity(outlets.len());
    for outlet in outlets {
        let found = known.get(&Key::of(outlet)).ok_or(sqlx::Error::RowNotFound)?;
        ids.push(found.id);
        let said = said.entry(found.id).or_default();
        said.kind = outlet.kind.map(OutletKind::as_str).or(said.kind);
        said.family = outlet.family.as_deref().or(said.family);
    }
    for found in known.values() {
        if said.get(&found.id).is_some_and(|said| said.agrees_with(found)) {
            said.remove(&found.id);
        }
    }
    if !said.is_empty() {
        update(connection, workspace, &said).await?;
    }
    Ok(ids)
}

/// What an outlet is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Key<'a> {
    by_name: bool,
    text: &'a str,
}

impl<'a> Key<'a> {
    fn of(outlet: &'a NewOutlet) -> Self {
        Self { by_name: outlet.domain.is_none(), text: outlet.domain.as_ref().unwrap_or(&outlet.name) }
    }
}

struct Found {
    id: OutletId,
    kind: String,
    family: Option<String>,
}

/// What articles say of an outlet, as far as they do.
#[derive(Default)]
struct Said<'a> {
    kind: Option<&'a str>,
    family: Option<&'a str>,
}

impl Said<'_> {
    fn agrees_with(&self, found: &Found) -> bool {
        self.kind.is_none_or(|kind| kind == found.kind) && (self.family.is_none() || self.family == found.family.as_deref())
    }
}

async fn find<'a>(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    keys: &[Key<'a>],
) -> Result<HashMap<Key<'a>, Found>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"with wanted as materialized (
            select by_name, lower(key) as key, at
            from unnest($2::boolean[], $3::text[]) with ordinality as wanted (by_name, key, at)
        )
        select wanted.at as "at!", found.outlet_id as "outlet_id!", found.kind as "kind!", found.family
        from wanted
        cross join lateral (
            (
                select outlet_id, kind, family from outlet
                where workspace_id = $1 and not wanted.by_name and domain_key = wanted.key and domain is not null
            )
            union all
            (
                -- Several outlets may share a name when they have a domain each; the one known by name alone goes first.
                select outlet_id, kind, family from outlet
                where workspace_id = $1 and wanted.by_name and name_key = wanted.key
                order by domain is not null, outlet_id
                limit 1
            )
        ) as found"#,
        workspace.0,
        &each(keys, |key| key.by_name),
        &each(keys, |key| key.text) as &[&str],
    )
    .fetch_all(connection)
    .await?;
    let at = |ordinality: i64| usize::try_from(ordinality - 1).expect("ordinality counts from 1");
    let found =
        rows.into_iter().map(|row| (keys[at(row.at)], Found { id: OutletId(row.outlet_id), kind: row.kind, family: row.family }));
    Ok(found.collect())
}

/// Leaves those alone that somebody else has created meanwhile.
async fn create(connection: &mut PgConnection, workspace: WorkspaceId, outlets: &[&NewOutlet]) -> Result<(), sqlx::Error> {
    // In the order of the unique keys, so that two callers with the same outlets wait for each other in one direction.
    sqlx::query!(
        "insert into outlet (workspace_id, outlet_id, name, domain, kind, family)
        select $1, outlet_id, name, domain, coalesce(kind, 'website'), family
        from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[]) as new (outlet_id, name, domain, kind, family)
        order by lower(domain), lower(name)
        on conflict do nothing",
        workspace.0,
        &each(outlets, |_| OutletId::new().0),
        &each(outlets, |outlet| outlet.name.as_str()) as &[&str],
        &each(outlets, |outlet| outlet.domain.as_deref()) as &[Option<&str>],
        &each(outlets, |outlet| outlet.kind.map(OutletKind::as_str)) as &[Option<&str>],
        &each(outlets, |outlet| outlet.family.as_deref()) as &[Option<&str>],
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn update(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    said: &BTreeMap<OutletId, Said<'_>>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with locked as materialized (
            select outlet_id from outlet where workspace_id = $1 and outlet_id = any($2) order by outlet_id for no key update
        )
        update outlet set kind = coalesce(said.kind, outlet.kind), family = coalesce(said.family, outlet.family)
        from locked
        join unnest($2::uuid[], $3::text[], $4::text[]) as said (outlet_id, kind, family) using (outlet_id)
        where outlet.workspace_id = $1 and outlet.outlet_id = locked.outlet_id",
        workspace.0,
        &said.keys().map(|id| id.0).collect::<Vec<_>>(),
        &said.values().map(|said| said.kind).collect::<Vec<_>>() as &[Option<&str>],
        &said.values().map(|said| said.family).collect::<Vec<_>>() as &[Option<&str>],
    )
    .execute(connection)
    .await?;
    Ok(())
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
