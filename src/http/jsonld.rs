//! schema.org's `ClaimReview` and `Claim` as JSON-LD → claims with where they appeared.
//!
//! Reads the forms in which they are published: one node, an array, `@graph`, or a `DataFeed` with its elements; a value alone or in an
//! array; names with or without the prefix of schema.org. Contexts are not fetched, and what is not needed is passed over.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value};
use url::Url;

use super::{
    error::{Faults, Problem},
    text::{self, Flaw, Limit},
};
use crate::domain::{Appearance, ClaimReview, CollectedClaim, NewOutlet, Rating};

pub const JSON_LD: &str = "application/ld+json";
/// Claims of one request, and appearances of one claim.
pub const MOST_CLAIMS: usize = 100;
const MOST_APPEARANCES: usize = 50;
const SHORT: Limit = Limit::Chars(300);

type Node = Map<String, Value>;

/// The claims of a document, each as it can be taken or with what is wrong with it; pointers lead into the document.
pub fn claims(document: &Value, now: DateTime<Utc>) -> Result<Vec<Result<CollectedClaim, Problem>>, Problem> {
    let mut nodes = Vec::new();
    find(document, String::new(), &mut nodes);
    let by_id: HashMap<&str, &Node> = nodes.iter().filter_map(|(_, node)| Some((node.get("@id")?.as_str()?, *node))).collect();
    let reviewed: Vec<&str> = nodes.iter().filter_map(|(_, node)| node_of(node, "itemReviewed")?.get("@id")?.as_str()).collect();
    let is_wanted = |node: &Node| {
        is_a(node, "ClaimReview")
            || is_a(node, "Claim") && !node.get("@id").and_then(Value::as_str).is_some_and(|id| reviewed.contains(&id))
    };
    nodes.retain(|(_, node)| is_wanted(node));
    if nodes.is_empty() || nodes.len() > MOST_CLAIMS {
        let mut faults = Faults::default();
        faults.add("", Flaw::new("out-of-range", format!("must hold 1 to {MOST_CLAIMS} nodes of the type ClaimReview or Claim")));
        faults.finish()?;
    }
    Ok(nodes.iter().map(|(pointer, node)| claim(pointer, node, &by_id, now)).collect())
}

/// Every node on the outer levels, with its place.
fn find<'a>(value: &'a Value, pointer: String, nodes: &mut Vec<(String, &'a Node)>) {
    match value {
        Value::Array(values) => values.iter().enumerate().for_each(|(at, value)| find(value, format!("{pointer}/{at}"), nodes)),
        Value::Object(node) => {
            nodes.push((pointer.clone(), node));
            for inside in ["@graph", "dataFeedElement", "itemListElement", "item"] {
                if let Some(value) = node.get(inside) {
                    find(value, format!("{pointer}/{inside}"), nodes);
                }
            }
        }
        _ => {}
    }
}

fn is_a(node: &Node, name: &str) -> bool {
    let is = |kind: &Value| kind.as_str().is_some_and(|kind| kind.rsplit(['/', ':', '#']).next() == Some(name));
    match node.get("@type") {
        Some(Value::Array(kinds)) => kinds.iter().any(is),
        Some(kind) => is(kind),
        None => false,
    }
}

fn claim(pointer: &str, node: &Node, by_id: &HashMap<&str, &Node>, now: DateTime<Utc>) -> Result<CollectedClaim, Problem> {
    let mut faults = Faults::default();
    let is_review = is_a(node, "ClaimReview");
    let (item, inside) = match is_review {
        false => (Some(node), String::new()),
        true => {
            let item = node_of(node, "itemReviewed");
            let whole = item.and_then(|item| by_id.get(item.get("@id")?.as_str()?).copied());
            (whole.or(item), "/itemReviewed".to_owned())
        }
    };
    let named = |node: Option<&Node>, keys: &[&str]| keys.iter().find_map(|key| string(node?.get(*key)?));
    let words = match is_review {
        true => named(Some(node), &["claimReviewed"]).or_else(|| named(item, &["text", "name"])),
        false => named(item, &["text", "name"]),
    };
    let at = format!("{pointer}/{}", if is_review { "claimReviewed" } else { "text" });
    let words = words.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let words = faults.take(at, if words.is_empty() { Err(required()) } else { text::name(&words, text::CLAIM) });

    let author = item.and_then(|item| node_of(item, "author"));
    let claimant = short(named(author, &["name"]).or_else(|| item.and_then(|item| string(item.get("author")?))));
    let published_at = item.and_then(|item| day(item, "datePublished", now));
    let appearances = appearances(item, author, published_at, now);
    if appearances.is_empty() {
        let detail = "names no http or https address at which the claim appeared: neither `appearance` nor `firstAppearance`, and \
                      none of the claim or of who made it";
        faults.add(format!("{pointer}{inside}/appearance"), Flaw::new("required", detail));
    }
    if appearances.len() > MOST_APPEARANCES {
        faults.add(
            format!("{pointer}{inside}/appearance"),
            Flaw::new("too-many", format!("holds more than {MOST_APPEARANCES} appearances")),
        );
    }
    let review = is_review.then(|| {
        let url = faults.take(
            format!("{pointer}/url"),
            named(Some(node), &["url", "@id"]).ok_or_else(required).and_then(|url| text::url(&url)),
        );
        let reviewer = node_of(node, "author");
        let author = short(named(reviewer, &["name"]).or_else(|| string(node.get("author")?)));
        let author = author.or_else(|| host(&url)).unwrap_or_default();
        let author_url = reviewer.and_then(|reviewer| addresses(reviewer.get("url")?).into_iter().next());
        let rating = node_of(node, "reviewRating").map(rating);
        ClaimReview { url, claim: words.clone(), author, author_url, published_at: day(node, "datePublished", now), rating }
    });
    faults.finish()?;
    Ok(CollectedClaim { claim: words, claimant, appearances, review })
}

