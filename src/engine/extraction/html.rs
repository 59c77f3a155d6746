//! The article of an HTML page: its title, byline and paragraphs. Extraction is dom_smoothie's (a port of Readability);
//! the line rules of [`super::furniture`] come after it.

use serde::{Deserialize, Serialize};

/// What a page says of its article.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    pub title: Option<String>,
    pub byline: Option<String>,
    pub text: String,
    pub language: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Unreadable {
    #[error("the HTML is nested more than {DEEPEST} levels deep")]
    TooDeep,
    #[error("the HTML has more than {MOST_ATTRIBUTES} attributes on one element")]
    TooManyAttributes,
    #[error("no article was found in the HTML")]
    NoArticle,
}

/// HTML parsers take quadratic time on deep nesting: 100,000 levels take half a minute, so they never see it.
const DEEPEST: usize = 512;
const MOST_ATTRIBUTES: usize = 256;

const BESIDE_THE_ARTICLE: &str = "nav, aside, figcaption, dialog, template, button, audio, video, \
    [role=navigation], [role=complementary], [role=dialog], [role=alertdialog], [role=search]";

pub fn article(html: &str) -> Result<Page, Unreadable> {
    check_shape(html)?;
    let config = dom_smoothie::Config { text_mode: dom_smoothie::TextMode::Formatted, ..dom_smoothie::Config::default() };
    let mut reader = dom_smoothie::Readability::new(html, None, Some(config)).map_err(|_| Unreadable::NoArticle)?;
    // What HTML itself says is beside the article, before any score is taken of it.
    reader.doc.select(BESIDE_THE_ARTICLE).remove();
    let article = reader.parse().map_err(|_| Unreadable::NoArticle)?;
    let text = article.text_content.trim().to_owned();
    if text.is_empty() {
        return Err(Unreadable::NoArticle);
    }
    Ok(Page { title: Some(article.title).filter(|t| !t.is_empty()), byline: article.byline, text, language: article.lang })
}

/// A scan without a parser: depth of open tags and attributes of one tag, from above.
fn check_shape(html: &str) -> Result<(), Unreadable> {
    const VOID: [&str; 14] =
        ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "p"];
    let mut depth: usize = 0;
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = rest.find('>').unwrap_or(rest.len());
        let tag = &rest[..end];
        if let Some(name) = tag.strip_prefix('/') {
            if !VOID.iter().any(|void| name.trim().eq_ignore_ascii_case(void)) {
                depth = depth.saturating_sub(1);
            }
        } else if tag.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let name = tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
            let is_void = tag.ends_with('/') || VOID.iter().any(|void| name.eq_ignore_ascii_case(void));
            depth += usize::from(!is_void);
            if depth > DEEPEST {
                return Err(Unreadable::TooDeep);
            }
            if tag.bytes().filter(|b| *b == b'=').count() > MOST_ATTRIBUTES
                || tag.split_ascii_whitespace().nth(MOST_ATTRIBUTES * 4).is_some()
            {
                return Err(Unreadable::TooManyAttributes);
            }
        }
        rest = &rest[end.min(rest.len())..];
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_article_is_found_among_navigation() {
        let paragraph = "The harbour bridge opened on Monday after three years of work, the mayor said. It carries trams, bicycles and cars, and it cost 40 million euros. ";
        let html = format!(
            "<html lang=en><head><title>Bridge opens</title></head><body><nav><a href=/>Home</a><a href=/w>World</a></nav><article><h1>Bridge opens</h1><p>{0}</p><p>{0}</p><p>{0}</p></article><footer>Cookies</footer></body></html>",
            paragraph.repeat(3)
        );
        let page = article(&html).unwrap();
        assert_eq!(page.title.as_deref(), Some("Bridge opens"));
        assert!(page.text.contains("It carries trams") && !page.text.contains("Cookies"), "{}", page.text);
        assert!(page.text.contains('\n'), "paragraphs stay apart");
    }

    #[test]
    fn what_stands_beside_the_article_is_left_out() {
        let paragraph = "The harbour bridge opened on Monday, the mayor said. It carries trams, bicycles and cars, and it cost 40 million euros. ";
        let html = format!(
            "<html><body><div role=dialog>We like your data.</div><article><h1>Bridge opens</h1><p>{0}</p><figure><img src=a><figcaption>Crowds waited at the bridge on Monday.</figcaption></figure><p>{0}</p><aside><p>Tolls rose last year.</p></aside><p>{0}</p><button>Save it.</button></article></body></html>",
            paragraph.repeat(3)
        );
        let text = article(&html).unwrap().text;
        for beside in ["data", "Crowds", "Tolls", "Save"] {
            assert!(!text.contains(beside), "{beside}: {text}");
        }
        assert_eq!(text.matches("carries trams").count(), 9);
    }

    #[test]
    fn hostile_shapes_are_refused_before_they_are_parsed() {
        assert_eq!(article(&"<div>".repeat(100_000)), Err(Unreadable::TooDeep));
        assert_eq!(article(&format!("<div {}>", "a=1 ".repeat(80_000))), Err(Unreadable::TooManyAttributes));
        assert_eq!(article(""), Err(Unreadable::NoArticle));
    }
}
