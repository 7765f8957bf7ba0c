-- Forget what was settled long ago, at whichever registry; what is unknown stays.
-- $1 age of the settlement as an interval, $2 how many rows at most in one go.
DELETE FROM epp_transform
WHERE cltrid IN (
    SELECT cltrid FROM epp_transform
    WHERE state = 'settled' AND settled_at < now() - $1::interval
    ORDER BY settled_at
    LIMIT $2
    FOR UPDATE SKIP LOCKED
)
