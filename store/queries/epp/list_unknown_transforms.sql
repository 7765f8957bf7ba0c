-- Unknown transforms, oldest first.
-- $1 registry, or null for all; $2 how many at most.
SELECT cltrid, registry, command, object_name, frame, node, run_id, begun_at, reason
FROM epp_transform
WHERE state = 'unknown' AND ($1::text IS NULL OR registry = $1)
ORDER BY begun_at, cltrid
LIMIT $2
