-- $1 node, $2 path, $3 when, $4 reason, $5 attempt, $6 seconds until it was back, null when it is
-- not.
INSERT INTO actor_restart (node, path, at, reason, attempt, recovered_after_s)
VALUES ($1, $2, $3, $4, $5, $6)
