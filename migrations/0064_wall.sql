-- Row-level security as a second wall (src/storage/wall.rs): a role that does not own the tables sees the rows of the workspace that its
-- session names, and none where it names none.

create function named_workspace() returns uuid language sql stable parallel safe
return nullif(current_setting('crossclaim.workspace', true), '')::uuid;

do $$
declare
    ours name;
begin
    for ours in
        select relname
        from pg_class
        join pg_attribute on attrelid = pg_class.oid and attname = 'workspace_id'
        where relnamespace = current_schema()::regnamespace and relkind = 'r'
    loop
        execute format('alter table %I enable row level security', ours);
        -- Asked once a statement and not once a row.
        execute format('create policy wall on %I using (workspace_id = (select named_workspace()))', ours);
    end loop;
end
$$;

-- What outlets are looked up by. Behind the wall an index answers for a column and for no function of one.
alter table outlet
    add column domain_key text generated always as (lower(domain)) stored,
    add column name_key text generated always as (lower(name)) stored;
create index outlet_domain_key_idx on outlet (workspace_id, domain_key) where domain is not null;
create index outlet_name_key_idx on outlet (workspace_id, name_key);
drop index outlet_name_idx;
