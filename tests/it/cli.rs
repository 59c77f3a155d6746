//! The built program as its user meets it: what it prints, how it ends, and what it survives.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener},
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Output, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::{Value, json};
use sqlx::ConnectOptions;

use crate::{
    api::Answer,
    harness::{self, PATIENCE, scratch_dir},
};

/// `crossclaim <arguments>`, with no setting of whoever runs the tests but where Postgres is. It finds a free port.
pub fn crossclaim(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crossclaim"));
    for (name, _) in std::env::vars_os() {
        let named = name.to_string_lossy();
        if named == "DATABASE_URL"
            || named.starts_with("OTEL_")
            || (named.starts_with("CROSSCLAIM_") && named != "CROSSCLAIM_PG_BIN")
        {
            command.env_remove(&name);
        }
    }
    command.args(arguments).env("CROSSCLAIM_LISTEN", "127.0.0.1:0").stdin(Stdio::null());
    // The cluster of the tests does not wait for the disk.
    command.env("CROSSCLAIM_UNSAFE_DATABASE", "true");
    command
}

/// The address of an empty database of its own, as an operator would write it.
pub async fn database_url() -> String {
    harness::database().await.to_url_lossy().to_string()
}

/// `crossclaim serve` or `demo`, running. Told to stop, and waited for, when dropped.
pub struct Running {
    child: Child,
    output: BufReader<ChildStdout>,
    /// Where its standard error goes.
    log: PathBuf,
    /// `http://127.0.0.1:<port>`
    pub url: String,
    client: reqwest::Client,
}

impl Running {
    pub fn serve(command: &mut Command) -> Self {
        let mut running = Self::spawn(command);
        let line = running.line();
        running.url = line.strip_prefix("Crossclaim is ready at ").unwrap_or_else(|| panic!("{line:?}")).to_owned();
        running
    }

    /// The program, and what it has printed once `last` begins a line.
    fn demo(command: &mut Command, last: &str) -> (Self, Vec<String>) {
        let mut running = Self::spawn(command);
        let mut lines = Vec::new();
        while lines.last().is_none_or(|line: &String| !line.starts_with(last)) {
            lines.push(running.line());
        }
        let dashboard = lines.iter().find_map(|line| line.strip_prefix("Dashboard ")).expect("the dashboard's address");
        running.url = dashboard.trim().trim_end_matches('/').to_owned();
        (running, lines)
    }

    /// Without waiting until it is ready.
    pub fn spawn(command: &mut Command) -> Self {
        let log = scratch_dir("log").join("stderr");
        let errors = fs::File::create(&log).expect("the directory is ours");
        let mut child = command.stdout(Stdio::piped()).stderr(errors).spawn().expect("the program runs");
        let output = BufReader::new(child.stdout.take().expect("its output is piped"));
        let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().expect("a client");
        Self { child, output, log, url: String::new(), client }
    }

    #[track_caller]
    fn line(&mut self) -> String {
        let mut line = String::new();
        let read = self.output.read_line(&mut line).expect("it prints text");
        assert!(read > 0, "it ended early: {}", fs::read_to_string(&self.log).expect("its log"));
        line.trim_end().to_owned()
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.client.get(format!("{}{path}", self.url))).await
    }

    pub async fn get_with(&self, key: &str, path: &str) -> Answer {
        Answer::of(self.client.get(format!("{}{path}", self.url)).bearer_auth(key.trim())).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.client.post(format!("{}{path}", self.url)).json(body)).await
    }

    /// Of what is there now.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        let tag = self.get(path).await.header("etag").to_owned();
        Answer::of(self.client.patch(format!("{}{path}", self.url)).header("if-match", tag).json(body)).await
    }

    /// Waits for a process that is about to end by itself; the signal that ended it, if one did.
    pub fn ended(&mut self) -> Option<i32> {
        let asked = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
                return status.signal();
            }
            assert!(asked.elapsed() < PATIENCE, "it goes on");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Addresses of all articles it knows, sorted.
    async fn articles(&self) -> Vec<String> {
        let listed = self.get("/v1/articles?limit=100").await.expect(200).json();
        let url = |article: &Value| article["url"].as_str().expect("an address").to_owned();
        let mut urls: Vec<String> = listed["items"].as_array().expect("a list").iter().map(url).collect();
        urls.sort();
        urls
    }

    pub async fn post_with(&self, key: &str, path: &str, body: &Value) -> Answer {
        Answer::of(self.client.post(format!("{}{path}", self.url)).bearer_auth(key).json(body)).await
    }

    /// Where its standard error goes.
    pub fn log(&self) -> &Path {
        &self.log
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its exit status after a signal; `None` when the signal killed it.
    pub fn stop(&mut self, signal: Signal) -> Option<i32> {
        kill(Pid::from_raw(self.child.id().cast_signed()), signal).expect("it runs");
        let asked = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
                return status.code();
            }
            if asked.elapsed() > PATIENCE {
                self.child.kill().expect("it runs");
                panic!("it does not stop after {signal}");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            // A test that fails already must not panic a second time.
            let _ = kill(Pid::from_raw(self.child.id().cast_signed()), Signal::SIGTERM);
            let _ = self.child.wait();
        }
    }
}

