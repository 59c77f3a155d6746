//! Watches.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::all;
use crate::storage::{Triggered, Watch, Watched};

/// `disputed`: somebody disputes the claim. `second_origin`: it has two independent origins at least (`origins.low`). `new_outlet`:
/// an outlet is there that was not when the watch was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = WatchCondition)]
pub enum WatchConditionView {
    Disputed,
    SecondOrigin,
    NewOutlet,
}

impl WatchConditionView {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Disputed => "disputed",
            Self::SecondOrigin => "second_origin",
            Self::NewOutlet => "new_outlet",
        }
    }

    fn of(stored: &str) -> Self {
        match stored {
            "disputed" => Self::Disputed,
            "second_origin" => Self::SecondOrigin,
            _ => Self::NewOutlet,
        }
    }
}

/// What an editor wants to be told of.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Watch, examples(json!(crate::http::examples::watch())))]
pub struct WatchView {
    pub id: Uuid,
    /// The watched cluster; null for a watch on words.
    #[schema(required)]
    pub cluster_id: Option<Uuid>,
    /// The watched words; null for a watch on a cluster.
    #[schema(required)]
    pub query: Option<String>,
    pub when: Vec<WatchConditionView>,
    #[schema(required)]
    pub note: Option<String>,
    /// What has come to hold since the watch was made, oldest first.
    pub triggered: Vec<TriggeredView>,
    pub made_by: String,
    pub made_at: DateTime<Utc>,
}

/// A condition that came to hold of a cluster.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Triggered)]
pub struct TriggeredView {
    #[schema(inline = false)]
    pub condition: WatchConditionView,
    pub cluster_id: Uuid,
    pub at: DateTime<Utc>,
}

impl From<&Triggered> for TriggeredView {
    fn from(triggered: &Triggered) -> Self {
        Self { condition: WatchConditionView::of(&triggered.condition), cluster_id: triggered.cluster_id.0, at: triggered.at }
    }
}

impl From<&Watch> for WatchView {
    fn from(watch: &Watch) -> Self {
        let (cluster_id, query) = match &watch.watched {
            Watched::Cluster(id) => (Some(id.0), None),
            Watched::Query(words) => (None, Some(words.clone())),
        };
        Self {
            id: watch.id.0,
            cluster_id,
            query,
            when: watch.conditions.iter().map(|condition| WatchConditionView::of(condition)).collect(),
            note: watch.note.clone(),
            triggered: all(&watch.triggered),
            made_by: watch.made_by.clone(),
            made_at: watch.made_at,
        }
    }
}

/// One page of watches.
#[derive(Debug, Serialize, ToSchema)]
pub struct WatchPage {
    pub items: Vec<WatchView>,
    /// Pass as `cursor` to get the next page; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}
