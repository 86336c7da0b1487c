-- Attempts that are being decided hold a place each; a place comes free by itself when its instant has passed.

-- A list of instants in microseconds since 1970.
ALTER TABLE lockouts ADD COLUMN held TEXT NOT NULL DEFAULT '[]'
CONSTRAINT lockouts_held_length CHECK (length(held) BETWEEN 2 AND 1000);
