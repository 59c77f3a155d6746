-- What articles have from each other, word for word, and the hashes by which such articles are found.

-- Hashes of runs of words, as in article_sketch: a search for candidates starts here. Empty for articles that are older than this
-- column: they are compared with nothing.
alter table article add column sketch bigint[] not null default '{}';

-- Of current articles. Written and removed in the transactions of the article itself; a foreign key would be checked for each of
-- some forty rows an article.
create table article_sketch (
    workspace_id uuid not null,
    hash bigint not null,
    article_id uuid not null,
    -- Articles that hold a hash.
    constraint article_sketch_pkey primary key (workspace_id, hash, article_id)
);

-- Pairs of linked current articles that share passages: the later one by time of publication, and the earlier one.
create table article_reuse (
    workspace_id uuid not null,
    article_id uuid not null,
    source_article_id uuid not null,
    -- Part of the later article's words that stand in the passages.
    share real not null,
    -- Words in the passages.
    words integer not null,
    -- Spans in both texts, in the order of the later.
    passages jsonb not null,
    constraint article_reuse_pkey primary key (workspace_id, article_id, source_article_id),
    constraint article_reuse_article_fkey foreign key (workspace_id, article_id) references article (workspace_id, article_id),
    constraint article_reuse_source_fkey foreign key (workspace_id, source_article_id) references article (workspace_id, article_id),
    constraint article_reuse_pair_check check (article_id <> source_article_id),
    constraint article_reuse_share_check check (share >= 0 and share <= 1),
    constraint article_reuse_words_check check (words > 0)
);

-- Copies of an article; those that are judged anew when it is superseded.
create index article_reuse_source_idx on article_reuse (workspace_id, source_article_id);

-- A reason more: the passage that a claim stands in was copied.
alter table evidence drop constraint evidence_kind_check;
alter table evidence add constraint evidence_kind_check check (
    kind in (
        'denial', 'quantity_conflict', 'quantity_superseded', 'syndicated', 'copied_passage', 'named_upstream', 'own_access',
        'attributed', 'shared_quotation', 'shared_wording', 'same_family', 'outlet_voice', 'undecided'
    )
);
