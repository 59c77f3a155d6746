//! The service, as a client sees it, on a server of its own.

use std::{net::TcpListener, time::Duration};

use crossclaim::{
    http::{self, HttpOptions},
    pipeline::{Readiness, Service},
    storage::{
        Store,
        embedded::{Embedded, Settings},
    },
    telemetry,
};
use tokio::sync::oneshot;

use crate::many;

const CLAIMS: i64 = 1_000_000;

/// Runs a benchmark on a throwaway server. The first argument that is a number is how many claims are wanted.
pub fn run(bench: impl AsyncFnOnce(&Embedded, i64)) {
    let claims = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(CLAIMS);
    let dir = std::env::temp_dir().join(format!("crossclaim-bench-{}", std::process::id()));
    let settings = Settings { data_dir: dir.clone(), bin_dir: None, throwaway: true };
    let server = Embedded::start(&settings).expect("Postgres starts");
    actix_web::rt::System::new().block_on(bench(&server, claims));
    server.stop();
    std::fs::remove_dir_all(&dir).expect("an empty directory");
}

/// Posts articles, and waits until they are linked.
pub async fn fill(client: &reqwest::Client, url: &str, store: &Store, ndjson: String) {
    let posted = client.post(format!("{url}/v1/articles/bulk")).header("content-type", "application/x-ndjson");
    posted.body(ndjson).send().await.expect("an answer").bytes().await.expect("results");
    many::linked(store).await;
}

/// A service on a port of its own, on a thread of its own, until the sender is dropped.
pub async fn serve(server: &Embedded) -> (String, oneshot::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("a bound listener"));
    let (stop, stopped) = oneshot::channel::<()>();
    let (ready, readiness) = oneshot::channel();
    let options = server.options();
    let run = async move || {
        let store = Store::connect(options).await.expect("a database");
        let service = Service::start(store).await.expect("the service starts");
        while service.readiness().await != Readiness::Ready {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        ready.send(()).expect("somebody waits");
        let mut edge = HttpOptions::new(telemetry::metrics().expect("metrics"));
        edge.open = true;
        http::serve(listener, service.clone(), edge, async { drop(stopped.await) }).await.expect("the server runs");
        service.stop().await;
    };
    std::thread::spawn(|| actix_web::rt::System::new().block_on(run()));
    readiness.await.expect("it is ready");
    (url, stop)
}