/// What a service says that does not start.
pub fn refused(command: &mut Command) -> String {
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program runs");
    let (pid, (done, ended)) = (child.id(), mpsc::channel());
    std::thread::spawn(move || done.send(child.wait_with_output()));
    let output = ended.recv_timeout(PATIENCE).unwrap_or_else(|_| {
        kill(Pid::from_raw(pid.cast_signed()), Signal::SIGKILL).expect("it runs");
        panic!("it serves all the same");
    });
    let output = output.expect("it ends");
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    said
}

pub fn article(outlet: &str, slug: &str, text: &str) -> Value {
    json!({
        "url": format!("https://{}.example/{slug}", outlet.to_lowercase()),
        "title": "The Marlow ferry",
        "text": text,
        "outlet": {"name": outlet, "kind": "newspaper"},
        "published_at": "2026-03-04T08:30:00Z",
        "language": "en",
    })
}

const SKIPPED: &str = "Three inspections of the Marlow ferry were skipped.";
const DENIED: &str = "Tidelines denied that three inspections of the Marlow ferry were skipped.";

/// Ends within a moment, says one line about itself, and has failed.
#[track_caller]
fn expect_refusal(output: &Output, words: &[&str]) {
    let said = String::from_utf8_lossy(&output.stderr);
    // The log goes to the same place; what is told to the user begins with our name.
    let told: Vec<&str> = said.lines().filter(|line| line.starts_with("crossclaim: ")).collect();
    assert_eq!((output.status.code(), told.len()), (Some(1), 1), "{said}");
    for word in words {
        assert!(told[0].contains(word), "{word} in {said}");
    }
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// Runs to its end with `input`.
pub fn fed(command: &mut Command, input: &[u8]) -> Output {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs");
    child.stdin.take().expect("its input is piped").write_all(input).expect("it reads all of it");
    child.wait_with_output().expect("it ends")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub fn objects(output: &Output) -> Vec<Value> {
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).expect("a JSON object a line")).collect()
}

#[cfg(target_os = "linux")]
mod own_database {
    use super::*;

    /// Processes that work in the private database of `dir`: Postgres goes where its data is.
    fn servers(dir: &Path) -> Vec<i32> {
        let cluster = dir.join("pg");
        let processes = fs::read_dir("/proc").expect("Linux").flatten();
        processes
            .filter(|process| fs::read_link(process.path().join("cwd")).is_ok_and(|cwd| cwd == cluster))
            .filter_map(|process| process.file_name().to_string_lossy().parse().ok())
            .collect()
    }

    fn postmaster(dir: &Path) -> Pid {
        let text = fs::read_to_string(dir.join("pg/postmaster.pid")).expect("a running server");
        Pid::from_raw(text.lines().next().expect("a line").parse().expect("a pid"))
    }

    fn serve(dir: &Path) -> Running {
        Running::serve(crossclaim(&["serve"]).arg("--data-dir").arg(dir))
    }

    #[tokio::test]
    async fn a_signal_stops_the_service_and_its_database() {
        let dir = scratch_dir("signals");
        for signal in [Signal::SIGTERM, Signal::SIGINT] {
            let mut service = serve(&dir);
            service.get("/readyz").await.expect(200);
            assert!(!servers(&dir).is_empty());
            let asked = Instant::now();
            assert_eq!(service.stop(signal), Some(0), "{signal}");
            assert!(asked.elapsed() < Duration::from_secs(5), "{signal}: {:?}", asked.elapsed());
            assert_eq!(servers(&dir), [0; 0], "{signal}");
            let log = fs::read_to_string(&service.log).unwrap();
            assert!(log.contains("embedded Postgres has stopped") && !log.contains('\u{1b}'), "{log}");
        }
    }

