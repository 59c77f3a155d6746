//! What an article has from others, and others from it, word for word.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{OutletView, SpanView};
use crate::domain::{Article, Passage, Reuse};

/// Which of the two is the copy: of two articles that share passages the one published later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReuseDirection)]
pub enum ReuseDirectionView {
    /// The article asked for has the passages from the other.
    From,
    /// The other has them from the article asked for.
    To,
}

/// The other article.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ReusedArticle)]
pub struct ReusedArticleView {
    pub id: Uuid,
    #[schema(required)]
    pub title: Option<String>,
    pub outlet: OutletView,
    pub url: String,
    #[schema(required)]
    pub published_at: Option<DateTime<Utc>>,
}

/// Words that stand in both texts, up to edits of a few words.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Passage)]
pub struct PassageView {
    /// In the text of the article asked for.
    pub span: SpanView,
    pub text: String,
    /// In the text of the other article.
    pub other_span: SpanView,
    pub other_text: String,
}

/// What two articles share.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Reuse)]
pub struct ReuseView {
    pub direction: ReuseDirectionView,
    pub article: ReusedArticleView,
    /// Part of the copy's words that stand in the passages.
    #[schema(minimum = 0, maximum = 1)]
    pub share: f32,
    /// Words in the passages.
    #[schema(minimum = 15)]
    pub words: u32,
    /// In the order of the copy.
    pub passages: Vec<PassageView>,
}

impl ReuseView {
    /// `article` is the one asked for.
    #[must_use]
    pub fn of(reuse: &Reuse, article: &Article, other: &Article) -> Self {
        let direction = if reuse.article == article.id { ReuseDirectionView::From } else { ReuseDirectionView::To };
        let passage = |passage: &Passage| {
            let (span, other_span) = match direction {
                ReuseDirectionView::From => (passage.span, passage.other_span),
                ReuseDirectionView::To => (passage.other_span, passage.span),
            };
            PassageView {
                span: span.into(),
                text: span.slice(&article.text).unwrap_or_default().to_owned(),
                other_span: other_span.into(),
                other_text: other_span.slice(&other.text).unwrap_or_default().to_owned(),
            }
        };
        Self {
            direction,
            article: ReusedArticleView {
                id: other.id.0,
                title: other.title.clone(),
                outlet: (&other.outlet).into(),
                url: other.url.clone(),
                published_at: other.published_at,
            },
            share: reuse.share,
            words: reuse.words,
            passages: reuse.passages.iter().map(passage).collect(),
        }
    }
}

/// All that an article shares with others.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ReuseList, examples(json!(crate::http::examples::reuse())))]
pub struct ReuseListView {
    /// Fullest first, at most 100.
    pub items: Vec<ReuseView>,
}
