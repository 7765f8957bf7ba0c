-- Insert one job and wake who runs its queue, in one statement; nothing when a unique key is taken.
-- $1 worker, $2 args, $3 queue, $4 priority, $5 max_attempts, $6 tags, $7 meta, $8 scheduled_at or
-- null for now. Returns its id.
WITH inserted AS (
    INSERT INTO oban_jobs (
        worker, args, queue, priority, max_attempts, tags, meta, state, scheduled_at
    )
    VALUES (
        $1, $2, $3, $4, $5, $6, $7,
        CASE WHEN $8::timestamp IS NULL THEN 'available' ELSE 'scheduled' END::oban_job_state,
        coalesce($8::timestamp, timezone('UTC', now()))
    )
    ON CONFLICT DO NOTHING
    RETURNING id, queue, state
)
SELECT id, CASE state WHEN 'available' THEN pg_notify(
    current_schema() || '.oban_insert', json_build_object('queue', queue)::text
)::text END AS told
FROM inserted
