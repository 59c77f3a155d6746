-- Lists of articles that are looked at again and again, and what stood in them.

create table feed (
    workspace_id uuid not null,
    feed_id uuid not null,
    url text not null,
    -- Who publishes what it lists; told from each item's address where it is null.
    outlet jsonb,
    interval_seconds integer not null,
    active boolean not null default true,
    -- What the last answer said of itself, sent back to be told only of a change.
    etag text,
    last_modified text,
    -- While it is being looked at: when that look is taken for lost.
    next_fetch_at timestamptz not null default now(),
    last_fetched_at timestamptz,
    last_status integer,
    last_error text,
    failures integer not null default 0,
    items_seen bigint not null default 0,
    made_by text not null,
    made_at timestamptz not null default now(),
    constraint feed_pkey primary key (workspace_id, feed_id),
    constraint feed_workspace_fkey foreign key (workspace_id) references workspace (workspace_id),
    constraint feed_url_key unique (workspace_id, url),
    constraint feed_interval_check check (interval_seconds between 60 and 604800)
);

-- What is due, longest first.
create index feed_due_idx on feed (next_fetch_at) where active;

create table feed_item (
    workspace_id uuid not null,
    feed_id uuid not null,
    -- SHA-256 of the item's own id, or of its address: known items are not fetched again.
    item_hash bytea not null,
    url text not null,
    published_at timestamptz,
    status text not null default 'waiting',
    attempts integer not null default 0,
    -- During an attempt: when that attempt is taken for lost.
    next_attempt_at timestamptz not null default now(),
    error text,
    seen_at timestamptz not null default now(),
    constraint feed_item_pkey primary key (workspace_id, feed_id, item_hash),
    constraint feed_item_feed_fkey foreign key (workspace_id, feed_id) references feed (workspace_id, feed_id) on delete cascade,
    constraint feed_item_status_check check (status in ('waiting', 'stored', 'failed')),
    constraint feed_item_hash_check check (octet_length(item_hash) = 32)
);

-- Items of a feed that are still to be fetched.
create index feed_item_waiting_idx on feed_item (workspace_id, feed_id, next_attempt_at) where status = 'waiting';
