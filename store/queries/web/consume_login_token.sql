-- Use a one-time link: of all that try, one gets the row.
-- $1 SHA-256 of the token. Returns whom it signs in.
UPDATE web_login_token
SET used_at = now()
WHERE token_hash = $1 AND used_at IS NULL AND expires_at > now()
RETURNING name, role
