//! What a corpus can know of: without it, "not reported here" could be taken for "not reported".

use chrono::{DateTime, Utc};

/// The articles that answers draw on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    pub outlets: i64,
    /// Current revisions only.
    pub articles: i64,
    /// Publication of the oldest and of the newest; `None` while there is no article.
    pub period: Option<(DateTime<Utc>, DateTime<Utc>)>,
}
