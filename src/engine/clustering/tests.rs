//! The partition is a function of the set of articles: not of their order, nor of how they come in batches, nor of what came and
//! went.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    domain::{
        ArticleId, ClusterId, Constraint, ConstraintId, ConstraintKind, KnownArticle, LinkClaim, LinkPlan, LinkWork, Outlet,
        OutletId, OutletKind, Provenance,
    },
    engine::extraction::{Draft, read, read_claim},
};

/// An article of one-sentence claims. Ids follow from `number`, so that the same article is the same in every run.
fn article(number: usize, claims: &[&str]) -> LinkArticle {
    let published_at = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(18_000 + number as i64);
    let outlet = format!("Outlet {number}");
    let id = |what: &str| Uuid::new_v5(&Uuid::NAMESPACE_DNS, format!("{what} of {number}").as_bytes());
    LinkArticle {
        id: ArticleId(id("article")),
        outlet: Outlet { id: OutletId(id("outlet")), name: outlet, domain: None, kind: OutletKind::Newspaper, family: None },
        title: None,
        published_at: Some(published_at),
        received_at: published_at,
        language: "en".to_owned(),
        provenance: Provenance::default(),
        withdrawn: false,
        claims: claims
            .iter()
            .enumerate()
            .map(|(at, text)| LinkClaim {
                id: ClaimId(id(&format!("claim {at}"))),
                reading: read_claim(text, None),
                cluster_id: None,
                relabelled: None,
            })
            .collect(),
        sketch: Vec::new(),
        copied: Vec::new(),
        doubted: false,
    }
}

/// A service in small: the corpus, the stored articles, and the clusters as the plans made them.
#[derive(Default)]
struct Service {
    corpus: Corpus,
    stored: Vec<LinkArticle>,
    clusters: BTreeMap<ClusterId, BTreeSet<ClaimId>>,
}

impl Service {
    fn link(&mut self, new: &[LinkArticle]) -> LinkPlan {
        self.change(&LinkWork { articles: new.to_vec(), ..LinkWork::default() })
    }

    fn retire(&mut self, article: &LinkArticle) -> LinkPlan {
        self.change(&LinkWork { retired: vec![article.id], ..LinkWork::default() })
    }

    fn make(&mut self, constraint: Constraint) -> LinkPlan {
        self.change(&LinkWork { made: vec![constraint], ..LinkWork::default() })
    }

    fn lift(&mut self, constraint: Constraint) -> LinkPlan {
        self.change(&LinkWork { lifted: vec![constraint], ..LinkWork::default() })
    }

    fn change(&mut self, work: &LinkWork) -> LinkPlan {
        let regrouping = self.corpus.regroup(work);
        self.stored.extend_from_slice(&work.articles);
        let plan = regrouping.judge(&self.stored);
        self.corpus.apply(regrouping, &plan);
        self.stored.retain(|article| !work.retired.contains(&article.id));
        for (gone, _) in &plan.dissolved {
            self.clusters.remove(gone);
        }
        for linked in &plan.clusters {
            self.clusters.insert(linked.cluster.id, linked.claims.iter().map(|(claim, _)| *claim).collect());
        }
        self.check();
        plan
    }

    fn cluster_of(&self, claim: ClaimId) -> ClusterId {
        self.corpus.claims[&claim].cluster.expect("every claim that is linked has a cluster")
    }

    fn partition(&self) -> BTreeSet<BTreeSet<ClaimId>> {
        self.clusters.values().cloned().collect()
    }

    /// What the plans said is what the corpus holds, and each claim stands in one cluster.
    fn check(&self) {
        let held: BTreeMap<ClusterId, BTreeSet<ClaimId>> =
            self.corpus.clusters.iter().map(|(id, claims)| (*id, claims.iter().copied().collect())).collect();
        assert_eq!(held, self.clusters);
        assert_eq!(self.clusters.values().map(BTreeSet::len).sum::<usize>(), self.corpus.len());
        assert_eq!(self.corpus.len(), self.stored.iter().map(|article| article.claims.len()).sum::<usize>());
        for (claim, place) in &self.corpus.claims {
            let wording = self.corpus.at(place.wording).expect("a claim's wording is there");
            assert!(wording.claims.contains(claim));
        }
    }
}

