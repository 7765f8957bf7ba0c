-- Jobs that have not ended are cancelled, those that run too: whoever runs them is told to stop.
-- Parameters as in find_jobs, without the limit. Returns the ids, and whether they ran.
WITH chosen AS (
    SELECT id, state FROM oban_jobs
    WHERE state NOT IN ('completed', 'cancelled', 'discarded')
        AND ($1::bigint[] IS NULL OR id = ANY($1)) AND ($2::text IS NULL OR queue = $2)
        AND ($3::text IS NULL OR worker = $3)
        AND ($4::text IS NULL OR state = (
            SELECT enumlabel::text::oban_job_state FROM pg_enum
            WHERE enumtypid = 'oban_job_state'::regtype AND enumlabel = $4
        ))
        AND ($5::text IS NULL OR $5 = ANY(tags))
    FOR UPDATE
)
UPDATE oban_jobs AS job
SET state = 'cancelled', cancelled_at = timezone('UTC', now()),
    meta = coalesce(job.meta, '{}')
        || jsonb_build_object('cancel_attempted_at', timezone('UTC', now()))
FROM chosen
WHERE job.id = chosen.id
RETURNING job.id, chosen.state = 'executing' AS ran
