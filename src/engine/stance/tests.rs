//! Cases of judgement: a few one-sentence articles, and what each outlet does with what they share. From several topics.

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::{
    domain::{
        ArticleId, Copied, Fidelity, LinkArticle, LinkClaim, LinkPlan, LinkWork, LinkedCluster, Outlet, OutletId, OutletKind,
        OutletPosition,
    },
    engine::{
        clustering::Corpus,
        extraction::{self, Draft},
        reuse::{self, Print},
    },
};

/// An article: outlet, day, text. The outlet "Meridian Wire" is an agency; a name after "/" is its family.
fn article(outlet: &str, day: i64, text: &str) -> LinkArticle {
    let (name, family) = outlet.split_once('/').map_or((outlet, None), |(name, family)| (name, Some(family.to_owned())));
    let published_at = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(18_000 + day);
    let draft = Draft { text, outlet: name, published_at: Some(published_at), language: Some("en"), ..Draft::default() };
    let reading = extraction::read(&draft);
    let kind = if name == "Meridian Wire" { OutletKind::Agency } else { OutletKind::Newspaper };
    let id = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_DNS, name.as_bytes());
    LinkArticle {
        id: ArticleId::new(),
        outlet: Outlet { id: OutletId(id), name: name.to_owned(), domain: None, kind, family },
        title: None,
        published_at: Some(published_at),
        received_at: published_at,
        language: "en".to_owned(),
        provenance: reading.provenance,
        withdrawn: false,
        claims: reading
            .claims
            .into_iter()
            .map(|reading| LinkClaim { id: ClaimId::new(), reading, cluster_id: None, relabelled: None })
            .collect(),
        sketch: Vec::new(),
        copied: Vec::new(),
        doubted: false,
    }
}

fn plan(articles: &[LinkArticle]) -> LinkPlan {
    let work = LinkWork { articles: articles.to_vec(), ..LinkWork::default() };
    Corpus::default().regroup(&work).judge(articles)
}

/// The cluster that most outlets share, with the name of each outlet's position.
fn judged(articles: &[(&str, i64, &str)]) -> (LinkedCluster, Vec<(String, OutletPosition)>) {
    let articles: Vec<LinkArticle> = articles.iter().map(|(outlet, day, text)| article(outlet, *day, text)).collect();
    let plan = plan(&articles);
    let linked = plan.clusters.into_iter().max_by_key(|linked| linked.cluster.counts.outlets).expect("a cluster");
    let name = |id: OutletId| articles.iter().find(|a| a.outlet.id == id).map(|a| a.outlet.name.clone()).unwrap_or_default();
    let positions = linked.cluster.outlets.iter().map(|p| (name(p.outlet_id), p.clone())).collect();
    (linked, positions)
}

/// Checks each outlet's relation, in the order of the articles.
fn check(articles: &[(&str, i64, &str)], expected: &[Relation]) -> (LinkedCluster, Vec<(String, OutletPosition)>) {
    let (linked, positions) = judged(articles);
    let found: Vec<Option<Relation>> = articles
        .iter()
        .map(|(outlet, ..)| {
            positions.iter().find(|(name, _)| name == outlet.split('/').next().unwrap_or(outlet)).map(|(_, p)| p.relation)
        })
        .collect();
    assert_eq!(found, expected.iter().map(|r| Some(*r)).collect::<Vec<_>>(), "{articles:#?}");
    for (_, relation) in &linked.claims {
        assert!(!relation.evidence.is_empty(), "every label has a reason");
    }
    (linked, positions)
}

/// What is told of why an outlet has its position.
fn why<'a>(linked: &'a LinkedCluster, position: &OutletPosition) -> Vec<&'a Evidence> {
    position.evidence(|claim| linked.claims.iter().find(|(id, _)| *id == claim).map(|(_, label)| label)).collect()
}

use Relation::{Corroborates, Disputes, Echoes};

