-- What is stored with every change: the trail, the events, the answers; and the installation's own secrets.

CREATE TABLE audit (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    at         INTEGER NOT NULL,
    principal  TEXT    NOT NULL,
    request_id TEXT    NOT NULL,
    action     TEXT    NOT NULL,
    user_id    BLOB    NOT NULL CONSTRAINT audit_user_shape CHECK (length(user_id) = 16),
    object_id  BLOB    CONSTRAINT audit_object_shape CHECK (length(object_id) = 16),
    changes    TEXT    NOT NULL CONSTRAINT audit_changes_json CHECK (json_valid(changes))
) STRICT;

CREATE INDEX audit_of_user ON audit (user_id, seq);

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'audit rows are never changed');
END;
-- INSERT OR REPLACE deletes without asking the trigger below.
CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE seq = new.seq) BEGIN
    SELECT RAISE(ABORT, 'audit rows are never replaced');
END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'audit rows are never deleted');
END;

CREATE TABLE outbox (
    -- AUTOINCREMENT: a seq is never used again, however many rows were settled.
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    kind        TEXT    NOT NULL,
    user_id     BLOB    NOT NULL CONSTRAINT outbox_user_shape CHECK (length(user_id) = 16),
    object_id   BLOB    CONSTRAINT outbox_object_shape CHECK (length(object_id) = 16),
    version     INTEGER CONSTRAINT outbox_version_range CHECK (version BETWEEN 1 AND 4294967295),
    at          INTEGER NOT NULL,
    request_id  TEXT    NOT NULL,
    traceparent TEXT,
    -- From when on it may be handed out: a lease and a deferral both set this.
    due_at      INTEGER NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0 CONSTRAINT outbox_attempts_range CHECK (attempts >= 0)
) STRICT;

CREATE INDEX outbox_due ON outbox (due_at, seq);

CREATE TABLE idempotency (
    principal   TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    fingerprint TEXT    NOT NULL,
    -- NULL while the request is being carried out in several transactions.
    result      TEXT    CONSTRAINT idempotency_result_json CHECK (json_valid(result)),
    expires_at  INTEGER NOT NULL,
    CONSTRAINT idempotency_key PRIMARY KEY (principal, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_expiry ON idempotency (expires_at);

-- Whom a stored answer speaks of: erasing a person deletes the answers.
CREATE TABLE idempotency_subjects (
    principal TEXT NOT NULL,
    key       TEXT NOT NULL,
    user_id   BLOB NOT NULL CONSTRAINT idempotency_subjects_user_shape CHECK (length(user_id) = 16),
    CONSTRAINT idempotency_subjects_key PRIMARY KEY (principal, key, user_id),
    CONSTRAINT idempotency_subjects_answer FOREIGN KEY (principal, key) REFERENCES idempotency (principal, key) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_subjects_by_user ON idempotency_subjects (user_id);

CREATE TABLE installation_keys (
    id         BLOB    NOT NULL CONSTRAINT installation_keys_id_shape CHECK (length(id) = 16),
    purpose    TEXT    NOT NULL CONSTRAINT installation_keys_purpose_known CHECK (purpose IN ('tokens', 'pages')),
    secret     BLOB    NOT NULL CONSTRAINT installation_keys_secret_shape CHECK (length(secret) = 32),
    created_at INTEGER NOT NULL,
    CONSTRAINT installation_keys_key PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;

CREATE INDEX installation_keys_newest ON installation_keys (purpose, created_at, id);
