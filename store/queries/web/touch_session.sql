-- Somebody is here still; written at most once a minute per session.
-- $1 SHA-256 of the cookie's value.
UPDATE web_session
SET seen_at = now()
WHERE id_hash = $1 AND seen_at < now() - interval '1 minute'
