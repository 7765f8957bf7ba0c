-- The job that holds a unique key; the predicate is the index's own.
-- $1 the meta of the job that could not go in.
SELECT id FROM oban_jobs
WHERE meta ->> 'unique_key' = $1::jsonb ->> 'unique_key'
    AND meta ? 'unique_key' AND (
        state IN ('available', 'scheduled', 'executing', 'retryable')
        OR (meta -> 'unique_states') ? CASE state
            WHEN 'completed' THEN 'completed'
            WHEN 'cancelled' THEN 'cancelled'
            WHEN 'discarded' THEN 'discarded'
        END
    )
