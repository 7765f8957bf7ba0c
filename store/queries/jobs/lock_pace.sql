-- Take turns with other nodes at a queue that has a limit over all of them.
-- $1 queue.
INSERT INTO job_pace (queue, key) VALUES ($1, '')
ON CONFLICT (queue, key) DO UPDATE SET queue = excluded.queue
