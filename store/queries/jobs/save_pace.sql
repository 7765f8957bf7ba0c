-- $1 queue, $2 keys, $3 the present slot, $4 counts of each key as JSON, newest first, $5 for how many
-- seconds they count.
INSERT INTO job_pace (queue, key, slot, counts, kept_until)
SELECT $1, given.key, $3, ARRAY(SELECT jsonb_array_elements_text(given.counts)::integer),
    now() + make_interval(secs => $5)
FROM unnest($2::text[], $4::jsonb[]) AS given (key, counts)
ON CONFLICT (queue, key) DO UPDATE
SET slot = excluded.slot, counts = excluded.counts, kept_until = excluded.kept_until
