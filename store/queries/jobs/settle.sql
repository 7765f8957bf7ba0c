-- What other jobs came to. One that was taken over meanwhile is left alone; for one whose claim was
-- forgotten see complete.sql (a snoozed one then comes at once).
-- $1 ids, $2 their attempts, $3 new states, $4 errors to add or null, $5 seconds until they come
-- again or null, $6 attempts to give back, $7 this life of the node. `errors || error` adds to the
-- arrays that Oban for Elixir makes and to the documents that Oban for Python makes.
-- Returns the ids that were still ours.
UPDATE oban_jobs AS job
SET state = result.state::oban_job_state,
    attempt = result.attempt - result.given_back,
    cancelled_at = CASE result.state WHEN 'cancelled' THEN timezone('UTC', now())
        ELSE job.cancelled_at END,
    discarded_at = CASE result.state WHEN 'discarded' THEN timezone('UTC', now())
        ELSE job.discarded_at END,
    scheduled_at = CASE WHEN result.again_s IS NULL THEN job.scheduled_at
        ELSE timezone('UTC', now()) + make_interval(secs => result.again_s) END,
    errors = CASE WHEN result.error IS NULL THEN job.errors
        ELSE job.errors || result.error END,
    meta = CASE WHEN result.given_back = 0 THEN job.meta
        ELSE coalesce(job.meta, '{}') || jsonb_build_object(
            'snoozed', coalesce((job.meta ->> 'snoozed')::integer, 0) + 1
        ) END
FROM unnest(
    $1::bigint[], $2::integer[], $3::text[], $4::jsonb[], $5::double precision[], $6::integer[]
) AS result (id, attempt, state, error, again_s, given_back)
WHERE job.id = result.id AND (
    job.state = 'executing' AND job.attempt = result.attempt AND job.attempted_by[2] = $7
    OR job.state = 'available' AND job.attempt = result.attempt - 1 AND result.given_back = 0
)
RETURNING job.id
