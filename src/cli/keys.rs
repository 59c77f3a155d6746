//! `workspaces` and `keys`: who may use the service, for whoever may use its database. A service that runs on the same database
//! notices within a second.

use std::{io::Write, process::ExitCode, str::FromStr};

use chrono::{DateTime, TimeDelta, Utc};
use clap::{Args, Subcommand, ValueEnum};
use uuid::Uuid;

use super::{CliError, serve};
use crate::{
    config::Database,
    domain::{KeyId, Role, WorkspaceId, clock},
    storage::{NewKey, Page, Revoked, Store, StoredKey},
};

/// In the history of what is done here.
const ACTOR: &str = "command line";
const PAGE: i64 = 500;

#[derive(Subcommand)]
pub(super) enum Workspaces {
    /// Make a workspace. What is in it is seen with its own keys only
    Create {
        /// How the other commands call it
        name: String,
        #[command(flatten)]
        database: Database,
    },
    /// List the workspaces with the number of their keys
    List {
        #[command(flatten)]
        database: Database,
    },
}

#[derive(Subcommand)]
pub(super) enum Keys {
    /// Make a key and print it. It cannot be printed again
    Create {
        #[command(flatten)]
        place: Place,
        /// Who or what will use it; stands in the history of what it changes
        #[arg(long)]
        name: String,
        /// reader: reads and looks texts up; contributor: also sends articles; editor: also corrects, and keeps feeds and watches; admin: also makes keys and keeps webhooks
        #[arg(long)]
        role: RoleName,
        /// How long it is valid, such as 90d, 12h or 30m; until it is revoked without this
        #[arg(long, value_name = "DURATION")]
        expires_in: Option<Validity>,
    },
    /// List the keys of a workspace
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Revoke a key
    Revoke {
        /// Its id, as `list` shows it
        id: Uuid,
        #[command(flatten)]
        place: Place,
    },
}

/// Which workspace, in which database.
#[derive(Args)]
pub(super) struct Place {
    /// Name of the workspace
    #[arg(long, value_name = "NAME", default_value = "default")]
    pub(super) workspace: String,
    #[command(flatten)]
    database: Database,
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum RoleName {
    Reader,
    Contributor,
    Editor,
    Admin,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Reader => Self::Reader,
            RoleName::Contributor => Self::Contributor,
            RoleName::Editor => Self::Editor,
            RoleName::Admin => Self::Admin,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Validity(TimeDelta);

impl FromStr for Validity {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "give a number of days, hours or minutes, such as 90d, 12h or 30m";
        /// Ten years.
        const MOST: TimeDelta = TimeDelta::days(3_653);
        let unit = text.char_indices().last().map_or(0, |(at, _)| at);
        let (number, unit) = text.split_at(unit);
        let number = number.parse::<u32>().map_err(|_| FORM)?.into();
        let validity = match unit {
            "d" => TimeDelta::try_days(number),
            "h" => TimeDelta::try_hours(number),
            "m" => TimeDelta::try_minutes(number),
            _ => None,
        };
        match validity {
            Some(validity) if validity <= TimeDelta::zero() => Err("a key has to be valid for a while"),
            Some(validity) if validity > MOST => Err("a key is valid for ten years at most; leave it out for one without an end"),
            Some(validity) => Ok(Self(validity)),
            None => Err(FORM),
        }
    }
}

impl Workspaces {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        match self {
            Self::Create { name, database } => with_store(&database, async |store| {
                let name = checked(&name)?;
                match store.create_workspace(name).await? {
                    Some(id) => Ok(writeln!(std::io::stdout(), "{id}")?),
                    None => Err(CliError::Refused(format!("there is a workspace named {name:?} already"))),
                }
            }),
            Self::List { database } => with_store(&database, async |store| {
                let mut out = std::io::stdout().lock();
                for workspace in store.list_workspaces().await? {
                    writeln!(out, "{}  {:>4} keys  {}", workspace.id, workspace.keys, workspace.name)?;
                }
                Ok(())
            }),
        }
    }
}

