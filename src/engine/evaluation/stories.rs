//! A story as several outlets tell it, every clause labelled, to counts: what was linked, which relations were told, and how far
//! off the number of origins is.
//!
//! Relations and origins are told twice: in the clusters that linking finds, and in those of the labels, which shows what of an
//! error is judging alone. samples/README.md says how a story is labelled.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    domain::{
        ArticleId, ClaimId, ClaimReading, Cluster, ClusterId, Copied, LinkArticle, LinkClaim, LinkWork, Outlet, OutletId,
        OutletKind, Relation,
    },
    engine::{
        clustering::{Corpus, Member},
        extraction::{self, Draft},
        reuse::{self, Print},
        similarity::Features,
        stance,
    },
};

#[derive(Clone, Debug, Deserialize)]
pub struct Story {
    pub topic: String,
    pub articles: Vec<StoryArticle>,
    pub clusters: Vec<LabelledCluster>,
    /// Pairs of clauses that look alike and ask different questions.
    #[serde(default)]
    pub cannot_link: Vec<LookAlike>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct StoryArticle {
    pub id: String,
    pub outlet: StoryOutlet,
    pub title: String,
    pub byline: Option<String>,
    pub published_at: DateTime<Utc>,
    pub text: String,
}

#[derive(Clone, Debug, Deserialize)]
pub struct StoryOutlet {
    pub name: String,
    pub domain: Option<String>,
    pub kind: OutletKind,
    pub family: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct LabelledCluster {
    pub id: String,
    pub mentions: Vec<Mention>,
    /// Fewest and most independent origins.
    pub origins: Option<(i32, i32)>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Mention {
    pub article: String,
    /// The clause that carries the claim; it stands exactly once in the article.
    pub text: String,
    pub relation: Option<Relation>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct LookAlike {
    pub a: Clause,
    pub b: Clause,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Clause {
    pub article: String,
    pub text: String,
}

/// What was right, and out of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub right: usize,
    pub of: usize,
}

impl Tally {
    fn count(&mut self, right: bool) {
        self.right += usize::from(right);
        self.of += 1;
    }

    fn add(&mut self, other: Self) {
        self.right += other.right;
        self.of += other.of;
    }
}

/// How far off the numbers of origins are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OriginError {
    pub clusters: usize,
    /// Sums of |found − labelled|.
    pub low: i32,
    pub high: i32,
}

impl OriginError {
    #[must_use]
    pub fn mean(&self, sum: i32) -> f64 {
        f64::from(sum) / self.clusters.max(1) as f64
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoryScore {
    /// Labelled clauses that were read as a claim.
    pub read: Tally,
    /// Pairs of clauses that ask the same question and stand together.
    pub together: Tally,
    /// Look-alikes that stand apart.
    pub apart: Tally,
    /// Relations of an outlet in the clusters that were found.
    pub relations: Tally,
    /// Relations of single claims in the labelled clusters, by the relation that is labelled.
    pub judged: BTreeMap<Relation, Tally>,
    /// Relations told in the labelled clusters: how often each, for precision.
    pub told: BTreeMap<Relation, usize>,
    /// In the labelled clusters.
    pub origins: OriginError,
    pub misses: Vec<String>,
}

impl StoryScore {
    pub fn add(&mut self, other: &Self) {
        self.read.add(other.read);
        self.together.add(other.together);
        self.apart.add(other.apart);
        self.relations.add(other.relations);
        for (relation, tally) in &other.judged {
            self.judged.entry(*relation).or_default().add(*tally);
        }
        for (relation, count) in &other.told {
            *self.told.entry(*relation).or_default() += count;
        }
        self.origins.clusters += other.origins.clusters;
        self.origins.low += other.origins.low;
        self.origins.high += other.origins.high;
        self.misses.extend_from_slice(&other.misses);
    }
}

/// The article as the linker gets it. Ids follow from names, so that two runs agree.
#[must_use]
pub fn link_article(article: &StoryArticle) -> LinkArticle {
    let reading = extraction::read(&Draft {
        title: Some(&article.title),
        text: &article.text,
        outlet: &article.outlet.name,
        domain: article.outlet.domain.as_deref(),
        byline: article.byline.as_deref(),
        published_at: Some(article.published_at),
        language: Some("en"),
        ..Draft::default()
    });
    let id = |what: &str| Uuid::new_v5(&Uuid::NAMESPACE_DNS, format!("{} {what}", article.id).as_bytes());
    let outlet = &article.outlet;
    LinkArticle {
        id: ArticleId(id("article")),
        outlet: Outlet {
            id: OutletId(Uuid::new_v5(&Uuid::NAMESPACE_DNS, outlet.name.as_bytes())),
            name: outlet.name.clone(),
            domain: outlet.domain.clone(),
            kind: outlet.kind,
            family: outlet.family.clone(),
        },
        title: Some(article.title.clone()),
        published_at: Some(article.published_at),
        received_at: article.published_at,
        language: "en".to_owned(),
        provenance: reading.provenance,
        withdrawn: false,
        claims: reading
            .claims
            .into_iter()
            .enumerate()
            .map(|(at, reading)| LinkClaim {
                id: ClaimId(id(&format!("claim {at}"))),
                reading,
                cluster_id: None,
                relabelled: None,
            })
            .collect(),
        sketch: Vec::new(),
        copied: Vec::new(),
        doubted: false,
    }
}

/// What an article has from an earlier one.
fn copied(copy: &Print<'_>, source: &LinkArticle, print: &Print<'_>, text: &str) -> Option<Copied> {
    let passages = reuse::passages(copy, print);
    let words: u32 = passages.iter().map(|passage| passage.words).sum();
    let share = words as f32 / copy.words().max(1) as f32;
    let (id, outlet) = (source.id, source.outlet.clone());
    (!passages.is_empty()).then(|| Copied { source: id, outlet, share, passages, withdrawn: false, text: text.into() })
}

/// The claim that carries a labelled clause: the one that covers it best, and of those the shortest.
#[must_use]
pub fn carrier<'a>(claims: &'a [LinkClaim], clause: &str) -> Option<&'a LinkClaim> {
    let covers = |reading: &ClaimReading| reading.text.contains(clause) || clause.contains(&reading.text);
    claims
        .iter()
        .filter(|claim| !claim.reading.headline && covers(&claim.reading))
        .min_by_key(|claim| claim.reading.text.len().abs_diff(clause.len()))
}

/// Links and judges the story, and compares with its labels.
#[must_use]
pub fn evaluate(story: &Story) -> StoryScore {
    let mut articles: Vec<LinkArticle> = story.articles.iter().map(link_article).collect();
    let prints: Vec<Print<'_>> = story.articles.iter().map(|article| Print::of(&article.text)).collect();
    for at in 0..articles.len() {
        let earlier = (0..articles.len()).filter(|other| story.articles[*other].published_at < story.articles[at].published_at);
        let from = |other: usize| copied(&prints[at], &articles[other], &prints[other], &story.articles[other].text);
        let mut all: Vec<Copied> = earlier.filter_map(from).collect();
        all.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.source.cmp(&b.source)));
        articles[at].copied = all;
    }
    let by_id: BTreeMap<&str, &LinkArticle> = story.articles.iter().map(|a| a.id.as_str()).zip(&articles).collect();
    let found = |article: &str, clause: &str| {
        let article = *by_id.get(article)?;
        Some((article, carrier(&article.claims, clause)?))
    };
    let work = LinkWork { articles: articles.clone(), ..LinkWork::default() };
    let plan = Corpus::default().regroup(&work).judge(&articles);
    let cluster_of: BTreeMap<ClaimId, &Cluster> =
        plan.clusters.iter().flat_map(|linked| linked.claims.iter().map(move |(claim, _)| (*claim, &linked.cluster))).collect();
    let features: BTreeMap<ClaimId, Features> = articles
        .iter()
        .flat_map(|article| {
            let alone = article.claims.iter().map(|claim| Features::of(&claim.reading)).collect();
            article.claims.iter().map(|claim| claim.id).zip(Features::in_article(alone))
        })
        .collect();

