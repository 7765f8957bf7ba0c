-- How many jobs each queue has in each state. Reads the whole index: not for every glance.
SELECT queue, state::text AS state, count(*) AS jobs
FROM oban_jobs
GROUP BY queue, state
