//! Integrity of counting (docs/reliability.md, L): the whole way from texts to labels and origins, for texts that were made to mislead.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::Arc,
};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{
    clustering::Corpus,
    extraction::{self, Draft},
    reuse::{self, Print, Side},
    settings::JUDGED_SOURCES,
    text::fold,
};
use crate::domain::{
    Article, ArticleId, ArticleStatus, ClaimId, ClaimReading, ClaimRelation, Cluster, Copied, LinkArticle, LinkClaim, LinkWork,
    Outlet, OutletId, OutletKind, Relation, Reuse,
};

/// What an outlet publishes. A name after "/" is its family.
#[derive(Clone, Debug)]
struct Text {
    outlet: String,
    minute: i64,
    title: Option<String>,
    text: String,
}

impl Text {
    fn new(outlet: impl Into<String>, minute: i64, text: impl Into<String>) -> Self {
        Self { outlet: outlet.into(), minute, title: None, text: text.into() }
    }

    fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    fn stored(&self) -> (Article, LinkArticle) {
        let (name, family) =
            self.outlet.split_once('/').map_or((&*self.outlet, None), |(name, family)| (name, Some(family.to_owned())));
        let id = |what: &str| Uuid::new_v5(&Uuid::NAMESPACE_DNS, what.as_bytes());
        let url = format!("https://{}.example/{}", name.to_lowercase().replace(' ', "-"), self.minute);
        let time = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(18_000) + TimeDelta::minutes(self.minute);
        let draft = Draft {
            title: self.title.as_deref(),
            text: &self.text,
            outlet: name,
            published_at: Some(time),
            language: Some("en"),
            ..Draft::default()
        };
        let reading = extraction::read(&draft);
        let outlet = Outlet { id: OutletId(id(name)), name: name.to_owned(), domain: None, kind: OutletKind::Website, family };
        let article = Article {
            id: ArticleId(id(&url)),
            outlet: outlet.clone(),
            status: ArticleStatus::Linked,
            canonical_url: None,
            title: self.title.clone(),
            byline: None,
            text: self.text.clone(),
            language: "en".to_owned(),
            published_at: Some(time),
            received_at: time,
            revision: 1,
            current: true,
            withdrawal: None,
            provenance: reading.provenance.clone(),
            url,
        };
        let claims = reading.claims.into_iter().enumerate().map(|(at, reading)| {
            let id = ClaimId(id(&format!("{} {at}", article.url)));
            LinkClaim { id, reading, cluster_id: None, relabelled: None }
        });
        let link = LinkArticle {
            id: article.id,
            outlet,
            title: self.title.clone(),
            published_at: Some(time),
            received_at: time,
            language: "en".to_owned(),
            provenance: reading.provenance,
            withdrawn: false,
            claims: claims.collect(),
            sketch: Print::of_parts(&self.text, &reading.body).sketch(),
            copied: Vec::new(),
            doubted: false,
        };
        (article, link)
    }
}

/// What the linker makes of texts that arrive together.
struct Linked {
    articles: Vec<LinkArticle>,
    clusters: Vec<(Cluster, Vec<(ClaimId, ClaimRelation)>)>,
}

fn linked(texts: &[Text]) -> Linked {
    let (stored, mut articles): (Vec<Article>, Vec<LinkArticle>) = texts.iter().map(Text::stored).unzip();
    attach(&stored, &mut articles);
    let work = LinkWork { articles: articles.clone(), ..LinkWork::default() };
    let plan = Corpus::default().regroup(&work).judge(&articles);
    let clusters = plan.clusters.into_iter().map(|linked| (linked.cluster, linked.claims)).collect();
    Linked { articles, clusters }
}

/// Gives articles their sources, as `pipeline::reuse` does.
fn attach(stored: &[Article], articles: &mut [LinkArticle]) {
    let sides: BTreeMap<ArticleId, Side<'_>> = stored.iter().map(|article| (article.id, Side::of(article))).collect();
    let work = LinkWork { articles: articles.to_vec(), ..LinkWork::default() };
    let mut copies: BTreeMap<ArticleId, Vec<Reuse>> = BTreeMap::new();
    for (a, b) in Corpus::default().reuse_candidates(&work) {
        if let Some(pair) = reuse::reuse(&sides[&a], &sides[&b]) {
            copies.entry(pair.article).or_default().push(pair);
        }
    }
    for article in articles {
        let mut pairs = copies.remove(&article.id).unwrap_or_default();
        let time = |pair: &Reuse| (sides[&pair.source].article.time(), pair.source);
        pairs.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| time(a).cmp(&time(b))));
        pairs.truncate(JUDGED_SOURCES);
        let copied = pairs.into_iter().map(|Reuse { source, share, passages, .. }| {
            let article = sides[&source].article;
            let text = Arc::from(article.text.as_str());
            Copied { source, outlet: article.outlet.clone(), share, passages, withdrawn: false, text }
        });
        article.copied = copied.collect();
    }
}

