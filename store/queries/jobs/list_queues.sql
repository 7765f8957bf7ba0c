-- What was said of queues at run time. No parameters.
SELECT name, paused, local_limit FROM job_queue ORDER BY name
