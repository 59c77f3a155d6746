//! A page becomes an article that could have been posted: clean, within the limits, its claims where they say they are.
#![no_main]

use crossclaim::{
    domain::{Body, NewArticle, NewOutlet},
    embedder::Embedder,
    engine::text::Registry,
    http::fuzzing as edge,
    pipeline::fuzzing::read,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(html) = edge::clean(&String::from_utf8_lossy(bytes), edge::ARTICLE_HTML) else { return };
    let outlet = NewOutlet { name: "Herald".into(), domain: Some("herald.example".into()), kind: None, family: None };
    let page = NewArticle {
        outlet,
        url: "https://herald.example/1".into(),
        canonical_url: None,
        title: None,
        byline: None,
        body: Body::Html(html),
        language: None,
        published_at: None,
        claims: Vec::new(),
    };
    let Ok(article) = read(page, Registry::built_in(), &Embedder::default()) else { return };
    assert_eq!(edge::clean(&article.text, edge::ARTICLE_TEXT).as_ref(), Ok(&article.text));
    if let Some(title) = &article.title {
        assert_eq!(edge::clean(title, edge::TITLE).as_ref(), Ok(title));
    }
    if let Some(byline) = &article.byline {
        assert_eq!(edge::name(byline, edge::BYLINE).as_ref(), Ok(byline));
    }
    assert_eq!(edge::language(&article.language).as_ref(), Ok(&article.language));
    for claim in &article.claims {
        let stands_in = if claim.headline { article.title.as_deref().unwrap() } else { &article.text };
        assert_eq!(claim.span.slice(stands_in), Some(claim.text.as_str()));
    }
});
