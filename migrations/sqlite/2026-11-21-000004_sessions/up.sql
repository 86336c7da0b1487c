-- Signed-in devices, and what every process has to know at once of who may no longer do what.

CREATE TABLE sessions (
    id         BLOB    NOT NULL CONSTRAINT sessions_id_shape CHECK (length(id) = 16),
    user_id    BLOB    NOT NULL CONSTRAINT sessions_user REFERENCES users (id),
    client     TEXT,
    -- The number of the living refresh token.
    generation INTEGER NOT NULL CONSTRAINT sessions_generation_range CHECK (generation BETWEEN 1 AND 4294967295),
    started_at INTEGER NOT NULL,
    rotated_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    CONSTRAINT sessions_key PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_of_user ON sessions (user_id, rotated_at);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE access_changes (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    kind    TEXT    NOT NULL CONSTRAINT access_changes_kind_known CHECK (kind IN ('session', 'user', 'key')),
    subject BLOB    NOT NULL CONSTRAINT access_changes_subject_shape CHECK (length(subject) = 16),
    -- Of the person's row, from when on it counts.
    version INTEGER CONSTRAINT access_changes_version_range CHECK (version BETWEEN 1 AND 4294967295),
    -- The database's own clock, so that all who ask agree on what is recent.
    at      INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000000 AS INTEGER)),
    CONSTRAINT access_changes_version_with_kind CHECK ((kind = 'user') = (version IS NOT NULL))
) STRICT;

CREATE INDEX access_changes_at ON access_changes (at);

-- One more purpose: refresh tokens are sealed with a key of their own. SQLite cannot change a CHECK.
CREATE TABLE installation_keys_new (
    id         BLOB    NOT NULL CONSTRAINT installation_keys_id_shape CHECK (length(id) = 16),
    purpose    TEXT    NOT NULL CONSTRAINT installation_keys_purpose_known CHECK (purpose IN ('tokens', 'pages', 'sessions')),
    secret     BLOB    NOT NULL CONSTRAINT installation_keys_secret_shape CHECK (length(secret) = 32),
    created_at INTEGER NOT NULL,
    CONSTRAINT installation_keys_key PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
INSERT INTO installation_keys_new (id, purpose, secret, created_at)
SELECT id, purpose, secret, created_at FROM installation_keys;
DROP TABLE installation_keys;
ALTER TABLE installation_keys_new RENAME TO installation_keys;
CREATE INDEX installation_keys_newest ON installation_keys (purpose, created_at, id);
