//! Views as rows of a table, for formats that have columns: each column is a name, a type, and what a row has there.
//!
//! What nests is written as JSON in one column, and a short list of words with spaces between them.

use std::{borrow::Cow, fmt};

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{ArticleView, ClaimView, ClusterView, OutletView, PairView, PositionView, SourceView};

/// What one column holds of a row. `None` is an empty cell.
pub enum Cell<R> {
    Text(for<'a> fn(&'a R) -> Option<Cow<'a, str>>),
    Whole(fn(&R) -> Option<i64>),
    Real(fn(&R) -> Option<f64>),
    Truth(fn(&R) -> Option<bool>),
    Time(fn(&R) -> Option<DateTime<Utc>>),
}

pub struct Column<R> {
    pub name: &'static str,
    pub cell: Cell<R>,
}

/// A view that can be a row.
pub trait Table: Serialize + Send + Sized + 'static {
    const COLUMNS: &'static [Column<Self>];
}

/// `columns![name: Type(|row| …), …]`
macro_rules! columns {
    ($($name:ident: $kind:ident($cell:expr)),+ $(,)?) => {
        &[$(Column { name: stringify!($name), cell: Cell::$kind($cell) }),+]
    };
}

impl Table for ClaimView {
    const COLUMNS: &'static [Column<Self>] = columns![
        id: Text(|claim| shown(claim.id)),
        article_id: Text(|claim| shown(claim.article_id)),
        cluster_id: Text(|claim| claim.cluster_id.and_then(shown)),
        outlet_id: Text(|claim| shown(claim.outlet.id)),
        outlet: Text(|claim| text(&claim.outlet.name)),
        outlet_domain: Text(|claim| domain(&claim.outlet)),
        outlet_kind: Text(|claim| word(claim.outlet.kind)),
        said_at: Time(|claim| Some(claim.said_at)),
        text: Text(|claim| text(&claim.reading.text)),
        proposition: Text(|claim| text(&claim.reading.proposition)),
        headline: Truth(|claim| Some(claim.reading.headline)),
        span_start: Whole(|claim| Some(claim.reading.span.start.into())),
        span_end: Whole(|claim| Some(claim.reading.span.end.into())),
        polarity: Text(|claim| word(claim.reading.polarity)),
        certainty: Text(|claim| word(claim.reading.certainty)),
        voice: Text(|claim| word(claim.reading.attribution.voice)),
        source: Text(|claim| name(claim.reading.attribution.source.as_ref())),
        source_kind: Text(|claim| claim.reading.attribution.source.as_ref().and_then(|source| word(source.kind))),
        quote: Text(|claim| claim.reading.attribution.quote.as_deref().and_then(text)),
        relation: Text(|claim| claim.relation.and_then(word)),
        stance: Text(|claim| claim.stance.and_then(word)),
        access: Text(|claim| claim.access.and_then(word)),
        independence: Text(|claim| claim.independence.and_then(word)),
        echo_of: Text(|claim| claim.echo_of.as_deref().and_then(text)),
        disputed_by: Text(|claim| name(claim.disputed_by.as_ref())),
        asserted_by: Text(|claim| name(claim.asserted_by.as_ref())),
        flags: Text(|claim| words(&claim.flags)),
        event_from: Text(|claim| claim.reading.event_period.and_then(|period| shown(period.from))),
        event_to: Text(|claim| claim.reading.event_period.and_then(|period| shown(period.to))),
        check_worthiness: Real(|claim| Some(claim.reading.check_worthiness.into())),
        quantities: Text(|claim| json(&claim.reading.quantities)),
        entities: Text(|claim| json(&claim.reading.entities)),
        evidence: Text(|claim| json(&claim.evidence)),
    ];
}

impl Table for ClusterView {
    const COLUMNS: &'static [Column<Self>] = columns![
        id: Text(|cluster| shown(cluster.id)),
        claim: Text(|cluster| text(&cluster.claim)),
        articles: Whole(|cluster| Some(cluster.counts.articles.into())),
        outlets: Whole(|cluster| Some(cluster.counts.outlets.into())),
        corroborates: Whole(|cluster| Some(cluster.counts.corroborates.into())),
        disputes: Whole(|cluster| Some(cluster.counts.disputes.into())),
        echoes: Whole(|cluster| Some(cluster.counts.echoes.into())),
        unclear: Whole(|cluster| Some(cluster.counts.unclear.into())),
        origins_low: Whole(|cluster| Some(cluster.origins.low.into())),
        origins_high: Whole(|cluster| Some(cluster.origins.high.into())),
        roots: Text(|cluster| json(&cluster.origins.roots)),
        first_seen_at: Time(|cluster| Some(cluster.first_seen_at)),
        last_seen_at: Time(|cluster| Some(cluster.last_seen_at)),
    ];
}

