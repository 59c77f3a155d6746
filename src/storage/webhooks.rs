//! Addresses that are told of events, and each message to them: made from the event table, claimed for an attempt, kept as a log.
//!
//! Any instance may do each step: a row is taken by `for update skip locked`, and an attempt is claimed for a while, so that one
//! whose process died is made again. No transaction is open while anything is sent.

use std::time::Duration;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Page, StorageError, Store, events::StoredEvent};
use crate::domain::{ArticleId, ClusterId, DeliveryId, WebhookId, WorkspaceId, clock};

/// The kind of a message that tells of no event.
pub const PING: &str = "webhook.ping";

/// Events that deliveries are made of in one statement.
const EVENTS_AT_ONCE: i64 = 1_000;
/// Longer than any attempt takes.
const CLAIM: Duration = Duration::from_secs(60);
/// Failures in a row before a webhook is given up, however long they took.
const FAILURES_TO_GIVE_UP: i32 = 20;

/// A webhook to be made.
#[derive(Clone, Debug)]
pub struct NewWebhook {
    pub url: String,
    pub kinds: Vec<String>,
    pub description: Option<String>,
}

/// What a client says of a webhook. `None` leaves what is there.
#[derive(Clone, Debug, Default)]
pub struct WebhookChange {
    pub url: Option<String>,
    pub kinds: Option<Vec<String>>,
    /// Blank for none.
    pub description: Option<String>,
    /// True also takes back that the service gave up on it.
    pub active: Option<bool>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Webhook {
    pub id: WebhookId,
    pub url: String,
    pub kinds: Vec<String>,
    pub description: Option<String>,
    pub active: bool,
    /// While the secret before the present one signs as well.
    pub previous_until: Option<DateTime<Utc>>,
    pub failures: i32,
    pub failing_since: Option<DateTime<Utc>>,
    /// Why and when the service gave up on it.
    pub disabled: Option<(String, DateTime<Utc>)>,
    pub made_by: String,
    pub made_at: DateTime<Utc>,
}

/// A message, as the log shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    pub id: DeliveryId,
    pub number: i64,
    pub webhook: WebhookId,
    /// `None` for a test.
    pub event: Option<i64>,
    pub kind: String,
    /// `waiting`, `delivered` or `failed`.
    pub status: String,
    pub attempts: i32,
    pub made_at: DateTime<Utc>,
    pub next_attempt_at: Option<DateTime<Utc>>,
    pub last_attempt_at: Option<DateTime<Utc>>,
    pub response_status: Option<i32>,
    pub error: Option<String>,
}

/// A secret as it is stored. What it is in clear is known to `pipeline` alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    pub bytes: Vec<u8>,
    /// Name of the key; `None` for one that was stored before secrets were encrypted.
    pub key: Option<String>,
}

/// The secrets of a webhook.
#[derive(Clone, Debug)]
pub struct Secrets {
    pub workspace: WorkspaceId,
    pub webhook: WebhookId,
    pub present: Sealed,
    pub previous: Option<Sealed>,
}

/// A message that is to be sent now.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub delivery: DeliveryId,
    /// From 1.
    pub attempt: i32,
    pub webhook: WebhookId,
    pub url: String,
    /// The present secret, and the one before while it signs as well.
    pub secrets: Vec<Sealed>,
    pub made_at: DateTime<Utc>,
    /// `None` for a test.
    pub event: Option<StoredEvent>,
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    Delivered,
    /// The receiver wants no more, ever.
    Gone,
    /// In words, and when to try again; never if `None`.
    Failed {
        error: String,
        retry: Option<Duration>,
    },
}

/// `select_webhooks!("where …", arguments…)`
macro_rules! select_webhooks {
    ($rest:tt, $($argument:expr),* $(,)?) => {
        sqlx::query_as!(
            WebhookRow,
            "select webhook_id, url, kinds, description, active, previous_until, failures, failing_since, disabled_at, disabled_reason,
                made_by, made_at
            from webhook
            " + $rest,
            $($argument),*
        )
    };
}

/// `select_deliveries!("where …", arguments…)`
macro_rules! select_deliveries {
    ($rest:tt, $($argument:expr),* $(,)?) => {
        sqlx::query_as!(
            DeliveryRow,
            "select delivery_id, number, webhook_id, sequence, kind, status, attempts, made_at, next_attempt_at, last_attempt_at,
                response_status, error
            from webhook_delivery
            " + $rest,
            $($argument),*
        )
    };
}

