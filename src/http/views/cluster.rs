//! Clusters, and the position of each outlet.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ClaimView, DecisionView, EvidenceView, OutletView, QuantityView, SourceView, VoiceView, all, view_enum};
use crate::{
    domain::{self, Claim, ClaimId, ClaimRelation, Counts, Coverage, Origins, Outlet, OutletPosition, Root},
    engine::stance::timeline,
    storage::{self, HistoryLine, StoredCluster, WholeCluster},
};

view_enum! {
    /// What an outlet, or one claim, does with the assertion of its cluster.
    RelationView of domain::Relation { Corroborates, Disputes, Echoes, Unclear }
}
view_enum! {
    /// What a claim does to the assertion of its cluster.
    StanceView of domain::Stance { Supports, Denies, None }
}
view_enum! {
    /// Whether the outlet got it itself.
    AccessView of domain::Access { Independent, Derived, Unknown }
}
view_enum! {
    /// `confirmed`: the article shows the outlet's own access. `presumed`: nothing points to another source.
    IndependenceView of domain::Independence { Confirmed, Presumed }
}
view_enum! {
    /// Things an editor wants to know that do not change the label. `hedged`: said to be possible; `anonymous_source`: who said it first is
    /// not named; `headline_only`: the body does not say it; `partial_quote`: only part of the quotation is carried; `same_family`: another
    /// outlet of the same publisher has it; `origin_withdrawn`: the article it goes back to was withdrawn; `date_doubted`: its article is
    /// dated more than a day before it was received, and another outlet's article with the same passage was received earlier, at its own
    /// date: it is taken to have been said when it was received.
    FlagView of domain::Flag { Hedged, AnonymousSource, HeadlineOnly, PartialQuote, SameFamily, OriginWithdrawn, DateDoubted }
}
view_enum! {
    /// What an origin is. `presumed`: no upstream is visible, the outlet itself is taken for the origin.
    OriginKindView of domain::OriginKind { Person, Organisation, OfficialBody, Anonymous, Document, SocialPost, Outlet, Presumed }
}

view_enum! {
    /// `recent`: last seen first. `contested`: most outlets on the smaller side first, then most outlets. `echoed`: most echoes first.
    /// `fragile`: many outlets but few origins first. `trending`: most outlets lately first, each worth half after twelve hours.
    ClusterSortView of storage::ClusterSort { Recent, Contested, Echoed, Fragile, Trending }
}

/// What a list leaves out of a cluster: the field of that name, or of its `outlets`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ClusterPart)]
pub enum ClusterPartView {
    Claims,
    Evidence,
    Quantities,
    Timeline,
}

impl ClusterPartView {
    const ALL: [Self; 4] = [Self::Claims, Self::Evidence, Self::Quantities, Self::Timeline];
}

/// Claims about the same question, and what each outlet does with it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Cluster, examples(json!(crate::http::examples::cluster())))]
pub struct ClusterView {
    pub id: Uuid,
    /// Representative wording.
    pub claim: String,
    pub counts: CountsView,
    pub origins: OriginsView,
    pub outlets: Vec<OutletPositionView>,
    /// Every number the claims give, in order of the day it speaks of. In lists only with `expand`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub quantities: Option<Vec<ClusterQuantityView>>,
    /// Its claims in the order of time, with what changed. In lists only with `expand`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub timeline: Option<Vec<StepView>>,
    /// Oldest first. In lists only with `expand`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub claims: Option<Vec<ClaimView>>,
    /// What the newsroom noted, newest first: decisions of the kind `note` that hold. Absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub notes: Option<Vec<DecisionView>>,
    pub first_seen_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
}

impl From<&StoredCluster> for ClusterView {
    /// As it stands in a list: without claims, numbers and evidence.
    fn from(stored: &StoredCluster) -> Self {
        Self::with(stored, &[], &[])
    }
}

impl ClusterView {
    /// With everything that is known of it.
    #[must_use]
    pub fn detailed(WholeCluster { stored, claims, notes }: &WholeCluster) -> Self {
        Self { notes: Some(all(notes)), ..Self::with(stored, claims, &ClusterPartView::ALL) }
    }