impl Linked {
    /// Holds the origins and the outlets that corroborate, of each cluster with claims of the first `count` articles, to those without the
    /// other articles. Copies in other words may bring together what stood apart: then to the sum of those.
    fn assert_none_rises(&self, count: usize, before: &Self) {
        let counts = |(cluster, _): &(Cluster, Vec<(ClaimId, ClaimRelation)>)| {
            [cluster.origins.low, cluster.origins.high, cluster.counts.corroborates]
        };
        let known: BTreeSet<ClaimId> = self.articles[..count].iter().flat_map(|a| &a.claims).map(|claim| claim.id).collect();
        for linked in &self.clusters {
            let held = linked.1.iter().map(|(claim, _)| *claim).filter(|claim| known.contains(claim));
            let apart: BTreeSet<usize> = held.map(|claim| before.cluster_of(claim)).collect();
            let sum = apart.iter().map(|at| counts(&before.clusters[*at])).fold([0; 3], |a, b| [0, 1, 2].map(|n| a[n] + b[n]));
            let now = counts(linked);
            let risen = (0..3).any(|n| now[n] > sum[n]);
            assert!(apart.is_empty() || !risen, "{}: {sum:?} → {now:?}", linked.0.claim);
            let roots = &linked.0.origins.roots;
            assert!(roots.iter().all(|root| !root.name.starts_with("Puppet")), "{roots:?}");
        }
    }

    /// All positions of outlets whose name begins so.
    fn relations(&self, begins: &str) -> BTreeMap<Relation, BTreeSet<String>> {
        let mut found: BTreeMap<Relation, BTreeSet<String>> = BTreeMap::new();
        for position in self.clusters.iter().flat_map(|(cluster, _)| &cluster.outlets) {
            let article = self.articles.iter().find(|article| article.outlet.id == position.outlet_id).expect("its article");
            if article.outlet.name.starts_with(begins) {
                found.entry(position.relation).or_default().insert(article.outlet.name.clone());
            }
        }
        found
    }

    /// The relation of each claim of an article.
    fn labels(&self, article: usize) -> Vec<Relation> {
        let label = |claim: &LinkClaim| {
            let mut judged = self.clusters.iter().flat_map(|(_, claims)| claims);
            judged.find(|(id, _)| *id == claim.id).map(|(_, relation)| relation.relation).expect("every claim is judged")
        };
        self.articles[article].claims.iter().map(label).collect()
    }

    fn cluster_of(&self, claim: ClaimId) -> usize {
        self.clusters.iter().position(|(_, claims)| claims.iter().any(|(id, _)| *id == claim)).expect("every claim is judged")
    }
}

/// The articles of the labelled stories: title and text.
fn stories() -> Vec<Vec<(String, String)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/stories");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    let story = |file: &std::path::PathBuf| {
        let story: serde_json::Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        let text = |article: &serde_json::Value, field: &str| article[field].as_str().unwrap_or_default().to_owned();
        story["articles"].as_array().unwrap().iter().map(|article| (text(article, "title"), text(article, "text"))).collect()
    };
    files.iter().map(story).collect()
}

const REPORT: &str = "The harbour board of Aldmouth closed the northern pier on Monday after divers found deep cracks in eleven of its forty \
    piles. Repairs will take at least until the end of March and cost about two million euros.\n\nFerries to the islands leave from the \
    fish market until the pier opens again. The board inspects its piers every five years, and the last inspection of the northern pier \
    was in the spring of 2019. Engineer Hanna Brook said that the cracks were older than the storm of last winter.";
const OWN_REPORT: &str = "Aldmouth's northern pier is shut. Eleven piles have cracks, which divers saw when they went down at the weekend. \
    It will cost two million euros to mend them, and ships will not moor there before April.";

