//! No spelling of an address gets past the guard that a second opinion (the standard library's) calls inner.
#![no_main]

use std::{
    net::{Ipv4Addr, Ipv6Addr},
    sync::LazyLock,
};

use crossclaim::{egress::Egress, http::fuzzing as edge};
use libfuzzer_sys::fuzz_target;
use url::{Host, Url};

static EGRESS: LazyLock<Egress> = LazyLock::new(Egress::default);

fuzz_target!(|raw: &str| {
    if let Ok(url) = edge::url(raw) {
        assert_eq!(edge::url(&url).as_ref(), Ok(&url));
        assert!(!url.contains(char::is_whitespace) && url.len() <= 2_048);
    }
    let Ok(url) = Url::parse(raw) else { return };
    // What is stored is parsed again before it is called.
    let again = Url::parse(url.as_str()).expect("an address stays one");
    assert_eq!(EGRESS.check(&again), EGRESS.check(&url), "{url}");
    if EGRESS.check(&url).is_err() {
        return;
    }
    assert!(matches!(url.scheme(), "http" | "https"), "{url}");
    assert!(matches!(url.port_or_known_default(), Some(80 | 443)), "{url}");
    assert!(url.username().is_empty() && url.password().is_none(), "{url}");
    match url.host().expect("a host") {
        Host::Ipv4(address) => assert!(!is_inner_v4(address), "{url}"),
        Host::Ipv6(address) => assert!(!is_inner_v6(address), "{url}"),
        // The resolver of the operating system would take it for an address.
        Host::Domain(name) => assert!(name.trim_end_matches('.').parse::<std::net::IpAddr>().is_err(), "{url}"),
    }
});

fn is_inner_v4(address: Ipv4Addr) -> bool {
    address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
}

fn is_inner_v6(address: Ipv6Addr) -> bool {
    address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_unique_local()
        || address.is_unicast_link_local()
        || address.to_ipv4_mapped().is_some_and(is_inner_v4)
        || address.segments()[0] == 0x2002
}
