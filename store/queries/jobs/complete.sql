-- Jobs that this node has done. One that was taken over meanwhile is left alone; one that waits with
-- its attempt uncounted, because a crash of PostgreSQL forgot our claim, is done all the same.
-- $1 ids, $2 their attempts, $3 this life of the node. Returns the ids that were still ours.
UPDATE oban_jobs AS job
SET state = 'completed', attempt = done.attempt, completed_at = timezone('UTC', now())
FROM unnest($1::bigint[], $2::integer[]) AS done (id, attempt)
WHERE job.id = done.id AND (
    job.state = 'executing' AND job.attempt = done.attempt AND job.attempted_by[2] = $3
    OR job.state = 'available' AND job.attempt = done.attempt - 1
)
RETURNING job.id
