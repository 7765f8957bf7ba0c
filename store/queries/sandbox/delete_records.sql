-- Delete a batch.
-- $1 registry, and in step: $2 kinds, $3 keys.
DELETE FROM sandbox_record AS record
USING unnest($2::text[], $3::text[]) AS batch (kind, key)
WHERE record.registry = $1 AND record.kind = batch.kind AND record.key = batch.key
