//! Recounts everything stored: rows in, contradictions between them out. Changes nothing.
//!
//! A rule is a statement that selects what breaks it, so a new rule is a new entry of [`RULES`]. All of them look at one snapshot, and
//! findings are passed on one by one: neither a service at work nor the size of the database matters.

use futures_util::TryStreamExt;
use serde::Serialize;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, SqlSafeStr};
use uuid::Uuid;

use super::{StorageError, Store};

/// Something that must hold of what is stored.
#[derive(Debug)]
pub struct Rule {
    pub name: &'static str,
    /// What holds where nothing is found.
    pub holds: &'static str,
    /// Selects `workspace_id`, `subject` and `found` of what breaks it.
    sql: &'static str,
}

/// Rows that contradict a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Finding {
    #[sqlx(skip)]
    pub rule: &'static str,
    #[serde(rename = "workspace")]
    pub workspace_id: Uuid,
    /// Which row.
    pub subject: String,
    pub found: String,
}

/// Rows that a foreign key of theirs has lost; made from the catalogue, since a restore or a repair may go past the keys.
pub const FOREIGN_KEYS: &str = "foreign-key";

/// The rules of the audit log alone, as `crossclaim audit verify` looks at them.
pub const AUDIT_CHAIN: &str = "audit-chain";
pub const AUDIT_SUBJECT: &str = "audit-subject";

