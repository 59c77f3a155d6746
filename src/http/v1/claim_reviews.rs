//! `/v1/claimreviews`, and clusters as JSON-LD: claims as fact-checkers exchange them.

use actix_web::{HttpResponse, get, http::header::LOCATION, post, web};

use crate::{
    domain::{ArticleId, ClusterId, clock},
    http::{
        State,
        auth::{Caller, Editor, Reader},
        error::Problem,
        extract::{Id, JsonLdBody},
        jsonld::{self, JSON_LD},
        openapi::{ReadProblems, WriteProblems},
        views::{ClaimReviewResultView, ClaimReviewResultsView, claim_document},
    },
    storage::ClusterLookup,
};

/// Get one cluster as JSON-LD
///
/// A `Claim` of schema.org with its appearances, oldest first, and a `ClaimReview` for each review of it that an editor imported, with
/// the rating that its author gave. What each outlet does with the claim stands under the prefix `xc`, which the documentation
/// describes. Crossclaim rates nothing: without an imported review there is no `ClaimReview`.
#[utoipa::path(
    operation_id = "getClaimReview",
    tag = "clusters",
    security(("bearer" = ["reader"])),
    params(("id" = Uuid, Path, description = "Id of the cluster.")),
    responses(
        (status = 200, description = "The document.", body = Object, content_type = "application/ld+json"),
        (status = 308, description = "Merged into another cluster.", headers(("Location" = String, description = "Address of the surviving cluster's document."))),
        ReadProblems,
    )
)]
#[get("/v1/clusters/{id}/claimreview")]
pub async fn get_claim_review(
    caller: Caller<Reader>,
    state: web::Data<State>,
    Id(id): Id<ClusterId>,
) -> Result<HttpResponse, Problem> {
    let store = state.service.store();
    let whole = match store.cluster(caller.workspace, id).await? {
        ClusterLookup::Live(whole) => whole,
        ClusterLookup::Merged(survivor) => {
            let address = format!("/v1/clusters/{survivor}/claimreview");
            return Ok(HttpResponse::PermanentRedirect().insert_header((LOCATION, address)).finish());
        }
        ClusterLookup::Absent => return Err(Problem::not_found()),
    };
    let mut articles: Vec<ArticleId> = whole.claims.iter().map(|claim| claim.article_id).collect();
    articles.sort_unstable();
    articles.dedup();
    let articles = store.articles(caller.workspace, &articles).await?;
    let reviews = store.claim_reviews(caller.workspace, id).await?;
    let document = claim_document(&whole, &reviews, &articles);
    Ok(HttpResponse::Ok().content_type(JSON_LD).body(document.to_string()))
}

/// Import claim reviews
///
/// Takes `ClaimReview` and `Claim` of schema.org as they are published: one, an array, `@graph`, or a `DataFeed`; at most 100 in a
/// request. Each address at which a claim appeared becomes an article with the claim as its text, unless the article itself is stored;
/// where the document names who made the claim, he is named in it. The rating is kept as its author's word, shown by `getClaimReview`,
/// and changes no label. Sending a review again is safe, and puts what it says now in place of what it said. One that is at fault fails
/// alone; pointers in its problem lead into the document.
#[utoipa::path(
    operation_id = "createClaimReviews",
    tag = "articles",
    security(("bearer" = ["editor"])),
    request_body(content = Object, content_type = "application/ld+json", description = "The document.", example = json!(crate::http::examples::claim_review())),
    responses((status = 200, description = "One result a claim.", body = ClaimReviewResultsView), WriteProblems)
)]
#[post("/v1/claimreviews")]
pub async fn create_claim_reviews(
    caller: Caller<Editor>,
    state: web::Data<State>,
    JsonLdBody(document): JsonLdBody,
) -> Result<web::Json<ClaimReviewResultsView>, Problem> {
    let mut items = Vec::new();
    for claim in jsonld::claims(&document, clock::now())? {
        let outcome = match claim {
            Ok(claim) => state.service.collect(caller.workspace, &claim, caller.actor()).await.map_err(Problem::from),
            Err(problem) => Err(problem),
        };
        items.push(ClaimReviewResultView::from(outcome));
    }
    Ok(web::Json(ClaimReviewResultsView { items }))
}
