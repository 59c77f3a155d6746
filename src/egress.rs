//! Addresses that strangers give us → what answers there, without ever reaching what is not public.
//!
//! The one way out of this process. A name is resolved here, every address it has is checked, and the connection goes to those
//! very addresses, so that a name which resolves differently a moment later gains nothing. Redirects are followed one by one
//! with the same checks. Proxies of the environment are ignored: they would resolve names in our stead.

use std::{
    fmt,
    future::Future,
    io::Read,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::Pin,
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use flate2::read::MultiGzDecoder;
use futures_util::StreamExt;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use reqwest::{
    Client, Response, StatusCode,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap, HeaderValue, LOCATION},
    redirect::Policy,
};
use url::{Host, Url};

pub const USER_AGENT: &str = concat!("Crossclaim/", env!("CARGO_PKG_VERSION"), " (+https://github.com/crossclaim/crossclaim)");

const MOST_REDIRECTS: usize = 5;
const MOST_HEADER_BYTES: usize = 64 * 1024;
const CONNECT_DEADLINE: Duration = Duration::from_secs(5);
/// For a whole exchange, redirects and body included.
const DEADLINE: Duration = Duration::from_secs(15);

/// Why there is no answer. It never carries a word of the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EgressError {
    /// Another scheme than http(s), credentials, another port, or an address that is not public.
    #[error("the address must not be called")]
    NotAllowed,
    #[error("nothing answers there")]
    Unreachable,
    #[error("the answer took too long")]
    TimedOut,
    #[error("the answer is too large")]
    TooLarge,
    #[error("it redirects too often, or to nowhere")]
    BadRedirect,
    /// Broken off, badly compressed, or not HTTP.
    #[error("the answer cannot be read")]
    Unreadable,
}

/// What may be called although it is not public.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    networks: Vec<IpNet>,
    hosts: Vec<String>,
}

impl FromStr for Allowed {
    type Err = String;

    /// Networks (`10.1.0.0/16`), addresses and host names, separated by commas.
    fn from_str(list: &str) -> Result<Self, String> {
        let mut allowed = Self::default();
        for entry in list.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            if let Ok(network) = entry.parse() {
                allowed.networks.push(network);
            } else if let Ok(address) = entry.parse::<IpAddr>() {
                allowed.networks.push(address.into());
            } else {
                match Host::parse(entry) {
                    Ok(Host::Domain(host)) => allowed.hosts.push(host),
                    _ => {
                        return Err(format!("`{entry}` is neither a network such as 10.1.0.0/16 nor an address nor a host name"));
                    }
                }
            }
        }
        Ok(allowed)
    }
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let networks = self.networks.iter().map(ToString::to_string);
        let entries: Vec<String> = networks.chain(self.hosts.iter().cloned()).collect();
        f.write_str(&entries.join(","))
    }
}

impl Allowed {
    fn names(&self, host: &str) -> bool {
        self.hosts.iter().any(|allowed| allowed == host)
    }

    fn holds(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(&address))
    }

    fn admits(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        is_public(address) || self.holds(address)
    }

    /// What can be told without resolving a name. A port other than the usual ones is open only where the host itself is
    /// allowed: a public host's other ports are as good for probing as a private host's.
    fn check(&self, url: &Url) -> Result<(), EgressError> {
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(_)) => None,
            None => return Err(EgressError::NotAllowed),
        };
        let named = match literal {
            Some(address) => self.holds(address.to_canonical()),
            None => url.host_str().is_some_and(|host| self.names(host)),
        };
        let web = matches!(url.scheme(), "http" | "https");
        let anonymous = url.username().is_empty() && url.password().is_none();
        let port = named || matches!(url.port_or_known_default(), Some(80 | 443));
        // Literal addresses never reach a resolver.
        let public = literal.is_none_or(|address| self.admits(address));
        if web && anonymous && port && public { Ok(()) } else { Err(EgressError::NotAllowed) }
    }
}

/// The addresses of a host name.
pub type Looked = Pin<Box<dyn Future<Output = std::io::Result<Vec<IpAddr>>> + Send>>;
pub type Lookup = dyn Fn(String) -> Looked + Send + Sync;

