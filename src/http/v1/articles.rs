//! `/v1/articles`: where everything enters.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, get, http::header::LOCATION, post, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{choice, id};
use crate::{
    domain::{Article, ArticleId, Body, Claim, NewArticle, NewOutlet, Reuse, WorkspaceId, clock},
    http::{
        State,
        auth::{Caller, Contributor, Reader},
        error::{Faults, Problem},
        extract::{Id, JsonBody, Params},
        json::Object,
        openapi::{IngestProblems, ListProblems, RecallProblems},
        pagination::PageRequest,
        text::{self, Flaw},
        views::{ArticlePage, ArticleStatusView, ArticleView, OutletKindView, ReuseListView, ReuseView},
    },
    storage::ArticleFilter,
};

/// An article to be stored. Give either `text` or `html`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewArticle, examples(json!(crate::http::examples::new_article())))]
pub struct ArticleRequest {
    /// Address of the article: absolute, http or https, at most 2,048 bytes.
    #[schema(format = "uri")]
    url: String,
    /// At most 1,000 characters.
    title: Option<String>,
    /// Plain text, at most 512 KiB of UTF-8.
    text: Option<String>,
    /// The page as it was served; the article is taken out of it.
    html: Option<String>,
    #[schema(value_type = OutletRequest)]
    outlet: Object<OutletRequest>,
    /// At most 24 hours ahead.
    #[schema(format = DateTime)]
    published_at: Option<String>,
    /// Language tag; told from the text where it is left out.
    #[schema(examples("en"))]
    language: Option<String>,
    /// At most 300 characters.
    byline: Option<String>,
    /// The address that the page itself gives as its proper one.
    #[schema(format = "uri")]
    canonical_url: Option<String>,
    /// Sentences to be taken as the article's claims, instead of those the service finds. Only with `text`.
    #[schema(value_type = Option<Vec<ClaimRequest>>, max_items = 500)]
    claims: Option<Vec<Object<ClaimRequest>>>,
}

/// Who publishes it. An outlet is known by its domain where one is given, by its name otherwise.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewOutlet)]
pub struct OutletRequest {
    /// At most 200 characters.
    name: String,
    #[schema(examples("example.org"))]
    domain: Option<String>,
    /// A new outlet is a website unless this says otherwise.
    kind: Option<OutletKindView>,
    /// The publisher behind several outlets.
    family: Option<String>,
}

/// A claim named by the client.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewClaim)]
pub struct ClaimRequest {
    /// Words that stand in the text or the title, at most 2,000 characters.
    text: String,
}

impl ArticleRequest {
    pub(super) fn check(self, now: DateTime<Utc>) -> Result<NewArticle, Problem> {
        let mut faults = Faults::default();
        let url = faults.take("/url", text::url(&self.url));
        let canonical_url = faults.given("/canonical_url", self.canonical_url.as_deref(), text::url);
        let title = faults.maybe("/title", self.title.as_deref(), |raw| text::clean(raw, text::TITLE));
        let byline = faults.maybe("/byline", self.byline.as_deref(), |raw| text::name(raw, text::BYLINE));
        let language = faults.maybe("/language", self.language.as_deref(), text::language);
        let published_at = faults.given("/published_at", self.published_at.as_deref(), |raw| text::publication_time(raw, now));
        let outlet = self.outlet.0.check(&mut faults);
        let claims = check_claims(self.claims.unwrap_or_default(), &mut faults);
        let body = check_body(self.text.as_deref(), self.html.as_deref(), &mut faults);

        match &body {
            Some(Body::Text(text)) => {
                for (at, claim) in claims.iter().enumerate() {
                    let occurs = text.contains(claim) || title.as_ref().is_some_and(|title| title.contains(claim));
                    if !occurs {
                        faults.add(
                            format!("/claims/{at}/text"),
                            Flaw::new("not-in-text", "must stand in the text or the title, word for word"),
                        );
                    }
                }
            }
            Some(Body::Html(_)) if !claims.is_empty() => {
                faults.add(
                    "/claims",
                    Flaw::new("needs-text", "can be given only with `text`: the text of a page is not known beforehand"),
                );
            }
            _ => {}
        }
        faults.finish()?;
        // Without a body there was a fault.
        let body = body.ok_or_else(Problem::internal)?;
        Ok(NewArticle { outlet, url, canonical_url, title, byline, body, language, published_at, claims })
    }
}

impl OutletRequest {
    pub(super) fn check(self, faults: &mut Faults) -> NewOutlet {
        NewOutlet {
            name: faults.take("/outlet/name", text::name(&self.name, text::OUTLET_NAME)),
            domain: faults.maybe("/outlet/domain", self.domain.as_deref(), text::domain),
            kind: self.kind.map(Into::into),
            family: faults.maybe("/outlet/family", self.family.as_deref(), |raw| text::name(raw, text::OUTLET_NAME)),
        }
    }
}

