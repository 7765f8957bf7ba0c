-- Jobs that wait or have ended are available now, with at least one attempt left. One whose unique
-- key another job holds meanwhile is left as it is. Parameters as in find_jobs, without the limit.
WITH chosen AS (
    SELECT id, meta ->> 'unique_key' AS unique_key FROM oban_jobs
    WHERE state NOT IN ('available', 'executing')
        AND ($1::bigint[] IS NULL OR id = ANY($1)) AND ($2::text IS NULL OR queue = $2)
        AND ($3::text IS NULL OR worker = $3)
        AND ($4::text IS NULL OR state = (
            SELECT enumlabel::text::oban_job_state FROM pg_enum
            WHERE enumtypid = 'oban_job_state'::regtype AND enumlabel = $4
        ))
        AND ($5::text IS NULL OR $5 = ANY(tags))
    FOR UPDATE SKIP LOCKED
), free AS (
    SELECT DISTINCT ON (coalesce(chosen.unique_key, chosen.id::text)) chosen.id
    FROM chosen
    WHERE chosen.unique_key IS NULL OR NOT EXISTS (
        SELECT FROM oban_jobs AS holder
        WHERE holder.id <> chosen.id AND holder.meta ->> 'unique_key' = chosen.unique_key
            AND holder.meta ? 'unique_key' AND (
                holder.state IN ('available', 'scheduled', 'executing', 'retryable')
                OR (holder.meta -> 'unique_states') ? CASE holder.state
                    WHEN 'completed' THEN 'completed'
                    WHEN 'cancelled' THEN 'cancelled'
                    WHEN 'discarded' THEN 'discarded'
                END
            )
    )
    ORDER BY coalesce(chosen.unique_key, chosen.id::text), chosen.id DESC
), retried AS (
    UPDATE oban_jobs AS job
    SET state = 'available', max_attempts = greatest(job.max_attempts, job.attempt + 1),
        scheduled_at = timezone('UTC', now()), completed_at = NULL, cancelled_at = NULL,
        discarded_at = NULL
    FROM free
    WHERE job.id = free.id
    RETURNING job.queue
)
SELECT queue, count(*) AS jobs,
    pg_notify(current_schema() || '.oban_insert', json_build_object('queue', queue)::text)
FROM retried
GROUP BY queue
