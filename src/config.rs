//! Flags and environment → the settings of `crossclaim serve`. Each setting is named once, here, with its meaning.

use std::{fmt, net::SocketAddr, path::PathBuf, time::Duration};

use clap::{Args, CommandFactory, Parser, ValueEnum};
use url::Url;

use crate::{domain::SecretKey, egress::Allowed};

/// Settings of a server. A flag wins over the environment variable of the same setting.
#[derive(Args, Clone, Debug)]
pub struct Serve {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, env = "CROSSCLAIM_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    #[command(flatten)]
    pub database: Database,

    /// Key of an admin of the default workspace, beside those made with `crossclaim keys create`
    #[arg(long, env = "CROSSCLAIM_API_KEY", value_name = "KEY", hide_env_values = true)]
    api_key: Option<Secret>,

    /// Key that encrypts secrets of webhooks in the database: 32 bytes in hexadecimal or base64. Several, separated by commas: the first
    /// encrypts, all decrypt. Without it a private Postgres has one in `secret.key` beside it, and another has none
    #[arg(long, env = "CROSSCLAIM_SECRET_KEY", value_name = "KEYS", hide_env_values = true)]
    secret_key: Option<Secret>,

    /// Start even though secrets of webhooks are encrypted with a key that is lost: those webhooks are switched off until they are rotated
    #[arg(long, env = "CROSSCLAIM_FORGET_LOST_SECRETS", value_parser = clap::builder::FalseyValueParser::new())]
    pub forget_lost_secrets: bool,

    /// Requests a minute that a key may send; 0 for no limit. Without it 600, and no limit while no key is needed
    #[arg(long, env = "CROSSCLAIM_RATE_LIMIT", value_name = "REQUESTS")]
    pub rate_limit: Option<u32>,

    /// Wrong keys a minute that one address may bring; a proxy in front of everybody is one address
    #[arg(long, env = "CROSSCLAIM_WRONG_KEYS", value_name = "KEYS", default_value_t = 20)]
    pub wrong_keys: u32,

    /// Origins whose pages may use the API in a browser, such as `https://desk.example.org`, separated by commas; none without it
    #[arg(long, env = "CROSSCLAIM_CORS_ORIGINS", value_name = "ORIGINS")]
    cors_origins: Option<String>,
    /// What may be called although it is not public: networks, addresses and host names, separated by commas
    #[arg(long, env = "CROSSCLAIM_EGRESS_ALLOW", value_name = "LIST", default_value_t)]
    pub egress_allow: Allowed,

    /// Directory of a sentence-transformers model by which claims are compared too, such as all-MiniLM-L6-v2; needs a program built with
    /// `--features semantic`
    #[arg(long, env = "CROSSCLAIM_EMBEDDING_MODEL", value_name = "DIRECTORY")]
    pub embedding_model: Option<PathBuf>,

    /// Start even though the database does not wait for the disk (fsync or full_page_writes off): a power cut may lose what was
    /// acknowledged
    #[arg(long, env = "CROSSCLAIM_UNSAFE_DATABASE", value_parser = clap::builder::FalseyValueParser::new())]
    pub unsafe_database: bool,

    /// What to log, as a filter such as `info,crossclaim::pipeline=debug`
    #[arg(long, env = "CROSSCLAIM_LOG", value_name = "FILTER", default_value = "info")]
    pub log: String,

    /// Form of the log
    #[arg(long, env = "CROSSCLAIM_LOG_FORMAT", value_name = "FORMAT", value_enum, default_value_t)]
    pub log_format: LogFormat,

    /// OpenTelemetry collector that traces are sent to (OTLP over HTTP), such as http://127.0.0.1:4318; none without it
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", value_name = "URL", hide_env_values = true)]
    collector: Option<Secret>,

    /// How long storing an article waits for its claims to be linked, in milliseconds
    #[arg(long, env = "CROSSCLAIM_LINK_WAIT_MS", value_name = "MILLISECONDS", default_value_t = 2000,
          value_parser = clap::value_parser!(u64).range(0..=10_000))]
    link_wait_ms: u64,
}

