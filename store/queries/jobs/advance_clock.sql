-- An entry has been looked at.
-- $1 name, $2 until when, $3 the firing that was carried out or null, $4 its job, $5 firings missed,
-- $6 the last of them or null.
UPDATE job_clock
SET considered_until = $2, fired_at = coalesce($3, fired_at), job_id = coalesce($4, job_id),
    missed = missed + $5, missed_at = coalesce($6, missed_at)
WHERE name = $1