pub static RULES: &[Rule] = &[
    Rule {
        name: "event-sequence",
        holds: "events are numbered 1, 2, 3, … in each workspace, up to the number that it remembers",
        sql: "select workspace_id, 'event ' || sequence as subject, 'follows event ' || before as found
            from (
                select workspace_id, sequence, lag(sequence, 1, 0::bigint) over (partition by workspace_id order by sequence) as before
                from event
            ) as line
            where sequence <> before + 1
            union all
            select workspace_id, 'workspace', format('its last event is %s, the newest stored is %s', last_event, newest)
            from workspace
            cross join lateral (
                select coalesce(max(sequence), 0) as newest from event where event.workspace_id = workspace.workspace_id
            ) as stored
            where last_event <> newest",
    },
    Rule {
        name: "event-subject",
        holds: "what an event is about is there",
        sql: "select workspace_id, 'event ' || sequence as subject, 'its cluster ' || cluster_id || ' is not there' as found
            from event
            where cluster_id is not null
                and not exists (select from cluster where (cluster.workspace_id, cluster.cluster_id) = (event.workspace_id, event.cluster_id))
            union all
            select workspace_id, 'event ' || sequence, 'its article ' || article_id || ' is not there'
            from event
            where article_id is not null
                and not exists (select from article where (article.workspace_id, article.article_id) = (event.workspace_id, event.article_id))",
    },
    Rule {
        name: "article-hash",
        holds: "an article's hashes are those of its address, its title and its text",
        // The length of the title as eight bytes, lowest first; all of them 255 where there is none.
        sql: "select workspace_id, 'article ' || article_id as subject, 'its hashes are of something else' as found
            from article
            cross join lateral (
                select case when title is null then '\\xffffffffffffffff'::bytea
                    else set_byte(set_byte(set_byte('\\x0000000000000000'::bytea,
                        0, octet_length(title) & 255), 1, (octet_length(title) >> 8) & 255), 2, octet_length(title) >> 16)
                    end as length
            ) as title_length
            where url_hash <> sha256(convert_to(coalesce(canonical_url, url), 'UTF8'))
                or content_hash <> sha256(length || convert_to(coalesce(title, '') || text, 'UTF8'))",
    },
    Rule {
        name: "article-revisions",
        holds: "revisions of a text are numbered 1, 2, 3, …, and the newest is current or withdrawn",
        sql: "select workspace_id, 'outlet ' || outlet_id || ' url ' || encode(url_hash, 'hex') as subject,
                format('%s revisions up to %s, current: %s', stored, newest, coalesce(standing::text, 'none')) as found
            from (
                select workspace_id, outlet_id, url_hash, count(*) as stored, max(revision) as newest,
                    max(revision) filter (where current) as standing, max(revision) filter (where withdrawn_at is not null) as withdrawn
                from article
                group by workspace_id, outlet_id, url_hash
            ) as text
            where stored <> newest or coalesce(standing, withdrawn) is distinct from newest",
    },
    Rule {
        name: "claim-outlet",
        holds: "a claim is of its article's outlet",
        sql: "select claim.workspace_id, 'claim ' || claim_id as subject, 'its article is of outlet ' || article.outlet_id as found
            from claim
            join article using (workspace_id, article_id)
            where claim.outlet_id <> article.outlet_id",
    },
    Rule {
        name: "claim-span",
        holds: "a claim's words stand in its article, at its span",
        sql: "select claim.workspace_id, 'claim ' || claim_id as subject,
                format('%s to %s of the %s is not its text', span_start, span_end, case when headline then 'title' else 'text' end) as found
            from claim
            join article using (workspace_id, article_id)
            where substr(case when headline then article.title else article.text end, span_start + 1, span_end - span_start)
                is distinct from claim.text",
    },
    Rule {
        name: "claim-placed",
        holds: "claims of a linked article have a label, those of others have none",
        sql: "select claim.workspace_id, 'claim ' || claim_id as subject,
                format('%s, of an article that is %s', coalesce(relation, case when cluster_id is null then 'unplaced' else 'unlabelled' end),
                    case when withdrawn_at is not null then 'withdrawn' when not current then 'superseded' else status end) as found
            from claim
            join article using (workspace_id, article_id)
            where case
                when status <> 'linked' then cluster_id is not null
                -- What waits for the linker stands as it stood.
                when rejudge or retiring then false
                when withdrawn_at is not null then relation is not null
                when current then relation is null
                else cluster_id is not null
            end",
    },
    Rule {
        name: "claim-cluster",
        holds: "a claim with a label stands in a cluster that lives",
        sql: "select claim.workspace_id, 'claim ' || claim_id as subject, 'cluster ' || cluster_id || ' is dissolved' as found
            from claim
            join cluster using (workspace_id, cluster_id)
            where relation is not null and dissolved_at is not null",
    },
    Rule {
        name: "claim-evidence",
        holds: "there is no label without evidence",
        sql: "select workspace_id, 'claim ' || claim_id as subject, 'no evidence for its label' as found
            from claim
            where relation is not null
                and coalesce(jsonb_array_length(judgement -> 'evidence'), 0) = 0",
    },
    Rule {
        name: "evidence-quote",
        holds: "evidence quotes words of the judged article, where it says that they stand",
        sql: "select claim.workspace_id, format('claim %s, reason %s', claim_id, place) as subject, 'its quotation is not there' as found
            from claim
            join article using (workspace_id, article_id)
            cross join lateral (
                select place, reason #>> '{quote,article_id}' as quoted, reason #>> '{quote,text}' as words,
                    (reason #> '{quote,in_title}')::boolean as in_title, (reason #> '{quote,span,start}')::integer as span_start,
                    (reason #> '{quote,span,end}')::integer as span_end
                from jsonb_array_elements(judgement -> 'evidence') with ordinality as told (reason, place)
            ) as evidence
            where quoted is distinct from article.article_id::text
                or substr(case when in_title then article.title else article.text end, evidence.span_start + 1,
                    greatest(evidence.span_end - evidence.span_start, 0))
                    is distinct from words",
    },
    Rule {
        name: "position",
        holds: "each outlet with a label in a cluster has one position there, of exactly these claims",
        sql: "select workspace_id, format('cluster %s, outlet %s', cluster_id, outlet_id) as subject,
                case when held.claims is null then 'a position without a claim'
                    when stated.position is null then 'claims without a position'
                    else 'its position is not that of its claims' end as found
            from (
                select workspace_id, cluster_id, outlet_id, array_agg(claim_id order by claim_id) as claims,
                    array_agg(distinct relation) as relations
                from claim
                where relation is not null
                group by workspace_id, cluster_id, outlet_id
            ) as held
            full join outlet_relation as stated using (workspace_id, cluster_id, outlet_id)
            where held.claims is null or stated.position is null
                or stated.relation is distinct from stated.position ->> 'relation'
                or stated.relation <> all (held.relations)
                or held.claims is distinct from (
                    select array_agg(id::uuid order by id::uuid) from jsonb_array_elements_text(stated.position -> 'claim_ids') as id
                )",
    },
    Rule {
        name: "cluster-counts",
        holds: "a cluster's counts are those of its claims and positions",
        sql: "select workspace_id, 'cluster ' || cluster_id as subject, format('stored %s, counted %s', stored, counted) as found
            from (
                select workspace_id, cluster_id,
                    array[cluster.articles, cluster.outlets, cluster.corroborates, cluster.disputes, cluster.echoes, cluster.unclear] as stored,
                    array[coalesce(held.articles, 0), coalesce(stated.outlets, 0), coalesce(stated.corroborates, 0),
                        coalesce(stated.disputes, 0), coalesce(stated.echoes, 0), coalesce(stated.unclear, 0)]::integer[] as counted
                from cluster
                left join (
                    select workspace_id, cluster_id, count(distinct article_id) as articles
                    from claim
                    where relation is not null
                    group by workspace_id, cluster_id
                ) as held using (workspace_id, cluster_id)
                left join (
                    select workspace_id, cluster_id, count(*) as outlets, count(*) filter (where relation = 'corroborates') as corroborates,
                        count(*) filter (where relation = 'disputes') as disputes, count(*) filter (where relation = 'echoes') as echoes,
                        count(*) filter (where relation = 'unclear') as unclear
                    from outlet_relation
                    group by workspace_id, cluster_id
                ) as stated using (workspace_id, cluster_id)
                where dissolved_at is null
            ) as both_counts
            where stored <> counted or counted[1] = 0",
    },
    Rule {
        name: "cluster-origins",
        holds: "a cluster's origins are as many as its roots",
        sql: "select workspace_id, 'cluster ' || cluster_id as subject, format('%s to %s, of %s roots', origins_low, origins_high, roots) as found
            from cluster
            cross join lateral (
                select count(*) as roots, count(*) filter (where (root -> 'named')::boolean) as named from jsonb_array_elements(origins) as root
            ) as counted
            where dissolved_at is null and (origins_low, origins_high) <> (named, roots)",
    },
    Rule {
        name: "cluster-contested",
        holds: "a cluster is contested where somebody disputes what another or a named source asserts",
        sql: "select workspace_id, 'cluster ' || cluster_id as subject, 'contested: ' || contested as found
            from cluster
            where dissolved_at is null and contested <> (disputes > 0 and (corroborates + echoes > 0 or exists (
                select from outlet_relation as stated
                where (stated.workspace_id, stated.cluster_id) = (cluster.workspace_id, cluster.cluster_id)
                    and relation = 'disputes' and position ->> 'asserted_by' is not null
            )))",
    },
    Rule {
        name: "cluster-seen",
        holds: "a cluster was first and last seen when its first and last article was published, or received where its date is doubted",
        sql: "select workspace_id, 'cluster ' || cluster_id as subject, format('%s to %s, its articles %s to %s',
                first_seen_at, last_seen_at, first, last) as found
            from cluster
            join (
                select claim.workspace_id, cluster_id, min(said_at(article)) as first, max(said_at(article)) as last
                from claim
                join article using (workspace_id, article_id)
                where relation is not null
                group by claim.workspace_id, cluster_id
            ) as held using (workspace_id, cluster_id)
            where dissolved_at is null and (first_seen_at, last_seen_at) <> (first, last)",
    },
    Rule {
        name: "cluster-redirect",
        holds: "whoever follows redirects from cluster to cluster comes to an end",
        sql: "with recursive step as (
                select workspace_id, cluster_id, merged_into as next, 1 as steps from cluster where merged_into is not null
                union all
                select step.workspace_id, step.cluster_id, cluster.merged_into, steps + 1
                from step
                join cluster on (cluster.workspace_id, cluster.cluster_id) = (step.workspace_id, step.next)
                where cluster.merged_into is not null and next <> step.cluster_id and steps < 1000
            )
            select workspace_id, 'cluster ' || cluster_id as subject, 'leads back to itself' as found from step where next = cluster_id",
    },
    Rule {
        name: "constraint-kept",
        holds: "claims that are held apart share no cluster, those held together do",
        sql: "select held.workspace_id, 'constraint ' || constraint_id as subject, 'its claims are ' ||
                case kind when 'apart' then 'together' else 'apart' end as found
            from link_constraint as held
            join claim as a on (a.workspace_id, a.claim_id) = (held.workspace_id, claim_a)
            join claim as b on (b.workspace_id, b.claim_id) = (held.workspace_id, claim_b)
            where lifted_at is null and noticed and (kind = 'apart') = (a.cluster_id = b.cluster_id)
                -- Of contradictory constraints the one that holds apart prevails.
                and (kind = 'apart' or not exists (
                    select from link_constraint as other
                    join claim as c on (c.workspace_id, c.claim_id) = (other.workspace_id, other.claim_a)
                    join claim as d on (d.workspace_id, d.claim_id) = (other.workspace_id, other.claim_b)
                    where other.workspace_id = held.workspace_id and other.kind = 'apart' and other.lifted_at is null
                        and least(c.cluster_id, d.cluster_id) = least(a.cluster_id, b.cluster_id)
                        and greatest(c.cluster_id, d.cluster_id) = greatest(a.cluster_id, b.cluster_id)
                ))",
    },
    Rule {
        name: "decision-effect",
        holds: "what follows from a decision stands as long as the decision does",
        sql: "select held.workspace_id, 'constraint ' || constraint_id as subject,
                'of decision ' || decision_id || case when undone_at is null then ', which stands' else ', which is undone' end as found
            from link_constraint as held
            join decision using (workspace_id, decision_id)
            where (undone_at is null) <> (lifted_at is null)
            union all
            select workspace_id, format('decision %s, claim %s', decision_id, claim_id), 'its label and the decision do not agree'
            from (
                select workspace_id, decision_id, relation, unnest(claims) as claim_id from decision where kind = 'relabel' and undone_at is null
            ) as decided
            full join relabel using (workspace_id, decision_id, claim_id)
            where decided.relation is distinct from relabel.relation",
    },
    Rule {
        name: "decision-claims",
        holds: "the claims that a decision names are there",
        sql: "select named.workspace_id, 'decision ' || decision_id as subject, 'claim ' || named.claim_id || ' is not there' as found
            from (select workspace_id, decision_id, unnest(claims) as claim_id from decision) as named
            where not exists (select from claim where (claim.workspace_id, claim.claim_id) = (named.workspace_id, named.claim_id))",
    },
    Rule {
        name: "relabel-kept",
        holds: "a claim has the label that an editor last gave to it",
        sql: "select claim.workspace_id, 'claim ' || claim_id as subject, format('%s, and not %s', claim.relation, given.relation) as found
            from (
                select distinct on (workspace_id, claim_id) workspace_id, claim_id, relation
                from relabel
                order by workspace_id, claim_id, decision_id desc
            ) as given
            join claim using (workspace_id, claim_id)
            join article using (workspace_id, article_id)
            where claim.relation <> given.relation and not rejudge and not retiring",
    },
    Rule {
        name: "reuse",
        holds: "articles that share passages are in use, and the passages stand in both",
        sql: "select pair.workspace_id, format('article %s from %s', pair.article_id, source_article_id) as subject,
                'superseded, or shorter than a passage says' as found
            from article_reuse as pair
            join article as copy on (copy.workspace_id, copy.article_id) = (pair.workspace_id, pair.article_id)
            join article as source on (source.workspace_id, source.article_id) = (pair.workspace_id, source_article_id)
            cross join lateral (
                select max((passage #>> '{span,end}')::integer) as copied, max((passage #>> '{other_span,end}')::integer) as had
                from jsonb_array_elements(passages) as passage
            ) as reach
            where not (copy.current or copy.retiring or copy.withdrawn_at is not null)
                or not (source.current or source.retiring or source.withdrawn_at is not null)
                or coalesce(copied > char_length(copy.text) or had > char_length(source.text), true)",
    },
    Rule {
        name: "webhook-delivery",
        holds: "deliveries are of events that their webhook has come to, under the event's own name",
        sql: "select sent.workspace_id, 'delivery ' || delivery_id as subject, format('%s of event %s', sent.kind, sequence) as found
            from webhook_delivery as sent
            join webhook using (workspace_id, webhook_id)
            join event using (workspace_id, sequence)
            where sent.kind <> event.kind or sequence > told
            union all
            select workspace_id, 'webhook ' || webhook_id, format('was told of event %s, the newest is %s', told, last_event)
            from webhook
            join workspace using (workspace_id)
            where told > last_event",
    },
    Rule {
        name: "watch-trigger",
        holds: "what a watch saw is there",
        sql: "select workspace_id, 'watch ' || watch_id as subject, 'cluster ' || cluster_id || ' is not there' as found
            from watch_trigger as hit
            where not exists (select from cluster where (cluster.workspace_id, cluster.cluster_id) = (hit.workspace_id, hit.cluster_id))",
    },
    Rule {
        name: AUDIT_CHAIN,
        holds: "each entry of the audit log follows from the one before, up to the end that the workspace remembers",
        sql: "select workspace_id, 'entry ' || sequence as subject, 'does not follow from the entry before' as found
            from (
                select workspace_id, sequence, hash, audit_words(audit_entry) as words,
                    lag(sequence, 1, 0::bigint) over chain as number_before, lag(hash, 1, '\\x'::bytea) over chain as before
                from audit_entry
                window chain as (partition by workspace_id order by sequence)
            ) as entry
            where sequence <> number_before + 1 or hash <> sha256(before || words)
            union all
            select workspace_id, 'workspace', format('its log ends with entry %s, the newest stored is %s', last_audit, sequence)
            from workspace
            left join lateral (
                select sequence, hash from audit_entry as entry
                where entry.workspace_id = workspace.workspace_id
                order by sequence desc
                limit 1
            ) as newest on true
            where (last_audit, audit_hash) <> (coalesce(sequence, 0), coalesce(hash, '\\x'))",
    },
    Rule {
        name: AUDIT_SUBJECT,
        holds: "decisions, constraints, keys and withdrawals stand as the audit log last told of them",
        sql: "with held as (
                select workspace_id, decision_id as id, 'decision' as kind, audit_detail(decision) as detail from decision
                union all
                select workspace_id, constraint_id, 'constraint', audit_detail(link_constraint) from link_constraint where decision_id is null
                union all
                select workspace_id, key_id, 'key', audit_detail(api_key) from api_key
                union all
                select workspace_id, article_id, 'article', audit_detail(article)
                from article
                where withdrawn_at is not null or exists (
                    select from audit_entry as entry where (entry.workspace_id, entry.subject_id) = (article.workspace_id, article.article_id)
                )
            ),
            told as (
                select distinct on (workspace_id, subject_id) workspace_id, subject_id as id, split_part(action, '.', 1) as kind, sequence, detail
                from audit_entry
                order by workspace_id, subject_id, sequence desc
            )
            select workspace_id, format('%s %s', kind, id) as subject,
                case when told.detail is null then 'the log does not know it'
                    when held.detail is null then 'is gone, and was there at entry ' || sequence
                    else 'is not what entry ' || sequence || ' tells' end as found
            from held
            full join told using (workspace_id, id, kind)
            where held.detail is distinct from told.detail",
    },
];

impl Store {
    /// Passes on whatever breaks one of the rules that are wanted. Returns the number of rules that were looked at.
    pub async fn fsck(&self, wanted: impl Fn(&str) -> bool, mut found: impl FnMut(Finding)) -> Result<usize, StorageError> {
        // Not from the pool, whose sessions give up after seconds. That a recount is slow is no news for a log.
        let options = self.pool().connect_options().as_ref().clone().disable_statement_logging();
        let mut connection = options.connect().await?;
        let snapshot = "begin isolation level repeatable read read only; set local statement_timeout = 0; \
                        set local idle_in_transaction_session_timeout = 0";
        sqlx::raw_sql(snapshot).execute(&mut connection).await?;
        let mut looked_at = 0;
        for rule in RULES.iter().filter(|rule| wanted(rule.name)) {
            look(&mut connection, rule.name, rule.sql, &mut found).await?;
            looked_at += 1;
        }
        if wanted(FOREIGN_KEYS) {
            for statement in foreign_keys(&mut connection).await? {
                look(&mut connection, FOREIGN_KEYS, AssertSqlSafe(statement), &mut found).await?;
            }
            looked_at += 1;
        }
        connection.close().await?;
        Ok(looked_at)
    }
}

async fn look(
    connection: &mut PgConnection,
    rule: &'static str,
    sql: impl SqlSafeStr,
    found: &mut impl FnMut(Finding),
) -> Result<(), StorageError> {
    let mut rows = sqlx::query_as::<_, Finding>(sql).persistent(false).fetch(connection);
    while let Some(finding) = rows.try_next().await? {
        found(Finding { rule, ..finding });
    }
    Ok(())
}

/// A statement for each foreign key of the schema.
async fn foreign_keys(connection: &mut PgConnection) -> Result<Vec<String>, StorageError> {
    let statements = sqlx::query_scalar(
        "select format(
            'select child.workspace_id, %L || concat_ws('', '', %s) as subject, %L as found from %s as child
            where %s and not exists (select from %s as parent where %s)',
            conrelid::regclass || ' of ', string_agg(format('child.%I', own.attname), ', ' order by place), conname || ' leads nowhere',
            conrelid::regclass, string_agg(format('child.%I is not null', own.attname), ' and '),
            confrelid::regclass, string_agg(format('parent.%I = child.%I', theirs.attname, own.attname), ' and ')
        )
        from pg_constraint
        cross join unnest(conkey, confkey) with ordinality as pair (mine, other, place)
        join pg_attribute as own on own.attrelid = conrelid and own.attnum = mine
        join pg_attribute as theirs on theirs.attrelid = confrelid and theirs.attnum = other
        where contype = 'f' and connamespace = current_schema()::regnamespace
        group by pg_constraint.oid, conrelid, confrelid, conname
        order by conname",
    );
    Ok(statements.fetch_all(connection).await?)
}
