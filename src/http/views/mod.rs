//! Domain values → the JSON of the public API. A name here is a promise to every client.
//!
//! A field that has no value is `null`; a field that an answer does not carry at all (a list leaves long parts out) is absent.

mod article;
mod claim;
mod claim_review;
mod cluster;
mod constraint;
mod decision;
mod event;
mod evidence;
mod export;
mod feed;
mod key;
mod lookup;
mod matrix;
mod outlet;
mod reuse;
mod table;
mod watch;

pub use article::{ArticlePage, ArticleStatusView, ArticleView, WithdrawalView};
pub use claim::{ClaimPage, ClaimReadingView, ClaimView, PolarityView, QuantityView, SourceView, VoiceView};
pub use claim_review::{ClaimReviewResultView, ClaimReviewResultsView, claim_document};
pub use cluster::{
    AccessView, ClusterPage, ClusterPartView, ClusterSortView, ClusterView, CoverageView, FlagView, HistoryPage,
    IndependenceView, OutletPositionView, RelationView, StanceView,
};
pub use constraint::{ConstraintKindView, ConstraintPage, ConstraintView};
pub use decision::{BulkDecisionView, BulkDecisionsView, DecisionKindView, DecisionPage, DecisionView};
pub use event::{DeliveryPage, DeliveryView, EventView, WebhookPage, WebhookSecretView, WebhookView};
pub use evidence::{EvidenceView, SpanView};
pub use export::{ExportFormat, PairView, PositionView};
pub use feed::{FeedPage, FeedView};
pub use key::{KeyPage, KeyView, MeView, NewKeyView, RoleView};
pub use lookup::{CheckView, MatchView, ReviewKindView, ReviewPage};
pub use matrix::MatrixView;
pub use outlet::{OutletKindView, OutletPage, OutletProfileView, OutletView};
pub use reuse::{ReuseListView, ReuseView};
pub use table::{Cell, Column, Table};
pub use watch::{WatchConditionView, WatchPage, WatchView};

/// Mirrors a domain enum: the domain knows no JSON schema, and a variant it gains must be named here before it compiles.
macro_rules! view_enum {
    ($(#[$meta:meta])* $view:ident of $path:ident :: $name:ident { $($variant:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[schema(as = $name)]
        pub enum $view { $($variant),+ }

        impl From<$path::$name> for $view {
            fn from(value: $path::$name) -> Self {
                match value { $($path::$name::$variant => Self::$variant),+ }
            }
        }

        impl From<$view> for $path::$name {
            fn from(value: $view) -> Self {
                match value { $($view::$variant => Self::$variant),+ }
            }
        }
    };
}
use view_enum;

/// Each value as its view.
fn all<'a, T: 'a, V: From<&'a T>>(values: impl IntoIterator<Item = &'a T>) -> Vec<V> {
    values.into_iter().map(V::from).collect()
}
