-- Requests that named an Idempotency-Key: while the first one runs nobody else does the same, and whoever asks again within a day gets
-- its answer.
create table idempotent_request (
    workspace_id uuid not null,
    -- SHA-256 of who asked, method, path and key.
    scope bytea not null,
    -- SHA-256 of the body.
    body_hash bytea not null,
    begun_at timestamptz not null default now(),
    -- Of the answer; null while there is none.
    status smallint,
    location text,
    media_type text,
    -- Null where the answer held a secret, which is shown once.
    body bytea,
    constraint idempotent_request_pkey primary key (workspace_id, scope),
    constraint idempotent_request_workspace_fkey foreign key (workspace_id) references workspace (workspace_id),
    constraint idempotent_request_status_check check (status between 200 and 399),
    constraint idempotent_request_answer_check check (status is not null or (location is null and media_type is null and body is null))
);

-- The oldest, to be forgotten.
create index idempotent_request_begun_idx on idempotent_request (begun_at);
