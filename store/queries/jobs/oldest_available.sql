-- How long the oldest available job of each queue has been due, in seconds.
-- $1 queues.
SELECT name AS queue, (
    SELECT extract(epoch FROM timezone('UTC', now()) - min(first.scheduled_at))::double precision
    FROM generate_series(0, 9) AS level (priority), LATERAL (
        SELECT scheduled_at FROM oban_jobs
        WHERE state = 'available' AND queue = name AND oban_jobs.priority = level.priority
        ORDER BY scheduled_at
        LIMIT 1
    ) AS first
) AS oldest_s
FROM unnest($1::text[]) AS name
