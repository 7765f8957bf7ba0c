-- $1 name, $2 jobs at once on each node, or null for what each node's configuration says.
INSERT INTO job_queue (name, local_limit) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET local_limit = excluded.local_limit, updated_at = now()
