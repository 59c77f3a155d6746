-- Who echoes whom, by the name that an echo gives: asked for an outlet's profile.
create index outlet_relation_echo_idx on outlet_relation (workspace_id, lower(position ->> 'echo_of')) where relation = 'echoes';
