-- What editors said of pairs of claims. A row is never removed: it is lifted, and the pair's history stays.

create table link_constraint (
    workspace_id uuid not null,
    constraint_id uuid not null,
    -- The pair, smaller id first.
    claim_a uuid not null,
    claim_b uuid not null,
    kind text not null,
    reason text not null,
    made_by text not null,
    made_at timestamptz not null default now(),
    lifted_by text,
    lifted_at timestamptz,
    -- Whether the linker has taken the row into account as it stands now.
    noticed boolean not null default false,
    constraint link_constraint_pkey primary key (workspace_id, constraint_id),
    constraint link_constraint_claim_a_fkey foreign key (workspace_id, claim_a) references claim (workspace_id, claim_id),
    constraint link_constraint_claim_b_fkey foreign key (workspace_id, claim_b) references claim (workspace_id, claim_id),
    constraint link_constraint_pair_check check (claim_a < claim_b),
    constraint link_constraint_kind_check check (kind in ('together', 'apart')),
    constraint link_constraint_reason_check check (char_length(reason) between 1 and 2000),
    constraint link_constraint_lifted_check check ((lifted_at is null) = (lifted_by is null))
);

-- What holds of a pair: never the same twice. Constraints of a claim, as the first of its pair.
create unique index link_constraint_pair_key on link_constraint (workspace_id, claim_a, claim_b, kind) where lifted_at is null;

-- Constraints of a claim, as the second of its pair.
create index link_constraint_claim_b_idx on link_constraint (workspace_id, claim_b);

-- What the linker has not seen yet.
create index link_constraint_unnoticed_idx on link_constraint (workspace_id, constraint_id) where not noticed;

-- What holds, when the linker loads.
create index link_constraint_held_idx on link_constraint (workspace_id, constraint_id) where lifted_at is null;
