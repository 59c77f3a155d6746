//! Writes a linker's plan: one transaction, in which every statement writes one table in bulk.
//!
//! A plan states the full new state of what it touches. Rows that hold that state already are left alone, so that a new
//! claim in a large cluster costs a few row versions and not hundreds.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::{
    LinkerLock, StorageError, Store,
    claims::Judgement,
    connection::Attempts,
    each,
    events::{self, Event},
    reuse, watches, withdrawals,
    word::Word,
};
use crate::{
    domain::{Cluster, LinkPlan, LinkedCluster, Relation, WorkspaceId, clock},
    failpoint,
};

const LINKER: &str = "linker";

impl Store {
    /// Writes a plan whole: claims' clusters and relations with their evidence, clusters, outlet relations, redirects, events, article
    /// status. Clusters are locked in id order. Returns the number of the last event written. For who has no need of the linker's lock.
    pub async fn commit_plan(&self, workspace: WorkspaceId, plan: &LinkPlan) -> Result<i64, StorageError> {
        commit(&mut *self.within(workspace).await?, workspace, plan).await
    }
}

impl LinkerLock {
    /// The same, in the session that holds the lock. They end together: who was asleep while another took over cannot write late.
    pub async fn commit_plan(&mut self, workspace: WorkspaceId, plan: &LinkPlan) -> Result<i64, StorageError> {
        commit(&mut self.connection, workspace, plan).await
    }
}

async fn commit(connection: &mut PgConnection, workspace: WorkspaceId, plan: &LinkPlan) -> Result<i64, StorageError> {
    let mut attempts = Attempts::default();
    loop {
        match try_commit(connection, workspace, plan).await {
            Err(error) if attempts.again(&error).await => {}
            outcome => return outcome,
        }
    }
}

async fn try_commit(connection: &mut PgConnection, workspace: WorkspaceId, plan: &LinkPlan) -> Result<i64, StorageError> {
    let mut transaction = connection.begin().await?;
    let mut writer = Writer { connection: &mut transaction, workspace, plan };
    writer.lock_clusters().await?;
    writer.write_clusters().await?;
    writer.detach_claims().await?;
    writer.attach_claims().await?;
    writer.attach_withdrawn().await?;
    failpoint::reach("links-half-written");
    writer.write_outlet_relations().await?;
    writer.dissolve_clusters().await?;
    reuse::write(writer.connection, workspace, &plan.reuse, &plan.retired).await?;
    writer.mark_articles().await?;
    writer.mark_constraints().await?;
    withdrawals::mark(writer.connection, workspace, &plan.withdrawn).await?;
    let last_event = writer.write_events().await?;
    let last_event = writer.tell_watchers().await?.unwrap_or(last_event);
    transaction.commit().await?;
    Ok(last_event)
}

struct Writer<'a> {
    connection: &'a mut PgConnection,
    workspace: WorkspaceId,
    plan: &'a LinkPlan,
}

