//! The way out, against real listeners: what must not be called is never connected to, however it is spelt or resolved.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use crossclaim::egress::{Allowed, Egress, EgressError, Fetched};
use reqwest::header::HeaderMap;
use url::Url;

use crate::origin::{self, Origin};

const LIMIT: usize = 64 * 1024;

fn allowed(list: &str) -> Allowed {
    list.parse().expect("a list")
}

/// Each name resolves to the next of these lists of addresses, and to the last one for ever.
fn resolving_to(allowed: Allowed, answers: &'static [&'static [&'static str]]) -> Egress {
    let asked = AtomicUsize::new(0);
    let lookup = move |_host: String| -> crossclaim::egress::Looked {
        let at = asked.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1);
        let addresses: Vec<IpAddr> = answers[at].iter().map(|address| address.parse().unwrap()).collect();
        Box::pin(async move { Ok(addresses) })
    };
    Egress::with_lookup(allowed, Arc::new(lookup)).within(Duration::from_secs(3))
}

async fn get(egress: &Egress, url: &str) -> Result<Fetched, EgressError> {
    egress.get(&Url::parse(url).expect("a URL"), HeaderMap::new(), LIMIT).await
}

#[tokio::test]
async fn an_address_that_is_not_public_is_never_connected_to() {
    let origin = Origin::start(|_| origin::page("secret")).await;
    let port = origin.address.port();
    let egress = Egress::default();
    for host in
        ["127.0.0.1", "0177.0.0.1", "2130706433", "0x7f.1", "127.1", "0.0.0.0", "[::ffff:127.0.0.1]", "localhost", "localhost."]
    {
        let url = format!("http://{host}:{port}/");
        assert_eq!(get(&egress, &url).await.unwrap_err(), EgressError::NotAllowed, "{url}");
        let post = egress.post(&Url::parse(&url).unwrap(), HeaderMap::new(), Vec::new()).await;
        assert_eq!(post.unwrap_err(), EgressError::NotAllowed, "{url}");
    }
    assert_eq!(origin.connections(), 0);
    // The listener is there, and is reached by whoever may.
    let fetched = get(&Egress::new(allowed("127.0.0.0/8")), &origin.url("/")).await.unwrap();
    assert_eq!((fetched.body.as_slice(), origin.connections()), (&b"secret"[..], 1));
}

/// The host is on the usual port by name alone, so these are refused for what they resolve to.
#[tokio::test]
async fn a_name_is_refused_for_any_address_it_has_that_is_not_public() {
    const CASES: [&[&str]; 7] = [
        &["127.0.0.1"],
        &["::1"],
        &["::ffff:127.0.0.1"],
        &["169.254.169.254"],
        &["64:ff9b::7f00:1"],
        &["1.1.1.1", "127.0.0.1"],
        &["2606:4700::1111", "fd00::1"],
    ];
    for addresses in CASES {
        let egress = resolving_to(Allowed::default(), Box::leak(Box::new([addresses])));
        for url in ["http://rebound.example/", "https://rebound.example/"] {
            assert_eq!(get(&egress, url).await.unwrap_err(), EgressError::NotAllowed, "{addresses:?}");
        }
    }
}

/// 127.0.0.9 stands for the public address here, so that a connection to it could be made at all.
#[tokio::test]
async fn a_name_that_resolves_differently_the_second_time_gains_nothing() {
    let origin = Origin::listen("127.0.0.1:0", |_| origin::page("secret")).await;
    let outside = Origin::listen(&format!("127.0.0.9:{}", origin.address.port()), |_| origin::page("public")).await;
    let egress = resolving_to(allowed("rebound.example"), &[&["127.0.0.9"], &["127.0.0.1"]]);
    let url = format!("http://rebound.example:{}/", origin.address.port());
    assert_eq!(get(&egress, &url).await.unwrap().body, b"public", "what was resolved is what is connected to");
    assert_eq!((outside.connections(), origin.connections()), (1, 0));

    // As a redirect back to itself, with only the first address allowed.
    let egress = resolving_to(allowed("127.0.0.9"), &[&["127.0.0.9"], &["127.0.0.1"]]);
    assert_eq!(
        get(&egress, "http://rebound.example/").await.unwrap_err(),
        EgressError::Unreachable,
        "nothing is on port 80 there"
    );
    assert_eq!(get(&egress, "http://rebound.example/").await.unwrap_err(), EgressError::NotAllowed);
    assert_eq!(origin.connections(), 0);
}

