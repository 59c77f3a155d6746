//! Articles.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ClaimView, OutletView, all, view_enum};
use crate::domain::{self, Article, ArticleId, Claim, Withdrawal};

view_enum! {
    /// `pending` until the article's claims are placed in clusters; `failed` where they cannot be, which is tried again when the service
    /// is started anew.
    ArticleStatusView of domain::ArticleStatus { Pending, Linked, Failed }
}

/// A stored article: one revision of what stands at its URL.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Article, examples(json!(crate::http::examples::article())))]
pub struct ArticleView {
    pub id: Uuid,
    pub status: ArticleStatusView,
    pub outlet: OutletView,
    pub url: String,
    #[schema(required)]
    pub canonical_url: Option<String>,
    #[schema(required)]
    pub title: Option<String>,
    #[schema(required)]
    pub byline: Option<String>,
    /// ISO 639-1 code, or `und` where none could be told.
    pub language: String,
    #[schema(required)]
    pub published_at: Option<DateTime<Utc>>,
    pub received_at: DateTime<Utc>,
    /// 1 for the first text seen at this URL, and one more for each later text.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// False once a later revision is stored.
    pub current: bool,
    /// Those who wrote the article and passed it on, nearest producer first; empty when the outlet wrote it.
    pub syndicated_from: Vec<String>,
    /// The stored text that spans count in. Only where one article is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub text: Option<String>,
    /// Headline first, then in the order of the text. Absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub claims: Option<Vec<ClaimView>>,
}

impl From<&Article> for ArticleView {
    /// As it stands in a list.
    fn from(article: &Article) -> Self {
        Self {
            id: article.id.0,
            status: article.status.into(),
            outlet: (&article.outlet).into(),
            url: article.url.clone(),
            canonical_url: article.canonical_url.clone(),
            title: article.title.clone(),
            byline: article.byline.clone(),
            language: article.language.clone(),
            published_at: article.published_at,
            received_at: article.received_at,
            revision: article.revision,
            current: article.current,
            syndicated_from: article.provenance.syndication.as_ref().map(|credit| credit.chain.clone()).unwrap_or_default(),
            text: None,
            claims: None,
        }
    }
}

impl ArticleView {
    #[must_use]
    pub fn with_claims(mut self, claims: &[Claim]) -> Self {
        self.claims = Some(all(claims));
        self
    }

    #[must_use]
    pub fn with_text(mut self, text: String) -> Self {
        self.text = Some(text);
        self
    }
}

/// That an article was withdrawn.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Withdrawal, examples(json!(crate::http::examples::withdrawal())))]
pub struct WithdrawalView {
    pub article_id: Uuid,
    pub withdrawn_at: DateTime<Utc>,
    pub withdrawn_by: String,
    pub reason: String,
}

impl From<(ArticleId, &Withdrawal)> for WithdrawalView {
    fn from((id, withdrawal): (ArticleId, &Withdrawal)) -> Self {
        Self {
            article_id: id.0,
            withdrawn_at: withdrawal.at,
            withdrawn_by: withdrawal.by.clone(),
            reason: withdrawal.reason.clone(),
        }
    }
}

/// One page of articles.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArticlePage {
    pub items: Vec<ArticleView>,
    /// Pass as `cursor` to get the next page; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}
