-- What editors decided, each with a reason, each to be undone as a whole. Where it is about who belongs together it stands as
-- constraints, which hold whatever arrives later; where it is about a label the judge looks here.

create table decision (
    workspace_id uuid not null,
    decision_id uuid not null,
    kind text not null,
    -- What it was about when it was made; which of these are given depends on the kind.
    cluster_id uuid,
    other_cluster_id uuid,
    claims uuid[] not null default '{}',
    relation text,
    note text,
    reason text not null,
    made_by text not null,
    made_at timestamptz not null default now(),
    undone_by text,
    undone_at timestamptz,
    undo_reason text,
    constraint decision_pkey primary key (workspace_id, decision_id),
    constraint decision_cluster_fkey foreign key (workspace_id, cluster_id) references cluster (workspace_id, cluster_id),
    constraint decision_other_cluster_fkey foreign key (workspace_id, other_cluster_id) references cluster (workspace_id, cluster_id),
    constraint decision_kind_check check (kind in ('merge', 'split', 'move', 'confirm', 'reject', 'relabel', 'note')),
    constraint decision_relation_check check (
        relation in ('corroborates', 'disputes', 'echoes', 'unclear') and kind = 'relabel' or relation is null and kind <> 'relabel'
    ),
    constraint decision_note_check check ((note is not null) = (kind = 'note') and char_length(note) between 1 and 10000),
    constraint decision_reason_check check (char_length(reason) between 1 and 2000),
    constraint decision_undone_check check (num_nulls(undone_by, undone_at, undo_reason) in (0, 3))
);

-- Decisions about a cluster, newest first, as either of two.
create index decision_cluster_idx on decision (workspace_id, cluster_id, decision_id desc);
create index decision_other_cluster_idx on decision (workspace_id, other_cluster_id, decision_id desc);

-- What label an editor gave to a claim: asked for each claim that is judged.
create table relabel (
    workspace_id uuid not null,
    decision_id uuid not null,
    claim_id uuid not null,
    relation text not null,
    -- Gone once the decision is undone.
    constraint relabel_pkey primary key (workspace_id, claim_id, decision_id),
    constraint relabel_decision_fkey foreign key (workspace_id, decision_id) references decision (workspace_id, decision_id),
    constraint relabel_claim_fkey foreign key (workspace_id, claim_id) references claim (workspace_id, claim_id),
    constraint relabel_relation_check check (relation in ('corroborates', 'disputes', 'echoes', 'unclear'))
);

-- Two decisions may say the same of one pair: undoing one leaves the other.
alter table link_constraint
    add column decision_id uuid,
    add constraint link_constraint_decision_fkey foreign key (workspace_id, decision_id) references decision (workspace_id, decision_id);
drop index link_constraint_pair_key;
create unique index link_constraint_pair_key on link_constraint (workspace_id, claim_a, claim_b, kind)
    where lifted_at is null and decision_id is null;
create unique index link_constraint_decision_key on link_constraint (workspace_id, claim_a, claim_b, kind, decision_id)
    where decision_id is not null;
create index link_constraint_decision_idx on link_constraint (workspace_id, decision_id) where decision_id is not null;

alter table event drop constraint event_kind_check;
alter table event add constraint event_kind_check check (
    kind in (
        'cluster.created', 'cluster.changed', 'cluster.merged', 'article.linked', 'article.withdrawn', 'article.restored',
        'decision.made', 'decision.undone'
    )
);

alter table evidence drop constraint evidence_kind_check;
alter table evidence add constraint evidence_kind_check check (
    kind in (
        'denial', 'quantity_conflict', 'quantity_superseded', 'opposite', 'rival', 'syndicated', 'copied_passage', 'named_upstream',
        'own_access', 'attributed', 'shared_quotation', 'shared_wording', 'shared_value', 'same_family', 'outlet_voice', 'undecided',
        'relabelled'
    )
);