/// Where everything is stored.
#[derive(Args, Clone, Debug)]
pub struct Database {
    /// Postgres to store in; without it a private one is run in the data directory
    #[arg(long, env = "DATABASE_URL", value_name = "URL", hide_env_values = true)]
    database_url: Option<Secret>,

    /// Where the private Postgres keeps its data; /var/lib/crossclaim for root, else crossclaim in the user's data directory
    #[arg(long, env = "CROSSCLAIM_DATA_DIR", value_name = "DIRECTORY")]
    pub data_dir: Option<PathBuf>,

    /// Directory of the Postgres server programs (initdb, postgres); looked for where none is given
    #[arg(long, env = "CROSSCLAIM_PG_BIN", value_name = "DIRECTORY")]
    pub pg_bin: Option<PathBuf>,
}

impl Database {
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        stated(self.database_url.as_ref())
    }

    /// As it stands in the URL: programs of Postgres that we run want it by itself. Without one they look where they always do.
    #[must_use]
    pub fn password(&self) -> Option<String> {
        let url = Url::parse(self.url()?).ok()?;
        let in_query = || url.query_pairs().find(|(name, _)| name == "password").map(|(_, value)| value.into_owned());
        match url.password() {
            Some(encoded) => Some(percent_decoded(encoded)),
            None => in_query(),
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

/// Why a server cannot start with these settings, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error(
        "refusing to listen on {0} without a key: everybody who can reach that address could read and write everything. \
         Make one with `crossclaim keys create --role admin --name <who>`, set CROSSCLAIM_API_KEY to a long random string, or \
         listen on 127.0.0.1."
    )]
    OpenWithoutKey(SocketAddr),
    #[error(
        "refusing a database that runs with {0} off: a power cut could lose what was acknowledged, or the whole database. Switch it on, \
         or set CROSSCLAIM_UNSAFE_DATABASE=true if the data can be spared."
    )]
    UnsafeDatabase(String),
    #[error("CROSSCLAIM_API_KEY cannot be sent in a header: use printable ASCII without spaces.")]
    UnusableKey,
    #[error("OTEL_EXPORTER_OTLP_ENDPOINT is no address of a collector. Give one such as http://127.0.0.1:4318.")]
    NoCollector,
    #[error(
        "CROSSCLAIM_SECRET_KEY: number {0} is no key. Give 32 bytes in hexadecimal or base64, such as `openssl rand -base64 32` makes; \
         several separated by commas."
    )]
    UnusableSecretKey(usize),
    #[error(
        "the secrets of {webhooks} webhook(s) need a key, and there is none here: set CROSSCLAIM_SECRET_KEY, the same for every \
         service on this database, to what `openssl rand -base64 32` makes, or to the key they are encrypted with."
    )]
    NoSecretKey { webhooks: usize },
    #[error(
        "the secrets of {webhooks} webhook(s) are encrypted with {theirs}, and the keys here are {ours}: add the missing key to \
         CROSSCLAIM_SECRET_KEY behind a comma, or put the file secret.key back in its place. If it is lost, start once with \
         CROSSCLAIM_FORGET_LOST_SECRETS=true, and rotate those webhooks."
    )]
    OtherSecretKey { webhooks: usize, theirs: String, ours: String },
    #[error("CROSSCLAIM_CORS_ORIGINS: {0:?} is no origin. Give each as a browser sends it, such as https://desk.example.org.")]
    NoOrigin(String),
}

impl Serve {
    /// Refuses settings that cannot work. Reads nothing but them.
    pub fn check(&self) -> Result<(), ConfigError> {
        match self.api_key() {
            Some(key) if !key.bytes().all(|byte| byte.is_ascii_graphic()) => Err(ConfigError::UnusableKey),
            _ => self.cors_origins().and(self.secret_keys().map(drop)).and(self.collector().map(drop)),
        }
    }