    /// With some parts that lists leave out. `claims` are those of the cluster, if there is any such part.
    #[must_use]
    pub fn with(stored: &StoredCluster, claims: &[Claim], parts: &[ClusterPartView]) -> Self {
        let wanted = |part| parts.contains(&part);
        let mut view = Self::bare(stored);
        if wanted(ClusterPartView::Evidence) {
            let labels: HashMap<ClaimId, &ClaimRelation> =
                claims.iter().filter_map(|claim| Some((claim.id, claim.relation.as_ref()?))).collect();
            for (view, position) in view.outlets.iter_mut().zip(&stored.cluster.outlets) {
                view.evidence = Some(position.evidence(|claim| labels.get(&claim).copied()).map(Into::into).collect());
            }
        }
        view.claims = wanted(ClusterPartView::Claims).then(|| all(claims));
        view.quantities = wanted(ClusterPartView::Quantities).then(|| {
            let mut quantities: Vec<ClusterQuantityView> = claims.iter().flat_map(ClusterQuantityView::of).collect();
            quantities.sort_by_key(|quantity| quantity.quantity.as_of);
            quantities
        });
        view.timeline = wanted(ClusterPartView::Timeline)
            .then(|| timeline::timeline(claims, &stored.cluster.origins).iter().map(StepView::from).collect());
        view
    }

    fn bare(StoredCluster { cluster, outlets }: &StoredCluster) -> Self {
        let position = |position: &OutletPosition| {
            let outlet = outlets.iter().find(|outlet| outlet.id == position.outlet_id)?;
            Some(OutletPositionView::new(outlet, position))
        };
        Self {
            id: cluster.id.0,
            claim: cluster.claim.clone(),
            counts: cluster.counts.into(),
            origins: (&cluster.origins).into(),
            outlets: cluster.outlets.iter().filter_map(position).collect(),
            quantities: None,
            timeline: None,
            claims: None,
            notes: None,
            first_seen_at: cluster.first_seen_at,
            last_seen_at: cluster.last_seen_at,
        }
    }
}

/// How many articles and outlets, and how many outlets by label.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = Counts)]
pub struct CountsView {
    pub articles: i32,
    pub outlets: i32,
    pub corroborates: i32,
    pub disputes: i32,
    pub echoes: i32,
    pub unclear: i32,
}

impl From<Counts> for CountsView {
    fn from(counts: Counts) -> Self {
        let Counts { articles, outlets, corroborates, disputes, echoes, unclear } = counts;
        Self { articles, outlets, corroborates, disputes, echoes, unclear }
    }
}

/// From how many independent origins the assertion entered the news.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Origins)]
pub struct OriginsView {
    /// Named origins shown to be separate.
    pub low: i32,
    /// With presumed and anonymous ones.
    pub high: i32,
    pub roots: Vec<RootView>,
}

impl From<&Origins> for OriginsView {
    fn from(origins: &Origins) -> Self {
        Self { low: origins.low, high: origins.high, roots: all(&origins.roots) }
    }
}

/// Where the information entered the news.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Root)]
pub struct RootView {
    pub kind: OriginKindView,
    pub name: String,
    /// Counted in `low`.
    pub named: bool,
    pub claim_ids: Vec<Uuid>,
    /// Outlets that name one another as their source, so that nobody is left who said it first. Empty where there is no such ring.
    pub circular: Vec<String>,
    /// An outlet that withdrew what it had said.
    pub withdrawn: bool,
}

impl From<&Root> for RootView {
    fn from(root: &Root) -> Self {
        Self {
            kind: root.kind.into(),
            name: root.name.clone(),
            named: root.named,
            claim_ids: root.claim_ids.iter().map(|id| id.0).collect(),
            circular: root.circular.clone(),
            withdrawn: root.withdrawn,
        }
    }
}

/// What one outlet does: the relation of its strongest claim, with all of its claims listed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OutletPosition)]
pub struct OutletPositionView {
    pub outlet: OutletView,
    pub relation: RelationView,
    pub voice: VoiceView,
    /// Who denies, where it is not the outlet itself.
    #[schema(required)]
    pub disputed_by: Option<SourceView>,
    /// Whose assertion is denied, where the denial names him.
    #[schema(required)]
    pub asserted_by: Option<SourceView>,
    /// Nearest named upstream of an echo.
    #[schema(required)]
    pub echo_of: Option<String>,
    /// How sure it is that the outlet has it from nobody else; null unless it corroborates.
    #[schema(required)]
    pub independence: Option<IndependenceView>,
    /// It asserts in one place and denies in another.
    pub mixed: bool,
    pub since: DateTime<Utc>,
    pub flags: Vec<FlagView>,
    /// The one that decides comes first.
    pub claim_ids: Vec<Uuid>,
    /// Why. In lists only with `expand`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub evidence: Option<Vec<EvidenceView>>,
}

