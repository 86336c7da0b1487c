CREATE TABLE installation_keys_old (
    id         BLOB    NOT NULL CONSTRAINT installation_keys_id_shape CHECK (length(id) = 16),
    purpose    TEXT    NOT NULL CONSTRAINT installation_keys_purpose_known CHECK (purpose IN ('tokens', 'pages')),
    secret     BLOB    NOT NULL CONSTRAINT installation_keys_secret_shape CHECK (length(secret) = 32),
    created_at INTEGER NOT NULL,
    CONSTRAINT installation_keys_key PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
INSERT INTO installation_keys_old (id, purpose, secret, created_at)
SELECT id, purpose, secret, created_at FROM installation_keys WHERE purpose IN ('tokens', 'pages');
DROP TABLE installation_keys;
ALTER TABLE installation_keys_old RENAME TO installation_keys;
CREATE INDEX installation_keys_newest ON installation_keys (purpose, created_at, id);

DROP TABLE access_changes;
DROP TABLE sessions;
