//! Contested clusters → a feed as RFC 4287 has it.
//!
//! Addresses in it are relative to the one that it came from: the service does not know under which name it is reached.

use std::{collections::HashMap, fmt::Write};

use chrono::{DateTime, SecondsFormat, Utc};
use uuid::Uuid;

use crate::{
    domain::{ClusterId, Relation, WorkspaceId},
    storage::StoredCluster,
};

pub const ATOM: &str = "application/atom+xml";

/// `changed` has the moment of each cluster's last change, `made` is when the workspace was.
pub fn contested(
    workspace: WorkspaceId,
    clusters: &[StoredCluster],
    changed: &HashMap<ClusterId, DateTime<Utc>>,
    made: DateTime<Utc>,
) -> String {
    let changed = |stored: &StoredCluster| changed.get(&stored.cluster.id).copied().unwrap_or(stored.cluster.last_seen_at);
    let updated = clusters.iter().map(changed).max().unwrap_or(made);
    let mut feed = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
        <feed xmlns=\"http://www.w3.org/2005/Atom\">\n  \
        <id>urn:uuid:{id}</id>\n  \
        <title>Contested claims</title>\n  \
        <updated>{updated}</updated>\n  \
        <link rel=\"self\" type=\"{ATOM}\" href=\"/v1/clusters/contested.atom\"/>\n  \
        <link rel=\"alternate\" type=\"text/html\" href=\"/\"/>\n  \
        <author><name>Crossclaim</name></author>\n  \
        <generator version=\"{version}\">Crossclaim</generator>\n",
        id = Uuid::new_v5(&workspace.0, b"contested.atom"),
        updated = time(updated),
        version = env!("CARGO_PKG_VERSION"),
    );
    for stored in clusters {
        let cluster = &stored.cluster;
        write!(
            feed,
            "  <entry>\n    \
            <id>urn:uuid:{id}</id>\n    \
            <title>{title}</title>\n    \
            <published>{published}</published>\n    \
            <updated>{updated}</updated>\n    \
            <link rel=\"alternate\" type=\"text/html\" href=\"/#/claims/{id}\"/>\n    \
            <link rel=\"related\" type=\"application/json\" href=\"/v1/clusters/{id}\"/>\n    \
            <summary>{summary}</summary>\n  \
            </entry>\n",
            id = cluster.id,
            title = escaped(&cluster.claim),
            published = time(cluster.first_seen_at),
            updated = time(changed(stored)),
            summary = escaped(&summary(stored)),
        )
        .expect("memory takes it");
    }
    feed.push_str("</feed>\n");
    feed
}

/// Who does what, in words: "Disputed by Harbour Times. Corroborated by North Wire."
fn summary(stored: &StoredCluster) -> String {
    let name = |id| stored.outlets.iter().find(|outlet| outlet.id == id).map(|outlet| outlet.name.as_str());
    let sentences = [
        (Relation::Disputes, "Disputed by"),
        (Relation::Corroborates, "Corroborated by"),
        (Relation::Echoes, "Echoed by"),
        (Relation::Unclear, "Unclear in"),
    ];
    let told = sentences.iter().filter_map(|(relation, verb)| {
        let held = stored.cluster.outlets.iter().filter(|position| position.relation == *relation);
        let names: Vec<&str> = held.filter_map(|position| name(position.outlet_id)).collect();
        (!names.is_empty()).then(|| format!("{verb} {}.", names.join(", ")))
    });
    told.collect::<Vec<_>>().join(" ")
}

fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Texts hold no control characters: the edge refuses them, and XML could not say them.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            _ => escaped.push(c),
        }
    }
    escaped
}
