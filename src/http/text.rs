//! Strings of strangers → values every later layer can trust: normalised, free of control characters, within their limits.
//!
//! Limits count after normalising, because normalising can lengthen a text. Invisible characters such as zero-width joiners
//! are kept: they belong to scripts, and what stands in an article must be quotable as it stands.

use std::borrow::Cow;

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use url::Url;

/// How long a text may be. Storage and indexes care about bytes, people about characters.
#[derive(Clone, Copy, Debug)]
pub enum Limit {
    Chars(usize),
    Bytes(usize),
}

pub const ARTICLE_TEXT: Limit = Limit::Bytes(512 * 1024);
/// HTML carries its text many times over in markup; the body limit is the real bound.
pub const ARTICLE_HTML: Limit = Limit::Bytes(2 * 1024 * 1024);
pub const TITLE: Limit = Limit::Chars(1_000);
pub const BYLINE: Limit = Limit::Chars(300);
pub const OUTLET_NAME: Limit = Limit::Chars(200);
pub const KEY_NAME: Limit = Limit::Chars(200);
pub const CLAIM: Limit = Limit::Chars(2_000);
pub const NOTE: Limit = Limit::Chars(10_000);
pub const SEARCH: Limit = Limit::Chars(500);
pub const MAX_CLAIMS: usize = 500;
const MAX_URL_BYTES: usize = 2_048;
const MAX_DOMAIN_BYTES: usize = 253;

/// What is wrong with a value: a stable code, and words for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    pub code: &'static str,
    pub detail: Cow<'static, str>,
}

impl Flaw {
    pub fn new(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { code, detail: detail.into() }
    }
}

/// NFC with line feeds as the only line ends. Refuses control characters, blank texts and texts over the limit.
pub fn clean(raw: &str, limit: Limit) -> Result<String, Flaw> {
    let unix = if raw.contains('\r') { Cow::Owned(raw.replace("\r\n", "\n").replace('\r', "\n")) } else { Cow::Borrowed(raw) };
    let text = match is_nfc_quick(unix.chars()) {
        IsNormalized::Yes => unix.into_owned(),
        _ => unix.nfc().collect(),
    };
    if let Some(bad) = text.chars().find(|&c| is_refused(c)) {
        return Err(Flaw::new("control-character", format!("holds U+{:04X}, which is not text", u32::from(bad))));
    }
    match limit {
        Limit::Chars(most) if text.chars().count() > most => {
            return Err(Flaw::new("too-long", format!("is longer than {most} characters")));
        }
        Limit::Bytes(most) if text.len() > most => {
            return Err(Flaw::new("too-long", format!("is longer than {most} bytes of UTF-8")));
        }
        _ => {}
    }
    if text.trim().is_empty() {
        return Err(Flaw::new("blank", "holds no text"));
    }
    Ok(text)
}

/// A short text on one line, such as a name: white space at its ends means nothing.
pub fn name(raw: &str, limit: Limit) -> Result<String, Flaw> {
    let text = clean(raw, limit)?;
    if text.contains('\n') {
        return Err(Flaw::new("control-character", "must be a single line"));
    }
    Ok(text.trim().to_owned())
}

fn is_refused(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n')) || matches!(c, '\u{FFFE}' | '\u{FFFF}')
}

/// An absolute http(s) address, kept as it was written.
pub fn url(raw: &str) -> Result<String, Flaw> {
    let text = clean(raw, Limit::Bytes(MAX_URL_BYTES))?;
    if text.contains(char::is_whitespace) {
        return Err(Flaw::new("invalid-url", "must not hold white space"));
    }
    match Url::parse(&text) {
        Ok(parsed) if matches!(parsed.scheme(), "http" | "https") && parsed.has_host() => Ok(text),
        _ => Err(Flaw::new("invalid-url", "must be an absolute http or https address")),
    }
}

/// A host name in its lower-case ASCII form.
pub fn domain(raw: &str) -> Result<String, Flaw> {
    let text = name(raw, Limit::Bytes(MAX_DOMAIN_BYTES))?;
    match url::Host::parse(&text) {
        // In ASCII it may be longer than it was.
        Ok(url::Host::Domain(domain)) if domain.contains('.') && domain.len() <= MAX_DOMAIN_BYTES => Ok(domain),
        _ => Err(Flaw::new("invalid-domain", "must be a host name such as example.org")),
    }
}

/// The language of a BCP 47 tag, without script or region: `en` of `en-GB`.
pub fn language(raw: &str) -> Result<String, Flaw> {
    let primary = raw.split('-').next().unwrap_or_default();
    let is_tag =
        raw.len() <= 35 && raw.split('-').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    if is_tag && matches!(primary.len(), 2 | 3) && primary.bytes().all(|b| b.is_ascii_alphabetic()) {
        Ok(primary.to_ascii_lowercase())
    } else {
        Err(Flaw::new("invalid-language", "must be a language tag such as en or pt-BR"))
    }
}

