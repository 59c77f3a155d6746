//! What a feed or a sitemap says → the articles it lists. RSS, Atom, JSON Feed, sitemaps and their indexes; nothing is fetched here.

use chrono::{DateTime, Datelike, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::storage::Item;

/// Of one look; of more, the newest.
const MOST_ITEMS: usize = 500;
/// Of an index; of more, the newest.
const MOST_SITEMAPS: usize = 5;
const LONGEST_URL: usize = 2_048;
const LONGEST_KEY: usize = 4_096;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub enum Listing {
    Items(Vec<Item>),
    /// Other sitemaps, which list the articles.
    Sitemaps(Vec<Url>),
}

/// `None` if it is in no form that is known.
pub fn read(bytes: &[u8], base: &Url) -> Option<Listing> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4_096)]);
    if head.contains("<sitemapindex") {
        let sitemaps = entries(&String::from_utf8_lossy(bytes), "sitemap", base);
        return Some(Listing::Sitemaps(newest(sitemaps, MOST_SITEMAPS, |(_, at)| *at).into_iter().map(|(url, _)| url).collect()));
    }
    let items: Vec<Item> = if head.contains("<urlset") {
        let of_entry = |(url, at): (Url, _)| Item { key: url.to_string(), url: url.into(), published_at: at };
        entries(&String::from_utf8_lossy(bytes), "url", base).into_iter().map(of_entry).collect()
    } else {
        let feed = feed_rs::parser::Builder::new().base_uri(Some(base.as_str())).build().parse(bytes).ok()?;
        feed.entries.into_iter().filter_map(|entry| item(entry, base)).collect()
    };
    let items = items.into_iter().filter(|item| item.url.len() <= LONGEST_URL && item.key.len() <= LONGEST_KEY).collect();
    Some(Listing::Items(newest(items, MOST_ITEMS, |item| item.published_at)))
}

fn item(entry: feed_rs::model::Entry, base: &Url) -> Option<Item> {
    let page = |link: &&feed_rs::model::Link| link.rel.as_deref().is_none_or(|rel| rel == "alternate");
    let link = entry.links.iter().find(page)?;
    let url = web(&link.href, base)?;
    let key = if entry.id.is_empty() { url.to_string() } else { entry.id };
    let published_at = entry.published.or(entry.updated).filter(|at| is_plausible(*at));
    Some(Item { key, url: url.into(), published_at })
}

/// Addresses and days of a sitemap's entries. It is a flat list: a search for its tags does what a parser would, and cannot be
/// made to nest or to expand anything.
fn entries(xml: &str, tag: &str, base: &Url) -> Vec<(Url, Option<DateTime<Utc>>)> {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    let entry = |entry: &str| {
        let entry = entry.split_once(&close).map_or(entry, |(entry, _)| entry);
        let day = between(entry, "publication_date>").or_else(|| between(entry, "<lastmod>"));
        Some((web(&between(entry, "<loc>")?, base)?, day.and_then(|day| time(&day))))
    };
    xml.split(&open).skip(1).filter_map(entry).collect()
}

/// The text behind a tag, as it is meant.
fn between(entry: &str, tag: &str) -> Option<String> {
    let (_, rest) = entry.split_once(tag)?;
    let text = rest.trim_start();
    let text = match text.strip_prefix("<![CDATA[") {
        Some(data) => data.split_once("]]>")?.0.to_owned(),
        None => {
            let text = text.split_once('<')?.0;
            let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
            named.iter().fold(text.to_owned(), |text, (name, character)| text.replace(name, character))
        }
    };
    Some(text.trim().to_owned())
}

fn time(day: &str) -> Option<DateTime<Utc>> {
    let exact = DateTime::parse_from_rfc3339(day).ok().map(|time| time.with_timezone(&Utc));
    exact.or_else(|| Some(day.parse::<chrono::NaiveDate>().ok()?.and_hms_opt(0, 0, 0)?.and_utc())).filter(|at| is_plausible(*at))
}

/// What can be stored. Whether it is yet to come is told by who knows what time it is.
fn is_plausible(at: DateTime<Utc>) -> bool {
    (1500..=2200).contains(&at.year())
}

