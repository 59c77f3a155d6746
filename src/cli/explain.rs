//! `explain CLUSTER`: what each outlet does with a claim, from where it has it, and the words that show it, as the API tells them.

use std::{io::Write, process::ExitCode};

use anstyle::{AnsiColor, Style};
use clap::Args;
use serde_json::Value;
use uuid::Uuid;

use super::{
    CliError,
    client::{Client, show},
};
use crate::{config::Serve, telemetry};

#[derive(Args)]
pub(super) struct Explain {
    /// Id of the cluster
    cluster: Uuid,
    /// Print the cluster as the API gives it
    #[arg(long)]
    json: bool,
    /// Address of a running service; without it the one at the configured address, or one of our own
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    #[command(flatten)]
    service: Serve,
}

impl Explain {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        telemetry::log(super::serve::QUIET, false, None)?;
        let (status, answer) = super::serve::in_runtime(async {
            let client = Client::open(self.server.as_deref(), &self.service).await?;
            // The client follows the address of a cluster that took this one over.
            let answer = client.get(&format!("/v1/clusters/{}", self.cluster)).await;
            client.close().await?;
            answer
        })?;
        show(status, &answer, self.json, print)
    }
}

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

fn colour(relation: &str) -> Style {
    match relation {
        "corroborates" => AnsiColor::Green.on_default(),
        "disputes" => AnsiColor::Red.on_default(),
        "echoes" => AnsiColor::Yellow.on_default(),
        _ => DIM,
    }
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

fn each<'a>(value: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    value[field].as_array().into_iter().flatten()
}

fn print(cluster: &Value) -> std::io::Result<()> {
    let mut out = anstream::stdout().lock();
    writeln!(out, "{BOLD}{}{BOLD:#}", text(cluster, "claim"))?;
    let origins = &cluster["origins"];
    let (low, high) = (origins["low"].as_i64().unwrap_or_default(), origins["high"].as_i64().unwrap_or_default());
    let outlets = cluster["counts"]["outlets"].as_i64().unwrap_or_default();
    let range = if low == high { low.to_string() } else { format!("{low} to {high}") };
    writeln!(out, "outlets: {outlets}; independent origins: {range}")?;
    for root in each(origins, "roots") {
        let named = if root["named"] == true { "" } else { ", not counted as named" };
        let ring = if each(root, "circular").next().is_some() { ", who name one another" } else { "" };
        writeln!(out, "  {DIM}{} ({}{named}{ring}){DIM:#}", text(root, "name"), text(root, "kind").replace('_', " "))?;
    }
    for position in each(cluster, "outlets") {
        let relation = text(position, "relation");
        let style = colour(relation);
        write!(out, "\n{BOLD}{}{BOLD:#} {style}{relation}{style:#}", text(&position["outlet"], "name"))?;
        for (word, name) in [
            ("", text(position, "echo_of")),
            ("by ", text(&position["disputed_by"], "name")),
            ("against ", text(&position["asserted_by"], "name")),
            ("", text(position, "independence")),
        ] {
            if !name.is_empty() {
                write!(out, " {word}{name}")?;
            }
        }
        let flags: Vec<String> = each(position, "flags").filter_map(Value::as_str).map(|flag| flag.replace('_', " ")).collect();
        writeln!(out, "{}", if flags.is_empty() { String::new() } else { format!(" {DIM}[{}]{DIM:#}", flags.join(", ")) })?;
        for evidence in each(position, "evidence") {
            writeln!(out, "  {}", text(evidence, "summary"))?;
        }
    }
    for step in each(cluster, "timeline").filter(|step| each(step, "drift").next().is_some()) {
        let drift: Vec<String> = each(step, "drift").filter_map(Value::as_str).map(|drift| drift.replace('_', " ")).collect();
        let claim = each(cluster, "claims").find(|claim| claim["id"] == step["claim_id"]);
        let (outlet, words) = claim.map_or(("", ""), |claim| (text(&claim["outlet"], "name"), text(claim, "text")));
        writeln!(out, "\n{} {outlet}: {} without a new origin: {words}", text(step, "at"), drift.join(", "))?;
    }
    Ok(())
}
