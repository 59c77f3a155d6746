-- The reasons for a label are read and written with the label and never without it, so they stand in its row: a table of their own cost a
-- third of what linking writes, and a read for each claim. A position repeated them; now it names the claim that decides first, and they are
-- found there.
update claim
set judgement = judgement || jsonb_build_object('evidence', coalesce(
    (
        select jsonb_agg(body order by ordinal) from evidence
        where evidence.workspace_id = claim.workspace_id and evidence.claim_id = claim.claim_id
    ),
    '[]'
))
where judgement is not null;

update outlet_relation
set position = (position - 'evidence') || jsonb_build_object('claim_ids', coalesce(
    (
        select jsonb_agg(id order by coalesce(reason.body = position #> '{evidence,0}', false) desc, place)
        from jsonb_array_elements_text(position -> 'claim_ids') with ordinality as told (id, place)
        left join evidence as reason
            on reason.workspace_id = outlet_relation.workspace_id and reason.claim_id = id::uuid and reason.ordinal = 0
    ),
    '[]'
));

drop table evidence;

-- Most contested first; among equals those that most outlets speak of, and not those that came last.
drop index cluster_contest_idx;
alter table cluster drop column contest;
alter table cluster
    add column contest bigint not null
    generated always as ((least(disputes, corroborates + echoes)::bigint << 32) + outlets) stored;
create index cluster_contest_idx on cluster (workspace_id, contest desc, cluster_id desc) where dissolved_at is null;