impl Store {
    /// A webhook that is told what happens from now on. `None` when the workspace has `most` of them.
    pub async fn make_webhook(
        &self,
        workspace: WorkspaceId,
        id: WebhookId,
        new: &NewWebhook,
        secret: &Sealed,
        actor: &str,
        most: i64,
    ) -> Result<Option<Webhook>, StorageError> {
        sqlx::query!(
            "insert into webhook (workspace_id, webhook_id, url, kinds, description, secret, sealed_with, made_by, told)
            select $1, $2, $3, $4, $5, $6, $7, $8, last_event
            from workspace
            where workspace_id = $1 and (select count(*) from webhook where workspace_id = $1) < $9",
            workspace.0,
            id.0,
            new.url,
            &new.kinds,
            new.description,
            secret.bytes,
            secret.key,
            actor,
            most,
        )
        .execute(&mut *self.within(workspace).await?)
        .await?;
        self.webhook(workspace, id).await
    }

    pub async fn webhook(&self, workspace: WorkspaceId, id: WebhookId) -> Result<Option<Webhook>, StorageError> {
        let row = select_webhooks!("where workspace_id = $1 and webhook_id = $2", workspace.0, id.0)
            .fetch_optional(&mut *self.within(workspace).await?)
            .await?;
        Ok(row.map(Webhook::from))
    }

    /// Newest first.
    pub async fn list_webhooks(&self, workspace: WorkspaceId, page: &Page<Uuid>) -> Result<Vec<Webhook>, StorageError> {
        let rows = select_webhooks!(
            "where workspace_id = $1 and ($2::uuid is null or webhook_id < $2) order by webhook_id desc limit $3",
            workspace.0,
            page.after,
            page.limit,
        )
        .fetch_all(&mut *self.within(workspace).await?)
        .await?;
        Ok(rows.into_iter().map(Webhook::from).collect())
    }

    pub async fn change_webhook(
        &self,
        workspace: WorkspaceId,
        id: WebhookId,
        change: &WebhookChange,
    ) -> Result<Option<Webhook>, StorageError> {
        sqlx::query!(
            "update webhook
            set url = coalesce($3, url), kinds = coalesce($4, kinds), active = coalesce($6, active),
                description = case when $5::text is null then description else nullif($5, '') end,
                disabled_at = case when $6 then null else disabled_at end,
                disabled_reason = case when $6 then null else disabled_reason end,
                failures = case when $6 then 0 else failures end,
                failing_since = case when $6 then null else failing_since end
            where workspace_id = $1 and webhook_id = $2",
            workspace.0,
            id.0,
            change.url.as_deref(),
            change.kinds.as_deref(),
            change.description.as_deref(),
            change.active,
        )
        .execute(&mut *self.within(workspace).await?)
        .await?;
        self.webhook(workspace, id).await
    }

    /// With its log. Whether there was one.
    pub async fn delete_webhook(&self, workspace: WorkspaceId, id: WebhookId) -> Result<bool, StorageError> {
        let deleted = sqlx::query!("delete from webhook where workspace_id = $1 and webhook_id = $2", workspace.0, id.0)
            .execute(&mut *self.within(workspace).await?)
            .await?;
        Ok(deleted.rows_affected() > 0)
    }

    /// Another secret; the present one goes on to sign beside it for `overlap`.
    pub async fn rotate_webhook(
        &self,
        workspace: WorkspaceId,
        id: WebhookId,
        secret: &Sealed,
        overlap: Duration,
    ) -> Result<Option<Webhook>, StorageError> {
        // One that another key opens could not sign.
        sqlx::query!(
            "update webhook
            set previous_secret = case when sealed_with = $4 then secret end,
                previous_until = case when sealed_with = $4 then now() + make_interval(secs => $5) end,
                secret = $3, sealed_with = $4
            where workspace_id = $1 and webhook_id = $2",
            workspace.0,
            id.0,
            secret.bytes,
            secret.key,
            overlap.as_secs_f64(),
        )
        .execute(&mut *self.within(workspace).await?)
        .await?;
        self.webhook(workspace, id).await
    }

    /// A message that tells of nothing. `None` when there is no such webhook.
    pub async fn ping_webhook(&self, workspace: WorkspaceId, id: WebhookId) -> Result<Option<Delivery>, StorageError> {
        let made = sqlx::query_scalar!(
            "insert into webhook_delivery (workspace_id, webhook_id, kind)
            select workspace_id, webhook_id, $3 from webhook where workspace_id = $1 and webhook_id = $2
            returning delivery_id",
            workspace.0,
            id.0,
            PING,
        )
        .fetch_optional(&mut *self.within(workspace).await?)
        .await?;
        match made {
            Some(delivery) => self.delivery(workspace, DeliveryId(delivery)).await,
            None => Ok(None),
        }
    }

