//! How often a key may ask: a bucket of tokens each, told in the fields `RateLimit-Policy` and `RateLimit`
//! (draft-ietf-httpapi-ratelimit-headers); and how many wrong keys an address may try.
//!
//! A key's bucket is in the database, for all instances together. Each borrows a hundredth of it at a time, so that few requests ask the
//! database, and what one has borrowed and not used is too little for others to miss. Those of wrong keys are this process's own.

use std::{
    collections::HashMap,
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use actix_web::{
    HttpMessage, HttpRequest,
    http::header::{HeaderMap, HeaderName, HeaderValue},
};

use super::{State, auth::Bearer, error::Problem};
use crate::{
    domain::WorkspaceId,
    storage::{Portion, Store},
};

pub const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
pub const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Requests a minute, where nothing else is configured.
const USUAL: u32 = 600;
const WINDOW: Duration = Duration::from_secs(60);

/// More than these many buckets are looked through for full ones, which tell nothing.
const MANY: usize = 10_000;

/// A portion that is a hundredth may be late or unused without being missed.
const PORTIONS: u32 = 100;
/// After which a portion that was not used up goes back.
const FRESH: Duration = Duration::from_secs(1);
/// How long the database may take to give one, and how long it is not asked after it did not.
const PATIENCE: Duration = Duration::from_millis(250);
const ALONE: Duration = Duration::from_secs(1);

#[derive(Default)]
pub struct Limits {
    /// As many as there are keys at most. One request at a time asks the database for a key; the others wait for it.
    keys: Mutex<HashMap<Bearer, Arc<tokio::sync::Mutex<Option<Share>>>>>,
    /// Of those who bring wrong keys.
    strangers: Buckets<IpAddr>,
}

impl Limits {
    async fn take(&self, store: &Store, workspace: WorkspaceId, bearer: Bearer, quota: u32) -> (bool, Standing) {
        let share = self.keys.lock().unwrap_or_else(PoisonError::into_inner).entry(bearer).or_default().clone();
        let mut share = share.lock().await;
        let share = share.get_or_insert_with(|| Share::new(quota));
        if Instant::now() >= share.good_until {
            share.borrow(store, workspace, bearer, quota).await;
        }
        share.take(quota)
    }
}

/// What this instance knows of a key's bucket.
struct Share {
    /// All that is left, here and elsewhere, as far as is known here.
    known: Bucket,
    /// What was borrowed and is not used; `None` while the database does not answer, when this instance counts for itself.
    borrowed: Option<u32>,
    good_until: Instant,
}

impl Share {
    fn new(quota: u32) -> Self {
        let now = Instant::now();
        Self { known: Bucket { tokens: f64::from(quota), at: now }, borrowed: None, good_until: now }
    }

    async fn borrow(&mut self, store: &Store, workspace: WorkspaceId, bearer: Bearer, quota: u32) {
        let wanted = (quota / PORTIONS).max(1);
        let name = bearer.to_string();
        let asked = store.borrow_requests(workspace, &name, quota, wanted, self.borrowed.unwrap_or_default());
        let answer = tokio::time::timeout(PATIENCE, asked).await;
        let now = Instant::now();
        match answer {
            Ok(Ok(Portion { given, left })) => {
                self.known = Bucket { tokens: left + f64::from(given), at: now };
                self.borrowed = Some(given);
                // With nothing to be had, nobody needs to ask before there is.
                let next = Duration::from_secs_f64((1.0 - left).max(0.0) * WINDOW.as_secs_f64() / f64::from(quota));
                self.good_until = now + if given == 0 { next } else { FRESH };
            }
            _ => {
                self.borrowed = None;
                self.good_until = now + ALONE;
            }
        }
    }

    fn take(&mut self, quota: u32) -> (bool, Standing) {
        let now = Instant::now();
        let (taken, standing) = self.known.take(quota, now);
        if taken && let Some(borrowed) = &mut self.borrowed {
            *borrowed = borrowed.saturating_sub(1);
            if *borrowed == 0 {
                self.good_until = now;
            }
        }
        (taken, standing)
    }
}

struct Buckets<K>(Mutex<HashMap<K, Bucket>>);

impl<K> Default for Buckets<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash> Buckets<K> {
    fn take(&self, whose: K, quota: u32) -> (bool, Standing) {
        let now = Instant::now();
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() > MANY {
            buckets.retain(|_, bucket| now.saturating_duration_since(bucket.at) < WINDOW);
        }
        buckets.entry(whose).or_insert_with(|| Bucket { tokens: f64::from(quota), at: now }).take(quota, now)
    }
}

/// Full at first, and again a window after it was emptied.
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Bucket {
    /// Takes a token, if there is one.
    fn take(&mut self, quota: u32, now: Instant) -> (bool, Standing) {
        let a_second = f64::from(quota) / WINDOW.as_secs_f64();
        let earned = now.saturating_duration_since(self.at).as_secs_f64() * a_second;
        self.tokens = (self.tokens + earned).min(f64::from(quota));
        self.at = now;
        let taken = self.tokens >= 1.0;
        if taken {
            self.tokens -= 1.0;
        }
        let seconds = |tokens: f64| (tokens / a_second).ceil() as u32;
        let standing = Standing {
            quota,
            remaining: self.tokens as u32,
            full_in: seconds(f64::from(quota) - self.tokens),
            next_in: seconds((1.0 - self.tokens).max(0.0)),
        };
        (taken, standing)
    }
}

/// How a bucket stands after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Standing {
    quota: u32,
    remaining: u32,
    /// Seconds.
    full_in: u32,
    next_in: u32,
}