    /// Whether everybody who reaches the service is its admin; `keyed` tells whether there are keys in the database. Refused where
    /// others than this machine could be everybody.
    pub fn is_open(&self, keyed: bool) -> Result<bool, ConfigError> {
        match keyed || self.api_key().is_some() {
            true => Ok(false),
            false if self.listen.ip().is_loopback() => Ok(true),
            false => Err(ConfigError::OpenWithoutKey(self.listen)),
        }
    }

    /// Refuses a database that does not wait for the disk; `off` names what is switched off there.
    pub fn check_durability(&self, off: &[String]) -> Result<(), ConfigError> {
        match self.unsafe_database || off.is_empty() {
            true => Ok(()),
            false => Err(ConfigError::UnsafeDatabase(off.join(" and "))),
        }
    }

    /// An empty variable is as good as none: compose files pass those on.
    #[must_use]
    pub fn api_key(&self) -> Option<&str> {
        stated(self.api_key.as_ref())
    }

    /// None where none is set.
    pub fn secret_keys(&self) -> Result<Vec<SecretKey>, ConfigError> {
        let stated = stated(self.secret_key.as_ref()).into_iter().flat_map(|keys| keys.split(','));
        let read = |(at, key): (usize, &str)| SecretKey::parse(key.trim()).ok_or(ConfigError::UnusableSecretKey(at + 1));
        stated.enumerate().map(read).collect()
    }

    /// For a service that a command runs for itself: on a port that nobody else knows, with a key and without a limit.
    #[must_use]
    pub fn private(&self, key: &str) -> Self {
        let listen = ([127, 0, 0, 1], 0).into();
        Self { listen, api_key: Some(Secret(key.to_owned())), rate_limit: Some(0), ..self.clone() }
    }

    /// Exact origins: scheme, host, and a port other than the scheme's own.
    pub fn cors_origins(&self) -> Result<Vec<String>, ConfigError> {
        let stated = self.cors_origins.as_deref().unwrap_or_default();
        let origins = stated.split(',').map(str::trim).filter(|origin| !origin.is_empty());
        let is_origin = |origin: &str| {
            Url::parse(origin)
                .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == origin)
        };
        let check = |origin: &str| match is_origin(origin) {
            true => Ok(origin.to_owned()),
            false => Err(ConfigError::NoOrigin(origin.to_owned())),
        };
        origins.map(check).collect()
    }

    /// Where traces go. The address may hold a password.
    pub fn collector(&self) -> Result<Option<Url>, ConfigError> {
        let parsed = stated(self.collector.as_ref()).map(Url::parse).transpose();
        match parsed.map_err(|_| ConfigError::NoCollector)? {
            Some(url) if !matches!(url.scheme(), "http" | "https") => Err(ConfigError::NoCollector),
            url => Ok(url),
        }
    }

    #[must_use]
    pub fn link_wait(&self) -> Duration {
        Duration::from_millis(self.link_wait_ms)
    }

    /// Every setting, for people to read. Secrets are shown as present or absent.
    #[must_use]
    pub fn settings(&self) -> Vec<Setting> {
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
        let hidden = |secret: Option<&str>| secret.map(|_| Secret::SHOWN.to_owned());
        let log_format = self.log_format.to_possible_value().map(|value| value.get_name().to_owned());
        let current = [
            ("CROSSCLAIM_LISTEN", Some(self.listen.to_string())),
            ("DATABASE_URL", hidden(self.database.url())),
            ("CROSSCLAIM_DATA_DIR", path(&self.database.data_dir)),
            ("CROSSCLAIM_PG_BIN", path(&self.database.pg_bin)),
            ("CROSSCLAIM_API_KEY", hidden(self.api_key())),
            ("CROSSCLAIM_SECRET_KEY", hidden(stated(self.secret_key.as_ref()))),
            ("CROSSCLAIM_FORGET_LOST_SECRETS", Some(self.forget_lost_secrets.to_string())),
            ("CROSSCLAIM_RATE_LIMIT", self.rate_limit.map(|limit| limit.to_string())),
            ("CROSSCLAIM_WRONG_KEYS", Some(self.wrong_keys.to_string())),
            ("CROSSCLAIM_CORS_ORIGINS", self.cors_origins.clone()),
            ("CROSSCLAIM_EGRESS_ALLOW", Some(self.egress_allow.to_string())),
            ("CROSSCLAIM_EMBEDDING_MODEL", path(&self.embedding_model)),
            ("CROSSCLAIM_UNSAFE_DATABASE", Some(self.unsafe_database.to_string())),
            ("CROSSCLAIM_LOG", Some(self.log.clone())),
            ("CROSSCLAIM_LOG_FORMAT", log_format),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", hidden(stated(self.collector.as_ref()))),
            ("CROSSCLAIM_LINK_WAIT_MS", Some(self.link_wait_ms.to_string())),
        ];
        let command = Alone::command();
        let described = |(name, current): (&'static str, Option<String>)| {
            let argument = command.get_arguments().find(|argument| argument.get_env() == Some(name.as_ref()));
            let default = argument.and_then(|argument| argument.get_default_values().first());
            Setting {
                name,
                default: default.map(|value| value.to_string_lossy().into_owned()),
                current,
                meaning: argument.and_then(clap::Arg::get_help).map(ToString::to_string).unwrap_or_default(),
            }
        };
        current.into_iter().map(described).collect()
    }
}

