//! Markup of strangers (pages, feeds, sitemaps) → what it says, parsed in a process of its own that may do nothing but compute, and
//! not for long.
//!
//! That process is this program again (`crossclaim parse`), without environment, files or sockets, and with limits of memory and time
//! that it gives itself before it reads anything. A document that it dies of is refused, and nobody else notices. Processes are kept for
//! the next document, since starting one takes longer than most pages. Where no program is named (this library in another program),
//! parsing happens where it is asked for.

use std::{
    io::{self, Read, Write},
    os::{
        fd::OwnedFd,
        unix::{net::UnixStream, process::CommandExt},
    },
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Condvar, LazyLock, Mutex, Once, OnceLock, PoisonError},
    thread::available_parallelism,
    time::{Duration, Instant},
};

use nix::sys::resource::{RLIM_INFINITY, Resource, UsageWho, getrusage, setrlimit};
use serde::{Serialize, de::DeserializeOwned};
use url::Url;

use super::{
    PipelineError,
    live::listing::{self, Listing},
};
use crate::engine::extraction::html::{self, Page, Unreadable};

/// What a document may take beyond what the process has when it starts.
const MOST_MEMORY: u64 = 256 * 1024 * 1024;
const MOST_CPU_SECONDS: u64 = 5;
/// On a machine that is busy with other things.
const DEADLINE: Duration = Duration::from_secs(15);
/// The parts of an order and an answer, the largest of which is a feed.
const LARGEST_PART: u32 = 64 * 1024 * 1024;
/// Standard input, output and error.
const FILES: u64 = 3;

#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The process ran into a limit or died. It will again.
    #[error("reading it takes more time or memory than a document may take")]
    Poisoned,
    #[error("no process to read it in can be started: {0}")]
    Unavailable(io::Error),
}

impl From<Refusal> for PipelineError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Poisoned => Self::UnreadableHtml(refusal.to_string()),
            Refusal::Unavailable(error) => {
                tracing::error!(%error, "no process to parse in can be started");
                Self::NoReader
            }
        }
    }
}

static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// Names the program that has [`work`] as its subcommand `parse`. The first name stays.
pub fn parse_with(program: PathBuf) {
    let _ = PROGRAM.set(program);
}

/// This program, whatever has become of its file since it was started.
#[must_use]
pub fn this_program() -> Option<PathBuf> {
    let running = PathBuf::from("/proc/self/exe");
    if running.exists() { Some(running) } else { std::env::current_exe().ok() }
}

pub(super) fn page(source: &str) -> Result<Result<Page, Unreadable>, Refusal> {
    parse(&Order { kind: PAGE, base: "", body: source.as_bytes() }, || html::article(source))
}

/// `None` if it is in no form that is known.
pub(super) fn listing(body: &[u8], base: &Url) -> Result<Option<Listing>, Refusal> {
    parse(&Order { kind: LISTING, base: base.as_str(), body }, || listing::read(body, base))
}

fn parse<T: DeserializeOwned>(order: &Order<'_>, here: impl FnOnce() -> T) -> Result<T, Refusal> {
    let Some(program) = PROGRAM.get() else {
        static TOLD: Once = Once::new();
        TOLD.call_once(|| tracing::warn!("markup is parsed in this very process: no program is named to do it apart"));
        return Ok(here());
    };
    let answer = POOL.give(program, order)?;
    // An answer that is none comes from a process that is no longer ours.
    serde_json::from_slice(&answer).map_err(|_| Refusal::Poisoned)
}

const PAGE: &str = "page";
const LISTING: &str = "listing";

struct Order<'a> {
    kind: &'a str,
    base: &'a str,
    body: &'a [u8],
}

/// Processes that wait for a document, and how many have one.
struct Pool {
    state: Mutex<(Vec<Worker>, usize)>,
    freed: Condvar,
    most: usize,
}

/// A document that takes its five seconds must not hold all others up on a small machine.
static POOL: LazyLock<Pool> = LazyLock::new(|| Pool {
    state: Mutex::default(),
    freed: Condvar::new(),
    most: available_parallelism().map_or(1, usize::from).max(4),
});

impl Pool {
    fn give(&self, program: &PathBuf, order: &Order<'_>) -> Result<Vec<u8>, Refusal> {
        let kept = {
            let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let mut state = self.freed.wait_while(state, |(_, busy)| *busy >= self.most).unwrap_or_else(PoisonError::into_inner);
            state.1 += 1;
            state.0.pop()
        };
        let _turn = Turn(self);
        let begun = Instant::now();
        if let Some(mut worker) = kept {
            match worker.read(order) {
                Ok(answer) => return Ok(self.keep(worker, answer)),
                Err(error) if begun.elapsed() > Duration::from_secs(MOST_CPU_SECONDS) => return Err(poisoned(&error)),
                // What it died of may have come from outside, or from documents before this one.
                Err(_) => {}
            }
        }
        let mut worker = Worker::start(program).map_err(Refusal::Unavailable)?;
        match worker.read(order) {
            Ok(answer) => Ok(self.keep(worker, answer)),
            Err(error) => Err(poisoned(&error)),
        }
    }

    fn keep(&self, worker: Worker, answer: Vec<u8>) -> Vec<u8> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).0.push(worker);
        answer
    }
}

/// Given back however a document ends.
struct Turn<'a>(&'a Pool);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner).1 -= 1;
        self.0.freed.notify_one();
    }
}

fn poisoned(error: &io::Error) -> Refusal {
    tracing::warn!(%error, "a document was refused: the process that parsed it ran into a limit or died");
    metrics::counter!("crossclaim_poisoned_documents_total").increment(1);
    Refusal::Poisoned
}

