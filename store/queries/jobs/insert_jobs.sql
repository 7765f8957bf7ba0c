-- Insert jobs; those of a unique key that is taken are left out.
-- $1 workers, $2 args, $3 queues, $4 priorities, $5 max_attempts, $6 tags as JSON arrays, $7 metas,
-- $8 scheduled_at or null for now. Returns the ids of those that went in.
INSERT INTO oban_jobs (
    worker, args, queue, priority, max_attempts, tags, meta, state, scheduled_at
)
SELECT
    worker, args, queue, priority, max_attempts,
    ARRAY(SELECT jsonb_array_elements_text(tags)), meta,
    CASE WHEN scheduled_at IS NULL THEN 'available' ELSE 'scheduled' END::oban_job_state,
    coalesce(scheduled_at, timezone('UTC', now()))
FROM unnest(
    $1::text[], $2::jsonb[], $3::text[], $4::integer[], $5::integer[], $6::jsonb[], $7::jsonb[],
    $8::timestamp[]
) AS given (worker, args, queue, priority, max_attempts, tags, meta, scheduled_at)
ON CONFLICT DO NOTHING
RETURNING id