const STORIES: &[&[&str]] = &[
    &["The dam at Orin leaks, engineers found.", "The reservoir dam at Orin is leaking badly.", "Orin's dam leaks."],
    &["The storm sank nine fishing boats off Tarn Bay.", "Nine boats were sunk by the storm off Tarn Bay."],
    &["The bank cut its main interest rate to two percent.", "The main interest rate was cut to two percent by the bank."],
    &["Doctors found measles in forty children at the camp.", "Forty children at the camp have measles, doctors found."],
    &["The striker Ola Brandt signed for Rovers until 2031.", "Rovers signed the striker Ola Brandt until 2031."],
];

/// Twelve articles, each with claims of three stories.
fn articles() -> Vec<LinkArticle> {
    (0..12)
        .map(|n| {
            let claims: Vec<&str> = (0..3)
                .map(|k| {
                    let story = STORIES[(n + k) % STORIES.len()];
                    story[(n * 7 + k) % story.len()]
                })
                .collect();
            article(n, &claims)
        })
        .collect()
}

fn linked(batches: &[Vec<LinkArticle>]) -> Service {
    let mut service = Service::default();
    for batch in batches {
        service.link(batch);
    }
    service
}

#[test]
fn the_same_words_are_one_wording() {
    let mut service = Service::default();
    let copies: Vec<LinkArticle> = (0..40).map(|n| article(n, &["The dam at Orin leaks, engineers found."])).collect();
    service.link(&copies);
    assert_eq!(service.corpus.wordings.iter().flatten().count(), 1);
    assert_eq!(service.clusters.len(), 1);
    for copy in &copies[1..] {
        service.retire(copy);
    }
    service.retire(&copies[0]);
    assert_eq!(service.corpus.wordings.iter().flatten().count(), 0);
    assert!(service.clusters.is_empty());
}

#[test]
fn a_revision_keeps_the_words_of_what_it_takes_the_place_of() {
    let mut service = Service::default();
    let (words, others) = ("The dam at Orin leaks, engineers found.", "The reservoir dam at Orin is leaking badly.");
    let first = article(1, &[words]);
    service.link(std::slice::from_ref(&first));
    let revision = article(2, &[words]);
    service.change(&LinkWork { articles: vec![revision.clone()], retired: vec![first.id], ..LinkWork::default() });
    assert_eq!(service.corpus.wordings.iter().flatten().count(), 1);
    service.link(&[article(3, &[others]), article(4, &[words])]);
    let fresh = linked(&[vec![revision, article(3, &[others]), article(4, &[words])]]);
    assert_eq!(service.partition(), fresh.partition(), "nobody is left out who came as another left");
}

#[test]
fn a_merge_keeps_the_older_id_and_a_split_undoes_it() {
    let mut service = Service::default();
    let first = article(1, &["Engineers found a leak in the Orin dam wall."]);
    let second = article(2, &["Water seeps from the concrete barrier above Orin village."]);
    service.link(std::slice::from_ref(&first));
    service.link(std::slice::from_ref(&second));
    assert_eq!(service.clusters.len(), 2);
    let before = service.clusters.clone();
    let older = *before.keys().next().unwrap();
    // Says what both say.
    let bridge = article(3, &["Water seeps from a leak in the Orin dam wall, the concrete barrier above Orin village."]);
    let plan = service.link(std::slice::from_ref(&bridge));
    if service.clusters.len() == 1 {
        assert_eq!(*service.clusters.keys().next().unwrap(), older);
        assert_eq!(plan.dissolved.iter().map(|(_, into)| *into).collect::<Vec<_>>(), [Some(older)]);
    }
    service.retire(&bridge);
    let claims = |clusters: &BTreeMap<ClusterId, BTreeSet<ClaimId>>| clusters.values().cloned().collect::<BTreeSet<_>>();
    assert_eq!(claims(&service.clusters), claims(&before));
    assert!(service.clusters.contains_key(&older));
}