struct Worker {
    child: Child,
    stream: UnixStream,
}

impl Worker {
    fn start(program: &PathBuf) -> io::Result<Self> {
        let (stream, theirs) = UnixStream::pair()?;
        let child = Command::new(program)
            .arg0("crossclaim")
            .arg("parse")
            .env_clear()
            // The allocator asks for a gigabyte of addresses at once, which is more than it may have.
            .env("MIMALLOC_ARENA_RESERVE", "16M")
            .current_dir("/")
            // Ctrl-C is for the service, which finishes what it has in hand.
            .process_group(0)
            .stdin(OwnedFd::from(theirs.try_clone()?))
            .stdout(OwnedFd::from(theirs))
            .stderr(Stdio::null())
            .spawn()?;
        Ok(Self { child, stream })
    }

    fn read(&mut self, order: &Order<'_>) -> io::Result<Vec<u8>> {
        let mut line = Timed { stream: &self.stream, until: Instant::now() + DEADLINE };
        for part in [order.kind.as_bytes(), order.base.as_bytes(), order.body] {
            write_part(&mut line, part)?;
        }
        read_part(&mut line)?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A stream that has to be done by a certain time.
struct Timed<'a> {
    stream: &'a UnixStream,
    until: Instant,
}

impl Timed<'_> {
    fn left(&self) -> io::Result<Option<Duration>> {
        match self.until.checked_duration_since(Instant::now()) {
            Some(left) if !left.is_zero() => Ok(Some(left)),
            _ => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

impl Read for Timed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(self.left()?)?;
        self.stream.read(buffer)
    }
}

impl Write for Timed<'_> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(self.left()?)?;
        self.stream.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn write_part(line: &mut impl Write, part: &[u8]) -> io::Result<()> {
    let length = u32::try_from(part.len()).ok().filter(|length| *length <= LARGEST_PART).ok_or(io::ErrorKind::FileTooLarge)?;
    line.write_all(&length.to_be_bytes())?;
    line.write_all(part)?;
    line.flush()
}

/// `None` at the end.
fn read_part(line: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match line.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let length = u32::from_be_bytes(length);
    if length > LARGEST_PART {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let mut part = vec![0; length as usize];
    line.read_exact(&mut part)?;
    Ok(Some(part))
}

/// The other side: parses what comes in on standard input until that ends.
pub fn work() -> io::Result<()> {
    confine()?;
    let (mut orders, mut answers) = (io::stdin().lock(), io::stdout().lock());
    while let Some(kind) = read_part(&mut orders)? {
        let base = read_part(&mut orders)?.unwrap_or_default();
        let body = read_part(&mut orders)?.unwrap_or_default();
        let used = getrusage(UsageWho::RUSAGE_SELF)?;
        let used = u64::try_from(used.user_time().tv_sec() + used.system_time().tv_sec()).unwrap_or_default();
        setrlimit(Resource::RLIMIT_CPU, used + 1 + MOST_CPU_SECONDS, RLIM_INFINITY)?;
        #[cfg(debug_assertions)]
        misdeeds::commit(&body);
        let answer = if kind == PAGE.as_bytes() {
            answer(&html::article(&String::from_utf8_lossy(&body)))?
        } else {
            let base = String::from_utf8_lossy(&base).parse::<Url>().map_err(io::Error::other)?;
            answer(&listing::read(&body, &base))?
        };
        write_part(&mut answers, &answer)?;
    }
    Ok(())
}

fn answer(said: &impl Serialize) -> io::Result<Vec<u8>> {
    Ok(serde_json::to_vec(said)?)
}

/// For good: nothing raises these limits again.
fn confine() -> io::Result<()> {
    if let Some(size) = own_size() {
        let limit = size + MOST_MEMORY;
        setrlimit(Resource::RLIMIT_AS, limit, limit)?;
    }
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    setrlimit(Resource::RLIMIT_FSIZE, 0, 0)?;
    // No file can be opened any more, and no socket.
    setrlimit(Resource::RLIMIT_NOFILE, FILES, FILES)?;
    Ok(())
}

/// Addresses in use: the program itself, and what its allocator has reserved. Known on Linux.
fn own_size() -> Option<u64> {
    let pages: u64 = std::fs::read_to_string("/proc/self/statm").ok()?.split_whitespace().next()?.parse().ok()?;
    let page = nix::unistd::sysconf(nix::unistd::SysconfVar::PAGE_SIZE).ok()??;
    Some(pages * u64::try_from(page).ok()?)
}

/// What a document could make a parser do if it had a defect, for tests to ask for.
#[cfg(debug_assertions)]
mod misdeeds {
    use std::{hint::black_box, net::TcpStream};

    pub fn commit(body: &[u8]) {
        let words = String::from_utf8_lossy(&body[..body.len().min(1_024)]).into_owned();
        let Some((_, rest)) = words.split_once("<!-- misdeed: ") else { return };
        let Some((misdeed, _)) = rest.split_once(" -->") else { return };
        match misdeed.split_once(' ').unwrap_or((misdeed, "")) {
            ("panic", _) => panic!("as asked"),
            ("overflow", _) => drop(black_box(overflow(1))),
            ("loop", _) => loop {
                black_box(());
            },
            ("allocate", _) => drop(black_box(vec![1_u8; 10 << 30])),
            ("connect", address) => assert!(TcpStream::connect(address).is_ok(), "no way out"),
            ("open", path) => assert!(std::fs::File::open(path).is_ok(), "no file"),
            _ => {}
        }
    }

    #[allow(unconditional_recursion)]
    fn overflow(depth: u64) -> u64 {
        black_box(overflow(black_box(depth + 1))) + 1
    }
}
