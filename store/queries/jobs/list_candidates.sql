-- Jobs that could be taken, with their keys, the most urgent first; those of some keys are left out.
-- $1 queue, $2 names of the workers that this node has, $3 how many, $4 `worker` or a key of the
-- arguments, $5 keys that have no room.
SELECT id, coalesce(CASE WHEN $4 = 'worker' THEN worker ELSE args ->> $4 END, '') AS key
FROM oban_jobs
WHERE state = 'available' AND queue = $1 AND worker = ANY($2) AND attempt < max_attempts
    AND coalesce(CASE WHEN $4 = 'worker' THEN worker ELSE args ->> $4 END, '') <> ALL($5::text[])
ORDER BY priority, scheduled_at, id
LIMIT $3
FOR UPDATE SKIP LOCKED
