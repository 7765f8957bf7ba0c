-- Available jobs of these queues that nobody here can perform. $1 queues, $2 names that are known.
SELECT worker, queue, count(*) AS jobs, min(scheduled_at) AS oldest_at
FROM oban_jobs
WHERE state = 'available' AND queue = ANY($1) AND worker <> ALL($2::text[])
GROUP BY worker, queue
ORDER BY worker, queue
