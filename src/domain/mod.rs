//! The nouns of the field, without I/O: what an outlet, an article, a claim, a cluster and a relation are.
//!
//! Every other layer speaks in these types. They hold no SQL, no HTTP and no rule of decision; a value that exists is
//! valid. The words are those of ARCHITECTURE.md ("Words").

pub mod article;
pub mod attribution;
pub mod claim;
pub mod claim_review;
pub mod clock;
pub mod cluster;
pub mod coverage;
pub mod decision;
pub mod embedding;
pub mod evidence;
pub mod ids;
pub mod key;
pub mod linking;
pub mod period;
pub mod quantity;
pub mod relation;
pub mod reuse;
pub mod secret_key;
pub mod span;

pub use article::{
    Article, ArticleStatus, Body, NewArticle, NewOutlet, Outlet, OutletKind, Provenance, ReadArticle, Syndication, Withdrawal,
};
pub use attribution::{Attribution, Source, SourceKind, Voice};
pub use claim::{Certainty, Claim, ClaimReading, Entity, EntityKind, Polarity, WorthinessReason};
pub use claim_review::{Appearance, ClaimReview, CollectedClaim, Rating};
pub use cluster::{Cluster, Counts, OriginKind, Origins, OutletPosition, Root};
pub use coverage::Coverage;
pub use decision::{Decision, DecisionKind, MadeDecision, Relabel, Undone};
pub use embedding::Embedding;
pub use evidence::{Evidence, Fidelity, Quote};
pub use ids::{
    ArticleId, ClaimId, ClusterId, ConstraintId, DecisionId, DeliveryId, FeedId, KeyId, OutletId, WatchId, WebhookId, WorkspaceId,
};
pub use key::{Digest, Role, Secret};
pub use linking::{
    Constraint, ConstraintKind, KnownArticle, KnownClaim, LinkArticle, LinkClaim, LinkPlan, LinkWork, LinkedCluster, ReviewKind,
    Settled,
};
pub use period::Period;
pub use quantity::{Comparator, Quantity};
pub use relation::{Access, ClaimRelation, Flag, Independence, Relation, Stance};
pub use reuse::{Copied, Passage, Reuse};
pub use secret_key::SecretKey;
pub use span::Span;
