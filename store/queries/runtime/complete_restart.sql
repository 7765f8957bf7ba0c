-- The actor is back.
-- $1 the entry's id, $2 seconds since its death.
UPDATE actor_restart
SET recovered_after_s = $2
WHERE id = $1