#[test]
fn a_denial_disputes_and_names_the_denier() {
    let (_, positions) = check(
        &[
            ("Daily Lantern", 0, "The dam at Orin leaks, engineer Anna Holm said."),
            ("Valley Post", 1, "The ministry denied that the dam at Orin leaks."),
        ],
        &[Echoes, Disputes],
    );
    let by = positions.iter().find_map(|(_, p)| p.disputed_by.as_ref()).map(|s| s.name.clone());
    assert_eq!(by.as_deref(), Some("The ministry"));
}

#[test]
fn a_denial_of_something_nobody_here_asserts_still_disputes() {
    let (linked, positions) =
        check(&[("Daily Lantern", 0, "Jane Roe said Max Doe lied about the sale of arms to the rebels of Kato.")], &[Disputes]);
    assert_eq!(positions[0].1.asserted_by.as_ref().map(|s| s.name.as_str()), Some("Max Doe"));
    assert_eq!(linked.cluster.origins.roots.iter().map(|r| r.name.as_str()).collect::<Vec<_>>(), ["Max Doe"]);
}

#[test]
fn a_plain_negative_that_nobody_affirms_is_a_claim_of_its_own() {
    check(&[("Daily Lantern", 0, "The harbour was not damaged by the storm in March.")], &[Corroborates]);
}

#[test]
fn a_plain_negation_of_the_same_words_disputes() {
    check(
        &[
            ("Daily Lantern", 0, "The harbour was damaged by the storm in March."),
            ("Valley Post", 0, "The harbour was not damaged by the storm in March."),
        ],
        &[Corroborates, Disputes],
    );
}

#[test]
fn one_agency_behind_many_outlets_is_one_origin() {
    let (linked, _) = check(
        &[
            ("Meridian Wire", 0, "Norvane will buy the railway maker Halcyon, a senior official told Meridian Wire."),
            ("Daily Lantern", 1, "Norvane will buy the railway maker Halcyon, a senior official told Meridian Wire."),
            ("Valley Post", 1, "The railway maker Halcyon will be bought by Norvane, an official told Meridian Wire on Tuesday."),
        ],
        &[Corroborates, Echoes, Echoes],
    );
    assert_eq!((linked.cluster.origins.low, linked.cluster.origins.high), (0, 1), "{:#?}", linked.cluster.origins);
}

#[test]
fn a_credit_line_makes_every_claim_an_echo() {
    let (_, positions) = check(
        &[(
            "Daily Lantern",
            0,
            "The rocket exploded over the sea on Monday.\n\n© 2019 Bloomberg News\n\nDistributed by Tribune Content Agency, LLC.",
        )],
        &[Echoes],
    );
    assert_eq!(positions[0].1.echo_of.as_deref(), Some("Bloomberg News"));
}

#[test]
fn telling_this_outlet_is_confirmed_corroboration() {
    let (_, positions) = check(
        &[("Daily Lantern", 0, "The ferry was overloaded at noon, captain Max Roe told the Daily Lantern.")],
        &[Corroborates],
    );
    assert_eq!(positions[0].1.independence, Some(Independence::Confirmed));
}

#[test]
fn a_speech_is_reach_and_not_evidence() {
    let (linked, _) = check(
        &[
            ("Daily Lantern", 0, "The treaty will be signed in Geneva in May, President Jane Roe said."),
            ("Valley Post", 0, "President Jane Roe announced that the treaty will be signed in Geneva in May."),
        ],
        &[Echoes, Echoes],
    );
    assert_eq!((linked.cluster.origins.low, linked.cluster.origins.high), (1, 1));
}

#[test]
fn copied_wording_echoes_the_earlier_article() {
    let sentence = "The storm tore the roof off the old market hall and sank nine fishing boats.";
    let (_, positions) = check(&[("Daily Lantern", 0, sentence), ("Valley Post", 1, sentence)], &[Corroborates, Echoes]);
    assert_eq!(
        positions.iter().find(|(name, _)| name == "Valley Post").and_then(|(_, p)| p.echo_of.as_deref()),
        Some("Daily Lantern")
    );
}

