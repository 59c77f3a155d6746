//! The service, as a client sees it.

use std::{net::TcpListener, time::Duration};

use crossclaim::{
    http::{self, HttpOptions},
    pipeline::{Readiness, Service},
    storage::{Store, embedded::Embedded},
    telemetry,
};
use tokio::sync::oneshot;

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
