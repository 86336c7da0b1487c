-- Seals over the audit trail: each stands for all rows of a range and for the seal before it.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

CREATE TABLE audit_seals (
    -- 1, 2, 3, …: a number that is missing is a seal that was removed.
    number bigint NOT NULL CONSTRAINT audit_seals_key PRIMARY KEY
    CONSTRAINT audit_seals_number_range CHECK (number >= 1),
    -- In which way rows and seal were encoded before they were condensed.
    encoding bigint NOT NULL CONSTRAINT audit_seals_encoding_range CHECK (encoding >= 1),
    -- Ranges leave no place between them, whether a row stands there or not.
    first_seq bigint NOT NULL,
    last_seq bigint NOT NULL,
    row_count bigint NOT NULL CONSTRAINT audit_seals_row_count_range CHECK (row_count >= 1),
    sealed_at timestamptz NOT NULL,
    rows_digest bytea NOT NULL CONSTRAINT audit_seals_rows_digest_shape CHECK (octet_length(rows_digest) = 32),
    -- SHA-256 over all of the above and the digest of the seal before it.
    digest bytea NOT NULL CONSTRAINT audit_seals_digest_shape CHECK (octet_length(digest) = 32),
    CONSTRAINT audit_seals_range CHECK (first_seq <= last_seq)
);

-- As for the trail itself: for installations where one role owns everything.
CREATE FUNCTION audit_seals_are_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'seals are never changed or deleted';
END
$$;

CREATE TRIGGER audit_seals_are_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seals
FOR EACH STATEMENT EXECUTE FUNCTION audit_seals_are_only_added_to();
