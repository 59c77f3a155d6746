-- A workspace that is read back from a file comes in batches, in which a cluster may stand before the one that it was merged into.
alter table cluster alter constraint cluster_merged_into_fkey deferrable initially immediate;
