//! What editors said of pairs of claims: kept for ever, noticed by the linker, lifted when they take it back.

use chrono::{DateTime, Utc};
use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::{Page, StorageError, Store, word::Word};
use crate::domain::{ClaimId, Constraint, ConstraintId, ConstraintKind, DecisionId, DecisionKind, WorkspaceId};

/// A constraint with its history.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredConstraint {
    pub constraint: Constraint,
    pub reason: String,
    pub made_by: String,
    pub made_at: DateTime<Utc>,
    /// `None` while it holds.
    pub lifted: Option<(String, DateTime<Utc>)>,
}

/// A constraint that holds, with the words of both claims.
#[derive(Clone, Debug, PartialEq)]
pub struct JudgedPair {
    pub constraint: StoredConstraint,
    /// What made it; `None` where it was said of the pair alone.
    pub decision: Option<(DecisionId, DecisionKind)>,
    pub claims: [PairedClaim; 2],
}

/// A claim as somebody saw it who judged it beside another.
#[derive(Clone, Debug, PartialEq)]
pub struct PairedClaim {
    pub text: String,
    pub proposition: String,
    pub language: String,
    pub outlet: String,
    pub said_at: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum MadeConstraint {
    Made(StoredConstraint),
    /// The same holds of the same pair already.
    Held(StoredConstraint),
    /// These of the two claims are not known.
    UnknownClaims(Vec<ClaimId>),
}

/// `select_constraints!("where …", arguments…)`: the constraints that the clause leaves over.
macro_rules! select_constraints {
    ($rest:tt, $($argument:expr),* $(,)?) => {
        sqlx::query_as!(
            ConstraintRow,
            r#"select constraint_id, claim_a, claim_b, kind as "kind: _", reason, made_by, made_at, lifted_by, lifted_at
            from link_constraint
            "# + $rest,
            $($argument),*
        )
    };
}

impl Store {
    /// Says it of the pair, unless that holds already. `pair` may come in any order; the two must differ.
    pub async fn make_constraint(
        &self,
        workspace: WorkspaceId,
        pair: [ClaimId; 2],
        kind: ConstraintKind,
        reason: &str,
        actor: &str,
    ) -> Result<MadeConstraint, StorageError> {
        let [a, b] = pair;
        let (a, b) = (a.min(b), a.max(b));
        let mut connection = self.within(workspace).await?;
        let mut transaction = connection.begin().await?;
        let known = sqlx::query_scalar!(
            "select claim_id from claim where workspace_id = $1 and claim_id = any($2)",
            workspace.0,
            &[a.0, b.0],
        )
        .fetch_all(&mut *transaction)
        .await?;
        let unknown: Vec<ClaimId> = pair.into_iter().filter(|claim| !known.contains(&claim.0)).collect();
        if !unknown.is_empty() {
            return Ok(MadeConstraint::UnknownClaims(unknown));
        }
        let made = sqlx::query_scalar!(
            "insert into link_constraint (workspace_id, constraint_id, claim_a, claim_b, kind, reason, made_by)
            values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (workspace_id, claim_a, claim_b, kind) where lifted_at is null and decision_id is null do nothing
            returning constraint_id",
            workspace.0,
            ConstraintId::new().0,
            a.0,
            b.0,
            Word(kind).to_string(),
            reason,
            actor,
        )
        .fetch_optional(&mut *transaction)
        .await?;
        let row = select_constraints!(
            "where workspace_id = $1 and claim_a = $2 and claim_b = $3 and kind = $4 and lifted_at is null and decision_id is null",
            workspace.0,
            a.0,
            b.0,
            Word(kind).to_string(),
        )
        .fetch_one(&mut *transaction)
        .await?;
        transaction.commit().await?;
        let stored = StoredConstraint::from(row);
        Ok(if made.is_some() { MadeConstraint::Made(stored) } else { MadeConstraint::Held(stored) })
    }

    /// Takes it back. One that is lifted already stays as it was, and so does one that a decision made: that is undone as a whole.
    pub async fn lift_constraint(
        &self,
        workspace: WorkspaceId,
        id: ConstraintId,
        actor: &str,
    ) -> Result<Option<StoredConstraint>, StorageError> {
        sqlx::query!(
            "update link_constraint set lifted_at = now(), lifted_by = $3, noticed = false
            where workspace_id = $1 and constraint_id = $2 and lifted_at is null and decision_id is null",
            workspace.0,
            id.0,
            actor,
        )
        .execute(&mut *self.within(workspace).await?)
        .await?;
        self.constraint(workspace, id).await
    }

    pub async fn constraint(&self, workspace: WorkspaceId, id: ConstraintId) -> Result<Option<StoredConstraint>, StorageError> {
        let row = select_constraints!("where workspace_id = $1 and constraint_id = $2", workspace.0, id.0)
            .fetch_optional(&mut *self.within(workspace).await?)
            .await?;
        Ok(row.map(StoredConstraint::from))
    }