impl Table for ArticleView {
    const COLUMNS: &'static [Column<Self>] = columns![
        id: Text(|article| shown(article.id)),
        status: Text(|article| word(article.status)),
        outlet_id: Text(|article| shown(article.outlet.id)),
        outlet: Text(|article| text(&article.outlet.name)),
        outlet_domain: Text(|article| domain(&article.outlet)),
        outlet_kind: Text(|article| word(article.outlet.kind)),
        url: Text(|article| text(&article.url)),
        canonical_url: Text(|article| article.canonical_url.as_deref().and_then(text)),
        title: Text(|article| article.title.as_deref().and_then(text)),
        byline: Text(|article| article.byline.as_deref().and_then(text)),
        language: Text(|article| text(&article.language)),
        published_at: Time(|article| article.published_at),
        received_at: Time(|article| Some(article.received_at)),
        revision: Whole(|article| Some(article.revision.into())),
        current: Truth(|article| Some(article.current)),
        syndicated_from: Text(|article| json(&article.syndicated_from)),
    ];
}

impl Table for PositionView {
    const COLUMNS: &'static [Column<Self>] = columns![
        cluster_id: Text(|row| shown(row.cluster_id)),
        claim: Text(|row| text(&row.claim)),
        outlet_id: Text(|row| shown(row.position.outlet.id)),
        outlet: Text(|row| text(&row.position.outlet.name)),
        outlet_domain: Text(|row| domain(&row.position.outlet)),
        outlet_kind: Text(|row| word(row.position.outlet.kind)),
        relation: Text(|row| word(row.position.relation)),
        voice: Text(|row| word(row.position.voice)),
        independence: Text(|row| row.position.independence.and_then(word)),
        echo_of: Text(|row| row.position.echo_of.as_deref().and_then(text)),
        disputed_by: Text(|row| name(row.position.disputed_by.as_ref())),
        asserted_by: Text(|row| name(row.position.asserted_by.as_ref())),
        mixed: Truth(|row| Some(row.position.mixed)),
        since: Time(|row| Some(row.position.since)),
        flags: Text(|row| words(&row.position.flags)),
        claim_ids: Text(|row| words(&row.position.claim_ids)),
    ];
}

impl Table for PairView {
    const COLUMNS: &'static [Column<Self>] = columns![
        id: Text(|pair| shown(pair.id)),
        label: Text(|pair| word(pair.label)),
        kind: Text(|pair| pair.kind.and_then(word)),
        decision_id: Text(|pair| pair.decision_id.and_then(shown)),
        reason: Text(|pair| text(&pair.reason)),
        made_by: Text(|pair| text(&pair.made_by)),
        made_at: Time(|pair| Some(pair.made_at)),
        a_id: Text(|pair| shown(pair.a.id)),
        a_text: Text(|pair| text(&pair.a.text)),
        a_proposition: Text(|pair| text(&pair.a.proposition)),
        a_language: Text(|pair| text(&pair.a.language)),
        a_outlet: Text(|pair| text(&pair.a.outlet)),
        a_said_at: Time(|pair| Some(pair.a.said_at)),
        b_id: Text(|pair| shown(pair.b.id)),
        b_text: Text(|pair| text(&pair.b.text)),
        b_proposition: Text(|pair| text(&pair.b.proposition)),
        b_language: Text(|pair| text(&pair.b.language)),
        b_outlet: Text(|pair| text(&pair.b.outlet)),
        b_said_at: Time(|pair| Some(pair.b.said_at)),
    ];
}

#[expect(clippy::unnecessary_wraps, reason = "a cell may be empty")]
fn text(value: &str) -> Option<Cow<'_, str>> {
    Some(Cow::Borrowed(value))
}

#[expect(clippy::unnecessary_wraps, reason = "a cell may be empty")]
fn shown(value: impl fmt::Display) -> Option<Cow<'static, str>> {
    Some(Cow::Owned(value.to_string()))
}

fn domain(outlet: &OutletView) -> Option<Cow<'_, str>> {
    outlet.domain.as_deref().and_then(text)
}

fn name(source: Option<&SourceView>) -> Option<Cow<'_, str>> {
    source.and_then(|source| text(&source.name))
}

/// The name of a variant, as JSON has it.
struct Word<T>(T);

impl<T: Serialize> fmt::Display for Word<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.serialize(f)
    }
}

fn word(value: impl Serialize) -> Option<Cow<'static, str>> {
    shown(Word(value))
}

fn words<T: Serialize>(values: &[T]) -> Option<Cow<'static, str>> {
    let words: Vec<String> = values.iter().map(|value| Word(value).to_string()).collect();
    Some(Cow::Owned(words.join(" ")))
}

fn json(value: &impl Serialize) -> Option<Cow<'static, str>> {
    Some(Cow::Owned(serde_json::to_string(value).expect("a view is JSON")))
}
