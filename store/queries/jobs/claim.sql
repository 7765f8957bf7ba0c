-- Take jobs that are due: the most urgent first, and some of one priority that might starve.
-- $1 queue, $2 names of the workers that this node has, $3 how many, $4 of these how many of the
-- priority $5, $6 this life of the node, $7 its name, $8 how old its heartbeat may be, in seconds.
-- $9 whether the commit may reach the disk later: a crash of PostgreSQL then forgets the claim.
-- The lock on the node's row lets no other node declare this one dead in between. The ids go through
-- an array, or the planner, which cannot know how few they are, would read the whole table.
WITH commit_setting AS (
    SELECT set_config('synchronous_commit', 'off', true) WHERE $9
), alive AS (
    SELECT id FROM job_node
    WHERE id = $6 AND seen_at > now() - make_interval(secs => $8)
        AND (SELECT count(*) FROM commit_setting) >= 0
    FOR KEY SHARE
), starving AS (
    SELECT id FROM oban_jobs
    WHERE state = 'available' AND queue = $1 AND worker = ANY($2) AND priority = $5
        AND attempt < max_attempts AND EXISTS (SELECT FROM alive)
    ORDER BY priority, scheduled_at, id
    LIMIT $4
    FOR UPDATE SKIP LOCKED
), urgent AS (
    SELECT id FROM oban_jobs
    WHERE state = 'available' AND queue = $1 AND worker = ANY($2)
        AND attempt < max_attempts AND EXISTS (SELECT FROM alive)
    ORDER BY priority, scheduled_at, id
    LIMIT $3 - (SELECT count(*) FROM starving)
    FOR UPDATE SKIP LOCKED
)
UPDATE oban_jobs AS job
SET state = 'executing', attempt = job.attempt + 1, attempted_at = timezone('UTC', now()),
    attempted_by = ARRAY[$7, $6::text]
WHERE job.id = ANY(ARRAY(SELECT id FROM starving UNION SELECT id FROM urgent))
RETURNING job.id, job.worker, job.args, job.meta, job.tags, job.attempt, job.max_attempts,
    job.priority, job.inserted_at, job.scheduled_at, job.attempted_at
