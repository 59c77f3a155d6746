-- What editors wait for, and what came of it.

create table watch (
    workspace_id uuid not null,
    watch_id uuid not null,
    -- What is watched: one cluster, or each whose representative wording has these words.
    cluster_id uuid,
    query text,
    conditions text[] not null,
    -- Who had a position there when the watch was made: any other outlet is a new one.
    outlets uuid[] not null,
    note text,
    made_by text not null,
    made_at timestamptz not null default now(),
    constraint watch_pkey primary key (workspace_id, watch_id),
    constraint watch_workspace_fkey foreign key (workspace_id) references workspace (workspace_id),
    constraint watch_cluster_fkey foreign key (workspace_id, cluster_id) references cluster (workspace_id, cluster_id),
    constraint watch_subject_check check (num_nonnulls(cluster_id, query) = 1),
    constraint watch_conditions_check check (
        cardinality(conditions) > 0 and conditions <@ array['disputed', 'second_origin', 'new_outlet']
    )
);

-- Each condition of a watch holds once of a cluster, however often it is looked at.
create table watch_trigger (
    workspace_id uuid not null,
    watch_id uuid not null,
    cluster_id uuid not null,
    condition text not null,
    at timestamptz not null default now(),
    -- False where it held already when the watch was made: nobody is told of that.
    told boolean not null,
    constraint watch_trigger_pkey primary key (workspace_id, watch_id, cluster_id, condition),
    constraint watch_trigger_watch_fkey foreign key (workspace_id, watch_id)
        references watch (workspace_id, watch_id) on delete cascade
);

-- Adds to whatever kinds there are by now.
do $$
declare
    admitted text := (
        select pg_get_expr(conbin, conrelid) from pg_constraint
        where conname = 'event_kind_check' and conrelid = 'event'::regclass
    );
begin
    alter table event drop constraint event_kind_check;
    execute format('alter table event add constraint event_kind_check check (%s or kind = %L)', admitted, 'watch.triggered');
end
$$;
