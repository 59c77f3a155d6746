//! `serve` and `demo`: database, linker and HTTP up in that order, and down in the reverse one.

use std::{io::Write, net::TcpListener, process::ExitCode, str::FromStr, time::Duration};

use sqlx::postgres::PgConnectOptions;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::oneshot,
    task::JoinHandle,
};

use super::{CliError, samples, secret_key};
use crate::{
    config::{ConfigError, Database, LogFormat, Serve},
    domain::SecretKey,
    egress::Egress,
    embedder::Embedder,
    http::{ApiKey, HttpOptions},
    pipeline::{LiveOptions, Readiness, Service, Unopened, Vault},
    storage::{
        Store,
        embedded::{self, Embedded, EmbeddedError},
    },
    telemetry::{self, Traces},
};

/// What commands that talk to a person log. When the workers of the HTTP server end, connections that they opened end with
/// them; the pool opens others and says so as a warning, which would mean nothing to that person.
pub(super) const QUIET: &str = "warn,sqlx_core=error";

pub(super) fn serve(config: &Serve) -> Result<ExitCode, CliError> {
    observed(config, &config.log, async {
        let mut signals = StopSignals::listen()?;
        let running = Running::start(config).await?;
        tokio::select! {
            () = running.wait_until_ready() => {
                // Whoever waited for the line may have gone; the service is wanted all the same.
                let _ = writeln!(std::io::stdout(), "Crossclaim is ready at {}", running.url());
                signals.wait().await;
            }
            () = signals.wait() => {}
        }
        running.stop().await?;
        Ok(ExitCode::SUCCESS)
    })
}

