-- Jobs that wait and have no attempt left, as another program may leave them. No parameters.
UPDATE oban_jobs
SET state = 'discarded', discarded_at = timezone('UTC', now())
WHERE state = 'available' AND attempt >= max_attempts
