-- Conventions of every table here: the key starts with workspace_id (the schema distributes by workspace on Citus without
-- change, and no unique index reaches across workspaces), constraints are named, and each index says which query it serves.

create table workspace (
    workspace_id uuid not null,
    name text not null,
    -- Number of the newest row in event. Counted under this row's lock, so that the sequence has no gaps.
    last_event bigint not null default 0,
    created_at timestamptz not null default now(),
    constraint workspace_pkey primary key (workspace_id),
    constraint workspace_name_check check (char_length(name) between 1 and 200),
    constraint workspace_last_event_check check (last_event >= 0)
);

insert into workspace (workspace_id, name) values ('00000000-0000-0000-0000-000000000001', 'default');

create table outlet (
    workspace_id uuid not null,
    outlet_id uuid not null,
    name text not null,
    domain text,
    kind text not null,
    family text,
    created_at timestamptz not null default now(),
    constraint outlet_pkey primary key (workspace_id, outlet_id),
    constraint outlet_workspace_fkey foreign key (workspace_id) references workspace (workspace_id),
    -- Names and domains are index keys: their length is bounded, because a btree refuses a row over about 2,700 bytes.
    constraint outlet_name_check check (char_length(name) between 1 and 500),
    constraint outlet_domain_check check (char_length(domain) between 1 and 253),
    constraint outlet_kind_check check (
        kind in ('agency', 'newspaper', 'broadcaster', 'magazine', 'website', 'aggregator', 'government', 'social')
    )
);

-- An arriving article's outlet, where its domain is known; and no second outlet of that domain.
create unique index outlet_domain_key on outlet (workspace_id, lower(domain)) where domain is not null;

-- No second outlet of the same name, among those known by name alone.
create unique index outlet_name_key on outlet (workspace_id, lower(name)) where domain is null;

-- An arriving article's outlet, where only its name is known: one with a domain answers to its name as well.
create index outlet_name_idx on outlet (workspace_id, lower(name));

-- List of outlets, by name.
create index outlet_list_idx on outlet (workspace_id, name, outlet_id);