/// The copies of `text` by outlets that nobody knows: as it is, under another title, with some words put otherwise, cut in half.
fn puppets(count: usize, text: &str) -> Vec<Text> {
    const OTHERWISE: [(&str, &str); 8] = [
        ("the northern pier on Monday", "the northern pier late on Monday"),
        ("deep", "long"),
        ("Repairs", "The repairs"),
        ("about", "some"),
        ("leave from", "now leave from"),
        ("opens again", "is open again"),
        ("inspects", "looks at"),
        ("denied that", "has denied that"),
    ];
    let edited = |n: usize| {
        let chosen = OTHERWISE.iter().enumerate().filter(|(at, _)| (n >> (2 + at % 6)) & 1 == 0);
        chosen.fold(text.to_owned(), |text, (_, (from, to))| text.replace(from, to))
    };
    let copy = |n: usize| {
        let puppet = |text: String| Text::new(format!("Puppet {n:03}"), 60 + n as i64, text);
        match n % 4 {
            0 => puppet(text.to_owned()),
            1 => puppet(text.to_owned()).titled(format!("What nobody in the {n}th district tells you")),
            2 => puppet(edited(n)).titled("All that we know so far"),
            _ => puppet(text.split_once("\n\n").map_or(text, |(first, _)| first).to_owned()),
        }
    };
    (0..count).map(copy).collect()
}

/// L1.
#[test]
fn two_hundred_outlets_that_copy_add_no_origin() {
    let known = [Text::new("Daily Lantern", 0, REPORT), Text::new("Valley Post", 30, OWN_REPORT)];
    let before = linked(&known);
    let meet = |cluster: &Cluster| (cluster.origins.high, cluster.counts.corroborates) == (2, 2);
    assert!(before.clusters.iter().any(|(cluster, _)| meet(cluster)), "the two reports meet");
    let all = linked(&[&known[..], &puppets(200, REPORT)].concat());
    all.assert_none_rises(2, &before);
    let relations = all.relations("Puppet");
    assert_eq!(relations.get(&Relation::Echoes).map_or(0, BTreeSet::len), 200);
    assert!(!relations.contains_key(&Relation::Corroborates) && !relations.contains_key(&Relation::Disputes), "{relations:?}");
    let most = all.clusters.iter().map(|(cluster, _)| cluster.counts.echoes).max();
    assert_eq!(most, Some(200), "each of them stands beside what it copied");
}

/// L1 with the stance turned round (T22): a dispute that is copied has no more behind it than the one that was copied.
#[test]
fn two_hundred_outlets_that_copy_a_dispute_add_nobody_who_disputes() {
    let denial = "The harbour board of Aldmouth denied that divers found deep cracks in eleven of the forty piles of its northern pier. The \
        northern pier of Aldmouth was not closed on Monday, and its piles are as sound as those of the other four piers in the town.";
    let known =
        [Text::new("Daily Lantern", 0, REPORT), Text::new("Valley Post", 30, OWN_REPORT), Text::new("Radio Estuary", 40, denial)];
    let before = linked(&known);
    assert!(before.relations("Radio Estuary").contains_key(&Relation::Disputes));
    let all = linked(&[&known[..], &puppets(200, denial)].concat());
    all.assert_none_rises(3, &before);
    assert!(!all.relations("Puppet").contains_key(&Relation::Corroborates), "{:?}", all.relations("Puppet"));
    let judged: BTreeMap<&ClaimId, &ClaimRelation> =
        all.clusters.iter().flat_map(|(_, claims)| claims).map(|(id, label)| (id, label)).collect();
    for claim in all.articles[3..].iter().flat_map(|article| &article.claims) {
        assert!(judged[&claim.id].independence.is_none(), "{}", claim.reading.text);
    }
}

/// T22: who has a figure from another adds no weight to it.
#[test]
fn a_figure_does_not_win_by_being_copied_or_owned() {
    let flood = |figure: usize| format!("The firm Norvane closed {figure} branches in the valley of Orin on Monday.");
    let first = Text::new("Daily Lantern", 0, flood(40));
    let other = Text::new("Valley Post", 30, flood(31));
    let copies = (0..200).map(|n| Text::new(format!("Puppet {n:03}"), 60 + n, flood(31)));
    let own_words = |n: usize| match n % 3 {
        0 => "In the valley of Orin Norvane has shut 31 branches.".to_owned(),
        1 => "On Monday 31 branches in the valley of Orin were closed by the firm Norvane.".to_owned(),
        _ => "Norvane shuts 31 branches in Orin's valley.".to_owned(),
    };
    let family = (0..30).map(|n| Text::new(format!("Puppet {n:03}/Lamp Group"), 60 + n as i64, own_words(n)));
    let of_family = Text { outlet: "Valley Post/Lamp Group".to_owned(), ..other.clone() };
    for (other, crowd, name) in [(other, copies.collect::<Vec<_>>(), "copies"), (of_family, family.collect(), "one family")] {
        let all = linked(&[&[first.clone(), other], &crowd[..]].concat());
        assert_eq!(all.labels(0), [Relation::Corroborates], "{name}");
        assert_eq!(all.labels(1), [Relation::Disputes], "{name}");
    }
}

