//! Events, and who is told of them.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::storage::{Delivery, StoredEvent, Webhook};

/// A change, as it is written in the history.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Event, examples(json!(crate::http::examples::event())))]
pub struct EventView {
    /// Number of the event: 1, 2, 3, … in each workspace, without gaps, in the order of commits.
    #[schema(minimum = 1)]
    pub id: i64,
    /// What happened. New kinds may be added.
    #[schema(examples("cluster.changed"))]
    pub kind: String,
    /// The cluster it happened to; null where it happened to no cluster.
    #[schema(required)]
    pub cluster_id: Option<Uuid>,
    /// The article it happened to; null where it happened to no article.
    #[schema(required)]
    pub article_id: Option<Uuid>,
    pub at: DateTime<Utc>,
    /// Who did it; `linker` for the service itself.
    pub actor: String,
    /// What else is known, by kind: `counts` and `origins` of a cluster that was created or changed, `into` of one that was
    /// merged, the `reason` of a withdrawal, `watch_id`, `condition` and
    /// `note` of a watch.
    #[schema(value_type = Object)]
    pub payload: Value,
}

impl From<&StoredEvent> for EventView {
    fn from(event: &StoredEvent) -> Self {
        Self {
            id: event.sequence,
            kind: event.kind.clone(),
            cluster_id: event.cluster_id.map(|id| id.0),
            article_id: event.article_id.map(|id| id.0),
            at: event.at,
            actor: event.actor.clone(),
            payload: event.payload.clone(),
        }
    }
}

/// An address that is told of events.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Webhook, examples(json!(crate::http::examples::webhook())))]
pub struct WebhookView {
    pub id: Uuid,
    #[schema(format = "uri")]
    pub url: String,
    /// Kinds of events that are told; all of them where it is empty.
    pub kinds: Vec<String>,
    #[schema(required)]
    pub description: Option<String>,
    /// False while nothing is to be told. What happens meanwhile is told afterwards.
    pub active: bool,
    /// When the service gave up on it: its receiver answered 410, or failed many times in a row for days. Set `active` to take
    /// that back.
    #[schema(required)]
    pub disabled_at: Option<DateTime<Utc>>,
    #[schema(required)]
    pub disabled_reason: Option<String>,
    /// Attempts that failed since the last one that did not.
    #[schema(minimum = 0)]
    pub failures: i32,
    #[schema(required)]
    pub failing_since: Option<DateTime<Utc>>,
    /// While the secret before the present one signs as well; null once it no longer does.
    #[schema(required)]
    pub previous_secret_until: Option<DateTime<Utc>>,
    pub made_by: String,
    pub made_at: DateTime<Utc>,
}

impl From<&Webhook> for WebhookView {
    fn from(webhook: &Webhook) -> Self {
        let (disabled_reason, disabled_at) = webhook.disabled.clone().unzip();
        Self {
            id: webhook.id.0,
            url: webhook.url.clone(),
            kinds: webhook.kinds.clone(),
            description: webhook.description.clone(),
            active: webhook.active,
            disabled_at,
            disabled_reason,
            failures: webhook.failures,
            failing_since: webhook.failing_since,
            previous_secret_until: webhook.previous_until,
            made_by: webhook.made_by.clone(),
            made_at: webhook.made_at,
        }
    }
}

/// A webhook with its secret, which is shown this once.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = WebhookWithSecret, examples(json!(crate::http::examples::webhook_with_secret())))]
pub struct WebhookSecretView {
    #[serde(flatten)]
    pub webhook: WebhookView,
    /// Key of the signatures: `whsec_` and 32 bytes in base64.
    pub secret: String,
}

/// One page of webhooks.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookPage {
    pub items: Vec<WebhookView>,
    /// Pass as `cursor` to get the next page; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// A message to a webhook.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Delivery, examples(json!(crate::http::examples::delivery())))]
pub struct DeliveryView {
    pub id: Uuid,
    /// The message's `webhook-id` header: the same in all attempts.
    pub message_id: String,
    pub webhook_id: Uuid,
    /// Number of the event that is told; null for a test.
    #[schema(required)]
    pub event_id: Option<i64>,
    pub kind: String,
    #[schema(inline = false)]
    pub status: DeliveryStatusView,
    #[schema(minimum = 0)]
    pub attempts: i32,
    /// Status of the receiver's last answer; null where there was none.
    #[schema(required)]
    pub response_status: Option<i32>,
    /// Why the last attempt failed; null when it did not.
    #[schema(required)]
    pub error: Option<String>,
    pub made_at: DateTime<Utc>,
    #[schema(required)]
    pub last_attempt_at: Option<DateTime<Utc>>,
    /// Null when there will be none.
    #[schema(required)]
    pub next_attempt_at: Option<DateTime<Utc>>,
}

/// `waiting` for the first attempt or the next, `delivered` when the receiver took it, `failed` when no attempt is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeliveryStatus)]
pub enum DeliveryStatusView {
    Waiting,
    Delivered,
    Failed,
}

impl From<&Delivery> for DeliveryView {
    fn from(delivery: &Delivery) -> Self {
        Self {
            id: delivery.id.0,
            message_id: format!("msg_{}", delivery.id.0.simple()),
            webhook_id: delivery.webhook.0,
            event_id: delivery.event,
            kind: delivery.kind.clone(),
            status: match delivery.status.as_str() {
                "delivered" => DeliveryStatusView::Delivered,
                "failed" => DeliveryStatusView::Failed,
                _ => DeliveryStatusView::Waiting,
            },
            attempts: delivery.attempts,
            response_status: delivery.response_status,
            error: delivery.error.clone(),
            made_at: delivery.made_at,
            last_attempt_at: delivery.last_attempt_at,
            next_attempt_at: delivery.next_attempt_at,
        }
    }
}

/// One page of deliveries.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryPage {
    pub items: Vec<DeliveryView>,
    /// Pass as `cursor` to get the next page; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_is_told_what_the_api_shows() {
        let event = StoredEvent {
            sequence: 7,
            kind: "article.linked".into(),
            cluster_id: None,
            article_id: Some(Uuid::from_u128(1).into()),
            at: Utc::now(),
            actor: "linker".into(),
            payload: serde_json::json!({}),
        };
        assert_eq!(serde_json::to_value(&event).unwrap(), serde_json::to_value(EventView::from(&event)).unwrap());
    }
}
