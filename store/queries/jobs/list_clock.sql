-- How far the entries of the clock have come. No parameters.
SELECT name, considered_until, fired_at, job_id, missed, missed_at FROM job_clock ORDER BY name
