-- What a life of a node had in hand when it ended: it waits again, or is discarded when that was its
-- last attempt. The attempt counts, since the job may be what killed the node.
-- $1 lives, $2 the queue, or null for all, $3 what the error says.
WITH rescued AS (
    UPDATE oban_jobs AS job
    SET state = CASE WHEN attempt >= max_attempts THEN 'discarded' ELSE 'available' END
            ::oban_job_state,
        discarded_at = CASE WHEN attempt >= max_attempts THEN timezone('UTC', now()) END,
        errors = errors || jsonb_build_object(
            'attempt', attempt,
            'at', to_char(timezone('UTC', now()), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            'error', $3::text
        ),
        meta = coalesce(meta, '{}') || jsonb_build_object(
            'rescued', coalesce((meta ->> 'rescued')::integer, 0) + 1
        )
    WHERE state = 'executing' AND attempted_by[2] = ANY($1::text[])
        AND ($2::text IS NULL OR queue = $2)
    RETURNING queue, state
)
SELECT queue, count(*) AS jobs, count(*) FILTER (WHERE state = 'discarded') AS discarded,
    pg_notify(current_schema() || '.oban_insert', json_build_object('queue', queue)::text)
FROM rescued
GROUP BY queue
