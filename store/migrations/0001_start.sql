-- What the daemon keeps from its first day. Times of events are the database's own clock, which all
-- daemons that share it agree on.

-- Every EPP command that changes something at a registry, written down before its first byte leaves.
CREATE TABLE epp_transform (
    cltrid text PRIMARY KEY,
    registry text NOT NULL,
    command text NOT NULL,              -- 'domain:create'
    object_name text NOT NULL,
    frame bytea NOT NULL,               -- the XML, with passwords and auth codes masked
    node text NOT NULL,                 -- which daemon, stable over its restarts
    run_id text NOT NULL,               -- which run of that daemon
    begun_at timestamptz NOT NULL DEFAULT now(),
    state text NOT NULL DEFAULT 'begun' CHECK (state IN ('begun', 'unknown', 'settled')),
    reason text,                        -- why it is unknown, or how it was settled
    settled_at timestamptz,
    result_code integer,
    result_message text,
    CHECK ((state = 'settled') = (settled_at IS NOT NULL))
);
CREATE INDEX epp_transform_unsettled ON epp_transform (begun_at) WHERE state <> 'settled';
CREATE INDEX epp_transform_settled ON epp_transform (settled_at) WHERE state = 'settled';

-- Signed-in browsers. The cookie is kept as a hash, so that the table lets nobody in.
CREATE TABLE web_session (
    id_hash bytea PRIMARY KEY,
    name text NOT NULL,
    role text NOT NULL,
    csrf_secret bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);

-- One-time sign-in links, as hashes.
CREATE TABLE web_login_token (
    token_hash bytea PRIMARY KEY,
    name text NOT NULL,
    role text NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);

-- The practice registry's objects, one document each.
CREATE TABLE sandbox_record (
    registry text NOT NULL,
    kind text NOT NULL,                 -- 'domain', 'host', 'contact', 'message', …
    key text NOT NULL,
    document jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (registry, kind, key)
);

-- Restarts of actors, the newest of which are kept.
CREATE TABLE actor_restart (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    node text NOT NULL,
    path text NOT NULL,
    at timestamptz NOT NULL,
    reason text NOT NULL,
    attempt integer NOT NULL,
    recovered_after_s double precision  -- null while it is not back
);
CREATE INDEX actor_restart_path ON actor_restart (path text_pattern_ops, id);

-- What was commanded, by whom, by which way in.
CREATE TABLE audit_entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    node text NOT NULL,
    who text NOT NULL,
    via text NOT NULL CHECK (via IN ('ssh', 'cli', 'web', 'local')),
    command text NOT NULL,
    outcome text NOT NULL
);
