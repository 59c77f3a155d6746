//! Points at which a test has the process die, to see that nothing is left half done. Builds without debug assertions have none.

/// Aborts if `CROSSCLAIM_ABORT_AT` is this name, or `name:n` and it is got to for the n-th time.
#[cfg(debug_assertions)]
pub fn reach(name: &str) {
    use std::sync::{
        LazyLock,
        atomic::{AtomicUsize, Ordering},
    };
    static ABORT: LazyLock<Option<(String, AtomicUsize)>> = LazyLock::new(|| {
        let given = std::env::var("CROSSCLAIM_ABORT_AT").ok()?;
        let (name, times) = given.split_once(':').unwrap_or((&given, "1"));
        Some((name.to_owned(), AtomicUsize::new(times.parse().ok()?)))
    });
    if let Some((at, left)) = &*ABORT
        && at == name
        && left.fetch_sub(1, Ordering::Relaxed) == 1
    {
        std::process::abort();
    }
}

#[cfg(not(debug_assertions))]
pub fn reach(_: &str) {}
