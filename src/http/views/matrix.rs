//! Outlets × clusters: who does what with which claim, at a glance.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{OutletView, RelationView};
use crate::{
    domain::{Outlet, OutletId},
    storage::StoredCluster,
};

/// Outlets as columns, clusters as rows.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Matrix)]
pub struct MatrixView {
    /// Those with a position in most of the rows first, then by name.
    pub outlets: Vec<OutletView>,
    pub rows: Vec<MatrixRowView>,
    /// Pass as `cursor` to get more rows; null when there are none.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// A cluster.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MatrixRow)]
pub struct MatrixRowView {
    pub cluster_id: Uuid,
    /// Representative wording.
    pub claim: String,
    /// Independent origins, from named and separate ones to presumed and anonymous ones too.
    #[schema(minimum = 0)]
    pub origins_low: i32,
    #[schema(minimum = 0)]
    pub origins_high: i32,
    /// One an outlet, in the order of `outlets`; null where it has nothing about it.
    pub cells: Vec<Option<RelationView>>,
}

impl MatrixView {
    #[must_use]
    pub fn new(clusters: &[StoredCluster], next_cursor: Option<String>) -> Self {
        let mut held: BTreeMap<OutletId, (usize, &Outlet)> = BTreeMap::new();
        for outlet in clusters.iter().flat_map(|stored| &stored.outlets) {
            held.entry(outlet.id).or_insert((0, outlet)).0 += 1;
        }
        let mut columns: Vec<(usize, &Outlet)> = held.into_values().collect();
        columns.sort_by(|(a, x), (b, y)| b.cmp(a).then_with(|| x.name.cmp(&y.name)).then_with(|| x.id.cmp(&y.id)));
        let rows = clusters.iter().map(|StoredCluster { cluster, .. }| {
            let cell = |(_, outlet): &(usize, &Outlet)| {
                let held = cluster.outlets.iter().find(|position| position.outlet_id == outlet.id);
                held.map(|position| position.relation.into())
            };
            MatrixRowView {
                cluster_id: cluster.id.0,
                claim: cluster.claim.clone(),
                origins_low: cluster.origins.low,
                origins_high: cluster.origins.high,
                cells: columns.iter().map(cell).collect(),
            }
        });
        Self { rows: rows.collect(), outlets: columns.iter().map(|(_, outlet)| (*outlet).into()).collect(), next_cursor }
    }
}
