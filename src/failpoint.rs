//! Points at which a test has the process die or fall asleep, to see that nothing is left half done. Builds without debug assertions have
//! none.

/// Aborts if `CROSSCLAIM_ABORT_AT` is this name, or `name:n` and it is got to for the n-th time; stops, until somebody lets it go on, by
/// `CROSSCLAIM_STOP_AT`.
#[cfg(debug_assertions)]
pub fn reach(name: &str) {
    use std::sync::{
        LazyLock,
        atomic::{AtomicUsize, Ordering},
    };

    struct Point(String, AtomicUsize);

    impl Point {
        fn of(variable: &str) -> Option<Self> {
            let given = std::env::var(variable).ok()?;
            let (name, times) = given.split_once(':').unwrap_or((&given, "1"));
            Some(Self(name.to_owned(), AtomicUsize::new(times.parse().ok()?)))
        }

        fn is(&self, name: &str) -> bool {
            self.0 == name && self.1.fetch_sub(1, Ordering::Relaxed) == 1
        }
    }

    static ABORT: LazyLock<Option<Point>> = LazyLock::new(|| Point::of("CROSSCLAIM_ABORT_AT"));
    static STOP: LazyLock<Option<Point>> = LazyLock::new(|| Point::of("CROSSCLAIM_STOP_AT"));
    if ABORT.as_ref().is_some_and(|point| point.is(name)) {
        std::process::abort();
    }
    if STOP.as_ref().is_some_and(|point| point.is(name)) {
        let _ = nix::sys::signal::raise(nix::sys::signal::Signal::SIGSTOP);
    }
}

#[cfg(not(debug_assertions))]
pub fn reach(_: &str) {}
