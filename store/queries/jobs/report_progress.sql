-- How far running jobs are.
-- $1 ids, $2 their attempts, $3 done, $4 in all, $5 this life of the node.
UPDATE oban_jobs AS job
SET meta = coalesce(job.meta, '{}') || jsonb_build_object(
    'progress', jsonb_build_object('done', given.done, 'total', given.total)
)
FROM unnest($1::bigint[], $2::integer[], $3::bigint[], $4::bigint[])
    AS given (id, attempt, done, total)
WHERE job.id = given.id AND job.state = 'executing' AND job.attempt = given.attempt
    AND job.attempted_by[2] = $5
