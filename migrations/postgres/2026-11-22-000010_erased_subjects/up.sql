-- Whom others know an erased person by, as a keyed digest: an account that an issuer vouches for is not entered anew.
-- Kept for good, with the erasure.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

CREATE TABLE erased_subjects (
    user_id uuid NOT NULL CONSTRAINT erased_subjects_key PRIMARY KEY
    CONSTRAINT erased_subjects_user REFERENCES users (id),
    subject bytea NOT NULL CONSTRAINT erased_subjects_subject_shape CHECK (length(subject) = 32)
);

-- Not unique: an admin may enter somebody under the same subject, who may be erased in their turn.
CREATE INDEX erased_subjects_subject ON erased_subjects (subject);
-- Deleted people are asked for by it as well; the unique index has only the living.
-- Within the transaction: a staff directory is indexed in far less than the timeout above, and then it gives up.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX users_external_subject_deleted ON users (external_subject)
WHERE status = 'deleted' AND external_subject IS NOT NULL;
