-- Whom others know an erased person by, as a keyed digest: an account that an issuer vouches for is not entered anew.
-- Kept for good, with the erasure.

CREATE TABLE erased_subjects (
    user_id BLOB NOT NULL CONSTRAINT erased_subjects_user REFERENCES users (id),
    subject BLOB NOT NULL CONSTRAINT erased_subjects_subject_shape CHECK (length(subject) = 32),
    CONSTRAINT erased_subjects_key PRIMARY KEY (user_id)
) STRICT, WITHOUT ROWID;

-- Not unique: an admin may enter somebody under the same subject, who may be erased in their turn.
CREATE INDEX erased_subjects_subject ON erased_subjects (subject);
-- Deleted people are asked for by it as well; the unique index has only the living.
CREATE INDEX users_external_subject_deleted ON users (external_subject)
    WHERE status = 'deleted' AND external_subject IS NOT NULL;