/// `a@b` of `a%40b`.
fn percent_decoded(encoded: &str) -> String {
    let pair = format!("x={}", encoded.replace('+', "%2B"));
    url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

fn stated(secret: Option<&Secret>) -> Option<&str> {
    secret.map(|secret| secret.0.as_str()).filter(|secret| !secret.is_empty())
}

/// The settings as a command of their own: what they mean is read off it, and tests parse with it.
#[derive(Parser)]
struct Alone {
    #[command(flatten)]
    serve: Serve,
}

/// One line of `crossclaim settings`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    pub name: &'static str,
    pub default: Option<String>,
    pub current: Option<String>,
    pub meaning: String,
}

/// A string that is never printed.
#[derive(Clone)]
struct Secret(String);

impl Secret {
    const SHOWN: &str = "[set]";
}

impl std::str::FromStr for Secret {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::SHOWN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serve(flags: &[&str]) -> Serve {
        Alone::try_parse_from(["crossclaim"].iter().chain(flags)).expect("valid flags").serve
    }

    #[test]
    fn without_a_key_only_loopback_is_listened_on() {
        for loopback in ["127.0.0.1:8080", "127.3.2.1:0", "[::1]:8080"] {
            let serve = serve(&["--listen", loopback, "--api-key", ""]);
            assert_eq!((serve.is_open(false), serve.is_open(true)), (Ok(true), Ok(false)), "{loopback}");
        }
        for open in ["0.0.0.0:8080", "[::]:8080", "192.0.2.7:80"] {
            let keyless = serve(&["--listen", open, "--api-key", ""]);
            let error = keyless.is_open(false).unwrap_err().to_string();
            assert!(error.contains(open) && error.contains("crossclaim keys create"), "{error}");
            assert_eq!(keyless.is_open(true), Ok(false));
            assert_eq!(serve(&["--listen", open, "--api-key", "a-key"]).is_open(false), Ok(false));
        }
    }

    #[test]
    fn a_key_that_no_header_can_carry_is_refused() {
        for key in ["two words", "schlüssel", "line\nbreak"] {
            assert_eq!(serve(&["--api-key", key]).check(), Err(ConfigError::UnusableKey), "{key}");
        }
    }

