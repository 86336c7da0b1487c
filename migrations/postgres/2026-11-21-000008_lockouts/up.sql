-- Failed sign-ins, counted under names that say nothing of a person: a keyed digest of an account or of a source.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

CREATE TABLE lockouts (
    subject bytea NOT NULL CONSTRAINT lockouts_key PRIMARY KEY
    CONSTRAINT lockouts_subject_shape CHECK (length(subject) = 32),
    -- Since `since`, and since the last time that it was locked.
    failures bigint NOT NULL CONSTRAINT lockouts_failures_range CHECK (failures BETWEEN 0 AND 4294967295),
    since timestamptz NOT NULL,
    -- How often it was locked: each time lasts longer.
    locks bigint NOT NULL CONSTRAINT lockouts_locks_range CHECK (locks BETWEEN 0 AND 4294967295),
    locked_until timestamptz,
    forgotten_at timestamptz NOT NULL
);

CREATE INDEX lockouts_forgotten ON lockouts (forgotten_at);
