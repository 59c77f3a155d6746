-- Every change, once, in order. Rows are only ever added; no statement of the service changes or removes one.
-- A read copy reloads what the events after its last one name.

create table event (
    workspace_id uuid not null,
    -- 1, 2, 3, … per workspace, without gaps: who has seen n knows that nothing before n is missing.
    sequence bigint not null,
    kind text not null,
    cluster_id uuid,
    article_id uuid,
    payload jsonb not null default '{}',
    actor text not null,
    at timestamptz not null default now(),
    constraint event_pkey primary key (workspace_id, sequence),
    constraint event_workspace_fkey foreign key (workspace_id) references workspace (workspace_id),
    constraint event_sequence_check check (sequence >= 1),
    constraint event_kind_check check (kind in ('cluster.created', 'cluster.changed', 'cluster.merged', 'article.linked')),
    constraint event_subject_check check (
        case kind when 'article.linked' then article_id is not null else cluster_id is not null end
    )
);

-- History of one cluster.
create index event_cluster_idx on event (workspace_id, cluster_id, sequence) where cluster_id is not null;
