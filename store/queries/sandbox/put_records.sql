-- Insert or replace a batch; no (kind, key) may stand in it twice.
-- $1 registry, and in step: $2 kinds, $3 keys, $4 documents as JSON bytes.
INSERT INTO sandbox_record (registry, kind, key, document)
SELECT $1, batch.kind, batch.key, batch.document
FROM unnest($2::text[], $3::text[], $4::jsonb[]) AS batch (kind, key, document)
ON CONFLICT (registry, kind, key)
DO UPDATE SET document = excluded.document, updated_at = now()