/// L2.
#[test]
fn a_hundred_outlets_of_one_family_are_one_origin() {
    let firm = ["Norvane", "The firm Norvane", "Railway maker Norvane", "The railway maker Norvane", "The company Norvane"];
    let closed = ["has closed", "is closing", "shut", "closed down", "is shutting"];
    let place = ["in Orin", "in the town of Orin", "at Orin", "near Orin"];
    let report = |n: usize| {
        let (firm, closed, place) = (firm[n % 5], closed[n / 5 % 5], place[n / 25]);
        match n % 2 {
            0 => format!("{firm} {closed} its locomotive works {place}."),
            _ => {
                let passive = if closed.starts_with("is") { "are being closed" } else { "have been closed" };
                format!(
                    "{} the locomotive works {passive} by {}.",
                    place.replacen(['i', 'a', 'n'], "I", 1).replace("It", "At").replace("Iear", "Near"),
                    firm.replacen("The", "the", 1)
                )
            }
        }
    };
    let texts: Vec<Text> = (0..100).map(|n| Text::new(format!("Outlet {n:03}/Lamp Group"), n as i64, report(n))).collect();
    let wordings: BTreeSet<&String> = texts.iter().map(|text| &text.text).collect();
    assert!(wordings.len() >= 60, "{}", wordings.len());
    let all = linked(&texts);
    let (largest, _) = all.clusters.iter().max_by_key(|(cluster, _)| cluster.counts.outlets).unwrap();
    assert!(largest.counts.outlets >= 75, "{:?}", largest.counts);
    for (cluster, _) in &all.clusters {
        assert!(cluster.origins.high <= 1 && cluster.counts.corroborates <= 1, "{}: {:?}", cluster.claim, cluster.counts);
    }
    let apart: Vec<Text> =
        texts.into_iter().map(|text| Text { outlet: text.outlet.replace("/Lamp Group", ""), ..text }).collect();
    let (low, high) = linked(&apart)
        .clusters
        .iter()
        .map(|(cluster, _)| (cluster.origins.low, cluster.origins.high))
        .max_by_key(|o| o.1)
        .unwrap();
    assert!(low == 0 && high > 5, "outlets of nobody are as many as their wordings: {high}");
}

type Disguise = Box<dyn Fn(&str) -> String>;

/// What a reader does not see, or hardly: invisible characters, letters of other scripts and widths, spaces and capitals.
fn disguises() -> Vec<(&'static str, Disguise)> {
    // Into each word that has three letters or digits, at another place in each.
    let hidden = |hidden: &'static str| {
        move |text: &str| {
            let hide = |(n, word): (usize, &str)| {
                let count = word.chars().take_while(|ch| ch.is_alphanumeric()).count();
                if count < 2 {
                    return word.to_owned();
                }
                let at = word.char_indices().nth(1 + n % (count - 1)).map_or(1, |(at, _)| at);
                format!("{}{hidden}{}", &word[..at], &word[at..])
            };
            text.split(' ').enumerate().map(hide).collect::<Vec<_>>().join(" ")
        }
    };
    let swapped = |letters: &'static [(char, char)]| {
        move |text: &str| {
            let swap = |ch: char| letters.iter().find(|(from, _)| *from == ch).map_or(ch, |(_, to)| *to);
            text.chars().map(swap).collect::<String>()
        }
    };
    let moved = |from: std::ops::RangeInclusive<char>, to: u32| {
        move |text: &str| {
            let first = u32::from(*from.start());
            let shift = |ch: char| char::from_u32(u32::from(ch) - first + to).unwrap_or(ch);
            text.chars().map(|ch| if from.contains(&ch) { shift(ch) } else { ch }).collect::<String>()
        }
    };
    vec![
        ("zero-width space", Box::new(hidden("\u{200b}"))),
        ("joiner", Box::new(hidden("\u{200d}"))),
        ("soft hyphen", Box::new(hidden("\u{ad}"))),
        ("word joiner", Box::new(hidden("\u{2060}"))),
        ("override of direction", Box::new(hidden("\u{202d}\u{202c}"))),
        ("mark of direction", Box::new(hidden("\u{200e}"))),
        ("tag", Box::new(hidden("\u{e0061}"))),
        ("cyrillic", Box::new(swapped(&[('a', 'а'), ('e', 'е'), ('o', 'о'), ('c', 'с'), ('p', 'р')]))),
        ("greek", Box::new(swapped(&[('o', 'ο'), ('v', 'ν'), ('a', 'α'), ('i', 'ι')]))),
        ("wide letters", Box::new(moved('a'..='z', 0xff41))),
        ("wide digits", Box::new(moved('0'..='9', 0xff10))),
        ("bold letters", Box::new(moved('a'..='z', 0x1d41a))),
        ("no-break spaces", Box::new(|text| text.replace(' ', "\u{a0}"))),
        ("many spaces", Box::new(|text| text.replace(' ', "  "))),
        ("thin spaces", Box::new(|text| text.replace(' ', "\u{2009}"))),
        ("capitals", Box::new(str::to_uppercase)),
        ("small letters", Box::new(str::to_lowercase)),
    ]
}

