//! Fact-checkers' reviews, and the articles of which no more is known than that a reviewed claim appeared there.

use sha2::{Digest, Sha256};
use sqlx::{Connection, types::Json};
use uuid::Uuid;

use super::{StorageError, Store, each};
use crate::domain::{ArticleId, ClaimReview, ClusterId, WorkspaceId, ids};

/// What is stored at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub article: ArticleId,
    /// The sentences of an article of which nothing else is known; none where it was sent with its text.
    pub sentences: Vec<String>,
}

impl Store {
    /// Of each address the current article there, whoever published it.
    pub async fn articles_at(&self, workspace: WorkspaceId, urls: &[&str]) -> Result<Vec<Option<Found>>, StorageError> {
        let hashes: Vec<Vec<u8>> = urls.iter().map(|url| Sha256::digest(url).to_vec()).collect();
        let rows = sqlx::query!(
            r#"select article.article_id as "article_id?",
                array(
                    select distinct sentence from claim_appearance
                    where claim_appearance.workspace_id = $1 and claim_appearance.article_id = article.article_id
                    order by sentence
                ) as "sentences!"
            from unnest($2::bytea[]) with ordinality as wanted (url_hash, at)
            left join lateral (
                select article_id from article
                where workspace_id = $1 and article.url_hash = wanted.url_hash and current
                order by article_id
                limit 1
            ) as article on true
            order by wanted.at"#,
            workspace.0,
            &hashes,
        )
        .fetch_all(&mut *self.within(workspace).await?)
        .await?;
        let found = |id: Option<Uuid>, sentences| id.map(|id| Found { article: ArticleId(id), sentences });
        Ok(rows.into_iter().map(|row| found(row.article_id, row.sentences)).collect())
    }

    /// Notes a review, in the place of what was known of it, and where its claim appeared: articles with the sentence that stands for
    /// it there. Such an article may have taken the place of an older one.
    pub async fn note_appearances(
        &self,
        workspace: WorkspaceId,
        review: Option<&ClaimReview>,
        appearances: &[(ArticleId, String, Option<ArticleId>)],
        actor: &str,
    ) -> Result<(), StorageError> {
        let mut connection = self.within(workspace).await?;
        let mut transaction = connection.begin().await?;
        let mut id = None;
        if let Some(review) = review {
            let hash = Sha256::new().chain_update(&review.url).chain_update([0]).chain_update(&review.claim).finalize();
            let row = sqlx::query_scalar!(
                "insert into claim_review (workspace_id, review_id, review_hash, url, claim, review, imported_by)
                values ($1, $2, $3, $4, $5, $6, $7)
                on conflict (workspace_id, review_hash) do update set review = excluded.review
                returning review_id",
                workspace.0,
                ids::fresh(),
                &hash[..],
                review.url,
                review.claim,
                Json(review) as Json<&ClaimReview>,
                actor,
            )
            .fetch_one(&mut *transaction)
            .await?;
            id = Some(row);
        }
        let (older, newer): (Vec<Uuid>, Vec<Uuid>) =
            appearances.iter().filter_map(|(article, _, older)| Some(((*older)?.0, article.0))).unzip();
        sqlx::query!(
            "insert into claim_appearance (workspace_id, article_id, sentence, review_id)
            select $1, moved.newer, sentence, review_id
            from claim_appearance
            join unnest($2::uuid[], $3::uuid[]) as moved (older, newer) on moved.older = article_id
            where workspace_id = $1
            on conflict do nothing",
            workspace.0,
            &older,
            &newer,
        )
        .execute(&mut *transaction)
        .await?;
        sqlx::query!(
            "insert into claim_appearance (workspace_id, article_id, sentence, review_id)
            select $1, article_id, sentence, $4
            from unnest($2::uuid[], $3::text[]) as appeared (article_id, sentence)
            on conflict do nothing",
            workspace.0,
            &each(appearances, |(article, ..)| article.0),
            &each(appearances, |(_, sentence, _)| sentence.as_str()) as &[&str],
            id,
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Reviews of claims that stand in a cluster, oldest first.
    pub async fn claim_reviews(&self, workspace: WorkspaceId, cluster: ClusterId) -> Result<Vec<ClaimReview>, StorageError> {
        let rows = sqlx::query_scalar!(
            r#"select claim_review.review as "review: Json<ClaimReview>"
            from claim_review
            where claim_review.workspace_id = $1 and claim_review.review_id in (
                select claim_appearance.review_id
                from claim
                join claim_appearance on claim_appearance.workspace_id = $1 and claim_appearance.article_id = claim.article_id
                    and claim_appearance.sentence = claim.text
                where claim.workspace_id = $1 and claim.cluster_id = $2 and claim.relation is not null
            )
            order by claim_review.review_id
            limit 100"#,
            workspace.0,
            cluster.0,
        )
        .fetch_all(&mut *self.within(workspace).await?)
        .await?;
        Ok(rows.into_iter().map(|Json(review)| review).collect())
    }
}