    /// Newest first by id; of one claim, if given; those that were lifted too, if wanted.
    pub async fn list_constraints(
        &self,
        workspace: WorkspaceId,
        claim: Option<ClaimId>,
        lifted: bool,
        page: &Page<Uuid>,
    ) -> Result<Vec<StoredConstraint>, StorageError> {
        let rows = select_constraints!(
            "where workspace_id = $1 and ($2::uuid is null or claim_a = $2 or claim_b = $2)
                and ($3 or lifted_at is null)
                and ($4::uuid is null or constraint_id < $4)
            order by constraint_id desc
            limit $5",
            workspace.0,
            claim.map(|id| id.0),
            lifted,
            page.after,
            page.limit,
        )
        .fetch_all(&mut *self.within(workspace).await?)
        .await?;
        Ok(rows.into_iter().map(StoredConstraint::from).collect())
    }

    /// Those that hold and that the linker knew when it last committed.
    pub async fn noticed_constraints(&self, workspace: WorkspaceId) -> Result<Vec<Constraint>, StorageError> {
        let rows =
            select_constraints!("where workspace_id = $1 and lifted_at is null and noticed order by constraint_id", workspace.0)
                .fetch_all(&mut *self.within(workspace).await?)
                .await?;
        Ok(rows.into_iter().map(|row| StoredConstraint::from(row).constraint).collect())
    }
}

/// Every pair that a constraint holds of, oldest first. None with a claim of a withdrawn article.
pub(super) fn judged_pairs(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
) -> BoxStream<'_, Result<JudgedPair, sqlx::Error>> {
    sqlx::query!(
        r#"select said.constraint_id, said.claim_a, said.claim_b, said.kind as "kind: Word<ConstraintKind>", said.reason, said.made_by,
            said.made_at, decision.decision_id as "decision_id?", decision.kind as "decision_kind?: Word<DecisionKind>",
            a.text as text_a, a.proposition as proposition_a, article_a.language as language_a, outlet_a.name as outlet_a,
            said_at(article_a) as "said_at_a!",
            b.text as text_b, b.proposition as proposition_b, article_b.language as language_b, outlet_b.name as outlet_b,
            said_at(article_b) as "said_at_b!"
        from link_constraint as said
        left join decision on decision.workspace_id = $1 and decision.decision_id = said.decision_id
        join claim as a on a.workspace_id = $1 and a.claim_id = said.claim_a
        join article as article_a on article_a.workspace_id = $1 and article_a.article_id = a.article_id
        join outlet as outlet_a on outlet_a.workspace_id = $1 and outlet_a.outlet_id = a.outlet_id
        join claim as b on b.workspace_id = $1 and b.claim_id = said.claim_b
        join article as article_b on article_b.workspace_id = $1 and article_b.article_id = b.article_id
        join outlet as outlet_b on outlet_b.workspace_id = $1 and outlet_b.outlet_id = b.outlet_id
        where said.workspace_id = $1 and said.lifted_at is null
            and article_a.withdrawn_at is null and article_b.withdrawn_at is null
        order by said.constraint_id"#,
        workspace.0,
    )
    .fetch(connection)
    .map_ok(|row| JudgedPair {
        constraint: StoredConstraint {
            constraint: Constraint {
                id: ConstraintId(row.constraint_id),
                claims: [ClaimId(row.claim_a), ClaimId(row.claim_b)],
                kind: row.kind.0,
            },
            reason: row.reason,
            made_by: row.made_by,
            made_at: row.made_at,
            lifted: None,
        },
        decision: row.decision_id.zip(row.decision_kind).map(|(id, kind)| (DecisionId(id), kind.0)),
        claims: [
            PairedClaim {
                text: row.text_a,
                proposition: row.proposition_a,
                language: row.language_a,
                outlet: row.outlet_a,
                said_at: row.said_at_a,
            },
            PairedClaim {
                text: row.text_b,
                proposition: row.proposition_b,
                language: row.language_b,
                outlet: row.outlet_b,
                said_at: row.said_at_b,
            },
        ],
    })
    .boxed()
}

/// What the linker has not seen yet: made, and lifted.
pub(super) async fn unnoticed(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    limit: i64,
) -> Result<(Vec<Constraint>, Vec<Constraint>), sqlx::Error> {
    let rows = select_constraints!("where workspace_id = $1 and not noticed order by constraint_id limit $2", workspace.0, limit)
        .fetch_all(connection)
        .await?;
    let (lifted, made): (Vec<_>, Vec<_>) =
        rows.into_iter().map(StoredConstraint::from).partition(|stored| stored.lifted.is_some());
    let constraints = |stored: Vec<StoredConstraint>| stored.into_iter().map(|stored| stored.constraint).collect();
    Ok((constraints(made), constraints(lifted)))
}

struct ConstraintRow {
    constraint_id: Uuid,
    claim_a: Uuid,
    claim_b: Uuid,
    kind: Word<ConstraintKind>,
    reason: String,
    made_by: String,
    made_at: DateTime<Utc>,
    lifted_by: Option<String>,
    lifted_at: Option<DateTime<Utc>>,
}

impl From<ConstraintRow> for StoredConstraint {
    fn from(row: ConstraintRow) -> Self {
        Self {
            constraint: Constraint {
                id: ConstraintId(row.constraint_id),
                claims: [ClaimId(row.claim_a), ClaimId(row.claim_b)],
                kind: row.kind.0,
            },
            reason: row.reason,
            made_by: row.made_by,
            made_at: row.made_at,
            lifted: row.lifted_by.zip(row.lifted_at),
        }
    }
}
