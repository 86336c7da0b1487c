-- What is stored with every change: the trail, the events, the answers; and the installation's own secrets.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

CREATE TABLE audit (
    seq bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT audit_key PRIMARY KEY,
    at timestamptz NOT NULL,
    principal text NOT NULL,
    request_id text NOT NULL,
    action text NOT NULL,
    user_id uuid NOT NULL,
    object_id uuid,
    -- JSON, as text: it is read whole and never searched, and moves between databases as it is.
    changes text NOT NULL CONSTRAINT audit_changes_json CHECK (changes::jsonb IS NOT NULL)
);

CREATE INDEX audit_of_user ON audit (user_id, seq);

-- For installations where one role owns everything; where Muster runs as a role of its own, that role has no right to
-- change or delete rows either.
CREATE FUNCTION audit_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit rows are never changed or deleted';
END
$$;

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_added_to();

CREATE TABLE outbox (
    seq bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT outbox_key PRIMARY KEY,
    kind text NOT NULL,
    user_id uuid NOT NULL,
    object_id uuid,
    version bigint CONSTRAINT outbox_version_range CHECK (version BETWEEN 1 AND 4294967295),
    at timestamptz NOT NULL,
    request_id text NOT NULL,
    traceparent text,
    -- From when on it may be handed out: a lease and a deferral both set this.
    due_at timestamptz NOT NULL,
    attempts bigint NOT NULL DEFAULT 0 CONSTRAINT outbox_attempts_range CHECK (attempts >= 0)
);

CREATE INDEX outbox_due ON outbox (due_at, seq);

CREATE TABLE idempotency (
    principal text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    fingerprint text NOT NULL,
    -- NULL while the request is being carried out in several transactions. JSON, as text.
    result text CONSTRAINT idempotency_result_json CHECK (result::jsonb IS NOT NULL OR result IS NULL),
    expires_at timestamptz NOT NULL,
    CONSTRAINT idempotency_key PRIMARY KEY (principal, key)
);

CREATE INDEX idempotency_expiry ON idempotency (expires_at);

-- Whom a stored answer speaks of: erasing a person deletes the answers.
CREATE TABLE idempotency_subjects (
    principal text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    user_id uuid NOT NULL,
    CONSTRAINT idempotency_subjects_key PRIMARY KEY (principal, key, user_id),
    CONSTRAINT idempotency_subjects_answer
    FOREIGN KEY (principal, key) REFERENCES idempotency (principal, key) ON DELETE CASCADE
);

CREATE INDEX idempotency_subjects_by_user ON idempotency_subjects (user_id);

CREATE TABLE installation_keys (
    id uuid NOT NULL CONSTRAINT installation_keys_key PRIMARY KEY,
    purpose text NOT NULL CONSTRAINT installation_keys_purpose_known CHECK (purpose IN ('tokens', 'pages')),
    secret bytea NOT NULL CONSTRAINT installation_keys_secret_shape CHECK (octet_length(secret) = 32),
    created_at timestamptz NOT NULL
);

CREATE INDEX installation_keys_newest ON installation_keys (purpose, created_at, id);
