-- Who decided what, when and why, in a chain: each entry's hash covers the one before it, so that none can be changed, left out or put in
-- between without breaking those that follow. Written by triggers, whoever changes a row.

create table audit_entry (
    workspace_id uuid not null,
    -- 1, 2, 3, … per workspace.
    sequence bigint not null,
    at timestamptz not null,
    actor text not null,
    action text not null,
    -- The decision, constraint, key or article.
    subject_id uuid not null,
    -- The row as it stood after the change: what `audit_detail` shows of it.
    detail jsonb not null,
    hash bytea not null,
    constraint audit_entry_pkey primary key (workspace_id, sequence),
    constraint audit_entry_workspace_fkey foreign key (workspace_id) references workspace (workspace_id),
    constraint audit_entry_hash_check check (octet_length(hash) = 32)
);

-- The last entry about something: what its row has to look like.
create index audit_entry_subject_idx on audit_entry (workspace_id, subject_id, sequence desc);

-- The chain's end.
alter table workspace
    add column last_audit bigint not null default 0,
    add column audit_hash bytea not null default '\x';

-- What a hash covers beside the hash before it. jsonb has one spelling for one value, whatever the session's settings are.
create function audit_words(entry audit_entry) returns bytea language sql stable
return convert_to(jsonb_build_array(
    entry.workspace_id, entry.sequence, extract(epoch from entry.at), entry.actor, entry.action, entry.subject_id, entry.detail
)::text, 'UTF8');

-- What is kept of a row. The columns are named, so that a column that is added later changes no entry; a key's digest is not among them.
create function audit_detail(row_of decision) returns jsonb language sql stable
return jsonb_build_object(
    'kind', row_of.kind, 'cluster_id', row_of.cluster_id, 'other_cluster_id', row_of.other_cluster_id, 'claims', row_of.claims,
    'relation', row_of.relation, 'note', row_of.note, 'reason', row_of.reason, 'made_by', row_of.made_by,
    'made_at', extract(epoch from row_of.made_at), 'undone_by', row_of.undone_by, 'undone_at', extract(epoch from row_of.undone_at),
    'undo_reason', row_of.undo_reason
);
create function audit_detail(row_of link_constraint) returns jsonb language sql stable
return jsonb_build_object(
    'kind', row_of.kind, 'claims', array[row_of.claim_a, row_of.claim_b], 'reason', row_of.reason, 'made_by', row_of.made_by,
    'made_at', extract(epoch from row_of.made_at), 'lifted_by', row_of.lifted_by, 'lifted_at', extract(epoch from row_of.lifted_at)
);
create function audit_detail(row_of api_key) returns jsonb language sql stable
return jsonb_build_object(
    'name', row_of.name, 'role', row_of.role, 'prefix', row_of.prefix, 'created_by', row_of.created_by,
    'created_at', extract(epoch from row_of.created_at), 'expires_at', extract(epoch from row_of.expires_at),
    'revoked_by', row_of.revoked_by, 'revoked_at', extract(epoch from row_of.revoked_at)
);
create function audit_detail(row_of article) returns jsonb language sql stable
return jsonb_build_object(
    'url', row_of.url, 'content', encode(row_of.content_hash, 'hex'), 'withdrawn_by', row_of.withdrawn_by,
    'withdrawn_at', extract(epoch from row_of.withdrawn_at), 'reason', row_of.withdrawal_reason
);

create function audit_append(workspace uuid, actor text, action text, subject uuid, detail jsonb) returns void language plpgsql as $$
declare
    entry audit_entry;
    before bytea;
begin
    update workspace as own set last_audit = last_audit + 1
    where own.workspace_id = workspace
    returning last_audit, audit_hash into entry.sequence, before;
    entry.workspace_id := workspace;
    entry.at := clock_timestamp();
    entry.actor := actor;
    entry.action := action;
    entry.subject_id := subject;
    entry.detail := detail;
    entry.hash := sha256(before || audit_words(entry));
    insert into audit_entry select entry.*;
    update workspace as own set audit_hash = entry.hash where own.workspace_id = workspace;
end
$$;

-- At the end of a transaction, after the events: whoever writes both locks the workspace last, and nobody waits for each other.
create function audit_decision() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        perform audit_append(new.workspace_id, new.made_by, 'decision.made', new.decision_id, audit_detail(new));
    else
        perform audit_append(new.workspace_id, new.undone_by, 'decision.undone', new.decision_id, audit_detail(new));
    end if;
    return null;
end
$$;
create constraint trigger audit_made after insert on decision deferrable initially deferred
    for each row execute function audit_decision();
create constraint trigger audit_undone after update on decision deferrable initially deferred
    for each row when (new.undone_at is distinct from old.undone_at) execute function audit_decision();

create function audit_constraint() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        perform audit_append(new.workspace_id, new.made_by, 'constraint.made', new.constraint_id, audit_detail(new));
    else
        perform audit_append(new.workspace_id, coalesce(new.lifted_by, new.made_by), 'constraint.lifted', new.constraint_id, audit_detail(new));
    end if;
    return null;
end
$$;
-- Those of a decision are told with it.
create constraint trigger audit_made after insert on link_constraint deferrable initially deferred
    for each row when (new.decision_id is null) execute function audit_constraint();
create constraint trigger audit_lifted after update on link_constraint deferrable initially deferred
    for each row when (new.decision_id is null and new.lifted_at is distinct from old.lifted_at) execute function audit_constraint();

create function audit_key() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        perform audit_append(new.workspace_id, new.created_by, 'key.created', new.key_id, audit_detail(new));
    else
        perform audit_append(new.workspace_id, coalesce(new.revoked_by, 'unknown'), 'key.revoked', new.key_id, audit_detail(new));
    end if;
    return null;
end
$$;
create constraint trigger audit_created after insert on api_key deferrable initially deferred
    for each row execute function audit_key();
create constraint trigger audit_revoked after update on api_key deferrable initially deferred
    for each row when (new.revoked_at is distinct from old.revoked_at) execute function audit_key();

-- Who restored an article stands in the event alone.
create function audit_withdrawal() returns trigger language plpgsql as $$
declare
    about article;
begin
    select * into about from article where (article.workspace_id, article.article_id) = (new.workspace_id, new.article_id);
    perform audit_append(new.workspace_id, new.actor, new.kind, new.article_id, audit_detail(about));
    return null;
end
$$;
create constraint trigger audit_withdrawal after insert on event deferrable initially deferred
    for each row when (new.kind in ('article.withdrawn', 'article.restored')) execute function audit_withdrawal();

create function audit_is_kept() returns trigger language plpgsql as $$
begin
    raise exception 'the audit log is only ever added to' using errcode = 'insufficient_privilege';
end
$$;
create trigger audit_is_kept before update or delete or truncate on audit_entry
    for each statement execute function audit_is_kept();

-- What was decided before there was a log: as it stands, in the order in which it was done.
do $$
declare
    known record;
begin
    for known in
        select workspace_id, made_at as at, made_by as actor, 'decision.made' as action, decision_id as subject, audit_detail(decision) as detail
        from decision
        union all
        select workspace_id, made_at, made_by, 'constraint.made', constraint_id, audit_detail(link_constraint)
        from link_constraint where decision_id is null
        union all
        select workspace_id, created_at, created_by, 'key.created', key_id, audit_detail(api_key) from api_key
        union all
        select workspace_id, withdrawn_at, withdrawn_by, 'article.withdrawn', article_id, audit_detail(article)
        from article where withdrawn_at is not null
        order by at
    loop
        perform audit_append(known.workspace_id, known.actor, known.action, known.subject, known.detail);
    end loop;
end
$$;
