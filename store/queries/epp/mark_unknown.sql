-- The link was lost before the answer: the effect may or may not have happened.
-- $1 clTRID, $2 reason.
UPDATE epp_transform
SET state = 'unknown', reason = $2
WHERE cltrid = $1 AND state = 'begun'
