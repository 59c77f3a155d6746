//! What time it is: the database's time, so that all instances agree whatever the clocks of their machines say.
//!
//! The time that the database told last is counted on by a clock that nobody can set. A process has one database.

use std::{
    sync::{PoisonError, RwLock},
    time::Instant,
};

use chrono::{DateTime, Utc};

static TOLD: RwLock<Option<(DateTime<Utc>, Instant)>> = RwLock::new(None);

/// By this machine's clock as long as no database has told the time.
#[must_use]
pub fn now() -> DateTime<Utc> {
    match *TOLD.read().unwrap_or_else(PoisonError::into_inner) {
        Some((at, told)) => at + told.elapsed(),
        None => Utc::now(),
    }
}

/// It was `at` at the moment `told`.
pub fn set(at: DateTime<Utc>, told: Instant) {
    *TOLD.write().unwrap_or_else(PoisonError::into_inner) = Some((at, told));
}
