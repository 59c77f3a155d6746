//! A checked article becomes a read one, and is stored with its claims in one transaction.

use super::{PipelineError, Submitted, blocking, outlets::KnownOutlets};
use crate::{
    domain::{Body, NewArticle, ReadArticle, WorkspaceId},
    engine::{
        extraction::{self, Draft, html},
        text::Registry,
    },
    storage::{Inserted, Store, content_hash},
};

/// Text that an HTML page may yield, in bytes: the same limit as for plain text.
const LONGEST_TEXT: usize = 512 * 1024;

pub(super) async fn store(
    store: &Store,
    outlets: &KnownOutlets,
    workspace: WorkspaceId,
    article: NewArticle,
) -> Result<Submitted, PipelineError> {
    if let Body::Text(text) = &article.body {
        // A repeat is answered without reading it again; the table's own uniqueness decides where two race.
        if let Some(id) = store.known_article(workspace, &article.url, &content_hash(article.title.as_deref(), text)).await? {
            return Ok(Submitted { id, created: false });
        }
    }
    let registry = outlets.registry(store, workspace, Some(&article.outlet.name)).await?;
    let article = blocking(move || read(article, &registry)).await??;
    Ok(match store.insert_article(workspace, &article).await? {
        Inserted::Created(id) => Submitted { id, created: true },
        Inserted::Known(id) => Submitted { id, created: false },
    })
}

/// What a page says of its article, with its text clean and bounded.
pub(super) fn page(source: &str) -> Result<html::Page, PipelineError> {
    let page = html::article(source).map_err(|error| PipelineError::UnreadableHtml(error.to_string()))?;
    if page.text.len() > LONGEST_TEXT {
        return Err(PipelineError::UnreadableHtml(format!("the article is longer than {LONGEST_TEXT} bytes")));
    }
    Ok(page)
}

fn read(article: NewArticle, registry: &Registry) -> Result<ReadArticle, PipelineError> {
    let NewArticle { outlet, url, canonical_url, mut title, mut byline, body, mut language, published_at, claims } = article;
    let text = match body {
        Body::Text(text) => text,
        Body::Html(source) => {
            let page = page(&source)?;
            title = title.or(page.title);
            byline = byline.or(page.byline);
            language = language.or(page.language);
            page.text
        }
    };
    let draft = Draft {
        title: title.as_deref(),
        text: &text,
        outlet: &outlet.name,
        domain: outlet.domain.as_deref(),
        byline: byline.as_deref(),
        published_at,
        language: language.as_deref(),
        registry: Some(registry),
    };
    let reading = if claims.is_empty() { extraction::read(&draft) } else { extraction::read_given(&draft, &claims) };
    Ok(ReadArticle {
        outlet,
        url,
        canonical_url,
        byline,
        language: reading.language,
        published_at,
        provenance: reading.provenance,
        claims: reading.claims,
        title,
        text,
    })
}
