-- The living session of a cookie.
-- $1 SHA-256 of the cookie's value, $2 longest idle time as an interval.
SELECT name, role, csrf_secret, created_at, seen_at, expires_at
FROM web_session
WHERE id_hash = $1 AND expires_at > now() AND seen_at > now() - $2::interval
