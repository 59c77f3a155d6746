//! How this process behaves towards the hosts it reads from: one request at a time to each, with a pause between, and only where
//! the host's robots.txt (RFC 9309) lets it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use reqwest::header::HeaderMap;
use texting_robots::Robot;
use url::Url;

use crate::egress::Egress;

/// The name that a robots.txt knows us by.
const AGENT: &str = "crossclaim";
const LARGEST_RULES: usize = 500 * 1024;
const RULES_FRESH: Duration = Duration::from_secs(3_600);
/// Of a host whose rules could not be read.
const SILENCE_FRESH: Duration = Duration::from_secs(600);
/// A pause that a host asks for is kept to up to here.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Hosts that are remembered; those nobody is asking can be forgotten.
const MOST_HOSTS: usize = 10_000;

#[derive(Clone)]
pub struct Manners {
    egress: Egress,
    pause: Duration,
    hosts: Arc<Mutex<HashMap<String, Arc<tokio::sync::Mutex<Host>>>>>,
}

#[derive(Default)]
struct Host {
    last: Option<Instant>,
    rules: Option<(Instant, Rules)>,
}

enum Rules {
    None,
    Given(Box<Robot>),
    /// They could not be read: until they can, nothing is allowed.
    Unknown,
}

impl Rules {
    fn allow(&self, url: &Url) -> bool {
        match self {
            Self::None => true,
            Self::Given(robot) => robot.allowed(url.as_str()),
            Self::Unknown => false,
        }
    }

    fn pause(&self) -> Duration {
        match self {
            Self::Given(robot) => {
                let asked = robot.delay.filter(|delay| delay.is_finite() && *delay > 0.0).unwrap_or_default();
                Duration::from_secs_f32(asked.min(LONGEST_PAUSE.as_secs_f32()))
            }
            _ => Duration::ZERO,
        }
    }
}

impl Manners {
    pub fn new(egress: Egress, pause: Duration) -> Self {
        Self { egress, pause, hosts: Arc::default() }
    }

    /// What `request` gives, in its turn; `None` where the host's rules forbid it.
    pub async fn visit<T>(&self, url: &Url, request: impl Future<Output = T>) -> Option<T> {
        let host = self.host(url);
        let mut host = host.lock().await;
        self.learn_rules(&mut host, url).await;
        let (_, rules) = host.rules.as_ref()?;
        if !rules.allow(url) {
            return None;
        }
        let pause = self.pause.max(rules.pause());
        if let Some(last) = host.last {
            tokio::time::sleep(pause.saturating_sub(last.elapsed())).await;
        }
        let outcome = request.await;
        host.last = Some(Instant::now());
        Some(outcome)
    }

    fn host(&self, url: &Url) -> Arc<tokio::sync::Mutex<Host>> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() >= MOST_HOSTS {
            hosts.retain(|_, host| Arc::strong_count(host) > 1);
        }
        hosts.entry(url.origin().ascii_serialization()).or_default().clone()
    }

    async fn learn_rules(&self, host: &mut Host, url: &Url) {
        let fresh = |(read, rules): &(Instant, Rules)| {
            read.elapsed() < if matches!(rules, Rules::Unknown) { SILENCE_FRESH } else { RULES_FRESH }
        };
        if host.rules.as_ref().is_some_and(fresh) {
            return;
        }
        let rules = match url.join("/robots.txt") {
            Ok(address) => match self.egress.get(&address, HeaderMap::new(), LARGEST_RULES).await {
                Ok(answer) if answer.status == 200 => match Robot::new(AGENT, &answer.body) {
                    Ok(robot) => Rules::Given(Box::new(robot)),
                    Err(_) => Rules::None,
                },
                Ok(answer) if (400..500).contains(&answer.status) && answer.status != 429 => Rules::None,
                _ => Rules::Unknown,
            },
            Err(_) => Rules::Unknown,
        };
        host.rules = Some((Instant::now(), rules));
    }
}
