//! The address of an article → the page that is served there, as text, ready to be stored as if it had been posted.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue};
use url::Url;

use crate::{
    domain::{Body, NewArticle, NewOutlet},
    egress::{Egress, EgressError},
    pipeline::ingest::clean,
};

/// Of a page, after decompression.
pub const LARGEST_PAGE: usize = 5 * 1024 * 1024;
const LONGEST_URL: usize = 2_048;
/// Where HTML has to declare its encoding.
const HEAD: usize = 1_024;

/// Why there is no article at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    #[error(transparent)]
    Egress(#[from] EgressError),
    #[error("it answered {0}")]
    Status(u16),
    #[error("what is there is not HTML")]
    NotHtml,
}

/// Fetches the page and says whose it is, by its address where nobody says.
#[tracing::instrument(name = "fetch", skip_all)]
pub async fn article(egress: &Egress, url: &Url, outlet: Option<NewOutlet>) -> Result<NewArticle, FetchError> {
    let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("text/html, application/xhtml+xml"))]);
    let fetched = egress.get(url, headers, LARGEST_PAGE).await?;
    if fetched.status != 200 {
        return Err(FetchError::Status(fetched.status));
    }
    let kind = fetched.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    if !["text/html", "application/xhtml+xml"].iter().any(|html| kind.split(';').next().unwrap_or_default().trim() == *html) {
        return Err(FetchError::NotHtml);
    }
    let mut at = fetched.url;
    at.set_fragment(None);
    if at.as_str().len() > LONGEST_URL {
        return Err(EgressError::BadRedirect.into());
    }
    let outlet = outlet.unwrap_or_else(|| publisher(&at));
    Ok(NewArticle {
        outlet,
        url: at.into(),
        canonical_url: None,
        title: None,
        byline: None,
        body: Body::Html(clean(&decode(&fetched.body, &kind))),
        language: None,
        published_at: None,
        claims: Vec::new(),
    })
}

/// An outlet is known by its domain.
fn publisher(url: &Url) -> NewOutlet {
    let host = url.host_str().unwrap_or_default();
    let name = host.strip_prefix("www.").unwrap_or(host);
    let domain = url.domain().map(|_| name.to_owned()).filter(|name| name.contains('.'));
    NewOutlet { name: name.to_owned(), domain, kind: None, family: None }
}

/// By what the server says, else by what the page says, else as UTF-8 where it is that, else as browsers do.
fn decode<'a>(bytes: &'a [u8], content_type: &str) -> Cow<'a, str> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).to_ascii_lowercase();
    let encoding = charset(content_type).or_else(|| charset(&head)).unwrap_or(match std::str::from_utf8(bytes) {
        Ok(_) => UTF_8,
        Err(_) => WINDOWS_1252,
    });
    // A byte order mark weighs more than all of them.
    encoding.decode(bytes).0
}

/// Of `text/html; charset=…` and of `<meta charset="…">` alike.
fn charset(text: &str) -> Option<&'static Encoding> {
    let (_, rest) = text.split_once("charset=")?;
    let label = rest.trim_start_matches(['"', '\'', ' ']);
    let end = label.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.:".contains(c))).unwrap_or(label.len());
    Encoding::for_label(&label.as_bytes()[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_in_the_encoding_it_has() {
        let check = |bytes: &[u8], content_type: &str, expected: &str| assert_eq!(decode(bytes, content_type), expected);
        check("Élan".as_bytes(), "text/html", "Élan");
        check("Élan".as_bytes(), "text/html; charset=utf-8", "Élan");
        check(b"\xc9lan", "text/html; charset=\"iso-8859-1\"", "Élan");
        check(b"\xc9lan", "text/html", "Élan");
        check(b"<meta charset='windows-1251'>\xcc", "text/html", "<meta charset='windows-1251'>М");
        check(b"\x83\x65\x83\x58\x83\x67", "text/html; charset=shift_jis", "テスト");
        check(b"\xef\xbb\xbfx", "text/html; charset=windows-1252", "x");
        check(b"x", "text/html; charset=unheard-of", "x");
    }

    #[test]
    fn an_outlet_is_named_after_its_host() {
        let outlet = |url: &str| {
            let outlet = publisher(&Url::parse(url).unwrap());
            (outlet.name, outlet.domain)
        };
        assert_eq!(outlet("https://www.example.org/a"), ("example.org".into(), Some("example.org".into())));
        assert_eq!(outlet("https://news.example.org:8443/a"), ("news.example.org".into(), Some("news.example.org".into())));
        assert_eq!(outlet("http://127.0.0.1:80/a"), ("127.0.0.1".into(), None));
        assert_eq!(outlet("http://intranet/a"), ("intranet".into(), None));
    }
}
