//! Claims, and what reading tells of them.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    AccessView, EvidenceView, FlagView, IndependenceView, OutletView, RelationView, SpanView, StanceView, all, view_enum,
};
use crate::domain::{self, Attribution, Claim, ClaimReading, Entity, Period, Quantity, Source, WorthinessReason};

view_enum! {
    /// `denied` when the claim rejects its proposition.
    PolarityView of domain::Polarity { Affirmed, Denied }
}
view_enum! {
    /// How surely the nearest source puts it.
    CertaintyView of domain::Certainty { Asserted, Hedged, Conditional, Predicted }
}
view_enum! {
    /// `outlet` when the outlet says it in its own name.
    VoiceView of domain::Voice { Outlet, Attributed }
}
view_enum! {
    /// What a source is. `anonymous`: described but not named.
    SourceKindView of domain::SourceKind { Person, Organisation, OfficialBody, Anonymous, Document, SocialPost, Outlet }
}
view_enum! {
    /// How the number is meant.
    ComparatorView of domain::Comparator { Exactly, About, MoreThan, AtLeast, LessThan, AtMost, Range }
}
view_enum! {
    /// `name` where the text does not tell what it names.
    EntityKindView of domain::EntityKind { Person, Organisation, Place, Outlet, Name }
}

/// One checkable assertion of one article, with its label in its cluster.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Claim, examples(json!(crate::http::examples::claim())))]
pub struct ClaimView {
    pub id: Uuid,
    pub article_id: Uuid,
    pub outlet: OutletView,
    /// Publication of its article, or its arrival where it gives no day.
    pub said_at: DateTime<Utc>,
    /// Null until the article is linked.
    #[schema(required)]
    pub cluster_id: Option<Uuid>,
    #[serde(flatten)]
    pub reading: ClaimReadingView,
    /// What this claim does in its cluster; null until the article is linked.
    #[schema(required)]
    pub relation: Option<RelationView>,
    #[schema(required)]
    pub stance: Option<StanceView>,
    #[schema(required)]
    pub access: Option<AccessView>,
    /// How sure it is that the outlet has it from nobody else; null unless it corroborates.
    #[schema(required)]
    pub independence: Option<IndependenceView>,
    /// Nearest named upstream of an echo.
    #[schema(required)]
    pub echo_of: Option<String>,
    /// Who denies, where it is not the outlet itself.
    #[schema(required)]
    pub disputed_by: Option<SourceView>,
    /// Whose assertion is denied, where the denial names him.
    #[schema(required)]
    pub asserted_by: Option<SourceView>,
    pub flags: Vec<FlagView>,
    /// Why the claim has this label.
    pub evidence: Vec<EvidenceView>,
}

impl From<&Claim> for ClaimView {
    fn from(claim: &Claim) -> Self {
        let judged = claim.relation.as_ref();
        Self {
            id: claim.id.0,
            article_id: claim.article_id.0,
            outlet: (&claim.outlet).into(),
            said_at: claim.said_at,
            cluster_id: claim.cluster_id.map(|id| id.0),
            reading: (&claim.reading).into(),
            relation: judged.map(|judged| judged.relation.into()),
            stance: judged.map(|judged| judged.stance.into()),
            access: judged.map(|judged| judged.access.into()),
            independence: judged.and_then(|judged| judged.independence).map(Into::into),
            echo_of: judged.and_then(|judged| judged.echo_of.clone()),
            disputed_by: judged.and_then(|judged| judged.disputed_by.as_ref()).map(Into::into),
            asserted_by: judged.and_then(|judged| judged.asserted_by.as_ref()).map(Into::into),
            flags: judged.map(|judged| judged.flags.iter().map(|&flag| flag.into()).collect()).unwrap_or_default(),
            evidence: judged.map(|judged| all(&judged.evidence)).unwrap_or_default(),
        }
    }
}

/// What reading alone tells of a claim, before any other article is looked at.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ClaimReading)]
pub struct ClaimReadingView {
    /// The words as they stand at `span`.
    pub text: String,
    /// Into the article's text, or into its title when `headline` is true.
    pub span: SpanView,
    pub headline: bool,
    /// The assertion itself, without the reporting frame around it.
    pub proposition: String,
    pub polarity: PolarityView,
    pub certainty: CertaintyView,
    pub attribution: AttributionView,
    pub quantities: Vec<QuantityView>,
    pub entities: Vec<EntityView>,
    /// The day the event is said to have happened, where the claim says it to the day.
    #[schema(required)]
    pub event_date: Option<NaiveDate>,
    /// When the event is said to have happened, however exactly: that day, or the week, month or year that is said.
    #[schema(required)]
    pub event_period: Option<PeriodView>,
    /// From 0 (nothing to check) to 1 (a checkable fact).
    #[schema(minimum = 0, maximum = 1)]
    pub check_worthiness: f32,
    /// What made it so, strongest first.
    pub check_worthiness_reasons: Vec<WorthinessReasonView>,
    /// Version of the reader that produced this.
    pub engine_version: i32,
}