#[test]
fn an_article_that_is_linked_again_changes_nothing() {
    let mut service = linked(&[articles()]);
    let before = service.partition();
    let again = articles()[3].clone();
    let regrouping = service.corpus.regroup(&LinkWork { articles: vec![again], ..LinkWork::default() });
    let plan = regrouping.judge(&service.stored);
    service.corpus.apply(regrouping, &plan);
    service.check();
    assert_eq!(service.partition(), before);
}

#[test]
fn a_corpus_that_is_loaded_answers_as_the_one_that_was_linked() {
    let grown = linked(&[articles()]);
    let mut stored = grown.stored.clone();
    for claim in stored.iter_mut().flat_map(|article| &mut article.claims) {
        claim.cluster_id = grown.corpus.claims[&claim.id].cluster;
    }
    let known: Vec<KnownArticle> = stored.iter().map(KnownArticle::from).collect();
    let mut read_copy = Corpus::default();
    read_copy.insert(&known);
    let mut loading = Loading::new([]);
    known.chunks(2).for_each(|page| loading.take(page));
    assert_eq!(loading.claims(), grown.corpus.len());
    for loaded in [read_copy, loading.finish()] {
        let query = read_claim("The dam at Orin is leaking.", None);
        assert_eq!(loaded.nearest(&query, 5), grown.corpus.nearest(&query, 5));
        assert!(!loaded.nearest(&query, 5).is_empty());
        let next = article(77, &["The storm sank nine boats.", "The dam at Orin is leaking."]);
        let shape = |corpus: &Corpus| {
            let work = LinkWork { articles: vec![next.clone()], ..LinkWork::default() };
            let plan = corpus.regroup(&work).judge(stored.iter().chain([&next]));
            plan.clusters.iter().map(|linked| (linked.created, linked.claims.len())).collect::<Vec<_>>()
        };
        assert_eq!(shape(&loaded), shape(&grown.corpus));
    }
}

#[test]
fn a_claim_that_is_like_nothing_in_its_cluster_is_doubted() {
    let texts = ["The dam at Orin leaks, engineers found.", "The dam at Orin leaks.", "The storm sank nine fishing boats."];
    let mut service = Service::default();
    let articles: Vec<LinkArticle> = texts.iter().enumerate().map(|(at, text)| article(at, &[text])).collect();
    service.link(&articles);
    let [dam, same, storm] = [0, 1, 2].map(|at| articles[at].claims[0].id);
    let doubted = |corpus: &Corpus| [dam, same, storm].map(|claim| corpus.doubted(claim).map(|found| found.claim_id));
    assert_eq!(doubted(&service.corpus), [None; 3]);
    let cluster = service.cluster_of(dam);
    service.corpus.set_cluster(cluster, &[dam, same, storm]);
    let found = service.corpus.doubted(storm).expect("it is like neither");
    assert!(found.cluster_id == cluster && [dam, same].contains(&found.claim_id));
    assert_eq!(doubted(&service.corpus)[..2], [None; 2]);
    service.corpus.constraints.make(said(storm, dam, ConstraintKind::Together));
    assert_eq!(doubted(&service.corpus), [None; 3], "an editor knows");
}

fn said(a: ClaimId, b: ClaimId, kind: ConstraintKind) -> Constraint {
    let id = Uuid::new_v5(&Uuid::NAMESPACE_DNS, format!("{a} {b} {kind:?}").as_bytes());
    Constraint { id: ConstraintId(id), claims: [a.min(b), a.max(b)], kind }
}

