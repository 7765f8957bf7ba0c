-- Forget jobs that ended long ago in one state. Few at a time, so that no lock lasts.
-- $1 state, $2 how long they are kept, in seconds, $3 how many at most.
DELETE FROM oban_jobs
WHERE id = ANY(ARRAY(
    SELECT id FROM oban_jobs
    WHERE state = $1::text::oban_job_state
        AND CASE $1::text
            WHEN 'completed' THEN completed_at
            WHEN 'cancelled' THEN cancelled_at
            ELSE discarded_at
        END < timezone('UTC', now()) - make_interval(secs => $2)
    LIMIT $3
    FOR UPDATE SKIP LOCKED
))
