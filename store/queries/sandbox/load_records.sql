-- Everything one practice registry knows.
-- $1 registry.
SELECT kind, key, document
FROM sandbox_record
WHERE registry = $1
ORDER BY kind, key
