-- One transform, whatever its state.
-- $1 clTRID.
SELECT cltrid, registry, command, object_name, frame, node, run_id, begun_at, state, reason,
       settled_at, result_code, result_message
FROM epp_transform
WHERE cltrid = $1