    /// Sends it anew, with all attempts.
    pub async fn replay_delivery(&self, workspace: WorkspaceId, id: DeliveryId) -> Result<Option<Delivery>, StorageError> {
        sqlx::query!(
            "update webhook_delivery set status = 'waiting', attempts = 0, next_attempt_at = now()
            where workspace_id = $1 and delivery_id = $2",
            workspace.0,
            id.0,
        )
        .execute(&mut *self.within(workspace).await?)
        .await?;
        self.delivery(workspace, id).await
    }

    async fn delivery(&self, workspace: WorkspaceId, id: DeliveryId) -> Result<Option<Delivery>, StorageError> {
        let row = select_deliveries!("where workspace_id = $1 and delivery_id = $2", workspace.0, id.0)
            .fetch_optional(&mut *self.within(workspace).await?)
            .await?;
        Ok(row.map(Delivery::from))
    }

    /// Newest first.
    pub async fn list_deliveries(
        &self,
        workspace: WorkspaceId,
        webhook: WebhookId,
        page: &Page<i64>,
    ) -> Result<Vec<Delivery>, StorageError> {
        let rows = select_deliveries!(
            "where workspace_id = $1 and webhook_id = $2 and ($3::bigint is null or number < $3) order by number desc limit $4",
            workspace.0,
            webhook.0,
            page.after,
            page.limit,
        )
        .fetch_all(&mut *self.within(workspace).await?)
        .await?;
        Ok(rows.into_iter().map(Delivery::from).collect())
    }