fn required() -> Flaw {
    Flaw::new("required", "is required")
}

/// Where the claim appeared; failing that, where whoever made it speaks.
fn appearances(
    item: Option<&Node>,
    author: Option<&Node>,
    claimed_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Vec<Appearance> {
    let Some(item) = item else { return Vec::new() };
    let stated = ["firstAppearance", "appearance"].into_iter().filter_map(|key| item.get(key)).flat_map(many);
    let mut found: Vec<Appearance> = stated.filter_map(|value| appearance(value, claimed_at, now)).collect();
    if found.is_empty() {
        let names = author.and_then(|author| string(author.get("name")?));
        let elsewhere = item.get("url").into_iter().chain(author.into_iter().flat_map(|author| author.get("sameAs")));
        let elsewhere = elsewhere.chain(author.and_then(|author| author.get("url"))).flat_map(addresses);
        found.extend(elsewhere.filter_map(|url| Some(place(url, short(names.clone()), claimed_at))?).take(1));
    }
    let mut seen = Vec::new();
    found.retain(|appearance| {
        let new = !seen.contains(&appearance.url);
        seen.push(appearance.url.clone());
        new
    });
    found
}

fn appearance(value: &Value, claimed_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<Appearance> {
    let Value::Object(node) = value else {
        return place(addresses(value).pop()?, None, claimed_at);
    };
    let url = ["url", "@id", "mainEntityOfPage"].into_iter().filter_map(|key| node.get(key)).flat_map(addresses).next()?;
    let publisher = node_of(node, "publisher").and_then(|publisher| string(publisher.get("name")?));
    let publisher = publisher.or_else(|| string(node.get("publisher")?));
    let title = ["headline", "name"].into_iter().find_map(|key| string(node.get(key)?));
    let byline = node_of(node, "author").and_then(|author| string(author.get("name")?));
    Some(Appearance {
        title: title.and_then(|title| text::name(&title, text::TITLE).ok()),
        byline: short(byline),
        ..place(url, short(publisher), day(node, "datePublished", now).or(claimed_at))?
    })
}

/// An article of which its address is known, of an outlet that is known by its name or by its domain.
fn place(url: String, outlet: Option<String>, published_at: Option<DateTime<Utc>>) -> Option<Appearance> {
    let host = host(&url)?;
    let outlet = NewOutlet {
        name: outlet.and_then(|name| text::name(&name, text::OUTLET_NAME).ok()).unwrap_or_else(|| host.clone()),
        domain: text::domain(&host).ok(),
        kind: None,
        family: None,
    };
    Some(Appearance { url, title: None, byline: None, outlet, published_at })
}

fn host(url: &str) -> Option<String> {
    let host = Url::parse(url).ok()?.host_str()?.to_ascii_lowercase();
    Some(host.strip_prefix("www.").unwrap_or(&host).to_owned())
}

fn rating(node: &Node) -> Rating {
    let of = |key: &str| short(node.get(key).and_then(string));
    Rating {
        value: of("ratingValue"),
        best: of("bestRating"),
        worst: of("worstRating"),
        name: of("alternateName").or_else(|| of("name")),
        explanation: node.get("ratingExplanation").and_then(string).and_then(|words| text::clean(&words, text::CLAIM).ok()),
    }
}

/// A text on one line that may be left out: one that cannot be shown is as good as none.
fn short(text: Option<String>) -> Option<String> {
    text.and_then(|text| text::name(&text, SHORT).ok())
}

fn many(value: &Value) -> &[Value] {
    match value {
        Value::Array(values) => values,
        one => std::slice::from_ref(one),
    }
}

/// The first node under a key.
fn node_of<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    many(node.get(key)?).first()?.as_object()
}

/// A text, however it is wrapped; numbers are texts here.
fn string(value: &Value) -> Option<String> {
    match many(value).first()? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(node) => string(node.get("@value")?),
        _ => None,
    }
}

/// The addresses of the web in it.
fn addresses(value: &Value) -> Vec<String> {
    let address = |value: &Value| match value {
        Value::Object(node) => text::url(node.get("url").or_else(|| node.get("@id"))?.as_str()?).ok(),
        value => text::url(value.as_str()?).ok(),
    };
    many(value).iter().filter_map(address).collect()
}

/// A day or a time, unless it lies ahead.
fn day(node: &Node, key: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let written = string(node.get(key)?)?;
    let time = match written.parse::<NaiveDate>() {
        Ok(day) => day.and_time(chrono::NaiveTime::MIN).and_utc().to_rfc3339(),
        Err(_) => written,
    };
    text::publication_time(&time, now).ok()
}
