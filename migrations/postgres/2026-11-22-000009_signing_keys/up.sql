-- The keys that sign access tokens take turns. Which one signs follows from `signs_from`.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

CREATE TABLE signing_keys (
    id uuid NOT NULL CONSTRAINT signing_keys_key PRIMARY KEY,
    secret bytea NOT NULL CONSTRAINT signing_keys_secret_shape CHECK (octet_length(secret) = 32),
    created_at timestamptz NOT NULL,
    -- It may sign from then on, and does until another may.
    signs_from timestamptz NOT NULL
);

-- The one key of an older installation is the first of the rotation: what it signed stays good.
INSERT INTO signing_keys (id, secret, created_at, signs_from)
SELECT id, secret, created_at, created_at FROM installation_keys WHERE purpose = 'tokens';
DELETE FROM installation_keys WHERE purpose = 'tokens';