fn web(address: &str, base: &Url) -> Option<Url> {
    base.join(address.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// Newest first where times are known; as they stand otherwise.
fn newest<T>(mut entries: Vec<T>, most: usize, time: impl Fn(&T) -> Option<DateTime<Utc>>) -> Vec<T> {
    entries.sort_by_key(|entry| std::cmp::Reverse(time(entry)));
    entries.truncate(most);
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Key and address of each item.
    fn check(text: &str, expected: &[(&str, &str)]) {
        let base = Url::parse("https://herald.example/feeds/all.xml").unwrap();
        let Some(Listing::Items(items)) = read(text.as_bytes(), &base) else { panic!("{text}") };
        let found: Vec<(&str, &str)> = items.iter().map(|item| (item.key.as_str(), item.url.as_str())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn every_form_of_feed_is_read() {
        check(
            "<?xml version='1.0'?><rss version='2.0'><channel><title>t</title><link>https://herald.example/</link>\
             <item><guid isPermaLink='false'>id-1</guid><link>https://herald.example/1?a=1&amp;b=2</link></item>\
             <item><guid>id-2</guid><title>without a link</title></item></channel></rss>",
            &[("id-1", "https://herald.example/1?a=1&b=2")],
        );
        check(
            "<feed xmlns='http://www.w3.org/2005/Atom'><id>f</id><title>t</title><updated>2026-03-04T00:00:00Z</updated>\
             <entry><id>urn:1</id><title>a</title><link rel='self' href='/self'/><link href='/1'/><updated>2026-03-04T08:00:00Z</updated></entry>\
             <entry><id>urn:2</id><title>b</title><link href='mailto:a@b'/></entry></feed>",
            &[("urn:1", "https://herald.example/1")],
        );
        check(
            r#"{"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": [{"id": "7", "url": "https://herald.example/7", "content_text": "x"}]}"#,
            &[("7", "https://herald.example/7")],
        );
    }

    #[test]
    fn sitemaps_are_read_newest_first() {
        check(
            "<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>\
             <url><loc>https://herald.example/old</loc><lastmod>2026-01-01</lastmod></url>\
             <url><loc> https://herald.example/a?x=1&amp;y=2 </loc><lastmod>2026-03-04T08:00:00+01:00</lastmod></url>\
             <url><loc><![CDATA[https://herald.example/b]]></loc></url><url><loc>ftp://herald.example/</loc></url><url></url></urlset>",
            &[
                ("https://herald.example/a?x=1&y=2", "https://herald.example/a?x=1&y=2"),
                ("https://herald.example/old", "https://herald.example/old"),
                ("https://herald.example/b", "https://herald.example/b"),
            ],
        );
        let base = Url::parse("https://herald.example/sitemap.xml").unwrap();
        let index = "<sitemapindex><sitemap><loc>https://herald.example/1.xml</loc><lastmod>2026-01-01</lastmod></sitemap>\
                     <sitemap><loc>https://herald.example/2.xml</loc><lastmod>2026-02-01</lastmod></sitemap></sitemapindex>";
        let sitemaps = ["https://herald.example/2.xml", "https://herald.example/1.xml"].map(|url| Url::parse(url).unwrap());
        assert_eq!(read(index.as_bytes(), &base), Some(Listing::Sitemaps(sitemaps.to_vec())));
    }

    #[test]
    fn what_is_no_feed_is_not_read_and_bombs_stay_small() {
        let base = Url::parse("https://herald.example/").unwrap();
        for text in ["", "<html><body>Not found</body></html>", "{\"a\": 1}", "plain words", "\u{0}\u{1}"] {
            assert_eq!(read(text.as_bytes(), &base), None, "{text}");
        }
        let laughs = "<!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>\
                      <rss version='2.0'><channel><title>&c;</title><item><guid>&c;</guid><link>https://herald.example/1</link></item></channel></rss>";
        if let Some(Listing::Items(items)) = read(laughs.as_bytes(), &base) {
            assert!(items.iter().all(|item| item.key.len() < 100), "{items:?}");
        }
        let deep = format!("<rss version='2.0'><channel>{}", "<a>".repeat(100_000));
        let begun = std::time::Instant::now();
        let _ = read(deep.as_bytes(), &base);
        assert!(begun.elapsed() < std::time::Duration::from_secs(5));
    }
}
