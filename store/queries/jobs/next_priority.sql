-- Which priority below the most urgent one waits next, in turn: the first after $2, else the first.
-- $1 queue, $2 the priority that had the last turn. Null when there is only one priority.
WITH first AS (
    SELECT priority FROM oban_jobs
    WHERE state = 'available' AND queue = $1
    ORDER BY priority
    LIMIT 1
)
SELECT coalesce(
    (SELECT min(priority) FROM oban_jobs
     WHERE state = 'available' AND queue = $1
        AND priority > greatest($2, (SELECT priority FROM first))),
    (SELECT min(priority) FROM oban_jobs
     WHERE state = 'available' AND queue = $1 AND priority > (SELECT priority FROM first))
)