/// An RFC 3339 time within the years that news can speak of (and every layer below can store).
pub fn time(raw: &str) -> Result<DateTime<Utc>, Flaw> {
    let time = DateTime::parse_from_rfc3339(raw)
        .map_err(|_| Flaw::new("invalid-time", "must be an RFC 3339 time such as 2026-03-04T15:16:17Z"))?
        .with_timezone(&Utc);
    if (1500..=2200).contains(&time.year()) {
        Ok(time)
    } else {
        Err(Flaw::new("out-of-range", "must lie between the years 1500 and 2200"))
    }
}

/// When something was published: clocks and time zones err by hours, never by days.
pub fn publication_time(raw: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, Flaw> {
    let time = time(raw)?;
    if time > now + TimeDelta::hours(24) {
        return Err(Flaw::new("in-the-future", "lies more than 24 hours ahead"));
    }
    Ok(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code<T: std::fmt::Debug>(result: Result<T, Flaw>) -> &'static str {
        result.expect_err("a flaw").code
    }

    #[test]
    fn line_ends_and_composition_are_normalised() {
        assert_eq!(clean("a\r\nb\rc\td\ne", TITLE).unwrap(), "a\nb\nc\td\ne");
        assert_eq!(clean("Cafe\u{301}", TITLE).unwrap(), "Café");
    }

    #[test]
    fn control_characters_are_refused_and_invisible_letters_are_not() {
        for bad in ["a\0b", "a\u{1b}[2J", "a\u{7f}", "a\u{85}b", "a\u{9f}", "a\u{fffe}", "a\u{ffff}"] {
            assert_eq!(code(clean(bad, TITLE)), "control-character", "{bad:?}");
        }
        for good in ["\u{feff}a", "a\u{200b}b", "\u{202e}a", "می\u{200c}خواهم"] {
            assert_eq!(clean(good, TITLE).unwrap(), good);
        }
    }

    #[test]
    fn a_limit_counts_after_normalising() {
        // Composing shortens this one, and U+1D160 becomes three characters.
        assert!(clean("e\u{301}", Limit::Chars(1)).is_ok());
        assert_eq!(code(clean("\u{1d160}", Limit::Chars(1))), "too-long");
        assert!(clean(&"é".repeat(10), Limit::Bytes(20)).is_ok());
        assert_eq!(code(clean(&"é".repeat(10), Limit::Bytes(19))), "too-long");
        assert_eq!(code(clean(" \n\t", TITLE)), "blank");
    }

    #[test]
    fn only_absolute_web_addresses_pass() {
        for good in ["https://example.org/a?b=c#d", "http://例え.jp/記事", "https://[::1]:8080/"] {
            assert_eq!(url(good).unwrap(), good);
        }
        for bad in
            ["/relative", "ftp://example.org/", "javascript:alert(1)", "https://", "https://exa mple.org/", "https://a.org/\tb"]
        {
            assert_eq!(code(url(bad)), "invalid-url", "{bad}");
        }
        assert_eq!(code(url(&format!("https://example.org/{}", "a".repeat(2_030)))), "too-long");
    }

    #[test]
    fn domains_come_in_one_form() {
        assert_eq!(domain(" WWW.Example.ORG ").unwrap(), "www.example.org");
        assert_eq!(domain("bücher.example").unwrap(), "xn--bcher-kva.example");
        for bad in ["localhost", "127.0.0.1", "a b.example", "https://example.org"] {
            assert_eq!(code(domain(bad)), "invalid-domain", "{bad}");
        }
        assert_eq!(code(domain(&format!("{}example", "bücher.".repeat(20)))), "invalid-domain", "274 letters in ASCII");
    }

    #[test]
    fn times_stay_within_what_news_can_speak_of() {
        let now = time("2026-03-04T00:00:00Z").unwrap();
        assert_eq!(publication_time("2026-03-04T23:00:00+01:00", now).unwrap(), time("2026-03-04T22:00:00Z").unwrap());
        assert_eq!(code(publication_time("2026-03-05T00:00:01Z", now)), "in-the-future");
        for (raw, expected) in [
            ("-5000-01-01T00:00:00Z", "invalid-time"),
            ("-262143-01-01T00:00:00Z", "invalid-time"),
            ("2026-13-01T00:00:00Z", "invalid-time"),
            ("2026-03-04", "invalid-time"),
            ("0000-01-01T00:00:00Z", "out-of-range"),
            ("1499-12-31T23:59:59Z", "out-of-range"),
            ("9999-01-01T00:00:00Z", "out-of-range"),
        ] {
            assert_eq!(code(time(raw)), expected, "{raw}");
        }
    }

    #[test]
    fn a_language_tag_is_cut_to_its_language() {
        assert_eq!(language("pt-BR").unwrap(), "pt");
        assert_eq!(language("EN").unwrap(), "en");
        assert_eq!(language("und").unwrap(), "und");
        for bad in ["", "e", "english", "en_GB", "en--GB", "e1"] {
            assert_eq!(code(language(bad)), "invalid-language", "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn cleaning_twice_changes_nothing(raw in "\\PC{0,60}") {
            if let Ok(once) = clean(&raw, ARTICLE_TEXT) {
                proptest::prop_assert_eq!(clean(&once, ARTICLE_TEXT), Ok(once.clone()));
            }
        }
    }
}