#[test]
fn outlets_of_one_publisher_are_one_origin() {
    let (linked, _) = check(
        &[
            ("Daily Lantern/Lamp Group", 0, "The storm destroyed the market hall in Orin."),
            ("Valley Post/Lamp Group", 1, "In Orin the market hall was destroyed by the storm."),
        ],
        &[Corroborates, Echoes],
    );
    assert_eq!(linked.cluster.origins.high, 1);
}

#[test]
fn own_words_of_two_outlets_are_two_presumed_origins() {
    let (linked, _) = check(
        &[
            ("Daily Lantern", 0, "The storm destroyed the market hall in Orin."),
            ("Valley Post", 0, "In Orin the market hall was destroyed by the storm."),
        ],
        &[Corroborates, Corroborates],
    );
    assert_eq!((linked.cluster.origins.low, linked.cluster.origins.high), (0, 2));
}

#[test]
fn numbers_of_one_day_conflict_and_older_ones_are_superseded() {
    let early = "Twelve people were killed when the mine at Kato collapsed, the rescue service said.";
    let late = "Nineteen people were killed when the mine at Kato collapsed, the union said.";
    let (linked, _) = check(&[("Daily Lantern", 0, early), ("Valley Post", 0, late)], &[Echoes, Disputes]);
    assert!(linked.claims.iter().any(|(_, r)| r.evidence.iter().any(|e| matches!(e, Evidence::QuantityConflict { .. }))));

    let (linked, _) = check(&[("Daily Lantern", 0, early), ("Valley Post", 20, late)], &[Echoes, Echoes]);
    assert!(linked.claims.iter().any(|(_, r)| r.evidence.iter().any(|e| matches!(e, Evidence::QuantitySuperseded { .. }))));
}

#[test]
fn vague_numbers_never_dispute() {
    check(
        &[
            ("Daily Lantern", 0, "Millions of people have fled the war in Kato."),
            ("Valley Post", 0, "More than three million people have fled the war in Kato."),
        ],
        &[Corroborates, Corroborates],
    );
}

#[test]
fn hearsay_echoes_somebody_unnamed() {
    let (_, positions) = check(&[("Daily Lantern", 0, "The singer has reportedly bought an island in the bay.")], &[Echoes]);
    assert_eq!(positions[0].1.flags, [Flag::Hedged]);
}

const WIRE: &str = "The council of Orin will close the public baths in June, because their boilers are older than the law allows. New boilers \
    would cost more than the town spends on all of its schools in one year.";

/// What the later of two articles has from the earlier, as it is found when articles are linked.
fn copied(copy: &str, source: &LinkArticle, text: &str) -> Copied {
    let (copy, print) = (Print::of(copy), Print::of(text));
    let passages = reuse::passages(&copy, &print);
    let words: u32 = passages.iter().map(|passage| passage.words).sum();
    let share = words as f32 / copy.words() as f32;
    Copied { source: source.id, outlet: source.outlet.clone(), share, passages, withdrawn: false, text: text.into() }
}

/// Labels of the claims of an article of "Valley Post", in its order, that has what it can from [`WIRE`] in "Daily Lantern".
fn labels_of_copy(text: &str) -> Vec<(Relation, Option<String>, &'static str, String)> {
    let source = article("Daily Lantern", 0, WIRE);
    let mut copy = article("Valley Post", 1, text);
    copy.copied = vec![copied(text, &source, WIRE)];
    let plan = plan(&[source, copy.clone()]);
    let judged: Vec<&(ClaimId, ClaimRelation)> = plan.clusters.iter().flat_map(|linked| &linked.claims).collect();
    let label = |claim: &LinkClaim| {
        let (_, relation) = judged.iter().find(|(id, _)| *id == claim.id).expect("every claim is judged");
        let (kind, other) = match &relation.evidence[0] {
            Evidence::CopiedPassage { other, .. } => {
                assert_eq!(other.span.slice(WIRE), Some(other.text.as_str()));
                ("copied", other.text.clone())
            }
            _ => ("other", String::new()),
        };
        (relation.relation, relation.echo_of.clone(), kind, other)
    };
    copy.claims.iter().map(label).collect()
}

