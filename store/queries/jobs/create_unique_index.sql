-- What makes unique jobs unique: no two jobs of one key in a state that counts. Jobs that have not
-- ended always count; whether ended ones do is the job's own choice. No parameters.
CREATE UNIQUE INDEX IF NOT EXISTS engset_jobs_unique_index
ON oban_jobs ((meta ->> 'unique_key'))
WHERE meta ? 'unique_key' AND (
    state IN ('available', 'scheduled', 'executing', 'retryable')
    OR (meta -> 'unique_states') ? CASE state
        WHEN 'completed' THEN 'completed'
        WHEN 'cancelled' THEN 'cancelled'
        WHEN 'discarded' THEN 'discarded'
    END
)
