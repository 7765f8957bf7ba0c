-- Keys of queues of which nothing was begun lately. No parameters.
DELETE FROM job_pace WHERE key <> '' AND kept_until < now()
