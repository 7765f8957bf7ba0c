-- Who runs jobs, what each has in hand, and what only it may do. No parameters.
SELECT
    node.id::text AS id, node.node, node.host, node.pid, node.started_at,
    extract(epoch FROM now() - node.seen_at)::double precision AS seen_s,
    (SELECT count(*) FROM oban_jobs
     WHERE state = 'executing' AND attempted_by[2] = node.id::text) AS executing,
    ARRAY(SELECT name FROM job_lease
          WHERE owner = node.id AND held_until > now() ORDER BY name) AS leases
FROM job_node AS node
ORDER BY node.node, node.started_at
