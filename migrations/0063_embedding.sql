-- The sentence vector of the proposition, a byte a dimension (`domain::Embedding`); null unless a model is in use when the article is read.
alter table claim add column embedding bytea;
alter table claim add constraint claim_embedding_check check (length(embedding) between 1 and 4096);
