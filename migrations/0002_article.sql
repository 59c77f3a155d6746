-- One row per revision of an article. The text is stored as received and never changed.

create table article (
    workspace_id uuid not null,
    article_id uuid not null,
    outlet_id uuid not null,
    -- Order of arrival, in which waiting articles are linked.
    sequence bigint generated always as identity,
    url text not null,
    canonical_url text,
    -- SHA-256 of the canonical URL, or of the URL where there is none: a URL itself may be too long for an index.
    url_hash bytea not null,
    -- SHA-256 over title and text.
    content_hash bytea not null,
    title text,
    byline text,
    text text not null,
    language text not null,
    published_at timestamptz,
    received_at timestamptz not null default now(),
    revision integer not null,
    -- False once a later revision is stored.
    current boolean not null default true,
    -- Superseded after it was linked: its claims still stand in clusters and must leave them.
    retiring boolean not null default false,
    status text not null default 'pending',
    provenance jsonb not null,
    constraint article_pkey primary key (workspace_id, article_id),
    constraint article_outlet_fkey foreign key (workspace_id, outlet_id) references outlet (workspace_id, outlet_id),
    -- The natural key: what is posted twice is stored once, whoever posts it, however often, at whatever moment.
    constraint article_content_key unique (workspace_id, outlet_id, url_hash, content_hash),
    constraint article_revision_key unique (workspace_id, outlet_id, url_hash, revision),
    constraint article_hash_check check (octet_length(url_hash) = 32 and octet_length(content_hash) = 32),
    constraint article_revision_check check (revision >= 1),
    constraint article_status_check check (status in ('pending', 'linked', 'failed')),
    constraint article_retiring_check check (not (retiring and current))
);

-- The revision that a new one supersedes; and never two current ones.
create unique index article_current_key on article (workspace_id, outlet_id, url_hash) where current;

-- Whether URL and content of an arriving article are known, before it is read.
create index article_content_idx on article (workspace_id, content_hash);

-- Articles that wait for the linker, in order of arrival.
create index article_pending_idx on article (workspace_id, sequence) where current and status = 'pending';

-- Superseded articles whose claims must leave their clusters.
create index article_retiring_idx on article (workspace_id, article_id) where retiring;

-- Articles of one outlet, newest first; an outlet's number of current articles.
create index article_outlet_idx on article (workspace_id, outlet_id, article_id desc) include (current);
