-- $1 ids.
DELETE FROM job_node WHERE id = ANY($1::uuid[])
