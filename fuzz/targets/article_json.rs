//! What `POST /v1/articles` takes is clean and within its limits; what it refuses is told by place, in few words.
#![no_main]

use crossclaim::{
    domain::Body,
    http::{Problem, fuzzing as edge, parse_article},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| match parse_article(bytes) {
    Ok(article) => {
        for url in article.canonical_url.iter().chain([&article.url]) {
            assert_eq!(edge::url(url).as_ref(), Ok(url));
        }
        let text = match &article.body {
            Body::Text(text) => {
                assert_eq!(edge::clean(text, edge::ARTICLE_TEXT).as_ref(), Ok(text));
                Some(text)
            }
            Body::Html(html) => {
                assert_eq!(edge::clean(html, edge::ARTICLE_HTML).as_ref(), Ok(html));
                assert!(article.claims.is_empty(), "claims are given with a text only");
                None
            }
        };
        if let Some(title) = &article.title {
            assert_eq!(edge::clean(title, edge::TITLE).as_ref(), Ok(title));
        }
        let names = [(Some(&article.outlet.name), edge::OUTLET_NAME), (article.outlet.family.as_ref(), edge::OUTLET_NAME)];
        for (name, limit) in names.into_iter().chain([(article.byline.as_ref(), edge::BYLINE)]) {
            if let Some(name) = name {
                assert_eq!(edge::name(name, limit).as_ref(), Ok(name));
            }
        }
        if let Some(domain) = &article.outlet.domain {
            assert_eq!(edge::domain(domain).as_ref(), Ok(domain));
        }
        if let Some(language) = &article.language {
            assert_eq!(edge::language(language).as_ref(), Ok(language));
        }
        assert!(article.claims.len() <= edge::MAX_CLAIMS);
        for claim in &article.claims {
            assert!(!claim.trim().is_empty());
            assert!(text.into_iter().chain(&article.title).any(|text| text.contains(claim.as_str())), "{claim:?}");
        }
    }
    Err(problem) => check(&problem),
});

fn check(problem: &Problem) {
    let told: serde_json::Value = serde_json::from_str(&edge::shown(problem)).expect("a problem is JSON");
    assert!((400..500).contains(&told["status"].as_u64().unwrap()), "{told}");
    for fault in told["errors"].as_array().into_iter().flatten() {
        let pointer = fault["pointer"].as_str().unwrap();
        assert!(pointer.is_empty() || pointer.starts_with('/'), "{told}");
        assert!(fault["detail"].as_str().unwrap().len() < 1_000, "{told}");
    }
}
