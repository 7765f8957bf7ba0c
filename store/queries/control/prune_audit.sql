-- Forget what was commanded long ago; looks at the oldest entries only, whose ids are the lowest.
-- $1 age as an interval, $2 how many rows at most in one go.
DELETE FROM audit_entry
WHERE id <= (
    SELECT max(id) FROM (SELECT id, at FROM audit_entry ORDER BY id LIMIT $2) AS oldest
    WHERE at < now() - $1::interval
)
