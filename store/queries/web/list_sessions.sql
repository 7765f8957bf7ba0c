-- Who is signed in, the most recently seen first.
-- $1 longest idle time as an interval.
SELECT id_hash, name, role, created_at, seen_at, expires_at
FROM web_session
WHERE expires_at > now() AND seen_at > now() - $1::interval
ORDER BY seen_at DESC
