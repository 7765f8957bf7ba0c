-- Forget jobs that do not run. Parameters as in find_jobs, without the limit.
DELETE FROM oban_jobs
WHERE state <> 'executing'
    AND ($1::bigint[] IS NULL OR id = ANY($1)) AND ($2::text IS NULL OR queue = $2)
    AND ($3::text IS NULL OR worker = $3)
    AND ($4::text IS NULL OR state = (
        SELECT enumlabel::text::oban_job_state FROM pg_enum
        WHERE enumtypid = 'oban_job_state'::regtype AND enumlabel = $4
    ))
    AND ($5::text IS NULL OR $5 = ANY(tags))