#[test]
fn all_of_a_copied_article_echoes_but_what_the_outlet_was_told_itself() {
    let added =
        format!("{WIRE} Swimmers left the pool on Friday. The mayor told the Valley Post that the baths will open again.");
    let labels = labels_of_copy(&added);
    let lantern = Some("Daily Lantern".to_owned());
    assert!(labels.len() >= 4, "{labels:?}");
    let (own, all) = labels.split_last().unwrap();
    assert_eq!((own.0, own.2), (Corroborates, "other"));
    for (relation, of, kind, other) in all {
        assert_eq!((*relation, of, *kind), (Echoes, &lantern, "copied"), "{labels:?}");
        assert!(!other.is_empty());
    }
    assert!(all[2].3.starts_with("New boilers"), "{labels:?}");
}

#[test]
fn of_an_article_of_its_own_only_the_copied_passage_echoes() {
    let own = "Swimmers from six towns met at the lake on Friday to race over two miles. Hanna Brook won the race for the third time. \
        The weather was warm and the water was calm. The council of Orin will close the public baths in June, because their boilers are \
        older than the law allows. The club has nine hundred members and three pools.";
    let labels = labels_of_copy(own);
    let copied: Vec<_> = labels.iter().filter(|label| label.2 == "copied").collect();
    assert_eq!(copied.len(), 2, "{labels:?}");
    assert_eq!(copied[0].3, "The council of Orin will close the public baths in June");
    assert_eq!(copied[1].3, "because their boilers are older than the law allows");
    assert!(labels.iter().filter(|label| label.2 == "other").all(|label| label.0 == Corroborates), "{labels:?}");
}

#[test]
fn whom_a_copied_claim_names_is_echoed() {
    let named = WIRE.replace("New boilers would", "New boilers, according to Reuters, would");
    let labels = labels_of_copy(&named);
    assert!(labels.iter().any(|label| label.1.as_deref() == Some("Reuters") && label.2 == "copied"), "{labels:?}");
    assert!(labels.iter().any(|label| label.1.as_deref() == Some("Daily Lantern")), "{labels:?}");
}

#[test]
fn outlets_that_name_one_another_are_a_ring_without_an_origin() {
    let (linked, _) = check(
        &[
            ("Daily Lantern", 0, "The dam at Orin has cracked, according to the Valley Post."),
            ("Valley Post", 0, "The dam at Orin has cracked, according to the Daily Lantern."),
        ],
        &[Echoes, Echoes],
    );
    let [root] = &linked.cluster.origins.roots[..] else { panic!("{:#?}", linked.cluster.origins) };
    assert_eq!(root.circular, ["Daily Lantern", "Valley Post"]);
    assert_eq!((linked.cluster.origins.low, linked.cluster.origins.high), (0, 1));
}

#[test]
fn who_names_an_outlet_goes_back_to_its_source() {
    let (linked, _) = check(
        &[
            ("Daily Lantern", 0, "The dam at Orin has cracked, engineer Max Roe said."),
            ("Valley Post", 1, "The dam at Orin has cracked, according to the Daily Lantern."),
            ("Radio Estuary", 2, "The dam at Orin has cracked, according to the Valley Post."),
        ],
        &[Echoes, Echoes, Echoes],
    );
    let names: Vec<&str> = linked.cluster.origins.roots.iter().map(|root| root.name.as_str()).collect();
    assert_eq!((names, linked.cluster.origins.low), (vec!["Max Roe"], 1));
}

