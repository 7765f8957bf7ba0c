-- The newest restarts of one daemon, newest first.
-- $1 node, $2 how many at most.
SELECT path, at, reason, attempt, recovered_after_s
FROM actor_restart
WHERE node = $1
ORDER BY id DESC
LIMIT $2
