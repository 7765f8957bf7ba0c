-- The newest entries first.
-- $1 only entries older than this id, or null; $2 how many at most.
SELECT id, at, node, who, via, command, outcome
FROM audit_entry
WHERE $1::bigint IS NULL OR id < $1
ORDER BY id DESC
LIMIT $2
