//! For those who run the service: what they watch exists, and what must not be in a log is not.

use std::{collections::BTreeSet, fs, path::Path};

use nix::sys::signal::Signal;
use serde_json::{Value, json};
use sqlx::ConnectOptions;

use crate::{
    api::Api,
    cli::{Running, crossclaim},
    harness,
};

fn ops(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ops").join(file)).unwrap()
}

/// Words of an expression that are metrics of ours.
fn metrics(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with("crossclaim_") || word.starts_with("http_request")).map(str::to_owned).collect()
}

#[tokio::test]
async fn dashboard_alerts_and_documentation_name_metrics_that_exist() {
    let api = Api::patient(harness::store().await).await;
    let article = json!({"url": "https://a.example/1", "text": "The bridge is closed.", "outlet": {"name": "A"}});
    api.post("/v1/articles", &article).await.expect(201);
    let page = api.get("/metrics").await.expect(200).text();
    let exist: BTreeSet<&str> =
        page.lines().filter(|line| !line.starts_with('#')).map(|line| line.split(['{', ' ']).next().unwrap()).collect();

    let dashboard: Value = serde_json::from_str(&ops("grafana.json")).unwrap();
    let targets = dashboard["panels"].as_array().unwrap().iter().flat_map(|panel| panel["targets"].as_array().unwrap());
    let shown: String = targets.map(|target| format!("{} ", target["expr"].as_str().unwrap())).collect();
    let alerts: String = ops("alerts.yml").lines().filter(|line| line.trim_start().starts_with("expr:")).collect();
    for (what, text) in [("grafana.json", &shown), ("alerts.yml", &alerts)] {
        let named = metrics(text);
        assert!(named.len() >= 5, "{what}: {named:?}");
        for name in named {
            assert!(exist.contains(name.as_str()), "{what} names {name}, of {exist:?}");
        }
    }
    // The table has every metric, by the name of its family.
    let documented = metrics(&ops("README.md"));
    for name in &exist {
        let family = ["_bucket", "_sum", "_count"].iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name);
        let ours = family.starts_with("crossclaim_") || family.starts_with("http_");
        assert!(!ours || documented.contains(family), "{family} is not documented");
    }
    for line in page.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let name = line.split(' ').next().unwrap();
        let ours = name.starts_with("crossclaim_") || name.starts_with("http_");
        assert!(!ours || page.contains(&format!("# HELP {name} ")), "{name} has no description");
    }
}

/// C18, E1: with everything logged that can be.
#[tokio::test]
async fn a_log_holds_no_secret_and_no_words_of_others_and_each_line_is_an_object() {
    let options = harness::database().await;
    let url = format!("{}&application_name=x", options.to_url_lossy()).replacen("crossclaim@", "crossclaim:planted-password@", 1);
    assert!(url.contains("planted-password"), "{url}");
    let mut command = crossclaim(&["serve"]);
    command.env("DATABASE_URL", &url).env("CROSSCLAIM_API_KEY", "planted-operators-key");
    command.env("CROSSCLAIM_SECRET_KEY", crate::api::SECRET_KEY);
    command.env("CROSSCLAIM_LOG", "trace").env("CROSSCLAIM_LOG_FORMAT", "json");
    let mut service = Running::serve(&mut command);
    let key = "planted-operators-key";
    let title = "planted-title \"}\r\n{\"level\":\"ERROR\",\"message\":\"forged\"}\u{2028}";
    let article = json!({
        "url": "https://planted-host.example/planted-path",
        "title": title.replace("\r\n", " "),
        "text": "The planted-word bridge was closed on Monday.\n{\"level\":\"ERROR\",\"message\":\"forged\"}\nIt had cracks.",
        "outlet": {"name": "Planted-outlet"},
    });
    service.post_with(key, "/v1/articles", &article).await.expect(201);
    let hook = service.post_with(key, "/v1/webhooks", &json!({"url": "https://planted-hook.example/"})).await.expect(201).json();
    let made = service.post_with(key, "/v1/keys", &json!({"name": "planted-name", "role": "admin"})).await.expect(201).json();
    let (secret, hook_secret) = (made["secret"].as_str().unwrap().to_owned(), hook["secret"].as_str().unwrap().to_owned());
    service.get_with(&secret, "/v1/claims?q=planted-query").await.expect(200);
    service.get_with("planted-wrong-key", "/v1/claims").await.expect_problem(401, "unauthenticated");
    service.post_with(key, "/v1/articles", &json!({"planted-field": "\u{1b}[31m\r\nplanted-value"})).await.expect(422);
    assert_eq!(service.stop(Signal::SIGTERM), Some(0));

    let log = fs::read_to_string(service.log()).unwrap();
    assert!(log.lines().count() > 50, "{log}");
    for line in log.lines() {
        let event: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"));
        assert!(event["level"].is_string(), "{line}");
        assert_ne!(event["message"], "forged", "{line}");
    }
    let proof = secret.rsplit_once('_').unwrap().1;
    for planted in [
        "planted-password",
        "planted-operators-key",
        crate::api::SECRET_KEY,
        proof,
        &hook_secret,
        "planted-wrong-key",
        "planted-title",
        "planted-word",
        "planted-path",
        "planted-query",
        "planted-value",
        "planted-field",
    ] {
        let found = log.lines().find(|line| line.contains(planted));
        assert_eq!(found, None, "{planted} is in the log");
    }
}
