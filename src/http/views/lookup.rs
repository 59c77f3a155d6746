//! What is known of a text that is not stored.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ClaimReadingView, ClaimView, ClusterView, CoverageView, OutletView, SourceView, all, view_enum};
use crate::{
    domain::{self, ClaimReading, Coverage, OriginKind, Relation},
    engine::similarity::{self, Comparison, GuardHit, Match, Reading},
    pipeline::{Checked, ReviewItem},
    storage::StoredCluster,
};

view_enum! {
    /// `link`: the same question. `suggest`: an editor should look. `apart`: another question.
    TierView of similarity::Tier { Link, Suggest, Apart }
}

/// A text read as one claim, and the clusters nearest to it, best first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MatchResult, examples(json!(crate::http::examples::match_result())))]
pub struct MatchView {
    pub claim: ClaimReadingView,
    pub items: Vec<MatchItemView>,
    /// What the answer draws on: what is not found is not reported here, and may be reported elsewhere.
    pub coverage: CoverageView,
}

/// A cluster that answers a text, and why: the similarity is computed from the readings.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MatchItem)]
pub struct MatchItemView {
    pub cluster: ClusterView,
    /// The claim of the cluster that is nearest to the text.
    pub claim_id: Uuid,
    #[schema(minimum = 0, maximum = 1)]
    pub similarity: f64,
    pub readings: Vec<ReadingView>,
    /// Reasons not to link, whatever the similarity.
    pub guards: Vec<GuardView>,
    pub decision: TierView,
}

/// One signal's value; null when the signal has nothing to go by.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SignalReading)]
pub struct ReadingView {
    pub signal: &'static str,
    #[schema(required)]
    pub value: Option<f64>,
    pub weight: f64,
}

impl From<&Reading> for ReadingView {
    fn from(reading: &Reading) -> Self {
        Self { signal: reading.signal, value: reading.value, weight: reading.weight }
    }
}

/// What forbids a link.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = GuardHit)]
pub struct GuardView {
    pub guard: &'static str,
    /// What differs, in words.
    pub detail: String,
}

impl From<&GuardHit> for GuardView {
    fn from(hit: &GuardHit) -> Self {
        Self { guard: hit.guard, detail: hit.detail.clone() }
    }
}

impl MatchView {
    /// `clusters` hold those of the matches that still exist.
    #[must_use]
    pub fn new(reading: &ClaimReading, matches: &[Match], clusters: &[StoredCluster], coverage: Coverage) -> Self {
        Self { claim: reading.into(), items: items(matches, clusters), coverage: coverage.into() }
    }
}

fn items(matches: &[Match], clusters: &[StoredCluster]) -> Vec<MatchItemView> {
    let item = |found: &Match| {
        let cluster = clusters.iter().find(|stored| stored.cluster.id == found.cluster_id)?;
        let Comparison { similarity, readings, guards, decision } = &found.comparison;
        Some(MatchItemView {
            cluster: cluster.into(),
            claim_id: found.claim_id.0,
            similarity: *similarity,
            readings: all(readings),
            guards: all(guards),
            decision: (*decision).into(),
        })
    };
    matches.iter().filter_map(item).collect()
}

view_enum! {
    /// `suggested`: the claim may belong to the cluster. `presupposed`: it takes for granted what the cluster asserts the opposite of.
    /// `doubtful`: it stands in the cluster, though no other claim there is very like it.
    ReviewKindView of domain::ReviewKind { Suggested, Presupposed, Doubtful }
}

/// A claim that an editor should look at, with the clusters that it may have to do with.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReviewItem)]
pub struct ReviewItemView {
    pub claim: ClaimView,
    /// What the claim takes for granted, as a sentence; null unless that is why it is here.
    #[schema(required)]
    pub presupposes: Option<String>,
    /// Best first.
    pub matches: Vec<MatchItemView>,
}

/// One page of a worklist.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewPage {
    pub items: Vec<ReviewItemView>,
    /// Pass as `cursor` to get the next page; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

