-- Keys by which requests act in a workspace. The secret itself is nowhere: whoever reads this table can use none of its keys. A row
-- is never removed: it is revoked, and the name in the history of what the key did stays explained.

create table api_key (
    workspace_id uuid not null,
    key_id uuid not null,
    name text not null,
    role text not null,
    -- The part of the key that is no secret: it finds the row, and tells people which key is meant.
    prefix text not null,
    -- SHA-256 of the secret part. Without salt or stretching: of 32 random bytes there is nothing to guess.
    digest bytea not null,
    created_at timestamptz not null default now(),
    created_by text not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    revoked_by text,
    last_used_at timestamptz,
    constraint api_key_pkey primary key (workspace_id, key_id),
    constraint api_key_workspace_fkey foreign key (workspace_id) references workspace (workspace_id),
    constraint api_key_name_check check (char_length(name) between 1 and 200),
    constraint api_key_role_check check (role in ('reader', 'contributor', 'editor', 'admin')),
    constraint api_key_digest_check check (octet_length(digest) = 32),
    constraint api_key_expires_check check (expires_at > created_at),
    constraint api_key_revoked_check check ((revoked_at is null) = (revoked_by is null))
);

-- The key that a request brings: its workspace is known only by it. Not unique, since no unique index reaches across workspaces: of
-- two keys that drew the same 64 bits the secrets still differ.
create index api_key_prefix_idx on api_key (prefix);
