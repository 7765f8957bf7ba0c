-- Make a one-time sign-in link.
-- $1 SHA-256 of the token, $2 name, $3 role, $4 lifetime as an interval.
INSERT INTO web_login_token (token_hash, name, role, expires_at)
VALUES ($1, $2, $3, now() + $4::interval)
