-- What became of people who were erased: ids, kinds of data and reasons, and nothing of the person. Kept for good.

CREATE TABLE erasures (
    id           BLOB    NOT NULL CONSTRAINT erasures_id_shape CHECK (length(id) = 16),
    user_id      BLOB    NOT NULL CONSTRAINT erasures_user REFERENCES users (id),
    principal    TEXT    NOT NULL,
    requested_at INTEGER NOT NULL,
    -- What the parts have answered so far.
    answers      TEXT    NOT NULL CONSTRAINT erasures_answers_json CHECK (json_valid(answers)),
    finished_at  INTEGER,
    CONSTRAINT erasures_key PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;

-- A person is erased once.
CREATE UNIQUE INDEX erasures_of_user ON erasures (user_id);
CREATE INDEX erasures_unfinished ON erasures (requested_at, id) WHERE finished_at IS NULL;
