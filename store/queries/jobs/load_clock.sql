-- How far an entry of the clock has come, locked. A new entry, or one whose schedule was changed,
-- begins now, by the clock of who asks. $1 name, $2 schedule, $3 now.
INSERT INTO job_clock AS clock (name, schedule, considered_until)
VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE
SET schedule = excluded.schedule,
    considered_until = CASE
        WHEN clock.schedule = excluded.schedule THEN clock.considered_until
        ELSE excluded.considered_until
    END
RETURNING considered_until