fn system(host: String) -> Looked {
    Box::pin(async move { Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect()) })
}

/// Resolves for the connector: what it returns is what is connected to.
struct Resolver {
    lookup: Arc<Lookup>,
    allowed: Allowed,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let allowed = self.allowed.clone();
        let looked = (self.lookup)(host.clone());
        Box::pin(async move {
            let addresses = looked.await?;
            // One address that is not public spoils them all: an honest name has none.
            if allowed.names(&host) || addresses.iter().all(|address| allowed.admits(*address)) {
                Ok(Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs)
            } else {
                Err(Box::new(EgressError::NotAllowed) as _)
            }
        })
    }
}

/// The way out. Cheap to clone.
#[derive(Clone)]
pub struct Egress {
    client: Client,
    allowed: Allowed,
    deadline: Duration,
}

impl fmt::Debug for Egress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Egress").field("allowed", &self.allowed).finish_non_exhaustive()
    }
}

impl Default for Egress {
    fn default() -> Self {
        Self::new(Allowed::default())
    }
}

/// A whole answer to GET.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// Where the answer came from, after redirects.
    pub url: Url,
    pub status: u16,
    pub headers: HeaderMap,
    /// Decompressed.
    pub body: Vec<u8>,
}

impl Egress {
    #[must_use]
    pub fn new(allowed: Allowed) -> Self {
        Self::with_lookup(allowed, Arc::new(system))
    }

    /// With names resolved by `lookup` and not by the operating system.
    #[must_use]
    pub fn with_lookup(allowed: Allowed, lookup: Arc<Lookup>) -> Self {
        let resolver = Resolver { lookup, allowed: allowed.clone() };
        let client = Client::builder()
            .dns_resolver(resolver)
            .redirect(Policy::none())
            .no_proxy()
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT_DEADLINE)
            // Every exchange resolves anew, and is checked anew.
            .pool_max_idle_per_host(0)
            .http1_only()
            .build()
            .expect("a client without files or proxies can be built");
        Self { client, allowed, deadline: DEADLINE }
    }

    /// With another limit to the time of a whole exchange.
    #[must_use]
    pub fn within(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Whether the address may be called, as far as its spelling tells.
    pub fn check(&self, url: &Url) -> Result<(), EgressError> {
        self.allowed.check(url)
    }

    /// Reads what is there, of whatever status, up to `limit` bytes after decompression. `headers` go with every hop, so that they
    /// must hold no secret.
    pub async fn get(&self, url: &Url, headers: HeaderMap, limit: usize) -> Result<Fetched, EgressError> {
        self.in_time(self.follow(url.clone(), headers, limit)).await
    }

    /// Sends a body, and returns the status without reading the answer or following it.
    pub async fn post(&self, url: &Url, headers: HeaderMap, body: Vec<u8>) -> Result<u16, EgressError> {
        self.check(url)?;
        let request = self.client.post(url.clone()).headers(headers).body(body);
        self.in_time(async { Ok(request.send().await.map_err(|error| category(&error))?.status().as_u16()) }).await
    }

    async fn in_time<T>(&self, exchange: impl Future<Output = Result<T, EgressError>>) -> Result<T, EgressError> {
        tokio::time::timeout(self.deadline, exchange).await.unwrap_or(Err(EgressError::TimedOut))
    }

    async fn follow(&self, mut url: Url, headers: HeaderMap, limit: usize) -> Result<Fetched, EgressError> {
        for _ in 0..=MOST_REDIRECTS {
            self.check(&url)?;
            let request = self.client.get(url.clone()).headers(headers.clone());
            let request = request.header(ACCEPT_ENCODING, "gzip");
            let request = if headers.contains_key(ACCEPT) { request } else { request.header(ACCEPT, "*/*") };
            let response = request.send().await.map_err(|error| category(&error))?;
            let size: usize = response.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
            if size > MOST_HEADER_BYTES {
                return Err(EgressError::TooLarge);
            }
            match redirect(&url, &response)? {
                Some(next) => url = next,
                None => return read(url, response, limit).await,
            }
        }
        Err(EgressError::BadRedirect)
    }
}

