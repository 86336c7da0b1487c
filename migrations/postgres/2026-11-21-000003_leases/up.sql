-- Who may do what only one process at a time should do.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

CREATE TABLE leases (
    name text COLLATE "C" NOT NULL CONSTRAINT leases_key PRIMARY KEY,
    holder uuid NOT NULL,
    expires_at timestamptz NOT NULL
);