    let mut score = StoryScore::default();
    for labelled in &story.clusters {
        let carriers: Vec<_> = labelled.mentions.iter().map(|mention| found(&mention.article, &mention.text)).collect();
        carriers.iter().for_each(|carrier| score.read.count(carrier.is_some()));
        for (at, one) in carriers.iter().enumerate() {
            for other in &carriers[at + 1..] {
                let place = |carrier: &Option<(&LinkArticle, &LinkClaim)>| cluster_of.get(&carrier.as_ref()?.1.id).map(|c| c.id);
                score.together.count(place(one).is_some() && place(one) == place(other));
            }
        }
        let mut members: Vec<Member<'_>> = carriers
            .iter()
            .flatten()
            .map(|(article, claim)| Member {
                claim: claim.id,
                article,
                reading: &claim.reading,
                relabelled: None,
                features: &features[&claim.id],
            })
            .collect();
        members.sort_by_key(|member| member.claim);
        members.dedup_by_key(|member| member.claim);
        let (cluster, claims) = stance::judge(ClusterId(Uuid::nil()), &members.iter().collect::<Vec<_>>());
        for (mention, carrier) in labelled.mentions.iter().zip(&carriers) {
            let (Some((article, claim)), Some(expected)) = (carrier, mention.relation) else { continue };
            let told = |cluster: &Cluster| {
                cluster.outlets.iter().find(|position| position.outlet_id == article.outlet.id).map(|position| position.relation)
            };
            score.relations.count(cluster_of.get(&claim.id).and_then(|cluster| told(cluster)) == Some(expected));
            let judged =
                claims.iter().find(|(id, _)| *id == claim.id).map_or(Relation::Unclear, |(_, relation)| relation.relation);
            score.judged.entry(expected).or_default().count(judged == expected);
            *score.told.entry(judged).or_default() += 1;
            if judged != expected {
                let (expected, judged, polarity) = (expected.as_str(), judged.as_str(), claim.reading.polarity);
                let (id, article, text) = (&labelled.id, &mention.article, &mention.text);
                score.misses.push(format!("{id} {article}: {expected}, not {judged} ({polarity:?}): {text}"));
            }
        }
        if let Some((low, high)) = labelled.origins.filter(|_| carriers.iter().all(Option::is_some)) {
            score.origins.clusters += 1;
            score.origins.low += (cluster.origins.low - low).abs();
            score.origins.high += (cluster.origins.high - high).abs();
            if (cluster.origins.low, cluster.origins.high) != (low, high) {
                let roots: Vec<&str> = cluster.origins.roots.iter().map(|root| root.name.as_str()).collect();
                let (l, h) = (cluster.origins.low, cluster.origins.high);
                score.misses.push(format!("{}: {low}–{high} origins, not {l}–{h}: {}", labelled.id, roots.join(", ")));
            }
        }
    }
    for pair in &story.cannot_link {
        let place = |clause: &Clause| found(&clause.article, &clause.text).map(|(_, claim)| claim.id);
        if let Some((a, b)) = place(&pair.a).zip(place(&pair.b)).filter(|(a, b)| a != b) {
            score.apart.count(cluster_of.get(&a).map(|c| c.id) != cluster_of.get(&b).map(|c| c.id));
        }
    }
    score
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: &str = r#"{
        "topic": "bridge",
        "articles": [
            {"id": "a", "outlet": {"name": "Meridian Wire", "kind": "agency"}, "title": "Bridge closed", "published_at": "2023-05-04T08:00:00Z",
             "text": "The council closed the Tarn bridge on Monday. Two lorries fell into the river Orl."},
            {"id": "b", "outlet": {"name": "Harbour Courier", "kind": "newspaper"}, "title": "No bridge", "published_at": "2023-05-05T08:00:00Z",
             "text": "The mayor denied that the council closed the Tarn bridge."}
        ],
        "clusters": [
            {"id": "closed", "origins": [1, 1], "mentions": [
                {"article": "a", "text": "The council closed the Tarn bridge", "relation": "corroborates"},
                {"article": "b", "text": "the council closed the Tarn bridge", "relation": "disputes"}]},
            {"id": "lorries", "mentions": [{"article": "a", "text": "Two lorries fell into the river Orl", "relation": "echoes"}]}
        ],
        "cannot_link": [{"a": {"article": "a", "text": "Two lorries fell"}, "b": {"article": "b", "text": "the council closed"}}]
    }"#;

    #[test]
    fn a_story_is_scored_by_its_labels() {
        let score = evaluate(&serde_json::from_str(STORY).expect("a story"));
        assert_eq!(score.read, Tally { right: 3, of: 3 });
        assert_eq!(score.together, Tally { right: 1, of: 1 });
        assert_eq!(score.apart, Tally { right: 1, of: 1 });
        assert_eq!(score.relations, Tally { right: 2, of: 3 }, "the label of the lorries is wrong on purpose");
        assert_eq!(score.judged[&Relation::Disputes], Tally { right: 1, of: 1 });
        assert_eq!((score.origins.clusters, score.origins.low, score.origins.high), (1, 0, 0));
        assert_eq!(score.misses.len(), 1, "{:?}", score.misses);
    }
}
