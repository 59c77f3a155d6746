//! What editors decided: made with the constraints and labels that follow from it, and undone with them.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::{
    Page, StorageError, Store, each,
    events::{self, Event},
    word::Word,
};
use crate::{
    domain::{
        ClaimId, ClusterId, ConstraintId, ConstraintKind, Decision, DecisionId, DecisionKind, MadeDecision, Relation, Undone,
        WorkspaceId,
    },
    failpoint,
};

/// Pairs of claims that one decision may say something of: a bound on what it costs.
const MOST_PAIRS: usize = 20_000;

/// What became of a wish to decide.
#[derive(Clone, Debug, PartialEq)]
pub enum Decided {
    Made(Box<MadeDecision>),
    /// These clusters of it are not there, or no more.
    UnknownClusters(Vec<ClusterId>),
    /// These claims of it are not there, or stand in no cluster; of a split, not in the one that is split.
    UnknownClaims(Vec<ClaimId>),
    /// Nobody would stay behind, or everybody stands there already.
    Idle,
    /// Claims that are to stand together are held apart by an earlier word.
    HeldApart(ConstraintId),
    /// More pairs than one decision may concern.
    TooMany,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct DecisionFilter {
    /// Decisions that name it, or that were made of its claims.
    pub cluster: Option<ClusterId>,
    /// Those that were undone too.
    pub undone: bool,
}

/// `select_decisions!("where …", arguments…)`: the decisions that the clause leaves over.
macro_rules! select_decisions {
    ($rest:tt, $($argument:expr),* $(,)?) => {
        sqlx::query_as!(
            DecisionRow,
            r#"select decision_id, kind as "kind: _", cluster_id, other_cluster_id, claims, relation as "relation: _", note, reason,
                made_by, made_at, undone_by, undone_at, undo_reason
            from decision
            "# + $rest,
            $($argument),*
        )
    };
}

impl Store {
    /// Writes a decision with all that follows from it, in one transaction.
    pub async fn decide(
        &self,
        workspace: WorkspaceId,
        decision: &Decision,
        reason: &str,
        actor: &str,
    ) -> Result<Decided, StorageError> {
        let mut connection = self.within(workspace).await?;
        let mut transaction = connection.begin().await?;
        let members = match members(&mut transaction, workspace, decision).await? {
            Ok(members) => members,
            Err(refused) => return Ok(refused),
        };
        let pairs = decision.pairs(&members);
        let links = !matches!(decision, Decision::Relabel { .. } | Decision::Note { .. });
        if links && pairs.is_empty() {
            return Ok(Decided::Idle);
        }
        if pairs.len() > MOST_PAIRS {
            return Ok(Decided::TooMany);
        }
        let together = pairs.iter().any(|(kind, ..)| *kind == ConstraintKind::Together);
        if together && let Some(held) = held_apart(&mut transaction, workspace, decision, &members).await? {
            return Ok(Decided::HeldApart(held));
        }
        let id = DecisionId::new();
        let named = decision.clusters();
        let standing = decision.claims().first().and_then(|claim| members.iter().find(|(_, other)| other == claim));
        // The cluster in whose history it stands, and the other one that it concerns.
        let cluster = match decision {
            Decision::Move { .. } => standing.map(|(cluster, _)| *cluster),
            _ => named.first().copied().or(standing.map(|(cluster, _)| *cluster)),
        };
        let other = named.into_iter().chain(members.iter().map(|(cluster, _)| *cluster)).find(|other| Some(*other) != cluster);
        let (relation, note) = match decision {
            Decision::Relabel { relation, .. } => (Some(relation.as_str()), None),
            Decision::Note { text, .. } => (None, Some(text.as_str())),
            _ => (None, None),
        };
        sqlx::query!(
            "insert into decision (workspace_id, decision_id, kind, cluster_id, other_cluster_id, claims, relation, note, reason,
                made_by)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            workspace.0,
            id.0,
            Word(decision.kind()).to_string(),
            cluster.map(|id| id.0),
            other.map(|id| id.0),
            &each(decision.claims(), |claim| claim.0),
            relation,
            note,
            reason,
            actor,
        )
        .execute(&mut *transaction)
        .await?;
        failpoint::reach("decision-half-made");
        constrain(&mut transaction, workspace, id, &pairs, reason, actor).await?;
        if let Decision::Relabel { claims, relation } = decision {
            relabel(&mut transaction, workspace, id, claims, *relation).await?;
        }
        append(&mut transaction, workspace, actor, "decision.made", id, decision.kind(), reason, [cluster, other]).await?;
        let row = select_decisions!("where workspace_id = $1 and decision_id = $2", workspace.0, id.0)
            .fetch_one(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(Decided::Made(Box::new(row.into())))
    }

