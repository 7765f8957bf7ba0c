-- When a pool starts afresh within a run: what its predecessor began and nobody waits for any more.
-- An answer that still comes settles it after all.
-- $1 registry, $2 node, $3 reason.
UPDATE epp_transform
SET state = 'unknown', reason = $3
WHERE state = 'begun' AND registry = $1 AND node = $2
