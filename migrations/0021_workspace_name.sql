-- Commands name a workspace by its name.
create unique index workspace_name_key on workspace (lower(name));