    /// Takes a decision back with all that followed from it. One that is undone already stays as it was.
    pub async fn undo_decision(
        &self,
        workspace: WorkspaceId,
        id: DecisionId,
        reason: &str,
        actor: &str,
    ) -> Result<Option<MadeDecision>, StorageError> {
        let mut connection = self.within(workspace).await?;
        let mut transaction = connection.begin().await?;
        let undone = sqlx::query!(
            r#"update decision set undone_by = $3, undone_at = now(), undo_reason = $4
            where workspace_id = $1 and decision_id = $2 and undone_at is null
            returning kind as "kind: Word<DecisionKind>", cluster_id, other_cluster_id"#,
            workspace.0,
            id.0,
            actor,
            reason,
        )
        .fetch_optional(&mut *transaction)
        .await?;
        if let Some(undone) = undone {
            sqlx::query!(
                "update link_constraint set lifted_at = now(), lifted_by = $3, noticed = false
                where workspace_id = $1 and decision_id = $2 and lifted_at is null",
                workspace.0,
                id.0,
                actor,
            )
            .execute(&mut *transaction)
            .await?;
            let freed = sqlx::query_scalar!(
                "delete from relabel where workspace_id = $1 and decision_id = $2 returning claim_id",
                workspace.0,
                id.0,
            )
            .fetch_all(&mut *transaction)
            .await?;
            rejudge(&mut transaction, workspace, &freed).await?;
            let clusters = [undone.cluster_id, undone.other_cluster_id].map(|id| id.map(ClusterId));
            append(&mut transaction, workspace, actor, "decision.undone", id, undone.kind.0, reason, clusters).await?;
        }
        let row = select_decisions!("where workspace_id = $1 and decision_id = $2", workspace.0, id.0)
            .fetch_optional(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(row.map(MadeDecision::from))
    }

    pub async fn decision(&self, workspace: WorkspaceId, id: DecisionId) -> Result<Option<MadeDecision>, StorageError> {
        let row = select_decisions!("where workspace_id = $1 and decision_id = $2", workspace.0, id.0)
            .fetch_optional(&mut *self.within(workspace).await?)
            .await?;
        Ok(row.map(MadeDecision::from))
    }

    /// Newest first, by id.
    pub async fn list_decisions(
        &self,
        workspace: WorkspaceId,
        filter: &DecisionFilter,
        page: &Page<Uuid>,
    ) -> Result<Vec<MadeDecision>, StorageError> {
        let rows = select_decisions!(
            "where workspace_id = $1 and ($2::uuid is null or cluster_id = $2 or other_cluster_id = $2)
                and ($3 or undone_at is null)
                and ($4::uuid is null or decision_id < $4)
            order by decision_id desc
            limit $5",
            workspace.0,
            filter.cluster.map(|id| id.0),
            filter.undone,
            page.after,
            page.limit,
        )
        .fetch_all(&mut *self.within(workspace).await?)
        .await?;
        Ok(rows.into_iter().map(MadeDecision::from).collect())
    }
}

/// What the newsroom noted on a cluster, and on those that it took over, newest first.
pub(super) async fn notes(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    cluster: ClusterId,
) -> Result<Vec<MadeDecision>, sqlx::Error> {
    let rows = select_decisions!(
        "where workspace_id = $1 and kind = 'note' and undone_at is null and (cluster_id = $2 or cluster_id in (
            select cluster_id from cluster where workspace_id = $1 and merged_into = $2
        ))
        order by decision_id desc
        limit 100",
        workspace.0,
        cluster.0,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(MadeDecision::from).collect())
}

