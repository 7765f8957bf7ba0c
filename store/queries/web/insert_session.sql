-- Sign somebody in.
-- $1 SHA-256 of the cookie's value, $2 name, $3 role, $4 secret of its CSRF tokens,
-- $5 absolute lifetime as an interval.
INSERT INTO web_session (id_hash, name, role, csrf_secret, expires_at)
VALUES ($1, $2, $3, $4, now() + $5::interval)
