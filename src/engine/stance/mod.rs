//! What each claim and each outlet does with the assertion of its cluster: corroborates, disputes, only echoes.
//!
//! Rules are asked in a fixed order and the first that applies decides ([`RULES`]); each is a small file and leaves its
//! evidence. Between corroborates and echoes, when in doubt: echoes, because wrongly claimed independence is the costly
//! error.

mod access;
mod attributed;
pub mod between;
mod copied;
mod denial;
mod exclusive;
mod opposite;
mod origins;
mod outlet_voice;
mod outlets;
mod plurality;
mod quantity;
mod quotation;
mod rare_value;
mod reuse;
mod syndication;
#[cfg(test)]
mod tests;
pub mod timeline;
mod upstream;
mod withdrawn;

pub use between::between;
pub use opposite::are_opposed;

use std::cell::OnceCell;

use crate::{
    domain::{
        Access, Certainty, ClaimId, ClaimReading, ClaimRelation, Cluster, ClusterId, Counts, Evidence, Flag, Independence,
        Polarity, Quote, Relabel, Relation, Source, SourceKind, Stance, Voice,
    },
    engine::{
        clustering::{Member, representative},
        settings::{Linking, OPPOSITION_LIKENESS},
        similarity::within_cluster,
        text::lexicon::Pole,
    },
};

/// A claim among the others of its cluster.
pub(crate) struct Case<'a> {
    member: &'a Member<'a>,
    others: &'a [&'a Member<'a>],
    /// What is compared with each of the others, found once for all: of the member, and of each of the others in their order.
    own: &'a Traits,
    traits: &'a [Traits],
    /// What the cluster asserts: denied only when nobody affirms and nobody denies in so many words.
    asserted: Polarity,
    voices: &'a OnceCell<Vec<plurality::Voice>>,
}

impl<'a> Case<'a> {
    /// Whose word each of the others is: found when two first stand against each other, which is rare.
    fn voices(&self) -> &'a [plurality::Voice] {
        self.voices.get_or_init(|| {
            let others = self.others.iter().zip(self.traits);
            others.map(|(member, own)| plurality::Voice::of(&Case { member, own, ..*self })).collect()
        })
    }

    /// All that count, with their traits: what was withdrawn neither disputes nor is disputed.
    fn counting(&self) -> impl Iterator<Item = (&'a Member<'a>, &'a Traits)> + use<'a> {
        self.others.iter().copied().zip(self.traits).filter(|(member, _)| !member.article.withdrawn)
    }
}

/// What of a claim is compared with every other of its cluster.
pub(crate) struct Traits {
    words: usize,
    /// Hashes of the runs of words, sorted.
    runs: Vec<u64>,
    /// What each quantity counts.
    units: Vec<String>,
    /// The poles of opposites that it holds, sorted.
    poles: Vec<Pole>,
}

impl Traits {
    fn of(reading: &ClaimReading) -> Self {
        let (words, runs) = reuse::runs(&reading.text);
        let units = reading.quantities.iter().map(quantity::unit_key).collect();
        Self { words, runs, units, poles: opposite::poles(reading) }
    }
}

/// What a rule decides; the rest of [`ClaimRelation`] follows from it.
pub(crate) struct Ruling {
    relation: Relation,
    independence: Option<Independence>,
    echo_of: Option<String>,
    disputed_by: Option<Source>,
    evidence: Vec<Evidence>,
}

impl Ruling {
    fn echo(of: Option<String>, evidence: Evidence) -> Self {
        Self { relation: Relation::Echoes, independence: None, echo_of: of, disputed_by: None, evidence: vec![evidence] }
    }

    fn corroborates(independence: Independence, evidence: Evidence) -> Self {
        Self {
            relation: Relation::Corroborates,
            independence: Some(independence),
            echo_of: None,
            disputed_by: None,
            evidence: vec![evidence],
        }
    }

    fn disputes(by: Option<Source>, evidence: Evidence) -> Self {
        Self { relation: Relation::Disputes, independence: None, echo_of: None, disputed_by: by, evidence: vec![evidence] }
    }
}