#[test]
fn what_an_editor_holds_apart_stays_apart_even_in_the_same_words() {
    let copies: Vec<LinkArticle> = (0..4).map(|n| article(n, &["The dam at Orin leaks, engineers found."])).collect();
    let [a, b, c] = [0, 1, 2].map(|n: usize| copies[n].claims[0].id);
    let apart = said(a, b, ConstraintKind::Apart);
    let mut service = linked(std::slice::from_ref(&copies));
    let before = service.partition();
    service.make(apart);
    assert_ne!(service.cluster_of(a), service.cluster_of(b));
    // Whoever comes later joins one of them, and never both.
    service.link(&[article(9, &["The dam at Orin leaks, engineers found."])]);
    assert_ne!(service.cluster_of(a), service.cluster_of(b));
    assert!([a, b].map(|claim| service.cluster_of(claim)).contains(&service.cluster_of(c)));
    service.retire(&article(9, &[]));
    service.lift(apart);
    assert_eq!(service.partition(), before);
}

#[test]
fn what_an_editor_joins_stays_joined_however_unlike() {
    let mut service = linked(&[articles()]);
    let first = service.stored[0].claims[0].id;
    let other =
        service.stored.iter().flat_map(|a| &a.claims).map(|c| c.id).find(|c| service.cluster_of(*c) != service.cluster_of(first));
    let together = said(first, other.expect("more than one cluster"), ConstraintKind::Together);
    let before = service.partition();
    service.make(together);
    assert_eq!(service.cluster_of(first), service.cluster_of(other.unwrap()));
    service.link(&[article(40, STORIES[0]), article(41, STORIES[1])]);
    assert_eq!(service.cluster_of(first), service.cluster_of(other.unwrap()));
    service.retire(&article(40, &[]));
    service.retire(&article(41, &[]));
    service.lift(together);
    assert_eq!(service.partition(), before);
}

#[test]
fn apart_holds_over_together() {
    let mut service = linked(&[(0..3).map(|n| article(n, &["The dam at Orin leaks, engineers found."])).collect()]);
    let [a, b, c] = [0, 1, 2].map(|n: usize| service.stored[n].claims[0].id);
    for constraint in
        [said(a, b, ConstraintKind::Together), said(b, c, ConstraintKind::Together), said(a, c, ConstraintKind::Apart)]
    {
        service.make(constraint);
    }
    assert_ne!(service.cluster_of(a), service.cluster_of(c));
    service.make(said(a, b, ConstraintKind::Apart));
    assert_ne!(service.cluster_of(a), service.cluster_of(b));
}

#[test]
fn what_was_held_together_with_a_claim_that_leaves_is_free_of_those_who_say_the_same() {
    let words = "The dam at Orin leaks, engineers found.";
    let [held, copy] = [1, 2].map(|n| article(n, &[words]));
    let other = article(3, &["The striker Ola Brandt signed for Rovers until 2031."]);
    let mut service = linked(&[vec![held.clone(), copy.clone()], vec![other.clone()]]);
    service.make(said(held.claims[0].id, other.claims[0].id, ConstraintKind::Together));
    assert_eq!(service.clusters.len(), 1);
    service.retire(&held);
    assert_eq!(service.partition(), linked(&[vec![copy, other]]).partition());
}

#[test]
fn one_claim_comes_to_the_words_that_another_leaves() {
    let words = "The dam at Orin leaks, engineers found.";
    let [leaves, comes] = [1, 2].map(|n| article(n, &[words]));
    let others =
        article(3, &["The striker Ola Brandt signed for Rovers until 2031.", "Nine boats were sunk by the storm off Tarn Bay."]);
    let apart = |claim: &LinkArticle, from: usize| said(claim.claims[0].id, others.claims[from].id, ConstraintKind::Apart);
    let mut service = linked(&[vec![leaves.clone(), comes.clone(), others.clone()]]);
    service.make(apart(&comes, 0));
    service.change(&LinkWork { made: vec![apart(&leaves, 1)], lifted: vec![apart(&comes, 0)], ..LinkWork::default() });
    assert_eq!(service.cluster_of(leaves.claims[0].id), service.cluster_of(comes.claims[0].id));
}