    #[test]
    fn origins_are_exact() {
        let origins = |raw: &str| serve(&["--cors-origins", raw]).cors_origins();
        assert_eq!(origins(""), Ok(vec![]));
        assert_eq!(
            origins("https://a.example, http://b.example:8080,"),
            Ok(vec!["https://a.example".into(), "http://b.example:8080".into()])
        );
        for bad in [
            "*",
            "null",
            "a.example",
            "https://a.example/",
            "https://a.example/x",
            "https://*.example:x",
            "HTTPS://A.example",
            "ftp://a.example",
            "https://a.example:443",
        ] {
            assert_eq!(origins(bad), Err(ConfigError::NoOrigin(bad.into())), "{bad}");
        }
        assert!(serve(&["--cors-origins", "*"]).check().is_err());
    }

    #[test]
    fn a_collector_has_an_address() {
        let collector = |raw: &str| serve(&["--collector", raw]).collector().map(|url| url.map(|url| url.to_string()));
        assert_eq!(collector(""), Ok(None));
        assert_eq!(collector("http://127.0.0.1:4318"), Ok(Some("http://127.0.0.1:4318/".into())));
        for bad in ["localhost:4318", "collector", "unix:/run/otel", "http://"] {
            assert_eq!(collector(bad), Err(ConfigError::NoCollector), "{bad}");
            assert!(serve(&["--collector", bad]).check().is_err(), "{bad}");
        }
    }

    #[test]
    fn keys_for_secrets_are_read_in_order_and_bad_ones_refused_without_being_shown() {
        let (one, other) = ("00".repeat(32), "_".repeat(42) + "8");
        let keys = |raw: &str| {
            serve(&["--secret-key", raw]).secret_keys().map(|keys| keys.iter().map(SecretKey::name).collect::<Vec<_>>())
        };
        assert_eq!(keys(""), Ok(vec![]));
        let both = keys(&format!("{one}, {other}")).unwrap();
        assert_eq!([keys(&one).unwrap(), keys(&other).unwrap()].concat(), both);
        for (bad, at) in [("hunter2".to_owned(), 1), (format!("{one},hunter2"), 2), (format!("{one},"), 2), ("00".repeat(31), 1)]
        {
            let refused = serve(&["--secret-key", &bad]).check().unwrap_err();
            assert_eq!(refused, ConfigError::UnusableSecretKey(at), "{bad}");
            assert!(!refused.to_string().contains("hunter2") && refused.to_string().contains("CROSSCLAIM_SECRET_KEY"));
        }
    }

    #[test]
    fn secrets_are_not_printed() {
        let serve = serve(&["--api-key", "hunter2", "--secret-key", "hunter2", "--database-url", "postgres://u:hunter2@db/x"]);
        assert!(!format!("{serve:?} {:?}", serve.settings()).contains("hunter2"));
        assert_eq!(serve.api_key(), Some("hunter2"));
        assert_eq!(serve.database.url(), Some("postgres://u:hunter2@db/x"));
    }

    #[test]
    fn every_setting_is_listed_with_its_meaning() {
        let settings = serve(&["--link-wait-ms", "0"]).settings();
        let command = Alone::command();
        let named: Vec<_> = command.get_arguments().filter_map(clap::Arg::get_env).collect();
        assert_eq!(settings.iter().map(|setting| setting.name).collect::<Vec<_>>(), named);
        for setting in &settings {
            assert!(!setting.meaning.is_empty(), "{}", setting.name);
        }
        let wait = settings.iter().find(|setting| setting.name == "CROSSCLAIM_LINK_WAIT_MS").unwrap();
        assert_eq!((wait.default.as_deref(), wait.current.as_deref()), (Some("2000"), Some("0")));
    }

    #[test]
    fn settings_that_cannot_be_are_refused_by_name() {
        for (flag, value) in
            [("--listen", "localhost"), ("--link-wait-ms", "60000"), ("--log-format", "xml"), ("--egress-allow", "10.0.0.0/40")]
        {
            let error = Alone::try_parse_from(["crossclaim", flag, value]).err().expect("refused");
            assert!(error.to_string().contains(flag), "{error}");
        }
    }
}
