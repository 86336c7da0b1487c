-- Seals over the audit trail: each stands for all rows of a range and for the seal before it.

CREATE TABLE audit_seals (
    -- 1, 2, 3, …: a number that is missing is a seal that was removed.
    number       INTEGER NOT NULL CONSTRAINT audit_seals_number_range CHECK (number >= 1),
    -- In which way rows and seal were encoded before they were condensed.
    encoding     INTEGER NOT NULL CONSTRAINT audit_seals_encoding_range CHECK (encoding >= 1),
    -- Ranges leave no place between them, whether a row stands there or not.
    first_seq    INTEGER NOT NULL,
    last_seq     INTEGER NOT NULL,
    row_count    INTEGER NOT NULL CONSTRAINT audit_seals_row_count_range CHECK (row_count >= 1),
    sealed_at    INTEGER NOT NULL,
    rows_digest  BLOB    NOT NULL CONSTRAINT audit_seals_rows_digest_shape CHECK (length(rows_digest) = 32),
    -- SHA-256 over all of the above and the digest of the seal before it.
    digest       BLOB    NOT NULL CONSTRAINT audit_seals_digest_shape CHECK (length(digest) = 32),
    CONSTRAINT audit_seals_key PRIMARY KEY (number),
    CONSTRAINT audit_seals_range CHECK (first_seq <= last_seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_seals_are_not_changed BEFORE UPDATE ON audit_seals BEGIN
    SELECT RAISE(ABORT, 'seals are never changed');
END;
-- INSERT OR REPLACE deletes without asking the trigger below.
CREATE TRIGGER audit_seals_are_not_replaced BEFORE INSERT ON audit_seals
WHEN EXISTS (SELECT 1 FROM audit_seals WHERE number = new.number) BEGIN
    SELECT RAISE(ABORT, 'seals are never replaced');
END;
CREATE TRIGGER audit_seals_are_not_deleted BEFORE DELETE ON audit_seals BEGIN
    SELECT RAISE(ABORT, 'seals are never deleted');
END;
