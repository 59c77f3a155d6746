//! Keys: who may act in a workspace, and how far. A [`Secret`] is what its bearer sends; all that is kept of it is a [`Digest`].

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

/// How far a key reaches. Each role may do what those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads everything, and looks texts up.
    Reader,
    /// Also sends articles.
    Contributor,
    /// Also corrects the machine: constraints, withdrawals, worklists.
    Editor,
    /// Also makes and revokes keys.
    Admin,
}

impl Role {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Contributor => "contributor",
            Self::Editor => "editor",
            Self::Admin => "admin",
        }
    }
}

/// A key as its bearer has it: `xc_`, 16 hex digits by which it is found, `_`, and 64 hex digits that prove it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    const SCHEME: &str = "xc_";
    const FOUND_BY: usize = 16;
    const PREFIX: usize = Self::SCHEME.len() + Self::FOUND_BY;
    const PROOF: usize = 64;

    /// A fresh one, from the operating system's source of randomness.
    #[must_use]
    pub fn generate() -> Self {
        let mut bytes = [0; (Self::FOUND_BY + Self::PROOF) / 2];
        getrandom::fill(&mut bytes).expect("the operating system has randomness");
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let (found_by, proof) = digits.split_at(Self::FOUND_BY);
        Self(format!("{}{found_by}_{proof}", Self::SCHEME))
    }

    /// `None` for what cannot be a key of ours: nothing needs to be looked up for it.
    #[must_use]
    pub fn parse(given: &[u8]) -> Option<Self> {
        let given = std::str::from_utf8(given).ok()?;
        let (found_by, proof) = given.strip_prefix(Self::SCHEME)?.split_once('_')?;
        let hex = |part: &str| part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let ours = found_by.len() == Self::FOUND_BY && proof.len() == Self::PROOF && hex(found_by) && hex(proof);
        ours.then(|| Self(given.to_owned()))
    }

    /// What may be shown of it.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.0[..Self::PREFIX]
    }

    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&self.0.as_bytes()[Self::PREFIX + 1..])
    }

    /// All of it: for its bearer, once.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({}_…)", self.prefix())
    }
}

/// SHA-256 of a secret. Comparing takes the same time wherever two differ, and hides how long the secrets are.
#[derive(Clone, Copy)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    #[must_use]
    pub fn of(secret: &[u8]) -> Self {
        Self(Sha256::digest(secret).into())
    }

    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_secret_is_read_back_and_is_like_no_other() {
        let (one, other) = (Secret::generate(), Secret::generate());
        assert_eq!(Secret::parse(one.reveal().as_bytes()), Some(one.clone()));
        assert_eq!((one.reveal().len(), one.prefix().len()), (84, 19));
        assert!(one.reveal().starts_with(one.prefix()) && one.prefix().starts_with("xc_"));
        assert!(one.prefix() != other.prefix() && !one.digest().matches(&other.digest()));
        assert!(one.digest().matches(&one.digest()));
    }

    #[test]
    fn what_is_no_key_of_ours_is_not_read() {
        let good = Secret::generate().reveal().to_owned();
        let bad = [
            "",
            "xc_",
            "xc__",
            &good[1..],
            &good[..83],
            &format!("{good}0"),
            &good.to_uppercase(),
            &good.replace("xc_", "xy_"),
            &format!(" {good}"),
            &format!("xc_{}é_{}", "0".repeat(14), "0".repeat(64)),
            &format!("xc_{}", "0".repeat(81)),
        ];
        for bad in bad {
            assert_eq!(Secret::parse(bad.as_bytes()), None, "{bad:?}");
        }
        assert_eq!(Secret::parse(b"xc_\xff"), None);
    }

    #[test]
    fn a_secret_is_never_printed() {
        let secret = Secret::generate();
        let proof = &secret.reveal()[20..];
        assert!(!format!("{secret:?} {:?}", secret.digest()).contains(proof));
    }

    #[test]
    fn roles_are_ordered_and_named() {
        let all = [Role::Reader, Role::Contributor, Role::Editor, Role::Admin];
        assert!(all.is_sorted());
        for role in all {
            assert_eq!(serde_json::to_value(role).unwrap(), role.name());
        }
    }
}
