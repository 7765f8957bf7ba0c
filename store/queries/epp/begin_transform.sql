-- Write a command down before its first byte leaves.
-- $1 clTRID, $2 registry, $3 command ('domain:create'), $4 object name, $5 masked frame,
-- $6 node, $7 id of the daemon's run.
INSERT INTO epp_transform (cltrid, registry, command, object_name, frame, node, run_id)
VALUES ($1, $2, $3, $4, $5, $6, $7)
