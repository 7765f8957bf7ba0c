-- Pause or resume, for all nodes and until somebody says otherwise. $1 names, $2 whether paused.
INSERT INTO job_queue (name, paused)
SELECT name, $2 FROM unnest($1::text[]) AS name
ON CONFLICT (name) DO UPDATE SET paused = excluded.paused, updated_at = now()