#[test]
fn outlets_that_begin_alike_are_two() {
    let (linked, _) = check(
        &[
            ("Daily Lantern", 0, "The dam at Orin has cracked, according to the Daily Courier."),
            ("Valley Post", 0, "The dam at Orin has cracked, according to the Daily Herald."),
        ],
        &[Echoes, Echoes],
    );
    assert_eq!(linked.cluster.origins.low, 2, "{:#?}", linked.cluster.origins);
}

#[test]
fn what_stands_against_most_outlets_disputes() {
    let (linked, positions) = check(
        &[
            ("Daily Lantern", 0, "The firm closed 40 branches in the valley of Orin."),
            ("Valley Post", 1, "The firm closed 31 branches in the valley of Orin."),
            ("Radio Estuary", 1, "In the valley of Orin the firm closed 31 branches."),
        ],
        &[Disputes, Corroborates, Corroborates],
    );
    assert!(positions.iter().any(|(_, position)| matches!(why(&linked, position)[0], Evidence::QuantityConflict { .. })));
}

#[test]
fn a_plain_negation_of_what_another_says_in_the_same_article_disputes() {
    let (linked, _) = judged(&[(
        "Daily Lantern",
        0,
        "The union said the firm plans to close the plant in Orin. The firm's director, Jane Roe, said the firm does not plan to close the plant in Orin.",
    )]);
    assert_eq!(linked.cluster.outlets[0].relation, Disputes);
    assert_eq!(linked.cluster.outlets[0].disputed_by.as_ref().map(|source| source.name.as_str()), Some("Jane Roe"));
}

#[test]
fn an_assertion_is_no_copy_of_its_denial() {
    let (_, positions) = check(
        &[
            ("Daily Lantern", 0, "The council denied that the old market hall in Orin was sold to a bank in secret."),
            ("Valley Post", 1, "The old market hall in Orin was sold to a bank in secret."),
        ],
        &[Disputes, Corroborates],
    );
    assert_eq!(positions.iter().find(|(name, _)| name == "Valley Post").and_then(|(_, p)| p.echo_of.clone()), None);
}

#[test]
fn opposites_of_one_thing_dispute() {
    let cases = [
        (
            "The price of bread in Orin rose by a tenth last month.",
            "The price of bread in Orin fell by a tenth last month.",
            Disputes,
        ),
        (
            "The court in Orin found the banker Max Roe guilty.",
            "The banker Max Roe was acquitted by the court in Orin.",
            Disputes,
        ),
        (
            "The price of bread in Orin rose by a tenth last month.",
            "Last month the price of bread in Orin climbed by a tenth.",
            Corroborates,
        ),
    ];
    for (first, second, expected) in cases {
        check(&[("Daily Lantern", 0, first), ("Valley Post", 1, second)], &[Corroborates, expected]);
    }
    let (linked, _) = check(
        &[
            ("Daily Lantern", 0, "The price of bread in Orin rose by a tenth last month."),
            ("Valley Post", 30, "The price of bread in Orin fell by a tenth last month."),
        ],
        &[Corroborates, Corroborates],
    );
    assert_eq!(linked.cluster.counts.disputes, 0, "another month");
}

#[test]
fn to_negate_the_opposite_is_to_agree() {
    let fell = "The price of bread in Orin fell by a tenth last month.";
    let (linked, _) =
        judged(&[("Daily Lantern", 0, fell), ("Valley Post", 1, "The price of bread in Orin did not rise last month.")]);
    assert_eq!(linked.cluster.counts.disputes, 0, "{linked:#?}");
    let guilty = "The court in Orin found the banker Max Roe guilty of fraud.";
    check(
        &[("Daily Lantern", 0, guilty), ("Valley Post", 1, "The court in Orin found the banker Max Roe not guilty of fraud.")],
        &[Corroborates, Disputes],
    );
}

