//! A cluster as schema.org's `Claim`, with the reviews that others published; and what becomes of those that are sent.
//!
//! What schema.org has no word for stands under `xc:`, which `docs/interchange.md` describes. A rating is only ever that of the
//! fact-checker who gave it.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ClaimView, ClusterView};
use crate::{
    domain::{Article, ArticleId, ClaimReview, Rating},
    http::error::Problem,
    pipeline::{Collected, Outcome},
    storage::WholeCluster,
};

/// Where the words under `xc:` are described.
pub const VOCABULARY: &str = "https://github.com/crossclaim/crossclaim/blob/main/docs/interchange.md#";

/// The document of a cluster: a `Claim`, and a `ClaimReview` for each review of it.
#[must_use]
pub fn claim_document(whole: &WholeCluster, reviews: &[ClaimReview], articles: &[Article]) -> Value {
    let view = ClusterView::detailed(whole);
    let id = format!("urn:uuid:{}", view.id);
    // Oldest first: the first is where it was seen first, which is not to say that nobody had it before.
    let appearances = appearances(view.claims.as_deref().unwrap_or_default(), articles);
    let positions = view.outlets.iter().map(|position| {
        without_nulls(json!({
            "xc:outlet": position.outlet.name,
            "xc:relation": position.relation,
            "xc:independence": position.independence,
            "xc:echoOf": position.echo_of,
            "xc:disputedBy": position.disputed_by.as_ref().map(|source| &source.name),
            "xc:since": position.since,
        }))
    });
    let comments = view.notes.iter().flatten().map(|note| {
        json!({
            "@type": "Comment",
            "text": note.text,
            "dateCreated": note.made_at,
            "author": {"@type": "Person", "name": note.made_by},
        })
    });
    let claim = without_nulls(json!({
        "@type": "Claim",
        "@id": id,
        "name": view.claim,
        "text": view.claim,
        "dateModified": view.last_seen_at,
        "firstAppearance": appearances.first().map(|first| json!({"@id": first["@id"]})),
        "appearance": appearances,
        "comment": comments.collect::<Vec<_>>(),
        "xc:counts": named(&view.counts),
        "xc:origins": {"xc:low": view.origins.low, "xc:high": view.origins.high},
        "xc:position": positions.collect::<Vec<_>>(),
    }));
    let mut graph = vec![claim];
    graph.extend(reviews.iter().map(|review| review_node(review, &id)));
    json!({"@context": ["https://schema.org", {"xc": VOCABULARY}], "@graph": graph})
}

/// One node an article, oldest first, with its claims.
fn appearances(claims: &[ClaimView], articles: &[Article]) -> Vec<Value> {
    let articles: HashMap<ArticleId, &Article> = articles.iter().map(|article| (article.id, article)).collect();
    let mut said: Vec<(&Article, Vec<&ClaimView>)> = Vec::new();
    for claim in claims {
        let Some(article) = articles.get(&ArticleId(claim.article_id)) else { continue };
        match said.iter_mut().find(|(known, _)| known.id == article.id) {
            Some((_, claims)) => claims.push(claim),
            None => said.push((article, vec![claim])),
        }
    }
    said.sort_by_key(|(article, _)| (article.time(), article.id));
    let node = |(article, claims): &(&Article, Vec<&ClaimView>)| {
        let outlet = &article.outlet;
        let publisher = without_nulls(json!({
            "@type": "Organization",
            "name": outlet.name,
            "url": outlet.domain.as_ref().map(|domain| format!("https://{domain}")),
        }));
        let claims = claims.iter().map(|claim| {
            without_nulls(json!({
                "xc:text": claim.reading.text,
                "xc:proposition": claim.reading.proposition,
                "xc:relation": claim.relation,
                "xc:stance": claim.stance,
                "xc:access": claim.access,
                "xc:independence": claim.independence,
                "xc:echoOf": claim.echo_of,
                "xc:disputedBy": claim.disputed_by.as_ref().map(|source| &source.name),
            }))
        });
        without_nulls(json!({
            "@type": "NewsArticle",
            "@id": article.url,
            "url": article.url,
            "headline": article.title,
            "inLanguage": article.language,
            "datePublished": article.published_at,
            "author": article.byline.as_ref().map(|name| json!({"@type": "Person", "name": name})),
            "publisher": publisher,
            "xc:claim": claims.collect::<Vec<_>>(),
        }))
    };
    said.iter().map(node).collect()
}

fn review_node(review: &ClaimReview, claim: &str) -> Value {
    let rating = review.rating.as_ref().map(|Rating { value, best, worst, name, explanation }| {
        without_nulls(json!({
            "@type": "Rating",
            "ratingValue": value,
            "bestRating": best,
            "worstRating": worst,
            "alternateName": name,
            "ratingExplanation": explanation,
        }))
    });
    without_nulls(json!({
        "@type": "ClaimReview",
        "@id": review.url,
        "url": review.url,
        "claimReviewed": review.claim,
        "datePublished": review.published_at,
        "author": without_nulls(json!({"@type": "Organization", "name": review.author, "url": review.author_url})),
        "reviewRating": rating,
        "itemReviewed": {"@type": "Claim", "@id": claim},
    }))
}

/// The fields of a view under names of our vocabulary.
fn named(view: &impl Serialize) -> Value {
    let Ok(Value::Object(fields)) = serde_json::to_value(view) else { return Value::Null };
    Value::Object(fields.into_iter().map(|(name, value)| (format!("xc:{name}"), value)).collect())
}

/// JSON-LD leaves out what is not known.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            Value::Object(fields.into_iter().filter(|(_, value)| !value.is_null()).collect::<Map<String, Value>>())
        }
        other => other,
    }
}

/// What became of the claims of a document, in their order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClaimReviewResults, examples(json!(crate::http::examples::claim_review_results())))]
pub struct ClaimReviewResultsView {
    pub items: Vec<ClaimReviewResultView>,
}

/// A claim that was taken in, or why it was not.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClaimReviewResult)]
pub struct ClaimReviewResultView {
    /// What stands for its appearances, in their order; empty when it was refused.
    pub articles: Vec<CollectedView>,
    /// Null when it was taken in.
    #[schema(required, value_type = Option<crate::http::error::ProblemView<'static>>)]
    pub problem: Option<Value>,
}

/// The article at an address at which a claim appeared.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CollectedArticle)]
pub struct CollectedView {
    pub id: Uuid,
    #[schema(inline = false)]
    pub status: CollectedStatus,
}

#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CollectedStatus {
    /// Stored, with the claim as its only sentence.
    Created,
    /// Another claim was known to have appeared there: it has both now.
    Revision,
    /// The claim was known to have appeared there, or the article itself is stored and stays as it is.
    Known,
}

impl From<Result<Vec<Collected>, Problem>> for ClaimReviewResultView {
    fn from(outcome: Result<Vec<Collected>, Problem>) -> Self {
        let view = |collected: Collected| CollectedView {
            id: collected.article.0,
            status: match collected.outcome {
                Outcome::Created => CollectedStatus::Created,
                Outcome::Revision => CollectedStatus::Revision,
                Outcome::Known => CollectedStatus::Known,
            },
        };
        match outcome {
            Ok(articles) => Self { articles: articles.into_iter().map(view).collect(), problem: None },
            Err(problem) => Self { articles: Vec::new(), problem: Some(problem.to_json()) },
        }
    }
}
