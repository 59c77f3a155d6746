//! Keys.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::view_enum;
use crate::{
    domain::{self, Secret},
    storage::StoredKey,
};

view_enum! {
    /// How far a key reaches; each role may do what those before it may. `reader`: reads, and looks texts up. `contributor`: sends
    /// articles. `editor`: corrects the machine, and keeps feeds and watches. `admin`: makes and revokes keys, and keeps webhooks.
    RoleView of domain::Role { Reader, Contributor, Editor, Admin }
}

/// A key, without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Key, examples(json!(crate::http::examples::key())))]
pub struct KeyView {
    pub id: Uuid,
    pub name: String,
    #[schema(inline = false)]
    pub role: RoleView,
    /// The beginning of the secret, by which it is told from others.
    pub prefix: String,
    pub created_at: DateTime<Utc>,
    pub created_by: String,
    /// Null for one that is valid until it is revoked.
    #[schema(required)]
    pub expires_at: Option<DateTime<Utc>>,
    /// Null while it is not revoked.
    #[schema(required)]
    pub revoked_at: Option<DateTime<Utc>>,
    #[schema(required)]
    pub revoked_by: Option<String>,
    /// To the minute; null before its first use.
    #[schema(required)]
    pub last_used_at: Option<DateTime<Utc>>,
}

impl From<&StoredKey> for KeyView {
    fn from(key: &StoredKey) -> Self {
        let (revoked_by, revoked_at) = key.revoked.clone().unzip();
        Self {
            id: key.id.0,
            name: key.name.clone(),
            role: key.role.into(),
            prefix: key.prefix.clone(),
            created_at: key.created_at,
            created_by: key.created_by.clone(),
            expires_at: key.expires_at,
            revoked_at,
            revoked_by,
            last_used_at: key.last_used_at,
        }
    }
}

/// A key that was made just now, with its secret.
#[derive(Serialize, ToSchema)]
#[schema(as = NewKey, examples(json!(crate::http::examples::new_key())))]
pub struct NewKeyView {
    #[serde(flatten)]
    key: KeyView,
    /// What to send as `Authorization: Bearer <secret>`. It is told here and never again.
    secret: String,
}

impl NewKeyView {
    pub fn new(key: &StoredKey, secret: &Secret) -> Self {
        Self { key: key.into(), secret: secret.reveal().to_owned() }
    }
}

/// Who the service takes the caller for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Me, examples(json!({"name": "Night desk", "role": "editor", "open": false})))]
pub struct MeView {
    /// Stands in the history of what the caller changes.
    pub name: String,
    #[schema(inline = false)]
    pub role: RoleView,
    /// No key was needed: the service has none yet, and whoever reaches it is its admin.
    pub open: bool,
}

/// One page of keys.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyPage {
    pub items: Vec<KeyView>,
    /// Pass as `cursor` to get the next page; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}
