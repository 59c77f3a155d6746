//! Whatever a feed lists can be stored and fetched, newest first, and there is not too much of it.
#![no_main]

use std::sync::LazyLock;

use chrono::Datelike;
use crossclaim::pipeline::fuzzing::{Listing, listing};
use libfuzzer_sys::fuzz_target;
use url::Url;

static BASE: LazyLock<Url> = LazyLock::new(|| Url::parse("https://herald.example/feeds/all.xml").unwrap());

fuzz_target!(|bytes: &[u8]| match listing(bytes, &BASE) {
    Some(Listing::Items(items)) => {
        assert!(items.len() <= 500);
        for item in &items {
            let url = Url::parse(&item.url).expect("an address");
            assert!(matches!(url.scheme(), "http" | "https") && url.has_host() && item.url.len() <= 2_048);
            assert!(!item.key.is_empty() && item.key.len() <= 4_096, "{:?}", item.key);
            assert!(item.published_at.is_none_or(|at| (1500..=2200).contains(&at.year())));
        }
        assert!(items.is_sorted_by(|a, b| a.published_at >= b.published_at));
    }
    Some(Listing::Sitemaps(sitemaps)) => {
        assert!(sitemaps.len() <= 5);
        assert!(sitemaps.iter().all(|url| matches!(url.scheme(), "http" | "https") && url.has_host()));
    }
    None => {}
});