/// Counts the request against whoever sent it, or refuses it. Who may ask without a key is limited only where a limit is configured.
pub async fn count(request: &HttpRequest, workspace: WorkspaceId, bearer: Bearer) -> Result<(), Problem> {
    let State { service, options, limits, .. } = State::of(request);
    let usual = if bearer == Bearer::Anybody { 0 } else { USUAL };
    let quota = options.rate_limit.unwrap_or(usual);
    if quota == 0 {
        return Ok(());
    }
    let (taken, standing) = limits.take(service.store(), workspace, bearer, quota).await;
    request.extensions_mut().insert(standing);
    if taken { Ok(()) } else { Err(Problem::rate_limited(format!("This key may ask {quota} times a minute."), standing.next_in)) }
}

/// Counts a wrong key against its address, or refuses to judge more of them. A valid key is let in all the same: behind a proxy all have
/// one address, and nobody is to be shut out by another's mistakes.
pub fn count_wrong_key(request: &HttpRequest) -> Result<(), Problem> {
    let State { options, limits, .. } = State::of(request);
    let Some(address) = request.peer_addr() else { return Ok(()) };
    match limits.strangers.take(whole(address.ip()), options.wrong_keys) {
        (true, _) => Ok(()),
        (false, standing) => Err(Problem::rate_limited("Too many wrong keys came from this address.", standing.next_in)),
    }
}

/// Whoever has one address of IPv6 has the 64 bits behind it.
fn whole(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        v4 => v4,
    }
}

/// Tells how the key stands, where the request was counted.
pub fn tell(request: &HttpRequest, headers: &mut HeaderMap) {
    let Some(&Standing { quota, remaining, full_in, .. }) = request.extensions().get() else { return };
    let fields = [
        (RATE_LIMIT_POLICY, format!("\"default\";q={quota};w={}", WINDOW.as_secs())),
        (RATE_LIMIT, format!("\"default\";r={remaining};t={full_in}")),
    ];
    for (name, value) in fields {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_as_much_as_its_owner_has() {
        let shown = |address: &str| whole(address.parse().unwrap()).to_string();
        assert_eq!(shown("192.0.2.7"), "192.0.2.7");
        assert_eq!(shown("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(shown("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    }

    #[test]
    fn a_bucket_is_emptied_request_by_request_and_fills_with_time() {
        let start = Instant::now();
        let mut bucket = Bucket { tokens: 3.0, at: start };
        let mut take = |seconds| bucket.take(3, start + Duration::from_secs(seconds));
        let standing = |remaining, full_in, next_in| Standing { quota: 3, remaining, full_in, next_in };
        assert_eq!(take(0), (true, standing(2, 20, 0)));
        assert_eq!(take(0), (true, standing(1, 40, 0)));
        assert_eq!(take(0), (true, standing(0, 60, 20)));
        assert_eq!(take(0), (false, standing(0, 60, 20)));
        assert_eq!(take(5), (false, standing(0, 55, 15)), "a refusal costs nothing");
        assert_eq!(take(20), (true, standing(0, 60, 20)));
        assert_eq!(take(1_000), (true, standing(2, 20, 0)), "it holds no more than the quota");
    }
}
