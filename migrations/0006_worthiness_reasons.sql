-- Why a claim has the check-worthiness it has. Claims that were read before have no reasons until they are read again.

alter table claim add column check_worthiness_reasons jsonb not null default '[]';
