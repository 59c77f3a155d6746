//! Messages to one webhook, signed as the Standard Webhooks specification has it, and what came of each.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use futures_util::future::join_all;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::json;
use sha2::Sha256;
use url::Url;

use super::LiveOptions;
use crate::{
    domain::{WebhookId, WorkspaceId, clock},
    egress::EgressError,
    failpoint,
    storage::{Attempt, Outcome, PING, SILENCE, Store, answered},
};

/// Messages under way to one receiver at once.
const AT_ONCE: i64 = 8;

/// Carries what is due now.
pub async fn carry(store: Store, options: LiveOptions, workspace: WorkspaceId, webhook: WebhookId) {
    let claimed = match answered(SILENCE, store.claim_deliveries(workspace, webhook, AT_ONCE)).await {
        Ok(claimed) => claimed,
        Err(error) => return tracing::debug!(%error, "deliveries cannot be taken"),
    };
    join_all(claimed.iter().map(|attempt| deliver(&store, &options, workspace, attempt))).await;
}

#[tracing::instrument(skip_all, fields(delivery = %attempt.delivery, attempt = attempt.attempt))]
async fn deliver(store: &Store, options: &LiveOptions, workspace: WorkspaceId, attempt: &Attempt) {
    let open = |sealed| options.vault.as_ref()?.open(attempt.webhook, sealed);
    let answer = match attempt.secrets.iter().map(open).collect::<Option<Vec<_>>>() {
        Some(secrets) => send(options, attempt, &secrets).await.map_err(|error| error.to_string()),
        None => Err("its secret was altered and cannot be decrypted".to_owned()),
    };
    let (status, outcome) = match answer {
        Ok(status @ 200..=299) => (Some(status), Outcome::Delivered),
        Ok(410) => (Some(410), Outcome::Gone),
        Ok(status) => (Some(status), failed(format!("it answered {status}"), options, attempt)),
        Err(error) => (None, failed(error, options, attempt)),
    };
    let counted = match &outcome {
        Outcome::Delivered => "delivered",
        _ => "failed",
    };
    metrics::counter!("crossclaim_webhook_attempts_total", "outcome" => counted).increment(1);
    failpoint::reach("message-sent");
    // If this cannot be written the message is sent again: it is told at least once.
    let settled = store.settle_delivery(workspace, attempt, status, &outcome, options.give_up_after);
    if let Err(error) = answered(SILENCE, settled).await {
        tracing::warn!(delivery = %attempt.delivery, %error, "what came of a delivery is lost");
    }
}

fn failed(error: String, options: &LiveOptions, attempt: &Attempt) -> Outcome {
    let made = usize::try_from(attempt.attempt).unwrap_or_default();
    let pause = made.checked_sub(1).and_then(|retry| options.retries.get(retry));
    Outcome::Failed { error, retry: pause.map(|pause| spread(*pause)) }
}

/// Up to a tenth longer, so that messages which failed together are not tried together for ever.
fn spread(pause: Duration) -> Duration {
    pause.mul_f64(1.0 + f64::from(getrandom::u32().unwrap_or_default()) / f64::from(u32::MAX) / 10.0)
}

async fn send(options: &LiveOptions, attempt: &Attempt, secrets: &[Vec<u8>]) -> Result<u16, EgressError> {
    let url = Url::parse(&attempt.url).map_err(|_| EgressError::NotAllowed)?;
    let body = body(attempt);
    // The same for every attempt, by which a receiver knows what it has had; the time is each attempt's own.
    let id = format!("msg_{}", attempt.delivery.0.simple());
    let timestamp = clock::now().timestamp();
    let signatures: Vec<String> = secrets.iter().map(|secret| sign(secret, &id, timestamp, &body)).collect();
    let text = |text: String| HeaderValue::from_str(&text).expect("ids, numbers and base64 are ASCII");
    let headers = HeaderMap::from_iter([
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (HeaderName::from_static("webhook-id"), text(id)),
        (HeaderName::from_static("webhook-timestamp"), text(timestamp.to_string())),
        (HeaderName::from_static("webhook-signature"), text(signatures.join(" "))),
    ]);
    options.egress.post(&url, headers, body.into_bytes()).await
}

fn body(attempt: &Attempt) -> String {
    match &attempt.event {
        Some(event) => json!({"type": event.kind, "timestamp": event.at, "data": event}).to_string(),
        None => json!({"type": PING, "timestamp": attempt.made_at, "data": {"webhook_id": attempt.webhook}}).to_string(),
    }
}

fn sign(secret: &[u8], id: &str, timestamp: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("a key of any length will do");
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", BASE64.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries.
    #[test]
    fn a_signature_is_the_specification_s() {
        let secret = BASE64.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = sign(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn attempts_end_with_the_list_of_pauses() {
        let options = LiveOptions { retries: vec![Duration::from_secs(5), Duration::from_secs(30)], ..LiveOptions::default() };
        let retry = |attempt| {
            let attempt = Attempt {
                delivery: Default::default(),
                attempt,
                webhook: Default::default(),
                url: String::new(),
                secrets: Vec::new(),
                made_at: clock::now(),
                event: None,
            };
            match failed(String::new(), &options, &attempt) {
                Outcome::Failed { retry, .. } => retry.map(|pause| pause.as_secs_f64()),
                other => panic!("{other:?}"),
            }
        };
        assert!((5.0..=5.5).contains(&retry(1).unwrap()));
        assert!((30.0..=33.0).contains(&retry(2).unwrap()));
        assert_eq!(retry(3), None);
    }
}
