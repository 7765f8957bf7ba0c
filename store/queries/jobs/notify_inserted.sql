-- Wake those who run these queues, once for each. Channel and payload are Oban's.
-- $1 queues.
SELECT pg_notify(
    current_schema() || '.oban_insert', json_build_object('queue', queue)::text
)
FROM unnest($1::text[]) AS queue
