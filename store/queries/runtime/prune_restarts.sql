-- Keep the newest restarts only.
-- $1 how many to keep.
DELETE FROM actor_restart
WHERE id <= (SELECT id FROM actor_restart ORDER BY id DESC OFFSET $1 LIMIT 1)
