//! `check FILE`: a draft's claims, coloured for a terminal, with what is known of each.

use std::{
    io::{Read, Write},
    path::PathBuf,
    process::ExitCode,
};

use anstyle::{AnsiColor, Style};
use clap::Args;
use serde_json::{Value, json};

use super::{
    CliError,
    client::{Client, show},
};
use crate::{config::Serve, telemetry};

#[derive(Args)]
pub(super) struct Check {
    /// The draft, as .txt or .html; - reads standard input
    file: PathBuf,
    /// Print the answer as JSON
    #[arg(long)]
    json: bool,
    /// Address of a running service; without it the one at the configured address, or one of our own
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    #[command(flatten)]
    service: Serve,
}

impl Check {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        telemetry::log(super::serve::QUIET, false, None)?;
        let named = |source| CliError::File { path: self.file.display().to_string(), source };
        let text = if self.file.as_os_str() == "-" {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).map_err(named)?;
            text
        } else {
            std::fs::read_to_string(&self.file).map_err(named)?
        };
        let html = self.file.extension().is_some_and(|extension| extension == "html" || extension == "htm");
        let draft = if html { json!({ "html": text }) } else { json!({ "text": text }) };
        let (status, answer) = super::serve::in_runtime(async {
            let client = Client::open(self.server.as_deref(), &self.service).await?;
            let answer = client.post("/v1/check", &draft, false).await;
            client.close().await?;
            answer
        })?;
        show(status, &answer, self.json, print)
    }
}

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const RED: Style = AnsiColor::Red.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default();
const GREEN: Style = AnsiColor::Green.on_default();

fn print(answer: &Value) -> std::io::Result<()> {
    let mut out = anstream::stdout().lock();
    let claims = answer["claims"].as_array().map(Vec::as_slice).unwrap_or_default();
    if claims.is_empty() {
        writeln!(out, "No checkable claim was found.")?;
    }
    for claim in claims {
        writeln!(out, "{BOLD}{}{BOLD:#}", claim["text"].as_str().unwrap_or_default())?;
        let matches = claim["matches"].as_array().map(Vec::as_slice).unwrap_or_default();
        let Some(best) = matches.first() else {
            writeln!(out, "  {DIM}not reported here before{DIM:#}")?;
            continue;
        };
        let counts = &best["cluster"]["counts"];
        let count = |name: &str| counts[name].as_i64().unwrap_or_default();
        let likeness = if best["decision"] == "link" { "known as" } else { "perhaps" };
        writeln!(out, "  {likeness}: {}", best["cluster"]["claim"].as_str().unwrap_or_default())?;
        writeln!(
            out,
            "  {GREEN}{} corroborate{GREEN:#}, {RED}{} dispute{RED:#}, {YELLOW}{} echo{YELLOW:#}",
            count("corroborates"),
            count("disputes"),
            count("echoes")
        )?;
        for denier in claim["disputed_by"].as_array().into_iter().flatten() {
            let outlet = denier["outlet"]["name"].as_str().unwrap_or("an outlet");
            match denier["source"]["name"].as_str() {
                Some(source) => writeln!(out, "  {RED}disputed by {source}, in {outlet}{RED:#}")?,
                None => writeln!(out, "  {RED}disputed by {outlet}{RED:#}")?,
            }
        }
        if claim["single_origin"] == true {
            writeln!(out, "  {YELLOW}one origin only{YELLOW:#}")?;
        }
        if claim["anonymous_only"] == true {
            writeln!(out, "  {YELLOW}anonymous sources only{YELLOW:#}")?;
        }
    }
    Ok(())
}
