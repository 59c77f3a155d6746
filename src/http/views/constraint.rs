//! Constraints.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::view_enum;
use crate::{domain, storage::StoredConstraint};

view_enum! {
    /// `together`: the two claims are about the same question. `apart`: they are not.
    ConstraintKindView of domain::ConstraintKind { Together, Apart }
}

/// An editor's word about two claims.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Constraint, examples(json!(crate::http::examples::constraint())))]
pub struct ConstraintView {
    pub id: Uuid,
    /// Ids of the two claims, the smaller one first.
    #[schema(min_items = 2, max_items = 2)]
    pub claims: Vec<Uuid>,
    #[schema(inline = false)]
    pub kind: ConstraintKindView,
    pub reason: String,
    pub made_by: String,
    pub made_at: DateTime<Utc>,
    /// Null while it holds.
    #[schema(required)]
    pub lifted_by: Option<String>,
    #[schema(required)]
    pub lifted_at: Option<DateTime<Utc>>,
}

impl From<&StoredConstraint> for ConstraintView {
    fn from(stored: &StoredConstraint) -> Self {
        let (lifted_by, lifted_at) = stored.lifted.clone().unzip();
        Self {
            id: stored.constraint.id.0,
            claims: stored.constraint.claims.map(|claim| claim.0).to_vec(),
            kind: stored.constraint.kind.into(),
            reason: stored.reason.clone(),
            made_by: stored.made_by.clone(),
            made_at: stored.made_at,
            lifted_by,
            lifted_at,
        }
    }
}

/// One page of constraints.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConstraintPage {
    pub items: Vec<ConstraintView>,
    /// Pass as `cursor` to get the next page; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}