fn check_claims(claims: Vec<Object<ClaimRequest>>, faults: &mut Faults) -> Vec<String> {
    if claims.len() > text::MAX_CLAIMS {
        faults.add("/claims", Flaw::new("too-many", format!("holds more than {} claims", text::MAX_CLAIMS)));
        return Vec::new();
    }
    let check = |(at, Object(claim)): (usize, Object<ClaimRequest>)| {
        faults.take(format!("/claims/{at}/text"), text::clean(&claim.text, text::CLAIM))
    };
    claims.into_iter().enumerate().map(check).collect()
}

/// Exactly one of the two forms in which an article, or a draft, may come.
pub(super) fn check_body(text: Option<&str>, html: Option<&str>, faults: &mut Faults) -> Option<Body> {
    let (pointer, raw, limit, body): (_, _, _, fn(String) -> Body) = match (text, html) {
        (Some(text), None) => ("/text", text, text::ARTICLE_TEXT, Body::Text),
        (None, Some(html)) => ("/html", html, text::ARTICLE_HTML, Body::Html),
        (None, None) => {
            faults.add("/text", Flaw::new("required", "either `text` or `html` is required"));
            return None;
        }
        (Some(_), Some(_)) => {
            faults.add("/html", Flaw::new("not-both", "give either `text` or `html`"));
            return None;
        }
    };
    text::clean(raw, limit).map(body).map_err(|flaw| faults.add(pointer, flaw)).ok()
}

/// Store an article
///
/// Reads the article, stores it with its claims, and answers once that is committed. It then waits a short while for the
/// claims to be linked with those of other articles; when that takes longer the status is `pending`, and the article can be
/// read again later. Sending the same article again is safe: it answers 200 with the one that is stored.
#[utoipa::path(
    operation_id = "createArticle",
    tag = "articles",
    security(("bearer" = ["contributor"])),
    params(("Prefer" = Option<String>, Header, description = "`respond-async` answers without waiting for the claims to be linked.", example = "respond-async")),
    request_body(content = ArticleRequest, description = "The article."),
    responses(
        (status = 201, description = "Stored.", body = ArticleView, headers(("Location" = String, description = "Address of the article."))),
        (status = 200, description = "Known already, with the same content.", body = ArticleView),
        IngestProblems,
    )
)]
#[post("/v1/articles")]
pub async fn create_article(
    caller: Caller<Contributor>,
    state: web::Data<State>,
    request: HttpRequest,
    JsonBody(body): JsonBody<ArticleRequest>,
) -> Result<HttpResponse, Problem> {
    let new = body.check(clock::now())?;
    let at_once = prefers_async(&request);
    let wait = if at_once { std::time::Duration::ZERO } else { state.options.link_wait };
    let submitted = state.service.submit(caller.workspace, new, wait).await?;
    let (article, claims) = load(&state, caller.workspace, submitted.id).await?;

    let mut response = if submitted.created { HttpResponse::Created() } else { HttpResponse::Ok() };
    if submitted.created {
        response.insert_header((LOCATION, format!("/v1/articles/{}", submitted.id)));
    }
    if at_once {
        response.insert_header(("Preference-Applied", "respond-async"));
    }
    Ok(response.json(ArticleView::from(&article).with_claims(&claims)))
}

/// RFC 7240: several preferences may come in one header or in several.
fn prefers_async(request: &HttpRequest) -> bool {
    let headers = request.headers().get_all("prefer").filter_map(|value| value.to_str().ok());
    headers.flat_map(|value| value.split([',', ';'])).any(|preference| preference.trim().eq_ignore_ascii_case("respond-async"))
}

/// An article that can be shown, with its claims.
pub(super) async fn load(state: &State, workspace: WorkspaceId, id: ArticleId) -> Result<(Article, Vec<Claim>), Problem> {
    let article = find(state, workspace, id).await?;
    let claims = state.service.store().claims_of_article(workspace, id).await?;
    Ok((article, claims))
}

async fn find(state: &State, workspace: WorkspaceId, id: ArticleId) -> Result<Article, Problem> {
    let article = state.service.store().article(workspace, id).await?.ok_or_else(Problem::not_found)?;
    match &article.withdrawal {
        Some(withdrawal) => Err(Problem::withdrawn(withdrawal)),
        None => Ok(article),
    }
}

/// Get one article
///
/// With its stored text and its claims.
#[utoipa::path(
    operation_id = "getArticle",
    tag = "articles",
    security(("bearer" = ["reader"])),
    params(("id" = Uuid, Path, description = "Id of the article.")),
    responses((status = 200, description = "The article.", body = ArticleView), RecallProblems)
)]
#[get("/v1/articles/{id}")]
pub async fn get_article(
    caller: Caller<Reader>,
    state: web::Data<State>,
    Id(id): Id<ArticleId>,
) -> Result<web::Json<ArticleView>, Problem> {
    let (article, claims) = load(&state, caller.workspace, id).await?;
    Ok(web::Json(ArticleView::from(&article).with_claims(&claims).with_text(article.text)))
}

