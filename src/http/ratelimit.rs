//! How often a key may ask: a bucket of tokens each, told in the fields `RateLimit-Policy` and `RateLimit`
//! (draft-ietf-httpapi-ratelimit-headers); and how many wrong keys an address may try. Buckets are this process's own: two instances
//! let through twice as much.

use std::{
    collections::HashMap,
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use actix_web::{
    HttpMessage, HttpRequest,
    http::header::{HeaderMap, HeaderName, HeaderValue},
};

use super::{State, auth::Bearer, error::Problem};

pub const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
pub const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Requests a minute, where nothing else is configured.
const USUAL: u32 = 600;
const WINDOW: Duration = Duration::from_secs(60);

/// More than these many buckets are looked through for full ones, which tell nothing.
const MANY: usize = 10_000;

#[derive(Default)]
pub struct Limits {
    keys: Buckets<Bearer>,
    /// Of those who bring wrong keys.
    strangers: Buckets<IpAddr>,
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
pub fn count(request: &HttpRequest, bearer: Bearer) -> Result<(), Problem> {
    let State { options, limits, .. } = State::of(request);
    let usual = if bearer == Bearer::Anybody { 0 } else { USUAL };
    let quota = options.rate_limit.unwrap_or(usual);
    if quota == 0 {
        return Ok(());
    }
    let (taken, standing) = limits.keys.take(bearer, quota);
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
