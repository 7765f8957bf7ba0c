-- Forget links that nobody can use any more. No parameters.
DELETE FROM web_login_token
WHERE used_at IS NOT NULL OR expires_at <= now()
