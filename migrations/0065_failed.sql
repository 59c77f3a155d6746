-- Articles that could not be linked: a linker that begins tries them once more, and `?status=failed` lists them.
create index article_failed_idx on article (workspace_id, article_id desc) where status = 'failed';