#[tokio::test]
async fn every_hop_of_a_redirect_is_checked() {
    let inside = Origin::listen("127.0.0.2:0", |_| origin::page("secret")).await;
    let target = inside.url("/admin");
    let origin = Origin::start(move |request| match request.path.as_str() {
        "/inside" => origin::redirect(&target),
        "/metadata" => origin::redirect("http://169.254.169.254/latest/meta-data/"),
        "/decimal" => origin::redirect("http://2130706434/"),
        "/file" => origin::redirect("file:///etc/passwd"),
        "/credentials" => origin::redirect("http://user:pw@example.org/"),
        "/relative" => origin::redirect("/end?x=1"),
        "/round" => origin::redirect("/round"),
        "/nowhere" => origin::status("302 Found"),
        path if path.starts_with("/chain/") => match path[7..].parse::<u32>().unwrap() {
            0 => origin::page("end of the chain"),
            more => origin::redirect(&format!("/chain/{}", more - 1)),
        },
        path => origin::page(path),
    })
    .await;
    let egress = Egress::new(allowed("127.0.0.1"));
    for path in ["/inside", "/metadata", "/decimal", "/file", "/credentials"] {
        assert_eq!(get(&egress, &origin.url(path)).await.unwrap_err(), EgressError::NotAllowed, "{path}");
    }
    assert_eq!(inside.connections(), 0);
    for path in ["/round", "/nowhere", "/chain/6"] {
        assert_eq!(get(&egress, &origin.url(path)).await.unwrap_err(), EgressError::BadRedirect, "{path}");
    }
    assert_eq!(get(&egress, &origin.url("/chain/5")).await.unwrap().body, b"end of the chain");
    let relative = get(&egress, &origin.url("/relative")).await.unwrap();
    assert_eq!((relative.url.to_string(), relative.body.as_slice()), (origin.url("/end?x=1"), &b"/end?x=1"[..]));

    // What is sent is not sent on.
    let seen = origin.connections();
    let status = egress.post(&Url::parse(&origin.url("/relative")).unwrap(), HeaderMap::new(), b"body".to_vec()).await;
    assert_eq!((status.unwrap(), origin.connections()), (302, seen + 1));
    assert_eq!(origin.received().last().unwrap().body, "body");
}

#[tokio::test]
async fn answers_are_bounded_in_size_and_time() {
    let packed = |size: usize| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut encoder, &vec![b'a'; size]).unwrap();
        encoder.finish().unwrap()
    };
    let origin = Origin::start(move |request| match request.path.as_str() {
        "/full" => origin::page(&"a".repeat(LIMIT)),
        "/large" => origin::page(&"a".repeat(LIMIT + 1)),
        "/endless" => b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n".iter().chain(&vec![b'a'; 1 << 20]).copied().collect(),
        "/packed" => origin::answer("200 OK", &[("content-encoding", "gzip")], &packed(LIMIT)),
        "/bomb" => origin::answer("200 OK", &[("content-encoding", "gzip")], &packed(10 << 20)),
        "/other" => origin::answer("200 OK", &[("content-encoding", "br")], b"x"),
        "/headers" => origin::answer("200 OK", &[("x-long", &"a".repeat(70_000))], b"x"),
        "/broken" => b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc".to_vec(),
        "/silent" => b"HTTP/1.1 200 OK\r\n".to_vec(),
        _ => b"SSH-2.0-OpenSSH_9.2\r\n".to_vec(),
    })
    .await;
    let egress = Egress::new(allowed("127.0.0.1"));
    for path in ["/full", "/packed"] {
        assert_eq!(get(&egress, &origin.url(path)).await.unwrap().body.len(), LIMIT, "{path}");
    }
    for path in ["/large", "/endless", "/bomb", "/headers"] {
        assert_eq!(get(&egress, &origin.url(path)).await.unwrap_err(), EgressError::TooLarge, "{path}");
    }
    for path in ["/other", "/broken", "/silent", "/not-http"] {
        assert_eq!(get(&egress, &origin.url(path)).await.unwrap_err(), EgressError::Unreadable, "{path}");
    }

    // It accepts, and never answers.
    let mute = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let begun = Instant::now();
    let url = format!("http://{}/", mute.local_addr().unwrap());
    let outcome = get(&egress.clone().within(Duration::from_millis(300)), &url).await;
    assert_eq!(outcome.unwrap_err(), EgressError::TimedOut);
    assert!(begun.elapsed() < Duration::from_secs(2));
    // Bound, so that no other test listens there, and not listening.
    let deaf = tokio::net::TcpSocket::new_v4().unwrap();
    deaf.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("http://{}/", deaf.local_addr().unwrap());
    assert_eq!(get(&egress, &url).await.unwrap_err(), EgressError::Unreachable);
}

#[tokio::test]
async fn a_request_tells_who_asks_and_nothing_else() {
    let origin = Origin::start(|_| origin::page("x")).await;
    get(&Egress::new(allowed("127.0.0.1")), &origin.url("/")).await.unwrap();
    let request = origin.received().remove(0);
    let mut names: Vec<&str> = request.headers.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent"]);
    assert!(request.header("user-agent").starts_with("Crossclaim/"));
}
