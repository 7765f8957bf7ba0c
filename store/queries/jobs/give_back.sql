-- Jobs that this node will not finish wait again, as if this attempt had not been.
-- $1 ids, $2 their attempts, $3 this life of the node.
UPDATE oban_jobs AS job
SET state = 'available', attempt = job.attempt - 1
FROM unnest($1::bigint[], $2::integer[]) AS given (id, attempt)
WHERE job.id = given.id AND job.state = 'executing' AND job.attempt = given.attempt
    AND job.attempted_by[2] = $3
RETURNING job.id
