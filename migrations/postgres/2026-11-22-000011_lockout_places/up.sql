-- Attempts that are being decided hold a place each; a place comes free by itself when its instant has passed.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- A list of instants in microseconds since 1970.
ALTER TABLE lockouts ADD COLUMN held text NOT NULL DEFAULT '[]'
CONSTRAINT lockouts_held_length CHECK (length(held) BETWEEN 2 AND 1000);