    /// Makes the deliveries of some events that a webhook was not told of yet. False when there are none.
    pub async fn make_deliveries(&self) -> Result<bool, StorageError> {
        let advanced = sqlx::query!(
            "with behind as (
                select webhook.workspace_id, webhook_id, told, kinds
                from webhook join workspace using (workspace_id)
                where active and disabled_at is null and told < last_event
                order by told limit 1
                for update of webhook skip locked
            ),
            news as (
                select behind.workspace_id, webhook_id, sequence, kind, kinds = '{}' or kind = any (kinds) as wanted
                from behind cross join lateral (
                    select sequence, kind from event
                    where event.workspace_id = behind.workspace_id and sequence > told
                    order by sequence limit $1
                ) as event
            ),
            made as (
                insert into webhook_delivery (workspace_id, webhook_id, sequence, kind)
                select workspace_id, webhook_id, sequence, kind from news where wanted order by sequence
                on conflict (workspace_id, webhook_id, sequence) do nothing
            )
            update webhook set told = newest.sequence
            from (select workspace_id, webhook_id, max(sequence) as sequence from news group by 1, 2) as newest
            where webhook.workspace_id = newest.workspace_id and webhook.webhook_id = newest.webhook_id",
            EVENTS_AT_ONCE,
        )
        .execute(&mut *self.connection().await?)
        .await?;
        Ok(advanced.rows_affected() > 0)
    }

    /// In all workspaces.
    pub async fn count_webhooks(&self) -> Result<usize, StorageError> {
        let count = sqlx::query_scalar!(r#"select count(*) as "count!" from webhook"#);
        let count = count.fetch_one(&mut *self.connection().await?).await?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    /// Webhooks whose secrets are not encrypted with this key.
    pub async fn secrets_not_under(&self, key: &str) -> Result<Vec<Secrets>, StorageError> {
        let rows = sqlx::query!(
            "select workspace_id, webhook_id, secret, previous_secret, sealed_with from webhook
            where sealed_with is distinct from $1
            order by workspace_id, webhook_id",
            key,
        )
        .fetch_all(&mut *self.connection().await?)
        .await?;
        let secrets = rows.into_iter().map(|row| {
            let sealed = |bytes| Sealed { bytes, key: row.sealed_with.clone() };
            Secrets {
                workspace: WorkspaceId(row.workspace_id),
                webhook: WebhookId(row.webhook_id),
                present: sealed(row.secret),
                previous: row.previous_secret.map(sealed),
            }
        });
        Ok(secrets.collect())
    }

    /// Puts other bytes in the place of `before`; `lost` says why the webhook is switched off by it. One that was rotated meanwhile
    /// stays.
    pub async fn reseal(&self, before: &Secrets, after: &Secrets, lost: Option<&str>) -> Result<(), StorageError> {
        sqlx::query!(
            "update webhook
            set secret = $4, previous_secret = $5, previous_until = case when $5::bytea is not null then previous_until end,
                sealed_with = $6, disabled_reason = coalesce($7, disabled_reason),
                disabled_at = case when $7::text is not null then now() else disabled_at end
            where workspace_id = $1 and webhook_id = $2 and secret = $3",
            before.workspace.0,
            before.webhook.0,
            before.present.bytes,
            after.present.bytes,
            after.previous.as_ref().map(|sealed| sealed.bytes.as_slice()),
            after.present.key,
            lost,
        )
        .execute(&mut *self.within(before.workspace).await?)
        .await?;
        Ok(())
    }

    /// Webhooks with messages that are due, without those that are `busy` and those whose secrets none of the keys opens.
    pub async fn due_webhooks(
        &self,
        busy: &[WebhookId],
        keys: &[String],
        limit: i64,
    ) -> Result<Vec<(WorkspaceId, WebhookId)>, StorageError> {
        let busy: Vec<Uuid> = busy.iter().map(|id| id.0).collect();
        let rows = sqlx::query!(
            "select workspace_id, webhook_id
            from webhook
            where active and disabled_at is null and webhook_id <> all ($1) and (sealed_with is null or sealed_with = any ($2))
                and exists (
                    select from webhook_delivery as delivery
                    where delivery.workspace_id = webhook.workspace_id and delivery.webhook_id = webhook.webhook_id
                        and status = 'waiting' and next_attempt_at <= now()
                )
            limit $3",
            &busy,
            keys,
            limit,
        )
        .fetch_all(&mut *self.connection().await?)
        .await?;
        Ok(rows.into_iter().map(|row| (WorkspaceId(row.workspace_id), WebhookId(row.webhook_id))).collect())
    }

    /// Takes due messages of a webhook for an attempt each. Whoever takes one has a minute to say what came of it.
    pub async fn claim_deliveries(
        &self,
        workspace: WorkspaceId,
        webhook: WebhookId,
        limit: i64,
    ) -> Result<Vec<Attempt>, StorageError> {
        let rows = sqlx::query!(
            r#"with claimed as (
                update webhook_delivery
                set attempts = attempts + 1, last_attempt_at = now(), next_attempt_at = now() + make_interval(secs => $4)
                where workspace_id = $1 and delivery_id in (
                    select delivery_id from webhook_delivery
                    where workspace_id = $1 and webhook_id = $2 and status = 'waiting' and next_attempt_at <= now()
                    order by next_attempt_at, number limit $3
                    for update skip locked
                )
                returning workspace_id, webhook_id, delivery_id, number, sequence, attempts, made_at
            )
            select delivery_id, claimed.attempts as "attempts!", claimed.made_at as "made_at!", url, secret, sealed_with,
                sequence as "sequence?",
                case when previous_until > now() then previous_secret end as previous_secret,
                event.kind as "kind?", event.cluster_id, event.article_id, event.payload as "payload?", event.actor as "actor?",
                event.at as "at?"
            from claimed
            join webhook using (workspace_id, webhook_id)
            left join event using (workspace_id, sequence)
            order by number"#,
            workspace.0,
            webhook.0,
            limit,
            CLAIM.as_secs_f64(),
        )
        .fetch_all(&mut *self.within(workspace).await?)
        .await?;
        let attempts = rows.into_iter().map(|row| {
            let subject = row.sequence.zip(row.kind).zip(row.payload).zip(row.actor).zip(row.at);
            let event = subject.map(|((((sequence, kind), payload), actor), at)| StoredEvent {
                sequence,
                kind,
                cluster_id: row.cluster_id.map(ClusterId),
                article_id: row.article_id.map(ArticleId),
                at,
                actor,
                payload,
            });
            let sealed = |bytes| Sealed { bytes, key: row.sealed_with.clone() };
            Attempt {
                delivery: DeliveryId(row.delivery_id),
                attempt: row.attempts,
                webhook,
                url: row.url,
                secrets: std::iter::once(row.secret).chain(row.previous_secret).map(sealed).collect(),
                made_at: row.made_at,
                event,
            }
        });
        Ok(attempts.collect())
    }

    /// What came of an attempt. A webhook that wants no more, or that has failed many times in a row over `give_up_after`, is
    /// disabled.
    pub async fn settle_delivery(
        &self,
        workspace: WorkspaceId,
        attempt: &Attempt,
        response_status: Option<u16>,
        outcome: &Outcome,
        give_up_after: Duration,
    ) -> Result<(), StorageError> {
        let (error, retry) = match outcome {
            Outcome::Delivered => (None, None),
            Outcome::Gone => (Some("the receiver is gone"), None),
            Outcome::Failed { error, retry } => (Some(error.as_str()), *retry),
        };
        sqlx::query!(
            "with settled as (
                update webhook_delivery
                set status = case when $4::text is null then 'delivered' when $5::float8 is null then 'failed' else 'waiting' end,
                    next_attempt_at = case when $4::text is not null then now() + make_interval(secs => $5) end,
                    response_status = $3, error = $4
                where workspace_id = $1 and delivery_id = $2
            ),
            counted as (
                select case when $4::text is null then 0 else failures + 1 end as failures,
                    case when $4::text is not null then coalesce(failing_since, now()) end as failing_since
                from webhook where workspace_id = $1 and webhook_id = $6
                for no key update
            )
            update webhook
            set failures = counted.failures, failing_since = counted.failing_since,
                disabled_at = case
                    when $7 or (counted.failures >= $8 and counted.failing_since <= now() - make_interval(secs => $9)) then now()
                end,
                disabled_reason = case
                    when $7 then 'The receiver answered 410 Gone.'
                    when counted.failures >= $8 and counted.failing_since <= now() - make_interval(secs => $9)
                        then 'It failed ' || counted.failures || ' times in a row.'
                end
            from counted
            where workspace_id = $1 and webhook_id = $6 and disabled_at is null
                and (webhook.failures > 0 or $4::text is not null)",
            workspace.0,
            attempt.delivery.0,
            response_status.map(i32::from),
            error,
            retry.map(|retry| retry.as_secs_f64()),
            attempt.webhook.0,
            *outcome == Outcome::Gone,
            FAILURES_TO_GIVE_UP,
            give_up_after.as_secs_f64(),
        )
        .execute(&mut *self.within(workspace).await?)
        .await?;
        Ok(())
    }

    /// Drops what was delivered, or failed for good, longer ago than `age`.
    pub async fn forget_deliveries(&self, age: Duration) -> Result<(), StorageError> {
        sqlx::query!(
            "delete from webhook_delivery where status <> 'waiting' and made_at < now() - make_interval(secs => $1)",
            age.as_secs_f64(),
        )
        .execute(&mut *self.connection().await?)
        .await?;
        Ok(())
    }
}

