-- The keys that sign access tokens take turns. Which one signs follows from `signs_from`.

CREATE TABLE signing_keys (
    id         BLOB    NOT NULL CONSTRAINT signing_keys_id_shape CHECK (length(id) = 16),
    secret     BLOB    NOT NULL CONSTRAINT signing_keys_secret_shape CHECK (length(secret) = 32),
    created_at INTEGER NOT NULL,
    -- It may sign from then on, and does until another may.
    signs_from INTEGER NOT NULL,
    CONSTRAINT signing_keys_key PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;

-- The one key of an older installation is the first of the rotation: what it signed stays good.
INSERT INTO signing_keys (id, secret, created_at, signs_from)
SELECT id, secret, created_at, created_at FROM installation_keys WHERE purpose = 'tokens';
DELETE FROM installation_keys WHERE purpose = 'tokens';
