//! `/v1/exports`: whole lists, however long, as files.

use actix_web::{HttpResponse, get, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{articles::ArticleQuery, choice, claims::ClaimQuery, clusters::cluster_query};
use crate::{
    domain::{OutletId, Relation},
    http::{
        State,
        auth::{Caller, Editor, Reader},
        error::{Faults, Problem},
        export::{self, Place},
        extract::Params,
        openapi::ExportProblems,
        views::{
            ArticleStatusView, ArticleView, ClaimView, ClusterView, ExportFormat, PairView, PolarityView, PositionView,
            RelationView,
        },
    },
    storage::StoredCluster,
};

/// The format that is asked for.
fn format(faults: &mut Faults, raw: Option<&str>) -> ExportFormat {
    faults.given("/format", raw, choice::<ExportFormat>).unwrap_or_default()
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ClaimExportQuery {
    #[param(nullable = false, value_type = Option<ExportFormat>)]
    format: Option<String>,
    /// Words that all occur in the claim; "quotes" and -minus work as in a search engine.
    #[param(nullable = false)]
    q: Option<String>,
    /// Id of an outlet.
    #[param(nullable = false, format = Uuid)]
    outlet: Option<String>,
    /// Id of an article.
    #[param(nullable = false, format = Uuid)]
    article: Option<String>,
    /// Id of a cluster.
    #[param(nullable = false, format = Uuid)]
    cluster: Option<String>,
    #[param(nullable = false, value_type = Option<RelationView>)]
    relation: Option<String>,
    #[param(nullable = false, value_type = Option<PolarityView>)]
    polarity: Option<String>,
}

/// Export claims
///
/// All rows of `listClaims`, in its order, however many there are. They are read as of one moment. An answer that breaks off ends
/// without the end of its last chunk, which clients report: what has arrived is then not everything. Four exports run at once;
/// one that is not read for a minute is given up.
#[utoipa::path(
    operation_id = "exportClaims",
    tag = "exports",
    security(("bearer" = ["reader"])),
    params(ClaimExportQuery),
    responses(
        (status = 200, description = "One claim a line, or a row.", content(
            (ClaimView = "application/x-ndjson"), (String = "text/csv"), (String = "application/vnd.apache.parquet"),
        )),
        ExportProblems,
    )
)]
#[get("/v1/exports/claims")]
pub async fn export_claims(
    caller: Caller<Reader>,
    state: web::Data<State>,
    Params(query): Params<ClaimExportQuery>,
) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let format = format(&mut faults, query.format.as_deref());
    let ClaimExportQuery { q, outlet, article, cluster, relation, polarity, .. } = query;
    let filter = ClaimQuery { q, outlet, article, cluster, relation, polarity, limit: None, cursor: None }.filter(&mut faults);
    faults.finish()?;
    let place = Place::of(&state)?;
    let rows = state.service.store().export_claims(caller.workspace, &filter).await?;
    export::answer(place, "claims", format, rows, |claims| claims.iter().map(ClaimView::from).collect()).await
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ArticleExportQuery {
    #[param(nullable = false, value_type = Option<ExportFormat>)]
    format: Option<String>,
    /// Id of an outlet.
    #[param(nullable = false, format = Uuid)]
    outlet: Option<String>,
    #[param(nullable = false, value_type = Option<ArticleStatusView>)]
    status: Option<String>,
}

/// Export articles
///
/// All rows of `listArticles`, in its order: every revision, without texts and claims. As `exportClaims` otherwise.
#[utoipa::path(
    operation_id = "exportArticles",
    tag = "exports",
    security(("bearer" = ["reader"])),
    params(ArticleExportQuery),
    responses(
        (status = 200, description = "One article a line, or a row.", content(
            (ArticleView = "application/x-ndjson"), (String = "text/csv"), (String = "application/vnd.apache.parquet"),
        )),
        ExportProblems,
    )
)]
#[get("/v1/exports/articles")]
pub async fn export_articles(
    caller: Caller<Reader>,
    state: web::Data<State>,
    Params(query): Params<ArticleExportQuery>,
) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let format = format(&mut faults, query.format.as_deref());
    let ArticleExportQuery { outlet, status, .. } = query;
    let filter = ArticleQuery { outlet, status, limit: None, cursor: None }.filter(&mut faults);
    faults.finish()?;
    let place = Place::of(&state)?;
    let rows = state.service.store().export_articles(caller.workspace, &filter).await?;
    export::answer(place, "articles", format, rows, |articles| articles.iter().map(ArticleView::from).collect()).await
}