    #[tokio::test]
    async fn what_was_acknowledged_outlives_a_killed_database_and_a_killed_service() {
        let dir = scratch_dir("kills");
        let mut service = serve(&dir);
        service.post("/v1/articles", &article("Herald", "1", SKIPPED)).await.expect(201);

        kill(postmaster(&dir), Signal::SIGKILL).unwrap();
        let killed = Instant::now();
        let denial = article("Courier", "1", DENIED);
        // Refused with a reason while the database is away; then taken, without anybody's help.
        while service.post("/v1/articles", &denial).await.status >= 500 {
            assert!(killed.elapsed() < PATIENCE, "it recovers");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let both = ["https://courier.example/1", "https://herald.example/1"];
        assert_eq!(service.articles().await, both);
        while !service.get("/v1/articles?status=pending").await.json()["items"].as_array().is_some_and(Vec::is_empty) {
            assert!(killed.elapsed() < PATIENCE, "linking goes on");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }

        assert_eq!(service.stop(Signal::SIGKILL), None);
        let again = serve(&dir);
        assert_eq!(again.articles().await, both);
        let met = again.get("/v1/clusters?relation=disputes").await.expect(200).json();
        assert_eq!(met["items"][0]["counts"]["outlets"], 2, "{met}");
    }

    #[tokio::test]
    async fn each_directory_is_one_service_s_own() {
        let (one, other) = (scratch_dir("one"), scratch_dir("other"));
        let (first, second) = (serve(&one), serve(&other));
        first.post("/v1/articles", &article("Herald", "1", SKIPPED)).await.expect(201);
        assert_eq!((first.articles().await.len(), second.articles().await.len()), (1, 0));

        let third = crossclaim(&["serve"]).arg("--data-dir").arg(&one).output().unwrap();
        expect_refusal(&third, &[&one.to_string_lossy(), "in use"]);
        first.get("/readyz").await.expect(200);
    }

    #[tokio::test]
    async fn keys_are_made_beside_a_service_that_runs_on_its_own_database() {
        let dir = scratch_dir("keys");
        let command = |arguments: &[&str]| crossclaim(arguments).arg("--data-dir").arg(&dir).output().unwrap();
        // Before there is a database at all.
        let made = command(&["keys", "create", "--name", "Boss", "--role", "admin"]);
        assert!(made.status.success(), "{}", text(&made.stderr));
        assert_eq!(servers(&dir), [0; 0], "the database is stopped again");
        let service = Running::serve(crossclaim(&["serve", "--listen", "0.0.0.0:0"]).arg("--data-dir").arg(&dir));
        assert_eq!(service.get_with(&text(&made.stdout), "/v1/articles").await.status, 200);
        service.get("/v1/articles").await.expect_problem(401, "unauthenticated");

        let beside = command(&["keys", "create", "--name", "Desk", "--role", "reader"]);
        assert_eq!(service.get_with(&text(&beside.stdout), "/v1/articles").await.status, 200, "{}", text(&beside.stderr));
        assert_eq!(text(&command(&["keys", "list"]).stdout).lines().count(), 2);
    }

    #[tokio::test]
    async fn the_demo_shows_what_it_loaded_and_what_to_paste() {
        let dir = scratch_dir("demo");
        let mut command = crossclaim(&["demo"]);
        let command = command.arg("--data-dir").arg(&dir);
        let (mut demo, lines) = Running::demo(command, "Ctrl-C");
        assert!(lines[0].contains("24 sample articles"), "{lines:?}");
        assert!(lines.iter().any(|line| line.starts_with("API docs") && line.ends_with("/docs/")), "{lines:?}");
        demo.get("/docs/").await.expect(200);
        assert!(demo.get("/").await.expect(200).text().starts_with("<!doctype html>"));

        let header = lines.iter().position(|line| line.starts_with("claim ")).expect("a table");
        for column in ["corroborates", "disputes", "echoes", "origins"] {
            assert!(lines[header].contains(column), "{}", lines[header]);
        }
        let rows: Vec<&String> = lines[header + 1..].iter().take_while(|line| !line.is_empty()).collect();
        assert!(rows.len() >= 5, "{rows:?}");

        // As a reader would: from the first word of a command to where its line does not go on.
        let mut commands: Vec<String> = Vec::new();
        for line in lines.iter().map(|line| line.trim_start()) {
            match commands.last_mut() {
                Some(command) if command.ends_with('\\') => *command = format!("{command}\n{line}"),
                _ if line.starts_with("curl ") => commands.push(line.to_owned()),
                _ => {}
            }
        }
        assert_eq!(commands.len(), 3, "{lines:?}");
        for (command, field) in commands.iter().zip(["items", "items", "claims"]) {
            let pasted = Command::new("sh").args(["-c", command]).env("no_proxy", "*").output().unwrap();
            let answer: Value = serde_json::from_slice(&pasted.stdout).unwrap_or_else(|_| panic!("{command}: {pasted:?}"));
            assert!(answer[field].as_array().is_some_and(|found| !found.is_empty()), "{command}: {answer}");
        }

        let loaded = demo.articles().await;
        assert_eq!(loaded.len(), 24);
        assert_eq!(demo.stop(Signal::SIGINT), Some(0));
        let (again, lines) = Running::demo(command, "Ctrl-C");
        assert!(!lines.iter().any(|line| line.contains("sample articles")), "{lines:?}");
        assert_eq!(again.articles().await, loaded);
    }
}

#[tokio::test]
async fn a_database_that_is_named_is_used_and_none_is_started() {
    let (url, dir) = (database_url().await, scratch_dir("unused"));
    let mut service = Running::serve(crossclaim(&["serve"]).env("DATABASE_URL", &url).env("CROSSCLAIM_DATA_DIR", &dir));
    service.post("/v1/articles", &article("Herald", "1", SKIPPED)).await.expect(201);
    assert_eq!(service.stop(Signal::SIGTERM), Some(0));
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 0, "nothing was made in the data directory");
    let again = Running::serve(crossclaim(&["serve"]).env("DATABASE_URL", &url));
    assert_eq!(again.articles().await.len(), 1);
}

