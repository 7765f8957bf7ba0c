-- Sign out.
-- $1 SHA-256 of the cookie's value.
DELETE FROM web_session
WHERE id_hash = $1