cluster_query! {
    ClusterExportQuery {
        #[param(nullable = false, value_type = Option<ExportFormat>)]
        format,
    }
}

/// Export clusters
///
/// All rows of `listClusters`, last seen first. A table has the counts and origins; the positions of outlets are rows of
/// `exportRelations`. As `exportClaims` otherwise.
#[utoipa::path(
    operation_id = "exportClusters",
    tag = "exports",
    security(("bearer" = ["reader"])),
    params(ClusterExportQuery),
    responses(
        (status = 200, description = "One cluster a line, or a row.", content(
            (ClusterView = "application/x-ndjson"), (String = "text/csv"), (String = "application/vnd.apache.parquet"),
        )),
        ExportProblems,
    )
)]
#[get("/v1/exports/clusters")]
pub async fn export_clusters(
    caller: Caller<Reader>,
    state: web::Data<State>,
    Params(query): Params<ClusterExportQuery>,
) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let format = format(&mut faults, query.format.as_deref());
    let filter = query.filter(&mut faults);
    faults.finish()?;
    let place = Place::of(&state)?;
    let rows = state.service.store().export_clusters(caller.workspace, &filter).await?;
    export::answer(place, "clusters", format, rows, |clusters| clusters.iter().map(ClusterView::from).collect()).await
}

/// Export relations
///
/// What each outlet does in each cluster, one row each: the positions of the clusters of `listClusters`. `outlet` and `relation`
/// leave their positions alone. As `exportClaims` otherwise.
#[utoipa::path(
    operation_id = "exportRelations",
    tag = "exports",
    security(("bearer" = ["reader"])),
    params(ClusterExportQuery),
    responses(
        (status = 200, description = "One position a line, or a row.", content(
            (PositionView = "application/x-ndjson"), (String = "text/csv"), (String = "application/vnd.apache.parquet"),
        )),
        ExportProblems,
    )
)]
#[get("/v1/exports/relations")]
pub async fn export_relations(
    caller: Caller<Reader>,
    state: web::Data<State>,
    Params(query): Params<ClusterExportQuery>,
) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let format = format(&mut faults, query.format.as_deref());
    let filter = query.filter(&mut faults);
    faults.finish()?;
    let place = Place::of(&state)?;
    let rows = state.service.store().export_clusters(caller.workspace, &filter).await?;
    let (outlet, relation) = (filter.outlet, filter.relation);
    let positions =
        move |clusters: Vec<StoredCluster>| clusters.iter().flat_map(|stored| positions(stored, outlet, relation)).collect();
    export::answer(place, "relations", format, rows, positions).await
}

/// The positions of a cluster that are asked for.
fn positions(stored: &StoredCluster, outlet: Option<OutletId>, relation: Option<Relation>) -> Vec<PositionView> {
    let ClusterView { id, claim, outlets, .. } = stored.into();
    let wanted = outlets.into_iter().filter(|position| {
        outlet.is_none_or(|wanted| position.outlet.id == wanted.0)
            && relation.is_none_or(|wanted| position.relation == wanted.into())
    });
    wanted.map(|position| PositionView { cluster_id: id, claim: claim.clone(), position }).collect()
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PairExportQuery {
    #[param(nullable = false, value_type = Option<ExportFormat>)]
    format: Option<String>,
}

/// Export labelled pairs
///
/// Every pair of claims that an editor put together or holds apart, with the words of both: constraints, and what follows from
/// decisions. Oldest first. What was lifted or undone is not among them, nor are claims of withdrawn articles. To train and to measure linking with. As `exportClaims` otherwise.
#[utoipa::path(
    operation_id = "exportPairs",
    tag = "exports",
    security(("bearer" = ["editor"])),
    params(PairExportQuery),
    responses(
        (status = 200, description = "One pair a line, or a row.", content(
            (PairView = "application/x-ndjson"), (String = "text/csv"), (String = "application/vnd.apache.parquet"),
        )),
        ExportProblems,
    )
)]
#[get("/v1/exports/pairs")]
pub async fn export_pairs(
    caller: Caller<Editor>,
    state: web::Data<State>,
    Params(query): Params<PairExportQuery>,
) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let format = format(&mut faults, query.format.as_deref());
    faults.finish()?;
    let place = Place::of(&state)?;
    let rows = state.service.store().export_pairs(caller.workspace).await?;
    export::answer(place, "pairs", format, rows, |pairs| pairs.into_iter().map(PairView::from).collect()).await
}
