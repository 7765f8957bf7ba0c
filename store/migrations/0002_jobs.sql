-- Jobs. The table is Oban's own, as its migrations make it in version 15 (Oban for Elixir 2.22), so
-- that an Elixir application, Oban for Python and this daemon can share one queue. Where an Oban made
-- it already it stays as it is; whether this release knows that version is looked at when the room
-- of jobs starts.

DO $$
BEGIN
    IF to_regclass('oban_jobs') IS NOT NULL THEN
        RETURN;
    END IF;

    CREATE TYPE oban_job_state AS ENUM (
        'available', 'suspended', 'scheduled', 'executing', 'retryable', 'completed', 'discarded',
        'cancelled'
    );

    CREATE TABLE oban_jobs (
        id bigserial PRIMARY KEY,
        state oban_job_state NOT NULL DEFAULT 'available',
        queue text NOT NULL DEFAULT 'default',
        worker text NOT NULL,
        args jsonb NOT NULL DEFAULT '{}',
        errors jsonb[] NOT NULL DEFAULT ARRAY[]::jsonb[],
        attempt integer NOT NULL DEFAULT 0,
        max_attempts integer NOT NULL DEFAULT 20,
        inserted_at timestamp NOT NULL DEFAULT timezone('UTC', now()),
        scheduled_at timestamp NOT NULL DEFAULT timezone('UTC', now()),
        attempted_at timestamp,
        completed_at timestamp,
        attempted_by text[],
        discarded_at timestamp,
        priority integer NOT NULL DEFAULT 0,
        tags text[] DEFAULT ARRAY[]::text[],
        meta jsonb DEFAULT '{}',
        cancelled_at timestamp,
        CONSTRAINT worker_length CHECK (char_length(worker) > 0 AND char_length(worker) < 128),
        CONSTRAINT queue_length CHECK (char_length(queue) > 0 AND char_length(queue) < 128),
        CONSTRAINT positive_max_attempts CHECK (max_attempts > 0),
        CONSTRAINT attempt_range CHECK (attempt BETWEEN 0 AND max_attempts),
        CONSTRAINT non_negative_priority CHECK (priority >= 0)
    );

    CREATE INDEX oban_jobs_state_queue_priority_scheduled_at_id_index
        ON oban_jobs (state, queue, priority, scheduled_at, id);
    CREATE INDEX oban_jobs_args_index ON oban_jobs USING gin (args);
    CREATE INDEX oban_jobs_meta_index ON oban_jobs USING gin (meta);
    CREATE INDEX oban_jobs_state_cancelled_at_index ON oban_jobs (state, cancelled_at);
    CREATE INDEX oban_jobs_state_discarded_at_index ON oban_jobs (state, discarded_at);
    CREATE INDEX oban_jobs_staging_idx ON oban_jobs (scheduled_at, id)
        WHERE state IN ('scheduled', 'retryable');

    COMMENT ON TABLE oban_jobs IS '15';

    CREATE UNLOGGED TABLE IF NOT EXISTS oban_peers (
        name text PRIMARY KEY,
        node text NOT NULL,
        started_at timestamp NOT NULL,
        expires_at timestamp NOT NULL
    );
END
$$;

-- Who runs jobs now. A row that is not refreshed is a dead node's, and its jobs are taken over.
CREATE TABLE job_node (
    id uuid PRIMARY KEY,                -- one life of one daemon; second part of attempted_by
    node text NOT NULL,                 -- its stable name; first part of attempted_by
    host text NOT NULL,
    pid integer NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now()
);

-- What was said of a queue at run time; holds for all nodes and outlives them.
CREATE TABLE job_queue (
    name text PRIMARY KEY,
    paused boolean NOT NULL DEFAULT false,
    local_limit integer CHECK (local_limit > 0),    -- null: what each node's configuration says
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- How many jobs of a queue, or of a key of it, were begun lately, by slots of time; newest first. The
-- row of the empty key is also what nodes take turns by at a queue with a limit over all of them.
CREATE TABLE job_pace (
    queue text NOT NULL,
    key text NOT NULL DEFAULT '',
    slot bigint NOT NULL DEFAULT 0,
    counts integer[] NOT NULL DEFAULT '{}',
    kept_until timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (queue, key)
);

-- Who does what only one may do.
CREATE TABLE job_lease (
    name text PRIMARY KEY,
    owner uuid NOT NULL,
    node text NOT NULL,
    held_until timestamptz NOT NULL
);

-- How far each entry of the clock has come: no firing is done twice, and none is missed in silence.
CREATE TABLE job_clock (
    name text PRIMARY KEY,
    schedule text NOT NULL,             -- expression and time zone; another one begins anew
    considered_until timestamptz NOT NULL,
    fired_at timestamptz,               -- the last firing that was carried out
    job_id bigint,                      -- and its job
    missed bigint NOT NULL DEFAULT 0,
    missed_at timestamptz
);