fn redirect(from: &Url, response: &Response) -> Result<Option<Url>, EgressError> {
    use StatusCode as S;
    let moved = [S::MOVED_PERMANENTLY, S::FOUND, S::SEE_OTHER, S::TEMPORARY_REDIRECT, S::PERMANENT_REDIRECT];
    if !moved.contains(&response.status()) {
        return Ok(None);
    }
    let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
    let next = location.and_then(|location| from.join(location).ok()).ok_or(EgressError::BadRedirect)?;
    // What was asked for in private must not be answered in the open.
    if from.scheme() == "https" && next.scheme() != "https" { Err(EgressError::BadRedirect) } else { Ok(Some(next)) }
}

async fn read(url: Url, response: Response, limit: usize) -> Result<Fetched, EgressError> {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let mut body = Vec::new();
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| category(&error))?;
        if body.len() + chunk.len() > limit {
            return Err(EgressError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    let body = match headers.get(CONTENT_ENCODING).map(HeaderValue::as_bytes) {
        None | Some(b"" | b"identity") => body,
        Some(b"gzip" | b"x-gzip") => unpack(&body, limit)?,
        Some(_) => return Err(EgressError::Unreadable),
    };
    Ok(Fetched { url, status, headers, body })
}

fn unpack(packed: &[u8], limit: usize) -> Result<Vec<u8>, EgressError> {
    let mut body = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX);
    MultiGzDecoder::new(packed).take(most.saturating_add(1)).read_to_end(&mut body).map_err(|_| EgressError::Unreadable)?;
    if body.len() > limit { Err(EgressError::TooLarge) } else { Ok(body) }
}

fn category(error: &reqwest::Error) -> EgressError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(inner) = cause {
        if let Some(ours) = inner.downcast_ref::<EgressError>() {
            return *ours;
        }
        cause = inner.source();
    }
    match error {
        error if error.is_timeout() => EgressError::TimedOut,
        error if error.is_connect() => EgressError::Unreachable,
        _ => EgressError::Unreadable,
    }
}

/// IPv4 that is not globally reachable, by IANA's registry of special-purpose addresses; multicast and reserved ones; and the
/// one public address at which a cloud answers its own machines.
const SPECIAL_V4: [Ipv4Net; 15] = [
    v4([0, 0, 0, 0], 8),
    v4([10, 0, 0, 0], 8),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    v4([169, 254, 0, 0], 16),
    v4([172, 16, 0, 0], 12),
    v4([192, 0, 0, 0], 24),
    v4([192, 0, 2, 0], 24),
    v4([192, 88, 99, 0], 24),
    v4([192, 168, 0, 0], 16),
    v4([198, 18, 0, 0], 15),
    v4([198, 51, 100, 0], 24),
    v4([203, 0, 113, 0], 24),
    v4([224, 0, 0, 0], 3),
    v4([168, 63, 129, 16], 32),
];

/// IPv6 that is given out to the public. Mapped, translated (NAT64), local and multicast addresses lie outside.
const UNICAST_V6: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

/// What of it is not: protocol assignments with Teredo in them, documentation, and 6to4, which carries an IPv4 address.
const SPECIAL_V6: [Ipv6Net; 4] = [
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
];

