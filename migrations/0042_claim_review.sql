-- What fact-checkers say of claims, as they published it: kept as theirs, and shown beside the claim. The service draws nothing from it.

create table claim_review (
    workspace_id uuid not null,
    review_id uuid not null,
    -- SHA-256 of the review's address and of the claim: the same review may come again, and say something else then.
    review_hash bytea not null,
    url text not null,
    claim text not null,
    -- The whole review: author, day, rating.
    review jsonb not null,
    imported_by text not null,
    imported_at timestamptz not null default now(),
    constraint claim_review_pkey primary key (workspace_id, review_id),
    constraint claim_review_workspace_fkey foreign key (workspace_id) references workspace (workspace_id),
    constraint claim_review_hash_key unique (workspace_id, review_hash),
    constraint claim_review_hash_check check (octet_length(review_hash) = 32)
);

-- Articles of which no more is known than that a claim appeared there, and which sentence stands for it.
create table claim_appearance (
    workspace_id uuid not null,
    article_id uuid not null,
    sentence text not null,
    -- Null where nobody reviewed the claim.
    review_id uuid,
    constraint claim_appearance_key unique nulls not distinct (workspace_id, article_id, sentence, review_id),
    constraint claim_appearance_article_fkey foreign key (workspace_id, article_id) references article (workspace_id, article_id),
    constraint claim_appearance_review_fkey foreign key (workspace_id, review_id) references claim_review (workspace_id, review_id)
);

-- What is stored at an address, whoever published it: asked for each appearance of a claim.
create index article_url_idx on article (workspace_id, url_hash) where current;
