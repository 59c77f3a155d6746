//! Evidence is the reason and not a decoration: without the words that it shows, an article is not judged as before.

use std::{collections::BTreeMap, fs, path::Path};

use crossclaim::{
    domain::{ClaimReading, ClaimRelation, LinkWork},
    engine::{
        clustering::Corpus,
        evaluation::stories::{self, StoryArticle, StoryOutlet},
    },
};
use serde_json::Value;

/// The sample articles by topic.
fn topics() -> BTreeMap<String, Vec<StoryArticle>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let json = |path: &Path| -> Value { serde_json::from_slice(&fs::read(path).expect("readable")).expect("JSON") };
    let mut topics: BTreeMap<String, Vec<StoryArticle>> = BTreeMap::new();
    for expected in json(&directory.join("expected.json")).as_array().expect("a list") {
        let word = |field: &str| expected[field].as_str().expect("a word").to_owned();
        let articles = topics.entry(word("topic")).or_default();
        if articles.iter().any(|article| article.id == word("article")) {
            continue;
        }
        let sample = json(&directory.join("articles").join(word("article")).with_extension("json"));
        let text = |value: &Value| value.as_str().map(str::to_owned);
        articles.push(StoryArticle {
            id: word("article"),
            outlet: StoryOutlet {
                name: text(&sample["outlet"]["name"]).expect("a name"),
                domain: text(&sample["outlet"]["domain"]),
                kind: serde_json::from_value(sample["outlet"]["kind"].clone()).expect("a kind"),
                family: None,
            },
            title: text(&sample["title"]).expect("a title"),
            byline: text(&sample["byline"]),
            published_at: serde_json::from_value(sample["published_at"].clone()).expect("a time"),
            text: text(&sample["text"]).expect("a text"),
        });
    }
    topics
}

/// What an article's claims are judged as, in the company of the others.
fn judged(articles: &[StoryArticle], of: &str) -> Vec<(ClaimReading, ClaimRelation)> {
    let linked: Vec<_> = articles.iter().map(stories::link_article).collect();
    let work = LinkWork { articles: linked.clone(), ..LinkWork::default() };
    let plan = Corpus::default().regroup(&work).judge(&linked);
    let article =
        articles.iter().zip(&linked).find(|(article, _)| article.id == of).map(|(_, linked)| linked).expect("it is there");
    let label = |id| {
        plan.clusters.iter().flat_map(|linked| &linked.claims).find(|(claim, _)| *claim == id).map(|(_, label)| label.clone())
    };
    article.claims.iter().map(|claim| (claim.reading.clone(), label(claim.id).expect("every claim is judged"))).collect()
}

#[test]
fn a_label_does_not_outlive_the_words_that_show_it() {
    let mut tried = 0;
    for articles in topics().values() {
        for (at, article) in articles.iter().enumerate() {
            // One claim an article, another one in each: the whole would take minutes.
            let labels = judged(articles, &article.id);
            let own: Vec<_> = labels.iter().filter(|(reading, _)| !reading.headline).collect();
            let Some((reading, label)) = own.get(at % own.len().max(1)) else { continue };
            let quote = label.evidence[0].quote();
            let (start, end) = (quote.span.start as usize, quote.span.end as usize);
            let words: String = article.text.chars().skip(start).take(end - start).collect();
            assert_eq!(words, quote.text, "evidence stands in its article");
            let mut without = articles.clone();
            without[at].text = article.text.chars().take(start).chain(article.text.chars().skip(end)).collect();
            let same = judged(&without, &article.id).into_iter().any(|(other, told)| {
                other.text == reading.text && (told.relation, &told.evidence[0].quote().text) == (label.relation, &quote.text)
            });
            assert!(!same, "{}: {} is still {:?}", article.id, reading.text, label.relation);
            tried += 1;
        }
    }
    assert!(tried >= 20, "only {tried} articles had a claim");
}
