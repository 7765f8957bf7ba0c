-- Jobs of a queue that run anywhere, for each key.
-- $1 queue, $2 `worker`, a key of the arguments, or null for all together.
SELECT
    coalesce(CASE
        WHEN $2::text IS NULL THEN ''
        WHEN $2 = 'worker' THEN worker
        ELSE args ->> $2
    END, '') AS key,
    count(*) AS jobs
FROM oban_jobs
WHERE state = 'executing' AND queue = $1
GROUP BY 1
