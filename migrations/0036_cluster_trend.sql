-- How lively a story is, as a sort key: the second at which one outlet alone would have to speak to weigh as much as all that spoke, each
-- worth half a day after the other (forward decay; Cormode et al. 2009). What is stored never has to be renewed as time goes by.
alter table cluster add column trend bigint not null default 0;
update cluster set trend = extract(epoch from last_seen_at at time zone 'UTC')::bigint;

-- Live clusters, liveliest first.
create index cluster_trend_idx on cluster (workspace_id, trend desc, cluster_id desc) where dissolved_at is null;