struct WebhookRow {
    webhook_id: Uuid,
    url: String,
    kinds: Vec<String>,
    description: Option<String>,
    active: bool,
    previous_until: Option<DateTime<Utc>>,
    failures: i32,
    failing_since: Option<DateTime<Utc>>,
    disabled_at: Option<DateTime<Utc>>,
    disabled_reason: Option<String>,
    made_by: String,
    made_at: DateTime<Utc>,
}

impl From<WebhookRow> for Webhook {
    fn from(row: WebhookRow) -> Self {
        Self {
            id: WebhookId(row.webhook_id),
            url: row.url,
            kinds: row.kinds,
            description: row.description,
            active: row.active,
            previous_until: row.previous_until.filter(|until| *until > clock::now()),
            failures: row.failures,
            failing_since: row.failing_since,
            disabled: row.disabled_reason.zip(row.disabled_at),
            made_by: row.made_by,
            made_at: row.made_at,
        }
    }
}

struct DeliveryRow {
    delivery_id: Uuid,
    number: i64,
    webhook_id: Uuid,
    sequence: Option<i64>,
    kind: String,
    status: String,
    attempts: i32,
    made_at: DateTime<Utc>,
    next_attempt_at: Option<DateTime<Utc>>,
    last_attempt_at: Option<DateTime<Utc>>,
    response_status: Option<i32>,
    error: Option<String>,
}

impl From<DeliveryRow> for Delivery {
    fn from(row: DeliveryRow) -> Self {
        Self {
            id: DeliveryId(row.delivery_id),
            number: row.number,
            webhook: WebhookId(row.webhook_id),
            event: row.sequence,
            kind: row.kind,
            status: row.status,
            attempts: row.attempts,
            made_at: row.made_at,
            next_attempt_at: row.next_attempt_at,
            last_attempt_at: row.last_attempt_at,
            response_status: row.response_status,
            error: row.error,
        }
    }
}
