-- Signed-in devices, and what every process has to know at once of who may no longer do what.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

CREATE TABLE sessions (
    id uuid NOT NULL CONSTRAINT sessions_key PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT sessions_user REFERENCES users (id),
    client text,
    -- The number of the living refresh token.
    generation bigint NOT NULL CONSTRAINT sessions_generation_range CHECK (generation BETWEEN 1 AND 4294967295),
    started_at timestamptz NOT NULL,
    rotated_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE INDEX sessions_of_user ON sessions (user_id, rotated_at);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE access_changes (
    seq bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT access_changes_key PRIMARY KEY,
    kind text NOT NULL CONSTRAINT access_changes_kind_known CHECK (kind IN ('session', 'user', 'key')),
    subject uuid NOT NULL,
    -- Of the person's row, from when on it counts.
    version bigint CONSTRAINT access_changes_version_range CHECK (version BETWEEN 1 AND 4294967295),
    -- The database's own clock, so that all who ask agree on what is recent.
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT access_changes_version_with_kind CHECK ((kind = 'user') = (version IS NOT NULL))
);

CREATE INDEX access_changes_at ON access_changes (at);

-- One more purpose: refresh tokens are sealed with a key of their own. The constraint comes back wider in the same
-- transaction, over a table of three rows: nothing is unguarded, and nobody waits.
-- squawk-ignore ban-drop-constraint
ALTER TABLE installation_keys DROP CONSTRAINT installation_keys_purpose_known;
ALTER TABLE installation_keys
-- squawk-ignore constraint-missing-not-valid
ADD CONSTRAINT installation_keys_purpose_known
CHECK (purpose IN ('tokens', 'pages', 'sessions'));
