//! Clusters with the position of each outlet.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Page, StorageError, Store};
use crate::domain::{Cluster, ClusterId, Outlet, OutletId, Relation, WorkspaceId};

/// A cluster, and the outlets its positions speak of.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredCluster {
    pub cluster: Cluster,
    pub outlets: Vec<Outlet>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ClusterLookup {
    Live(Box<StoredCluster>),
    /// It was merged; this is the survivor (redirects are followed to the end).
    Merged(ClusterId),
    Absent,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClusterSort {
    /// Last seen first.
    #[default]
    Recent,
    /// Most outlets on the smaller side of the dispute first: min(disputes, corroborates + echoes).
    Contested,
    /// Most echoes first.
    Echoed,
    /// Many outlets, few origins: outlets - high origins, largest first.
    Fragile,
}

#[derive(Clone, Debug, Default)]
pub struct ClusterFilter {
    pub q: Option<String>,
    pub outlet: Option<OutletId>,
    /// At least one outlet holds this relation (with `outlet`: that outlet holds it).
    pub relation: Option<Relation>,
    /// `Some(true)`: somebody disputes and somebody supports or echoes, or a dispute stands alone against a named asserter.
    pub contested: Option<bool>,
    pub min_outlets: Option<i32>,
    /// Upper bound on `origins.high`.
    pub max_origins: Option<i32>,
    /// Last seen at or after / first seen before.
    pub since: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
    pub sort: ClusterSort,
}

impl Store {
    pub async fn cluster(&self, workspace: WorkspaceId, id: ClusterId) -> Result<ClusterLookup, StorageError> {
        let _ = (workspace, id);
        unimplemented!()
    }

    /// Several live clusters, in the order asked for; absent and merged ones are left out.
    pub async fn clusters(&self, workspace: WorkspaceId, ids: &[ClusterId]) -> Result<Vec<StoredCluster>, StorageError> {
        let _ = (workspace, ids);
        unimplemented!()
    }

    /// Sort key (descending) and id (descending) of the last row make the next page's `after`.
    pub async fn list_clusters(
        &self,
        workspace: WorkspaceId,
        filter: &ClusterFilter,
        page: &Page<(i64, Uuid)>,
    ) -> Result<Vec<(i64, StoredCluster)>, StorageError> {
        let _ = (workspace, filter, page);
        unimplemented!()
    }
}
