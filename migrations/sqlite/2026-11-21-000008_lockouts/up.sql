-- Failed sign-ins, counted under names that say nothing of a person: a keyed digest of an account or of a source.

CREATE TABLE lockouts (
    subject      BLOB    NOT NULL CONSTRAINT lockouts_subject_shape CHECK (length(subject) = 32),
    -- Since `since`, and since the last time that it was locked.
    failures     INTEGER NOT NULL CONSTRAINT lockouts_failures_range CHECK (failures BETWEEN 0 AND 4294967295),
    since        INTEGER NOT NULL,
    -- How often it was locked: each time lasts longer.
    locks        INTEGER NOT NULL CONSTRAINT lockouts_locks_range CHECK (locks BETWEEN 0 AND 4294967295),
    locked_until INTEGER,
    forgotten_at INTEGER NOT NULL,
    CONSTRAINT lockouts_key PRIMARY KEY (subject)
) STRICT, WITHOUT ROWID;

CREATE INDEX lockouts_forgotten ON lockouts (forgotten_at);
