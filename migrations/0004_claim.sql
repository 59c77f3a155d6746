-- One checkable assertion of one article, its label in its cluster, and the reasons for the label.

create table claim (
    workspace_id uuid not null,
    claim_id uuid not null,
    article_id uuid not null,
    outlet_id uuid not null,
    text text not null,
    -- Code points, half-open, into the article's text; into its title for a headline.
    span_start integer not null,
    span_end integer not null,
    headline boolean not null,
    proposition text not null,
    polarity text not null,
    certainty text not null,
    attribution jsonb not null,
    quantities jsonb not null,
    entities jsonb not null,
    event_date date,
    check_worthiness real not null,
    -- Version of the reader that made the columns above.
    engine_version integer not null,
    -- Null until linked, and again once the article is superseded. The columns below go with it.
    cluster_id uuid,
    relation text,
    stance text,
    access text,
    independence text,
    -- Echo of whom, disputed by whom, asserted by whom, flags.
    judgement jsonb,
    search tsvector not null generated always as (search_vector(proposition)) stored,
    constraint claim_pkey primary key (workspace_id, claim_id),
    constraint claim_article_fkey foreign key (workspace_id, article_id) references article (workspace_id, article_id),
    constraint claim_outlet_fkey foreign key (workspace_id, outlet_id) references outlet (workspace_id, outlet_id),
    constraint claim_cluster_fkey foreign key (workspace_id, cluster_id) references cluster (workspace_id, cluster_id),
    constraint claim_span_check check (span_start >= 0 and span_start <= span_end),
    constraint claim_polarity_check check (polarity in ('affirmed', 'denied')),
    constraint claim_certainty_check check (certainty in ('asserted', 'hedged', 'conditional', 'predicted')),
    constraint claim_relation_check check (relation in ('corroborates', 'disputes', 'echoes', 'unclear')),
    constraint claim_stance_check check (stance in ('supports', 'denies', 'none')),
    constraint claim_access_check check (access in ('independent', 'derived', 'unknown')),
    constraint claim_independence_check check (independence in ('confirmed', 'presumed')),
    constraint claim_linked_check check (
        num_nulls(cluster_id, relation, stance, access, judgement) in (0, 5) and (independence is null or cluster_id is not null)
    )
);

-- Claims of one article, in its order; also what leaves its clusters when the article is superseded.
create index claim_article_idx on claim (workspace_id, article_id, headline desc, span_start, claim_id);

-- Claims of clusters, oldest first (version 7 ids sort by time); also the key that claim_cluster_fkey looks up.
create index claim_cluster_idx on claim (workspace_id, cluster_id, claim_id);

-- Claims of one outlet, newest first.
create index claim_outlet_idx on claim (workspace_id, outlet_id, claim_id desc);

-- Search for words in claims, and for clusters by the words of their claims.
create index claim_search_idx on claim using gin (search);

create table evidence (
    workspace_id uuid not null,
    claim_id uuid not null,
    -- Place among the claim's reasons.
    ordinal integer not null,
    kind text not null,
    -- The words in the judged article that show it.
    article_id uuid not null,
    span_start integer not null,
    span_end integer not null,
    in_title boolean not null,
    -- The whole reason.
    body jsonb not null,
    constraint evidence_pkey primary key (workspace_id, claim_id, ordinal),
    constraint evidence_claim_fkey foreign key (workspace_id, claim_id) references claim (workspace_id, claim_id),
    constraint evidence_article_fkey foreign key (workspace_id, article_id) references article (workspace_id, article_id),
    constraint evidence_span_check check (span_start >= 0 and span_start <= span_end),
    constraint evidence_kind_check check (
        kind in (
            'denial', 'quantity_conflict', 'quantity_superseded', 'syndicated', 'named_upstream', 'own_access', 'attributed',
            'shared_quotation', 'shared_wording', 'same_family', 'outlet_voice', 'undecided'
        )
    )
);
