//! A database of its own for every test, in a real Postgres cluster that lives as long as this test process.
//!
//! The cluster starts with the first test that asks, and migrates one database; each test gets a copy of it, in about 20 ms.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        LazyLock, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use crossclaim::{
    pipeline::sandbox,
    storage::{
        Store,
        embedded::{Embedded, Settings},
    },
};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, postgres::PgConnectOptions};

/// What comes in the end comes within this, however many tests share the machine. What is promised sooner has its own bound.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The service as a library parses markup where the service as a program does.
pub fn parse_apart() {
    sandbox::parse_with(env!("CARGO_BIN_EXE_crossclaim").into());
}

/// A store on an empty, migrated database that no other test sees.
pub async fn store() -> Store {
    Store::connect(database().await).await.expect("the new database accepts connections")
}

/// How to connect to an empty, migrated database that no other test sees: for tests that start a whole service.
pub async fn database() -> PgConnectOptions {
    copy_of(&cluster().options().database(TEMPLATE)).await
}

/// A copy of a database of the cluster, to which nobody may be connected.
pub async fn copy_of(template: &PgConnectOptions) -> PgConnectOptions {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let template = template.get_database().expect("a database of ours is named");
    execute(&cluster().options(), format!("create database {name} template {template}")).await;
    cluster().options().database(&name)
}

/// How to connect to a database with nothing in it.
pub async fn blank() -> PgConnectOptions {
    copy_of(&cluster().options().database("template0")).await
}

/// A fresh directory that the account postgres can reach. Removed when this process has ended, however it ends.
pub fn scratch_dir(name: &str) -> PathBuf {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let root = std::env::temp_dir().join(format!("crossclaim-it-{}", std::process::id()));
        fs::create_dir_all(&root).expect("the directory for temporary files is writable");
        sweep_at_end(&root);
        root
    });
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let path = ROOT.join(format!("{name}-{}", NUMBER.fetch_add(1, Ordering::Relaxed)));
    fs::create_dir(&path).expect("the directory is new");
    path
}

const TEMPLATE: &str = "crossclaim_template";

fn cluster() -> &'static Embedded {
    // A static is never dropped: the server stops when this process ends, as it does after a kill of the service.
    static CLUSTER: OnceLock<Embedded> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        let settings = Settings { data_dir: scratch_dir("cluster"), bin_dir: pg_bin(), throwaway: true };
        let cluster = Embedded::start(&settings).expect("an embedded Postgres starts");
        let options = cluster.options();
        // Callers are inside runtimes of their own already, and one cannot block in another.
        let migrate = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                execute(&options, format!("create database {TEMPLATE}")).await;
                let store = Store::connect(options.database(TEMPLATE)).await.expect("migrations apply");
                store.close().await;
            });
        };
        std::thread::spawn(migrate).join().expect("the template database is made");
        cluster
    })
}

pub fn pg_bin() -> Option<PathBuf> {
    std::env::var_os("CROSSCLAIM_PG_BIN").map(PathBuf::from)
}

async fn execute(options: &PgConnectOptions, statement: String) {
    let mut connection = options.connect().await.expect("the test cluster accepts connections");
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.expect("the statement succeeds");
    connection.close().await.expect("the connection closes");
}

/// A shell waits for the end of our side of a pipe, which the kernel closes with this process, and removes the directory. It
/// tries again while servers in there are shutting down.
fn sweep_at_end(directory: &Path) {
    const SWEEP: &str = r#"read -r _; for _ in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$0" 2>/dev/null && sleep 0.3; [ -e "$0" ] || exit; sleep 0.3; done"#;
    let sweeper = Command::new("sh")
        .args(["-c", SWEEP])
        .arg(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a shell runs");
    // Keeps our end of the pipe open for good.
    std::mem::forget(sweeper);
}
