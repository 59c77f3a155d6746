-- Secrets of webhooks are encrypted. The service does that to those that are still in clear before it serves.

alter table webhook
    -- Which key both secrets are encrypted with; null while they are in clear.
    add column sealed_with text,
    drop constraint webhook_secret_check,
    -- Encrypted, a secret has a nonce of 12 bytes before it and a tag of 16 behind it.
    add constraint webhook_secret_check check (
        octet_length(secret) - case when sealed_with is null then 0 else 28 end between 24 and 64
    );
