//! Claims: readings to rows in bulk, and rows to readings with their label and its reasons.

use chrono::{DateTime, NaiveDate, Utc};
use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::{Page, StorageError, Store, each, word::Word};
use crate::domain::{
    Access, ArticleId, Attribution, Certainty, Claim, ClaimId, ClaimReading, ClaimRelation, ClusterId, Entity, Evidence, Flag,
    Independence, Outlet, OutletId, OutletKind, Period, Polarity, Quantity, Relation, ReviewKind, Source, Stance, WorkspaceId,
    WorthinessReason,
};

#[derive(Clone, Debug, Default)]
pub struct ClaimFilter {
    /// Words that all occur in the claim (Postgres `websearch_to_tsquery`).
    pub q: Option<String>,
    pub outlet: Option<OutletId>,
    pub article: Option<ArticleId>,
    pub cluster: Option<ClusterId>,
    pub relation: Option<Relation>,
    pub polarity: Option<Polarity>,
}

/// `select_claims!("where …", arguments…)`: the claims that the clause leaves over, each with its outlet.
macro_rules! select_claims {
    ($rest:tt, $($argument:expr),* $(,)?) => {
        sqlx::query_as!(
            ClaimRow,
            r#"select claim.claim_id, claim.article_id, claim.cluster_id,
                claim.text, claim.span_start, claim.span_end, claim.headline, claim.proposition,
                claim.polarity as "polarity: _", claim.certainty as "certainty: _", claim.attribution as "attribution: _",
                claim.quantities as "quantities: _", claim.entities as "entities: _", claim.event_date,
                claim.event_from, claim.event_to, claim.presupposes as "presupposes: _", claim.check_worthiness,
                claim.check_worthiness_reasons as "check_worthiness_reasons: _", claim.engine_version,
                claim.relation as "relation: _", claim.stance as "stance: _", claim.access as "access: _",
                claim.independence as "independence: _", claim.judgement as "judgement: _",
                outlet.outlet_id, outlet.name as outlet_name, outlet.domain as outlet_domain,
                outlet.kind as "outlet_kind: _", outlet.family as outlet_family,
                said_at(article) as "said_at!"
            from claim
            join outlet on outlet.workspace_id = claim.workspace_id and outlet.outlet_id = claim.outlet_id
            join article on article.workspace_id = claim.workspace_id and article.article_id = claim.article_id
            "# + $rest,
            $($argument),*
        )
    };
}

/// What reading alone tells of a claim, from any row with its columns; but for the embedding, which only the linker needs.
macro_rules! reading_of {
    ($row:ident) => {
        crate::domain::ClaimReading {
            text: $row.text,
            span: crate::domain::Span { start: $row.span_start.cast_unsigned(), end: $row.span_end.cast_unsigned() },
            headline: $row.headline,
            proposition: $row.proposition,
            polarity: $row.polarity.0,
            certainty: $row.certainty.0,
            attribution: $row.attribution.0,
            quantities: $row.quantities.0,
            entities: $row.entities.0,
            event_date: $row.event_date,
            event_period: $row.event_from.zip($row.event_to).and_then(|(from, to)| crate::domain::Period::new(from, to)),
            presupposes: $row.presupposes.0,
            check_worthiness: $row.check_worthiness,
            check_worthiness_reasons: $row.check_worthiness_reasons.0,
            engine_version: $row.engine_version,
            embedding: None,
        }
    };
}
pub(super) use reading_of;

impl Store {
    pub async fn claim(&self, workspace: WorkspaceId, id: ClaimId) -> Result<Option<Claim>, StorageError> {
        let row = select_claims!(
            "where claim.workspace_id = $1 and claim.claim_id = $2 and article.withdrawn_at is null",
            workspace.0,
            id.0
        )
        .fetch_optional(&mut *self.within(workspace).await?)
        .await?;
        Ok(row.map(Claim::from))
    }

    /// Claims of current articles, newest first by id.
    pub async fn list_claims(
        &self,
        workspace: WorkspaceId,
        filter: &ClaimFilter,
        page: &Page<Uuid>,
    ) -> Result<Vec<Claim>, StorageError> {
        Ok(listed(&mut *self.to_list(workspace, filter.q.as_deref()).await?, workspace, filter, page).try_collect().await?)
    }

