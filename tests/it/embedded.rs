//! The embedded cluster against everything that may be killed, left behind, or in the way.
//!
//! Run as root, all of it runs a second time as an ordinary user (`all_of_this_holds_for_an_ordinary_user`).

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::{fs::PermissionsExt, fs::symlink, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crossclaim::storage::{
    Store,
    embedded::{Embedded, EmbeddedError, Settings},
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, User, geteuid},
};

use crate::harness::{PATIENCE, pg_bin, scratch_dir};

/// Names the directory of a service that runs in a process of its own, to be killed.
const HOLD: &str = "CROSSCLAIM_TEST_HOLD";

#[tokio::test]
async fn what_was_committed_is_there_after_a_stop() {
    let dir = scratch_dir("stop");
    let settings = Settings { data_dir: dir.clone(), bin_dir: pg_bin(), throwaway: false };
    let embedded = Embedded::start(&settings).unwrap();
    remember(&embedded, 7).await;
    let server = server_pid(&dir);
    embedded.stop();
    assert!(!runs(server), "the server has ended when `stop` returns");
    let again = Embedded::start(&settings).unwrap();
    assert_eq!(remembered(&again).await, [7]);
}

#[tokio::test]
async fn a_killed_server_comes_back_with_what_was_committed() {
    let dir = scratch_dir("crash");
    let embedded = start(&dir).unwrap();
    let store = Store::connect(embedded.options()).await.unwrap();
    remember(&embedded, 7).await;
    for _ in 0..2 {
        let killed = server_pid(&dir);
        kill(Pid::from_raw(killed), Signal::SIGKILL).unwrap();
        until("the supervisor starts another server", || server_pid(&dir) != killed);
        let killed_at = Instant::now();
        while store.ping().await.is_err() {
            assert!(killed_at.elapsed() < Duration::from_secs(20), "the pool finds the new server");
        }
        assert_eq!(remembered(&embedded).await, [7]);
    }
}

#[tokio::test]
async fn a_killed_service_takes_its_server_along_and_the_next_one_finds_everything() {
    let dir = scratch_dir("killed");
    let mut service = hold(&dir);
    await_ready(&mut service);
    let server = server_pid(&dir);
    service.kill().unwrap();
    service.wait().unwrap();
    until("the server shuts down by itself", || !runs(server));
    let again = start(&dir).unwrap();
    assert_eq!(remembered(&again).await, [1]);
}

#[tokio::test]
async fn service_and_server_killed_together_are_recovered_from() {
    let dir = scratch_dir("both");
    let mut service = hold(&dir);
    await_ready(&mut service);
    kill(Pid::from_raw(server_pid(&dir)), Signal::SIGKILL).unwrap();
    service.kill().unwrap();
    service.wait().unwrap();
    assert!(dir.join("pg/postmaster.pid").exists(), "a killed server leaves its lock");
    let again = start(&dir).unwrap();
    assert_eq!(remembered(&again).await, [1]);
}

#[tokio::test]
async fn a_server_left_running_is_shut_down_and_replaced() {
    let dir = scratch_dir("orphan");
    let first = start(&dir).unwrap();
    remember(&first, 7).await;
    let program = fs::read_link(format!("/proc/{}/exe", server_pid(&dir))).unwrap();
    first.stop();
    // Nobody's child: it is not tied to the life of any service.
    let mut orphan = Command::new(program);
    if geteuid().is_root() {
        let account = User::from_name("postgres").unwrap().or_else(|| User::from_name("nobody").unwrap()).unwrap();
        orphan.uid(account.uid.as_raw()).gid(account.gid.as_raw());
    }
    let mut orphan = orphan
        .current_dir(dir.join("pg"))
        .arg("-D")
        .arg(dir.join("pg"))
        .arg("-k")
        .arg(dir.join("run"))
        .args(["-c", "listen_addresses="])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    until("the orphan is ready", || fs::read_to_string(dir.join("pg/postmaster.pid")).is_ok_and(|text| text.contains("ready")));
    let again = start(&dir).unwrap();
    assert!(orphan.wait().unwrap().success(), "it was asked to stop, not killed");
    assert_eq!(remembered(&again).await, [7]);
}

