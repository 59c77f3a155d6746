-- What dashboards such as Grafana and Metabase read: the same numbers as the API's lists, under names that stay. A table behind them
-- may change its form; a view keeps its columns and may gain some. docs/recipes.md describes them; they show what is current, and
-- nothing that was withdrawn.

create schema reporting;

-- Outlets, with their numbers of current articles and of clusters by what they do in them.
create view reporting.outlet as
select outlet.workspace_id, workspace.name as workspace, outlet.outlet_id, outlet.name as outlet, outlet.domain, outlet.kind,
    outlet.family, coalesce(written.articles, 0) as articles, written.last_article_at, coalesce(held.corroborates, 0) as corroborates,
    coalesce(held.disputes, 0) as disputes, coalesce(held.echoes, 0) as echoes, coalesce(held.unclear, 0) as unclear
from outlet
join workspace using (workspace_id)
left join (
    select workspace_id, outlet_id, count(*) as articles, max(coalesce(published_at, received_at)) as last_article_at
    from article
    where current
    group by workspace_id, outlet_id
) as written using (workspace_id, outlet_id)
left join (
    select workspace_id, outlet_id, count(*) filter (where relation = 'corroborates') as corroborates,
        count(*) filter (where relation = 'disputes') as disputes, count(*) filter (where relation = 'echoes') as echoes,
        count(*) filter (where relation = 'unclear') as unclear
    from outlet_relation
    group by workspace_id, outlet_id
) as held using (workspace_id, outlet_id);

-- Claims of current articles.
create view reporting.claim as
select claim.workspace_id, workspace.name as workspace, claim.claim_id, claim.cluster_id, claim.article_id, article.url, article.title,
    claim.outlet_id, outlet.name as outlet, outlet.kind as outlet_kind, coalesce(article.published_at, article.received_at) as said_at,
    article.language, claim.text, claim.proposition, claim.headline, claim.polarity, claim.certainty,
    claim.attribution ->> 'voice' as voice, claim.attribution -> 'source' ->> 'name' as source, claim.relation, claim.stance, claim.access,
    claim.independence, claim.judgement ->> 'echo_of' as echo_of, claim.check_worthiness
from claim
join article using (workspace_id, article_id)
join outlet on outlet.workspace_id = claim.workspace_id and outlet.outlet_id = claim.outlet_id
join workspace on workspace.workspace_id = claim.workspace_id
where article.current;

-- Clusters, with their counts.
create view reporting.cluster as
select cluster.workspace_id, workspace.name as workspace, cluster.cluster_id, cluster.claim, cluster.articles, cluster.outlets,
    cluster.corroborates, cluster.disputes, cluster.echoes, cluster.unclear, cluster.origins_low, cluster.origins_high, cluster.contested,
    cluster.outlets - cluster.origins_high as fragility, cluster.first_seen_at, cluster.last_seen_at
from cluster
join workspace using (workspace_id)
where cluster.dissolved_at is null;

-- What each outlet does in each cluster.
create view reporting.position as
select held.workspace_id, workspace.name as workspace, held.cluster_id, cluster.claim, held.outlet_id, outlet.name as outlet,
    outlet.kind as outlet_kind, held.relation, held.position ->> 'independence' as independence, held.position ->> 'echo_of' as echo_of,
    (held.position ->> 'since')::timestamptz as since
from outlet_relation as held
join cluster using (workspace_id, cluster_id)
join outlet on outlet.workspace_id = held.workspace_id and outlet.outlet_id = held.outlet_id
join workspace on workspace.workspace_id = held.workspace_id
where cluster.dissolved_at is null;

-- Days in UTC on which something was published: articles, claims by label, and clusters that began.
create view reporting.day as
select counted.workspace_id, workspace.name as workspace, counted.day, sum(counted.articles)::bigint as articles,
    sum(counted.claims)::bigint as claims, sum(counted.corroborates)::bigint as corroborates, sum(counted.disputes)::bigint as disputes,
    sum(counted.echoes)::bigint as echoes, sum(counted.unclear)::bigint as unclear, sum(counted.clusters)::bigint as clusters,
    sum(counted.contested)::bigint as contested
from (
    select workspace_id, (coalesce(published_at, received_at) at time zone 'UTC')::date as day, count(*) as articles, 0 as claims,
        0 as corroborates, 0 as disputes, 0 as echoes, 0 as unclear, 0 as clusters, 0 as contested
    from article
    where current
    group by 1, 2
    union all
    select workspace_id, (said_at at time zone 'UTC')::date, 0, count(*), count(*) filter (where relation = 'corroborates'),
        count(*) filter (where relation = 'disputes'), count(*) filter (where relation = 'echoes'),
        count(*) filter (where relation = 'unclear'), 0, 0
    from reporting.claim
    group by 1, 2
    union all
    select workspace_id, (first_seen_at at time zone 'UTC')::date, 0, 0, 0, 0, 0, 0, count(*), count(*) filter (where contested)
    from reporting.cluster
    group by 1, 2
) as counted
join workspace on workspace.workspace_id = counted.workspace_id
group by counted.workspace_id, workspace.name, counted.day;