    /// Claims in clusters that a worklist may hold, newest first by id.
    pub async fn review_claims(
        &self,
        workspace: WorkspaceId,
        kind: ReviewKind,
        page: &Page<Uuid>,
    ) -> Result<Vec<Claim>, StorageError> {
        let mut connection = self.within(workspace).await?;
        let rows = match kind {
            ReviewKind::Suggested | ReviewKind::Doubtful => {
                select_claims!(
                    "where claim.workspace_id = $1 and claim.relation is not null and ($2::uuid is null or claim.claim_id < $2)
                    order by claim.claim_id desc
                    limit $3",
                    workspace.0,
                    page.after,
                    page.limit,
                )
                .fetch_all(&mut *connection)
                .await?
            }
            ReviewKind::Presupposed => {
                select_claims!(
                    "where claim.workspace_id = $1 and claim.presupposes <> '[]' and claim.relation is not null
                        and ($2::uuid is null or claim.claim_id < $2)
                    order by claim.claim_id desc
                    limit $3",
                    workspace.0,
                    page.after,
                    page.limit,
                )
                .fetch_all(&mut *connection)
                .await?
            }
        };
        Ok(rows.into_iter().map(Claim::from).collect())
    }

    /// In the order of the article: headline first, then by span.
    pub async fn claims_of_article(&self, workspace: WorkspaceId, id: ArticleId) -> Result<Vec<Claim>, StorageError> {
        let rows = select_claims!(
            "where claim.workspace_id = $1 and claim.article_id = $2
            order by claim.headline desc, claim.span_start, claim.claim_id",
            workspace.0,
            id.0,
        )
        .fetch_all(&mut *self.within(workspace).await?)
        .await?;
        Ok(rows.into_iter().map(Claim::from).collect())
    }

    /// All claims of the clusters that are labelled, oldest first.
    pub async fn claims_of_clusters(&self, workspace: WorkspaceId, ids: &[ClusterId]) -> Result<Vec<Claim>, StorageError> {
        let rows = select_claims!(
            "where claim.workspace_id = $1 and claim.cluster_id = any($2) and claim.relation is not null order by claim.claim_id",
            workspace.0,
            &each(ids, |id| id.0),
        )
        .fetch_all(&mut *self.within(workspace).await?)
        .await?;
        Ok(rows.into_iter().map(Claim::from).collect())
    }
}

/// Those of one cluster, by a statement of its own: its plan is made once and kept, which that of an unknown number of clusters is not.
pub(super) async fn of_cluster(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    id: ClusterId,
) -> Result<Vec<Claim>, sqlx::Error> {
    let rows = select_claims!(
        "where claim.workspace_id = $1 and claim.cluster_id = $2 and claim.relation is not null order by claim.claim_id",
        workspace.0,
        id.0,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Claim::from).collect())
}

/// The list, row by row.
pub(super) fn listed<'c>(
    connection: &'c mut PgConnection,
    workspace: WorkspaceId,
    filter: &ClaimFilter,
    page: &Page<Uuid>,
) -> BoxStream<'c, Result<Claim, sqlx::Error>> {
    select_claims!(
        "where claim.workspace_id = $1 and article.current
            and ($2::text is null or claim.search @@ search_query($2))
            and ($3::uuid is null or claim.outlet_id = $3)
            and ($4::uuid is null or claim.article_id = $4)
            and ($5::uuid is null or claim.cluster_id = $5)
            and ($6::text is null or claim.relation = $6)
            and ($7::text is null or claim.polarity = $7)
            and ($8::uuid is null or claim.claim_id < $8)
        order by claim.claim_id desc
        limit $9",
        workspace.0,
        filter.q,
        filter.outlet.map(|id| id.0),
        filter.article.map(|id| id.0),
        filter.cluster.map(|id| id.0),
        filter.relation.map(Relation::as_str),
        filter.polarity.map(|polarity| Word(polarity).to_string()),
        page.after,
        page.limit,
    )
    .fetch(connection)
    .map_ok(Claim::from)
    .boxed()
}

/// Rows of one statement: enough to make its round trip and its plan weigh nothing, and far from its time limit.
const INSERTED_TOGETHER: usize = 1_000;

