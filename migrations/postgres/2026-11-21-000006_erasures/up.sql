-- What became of people who were erased: ids, kinds of data and reasons, and nothing of the person. Kept for good.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

CREATE TABLE erasures (
    id uuid NOT NULL CONSTRAINT erasures_key PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT erasures_user REFERENCES users (id),
    principal text NOT NULL,
    requested_at timestamptz NOT NULL,
    -- What the parts have answered so far. JSON, as text.
    answers text NOT NULL CONSTRAINT erasures_answers_json CHECK (answers::jsonb IS NOT NULL),
    finished_at timestamptz
);

-- A person is erased once.
CREATE UNIQUE INDEX erasures_of_user ON erasures (user_id);
CREATE INDEX erasures_unfinished ON erasures (requested_at, id) WHERE finished_at IS NULL;