impl ReviewPage {
    /// `clusters` hold those of the matches that still exist; an item without any is left out.
    #[must_use]
    pub fn new(found: &[ReviewItem], clusters: &[StoredCluster], next_cursor: Option<String>) -> Self {
        let views = found.iter().map(|item| ReviewItemView {
            claim: (&item.claim).into(),
            presupposes: item.presupposes.clone(),
            matches: items(&item.matches, clusters),
        });
        Self { items: views.filter(|item| !item.matches.is_empty()).collect(), next_cursor }
    }
}

/// The claims of a draft, each with what is known of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CheckResult, examples(json!(crate::http::examples::check_result())))]
pub struct CheckView {
    /// ISO 639-1 code, or `und` where none could be told.
    pub language: String,
    /// The plain text that the claims' spans count in.
    pub text: String,
    pub claims: Vec<CheckedClaimView>,
    /// What the answer draws on: what is not found is not reported here, and may be reported elsewhere.
    pub coverage: CoverageView,
}

impl CheckView {
    /// `clusters` hold those of the matches that still exist.
    #[must_use]
    pub fn new(checked: &Checked, clusters: &[StoredCluster], coverage: Coverage) -> Self {
        Self {
            language: checked.language.clone(),
            text: checked.text.clone(),
            claims: checked.claims.iter().map(|(reading, matches)| CheckedClaimView::new(reading, matches, clusters)).collect(),
            coverage: coverage.into(),
        }
    }
}

/// A claim of a draft. The flags speak of the assertion that the clusters about the same question make: where the draft itself denies it
/// (`polarity`), those who dispute it are on the draft's side.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CheckedClaim)]
pub struct CheckedClaimView {
    #[serde(flatten)]
    pub reading: ClaimReadingView,
    /// The clusters about the same question (`link`), and those that may be (`suggest`), best first.
    pub matches: Vec<MatchItemView>,
    /// Every outlet that disputes it, in the clusters about the same question.
    pub disputed_by: Vec<DisputeView>,
    /// However many outlets have it, it may all come from one origin.
    pub single_origin: bool,
    /// Every origin of it is unnamed.
    pub anonymous_only: bool,
}

impl CheckedClaimView {
    fn new(reading: &ClaimReading, matches: &[Match], clusters: &[StoredCluster]) -> Self {
        // A dispute about what is perhaps another question would be a false alarm.
        let same_question = matches.iter().filter(|found| found.comparison.decision == similarity::Tier::Link);
        let known: Vec<&StoredCluster> =
            same_question.filter_map(|found| clusters.iter().find(|stored| stored.cluster.id == found.cluster_id)).collect();
        let origins = || known.iter().map(|stored| &stored.cluster.origins);
        let mut roots = origins().flat_map(|origins| &origins.roots).peekable();
        Self {
            reading: reading.into(),
            matches: items(matches, clusters),
            disputed_by: known.iter().flat_map(|stored| DisputeView::of(stored)).collect(),
            single_origin: !known.is_empty() && origins().all(|origins| origins.high <= 1),
            anonymous_only: roots.peek().is_some() && roots.all(|root| root.kind == OriginKind::Anonymous),
        }
    }
}

/// An outlet that disputes.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Dispute)]
pub struct DisputeView {
    pub cluster_id: Uuid,
    pub outlet: OutletView,
    /// Who denies, where it is not the outlet itself.
    #[schema(required)]
    pub source: Option<SourceView>,
}

impl DisputeView {
    fn of(StoredCluster { cluster, outlets }: &StoredCluster) -> impl Iterator<Item = Self> {
        let disputing = cluster.outlets.iter().filter(|position| position.relation == Relation::Disputes);
        disputing.filter_map(|position| {
            let outlet = outlets.iter().find(|outlet| outlet.id == position.outlet_id)?;
            Some(Self { cluster_id: cluster.id.0, outlet: outlet.into(), source: position.disputed_by.as_ref().map(Into::into) })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::examples;

    #[test]
    fn only_clusters_about_the_same_question_say_that_a_claim_is_disputed() {
        let said = |decision| {
            let mut found = examples::found();
            found.comparison.decision = decision;
            let view = CheckedClaimView::new(&examples::draft_reading(), &[found], &[examples::stored_cluster()]);
            (view.matches.len(), !view.disputed_by.is_empty(), view.single_origin)
        };
        assert_eq!(said(similarity::Tier::Link), (1, true, true));
        assert_eq!(said(similarity::Tier::Suggest), (1, false, false));
    }
}
