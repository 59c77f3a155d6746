-- Claims about the same question, as they were last judged, and the position of each outlet.

-- Text as it is searched: accents folded, so that "Elan" finds "Élan"; bounded, because a tsvector has a limit.
create function search_vector(words text) returns tsvector language sql immutable parallel safe
return to_tsvector('english'::regconfig, regexp_replace(normalize(left(words, 4000), nfd), '[\u0300-\u036f]+', '', 'g'));

-- The words of a search: all must occur; "…" asks for a phrase, - excludes, or allows either.
create function search_query(words text) returns tsquery language sql immutable parallel safe
return websearch_to_tsquery('english'::regconfig, regexp_replace(normalize(left(words, 4000), nfd), '[\u0300-\u036f]+', '', 'g'));

create table cluster (
    workspace_id uuid not null,
    cluster_id uuid not null,
    -- Representative wording.
    claim text not null,
    articles integer not null,
    -- Number of outlets, and how many of them hold which label.
    outlets integer not null,
    corroborates integer not null,
    disputes integer not null,
    echoes integer not null,
    unclear integer not null,
    -- Independent origins, from named and separate roots only (low) to presumed and anonymous ones too (high).
    origins_low integer not null,
    origins_high integer not null,
    -- The roots, as a JSON array.
    origins jsonb not null,
    -- Somebody disputes what somebody supports or passes on, or disputes a named asserter.
    contested boolean not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    -- Set when it has no claim left, or when another one took over its claims; then merged_into says which.
    dissolved_at timestamptz,
    merged_into uuid,
    -- Sort keys of lists, one bigint each so that every list pages in the same way. Recency is in microseconds.
    recency bigint not null generated always as ((extract(epoch from last_seen_at at time zone 'UTC') * 1000000)::bigint) stored,
    contest bigint not null generated always as (least(disputes, corroborates + echoes)) stored,
    echo bigint not null generated always as (echoes) stored,
    fragility bigint not null generated always as (outlets - origins_high) stored,
    search tsvector not null generated always as (search_vector(claim)) stored,
    constraint cluster_pkey primary key (workspace_id, cluster_id),
    constraint cluster_workspace_fkey foreign key (workspace_id) references workspace (workspace_id),
    constraint cluster_merged_into_fkey foreign key (workspace_id, merged_into) references cluster (workspace_id, cluster_id),
    constraint cluster_counts_check check (
        articles >= 0 and outlets >= 0 and corroborates >= 0 and disputes >= 0 and echoes >= 0 and unclear >= 0
    ),
    constraint cluster_origins_check check (origins_low between 0 and origins_high),
    constraint cluster_seen_check check (first_seen_at <= last_seen_at),
    constraint cluster_merged_check check (merged_into is null or (dissolved_at is not null and merged_into <> cluster_id))
);

-- Live clusters, last seen first.
create index cluster_recency_idx on cluster (workspace_id, recency desc, cluster_id desc) where dissolved_at is null;

-- Live clusters, most contested first.
create index cluster_contest_idx on cluster (workspace_id, contest desc, cluster_id desc) where dissolved_at is null;

-- Live clusters, most echoed first.
create index cluster_echo_idx on cluster (workspace_id, echo desc, cluster_id desc) where dissolved_at is null;

-- Live clusters, many outlets with few origins first.
create index cluster_fragility_idx on cluster (workspace_id, fragility desc, cluster_id desc) where dissolved_at is null;

-- Search for words in the representative wording.
create index cluster_search_idx on cluster using gin (search);

create table outlet_relation (
    workspace_id uuid not null,
    cluster_id uuid not null,
    outlet_id uuid not null,
    -- Place among the cluster's positions.
    ordinal integer not null,
    relation text not null,
    -- The whole position: voice, who disputes, echo of whom, independence, since when, claims, evidence.
    position jsonb not null,
    constraint outlet_relation_pkey primary key (workspace_id, cluster_id, outlet_id),
    constraint outlet_relation_cluster_fkey foreign key (workspace_id, cluster_id) references cluster (workspace_id, cluster_id),
    constraint outlet_relation_outlet_fkey foreign key (workspace_id, outlet_id) references outlet (workspace_id, outlet_id),
    constraint outlet_relation_relation_check check (relation in ('corroborates', 'disputes', 'echoes', 'unclear'))
);

-- Clusters an outlet has a position in, by label: the outlet's profile, and lists of clusters by outlet and relation.
create index outlet_relation_outlet_idx on outlet_relation (workspace_id, outlet_id, relation, cluster_id);
