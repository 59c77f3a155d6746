//! Everything that needs more than one module, in one binary: the tests share one Postgres cluster (`harness`).

mod architecture;
#[cfg(target_os = "linux")]
mod embedded;
mod harness;
mod storage;
