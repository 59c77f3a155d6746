-- Addresses that are told of events, and what was told to each.

create table webhook (
    workspace_id uuid not null,
    webhook_id uuid not null,
    url text not null,
    -- Kinds of events that are told; all of them where it is empty.
    kinds text[] not null,
    description text,
    active boolean not null default true,
    -- Key of the signatures, in clear because signing needs it; and the one before, while that still signs as well.
    secret bytea not null,
    previous_secret bytea,
    previous_until timestamptz,
    -- Number of the last event that deliveries were made of.
    told bigint not null,
    -- Attempts that failed since the last one that did not, and since when.
    failures integer not null default 0,
    failing_since timestamptz,
    -- When and why the service gave up on it.
    disabled_at timestamptz,
    disabled_reason text,
    made_by text not null,
    made_at timestamptz not null default now(),
    constraint webhook_pkey primary key (workspace_id, webhook_id),
    constraint webhook_workspace_fkey foreign key (workspace_id) references workspace (workspace_id),
    constraint webhook_secret_check check (octet_length(secret) between 24 and 64),
    constraint webhook_previous_check check ((previous_secret is null) = (previous_until is null)),
    constraint webhook_failures_check check ((failures = 0) = (failing_since is null)),
    constraint webhook_disabled_check check ((disabled_at is null) = (disabled_reason is null))
);

create table webhook_delivery (
    workspace_id uuid not null,
    delivery_id uuid not null default gen_random_uuid(),
    webhook_id uuid not null,
    -- Order in which deliveries were made.
    number bigint generated always as identity,
    -- The event that is told; null for a test.
    sequence bigint,
    kind text not null,
    status text not null default 'waiting',
    attempts integer not null default 0,
    made_at timestamptz not null default now(),
    -- During an attempt: when that attempt is taken for lost.
    next_attempt_at timestamptz default now(),
    last_attempt_at timestamptz,
    response_status integer,
    error text,
    constraint webhook_delivery_pkey primary key (workspace_id, delivery_id),
    constraint webhook_delivery_webhook_fkey foreign key (workspace_id, webhook_id)
        references webhook (workspace_id, webhook_id) on delete cascade,
    constraint webhook_delivery_event_fkey foreign key (workspace_id, sequence) references event (workspace_id, sequence),
    -- An event is told to a webhook by one delivery, whoever makes it.
    constraint webhook_delivery_event_key unique (workspace_id, webhook_id, sequence),
    constraint webhook_delivery_status_check check (status in ('waiting', 'delivered', 'failed')),
    constraint webhook_delivery_next_check check ((status = 'waiting') = (next_attempt_at is not null))
);

-- What is due, oldest first.
create index webhook_delivery_due_idx on webhook_delivery (next_attempt_at) where status = 'waiting';

-- What is due to one webhook.
create index webhook_delivery_waiting_idx on webhook_delivery (workspace_id, webhook_id, next_attempt_at) where status = 'waiting';

-- The log of one webhook, newest first.
create index webhook_delivery_log_idx on webhook_delivery (workspace_id, webhook_id, number desc);

-- What is old enough to be forgotten.
create index webhook_delivery_age_idx on webhook_delivery (made_at) where status <> 'waiting';