/// The claims of the clusters that a decision names or that its claims stand in; or why it cannot be made.
async fn members(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    decision: &Decision,
) -> Result<Result<Vec<(ClusterId, ClaimId)>, Decided>, sqlx::Error> {
    let (named, claims) = (decision.clusters(), decision.claims());
    let live = sqlx::query_scalar!(
        "select cluster_id from cluster where workspace_id = $1 and cluster_id = any($2) and dissolved_at is null
        order by cluster_id for key share",
        workspace.0,
        &each(&named, |id| id.0),
    )
    .fetch_all(&mut *connection)
    .await?;
    let unknown: Vec<ClusterId> = named.iter().copied().filter(|id| !live.contains(&id.0)).collect();
    if !unknown.is_empty() {
        return Ok(Err(Decided::UnknownClusters(unknown)));
    }
    let rows = sqlx::query!(
        r#"select cluster_id as "cluster_id!", claim_id from claim
        where workspace_id = $1 and cluster_id is not null and (cluster_id = any($2) or cluster_id in (
            select cluster_id from claim where workspace_id = $1 and claim_id = any($3)
        ))
        order by cluster_id, claim_id"#,
        workspace.0,
        &each(&named, |id| id.0),
        &each(claims, |id| id.0),
    )
    .fetch_all(connection)
    .await?;
    let members: Vec<_> = rows.into_iter().map(|row| (ClusterId(row.cluster_id), ClaimId(row.claim_id))).collect();
    let stands = |claim: &ClaimId| {
        let split = if let Decision::Split { cluster, .. } = decision { Some(*cluster) } else { None };
        members.iter().any(|(cluster, other)| other == claim && split.is_none_or(|split| split == *cluster))
    };
    let unknown: Vec<ClaimId> = claims.iter().copied().filter(|claim| !stands(claim)).collect();
    Ok(if unknown.is_empty() { Ok(members) } else { Err(Decided::UnknownClaims(unknown)) })
}

/// A constraint that holds apart what a decision puts together: between those who come and those they come to.
async fn held_apart(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    decision: &Decision,
    members: &[(ClusterId, ClaimId)],
) -> Result<Option<ConstraintId>, sqlx::Error> {
    let of = |cluster: ClusterId| members.iter().filter(move |(other, _)| *other == cluster).map(|(_, claim)| claim.0);
    let whole = |claim: ClaimId| members.iter().find(|(_, other)| *other == claim).map(|(cluster, _)| of(*cluster));
    let (ones, others): (Vec<Uuid>, Vec<Uuid>) = match decision {
        Decision::Merge { clusters: [a, b] } => (of(*a).collect(), of(*b).collect()),
        Decision::Move { claims, cluster } => (each(claims, |claim| claim.0), of(*cluster).collect()),
        Decision::Confirm { claims: [a, b] } => {
            (whole(*a).into_iter().flatten().collect(), whole(*b).into_iter().flatten().collect())
        }
        _ => return Ok(None),
    };
    let held = sqlx::query_scalar!(
        "select constraint_id from link_constraint
        where workspace_id = $1 and kind = 'apart' and lifted_at is null
            and (claim_a = any($2) and claim_b = any($3) or claim_a = any($3) and claim_b = any($2))
        limit 1",
        workspace.0,
        &ones,
        &others,
    )
    .fetch_optional(connection)
    .await?;
    Ok(held.map(ConstraintId))
}

