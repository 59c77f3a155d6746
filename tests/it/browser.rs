//! The dashboard in a real browser: what its pages show of the samples, that they complain of nothing, and that they ask
//! nobody else. Skipped where no Chromium is installed.

use std::{
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::Value;

use crate::{
    cli::{Running, crossclaim, database_url},
    harness::scratch_dir,
};

/// A headless browser that reaches the service, and of everything else only a port that hangs up.
struct Browser {
    program: PathBuf,
    profile: PathBuf,
    elsewhere: SocketAddr,
    requests_elsewhere: Arc<AtomicUsize>,
}

impl Browser {
    fn find() -> Option<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
        let names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"];
        let program =
            names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|file| file.is_file())?;
        let elsewhere = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = elsewhere.local_addr().expect("a bound listener");
        let requests = Arc::<AtomicUsize>::default();
        let counted = Arc::clone(&requests);
        // Counts who comes and hangs up, as long as this process lives.
        std::thread::spawn(move || elsewhere.incoming().for_each(|_| _ = counted.fetch_add(1, Ordering::Relaxed)));
        Some(Self { program, profile: scratch_dir("browser"), elsewhere: address, requests_elsewhere: requests })
    }

    /// The page as it stands when its scripts have come to rest.
    fn page(&self, url: &str) -> String {
        let output = Command::new(&self.program)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .arg(format!("--user-data-dir={}", self.profile.display()))
            // Loopback is never sent through it.
            .arg(format!("--proxy-server=http://{}", self.elsewhere))
            .args(["--enable-logging=stderr", "--virtual-time-budget=10000", "--timeout=20000", "--dump-dom", url])
            .output()
            .expect("the browser runs");
        let log = String::from_utf8_lossy(&output.stderr);
        let complaints: Vec<&str> = log.lines().filter(|line| line.contains(":CONSOLE")).collect();
        assert!(complaints.is_empty(), "{url}: {complaints:#?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// How often anything but the service has been asked for.
    fn requests_elsewhere(&self) -> usize {
        self.requests_elsewhere.load(Ordering::Relaxed)
    }
}

async fn service_with_samples() -> Running {
    let url = database_url().await;
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/articles");
    let ingested = crossclaim(&["ingest"]).arg(samples).env("DATABASE_URL", &url).output().unwrap();
    assert!(ingested.status.success(), "{}", String::from_utf8_lossy(&ingested.stderr));
    Running::serve(crossclaim(&["serve"]).env("DATABASE_URL", &url))
}

/// As it is written in a page.
fn escaped(words: &Value) -> String {
    words.as_str().expect("words").replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[tokio::test]
async fn every_page_shows_what_the_api_knows() {
    let Some(browser) = Browser::find() else {
        eprintln!("skipped: there is no Chromium on the PATH");
        return;
    };
    let service = service_with_samples().await;
    let page = |path: &str| browser.page(&format!("{}/{path}", service.url));
    let assert_shows = |page: &str, words: &str| assert!(page.contains(words), "“{words}” is not in\n{page}");

    let contested = service.get("/v1/clusters?sort=contested&limit=30").await.expect(200).json();
    let overview = page("");
    let rows = contested["items"].as_array().unwrap();
    assert_eq!(overview.matches("class=\"claim-row\"").count(), rows.len());
    for row in rows {
        assert_shows(&overview, &escaped(&row["claim"]));
    }
    let counts = &rows[0]["counts"];
    assert_shows(&overview, &format!("{} outlets, ", counts["outlets"]));
    let disputes = counts["disputes"].as_u64().unwrap();
    assert_shows(&overview, &format!("{disputes} dispute{}", if disputes == 1 { "s" } else { "" }));

    let id = rows[0]["id"].as_str().unwrap();
    let cluster = service.get(&format!("/v1/clusters/{id}")).await.expect(200).json();
    let claim = page(&format!("#/claims/{id}"));
    for column in ["Corroborates", "Disputes", "Echoes"] {
        assert_shows(&claim, &format!("</span> {column} <span class=\"number\">{}</span>", counts[column.to_lowercase()]));
    }
    for position in cluster["outlets"].as_array().unwrap() {
        assert_shows(&claim, &escaped(&position["outlet"]["name"]));
    }

    let sentence = &cluster["claims"][0];
    let article = page(&format!("#/articles/{}", sentence["article_id"].as_str().unwrap()));
    assert_shows(&article, &escaped(&sentence["outlet"]["name"]));
    assert_shows(&article, "class=\"mark ");

    assert_shows(&page("#/check"), "<textarea");
    assert_shows(&page("#/claims/00000000-0000-0000-0000-000000000000"), "not-found");

    assert_eq!(browser.requests_elsewhere(), 0, "no page asks another host");
    browser.page("http://elsewhere.example/");
    assert_ne!(browser.requests_elsewhere(), 0, "it would have been seen");
}
