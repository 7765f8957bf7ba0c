-- How many jobs were begun lately, in slots of time. The present slot comes with each row, and alone
-- when there is none. $1 queue, $2 length of a slot in seconds, $3 how many slots count.
WITH present AS (
    SELECT floor(extract(epoch FROM clock_timestamp()) / $2::double precision)::bigint AS slot
)
SELECT present.slot AS present, pace.key, pace.slot, pace.counts
FROM present LEFT JOIN job_pace AS pace
    ON pace.queue = $1 AND pace.slot > present.slot - $3
