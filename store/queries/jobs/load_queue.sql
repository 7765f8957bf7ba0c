-- What was said of a queue at run time; no row when nothing was. $1 its name.
SELECT paused, local_limit FROM job_queue WHERE name = $1