#[test]
fn constraints_hold_whether_they_come_before_or_after_the_claims() {
    let all = articles();
    let claims: Vec<ClaimId> = all.iter().flat_map(|article| &article.claims).map(|claim| claim.id).collect();
    let constraints = [
        said(claims[0], claims[3], ConstraintKind::Apart),
        said(claims[1], claims[17], ConstraintKind::Together),
        said(claims[5], claims[29], ConstraintKind::Apart),
    ];
    let mut before = Service { corpus: Corpus::new(constraints), ..Service::default() };
    all.iter().for_each(|article| drop(before.link(std::slice::from_ref(article))));
    let mut after = linked(std::slice::from_ref(&all));
    constraints.into_iter().for_each(|constraint| drop(after.make(constraint)));
    assert_eq!(before.partition(), after.partition());
    assert_ne!(after.partition(), linked(&[all]).partition());
}

/// Ten sentences that say what two stories say, in as many words of either.
fn bridges(a: &[&str], b: &[&str]) -> Vec<String> {
    let joined = |n: usize| {
        let (x, y) = (a[n % a.len()].trim_end_matches('.'), b[n / 2 % b.len()].trim_end_matches('.'));
        match n % 5 {
            0 => format!("{x} and {y}."),
            1 => format!("{y}, while {x}."),
            2 => format!("{x}, as {y}."),
            3 => format!("{y} and, as was reported, {x}."),
            _ => format!("{x} because {y}."),
        }
    };
    (0..10).map(joined).collect()
}

/// An article of one outlet, as it is read; where its sentence is the title, it is one claim, however it is built.
fn bridge(number: usize, sentence: &str, in_title: bool) -> LinkArticle {
    let text = if in_title { "There will be more on this story." } else { sentence };
    let title = in_title.then_some(sentence);
    let reading = read(&Draft { title, text, outlet: "Puppet", language: Some("en"), ..Draft::default() });
    let mut bridge = article(number, &vec![sentence; reading.claims.len()]);
    bridge.outlet = article(99, &[]).outlet;
    for (claim, reading) in bridge.claims.iter_mut().zip(reading.claims) {
        claim.reading = reading;
    }
    bridge
}

/// L6: however many outlets tell the stories, and whether the bridges are sentences or headlines, which are one claim each.
#[test]
fn ten_bridges_between_two_stories_merge_nothing() {
    let pairs = (1..WIDELY_TOLD.len()).flat_map(|b| (0..b).map(move |a| (WIDELY_TOLD[a], WIDELY_TOLD[b])));
    let shapes = (1..=5).flat_map(|tellings| [(tellings, false), (tellings, true)]);
    for ((a, b), (tellings, in_title)) in pairs.flat_map(|pair| shapes.clone().map(move |shape| (pair, shape))) {
        let told = [&a[..tellings], &b[..tellings]];
        let native: Vec<LinkArticle> = told.concat().iter().enumerate().map(|(n, text)| article(n, &[text])).collect();
        let bridges = bridges(told[0], told[1]);
        let bridges: Vec<LinkArticle> = bridges.iter().enumerate().map(|(n, text)| bridge(100 + n, text, in_title)).collect();
        let (front, back) = bridges.split_at(5);
        let orders = [
            [&native, front, back].concat(),
            [front, back, &native].concat(),
            [front, &native[..tellings], back, &native[tellings..]].concat(),
        ];
        for order in orders {
            let mut service = Service::default();
            order.iter().for_each(|article| drop(service.link(std::slice::from_ref(article))));
            let clusters = |story: &[LinkArticle]| -> BTreeSet<ClusterId> {
                story.iter().map(|article| service.cluster_of(article.claims[0].id)).collect()
            };
            let (a, b) = native.split_at(tellings);
            assert!(clusters(a).is_disjoint(&clusters(b)), "{told:?}");
        }
    }
}

