-- Keys that machines come with. Rows stay when a key is revoked: the trail names keys by their ids.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

CREATE TABLE api_keys (
    id uuid NOT NULL CONSTRAINT api_keys_key PRIMARY KEY,
    name text NOT NULL,
    -- Names with single spaces between.
    scopes text NOT NULL CONSTRAINT api_keys_scopes_some CHECK (length(scopes) > 0),
    -- SHA-256 of 256 random bits; the bits themselves are stored nowhere.
    secret bytea NOT NULL CONSTRAINT api_keys_secret_shape CHECK (octet_length(secret) = 32),
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at timestamptz
);