impl Writer<'_> {
    /// In id order, which every writer keeps to: two plans that touch the same clusters wait instead of deadlocking.
    async fn lock_clusters(&mut self) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "select cluster_id from cluster where workspace_id = $1 and cluster_id = any($2) order by cluster_id for no key update",
            self.workspace.0,
            &self.touched_clusters(),
        )
        .fetch_all(&mut *self.connection)
        .await?;
        Ok(())
    }

    async fn write_clusters(&mut self) -> Result<(), sqlx::Error> {
        let mut linked: Vec<&LinkedCluster> = self.plan.clusters.iter().collect();
        linked.sort_by_key(|linked| linked.cluster.id);
        let clusters: Vec<&Cluster> = linked.iter().map(|linked| &linked.cluster).collect();
        sqlx::query!(
            "insert into cluster (workspace_id, cluster_id, claim, articles, outlets, corroborates, disputes, echoes, unclear,
                origins_low, origins_high, origins, contested, first_seen_at, last_seen_at, dissolved_at, trend)
            select $1, *
            from unnest($2::uuid[], $3::text[], $4::integer[], $5::integer[], $6::integer[], $7::integer[], $8::integer[],
                $9::integer[], $10::integer[], $11::integer[], $12::jsonb[], $13::boolean[], $14::timestamptz[],
                $15::timestamptz[], $16::timestamptz[], $17::bigint[])
            on conflict (workspace_id, cluster_id) do update
            set claim = excluded.claim, articles = excluded.articles, outlets = excluded.outlets,
                corroborates = excluded.corroborates, disputes = excluded.disputes, echoes = excluded.echoes,
                unclear = excluded.unclear, origins_low = excluded.origins_low, origins_high = excluded.origins_high,
                origins = excluded.origins, contested = excluded.contested, first_seen_at = excluded.first_seen_at,
                last_seen_at = excluded.last_seen_at, dissolved_at = excluded.dissolved_at, trend = excluded.trend, merged_into = null",
            self.workspace.0,
            &each(&clusters, |cluster| cluster.id.0),
            &each(&clusters, |cluster| cluster.claim.clone()),
            &each(&clusters, |cluster| cluster.counts.articles),
            &each(&clusters, |cluster| cluster.counts.outlets),
            &each(&clusters, |cluster| cluster.counts.corroborates),
            &each(&clusters, |cluster| cluster.counts.disputes),
            &each(&clusters, |cluster| cluster.counts.echoes),
            &each(&clusters, |cluster| cluster.counts.unclear),
            &each(&clusters, |cluster| cluster.origins.low),
            &each(&clusters, |cluster| cluster.origins.high),
            &each(&clusters, |cluster| json!(cluster.origins.roots)) as &[Value],
            &each(&clusters, |cluster| is_contested(cluster)),
            &each(&clusters, |cluster| cluster.first_seen_at),
            &each(&clusters, |cluster| cluster.last_seen_at),
            // Of nothing but withdrawn claims: it is not there until others come to it.
            &each(&linked, |linked| (linked.claims.is_empty() && !linked.withdrawn.is_empty()).then(clock::now))
                as &[Option<DateTime<Utc>>],
            &each(&clusters, |cluster| cluster.trend()),
        )
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    /// Claims of retired articles, and claims that stand in a touched cluster but have no place in the plan.
    async fn detach_claims(&mut self) -> Result<(), sqlx::Error> {
        let labelled = self.plan.clusters.iter().flat_map(|linked| &linked.claims).map(|(id, _)| id.0);
        let placed: Vec<Uuid> = labelled.chain(self.withdrawn().map(|(_, claim)| claim)).collect();
        sqlx::query!(
            "update claim
            set cluster_id = null, relation = null, stance = null, access = null, independence = null, judgement = null
            where workspace_id = $1 and cluster_id is not null
                and (article_id = any($2) or (cluster_id = any($3) and claim_id <> all($4)))",
            self.workspace.0,
            &each(&self.plan.retired, |id| id.0),
            &self.touched_clusters(),
            &placed,
        )
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    async fn attach_claims(&mut self) -> Result<(), sqlx::Error> {
        let placed: Vec<_> = self
            .plan
            .clusters
            .iter()
            .flat_map(|linked| linked.claims.iter().map(|(id, relation)| (linked.cluster.id, *id, relation)))
            .filter(|(_, claim, _)| !self.plan.settled.claims.contains(claim))
            .collect();
        sqlx::query!(
            "update claim
            set cluster_id = placed.cluster_id, relation = placed.relation, stance = placed.stance, access = placed.access,
                independence = placed.independence, judgement = placed.judgement
            from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[])
                as placed (claim_id, cluster_id, relation, stance, access, independence, judgement)
            where claim.workspace_id = $1 and claim.claim_id = placed.claim_id
                and (claim.cluster_id, claim.relation, claim.stance, claim.access, claim.independence, claim.judgement)
                    is distinct from (placed.cluster_id, placed.relation, placed.stance, placed.access, placed.independence,
                        placed.judgement)",
            self.workspace.0,
            &each(&placed, |(_, claim, _)| claim.0),
            &each(&placed, |(cluster, _, _)| cluster.0),
            &each(&placed, |(_, _, judged)| judged.relation.as_str().to_owned()),
            &each(&placed, |(_, _, judged)| Word(judged.stance).to_string()),
            &each(&placed, |(_, _, judged)| Word(judged.access).to_string()),
            &each(&placed, |(_, _, judged)| judged.independence.map(|word| Word(word).to_string())) as &[Option<String>],
            &each(&placed, |(_, _, judged)| json!(Judgement {
                echo_of: judged.echo_of.clone(),
                disputed_by: judged.disputed_by.clone(),
                asserted_by: judged.asserted_by.clone(),
                flags: judged.flags.clone(),
                evidence: judged.evidence.clone(),
            })) as &[Value],
        )
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    /// Claims of withdrawn articles, each with its cluster.
    fn withdrawn(&self) -> impl Iterator<Item = (Uuid, Uuid)> {
        self.plan.clusters.iter().flat_map(|linked| linked.withdrawn.iter().map(|claim| (linked.cluster.id.0, claim.0)))
    }

    async fn attach_withdrawn(&mut self) -> Result<(), sqlx::Error> {
        let (clusters, claims): (Vec<Uuid>, Vec<Uuid>) = self.withdrawn().unzip();
        if claims.is_empty() {
            return Ok(());
        }
        sqlx::query!(
            "update claim
            set cluster_id = placed.cluster_id, relation = null, stance = null, access = null, independence = null,
                judgement = null
            from unnest($2::uuid[], $3::uuid[]) as placed (claim_id, cluster_id)
            where claim.workspace_id = $1 and claim.claim_id = placed.claim_id",
            self.workspace.0,
            &claims,
            &clusters,
        )
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    async fn write_outlet_relations(&mut self) -> Result<(), sqlx::Error> {
        let held: Vec<_> = self
            .plan
            .clusters
            .iter()
            .flat_map(|linked| linked.cluster.outlets.iter().map(|held| (linked.cluster.id, held)))
            .collect();
        let (clusters, outlets): (Vec<Uuid>, Vec<Uuid>) =
            held.iter().map(|(cluster, position)| (cluster.0, position.outlet_id.0)).unzip();
        sqlx::query!(
            "delete from outlet_relation
            where workspace_id = $1 and cluster_id = any($2)
                and not exists (
                    select from unnest($3::uuid[], $4::uuid[]) as held (cluster_id, outlet_id)
                    where held.cluster_id = outlet_relation.cluster_id and held.outlet_id = outlet_relation.outlet_id
                )",
            self.workspace.0,
            &self.touched_clusters(),
            &clusters,
            &outlets,
        )
        .execute(&mut *self.connection)
        .await?;
        let held: Vec<_> = held
            .into_iter()
            .filter(|(cluster, position)| !self.plan.settled.positions.contains(&(*cluster, position.outlet_id)))
            .collect();
        sqlx::query!(
            "insert into outlet_relation (workspace_id, cluster_id, outlet_id, relation, position)
            select $1, * from unnest($2::uuid[], $3::uuid[], $4::text[], $5::jsonb[])
            on conflict (workspace_id, cluster_id, outlet_id) do update
            set relation = excluded.relation, position = excluded.position
            where outlet_relation.position is distinct from excluded.position",
            self.workspace.0,
            &each(&held, |(cluster, _)| cluster.0),
            &each(&held, |(_, position)| position.outlet_id.0),
            &each(&held, |(_, position)| position.relation.as_str().to_owned()),
            &each(&held, |(_, position)| json!(position)) as &[Value],
        )
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    /// Its row stays, as a redirect to the cluster that took over or as the mark that there was one.
    async fn dissolve_clusters(&mut self) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "update cluster set dissolved_at = now(), merged_into = gone.merged_into
            from unnest($2::uuid[], $3::uuid[]) as gone (cluster_id, merged_into)
            where cluster.workspace_id = $1 and cluster.cluster_id = gone.cluster_id",
            self.workspace.0,
            &each(&self.plan.dissolved, |(id, _)| id.0),
            &each(&self.plan.dissolved, |(_, survivor)| survivor.map(|id| id.0)) as &[Option<Uuid>],
        )
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    async fn mark_articles(&mut self) -> Result<(), sqlx::Error> {
        // An article that was superseded while it was being linked leaves its clusters in the next round.
        sqlx::query!(
            "update article set status = 'linked', retiring = not current and withdrawn_at is null where workspace_id = $1 and article_id = any($2)",
            self.workspace.0,
            &each(&self.plan.linked, |id| id.0),
        )
        .execute(&mut *self.connection)
        .await?;
        sqlx::query!(
            "update article set retiring = false where workspace_id = $1 and article_id = any($2)",
            self.workspace.0,
            &each(&self.plan.retired, |id| id.0),
        )
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    /// One that was lifted after the linker had read it as made is left to be noticed again.
    async fn mark_constraints(&mut self) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "update link_constraint set noticed = true
            where workspace_id = $1
                and (constraint_id = any($2) and lifted_at is null or constraint_id = any($3) and lifted_at is not null)",
            self.workspace.0,
            &each(&self.plan.made, |id| id.0),
            &each(&self.plan.lifted, |id| id.0),
        )
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    async fn write_events(&mut self) -> Result<i64, sqlx::Error> {
        let changed = self.plan.clusters.iter().map(changed);
        let merged = |&(id, survivor): &_| Event::of_cluster("cluster.merged", id, json!({ "into": survivor }));
        let merged = self.plan.dissolved.iter().map(merged);
        let linked = self.plan.linked.iter().map(|&id| Event::of_article("article.linked", id, json!({})));
        let events: Vec<Event> = changed.chain(merged).chain(linked).collect();
        events::append(self.connection, self.workspace, LINKER, &events).await
    }

    /// After the events, which lock the workspace: a watch that is being made has either seen all of this, or is seen here.
    async fn tell_watchers(&mut self) -> Result<Option<i64>, sqlx::Error> {
        watches::follow_merges(self.connection, self.workspace, &self.plan.dissolved).await?;
        match watches::triggered(self.connection, self.workspace, &self.touched_clusters()).await? {
            events if events.is_empty() => Ok(None),
            events => events::append(self.connection, self.workspace, LINKER, &events).await.map(Some),
        }
    }

    fn touched_clusters(&self) -> Vec<Uuid> {
        let written = self.plan.clusters.iter().map(|linked| linked.cluster.id.0);
        let dissolved = self.plan.dissolved.iter().map(|(id, _)| id.0);
        written.chain(dissolved).collect()
    }
}

fn changed(linked: &LinkedCluster) -> Event {
    let cluster = &linked.cluster;
    let payload = json!({
        "counts": cluster.counts,
        "origins": { "low": cluster.origins.low, "high": cluster.origins.high },
    });
    Event::of_cluster(if linked.created { "cluster.created" } else { "cluster.changed" }, cluster.id, payload)
}

/// Somebody disputes what somebody supports or passes on, or disputes what a named source asserts.
fn is_contested(cluster: &Cluster) -> bool {
    let counts = &cluster.counts;
    let names_asserter = || cluster.outlets.iter().any(|held| held.relation == Relation::Disputes && held.asserted_by.is_some());
    counts.disputes > 0 && (counts.corroborates + counts.echoes > 0 || names_asserter())
}
