//! Articles, with their revisions and claims.

use uuid::Uuid;

use super::{Page, StorageError, Store};
use crate::domain::{Article, ArticleId, ArticleStatus, Claim, OutletId, ReadArticle, WorkspaceId};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inserted {
    /// A new article, or a new revision of a known URL.
    Created(ArticleId),
    /// URL and content are known already.
    Known(ArticleId),
}

#[derive(Clone, Debug, Default)]
pub struct ArticleFilter {
    pub outlet: Option<OutletId>,
    pub status: Option<ArticleStatus>,
}

impl Store {
    /// Outlet, article and claims in one transaction; returns after the commit. Safe under any number of concurrent callers.
    pub async fn insert_article(&self, workspace: WorkspaceId, article: &ReadArticle) -> Result<Inserted, StorageError> {
        let _ = (workspace, article);
        unimplemented!()
    }

    /// The known article with this URL and content, if there is one: lets a repeat be answered without reading it again.
    pub async fn known_article(
        &self,
        workspace: WorkspaceId,
        url: &str,
        content_hash: &[u8],
    ) -> Result<Option<ArticleId>, StorageError> {
        let _ = (workspace, url, content_hash);
        unimplemented!()
    }

    pub async fn article(&self, workspace: WorkspaceId, id: ArticleId) -> Result<Option<Article>, StorageError> {
        let _ = (workspace, id);
        unimplemented!()
    }

    pub async fn article_status(&self, workspace: WorkspaceId, id: ArticleId) -> Result<Option<ArticleStatus>, StorageError> {
        let _ = (workspace, id);
        unimplemented!()
    }

    /// In the order of the article: headline first, then by span.
    pub async fn claims_of_article(&self, workspace: WorkspaceId, id: ArticleId) -> Result<Vec<Claim>, StorageError> {
        let _ = (workspace, id);
        unimplemented!()
    }

    /// Newest first, by id (version 7 ids sort by time).
    pub async fn list_articles(
        &self,
        workspace: WorkspaceId,
        filter: &ArticleFilter,
        page: &Page<Uuid>,
    ) -> Result<Vec<Article>, StorageError> {
        let _ = (workspace, filter, page);
        unimplemented!()
    }
}
