//! Rows of exports that no list has.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ConstraintKindView, DecisionKindView, OutletPositionView};
use crate::storage::{JudgedPair, PairedClaim};

/// What one outlet does in one cluster.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Position, examples(json!(crate::http::examples::position())))]
pub struct PositionView {
    pub cluster_id: Uuid,
    /// Representative wording of the cluster.
    pub claim: String,
    #[serde(flatten)]
    pub position: OutletPositionView,
}

/// Two claims, and what an editor said of them.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = LabelledPair, examples(json!(crate::http::examples::pair())))]
pub struct PairView {
    /// Id of the constraint.
    pub id: Uuid,
    /// `together`: they are about the same question. `apart`: they are not.
    #[schema(inline = false)]
    pub label: ConstraintKindView,
    /// The decision that it follows from; null where it was said of the pair alone. Of a `split` or a `move` most pairs were not
    /// looked at one by one.
    #[schema(required)]
    pub kind: Option<DecisionKindView>,
    #[schema(required)]
    pub decision_id: Option<Uuid>,
    pub reason: String,
    pub made_by: String,
    pub made_at: DateTime<Utc>,
    pub a: PairedClaimView,
    pub b: PairedClaimView,
}

/// One claim of a pair.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = PairedClaim)]
pub struct PairedClaimView {
    pub id: Uuid,
    /// The words as they stand in the article.
    pub text: String,
    /// The assertion itself, without the reporting frame around it.
    pub proposition: String,
    /// ISO 639-1 code of the article, or `und`.
    pub language: String,
    pub outlet: String,
    /// Publication of its article, or its arrival where it gives no day.
    pub said_at: DateTime<Utc>,
}

impl From<JudgedPair> for PairView {
    fn from(pair: JudgedPair) -> Self {
        let JudgedPair { constraint: said, decision, claims: [a, b] } = pair;
        let view = |id: Uuid, claim: PairedClaim| PairedClaimView {
            id,
            text: claim.text,
            proposition: claim.proposition,
            language: claim.language,
            outlet: claim.outlet,
            said_at: claim.said_at,
        };
        let [id_a, id_b] = said.constraint.claims;
        Self {
            id: said.constraint.id.0,
            label: said.constraint.kind.into(),
            kind: decision.map(|(_, kind)| kind.into()),
            decision_id: decision.map(|(id, _)| id.0),
            reason: said.reason,
            made_by: said.made_by,
            made_at: said.made_at,
            a: view(id_a.0, a),
            b: view(id_b.0, b),
        }
    }
}

/// The form of an export.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ExportFormat)]
pub enum ExportFormat {
    /// One JSON document a line, as the list has them.
    #[default]
    Ndjson,
    /// A table (RFC 4180) with the names of the columns in the first line.
    Csv,
    /// A table (Apache Parquet, compressed with Snappy).
    Parquet,
}
