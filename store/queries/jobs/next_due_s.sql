-- In how many seconds the next scheduled or retried job becomes due; null when there is none.
SELECT extract(epoch FROM min(scheduled_at) - timezone('UTC', now()))::double precision
FROM oban_jobs
WHERE state IN ('scheduled', 'retryable')