impl Keys {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        match self {
            Self::Create { place, name, role, expires_in } => place.with_workspace(async |store, workspace| {
                let expires_at = expires_in.map(|Validity(validity)| clock::now() + validity);
                let new = NewKey { name: checked(&name)?.to_owned(), role: role.into(), expires_at };
                let (key, secret) = store.create_key(workspace, &new, ACTOR).await?;
                // What is to be read stands apart from what is to be piped.
                writeln!(
                    std::io::stderr(),
                    "The key of {:?} ({}), id {}. It is not shown again:",
                    key.name,
                    key.role.name(),
                    key.id
                )?;
                Ok(writeln!(std::io::stdout(), "{}", secret.reveal())?)
            }),
            Self::List { place } => place.with_workspace(async |store, workspace| {
                let mut out = std::io::stdout().lock();
                let mut after = None;
                loop {
                    let keys = store.list_keys(workspace, &Page { after, limit: PAGE }).await?;
                    let Some(last) = keys.last() else { return Ok(()) };
                    after = Some(last.id.0);
                    for key in &keys {
                        writeln!(out, "{}", line(key, clock::now()))?;
                    }
                }
            }),
            Self::Revoke { id, place } => {
                place.with_workspace(async |store, workspace| match store.revoke_key(workspace, KeyId(id), None, ACTOR).await? {
                    Revoked::Done(key) => Ok(writeln!(std::io::stdout(), "{}", line(&key, clock::now()))?),
                    Revoked::LastAdmin | Revoked::Unknown => Err(CliError::Refused(format!(
                        "workspace {:?} has no key {id}; `keys list` shows those it has",
                        place.workspace
                    ))),
                })
            }
        }
    }
}

impl Place {
    pub(super) fn with_workspace(
        &self,
        work: impl AsyncFnOnce(&Store, WorkspaceId) -> Result<(), CliError>,
    ) -> Result<ExitCode, CliError> {
        with_store(&self.database, async |store| {
            let workspace = store.workspace_named(&self.workspace).await?;
            let unknown = || {
                CliError::Refused(format!("there is no workspace {:?}; `workspaces list` shows those there are", self.workspace))
            };
            work(store, workspace.ok_or_else(unknown)?).await
        })
    }
}

fn with_store(config: &Database, work: impl AsyncFnOnce(&Store) -> Result<(), CliError>) -> Result<ExitCode, CliError> {
    serve::with_database(config, async |options| {
        let store = Store::connect(options).await?;
        let done = work(&store).await;
        store.close().await;
        done.map(|()| ExitCode::SUCCESS)
    })
}

fn checked(name: &str) -> Result<&str, CliError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
        return Err(CliError::Refused("a name has 1 to 200 characters, on one line".to_owned()));
    }
    Ok(name)
}

fn line(key: &StoredKey, now: DateTime<Utc>) -> String {
    let state = match (&key.revoked, key.expires_at) {
        (Some((by, at)), _) => format!("revoked {} by {by}", at.format("%F")),
        (None, Some(end)) if end <= now => format!("expired {}", end.format("%F")),
        (None, Some(end)) => format!("valid until {}", end.format("%F")),
        (None, None) => "valid".to_owned(),
    };
    let used = key.last_used_at.map_or("never used".to_owned(), |at| format!("used {}", at.format("%F %H:%M")));
    format!("{}  {}…  {:<11}  {state}, {used}  {}", key.id, key.prefix, key.role.name(), key.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn validity_is_days_hours_or_minutes() {
        let read = |text: &str| text.parse::<Validity>().map(|Validity(validity)| validity);
        assert_eq!(read("90d"), Ok(TimeDelta::days(90)));
        assert_eq!(read("12h"), Ok(TimeDelta::hours(12)));
        assert_eq!(read("30m"), Ok(TimeDelta::minutes(30)));
        for bad in ["", "d", "90", "-1d", "0d", "1.5h", "90 d", "90dé", "é", "4000d", "99999999999d"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