#[tokio::test]
async fn locks_that_name_a_living_process_or_a_zombie_are_seen_to_be_stale() {
    let dir = scratch_dir("stale");
    let first = start(&dir).unwrap();
    remember(&first, 7).await;
    let pid_file = fs::read_to_string(dir.join("pg/postmaster.pid")).unwrap();
    let real = server_pid(&dir).to_string();
    first.stop();

    let mut zombie = Command::new("true").spawn().unwrap();
    let stat = format!("/proc/{}/stat", zombie.id());
    until("it is a zombie", || fs::read_to_string(&stat).is_ok_and(|stat| stat.contains(") Z ")));
    for pid in [std::process::id(), zombie.id(), 1] {
        fs::write(dir.join("pg/postmaster.pid"), pid_file.replacen(&real, &pid.to_string(), 1)).unwrap();
        fs::write(dir.join("run/.s.PGSQL.5432.lock"), pid_file.replacen(&real, &pid.to_string(), 1)).unwrap();
        let again = start(&dir).unwrap();
        assert_eq!(remembered(&again).await, [7], "with pid {pid}");
        again.stop();
    }
    zombie.wait().unwrap();
}

#[tokio::test]
async fn an_interrupted_first_start_is_done_again() {
    for delay in [20, 100, 250, 450, 700] {
        let dir = scratch_dir("interrupted");
        let mut service = hold(&dir);
        thread::sleep(Duration::from_millis(delay));
        service.kill().unwrap();
        service.wait().unwrap();
        let again = start(&dir).unwrap_or_else(|error| panic!("killed after {delay} ms: {error}"));
        remember(&again, 7).await;
        assert!(remembered(&again).await.contains(&7));
        again.stop();
    }
    let dir = scratch_dir("leftover");
    fs::create_dir(dir.join("pg.new-interrupted")).unwrap();
    fs::write(dir.join("pg.new-interrupted/PG_VERSION"), "15\n").unwrap();
    start(&dir).unwrap().stop();
    assert!(!dir.join("pg.new-interrupted").exists());
}

#[tokio::test]
async fn two_directories_do_not_meet() {
    let (one, other) = (start(&scratch_dir("one")).unwrap(), start(&scratch_dir("other")).unwrap());
    remember(&one, 1).await;
    remember(&other, 2).await;
    assert_eq!((remembered(&one).await, remembered(&other).await), (vec![1], vec![2]));
}

#[test]
fn one_directory_serves_one_service_at_a_time() {
    let dir = scratch_dir("twice");
    let first = start(&dir).unwrap();
    let link = dir.with_extension("link");
    symlink(&dir, &link).unwrap();
    for path in [&dir, &link] {
        let error = start(path).unwrap_err();
        assert!(matches!(error, EmbeddedError::InUse { .. }), "{error:?}");
        let message = error.to_string();
        assert!(message.contains(&*dir.to_string_lossy()) && message.contains("CROSSCLAIM_DATA_DIR"), "{message}");
        assert_eq!(message.lines().count(), 1);
    }
    first.stop();
    start(&dir).unwrap().stop();
}

#[tokio::test]
async fn a_path_too_long_for_a_socket_gets_one_elsewhere_that_is_ours_alone() {
    let dir = scratch_dir("long").join("a-directory-name-of-a-length-that-nobody-would-choose-but-some-tools-make".repeat(2));
    let embedded = start(&dir).unwrap();
    remember(&embedded, 7).await;
    let socket_dir = embedded.options().get_socket().unwrap().clone();
    assert!(!socket_dir.starts_with(&dir));
    assert_eq!(fs::metadata(&socket_dir).unwrap().permissions().mode() & 0o777, 0o700);
    embedded.stop();

    let again = start(&dir).unwrap();
    assert_eq!(again.options().get_socket(), Some(&socket_dir), "the same directory has the same socket");
    assert_eq!(remembered(&again).await, [7]);
    again.stop();

    fs::remove_dir_all(&socket_dir).unwrap();
    symlink(scratch_dir("elsewhere"), &socket_dir).unwrap();
    let error = start(&dir).unwrap_err();
    fs::remove_file(&socket_dir).unwrap();
    assert!(matches!(error, EmbeddedError::ForeignSocketDirectory { .. }), "{error:?}");
}