/// Each in the words of five outlets.
const WIDELY_TOLD: &[&[&str]] = &[
    &[
        "The dam at Orin leaks, engineers found.",
        "Orin's dam leaks.",
        "The dam above Orin is leaking.",
        "Water leaks from the Orin dam.",
        "Engineers found a leak in the dam at Orin.",
    ],
    &[
        "The storm sank nine fishing boats off Tarn Bay.",
        "Nine boats were sunk by the storm off Tarn Bay.",
        "A storm has sunk nine fishing boats in Tarn Bay.",
        "Nine fishing boats sank in the storm off Tarn Bay.",
        "Off Tarn Bay nine boats went down in the storm.",
    ],
    &[
        "The bank cut its main interest rate to two percent.",
        "The main interest rate was cut to two percent by the bank.",
        "The bank's main interest rate is now two percent.",
        "Two percent is the bank's new main rate.",
        "The bank has lowered its main interest rate to two percent.",
    ],
    &[
        "Doctors found measles in forty children at the camp.",
        "Forty children at the camp have measles, doctors found.",
        "At the camp forty children have measles.",
        "Forty children have fallen ill with measles at the camp.",
        "Measles was found in forty children at the camp.",
    ],
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn neither_order_nor_batches_change_the_partition(
        order in Just((0..12).collect::<Vec<usize>>()).prop_shuffle(),
        size in 1usize..6,
    ) {
        let all = articles();
        let batches: Vec<Vec<LinkArticle>> =
            order.chunks(size).map(|batch| batch.iter().map(|&at| all[at].clone()).collect()).collect();
        prop_assert_eq!(linked(&batches).partition(), linked(std::slice::from_ref(&all)).partition());
    }

    #[test]
    fn what_came_and_went_leaves_no_trace(
        order in Just((0..12).collect::<Vec<usize>>()).prop_shuffle(),
        leaving in 1usize..8,
    ) {
        let all = articles();
        let mut service = linked(std::slice::from_ref(&all));
        let (gone, stay) = order.split_at(leaving);
        for &at in gone {
            service.retire(&all[at]);
        }
        let stay: Vec<LinkArticle> = stay.iter().map(|&at| all[at].clone()).collect();
        prop_assert_eq!(service.partition(), linked(&[stay]).partition());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Those who tell two stories at once, and leave, change what was said of others who do not say as they did.
    #[test]
    fn a_bridge_that_came_and_went_leaves_no_trace(
        order in Just((0..20).collect::<Vec<usize>>()).prop_shuffle(),
        leaving in 1usize..12,
    ) {
        let told = [WIDELY_TOLD[0], WIDELY_TOLD[1]];
        let sentences: Vec<String> = told.concat().iter().map(|text| (*text).to_owned()).chain(bridges(told[0], told[1])).collect();
        let all: Vec<LinkArticle> = sentences
            .iter()
            .enumerate()
            .map(|(n, text)| {
                let mut article = bridge(n, text, true);
                article.outlet = self::article(200 + n % 4, &[]).outlet;
                article
            })
            .collect();
        let mut service = linked(std::slice::from_ref(&all));
        let (gone, stay) = order.split_at(leaving);
        for &at in gone {
            service.retire(&all[at]);
        }
        let stay: Vec<LinkArticle> = stay.iter().map(|&at| all[at].clone()).collect();
        prop_assert_eq!(service.partition(), linked(&[stay]).partition());
    }
}

#[test]
fn hundreds_of_sentences_of_one_mould_fall_alike_in_any_order() {
    let towns: Vec<String> = (0..150usize)
        .map(|n| {
            format!(
                "{}{}{}",
                ["Cor", "Hol", "Tar", "Gar", "Mar"][n % 5],
                ["be", "hu", "ni", "ri", "lo", "vi"][(n / 5) % 6],
                ["croft", "dale", "mere", "stead", "wick"][n / 30]
            )
        })
        .collect();
    let all: Vec<LinkArticle> = (0..450)
        .map(|n| {
            let town = &towns[n % 150];
            let text = match n / 150 {
                0 => format!("The {town} ferry missed three inspections last spring."),
                1 => format!("Last spring three inspections of the ferry in {town} were skipped."),
                _ => format!("Three inspections of the {town} ferry were skipped last spring."),
            };
            article(n, &[&text])
        })
        .collect();
    let linked = |order: Vec<usize>| {
        let mut service = Service::default();
        for batch in order.chunks(30) {
            service.link(&batch.iter().map(|n| all[*n].clone()).collect::<Vec<_>>());
        }
        service
    };
    let forth = linked((0..450).collect());
    let mut mixed = linked((0..450).map(|n| n * 197 % 450).collect());
    let differing = forth.partition().symmetric_difference(&mixed.partition()).count();
    assert_eq!(differing, 0, "{} clusters, {} clusters", forth.clusters.len(), mixed.clusters.len());
    // What was common no longer is.
    let (stay, leave): (Vec<usize>, Vec<usize>) = (0..450).partition(|n| n % 7 < 3);
    for batch in leave.chunks(30) {
        mixed.change(&LinkWork { retired: batch.iter().map(|n| all[*n].id).collect(), ..LinkWork::default() });
    }
    let differing = linked(stay).partition().symmetric_difference(&mixed.partition()).count();
    assert_eq!(differing, 0, "{} clusters are left", mixed.clusters.len());
}

/// Who is whose neighbour, by what they say, and how alike they are. Asked of wordings that were looked at.
fn graph(service: &Service) -> BTreeMap<&str, BTreeSet<(&str, Millionths, bool)>> {
    let alive = service.corpus.wordings.iter().flatten();
    let neighbours = |wording: &wording::Wording| {
        let known = wording.neighbours.as_deref().expect("it was looked at");
        let alive = known.iter().filter_map(|other| Some((service.corpus.at(other.slot)?, other)));
        alive.map(|(with, other)| (with.features.folded(), other.likeness, other.hangs)).collect()
    };
    alive.map(|wording| (wording.features.folded(), neighbours(wording))).collect()
}

#[test]
fn a_key_that_becomes_common_brings_nobody_together_whoever_came_first() {
    let all: Vec<LinkArticle> = (0..262usize)
        .map(|n| {
            let [x, y, z] = [n % 7, n / 7 % 7, n / 49].map(|at| ["ba", "do", "fu", "gi", "ke", "lo", "mu"][at]);
            article(n, &[&format!("{x}{y}{z}rick at Zorvath.")])
        })
        .collect();
    let in_batches = |order: Vec<usize>, of: usize| {
        let mut service = Service::default();
        order.chunks(of).for_each(|batch| drop(service.link(&batch.iter().map(|n| all[*n].clone()).collect::<Vec<_>>())));
        service
    };
    let few = in_batches((0..240).collect(), 60);
    assert!(graph(&few).values().all(|others| others.len() == 239), "all share the name");
    let mut many = in_batches((0..262).rev().collect(), 50);
    let at_once = in_batches((0..262).collect(), 262);
    assert!(graph(&at_once).values().all(BTreeSet::is_empty), "too many do");
    assert_eq!(graph(&many), graph(&at_once));
    assert_eq!(many.partition(), at_once.partition());
    let leave = all[240..].iter().map(|article| article.id).collect();
    many.change(&LinkWork { retired: leave, ..LinkWork::default() });
    assert_eq!(graph(&many), graph(&few), "and no longer");
    assert_eq!(many.partition(), few.partition());
}
