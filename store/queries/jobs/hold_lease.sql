-- Take a lease, or keep it. Returns a row when it is held until then.
-- $1 name, $2 this life of the node, $3 the node's name, $4 how long, in seconds.
INSERT INTO job_lease (name, owner, node, held_until)
VALUES ($1, $2, $3, now() + make_interval(secs => $4))
ON CONFLICT (name) DO UPDATE
SET owner = excluded.owner, node = excluded.node, held_until = excluded.held_until
WHERE job_lease.owner = excluded.owner OR job_lease.held_until < now()
RETURNING held_until