const fn v4([a, b, c, d]: [u8; 4], length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6([a, b, c, d, e, f, g, h]: [u16; 8], length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, e, f, g, h), length)
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|network| network.contains(&address)),
        IpAddr::V6(address) => UNICAST_V6.contains(&address) && !SPECIAL_V6.iter().any(|network| network.contains(&address)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(list: &str, url: &str) -> bool {
        let allowed: Allowed = list.parse().expect("a list");
        Url::parse(url).is_ok_and(|url| allowed.check(&url).is_ok())
    }

    #[test]
    fn no_spelling_of_an_address_that_is_not_public_passes() {
        let hosts = [
            "127.0.0.1",
            "127.1",
            "127.255.255.254",
            "0177.0.0.1",
            "0x7f.1",
            "0x7f000001",
            "2130706433",
            "017700000001",
            "0",
            "0.0.0.0",
            "127.0.0.1.",
            "127。0。0。1",
            "１２７.0.0.1",
            "10.0.0.1",
            "10.255.255.255",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "100.64.0.0",
            "100.127.255.255",
            "169.254.169.254",
            "0xa9fea9fe",
            "2852039166",
            "0251.0376.0251.0376",
            "100.100.100.200",
            "168.63.129.16",
            "192.0.0.192",
            "192.0.2.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "192.88.99.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "[::]",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[::ffff:0:7f00:1]",
            "[::127.0.0.1]",
            "[64:ff9b::127.0.0.1]",
            "[64:ff9b::8.8.8.8]",
            "[64:ff9b:1::1]",
            "[2002:7f00:1::]",
            "[2002:a9fe:a9fe::1]",
            "[2001::1]",
            "[2001:0:7f00:1::]",
            "[2001:db8::1]",
            "[3fff::1]",
            "[fc00::1]",
            "[fd00:ec2::254]",
            "[fe80::1]",
            "[fec0::1]",
            "[ff02::1]",
            "[100::1]",
            "[5f00::1]",
            "[::ffff:169.254.169.254]",
            "[::ffff:10.0.0.1]",
        ];
        for host in hosts {
            for scheme in ["http", "https"] {
                assert!(!allowed("", &format!("{scheme}://{host}/")), "{scheme}://{host}/");
            }
        }
    }

    #[test]
    fn the_neighbours_of_those_addresses_are_public() {
        for host in [
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "168.63.129.15",
            "223.255.255.255",
            "1.1.1.1",
            "[2001:200::1]",
            "[2003::1]",
            "[2606:4700::1111]",
            "[::ffff:8.8.8.8]",
        ] {
            assert!(allowed("", &format!("https://{host}/")), "{host}");
        }
    }

    #[test]
    fn schemes_credentials_and_ports_are_checked() {
        for url in ["http://example.org/", "https://example.org:443/a?b#c", "http://example.org:443/", "https://example.org:80/"]
        {
            assert!(allowed("", url), "{url}");
        }
        for url in [
            "ftp://example.org/",
            "file:///etc/passwd",
            "gopher://example.org/",
            "http://user@example.org/",
            "http://:pw@example.org/",
            "http://example.org:22/",
            "https://example.org:8443/",
            "http://1.1.1.1:5432/",
            "data:text/html,x",
            "unix:/run/socket",
        ] {
            assert!(!allowed("", url), "{url}");
        }
    }

    #[test]
    fn what_is_configured_is_allowed_and_nothing_beside_it() {
        let list = "10.1.0.0/16, ::1,cms.internal";
        assert_eq!(list.parse::<Allowed>().unwrap().to_string(), "10.1.0.0/16,::1/128,cms.internal");
        for url in ["http://10.1.2.3:9200/", "http://[::1]:80/", "http://cms.internal:8080/", "http://[::ffff:10.1.2.3]/"] {
            assert!(allowed(list, url), "{url}");
        }
        for url in
            ["http://10.2.0.1/", "http://[::2]/", "http://a.cms.internal:8080/", "http://u@cms.internal/", "http://127.0.0.1/"]
        {
            assert!(!allowed(list, url), "{url}");
        }
        for bad in ["10.1.0.0/33", "a b", "http://x/", "10.1.0.0/16;10.2.0.0/16"] {
            assert!(bad.parse::<Allowed>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_small_archive_of_much_is_cut_off() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut encoder, &vec![0; 1 << 20]).unwrap();
        let packed = encoder.finish().unwrap();
        assert_eq!(unpack(&packed, 1 << 20).unwrap().len(), 1 << 20);
        assert_eq!(unpack(&packed, (1 << 20) - 1), Err(EgressError::TooLarge));
        assert_eq!(unpack(b"not gzip", 100), Err(EgressError::Unreadable));
    }
}
