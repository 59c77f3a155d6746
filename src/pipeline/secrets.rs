//! Secrets of webhooks: made, encrypted for the database, and opened where a message is signed. Nothing else sees them in clear.
//!
//! AES-256-GCM with a random nonce; the webhook's id is authenticated with it, so that a secret is of no use in another's row.

use std::{sync::Arc, time::Duration};

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};

use super::{PipelineError, Service};
use crate::{
    domain::{SecretKey, WebhookId, WorkspaceId},
    failpoint,
    storage::{NewWebhook, Sealed, Secrets, StorageError, Store, Webhook},
};

const SECRET_BYTES: usize = 32;
/// Why a webhook is switched off whose secret nobody can open any more.
const LOST: &str = "Its secret was lost with the key it was encrypted with. Rotate it, then set the webhook active.";

/// What encrypts with the first of its keys, and opens with any of them.
#[derive(Clone, Debug)]
pub struct Vault(Arc<[SecretKey]>);

/// Webhooks whose secrets are under keys that are not at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unopened {
    pub webhooks: usize,
    /// Names of those keys.
    pub keys: Vec<String>,
}

impl Vault {
    /// `None` without a key.
    #[must_use]
    pub fn new(keys: Vec<SecretKey>) -> Option<Self> {
        (!keys.is_empty()).then(|| Self(keys.into()))
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.0.iter().map(SecretKey::name).collect()
    }

    fn seal(&self, webhook: WebhookId, secret: &[u8]) -> Sealed {
        let key = &self.0[0];
        let mut sealed = secret.to_vec();
        let nonce = cipher(key).seal_in_place_append_tag(Aad::from(webhook.0.into_bytes()), &mut sealed);
        let nonce = nonce.expect("a few bytes can be encrypted");
        Sealed { bytes: [nonce.as_ref().as_slice(), &sealed].concat(), key: Some(key.name()) }
    }

    /// `None` for what no key at hand opens, or what was altered.
    pub(super) fn open(&self, webhook: WebhookId, sealed: &Sealed) -> Option<Vec<u8>> {
        let Some(name) = &sealed.key else { return Some(sealed.bytes.clone()) };
        let key = self.0.iter().find(|key| key.name() == *name)?;
        let (nonce, secret) = sealed.bytes.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut secret = secret.to_vec();
        let opened = cipher(key).open_in_place(nonce, Aad::from(webhook.0.into_bytes()), &mut secret).ok()?;
        Some(opened.to_vec())
    }

    /// Brings all secrets under the first key: those in clear, and those under another of its keys. Tells what it cannot open.
    pub async fn reseal(&self, store: &Store) -> Result<Unopened, StorageError> {
        let mut unopened = Unopened { webhooks: 0, keys: Vec::new() };
        for before in self.others(store).await? {
            let again = |sealed| Some(self.seal(before.webhook, &self.open(before.webhook, sealed)?));
            match again(&before.present) {
                Some(present) => {
                    let after = Secrets { present, previous: before.previous.as_ref().and_then(again), ..before };
                    store.reseal(&before, &after, None).await?;
                    failpoint::reach("secrets-half-sealed");
                }
                None => {
                    unopened.webhooks += 1;
                    unopened.keys.extend(before.present.key);
                }
            }
        }
        unopened.keys.sort();
        unopened.keys.dedup();
        Ok(unopened)
    }

    /// Gives up what cannot be opened: those webhooks are switched off until they are rotated.
    pub async fn forget(&self, store: &Store) -> Result<(), StorageError> {
        for before in self.others(store).await? {
            let after = Secrets { present: self.seal(before.webhook, &new_secret()), previous: None, ..before };
            store.reseal(&before, &after, Some(LOST)).await?;
        }
        Ok(())
    }

    async fn others(&self, store: &Store) -> Result<Vec<Secrets>, StorageError> {
        store.secrets_not_under(&self.0[0].name()).await
    }
}

impl Service {
    /// A webhook, and its secret as receivers are given it. `None` when the workspace has `most` of them.
    pub async fn make_webhook(
        &self,
        workspace: WorkspaceId,
        new: &NewWebhook,
        actor: &str,
        most: i64,
    ) -> Result<Option<(Webhook, String)>, PipelineError> {
        let (id, secret) = (WebhookId::new(), new_secret());
        let sealed = self.vault()?.seal(id, &secret);
        let made = self.store.make_webhook(workspace, id, new, &sealed, actor, most).await?;
        Ok(made.map(|webhook| (webhook, shown(&secret))))
    }

    /// The webhook with another secret; the present one goes on to sign beside it for `overlap`. `None` when there is no such webhook.
    pub async fn rotate_webhook(
        &self,
        workspace: WorkspaceId,
        id: WebhookId,
        overlap: Duration,
    ) -> Result<Option<(Webhook, String)>, PipelineError> {
        if self.store.webhook(workspace, id).await?.is_none() {
            return Ok(None);
        }
        let secret = new_secret();
        let sealed = self.vault()?.seal(id, &secret);
        let rotated = self.store.rotate_webhook(workspace, id, &sealed, overlap).await?;
        Ok(rotated.map(|webhook| (webhook, shown(&secret))))
    }

    fn vault(&self) -> Result<&Vault, PipelineError> {
        self.live.vault.as_ref().ok_or(PipelineError::NoSecretKey)
    }
}

fn cipher(key: &SecretKey) -> RandomizedNonceKey {
    RandomizedNonceKey::new(&AES_256_GCM, key.bytes()).expect("a key has 32 bytes")
}

/// A fresh key for signatures, out of the operating system's randomness.
fn new_secret() -> Vec<u8> {
    let mut secret = vec![0; SECRET_BYTES];
    getrandom::fill(&mut secret).expect("the operating system has randomness");
    secret
}

fn shown(secret: &[u8]) -> String {
    format!("whsec_{}", BASE64.encode(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_opened_by_its_key_for_its_webhook_and_by_nothing_else() {
        let (key, other) = (SecretKey::generate(), SecretKey::generate());
        let vault = |keys: &[&SecretKey]| Vault::new(keys.iter().copied().cloned().collect()).unwrap();
        let (webhook, secret) = (WebhookId::new(), new_secret());
        let sealed = vault(&[&key]).seal(webhook, &secret);
        assert_eq!(sealed.bytes.len(), SECRET_BYTES + 28);
        assert_ne!(sealed, vault(&[&key]).seal(webhook, &secret), "each has a nonce of its own");
        assert_eq!(vault(&[&other, &key]).open(webhook, &sealed), Some(secret));
        assert_eq!(vault(&[&other]).open(webhook, &sealed), None);
        assert_eq!(vault(&[&key]).open(WebhookId::new(), &sealed), None);
        for at in 0..sealed.bytes.len() {
            let mut altered = sealed.clone();
            altered.bytes[at] ^= 1;
            assert_eq!(vault(&[&key]).open(webhook, &altered), None, "{at}");
        }
        let cut = Sealed { bytes: sealed.bytes[..5].to_vec(), ..sealed };
        assert_eq!(vault(&[&key]).open(webhook, &cut), None);
    }

    #[test]
    fn secrets_are_fresh_and_shown_in_the_specification_s_form() {
        let secret = new_secret();
        assert_ne!(secret, new_secret());
        assert_eq!(BASE64.decode(shown(&secret).strip_prefix("whsec_").unwrap()).unwrap(), secret);
    }
}
