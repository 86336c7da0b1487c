-- Who may do what only one process at a time should do.
CREATE TABLE leases (
    name       TEXT    NOT NULL,
    holder     BLOB    NOT NULL CONSTRAINT leases_holder_shape CHECK (length(holder) = 16),
    expires_at INTEGER NOT NULL,
    CONSTRAINT leases_key PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;
