-- When something was said: one definition for lists, views and the recount.

-- The copy gives the earlier date and is not believed. Null from a program that believed every date.
alter table article_reuse add column against_dates boolean;

update article_reuse as pair
set against_dates = true
from article as copy, article as source
where (copy.workspace_id, copy.article_id) = (pair.workspace_id, pair.article_id)
    and (source.workspace_id, source.article_id) = (pair.workspace_id, pair.source_article_id)
    and coalesce(source.published_at, source.received_at) > coalesce(copy.published_at, copy.received_at);

-- Whether an article that is not withdrawn speaks against the date of this one.
create function date_doubted(article) returns boolean stable
return exists (
    select from article_reuse as pair
    join article as source on (source.workspace_id, source.article_id) = (pair.workspace_id, pair.source_article_id)
    where (pair.workspace_id, pair.article_id) = ($1.workspace_id, $1.article_id) and pair.against_dates and source.withdrawn_at is null
);

-- The date that the article gives, unless it gives none or is not believed.
create function said_at(article) returns timestamptz stable
return case when date_doubted($1) then $1.received_at else coalesce($1.published_at, $1.received_at) end;

create or replace view reporting.claim as
select claim.workspace_id, workspace.name as workspace, claim.claim_id, claim.cluster_id, claim.article_id, article.url, article.title,
    claim.outlet_id, outlet.name as outlet, outlet.kind as outlet_kind, said_at(article) as said_at,
    article.language, claim.text, claim.proposition, claim.headline, claim.polarity, claim.certainty,
    claim.attribution ->> 'voice' as voice, claim.attribution -> 'source' ->> 'name' as source, claim.relation, claim.stance, claim.access,
    claim.independence, claim.judgement ->> 'echo_of' as echo_of, claim.check_worthiness
from claim
join article using (workspace_id, article_id)
join outlet on outlet.workspace_id = claim.workspace_id and outlet.outlet_id = claim.outlet_id
join workspace on workspace.workspace_id = claim.workspace_id
where article.current;