pub(super) fn demo(config: &Serve) -> Result<ExitCode, CliError> {
    // The demo talks to a person: warnings only, unless the log is asked for.
    let filter = if config.log == "info" { QUIET } else { config.log.as_str() };
    observed(config, filter, async {
        let mut signals = StopSignals::listen()?;
        let running = Running::start(config).await?;
        let shown = async {
            running.wait_until_ready().await;
            samples::load_if_empty(&running.service).await?;
            samples::show(&running.service, &running.url()).await
        };
        tokio::select! {
            result = shown => {
                if result.is_ok() {
                    signals.wait().await;
                }
                running.stop().await.and(result)?;
            }
            () = signals.wait() => running.stop().await?,
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// Runs a service with its log and its traces, the last of which are sent when it has ended.
fn observed(config: &Serve, filter: &str, work: impl Future<Output = Result<ExitCode, CliError>>) -> Result<ExitCode, CliError> {
    config.check()?;
    in_runtime(async {
        let traces = config.collector()?.as_ref().map(Traces::to).transpose()?;
        telemetry::log(filter, config.log_format == LogFormat::Json, traces.as_ref())?;
        let done = work.await;
        if let Some(traces) = traces {
            traces.flush().await;
        }
        done
    })
}

/// Actix wants its own system around everything that it spawns.
pub(super) fn in_runtime<T>(work: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    actix_web::rt::System::with_tokio_rt(|| {
        tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("the operating system gives us threads")
    })
    .block_on(work)
}

/// Ctrl-C and SIGTERM. Listened to before anything is started, so that none is missed.
struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// A service with its edge and, where it has one, its private database.
pub(super) struct Running {
    pub(super) service: Service,
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
    embedded: Option<Embedded>,
}

impl Running {
    pub(super) async fn start(config: &Serve) -> Result<Self, CliError> {
        let metrics = telemetry::metrics()?;
        // First of all, so that a taken port is told before a database is started for nothing.
        let listener = TcpListener::bind(config.listen).map_err(|source| CliError::Listen { address: config.listen, source })?;
        let address = listener.local_addr()?;
        let embedder = config.embedding_model.as_deref().map(Embedder::load).transpose()?.unwrap_or_default();
        let (options, embedded) = database(&config.database).await?;
        let store = Store::connect(options).await?;
        config.check_durability(&store.unsafe_settings().await?)?;
        let open = config.is_open(store.has_keys().await?)?;
        let vault = vault(config, &store).await?;
        let options = LiveOptions { egress: Egress::new(config.egress_allow.clone()), vault, embedder, ..LiveOptions::default() };
        let service = Service::start_with(store, options).await?;
        let (stop, stopped) = oneshot::channel();
        let mut http = HttpOptions::new(metrics);
        http.api_key = config.api_key().map(ApiKey::new);
        http.open = open;
        http.rate_limit = config.rate_limit;
        http.wrong_keys = config.wrong_keys;
        http.cors_origins = config.cors_origins()?;
        http.link_wait = config.link_wait();
        let shutdown = {
            let service = service.clone();
            async move {
                let _ = stopped.await;
                // `/readyz` says so at once, while requests in hand are still answered.
                service.stop().await;
            }
        };
        let server = actix_web::rt::spawn(crate::http::serve(listener, service.clone(), http, shutdown));
        Ok(Self { service, address, stop, server, embedded })
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) async fn wait_until_ready(&self) {
        while self.service.readiness().await != Readiness::Ready && !self.server.is_finished() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(super) async fn stop(self) -> Result<(), CliError> {
        let _ = self.stop.send(());
        let served = self.server.await;
        self.service.stop().await;
        self.service.store().close().await;
        if let Some(embedded) = self.embedded {
            let _ = tokio::task::spawn_blocking(move || embedded.stop()).await;
        }
        match served {
            Ok(result) => Ok(result?),
            Err(error) => Err(CliError::Refused(format!("the server ended with a defect of ours: {error}"))),
        }
    }
}

/// With every secret in the database under its first key.
async fn vault(config: &Serve, store: &Store) -> Result<Option<Vault>, CliError> {
    let mut keys = config.secret_keys()?;
    if keys.is_empty() && config.database.url().is_none() {
        keys.push(secret_key::in_file(&data_dir(&config.database).join("secret.key"))?);
    }
    let ours = keys.iter().map(SecretKey::name).collect::<Vec<_>>().join(", ");
    let Some(vault) = Vault::new(keys) else {
        return match store.count_webhooks().await? {
            0 => Ok(None),
            webhooks => Err(ConfigError::NoSecretKey { webhooks }.into()),
        };
    };
    match vault.reseal(store).await? {
        Unopened { webhooks: 0, .. } => {}
        _ if config.forget_lost_secrets => vault.forget(store).await?,
        Unopened { webhooks, keys } => return Err(ConfigError::OtherSecretKey { webhooks, theirs: keys.join(", "), ours }.into()),
    }
    Ok(Some(vault))
}

/// Where the database is, and the server behind it, where it is our own.
pub(super) async fn database(config: &Database) -> Result<(PgConnectOptions, Option<Embedded>), CliError> {
    if let Some(url) = config.url() {
        return Ok((PgConnectOptions::from_str(url).map_err(CliError::DatabaseUrl)?, None));
    }
    let settings = embedded::Settings { data_dir: data_dir(config), bin_dir: config.pg_bin.clone(), throwaway: false };
    let started = tokio::task::spawn_blocking(move || Embedded::start(&settings)).await;
    let embedded =
        started.map_err(|error| CliError::Refused(format!("the private database could not be started: {error}")))??;
    Ok((embedded.options(), Some(embedded)))
}

/// For commands that work on the database itself, beside a service that runs on it or without one.
pub(super) fn with_database(
    config: &Database,
    work: impl AsyncFnOnce(PgConnectOptions) -> Result<ExitCode, CliError>,
) -> Result<ExitCode, CliError> {
    telemetry::log(QUIET, false, None)?;
    in_runtime(async {
        let (options, embedded) = match database(config).await {
            // A service runs there: its database is open to whoever may read the directory.
            Err(CliError::Embedded(EmbeddedError::InUse { .. })) => (embedded::running_in(&data_dir(config))?, None),
            other => other?,
        };
        let done = work(options).await;
        if let Some(embedded) = embedded {
            let _ = tokio::task::spawn_blocking(move || embedded.stop()).await;
        }
        done
    })
}

pub(super) fn data_dir(config: &Database) -> std::path::PathBuf {
    config.data_dir.clone().unwrap_or_else(embedded::default_data_dir)
}