impl OutletPositionView {
    fn new(outlet: &Outlet, position: &OutletPosition) -> Self {
        Self {
            outlet: outlet.into(),
            relation: position.relation.into(),
            voice: position.voice.into(),
            disputed_by: position.disputed_by.as_ref().map(Into::into),
            asserted_by: position.asserted_by.as_ref().map(Into::into),
            echo_of: position.echo_of.clone(),
            independence: position.independence.map(Into::into),
            mixed: position.mixed,
            since: position.since,
            flags: position.flags.iter().map(|&flag| flag.into()).collect(),
            claim_ids: position.claim_ids.iter().map(|id| id.0).collect(),
            evidence: None,
        }
    }
}

/// A number, and who gives it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ClusterQuantity)]
pub struct ClusterQuantityView {
    pub claim_id: Uuid,
    pub outlet_id: Uuid,
    #[serde(flatten)]
    pub quantity: QuantityView,
}

impl ClusterQuantityView {
    fn of(claim: &Claim) -> impl Iterator<Item = Self> {
        let (claim_id, outlet_id) = (claim.id.0, claim.outlet.id.0);
        claim.reading.quantities.iter().map(move |quantity| Self { claim_id, outlet_id, quantity: quantity.into() })
    }
}

/// One claim of the story, in the order of time.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = TimelineStep)]
pub struct StepView {
    pub at: DateTime<Utc>,
    pub claim_id: Uuid,
    pub outlet_id: Uuid,
    /// Name of the origin that it goes back to; null for hearsay and denials.
    #[schema(required)]
    pub root: Option<String>,
    /// The first claim that goes back there.
    pub new_origin: bool,
    /// What changed although no origin was added.
    pub drift: Vec<DriftView>,
}

impl From<&timeline::Step<'_>> for StepView {
    fn from(step: &timeline::Step<'_>) -> Self {
        Self {
            at: step.claim.said_at,
            claim_id: step.claim.id.0,
            outlet_id: step.claim.outlet.id.0,
            root: step.root.map(str::to_owned),
            new_origin: step.new_origin,
            drift: step.drift.iter().map(|&drift| drift.into()).collect(),
        }
    }
}

view_enum! {
    /// `certainty_rises`: everybody before hedged, and this one does not. `number_changes`: another number of the same thing
    /// than the last one that was given.
    DriftView of timeline::Drift { CertaintyRises, NumberChanges }
}

/// Which outlets and which period the workspace covers.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = Coverage)]
pub struct CoverageView {
    pub outlets: i64,
    /// Current revisions only.
    pub articles: i64,
    /// Publication of the oldest article; null while there is none.
    #[schema(required)]
    pub from: Option<DateTime<Utc>>,
    /// Publication of the newest article; null while there is none.
    #[schema(required)]
    pub to: Option<DateTime<Utc>>,
}

impl From<Coverage> for CoverageView {
    fn from(Coverage { outlets, articles, period }: Coverage) -> Self {
        Self { outlets, articles, from: period.map(|(from, _)| from), to: period.map(|(_, to)| to) }
    }
}

/// A line of a cluster's history.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = HistoryLine)]
pub struct HistoryLineView {
    /// Number of the event in its workspace.
    pub sequence: i64,
    /// `cluster.created`, `cluster.changed`, `cluster.merged`, `decision.made`, `decision.undone`.
    pub kind: String,
    pub at: DateTime<Utc>,
    /// Who did it: a person, or the linker.
    pub actor: String,
    /// What changed, by kind: the counts after it, or the decision.
    #[schema(value_type = Object)]
    pub payload: serde_json::Value,
}

impl From<&HistoryLine> for HistoryLineView {
    fn from(line: &HistoryLine) -> Self {
        let HistoryLine { sequence, kind, at, actor, payload } = line.clone();
        Self { sequence, kind, at, actor, payload }
    }
}

/// One page of a cluster's history.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryPage {
    pub items: Vec<HistoryLineView>,
    /// Pass as `cursor` to get the next page; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// One page of clusters.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClusterPage {
    pub items: Vec<ClusterView>,
    /// What the list draws on: what is not in it is not reported here, and may be reported elsewhere.
    pub coverage: CoverageView,
    /// Pass as `cursor` to get the next page; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}