/// Readings of articles, with fresh ids.
pub(super) async fn insert(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    claims: &[(ArticleId, OutletId, &ClaimReading)],
) -> Result<(), sqlx::Error> {
    for rows in claims.chunks(INSERTED_TOGETHER) {
        let readings = each(rows, |(_, _, reading)| *reading);
        sqlx::query!(
            "insert into claim (workspace_id, claim_id, article_id, outlet_id, text, span_start, span_end, headline, proposition,
                polarity, certainty, attribution, quantities, entities, event_date, event_from, event_to, check_worthiness,
                check_worthiness_reasons, engine_version, presupposes, embedding)
            select $1, *
            from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::integer[], $7::integer[], $8::boolean[], $9::text[],
                $10::text[], $11::text[], $12::jsonb[], $13::jsonb[], $14::jsonb[], $15::date[], $16::date[], $17::date[],
                $18::real[], $19::jsonb[], $20::integer[], $21::jsonb[], $22::bytea[])",
            workspace.0,
            &each(rows, |_| ClaimId::new().0),
            &each(rows, |(article, _, _)| article.0),
            &each(rows, |(_, outlet, _)| outlet.0),
            &each(&readings, |claim| claim.text.as_str()) as &[&str],
            &each(&readings, |claim| claim.span.start.cast_signed()),
            &each(&readings, |claim| claim.span.end.cast_signed()),
            &each(&readings, |claim| claim.headline),
            &each(&readings, |claim| claim.proposition.as_str()) as &[&str],
            &each(&readings, |claim| Word(claim.polarity).to_string()),
            &each(&readings, |claim| Word(claim.certainty).to_string()),
            &each(&readings, |claim| Json(&claim.attribution)) as &[Json<&Attribution>],
            &each(&readings, |claim| Json(&claim.quantities)) as &[Json<&Vec<Quantity>>],
            &each(&readings, |claim| Json(&claim.entities)) as &[Json<&Vec<Entity>>],
            &each(&readings, |claim| claim.event_date) as &[Option<NaiveDate>],
            &each(&readings, |claim| claim.event_period.map(Period::from)) as &[Option<NaiveDate>],
            &each(&readings, |claim| claim.event_period.map(Period::to)) as &[Option<NaiveDate>],
            &each(&readings, |claim| claim.check_worthiness),
            &each(&readings, |claim| Json(&claim.check_worthiness_reasons)) as &[Json<&Vec<WorthinessReason>>],
            &each(&readings, |claim| claim.engine_version),
            &each(&readings, |claim| Json(&claim.presupposes)) as &[Json<&Vec<String>>],
            &each(&readings, |claim| claim.embedding.as_ref().map(|embedding| embedding.bytes())) as &[Option<Vec<u8>>],
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// The part of a label that no query asks for, in one column.
#[derive(Serialize, Deserialize)]
pub(super) struct Judgement {
    pub echo_of: Option<String>,
    pub disputed_by: Option<Source>,
    pub asserted_by: Option<Source>,
    pub flags: Vec<Flag>,
    pub evidence: Vec<Evidence>,
}

struct ClaimRow {
    claim_id: Uuid,
    article_id: Uuid,
    cluster_id: Option<Uuid>,
    text: String,
    span_start: i32,
    span_end: i32,
    headline: bool,
    proposition: String,
    polarity: Word<Polarity>,
    certainty: Word<Certainty>,
    attribution: Json<Attribution>,
    quantities: Json<Vec<Quantity>>,
    entities: Json<Vec<Entity>>,
    event_date: Option<NaiveDate>,
    event_from: Option<NaiveDate>,
    event_to: Option<NaiveDate>,
    presupposes: Json<Vec<String>>,
    check_worthiness: f32,
    check_worthiness_reasons: Json<Vec<WorthinessReason>>,
    engine_version: i32,
    relation: Option<Word<Relation>>,
    stance: Option<Word<Stance>>,
    access: Option<Word<Access>>,
    independence: Option<Word<Independence>>,
    judgement: Option<Json<Judgement>>,
    outlet_id: Uuid,
    outlet_name: String,
    outlet_domain: Option<String>,
    outlet_kind: Word<OutletKind>,
    outlet_family: Option<String>,
    said_at: DateTime<Utc>,
}

impl From<ClaimRow> for Claim {
    fn from(row: ClaimRow) -> Self {
        // All of them are there or none is (claim_linked_check).
        let relation = match (row.relation, row.stance, row.access, row.judgement) {
            (Some(relation), Some(stance), Some(access), Some(Json(judgement))) => Some(ClaimRelation {
                relation: relation.0,
                stance: stance.0,
                access: access.0,
                independence: row.independence.map(|word| word.0),
                echo_of: judgement.echo_of,
                disputed_by: judgement.disputed_by,
                asserted_by: judgement.asserted_by,
                flags: judgement.flags,
                evidence: judgement.evidence,
            }),
            _ => None,
        };
        Self {
            id: ClaimId(row.claim_id),
            article_id: ArticleId(row.article_id),
            outlet: Outlet {
                id: OutletId(row.outlet_id),
                name: row.outlet_name,
                domain: row.outlet_domain,
                kind: row.outlet_kind.0,
                family: row.outlet_family,
            },
            said_at: row.said_at,
            cluster_id: row.cluster_id.map(ClusterId),
            relation,
            reading: reading_of!(row),
        }
    }
}
