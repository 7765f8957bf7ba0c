-- Keep the newest entries only.
-- $1 how many to keep.
DELETE FROM audit_entry
WHERE id <= (SELECT id FROM audit_entry ORDER BY id DESC OFFSET $1 LIMIT 1)
