-- Forget sessions that are over.
-- $1 longest idle time as an interval.
DELETE FROM web_session
WHERE expires_at <= now() OR seen_at <= now() - $1::interval
