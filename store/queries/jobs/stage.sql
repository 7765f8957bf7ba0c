-- Jobs that have become due are available from now on; who runs their queues is told.
-- $1 how many at most.
WITH due AS (
    SELECT id FROM oban_jobs
    WHERE state IN ('scheduled', 'retryable') AND scheduled_at <= timezone('UTC', now())
    ORDER BY scheduled_at, id
    LIMIT $1
    FOR UPDATE SKIP LOCKED
), staged AS (
    UPDATE oban_jobs SET state = 'available' WHERE id = ANY(ARRAY(SELECT id FROM due))
    RETURNING queue
)
SELECT queue, count(*) AS jobs,
    pg_notify(current_schema() || '.oban_insert', json_build_object('queue', queue)::text)
FROM staged
GROUP BY queue
