//! The public API, one file a resource. A handler checks what it was given, asks storage or pipeline, and shows a view.

mod articles;
mod bulk;
mod check;
mod claim_reviews;
mod claims;
mod clusters;
mod constraints;
mod contested;
mod decisions;
mod events;
mod exports;
mod feeds;
mod fetch;
mod keys;
mod r#match;
mod me;
mod outlets;
mod review;
mod watches;
mod webhooks;
mod withdrawals;

pub use self::bulk::MOST_STREAMS as MOST_BULK_STREAMS;
use actix_web::web;
use serde::de::{DeserializeOwned, IntoDeserializer, value};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{edge, extract, json, text::Flaw};

pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(articles::create_article)
        .service(articles::list_articles)
        .service(bulk::create_articles)
        // Or these would be read as an article's id.
        .route("/v1/articles/bulk", web::get().to(edge::fallback))
        .service(fetch::fetch_article)
        .route("/v1/articles/fetch", web::get().to(edge::fallback))
        .service(articles::get_article)
        .service(articles::list_reuse)
        .service(withdrawals::withdraw_article)
        .service(withdrawals::restore_article)
        .service(claims::list_claims)
        .service(claims::get_claim)
        .service(clusters::list_clusters)
        // Or it would be read as a cluster's id.
        .service(contested::follow_contested)
        .service(clusters::get_cluster)
        .service(claim_reviews::get_claim_review)
        .service(claim_reviews::create_claim_reviews)
        .service(clusters::list_cluster_history)
        .service(clusters::get_matrix)
        .service(constraints::create_constraint)
        .service(constraints::list_constraints)
        .service(constraints::get_constraint)
        .service(constraints::delete_constraint)
        .service(decisions::create_decision)
        .service(decisions::list_decisions)
        .service(decisions::create_decisions)
        // Or it would be read as a decision's id.
        .route("/v1/decisions/bulk", web::get().to(edge::fallback))
        .service(decisions::get_decision)
        .service(decisions::undo_decision)
        .service(events::follow_events)
        .service(exports::export_claims)
        .service(exports::export_clusters)
        .service(exports::export_articles)
        .service(exports::export_relations)
        .service(exports::export_pairs)
        .service(feeds::create_feed)
        .service(feeds::list_feeds)
        .service(feeds::get_feed)
        .service(feeds::change_feed)
        .service(feeds::delete_feed)
        .service(watches::create_watch)
        .service(watches::list_watches)
        .service(watches::get_watch)
        .service(watches::delete_watch)
        .service(webhooks::create_webhook)
        .service(webhooks::list_webhooks)
        .service(webhooks::get_webhook)
        .service(webhooks::change_webhook)
        .service(webhooks::delete_webhook)
        .service(webhooks::rotate_webhook)
        .service(webhooks::test_webhook)
        .service(webhooks::list_deliveries)
        .service(webhooks::replay_delivery)
        .service(review::list_review)
        .service(me::get_me)
        .service(keys::create_key)
        .service(keys::list_keys)
        .service(keys::get_key)
        .service(keys::delete_key)
        .service(outlets::list_outlets)
        .service(outlets::get_outlet)
        .service(r#match::match_claim)
        .service(check::check_draft);
}

/// An article from the JSON that `POST /v1/articles` takes, with the same checks: for the samples in the binary.
pub fn parse_article(bytes: &[u8]) -> Result<crate::domain::NewArticle, super::error::Problem> {
    json::parse::<articles::ArticleRequest>(bytes)?.check(crate::domain::clock::now())
}

/// One of a closed set of words, by the names the schema gives them.
fn choice<T: DeserializeOwned>(raw: &str) -> Result<T, Flaw> {
    let deserializer: value::StrDeserializer<'_, value::Error> = raw.into_deserializer();
    T::deserialize(deserializer).map_err(|error| json::flaw(&error.to_string()).0)
}

fn id<T: From<uuid::Uuid>>(raw: &str) -> Result<T, Flaw> {
    extract::uuid(raw).map(T::from).ok_or_else(|| Flaw::new("invalid-id", "must be a UUID"))
}

fn count(raw: &str) -> Result<i32, Flaw> {
    raw.parse()
        .ok()
        .filter(|count| (0..=1_000_000).contains(count))
        .ok_or_else(|| Flaw::new("out-of-range", "must be a whole number from 0 to 1000000"))
}

fn yes_or_no(raw: &str) -> Result<bool, Flaw> {
    raw.parse().map_err(|_| Flaw::new("unknown-value", "must be true or false"))
}
