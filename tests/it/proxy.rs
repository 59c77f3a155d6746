//! A bad network between the service and its database: a TCP proxy in this process that cuts, delays, or goes silent when it is told to.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, UnixStream},
    sync::watch,
};

/// What happens to bytes, in both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weather {
    Fair,
    /// Connections are reset, and new ones as well.
    Cut,
    Delay(Duration),
    /// Each byte for itself.
    Slices,
    /// Nothing arrives and nothing is closed; what was sent arrives once the weather changes.
    Silence,
    /// As silence, and for good for the connections that it meets: their other end has gone without a word.
    HalfOpen,
}

pub struct Proxy {
    address: SocketAddr,
    weather: watch::Sender<Weather>,
}

impl Proxy {
    /// In front of the Unix socket that `database` names.
    pub async fn start(database: &PgConnectOptions) -> Self {
        let socket =
            database.get_socket().expect("the test cluster has a socket").join(format!(".s.PGSQL.{}", database.get_port()));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound listener");
        let weather = watch::Sender::new(Weather::Fair);
        tokio::spawn(accept(listener, Arc::new(socket), weather.subscribe()));
        Self { address, weather }
    }

    /// The same database, through here.
    pub fn options(&self, database: &PgConnectOptions) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .host("127.0.0.1")
            .port(self.address.port())
            .username(database.get_username())
            .database(database.get_database().expect("a database of ours is named"))
            .ssl_mode(PgSslMode::Disable)
    }

    pub fn set(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }
}

async fn accept(listener: TcpListener, socket: Arc<PathBuf>, weather: watch::Receiver<Weather>) {
    while let Ok((client, _)) = listener.accept().await {
        let (socket, mut weather) = (Arc::clone(&socket), weather.clone());
        tokio::spawn(async move {
            if *weather.borrow_and_update() == Weather::Cut {
                return reset(client);
            }
            let Ok(server) = UnixStream::connect(&*socket).await else { return };
            let (from_client, to_client) = client.into_split();
            let (from_server, to_server) = server.into_split();
            let (there, back) = (weather.clone(), weather.clone());
            let cut = async move { _ = weather.wait_for(|weather| *weather == Weather::Cut).await };
            tokio::select! {
                () = cut => {}
                () = carry(from_client, to_server, there) => {}
                () = carry(from_server, to_client, back) => {}
            }
        });
    }
}

/// Closed with what has arrived unread, which the other side sees as a reset.
fn reset(client: TcpStream) {
    drop(client);
}

async fn carry(mut from: impl AsyncReadExt + Unpin, mut to: impl AsyncWriteExt + Unpin, mut weather: watch::Receiver<Weather>) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let now = *weather.borrow_and_update();
        let step = match now {
            Weather::HalfOpen => std::future::pending().await,
            Weather::Silence => {
                // Those who have gone in the meantime are not waited for.
                if weather.wait_for(|weather| *weather != Weather::Silence).await.is_err() {
                    return;
                }
                read
            }
            Weather::Delay(pause) => {
                tokio::time::sleep(pause).await;
                read
            }
            Weather::Slices => 1,
            Weather::Fair | Weather::Cut => read,
        };
        for slice in buffer[..read].chunks(step) {
            if to.write_all(slice).await.is_err() || to.flush().await.is_err() {
                return;
            }
        }
    }
}