#[test]
fn a_cut_quotation_is_the_same_one() {
    let (linked, _) = judged(&[
        ("Daily Lantern", 0, "\"The old dam above Orin will not break this year and not in the next,\" engineer Max Roe said."),
        ("Valley Post", 1, "\"The old dam above Orin will not break this year\"."),
    ]);
    let told = linked.claims.iter().flat_map(|(_, relation)| &relation.evidence).find_map(|evidence| match evidence {
        Evidence::SharedQuotation { fidelity, .. } => Some(*fidelity),
        _ => None,
    });
    assert_eq!(told, Some(Fidelity::Trimmed), "{linked:#?}");
    assert_eq!(linked.cluster.origins.high, 1);
}

#[test]
fn a_copied_assertion_is_no_copy_of_the_denial_it_was_cut_from() {
    let asserted = "The old market hall in the middle of Orin was sold to a bank from the capital for one euro in secret.";
    let denied = format!("The council denied that the old{}", asserted.trim_start_matches("The old"));
    let source = article("Daily Lantern", 0, &denied);
    let mut copy = article("Valley Post", 1, asserted);
    copy.copied = vec![copied(asserted, &source, &denied)];
    assert!(copy.copied[0].share > 0.9);
    let plan = plan(&[source, copy.clone()]);
    let mut judged = plan.clusters.iter().flat_map(|linked| &linked.claims);
    let (_, relation) = judged.find(|(id, _)| *id == copy.claims[0].id).expect("it is judged");
    assert_eq!((relation.relation, relation.echo_of.as_deref()), (Corroborates, None));
}

/// Judges the articles with the first of them withdrawn: each other outlet's relation, whether it is flagged, and the cluster.
fn without_first(articles: &[(&str, i64, &str)]) -> (LinkedCluster, Vec<(Relation, bool)>) {
    let mut articles: Vec<LinkArticle> = articles.iter().map(|(outlet, day, text)| article(outlet, *day, text)).collect();
    articles[0].withdrawn = true;
    let plan = plan(&articles);
    let linked = plan.clusters.into_iter().max_by_key(|linked| linked.claims.len()).expect("a cluster");
    let of = |article: &LinkArticle| {
        let position = linked.cluster.outlets.iter().find(|position| position.outlet_id == article.outlet.id);
        position.map(|position| (position.relation, position.flags.contains(&Flag::OriginWithdrawn)))
    };
    assert_eq!(of(&articles[0]), None, "who withdrew holds no position");
    let others = articles[1..].iter().map(|article| of(article).expect("a position")).collect();
    (linked, others)
}

#[test]
fn echoes_of_what_was_withdrawn_are_flagged() {
    let dam = "The dam at Orin has cracked along its northern wall.";
    let (linked, others) = without_first(&[
        ("Daily Lantern", 0, dam),
        ("Valley Post", 1, "The dam at Orin has cracked along its northern wall, the Daily Lantern reported."),
        ("Harbour Times", 1, dam),
        ("Tarn Courier", 2, "The dam at Orin has cracked along its northern wall, according to the Valley Post."),
        ("Sund Gazette", 2, "The dam at Orin has cracked along its northern wall, mayor Anna Holm told the Sund Gazette."),
    ]);
    assert_eq!(others, [(Echoes, true), (Echoes, true), (Echoes, true), (Corroborates, false)]);
    let roots: Vec<_> = linked.cluster.origins.roots.iter().map(|root| (root.name.as_str(), root.withdrawn)).collect();
    assert_eq!(roots, [("Anna Holm", false), ("Daily Lantern", true)]);
    assert_eq!((linked.cluster.counts.articles, linked.cluster.counts.outlets, linked.withdrawn.len()), (4, 4, 1));
}

#[test]
fn whoever_was_quoted_did_not_withdraw_it() {
    let (linked, others) = without_first(&[
        ("Daily Lantern", 0, "“The northern wall is full of holes and will not last,” engineer Max Roe said of the dam at Orin."),
        ("Valley Post", 1, "“The northern wall is full of holes and will not last,” engineer Max Roe said of the dam at Orin."),
    ]);
    assert_eq!(others, [(Echoes, true)], "it has the quotation from the one that withdrew");
    assert_eq!(linked.cluster.origins.roots.iter().map(|root| root.withdrawn).collect::<Vec<_>>(), [false]);
}

