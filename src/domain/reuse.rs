//! What one article has from another, word for word.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{ArticleId, Outlet, Span};

/// Words that stand in two texts, up to small edits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// In the copy.
    pub span: Span,
    /// In the source.
    pub other_span: Span,
    /// Words that both have in common there, in their order.
    pub words: u32,
}

/// Of two articles that share passages the later one is taken for the copy, by the dates that they give: unless a date is doubted.
#[derive(Clone, Debug, PartialEq)]
pub struct Reuse {
    pub article: ArticleId,
    pub source: ArticleId,
    /// The copy gives the earlier date, and is not believed: it was received later, long after that date.
    pub against_dates: bool,
    /// Part of the copy's words that stand in the passages, 0–1.
    pub share: f32,
    /// Words in the passages.
    pub words: u32,
    /// In the order of the copy.
    pub passages: Vec<Passage>,
}

/// A source of an article, as its claims are judged by it.
#[derive(Clone, Debug, PartialEq)]
pub struct Copied {
    pub source: ArticleId,
    pub outlet: Outlet,
    pub share: f32,
    pub passages: Vec<Passage>,
    /// The source was withdrawn.
    pub withdrawn: bool,
    /// The source's text.
    pub text: Arc<str>,
}
