-- Jobs older than the period of those that come do not count any more; the predicate is the index's
-- own. $1 metas of the jobs that come, $2 the period in seconds.
UPDATE oban_jobs AS job
SET meta = job.meta - 'unique_key' - 'unique_states'
FROM unnest($1::jsonb[]) AS given (meta)
WHERE job.meta ->> 'unique_key' = given.meta ->> 'unique_key'
    AND job.inserted_at <= timezone('UTC', now()) - make_interval(secs => $2)
    AND job.meta ? 'unique_key' AND (
        job.state IN ('available', 'scheduled', 'executing', 'retryable')
        OR (job.meta -> 'unique_states') ? CASE job.state
            WHEN 'completed' THEN 'completed'
            WHEN 'cancelled' THEN 'cancelled'
            WHEN 'discarded' THEN 'discarded'
        END
    )
