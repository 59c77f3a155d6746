-- What is left of each key's requests a minute, for all instances together. They borrow from it a few requests at a time.
-- Not logged: it is written often, and after a crash of the server everybody may have all of theirs again.

create unlogged table allowance (
    workspace_id uuid not null,
    -- Id of a key, or `operator` or `anybody` for those who have none.
    bearer text not null,
    -- As of then; more has come since.
    tokens double precision not null,
    at timestamptz not null,
    -- What whoever asked last was given.
    given integer not null,
    constraint allowance_pkey primary key (workspace_id, bearer),
    constraint allowance_workspace_fkey foreign key (workspace_id) references workspace (workspace_id)
) with (fillfactor = 50);
