//! Typed identifiers. One newtype per noun, so that an article's id can never be passed where a claim's is wanted.

use std::sync::Mutex;

use serde::{Deserialize, Serialize};
use uuid::{ContextV7, Timestamp, Uuid};

use super::clock;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            #[must_use]
            pub fn new() -> Self {
                Self(fresh())
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    };
}

id!(/// A newsroom's own space: nothing is visible across workspaces.
    WorkspaceId);
id!(OutletId);
id!(ArticleId);
id!(ClaimId);
id!(ClusterId);
id!(ConstraintId);
id!(KeyId);
id!(DecisionId);
id!(WebhookId);
id!(/// One message for one webhook.
    DeliveryId);
id!(WatchId);
id!(FeedId);

/// A fresh id. Version 7: ids sort by the time they were made, on whatever instance, which keeps index pages together.
#[must_use]
pub fn fresh() -> Uuid {
    static CONTEXT: Mutex<ContextV7> = Mutex::new(ContextV7::new());
    let now = clock::now();
    Uuid::new_v7(Timestamp::from_unix(&CONTEXT, now.timestamp().cast_unsigned(), now.timestamp_subsec_nanos()))
}

impl WorkspaceId {
    /// The workspace that exists from the first migration on, used while no key names another.
    pub const DEFAULT: Self = Self(Uuid::from_u128(1));
}
