-- Articles that were withdrawn: gone from all answers, and still known, so that they do not come back and so that those who passed
-- them on can be told.

alter table article
    add column withdrawn_at timestamptz,
    add column withdrawn_by text,
    add column withdrawal_reason text,
    -- Withdrawn or restored after it was linked: the clusters of its claims wait to be judged anew.
    add column rejudge boolean not null default false,
    add constraint article_withdrawal_check check (num_nulls(withdrawn_at, withdrawn_by, withdrawal_reason) in (0, 3)),
    add constraint article_withdrawn_check check (withdrawn_at is null or not (current or retiring)),
    add constraint article_withdrawal_reason_check check (char_length(withdrawal_reason) between 1 and 2000);

-- Asked for every article that comes in, by its place and by its content.
create index article_withdrawn_idx on article (workspace_id, outlet_id, url_hash) where withdrawn_at is not null;

create index article_rejudge_idx on article (workspace_id, article_id) where rejudge;

drop index article_pending_idx;
create index article_pending_idx on article (workspace_id, sequence) where status = 'pending';

-- A claim of a withdrawn article keeps its place in a cluster, without a label.
alter table claim drop constraint claim_linked_check;
alter table claim add constraint claim_linked_check check (
    num_nulls(relation, stance, access, judgement) in (0, 4)
    and (relation is null or cluster_id is not null)
    and (independence is null or relation is not null)
);

alter table event drop constraint event_kind_check;
alter table event add constraint event_kind_check check (
    kind in ('cluster.created', 'cluster.changed', 'cluster.merged', 'article.linked', 'article.withdrawn', 'article.restored')
);
alter table event drop constraint event_subject_check;
alter table event add constraint event_subject_check check (
    case when kind like 'article.%' then article_id is not null else cluster_id is not null end
);
