//! Decisions.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{RelationView, view_enum};
use crate::{
    domain::{self, Decision, MadeDecision},
    http::error::Problem,
};

view_enum! {
    /// What is decided: `merge` two clusters, `split` claims off, `move` claims to another cluster, `confirm` or `reject` a link of two
    /// claims, `relabel` claims, leave a `note` on a cluster.
    DecisionKindView of domain::DecisionKind { Merge, Split, Move, Confirm, Reject, Relabel, Note }
}

/// What an editor decided.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Decision, examples(json!(crate::http::examples::decision())))]
pub struct DecisionView {
    pub id: Uuid,
    #[schema(inline = false)]
    pub kind: DecisionKindView,
    /// The clusters that it named, as they were called then.
    pub clusters: Vec<Uuid>,
    /// The claims that it named.
    pub claims: Vec<Uuid>,
    /// Only of a `relabel`.
    #[schema(required)]
    pub relation: Option<RelationView>,
    /// Only of a `note`.
    #[schema(required)]
    pub text: Option<String>,
    pub reason: String,
    pub made_by: String,
    pub made_at: DateTime<Utc>,
    /// Null while it holds.
    #[schema(required)]
    pub undone_by: Option<String>,
    #[schema(required)]
    pub undone_at: Option<DateTime<Utc>>,
    #[schema(required)]
    pub undo_reason: Option<String>,
}

impl From<&MadeDecision> for DecisionView {
    fn from(made: &MadeDecision) -> Self {
        let (relation, text) = match &made.decision {
            Decision::Relabel { relation, .. } => (Some((*relation).into()), None),
            Decision::Note { text, .. } => (None, Some(text.clone())),
            _ => (None, None),
        };
        let undone = made.undone.as_ref();
        Self {
            id: made.id.0,
            kind: made.decision.kind().into(),
            clusters: made.decision.clusters().iter().map(|id| id.0).collect(),
            claims: made.decision.claims().iter().map(|id| id.0).collect(),
            relation,
            text,
            reason: made.reason.clone(),
            made_by: made.made_by.clone(),
            made_at: made.made_at,
            undone_by: undone.map(|undone| undone.by.clone()),
            undone_at: undone.map(|undone| undone.at),
            undo_reason: undone.map(|undone| undone.reason.clone()),
        }
    }
}

/// One page of decisions.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionPage {
    pub items: Vec<DecisionView>,
    /// Pass as `cursor` to get the next page; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// What became of the decisions of a request, in their order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BulkDecisions)]
pub struct BulkDecisionsView {
    pub items: Vec<BulkDecisionView>,
}

/// A decision that was made, or why it was not.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BulkDecision)]
pub struct BulkDecisionView {
    /// Null when it was refused.
    #[schema(required)]
    pub decision: Option<DecisionView>,
    /// Null when it was made.
    #[schema(required, value_type = Option<crate::http::error::ProblemView<'static>>)]
    pub problem: Option<Value>,
}

impl From<Result<DecisionView, Problem>> for BulkDecisionView {
    fn from(outcome: Result<DecisionView, Problem>) -> Self {
        match outcome {
            Ok(decision) => Self { decision: Some(decision), problem: None },
            Err(problem) => Self { decision: None, problem: Some(problem.to_json()) },
        }
    }
}
