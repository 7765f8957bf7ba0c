-- What the table of jobs is, before anything is read from it or written to it. No parameters.
-- version: Oban's own number, kept as the table's comment; null where Oban for Python made it.
SELECT
    current_schema() AS schema_name,
    obj_description(to_regclass('oban_jobs')::oid, 'pg_class') AS version,
    to_regclass('oban_jobs') IS NOT NULL AS present,
    coalesce((
        SELECT array_agg(attname::text || ' ' || format_type(atttypid, atttypmod) ORDER BY attname)
        FROM pg_attribute
        WHERE attrelid = to_regclass('oban_jobs') AND attnum > 0 AND NOT attisdropped
    ), '{}') AS columns,
    coalesce((
        SELECT array_agg(enumlabel::text ORDER BY enumsortorder)
        FROM pg_enum
        WHERE enumtypid = to_regtype('oban_job_state')
    ), '{}') AS states,
    to_regclass('engset_jobs_unique_index') IS NOT NULL AS has_unique_index