/// Articles shown that one shares text with. More than these copy from one only where a story is much copied.
const MOST_REUSE: i64 = 100;

/// List the text that an article shares with others
///
/// Passages of 15 words or more that stand in both, up to edits of a few words, with the part of the copy that they make up. Of two
/// articles the one that was published later is taken for the copy. Credits, captions and headlines are not compared. Empty until
/// the article is linked, and again once a later revision of it is.
#[utoipa::path(
    operation_id = "listReuse",
    tag = "articles",
    security(("bearer" = ["reader"])),
    params(("id" = Uuid, Path, description = "Id of the article.")),
    responses((status = 200, description = "What it has from others, and others from it.", body = ReuseListView), RecallProblems)
)]
#[get("/v1/articles/{id}/reuse")]
pub async fn list_reuse(
    caller: Caller<Reader>,
    state: web::Data<State>,
    Id(id): Id<ArticleId>,
) -> Result<web::Json<ReuseListView>, Problem> {
    let store = state.service.store();
    let article = find(&state, caller.workspace, id).await?;
    let pairs = store.reuse_of(caller.workspace, id, MOST_REUSE).await?;
    let other = |pair: &Reuse| if pair.article == id { pair.source } else { pair.article };
    let others = store.articles(caller.workspace, &pairs.iter().map(other).collect::<Vec<_>>()).await?;
    let others: HashMap<ArticleId, Article> = others.into_iter().map(|article| (article.id, article)).collect();
    let items = pairs.iter().filter_map(|pair| Some(ReuseView::of(pair, &article, others.get(&other(pair))?))).collect();
    Ok(web::Json(ReuseListView { items }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ArticleQuery {
    /// Id of an outlet.
    #[param(nullable = false, format = Uuid)]
    pub(super) outlet: Option<String>,
    #[param(nullable = false, value_type = Option<ArticleStatusView>)]
    pub(super) status: Option<String>,
    /// Rows a page.
    #[param(nullable = false, value_type = Option<i32>, minimum = 1, maximum = 100, default = 25)]
    pub(super) limit: Option<String>,
    /// `next_cursor` of the page before.
    #[param(nullable = false)]
    pub(super) cursor: Option<String>,
}

impl ArticleQuery {
    pub(super) fn filter(&self, faults: &mut Faults) -> ArticleFilter {
        ArticleFilter {
            outlet: faults.given("/outlet", self.outlet.as_deref(), id),
            status: faults.given("/status", self.status.as_deref(), choice::<ArticleStatusView>).map(Into::into),
        }
    }
}

/// List articles
///
/// Newest first, without texts and claims.
#[utoipa::path(
    operation_id = "listArticles",
    tag = "articles",
    security(("bearer" = ["reader"])),
    params(ArticleQuery),
    responses((status = 200, description = "A page of articles.", body = ArticlePage), ListProblems)
)]
#[get("/v1/articles")]
pub async fn list_articles(
    caller: Caller<Reader>,
    state: web::Data<State>,
    Params(query): Params<ArticleQuery>,
) -> Result<web::Json<ArticlePage>, Problem> {
    let mut faults = Faults::default();
    let filter = query.filter(&mut faults);
    let wanted = PageRequest::read(&mut faults, "articles", query.limit.as_deref(), query.cursor.as_deref())?;
    faults.finish()?;
    let rows = state.service.store().list_articles(caller.workspace, &filter, &wanted.page).await?;
    let (rows, next_cursor) = wanted.finish(rows, |last| last.id.0);
    Ok(web::Json(ArticlePage { items: rows.iter().map(ArticleView::from).collect(), next_cursor }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_of_an_article_is_told_at_once() {
        let request: ArticleRequest = serde_json::from_value(serde_json::json!({
            "url": "ftp://example.org/", "outlet": {"name": " "}, "text": "a\u{0}b", "published_at": "yesterday",
            "language": "klingon", "claims": [{"text": "fine"}, {"text": ""}],
        }))
        .unwrap();
        let problem = request.check(clock::now()).unwrap_err();
        let body = actix_web::ResponseError::error_response(&problem).into_body();
        let bytes = actix_web::body::MessageBody::try_into_bytes(body).unwrap();
        let document: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let pointers: Vec<_> =
            document["errors"].as_array().unwrap().iter().map(|fault| fault["pointer"].as_str().unwrap()).collect();
        assert_eq!(pointers, ["/url", "/language", "/published_at", "/outlet/name", "/claims/1/text", "/text"]);
    }

    #[test]
    fn preferences_are_found_in_any_of_the_forms_they_come_in() {
        let prefers = |value: &str| {
            prefers_async(&actix_web::test::TestRequest::default().insert_header(("Prefer", value)).to_http_request())
        };
        assert!(prefers("respond-async"));
        assert!(prefers("wait=5, Respond-Async"));
        assert!(!prefers("respond-asynchronously"));
        assert!(!prefers("wait=5"));
    }
}