/// L5. Of texts long and short, and a denial stays one.
#[test]
fn what_a_reader_does_not_see_makes_no_report_of_its_own() {
    let short = [
        "The storm tore the roof off the old market hall and sank nine fishing boats.",
        "The council of Orin will close the public baths in June, because their boilers are older than the law allows.",
        "Norvane has bought the railway maker Halcyon for 4.2 billion euros.",
        "Cracks were found in 11 of the 40 piles of the northern pier.",
    ];
    let texts: Vec<String> = stories().into_iter().map(|story| story[0].1.clone()).chain(short.map(str::to_owned)).collect();
    let mut missed = Vec::new();
    let mut tried = 0;
    let denial = "The council denied that the old market hall in Orin was sold to a bank in secret.";
    for (name, disguise) in disguises() {
        let denied = linked(&[Text::new("Daily Lantern", 0, denial), Text::new("Puppet", 60, disguise(denial))]);
        assert_eq!(denied.labels(1), [Relation::Disputes], "{name}");
        for text in &texts {
            let copy = disguise(text);
            let labels = linked(&[Text::new("Daily Lantern", 0, text), Text::new("Puppet", 60, &copy)]).labels(1);
            tried += 1;
            if labels.contains(&Relation::Corroborates) || !labels.contains(&Relation::Echoes) {
                missed.push((name, copy.chars().take(120).collect::<String>(), labels));
            }
        }
    }
    assert!(tried >= 250 && missed.len() * 100 <= tried, "{} of {tried}: {missed:#?}", missed.len());
}

/// C6. What is said, by whom and of what is the same; and each claim stands where it says.
#[test]
fn a_disguised_text_is_read_as_the_plain_one() {
    let mut shares = BTreeMap::new();
    for (name, disguise) in disguises() {
        if ["capitals", "small letters"].contains(&name) {
            continue;
        }
        let (mut same, mut all) = (0, 0);
        for story in stories() {
            for (_, text) in story {
                let copy = disguise(&text);
                let read = |text: &str| {
                    extraction::read(&Draft { text, outlet: "Daily Lantern", language: Some("en"), ..Draft::default() })
                };
                let (plain, found) = (read(&text), read(&copy));
                assert!(found.claims.iter().all(|claim| claim.span.slice(&copy) == Some(&claim.text)), "{name}");
                let said = |claim: &ClaimReading| {
                    (fold(&claim.proposition), claim.polarity, claim.attribution.clone(), claim.quantities.len())
                };
                all += plain.claims.len().max(found.claims.len());
                let found: Vec<_> = found.claims.iter().map(said).collect();
                same += plain.claims.iter().filter(|claim| found.contains(&said(claim))).count();
            }
        }
        shares.insert(name, (same, all));
    }
    assert!(shares.values().all(|(same, all)| same * 100 >= all * 99), "{shares:#?}");
}