#[test]
fn missing_binaries_and_closed_directories_are_named() {
    let empty = scratch_dir("empty");
    let settings = Settings { data_dir: scratch_dir("none"), bin_dir: Some(empty.clone()), throwaway: true };
    let message = Embedded::start(&settings).unwrap_err().to_string();
    assert!(message.contains(&*empty.to_string_lossy()) && message.contains("CROSSCLAIM_PG_BIN"), "{message}");

    let closed = scratch_dir("closed");
    let permissions = if geteuid().is_root() { 0o700 } else { 0o500 };
    fs::set_permissions(&closed, fs::Permissions::from_mode(permissions)).unwrap();
    let message = start(&closed.join("data")).unwrap_err().to_string();
    assert!(message.contains(&*closed.to_string_lossy()), "{message}");
    if geteuid().is_root() {
        assert!(
            message.contains("account postgres cannot reach") || message.contains("account nobody cannot reach"),
            "{message}"
        );
    }
}

#[test]
fn a_database_of_another_version_is_not_touched() {
    let dir = scratch_dir("version");
    start(&dir).unwrap().stop();
    fs::write(dir.join("pg/PG_VERSION"), "99\n").unwrap();
    let message = start(&dir).unwrap_err().to_string();
    assert!(message.contains("made by PostgreSQL 99") && message.contains("pg_upgrade"), "{message}");
}

/// Runs this module's tests again in a process that has given up root.
#[test]
fn all_of_this_holds_for_an_ordinary_user() {
    if !geteuid().is_root() || std::env::var_os(HOLD).is_some() {
        // They run as an ordinary user already.
        return;
    }
    let nobody = User::from_name("nobody").unwrap().expect("an account nobody");
    let output = this_program()
        .args(["embedded::", "--skip", "all_of_this_holds_for_an_ordinary_user"])
        .uid(nobody.uid.as_raw())
        .gid(nobody.gid.as_raw())
        .env("HOME", "/nonexistent")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("a_killed_server_comes_back_with_what_was_committed ... ok"), "{text}");
}

/// Not a test: the body of the process that `hold` starts.
#[tokio::test]
#[ignore = "started by other tests as a process of its own"]
async fn hold_until_killed() {
    let dir = PathBuf::from(std::env::var_os(HOLD).expect("started by another test"));
    let embedded = start(&dir).unwrap();
    remember(&embedded, 1).await;
    println!("\nholding");
    loop {
        thread::park();
    }
}

/// Without the waits for the disk, which a kill cannot tell from a server with them: the page cache survives it.
fn start(dir: &Path) -> Result<Embedded, EmbeddedError> {
    Embedded::start(&Settings { data_dir: dir.to_owned(), bin_dir: pg_bin(), throwaway: true })
}

async fn remember(embedded: &Embedded, n: i32) {
    let pool = sqlx::PgPool::connect_with(embedded.options()).await.unwrap();
    sqlx::raw_sql("create table if not exists remembered (n integer)").execute(&pool).await.unwrap();
    sqlx::query("insert into remembered values ($1)").bind(n).execute(&pool).await.unwrap();
    pool.close().await;
}

async fn remembered(embedded: &Embedded) -> Vec<i32> {
    let pool = sqlx::PgPool::connect_with(embedded.options()).await.unwrap();
    let rows = sqlx::query_scalar("select n from remembered").fetch_all(&pool).await.unwrap();
    pool.close().await;
    rows
}

/// A service in a process of its own, in which `hold_until_killed` runs.
fn hold(dir: &Path) -> Child {
    this_program()
        .args(["--exact", "embedded::hold_until_killed", "--ignored", "--nocapture"])
        .env(HOLD, dir)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn await_ready(service: &mut Child) {
    let mut lines = BufReader::new(service.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == "holding"), "the service started and wrote its row");
}

/// Through the kernel's own link, since the path may lead through directories that only root may enter.
fn this_program() -> Command {
    let mut command = Command::new("/proc/self/exe");
    command.current_dir("/").env("RUST_TEST_THREADS", "4");
    command
}

fn server_pid(dir: &Path) -> i32 {
    let text = fs::read_to_string(dir.join("pg/postmaster.pid")).unwrap_or_default();
    text.lines().next().and_then(|line| line.parse().ok()).unwrap_or(0)
}

fn runs(pid: i32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let since = Instant::now();
    while !holds() {
        assert!(since.elapsed() < PATIENCE, "{what}");
        thread::sleep(Duration::from_millis(10));
    }
}
