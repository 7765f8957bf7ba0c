-- Jobs that fit all that is given, newest first. A state that this table does not know fits none.
-- $1 ids, $2 queue, $3 worker, $4 state, $5 tag, each null for any; $6 how many.
SELECT id, state::text AS state, queue, worker, attempt, max_attempts, priority, tags, inserted_at,
    scheduled_at, attempted_at, completed_at, cancelled_at, discarded_at, attempted_by, args, meta,
    to_jsonb(errors) AS errors
FROM oban_jobs
WHERE ($1::bigint[] IS NULL OR id = ANY($1)) AND ($2::text IS NULL OR queue = $2)
    AND ($3::text IS NULL OR worker = $3)
    AND ($4::text IS NULL OR state = (
        SELECT enumlabel::text::oban_job_state FROM pg_enum
        WHERE enumtypid = 'oban_job_state'::regtype AND enumlabel = $4
    ))
    AND ($5::text IS NULL OR $5 = ANY(tags))
ORDER BY id DESC
LIMIT $6