type Rule = fn(&Case<'_>) -> Option<Ruling>;

/// The order of decision; the first hit wins.
const RULES: [Rule; 15] = [
    denial::denies,
    quantity::conflicts,
    opposite::opposes,
    exclusive::excludes,
    syndication::is_syndicated,
    copied::is_copied,
    upstream::names_upstream,
    access::has_own_access,
    attributed::is_attributed,
    attributed::shares_quotation,
    copied::stands_in_copy,
    reuse::same_family,
    reuse::shares_wording,
    rare_value::shares_rare_value,
    outlet_voice::asserts,
];

/// Judges a cluster: its public state, and the label of each claim that is not withdrawn. The order of `members` does not matter.
#[must_use]
pub fn judge(id: ClusterId, members: &[&Member<'_>]) -> (Cluster, Vec<(ClaimId, ClaimRelation)>) {
    let mut members: Vec<&Member<'_>> = members.to_vec();
    // In the order of time; what depends on "earlier" sees one order, whatever arrived first.
    members.sort_by(|a, b| {
        let key = |m: &Member<'_>| (m.article.time(), m.article.outlet.name.clone(), m.reading.headline, m.reading.span);
        key(a).cmp(&key(b)).then_with(|| a.claim.cmp(&b.claim))
    });
    let counting: Vec<&Member<'_>> = members.iter().copied().filter(|member| !member.article.withdrawn).collect();
    let asserted = assertion(&counting);
    let traits: Vec<Traits> = members.iter().map(|member| Traits::of(member.reading)).collect();
    let voices = OnceCell::new();
    let case = |member, own| Case { member, others: &members, own, traits: &traits, asserted, voices: &voices };
    let mut judged: Vec<(ClaimId, ClaimRelation)> =
        members.iter().zip(&traits).map(|(member, own)| (member.claim, relation(&case(member, own)))).collect();
    let traces = origins::Traces::of(&members, &judged);
    let origins = traces.origins(&members, &judged);
    let passing_on = withdrawn::passing_on(&members, &judged, &traces);
    drop(traces);
    judged.retain_mut(|(claim, relation)| {
        if passing_on.contains(claim) {
            relation.flags.push(Flag::OriginWithdrawn);
        }
        counting.iter().any(|member| member.claim == *claim)
    });
    let positions = outlets::positions(&counting, &judged);
    let count = |relation: Relation| positions.iter().filter(|p| p.relation == relation).count() as i32;
    let mut articles: Vec<_> = counting.iter().map(|m| m.article.id).collect();
    articles.sort_unstable();
    articles.dedup();
    let shown = if counting.is_empty() { &members } else { &counting };
    let times = || shown.iter().map(|m| m.article.time());
    let cluster = Cluster {
        id,
        claim: representative::wording(shown),
        counts: Counts {
            articles: articles.len() as i32,
            outlets: positions.len() as i32,
            corroborates: count(Relation::Corroborates),
            disputes: count(Relation::Disputes),
            echoes: count(Relation::Echoes),
            unclear: count(Relation::Unclear),
        },
        origins,
        outlets: positions,
        first_seen_at: times().min().unwrap_or_default(),
        last_seen_at: times().max().unwrap_or_default(),
    };
    (cluster, judged)
}

/// A cluster asserts a negative only when all its claims do so plainly: "nobody was hurt". Once somebody affirms the
/// opposite, or denies in so many words, the plain negatives deny.
fn assertion(members: &[&Member<'_>]) -> Polarity {
    let affirmed = members.iter().any(|m| m.reading.polarity == Polarity::Affirmed);
    let frame = members.iter().any(|m| m.reading.attribution.denial.is_some());
    if affirmed || frame { Polarity::Affirmed } else { Polarity::Denied }
}

fn relation(case: &Case<'_>) -> ClaimRelation {
    let reading = &case.member.reading;
    let mut ruling = RULES.iter().find_map(|rule| rule(case)).unwrap_or_else(|| Ruling {
        relation: Relation::Unclear,
        independence: None,
        echo_of: None,
        disputed_by: None,
        evidence: vec![Evidence::Undecided { quote: quote(case.member) }],
    });
    ruling.evidence.extend(quantity::superseded(case));
    ruling.evidence.extend(attributed::paraphrases(case).filter(|_| ruling.relation == Relation::Echoes));
    if let Some(Relabel { relation, by, reason }) = case.member.relabelled {
        ruling.relation = *relation;
        ruling.independence = ruling.independence.filter(|_| *relation == Relation::Corroborates);
        ruling.disputed_by = ruling.disputed_by.filter(|_| *relation == Relation::Disputes);
        let said = Evidence::Relabelled { quote: quote(case.member), by: by.clone(), reason: reason.clone() };
        ruling.evidence.insert(0, said);
    }
    let (stance, access) = match ruling.relation {
        Relation::Disputes => {
            (Stance::Denies, if reading.attribution.voice == Voice::Attributed { Access::Derived } else { Access::Unknown })
        }
        Relation::Corroborates => (
            Stance::Supports,
            if ruling.independence == Some(Independence::Confirmed) { Access::Independent } else { Access::Unknown },
        ),
        Relation::Echoes => (Stance::Supports, Access::Derived),
        Relation::Unclear => (Stance::None, Access::Unknown),
    };
    ClaimRelation {
        relation: ruling.relation,
        stance,
        access,
        independence: ruling.independence,
        echo_of: ruling.echo_of,
        disputed_by: ruling.disputed_by,
        asserted_by: reading.attribution.asserted_by.clone(),
        flags: flags(case, ruling.relation),
        evidence: ruling.evidence,
    }
}

fn flags(case: &Case<'_>, relation: Relation) -> Vec<Flag> {
    let member = case.member;
    let reading = &member.reading;
    let mut flags = Vec::new();
    if reading.certainty == Certainty::Hedged {
        flags.push(Flag::Hedged);
    }
    if reading.attribution.chain.last().is_some_and(|root| root.kind == SourceKind::Anonymous) {
        flags.push(Flag::AnonymousSource);
    }
    let body = case.others.iter().any(|other| other.article.id == member.article.id && !other.reading.headline);
    if reading.headline && !body {
        flags.push(Flag::HeadlineOnly);
    }
    let words = |text: &str| text.split_whitespace().count();
    if reading
        .attribution
        .quote
        .as_deref()
        .is_some_and(|quoted| words(quoted) > 1 && words(quoted) * 2 < words(&reading.proposition))
    {
        flags.push(Flag::PartialQuote);
    }
    if member.article.doubted {
        flags.push(Flag::DateDoubted);
    }
    if relation == Relation::Echoes && reuse::family_mate(case).is_some() {
        flags.push(Flag::SameFamily);
    }
    flags
}

/// The claim's own words as evidence.
pub(crate) fn quote(member: &Member<'_>) -> Quote {
    Quote {
        article_id: member.article.id,
        text: member.reading.text.clone(),
        span: member.reading.span,
        in_title: member.reading.headline,
    }
}

/// The words that attribute, for evidence; "says" where a speaker is known and no verb stands there.
pub(crate) fn cue(member: &Member<'_>) -> String {
    member.reading.attribution.cue.clone().unwrap_or_else(|| "says".to_owned())
}

/// Strictly earlier, with the order of names where the times are equal.
pub(crate) fn precedes(a: &Member<'_>, b: &Member<'_>) -> bool {
    (a.article.time(), &a.article.outlet.name) < (b.article.time(), &b.article.outlet.name)
}

/// Alike enough that what one says of a number, or negates, is the very thing the other says.
pub(crate) fn nearly_the_same(a: &Member<'_>, b: &Member<'_>) -> bool {
    within_cluster(a.features, b.features, &Linking::default()) >= OPPOSITION_LIKENESS
}