/// L4: per claim that the copy makes.
#[test]
fn a_copy_with_a_tenth_of_its_words_edited_or_put_in_another_order_echoes() {
    let edited = |text: &str| {
        let edit = |(at, word): (usize, &str)| match at % 30 {
            7 => None,
            17 => Some(format!("{word} also")),
            27 => Some(if word.ends_with(['.', ',']) { word.to_owned() } else { "such".to_owned() }),
            _ => Some(word.to_owned()),
        };
        let lines = text.split("\n\n").map(|line| line.split(' ').enumerate().filter_map(edit).collect::<Vec<_>>().join(" "));
        lines.collect::<Vec<_>>()
    };
    let mut echoed = [(0, 0); 2];
    for story in stories() {
        let text = &story[0].1;
        let lines = edited(text);
        let turned: Vec<String> = lines.iter().rev().cloned().collect();
        for (kind, copy) in [lines.join("\n\n"), turned.join("\n\n")].into_iter().enumerate() {
            let labels = linked(&[Text::new("Daily Lantern", 0, text), Text::new("Puppet", 60, copy)]).labels(1);
            echoed[kind].0 += labels.iter().filter(|label| matches!(label, Relation::Echoes | Relation::Disputes)).count();
            echoed[kind].1 += labels.len();
        }
    }
    for (of, (found, all)) in ["edited", "turned round"].iter().zip(echoed) {
        assert!(all > 150 && found * 100 >= all * 95, "{of}: {found} of {all}");
    }
}

const SWAPS: [(&str, &str); 10] = [
    ("The {p} fire killed {n} people on Sunday.", "The {p} fire did not kill {n} people on Sunday."),
    ("{w} won the election for mayor in {p} on Sunday.", "{w} did not win the election for mayor in {p} on Sunday."),
    ("{w} was arrested in {p} on charges of fraud.", "{w} was not arrested in {p} on charges of fraud."),
    ("Norvane will close {n} shops in {p} next year.", "Norvane will not close {n} shops in {p} next year."),
    ("{w} was appointed head of the {p} waterworks.", "{w} was not appointed head of the {p} waterworks."),
    ("The bridge in {p} will cost {n} million euros.", "The bridge in {p} will not cost {n} million euros."),
    ("The court in {p} sentenced {w} to {n} months in prison.", "The court in {p} did not sentence {w} to {n} months in prison."),
    ("Doctors in {p} found measles in {n} children.", "Doctors in {p} did not find measles in {n} children."),
    ("{w} sold the {p} quarry for {n} million euros.", "{w} did not sell the {p} quarry for {n} million euros."),
    ("The dam above {p} burst and flooded {n} houses.", "The dam above {p} did not burst and flood {n} houses."),
];

/// L7.
#[test]
fn a_swapped_fact_never_corroborates() {
    let names = ["Jane Roe", "Max Doe", "Anna Holm", "Peter Brandt"];
    let places = ["Orin", "Tarn", "Aldmouth", "Kato"];
    let numbers = ["12", "90", "31", "140"];
    let (mut tried, mut told_apart, mut corroborates) = (0, 0, Vec::new());
    for (asserted, denied) in SWAPS {
        for at in 0..4 {
            let fill = |text: &str, w: usize, p: usize, n: usize| {
                text.replace("{w}", names[w % 4]).replace("{p}", places[p % 4]).replace("{n}", numbers[n % 4])
            };
            let plain = fill(asserted, at, at, at);
            let others = [
                fill(asserted, at, at, at + 1),
                fill(denied, at, at, at),
                fill(asserted, at + 1, at, at),
                fill(asserted, at, at + 1, at),
            ];
            for other in others.into_iter().filter(|other| *other != plain) {
                let all = linked(&[Text::new("Daily Lantern", 0, &plain), Text::new("Valley Post", 60, &other)]);
                let clusters = |article: usize| -> BTreeSet<usize> {
                    all.articles[article].claims.iter().map(|claim| all.cluster_of(claim.id)).collect()
                };
                let labels = [all.labels(0), all.labels(1)].concat();
                let apart = clusters(0).is_disjoint(&clusters(1)) || labels.contains(&Relation::Disputes);
                tried += 1;
                told_apart += usize::from(apart);
                if !apart && all.labels(1).contains(&Relation::Corroborates) {
                    corroborates.push((plain.clone(), other));
                }
            }
        }
    }
    assert!(corroborates.is_empty(), "{corroborates:#?}");
    assert!(tried >= 120 && told_apart * 100 >= tried * 95, "{told_apart} of {tried}");
}
