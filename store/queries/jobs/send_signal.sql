-- Tell all who share the table, in Oban's words. $1 the payloads, JSON.
SELECT pg_notify(current_schema() || '.oban_signal', payload)
FROM unnest($1::text[]) AS payload
