//! The sample corpus, part of the binary, and the first look at it that `demo` prints.

use std::{io::Write, time::Duration};

use rust_embed::RustEmbed;

use super::CliError;
use crate::{
    domain::{ArticleStatus, WorkspaceId},
    http::parse_article,
    pipeline::Service,
    storage::{ArticleFilter, ClusterFilter, ClusterSort, Page, StoredCluster},
};

#[derive(RustEmbed)]
#[folder = "samples/articles/"]
struct Samples;

/// How long the demo waits for the last sample to be linked.
const PATIENCE: Duration = Duration::from_secs(30);
const ROWS: usize = 12;

pub(super) async fn load_if_empty(service: &Service) -> Result<(), CliError> {
    let workspace = WorkspaceId::DEFAULT;
    let any = service.store().list_articles(workspace, &ArticleFilter::default(), &Page { after: None, limit: 1 }).await?;
    if !any.is_empty() {
        return Ok(());
    }
    let mut names: Vec<_> = Samples::iter().collect();
    names.sort();
    writeln!(std::io::stdout(), "Loading {} sample articles …", names.len())?;
    for name in names {
        let Some(file) = Samples::get(&name) else { continue };
        let article = parse_article(&file.data).map_err(|problem| CliError::Refused(format!("{name}: {problem}")))?;
        service.submit(workspace, article, Duration::ZERO).await?;
    }
    let pending = ArticleFilter { status: Some(ArticleStatus::Pending), ..ArticleFilter::default() };
    let linked = async {
        while !service.store().list_articles(workspace, &pending, &Page { after: None, limit: 1 }).await?.is_empty() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok::<_, CliError>(())
    };
    tokio::time::timeout(PATIENCE, linked)
        .await
        .map_err(|_| CliError::Refused("the samples are not linked in time".to_owned()))?
}

/// Addresses, commands to paste, and the claims that several outlets carry.
pub(super) async fn show(service: &Service, url: &str) -> Result<(), CliError> {
    let filter = ClusterFilter { min_outlets: Some(2), sort: ClusterSort::Contested, ..ClusterFilter::default() };
    let rows = service.store().list_clusters(WorkspaceId::DEFAULT, &filter, &Page { after: None, limit: ROWS as i64 }).await?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{:<62} {:>12} {:>8} {:>6} {:>8}", "claim", "corroborates", "disputes", "echoes", "origins")?;
    for (_, StoredCluster { cluster, .. }) in &rows {
        let origins = match (cluster.origins.low, cluster.origins.high) {
            (low, high) if low == high => low.to_string(),
            (low, high) => format!("{low}–{high}"),
        };
        let counts = cluster.counts;
        writeln!(
            out,
            "{:<62} {:>12} {:>8} {:>6} {:>8}",
            clip(&cluster.claim, 62),
            counts.corroborates,
            counts.disputes,
            counts.echoes,
            origins
        )?;
    }
    writeln!(out, "\nDashboard   {url}/\nAPI docs    {url}/docs/\n\nTry:")?;
    writeln!(out, "  curl '{url}/v1/clusters?sort=contested&limit=3'")?;
    writeln!(
        out,
        "  curl '{url}/v1/match' -H 'content-type: application/json' \\\n    -d '{{\"text\": \"More than 50 countries have recognised Guaido\"}}'"
    )?;
    writeln!(
        out,
        "  curl '{url}/v1/check' -H 'content-type: application/json' \\\n    -d '{{\"text\": \"Hezbollah has active cells in Venezuela, the minister said.\"}}'"
    )?;
    writeln!(out, "\nCtrl-C stops the service and its database.")?;
    Ok(())
}

fn clip(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let cut: String = text.chars().take(width - 1).collect();
    format!("{}…", cut.trim_end())
}
