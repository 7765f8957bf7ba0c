-- The newest restarts first.
-- $1 beginning of the path ('' for all, 'epp/verisign' for that subtree), $2 how many at most.
SELECT id, node, path, at, reason, attempt, recovered_after_s
FROM actor_restart
WHERE $1 = '' OR path = $1 OR starts_with(path, $1 || '/')
ORDER BY id DESC
LIMIT $2