#[test]
fn what_was_withdrawn_neither_disputes_nor_is_disputed() {
    let flood = |number: u32| format!("The flood in Tarn killed {number} people on Sunday.");
    let (_, others) = without_first(&[("Daily Lantern", 0, &flood(12)), ("Valley Post", 0, &flood(19))]);
    assert!(!others.iter().any(|(relation, _)| *relation == Disputes), "{others:?}");
    let (_, others) = without_first(&[
        ("Daily Lantern", 0, "The harbour was damaged by the storm in March."),
        ("Valley Post", 0, "The harbour was not damaged by the storm in March."),
    ]);
    assert!(!others.iter().any(|(relation, _)| *relation == Disputes), "{others:?}");
}

#[test]
fn who_holds_what_only_one_can_is_in_dispute() {
    let (linked, positions) = check(
        &[
            ("Daily Lantern", 0, "Jane Roe won the election for mayor in Tarn on Sunday."),
            ("Harbour Times", 0, "Jane Roe has won the election for mayor in Tarn."),
            ("Valley Post", 0, "Max Doe won the election for mayor in Tarn on Sunday."),
        ],
        &[Corroborates, Echoes, Disputes],
    );
    let reason = positions.iter().find(|(name, _)| name == "Valley Post").map(|(_, held)| why(&linked, held)[0]);
    assert!(
        matches!(reason, Some(Evidence::Rival { holder, other_holder, .. }) if holder == "doe" && other_holder == "roe"),
        "{reason:?}"
    );
}

#[test]
fn a_year_later_somebody_else_may_hold_it() {
    let (linked, _) = judged(&[
        ("Daily Lantern", 0, "Jane Roe was elected mayor of Tarn."),
        ("Valley Post", 400, "Max Doe was elected mayor of Tarn."),
    ]);
    assert!(linked.cluster.outlets.iter().all(|position| position.relation != Disputes));
}

#[test]
fn an_odd_number_comes_from_one_count() {
    let (linked, positions) = check(
        &[
            ("Daily Lantern", 0, "The storm felled 1,243 trees in the parks of Tarn."),
            ("Valley Post", 1, "In Tarn's parks the storm has felled 1,243 trees."),
            ("Harbour Times", 1, "The storm felled about 1,200 trees in the parks of Tarn."),
        ],
        &[Corroborates, Echoes, Corroborates],
    );
    let reason = positions.iter().find(|(name, _)| name == "Valley Post").map(|(_, held)| why(&linked, held)[0]);
    assert!(matches!(reason, Some(Evidence::SharedValue { .. })), "{reason:?}");
    assert_eq!(linked.cluster.origins.high, 2);
}

#[test]
fn one_deal_seen_from_both_sides_is_no_dispute() {
    check(
        &[
            ("Daily Lantern", 0, "Norvane bought the railway maker Halcyon for 4.2 billion euros."),
            ("Valley Post", 1, "The railway maker Halcyon was sold to Norvane for 4.2 billion euros."),
        ],
        &[Corroborates, Corroborates],
    );
}

#[test]
fn what_another_quotes_may_be_told_in_own_words() {
    let (linked, positions) = check(
        &[
            ("Daily Lantern", 0, "“The northern wall of the dam is full of holes and will not last,” engineer Max Roe said."),
            ("Valley Post", 1, "The northern wall of the dam is full of holes and will not last long, Roe said."),
        ],
        &[Echoes, Echoes],
    );
    let reasons = why(&linked, &positions.iter().find(|(name, _)| name == "Valley Post").expect("a position").1);
    let told = |reason: &Evidence| matches!(reason, Evidence::SharedQuotation { fidelity: Fidelity::Paraphrased, .. });
    assert!(matches!(reasons[0], Evidence::Attributed { .. }) && reasons.iter().copied().any(told), "{reasons:?}");
}
