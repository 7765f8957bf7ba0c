-- Nodes that were not heard of for too long. The lock keeps one that wakes up from claiming; one that
-- is claiming just now is left for the next look.
-- $1 how long, in seconds. Returns their ids and names.
SELECT id, node FROM job_node
WHERE seen_at < now() - make_interval(secs => $1)
FOR UPDATE SKIP LOCKED
