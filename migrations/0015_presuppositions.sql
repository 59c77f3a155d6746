-- What a claim takes for granted without asserting it, as sentences. Empty for nearly all.
alter table claim add column presupposes jsonb not null default '[]';

-- The few that take something for granted, newest first: an editor goes through them.
create index claim_presupposes_idx on claim (workspace_id, claim_id desc) where presupposes <> '[]';
