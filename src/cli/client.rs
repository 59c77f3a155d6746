//! Commands that need a service use the one that runs, or run one for themselves: either way over the public API.

use std::{convert::Infallible, io::Write, process::ExitCode, time::Duration};

use futures_util::{Stream, StreamExt, stream};
use reqwest::Body;
use serde_json::Value;

use super::{CliError, serve::Running};
use crate::{config::Serve, domain::Secret};

const CONNECT: Duration = Duration::from_secs(2);
const ANSWER: Duration = Duration::from_secs(60);

/// A service that answers, over HTTP.
pub(super) struct Client {
    http: reqwest::Client,
    base: String,
    key: Option<String>,
    /// The service of our own, where none was running.
    own: Option<Running>,
}

impl Client {
    /// The service at `server`; else the one at the configured address; else one of our own until [`Client::close`].
    pub(super) async fn open(server: Option<&str>, config: &Serve) -> Result<Self, CliError> {
        let http = reqwest::Client::builder().connect_timeout(CONNECT).timeout(ANSWER).no_proxy().build()?;
        let key = config.api_key().map(str::to_owned);
        if let Some(server) = server {
            return Ok(Self { http, base: server.trim_end_matches('/').to_owned(), key, own: None });
        }
        let base = format!("http://{}", config.listen);
        // Somebody else's server may listen there: ours names itself in its description.
        let ours = async {
            let document: Value = http.get(format!("{base}/openapi.json")).send().await.ok()?.json().await.ok()?;
            document["info"]["title"].as_str().map(|title| title.starts_with("Crossclaim"))
        };
        if ours.await == Some(true) {
            return Ok(Self { http, base, key, own: None });
        }
        // Whoever can start the service on its database needs no key of it.
        let key = key.unwrap_or_else(|| Secret::generate().reveal().to_owned());
        let running = Running::start(&config.private(&key)).await?;
        running.wait_until_ready().await;
        Ok(Self { http, base: running.url(), key: Some(key), own: Some(running) })
    }

    pub(super) async fn close(self) -> Result<(), CliError> {
        match self.own {
            Some(running) => running.stop().await,
            None => Ok(()),
        }
    }

    /// Whether the service ends with this command, so that work must be finished before.
    pub(super) fn is_own(&self) -> bool {
        self.own.is_some()
    }

    /// The answer with its status; `Err` only when there is none.
    pub(super) async fn post(&self, path: &str, body: &Value, prefer_async: bool) -> Result<(u16, Value), CliError> {
        let mut request = self.http.post(format!("{}{path}", self.base)).json(body);
        if prefer_async {
            request = request.header("prefer", "respond-async");
        }
        self.answer(request).await
    }

    /// Posts lines as they come, and gives the results as they come. A service that can take none of them is an error.
    pub(super) async fn import(
        &self,
        path: &str,
        lines: impl Stream<Item = Vec<u8>> + Send + 'static,
    ) -> Result<impl Stream<Item = Result<Value, CliError>>, CliError> {
        let mut request = self.http.post(format!("{}{path}", self.base)).header("content-type", "application/x-ndjson");
        if let Some(key) = &self.key {
            request = request.bearer_auth(key);
        }
        // As long as it takes: an import has no usual length.
        let request = request.timeout(Duration::MAX).body(Body::wrap_stream(lines.map(Ok::<_, Infallible>)));
        let response = request.send().await?;
        if response.status() != 200 {
            let answer = response.text().await?;
            return Err(CliError::Refused(problem(&serde_json::from_str(&answer).unwrap_or(Value::String(answer)))));
        }
        let unread = (Some(response), Vec::new());
        Ok(stream::unfold(unread, async |(mut response, mut bytes)| {
            loop {
                if let Some(end) = bytes.iter().position(|&byte| byte == b'\n') {
                    let rest = bytes.split_off(end + 1);
                    let result = serde_json::from_slice(&bytes).map_err(|error| CliError::Refused(error.to_string()));
                    return Some((result, (response, rest)));
                }
                match response.as_mut()?.chunk().await {
                    Ok(chunk) => bytes.extend_from_slice(&chunk?),
                    Err(error) => return Some((Err(CliError::Http(error)), (None, bytes))),
                }
            }
        }))
    }

    pub(super) async fn get(&self, path: &str) -> Result<(u16, Value), CliError> {
        self.answer(self.http.get(format!("{}{path}", self.base))).await
    }

    async fn answer(&self, mut request: reqwest::RequestBuilder) -> Result<(u16, Value), CliError> {
        if let Some(key) = &self.key {
            request = request.bearer_auth(key);
        }
        let response = request.send().await?;
        let status = response.status().as_u16();
        let body = response.text().await?;
        Ok((status, serde_json::from_str(&body).unwrap_or(Value::String(body))))
    }
}

/// Shows an answer, as it is or as `print` puts it for people; a problem is an error.
pub(super) fn show(
    status: u16,
    answer: &Value,
    json: bool,
    print: impl FnOnce(&Value) -> std::io::Result<()>,
) -> Result<ExitCode, CliError> {
    if status != 200 {
        return Err(CliError::Refused(problem(answer)));
    }
    if json {
        writeln!(std::io::stdout(), "{answer:#}")?;
    } else {
        print(answer)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// One line for people from a problem document: the faults where it names some, else its detail.
pub(super) fn problem(answer: &Value) -> String {
    let faults: Vec<String> = answer["errors"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|fault| {
            format!("{} {}", fault["pointer"].as_str().unwrap_or_default(), fault["detail"].as_str().unwrap_or_default())
        })
        .collect();
    let detail = answer["detail"].as_str().unwrap_or("no detail was given");
    let code = answer["code"].as_str().unwrap_or("unknown");
    if faults.is_empty() { format!("{detail} ({code})") } else { format!("{} ({code})", faults.join("; ")) }
}

/// `crossclaim health`: for containers, which have no curl.
pub(super) fn health(config: &Serve) -> Result<ExitCode, CliError> {
    super::serve::in_runtime(async {
        let mut address = config.listen;
        if address.ip().is_unspecified() {
            address.set_ip(if address.is_ipv4() { [127, 0, 0, 1].into() } else { std::net::Ipv6Addr::LOCALHOST.into() });
        }
        let http = reqwest::Client::builder().timeout(CONNECT).no_proxy().build()?;
        let ready = http.get(format!("http://{address}/readyz")).send().await?.status().is_success();
        Ok(if ready { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}
