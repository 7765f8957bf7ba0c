-- The registry's answer is known, by its own response or by asking afterwards. Settling twice keeps
-- the first answer.
-- $1 clTRID, $2 result code or null, $3 result message or null, $4 how it was settled or null.
UPDATE epp_transform
SET state = 'settled', settled_at = now(), result_code = $2, result_message = $3, reason = $4
WHERE cltrid = $1 AND state <> 'settled'