impl From<&ClaimReading> for ClaimReadingView {
    fn from(reading: &ClaimReading) -> Self {
        Self {
            text: reading.text.clone(),
            span: reading.span.into(),
            headline: reading.headline,
            proposition: reading.proposition.clone(),
            polarity: reading.polarity.into(),
            certainty: reading.certainty.into(),
            attribution: (&reading.attribution).into(),
            quantities: all(&reading.quantities),
            entities: all(&reading.entities),
            event_date: reading.event_date,
            event_period: reading.event_period.map(Into::into),
            check_worthiness: reading.check_worthiness,
            check_worthiness_reasons: all(&reading.check_worthiness_reasons),
            engine_version: reading.engine_version,
        }
    }
}

/// Something in a claim that speaks for or against a check.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = WorthinessReason)]
pub struct WorthinessReasonView {
    /// What it is: "percent", "superlative", "first person", "I would", "word".
    pub sign: String,
    /// Log odds that it adds; below 0 it speaks against a check.
    pub weight: f64,
    /// The first word that shows it, where one does.
    #[schema(required)]
    pub text: Option<String>,
}

impl From<&WorthinessReason> for WorthinessReasonView {
    fn from(reason: &WorthinessReason) -> Self {
        Self { sign: reason.sign.clone(), weight: reason.weight, text: reason.text.clone() }
    }
}

/// Who says it, through whom.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Attribution)]
pub struct AttributionView {
    pub voice: VoiceView,
    /// Who is said to have said it; null in the outlet's own voice.
    #[schema(required)]
    pub source: Option<SourceView>,
    /// The words that attribute: "said", "according to", "denied".
    #[schema(required)]
    pub cue: Option<String>,
    /// From the nearest upstream to the root, without the outlet itself.
    pub chain: Vec<SourceView>,
    /// The words between quotation marks, where there are any.
    #[schema(required)]
    pub quote: Option<String>,
    /// Somebody whose assertion the source rejects.
    #[schema(required)]
    pub asserted_by: Option<SourceView>,
    /// The outlet gathered it itself.
    pub own_access: bool,
}

impl From<&Attribution> for AttributionView {
    fn from(attribution: &Attribution) -> Self {
        Self {
            voice: attribution.voice.into(),
            source: attribution.source.as_ref().map(Into::into),
            cue: attribution.cue.clone(),
            chain: all(&attribution.chain),
            quote: attribution.quote.clone(),
            asserted_by: attribution.asserted_by.as_ref().map(Into::into),
            own_access: attribution.own_access,
        }
    }
}

/// A person, body or document that something is attributed to.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Source)]
pub struct SourceView {
    pub kind: SourceKindView,
    /// As the article writes it, without titles.
    pub name: String,
    #[schema(required)]
    pub role: Option<String>,
}

impl From<&Source> for SourceView {
    fn from(source: &Source) -> Self {
        Self { kind: source.kind.into(), name: source.name.clone(), role: source.role.clone() }
    }
}

/// A number as an article gives it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Quantity)]
pub struct QuantityView {
    /// The words, as they stand.
    pub text: String,
    pub comparator: ComparatorView,
    /// The number named, where one is.
    #[schema(required)]
    pub value: Option<f64>,
    /// Lower end of what the words allow; null when open.
    #[schema(required)]
    pub low: Option<f64>,
    /// Upper end of what the words allow; null when open.
    #[schema(required)]
    pub high: Option<f64>,
    /// Counted noun, currency code, "percent" or "times".
    #[schema(required)]
    pub unit: Option<String>,
    /// True for words such as "several": the interval is wide, and alone it never disputes.
    pub vague: bool,
    /// True for a place in an order ("the 12th package"): which one, not how many.
    pub ordinal: bool,
    /// The day the number speaks of.
    #[schema(required)]
    pub as_of: Option<NaiveDate>,
}

impl From<&Quantity> for QuantityView {
    fn from(quantity: &Quantity) -> Self {
        Self {
            text: quantity.text.clone(),
            comparator: quantity.comparator.into(),
            value: quantity.value,
            low: quantity.low,
            high: quantity.high,
            unit: quantity.unit.clone(),
            vague: quantity.vague,
            ordinal: quantity.ordinal,
            as_of: quantity.as_of,
        }
    }
}

/// First and last day.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = Period)]
pub struct PeriodView {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl From<Period> for PeriodView {
    fn from(period: Period) -> Self {
        Self { from: period.from(), to: period.to() }
    }
}

/// A named participant.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Entity)]
pub struct EntityView {
    /// One name for all spellings: "US", "U.S." and "Washington" are "united states".
    pub name: String,
    /// As the claim writes it.
    pub text: String,
    pub kind: EntityKindView,
    /// 1 for a name; less where a role or a pronoun was resolved to it.
    pub confidence: f32,
}

impl From<&Entity> for EntityView {
    fn from(entity: &Entity) -> Self {
        Self { name: entity.name.clone(), text: entity.text.clone(), kind: entity.kind.into(), confidence: entity.confidence }
    }
}

/// One page of claims.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClaimPage {
    pub items: Vec<ClaimView>,
    /// Pass as `cursor` to get the next page; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}
