-- Keys that machines come with. Rows stay when a key is revoked: the trail names keys by their ids.

CREATE TABLE api_keys (
    id           BLOB    NOT NULL CONSTRAINT api_keys_id_shape CHECK (length(id) = 16),
    name         TEXT    NOT NULL,
    -- Names with single spaces between.
    scopes       TEXT    NOT NULL CONSTRAINT api_keys_scopes_some CHECK (length(scopes) > 0),
    -- SHA-256 of 256 random bits; the bits themselves are stored nowhere.
    secret       BLOB    NOT NULL CONSTRAINT api_keys_secret_shape CHECK (length(secret) = 32),
    created_by   TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER,
    revoked_at   INTEGER,
    CONSTRAINT api_keys_key PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
