-- At the start of a daemon: what its earlier runs began and never saw answered is unknown.
-- $1 node, $2 id of this run. Returns the transforms that changed.
UPDATE epp_transform
SET state = 'unknown', reason = 'daemon stopped before the answer'
WHERE state = 'begun' AND node = $1 AND run_id <> $2
RETURNING cltrid, registry, command, object_name, begun_at
