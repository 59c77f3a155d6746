//! Feeds.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::OutletKindView;
use crate::{domain::NewOutlet, storage::Feed};

/// A list of articles that is looked at again and again.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Feed, examples(json!(crate::http::examples::feed())))]
pub struct FeedView {
    pub id: Uuid,
    #[schema(format = "uri")]
    pub url: String,
    /// Who publishes what it lists; null where that is told from each item's address.
    #[schema(required)]
    pub outlet: Option<FeedOutletView>,
    /// Seconds between looks that succeed.
    #[schema(minimum = 60)]
    pub interval: u64,
    /// False while it is not looked at: set so by a client, or because it answered 410.
    pub active: bool,
    /// Of looks, in a row. Each doubles the time to the next one, up to a day.
    #[schema(minimum = 0)]
    pub failures: i32,
    #[schema(required)]
    pub last_fetched_at: Option<DateTime<Utc>>,
    /// What the server answered to the last look; null where it did not.
    #[schema(required)]
    pub last_status: Option<i32>,
    /// Why the last look failed; null when it did not.
    #[schema(required)]
    pub last_error: Option<String>,
    /// While it is being looked at, when that is taken for lost.
    pub next_fetch_at: DateTime<Utc>,
    /// Items that it has listed.
    #[schema(minimum = 0)]
    pub items_seen: i64,
    /// Of these, still to be fetched.
    #[schema(minimum = 0)]
    pub items_waiting: i64,
    /// Of these, given up.
    #[schema(minimum = 0)]
    pub items_failed: i64,
    pub made_by: String,
    pub made_at: DateTime<Utc>,
}

/// Who publishes what a feed lists.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = FeedOutlet)]
pub struct FeedOutletView {
    pub name: String,
    #[schema(required)]
    pub domain: Option<String>,
    #[schema(required)]
    pub kind: Option<OutletKindView>,
    #[schema(required)]
    pub family: Option<String>,
}

impl From<&NewOutlet> for FeedOutletView {
    fn from(outlet: &NewOutlet) -> Self {
        Self {
            name: outlet.name.clone(),
            domain: outlet.domain.clone(),
            kind: outlet.kind.map(Into::into),
            family: outlet.family.clone(),
        }
    }
}

impl From<&Feed> for FeedView {
    fn from(feed: &Feed) -> Self {
        Self {
            id: feed.id.0,
            url: feed.url.clone(),
            outlet: feed.outlet.as_ref().map(Into::into),
            interval: feed.interval.as_secs(),
            active: feed.active,
            failures: feed.failures,
            last_fetched_at: feed.last_fetched_at,
            last_status: feed.last_status,
            last_error: feed.last_error.clone(),
            next_fetch_at: feed.next_fetch_at,
            items_seen: feed.items_seen,
            items_waiting: feed.items_waiting,
            items_failed: feed.items_failed,
            made_by: feed.made_by.clone(),
            made_at: feed.made_at,
        }
    }
}

/// One page of feeds.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedPage {
    pub items: Vec<FeedView>,
    /// Pass as `cursor` to get the next page; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}