#[tokio::test]
async fn what_cannot_be_served_is_told_in_one_line() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let port_taken = crossclaim(&["serve", "--listen", &address]).output().unwrap();
    expect_refusal(&port_taken, &["cannot listen", &address, "in use"]);

    let url = database_url().await;
    let open = crossclaim(&["serve", "--listen", "0.0.0.0:0", "--database-url", &url]).output().unwrap();
    expect_refusal(&open, &["0.0.0.0:0", "CROSSCLAIM_API_KEY", "crossclaim keys create"]);

    let anywhere = crossclaim(&["serve", "--cors-origins", "*"]).output().unwrap();
    expect_refusal(&anywhere, &["CROSSCLAIM_CORS_ORIGINS", "https://"]);

    let nowhere = crossclaim(&["serve", "--database-url", "postgres://nobody@127.0.0.1:1/none"]).output().unwrap();
    expect_refusal(&nowhere, &["database"]);

    let without_a_model = crossclaim(&["serve", "--embedding-model", "/nowhere/to-be-found"]).output().unwrap();
    expect_refusal(
        &without_a_model,
        &["/nowhere/to-be-found", if cfg!(feature = "semantic") { "config.json" } else { "`semantic`" }],
    );
}

#[tokio::test]
async fn keys_are_made_listed_and_revoked_while_the_service_runs() {
    let url = database_url().await;
    let command = |arguments: &[&str]| crossclaim(arguments).env("DATABASE_URL", &url).output().unwrap();
    let service = Running::serve(crossclaim(&["serve"]).env("DATABASE_URL", &url).env("CROSSCLAIM_LOG", "trace"));
    service.post("/v1/articles", &article("Herald", "1", SKIPPED)).await.expect(201);

    let desk = text(&command(&["workspaces", "create", "Desk"]).stdout);
    expect_refusal(&command(&["workspaces", "create", "desk"]), &["desk", "already"]);
    let made = command(&["keys", "create", "--workspace", "Desk", "--name", "CMS", "--role", "reader", "--expires-in", "90d"]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let secret = text(&made.stdout).trim().to_owned();
    assert!(!text(&made.stderr).contains(&secret) && text(&made.stderr).contains("CMS"), "{}", text(&made.stderr));
    let shown = service.get_with(&secret, "/v1/articles").await.expect(200).json();
    assert_eq!(shown["items"], json!([]), "it is another workspace's");
    // From the first key on nobody is let in without one.
    let since = Instant::now();
    while service.get("/v1/articles").await.status != 401 {
        assert!(since.elapsed() < Duration::from_secs(3), "it is still open");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    let listed = text(&command(&["keys", "list", "--workspace", "Desk"]).stdout);
    assert!(listed.contains(&secret[..19]) && listed.contains("reader") && listed.contains("valid until"), "{listed}");
    assert!(!listed.contains(&secret), "{listed}");
    assert_eq!(text(&command(&["keys", "list"]).stdout), "");
    let workspaces = text(&command(&["workspaces", "list"]).stdout);
    assert_eq!(workspaces.lines().count(), 2);
    assert!(workspaces.lines().any(|line| line.starts_with(desk.trim()) && line.contains("1 keys  Desk")), "{workspaces}");

    let id = listed.split_whitespace().next().unwrap();
    expect_refusal(&command(&["keys", "revoke", id]), &["default", id]);
    let revoked = command(&["keys", "revoke", id, "--workspace", "Desk"]);
    assert!(text(&revoked.stdout).contains("by command line"), "{}", text(&revoked.stderr));
    let since = Instant::now();
    while service.get_with(&secret, "/v1/articles").await.status != 401 {
        assert!(since.elapsed() < Duration::from_secs(1), "it is still valid");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let log = fs::read_to_string(&service.log).unwrap();
    assert!(log.contains("TRACE") && !log.contains(&secret[20..]), "whatever is logged, the secret is not");
    expect_refusal(&command(&["keys", "list", "--workspace", "Sports"]), &["Sports", "workspaces list"]);
    let forever = command(&["keys", "create", "--name", "x", "--role", "reader", "--expires-in", "forever"]);
    assert_eq!((forever.status.code(), text(&forever.stdout)), (Some(2), String::new()));
}

#[tokio::test]
async fn a_command_that_starts_the_service_for_itself_needs_no_key() {
    let url = database_url().await;
    let command = |arguments: &[&str]| crossclaim(arguments).env("DATABASE_URL", &url).output().unwrap();
    assert!(command(&["keys", "create", "--name", "Boss", "--role", "admin"]).status.success());
    let file = scratch_dir("keyed").join("a.json");
    fs::write(&file, article("Herald", "1", SKIPPED).to_string()).unwrap();
    let ingested = command(&["ingest", &file.to_string_lossy()]);
    assert!(ingested.status.success(), "{}", text(&ingested.stderr));
}

#[tokio::test]
async fn a_service_that_is_not_ready_yet_can_be_stopped() {
    let options = harness::database().await;
    // It cannot load its articles while somebody locks them.
    let mut other = options.connect().await.unwrap();
    sqlx::raw_sql("begin; lock table article").execute(&mut other).await.unwrap();
    let mut service = Running::spawn(crossclaim(&["serve"]).env("DATABASE_URL", options.to_url_lossy().as_str()));
    // On another connection: inside a transaction, the activity once seen stays as it was.
    let mut observer = options.connect().await.unwrap();
    let waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    let started = Instant::now();
    while sqlx::query_scalar::<_, i64>(waiting).fetch_one(&mut observer).await.unwrap() == 0 {
        assert!(started.elapsed() < PATIENCE, "it starts loading");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let asked = Instant::now();
    assert_eq!(service.stop(Signal::SIGTERM), Some(0));
    assert!(asked.elapsed() < Duration::from_secs(8), "{:?}", asked.elapsed());
}

#[tokio::test]
async fn health_is_an_exit_status() {
    let service = Running::serve(crossclaim(&["serve"]).env("DATABASE_URL", database_url().await));
    let health = |address: &str| crossclaim(&["health", "--listen", address]).output().unwrap();
    assert_eq!(health(service.url.trim_start_matches("http://")).status.code(), Some(0));
    // A port that was free a moment ago.
    let closed: SocketAddr = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    expect_refusal(&health(&closed.to_string()), &["does not answer"]);
}

#[test]
fn the_description_that_is_printed_is_the_committed_one() {
    let committed = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/crossclaim.json")).unwrap();
    let printed = crossclaim(&["openapi"]).output().unwrap();
    assert!(printed.status.success());
    assert_eq!(text(&printed.stdout), committed, "run `make openapi`");
}

#[test]
fn settings_are_listed_with_their_values_and_without_secrets() {
    let output = crossclaim(&["settings"]).env("CROSSCLAIM_API_KEY", "hunter2").output().unwrap();
    let listed = text(&output.stdout);
    let names: Vec<&str> =
        listed.lines().filter(|line| !line.starts_with(' ')).filter_map(|line| line.split('=').next()).collect();
    let all = [
        "CROSSCLAIM_LISTEN",
        "DATABASE_URL",
        "CROSSCLAIM_DATA_DIR",
        "CROSSCLAIM_PG_BIN",
        "CROSSCLAIM_API_KEY",
        "CROSSCLAIM_SECRET_KEY",
        "CROSSCLAIM_FORGET_LOST_SECRETS",
        "CROSSCLAIM_RATE_LIMIT",
        "CROSSCLAIM_WRONG_KEYS",
        "CROSSCLAIM_CORS_ORIGINS",
        "CROSSCLAIM_EGRESS_ALLOW",
        "CROSSCLAIM_EMBEDDING_MODEL",
        "CROSSCLAIM_UNSAFE_DATABASE",
        "CROSSCLAIM_LOG",
        "CROSSCLAIM_LOG_FORMAT",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "CROSSCLAIM_LINK_WAIT_MS",
    ];
    assert_eq!(names, all);
    assert!(listed.contains("CROSSCLAIM_LISTEN=127.0.0.1:0\n") && listed.contains("[default: 127.0.0.1:8080]"), "{listed}");
    assert!(output.status.success() && !listed.contains("hunter2"), "{listed}");
}

#[test]
fn a_reader_that_has_gone_is_no_failure() {
    for arguments in [&["openapi"][..], &["settings"], &["--help"]] {
        let mut child = crossclaim(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.stderr.is_empty(), "{arguments:?}: {}", text(&output.stderr));
    }
}

/// A directory with articles of every kind that can be read, and lines and files that cannot.
fn articles_in_files() -> PathBuf {
    let dir = scratch_dir("files");
    let write = |name: &str, contents: &str| {
        let path = dir.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    };
    let described = |slug: &str| {
        let mut article = article("Herald", slug, "");
        article.as_object_mut().unwrap().remove("text");
        article.to_string()
    };
    write("one.json", &article("Herald", "json", SKIPPED).to_string());
    write("two.json", &json!([article("Herald", "array-0", SKIPPED), article("Courier", "array-1", DENIED)]).to_string());
    let lines = [
        article("Courier", "line-1", DENIED).to_string(),
        r#"{"url": "https://courier.example/cut"#.to_owned(),
        String::new(),
        json!({"url": "https://courier.example/no-text", "outlet": {"name": "Courier"}}).to_string(),
        article("Courier", "line-5", SKIPPED).to_string(),
    ];
    write("three.ndjson", &lines.join("\n"));
    write("deeper/four.txt", SKIPPED);
    write("deeper/four.json", &described("txt"));
    write("deeper/five.html", &format!("<html><body><article><p>{SKIPPED}</p><p>{DENIED}</p></article></body></html>"));
    write("deeper/five.json", &described("html"));
    write("deeper/six.txt", "Nothing says where this was published.");
    write("notes.md", "Not looked at.");
    dir
}

const READABLE: [&str; 7] = ["array-0", "html", "json", "txt", "array-1", "line-1", "line-5"];

#[track_caller]
fn expect_ingested(output: &Output, tally: &str) {
    let failures = text(&output.stderr);
    assert_eq!((output.status.code(), text(&output.stdout).trim()), (Some(1), tally), "{failures}");
    let mut places: Vec<&str> = failures.lines().collect();
    places.sort_unstable();
    assert_eq!(places.len(), 3, "{failures}");
    for (place, why) in places.iter().zip(["six.txt: nothing says its url", "three.ndjson:2: is not JSON", "three.ndjson:4: "]) {
        assert!(place.contains(why), "{why} in {failures}");
    }
}

async fn expect_readable_articles(service: &Running) {
    let mut expected: Vec<String> = READABLE
        .iter()
        .map(|slug| {
            format!("https://{}.example/{slug}", if slug.ends_with('1') || slug.ends_with('5') { "courier" } else { "herald" })
        })
        .collect();
    expected.sort();
    assert_eq!(service.articles().await, expected);
}

#[tokio::test]
async fn files_are_ingested_by_the_service_that_runs() {
    let service = Running::serve(crossclaim(&["serve"]).env("DATABASE_URL", database_url().await));
    let dir = articles_in_files();
    // Found at the configured address; were it not, this would start one of its own, with no database to be had.
    let listen = service.url.trim_start_matches("http://");
    let ingest = || crossclaim(&["ingest", "--listen", listen, "--pg-bin", "/nowhere"]).arg(&dir).output().unwrap();
    expect_ingested(&ingest(), "7 stored, 0 known already, 3 failed");
    expect_readable_articles(&service).await;
    expect_ingested(&ingest(), "0 stored, 7 known already, 3 failed");

    let told = crossclaim(&["ingest", "--server", &service.url, "--outlet", "Courier", "--url", "https://courier.example/six"])
        .arg(dir.join("deeper/six.txt"))
        .output()
        .unwrap();
    assert_eq!((told.status.code(), text(&told.stdout).trim()), (Some(0), "1 stored, 0 known already, 0 failed"));
}

#[tokio::test]
async fn files_are_ingested_without_a_service() {
    let url = database_url().await;
    let ingested = crossclaim(&["ingest"]).arg(articles_in_files()).env("DATABASE_URL", &url).output().unwrap();
    expect_ingested(&ingested, "7 stored, 0 known already, 3 failed");
    let service = Running::serve(crossclaim(&["serve"]).env("DATABASE_URL", &url));
    expect_readable_articles(&service).await;
    let pending = service.get("/v1/articles?status=pending").await.expect(200).json();
    assert_eq!(pending["items"], json!([]), "they were linked before it ended");
}

#[tokio::test]
async fn a_draft_is_checked_against_what_is_known() {
    let service = Running::serve(crossclaim(&["serve"]).env("DATABASE_URL", database_url().await));
    service.post("/v1/articles", &article("Herald", "1", SKIPPED)).await.expect(201);
    service.post("/v1/articles", &article("Courier", "1", DENIED)).await.expect(201);
    let draft = scratch_dir("draft").join("draft.txt");
    fs::write(&draft, SKIPPED).unwrap();

    let told = crossclaim(&["check", "--server", &service.url]).arg(&draft).output().unwrap();
    let told = (told.status.code(), text(&told.stdout));
    for words in [SKIPPED, "disputed by Tidelines, in Courier"] {
        assert!(told.0 == Some(0) && told.1.contains(words), "{told:?}");
    }
    assert!(!told.1.contains('\u{1b}'), "no colours where there is no terminal");

    let answer = fed(&mut crossclaim(&["check", "-", "--json", "--server", &service.url]), SKIPPED.as_bytes());
    let answer: Value = serde_json::from_slice(&answer.stdout).unwrap();
    assert_eq!(answer["claims"][0]["disputed_by"][0]["outlet"]["name"], "Courier", "{answer}");
    assert_eq!(service.articles().await.len(), 2, "nothing is stored");

    let missing = crossclaim(&["check", "--server", &service.url, "no-such-file.txt"]).output().unwrap();
    expect_refusal(&missing, &["no-such-file.txt"]);
}

#[tokio::test]
async fn a_cluster_is_explained_by_its_evidence() {
    let service = Running::serve(crossclaim(&["serve"]).env("DATABASE_URL", database_url().await));
    service.post("/v1/articles", &article("Herald", "1", SKIPPED)).await.expect(201);
    let denial = service.post("/v1/articles", &article("Courier", "1", DENIED)).await.expect(201).json();
    let claims = denial["claims"].as_array().expect("claims");
    let denied = claims.iter().find(|claim| claim["polarity"] == "denied").expect("a denial");
    let cluster = denied["cluster_id"].as_str().expect("it is linked").to_owned();

    let told = crossclaim(&["explain", "--server", &service.url, &cluster]).output().unwrap();
    let told = (told.status.code(), text(&told.stdout));
    for words in ["outlets: 2", "Herald corroborates presumed", "Courier disputes by Tidelines", DENIED] {
        assert!(told.0 == Some(0) && told.1.contains(words), "{words} in {told:?}");
    }
    let whole = crossclaim(&["explain", "--json", "--server", &service.url, &cluster]).output().unwrap();
    let whole: Value = serde_json::from_slice(&whole.stdout).unwrap();
    assert_eq!(whole, service.get(&format!("/v1/clusters/{cluster}")).await.expect(200).json());

    let unknown = crossclaim(&["explain", "--server", &service.url, "00000000-0000-0000-0000-000000000000"]).output().unwrap();
    expect_refusal(&unknown, &["not-found"]);
    let no_id = crossclaim(&["explain", "ferry"]).output().unwrap();
    assert_eq!(no_id.status.code(), Some(2), "{}", text(&no_id.stderr));
}

/// Lines of which the second is no JSON, the third no text, and one is empty.
pub fn with_bad_lines(rows: &[Value]) -> Vec<u8> {
    let [first, rest @ ..] = rows else { panic!("rows") };
    let mut input = format!("{first}\n{{\"id\": \n").into_bytes();
    input.extend(b"\"\xff\"\n\n");
    for row in rest {
        input.extend(format!("{row}\n").bytes());
    }
    input
}

#[track_caller]
pub fn expect_two_bad_lines(output: &Output) {
    let told = text(&output.stderr);
    assert_eq!((output.status.code(), told.lines().count()), (Some(1), 2), "{told}");
    assert!(told.contains("standard input:2: ") && told.contains("standard input:3: "), "{told}");
}

#[test]
fn link_adds_clusters_to_lines() {
    let rows = [
        json!({"id": "a", "text": SKIPPED, "desk": "city"}),
        json!({"id": "b", "text": DENIED}),
        json!({"id": "c", "text": "The museum opened a new wing on Friday."}),
    ];
    let output = fed(&mut crossclaim(&["link"]), &with_bad_lines(&rows));
    expect_two_bad_lines(&output);
    let linked = objects(&output);
    assert_eq!(linked.iter().map(|row| &row["id"]).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!((&linked[0]["desk"], &linked[0]["text"]), (&json!("city"), &json!(SKIPPED)), "the rest stays as it was");
    assert!(linked[0]["cluster"] == linked[1]["cluster"] && linked[0]["cluster"] != linked[2]["cluster"], "{linked:?}");
}

#[test]
fn match_ranks_a_corpus_for_each_line() {
    let corpus = scratch_dir("corpus").join("corpus.ndjson");
    let known = [
        json!({"id": "museum", "text": "The museum opened a new wing on Friday."}),
        json!({"id": "ferry", "text": SKIPPED, "title": "The Marlow ferry"}),
    ];
    fs::write(&corpus, known.map(|row| row.to_string()).join("\n")).unwrap();
    let queries = [
        json!({"id": 1, "text": "Inspections of the Marlow ferry were skipped three times"}),
        json!({"id": 2, "text": "A new wing of the museum"}),
    ];
    let output = fed(crossclaim(&["match", "--limit", "1", "--corpus"]).arg(&corpus), &with_bad_lines(&queries));
    expect_two_bad_lines(&output);
    assert_eq!(objects(&output), [json!({"id": 1, "ranked": ["ferry"]}), json!({"id": 2, "ranked": ["museum"]})]);
}

#[test]
fn match_explains_a_pair_by_readings_that_add_up() {
    let rows = [
        json!({"id": "same", "a": SKIPPED, "b": "Inspections of the Marlow ferry were skipped three times"}),
        json!({"id": "other", "a": "The EU adopted its 12th package of sanctions", "b": "The EU adopted its 13th package of sanctions"}),
    ];
    let output = fed(&mut crossclaim(&["match", "--explain"]), &with_bad_lines(&rows));
    expect_two_bad_lines(&output);
    let told = objects(&output);
    for pair in &told {
        let sum: f64 = pair["readings"].as_array().unwrap().iter().map(|reading| reading["log_odds"].as_f64().unwrap()).sum();
        let similarity = pair["similarity"].as_f64().unwrap();
        assert!((1.0 / (1.0 + (-sum).exp()) - similarity).abs() < 1e-9, "{pair}");
    }
    assert_eq!((&told[0]["decision"], &told[0]["guards"]), (&json!("link"), &json!([])));
    assert_eq!((&told[1]["decision"], &told[1]["guards"][0]["guard"]), (&json!("apart"), &json!("ordinal")));
}

#[test]
fn stance_says_where_each_line_stands() {
    let rows = [
        json!({"id": "denial", "claim": SKIPPED, "text": DENIED}),
        json!({"id": "other", "claim": SKIPPED, "headline": "Museum opens a new wing"}),
    ];
    let output = fed(&mut crossclaim(&["stance"]), &with_bad_lines(&rows));
    expect_two_bad_lines(&output);
    let stances = objects(&output);
    assert_eq!(stances, [json!({"id": "denial", "stance": "disputes"}), json!({"id": "other", "stance": "unclear"})]);
}
