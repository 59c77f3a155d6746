//! Keys under which the secrets of others are kept in the database. Which of them that was is told by a name made of its hash.

use std::fmt;

use base64::{
    Engine,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use sha2::{Digest, Sha256};

#[derive(Clone, PartialEq, Eq)]
pub struct SecretKey([u8; 32]);

impl SecretKey {
    /// A fresh one, from the operating system's source of randomness.
    #[must_use]
    pub fn generate() -> Self {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the operating system has randomness");
        Self(bytes)
    }

    /// 32 bytes, as 64 hex digits or in base64 of either alphabet.
    #[must_use]
    pub fn parse(given: &str) -> Option<Self> {
        let hex = || {
            let pairs = given.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
            (given.len() == 64 && given.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| pairs.collect()).flatten()
        };
        let base64 = |alphabet| {
            let padding = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
            GeneralPurpose::new(alphabet, padding).decode(given).ok()
        };
        let bytes: Vec<u8> = hex().or_else(|| base64(&STANDARD)).or_else(|| base64(&URL_SAFE))?;
        bytes.try_into().ok().map(Self)
    }

    /// Tells it from others and gives nothing of it away.
    #[must_use]
    pub fn name(&self) -> String {
        let digest = Sha256::new().chain_update("crossclaim secret key").chain_update(self.0).finalize();
        digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({})", self.name())
    }
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};

    use super::*;

    #[test]
    fn a_key_is_read_in_each_of_its_spellings_and_never_printed() {
        let key = SecretKey::generate();
        let hex: String = key.bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let spellings = [
            hex.clone(),
            hex.to_uppercase(),
            STANDARD.encode(key.bytes()),
            STANDARD_NO_PAD.encode(key.bytes()),
            URL_SAFE_NO_PAD.encode(key.bytes()),
        ];
        for spelling in &spellings {
            assert_eq!(SecretKey::parse(spelling).as_ref(), Some(&key), "{spelling}");
            assert!(!format!("{key:?}").contains(spelling.as_str()));
        }
        assert_eq!(key.name().len(), 16);
        assert_ne!(key.name(), SecretKey::generate().name());
        for bad in ["", "secret", &hex[1..], &format!("{hex}00"), &STANDARD.encode([1; 31]), &STANDARD.encode([1; 33]), "é"] {
            assert_eq!(SecretKey::parse(bad), None, "{bad}");
        }
    }
}