async fn constrain(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    decision: DecisionId,
    pairs: &[(ConstraintKind, ClaimId, ClaimId)],
    reason: &str,
    actor: &str,
) -> Result<(), sqlx::Error> {
    if pairs.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into link_constraint (workspace_id, constraint_id, claim_a, claim_b, kind, reason, made_by, decision_id)
        select $1, pair.*, $6, $7, $8
        from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[]) as pair (constraint_id, claim_a, claim_b, kind)
        on conflict (workspace_id, claim_a, claim_b, kind, decision_id) where decision_id is not null do nothing",
        workspace.0,
        &each(pairs, |_| ConstraintId::new().0),
        &each(pairs, |(_, a, b)| a.min(b).0),
        &each(pairs, |(_, a, b)| a.max(b).0),
        &each(pairs, |(kind, ..)| Word(*kind).to_string()),
        reason,
        actor,
        decision.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn relabel(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    decision: DecisionId,
    claims: &[ClaimId],
    relation: Relation,
) -> Result<(), sqlx::Error> {
    let claims = each(claims, |claim| claim.0);
    sqlx::query!(
        "insert into relabel (workspace_id, decision_id, claim_id, relation)
        select distinct $1::uuid, $2::uuid, claim_id, $4 from unnest($3::uuid[]) as claim (claim_id)",
        workspace.0,
        decision.0,
        &claims,
        relation.as_str(),
    )
    .execute(&mut *connection)
    .await?;
    rejudge(connection, workspace, &claims).await
}

/// Lets the linker judge the clusters of these claims anew.
async fn rejudge(connection: &mut PgConnection, workspace: WorkspaceId, claims: &[Uuid]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update article set rejudge = true
        where workspace_id = $1 and article_id in (select article_id from claim where workspace_id = $1 and claim_id = any($2))",
        workspace.0,
        claims,
    )
    .execute(connection)
    .await?;
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "one line of the history")]
async fn append(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    actor: &str,
    event: &'static str,
    id: DecisionId,
    kind: DecisionKind,
    reason: &str,
    clusters: [Option<ClusterId>; 2],
) -> Result<(), sqlx::Error> {
    let payload = json!({ "decision": id, "kind": kind, "reason": reason });
    let of = |cluster: ClusterId| Event::of_cluster(event, cluster, payload.clone());
    let events: Vec<Event> = clusters.into_iter().flatten().map(of).collect();
    if !events.is_empty() {
        events::append(connection, workspace, actor, &events).await?;
    }
    Ok(())
}

struct DecisionRow {
    decision_id: Uuid,
    kind: Word<DecisionKind>,
    cluster_id: Option<Uuid>,
    other_cluster_id: Option<Uuid>,
    claims: Vec<Uuid>,
    relation: Option<Word<Relation>>,
    note: Option<String>,
    reason: String,
    made_by: String,
    made_at: DateTime<Utc>,
    undone_by: Option<String>,
    undone_at: Option<DateTime<Utc>>,
    undo_reason: Option<String>,
}

impl From<DecisionRow> for MadeDecision {
    fn from(row: DecisionRow) -> Self {
        let claims: Vec<ClaimId> = row.claims.into_iter().map(ClaimId).collect();
        let cluster = ClusterId(row.cluster_id.unwrap_or_default());
        let other = ClusterId(row.other_cluster_id.unwrap_or_default());
        let pair = || [claims.first().copied().unwrap_or_default(), claims.get(1).copied().unwrap_or_default()];
        let decision = match row.kind.0 {
            DecisionKind::Merge => Decision::Merge { clusters: [cluster, other] },
            DecisionKind::Split => Decision::Split { cluster, claims },
            DecisionKind::Move => Decision::Move { claims, cluster: other },
            DecisionKind::Confirm => Decision::Confirm { claims: pair() },
            DecisionKind::Reject => Decision::Reject { claims: pair() },
            DecisionKind::Relabel => {
                Decision::Relabel { claims, relation: row.relation.map_or(Relation::Unclear, |word| word.0) }
            }
            DecisionKind::Note => Decision::Note { cluster, text: row.note.unwrap_or_default() },
        };
        let undone = row.undone_by.zip(row.undone_at).zip(row.undo_reason);
        Self {
            id: DecisionId(row.decision_id),
            decision,
            reason: row.reason,
            made_by: row.made_by,
            made_at: row.made_at,
            undone: undone.map(|((by, at), reason)| Undone { by, at, reason }),
        }
    }
}
