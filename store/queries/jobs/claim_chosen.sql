-- Take these jobs, which the transaction has locked.
-- $1 ids, $2 this life of the node, $3 its name, $4 how old its heartbeat may be, in seconds.
WITH alive AS (
    SELECT id FROM job_node
    WHERE id = $2 AND seen_at > now() - make_interval(secs => $4)
    FOR KEY SHARE
)
UPDATE oban_jobs AS job
SET state = 'executing', attempt = job.attempt + 1, attempted_at = timezone('UTC', now()),
    attempted_by = ARRAY[$3, $2::text]
WHERE job.id = ANY($1::bigint[]) AND EXISTS (SELECT FROM alive)
RETURNING job.id, job.worker, job.args, job.meta, job.tags, job.attempt, job.max_attempts,
    job.priority, job.inserted_at, job.scheduled_at, job.attempted_at
